/* gateway.h -- the engine behind websockets: devices stream in, decisions go out.
 *
 * One loop thread owns every connection (listener.c), worker threads own every
 * session (worker.c), and two protocols say what frames mean (aside_v1.c,
 * vosk.c).  Nothing below this line knows of a command line. */
#ifndef ASIDE_GATEWAY_GATEWAY_H
#define ASIDE_GATEWAY_GATEWAY_H
#include "aside.h"

/* All pointers are borrowed until aside_gateway_run returns. */
typedef struct aside_gateway_options {
    aside_engine *engine;             /* Open; shared by all workers.  Not NULL. */
    const char   *address;            /* "127.0.0.1", "0.0.0.0", "::"; NULL: 127.0.0.1. */
    int           port;               /* 0: any free one, told to `listening`. */
    int           workers;            /* Threads that run sessions; at least 1. */
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
