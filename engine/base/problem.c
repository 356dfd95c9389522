/* problem.c -- see problem.h. */
#include "base/problem.h"

#include "base/limits.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cut at a character, so that a message is valid UTF-8 however long it was. */
static void cut_at_char(char *text, size_t len) {
    while (len && !aside_str_is_utf8((aside_str){ text, len })) len--;
    text[len] = '\0';
}

static void write_text(aside_error *e, const char *format, va_list args) {
    int n = vsnprintf(e->text, sizeof e->text, format, args);
    if (n >= (int)sizeof e->text) cut_at_char(e->text, sizeof e->text - 1);
}

static aside_error make(aside_status status, aside_severity severity, aside_place at, const char *rule) {
    aside_error e = { .status = status, .severity = severity, .line = at.line, .column = at.column };
    snprintf(e.path, sizeof e.path, "%s", at.path ? at.path : "");
    snprintf(e.rule, sizeof e.rule, "%s", rule ? rule : "");
    return e;
}

void aside_problems_init(aside_problems *p, aside_report_fn *report, void *user) {
    *p = (aside_problems){ .report = report, .user = user };
}

static void count_and_report(aside_problems *p, const aside_error *e) {
    bool is_error = e->severity == ASIDE_SEVERITY_ERROR;
    if (is_error && p->n_errors++ == 0) p->first = *e;
    if (!is_error) p->n_warnings++;
    if (p->report && p->n_errors + p->n_warnings <= ASIDE_LIMIT_PROBLEMS) p->report(p->user, e);
}

static void add(aside_problems *p, aside_severity severity, aside_place at, const char *rule,
                const char *format, va_list args) {
    aside_error e = make(severity == ASIDE_SEVERITY_ERROR ? ASIDE_ECONFIG : ASIDE_OK, severity, at, rule);
    write_text(&e, format, args);
    count_and_report(p, &e);
}

void aside_problem_error(aside_problems *p, aside_place at, const char *rule, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(p, ASIDE_SEVERITY_ERROR, at, rule, format, args);
    va_end(args);
}

void aside_problem_warn(aside_problems *p, aside_place at, const char *rule, const char *format, ...) {
    va_list args;
    va_start(args, format);
    add(p, ASIDE_SEVERITY_WARNING, at, rule, format, args);
    va_end(args);
}

aside_status aside_problems_status(const aside_problems *p, aside_error *err) {
    if (p->n_errors == 0) return ASIDE_OK;
    if (err) *err = p->first;
    return p->first.status;
}

static void fail(aside_error *err, aside_status status, aside_place at, const char *format, va_list args) {
    if (!err) return;
    *err = make(status, ASIDE_SEVERITY_ERROR, at, NULL);
    write_text(err, format, args);
}

aside_status aside_fail_at(aside_error *err, aside_status status, aside_place at, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(err, status, at, format, args);
    va_end(args);
    return status;
}

aside_status aside_fail(aside_error *err, aside_status status, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fail(err, status, (aside_place){ 0 }, format, args);
    va_end(args);
    return status;
}
