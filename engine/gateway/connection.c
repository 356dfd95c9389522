/* connection.c -- see connection.h. */
#include "gateway/connection.h"

#include "base/limits.h"

aside_connection *aside_connection_new(const aside_host *host, const aside_protocol *protocol) {
    aside_connection *c = aside_host_alloc(host, sizeof *c);
    if (c) c->host = host, c->protocol = protocol;
    return c;
}

void aside_connection_free(aside_connection *c) {
    aside_queue_clear(&c->inbox, c->host);
    aside_queue_clear(&c->outbox, c->host);
    aside_message_free(c->host, c->arriving);
    aside_host_free(c->host, c, sizeof *c);
}

aside_status aside_connection_gather(aside_connection *c, aside_str piece, bool is_sound) {
    if (!c->arriving && !(c->arriving = aside_message_new(c->host, piece.len))) return ASIDE_ENOMEM;
    c->arriving->is_sound = is_sound;
    if (c->arriving->len + piece.len > ASIDE_LIMIT_FRAME_BYTES) return ASIDE_ELIMIT;
    return aside_message_add(c->host, &c->arriving, piece) ? ASIDE_OK : ASIDE_ENOMEM;
}

aside_message *aside_connection_gathered(aside_connection *c, int64_t now_ms) {
    aside_message *m = c->arriving;
    if (!m) return NULL;
    m->arrived_ms = now_ms;
    m->paused_ms = c->paused_ms;
    c->arriving = NULL, c->paused_ms = 0;
    return m;
}

void aside_connection_pause(aside_connection *c, int64_t now_ms) {
    c->is_paused = true;
    c->paused_since_ms = now_ms;
}

void aside_connection_resume(aside_connection *c, int64_t now_ms) {
    c->is_paused = false;
    c->paused_ms += now_ms - c->paused_since_ms;
}
