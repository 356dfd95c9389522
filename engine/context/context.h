/* context.h -- in what context something was said: idle chat, shopping, a task, a
 * sensitive matter, or none of these.
 *
 * A first honest model: evidence from the intents that matched (their `class:`)
 * and from weighted words and phrases per language (models/context/words.LANG.yaml),
 * with a slow memory of the turns before.  Scores are per mille and add up to
 * 1000.  Being sensitive is decided on its own and wins. */
#ifndef ASIDE_CONTEXT_CONTEXT_H
#define ASIDE_CONTEXT_CONTEXT_H
#include "intent/grammar.h"

typedef struct aside_context {
    aside_class class;
    int         score_pm;                          /* Of `class`. */
    int         scores_pm[ASIDE_CLASS_COUNT];
    bool        sponsor;                           /* The score reaches its class's sponsoring threshold. */
} aside_context;

/* What a session remembers of earlier turns; plain value, zero at the start. */
typedef struct aside_context_memory {
    int  scores_pm[ASIDE_CLASS_COUNT];             /* Decayed. */
    int64_t at_ms;                                 /* Of the last turn. */
} aside_context_memory;

typedef struct aside_context_model aside_context_model;    /* Immutable; lives in its arena. */

/* Read models/context/words.LANG.yaml (words.c describes it).  All problems are
 * reported; *out is NULL after an error.  Only ENOMEM is a failure of the call. */
aside_status aside_context_model_open(const char *path, const char *language, aside_arena *arena,
                                      aside_problems *problems, const aside_context_model **out) ASIDE_MUST_CHECK;
/* Weigh one utterance; `matches` is what the grammar of the same language made of
 * it.  `memory` is read and not changed.  Errors: ENOMEM. */
aside_status aside_context_weigh(const aside_context_model *m, const aside_utterance *u, const aside_matches *matches,
                                 const aside_context_memory *memory, int64_t now_ms, aside_arena *arena,
                                 aside_context *out) ASIDE_MUST_CHECK;
/* Afterwards: let the memory know. */
void aside_context_remember(aside_context_memory *memory, const aside_context *now, int64_t now_ms);
#endif
