/* replay_report.c -- cases and metrics as JSON and as JUnit's XML, and a table
 * rewritten with what was got; see replay.h.  HTML is in replay_report_html.c. */
#include "core/replay_parts.h"

#include <string.h>

/* --------------------------------- markup --------------------------------- */

/* Control characters have no place in XML 1.0, escaped or not. */
void aside_replay_add_markup(aside_buf *out, const char *text) {
    for (const char *p = text; *p; p++) {
        switch (*p) {
        case '<': aside_buf_add_z(out, "&lt;"); break;
        case '>': aside_buf_add_z(out, "&gt;"); break;
        case '&': aside_buf_add_z(out, "&amp;"); break;
        case '"': aside_buf_add_z(out, "&quot;"); break;
        case '\t': case '\n': case '\r': aside_buf_add_char(out, ' '); break;
        default: aside_buf_add_char(out, (unsigned char)*p < ' ' ? '?' : *p);
        }
    }
}

/* ---------------------------------- JSON ---------------------------------- */

static void add_diffs(const aside_case *c, aside_json_writer *w) {
    aside_json_key(w, "diff");
    aside_json_open(w, '[');
    for (size_t i = 0; i < c->n_diffs; i++) {
        aside_json_open(w, '{');
        aside_json_key(w, "column"), aside_json_add_z(w, c->diffs[i].column);
        aside_json_key(w, "expected"), aside_json_add_z(w, c->diffs[i].expected);
        aside_json_key(w, "got"), aside_json_add_z(w, c->diffs[i].got);
        aside_json_close(w, '}');
    }
    aside_json_close(w, ']');
}

static void add_case(const aside_case *c, aside_json_writer *w) {
    aside_json_open(w, '{');
    aside_json_key(w, "suite"), aside_json_add_z(w, c->suite->path);
    aside_json_key(w, "line"), aside_json_add_int(w, c->line);
    aside_json_key(w, "ok"), aside_json_add_bool(w, c->ok);
    aside_json_key(w, "expected"), aside_json_add_raw(w, aside_str_from(c->expected_json));
    aside_json_key(w, "got"), aside_json_add_raw(w, aside_str_from(c->got_json));
    add_diffs(c, w);
    aside_json_close(w, '}');
}

void aside_replay_case_json(const aside_case *c, aside_buf *out) {
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    add_case(c, &w);
}

static void add_confusion(const aside_confusion *f, aside_json_writer *w) {
    if (!f->rows) return;
    aside_json_key(w, "context_confusion");
    aside_json_open(w, '{');
    aside_json_key(w, "value");
    aside_json_open(w, '{');
    for (size_t i = 0; i < f->n_classes; i++) {
        aside_json_key(w, f->classes[i]);
        aside_json_open(w, '{');
        for (size_t k = 0; k < f->n_classes; k++) {
            aside_json_key(w, f->classes[k]), aside_json_add_int(w, (int64_t)f->counts[i * f->n_classes + k]);
        }
        aside_json_close(w, '}');
    }
    aside_json_close(w, '}');
    aside_json_key(w, "rows"), aside_json_add_int(w, (int64_t)f->rows);
    aside_json_close(w, '}');
}

void aside_replay_summary_json(const aside_replay_report *r, aside_json_writer *w) {
    aside_json_key(w, "cases"), aside_json_add_int(w, (int64_t)r->n_cases);
    aside_json_key(w, "passed"), aside_json_add_int(w, (int64_t)r->n_passed);
    aside_json_key(w, "failed"), aside_json_add_int(w, (int64_t)(r->n_cases - r->n_passed));
    aside_json_key(w, "metrics");
    aside_json_open(w, '{');
    for (size_t i = 0; i < r->n_metrics; i++) {
        aside_json_key(w, r->metrics[i].name);
        aside_json_open(w, '{');
        aside_json_key(w, "value"), aside_json_add_real(w, r->metrics[i].value);
        aside_json_key(w, "rows"), aside_json_add_int(w, (int64_t)r->metrics[i].rows);
        aside_json_close(w, '}');
    }
    add_confusion(&r->confusion, w);
    aside_json_close(w, '}');
}

void aside_replay_report_json(const aside_replay_report *r, aside_buf *out) {
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    aside_replay_summary_json(r, &w);
    aside_json_key(&w, "rows");
    aside_json_open(&w, '[');
    for (size_t i = 0; i < r->n_cases; i++) add_case(&r->cases[i], &w);
    aside_json_close(&w, ']');
    aside_json_close(&w, '}');
    aside_buf_add_char(out, '\n');
}

/* ---------------------------------- JUnit --------------------------------- */

static void add_failure(const aside_case *c, aside_buf *out) {
    aside_buf_add_z(out, ">\n      <failure message=\"");
    for (size_t i = 0; i < c->n_diffs; i++) aside_buf_printf(out, "%s%s", i ? ", " : "", c->diffs[i].column);
    aside_buf_add_z(out, " differ\">");
    for (size_t i = 0; i < c->n_diffs; i++) {
        aside_buf_printf(out, "%s: expected ", c->diffs[i].column), aside_replay_add_markup(out, c->diffs[i].expected);
        aside_buf_add_z(out, ", got "), aside_replay_add_markup(out, c->diffs[i].got[0] ? c->diffs[i].got : "none");
        aside_buf_add_char(out, '\n');
    }
    aside_buf_add_z(out, "</failure>\n    </testcase>\n");
}

static double seconds(const aside_case *c) {
    int64_t ns = c->cpu_ns ? c->cpu_ns : c->decide_ns > 0 ? c->decide_ns : 0;
    return (double)ns / 1e9;
}

static void add_testcase(const aside_case *c, aside_buf *out) {
    aside_buf_add_z(out, "    <testcase classname=\""), aside_replay_add_markup(out, c->suite->path);
    aside_buf_printf(out, "\" name=\"%d: ", c->line), aside_replay_add_markup(out, c->said);
    aside_buf_printf(out, "\" time=\"%.6f\"", seconds(c));
    if (c->ok) aside_buf_add_z(out, "/>\n");
    else add_failure(c, out);
}

/* Cases [from, to) are of one suite. */
static void add_testsuite(const aside_replay_report *r, size_t from, size_t to, aside_buf *out) {
    size_t failed = 0;
    for (size_t i = from; i < to; i++) failed += !r->cases[i].ok;
    aside_buf_add_z(out, "  <testsuite name=\""), aside_replay_add_markup(out, r->cases[from].suite->path);
    aside_buf_printf(out, "\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n", to - from, failed);
    for (size_t i = from; i < to; i++) add_testcase(&r->cases[i], out);
    aside_buf_add_z(out, "  </testsuite>\n");
}

void aside_replay_report_junit(const aside_replay_report *r, aside_buf *out) {
    aside_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"aside replay\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
                     r->n_cases, r->n_cases - r->n_passed);
    for (size_t from = 0, to; from < r->n_cases; from = to) {
        for (to = from; to < r->n_cases && r->cases[to].suite == r->cases[from].suite; ) to++;
        add_testsuite(r, from, to, out);
    }
    aside_buf_add_z(out, "</testsuites>\n");
}

/* ------------------------------ a table anew ------------------------------ */

static aside_str line_of(aside_str *rest) {
    const char *end = memchr(rest->at, '\n', rest->len);
    size_t n = end ? (size_t)(end - rest->at) + 1 : rest->len;
    aside_str line = { rest->at, n };
    rest->at += n, rest->len -= n;
    return line;
}

static int column_named(aside_str name) {
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++)
        if (aside_str_is(aside_str_trim(name), aside_column_names[i])) return i;
    return -1;
}

/* The line with each wrong cell replaced; `header` says which is which. */
static void rewrite_line(aside_str header, aside_str line, const aside_case *c, aside_buf *out) {
    for (bool more = true; more; ) {
        const char *tab = memchr(line.at, '\t', line.len), *name_end = memchr(header.at ? header.at : "", '\t', header.len);
        size_t n = tab ? (size_t)(tab - line.at) : line.len, name_n = name_end ? (size_t)(name_end - header.at) : header.len;
        int column = column_named((aside_str){ header.at, name_n });
        bool wrong = column >= 0 && c->checked[column] && !c->right[column];
        aside_str cell = { line.at, n };
        aside_buf_add(out, wrong ? aside_str_from(c->got[column][0] ? c->got[column] : "none") : cell);
        if (wrong && !tab) aside_buf_add_char(out, '\n');
        if ((more = tab != NULL)) aside_buf_add_char(out, '\t'), line.at += n + 1, line.len -= n + 1;
        header.at += name_end ? name_n + 1 : name_n, header.len -= name_end ? name_n + 1 : name_n;
    }
}

aside_status aside_suite_rewrite_table(const aside_suite *s, const aside_case *cases, aside_arena *arena, aside_str *out) {
    aside_buf b;
    aside_str rest = s->text, header = line_of(&rest), names = header;
    size_t next = 0;
    aside_buf_init(&b, arena);
    if (aside_str_starts(names, "\xEF\xBB\xBF")) names.at += 3, names.len -= 3;
    aside_buf_add(&b, header);
    for (int line = 2; rest.len; line++) {
        aside_str text = line_of(&rest);
        if (next < s->n_rows && s->rows[next].line == line) rewrite_line(names, text, &cases[next], &b), next++;
        else aside_buf_add(&b, text);
    }
    if (!aside_buf_ok(&b)) return ASIDE_ENOMEM;
    *out = aside_buf_str(&b);
    return ASIDE_OK;
}
