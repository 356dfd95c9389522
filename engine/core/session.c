/* session.c -- opening a session, feeding it, taking events out. */
#include "core/session.h"

#include "base/crypto.h"
#include "base/json.h"
#include "core/dialog.h"
#include "core/turn.h"

#include <stdio.h>
#include <string.h>

/* ---- opening ---- */

static aside_status read_language(aside_session *s, const char *asked, aside_error *err) {
    const char *bcp47 = asked ? asked : s->engine->config.language;
    int lang = aside_lang_from(bcp47);
    if (lang < 0 || !s->engine->languages[lang].grammar)
        return aside_fail(err, ASIDE_EINVAL, "the language '%s' is not loaded: there is no intents folder for it", bcp47);
    s->lang = (aside_lang)lang;
    s->language = &s->engine->languages[lang];
    return ASIDE_OK;
}

static aside_status read_name(const char *word, const char *const *names, const char *what, int *out, aside_error *err) {
    int index = aside_device_name_index(word, names);
    if (index < 0) {
        const char *near = aside_str_nearest(aside_str_from(word), names);
        return aside_fail(err, ASIDE_EINVAL, "'%s' is not a %s%s%s%s", word, what,
                          near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    *out = index;
    return ASIDE_OK;
}

static aside_status read_device(aside_session *s, const aside_session_options *o, aside_error *err) {
    int kind = ASIDE_DEVICE_PHONE, scene = ASIDE_SCENE_HOME;
    size_t n_unknown = 0;
    aside_status st = ASIDE_OK;
    if (o->kind) st = read_name(o->kind, aside_device_kind_names, "kind of device", &kind, err);
    if (!st && o->scene) st = read_name(o->scene, aside_scene_names, "scene", &scene, err);
    if (st) return st;
    s->device = (aside_device){
        .kind = (aside_device_kind)kind, .scene = (aside_scene)scene, .child = o->child, .guest = o->guest,
        .surfaces = aside_device_bits(o->surfaces ? o->surfaces : "speech", aside_surface_names, &n_unknown),
        .capabilities = aside_device_bits(o->capabilities ? o->capabilities : "", aside_capability_names, &n_unknown),
    };
    if (n_unknown) aside_log(&s->host, ASIDE_LOG_INFO, "session %s: %zu unknown surfaces or capabilities passed over", s->id, n_unknown);
    return ASIDE_OK;
}

static aside_status read_zone(aside_session *s, const char *name, aside_error *err) {
    s->zone = s->engine->zone;
    return name ? aside_zone_open(name, &s->arena, &s->zone, err) : ASIDE_OK;
}

static const char *or_default(const char *given, const char *fallback) { return given && given[0] ? given : fallback; }

static aside_status read_identity(aside_session *s, const aside_session_options *o) {
    uint64_t number;
    aside_status st = aside_ledger_next_session(s->engine->ledger, &number);
    if (st) return st;
    snprintf(s->id, sizeof s->id, "%04llx", (unsigned long long)(number + 0x1000));
    aside_ledger_person(s->engine->ledger, or_default(o->user, "user"), or_default(o->household, "home"),
                        or_default(o->device, "device"), &s->person);
    return ASIDE_OK;
}

/* With a seed, the n-th session of a store always draws the same. */
static void seed(aside_session *s) {
    s->rng.state = s->host.seed;
    if (!s->rng.state) aside_crypto_random(&s->rng.state, sizeof s->rng.state);
    s->rng.state += aside_str_hash(aside_str_from(s->id));
}

/* ---- turns ---- */

/* Run one turn about a finished utterance: the decision and what follows it are added
 * to the events. */
static aside_status run_turn(aside_session *s, const char *text, size_t text_len, int confidence_pm) {
    aside_turn t = { .session = s, .arena = &s->turn_arena, .heard = { text, text_len }, .confidence_pm = confidence_pm,
                     .number = s->turn + 1, .now_ms = aside_host_wall_ms(&s->host), .draw = aside_rng_next(&s->rng) };
    aside_arena_reset(&s->turn_arena);
    t.id = aside_arena_printf(t.arena, "%s-%d", s->id, t.number);
    if (!t.id) return ASIDE_ENOMEM;
    aside_log_words(&s->host, s->engine->config.log_transcripts, text);
    s->turn = t.number;
    return aside_turn_run(&t);
}

/* ---- hearing ---- */

static aside_status on_speech(void *user) {
    aside_session *s = user;
    return aside_events_add(&s->events, &(aside_event){
        .kind = ASIDE_EVENT_SPEECH, .turn = s->turn + 1, .at_ms = aside_host_wall_ms(&s->host), .json = "{\"type\":\"speech\"}" });
}

static void add_words(aside_json_writer *w, const aside_hypothesis *h) {
    aside_json_key(w, "words");
    aside_json_open(w, '[');
    for (size_t i = 0; i < h->n_words; i++) {
        aside_json_open(w, '{');
        aside_json_key(w, "word"), aside_json_add_z(w, h->words[i].text);
        aside_json_key(w, "start"), aside_json_add_real(w, h->words[i].start_ms / 1000.0);
        aside_json_key(w, "end"), aside_json_add_real(w, h->words[i].end_ms / 1000.0);
        aside_json_key(w, "conf"), aside_json_add_real(w, h->words[i].confidence_pm / 1000.0);
        aside_json_close(w, '}');
    }
    aside_json_close(w, ']');
}

static aside_status tell_heard(aside_session *s, const aside_hypothesis *h, bool is_final) {
    aside_buf json;
    aside_json_writer w;
    aside_buf_init(&json, &s->events.arena);
    aside_json_writer_init(&w, &json);
    aside_json_open(&w, '{');
    aside_json_key(&w, "type"), aside_json_add_z(&w, is_final ? "final" : "partial");
    aside_json_key(&w, "text"), aside_json_add_z(&w, h->text);
    if (is_final) aside_json_key(&w, "confidence"), aside_json_add_int(&w, h->confidence_pm), add_words(&w, h);
    aside_json_close(&w, '}');
    if (!aside_buf_ok(&json)) return ASIDE_ENOMEM;
    return aside_events_add(&s->events, &(aside_event){
        .kind = is_final ? ASIDE_EVENT_FINAL : ASIDE_EVENT_PARTIAL, .turn = s->turn + 1,
        .at_ms = aside_host_wall_ms(&s->host), .text = h->text, .confidence_pm = h->confidence_pm, .json = json.at });
}

static aside_status on_partial(void *user, const aside_hypothesis *h) { return tell_heard(user, h, false); }

static aside_status on_utterance(void *user, const aside_hypothesis *h) {
    aside_session *s = user;
    aside_status st = tell_heard(s, h, true);
    return st ? st : run_turn(s, h->text, strlen(h->text), h->confidence_pm);
}

static aside_status open_hearing(aside_session *s, const aside_session_options *o, aside_error *err) {
    const aside_config *c = &s->engine->config;
    if (o->sample_rate == 0) return ASIDE_OK;
    if (!s->language->decoders)
        return aside_fail(err, ASIDE_ESTATE, "there is no acoustic model for '%s': it understands text only", aside_lang_names[s->lang]);
    if (o->sample_rate < ASIDE_LIMIT_RATE_LEAST_HZ || o->sample_rate > ASIDE_LIMIT_RATE_MOST_HZ)
        return aside_fail(err, ASIDE_EINVAL, "a sample rate of %d Hz is not supported; %d to %d are", o->sample_rate,
                          ASIDE_LIMIT_RATE_LEAST_HZ, ASIDE_LIMIT_RATE_MOST_HZ);
    aside_hearing_options h = {
        .rate_hz = o->sample_rate, .partial_every_ms = o->no_partials ? 0 : (int)c->asr_partial_every_ms, .decoders = s->language->decoders,
        .endpoint = { .start_ms = (int)c->audio_start_ms, .end_ms = (int)c->audio_end_ms,
                      .preroll_ms = (int)c->audio_preroll_ms, .max_ms = (int)c->audio_utterance_max_ms,
                      .whole = o->whole_utterance },
        .listener = { .user = s, .speech = on_speech, .partial = on_partial, .utterance = on_utterance },
        .host = &s->host,
    };
    aside_status st = aside_hearing_open(&h, &s->hearing);
    return st ? aside_fail(err, st, "%s", aside_status_text(st)) : ASIDE_OK;
}

static aside_status set_up(aside_session *s, const aside_session_options *o, aside_error *err) {
    aside_status st = read_language(s, o->language, err);
    if (!st) st = read_zone(s, o->zone, err);
    if (!st && (st = read_identity(s, o))) return aside_fail(err, st, "%s", aside_status_text(st));
    if (!st) st = read_device(s, o, err);
    if (st) return st;
    seed(s);
    s->region = aside_arena_copy_z(&s->arena, aside_str_from(or_default(o->region, s->engine->config.region)));
    s->simulated_device = o->simulated_device;
    s->sensitive_at_ms = INT64_MIN;
    return s->region ? open_hearing(s, o, err) : aside_fail(err, ASIDE_ENOMEM, "out of memory");
}

aside_status aside_session_open(aside_engine *engine, const aside_session_options *options,
                                aside_session **out, aside_error *err) {
    aside_host host = options->host ? aside_host_complete(options->host) : engine->host;
    host.n_muted = engine->host.n_muted;
    aside_session *s = aside_host_alloc(&host, sizeof *s);
    if (!s) return aside_fail(err, ASIDE_ENOMEM, "out of memory");
    s->engine = engine;
    s->host = host;
    aside_arena_init(&s->arena, &s->host, 0);
    aside_arena_init(&s->turn_arena, &s->host, 0);
    aside_events_init(&s->events, &s->host);
    aside_status st = set_up(s, options, err);
    if (st) return aside_session_close(s), st;
    *out = s;
    return ASIDE_OK;
}

void aside_session_close(aside_session *s) {
    if (!s) return;
    (void)!aside_dialog_lapse(s, aside_host_wall_ms(&s->host));    /* Failing, it lapses by itself. */
    aside_hearing_close(s->hearing);
    aside_events_free(&s->events);
    aside_arena_free(&s->turn_arena);
    aside_arena_free(&s->arena);
    aside_host host = s->host;
    aside_host_free(&host, s, sizeof *s);
}

const char *aside_session_id(const aside_session *s) { return s->id; }

/* ---- feeding ---- */

aside_status aside_session_feed_text(aside_session *s, const char *text, ptrdiff_t length) {
    size_t n = length < 0 ? strlen(text) : (size_t)length;
    aside_status st = aside_events_begin(&s->events);
    if (st) return st;
    if (n > ASIDE_LIMIT_UTTERANCE_BYTES) return ASIDE_ELIMIT;
    char copy[ASIDE_LIMIT_UTTERANCE_BYTES + 1];            /* NUL-terminated, for the log that may want it. */
    memcpy(copy, text, n);
    copy[n] = '\0';
    return run_turn(s, copy, n, 1000);
}

aside_status aside_session_feed_audio(aside_session *s, const int16_t *pcm, size_t n_samples) {
    if (!s->hearing) return ASIDE_ESTATE;
    aside_status st = aside_events_begin(&s->events);
    return st ? st : aside_hearing_feed(s->hearing, pcm, n_samples);
}

aside_status aside_session_end_audio(aside_session *s) {
    if (!s->hearing) return ASIDE_ESTATE;
    aside_status st = aside_events_begin(&s->events);
    return st ? st : aside_hearing_end(s->hearing);
}

/* The version of a question, not the question: kept as long as the consent. */
static bool is_wording(const char *wording) {
    aside_str text = aside_str_from(wording);
    return text.len <= ASIDE_LIMIT_WORDING_BYTES && aside_str_is_utf8(text);
}

aside_status aside_session_consent(aside_session *s, const char *purpose, bool granted, const char *wording) {
    int index = aside_device_name_index(purpose, aside_purpose_names);
    aside_status st = aside_events_begin(&s->events);
    if (st) return st;
    if (index < 0 || !is_wording(wording)) return ASIDE_EINVAL;
    return aside_dialog_consent(s, (aside_purpose)index, granted, wording, "wire", aside_host_wall_ms(&s->host));
}

/* ---- reports of the device ---- */

typedef aside_status report_fn(aside_session *s, int64_t now_ms);

/* A device that plays one thing at a time need not say which. */
static aside_status complete_waiting(aside_session *s, int64_t now_ms) {
    int step = aside_run_waiting_step(&s->run);
    return step ? aside_dialog_step(s, step, "completed", false, now_ms) : ASIDE_ESTATE;
}

/* What a report about the offer itself (step 0) does.  A new event is a row. */
static const struct { const char *event; report_fn *run; } offer_events[] = {
    { "heard", aside_dialog_heard },     { "shown", aside_dialog_heard },
    { "tapped", aside_dialog_accept },   { "accepted", aside_dialog_accept },
    { "declined", aside_dialog_decline }, { "closed", aside_dialog_stop },
    { "expired", aside_dialog_lapse },   { "completed", complete_waiting },
    { NULL, NULL },
};

static aside_status report_offer(aside_session *s, const char *event, int64_t now_ms) {
    for (size_t i = 0; offer_events[i].event; i++)
        if (strcmp(offer_events[i].event, event) == 0) return offer_events[i].run(s, now_ms);
    return ASIDE_EINVAL;
}

/* Proofs are checked when signatures exist; until then a proof must at least be JSON. */
static aside_status check_proof(const char *proof_json) {
    aside_json *proof = NULL;
    if (!proof_json) return ASIDE_OK;
    aside_status st = aside_json_parse(aside_str_from(proof_json), &proof, NULL);
    aside_json_free(proof);
    return st ? ASIDE_EINVAL : ASIDE_OK;
}

aside_status aside_session_report(aside_session *s, const char *action_id, int step, const char *event, const char *proof_json) {
    int64_t now_ms = aside_host_wall_ms(&s->host);
    aside_status st = aside_events_begin(&s->events);
    if (!st) st = check_proof(proof_json);
    if (st) return st;
    if (!s->offer.skill || strcmp(action_id, s->offer.action_id) != 0) return ASIDE_EINVAL;
    return step == 0 ? report_offer(s, event, now_ms) : aside_dialog_step(s, step, event, false, now_ms);
}

const aside_event *aside_session_next(aside_session *s) { return aside_events_take(&s->events); }

const char *aside_outcome_name(aside_outcome o) {
    static const char *const names[] = { "none", "offer", "accept", "decline", "unclear", "stop", "system" };
    return (unsigned)o < sizeof names / sizeof *names ? names[o] : "unknown";
}
