/* ledger.h -- records of what was decided; answers about the past.
 *
 * The promise: reserve, speak, commit.  aside_ledger_reserve is one atomic,
 * durable step: it asks the counting gates once more of the row as it is now,
 * and adds the offer or adds nothing.  Only what is reserved may be spoken.
 * Heard commits it; unheard it lapses.  A crash can lose an offer; it can never
 * exceed a limit by one.
 *
 * Everything of one household is one row (household.c encodes it), so that a
 * reservation reads and writes one row.  Stores are behind store.h.  There is no
 * column for words.  A ledger may be used by many threads. */
#ifndef ASIDE_LEDGER_LEDGER_H
#define ASIDE_LEDGER_LEDGER_H
#include "base/json.h"
#include "policy/policy.h"

typedef struct aside_ledger aside_ledger;

/* path: a folder for the store's files, made when absent; NULL: in memory (tests,
 * `ask`).  Errors: ESTORE (cannot open, damaged, made by a newer version), ENOMEM. */
aside_status aside_ledger_open(const char *path, const aside_host *host, aside_ledger **out, aside_error *err) ASIDE_MUST_CHECK;
void aside_ledger_close(aside_ledger *l);                      /* NULL is fine. */

/* A number that no session of this store has had or will have.  ESTORE. */
aside_status aside_ledger_next_session(aside_ledger *l, uint64_t *out) ASIDE_MUST_CHECK;
/* Pseudonyms under the store's own key. */
void aside_ledger_person(const aside_ledger *l, const char *user, const char *household, const char *device, aside_person *out);

/* The picture of a household, in `arena`.  A household never seen has no consent and no past. */
aside_status aside_ledger_history(aside_ledger *l, const aside_person *p, int64_t now_ms, aside_arena *arena, aside_history *out) ASIDE_MUST_CHECK;

/* Reserve durably.  *passed false: a counting gate refused; *gate and *reason (in
 * arena) say which, and nothing was written.  expires_ms: when it lapses unheard. */
aside_status aside_ledger_reserve(aside_ledger *l, const aside_person *p, const aside_policy *policy, const aside_skill *skill,
                                  const char *action_id, int64_t now_ms, int64_t expires_ms, aside_arena *arena,
                                  bool *passed, const char **gate, aside_reason *reason) ASIDE_MUST_CHECK;
/* Heard: it counts from now on.  Twice changes nothing.  EINVAL when unknown. */
aside_status aside_ledger_commit(aside_ledger *l, const aside_person *p, const char *action_id, int64_t now_ms) ASIDE_MUST_CHECK;
/* Never heard: as if it had not been.  Does nothing to a heard one. */
aside_status aside_ledger_release(aside_ledger *l, const aside_person *p, const char *action_id, int64_t now_ms) ASIDE_MUST_CHECK;
aside_status aside_ledger_decline(aside_ledger *l, const aside_person *p, const char *skill, int64_t now_ms) ASIDE_MUST_CHECK;
/* channel: "voice" when it was said, "wire" when the device reports it.  wording: the version of the question, or NULL. */
aside_status aside_ledger_consent(aside_ledger *l, const aside_person *p, aside_purpose purpose, bool granted,
                                  const char *wording, const char *channel, int64_t now_ms) ASIDE_MUST_CHECK;
aside_status aside_ledger_sensitive(aside_ledger *l, const aside_person *p, int64_t now_ms) ASIDE_MUST_CHECK;
/* Add points once per key ("ACTION-STEP"); *balance is the user's after it, and
 * the same when the key was there before. */
aside_status aside_ledger_grant(aside_ledger *l, const aside_person *p, const char *key, int points, int64_t now_ms, int64_t *balance) ASIDE_MUST_CHECK;
aside_status aside_ledger_points(aside_ledger *l, const aside_person *p, int64_t *balance) ASIDE_MUST_CHECK;
/* Forget everything of the household: offers, declines, consents, points, trails. */
aside_status aside_ledger_erase(aside_ledger *l, const aside_person *p) ASIDE_MUST_CHECK;

/* The reason trail: the decision as JSON without text and free-word values. */
aside_status aside_ledger_trail_add(aside_ledger *l, const aside_person *p, const char *decision_id, int64_t now_ms, aside_str json) ASIDE_MUST_CHECK;
/* at == NULL when there is none. */
aside_status aside_ledger_trail_get(aside_ledger *l, const char *decision_id, aside_arena *arena, aside_str *json) ASIDE_MUST_CHECK;
#endif
