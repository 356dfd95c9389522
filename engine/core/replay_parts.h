/* replay_parts.h -- what the files of the replay share among themselves; see replay.h. */
#ifndef ASIDE_CORE_REPLAY_PARTS_H
#define ASIDE_CORE_REPLAY_PARTS_H
#include "base/host.h"
#include "core/replay.h"

struct aside_sound_file;

/* Decisions of one session, in order. */
typedef struct aside_heard {
    const char **at;                   /* JSON. */
    size_t       n, cap, taken;
} aside_heard;

struct aside_replay {
    const aside_replay_settings *settings;
    const aside_suite           *suite;
    size_t                       unit;
    aside_arena                 *arena;        /* For results. */
    aside_session               *session;
    struct aside_sound_file     *sound;        /* Of a row with a recording, until it was fed. */
    aside_session_options        options;
    aside_host                   host;         /* The session's: its clock is now_ms. */
    int64_t                      now_ms;
    aside_heard                  heard;
    int64_t                      audio_us, cpu_ns, finalise_ns, decide_ns;   /* Of the last thing fed. */
    const char                  *told_action, *got_action;     /* Of a session: the file's id and ours. */
    aside_buf                    rewritten;
};

/* ---- replay_run.c ---- */
aside_status aside_replay_feed_text(aside_replay *r, const char *text) ASIDE_MUST_CHECK;
/* All of a recording, then the end of the utterance; closes it. */
aside_status aside_replay_feed_sound(aside_replay *r, struct aside_sound_file *sound, const char *path, aside_error *err) ASIDE_MUST_CHECK;
/* *err, told about a line of the suite instead. */
aside_status aside_replay_fail(const aside_replay *r, int line, aside_status status, aside_error *err);
aside_status aside_replay_consent(aside_replay *r, const char *purposes, int line, aside_error *err) ASIDE_MUST_CHECK;

/* ---- replay_session.c ---- */
/* Who, when and with which seed, from the session's header; opens no session yet. */
aside_status aside_replay_session_prepare(aside_replay *r, aside_error *err) ASIDE_MUST_CHECK;
aside_status aside_replay_session_run(aside_replay *r, aside_case *cases, aside_error *err) ASIDE_MUST_CHECK;

/* ---- replay_compare.c ---- */
/* decision_json NULL: there was none.  out's times are left alone. */
aside_status aside_replay_compare_row(const aside_suite_row *row, const char *decision_json, aside_arena *arena, aside_case *out) ASIDE_MUST_CHECK;
/* expected: the decision of the file. */
aside_status aside_replay_compare_decision(const aside_json *expected, const char *decision_json, aside_arena *arena, aside_case *out) ASIDE_MUST_CHECK;
/* The cells that this decision would fill, "" for none. */
aside_status aside_replay_cells(const char *decision_json, aside_arena *arena, const char *cells[ASIDE_COLUMN_COUNT]) ASIDE_MUST_CHECK;

/* ---- replay_report.c ---- */
/* Text between tags or in an attribute, of HTML or XML. */
void aside_replay_add_markup(aside_buf *out, const char *text);
#endif
