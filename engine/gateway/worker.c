/* worker.c -- see worker.h. */
#include "gateway/worker.h"

#include "base/limits.h"

#include <assert.h>
#include <pthread.h>
#include <time.h>

/* How long a connection stands aside when no decoder is free: about one frame of
 * sound, so that it costs neither the peer nor the processor much. */
enum { RETRY_MS = 20, SWEEP_MS = 500, SCRATCH_BYTES = 16 << 10 };

/* A list of connections, linked by next_ready. */
typedef struct line { aside_connection *first, *last; } line;

struct aside_worker {
    const aside_talk_world *world;
    aside_waker     waker;
    pthread_t       thread;
    /* The thread's. */
    aside_arena     scratch;            /* Reset for each frame. */
    aside_connection *speaking;         /* Those in mid-utterance, as many as decoders at most; by next_speaking. */
    int64_t         sweep_ms;           /* When they are looked at next. */

    pthread_mutex_t lock;               /* Of everything below, and of its connections' middle part. */
    pthread_cond_t  work;
    line            ready, waiting;     /* waiting: sorted by retry_ms, as all wait equally long. */
    aside_connection *woken;            /* Linked by next_woken. */
    int             n_connections;
    bool            is_stopping;
};

/* ------------------------------- Under the lock ------------------------------- */

static void append(line *l, aside_connection *c) {
    c->next_ready = NULL;
    if (l->last) l->last->next_ready = c;
    else l->first = c;
    l->last = c;
}

static aside_connection *take_first(line *l) {
    aside_connection *c = l->first;
    if (!c) return NULL;
    l->first = c->next_ready;
    if (!l->first) l->last = NULL;
    c->next_ready = NULL;
    return c;
}

static void make_ready(aside_worker *w, aside_connection *c) {
    if (c->is_ready || c->is_waiting || c->is_running) return;
    c->is_ready = true;
    append(&w->ready, c);
    pthread_cond_signal(&w->work);
}

static void tell_loop(aside_worker *w, aside_connection *c) {
    if (c->is_woken) return;
    bool was_empty = w->woken == NULL;
    c->is_woken = true;
    c->next_woken = w->woken;
    w->woken = c;
    if (was_empty) w->waker.wake(w->waker.user);
}

/* Out of memory (m is NULL) ends the same way: a peer is told all or nothing. */
static void overflow(aside_worker *w, aside_connection *c, aside_message *m) {
    aside_message_free(c->host, m);
    aside_queue_clear(&c->outbox, c->host);
    aside_metrics_refusal(w->world->metrics, ASIDE_WIRE_PEER_SLOW);
    c->has_overflowed = true;
}

static void put_out(aside_worker *w, aside_connection *c, aside_message *m) {
    if (c->has_overflowed) aside_message_free(c->host, m);
    else if (m && c->outbox.n_bytes + m->len <= ASIDE_LIMIT_BACKLOG_BYTES) aside_queue_put(&c->outbox, m);
    else overflow(w, c, m);
    tell_loop(w, c);
}

static int64_t steady_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void wake_waiting(aside_worker *w, int64_t now_ms) {
    while (w->waiting.first && (w->is_stopping || w->waiting.first->is_gone || w->waiting.first->retry_ms <= now_ms)) {
        aside_connection *c = take_first(&w->waiting);
        c->is_waiting = false;
        make_ready(w, c);
    }
}

static void sleep_until(aside_worker *w, int64_t at_ms) {
    struct timespec t = { .tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000 };
    pthread_cond_timedwait(&w->work, &w->lock, &t);
}

static void sleep_a_while(aside_worker *w) {
    int64_t at_ms = INT64_MAX;
    if (w->speaking) at_ms = w->sweep_ms;
    if (w->waiting.first && w->waiting.first->retry_ms < at_ms) at_ms = w->waiting.first->retry_ms;
    if (at_ms < INT64_MAX) sleep_until(w, at_ms);
    else pthread_cond_wait(&w->work, &w->lock);
}

/* False when the worker is to stop and nothing is left to close. */
static bool wait_for_work(aside_worker *w) {
    wake_waiting(w, steady_ms());
    if (!w->ready.first && !w->is_stopping) {
        sleep_a_while(w);
        wake_waiting(w, steady_ms());
    }
    return w->ready.first || !w->is_stopping;
}

static void stand_aside(aside_worker *w, aside_connection *c, aside_message *m) {
    aside_queue_put_back(&c->inbox, m);
    c->is_waiting = true;
    c->retry_ms = steady_ms() + RETRY_MS;
    append(&w->waiting, c);
}

/* -------------------------------- The thread ---------------------------------- */

static void list_speaker(aside_worker *w, aside_connection *c) {
    c->sound_ms = steady_ms();
    if (c->is_listed || !c->talk.is_speaking) return;
    if (!w->speaking) w->sweep_ms = c->sound_ms + SWEEP_MS;
    c->is_listed = true;
    c->next_speaking = w->speaking;
    w->speaking = c;
}

/* A peer that still has frames in its inbox did not stall; we did. */
static bool has_stalled(const aside_connection *c, int64_t now_ms) {
    return c->talk.is_speaking && !c->is_gone && !c->inbox.first && now_ms - c->sound_ms >= ASIDE_LIMIT_STALL_MS;
}

static void end_stalled(aside_worker *w, aside_connection *c) {
    pthread_mutex_unlock(&w->lock);
    aside_arena_reset(&w->scratch);
    aside_talk_stall(&c->talk, &w->scratch);
    pthread_mutex_lock(&w->lock);
}

/* Who speaks no more leaves the list; who has stalled is made to. */
static void sweep(aside_worker *w) {
    int64_t now_ms = steady_ms();
    if (!w->speaking || now_ms < w->sweep_ms) return;
    w->sweep_ms = now_ms + SWEEP_MS;
    for (aside_connection *c, **at = &w->speaking; (c = *at);) {
        if (has_stalled(c, now_ms)) end_stalled(w, c);
        if (c->talk.is_speaking) at = &c->next_speaking;
        else *at = c->next_speaking, c->is_listed = false;
    }
}

static void unlist(aside_worker *w, aside_connection *c) {
    aside_connection **at = &w->speaking;
    while (*at && *at != c) at = &(*at)->next_speaking;
    if (*at) *at = c->next_speaking;
}

static void let_go(aside_worker *w, aside_connection *c) {
    pthread_mutex_unlock(&w->lock);
    unlist(w, c);
    aside_talk_close(&c->talk);
    pthread_mutex_lock(&w->lock);
    aside_queue_clear(&c->inbox, c->host);
    c->was_closed = true;
    w->n_connections--;
    tell_loop(w, c);
}

static aside_status take_frame(aside_worker *w, aside_connection *c, aside_message *m) {
    pthread_mutex_unlock(&w->lock);
    aside_arena_reset(&w->scratch);
    aside_status s = aside_talk_take(&c->talk, m, &w->scratch);
    if (s != ASIDE_EBUSY) aside_message_free(c->host, m);
    list_speaker(w, c);
    pthread_mutex_lock(&w->lock);
    return s;
}

/* Told once, here alone: the loop looks at news at other times too, and room that
 * it saw then without asking must not be taken for told. */
static void tell_room(aside_worker *w, aside_connection *c) {
    if (!c->wants_room || !aside_queue_roomy(&c->inbox)) return;
    c->wants_room = false;
    tell_loop(w, c);
}

/* One frame.  While it is looked at the connection is in no list (is_running). */
static void serve(aside_worker *w, aside_connection *c) {
    aside_message *m = aside_queue_take(&c->inbox);
    aside_status s = ASIDE_OK;
    c->is_running = true;
    if (m) s = take_frame(w, c, m);
    c->is_running = false;
    if (s == ASIDE_EBUSY) stand_aside(w, c, m);
    else if (c->inbox.first || c->is_gone) make_ready(w, c);
    tell_room(w, c);                    /* Last: a frame that was put back takes room again. */
}

static void *run(void *user) {
    aside_worker *w = user;
    pthread_mutex_lock(&w->lock);
    while (wait_for_work(w)) {
        sweep(w);
        aside_connection *c = take_first(&w->ready);
        if (c) c->is_ready = false;
        if (c && !c->is_gone) serve(w, c);
        else if (c && !c->was_closed) let_go(w, c);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

/* A peer of the talk: called on the worker's thread, without the lock. */
static void peer_send(void *user, aside_str text) {
    aside_connection *c = user;
    aside_worker_send(c->worker, c, text);
}

static void peer_close(void *user, int status, const char *reason) {
    aside_connection *c = user;
    aside_worker_close(c->worker, c, status, reason);
}

/* -------------------------------- For the loop --------------------------------- */

static void use_steady_clock(pthread_cond_t *cond) {
    pthread_condattr_t a;
    pthread_condattr_init(&a);
    pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &a);
    pthread_condattr_destroy(&a);
}

aside_status aside_worker_start(const aside_talk_world *world, aside_waker waker, aside_worker **out) {
    aside_worker *w = aside_host_alloc(world->host, sizeof *w);
    if (!w) return ASIDE_ENOMEM;
    w->world = world, w->waker = waker;
    aside_arena_init(&w->scratch, world->host, SCRATCH_BYTES);
    pthread_mutex_init(&w->lock, NULL);
    use_steady_clock(&w->work);
    if (pthread_create(&w->thread, NULL, run, w)) return aside_host_free(world->host, w, sizeof *w), ASIDE_ESTATE;
    return *out = w, ASIDE_OK;
}

void aside_worker_stop(aside_worker *w) {
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    assert(w->n_connections == 0);
    aside_arena_free(&w->scratch);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    aside_host_free(w->world->host, w, sizeof *w);
}

void aside_worker_adopt(aside_worker *w, aside_connection *c) {
    c->worker = w;
    aside_talk_init(&c->talk, c->protocol, w->world, (aside_peer){ c, peer_send, peer_close });
    pthread_mutex_lock(&w->lock);
    w->n_connections++;
    pthread_mutex_unlock(&w->lock);
}

int aside_worker_load(aside_worker *w) {
    pthread_mutex_lock(&w->lock);
    int n = w->n_connections;
    pthread_mutex_unlock(&w->lock);
    return n;
}

bool aside_worker_push(aside_worker *w, aside_connection *c, aside_message *m) {
    pthread_mutex_lock(&w->lock);
    aside_queue_put(&c->inbox, m);
    make_ready(w, c);
    bool is_full = aside_queue_full(&c->inbox);
    c->wants_room |= is_full;
    pthread_mutex_unlock(&w->lock);
    return is_full;
}

void aside_worker_hang_up(aside_worker *w, aside_connection *c) {
    pthread_mutex_lock(&w->lock);
    c->is_gone = true;
    make_ready(w, c);
    pthread_mutex_unlock(&w->lock);
}

void aside_worker_send(aside_worker *w, aside_connection *c, aside_str text) {
    aside_message *m = aside_message_copy(c->host, text);
    pthread_mutex_lock(&w->lock);
    put_out(w, c, m);
    pthread_mutex_unlock(&w->lock);
}

void aside_worker_close(aside_worker *w, aside_connection *c, int status, const char *reason) {
    pthread_mutex_lock(&w->lock);
    if (!c->close_status) c->close_status = status, c->close_reason = reason;
    tell_loop(w, c);
    pthread_mutex_unlock(&w->lock);
}

aside_connection *aside_worker_woken(aside_worker *w) {
    pthread_mutex_lock(&w->lock);
    aside_connection *c = w->woken;
    if (c) w->woken = c->next_woken, c->next_woken = NULL, c->is_woken = false;
    pthread_mutex_unlock(&w->lock);
    return c;
}

aside_news aside_worker_news(aside_worker *w, aside_connection *c) {
    pthread_mutex_lock(&w->lock);
    aside_news n = { .is_finished = c->was_closed, .has_output = c->outbox.first != NULL,
                     .has_overflowed = c->has_overflowed, .has_room = aside_queue_roomy(&c->inbox),
                     .close_status = c->close_status, .close_reason = c->close_reason };
    pthread_mutex_unlock(&w->lock);
    return n;
}

aside_message *aside_worker_pull(aside_worker *w, aside_connection *c) {
    pthread_mutex_lock(&w->lock);
    aside_message *m = aside_queue_take(&c->outbox);
    pthread_mutex_unlock(&w->lock);
    return m;
}
