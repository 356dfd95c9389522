/* vosk.c -- the protocol of vosk-server, for clients that exist already.
 *
 *     {"config":{"sample_rate":8000,"words":true}}     no reply
 *     sound                                            one reply for each frame:
 *         {"partial":"i want a"}                       while somebody speaks,
 *         {"result":[{"conf":..,"start":..,"end":..,"word":"i"},...],"text":"i want a latte"}
 *     {"eof":1}                                        the last result, then the end
 *     {"reset":1}                                      the last result, then on with it
 *
 * "words":false leaves `result` out, as there.  Ours on top: "lang" chooses the
 * language, "token" shows a device token, and "events":["decision"] adds the
 * decision to the reply that holds `text`.  Every other key of a config is read
 * over; a client cannot name a model.
 *
 * The protocol has no message for an error: what it cannot express ends the
 * connection with the code as the reason.  Frames come as fast as they are
 * answered, so there is no measuring of pace here. */
#include "gateway/talk.h"

#include "base/limits.h"

#include <string.h>

/* ---------------------------------- Replies ---------------------------------- */

/* Several utterances may end within one frame; there is still one reply. */
typedef struct reply {
    aside_buf   text, words, decision;
    bool        is_final;
} reply;

static void start_reply(reply *r, aside_arena *scratch) {
    *r = (reply){ 0 };
    aside_buf_init(&r->text, scratch);
    aside_buf_init(&r->words, scratch);
    aside_buf_init(&r->decision, scratch);
}

static void add_number(aside_json_writer *w, const char *key, const aside_json *word) {
    const aside_json *v = aside_json_get(word, key);
    aside_json_key(w, key);
    if (v) aside_json_dump(v, w->out), w->comma = true;
    else aside_json_add_int(w, 0);
}

static void add_word(aside_buf *out, const aside_json *word) {
    aside_json_writer w;
    const char *text = "";
    if (out->len) aside_buf_add_char(out, ',');
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    add_number(&w, "conf", word), add_number(&w, "end", word), add_number(&w, "start", word);
    aside_json_str(aside_json_get(word, "word"), &text);
    aside_json_key(&w, "word"), aside_json_add_z(&w, text);
    aside_json_close(&w, '}');
}

static void add_final(reply *r, const aside_event *e) {
    aside_json *root;
    r->is_final = true;
    if (r->text.len && *e->text) aside_buf_add_char(&r->text, ' ');
    aside_buf_add_z(&r->text, e->text);
    if (aside_json_parse(aside_str_from(e->json), &root, NULL)) return;
    const aside_json *words = aside_json_get(root, "words");
    for (size_t i = 0; i < aside_json_length(words); i++) add_word(&r->words, aside_json_at(words, i));
    aside_json_free(root);
}

/* The partial text outlives its event: the next frame may bring none. */
static void keep_partial(aside_talk *t, const char *text) {
    size_t size = strlen(text) + 1;
    if (size > t->partial_size) {
        char *wider = t->world->host->realloc(t->world->host->user, t->partial, t->partial_size, size);
        if (!wider) return;
        t->partial = wider, t->partial_size = size;
    }
    memcpy(t->partial, text, size);
}

/* SPEECH, ACTION and STOP have no place in this protocol. */
static void add_event(aside_talk *t, reply *r, const aside_event *e) {
    switch (e->kind) {
    case ASIDE_EVENT_PARTIAL: keep_partial(t, e->text); break;
    case ASIDE_EVENT_FINAL:   add_final(r, e), keep_partial(t, ""); break;
    case ASIDE_EVENT_DECISION:
        aside_buf_cut(&r->decision, 0);
        aside_buf_add_z(&r->decision, e->json);
        break;
    case ASIDE_EVENT_SPEECH: case ASIDE_EVENT_ACTION: case ASIDE_EVENT_STOP: break;
    }
}

static void write_final(const aside_talk *t, reply *r, aside_json_writer *w) {
    if (t->wants_words && r->words.len) {
        aside_json_key(w, "result");
        aside_json_open(w, '[');
        aside_json_add_raw(w, aside_buf_str(&r->words));
        aside_json_close(w, ']');
    }
    aside_json_key(w, "text");
    aside_json_add_z(w, aside_buf_z(&r->text));
    if (t->wants_decision && r->decision.len) {
        aside_json_key(w, "decision");
        aside_json_add_raw(w, aside_buf_str(&r->decision));
    }
}

static void send_reply(aside_talk *t, reply *r, aside_arena *scratch) {
    aside_buf out;
    aside_json_writer w;
    for (const aside_event *e; (e = aside_talk_next(t));) add_event(t, r, e);
    aside_buf_init(&out, scratch);
    aside_json_writer_init(&w, &out);
    aside_json_open(&w, '{');
    if (r->is_final) write_final(t, r, &w);
    else aside_json_key(&w, "partial"), aside_json_add_z(&w, t->partial ? t->partial : "");
    aside_json_close(&w, '}');
    out.failed |= r->text.failed || r->words.failed || r->decision.failed;
    aside_talk_send(t, &out);
}

/* ---------------------------------- Session ---------------------------------- */

static bool have_session(aside_talk *t) {
    aside_error err;
    aside_session_options o = { .language = *t->lang ? t->lang : NULL };
    if (t->session) return true;
    if (t->world->tokens->n && !t->has_token) return aside_talk_drop(t, ASIDE_WIRE_TOKEN_REFUSED), false;
    aside_status s = aside_talk_open(t, &o, &err);
    if (s == ASIDE_OK) return true;
    aside_talk_drop(t, s == ASIDE_EINVAL ? ASIDE_WIRE_CONFIG_INVALID : ASIDE_WIRE_ENGINE_FAILED);
    return false;
}

static bool lists(const aside_json *names, const char *name) {
    const char *one;
    for (size_t i = 0; i < aside_json_length(names); i++)
        if (aside_json_str(aside_json_at(names, i), &one) && strcmp(one, name) == 0) return true;
    return false;
}

static bool read_rate(aside_talk *t, const aside_json *v) {
    int64_t rate_hz;
    if (!v || aside_json_is_null(v)) return true;
    if (!aside_json_int(v, &rate_hz) || rate_hz < ASIDE_LIMIT_RATE_LEAST_HZ || rate_hz > ASIDE_LIMIT_RATE_MOST_HZ)
        return aside_talk_drop(t, ASIDE_WIRE_RATE_UNSUPPORTED), false;
    /* Like vosk-server, which makes its recogniser at the first sound: later is too late. */
    if (!t->session) t->rate_hz = (int)rate_hz;
    return true;
}

static void read_config(aside_talk *t, const aside_json *config) {
    const char *text;
    bool flag;
    if (!read_rate(t, aside_json_get(config, "sample_rate"))) return;
    if (aside_json_bool(aside_json_get(config, "words"), &flag)) t->wants_words = flag;
    if (aside_json_get(config, "events")) t->wants_decision = lists(aside_json_get(config, "events"), "decision");
    if (aside_json_str(aside_json_get(config, "token"), &text)) t->has_token = aside_tokens_accept(t->world->tokens, text);
    if (!aside_json_str(aside_json_get(config, "lang"), &text)) return;
    if (strlen(text) < sizeof t->lang) memcpy(t->lang, text, strlen(text) + 1);
    else aside_talk_drop(t, ASIDE_WIRE_CONFIG_INVALID);
}

/* ----------------------------------- Frames ----------------------------------- */

/* The reply to eof and reset is always one that holds `text`, even if empty. */
static aside_status finish(aside_talk *t, aside_arena *scratch) {
    reply r;
    start_reply(&r, scratch);
    if (!have_session(t)) return ASIDE_OK;
    aside_status s = t->heard_sound ? aside_session_end_audio(t->session) : ASIDE_OK;
    if (s == ASIDE_EBUSY) return s;
    if (s && s != ASIDE_ESTATE) return aside_talk_drop(t, ASIDE_WIRE_ENGINE_FAILED), ASIDE_OK;
    t->heard_sound = t->has_odd_byte = false;
    r.is_final = true;
    send_reply(t, &r, scratch);
    return ASIDE_OK;
}

static aside_status end(aside_talk *t, aside_arena *scratch) {
    aside_status s = finish(t, scratch);
    if (s || t->is_closing) return s;
    t->is_closing = true;
    t->peer.close(t->peer.user, 1000, "");
    return ASIDE_OK;
}

static aside_status on_text(aside_talk *t, aside_str text, aside_arena *scratch) {
    aside_json *root;
    aside_status s = ASIDE_OK;
    if (aside_json_parse(text, &root, NULL)) return aside_talk_drop(t, ASIDE_WIRE_CONFIG_INVALID), ASIDE_OK;
    const aside_json *config = aside_json_get(root, "config");
    if (config) read_config(t, config);
    else if (aside_json_get(root, "eof")) s = end(t, scratch);
    else if (aside_json_get(root, "reset")) s = finish(t, scratch);
    else aside_talk_drop(t, ASIDE_WIRE_CONFIG_INVALID);
    aside_json_free(root);
    return s;
}

static aside_status on_sound(aside_talk *t, aside_message *m, aside_arena *scratch) {
    reply r;
    if (!have_session(t)) return ASIDE_OK;
    if (t->is_deaf) return aside_talk_drop(t, ASIDE_WIRE_ENGINE_FAILED), ASIDE_OK;
    aside_status s = aside_talk_feed(t, aside_message_bytes(m), scratch);
    if (s == ASIDE_EBUSY) return s;
    if (s) return aside_talk_drop(t, ASIDE_WIRE_ENGINE_FAILED), ASIDE_OK;
    start_reply(&r, scratch);
    send_reply(t, &r, scratch);
    return ASIDE_OK;
}

const aside_protocol aside_protocol_vosk = { "vosk", ASIDE_METRIC_ACCEPTED_VOSK, on_text, on_sound, NULL };
