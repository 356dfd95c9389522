/* grammar.h -- sentence templates: loaded, compiled, matched, and turned into
 * what the recogniser can hear.
 *
 * A builder takes sentence files (intents/LANG/..., the format of Home
 * Assistant's intents) and single sentences (a skill's `hear`), then compiles
 * one grammar per language.  A grammar is immutable and shared.
 *
 *     template.c   "turn (on|off) [the] {name}" -> a tree of characters (parser)
 *     sentences.c  a YAML file -> templates, lists, rules, in a builder (loader)
 *     list.c       what a slot may hold;  requires.c  and in which context
 *     tree.c       a tree over tokens, rules put in;  expand.c  "light[s]" -> its spellings
 *     compile.c    the builder -> a grammar; runs `examples:` and `not:`
 *     pattern.c    a tree -> PCRE2 with JIT and limits           (the only user of pcre2.h)
 *     index.c      rarest literals + signature -> few patterns to run
 *     match.c      utterance -> matches
 *     speech.c     trees -> asr/network.h                        (what can be heard)
 *     sample.c     trees -> sentences                            (aside sample, aside count) */
#ifndef ASIDE_INTENT_GRAMMAR_H
#define ASIDE_INTENT_GRAMMAR_H
#include "asr/network.h"
#include "base/problem.h"
#include "text/utterance.h"

/* The context that an intent or a whole utterance belongs to.  The order is that
 * of the report tables. */
#define ASIDE_CLASS_MAP(X) X(CHITCHAT, "chitchat") X(SHOPPING, "shopping") X(TASK, "task") \
                           X(SENSITIVE, "sensitive") X(OTHER, "other")
typedef enum aside_class {
#define X(id, name) ASIDE_CLASS_##id,
    ASIDE_CLASS_MAP(X)
#undef X
    ASIDE_CLASS_COUNT
} aside_class;
extern const char *const aside_class_names[ASIDE_CLASS_COUNT + 1];     /* NULL-terminated. */

/* What the assistant itself understands (the key `system:` of an intent). */
#define ASIDE_SYSTEM_MAP(X) X(NONE, "none") X(YES, "yes") X(NO, "no") X(STOP, "stop")            \
    X(STOP_OFFERS, "stop_offers") X(REPEAT, "repeat") X(WHY, "why") X(WHO_PAYS, "who_pays")         \
    X(GRANT, "grant") X(WITHDRAW, "withdraw") X(ERASE, "erase") X(POINTS, "points")                 \
    X(INTERESTS, "interests") X(HELP, "help")
typedef enum aside_system_intent {
#define X(id, name) ASIDE_SYSTEM_##id,
    ASIDE_SYSTEM_MAP(X)
#undef X
    ASIDE_SYSTEM_COUNT
} aside_system_intent;
extern const char *const aside_system_names[ASIDE_SYSTEM_COUNT + 1];   /* NULL-terminated. */

/* Something a template can mean: an intent of a file, or a skill's `hear`. */
typedef struct aside_intent {
    const char         *name;          /* "orderDrink"; for a skill's sentences the skill's id. */
    const char         *skill;         /* The skill whose sentences these are, or NULL. */
    int                 class;         /* aside_class, or -1 when the file does not say. */
    aside_system_intent system;
    aside_place         at;
} aside_intent;

typedef struct aside_slot {
    const char *name;
    aside_str   value;                 /* JSON: "\"iced coffee\"", "50", "true". */
    bool        free_words;            /* A wildcard's: never kept. */
} aside_slot;

typedef struct aside_match {
    const aside_intent *intent;
    const aside_slot   *slots;
    size_t              n_slots;
    int                 score_pm;      /* 1000 for all words literal or listed; less the more free words there are. */
    uint32_t            template_id;   /* Stable for the same files: for trails. */
    aside_place         at;            /* Of the template. */
} aside_match;

/* Best first: score, then the longer listed value ("bedroom lamp" as one name before
 * "bedroom" and a lamp), then more literal words, then more slots, then the order
 * of the files.  Of several that mean the same only the best is here. */
typedef struct aside_matches { const aside_match *at; size_t n; } aside_matches;

typedef struct aside_grammar_builder aside_grammar_builder;
typedef struct aside_grammar         aside_grammar;        /* Immutable; lives in the builder's arena. */

aside_status aside_grammar_builder_open(const char *language, aside_arena *arena, const aside_host *host,
                                        aside_grammar_builder **out) ASIDE_MUST_CHECK;
/* Load one sentence file; the file's `language` must be the builder's.  Problems
 * are reported with their place; the file's valid parts are kept, so that one
 * mistake does not hide the next (the engine refuses to open on any error). */
aside_status aside_grammar_add_file(aside_grammar_builder *b, const char *path, aside_problems *problems) ASIDE_MUST_CHECK;
/* Load only the `lists:` of a file (--lists). */
aside_status aside_grammar_add_lists(aside_grammar_builder *b, const char *path, aside_problems *problems) ASIDE_MUST_CHECK;
/* One sentence that means `skill`'s trigger. Lists and rules of the files may be used.
 * `at` is the place of the sentence's first character, behind its quote. */
aside_status aside_grammar_add_hear(aside_grammar_builder *b, const char *skill, aside_str sentence,
                                    aside_place at, aside_problems *problems) ASIDE_MUST_CHECK;
/* Resolve rules and lists, compile, index, run `examples:` and `not:`.  After it the
 * builder is used up; also call it after problems, to free what it holds.
 * *out is NULL when there was an error. */
aside_status aside_grammar_compile(aside_grammar_builder *b, aside_problems *problems, aside_grammar **out) ASIDE_MUST_CHECK;
/* Frees PCRE2's memory; the rest dies with the arena.  NULL is fine. */
void aside_grammar_close(aside_grammar *g);

/* Is this file a sentence file: does it have `intents:` or `lists:` beside `language:`, or hassil's single-intent form? */
bool aside_grammar_is_sentences(const char *path, aside_arena *arena);

/* All that the utterance can mean.  Fillers, the assistant's name in front and
 * `skip_words` are passed over when the whole does not match.  Thread-safe:
 * scratch memory comes from `arena`. */
aside_status aside_grammar_match(const aside_grammar *g, const aside_utterance *u, aside_arena *arena,
                                 aside_matches *out) ASIDE_MUST_CHECK;
/* The same by running every pattern: for tests and benches. */
aside_status aside_grammar_match_exhaustive(const aside_grammar *g, const aside_utterance *u, aside_arena *arena,
                                            aside_matches *out) ASIDE_MUST_CHECK;

/* Every sentence without free words as one network (not minimised), all intents
 * joined at the start with equal priors per file; *out was initialised by the
 * caller.  What cannot be spoken (a range of too many values, "mp3") is left out. */
aside_status aside_grammar_network(const aside_grammar *g, aside_network *out) ASIDE_MUST_CHECK;

size_t aside_grammar_n_templates(const aside_grammar *g);
/* Call `each` with up to `most` sentences that `intent` (NULL: all) generates, the
 * same for the same seed; and how many there are in all (saturating). */
aside_status aside_grammar_sample(const aside_grammar *g, const char *intent, size_t most, uint64_t seed, aside_arena *arena,
                                  void (*each)(void *user, const char *sentence, const aside_intent *), void *user) ASIDE_MUST_CHECK;
double aside_grammar_count(const aside_grammar *g, const char *intent);
#endif
