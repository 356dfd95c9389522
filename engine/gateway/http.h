/* http.h -- what the gateway answers to plain HTTP, without a socket in sight.
 *
 *   /          the console: says what this is and lets one try it
 *   /healthz   the process runs
 *   /readyz    it would take one more connection (else 503)
 *   /metrics   Prometheus
 *
 * Everything else is 404; /v1/callback and /v1/admin are so until they exist. */
#ifndef ASIDE_GATEWAY_HTTP_H
#define ASIDE_GATEWAY_HTTP_H
#include "gateway/metrics.h"

typedef struct aside_http_state {
    const aside_metrics *metrics;
    int  most_connections;
    bool is_stopping;
} aside_http_state;

typedef struct aside_http_answer {
    int         status;
    const char *type;          /* Static. */
    aside_str   body;          /* In the arena, or static. */
} aside_http_answer;

/* path without its query.  The body is empty when out of memory. */
aside_http_answer aside_http_get(aside_str path, const aside_http_state *state, aside_arena *arena);

/* console.c: a self-contained page, one after the other (a C string has 4095 bytes at most). */
extern const char aside_console_markup[], aside_console_script[];
#endif
