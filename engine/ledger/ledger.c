/* ledger.c -- what is said about the past, in terms of rows.
 *
 * Every change is the same four steps inside the store's one atomic step: decode
 * the household's row, forget what is too old, apply one edit, encode.  An edit
 * is a function of the household and its own arguments alone, so that a store
 * may run it again when somebody else was faster. */
#include "ledger/ledger.h"

#include "base/host.h"
#include "ledger/household.h"
#include "ledger/store.h"

#include <pthread.h>
#include <string.h>

struct aside_ledger {
    aside_host      host;
    aside_arena     arena;                 /* Of the store. */
    aside_store    *store;
    pthread_mutex_t lock;                  /* Of what follows. */
    uint64_t        next_session, end_session;         /* Leased and not handed out. */
    uint32_t        n_trails;              /* Written since the opening. */
};

/* ---- opening ---- */

static aside_status open_store(aside_ledger *l, const char *path, aside_error *err) {
    if (aside_crypto_init()) return aside_fail(err, ASIDE_ESTORE, "the system has no source of randomness");
    if (path && *path) return aside_store_open_sqlite(path, &l->arena, &l->store, err);
    return aside_store_open_memory(&l->arena, &l->store) ? aside_fail(err, ASIDE_ENOMEM, "out of memory") : ASIDE_OK;
}

aside_status aside_ledger_open(const char *path, const aside_host *host, aside_ledger **out, aside_error *err) {
    aside_host whole = aside_host_complete(host);
    aside_ledger *l = aside_host_alloc(&whole, sizeof *l);
    if (!l) return aside_fail(err, ASIDE_ENOMEM, "out of memory");
    l->host = whole;
    aside_arena_init(&l->arena, &l->host, 0);
    aside_status st = pthread_mutex_init(&l->lock, NULL) ? aside_fail(err, ASIDE_ENOMEM, "out of memory") : open_store(l, path, err);
    if (st) return aside_arena_free(&l->arena), aside_host_free(&whole, l, sizeof *l), st;
    *out = l;
    return ASIDE_OK;
}

void aside_ledger_close(aside_ledger *l) {
    if (!l) return;
    aside_host host = l->host;
    l->store->class->close(l->store);
    pthread_mutex_destroy(&l->lock);
    aside_arena_free(&l->arena);
    aside_host_free(&host, l, sizeof *l);
}

void aside_ledger_person(const aside_ledger *l, const char *user, const char *household, const char *device, aside_person *out) {
    const aside_key *key = &l->store->key;
    aside_crypto_pseudonym(key, "user", aside_str_from(user), out->user);
    aside_crypto_pseudonym(key, "household", aside_str_from(household), out->household);
    aside_crypto_pseudonym(key, "device", aside_str_from(device), out->device);
}

/* Leased in blocks, so that a session costs no write. */
aside_status aside_ledger_next_session(aside_ledger *l, uint64_t *out) {
    aside_status st = ASIDE_OK;
    pthread_mutex_lock(&l->lock);
    if (l->next_session == l->end_session) {
        st = l->store->class->lease(l->store, ASIDE_LIMIT_SESSION_BLOCK, &l->next_session);
        l->end_session = l->next_session + (st ? 0 : ASIDE_LIMIT_SESSION_BLOCK);
    }
    if (!st) *out = l->next_session++;
    pthread_mutex_unlock(&l->lock);
    return st;
}

/* ---- one change of one row ---- */

typedef aside_status edit_fn(void *args, aside_household *h, bool *changed);

typedef struct edit {
    const aside_ledger *ledger;
    edit_fn            *apply;
    void               *args;
    int64_t             now_ms;
    aside_arena        *scratch;
} edit;

static aside_status decode(const aside_ledger *l, aside_str row, aside_arena *arena, aside_household *h) {
    aside_status st = aside_household_decode(row, arena, h);
    if (st == ASIDE_ESTORE)
        aside_log(&l->host, ASIDE_LOG_ERROR, "store: a household's row is damaged or of a newer version; nothing is offered there");
    return st;
}

static aside_status edit_row(void *user, aside_str *row, bool *write) {
    edit *e = user;
    aside_household h;
    aside_status st = decode(e->ledger, *row, e->scratch, &h);
    if (st) return st;
    aside_household_forget(&h, e->now_ms);
    st = e->apply(e->args, &h, write);
    return st || !*write ? st : aside_household_encode(&h, e->scratch, row);
}

static aside_status change(aside_ledger *l, const aside_person *p, int64_t now_ms, edit_fn *apply, void *args) {
    aside_arena scratch;
    aside_arena_init(&scratch, &l->host, 0);
    edit e = { l, apply, args, now_ms, &scratch };
    aside_status st = l->store->class->update(l->store, p->household, &scratch, edit_row, &e);
    aside_arena_free(&scratch);
    return st;
}

static aside_status read_household(aside_ledger *l, const aside_person *p, aside_arena *arena, aside_household *h) {
    aside_str row;
    aside_status st = l->store->class->read(l->store, p->household, arena, &row);
    return st ? st : decode(l, row, arena, h);
}

aside_status aside_ledger_history(aside_ledger *l, const aside_person *p, int64_t now_ms, aside_arena *arena, aside_history *out) {
    aside_household h;
    aside_status st = read_household(l, p, arena, &h);
    if (st) return st;
    aside_household_forget(&h, now_ms);
    aside_household_history(&h, p, out);
    return ASIDE_OK;
}

/* ---- reserve, speak, commit ---- */

typedef struct reservation {
    const aside_person *person;
    const aside_policy *policy;
    const aside_skill  *skill;
    const char         *action_id;
    int64_t             now_ms, expires_ms;
    aside_arena        *arena;
    bool                passed;
    const char         *gate;
    aside_reason        reason;
} reservation;

static const char *known(const char *z) { return z ? z : ""; }

static aside_status add_offer(const reservation *r, aside_household *h) {
    aside_past_offer o = { .skill = r->skill->id, .campaign = known(r->skill->campaign), .sponsor = known(r->skill->sponsor.name),
                           .at_ms = r->now_ms, .expires_ms = r->expires_ms };
    if (aside_household_offer(h, r->action_id)) return ASIDE_EINVAL;
    memcpy(o.action_id, r->action_id, strlen(r->action_id));
    memcpy(o.user, r->person->user, sizeof o.user);
    memcpy(o.device, r->person->device, sizeof o.device);
    return aside_household_add_offer(h, &o);
}

static aside_status reserve_in(void *args, aside_household *h, bool *changed) {
    reservation *r = args;
    aside_history past;
    aside_household_history(h, r->person, &past);
    r->reason = (aside_reason){ 0 };
    r->passed = aside_policy_still_passes(r->policy, r->skill, r->person, &past, r->now_ms, r->arena, &r->gate, &r->reason);
    *changed = r->passed;
    if (r->passed) return add_offer(r, h);
    return r->reason.why ? ASIDE_OK : ASIDE_ENOMEM;
}

aside_status aside_ledger_reserve(aside_ledger *l, const aside_person *p, const aside_policy *policy, const aside_skill *skill,
                                  const char *action_id, int64_t now_ms, int64_t expires_ms, aside_arena *arena,
                                  bool *passed, const char **gate, aside_reason *reason) {
    reservation r = { p, policy, skill, action_id, now_ms, expires_ms, arena, false, NULL, { 0 } };
    if (strlen(action_id) >= ASIDE_LIMIT_ID_BYTES) return ASIDE_EINVAL;
    aside_status st = change(l, p, now_ms, reserve_in, &r);
    if (st) return st;
    *passed = r.passed;
    if (!r.passed) *gate = r.gate, *reason = r.reason;
    return ASIDE_OK;
}

static aside_status commit_in(void *args, aside_household *h, bool *changed) {
    aside_past_offer *o = aside_household_offer(h, args);
    if (!o) return ASIDE_EINVAL;
    *changed = !o->heard;
    o->heard = true;
    return ASIDE_OK;
}

aside_status aside_ledger_commit(aside_ledger *l, const aside_person *p, const char *action_id, int64_t now_ms) {
    return change(l, p, now_ms, commit_in, (void *)(uintptr_t)action_id);
}

static aside_status release_in(void *args, aside_household *h, bool *changed) {
    aside_past_offer *o = aside_household_offer(h, args);
    *changed = o && !o->heard;
    if (*changed) aside_household_drop_offer(h, o);
    return ASIDE_OK;
}

aside_status aside_ledger_release(aside_ledger *l, const aside_person *p, const char *action_id, int64_t now_ms) {
    return change(l, p, now_ms, release_in, (void *)(uintptr_t)action_id);
}

/* ---- what people said about offers ---- */

static aside_status decline_in(void *args, aside_household *h, bool *changed) {
    const aside_past_decline *d = args;
    *changed = true;
    return aside_household_decline(h, d->skill, d->at_ms);
}

aside_status aside_ledger_decline(aside_ledger *l, const aside_person *p, const char *skill, int64_t now_ms) {
    aside_past_decline d = { skill, now_ms };
    return change(l, p, now_ms, decline_in, &d);
}

static aside_status consent_in(void *args, aside_household *h, bool *changed) {
    *changed = true;
    return aside_household_consent(h, args);
}

aside_status aside_ledger_consent(aside_ledger *l, const aside_person *p, aside_purpose purpose, bool granted,
                                  const char *wording, const char *channel, int64_t now_ms) {
    aside_consent c = { .purpose = purpose, .granted = granted, .at_ms = now_ms, .wording = known(wording), .channel = known(channel) };
    if ((unsigned)purpose >= ASIDE_PURPOSE_COUNT) return ASIDE_EINVAL;
    memcpy(c.user, p->user, sizeof c.user);
    return change(l, p, now_ms, consent_in, &c);
}

static aside_status sensitive_in(void *args, aside_household *h, bool *changed) {
    h->sensitive_at_ms = *(const int64_t *)args;
    return *changed = true, ASIDE_OK;
}

aside_status aside_ledger_sensitive(aside_ledger *l, const aside_person *p, int64_t now_ms) {
    return change(l, p, now_ms, sensitive_in, &now_ms);
}

/* ---- points ---- */

typedef struct award { aside_grant grant; int64_t balance; } award;

static aside_status grant_in(void *args, aside_household *h, bool *changed) {
    award *a = args;
    aside_status st = aside_household_grant(h, &a->grant, changed);
    a->balance = aside_household_points(h, a->grant.user);
    return st;
}

aside_status aside_ledger_grant(aside_ledger *l, const aside_person *p, const char *key, int points, int64_t now_ms, int64_t *balance) {
    award a = { .grant = { .key = key, .points = points, .at_ms = now_ms } };
    memcpy(a.grant.user, p->user, sizeof a.grant.user);
    aside_status st = change(l, p, now_ms, grant_in, &a);
    if (!st) *balance = a.balance;
    return st;
}

aside_status aside_ledger_points(aside_ledger *l, const aside_person *p, int64_t *balance) {
    aside_arena scratch;
    aside_household h;
    aside_arena_init(&scratch, &l->host, 0);
    aside_status st = read_household(l, p, &scratch, &h);
    if (!st) *balance = aside_household_points(&h, p->user);
    aside_arena_free(&scratch);
    return st;
}

/* ---- trails, and forgetting ---- */

aside_status aside_ledger_erase(aside_ledger *l, const aside_person *p) {
    return l->store->class->erase(l->store, p->household);
}

/* By the clock of the turns rather than at opening by the machine's: a replay of
 * last summer keeps its trails until the next turn says that it is winter. */
static bool sweep_is_due(aside_ledger *l) {
    pthread_mutex_lock(&l->lock);
    bool due = l->n_trails++ % ASIDE_LIMIT_SWEEP_EVERY == 0;
    pthread_mutex_unlock(&l->lock);
    return due;
}

aside_status aside_ledger_trail_add(aside_ledger *l, const aside_person *p, const char *decision_id, int64_t now_ms, aside_str json) {
    int64_t keep_ms = ASIDE_LIMIT_KEEP_MS, expires_ms = now_ms > INT64_MAX - keep_ms ? INT64_MAX : now_ms + keep_ms;
    aside_trail t = { decision_id, p->household, now_ms, expires_ms, json };
    aside_status st = sweep_is_due(l) ? l->store->class->trail_sweep(l->store, now_ms) : ASIDE_OK;
    return st ? st : l->store->class->trail_add(l->store, &t);
}

aside_status aside_ledger_trail_get(aside_ledger *l, const char *decision_id, aside_arena *arena, aside_str *json) {
    return l->store->class->trail_get(l->store, decision_id, arena, json);
}
