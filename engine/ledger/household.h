/* household.h -- all that is remembered of one household, and its row of bytes.
 *
 * Not for: storing rows (store.h), deciding (policy/).  Lives in an arena for one
 * call of the ledger. */
#ifndef ASIDE_LEDGER_HOUSEHOLD_H
#define ASIDE_LEDGER_HOUSEHOLD_H
#include "policy/policy.h"

/* The last word of one user about one purpose. */
typedef struct aside_consent {
    char          user[33];
    aside_purpose purpose;
    bool          granted;
    int64_t       at_ms;
    const char   *wording, *channel;       /* "" when unknown. */
} aside_consent;

typedef struct aside_balance { char user[33]; int64_t points; } aside_balance;

/* A grant that was made, so that it is not made again. */
typedef struct aside_grant { const char *key; char user[33]; int64_t points, at_ms; } aside_grant;

/* Fields are for reading; the functions below change them. */
typedef struct aside_household {
    aside_arena        *arena;
    int64_t             sensitive_at_ms;   /* INT64_MIN: never. */
    aside_consent      *consents;
    aside_past_offer   *offers;            /* Oldest first. */
    aside_past_decline *declines;          /* One per skill: the last. */
    aside_balance      *balances;
    aside_grant        *grants;
    size_t n_consents, n_offers, n_declines, n_balances, n_grants;
    size_t cap_consents, cap_offers, cap_declines, cap_balances, cap_grants;
} aside_household;

void aside_household_init(aside_household *h, aside_arena *arena);
/* An empty row is a household never seen.  Errors: ESTORE (damaged, or written by a
 * newer version), ENOMEM.  Strings are copied into the arena. */
aside_status aside_household_decode(aside_str row, aside_arena *arena, aside_household *out) ASIDE_MUST_CHECK;
/* A household with nothing in it gives an empty row.  EINVAL: a user or device that
 * is no pseudonym. */
aside_status aside_household_encode(aside_household *h, aside_arena *arena, aside_str *row) ASIDE_MUST_CHECK;

/* Drop what no gate can ask about any more: ASIDE_LIMIT_KEEP_MS after it happened, and
 * reservations that lapsed unheard ASIDE_LIMIT_LAPSED_MS ago. */
void aside_household_forget(aside_household *h, int64_t now_ms);
/* What the gates see; borrows from h.  Consent is that of p's user. */
void aside_household_history(const aside_household *h, const aside_person *p, aside_history *out);

/* NULL when there is none. */
aside_past_offer *aside_household_offer(const aside_household *h, const char *action_id);
/* Errors: ENOMEM; ELIMIT (ASIDE_LIMIT_ROW_ENTRIES of a kind). */
aside_status aside_household_add_offer(aside_household *h, const aside_past_offer *o) ASIDE_MUST_CHECK;
void         aside_household_drop_offer(aside_household *h, aside_past_offer *o);
aside_status aside_household_decline(aside_household *h, const char *skill, int64_t at_ms) ASIDE_MUST_CHECK;
aside_status aside_household_consent(aside_household *h, const aside_consent *c) ASIDE_MUST_CHECK;
/* *fresh is false when the key was there: nothing changed.  Errors as above, and
 * ELIMIT when the balance would not fit. */
aside_status aside_household_grant(aside_household *h, const aside_grant *g, bool *fresh) ASIDE_MUST_CHECK;
int64_t      aside_household_points(const aside_household *h, const char *user);
#endif
