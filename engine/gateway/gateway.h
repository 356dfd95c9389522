/* gateway.h -- the engine behind websockets: devices stream in, decisions go out.
 *
 *     devices          one loop thread                 worker threads
 *     =======  frames  --------------- --- inbox ----> ---------------  calls   =======
 *     sockets <======>  connections                     talks         <------>  library
 *     =======          --------------- <-- outbox ---- ---------------  events  =======
 *
 *     listener.c    the loop: sockets, HTTP, websockets
 *     connection.h  one websocket, as both of its threads see it, field by field
 *     queue.h       messages, and the line they stand in
 *     worker.h      the threads that run sessions, and all that crosses over
 *     talk.h        frames to calls, events to frames; aside_v1.c and vosk.c are the two protocols
 *     pace.h        does sound arrive as fast as it says?    tokens.h, origin.h   who may come in
 *     codes.h       every refusal, once                      metrics.h, http.h    what operators see
 *
 * Each thing has one thread.  The loop owns sockets and decides nothing; a worker
 * owns sessions and knows no socket.  A connection is given to the worker that has
 * the fewest and stays there for life, so no session needs a lock.  What crosses
 * over is a whole message, in one of the connection's two queues, under its
 * worker's lock; the worker then wakes the loop, the loop signals the worker.
 *
 * Nothing grows without a bound, and no sound is lost to keep it so:
 *
 *     inbox full        the loop stops reading that connection; what is on its way
 *                       waits in the peer's own socket, until half of the inbox is empty
 *     outbox full       the peer does not read: it is closed (peer.slow)
 *     no decoder free   the frame goes back to the front of the inbox and the connection
 *                       stands aside for a moment; its inbox fills, see above
 *     much at once      a worker takes one frame and puts the connection to the end of its
 *                       line: a peer that floods delays the others by one frame
 *     silence           a peer that stops in mid-utterance is decided about, so that its
 *                       decoder is free; one that says nothing for long is closed
 *
 * The end of a connection is told, never guessed: the loop says that the peer is
 * gone, the worker closes the session and says that it is finished, the loop frees.
 *
 * Nothing below this line knows of a command line. */
#ifndef ASIDE_GATEWAY_GATEWAY_H
#define ASIDE_GATEWAY_GATEWAY_H
#include "aside.h"

/* All pointers are borrowed until aside_gateway_run returns. */
typedef struct aside_gateway_options {
    aside_engine *engine;             /* Open; shared by all workers.  Not NULL. */
    const char   *address;            /* "127.0.0.1", "0.0.0.0", "::"; NULL: 127.0.0.1. */
    int           port;               /* 0: any free one, told to `listening`. */
    int           workers;            /* Threads that run sessions: 1 to ASIDE_LIMIT_WORKERS, more are not started. */
    const char   *tokens_path;        /* One device token a line; NULL or "": none asked. */
    int           most_connections;   /* Websockets at once, from everybody and from one address. */
    int           most_per_address;
    int64_t       idle_ms;            /* A connection that says nothing this long is closed. */
    const char   *origins;            /* Browser origins allowed beside the usual, by commas; may be NULL. */
    bool          insecure;           /* Strangers may come in without a token. */
    const aside_host *host;           /* NULL: the C library. */
    /* Called once, on this thread, when connections are accepted.  May be NULL. */
    void        (*listening)(void *user, const char *address, int port);
    void         *user;
} aside_gateway_options;

/* Serve until SIGINT or SIGTERM; OK after an orderly end.
 * Errors: EINVAL (an address that others can reach, without tokens or
 * `insecure`; a tokens file without a token), EIO (cannot listen, cannot read
 * the tokens), ENOMEM, ESTATE (no thread or no event loop).  err may be NULL. */
aside_status aside_gateway_run(const aside_gateway_options *options, aside_error *err) ASIDE_MUST_CHECK;
#endif
