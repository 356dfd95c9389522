/* replay_report_html.c -- a replay as one page that needs nothing else: the
 * metrics as bars, the confusion as a matrix, and every failure. */
#include "core/replay_parts.h"

#include <string.h>

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\n"
    "<title>Aside replay</title>\n<style>\n"
    "body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}\n"
    "h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}\n"
    "table{border-collapse:collapse}th,td{padding:.25rem .6rem;text-align:left;vertical-align:top;border-bottom:1px solid #ddd}\n"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:#a40000}.good{color:#2b6e2b}code{font-size:.85em}\n"
    "@media(prefers-color-scheme:dark){body{background:#181818;color:#ddd}th,td{border-color:#444}.bad{color:#ff8a80}.good{color:#8bd48b}}\n"
    "</style></head><body>\n";

/* Rates have a bar from 0 to 1; times and error rates above it are cut off there. */
static void add_metrics(const aside_replay_report *r, aside_buf *out) {
    aside_buf_add_z(out, "<h2>Metrics</h2>\n<table><tr><th>metric</th><th>value</th><th>rows</th><th></th></tr>\n");
    for (size_t i = 0; i < r->n_metrics; i++) {
        const aside_metric *m = &r->metrics[i];
        bool rate = m->value <= 1 && !strstr(m->name, "_p50") && !strstr(m->name, "_p99");
        aside_buf_printf(out, "<tr><td>%s</td><td class=\"n\">%.4g</td><td class=\"n\">%zu</td><td>", m->name, m->value, m->rows);
        if (rate)
            aside_buf_printf(out, "<svg width=\"200\" height=\"12\" role=\"img\" aria-label=\"%.3f of 1\"><rect width=\"200\" height=\"12\" fill=\"#8884\"/>"
                                  "<rect width=\"%.1f\" height=\"12\" fill=\"#4a7ebb\"/></svg>", m->value, 200 * m->value);
        aside_buf_add_z(out, "</td></tr>\n");
    }
    aside_buf_add_z(out, "</table>\n");
}

static size_t row_sum(const aside_confusion *f, size_t row) {
    size_t sum = 0;
    for (size_t k = 0; k < f->n_classes; k++) sum += f->counts[row * f->n_classes + k];
    return sum;
}

static void add_confusion_row(const aside_confusion *f, size_t row, aside_buf *out) {
    size_t sum = row_sum(f, row);
    aside_buf_add_z(out, "<tr><th>"), aside_replay_add_markup(out, f->classes[row]), aside_buf_add_z(out, "</th>");
    for (size_t k = 0; k < f->n_classes; k++) {
        size_t n = f->counts[row * f->n_classes + k];
        double share = sum ? (double)n / (double)sum : 0;
        aside_buf_printf(out, "<td class=\"n\" style=\"background:rgba(%s,%.2f)\">%zu</td>",
                         k == row ? "74,160,90" : "200,60,50", 0.6 * share, n);
    }
    aside_buf_add_z(out, "</tr>\n");
}

static void add_confusion(const aside_confusion *f, aside_buf *out) {
    if (!f->rows) return;
    aside_buf_add_z(out, "<h2>Context: truth (rows) and heard (columns)</h2>\n<table><tr><th></th>");
    for (size_t i = 0; i < f->n_classes; i++)
        aside_buf_add_z(out, "<th>"), aside_replay_add_markup(out, f->classes[i]), aside_buf_add_z(out, "</th>");
    aside_buf_add_z(out, "</tr>\n");
    for (size_t i = 0; i < f->n_classes; i++) add_confusion_row(f, i, out);
    aside_buf_add_z(out, "</table>\n");
}

static void add_failure(const aside_case *c, aside_buf *out) {
    for (size_t i = 0; i < c->n_diffs; i++) {
        aside_buf_add_z(out, "<tr><td>");
        if (i == 0) aside_replay_add_markup(out, c->suite->path), aside_buf_printf(out, ":%d", c->line);
        aside_buf_add_z(out, "</td><td>");
        if (i == 0) aside_replay_add_markup(out, c->said);
        aside_buf_printf(out, "</td><td>%s</td><td><code>", c->diffs[i].column), aside_replay_add_markup(out, c->diffs[i].expected);
        aside_buf_add_z(out, "</code></td><td class=\"bad\"><code>");
        aside_replay_add_markup(out, c->diffs[i].got[0] ? c->diffs[i].got : "none");
        aside_buf_add_z(out, "</code></td></tr>\n");
    }
}

static void add_failures(const aside_replay_report *r, aside_buf *out) {
    if (r->n_passed == r->n_cases) return;
    aside_buf_add_z(out, "<h2>Failures</h2>\n<table><tr><th>place</th><th>said</th><th>what</th><th>expected</th><th>got</th></tr>\n");
    for (size_t i = 0; i < r->n_cases; i++)
        if (!r->cases[i].ok) add_failure(&r->cases[i], out);
    aside_buf_add_z(out, "</table>\n");
}

static void add_share(const aside_replay_report *r, aside_buf *out) {
    double share = r->n_cases ? (double)r->n_passed / (double)r->n_cases : 0;
    aside_buf_printf(out, "<h1>Replay: <span class=\"%s\">%zu of %zu passed</span></h1>\n", r->n_passed == r->n_cases ? "good" : "bad",
                     r->n_passed, r->n_cases);
    aside_buf_printf(out, "<svg width=\"400\" height=\"16\" role=\"img\" aria-label=\"%.1f percent passed\"><rect width=\"400\" height=\"16\" fill=\"#b33\"/>"
                          "<rect width=\"%.1f\" height=\"16\" fill=\"#4a4\"/></svg>\n", 100 * share, 400 * share);
}

void aside_replay_report_html(const aside_replay_report *r, aside_buf *out) {
    aside_buf_add_z(out, head);
    add_share(r, out);
    add_metrics(r, out);
    add_confusion(&r->confusion, out);
    add_failures(r, out);
    aside_buf_add_z(out, "</body></html>\n");
}
