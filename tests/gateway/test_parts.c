/* test_parts.c -- the gateway's small parts, each alone. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/host.h"
#include "base/limits.h"
#include "gateway/connection.h"
#include "gateway/http.h"
#include "gateway/origin.h"
#include "gateway/pace.h"
#include "gateway/worker.h"
#include "fake_engine.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* --------------------------------- queue --------------------------------- */

static void a_queue_keeps_order_and_says_when_it_is_full(void **state) {
    (void)state;
    aside_host host = aside_host_complete(NULL);
    aside_queue q = { 0 };
    char body[1024] = { 0 };
    size_t n = 0;
    while (!aside_queue_full(&q)) {
        aside_message *m = aside_message_copy(&host, (aside_str){ body, sizeof body });
        m->arrived_ms = (int64_t)n++;
        aside_queue_put(&q, m);
    }
    assert_true(q.n_bytes <= ASIDE_LIMIT_QUEUE_BYTES);
    aside_message *first = aside_queue_take(&q);
    assert_int_equal(first->arrived_ms, 0);
    aside_queue_put_back(&q, first);
    for (size_t i = 0; i < n; i++) {
        aside_message *m = aside_queue_take(&q);
        assert_int_equal(m->arrived_ms, i);
        aside_message_free(&host, m);
    }
    assert_null(aside_queue_take(&q));
    assert_true(aside_queue_roomy(&q));
    assert_int_equal(q.n_bytes, 0);
}

static void a_message_grows_from_pieces(void **state) {
    (void)state;
    aside_host host = aside_host_complete(NULL);
    aside_connection *c = aside_connection_new(&host, &aside_protocol_v1);
    for (int i = 0; i < 1000; i++) assert_int_equal(aside_connection_gather(c, ASIDE_STR("abcdefg"), true), ASIDE_OK);
    aside_connection_pause(c, 10), aside_connection_resume(c, 35);
    aside_message *m = aside_connection_gathered(c, 99);
    assert_int_equal(m->len, 7000);
    assert_memory_equal(aside_message_at(m) + 6993, "abcdefg", 7);
    assert_true(m->is_sound);
    assert_int_equal(m->arrived_ms, 99);
    assert_int_equal(m->paused_ms, 25);
    assert_null(aside_connection_gathered(c, 100));
    aside_message_free(&host, m);
    aside_connection_free(c);
}

static void a_message_has_a_limit(void **state) {
    (void)state;
    aside_host host = aside_host_complete(NULL);
    aside_connection *c = aside_connection_new(&host, &aside_protocol_v1);
    char *most = calloc(1, ASIDE_LIMIT_FRAME_BYTES);
    assert_int_equal(aside_connection_gather(c, (aside_str){ most, ASIDE_LIMIT_FRAME_BYTES }, false), ASIDE_OK);
    assert_int_equal(aside_connection_gather(c, ASIDE_STR("x"), false), ASIDE_ELIMIT);
    free(most);
    aside_connection_free(c);
}

/* ---------------------------------- pace ---------------------------------- */

static aside_pace_verdict run(aside_pace *p, int64_t *now_ms, int n_frames, size_t frame, int step_ms) {
    aside_pace_verdict v = ASIDE_PACE_RIGHT;
    for (int i = 0; i < n_frames && v == ASIDE_PACE_RIGHT; i++, *now_ms += step_ms) v = aside_pace_add(p, *now_ms, frame, 0);
    return v;
}

static void honest_devices_keep_pace(void **state) {
    (void)state;
    static const struct { size_t frame; int step_ms; } rows[] = { { 320, 20 }, { 1600, 100 }, { 8000, 500 }, { 32000, 2000 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aside_pace p;
        int64_t now_ms = 5;
        aside_pace_init(&p, 16000);
        assert_int_equal(run(&p, &now_ms, 200, rows[i].frame, rows[i].step_ms), ASIDE_PACE_RIGHT);
    }
}

static void starts_pauses_and_stalls_are_forgiven(void **state) {
    (void)state;
    aside_pace p;
    int64_t now_ms = 0;
    aside_pace_init(&p, 16000);
    assert_int_equal(run(&p, &now_ms, 50, 320, 0), ASIDE_PACE_RIGHT);       /* 1 s from before the wake word. */
    assert_int_equal(run(&p, &now_ms, 400, 320, 20), ASIDE_PACE_RIGHT);
    now_ms += 4000;                                                          /* Nobody spoke. */
    assert_int_equal(run(&p, &now_ms, 400, 320, 20), ASIDE_PACE_RIGHT);
    now_ms += 400;                                                           /* The network stalled and caught up. */
    assert_int_equal(run(&p, &now_ms, 20, 320, 0), ASIDE_PACE_RIGHT);
    assert_int_equal(run(&p, &now_ms, 400, 320, 20), ASIDE_PACE_RIGHT);
    now_ms += 5000;                                                          /* We did not read for five seconds. */
    assert_int_equal(aside_pace_add(&p, now_ms, 320, 5000), ASIDE_PACE_RIGHT);
    assert_int_equal(run(&p, &now_ms, 250, 320, 0), ASIDE_PACE_RIGHT);
    assert_int_equal(run(&p, &now_ms, 400, 320, 20), ASIDE_PACE_RIGHT);
}

static void wrong_rates_are_found_in_three_seconds(void **state) {
    (void)state;
    static const struct { int step_ms; aside_pace_verdict want; } rows[] = {
        { 10, ASIDE_PACE_FAST }, { 15, ASIDE_PACE_FAST }, { 27, ASIDE_PACE_SLOW }, { 40, ASIDE_PACE_SLOW }, { 120, ASIDE_PACE_SLOW },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aside_pace p;
        int64_t now_ms = 0;
        aside_pace_init(&p, 16000);
        assert_int_equal(run(&p, &now_ms, 1000, 320, rows[i].step_ms), rows[i].want);
        assert_in_range(now_ms, 1000, 3800);
    }
}

/* --------------------------------- origin --------------------------------- */

static void origins_are_told_apart(void **state) {
    (void)state;
    static const struct { const char *origin, *host, *allowed; bool on_loopback, want; } rows[] = {
        { "", "x", NULL, true, true },
        { "http://localhost:3000", "x", NULL, true, true },
        { "http://127.0.0.1", "x", NULL, true, true },
        { "http://[::1]:8080", "x", NULL, false, true },
        { "http://evil.example", "127.0.0.1:2700", NULL, true, false },
        { "http://127.evil.example", "127.0.0.1:2700", NULL, true, false },
        { "http://localhost.evil.example", "127.0.0.1:2700", NULL, true, false },
        { "null", "127.0.0.1:2700", NULL, true, false },
        { "http://evil.example:2700", "evil.example:2700", NULL, true, false },       /* DNS rebinding. */
        { "https://tv.example", "tv.example", NULL, false, true },
        { "https://tv.example:1", "tv.example:2", NULL, false, false },
        { "https://shop.example", "tv.example", "https://a.example, https://shop.example", false, true },
        { "https://shop.example", "tv.example", "https://shop.example.org", false, false },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (aside_origin_accept(aside_str_from(rows[i].origin), aside_str_from(rows[i].host), rows[i].allowed,
                                rows[i].on_loopback) != rows[i].want) fail_msg("row %zu: %s", i, rows[i].origin);
}

/* ---------------------------------- http ---------------------------------- */

static void pages_answer(void **state) {
    (void)state;
    static const struct { const char *path; int status; const char *part; } rows[] = {
        { "/", 200, "<title>Aside</title>" },  { "/healthz", 200, "\"ok\"" }, { "/readyz", 200, "\"ready\"" },
        { "/metrics", 200, "aside_errors_total{code=\"json.invalid\"} 2\n" }, { "/v1/admin/x", 404, "not found" },
        { "/v1/callback/game", 404, "not found" }, { "/healthz/", 404, "not found" }, { "", 404, "not found" },
    };
    aside_host host = aside_host_complete(NULL);
    aside_metrics metrics = { 0 };
    aside_arena arena;
    aside_arena_init(&arena, &host, 0);
    aside_metrics_refusal(&metrics, ASIDE_WIRE_JSON_INVALID), aside_metrics_refusal(&metrics, ASIDE_WIRE_JSON_INVALID);
    aside_http_state s = { .metrics = &metrics, .most_connections = 2 };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aside_http_answer a = aside_http_get(aside_str_from(rows[i].path), &s, &arena);
        assert_int_equal(a.status, rows[i].status);
        assert_non_null(strstr(a.body.at, rows[i].part));
    }
    aside_metrics_add(&metrics, ASIDE_METRIC_CONNECTIONS, 2);
    assert_int_equal(aside_http_get(ASIDE_STR("/readyz"), &s, &arena).status, 503);
    s.most_connections = 3, s.is_stopping = true;
    assert_int_equal(aside_http_get(ASIDE_STR("/readyz"), &s, &arena).status, 503);
    aside_arena_free(&arena);
}

/* --------------------------------- worker --------------------------------- */

typedef struct bell { pthread_mutex_t lock; pthread_cond_t rung; int n; } bell;

static void ring(void *user) {
    bell *b = user;
    pthread_mutex_lock(&b->lock);
    b->n++;
    pthread_cond_signal(&b->rung);
    pthread_mutex_unlock(&b->lock);
}

/* The next connection with news, as the loop would take it; NULL after 10 s. */
static aside_connection *wait_news(bell *b, aside_worker *w) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 10;
    aside_connection *c;
    while (!(c = aside_worker_woken(w))) {
        pthread_mutex_lock(&b->lock);
        int late = b->n ? 0 : pthread_cond_timedwait(&b->rung, &b->lock, &until);
        b->n = 0;
        pthread_mutex_unlock(&b->lock);
        if (late) return NULL;
    }
    return c;
}

typedef struct rig {
    fake_account     account;
    aside_host       host;
    aside_tokens     tokens;
    aside_metrics    metrics;
    aside_talk_world world;
    bell             bell;
    aside_worker    *worker;
    aside_engine    *engine;
} rig;

static void set_up(rig *r) {
    *r = (rig){ .host = aside_host_complete(NULL) };
    pthread_mutex_init(&r->bell.lock, NULL);
    pthread_cond_init(&r->bell.rung, NULL);
    r->engine = fake_engine_open(&r->account);
    r->world = (aside_talk_world){ r->engine, &r->host, &r->tokens, &r->metrics };
    assert_int_equal(aside_worker_start(&r->world, (aside_waker){ &r->bell, ring }, &r->worker), ASIDE_OK);
}

static void tear_down(rig *r) {
    aside_worker_stop(r->worker);
    assert_int_equal(r->account.n_open, 0);
    aside_engine_close(r->engine);
    pthread_cond_destroy(&r->bell.rung);
    pthread_mutex_destroy(&r->bell.lock);
}

static aside_connection *connect_to(rig *r, const aside_protocol *protocol) {
    aside_connection *c = aside_connection_new(&r->host, protocol);
    aside_worker_adopt(r->worker, c);
    return c;
}

static bool push_samples(rig *r, aside_connection *c, size_t n) {
    aside_message *m = aside_message_new(&r->host, 2 * n);
    m->is_sound = true, m->len = 2 * n;
    memset(aside_message_at(m), 1, 2 * n);              /* 0x0101 is FAKE_SPEECH. */
    return aside_worker_push(r->worker, c, m);
}

/* Looks at its own news in the middle of a frame, as the loop may when the socket
 * can be written, and replies nothing that would wake the loop. */
static aside_status look(aside_talk *t, aside_message *m, aside_arena *scratch) {
    aside_connection *c = t->peer.user;
    (void)m, (void)scratch;
    (void)aside_worker_news(c->worker, c);
    return ASIDE_OK;
}

static void room_is_told_also_when_it_was_seen_before(void **state) {
    static const aside_protocol looking = { "looking", ASIDE_METRIC_ACCEPTED_V1, NULL, look, NULL };
    (void)state;
    rig r;
    set_up(&r);
    aside_connection *c = connect_to(&r, &looking);
    while (!push_samples(&r, c, 1600)) continue;
    assert_ptr_equal(wait_news(&r.bell, r.worker), c);
    assert_true(aside_worker_news(r.worker, c).has_room);
    aside_worker_hang_up(r.worker, c);
    while (!aside_worker_news(r.worker, c).is_finished) assert_non_null(wait_news(&r.bell, r.worker));
    tear_down(&r);
    aside_connection_free(c);
}

/* The loop's side of a peer that pushes as fast as it may: nothing gets lost. */
static void a_full_inbox_stops_the_reader_and_loses_nothing(void **state) {
    (void)state;
    rig r;
    set_up(&r);
    r.account.n_busy = 5;                                /* So the queue fills before it empties. */
    aside_connection *c = connect_to(&r, &aside_protocol_vosk);
    enum { FRAMES = 400, SAMPLES = 1600 };
    int n_pushed = 0, n_replies = 0;
    bool is_paused = false;
    while (n_replies < FRAMES) {
        while (!is_paused && n_pushed < FRAMES) is_paused = push_samples(&r, c, SAMPLES), n_pushed++;
        assert_ptr_equal(wait_news(&r.bell, r.worker), c);
        for (aside_message *m; (m = aside_worker_pull(r.worker, c)); n_replies++) aside_message_free(&r.host, m);
        if (is_paused && aside_worker_news(r.worker, c).has_room) is_paused = false;
    }
    assert_int_equal(r.account.n_samples, FRAMES * SAMPLES);
    aside_worker_hang_up(r.worker, c);
    while (!aside_worker_news(r.worker, c).is_finished) assert_non_null(wait_news(&r.bell, r.worker));
    tear_down(&r);
    aside_connection_free(c);
}

static void a_peer_that_does_not_read_is_given_up(void **state) {
    (void)state;
    rig r;
    set_up(&r);
    aside_connection *slow = connect_to(&r, &aside_protocol_v1), *other = connect_to(&r, &aside_protocol_v1);
    char words[2048];
    memset(words, 'x', sizeof words);
    for (size_t i = 0; i < ASIDE_LIMIT_BACKLOG_BYTES / sizeof words; i++)
        aside_worker_send(r.worker, slow, (aside_str){ words, sizeof words });
    assert_false(aside_worker_news(r.worker, slow).has_overflowed);
    aside_worker_send(r.worker, slow, ASIDE_STR("one more"));
    assert_true(aside_worker_news(r.worker, slow).has_overflowed);
    assert_false(aside_worker_news(r.worker, slow).has_output);
    assert_false(aside_worker_news(r.worker, other).has_overflowed);
    assert_int_equal(r.metrics.refusals[ASIDE_WIRE_PEER_SLOW], 1);
    aside_worker_hang_up(r.worker, slow), aside_worker_hang_up(r.worker, other);
    tear_down(&r);
    aside_connection_free(slow), aside_connection_free(other);
}

static void a_vanished_peer_leaves_nothing_behind(void **state) {
    (void)state;
    rig r;
    set_up(&r);
    aside_connection *gone = connect_to(&r, &aside_protocol_vosk), *stays = connect_to(&r, &aside_protocol_vosk);
    for (int i = 0; i < 50; i++) push_samples(&r, gone, 1600);
    aside_worker_hang_up(r.worker, gone);
    push_samples(&r, stays, 1000);
    bool is_answered = false, is_finished = false;
    while (!is_answered || !is_finished) {
        aside_connection *c = wait_news(&r.bell, r.worker);
        assert_non_null(c);
        if (c == gone) is_finished = aside_worker_news(r.worker, c).is_finished;
        else is_answered = aside_worker_news(r.worker, c).has_output;
    }
    assert_int_equal(aside_worker_load(r.worker), 1);
    aside_worker_hang_up(r.worker, stays);
    tear_down(&r);
    aside_connection_free(gone), aside_connection_free(stays);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_queue_keeps_order_and_says_when_it_is_full),
        cmocka_unit_test(a_message_grows_from_pieces),
        cmocka_unit_test(a_message_has_a_limit),
        cmocka_unit_test(honest_devices_keep_pace),
        cmocka_unit_test(starts_pauses_and_stalls_are_forgiven),
        cmocka_unit_test(wrong_rates_are_found_in_three_seconds),
        cmocka_unit_test(origins_are_told_apart),
        cmocka_unit_test(pages_answer),
        cmocka_unit_test(a_full_inbox_stops_the_reader_and_loses_nothing),
        cmocka_unit_test(room_is_told_also_when_it_was_seen_before),
        cmocka_unit_test(a_peer_that_does_not_read_is_given_up),
        cmocka_unit_test(a_vanished_peer_leaves_nothing_behind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
