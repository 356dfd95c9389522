/* problem.h -- collecting what is wrong with files, with its place.
 *
 * Every reader of a file takes an aside_problems and reports through it all it
 * finds; it does not stop at the first.  Who opens an engine wants the first
 * error; who lints wants them all. */
#ifndef ASIDE_BASE_PROBLEM_H
#define ASIDE_BASE_PROBLEM_H
#include "aside.h"
#include "base/str.h"

typedef struct aside_problems {
    aside_report_fn *report;        /* May be NULL. */
    void            *user;
    aside_error      first;         /* The first error (not warning); status OK when none. */
    size_t           n_errors, n_warnings;
} aside_problems;

/* A place in a file. `path` is borrowed, NUL-terminated. */
typedef struct aside_place {
    const char *path;
    int         line, column;       /* 1-based; 0: the file as a whole. */
} aside_place;

void aside_problems_init(aside_problems *p, aside_report_fn *report, void *user);
void aside_problem_error(aside_problems *p, aside_place at, const char *rule, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void aside_problem_warn(aside_problems *p, aside_place at, const char *rule, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* ECONFIG when there was an error (with the first in *err, which may be NULL), else OK. */
aside_status aside_problems_status(const aside_problems *p, aside_error *err);

/* Fill *err, which may be NULL, and return its status: for failures that are not about a file. */
aside_status aside_fail(aside_error *err, aside_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same about a file. */
aside_status aside_fail_at(aside_error *err, aside_status status, aside_place at, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
#endif
