/* worker.h -- threads that run sessions.
 *
 * A connection belongs to two threads: the loop owns its socket, one worker its
 * talk.  What crosses over are messages, in the connection's two queues, under
 * its worker's lock:
 *
 *     loop  --inbox-->   worker      whole frames; and "the peer is gone"
 *     loop  <--outbox--  worker      frames to send; "close it"; "I am finished"
 *
 * A worker's list holds each connection at most once, so it is as bounded as the
 * connections are; a worker takes one frame and puts the connection to the end,
 * so a peer that sends much delays the others by one frame, not by its queue.
 * A connection whose sound waits for a decoder stands aside for a moment; one that
 * falls silent in mid-utterance without ending it has to give its decoder back. */
#ifndef ASIDE_GATEWAY_WORKER_H
#define ASIDE_GATEWAY_WORKER_H
#include "gateway/connection.h"

typedef struct aside_worker aside_worker;

/* Called by a worker when a connection waits for the loop that did not before;
 * wakes may merge.  From any thread; must not block. */
typedef struct aside_waker { void *user; void (*wake)(void *user); } aside_waker;

/* Starts the thread.  `world` outlives it.  Errors: ENOMEM, ESTATE. */
aside_status aside_worker_start(const aside_talk_world *world, aside_waker waker, aside_worker **out) ASIDE_MUST_CHECK;
/* Closes every session, joins the thread; the connections stay the loop's to free.
 * Hang up all of them before.  NULL is fine. */
void aside_worker_stop(aside_worker *w);

/* ---- for the loop ---- */
/* A new connection; from here on its talk is the worker's. */
void aside_worker_adopt(aside_worker *w, aside_connection *c);
int  aside_worker_load(aside_worker *w);                  /* Connections it has. */
/* Takes m.  True when the inbox is full now: stop reading. */
bool aside_worker_push(aside_worker *w, aside_connection *c, aside_message *m);
/* The peer is gone: nothing of it is looked at any more; the session closes. */
void aside_worker_hang_up(aside_worker *w, aside_connection *c);
/* Put words into the outbox for the worker, and close behind them (status 0: do not). */
void aside_worker_send(aside_worker *w, aside_connection *c, aside_str text);
void aside_worker_close(aside_worker *w, aside_connection *c, int status, const char *reason);
/* The next connection that has something for the loop; NULL when none. */
aside_connection *aside_worker_woken(aside_worker *w);

/* What a connection has for the loop, at one instant. */
typedef struct aside_news {
    bool        is_finished;        /* The worker will not touch it again: free it once its socket is gone. */
    bool        has_output;
    bool        has_overflowed;     /* The peer does not read: close without more words. */
    bool        has_room;           /* Its inbox is far from full. */
    int         close_status;       /* 0: stay open. */
    const char *close_reason;       /* Static. */
} aside_news;

aside_news     aside_worker_news(aside_worker *w, aside_connection *c);
aside_message *aside_worker_pull(aside_worker *w, aside_connection *c);       /* The next to send, or NULL; the caller's. */
#endif
