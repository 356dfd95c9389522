/* aside_v1.c -- the protocol aside.v1, spoken on /v1/stream.
 *
 * Text frames are JSON objects with a `type`; binary frames are 16-bit
 * little-endian mono sound.  `hello` opens the session; whoever speaks first
 * without one gets a session with every field at its default.
 *
 * A mistake in one message is said and costs only that message.  What ends the
 * connection is in codes.h: a wrong token, a frame too large, an engine that
 * failed.  Sound that cannot be decoded (its rate, its format, its pace) is said
 * once; text still works.
 *
 * To add a message: a row in `messages`, a function beside the others. */
#include "gateway/talk.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

/* One message from the device while it is looked at. */
typedef struct call {
    aside_talk       *talk;
    const aside_json *message;
    aside_arena      *scratch;
    bool              bad;          /* A field was refused already. */
} call;

/* ------------------------------- Reading fields ---------------------------- */

static void bad_field(call *c, const char *key, const char *expected) {
    if (c->bad) return;
    c->bad = true;
    aside_talk_refuse(c->talk, ASIDE_WIRE_FIELD_INVALID, c->scratch, "\"%s\" must be %s", key, expected);
}

/* Absent or null is not wrong: *out keeps its default. */
static const aside_json *field(const call *c, const char *key) {
    const aside_json *v = aside_json_get(c->message, key);
    return v && !aside_json_is_null(v) ? v : NULL;
}

static void read_text(call *c, const char *key, const char **out) {
    const aside_json *v = field(c, key);
    if (v && !aside_json_str(v, out)) bad_field(c, key, "a string");
}

static void read_bool(call *c, const char *key, bool *out) {
    const aside_json *v = field(c, key);
    if (v && !aside_json_bool(v, out)) bad_field(c, key, "true or false");
}

static void read_int(call *c, const char *key, int64_t *out) {
    const aside_json *v = field(c, key);
    if (v && !aside_json_int(v, out)) bad_field(c, key, "a whole number");
}

/* ["ar","touch"] or "ar touch". */
static void read_names(call *c, const char *key, const char **out) {
    const aside_json *v = field(c, key);
    const char *one;
    aside_buf all;
    if (!v || aside_json_str(v, out)) return;
    if (!aside_json_is_array(v)) bad_field(c, key, "a list of names");
    aside_buf_init(&all, c->scratch);
    for (size_t i = 0; i < aside_json_length(v); i++) {
        if (!aside_json_str(aside_json_at(v, i), &one)) bad_field(c, key, "a list of names"), one = "";
        if (i) aside_buf_add_char(&all, ',');
        aside_buf_add_z(&all, one);
    }
    *out = aside_buf_z(&all);
}

static bool need(call *c, const char *key, const char *value) {
    if (!value && !c->bad) bad_field(c, key, "given");
    return !c->bad;
}

/* --------------------------------- Answering -------------------------------- */

/* A decision is the object of `aside ask --json` with a type in front; every
 * other event brings its own. */
static void send_event(aside_talk *t, const aside_event *e, aside_arena *scratch) {
    aside_buf out;
    aside_buf_init(&out, scratch);
    if (e->kind == ASIDE_EVENT_DECISION) {
        aside_buf_add_z(&out, "{\"type\":\"decision\",");
        aside_buf_add_z(&out, e->json + 1);
    } else aside_buf_add_z(&out, e->json);
    aside_talk_send(t, &out);
}

static void send_events(aside_talk *t, aside_arena *scratch) {
    for (const aside_event *e; (e = aside_talk_next(t));) send_event(t, e, scratch);
}

static void send_ready(call *c) {
    aside_buf out;
    aside_json_writer w;
    aside_buf_init(&out, c->scratch);
    aside_json_writer_init(&w, &out);
    aside_json_open(&w, '{');
    aside_json_key(&w, "type"), aside_json_add_z(&w, "ready");
    aside_json_key(&w, "session"), aside_json_add_z(&w, aside_session_id(c->talk->session));
    aside_json_close(&w, '}');
    aside_talk_send(c->talk, &out);
}

typedef struct answer { aside_status status; aside_wire_code code; } answer;

/* The row of `answers` (ended by OK) for this status; the rest is our failure. */
static void refuse_status(call *c, aside_status s, const answer *answers, const char *what) {
    while (answers->status && answers->status != s) answers++;
    aside_wire_code code = answers->status ? answers->code : ASIDE_WIRE_ENGINE_FAILED;
    aside_talk_refuse(c->talk, code, c->scratch, "%s: %s", what, aside_status_text(s));
}

/* --------------------------------- The session ------------------------------- */

static bool open_with(call *c, aside_session_options *options, const char *token) {
    aside_error err;
    if (!aside_tokens_accept(c->talk->world->tokens, token)) {
        aside_talk_refuse(c->talk, ASIDE_WIRE_TOKEN_REFUSED, c->scratch,
                          token ? "the token is not known" : "say hello with a token first");
        return false;
    }
    aside_status s = aside_talk_open(c->talk, options, &err);
    if (s == ASIDE_EINVAL)
        aside_talk_refuse(c->talk, ASIDE_WIRE_HELLO_INVALID, c->scratch, "%s", err.text);
    else if (s)
        aside_talk_refuse(c->talk, ASIDE_WIRE_ENGINE_FAILED, c->scratch, "no session: %s", aside_status_text(s));
    return s == ASIDE_OK;
}

/* The first thing said was no hello: every field at its default. */
static bool have_session(call *c) {
    return c->talk->session || open_with(c, &(aside_session_options){ 0 }, NULL);
}

static void read_sound(call *c, const char **format, int64_t *rate_hz) {
    read_text(c, "format", format);
    read_int(c, "rate", rate_hz);
}

/* What cannot be decoded is said; the session is then one for text. */
static void accept_sound(call *c, const char *format, int64_t rate_hz) {
    aside_talk *t = c->talk;
    bool known = strcmp(format, "s16le") == 0;
    bool fits = rate_hz >= ASIDE_LIMIT_RATE_LEAST_HZ && rate_hz <= ASIDE_LIMIT_RATE_MOST_HZ;
    t->is_deaf = t->deaf_was_said = !known || !fits;
    if (!known)
        aside_talk_refuse(t, ASIDE_WIRE_FORMAT_UNSUPPORTED, c->scratch,
                          "format \"%s\" is not decoded: send s16le", format);
    if (!fits)
        aside_talk_refuse(t, ASIDE_WIRE_RATE_UNSUPPORTED, c->scratch,
                          "rate %lld is not decoded: send %d to %d samples a second",
                          (long long)rate_hz, ASIDE_LIMIT_RATE_LEAST_HZ, ASIDE_LIMIT_RATE_MOST_HZ);
    if (!t->is_deaf) t->rate_hz = (int)rate_hz;
    aside_pace_init(&t->pace, t->rate_hz);
}

static aside_status on_hello(call *c) {
    aside_session_options o = { 0 };
    const char *token = NULL, *format = "s16le";
    int64_t rate_hz = ASIDE_RATE_HZ;
    if (c->talk->session) {
        aside_talk_refuse(c->talk, ASIDE_WIRE_HELLO_REPEATED, c->scratch,
                          "the session is open already: connect again for another one");
        return ASIDE_OK;
    }
    read_text(c, "user", &o.user), read_text(c, "household", &o.household);
    read_text(c, "device", &o.device), read_text(c, "kind", &o.kind);
    read_text(c, "lang", &o.language), read_text(c, "zone", &o.zone);
    read_text(c, "region", &o.region), read_text(c, "scene", &o.scene);
    read_names(c, "surfaces", &o.surfaces), read_names(c, "capabilities", &o.capabilities);
    read_bool(c, "child", &o.child), read_bool(c, "guest", &o.guest);
    read_text(c, "token", &token);
    read_sound(c, &format, &rate_hz);
    if (c->bad) return ASIDE_OK;
    accept_sound(c, format, rate_hz);
    if (open_with(c, &o, token)) send_ready(c);
    return ASIDE_OK;
}

/* --------------------------------- Messages ---------------------------------- */

static aside_status on_text_message(call *c) {
    static const answer answers[] = { { ASIDE_ELIMIT, ASIDE_WIRE_TEXT_TOO_LONG },
                                      { ASIDE_ETEXT, ASIDE_WIRE_TEXT_INVALID },
                                      { ASIDE_ESTORE, ASIDE_WIRE_STORE_FAILED }, { ASIDE_OK, 0 } };
    const char *text = NULL;
    read_text(c, "text", &text);
    if (!need(c, "text", text) || !have_session(c)) return ASIDE_OK;
    aside_status s = aside_session_feed_text(c->talk->session, text, -1);
    if (s == ASIDE_EBUSY) return s;
    if (s) refuse_status(c, s, answers, "text");
    send_events(c->talk, c->scratch);
    return ASIDE_OK;
}

static aside_status on_eof(call *c) {
    static const answer answers[] = { { ASIDE_ESTATE, ASIDE_WIRE_AUDIO_UNEXPECTED },
                                      { ASIDE_EAUDIO, ASIDE_WIRE_RATE_UNSUPPORTED },
                                      { ASIDE_ESTORE, ASIDE_WIRE_STORE_FAILED }, { ASIDE_OK, 0 } };
    aside_talk *t = c->talk;
    if (!t->heard_sound) return ASIDE_OK;
    aside_status s = aside_session_end_audio(t->session);
    if (s == ASIDE_EBUSY) return s;
    t->heard_sound = t->has_odd_byte = false;
    aside_pace_restart(&t->pace);
    if (s) refuse_status(c, s, answers, "eof");
    send_events(t, c->scratch);
    return ASIDE_OK;
}

/* The device heard its wake word: what comes now is a new stretch of sound, and
 * half a sample of the last one is void. */
static aside_status on_wake(call *c) {
    aside_pace_restart(&c->talk->pace);
    c->talk->has_odd_byte = false;
    if (have_session(c)) send_events(c->talk, c->scratch);
    return ASIDE_OK;
}

static aside_status on_consent(call *c) {
    static const answer answers[] = { { ASIDE_EINVAL, ASIDE_WIRE_CONSENT_INVALID },
                                      { ASIDE_ESTATE, ASIDE_WIRE_CONSENT_REFUSED },
                                      { ASIDE_ESTORE, ASIDE_WIRE_STORE_FAILED }, { ASIDE_OK, 0 } };
    const char *purpose = NULL, *wording = NULL;
    bool granted = false;
    read_text(c, "purpose", &purpose), read_text(c, "wording", &wording);
    read_bool(c, "granted", &granted);
    if (!field(c, "granted")) bad_field(c, "granted", "given");
    if (!need(c, "purpose", purpose) || !have_session(c)) return ASIDE_OK;
    aside_status s = aside_session_consent(c->talk->session, purpose, granted, wording);
    if (s) refuse_status(c, s, answers, "consent");
    send_events(c->talk, c->scratch);
    return ASIDE_OK;
}

/* The proof is handed on as the object it is; a string counts as JSON already. */
static const char *read_proof(call *c) {
    const aside_json *v = field(c, "proof");
    const char *text = NULL;
    aside_buf dumped;
    if (!v || aside_json_str(v, &text)) return text;
    aside_buf_init(&dumped, c->scratch);
    aside_json_dump(v, &dumped);
    return aside_buf_z(&dumped);
}

static aside_status on_report(call *c) {
    static const answer answers[] = { { ASIDE_EINVAL, ASIDE_WIRE_REPORT_INVALID },
                                      { ASIDE_ESTATE, ASIDE_WIRE_REPORT_CLOSED },
                                      { ASIDE_ESTORE, ASIDE_WIRE_STORE_FAILED }, { ASIDE_OK, 0 } };
    const char *action = NULL, *event = NULL;
    int64_t step = 0;
    read_text(c, "action", &action), read_text(c, "event", &event);
    read_int(c, "step", &step);
    if (step < 0 || step > ASIDE_LIMIT_STEPS) bad_field(c, "step", "the number of a step, or 0 for the offer");
    if (!need(c, "action", action) || !need(c, "event", event) || !have_session(c)) return ASIDE_OK;
    aside_status s = aside_session_report(c->talk->session, action, (int)step, event, read_proof(c));
    if (s) refuse_status(c, s, answers, "report");
    send_events(c->talk, c->scratch);
    return ASIDE_OK;
}

/* What a device senses.  The library asks for none so far: a well-formed one is
 * taken in silence, so that devices may send them before an engine uses them. */
static aside_status on_signal(call *c) {
    const char *name = NULL;
    read_text(c, "name", &name);
    need(c, "name", name);
    return ASIDE_OK;
}

typedef struct message_kind { const char *type; aside_status (*take)(call *); } message_kind;

static const message_kind messages[] = {
    { "hello", on_hello },     { "wake", on_wake },     { "text", on_text_message }, { "eof", on_eof },
    { "consent", on_consent }, { "report", on_report }, { "signal", on_signal },
};

static aside_status dispatch(call *c) {
    const char *type = NULL;
    if (!aside_json_is_object(c->message) || !aside_json_str(aside_json_get(c->message, "type"), &type)) {
        aside_talk_refuse(c->talk, ASIDE_WIRE_TYPE_UNKNOWN, c->scratch, "a message is an object with a \"type\"");
        return ASIDE_OK;
    }
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        if (strcmp(messages[i].type, type) == 0) return messages[i].take(c);
    aside_talk_refuse(c->talk, ASIDE_WIRE_TYPE_UNKNOWN, c->scratch,
                      "type \"%.40s\" is not known: hello, wake, text, eof, consent, report or signal", type);
    return ASIDE_OK;
}

static aside_status on_text(aside_talk *t, aside_str text, aside_arena *scratch) {
    aside_json *root;
    aside_error err;
    aside_status s = aside_json_parse(text, &root, &err);
    if (s) {
        aside_talk_refuse(t, ASIDE_WIRE_JSON_INVALID, scratch, "line %d, column %d: %s", err.line, err.column, err.text);
        return ASIDE_OK;
    }
    s = dispatch(&(call){ .talk = t, .message = root, .scratch = scratch });
    aside_json_free(root);
    return s;
}

/* ----------------------------------- Sound ----------------------------------- */

/* Not counted twice when the same frame comes again after EBUSY. */
static bool keeps_pace(aside_talk *t, aside_message *m, aside_arena *scratch) {
    static const char *const how[] = { "", "faster", "slower" };
    if (m->is_measured) return true;
    m->is_measured = true;
    aside_pace_verdict v = aside_pace_add(&t->pace, m->arrived_ms, aside_talk_samples(t, aside_message_bytes(m)), m->paused_ms);
    if (v == ASIDE_PACE_RIGHT) return true;
    t->is_deaf = t->deaf_was_said = true;
    aside_talk_refuse(t, ASIDE_WIRE_RATE_MISMATCH, scratch,
                      "for 3 s sound came more than a fifth %s than %d samples a second: it is no longer decoded",
                      how[v], t->rate_hz);
    return false;
}

static void say_deaf(aside_talk *t, aside_arena *scratch) {
    t->is_deaf = true;
    if (t->deaf_was_said) return;
    t->deaf_was_said = true;
    aside_talk_refuse(t, ASIDE_WIRE_AUDIO_UNEXPECTED, scratch,
                      "this session understands text only: no sound is decoded");
}

/* An utterance may end within the frame, and its turn may want the store. */
static aside_status on_sound(aside_talk *t, aside_message *m, aside_arena *scratch) {
    static const answer answers[] = { { ASIDE_ESTORE, ASIDE_WIRE_STORE_FAILED }, { ASIDE_OK, 0 } };
    call c = { .talk = t, .scratch = scratch };
    if (!have_session(&c)) return ASIDE_OK;
    if (t->is_deaf) return say_deaf(t, scratch), ASIDE_OK;
    if (!keeps_pace(t, m, scratch)) return ASIDE_OK;
    aside_status s = aside_talk_feed(t, aside_message_bytes(m), scratch);
    if (s == ASIDE_EBUSY) return s;
    if (s == ASIDE_ESTATE) say_deaf(t, scratch);
    else if (s) refuse_status(&c, s, answers, "sound");
    send_events(t, scratch);
    return ASIDE_OK;
}

const aside_protocol aside_protocol_v1 = { "aside.v1", ASIDE_METRIC_ACCEPTED_V1, on_text, on_sound, send_events };
