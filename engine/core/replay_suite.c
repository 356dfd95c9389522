/* replay_suite.c -- reading a table or a recorded session; see replay.h.
 *
 * A table: UTF-8, cells separated by tabs as they are (no quoting), the first
 * line names the columns.  CRLF and a byte order mark are passed over, so are
 * empty lines and unknown columns.  A row may stop early: the rest is empty.  A
 * row with too many cells is a mistake, because a tab inside a text would shift
 * everything behind it.
 *
 * Everything is checked before anything runs: a suite of an hour should not
 * stop in its last row because a file is missing. */
#include "base/file.h"
#include "base/limits.h"
#include "core/replay.h"

#include <string.h>

const char *const aside_column_names[ASIDE_COLUMN_COUNT] = {
#define X(id, name, checked) name,
    ASIDE_COLUMN_MAP(X)
#undef X
};

bool aside_column_is_checked(aside_column column) {
    static const bool checked[] = {
#define X(id, name, checked_) checked_,
        ASIDE_COLUMN_MAP(X)
#undef X
    };
    return checked[column];
}

enum { TABLE_COLUMNS_MAX = 64 };               /* Known and unknown ones. */

typedef struct reading {
    aside_arena    *arena;
    aside_problems *problems;
    aside_suite    *suite;
    int             line;
    int             columns[TABLE_COLUMNS_MAX];        /* Of the table: aside_column, or -1. */
    size_t          n_columns;
    aside_suite_row   *rows;
    size_t          cap_rows;
    aside_suite_input *inputs;
    size_t          cap_inputs;
    size_t          n_errors_before;               /* Of earlier suites. */
    bool            missing, out_of_memory;
} reading;

static aside_place place(const reading *r, int column) {
    return (aside_place){ r->suite->path, r->line, column };
}

/* The next line without its end; false after the last. */
static bool next_line(reading *r, aside_str *rest, aside_str *line) {
    if (!rest->len) return false;
    const char *end = memchr(rest->at, '\n', rest->len);
    size_t n = end ? (size_t)(end - rest->at) : rest->len;
    *line = (aside_str){ rest->at, n };
    rest->at += end ? n + 1 : n, rest->len -= end ? n + 1 : n;
    if (line->len && line->at[line->len - 1] == '\r') line->len--;
    r->line++;
    return true;
}

/* Characters before `at`, plus one: where an editor shows it. */
static int column_of(aside_str line, const char *at) {
    int n = 1;
    for (const char *p = line.at; p < at; p++) n += ((unsigned char)*p & 0xC0) != 0x80;
    return n;
}

static bool next_cell(aside_str *rest, aside_str *cell, bool *more) {
    if (!*more) return false;
    const char *tab = memchr(rest->at ? rest->at : "", '\t', rest->len);
    size_t n = tab ? (size_t)(tab - rest->at) : rest->len;
    *cell = (aside_str){ rest->at, n };
    *more = tab != NULL;
    rest->at += tab ? n + 1 : n, rest->len -= tab ? n + 1 : n;
    return true;
}

/* ------------------------------- the table -------------------------------- */

static int column_named(aside_str name) {
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++)
        if (aside_str_is(name, aside_column_names[i])) return i;
    return -1;
}

static void read_header(reading *r, aside_str line) {
    aside_str rest = line, cell;
    for (bool more = true; next_cell(&rest, &cell, &more); ) {
        int column = column_named(aside_str_trim(cell));
        if (r->n_columns == TABLE_COLUMNS_MAX) {
            aside_problem_error(r->problems, place(r, column_of(line, cell.at)), "table.columns", "more than %d columns", TABLE_COLUMNS_MAX);
            return;
        }
        if (column >= 0 && r->suite->has[column])
            aside_problem_error(r->problems, place(r, column_of(line, cell.at)), "table.columns",
                                "the column \"%.*s\" is there twice", ASIDE_FMT(cell));
        if (column >= 0) r->suite->has[column] = true;
        r->columns[r->n_columns++] = column;
    }
    if (!r->suite->has[ASIDE_COLUMN_AUDIO] && !r->suite->has[ASIDE_COLUMN_TEXT])
        aside_problem_error(r->problems, place(r, 1), "table.columns",
                            "found no column audio or text, expected one of them in the first line, separated by tabs");
}

/* Slots are an object, or several with | between. */
static bool slots_are_json(aside_str cell, aside_error *err) {
    aside_json *v = NULL;
    if (aside_json_parse(cell, &v, err) == ASIDE_OK) {
        bool object = aside_json_is_object(v);
        aside_json_free(v);
        if (!object) aside_fail(err, ASIDE_EINVAL, "not a JSON object");
        return object;
    }
    const char *bar = memchr(cell.at, '|', cell.len);
    if (!bar) return false;
    size_t n = (size_t)(bar - cell.at);
    return slots_are_json((aside_str){ cell.at, n }, err) && slots_are_json((aside_str){ bar + 1, cell.len - n - 1 }, err);
}

static void check_cell(reading *r, aside_column column, aside_str cell, int at) {
    aside_error err;
    if (column == ASIDE_COLUMN_SLOTS && cell.len && !slots_are_json(cell, &err))
        aside_problem_error(r->problems, place(r, at), "table.slots",
                            "found %s, expected a JSON object such as {\"size\": \"large\"}", err.text);
}

static void check_row(reading *r, aside_suite_row *row) {
    const char *audio = row->cells[ASIDE_COLUMN_AUDIO];
    if (!audio[0] && !row->cells[ASIDE_COLUMN_TEXT][0]) {
        aside_problem_error(r->problems, place(r, 1), "table.row", "found neither audio nor text");
        return;
    }
    if (!audio[0]) return;
    row->audio_path = aside_file_beside(r->suite->path, audio, r->arena);
    if (!row->audio_path) { r->out_of_memory = true; return; }
    if (aside_file_exists(row->audio_path)) return;
    r->missing = true;
    aside_problem_error(r->problems, place(r, 1), "table.audio", "the recording %s is missing", row->audio_path);
}

static void read_row(reading *r, aside_str line) {
    aside_suite_row row = { .line = r->line };
    aside_str rest = line, cell;
    size_t i = 0;
    for (int k = 0; k < ASIDE_COLUMN_COUNT; k++) row.cells[k] = "";
    for (bool more = true; next_cell(&rest, &cell, &more); i++) {
        int column = i < r->n_columns ? r->columns[i] : -1;
        if (column < 0) continue;
        aside_str value = aside_str_trim(cell);
        check_cell(r, (aside_column)column, value, column_of(line, cell.at));
        row.cells[column] = aside_arena_copy_z(r->arena, value);
        if (!row.cells[column]) { r->out_of_memory = true; return; }
    }
    if (i > r->n_columns)
        aside_problem_error(r->problems, place(r, 1), "table.row", "found %zu cells, expected at most %zu as in the first line", i, r->n_columns);
    check_row(r, &row);
    if (ASIDE_ARENA_GROW(r->arena, r->rows, r->suite->n_rows, r->cap_rows)) r->rows[r->suite->n_rows++] = row;
    else r->out_of_memory = true;
}

static void read_table(reading *r) {
    aside_str rest = r->suite->text, line;
    if (aside_str_starts(rest, "\xEF\xBB\xBF")) rest.at += 3, rest.len -= 3;
    if (!next_line(r, &rest, &line)) {
        aside_problem_error(r->problems, place(r, 0), "table.columns", "the table is empty");
        return;
    }
    read_header(r, line);
    if (r->problems->n_errors > r->n_errors_before) return;        /* Every row would be wrong for the same reason. */
    while (!r->out_of_memory && r->problems->n_errors < ASIDE_LIMIT_PROBLEMS && next_line(r, &rest, &line))
        if (aside_str_trim(line).len) read_row(r, line);
    r->suite->rows = r->rows;
}

/* ------------------------------- the session ------------------------------ */

/* What a line may be: its key, that key's value, and what else it needs (of
 * which type: s text, i whole number, b true or false, o object). */
static const struct { const char *key, *value; aside_input_kind kind; const char *needs, type; } line_kinds[] = {
    { "aside", "session/v1", ASIDE_INPUT_HEADER,   NULL,       0 },
    { "in",    "say",        ASIDE_INPUT_SAY,      "text",     's' },
    { "in",    "audio",      ASIDE_INPUT_AUDIO,    "file",     's' },
    { "in",    "wait",       ASIDE_INPUT_WAIT,     "ms",       'i' },
    { "in",    "consent",    ASIDE_INPUT_CONSENT,  "purpose",  's' },
    { "in",    "report",     ASIDE_INPUT_REPORT,   "event",    's' },
    { "out",   "decision",   ASIDE_INPUT_DECISION, "decision", 'o' },
};
enum { N_LINE_KINDS = sizeof line_kinds / sizeof line_kinds[0] };

static int kind_of(const aside_json *v) {
    for (int i = 0; i < N_LINE_KINDS; i++) {
        const char *value;
        if (aside_json_str(aside_json_get(v, line_kinds[i].key), &value) && strcmp(value, line_kinds[i].value) == 0) return i;
    }
    return -1;
}

static bool has_need(const aside_json *v, int kind) {
    const aside_json *need = line_kinds[kind].needs ? aside_json_get(v, line_kinds[kind].needs) : NULL;
    const char *s;
    int64_t n;
    switch (line_kinds[kind].type) {
    case 's': return aside_json_str(need, &s);
    case 'i': return aside_json_int(need, &n) && n >= 0;
    case 'o': return aside_json_is_object(need);
    default:  return true;
    }
}

static void check_recording(reading *r, const aside_json *v) {
    const char *file;
    if (!aside_json_str(aside_json_get(v, "file"), &file)) return;
    const char *path = aside_file_beside(r->suite->path, file, r->arena);
    if (!path) { r->out_of_memory = true; return; }
    if (aside_file_exists(path)) return;
    r->missing = true;
    aside_problem_error(r->problems, place(r, 1), "session.audio", "the recording %s is missing", path);
}

static void keep_input(reading *r, aside_input_kind kind, aside_str line) {
    if (!ASIDE_ARENA_GROW(r->arena, r->inputs, r->suite->n_inputs, r->cap_inputs)) { r->out_of_memory = true; return; }
    r->inputs[r->suite->n_inputs++] = (aside_suite_input){ kind, r->line, line };
    r->suite->n_decisions += kind == ASIDE_INPUT_DECISION;
}

static void read_input(reading *r, aside_str line) {
    aside_error err;
    aside_json *v = NULL;
    if (aside_json_parse(line, &v, &err)) {
        aside_problem_error(r->problems, place(r, err.column), "session.json", "%s", err.text);
        return;
    }
    int kind = kind_of(v);
    bool first = r->suite->n_inputs == 0;
    if (kind < 0) {
        aside_problem_error(r->problems, place(r, 1), "session.line",
                            "found neither \"aside\":\"session/v1\", \"in\":\"say|audio|wait|consent|report\" nor \"out\":\"decision\"");
    } else if (!has_need(v, kind)) {
        aside_problem_error(r->problems, place(r, 1), "session.line", "\"%s\":\"%s\" needs \"%s\"", line_kinds[kind].key,
                            line_kinds[kind].value, line_kinds[kind].needs);
    } else if (first != (line_kinds[kind].kind == ASIDE_INPUT_HEADER)) {
        aside_problem_error(r->problems, place(r, 1), "session.header",
                            "expected {\"aside\":\"session/v1\",...} as the first line, and only there");
        kind = first ? kind : -1;                /* Say it once: the line counts as the first. */
    }
    if (kind >= 0 && line_kinds[kind].kind == ASIDE_INPUT_AUDIO) check_recording(r, v);
    if (kind >= 0) keep_input(r, line_kinds[kind].kind, line);
    aside_json_free(v);
}

static void read_session(reading *r) {
    aside_str rest = r->suite->text, line;
    while (!r->out_of_memory && r->problems->n_errors < ASIDE_LIMIT_PROBLEMS && next_line(r, &rest, &line))
        if (aside_str_trim(line).len) read_input(r, aside_str_trim(line));
    if (!r->suite->n_inputs && r->problems->n_errors == r->n_errors_before)
        aside_problem_error(r->problems, place(r, 0), "session.header", "the session is empty");
    r->suite->inputs = r->inputs;
}

/* -------------------------------- both ------------------------------------ */

static aside_status read_text(reading *r) {
    aside_error err;
    aside_status st = aside_file_read(r->suite->path, ASIDE_LIMIT_FILE_BYTES, r->arena, &r->suite->text, &err);
    if (st) {
        aside_problem_error(r->problems, place(r, 0), "suite.file", "%s", err.text);
        return st == ASIDE_ENOMEM ? st : ASIDE_EIO;
    }
    if (aside_str_is_utf8(r->suite->text)) return ASIDE_OK;
    aside_problem_error(r->problems, place(r, 0), "suite.utf8", "the file is not valid UTF-8");
    return ASIDE_ECONFIG;
}

static void (*reader_of(const char *path))(reading *) {
    static const struct { const char *ending; void (*read)(reading *); } kinds[] = {
        { ".tsv", read_table }, { ".jsonl", read_session },
    };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (aside_str_ends(aside_str_from(path), kinds[i].ending)) return kinds[i].read;
    return NULL;
}

aside_status aside_suite_read(const char *path, aside_arena *arena,
                              aside_problems *problems, const aside_suite **out) {
    aside_suite *s = aside_arena_alloc(arena, sizeof *s);
    if (!s || !(s->path = aside_arena_copy_z(arena, aside_str_from(path)))) return ASIDE_ENOMEM;
    reading r = { .arena = arena, .problems = problems, .suite = s, .n_errors_before = problems->n_errors };
    void (*read)(reading *) = reader_of(path);
    if (!read) {
        aside_problem_error(problems, place(&r, 0), "suite.kind", "found a file of unknown kind, expected .tsv (a table) or .jsonl (a session)");
        return ASIDE_ECONFIG;
    }
    aside_status st = read_text(&r);
    if (st) return st;
    s->is_session = read == read_session;
    read(&r);
    if (r.out_of_memory) return ASIDE_ENOMEM;
    if (r.missing) return ASIDE_EIO;
    if (problems->n_errors > r.n_errors_before) return ASIDE_ECONFIG;
    *out = s;
    return ASIDE_OK;
}

size_t aside_suite_n_units(const aside_suite *s) { return s->is_session ? 1 : s->n_rows; }

size_t aside_suite_n_cases(const aside_suite *s) {
    return s->is_session && s->n_decisions ? s->n_decisions : 1;
}
