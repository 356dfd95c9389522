/* history.h -- what the gates ask about the past.
 *
 * Declared here, where it is read, and answered by ledger/: a picture of one
 * household taken at the start of a turn.  The gates stay pure functions of it,
 * and the same functions are asked once more inside the store's atomic step. */
#ifndef ASIDE_POLICY_HISTORY_H
#define ASIDE_POLICY_HISTORY_H
#include "skill/skill.h"

/* Purposes of consent. */
#define ASIDE_PURPOSE_MAP(X) X(OFFERS, "offers") X(PERSONALISE, "personalise") X(PUSH, "push") \
    X(MEASURE, "measure") X(LEAD, "lead")
typedef enum aside_purpose {
#define X(id, name) ASIDE_PURPOSE_##id,
    ASIDE_PURPOSE_MAP(X)
#undef X
    ASIDE_PURPOSE_COUNT
} aside_purpose;
extern const char *const aside_purpose_names[];            /* NULL-terminated. */

/* Who: keyed pseudonyms (base/crypto.h), 32 hex digits each. */
typedef struct aside_person { char user[33], household[33], device[33]; } aside_person;

typedef struct aside_past_offer {
    char        action_id[ASIDE_LIMIT_ID_BYTES];
    const char *skill, *campaign, *sponsor;
    char        user[33], device[33];
    int64_t     at_ms;                 /* Reserved. */
    int64_t     expires_ms;            /* When the reservation lapses unheard; ignored once heard. */
    bool        heard;
} aside_past_offer;

typedef struct aside_past_decline { const char *skill; int64_t at_ms; } aside_past_decline;

/* Offers count when heard, or reserved and not yet lapsed. */
typedef struct aside_history {
    const aside_past_offer   *offers;       /* Oldest first; at most 30 days back. */
    size_t                    n_offers;
    const aside_past_decline *declines;
    size_t                    n_declines;
    bool                      consent[ASIDE_PURPOSE_COUNT];
    int64_t                   sensitive_at_ms;   /* Of the last sensitive turn; INT64_MIN when none. */
} aside_history;
#endif
