/* listener.c -- the loop: sockets, HTTP and websockets, by libwebsockets on libuv.
 *
 * The only file that knows either library.  One thread runs the loop and owns
 * every connection; what frames mean is decided elsewhere (worker.h), and comes
 * back as news of a connection:
 *
 *   reading   pieces of a message are gathered; a whole one goes to the worker's
 *             inbox.  When that is full the connection is not read until the
 *             worker says there is room: what is on its way waits in the peer's
 *             own socket.
 *   writing   only when the socket takes it, one message at a time; a peer that
 *             leaves too much waiting, or too long, is closed (worker.c counts).
 *   waking    a worker calls lws_cancel_service(), the one call that other
 *             threads may make; wakes merge, so on each one all news are taken.
 *   ending    SIGINT or SIGTERM: every peer is told 1001, workers close their
 *             sessions, then the loop is left by uv_stop(), because lws_service()
 *             does not return on libuv.
 *
 * permessage-deflate is refused by offering no extension: speech does not
 * compress.  TLS belongs to the proxy in front.
 *
 * An upgrade to anything but a websocket is hung up on before libwebsockets looks
 * at it again: up to 4.4 it then reads headers it has freed (CVE-2025-11677). */
#include "gateway/gateway.h"
#include "gateway/http.h"
#include "gateway/origin.h"
#include "gateway/worker.h"

#include "base/limits.h"
#include "base/problem.h"

#include <assert.h>
#include <libwebsockets.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <uv.h>

static_assert(ASIDE_MESSAGE_HEADROOM >= LWS_PRE, "libwebsockets writes a frame's header in front of its bytes");

/* How long is waited for others, in the units of those who wait. */
enum {
    GOODBYE_MS  = 500,     /* Stopping: for the 1001 to be read. */
    CLOSE_S     = 5,       /* Closing one: for it to read what was said before, and to close, too. */
    UNREAD_S    = 30,      /* For a socket to take anything while something waits to be written. */
    HANDSHAKE_S = 10,      /* For each step of libwebsockets' own: headers, upgrade, close. */
    KEEPALIVE_S = 30       /* For the next request on an HTTP connection. */
};

#ifdef ASIDE_NASTY
enum { READ_BYTES = 7 };
#else
enum { READ_BYTES = 4096 };
#endif

/* All of it is the loop thread's, but for what worker.c takes: world and waker. */
typedef struct gateway {
    const aside_gateway_options *options;
    aside_host          host;
    aside_arena         arena;              /* As long as the gateway. */
    aside_tokens        tokens;
    aside_metrics       metrics;
    aside_talk_world    world;
    aside_worker       *workers[ASIDE_LIMIT_WORKERS];
    int                 n_workers;
    aside_connection   *connections;
    int                 n_connections;
    bool                is_on_loopback, is_stopping;
    struct lws_context *context;
    uv_loop_t           loop;
    uv_signal_t         on_int, on_term;
    uv_timer_t          goodbye;
    bool                has_loop;           /* loop and its three handles are there. */
} gateway;

/* What libwebsockets keeps for each socket, zeroed. */
typedef struct seat {
    aside_connection *connection;           /* A websocket's. */
    aside_message    *body;                 /* An HTTP answer's, until it is written. */
} seat;

static int64_t now_ms(void) { return (int64_t)(lws_now_usecs() / 1000); }

/* ---------------------------------- Connections -------------------------------- */

static void link_in(gateway *g, aside_connection *c) {
    c->next = g->connections;
    if (c->next) c->next->previous = c;
    g->connections = c;
    g->n_connections++;
    aside_metrics_add(&g->metrics, ASIDE_METRIC_CONNECTIONS, 1);
}

/* Its socket is gone; it is no longer counted, but freed only when its worker let go. */
static void link_out(gateway *g, aside_connection *c) {
    g->n_connections--;
    aside_metrics_add(&g->metrics, ASIDE_METRIC_CONNECTIONS, -1);
    c->wsi = NULL;
}

static void forget(gateway *g, aside_connection *c) {
    if (c->previous) c->previous->next = c->next;
    else g->connections = c->next;
    if (c->next) c->next->previous = c->previous;
    aside_connection_free(c);
}

static int from_address(const gateway *g, const char *address) {
    int n = 0;
    for (const aside_connection *c = g->connections; c; c = c->next)
        n += c->wsi && strcmp(c->address, address) == 0;
    return n;
}

static aside_worker *least_loaded(gateway *g) {
    int best = 0, least = aside_worker_load(g->workers[0]);
    for (int i = 1; i < g->n_workers; i++) {
        int load = aside_worker_load(g->workers[i]);
        if (load < least) best = i, least = load;
    }
    return g->workers[best];
}

/* ----------------------------------- Upgrading --------------------------------- */

static aside_str header(struct lws *wsi, enum lws_token_indexes which, char *buf, int size) {
    int len = lws_hdr_copy(wsi, buf, size, which);
    if (len <= 0) buf[0] = '\0';
    return (aside_str){ buf, len > 0 ? (size_t)len : 0 };
}

/* Too long to copy counts as present and strange. */
static bool origin_is_fine(gateway *g, struct lws *wsi) {
    char origin[256], host[256];
    int len = lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN);
    if (len == 0) return true;
    if (len >= (int)sizeof origin) return false;
    return aside_origin_accept(header(wsi, WSI_TOKEN_ORIGIN, origin, sizeof origin),
                               header(wsi, WSI_TOKEN_HOST, host, sizeof host),
                               g->options->origins, g->is_on_loopback);
}

/* What HTTP_CONFIRM_UPGRADE returns. */
enum { UPGRADE = 0, HANG_UP = -1 };

/* By hand: libwebsockets answers "HTTP/1.0" here, which clients of websockets do
 * not take for an answer. */
static int refuse_upgrade(gateway *g, struct lws *wsi, const char *status, aside_wire_code code) {
    char answer[LWS_PRE + 256];
    const char *why = aside_wire_code_text(code);
    int len = snprintf(answer + LWS_PRE, sizeof answer - LWS_PRE,
                       "HTTP/1.1 %s\r\ncontent-type: text/plain\r\ncontent-length: %zu\r\nconnection: close\r\n\r\n%s",
                       status, strlen(why), why);
    assert(len > 0 && (size_t)len < sizeof answer - LWS_PRE);
    aside_metrics_refusal(&g->metrics, code);
    lws_write(wsi, (unsigned char *)answer + LWS_PRE, (size_t)len, LWS_WRITE_HTTP);
    return HANG_UP;
}

static int admit(gateway *g, struct lws *wsi) {
    char address[ASIDE_ADDRESS_BYTES] = "", upgrade[16];
    header(wsi, WSI_TOKEN_UPGRADE, upgrade, sizeof upgrade);
    if (strcasecmp(upgrade, "websocket") != 0) return HANG_UP;
    lws_get_peer_simple(wsi, address, sizeof address);
    if (!origin_is_fine(g, wsi)) return refuse_upgrade(g, wsi, "403 Forbidden", ASIDE_WIRE_ORIGIN_REFUSED);
    if (g->is_stopping || g->n_connections >= g->options->most_connections)
        return refuse_upgrade(g, wsi, "503 Service Unavailable", ASIDE_WIRE_CONNECTIONS_FULL);
    if (from_address(g, address) >= g->options->most_per_address)
        return refuse_upgrade(g, wsi, "503 Service Unavailable", ASIDE_WIRE_CONNECTIONS_ADDRESS);
    return UPGRADE;
}

static const aside_protocol *protocol_of(struct lws *wsi) {
    char path[64];
    return aside_str_is(header(wsi, WSI_TOKEN_GET_URI, path, sizeof path), "/v1/stream")
         ? &aside_protocol_v1 : &aside_protocol_vosk;
}

static void expect_words(gateway *g, aside_connection *c) {
    lws_set_timer_usecs(c->wsi, g->options->idle_ms * 1000);
}

static int established(gateway *g, struct lws *wsi, seat *s) {
    aside_connection *c = aside_connection_new(&g->host, protocol_of(wsi));
    if (!c) return -1;
    s->connection = c;
    c->wsi = wsi;
    c->heard_ms = now_ms();
    lws_get_peer_simple(wsi, c->address, sizeof c->address);
    link_in(g, c);
    aside_worker_adopt(least_loaded(g), c);
    expect_words(g, c);
    return 0;
}

static int closed(gateway *g, seat *s) {
    aside_connection *c = s->connection;
    if (!c) return 0;
    s->connection = NULL;
    link_out(g, c);
    if (g->n_workers) aside_worker_hang_up(c->worker, c);
    return 0;
}

/* ------------------------------------ Reading ----------------------------------- */

/* Said here and not by the talk: the message that broke the limit never was whole. */
static void refuse_frame(gateway *g, aside_connection *c) {
    static const char words[] = "{\"type\":\"error\",\"code\":\"frame.too_large\",\"text\":\"a message holds 65536 bytes at most\"}";
    static_assert(ASIDE_LIMIT_FRAME_BYTES == 65536, "the words above say the limit");
    c->is_ignored = true;
    aside_message_free(c->host, c->arriving);
    c->arriving = NULL;
    aside_metrics_refusal(&g->metrics, ASIDE_WIRE_FRAME_TOO_LARGE);
    if (c->protocol == &aside_protocol_v1) aside_worker_send(c->worker, c, aside_str_from(words));
    aside_worker_close(c->worker, c, aside_wire_code_close(ASIDE_WIRE_FRAME_TOO_LARGE),
                       aside_wire_code_text(ASIDE_WIRE_FRAME_TOO_LARGE));
}

static void pause_reading(gateway *g, aside_connection *c) {
    if (c->is_paused) return;
    aside_connection_pause(c, now_ms());
    aside_metrics_add(&g->metrics, ASIDE_METRIC_READ_PAUSES, 1);
    lws_rx_flow_control(c->wsi, 0);
}

static int received(gateway *g, aside_connection *c, aside_str piece) {
    bool is_whole = lws_is_final_fragment(c->wsi) && lws_remaining_packet_payload(c->wsi) == 0;
    c->heard_ms = now_ms();
    if (c->is_ignored) return 0;
    aside_status s = aside_connection_gather(c, piece, lws_frame_is_binary(c->wsi));
    if (s == ASIDE_ENOMEM) return -1;
    if (s) return refuse_frame(g, c), 0;
    if (is_whole && aside_worker_push(c->worker, c, aside_connection_gathered(c, c->heard_ms))) pause_reading(g, c);
    return 0;
}

/* ------------------------------------ Writing ----------------------------------- */

static int write_message(aside_connection *c, aside_message *m) {
    int n = lws_write(c->wsi, (unsigned char *)aside_message_at(m), m->len, LWS_WRITE_TEXT);
    bool failed = n < (int)m->len;
    aside_message_free(c->host, m);
    return failed ? -1 : 0;
}

/* From the timer: what returns -1 while writing is taken for a broken socket, and
 * gets no close frame. */
static int say_goodbye(aside_connection *c) {
    aside_news news = aside_worker_news(c->worker, c);
    unsigned char reason[64];
    size_t len = strlen(news.close_reason);
    assert(len < sizeof reason);
    memcpy(reason, news.close_reason, len);
    lws_close_reason(c->wsi, (enum lws_close_status)news.close_status, reason, len);
    return -1;
}

/* A socket that takes nothing for this long while something waits is closed by
 * libwebsockets; one that is being closed has its own time. */
static void expect_writable(aside_connection *c, bool has_output) {
    c->awaits_socket = has_output;
    if (c->is_closing) return;
    if (has_output) lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_REASON_BASE, UNREAD_S);
    else lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
}

/* One message; the next when the socket takes more.  What closes comes last. */
static int writable(aside_connection *c) {
    aside_message *m = aside_worker_pull(c->worker, c);
    if (m && write_message(c, m)) return -1;
    aside_news news = aside_worker_news(c->worker, c);
    expect_writable(c, news.has_output);
    if (news.has_output || (m && news.close_status)) lws_callback_on_writable(c->wsi);
    else if (news.close_status && !c->is_drained) {
        c->is_drained = true;
        lws_set_timer_usecs(c->wsi, 1);
    }
    return 0;
}

/* -------------------------------------- News ------------------------------------- */

static void resume_reading(aside_connection *c) {
    aside_connection_resume(c, now_ms());
    lws_rx_flow_control(c->wsi, 1 | LWS_RXFLOW_REASON_FLAG_PROCESS_NOW);
}

/* A peer that is to be closed gets some seconds to read what was said before. */
static void start_close(aside_connection *c) {
    if (c->is_closing) return;
    c->is_closing = c->is_ignored = true;
    if (c->is_paused) resume_reading(c);
    lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_REASON_BASE, CLOSE_S);
}

static void take_news(gateway *g, aside_connection *c) {
    aside_news news = aside_worker_news(c->worker, c);
    if (news.is_finished) forget(g, c);
    if (news.is_finished || !c->wsi) return;
    if (news.has_overflowed) {
        c->is_ignored = true;
        lws_set_timeout(c->wsi, PENDING_TIMEOUT_CLOSE_SEND, LWS_TO_KILL_ASYNC);
        return;
    }
    if (news.close_status) start_close(c);
    if (news.has_output && !c->awaits_socket) expect_writable(c, true);
    if (news.has_output || news.close_status) lws_callback_on_writable(c->wsi);
    if (c->is_paused && news.has_room) resume_reading(c);
}

static void take_all_news(gateway *g) {
    for (int i = 0; i < g->n_workers; i++)
        for (aside_connection *c; (c = aside_worker_woken(g->workers[i]));) take_news(g, c);
}

static void wake_loop(void *user) { lws_cancel_service(((gateway *)user)->context); }

/* One that we do not read is not silent. */
static int timer_rang(gateway *g, aside_connection *c) {
    if (c->is_drained) return say_goodbye(c);
    if (!c->is_paused && now_ms() - c->heard_ms >= g->options->idle_ms) {
        aside_metrics_refusal(&g->metrics, ASIDE_WIRE_PEER_IDLE);
        aside_worker_close(c->worker, c, aside_wire_code_close(ASIDE_WIRE_PEER_IDLE), aside_wire_code_text(ASIDE_WIRE_PEER_IDLE));
    } else expect_words(g, c);
    return 0;
}

/* -------------------------------------- HTTP ------------------------------------- */

static bool add_header(struct lws *wsi, const char *name, const char *value, unsigned char **p, unsigned char *end) {
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)value,
                                       (int)strlen(value), p, end) == 0;
}

static int write_head(struct lws *wsi, const aside_http_answer *a) {
    unsigned char buf[LWS_PRE + 1024], *start = buf + LWS_PRE, *p = start, *end = buf + sizeof buf - 1;
    if (lws_add_http_common_headers(wsi, (unsigned)a->status, a->type, a->body.len, &p, end)) return -1;
    if (!add_header(wsi, "cache-control:", "no-store", &p, end)) return -1;
    if (!add_header(wsi, "x-content-type-options:", "nosniff", &p, end)) return -1;
    if (!add_header(wsi, "content-security-policy:",
                    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
                    "connect-src 'self' ws: wss:; frame-ancestors 'none'", &p, end)) return -1;
    return lws_finalize_write_http_header(wsi, start, &p, end) ? -1 : 0;
}

static int http_asked(gateway *g, struct lws *wsi, seat *s, aside_str path) {
    aside_arena scratch;
    aside_arena_init(&scratch, &g->host, 0);
    aside_metrics_add(&g->metrics, ASIDE_METRIC_HTTP_REQUESTS, 1);
    aside_http_answer a = aside_http_get(path, &(aside_http_state){ .metrics = &g->metrics,
        .most_connections = g->options->most_connections, .is_stopping = g->is_stopping }, &scratch);
    aside_message_free(&g->host, s->body);
    s->body = aside_message_copy(&g->host, a.body);
    int failed = s->body ? write_head(wsi, &a) : -1;
    aside_arena_free(&scratch);
    if (!failed) lws_callback_on_writable(wsi);
    return failed;
}

static int http_writable(gateway *g, struct lws *wsi, seat *s) {
    aside_message *m = s->body;
    if (!m) return 0;
    s->body = NULL;
    int n = lws_write(wsi, (unsigned char *)aside_message_at(m), m->len, LWS_WRITE_HTTP_FINAL);
    bool failed = n < (int)m->len;
    aside_message_free(&g->host, m);
    return failed || lws_http_transaction_completed(wsi) ? -1 : 0;
}

static int http_gone(gateway *g, seat *s) {
    if (!s) return 0;
    aside_message_free(&g->host, s->body);
    s->body = NULL;
    return 0;
}

/* ---------------------------------- libwebsockets -------------------------------- */

static int on_event(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t len) {
    struct lws_context *context = wsi ? lws_get_context(wsi) : NULL;
    gateway *g = context ? lws_context_user(context) : NULL;
    seat *s = user;
    bool is_over = g && g->n_workers == 0;          /* Sockets outlive the workers a little. */
    switch ((int)why) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:       return admit(g, wsi);
    case LWS_CALLBACK_ESTABLISHED:                return established(g, wsi, s);
    case LWS_CALLBACK_RECEIVE:                    return is_over ? -1 : received(g, s->connection, (aside_str){ in, len });
    case LWS_CALLBACK_SERVER_WRITEABLE:           return is_over ? -1 : writable(s->connection);
    case LWS_CALLBACK_CLOSED:                     return closed(g, s);
    case LWS_CALLBACK_TIMER:                      return is_over || !s || !s->connection ? 0 : timer_rang(g, s->connection);
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED:       return take_all_news(g), 0;
    case LWS_CALLBACK_HTTP:                       return http_asked(g, wsi, s, (aside_str){ in, len });
    case LWS_CALLBACK_HTTP_WRITEABLE:             return http_writable(g, wsi, s);
    case LWS_CALLBACK_HTTP_DROP_PROTOCOL:
    case LWS_CALLBACK_CLOSED_HTTP:                return http_gone(g, s);
    default:                                      return lws_callback_http_dummy(wsi, why, user, in, len);
    }
}

/* The first is also for peers that name no subprotocol. */
static const struct lws_protocols protocols[] = {
    { "http", on_event, sizeof(seat), READ_BYTES, 0, NULL, 0 },
    { "aside.v1", on_event, sizeof(seat), READ_BYTES, 0, NULL, 0 },
    { NULL, NULL, 0, 0, 0, NULL, 0 },
};

static aside_status open_context(gateway *g, aside_error *err) {
    void *loops[1] = { &g->loop };
    struct lws_context_creation_info info = {
        .options = LWS_SERVER_OPTION_LIBUV | LWS_SERVER_OPTION_EXPLICIT_VHOSTS | LWS_SERVER_OPTION_VALIDATE_UTF8,
        .foreign_loops = loops, .pcontext = &g->context, .user = g, .port = CONTEXT_PORT_NO_LISTEN,
    };
    lws_set_log_level(0, NULL);
    g->context = lws_create_context(&info);
    if (g->context) return ASIDE_OK;
    return aside_fail(err, ASIDE_ESTATE, "libwebsockets does not start on libuv: is libwebsockets-evlib-uv installed?");
}

static aside_status listen_on(gateway *g, const char *address, aside_error *err) {
    bool is_v6 = strchr(address, ':') != NULL;
    struct lws_context_creation_info info = {
        .vhost_name = "aside", .port = g->options->port, .iface = address, .protocols = protocols,
        .options = LWS_SERVER_OPTION_FAIL_UPON_UNABLE_TO_BIND
                 | (is_v6 ? 0 : LWS_SERVER_OPTION_DISABLE_IPV6),
        .timeout_secs = HANDSHAKE_S, .keepalive_timeout = KEEPALIVE_S, .user = g,
    };
    struct lws_vhost *vhost = lws_create_vhost(g->context, &info);
    int port = vhost ? lws_get_vhost_listen_port(vhost) : 0;
    if (port <= 0)
        return aside_fail(err, ASIDE_EIO, "cannot listen on %s port %d: is it an address of this machine, and the port free?",
                          address, g->options->port);
    if (g->options->listening) g->options->listening(g->options->user, address, port);
    return ASIDE_OK;
}

/* ------------------------------------ The end ------------------------------------ */

static void close_all(gateway *g) {
    for (aside_connection *c = g->connections; c; c = c->next)
        if (c->wsi) aside_worker_close(c->worker, c, aside_wire_code_close(ASIDE_WIRE_GATEWAY_STOPPING),
                                       aside_wire_code_text(ASIDE_WIRE_GATEWAY_STOPPING));
}

static void leave(uv_timer_t *timer) { uv_stop(((uv_handle_t *)timer)->loop); }

/* A second signal does not wait for anybody's goodbye. */
static void on_signal(uv_signal_t *handle, int number) {
    gateway *g = handle->data;
    (void)number;
    if (!g->is_stopping) close_all(g);
    uv_timer_start(&g->goodbye, leave, g->n_connections && !g->is_stopping ? GOODBYE_MS : 0, 0);
    g->is_stopping = true;
}

static aside_status open_loop(gateway *g, aside_error *err) {
    if (uv_loop_init(&g->loop)) return aside_fail(err, ASIDE_ESTATE, "no event loop: too many open files?");
    g->has_loop = true;
    uv_timer_init(&g->loop, &g->goodbye);
    uv_signal_init(&g->loop, &g->on_int);
    uv_signal_init(&g->loop, &g->on_term);
    g->on_int.data = g->on_term.data = g;
    if (uv_signal_start(&g->on_int, on_signal, SIGINT) || uv_signal_start(&g->on_term, on_signal, SIGTERM))
        return aside_fail(err, ASIDE_ESTATE, "cannot listen for signals");
    return ASIDE_OK;
}

static void close_loop(gateway *g) {
    if (!g->has_loop) return;
    uv_close((uv_handle_t *)&g->goodbye, NULL);
    uv_close((uv_handle_t *)&g->on_int, NULL);
    uv_close((uv_handle_t *)&g->on_term, NULL);
    uv_run(&g->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&g->loop);
    assert(left == 0);
    (void)left;
}

/* Sessions first: a worker must not wake a loop that is gone. */
static void stop_workers(gateway *g) {
    for (aside_connection *c = g->connections; c; c = c->next)
        if (c->wsi) aside_worker_hang_up(c->worker, c);
    for (int i = 0; i < g->n_workers; i++) aside_worker_stop(g->workers[i]);
    g->n_workers = 0;
}

static void close_gateway(gateway *g) {
    stop_workers(g);
    if (g->context) lws_context_destroy(g->context);
    close_loop(g);
    if (g->context) lws_context_destroy(g->context);
    for (aside_connection *next, *c = g->connections; c; c = next) {
        next = c->next;
        aside_connection_free(c);
    }
    aside_arena_free(&g->arena);
    aside_host host = g->host;
    aside_host_free(&host, g, sizeof *g);
}

/* ----------------------------------- The beginning -------------------------------- */

static aside_status start_workers(gateway *g, aside_error *err) {
    aside_waker waker = { g, wake_loop };
    int n = g->options->workers < ASIDE_LIMIT_WORKERS ? g->options->workers : ASIDE_LIMIT_WORKERS;
    while (g->n_workers < n) {
        aside_status s = aside_worker_start(&g->world, waker, &g->workers[g->n_workers]);
        if (s) return aside_fail(err, s, "cannot start worker %d of %d", g->n_workers + 1, n);
        g->n_workers++;
    }
    return ASIDE_OK;
}

static aside_status check(const gateway *g, const char *address, aside_error *err) {
    if (!g->options->engine || g->options->workers < 1)
        return aside_fail(err, ASIDE_EINVAL, "a gateway needs an engine and at least one worker");
    if (g->is_on_loopback || g->tokens.n || g->options->insecure) return ASIDE_OK;
    return aside_fail(err, ASIDE_EINVAL, "others can reach %s: name a file with device tokens in gateway.tokens, "
                      "or say --insecure if the network around is trusted", address);
}

static aside_status prepare(gateway *g, const char *address, aside_error *err) {
    aside_status s = aside_crypto_init();
    if (s) return aside_fail(err, s, "no randomness: %s", aside_status_text(s));
    if ((s = aside_tokens_load(g->options->tokens_path, &g->arena, &g->tokens, err))) return s;
    g->is_on_loopback = aside_origin_is_loopback(aside_str_from(address));
    g->world = (aside_talk_world){ g->options->engine, &g->host, &g->tokens, &g->metrics };
    return check(g, address, err);
}

static aside_status serve(gateway *g, const char *address, aside_error *err) {
    aside_status s;
    if ((s = prepare(g, address, err)) || (s = open_loop(g, err)) || (s = open_context(g, err))
        || (s = start_workers(g, err)) || (s = listen_on(g, address, err))) return s;
    uv_run(&g->loop, UV_RUN_DEFAULT);
    return ASIDE_OK;
}

aside_status aside_gateway_run(const aside_gateway_options *options, aside_error *err) {
    aside_host host = aside_host_complete(options->host);
    gateway *g = aside_host_alloc(&host, sizeof *g);
    if (!g) return aside_fail(err, ASIDE_ENOMEM, "out of memory");
    g->options = options, g->host = host;
    aside_arena_init(&g->arena, &g->host, 0);
    aside_status s = serve(g, options->address ? options->address : "127.0.0.1", err);
    close_gateway(g);
    return s;
}
