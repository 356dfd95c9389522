/* test_replay.c -- reading suites, comparing, scoring and reporting, without an engine. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/host.h"
#include "base/rng.h"
#include "core/replay_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sweep.h"

typedef struct bench {
    aside_host     host;
    aside_arena    arena;
    aside_problems problems;
    aside_error    last;
    char           path[64];
} bench;

static void note(void *user, const aside_error *e) { ((bench *)user)->last = *e; }

static int set_up(void **state) {
    bench *b = calloc(1, sizeof *b);
    if (!b) return -1;
    b->host = aside_host_complete(NULL);
    aside_arena_init(&b->arena, &b->host, 0);
    aside_problems_init(&b->problems, note, b);
    *state = b;
    return 0;
}

static int tear_down(void **state) {
    bench *b = *state;
    if (b->path[0]) unlink(b->path);
    aside_arena_free(&b->arena);
    free(b);
    return 0;
}

static aside_status read_text(bench *b, const char *ending, const char *text, const aside_suite **out) {
    snprintf(b->path, sizeof b->path, "/tmp/aside-test-%ld%s", (long)getpid(), ending);
    FILE *f = fopen(b->path, "wb");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    return aside_suite_read(b->path, &b->arena, &b->problems, out);
}

static void a_table_is_read_with_its_quirks(void **state) {
    bench *b = *state;
    const aside_suite *s;
    assert_int_equal(read_text(b, ".tsv", "\xEF\xBB\xBFtext\tnote\tslots\r\n\r\nhello\tx\t{\"a\": \"b|c\"}\r\nbye\r\n", &s), ASIDE_OK);
    assert_false(s->is_session);
    assert_int_equal(s->n_rows, 2);
    assert_int_equal(s->rows[0].line, 3);
    assert_string_equal(s->rows[0].cells[ASIDE_COLUMN_TEXT], "hello");
    assert_string_equal(s->rows[0].cells[ASIDE_COLUMN_SLOTS], "{\"a\": \"b|c\"}");
    assert_string_equal(s->rows[1].cells[ASIDE_COLUMN_SLOTS], "");
    assert_true(s->has[ASIDE_COLUMN_SLOTS]);
    assert_false(s->has[ASIDE_COLUMN_INTENT]);
    assert_int_equal(aside_suite_n_units(s), 2);
}

static void check_refused(bench *b, const char *ending, const char *text, aside_status status, const char *rule, int line) {
    const aside_suite *s = NULL;
    b->last = (aside_error){ 0 };
    assert_int_equal(read_text(b, ending, text, &s), status);
    assert_null(s);
    assert_string_equal(b->last.rule, rule);
    assert_int_equal(b->last.line, line);
    assert_string_equal(b->last.path, b->path);
}

static void mistakes_are_told_with_their_place(void **state) {
    bench *b = *state;
    check_refused(b, ".tsv", "", ASIDE_ECONFIG, "table.columns", 0);
    check_refused(b, ".tsv", "intent\nA\n", ASIDE_ECONFIG, "table.columns", 1);
    check_refused(b, ".tsv", "text\ttext\na\tb\n", ASIDE_ECONFIG, "table.columns", 1);
    check_refused(b, ".tsv", "text\tslots\na\t{\n", ASIDE_ECONFIG, "table.slots", 2);
    check_refused(b, ".tsv", "text\tslots\na\t[1]\n", ASIDE_ECONFIG, "table.slots", 2);
    check_refused(b, ".tsv", "text\na\tb\n", ASIDE_ECONFIG, "table.row", 2);
    check_refused(b, ".tsv", "text\tintent\n\tA\n", ASIDE_ECONFIG, "table.row", 2);
    check_refused(b, ".tsv", "audio\nno-such-file.wav\n", ASIDE_EIO, "table.audio", 2);
    check_refused(b, ".tsv", "text\n\xFF\n", ASIDE_ECONFIG, "suite.utf8", 0);
    check_refused(b, ".csv", "text\n", ASIDE_ECONFIG, "suite.kind", 0);
    check_refused(b, ".jsonl", "", ASIDE_ECONFIG, "session.header", 0);
    check_refused(b, ".jsonl", "{\"in\":\"say\",\"text\":\"a\"}\n", ASIDE_ECONFIG, "session.header", 1);
    check_refused(b, ".jsonl", "{\"aside\":\"session/v1\"}\n{\"in\":\"say\"}\n", ASIDE_ECONFIG, "session.line", 2);
    check_refused(b, ".jsonl", "{\"aside\":\"session/v1\"}\n\n{\"in\":\n", ASIDE_ECONFIG, "session.json", 3);
    check_refused(b, ".jsonl", "{\"aside\":\"session/v1\"}\n{\"in\":\"wait\",\"ms\":-1}\n", ASIDE_ECONFIG, "session.line", 2);
    check_refused(b, ".jsonl", "{\"aside\":\"session/v1\"}\n{\"in\":\"audio\",\"file\":\"none.flac\"}\n", ASIDE_EIO, "session.audio", 2);
}

static void a_missing_suite_is_eio(void **state) {
    bench *b = *state;
    const aside_suite *s = NULL;
    assert_int_equal(aside_suite_read("/no/such/suite.tsv", &b->arena, &b->problems, &s), ASIDE_EIO);
    assert_string_equal(b->last.path, "/no/such/suite.tsv");
}

static const char decision[] =
    "{\"id\":\"1-1\",\"text\":\"I'd like a Latte\",\"lang\":\"en\",\"intent\":{\"name\":\"orderDrink\",\"slots\":{\"drink\":\"latte\",\"n\":1},\"score\":1000},"
    "\"context\":{\"class\":\"shopping\",\"score\":900,\"sponsor\":true},\"outcome\":\"offer\",\"action\":{\"id\":\"1-1-a\",\"skill\":\"sale\"},"
    "\"system\":null,\"held\":[],\"held_counts\":{\"context\":2,\"cap\":1}}";

/* One cell against the decision above. */
static bool right(bench *b, aside_column column, const char *cell) {
    aside_suite_row row = { .line = 2 };
    aside_case c = { 0 };
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++) row.cells[i] = "";
    row.cells[ASIDE_COLUMN_TEXT] = "x", row.cells[column] = cell;
    assert_int_equal(aside_replay_compare_row(&row, decision, &b->arena, &c), ASIDE_OK);
    assert_int_equal(c.ok, c.n_diffs == 0);
    return c.ok;
}

static void cells_are_compared_each_in_its_way(void **state) {
    static const struct { aside_column column; const char *cell; bool right; } rows[] = {
        { ASIDE_COLUMN_INTENT, "orderDrink", true },      { ASIDE_COLUMN_INTENT, "a|orderDrink", true },
        { ASIDE_COLUMN_INTENT, "orderDrin", false },      { ASIDE_COLUMN_INTENT, "none", false },
        { ASIDE_COLUMN_SLOTS, "{\"n\":1,\"drink\":\"latte\"}", true },
        { ASIDE_COLUMN_SLOTS, "{\"drink\":\"latte\"}", false },
        { ASIDE_COLUMN_SLOTS, "{\"drink\":\"mocha\",\"n\":1}|{\"drink\":\"latte\",\"n\":1}", true },
        { ASIDE_COLUMN_SLOTS, "{}", false },
        { ASIDE_COLUMN_CONTEXT, "shopping|task", true },  { ASIDE_COLUMN_CONTEXT, "task", false },
        { ASIDE_COLUMN_OUTCOME, "offer", true },          { ASIDE_COLUMN_OUTCOME, "none", false },
        { ASIDE_COLUMN_SKILL, "sale", true },             { ASIDE_COLUMN_SKILL, "none", false },
        { ASIDE_COLUMN_HELD, "cap", true },               { ASIDE_COLUMN_HELD, "context", true },
        { ASIDE_COLUMN_HELD, "gap|cap", true },           { ASIDE_COLUMN_HELD, "gap", false },
        { ASIDE_COLUMN_TRANSCRIPT, "i'd like a latte", true },
        { ASIDE_COLUMN_TRANSCRIPT, "i'd like a mocha", false },
        { ASIDE_COLUMN_TRANSCRIPT, "tea|I'd like a latte.", true },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (right(*state, rows[i].column, rows[i].cell) == rows[i].right) continue;
        fail_msg("%s: %s", aside_column_names[rows[i].column], rows[i].cell);
    }
}

static void none_is_right_when_there_is_none(void **state) {
    bench *b = *state;
    aside_suite_row row = { .line = 2 };
    aside_case c = { 0 };
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++) row.cells[i] = "";
    row.cells[ASIDE_COLUMN_INTENT] = row.cells[ASIDE_COLUMN_SKILL] = row.cells[ASIDE_COLUMN_HELD] = "none";
    assert_int_equal(aside_replay_compare_row(&row, NULL, &b->arena, &c), ASIDE_OK);
    assert_true(c.ok);
    assert_string_equal(c.got_json, "null");
}

static aside_case heard(bench *b, const char *transcript, const char *slots, const char *context) {
    static aside_suite suite = { .path = "suite.tsv" };
    aside_suite_row row = { .line = 7 };
    aside_case c = { .suite = &suite, .audio_us = 2000000, .cpu_ns = 100000000, .finalise_ns = 5000000, .decide_ns = -1 };
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++) row.cells[i] = "";
    row.cells[ASIDE_COLUMN_INTENT] = "orderDrink";
    row.cells[ASIDE_COLUMN_TRANSCRIPT] = transcript, row.cells[ASIDE_COLUMN_SLOTS] = slots, row.cells[ASIDE_COLUMN_CONTEXT] = context;
    assert_int_equal(aside_replay_compare_row(&row, decision, &b->arena, &c), ASIDE_OK);
    return c;
}

static double metric(const aside_replay_report *r, const char *name, size_t rows) {
    for (size_t i = 0; i < r->n_metrics; i++) {
        if (strcmp(r->metrics[i].name, name) != 0) continue;
        assert_int_equal(r->metrics[i].rows, rows);
        return r->metrics[i].value;
    }
    fail_msg("no metric %s", name);
    return 0;
}

static bool near(double a, double b) { return fabs(a - b) < 1e-9; }

static void metrics_are_what_they_say(void **state) {
    bench *b = *state;
    aside_replay_report r;
    aside_case cases[] = {
        heard(b, "i'd like a latte", "{\"drink\":\"latte\"}", "shopping"),
        heard(b, "i'd like two lattes", "{\"drink\":\"mocha\"}", "task"),
    };
    assert_int_equal(aside_replay_score(cases, 2, &b->arena, &r), ASIDE_OK);
    assert_true(near(metric(&r, "transcript_wer", 2), 2.0 / 8));
    assert_true(near(metric(&r, "intent_accuracy", 2), 1));
    assert_true(near(metric(&r, "command_acceptance", 2), 0.5));      /* A slot more than expected is accepted... */
    assert_false(cases[0].ok);                                         /* ...but the row says exactly which. */
    assert_true(near(metric(&r, "context_accuracy", 2), 0.5));
    assert_true(near(metric(&r, "context_macro_f1", 2), (2.0 / 3 + 0) / 2));
    assert_true(near(metric(&r, "rtf", 2), 0.05));
    assert_true(near(metric(&r, "finalise_ms_p99", 2), 5));
    assert_int_equal(r.confusion.rows, 2);
    assert_int_equal(r.n_passed, 0);
}

static void every_report_holds_the_failure(void **state) {
    bench *b = *state;
    aside_replay_report r;
    aside_buf json, xml, html;
    aside_json *v = NULL;
    aside_error err;
    aside_case cases[] = { heard(b, "<tea> & \"milk\"", "{\"drink\":\"mocha\"}", "task") };
    cases[0].said = "<tea> & \"milk\"";
    assert_int_equal(aside_replay_score(cases, 1, &b->arena, &r), ASIDE_OK);
    aside_buf_init(&json, &b->arena), aside_buf_init(&xml, &b->arena), aside_buf_init(&html, &b->arena);
    aside_replay_report_json(&r, &json), aside_replay_report_junit(&r, &xml), aside_replay_report_html(&r, &html);
    assert_int_equal(aside_json_parse(aside_buf_str(&json), &v, &err), ASIDE_OK);
    const aside_json *row = aside_json_at(aside_json_get(v, "rows"), 0);
    int64_t line = 0;
    assert_true(aside_json_int(aside_json_get(row, "line"), &line) && line == 7);
    assert_true(aside_json_is_object(aside_json_get(row, "got")));
    assert_int_equal(aside_json_length(aside_json_get(row, "diff")), 3);
    const aside_json *truth = aside_json_get(aside_json_get(aside_json_get(aside_json_get(v, "metrics"), "context_confusion"), "value"), "task");
    assert_true(aside_json_int(aside_json_get(truth, "shopping"), &line) && line == 1);
    aside_json_free(v);
    assert_non_null(strstr(aside_buf_z(&xml), "tests=\"1\" failures=\"1\""));
    assert_non_null(strstr(aside_buf_z(&xml), "7: &lt;tea&gt; &amp; &quot;milk&quot;"));
    assert_non_null(strstr(aside_buf_z(&html), "&lt;tea&gt; &amp;"));
    assert_null(strstr(aside_buf_z(&html), "<tea>"));
}

static void a_recorded_decision_checks_what_it_says(void **state) {
    static const struct { const char *expected; size_t n_diffs; } rows[] = {
        { "{}", 0 },
        { "{\"outcome\":\"offer\",\"id\":\"other\"}", 0 },
        { "{\"outcome\":\"none\",\"action\":null}", 2 },
        { "{\"intent\":{\"name\":\"orderDrink\"},\"held_counts\":{\"cap\":1,\"context\":2}}", 0 },
        { "{\"intent\":{\"name\":\"x\",\"slots\":{}}}", 2 },
        { "{\"context\":{\"class\":\"shopping\",\"score\":1}}", 0 },
    };
    bench *b = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        aside_json *v = NULL;
        aside_error err;
        aside_case c = { 0 };
        assert_int_equal(aside_json_parse(aside_str_from(rows[i].expected), &v, &err), ASIDE_OK);
        assert_int_equal(aside_replay_compare_decision(v, decision, &b->arena, &c), ASIDE_OK);
        aside_json_free(v);
        if (c.n_diffs != rows[i].n_diffs) fail_msg("%s: %zu differences", rows[i].expected, c.n_diffs);
    }
}

static void only_wrong_cells_are_rewritten(void **state) {
    bench *b = *state;
    const aside_suite *s;
    aside_str out;
    assert_int_equal(read_text(b, ".tsv", "text\tintent\tnote\tcontext\nx\torderDrink\tn\ttask\n\nx\t\tn\n", &s), ASIDE_OK);
    aside_case cases[2] = { 0 };
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(aside_replay_compare_row(&s->rows[i], decision, &b->arena, &cases[i]), ASIDE_OK);
    assert_int_equal(aside_suite_rewrite_table(s, cases, &b->arena, &out), ASIDE_OK);
    assert_true(aside_str_is(out, "text\tintent\tnote\tcontext\nx\torderDrink\tn\tshopping\n\nx\t\tn\n"));
}

/* Any bytes in place of any others: refused or read, never worse. */
static void damaged_suites_are_refused_or_read(void **state) {
    static const char *const texts[][2] = {
        { ".tsv", "text\tintent\tslots\tcontext\nhello\tA|B\t{\"a\": 1}|{\"b\": [2]}\ttask\nbye\t\t\tother\n" },
        { ".jsonl", "{\"aside\":\"session/v1\",\"seed\":1}\n{\"in\":\"say\",\"text\":\"a\"}\n{\"in\":\"wait\",\"ms\":9}\n{\"out\":\"decision\",\"decision\":{}}\n" },
    };
    static const char bytes[] = "\t\n\r{}[]\"\\|:,a0\xff\xe4";
    bench *b = *state;
    aside_rng rng = { 7 };
    size_t n_read = 0;
    for (int i = 0; i < 3000; i++) {
        const char *const *original = texts[i % 2];
        char text[512];
        const aside_suite *s = NULL;
        snprintf(text, sizeof text, "%s", original[1]);
        for (int k = 0; k < 1 + i % 3; k++)
            text[aside_rng_next(&rng) % strlen(original[1])] = bytes[aside_rng_next(&rng) % (sizeof bytes - 1)];
        aside_problems_init(&b->problems, note, b);
        aside_status st = read_text(b, original[0], text, &s);
        assert_true(st == ASIDE_OK || st == ASIDE_ECONFIG || st == ASIDE_EIO);
        assert_int_equal(st == ASIDE_OK, b->problems.n_errors == 0);
        n_read += st == ASIDE_OK;
        aside_arena_reset(&b->arena);
    }
    assert_true(n_read > 100 && n_read < 2900);
}

/* Everything from the file to the three reports, for the sweep. */
static aside_status whole_way(const aside_host *host, void *user) {
    aside_arena arena;
    aside_problems problems;
    const aside_suite *s;
    aside_replay_report r;
    aside_buf out;
    aside_str table;
    aside_case cases[2] = { 0 };
    aside_problems_init(&problems, NULL, NULL);
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_status st = aside_suite_read(user, &arena, &problems, &s);
    for (size_t i = 0; i < 2 && !st; i++) {
        cases[i].suite = s;
        st = aside_replay_compare_row(&s->rows[i], decision, &arena, &cases[i]);
    }
    if (!st) st = aside_replay_score(cases, 2, &arena, &r);
    if (!st) {
        aside_buf_init(&out, &arena);
        aside_replay_report_json(&r, &out), aside_replay_report_junit(&r, &out), aside_replay_report_html(&r, &out);
        st = aside_buf_ok(&out) ? aside_suite_rewrite_table(s, cases, &arena, &table) : ASIDE_ENOMEM;
    }
    aside_arena_free(&arena);
    return st;
}

static void it_runs_out_of_memory_anywhere(void **state) {
    bench *b = *state;
    const aside_suite *s;
    assert_int_equal(read_text(b, ".tsv", "text\ttranscript\tintent\tslots\tcontext\theld\n"
                                          "x\ti'd like a mocha\torderDrink\t{\"drink\":\"latte\"}\ttask|other\tcap\n"
                                          "y\tI'd like a latte\tother\t{\"a\":1}|{\"b\":2}\tshopping\tnone\n", &s), ASIDE_OK);
    assert_true(sweep(whole_way, b->path) > 5);      /* Blocks double: few allocations, each at another place. */
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        T(a_table_is_read_with_its_quirks), T(mistakes_are_told_with_their_place), T(a_missing_suite_is_eio),
        T(cells_are_compared_each_in_its_way), T(none_is_right_when_there_is_none), T(metrics_are_what_they_say),
        T(every_report_holds_the_failure), T(a_recorded_decision_checks_what_it_says), T(only_wrong_cells_are_rewritten),
        T(it_runs_out_of_memory_anywhere), T(damaged_suites_are_refused_or_read),
#undef T
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
