/* session.h -- one person on one device: what lasts longer than a turn. */
#ifndef ASIDE_CORE_SESSION_H
#define ASIDE_CORE_SESSION_H
#include "action/steps.h"
#include "base/host.h"
#include "base/rng.h"
#include "core/engine.h"
#include "core/events.h"
#include "core/hearing.h"

/* What is open between us and the person: an offer that waits for an answer, or
 * the steps after a yes. */
typedef enum aside_open_kind { ASIDE_OPEN_NOTHING, ASIDE_OPEN_OFFER, ASIDE_OPEN_RUN } aside_open_kind;

struct aside_session {
    const aside_engine  *engine;
    aside_host           host;
    aside_arena          arena;            /* Dies with the session. */
    aside_arena          turn_arena;       /* Reset before every turn. */
    char                 id[ASIDE_LIMIT_ID_BYTES];
    aside_lang           lang;
    const aside_language *language;
    const aside_zone    *zone;
    const char          *region;           /* For the jurisdiction gate, which has no rules yet (policy/gates.c). */
    aside_device         device;
    aside_person         person;
    bool                 simulated_device;
    aside_rng            rng;
    int                  turn;             /* Of the last turn; the first is 1. */

    aside_open_kind      open;
    aside_offer          offer;            /* The last one made, open or not; skill NULL: none yet. */
    char                 offer_action_id[ASIDE_LIMIT_ID_BYTES];
    bool                 offer_heard, offer_committed;     /* Committed: the ledger knows that it was heard. */
    bool                 offer_unclear;    /* The answer was unclear once already. */
    aside_run            run;              /* Of the last accepted offer. */
    aside_step_state     told_steps[ASIDE_LIMIT_STEPS];    /* As the device knows them. */
    const char         **stopped_skills;   /* Stopped in this session. */
    size_t               n_stopped, cap_stopped;
    char                 last_say[ASIDE_LIMIT_SAY_BYTES];  /* For "repeat"; "": nothing said yet. */
    bool                 store_failed;     /* It missed a no, a stop or the like: nothing more is offered. */
    int64_t              sensitive_at_ms;  /* INT64_MIN: not in this session. */
    aside_context_memory context_memory;

    aside_hearing       *hearing;          /* NULL: text only. */
    aside_events         events;
};
#endif
