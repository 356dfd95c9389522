/* test_ledger.c -- the promise: what was acknowledged is there, what was refused
 * is not, and no limit is ever exceeded: over restarts, crashes, threads,
 * processes, damaged files and failing memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/host.h"
#include "base/rng.h"
#include "ledger/household.h"
#include "ledger/ledger.h"

#include <errno.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define NOON   INT64_C(1781760000000)              /* In June 2026; any day would do. */

static const aside_policy strict = { .gap_ms = 4 * HOUR, .household_max = 1, .household_every_ms = DAY,
                                     .decline_skill_ms = 30 * DAY, .decline_all_ms = DAY };
static const aside_policy ten = { .gap_ms = 0, .household_max = 10, .household_every_ms = DAY };
static const aside_policy lax = { .gap_ms = 0, .household_max = 1000000, .household_every_ms = DAY };
static const aside_skill oreo = { .id = "oreo-play", .campaign = "summer", .sponsor = { .name = "Oreo" } };

/* Each test has a folder of its own and an arena. */
typedef struct bench {
    char          folder[200], file[220];
    aside_host    host;
    aside_arena   arena;
    aside_ledger *l;
    aside_person  p;
} bench;

static int drop(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    return remove(path);
}

static int open_bench(void **state) {
    const char *tmp = getenv("TMPDIR");
    bench *b = calloc(1, sizeof *b);
    if (!b) return -1;
    snprintf(b->folder, sizeof b->folder, "%s/aside-ledger-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(b->folder)) return -1;
    snprintf(b->file, sizeof b->file, "%s/aside.db", b->folder);
    b->host = aside_host_complete(NULL);
    aside_arena_init(&b->arena, &b->host, 0);
    *state = b;
    return 0;
}

static int close_bench(void **state) {
    bench *b = *state;
    aside_ledger_close(b->l);
    aside_arena_free(&b->arena);
    int rc = nftw(b->folder, drop, 8, FTW_DEPTH | FTW_PHYS);
    free(b);
    return rc;
}

static aside_ledger *open_at(const char *path) {
    aside_ledger *l = NULL;
    aside_error err;
    if (aside_ledger_open(path, NULL, &l, &err)) fail_msg("%s: %s", err.path, err.text);
    return l;
}

static void consent_to_offers(aside_ledger *l, const aside_person *p) {
    assert_int_equal(aside_ledger_consent(l, p, ASIDE_PURPOSE_OFFERS, true, "2026-01", "option", NOON - DAY), ASIDE_OK);
}

/* Open (again), as the same person, who has agreed. */
static void open_ledger(bench *b) {
    aside_ledger_close(b->l);
    b->l = open_at(b->folder);
    aside_ledger_person(b->l, "user", "home", "device", &b->p);
    consent_to_offers(b->l, &b->p);
}

/* For threads and child processes, where cmocka cannot jump: -1 when it failed, 1 when it was
 * reserved, 0 when *gate refused. */
static int try_reserve(aside_ledger *l, const aside_person *p, const aside_policy *policy, const char *id, int64_t now_ms,
                       const char **gate) {
    aside_host host = aside_host_complete(NULL);
    aside_arena arena;
    bool passed = false;
    aside_reason reason = { 0 };
    aside_arena_init(&arena, &host, 0);
    aside_status st = aside_ledger_reserve(l, p, policy, &oreo, id, now_ms, now_ms + MINUTE, &arena, &passed, gate, &reason);
    bool said_why = passed || reason.why;
    aside_arena_free(&arena);
    return st || !said_why ? -1 : passed;
}

/* The gate that refuses, or NULL when it was reserved. */
static const char *reserve(aside_ledger *l, const aside_person *p, const aside_policy *policy, const char *id, int64_t now_ms) {
    const char *gate = NULL;
    int rc = try_reserve(l, p, policy, id, now_ms, &gate);
    assert_int_not_equal(rc, -1);
    return rc ? NULL : gate;
}

static void reserves(bench *b, const char *id, int64_t now_ms) {
    assert_null(reserve(b->l, &b->p, &strict, id, now_ms));
}

static void refuses(bench *b, const char *gate, int64_t now_ms) {
    const char *found = reserve(b->l, &b->p, &strict, "refused", now_ms);
    assert_non_null(found);
    assert_string_equal(found, gate);
}

static void commits(bench *b, const char *id, int64_t now_ms) {
    assert_int_equal(aside_ledger_commit(b->l, &b->p, id, now_ms), ASIDE_OK);
}

static aside_history history(bench *b, int64_t now_ms) {
    aside_history h;
    assert_int_equal(aside_ledger_history(b->l, &b->p, now_ms, &b->arena, &h), ASIDE_OK);
    return h;
}

/* ---- reserve, speak, commit ---- */

static void a_household_never_seen_has_nothing(void **state) {
    bench *b = *state;
    int64_t points = -1;
    b->l = open_at(b->folder);
    aside_ledger_person(b->l, "user", "home", "device", &b->p);
    aside_history h = history(b, NOON);
    assert_int_equal(h.n_offers + h.n_declines, 0);
    for (int i = 0; i < ASIDE_PURPOSE_COUNT; i++) assert_false(h.consent[i]);
    assert_true(h.sensitive_at_ms == INT64_MIN);
    assert_int_equal(aside_ledger_points(b->l, &b->p, &points), ASIDE_OK);
    assert_int_equal(points, 0);
    assert_string_equal(reserve(b->l, &b->p, &strict, "x", NOON), "consent");
}

static void a_cap_holds_over_a_restart(void **state) {
    bench *b = *state;
    open_ledger(b);
    reserves(b, "1-1-a", NOON);
    commits(b, "1-1-a", NOON + 5 * SECOND);
    open_ledger(b);
    refuses(b, "cap", NOON + 12 * HOUR);
    aside_history h = history(b, NOON + 12 * HOUR);
    assert_int_equal(h.n_offers, 1);
    assert_string_equal(h.offers[0].action_id, "1-1-a");
    assert_string_equal(h.offers[0].skill, "oreo-play");
    assert_string_equal(h.offers[0].campaign, "summer");
    assert_string_equal(h.offers[0].sponsor, "Oreo");
    assert_string_equal(h.offers[0].user, b->p.user);
    assert_string_equal(h.offers[0].device, b->p.device);
    assert_int_equal(h.offers[0].at_ms, NOON);
    assert_true(h.offers[0].heard);
    reserves(b, "1-2-a", NOON + DAY);
}

static void unheard_lapses_and_heard_stays(void **state) {
    bench *b = *state;
    open_ledger(b);
    reserves(b, "a", NOON);
    refuses(b, "cap", NOON + MINUTE - 1);
    reserves(b, "b", NOON + MINUTE);
    commits(b, "b", NOON + MINUTE);
    commits(b, "b", NOON + MINUTE);
    refuses(b, "cap", NOON + 2 * HOUR);
    assert_int_equal(aside_ledger_commit(b->l, &b->p, "never", NOON), ASIDE_EINVAL);
}

static void heard_late_counts(void **state) {
    bench *b = *state;
    open_ledger(b);
    reserves(b, "a", NOON);
    commits(b, "a", NOON + 2 * HOUR);
    refuses(b, "cap", NOON + 3 * HOUR);
}

static void released_is_as_if_it_had_not_been(void **state) {
    bench *b = *state;
    open_ledger(b);
    reserves(b, "a", NOON);
    assert_int_equal(aside_ledger_release(b->l, &b->p, "a", NOON), ASIDE_OK);
    assert_int_equal(history(b, NOON).n_offers, 0);
    reserves(b, "b", NOON);
    commits(b, "b", NOON);
    assert_int_equal(aside_ledger_release(b->l, &b->p, "b", NOON), ASIDE_OK);
    assert_int_equal(aside_ledger_release(b->l, &b->p, "unknown", NOON), ASIDE_OK);
    refuses(b, "cap", NOON + HOUR);
}

/* The speaker lost power between the two: it counts until it lapses, not for ever. */
static void a_crash_before_commit_loses_one_offer(void **state) {
    bench *b = *state;
    open_ledger(b);
    reserves(b, "a", NOON);
    open_ledger(b);
    refuses(b, "cap", NOON + MINUTE - 1);
    reserves(b, "b", NOON + MINUTE);
}

static void an_action_is_reserved_once(void **state) {
    bench *b = *state;
    bool passed;
    const char *gate;
    aside_reason reason;
    char id[ASIDE_LIMIT_ID_BYTES + 1];
    open_ledger(b);
    assert_null(reserve(b->l, &b->p, &lax, "a", NOON));
    assert_int_equal(aside_ledger_reserve(b->l, &b->p, &lax, &oreo, "a", NOON, NOON, &b->arena, &passed, &gate, &reason), ASIDE_EINVAL);
    memset(id, 'x', sizeof id);
    id[ASIDE_LIMIT_ID_BYTES] = '\0';
    assert_int_equal(aside_ledger_reserve(b->l, &b->p, &lax, &oreo, id, NOON, NOON, &b->arena, &passed, &gate, &reason), ASIDE_EINVAL);
    id[ASIDE_LIMIT_ID_BYTES - 1] = '\0';
    assert_null(reserve(b->l, &b->p, &lax, id, NOON));
}

static void a_row_holds_so_many_offers(void **state) {
    bench *b = *state;
    bool passed;
    const char *gate;
    aside_reason reason;
    b->l = open_at(NULL);
    aside_ledger_person(b->l, "user", "home", "device", &b->p);
    consent_to_offers(b->l, &b->p);
    for (int i = 0; i < ASIDE_LIMIT_ROW_ENTRIES; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        assert_null(reserve(b->l, &b->p, &lax, id, NOON));
    }
    assert_int_equal(aside_ledger_reserve(b->l, &b->p, &lax, &oreo, "more", NOON, NOON, &b->arena, &passed, &gate, &reason), ASIDE_ELIMIT);
    assert_int_equal(history(b, NOON).n_offers, ASIDE_LIMIT_ROW_ENTRIES);
    assert_int_equal(history(b, NOON + MINUTE + ASIDE_LIMIT_LAPSED_MS).n_offers, 0);
    assert_null(reserve(b->l, &b->p, &lax, "more", NOON + MINUTE + ASIDE_LIMIT_LAPSED_MS));
}

/* ---- what people said ---- */

static void declines_and_consents_are_kept(void **state) {
    bench *b = *state;
    aside_person bob;
    aside_history h;
    open_ledger(b);
    assert_int_equal(aside_ledger_decline(b->l, &b->p, "oreo-play", NOON), ASIDE_OK);
    assert_int_equal(aside_ledger_sensitive(b->l, &b->p, NOON + 1), ASIDE_OK);
    open_ledger(b);
    refuses(b, "declined", NOON + 29 * DAY);
    assert_true(history(b, NOON).sensitive_at_ms == NOON + 1);
    aside_ledger_person(b->l, "bob", "home", "device", &bob);
    assert_int_equal(aside_ledger_history(b->l, &bob, NOON, &b->arena, &h), ASIDE_OK);
    assert_false(h.consent[ASIDE_PURPOSE_OFFERS]);         /* The other did not speak for him. */
    assert_int_equal(h.n_declines, 1);
    reserves(b, "later", NOON + 30 * DAY);
    assert_int_equal(aside_ledger_consent(b->l, &b->p, ASIDE_PURPOSE_OFFERS, false, NULL, "voice", NOON), ASIDE_OK);
    assert_false(history(b, NOON).consent[ASIDE_PURPOSE_OFFERS]);
    refuses(b, "consent", NOON + 60 * DAY);
    assert_int_equal(aside_ledger_consent(b->l, &b->p, ASIDE_PURPOSE_COUNT, true, NULL, "voice", NOON), ASIDE_EINVAL);
}

static void a_new_decline_replaces_the_old(void **state) {
    bench *b = *state;
    open_ledger(b);
    for (int i = 0; i < 5; i++) assert_int_equal(aside_ledger_decline(b->l, &b->p, "oreo-play", NOON + i), ASIDE_OK);
    aside_history h = history(b, NOON);
    assert_int_equal(h.n_declines, 1);
    assert_true(h.declines[0].at_ms == NOON + 4);
    assert_int_equal(history(b, NOON + 4 + ASIDE_LIMIT_KEEP_MS - 1).n_declines, 1);
    assert_int_equal(history(b, NOON + 4 + ASIDE_LIMIT_KEEP_MS).n_declines, 0);
}

static void points_are_granted_once(void **state) {
    bench *b = *state;
    aside_person bob;
    int64_t balance = 0;
    open_ledger(b);
    aside_ledger_person(b->l, "bob", "home", "device", &bob);
    assert_int_equal(aside_ledger_grant(b->l, &b->p, "a-2", 50, NOON, &balance), ASIDE_OK);
    assert_int_equal(balance, 50);
    assert_int_equal(aside_ledger_grant(b->l, &b->p, "a-2", 50, NOON, &balance), ASIDE_OK);
    assert_int_equal(balance, 50);
    open_ledger(b);
    assert_int_equal(aside_ledger_grant(b->l, &b->p, "a-2", 50, NOON + DAY, &balance), ASIDE_OK);
    assert_int_equal(balance, 50);
    assert_int_equal(aside_ledger_grant(b->l, &b->p, "a-3", -20, NOON, &balance), ASIDE_OK);
    assert_int_equal(balance, 30);
    assert_int_equal(aside_ledger_grant(b->l, &bob, "b-1", 7, NOON + 40 * DAY, &balance), ASIDE_OK);
    assert_int_equal(balance, 7);
    assert_int_equal(aside_ledger_points(b->l, &b->p, &balance), ASIDE_OK);
    assert_int_equal(balance, 30);                         /* Keys are forgotten, balances are not. */
}

/* ---- many at once ---- */

typedef struct racer { aside_ledger *l; aside_person p; pthread_barrier_t *start; int number, n_reserved, n_failed; } racer;

static void *race(void *user) {
    racer *r = user;
    if (r->start) pthread_barrier_wait(r->start);
    for (int i = 0; i < 10; i++) {
        char id[32];
        const char *gate;
        snprintf(id, sizeof id, "%d-%d", r->number, i);
        int rc = try_reserve(r->l, &r->p, &ten, id, NOON, &gate);
        r->n_reserved += rc > 0, r->n_failed += rc < 0;
    }
    return NULL;
}

static void eight_race(aside_ledger *const *ledgers) {
    pthread_t threads[8];
    pthread_barrier_t start;
    racer racers[8];
    int n = 0;
    assert_int_equal(pthread_barrier_init(&start, NULL, 8), 0);
    for (int i = 0; i < 8; i++) {
        racers[i] = (racer){ .l = ledgers[i], .start = &start, .number = i };
        aside_ledger_person(ledgers[i], "user", "home", "device", &racers[i].p);
        if (i == 0) consent_to_offers(ledgers[0], &racers[0].p);
    }
    for (int i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&start);
    for (int i = 0; i < 8; i++) {
        n += racers[i].n_reserved;
        assert_int_equal(racers[i].n_failed, 0);
    }
    assert_int_equal(n, 10);
}

static void eight_threads_get_exactly_the_cap(void **state) {
    bench *b = *state;
    for (int i = 0; i < 40; i++) {                         /* In memory it is over in no time: once is luck. */
        aside_ledger *l = open_at(i ? NULL : b->folder);
        aside_ledger *const same[8] = { l, l, l, l, l, l, l, l };
        eight_race(same);
        aside_ledger_close(l);
    }
}

static void two_handles_of_one_file_share_the_cap(void **state) {
    bench *b = *state;
    aside_ledger *l = open_at(b->folder), *m = open_at(b->folder);
    aside_ledger *const both[8] = { l, m, l, m, l, m, l, m };
    aside_person p, q;
    aside_ledger_person(l, "user", "home", "device", &p);
    aside_ledger_person(m, "user", "home", "device", &q);
    assert_string_equal(p.household, q.household);         /* One key. */
    eight_race(both);
    aside_ledger_close(l), aside_ledger_close(m);
}

enum { FAILED = 100 };

static int race_in_child(const char *folder, int number) {
    racer r = { .number = number };
    if (aside_ledger_open(folder, NULL, &r.l, NULL)) return FAILED;
    aside_ledger_person(r.l, "user", "home", "device", &r.p);
    race(&r);
    aside_ledger_close(r.l);
    return r.n_failed ? FAILED : r.n_reserved;
}

static void four_processes_share_the_cap(void **state) {
    bench *b = *state;
    pid_t children[4];
    int n = 0;
    open_ledger(b);
    aside_ledger_close(b->l), b->l = NULL;
    for (int i = 0; i < 4; i++)
        if ((children[i] = fork()) == 0) _exit(race_in_child(b->folder, i));
    for (int i = 0; i < 4; i++) {
        int exit_status;
        assert_int_equal(waitpid(children[i], &exit_status, 0), children[i]);
        assert_true(WIFEXITED(exit_status) && WEXITSTATUS(exit_status) != FAILED);
        n += WEXITSTATUS(exit_status);
    }
    assert_int_equal(n, 10);
}

static void *open_and_keep(void *folder) {
    aside_ledger *l = NULL;
    aside_error err;
    if (!aside_ledger_open(folder, NULL, &l, &err)) return l;
    print_error("%s: %s\n", err.path, err.text);
    return NULL;
}

static void eight_open_a_new_store_at_once(void **state) {
    bench *b = *state;
    pthread_t threads[8];
    void *opened[8];
    uint64_t sessions[8];
    for (int i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, open_and_keep, b->folder), 0);
    for (int i = 0; i < 8; i++) pthread_join(threads[i], &opened[i]);
    for (int i = 0; i < 8; i++) {
        assert_non_null(opened[i]);
        assert_int_equal(aside_ledger_next_session(opened[i], &sessions[i]), ASIDE_OK);
        for (int j = 0; j < i; j++) assert_true(sessions[i] != sessions[j]);
    }
    for (int i = 0; i < 8; i++) aside_ledger_close(opened[i]);
}

static void session_numbers_never_repeat(void **state) {
    bench *b = *state;
    uint64_t last = 0, n;
    for (int run = 0; run < 3; run++) {
        open_ledger(b);
        for (int i = 0; i < ASIDE_LIMIT_SESSION_BLOCK + 3; i++) {
            assert_int_equal(aside_ledger_next_session(b->l, &n), ASIDE_OK);
            assert_true(n > last);
            last = n;
        }
    }
}

/* ---- crashes ---- */

/* Reserves for ever, and says which were acknowledged. */
static void reserve_until_killed(const char *folder, int to) {
    aside_ledger *l;
    aside_person p;
    const char *gate;
    if (aside_ledger_open(folder, NULL, &l, NULL)) _exit(1);
    aside_ledger_person(l, "user", "home", "device", &p);
    if (aside_ledger_consent(l, &p, ASIDE_PURPOSE_OFFERS, true, NULL, "option", NOON)) _exit(1);
    for (int i = 0; ; i++) {
        char id[ASIDE_LIMIT_ID_BYTES] = { 0 };
        snprintf(id, sizeof id, "killed-%d", i);
        if (try_reserve(l, &p, &lax, id, NOON, &gate) != 1) _exit(1);
        if (write(to, id, sizeof id) != sizeof id) _exit(1);
    }
}

static void killed_it_keeps_what_it_acknowledged(void **state) {
    bench *b = *state;
    int pipe_of[2];
    char id[ASIDE_LIMIT_ID_BYTES];
    size_t n_acknowledged = 0;
    aside_household h = { 0 };
    assert_int_equal(pipe(pipe_of), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) reserve_until_killed(b->folder, pipe_of[1]);
    close(pipe_of[1]);
    nanosleep(&(struct timespec){ .tv_nsec = 250000000 }, NULL);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    open_ledger(b);
    aside_history past = history(b, NOON);
    h.offers = (aside_past_offer *)(uintptr_t)past.offers, h.n_offers = past.n_offers;
    while (read(pipe_of[0], id, sizeof id) == sizeof id) {
        n_acknowledged++;
        assert_non_null(aside_household_offer(&h, id));
    }
    close(pipe_of[0]);
    assert_true(n_acknowledged > 0);
    assert_true(past.n_offers <= n_acknowledged + 1);      /* The one between the write and the word. */
    print_message("           %zu acknowledged before the kill\n", n_acknowledged);
}

/* ---- files ---- */

static bool file_holds(const char *path, const char *needle) {
    FILE *f = fopen(path, "rb");
    bool found = false;
    static char bytes[4 << 20];
    if (!f) return false;
    size_t n = fread(bytes, 1, sizeof bytes, f);
    assert_true(n < sizeof bytes);
    found = memmem(bytes, n, needle, strlen(needle)) != NULL;
    fclose(f);
    return found;
}

static bool files_hold(bench *b, const char *needle) {
    char log[240];
    snprintf(log, sizeof log, "%s-wal", b->file);
    return file_holds(b->file, needle) || file_holds(log, needle);
}

static void the_file_is_the_owners_alone(void **state) {
    bench *b = *state;
    static const char *const endings[] = { "", "-wal", "-shm" };
    mode_t old = umask(0);
    open_ledger(b);
    umask(old);
    for (int i = 0; i < 3; i++) {
        char path[240];
        struct stat st;
        snprintf(path, sizeof path, "%s%s", b->file, endings[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

static void folders_are_made(void **state) {
    bench *b = *state;
    char deep[256];
    snprintf(deep, sizeof deep, "%s/a/b/c", b->folder);
    b->l = open_at(deep);
    assert_true(aside_file_is_folder(deep));
}

/* A row that grew over many pages among many neighbours leaves nothing behind. */
static void erased_leaves_nothing(void **state) {
    bench *b = *state;
    char id[32];
    aside_str json;
    aside_person other;
    open_ledger(b);
    for (int i = 0; i < 60; i++) {
        char name[32];
        snprintf(name, sizeof name, "home-%d", i);
        aside_ledger_person(b->l, "user", name, "device", &other);
        consent_to_offers(b->l, &other);
        snprintf(id, sizeof id, "neighbour-%d", i);
        assert_null(reserve(b->l, &other, &lax, id, NOON));
        snprintf(id, sizeof id, "forgetme-%d", i);
        assert_null(reserve(b->l, &b->p, &lax, id, NOON));
        assert_int_equal(aside_ledger_trail_add(b->l, &b->p, id, NOON, ASIDE_STR("{\"forgetme\":true}")), ASIDE_OK);
    }
    assert_true(files_hold(b, "forgetme-"));
    assert_int_equal(aside_ledger_erase(b->l, &b->p), ASIDE_OK);
    assert_false(files_hold(b, "forgetme"));
    assert_false(files_hold(b, b->p.household));
    assert_true(files_hold(b, "neighbour-59"));
    assert_int_equal(history(b, NOON).n_offers, 0);
    assert_false(history(b, NOON).consent[ASIDE_PURPOSE_OFFERS]);
    assert_int_equal(aside_ledger_trail_get(b->l, "forgetme-3", &b->arena, &json), ASIDE_OK);
    assert_null(json.at);
    assert_int_equal(aside_ledger_erase(b->l, &b->p), ASIDE_OK);
    aside_ledger_close(b->l), b->l = NULL;
    assert_false(files_hold(b, "forgetme"));
}

static void names_are_not_in_the_files(void **state) {
    bench *b = *state;
    open_ledger(b);
    aside_ledger_person(b->l, "alice-of-the-hill", "rose-cottage", "kitchen-radio", &b->p);
    consent_to_offers(b->l, &b->p);
    reserves(b, "a", NOON);
    assert_false(files_hold(b, "alice-of-the-hill"));
    assert_false(files_hold(b, "rose-cottage"));
    assert_false(files_hold(b, "kitchen-radio"));
}

static aside_error refused(const char *path) {
    aside_ledger *l = NULL;
    aside_error err = { 0 };
    assert_int_equal(aside_ledger_open(path, NULL, &l, &err), ASIDE_ESTORE);
    assert_null(l);
    assert_true(strlen(err.path) > 0 && strlen(err.text) > 0);
    return err;
}

static void overwrite(const char *path, long at, const void *bytes, size_t n) {
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    assert_int_equal(fseek(f, at, SEEK_SET), 0);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    fclose(f);
}

static void a_file_that_is_no_store_is_refused(void **state) {
    bench *b = *state;
    static const char letter[] = "Dear diary, today I opened a file that is not a database, and said so politely.";
    FILE *f = fopen(b->file, "wb");
    for (int i = 0; i < 100; i++) fwrite(letter, 1, sizeof letter, f);
    fclose(f);
    aside_error err = refused(b->folder);
    assert_string_equal(err.path, b->file);
    assert_non_null(strstr(err.text, "move the file away"));
    assert_true(file_holds(b->file, letter));              /* And left as it was. */
}

static void other_versions_and_programs_are_refused(void **state) {
    bench *b = *state;
    open_ledger(b);
    aside_ledger_close(b->l), b->l = NULL;
    overwrite(b->file, 60, "\0\0\0\x09", 4);               /* user_version, by SQLite's file format. */
    assert_non_null(strstr(refused(b->folder).text, "another version"));
    overwrite(b->file, 68, "\0\0\0\x01", 4);               /* application_id. */
    assert_non_null(strstr(refused(b->folder).text, "another program"));
}

static void a_damaged_store_is_refused(void **state) {
    bench *b = *state;
    unsigned char rubbish[3000];
    memset(rubbish, 0x5A, sizeof rubbish);
    open_ledger(b);
    reserves(b, "a", NOON);
    aside_ledger_close(b->l), b->l = NULL;
    overwrite(b->file, 4096, rubbish, sizeof rubbish);
    assert_non_null(strstr(refused(b->folder).text, "move the file away"));
    assert_int_equal(truncate(b->file, 5000), 0);
    assert_string_equal(refused(b->folder).path, b->file);
}

/* As somebody who may not write, whoever runs the test. */
static void a_folder_that_cannot_be_written_is_refused(void **state) {
    bench *b = *state;
    char under_file[240];
    int exit_status;
    open_ledger(b);
    aside_ledger_close(b->l), b->l = NULL;
    assert_int_equal(chmod(b->file, 0444) | chmod(b->folder, 0555), 0);
    pid_t child = fork();
    if (child == 0) {
        aside_ledger *l = NULL;
        aside_error err = { 0 };
        char fresh[240];
        if (geteuid() == 0 && setuid(65534)) _exit(2);
        if (aside_ledger_open(b->folder, NULL, &l, &err) != ASIDE_ESTORE || !strstr(err.text, "`state`")) _exit(3);
        snprintf(fresh, sizeof fresh, "%s/fresh", b->folder);
        if (aside_ledger_open(fresh, NULL, &l, &err) != ASIDE_ESTORE || !strstr(err.text, "Permission denied")) _exit(4);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &exit_status, 0), child);
    assert_int_equal(chmod(b->folder, 0700), 0);
    assert_int_equal(exit_status, 0);
    snprintf(under_file, sizeof under_file, "%s/below", b->file);
    assert_non_null(strstr(refused(under_file).text, "Not a directory"));
}

/* ---- trails ---- */

static void trails_are_kept_for_thirty_days(void **state) {
    bench *b = *state;
    const char *const paths[] = { b->folder, NULL };
    for (int i = 0; i < 2; i++) {
        aside_str json;
        aside_ledger *l = open_at(paths[i]);
        aside_ledger_person(l, "user", "home", "device", &b->p);
        assert_int_equal(aside_ledger_trail_add(l, &b->p, "1-1", NOON, ASIDE_STR("{\"id\":\"1-1\"}")), ASIDE_OK);
        assert_int_equal(aside_ledger_trail_get(l, "1-1", &b->arena, &json), ASIDE_OK);
        assert_true(aside_str_is(json, "{\"id\":\"1-1\"}"));
        assert_int_equal(aside_ledger_trail_get(l, "1-2", &b->arena, &json), ASIDE_OK);
        assert_null(json.at);
        assert_int_equal(aside_ledger_trail_add(l, &b->p, "1-1", NOON, ASIDE_STR("{}")), ASIDE_OK);
        for (int n = 0; n < ASIDE_LIMIT_SWEEP_EVERY; n++)
            assert_int_equal(aside_ledger_trail_add(l, &b->p, "2-1", NOON + ASIDE_LIMIT_KEEP_MS - 1, ASIDE_STR("{}")), ASIDE_OK);
        assert_int_equal(aside_ledger_trail_get(l, "1-1", &b->arena, &json), ASIDE_OK);
        assert_true(aside_str_is(json, "{}"));
        for (int n = 0; n < ASIDE_LIMIT_SWEEP_EVERY; n++)
            assert_int_equal(aside_ledger_trail_add(l, &b->p, "3-1", NOON + ASIDE_LIMIT_KEEP_MS, ASIDE_STR("{}")), ASIDE_OK);
        assert_int_equal(aside_ledger_trail_get(l, "1-1", &b->arena, &json), ASIDE_OK);
        assert_null(json.at);
        assert_int_equal(aside_ledger_trail_get(l, "2-1", &b->arena, &json), ASIDE_OK);
        assert_true(aside_str_is(json, "{}"));
        aside_ledger_close(l);
    }
}

static void without_a_store_the_oldest_trail_makes_room(void **state) {
    bench *b = *state;
    aside_str json;
    char id[16];
    b->l = open_at(NULL);
    aside_ledger_person(b->l, "user", "home", "device", &b->p);
    for (int i = 0; i <= ASIDE_LIMIT_MEMORY_TRAILS; i++) {
        snprintf(id, sizeof id, "%d", i);
        assert_int_equal(aside_ledger_trail_add(b->l, &b->p, id, NOON, ASIDE_STR("{}")), ASIDE_OK);
        if (i == ASIDE_LIMIT_MEMORY_TRAILS - 1) {
            assert_int_equal(aside_ledger_trail_get(b->l, "0", &b->arena, &json), ASIDE_OK);
            assert_non_null(json.at);
        }
    }
    assert_int_equal(aside_ledger_trail_get(b->l, "0", &b->arena, &json), ASIDE_OK);
    assert_null(json.at);
    assert_int_equal(aside_ledger_trail_get(b->l, "1", &b->arena, &json), ASIDE_OK);
    assert_non_null(json.at);
    assert_int_equal(aside_ledger_erase(b->l, &b->p), ASIDE_OK);
    assert_int_equal(aside_ledger_trail_get(b->l, id, &b->arena, &json), ASIDE_OK);
    assert_null(json.at);
}

/* ---- the row ---- */

#define SOMEBODY "00112233445566778899aabbccddeeff"

static aside_household full_household(aside_arena *arena) {
    aside_household h;
    bool fresh;
    aside_household_init(&h, arena);
    h.sensitive_at_ms = -5;
    for (int i = 0; i < 6; i++) {
        aside_past_offer o = { .skill = "oreo-play", .campaign = "", .sponsor = "奥利奥", .user = SOMEBODY, .device = SOMEBODY,
                               .at_ms = NOON + i, .expires_ms = i ? INT64_MAX : INT64_MIN, .heard = i & 1 };
        aside_consent c = { .user = SOMEBODY, .purpose = (aside_purpose)(i % ASIDE_PURPOSE_COUNT), .granted = i & 1,
                            .at_ms = -i, .wording = "2026-01", .channel = "voice" };
        aside_grant g = { .key = i & 1 ? "odd" : "even", .user = SOMEBODY, .points = i - 3, .at_ms = NOON };
        snprintf(o.action_id, sizeof o.action_id, "7f3a-%d-a", i);
        assert_int_equal(aside_household_add_offer(&h, &o), ASIDE_OK);
        assert_int_equal(aside_household_consent(&h, &c), ASIDE_OK);
        assert_int_equal(aside_household_grant(&h, &g, &fresh), ASIDE_OK);
        assert_int_equal(fresh, i < 2);
        assert_int_equal(aside_household_decline(&h, i & 1 ? "tea" : "oreo-play", i), ASIDE_OK);
    }
    return h;
}

static void a_row_says_the_same_twice(void **state) {
    bench *b = *state;
    aside_household h = full_household(&b->arena), back;
    aside_str row, again;
    assert_int_equal(aside_household_encode(&h, &b->arena, &row), ASIDE_OK);
    assert_int_equal(aside_household_decode(row, &b->arena, &back), ASIDE_OK);
    assert_int_equal(aside_household_encode(&back, &b->arena, &again), ASIDE_OK);
    assert_true(aside_str_equal(row, again));
    assert_int_equal(back.n_offers, 6);
    assert_int_equal(back.n_consents, ASIDE_PURPOSE_COUNT);
    assert_int_equal(back.n_declines, 2);
    assert_int_equal(back.n_grants, 2);
    assert_true(back.offers[0].expires_ms == INT64_MIN && back.offers[1].expires_ms == INT64_MAX);
    assert_string_equal(back.offers[5].sponsor, "奥利奥");
    assert_int_equal(back.consents[0].granted, true);      /* The sixth replaced the first. */
    assert_int_equal(back.consents[0].at_ms, -5);
    assert_int_equal(aside_household_points(&back, SOMEBODY), -3 - 2);
    assert_int_equal(back.sensitive_at_ms, -5);
    print_message("           %zu bytes with 6 offers\n", row.len);
}

static void an_empty_household_has_no_row(void **state) {
    bench *b = *state;
    aside_household h;
    aside_str row = ASIDE_STR("x");
    assert_int_equal(aside_household_decode((aside_str){ 0 }, &b->arena, &h), ASIDE_OK);
    assert_int_equal(aside_household_encode(&h, &b->arena, &row), ASIDE_OK);
    assert_int_equal(row.len, 0);
}

static void offers_stand_in_the_order_of_time(void **state) {
    bench *b = *state;
    static const int64_t at_ms[] = { 5, 3, 9, 5, -1 };
    aside_household h;
    aside_household_init(&h, &b->arena);
    for (int i = 0; i < 5; i++) {
        aside_past_offer o = { .skill = "s", .at_ms = at_ms[i] };
        assert_int_equal(aside_household_add_offer(&h, &o), ASIDE_OK);
    }
    for (int i = 1; i < 5; i++) assert_true(h.offers[i - 1].at_ms <= h.offers[i].at_ms);
}

static void what_is_no_pseudonym_is_refused(void **state) {
    bench *b = *state;
    aside_household h;
    aside_str row;
    aside_household_init(&h, &b->arena);
    aside_consent c = { .user = "alice", .wording = "", .channel = "" };
    assert_int_equal(aside_household_consent(&h, &c), ASIDE_OK);
    assert_int_equal(aside_household_encode(&h, &b->arena, &row), ASIDE_EINVAL);
}

static uint32_t crc32_by_the_book(const unsigned char *p, size_t n) {
    uint32_t crc = ~0u;
    for (size_t i = 0; i < 8 * n; i++) {
        uint32_t bit = (crc ^ (uint32_t)p[i / 8] >> i % 8) & 1;
        crc = crc >> 1 ^ (bit ? 0xEDB88320u : 0);
    }
    return ~crc;
}

/* With a check that fits, so that the damage reaches the fields. */
static aside_status decode_with_check(unsigned char *row, size_t n, aside_arena *arena) {
    aside_household h;
    uint32_t check = n >= 4 ? crc32_by_the_book(row, n - 4) : 0;
    for (int i = 0; n >= 4 && i < 4; i++) row[n - 4 + (size_t)i] = (unsigned char)(check >> 8 * i);
    return aside_household_decode((aside_str){ (const char *)row, n }, arena, &h);
}

static void damaged_rows_are_errors(void **state) {
    bench *b = *state;
    aside_household h = full_household(&b->arena), back;
    aside_str row;
    size_t n_refused = 0;
    assert_int_equal(aside_household_encode(&h, &b->arena, &row), ASIDE_OK);
    unsigned char *bytes = aside_arena_alloc(&b->arena, row.len);
    assert_non_null(bytes);
    aside_arena scratch;
    aside_arena_init(&scratch, &b->host, 0);
    for (size_t n = 1; n < row.len; n++) {
        assert_int_equal(aside_household_decode((aside_str){ row.at, n }, &scratch, &back), ASIDE_ESTORE);
        unsigned char *cut = malloc(n);                    /* Exactly n, so that a read past it is seen. */
        assert_non_null(cut);
        memcpy(cut, row.at, n);
        assert_int_equal(decode_with_check(cut, n, &scratch), ASIDE_ESTORE);
        free(cut);
        aside_arena_reset(&scratch);
    }
    for (size_t bit = 0; bit < 8 * row.len; bit++) {
        memcpy(bytes, row.at, row.len);
        bytes[bit / 8] ^= (unsigned char)(1u << bit % 8);
        assert_int_equal(aside_household_decode((aside_str){ (const char *)bytes, row.len }, &scratch, &back), ASIDE_ESTORE);
        n_refused += decode_with_check(bytes, row.len, &scratch) == ASIDE_ESTORE;
        aside_arena_reset(&scratch);
    }
    assert_true(n_refused > 8);                            /* At least every flip in the version. */
    aside_rng rng = { 7 };
    for (int round = 0; round < 20000; round++) {
        size_t n = 11 + (size_t)(aside_rng_next(&rng) % 80);
        for (size_t i = 1; i < n; i++) bytes[i] = (unsigned char)(aside_rng_next(&rng) % (round & 1 ? 4 : 256));
        bytes[0] = 1;
        aside_status st = decode_with_check(bytes, n, &scratch);
        assert_true(st == ASIDE_OK || st == ASIDE_ESTORE);
        aside_arena_reset(&scratch);
    }
    aside_arena_free(&scratch);
}

/* ---- memory ---- */

typedef struct stingy { int left; size_t in_use; } stingy;

static void *stingy_realloc(void *user, void *old, size_t old_size, size_t new_size) {
    stingy *s = user;
    if (new_size && s->left-- <= 0) return NULL;
    s->in_use += new_size, s->in_use -= old ? old_size : 0;
    if (new_size == 0) return free(old), NULL;
    return realloc(old, new_size);
}

/* A life of a household; the first failure ends it. */
static aside_status live(aside_ledger *l, aside_arena *arena) {
    aside_person p;
    aside_history h;
    aside_str json;
    aside_reason reason;
    const char *gate;
    uint64_t session;
    int64_t balance;
    bool passed;
    aside_status st = aside_ledger_next_session(l, &session);
    aside_ledger_person(l, "user", "home", "device", &p);
    if (!st) st = aside_ledger_consent(l, &p, ASIDE_PURPOSE_OFFERS, true, "w", "wire", NOON);
    if (!st) st = aside_ledger_reserve(l, &p, &strict, &oreo, "a", NOON, NOON + MINUTE, arena, &passed, &gate, &reason);
    if (!st && !passed) return ASIDE_EINVAL;
    if (!st) st = aside_ledger_commit(l, &p, "a", NOON);
    if (!st) st = aside_ledger_reserve(l, &p, &strict, &oreo, "b", NOON, NOON + MINUTE, arena, &passed, &gate, &reason);
    if (!st && passed) return ASIDE_EINVAL;
    if (!st) st = aside_ledger_grant(l, &p, "a-1", 5, NOON, &balance);
    if (!st) st = aside_ledger_decline(l, &p, "oreo-play", NOON);
    if (!st) st = aside_ledger_trail_add(l, &p, "1-1", NOON, ASIDE_STR("{}"));
    if (!st) st = aside_ledger_trail_get(l, "1-1", arena, &json);
    if (!st && !json.at) return ASIDE_EINVAL;
    if (!st) st = aside_ledger_history(l, &p, NOON, arena, &h);
    if (!st && h.n_offers != 1) return ASIDE_EINVAL;
    return st ? st : aside_ledger_erase(l, &p);
}

static void every_allocation_may_fail(void **state) {
    bench *b = *state;
    const char *const paths[] = { NULL, b->folder };
    for (int i = 0; i < 2; i++) {
        aside_status st = ASIDE_ENOMEM;
        for (int n = 0; st; n++) {
            stingy s = { .left = n };
            aside_host host = { .user = &s, .realloc = stingy_realloc };
            aside_arena arena;
            aside_ledger *l = NULL;
            aside_arena_init(&arena, &host, 1);
            st = aside_ledger_open(paths[i], &host, &l, NULL);
            if (!st) st = live(l, &arena);
            assert_true(st == ASIDE_OK || st == ASIDE_ENOMEM);
            aside_ledger_close(l);
            aside_arena_free(&arena);
            assert_int_equal(s.in_use, 0);
            if (paths[i]) assert_int_equal(remove(b->file) && errno != ENOENT, 0);
            assert_true(n < 1000);
        }
    }
}

/* ---- speed: said, not judged ---- */

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void figures(void **state) {
    bench *b = *state;
    enum { N = 200 };
    open_ledger(b);
    double start = seconds();
    for (int i = 0; i < N; i++) {
        reserves(b, "a", NOON);
        assert_int_equal(aside_ledger_release(b->l, &b->p, "a", NOON), ASIDE_OK);
    }
    double reserved = seconds();
    for (int i = 0; i < N; i++) assert_int_equal(aside_ledger_trail_add(b->l, &b->p, "1-1", NOON, ASIDE_STR("{}")), ASIDE_OK);
    double trails = seconds();
    for (int i = 0; i < N; i++) {
        history(b, NOON);
        aside_arena_reset(&b->arena);
    }
    print_message("           durable write %.0f us, trail %.0f us, history %.1f us\n", (reserved - start) / (2 * N) * 1e6,
                  (trails - reserved) / N * 1e6, (seconds() - trails) / N * 1e6);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_household_never_seen_has_nothing), T(a_cap_holds_over_a_restart), T(unheard_lapses_and_heard_stays), T(heard_late_counts),
        T(released_is_as_if_it_had_not_been), T(a_crash_before_commit_loses_one_offer), T(an_action_is_reserved_once),
        T(a_row_holds_so_many_offers), T(declines_and_consents_are_kept), T(a_new_decline_replaces_the_old), T(points_are_granted_once),
        T(eight_threads_get_exactly_the_cap), T(two_handles_of_one_file_share_the_cap), T(four_processes_share_the_cap),
        T(eight_open_a_new_store_at_once),
        T(session_numbers_never_repeat), T(killed_it_keeps_what_it_acknowledged), T(the_file_is_the_owners_alone), T(folders_are_made),
        T(erased_leaves_nothing), T(names_are_not_in_the_files), T(a_file_that_is_no_store_is_refused),
        T(other_versions_and_programs_are_refused), T(a_damaged_store_is_refused), T(a_folder_that_cannot_be_written_is_refused),
        T(trails_are_kept_for_thirty_days), T(without_a_store_the_oldest_trail_makes_room), T(a_row_says_the_same_twice),
        T(an_empty_household_has_no_row), T(offers_stand_in_the_order_of_time), T(what_is_no_pseudonym_is_refused),
        T(damaged_rows_are_errors), T(every_allocation_may_fail), T(figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
