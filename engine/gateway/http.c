/* http.c -- see http.h. */
#include "gateway/http.h"

static const char json_type[] = "application/json";

static aside_http_answer health(const aside_http_state *state, aside_arena *arena) {
    (void)state, (void)arena;
    return (aside_http_answer){ 200, json_type, ASIDE_STR("{\"status\":\"ok\"}\n") };
}

static aside_http_answer ready(const aside_http_state *state, aside_arena *arena) {
    (void)arena;
    if (state->is_stopping) return (aside_http_answer){ 503, json_type, ASIDE_STR("{\"status\":\"stopping\"}\n") };
    if (aside_metrics_get(state->metrics, ASIDE_METRIC_CONNECTIONS) >= state->most_connections)
        return (aside_http_answer){ 503, json_type, ASIDE_STR("{\"status\":\"full\"}\n") };
    return (aside_http_answer){ 200, json_type, ASIDE_STR("{\"status\":\"ready\"}\n") };
}

static aside_http_answer metrics(const aside_http_state *state, aside_arena *arena) {
    aside_buf out;
    aside_buf_init(&out, arena);
    aside_metrics_write(state->metrics, &out);
    if (!aside_buf_ok(&out)) return (aside_http_answer){ 500, json_type, { NULL, 0 } };
    return (aside_http_answer){ 200, "text/plain; version=0.0.4; charset=utf-8", aside_buf_str(&out) };
}

static aside_http_answer console(const aside_http_state *state, aside_arena *arena) {
    (void)state;
    aside_buf out;
    aside_buf_init(&out, arena);
    aside_buf_add_z(&out, aside_console_markup), aside_buf_add_z(&out, aside_console_script);
    if (!aside_buf_ok(&out)) return (aside_http_answer){ 500, "text/html; charset=utf-8", { NULL, 0 } };
    return (aside_http_answer){ 200, "text/html; charset=utf-8", aside_buf_str(&out) };
}

typedef struct page {
    const char *path;
    aside_http_answer (*get)(const aside_http_state *, aside_arena *);
} page;

/* Recipe for a new page: a function above, a row here. */
static const page pages[] = {
    { "/", console }, { "/healthz", health }, { "/readyz", ready }, { "/metrics", metrics },
};

aside_http_answer aside_http_get(aside_str path, const aside_http_state *state, aside_arena *arena) {
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        if (aside_str_is(path, pages[i].path)) return pages[i].get(state, arena);
    return (aside_http_answer){ 404, json_type, ASIDE_STR("{\"status\":\"not found\"}\n") };
}
