/* replay_run.c -- one unit of a suite through a session of its own; see replay.h.
 *
 * Sound goes in as a device would send it, in frames of 20 ms, and its clock
 * moves with it.  CPU is measured around the calls of the engine alone: reading
 * files and comparing are not its work. */
#include "audio/sound_file.h"
#include "base/limits.h"
#include "core/replay_parts.h"

#include <stdio.h>
#include <string.h>

enum { FRAME_MS = 20, FRAME_MAX = ASIDE_LIMIT_RATE_MOST_HZ / 1000 * FRAME_MS };

/* The session's host is the caller's with another clock: the rest is passed on,
 * because a host has one `user`. */
static const aside_host *outer(void *user) { return ((const aside_replay *)user)->settings->host; }

static int64_t clock_ms(void *user) { return ((const aside_replay *)user)->now_ms; }

static void *pass_realloc(void *user, void *old, size_t old_size, size_t new_size) {
    return outer(user)->realloc(outer(user)->user, old, old_size, new_size);
}

static void pass_log(void *user, aside_log_level level, const char *line) {
    if (outer(user)->log) outer(user)->log(outer(user)->user, level, line);
}

aside_status aside_replay_fail(const aside_replay *r, int line, aside_status status, aside_error *err) {
    aside_error inner = err && err->status ? *err : (aside_error){ 0 };
    const char *text = inner.text[0] ? inner.text : aside_status_text(status);
    aside_place at = { .path = r->suite->path, .line = line };
    return inner.path[0] ? aside_fail_at(err, status, at, "%s: %s", inner.path, text)
                         : aside_fail_at(err, status, at, "%s", text);
}

/* Keep every decision; what a device would show meanwhile is not compared. */
static aside_status drain(aside_replay *r) {
    for (const aside_event *e; (e = aside_session_next(r->session)); ) {
        if (e->kind != ASIDE_EVENT_DECISION) continue;
        if (!ASIDE_ARENA_GROW(r->arena, r->heard.at, r->heard.n, r->heard.cap)) return ASIDE_ENOMEM;
        const char *json = aside_arena_copy_z(r->arena, aside_str_from(e->json));
        if (!json) return ASIDE_ENOMEM;
        r->heard.at[r->heard.n++] = json;
    }
    return ASIDE_OK;
}

aside_status aside_replay_feed_text(aside_replay *r, const char *text) {
    int64_t before_ns = r->settings->cpu_ns();
    aside_status st = aside_session_feed_text(r->session, text, -1);
    r->decide_ns = r->settings->cpu_ns() - before_ns;
    return st ? st : drain(r);
}

/* No decoder free: others have them all; the same samples again in a moment. */
static aside_status feed_frame(aside_replay *r, const int16_t *pcm, size_t n) {
    for (;;) {
        int64_t before_ns = r->settings->cpu_ns();
        aside_status st = aside_session_feed_audio(r->session, pcm, n);
        r->cpu_ns += r->settings->cpu_ns() - before_ns;
        if (st != ASIDE_EBUSY) return st ? st : drain(r);
        r->settings->pause();
    }
}

static aside_status finalise(aside_replay *r) {
    int64_t before_ns = r->settings->cpu_ns();
    aside_status st = aside_session_end_audio(r->session);
    r->finalise_ns = r->settings->cpu_ns() - before_ns;
    r->cpu_ns += r->finalise_ns;
    return st ? st : drain(r);
}

static aside_status feed_all(aside_replay *r, aside_sound_file *sound) {
    int16_t pcm[FRAME_MAX];
    int64_t n_fed = 0, start_ms = r->now_ms;
    int rate_hz = aside_sound_file_rate_hz(sound);
    for (size_t n = 1; n; ) {
        aside_status st = aside_sound_file_read(sound, pcm, (size_t)(rate_hz * FRAME_MS / 1000), &n);
        if (st) return st;
        n_fed += (int64_t)n;
        r->now_ms = start_ms + n_fed * 1000 / rate_hz;
        if (n && (st = feed_frame(r, pcm, n))) return st;
    }
    r->audio_us = n_fed * 1000000 / rate_hz;
    return finalise(r);
}

aside_status aside_replay_feed_sound(aside_replay *r, aside_sound_file *sound, const char *path, aside_error *err) {
    r->cpu_ns = 0;
    aside_status st = feed_all(r, sound);
    aside_sound_file_close(sound);
    if (st == ASIDE_EAUDIO) return aside_fail_at(err, st, (aside_place){ .path = path }, "the recording is cut short or damaged");
    return st ? aside_fail_at(err, st, (aside_place){ .path = path }, "%s", aside_status_text(st)) : ASIDE_OK;
}

static aside_status grant(aside_replay *r, aside_str piece, int line, aside_error *err) {
    char purpose[32];
    snprintf(purpose, sizeof purpose, "%.*s", ASIDE_FMT(piece));
    if (strcmp(purpose, "none") == 0) return ASIDE_OK;
    aside_status st = aside_session_consent(r->session, purpose, true, NULL);
    if (st == ASIDE_EINVAL) aside_fail(err, st, "consent: unknown purpose \"%s\"", purpose);
    /* ESTATE: a child or a guest cannot agree; what follows from that is what is tested. */
    return st && st != ASIDE_ESTATE ? aside_replay_fail(r, line, st, err) : ASIDE_OK;
}

aside_status aside_replay_consent(aside_replay *r, const char *purposes, int line, aside_error *err) {
    aside_str rest = aside_str_from(purposes), piece;
    while (aside_str_split(&rest, ", |", &piece)) {
        aside_status st = grant(r, piece, line, err);
        if (st) return st;
    }
    return ASIDE_OK;
}

/* --------------------------------- rows ----------------------------------- */

static aside_status prepare_row(aside_replay *r, aside_error *err) {
    const aside_suite_row *row = &r->suite->rows[r->unit];
    if (row->cells[ASIDE_COLUMN_LANG][0]) r->options.language = row->cells[ASIDE_COLUMN_LANG];
    if (!row->audio_path) return ASIDE_OK;
    aside_status st = aside_sound_file_open(row->audio_path, r->settings->host, &r->sound, err);
    if (st) return aside_replay_fail(r, row->line, st, err);
    r->options.sample_rate = aside_sound_file_rate_hz(r->sound);
    return ASIDE_OK;
}

static aside_status say_row(aside_replay *r, const aside_suite_row *row, aside_error *err) {
    aside_sound_file *sound = r->sound;
    r->sound = NULL;
    aside_status st = sound ? aside_replay_feed_sound(r, sound, row->audio_path, err)
                            : aside_replay_feed_text(r, row->cells[ASIDE_COLUMN_TEXT]);
    return st ? aside_replay_fail(r, row->line, st, err) : ASIDE_OK;
}

static aside_status run_row(aside_replay *r, aside_case *out, aside_error *err) {
    const aside_suite_row *row = &r->suite->rows[r->unit];
    const char *purposes = row->cells[ASIDE_COLUMN_CONSENT];
    aside_status st = aside_replay_consent(r, purposes[0] ? purposes : r->settings->consent, row->line, err);
    if (!st) st = say_row(r, row, err);
    if (st) return st;
    *out = (aside_case){ .suite = r->suite, .audio_us = r->audio_us, .cpu_ns = r->cpu_ns,
                         .finalise_ns = r->finalise_ns, .decide_ns = r->decide_ns };
    return aside_replay_compare_row(row, r->heard.n ? r->heard.at[0] : NULL, r->arena, out);
}

/* --------------------------------- units ---------------------------------- */

/* Every unit is somebody new, also in a store that is kept. */
static bool name_people(aside_replay *r) {
    const char *id = aside_arena_printf(r->arena, "%s/%s/%zu", r->settings->run_id, r->suite->path, r->unit);
    r->options.user = r->options.household = r->options.device = id;
    return id != NULL;
}

static aside_status open_session(aside_replay *r, aside_error *err) {
    aside_status st = r->suite->is_session ? aside_replay_session_prepare(r, err) : prepare_row(r, err);
    if (st) return st;
    int line = r->suite->is_session ? r->suite->inputs[0].line : r->suite->rows[r->unit].line;
    aside_error inner = { 0 };
    st = aside_session_open(r->settings->engine, &r->options, &r->session, &inner);
    if (!st) return ASIDE_OK;
    if (err) *err = inner;
    return aside_replay_fail(r, line, st, err);
}

aside_status aside_replay_open(const aside_replay_settings *settings, const aside_suite *suite, size_t unit,
                               aside_arena *arena, aside_replay **out, aside_error *err) {
    aside_replay *r = aside_arena_alloc(arena, sizeof *r);
    if (!r) return aside_fail(err, ASIDE_ENOMEM, "%s", aside_status_text(ASIDE_ENOMEM));
    *r = (aside_replay){ .settings = settings, .suite = suite, .unit = unit, .arena = arena, .options = *settings->session,
                         .now_ms = settings->start_ms, .finalise_ns = -1, .decide_ns = -1 };
    r->host = (aside_host){ .user = r, .realloc = pass_realloc, .wall_ms = clock_ms, .log = pass_log, .seed = settings->host->seed };
    r->options.host = &r->host, r->options.whole_utterance = true, r->options.no_partials = true;
    aside_buf_init(&r->rewritten, arena);
    aside_status st = name_people(r) ? open_session(r, err) : aside_fail(err, ASIDE_ENOMEM, "%s", aside_status_text(ASIDE_ENOMEM));
    if (st) return aside_replay_close(r), st;
    *out = r;
    return ASIDE_OK;
}

aside_status aside_replay_run(aside_replay *r, aside_case *cases, aside_error *err) {
    return r->suite->is_session ? aside_replay_session_run(r, cases, err) : run_row(r, cases, err);
}

aside_str aside_replay_rewritten(const aside_replay *r) { return aside_buf_str(&r->rewritten); }

void aside_replay_close(aside_replay *r) {
    if (!r) return;
    aside_sound_file_close(r->sound);
    aside_session_close(r->session);
    r->sound = NULL, r->session = NULL;
}
