/* engine.h -- everything that is loaded once and shared by all sessions.
 *
 * Immutable once open, but for the store and the decoder pools, which lock for
 * themselves.  Not for: what belongs to one person (session.h). */
#ifndef ASIDE_CORE_ENGINE_H
#define ASIDE_CORE_ENGINE_H
#include "asr/decoder_pool.h"
#include "config/config.h"
#include "ledger/ledger.h"

/* What is loaded of one language; grammar NULL: the language has no intents. */
typedef struct aside_language {
    aside_grammar             *grammar;
    const aside_context_model *context;
    aside_network              network;    /* What can be heard, minimised. */
    const aside_network       *domains;    /* The same in parts, each minimised. */
    size_t                     n_domains;
    aside_decoder_pool        *decoders;   /* NULL: text only. */
} aside_language;

struct aside_engine {
    aside_host        host;
    aside_arena       arena;
    aside_config      config;
    aside_policy      policy;
    const aside_zone *zone;
    aside_language    languages[ASIDE_LANG_COUNT];
    aside_skills      skills;
    aside_ledger     *ledger;
};

const aside_config *aside_engine_config(const aside_engine *e);
/* The reason trail of a past turn in this engine's store; at == NULL when there is none. */
aside_status aside_engine_trail(const aside_engine *e, const char *decision_id, aside_arena *arena, aside_str *json) ASIDE_MUST_CHECK;

/* As aside_engine_open, reporting every problem through `problems`.  A skill with
 * problems or failing tests is left out and said in the log; strict: its problems
 * are errors like any other, and its tests are not run. */
aside_status aside_engine_open_reporting(const aside_options *options, bool strict, aside_problems *problems,
                                         aside_engine **out, aside_error *err) ASIDE_MUST_CHECK;
#endif
