/* replay_session.c -- a recorded session, run again; see replay.h.
 *
 *     {"aside":"session/v1","seed":1,"start":"2026-06-18T20:00:00+08:00"}
 *     {"in":"consent","purpose":"offers","granted":true}
 *     {"in":"say","text":"am i pretty"}
 *     {"out":"decision","decision":{...}}
 *
 * The header may also say who and where, in the words of `hello`.  Every expected
 * decision is a case; a decision that the file does not list makes the last case
 * fail, unless it lists none at all (a session to be filled by --update).
 *
 * Identifiers need not be the same twice, so a report about the action that the
 * file saw last is given to the action we saw last.  A session that holds
 * reports plays its own device; else the engine plays it (simulated_device). */
#include "audio/sound_file.h"
#include "base/file.h"
#include "base/zone.h"
#include "core/replay_parts.h"

#include <string.h>

/* ------------------------------- the header ------------------------------- */

static const char *str_of(const aside_json *v, const char *key) {
    const char *s = NULL;
    aside_json_str(aside_json_get(v, key), &s);
    return s;
}

/* Members of the header that are texts of the session's options. */
static const struct { const char *key; size_t offset; } header_texts[] = {
    { "user", offsetof(aside_session_options, user) },     { "household", offsetof(aside_session_options, household) },
    { "device", offsetof(aside_session_options, device) }, { "kind", offsetof(aside_session_options, kind) },
    { "lang", offsetof(aside_session_options, language) }, { "region", offsetof(aside_session_options, region) },
    { "scene", offsetof(aside_session_options, scene) },   { "zone", offsetof(aside_session_options, zone) },
    { "surfaces", offsetof(aside_session_options, surfaces) },
    { "capabilities", offsetof(aside_session_options, capabilities) },
};

static aside_status take_texts(aside_replay *r, const aside_json *header) {
    for (size_t i = 0; i < sizeof header_texts / sizeof header_texts[0]; i++) {
        const char *value = str_of(header, header_texts[i].key);
        if (!value) continue;
        const char *copy = aside_arena_copy_z(r->arena, aside_str_from(value));
        if (!copy) return ASIDE_ENOMEM;
        memcpy((char *)&r->options + header_texts[i].offset, &copy, sizeof copy);
    }
    return ASIDE_OK;
}

/* The zone of the options comes from the time of the command line; the file's
 * own start is nearer to what happened, a zone by name nearer still. */
static aside_status take_start(aside_replay *r, const aside_json *header, aside_error *err) {
    const char *start = str_of(header, "start");
    int offset_s = 0;
    if (!start) return ASIDE_OK;
    if (!aside_time_parse(aside_str_from(start), &r->now_ms, &offset_s))
        return aside_fail(err, ASIDE_ECONFIG, "start: found \"%s\", expected a time such as 2026-06-18T20:00:00+08:00", start);
    int minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
    r->options.zone = r->settings->zone ? r->settings->zone
        : aside_arena_printf(r->arena, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
    return r->options.zone ? ASIDE_OK : ASIDE_ENOMEM;
}

/* Sound comes at one rate in a session: that of the first recording. */
static aside_status take_rate(aside_replay *r, aside_error *err) {
    for (size_t i = 0; i < r->suite->n_inputs && !r->options.sample_rate; i++) {
        aside_json *v = NULL;
        aside_sound_file *sound = NULL;
        if (r->suite->inputs[i].kind != ASIDE_INPUT_AUDIO) continue;
        aside_status st = aside_json_parse(r->suite->inputs[i].json, &v, err);
        const char *path = st ? NULL : aside_file_beside(r->suite->path, str_of(v, "file"), r->arena);
        aside_json_free(v);
        if (!st) st = path ? aside_sound_file_open(path, r->settings->host, &sound, err) : ASIDE_ENOMEM;
        if (st) return aside_replay_fail(r, r->suite->inputs[i].line, st, err);
        r->options.sample_rate = aside_sound_file_rate_hz(sound);
        aside_sound_file_close(sound);
    }
    return ASIDE_OK;
}

static bool flag_of(const aside_json *header, const char *key, bool otherwise) {
    aside_json_bool(aside_json_get(header, key), &otherwise);
    return otherwise;
}

static bool has_reports(const aside_suite *s) {
    for (size_t i = 0; i < s->n_inputs; i++)
        if (s->inputs[i].kind == ASIDE_INPUT_REPORT) return true;
    return false;
}

aside_status aside_replay_session_prepare(aside_replay *r, aside_error *err) {
    aside_json *header = NULL;
    int64_t seed = 0;
    aside_error inner = { 0 };
    aside_status st = aside_json_parse(r->suite->inputs[0].json, &header, &inner);
    if (!st) st = take_start(r, header, &inner);
    if (!st) st = take_texts(r, header);
    if (!st && aside_json_int(aside_json_get(header, "seed"), &seed) && seed) r->host.seed = (uint64_t)seed;
    r->options.child = flag_of(header, "child", r->options.child);
    r->options.guest = flag_of(header, "guest", r->options.guest);
    r->options.simulated_device = !has_reports(r->suite);
    aside_json_free(header);
    if (!st) return take_rate(r, err);
    if (err) *err = inner;
    return aside_replay_fail(r, r->suite->inputs[0].line, st, err);
}

/* ------------------------------- the inputs ------------------------------- */

static aside_status play_say(aside_replay *r, const aside_json *v, aside_error *err) {
    (void)err;
    return aside_replay_feed_text(r, str_of(v, "text"));
}

static aside_status play_audio(aside_replay *r, const aside_json *v, aside_error *err) {
    aside_sound_file *sound = NULL;
    const char *path = aside_file_beside(r->suite->path, str_of(v, "file"), r->arena);
    if (!path) return ASIDE_ENOMEM;
    aside_status st = aside_sound_file_open(path, r->settings->host, &sound, err);
    if (st) return st;
    if (aside_sound_file_rate_hz(sound) == r->options.sample_rate) return aside_replay_feed_sound(r, sound, path, err);
    int rate_hz = aside_sound_file_rate_hz(sound);
    aside_sound_file_close(sound);
    return aside_fail(err, ASIDE_EAUDIO, "%s: found %d Hz, expected %d Hz as in the first recording", path, rate_hz, r->options.sample_rate);
}

static aside_status play_wait(aside_replay *r, const aside_json *v, aside_error *err) {
    int64_t ms = 0;
    (void)err;
    aside_json_int(aside_json_get(v, "ms"), &ms);
    r->now_ms += ms;
    return ASIDE_OK;
}

static aside_status play_consent(aside_replay *r, const aside_json *v, aside_error *err) {
    aside_status st = aside_session_consent(r->session, str_of(v, "purpose"), flag_of(v, "granted", true), str_of(v, "wording"));
    if (st == ASIDE_EINVAL) aside_fail(err, st, "unknown purpose \"%s\"", str_of(v, "purpose"));
    return st == ASIDE_ESTATE ? ASIDE_OK : st;             /* A child cannot agree: the decisions will show it. */
}

/* Without an action of ours there is nothing to report about; the decision that
 * lacks it is the difference to show. */
static aside_status play_report(aside_replay *r, const aside_json *v, aside_error *err) {
    const char *action = str_of(v, "action");
    const aside_json *proof = aside_json_get(v, "proof");
    int64_t step = 0;
    aside_buf b;
    aside_buf_init(&b, r->arena);
    if (proof) aside_json_dump(proof, &b);
    aside_json_int(aside_json_get(v, "step"), &step);
    if (!action || (r->told_action && strcmp(action, r->told_action) == 0)) action = r->got_action;
    if (!action) return ASIDE_OK;
    if (!aside_buf_ok(&b)) return ASIDE_ENOMEM;
    aside_status st = aside_session_report(r->session, action, (int)step, str_of(v, "event"), proof ? aside_buf_z(&b) : NULL);
    if (st == ASIDE_EINVAL) aside_fail(err, st, "report: the action, the step or the event \"%s\" is unknown", str_of(v, "event"));
    return st == ASIDE_ESTATE ? ASIDE_OK : st;
}

static aside_status (*const players[])(aside_replay *, const aside_json *, aside_error *) = {
    [ASIDE_INPUT_SAY] = play_say,         [ASIDE_INPUT_AUDIO] = play_audio,   [ASIDE_INPUT_WAIT] = play_wait,
    [ASIDE_INPUT_CONSENT] = play_consent, [ASIDE_INPUT_REPORT] = play_report, [ASIDE_INPUT_DECISION] = NULL,
};

/* ------------------------------ the decisions ----------------------------- */

static aside_status keep_action(aside_replay *r, const aside_json *decision, const char **out) {
    const char *id = str_of(aside_json_get(decision, "action"), "id");
    if (!id) return ASIDE_OK;
    return (*out = aside_arena_copy_z(r->arena, aside_str_from(id))) ? ASIDE_OK : ASIDE_ENOMEM;
}

static aside_status keep_got_action(aside_replay *r, const char *json) {
    aside_json *v = NULL;
    aside_status st = aside_json_parse(aside_str_from(json), &v, NULL);
    if (!st) st = keep_action(r, v, &r->got_action);
    aside_json_free(v);
    return st;
}

static aside_status compare(aside_replay *r, const aside_json *v, aside_case *out) {
    const aside_json *expected = aside_json_get(v, "decision");
    const char *got = r->heard.taken < r->heard.n ? r->heard.at[r->heard.taken++] : NULL;
    aside_status st = aside_replay_compare_decision(expected, got, r->arena, out);
    if (!st) st = keep_action(r, expected, &r->told_action);
    return st;
}

/* Lines that go in are kept as they are; decisions are written anew after each. */
static void rewrite(aside_replay *r, const aside_suite_input *input, size_t n_before) {
    aside_buf_add(&r->rewritten, input->json);
    aside_buf_add_char(&r->rewritten, '\n');
    for (size_t i = n_before; i < r->heard.n; i++)
        aside_buf_printf(&r->rewritten, "{\"out\":\"decision\",\"decision\":%s}\n", r->heard.at[i]);
}

static aside_status play(aside_replay *r, const aside_suite_input *input, const aside_json *v, aside_error *err) {
    size_t n_before = r->heard.n;
    aside_status st = players[input->kind] ? players[input->kind](r, v, err) : ASIDE_OK;
    if (st) return st;
    rewrite(r, input, n_before);
    return r->heard.n > n_before ? keep_got_action(r, r->heard.at[r->heard.n - 1]) : ASIDE_OK;
}

static aside_status step(aside_replay *r, const aside_suite_input *input, aside_case **next, aside_error *err) {
    aside_json *v = NULL;
    aside_error inner = { 0 };
    r->decide_ns = r->finalise_ns = -1, r->audio_us = r->cpu_ns = 0;
    aside_status st = aside_json_parse(input->json, &v, &inner);
    if (!st && input->kind == ASIDE_INPUT_DECISION) {
        **next = (aside_case){ .suite = r->suite, .line = input->line, .finalise_ns = -1, .decide_ns = -1 };
        st = compare(r, v, (*next)++);
    } else if (!st) {
        st = play(r, input, v, &inner);
    }
    aside_json_free(v);
    if (!st) return ASIDE_OK;
    if (err) *err = inner;
    return aside_replay_fail(r, input->line, st, err);
}

/* A session without expected decisions is one case: that it ran. */
static aside_status whole(aside_replay *r, aside_case *out) {
    const char *last = r->heard.n ? r->heard.at[r->heard.n - 1] : NULL;
    *out = (aside_case){ .suite = r->suite, .line = 1, .ok = true, .finalise_ns = -1, .decide_ns = -1, .expected_json = "{}",
                         .said = "", .got_json = last ? last : "null" };
    return aside_replay_cells(last, r->arena, out->got);
}

static void add_unlisted(aside_replay *r, aside_case *last) {
    aside_diff *diffs = (aside_diff *)(uintptr_t)last->diffs;      /* Ours, with room for one more. */
    diffs[last->n_diffs++] = (aside_diff){ "decision", "none after this", r->heard.at[r->heard.taken] };
    last->ok = false;
}

aside_status aside_replay_session_run(aside_replay *r, aside_case *cases, aside_error *err) {
    aside_case *next = cases;
    rewrite(r, &r->suite->inputs[0], 0);
    aside_status st = aside_replay_consent(r, r->settings->consent, r->suite->inputs[0].line, err);
    for (size_t i = 1; i < r->suite->n_inputs && !st; i++) st = step(r, &r->suite->inputs[i], &next, err);
    if (st) return st;
    if (!r->suite->n_decisions) return whole(r, cases);
    if (r->heard.taken < r->heard.n) add_unlisted(r, next - 1);
    return ASIDE_OK;
}
