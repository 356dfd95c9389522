/* talk.c -- see talk.h. */
#include "gateway/talk.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void aside_talk_init(aside_talk *t, const aside_protocol *protocol, const aside_talk_world *world, aside_peer peer) {
    *t = (aside_talk){ .protocol = protocol, .world = world, .peer = peer,
                       .rate_hz = ASIDE_RATE_HZ, .wants_words = true };
    aside_pace_init(&t->pace, t->rate_hz);
    aside_metrics_add(world->metrics, protocol->accepted, 1);
}

void aside_talk_close(aside_talk *t) {
    if (t->session) aside_metrics_add(t->world->metrics, ASIDE_METRIC_SESSIONS, -1);
    aside_session_close(t->session);
    aside_host_free(t->world->host, t->partial, t->partial_size);
    t->session = NULL, t->partial = NULL, t->partial_size = 0;
}

static void count(aside_talk *t, const aside_message *m) {
    aside_metrics_add(t->world->metrics, m->is_sound ? ASIDE_METRIC_FRAMES_SOUND : ASIDE_METRIC_FRAMES_TEXT, 1);
    aside_metrics_add(t->world->metrics, ASIDE_METRIC_BYTES_IN, (int64_t)m->len);
}

aside_status aside_talk_take(aside_talk *t, aside_message *m, aside_arena *scratch) {
    if (t->is_closing) return ASIDE_OK;
    aside_status s = m->is_sound ? t->protocol->on_sound(t, m, scratch)
                                 : t->protocol->on_text(t, aside_message_bytes(m), scratch);
    if (s == ASIDE_EBUSY) return aside_metrics_add(t->world->metrics, ASIDE_METRIC_DECODER_WAITS, 1), s;
    count(t, m);
    return ASIDE_OK;
}

/* A code that closes only where it cannot be said closes as a breach of policy. */
static void close_peer(aside_talk *t, aside_wire_code code) {
    int status = aside_wire_code_close(code);
    if (t->is_closing) return;
    t->is_closing = true;
    t->peer.close(t->peer.user, status ? status : 1008, aside_wire_code_text(code));
}

void aside_talk_drop(aside_talk *t, aside_wire_code code) {
    aside_metrics_refusal(t->world->metrics, code);
    close_peer(t, code);
}

void aside_talk_send(aside_talk *t, aside_buf *text) {
    if (aside_buf_ok(text)) {
        aside_metrics_add(t->world->metrics, ASIDE_METRIC_BYTES_OUT, (int64_t)text->len);
        t->peer.send(t->peer.user, aside_buf_str(text));
    } else aside_talk_drop(t, ASIDE_WIRE_ENGINE_FAILED);
}

void aside_talk_refuse(aside_talk *t, aside_wire_code code, aside_arena *scratch, const char *format, ...) {
    char text[512];
    aside_buf out;
    aside_json_writer w;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    aside_buf_init(&out, scratch);
    aside_json_writer_init(&w, &out);
    aside_json_open(&w, '{');
    aside_json_key(&w, "type"), aside_json_add_z(&w, "error");
    aside_json_key(&w, "code"), aside_json_add_z(&w, aside_wire_code_text(code));
    aside_json_key(&w, "text"), aside_json_add_z(&w, text);
    aside_json_close(&w, '}');
    aside_talk_send(t, &out);
    aside_metrics_refusal(t->world->metrics, code);
    if (aside_wire_code_close(code)) close_peer(t, code);
}

aside_status aside_talk_open(aside_talk *t, aside_session_options *options, aside_error *err) {
    options->sample_rate = t->is_deaf ? 0 : t->rate_hz;
    aside_status s = aside_session_open(t->world->engine, options, &t->session, err);
    if (s == ASIDE_ESTATE && options->sample_rate) {
        t->is_deaf = true;
        options->sample_rate = 0;
        s = aside_session_open(t->world->engine, options, &t->session, err);
    }
    if (!s) aside_metrics_add(t->world->metrics, ASIDE_METRIC_SESSIONS, 1);
    return s;
}

size_t aside_talk_samples(const aside_talk *t, aside_str bytes) { return (bytes.len + t->has_odd_byte) / 2; }

/* On the wire samples are little-endian, whatever this machine is. */
static void to_samples(const unsigned char *bytes, size_t n_samples, int16_t *out) {
    for (size_t i = 0; i < n_samples; i++) {
        unsigned sample = bytes[2 * i] | (unsigned)bytes[2 * i + 1] << 8;
        out[i] = (int16_t)(sample < 0x8000u ? (int)sample : (int)sample - 0x10000);
    }
}

static unsigned char *join(const aside_talk *t, aside_str bytes, aside_arena *scratch) {
    unsigned char *all = aside_arena_alloc(scratch, bytes.len + 1);
    if (!all) return NULL;
    if (t->has_odd_byte) all[0] = (unsigned char)t->odd_byte;
    if (bytes.len) memcpy(all + t->has_odd_byte, bytes.at, bytes.len);
    return all;
}

aside_status aside_talk_feed(aside_talk *t, aside_str bytes, aside_arena *scratch) {
    size_t n_samples = aside_talk_samples(t, bytes), n_bytes = bytes.len + t->has_odd_byte;
    unsigned char *all = join(t, bytes, scratch);
    int16_t *pcm = aside_arena_alloc_array(scratch, n_samples + 1, sizeof *pcm);
    if (!all || !pcm) return ASIDE_ENOMEM;
    to_samples(all, n_samples, pcm);
    aside_status s = n_samples ? aside_session_feed_audio(t->session, pcm, n_samples) : ASIDE_OK;
    if (s) return s;
    t->has_odd_byte = n_bytes % 2 == 1;
    if (t->has_odd_byte) t->odd_byte = (char)all[n_bytes - 1];
    t->heard_sound = true;
    t->world->metrics->sound_ms += (int64_t)n_samples * 1000 / t->rate_hz;
    return ASIDE_OK;
}

const aside_event *aside_talk_next(aside_talk *t) {
    const aside_event *e = t->session ? aside_session_next(t->session) : NULL;
    if (!e) return NULL;
    if (e->kind == ASIDE_EVENT_SPEECH) t->is_speaking = true;
    if (e->kind == ASIDE_EVENT_FINAL) t->is_speaking = false;
    if (e->kind == ASIDE_EVENT_DECISION) aside_metrics_turn(t->world->metrics, e->outcome);
    return e;
}

void aside_talk_stall(aside_talk *t, aside_arena *scratch) {
    aside_status s = aside_session_end_audio(t->session);
    t->is_speaking = t->heard_sound = t->has_odd_byte = false;
    aside_pace_restart(&t->pace);
    if (s) aside_talk_drop(t, ASIDE_WIRE_ENGINE_FAILED);
    else if (t->protocol->on_events) t->protocol->on_events(t, scratch);
}
