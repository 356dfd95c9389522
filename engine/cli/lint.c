/* lint.c -- `aside lint PATH...`: every problem of every file, with its place. */
#include "base/file.h"
#include "base/host.h"
#include "base/json.h"
#include "cli/cli.h"
#include "cli/sarif.h"

#include <stdio.h>
#include <string.h>

typedef struct linting {
    aside_cli   *c;
    int          format;               /* Index into `formats`. */
    aside_error *found;                /* Kept only for sarif, which is one document. */
    size_t       n_found, cap_found, n_errors, n_warnings;
    bool         lost;                 /* Out of memory while keeping. */
} linting;

static void as_text(linting *l, const aside_error *e) { aside_cli_print_problem(stdout, e, l->c->colour); }

static void as_json(linting *l, const aside_error *e) { aside_cli_print_problem_json(l->c, e); }

static void keep(linting *l, const aside_error *e) {
    if (ASIDE_ARENA_GROW(&l->c->arena, l->found, l->n_found, l->cap_found)) l->found[l->n_found++] = *e;
    else l->lost = true;
}

static const struct { const char *name; void (*show)(linting *, const aside_error *); } formats[] = {
    { "text", as_text }, { "json", as_json }, { "sarif", keep },
};
enum { N_FORMATS = sizeof formats / sizeof formats[0], FORMAT_SARIF = 2 };

static void report(void *user, const aside_error *e) {
    linting *l = user;
    if (e->severity == ASIDE_SEVERITY_WARNING) l->n_warnings++;
    formats[l->format].show(l, e);
}

static bool choose_format(linting *l) {
    const char *name = aside_cli_value(l->c, ASIDE_OPTION_FORMAT);
    if (!name) name = l->c->json ? "json" : "text";
    for (l->format = 0; l->format < N_FORMATS; l->format++)
        if (strcmp(formats[l->format].name, name) == 0) return true;
    aside_cli_usage(l->c, "--format: found \"%s\", expected text, json or sarif", name);
    return false;
}

/* A path that cannot be read does not keep the others from being linted. */
static int lint_all(linting *l, const aside_options *options) {
    int status = ASIDE_EXIT_FINE;
    for (size_t i = 0; i < l->c->n_words; i++) {
        const char *path = l->c->words[i];
        size_t n = 0;
        if (!aside_file_exists(path)) {
            aside_cli_say(l->c, "%s: no such file or folder", path);
            status = ASIDE_EXIT_CANNOT;
            continue;
        }
        aside_status st = aside_lint(options, path, report, l, &n);
        if (st) aside_cli_say(l->c, "%s: %s", path, aside_status_text(st)), status = ASIDE_EXIT_CANNOT;
        else l->n_errors += n;
    }
    return status;
}

static void show_sarif(linting *l) {
    aside_buf b;
    aside_buf_init(&b, &l->c->arena);
    aside_sarif_write(&(aside_found){ l->found, l->n_found }, &b);
    l->lost |= !aside_buf_ok(&b);
    if (!l->lost) fputs(aside_buf_z(&b), stdout);
}

int aside_command_lint(aside_cli *c) {
    linting l = { .c = c };
    aside_session_options unused;                /* For its clock, seed and log. */
    aside_options options = { .host = &c->host };
    if (!choose_format(&l)) return ASIDE_EXIT_USAGE;
    int status = aside_cli_person(c, NULL, &unused);
    if (status) return status;
    if (!aside_cli_settings(c, &options.config_path, &options.overrides)) return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    status = lint_all(&l, &options);
    if (l.format == FORMAT_SARIF) show_sarif(&l);
    if (l.lost) return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    fflush(stdout);
    fprintf(stderr, "%zu error%s, %zu warning%s\n", l.n_errors, l.n_errors == 1 ? "" : "s", l.n_warnings, l.n_warnings == 1 ? "" : "s");
    return status ? status : l.n_errors ? ASIDE_EXIT_FINDINGS : ASIDE_EXIT_FINE;
}
