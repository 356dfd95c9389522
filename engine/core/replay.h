/* replay.h -- recorded utterances, typed ones and whole sessions, run again and
 * compared with what was expected.
 *
 *     replay_suite.c    a .tsv or .jsonl file -> a suite, checked
 *     replay_run.c      one row of a table -> a case
 *     replay_session.c  one recorded session -> a case for each decision in it
 *     replay_compare.c  a decision against the cells of a row
 *     replay_score.c    cases -> metrics
 *     replay_report*.c  cases and metrics -> JSON, JUnit, HTML
 *
 * A suite falls into units that know nothing of each other: a row of a table, or
 * a whole session.  Units may run on several threads that share the engine; who
 * starts threads is the caller.  A unit is opened in order and run in any order:
 * sessions are numbered when they open, so that --jobs changes no identifier.
 *
 * Not for: choosing what counts as good (tests/replay holds the floors). */
#ifndef ASIDE_CORE_REPLAY_H
#define ASIDE_CORE_REPLAY_H
#include "base/json.h"
#include "base/problem.h"

/* Columns of a table.  `checked` ones are compared with the decision.
 * Recipe for a new one: a row here, and how it is got in replay_compare.c. */
#define ASIDE_COLUMN_MAP(X)                                                              \
    X(AUDIO, "audio", false) X(TEXT, "text", false) X(LANG, "lang", false)               \
    X(CONSENT, "consent", false) X(TRANSCRIPT, "transcript", true)                       \
    X(INTENT, "intent", true) X(SLOTS, "slots", true) X(CONTEXT, "context", true)        \
    X(OUTCOME, "outcome", true) X(SKILL, "skill", true) X(HELD, "held", true)
typedef enum aside_column {
#define X(id, name, checked) ASIDE_COLUMN_##id,
    ASIDE_COLUMN_MAP(X)
#undef X
    ASIDE_COLUMN_COUNT
} aside_column;
extern const char *const aside_column_names[ASIDE_COLUMN_COUNT];
bool aside_column_is_checked(aside_column column);

typedef struct aside_suite_row {
    int         line;
    const char *cells[ASIDE_COLUMN_COUNT];     /* "" when empty or when the table lacks the column. */
    const char *audio_path;                    /* Beside the table; NULL for typed text. */
} aside_suite_row;

/* One line of a recorded session, checked to be a JSON object of a known kind. */
typedef enum aside_input_kind {
    ASIDE_INPUT_HEADER, ASIDE_INPUT_SAY, ASIDE_INPUT_AUDIO, ASIDE_INPUT_WAIT,
    ASIDE_INPUT_CONSENT, ASIDE_INPUT_REPORT, ASIDE_INPUT_DECISION
} aside_input_kind;
typedef struct aside_suite_input {
    aside_input_kind kind;
    int              line;
    aside_str        json;
} aside_suite_input;

/* Immutable; lives in the arena it was read into. */
typedef struct aside_suite {
    const char *path;
    bool        is_session;
    bool        has[ASIDE_COLUMN_COUNT];
    const aside_suite_row *rows;
    size_t      n_rows;
    const aside_suite_input *inputs;
    size_t      n_inputs, n_decisions;         /* n_decisions: expected ones. */
    aside_str   text;                          /* The file. */
} aside_suite;

/* Read and check a suite, its kind by the ending.  What is wrong inside it is
 * reported with its place (ECONFIG); EIO in `problems` and as status when it or
 * a recording it names cannot be read.  *out is written only when OK. */
aside_status aside_suite_read(const char *path, aside_arena *arena,
                              aside_problems *problems, const aside_suite **out) ASIDE_MUST_CHECK;
/* Rows, or 1 for a session. */
size_t aside_suite_n_units(const aside_suite *s);
/* Cases that each unit gives: 1, or for a session one for each expected decision (at least 1). */
size_t aside_suite_n_cases(const aside_suite *s);

typedef struct aside_diff { const char *column, *expected, *got; } aside_diff;

/* What became of one row, or of one decision of a session.  Strings in the arena
 * of the run. */
typedef struct aside_case {
    const aside_suite *suite;
    int         line;
    bool        ok;
    const char *said;                          /* Text, or name of the recording. */
    const char *expected_json;                 /* {"column":value,...} */
    const char *got_json;                      /* The decision; "null" when there was none. */
    const aside_diff *diffs;
    size_t      n_diffs;
    bool        checked[ASIDE_COLUMN_COUNT], right[ASIDE_COLUMN_COUNT];
    const char *got[ASIDE_COLUMN_COUNT];       /* As a cell would say it; "" for none. */
    bool        command_right;                 /* Intent right and every expected slot right. */
    const char *true_class;                    /* Of the context; NULL: not checked. */
    size_t      n_words, word_errors, n_chars, char_errors;    /* Of the transcript, when checked. */
    int64_t     audio_us;                      /* Length of the sound; 0 for text. */
    int64_t     cpu_ns;                        /* Of all passes over the sound. */
    int64_t     finalise_ns, decide_ns;        /* -1 when not measured. */
} aside_case;

typedef struct aside_replay_settings {
    aside_engine                *engine;
    const aside_session_options *session;      /* For every row; user, household, device and host are its own. */
    const char *zone;                          /* Asked for by name, before a session's own start; NULL: not. */
    const char *consent;                       /* Purposes of rows that do not say; NULL: none. */
    int64_t     start_ms;                      /* Where each clock starts. */
    const char *run_id;                        /* Makes each row's household new even in a kept store. */
    const aside_host *host;                    /* Memory, log, seed; complete. */
    int64_t   (*cpu_ns)(void);                 /* CPU of this thread. */
    void      (*pause)(void);                  /* A moment, while no decoder is free. */
} aside_replay_settings;

typedef struct aside_replay aside_replay;      /* One thread at a time. */

/* Open unit `unit` of suite.  `settings` outlives it; results go into `arena`. */
aside_status aside_replay_open(const aside_replay_settings *settings, const aside_suite *suite, size_t unit,
                               aside_arena *arena, aside_replay **out, aside_error *err) ASIDE_MUST_CHECK;
/* Run it; cases has room for aside_suite_n_cases.  A difference is not a failure
 * of the call.  Errors: EIO, EAUDIO (a recording; err names file and line), EINVAL, ENOMEM... */
aside_status aside_replay_run(aside_replay *r, aside_case *cases, aside_error *err) ASIDE_MUST_CHECK;
/* The file's text with what was got in place of what was expected, for a session. */
aside_str aside_replay_rewritten(const aside_replay *r);
void aside_replay_close(aside_replay *r);      /* NULL is fine. */
/* The same of a table, from its cases in order. */
aside_status aside_suite_rewrite_table(const aside_suite *s, const aside_case *cases, aside_arena *arena, aside_str *out) ASIDE_MUST_CHECK;

/* ---- scores ---- */
#define ASIDE_METRICS_MAX 20
typedef struct aside_metric {
    const char *name;
    double      value;
    size_t      rows;
} aside_metric;
/* heard[truth * n_classes + heard]; class names as they occur in the cells. */
typedef struct aside_confusion {
    const char  **classes;
    size_t        n_classes, rows;
    const size_t *counts;
} aside_confusion;
typedef struct aside_replay_report {
    const aside_case *cases;
    size_t            n_cases, n_passed;
    aside_metric      metrics[ASIDE_METRICS_MAX];
    size_t            n_metrics;
    aside_confusion   confusion;               /* rows 0: no context column. */
} aside_replay_report;

aside_status aside_replay_score(const aside_case *cases, size_t n_cases, aside_arena *arena, aside_replay_report *out) ASIDE_MUST_CHECK;
/* {"line":2,"ok":true,"expected":{...},"got":DECISION,"diff":[...]} */
void aside_replay_case_json(const aside_case *c, aside_buf *out);
/* cases, passed, failed and metrics as members. */
void aside_replay_summary_json(const aside_replay_report *r, aside_json_writer *w);
void aside_replay_report_json(const aside_replay_report *r, aside_buf *out);
void aside_replay_report_junit(const aside_replay_report *r, aside_buf *out);
void aside_replay_report_html(const aside_replay_report *r, aside_buf *out);
#endif
