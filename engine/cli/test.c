/* test.c -- `aside test SKILL...`: the tests inside skills, each in a household of its own. */
#include "base/file.h"
#include "base/json.h"
#include "cli/cli.h"
#include "core/skill_test.h"

#include <stdio.h>

typedef struct testing {
    aside_cli *c;
    size_t     n_tests, n_failed, n_broken;
} testing;

static void report(void *user, const aside_error *e) {
    testing *t = user;
    if (t->c->json) aside_cli_print_problem_json(t->c, e);
    else aside_cli_print_problem(stdout, e, t->c->colour);
}

static int test_one(testing *t, const aside_options *options, const char *path) {
    size_t n_tests = 0, n_failed = 0;
    aside_status st = aside_skill_tests_run(options, path, report, t, &n_tests, &n_failed);
    if (st == ASIDE_ECONFIG) return t->n_broken++, 0;      /* A file that does not load was reported. */
    if (st) return aside_cli_say(t->c, "%s: %s", path, aside_status_text(st)), ASIDE_EXIT_CANNOT;
    t->n_tests += n_tests, t->n_failed += n_failed;
    if (!t->c->json && !n_failed) printf("%s: %zu passed\n", path, n_tests);
    return 0;
}

/* A folder stands for every skill in it. */
static int test_word(testing *t, const aside_options *options, const char *word) {
    aside_paths paths = { &word, 1 };
    aside_error err = { 0 };
    if (!aside_file_exists(word)) return aside_cli_say(t->c, "%s: no such skill", word), ASIDE_EXIT_CANNOT;
    if (aside_file_is_folder(word)) {
        aside_status st = aside_file_list(word, "skill.yaml", &t->c->arena, &paths, &err);
        if (st) return aside_cli_fail(t->c, st, &err);
        if (!paths.n) return aside_cli_say(t->c, "%s: no skill.yaml in it", word), ASIDE_EXIT_CANNOT;
    }
    int status = 0;
    for (size_t i = 0; i < paths.n; i++) {
        int failed = test_one(t, options, paths.at[i]);
        if (failed) status = failed;
    }
    return status;
}

int aside_command_test(aside_cli *c) {
    testing t = { .c = c };
    aside_session_options unused;                /* For its clock, seed and log. */
    aside_options options = { .host = &c->host, .text_only = true };
    int status = aside_cli_person(c, NULL, &unused);
    if (status) return status;
    if (!aside_cli_settings(c, &options.config_path, &options.overrides) || !aside_cli_prefer(c, &options, "state="))
        return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    for (size_t i = 0; i < c->n_words; i++) {
        int failed = test_word(&t, &options, c->words[i]);
        if (failed) status = failed;
    }
    fflush(stdout);
    fprintf(stderr, "%zu test%s, %zu failed\n", t.n_tests, t.n_tests == 1 ? "" : "s", t.n_failed);
    return status ? status : t.n_failed || t.n_broken ? ASIDE_EXIT_FINDINGS : ASIDE_EXIT_FINE;
}
