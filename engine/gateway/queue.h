/* queue.h -- messages that cross from one thread to another, and the line they
 * stand in.
 *
 * A queue has no lock of its own: it lives inside something that has one
 * (worker.c).  It is bounded by what aside_queue_full() says, which the side
 * that fills it asks *before* it takes more from its peer; a message that is
 * already here is never thrown away for lack of room. */
#ifndef ASIDE_GATEWAY_QUEUE_H
#define ASIDE_GATEWAY_QUEUE_H
#include "base/host.h"
#include "base/str.h"

/* Free bytes in front of a message's own, where libwebsockets writes the frame's
 * header (LWS_PRE; listener.c checks that this is enough). */
#define ASIDE_MESSAGE_HEADROOM 16

/* One whole websocket message, or an HTTP body.  One owner at a time: who took
 * it off a queue frees it. */
typedef struct aside_message aside_message;
struct aside_message {
    aside_message *next;          /* In its queue; NULL outside. */
    int64_t        arrived_ms;    /* Steady clock; of messages from a peer. */
    int64_t        paused_ms;     /* We had not read for this long before it arrived. */
    bool           is_sound;      /* A binary frame; else text. */
    bool           is_measured;   /* Its arrival has been counted (a busy engine sees it twice). */
    size_t         len, cap;      /* Of the bytes, without the headroom. */
};

/* A message with room for cap bytes; NULL when out of memory. */
aside_message *aside_message_new(const aside_host *host, size_t cap);
/* The same with these bytes in it. */
aside_message *aside_message_copy(const aside_host *host, aside_str bytes);
/* Append; grows *m, which moves.  False when out of memory: *m stays. */
bool aside_message_add(const aside_host *host, aside_message **m, aside_str bytes);
void aside_message_free(const aside_host *host, aside_message *m);       /* NULL is fine. */
char *aside_message_at(aside_message *m);                                /* m->cap bytes behind the headroom. */
aside_str aside_message_bytes(const aside_message *m);                   /* Borrowed from m. */

typedef struct aside_queue {
    aside_message *first, *last;
    size_t         n, n_bytes;
} aside_queue;

void           aside_queue_put(aside_queue *q, aside_message *m);        /* Takes m. */
void           aside_queue_put_back(aside_queue *q, aside_message *m);   /* To the front: it was first. */
aside_message *aside_queue_take(aside_queue *q);                         /* NULL when empty. */
void           aside_queue_clear(aside_queue *q, const aside_host *host);
/* Over its limits: stop reading the peer; and when to go on (half of it, so
 * that a connection does not flutter). */
bool           aside_queue_full(const aside_queue *q);
bool           aside_queue_roomy(const aside_queue *q);
#endif
