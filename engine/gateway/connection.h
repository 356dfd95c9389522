/* connection.h -- one websocket, as both of its threads see it.
 *
 * Which thread may touch a field is said above it.  worker.h says how they meet. */
#ifndef ASIDE_GATEWAY_CONNECTION_H
#define ASIDE_GATEWAY_CONNECTION_H
#include "gateway/talk.h"

enum { ASIDE_ADDRESS_BYTES = 48 };        /* An IPv6 address in full and its NUL. */

struct lws;
struct aside_worker;

typedef struct aside_connection aside_connection;
struct aside_connection {
    /* Set before the second thread knows of it, then only read. */
    const aside_host     *host;
    struct aside_worker  *worker;
    const aside_protocol *protocol;

    /* The loop's. */
    aside_connection *previous, *next;    /* All connections. */
    struct lws       *wsi;                /* NULL once the socket is gone. */
    char              address[ASIDE_ADDRESS_BYTES];
    aside_message    *arriving;           /* The frames so far of a message; may be NULL. */
    bool              is_ignored;         /* Being closed: what still comes is not kept. */
    bool              is_paused;          /* Not read, because its inbox is full. */
    bool              awaits_socket;      /* Something waits to be written. */
    bool              is_closing;         /* Its end was begun... */
    bool              is_drained;         /* ...and all that was said before is written. */
    int64_t           paused_since_ms, paused_ms, heard_ms;

    /* Under the worker's lock. */
    aside_queue       inbox, outbox;
    aside_connection *next_ready, *next_woken;    /* In the worker's lists. */
    bool              is_ready, is_woken, is_waiting, is_running;
    bool              wants_room;         /* The loop waits for the inbox to empty. */
    bool              is_gone;            /* The peer hung up. */
    bool              was_closed;         /* The worker is finished with it. */
    bool              has_overflowed;
    int               close_status;       /* 0: stay open. */
    const char       *close_reason;
    int64_t           retry_ms;           /* When is_waiting. */

    /* The worker's. */
    aside_talk        talk;
    aside_connection *next_speaking;      /* In its list of those in mid-utterance... */
    bool              is_listed;          /* ...when it is there. */
    int64_t           sound_ms;           /* When its last frame was looked at. */
};

/* NULL when out of memory. */
aside_connection *aside_connection_new(const aside_host *host, const aside_protocol *protocol);
/* Only when both threads have let go of it. */
void aside_connection_free(aside_connection *c);
/* Append a piece of the message that is arriving.  ELIMIT past ASIDE_LIMIT_FRAME_BYTES, ENOMEM. */
aside_status aside_connection_gather(aside_connection *c, aside_str piece, bool is_sound);
/* The whole message; the caller's.  NULL when nothing was gathered. */
aside_message *aside_connection_gathered(aside_connection *c, int64_t now_ms);
/* Keep count of how long it was not read. */
void aside_connection_pause(aside_connection *c, int64_t now_ms);
void aside_connection_resume(aside_connection *c, int64_t now_ms);
#endif
