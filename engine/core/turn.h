/* turn.h -- one utterance, from words to a decision.
 *
 * A turn is given what it needs, finds one thing after another, and keeps all of
 * it until the next turn: the decision is written from it (decision.h). */
#ifndef ASIDE_CORE_TURN_H
#define ASIDE_CORE_TURN_H
#include "core/session.h"

/* What the assistant itself answers, for outcome `system` and for an answer to an offer. */
typedef struct aside_answer {
    aside_system_intent system;            /* What was asked; ASIDE_SYSTEM_NONE: nothing. */
    const char         *name;              /* Of the object `system`: "consent", "why", ...; NULL: not for it. */
    int                 purpose;           /* consent: aside_purpose. */
    bool                granted;           /* consent. */
    int64_t             points;            /* points. */
    const char         *say;               /* In the turn's arena; NULL: nothing. */
} aside_answer;

typedef struct aside_turn {
    /* Given. */
    aside_session *session;
    aside_arena   *arena;                  /* The session's turn arena. */
    aside_str      heard;
    int            confidence_pm;
    int            number;
    int64_t        now_ms;                 /* Read once. */
    uint64_t       draw;                   /* Drawn once. */
    const char    *id;                     /* "SESSION-NUMBER". */

    /* Found, in this order. */
    aside_utterance   said;
    aside_matches     matches;
    aside_context     context;
    aside_history     history;
    aside_outcome     outcome;
    aside_answer      answer;
    aside_candidates  candidates;
    aside_verdicts    verdicts;
    const aside_offer *offer;              /* Made, accepted, declined, unclear or stopped in this turn; or NULL. */
    bool              closed;              /* What was open is closed: the device is told to stop. */
} aside_turn;

/* Errors: ETEXT, ELIMIT, ENOMEM, ESTORE; nothing was said then. */
aside_status aside_turn_run(aside_turn *t) ASIDE_MUST_CHECK;
#endif
