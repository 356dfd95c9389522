/* YAML: what it means, what is refused and where, and that nothing public breaks it. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/yaml.h"
#include "data_folder.h"
#include "sweep.h"

#include <stdlib.h>
#include <string.h>

typedef struct fixture {
    aside_host host;
    aside_arena arena;
    aside_problems problems;
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->host = aside_host_complete(NULL);
    aside_arena_init(&f->arena, &f->host, 0);
    aside_problems_init(&f->problems, NULL, NULL);
    return *state = f, 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    aside_arena_free(&f->arena);
    free(f);
    return 0;
}

static const aside_yaml *parse(fixture *f, const char *text) {
    const aside_yaml *root = NULL;
    aside_problems_init(&f->problems, NULL, NULL);
    assert_int_equal(aside_yaml_parse(aside_str_from(text), "t.yaml", &f->arena, &f->problems, &root), ASIDE_OK);
    return root;
}

static void assert_refused(fixture *f, const char *text, const char *rule, int line, int column) {
    parse(f, text);
    if (f->problems.n_errors == 0) fail_msg("taken: %s", text);
    const aside_error *e = &f->problems.first;
    if (strcmp(e->rule, rule) || e->line != line || e->column != column)
        fail_msg("%s\nfound %d:%d %s (%s)", text, e->line, e->column, e->rule, e->text);
    assert_string_equal(e->path, "t.yaml");
    assert_int_equal(e->status, ASIDE_ECONFIG);
}

static void reads_a_tree_with_places(void **state) {
    fixture *f = *state;
    const aside_yaml *root = parse(f, "a: 1\nb:\n  - x\n  - \"y\"\n你: {c: d}\n");
    assert_non_null(root);
    assert_int_equal(root->n, 3);
    assert_true(aside_str_is(root->pairs[2].key->scalar, "你"));
    const aside_yaml *b = aside_yaml_get(root, "b");
    assert_int_equal(b->kind, ASIDE_YAML_LIST);
    assert_int_equal(b->items[1]->at.line, 4);
    assert_int_equal(b->items[1]->at.column, 5);
    assert_true(b->items[1]->quoted && !b->items[0]->quoted);
    const aside_yaml *d = aside_yaml_get(aside_yaml_get(root, "你"), "c");
    assert_int_equal(d->at.line, 5);
    assert_int_equal(d->at.column, 8);                 /* In characters, not bytes. */
    assert_int_equal(d->scalar.at[d->scalar.len], '\0');
    assert_null(aside_yaml_get(root, "none"));
    assert_null(aside_yaml_get(b, "a"));
    assert_null(aside_yaml_get(NULL, "a"));
}

static void refuses_what_hides_meaning(void **state) {
    fixture *f = *state;
    assert_refused(f, "a: 1\nb: 2\na: 3\n", "yaml.duplicate-key", 3, 1);
    assert_refused(f, "x:\n  a: 1\n  \"a\": 3\n", "yaml.duplicate-key", 3, 3);
    assert_refused(f, "a: &x 1\nb: 2\n", "yaml.anchor", 1, 4);
    assert_refused(f, "a: [*x]\n", "yaml.alias", 1, 5);
    assert_refused(f, "a: !!int 5\n", "yaml.tag", 1, 4);
    assert_refused(f, "a: !<x> [1]\n", "yaml.tag", 1, 4);
    assert_refused(f, "a: 1\n---\nb: 2\n", "yaml.documents", 2, 1);
    assert_refused(f, "[a, b]: 2\n", "yaml.key", 1, 1);
    assert_refused(f, "", "yaml.empty", 1, 1);
    assert_refused(f, "# only this\n", "yaml.empty", 1, 1);
    assert_refused(f, "a: [1\nb: 2\n", "yaml.syntax", 2, 2);
    assert_refused(f, "a:\n\tb: 1\n", "yaml.syntax", 2, 1);
}

static void collects_more_than_one(void **state) {
    fixture *f = *state;
    const aside_yaml *root = parse(f, "a: &x 1\nb: !!str 2\na: 3\n[c]: 4\n");
    assert_int_equal(f->problems.n_errors, 4);
    assert_int_equal(root->n, 2);              /* Whole but for what cannot be kept: readers report on. */
    assert_true(aside_str_is(aside_yaml_get(root, "a")->scalar, "1"));
}

static char *brackets(fixture *f, int depth) {
    char *text = aside_arena_alloc(&f->arena, (size_t)depth * 2 + 1);
    memset(text, '[', (size_t)depth);
    memset(text + depth, ']', (size_t)depth);
    return text;
}

static void depth_ends_at_its_limit(void **state) {
    fixture *f = *state;
    assert_non_null(parse(f, brackets(f, ASIDE_LIMIT_YAML_DEPTH)));
    assert_refused(f, brackets(f, ASIDE_LIMIT_YAML_DEPTH + 1), "yaml.depth", 1, ASIDE_LIMIT_YAML_DEPTH + 1);
    assert_refused(f, brackets(f, 100000), "yaml.depth", 1, ASIDE_LIMIT_YAML_DEPTH + 1);
}

/* Ones, by commas, `n` of them. */
static char *long_list(fixture *f, size_t n) {
    char *text = aside_arena_alloc(&f->arena, 2 * n + 2);
    text[0] = '[';
    for (size_t i = 0; i < n; i++) text[1 + 2 * i] = '1', text[2 + 2 * i] = i + 1 < n ? ',' : ']';
    return text;
}

static void nodes_end_at_their_limit(void **state) {
    fixture *f = *state;
    assert_non_null(parse(f, long_list(f, ASIDE_LIMIT_YAML_NODES - 1)));       /* The list is one, too. */
    assert_null(parse(f, long_list(f, ASIDE_LIMIT_YAML_NODES)));
    assert_string_equal(f->problems.first.rule, "yaml.size");
}

static void bytes_end_at_their_limit(void **state) {
    fixture *f = *state;
    char *text = aside_arena_alloc(&f->arena, ASIDE_LIMIT_YAML_BYTES + 2);
    memset(text, 'a', ASIDE_LIMIT_YAML_BYTES);
    assert_non_null(parse(f, text));
    text[ASIDE_LIMIT_YAML_BYTES] = 'a';
    assert_refused(f, text, "yaml.size", 0, 0);
}

static void typed_reading(void **state) {
    fixture *f = *state;
    static const char *const colours[] = { "red", "green", NULL };
    const aside_yaml *root = parse(f, "n: 7\nt: yes\nw: gren\nl: [1]\n");
    int64_t n = -1;
    bool t = false;
    aside_str s = { 0 };
    assert_true(aside_yaml_int(aside_yaml_get(root, "n"), 1, 7, &f->problems, &n) && n == 7);
    assert_true(aside_yaml_bool(aside_yaml_get(root, "t"), &f->problems, &t) && t);
    assert_true(aside_yaml_str(aside_yaml_get(root, "w"), &f->problems, &s) && aside_str_is(s, "gren"));
    assert_false(aside_yaml_int(NULL, 0, 1, &f->problems, &n));
    assert_int_equal(f->problems.n_errors, 0);
    assert_false(aside_yaml_int(aside_yaml_get(root, "n"), 1, 6, &f->problems, &n));
    assert_string_equal(f->problems.first.rule, "yaml.range");
    assert_false(aside_yaml_int(aside_yaml_get(root, "t"), 1, 6, &f->problems, &n));
    assert_false(aside_yaml_bool(aside_yaml_get(root, "w"), &f->problems, &t));
    assert_false(aside_yaml_str(aside_yaml_get(root, "l"), &f->problems, &s));
    assert_int_equal(aside_yaml_one_of(aside_yaml_get(root, "w"), colours, &f->problems), -1);
    assert_int_equal(f->problems.n_errors, 5);
}

static void unknown_keys_get_the_nearest(void **state) {
    fixture *f = *state;
    static const char *const known[] = { "sponsor", "offer", NULL };
    const aside_yaml *root = parse(f, "sponsor: x\n  \nofer: y\n");
    assert_false(aside_yaml_known_keys(root, known, &f->problems));
    assert_int_equal(f->problems.first.line, 3);
    assert_non_null(strstr(f->problems.first.text, "did you mean 'offer'?"));
}

static void a_missing_file_is_a_problem(void **state) {
    fixture *f = *state;
    const aside_yaml *root;
    assert_int_equal(aside_yaml_read("/nowhere/x.yaml", &f->arena, &f->problems, &root), ASIDE_OK);
    assert_null(root);
    assert_string_equal(f->problems.first.rule, "file.unreadable");
    assert_string_equal(f->problems.first.path, "/nowhere/x.yaml");
}

/* The YAML test suite: strict or not, every file is either read or has a problem with a place. */
static void survives_the_public_suite(void **state) {
    fixture *f = *state;
    aside_paths files;
    size_t n_read = 0;
    const char *folder = data_folder(&f->arena, "robust/yaml");
    if (!folder) skip();
    assert_int_equal(aside_file_list(folder, ".yaml", &f->arena, &files, NULL), ASIDE_OK);
    assert_true(files.n > 100);
    for (size_t i = 0; i < files.n; i++) {
        const aside_yaml *root;
        aside_problems_init(&f->problems, NULL, NULL);
        assert_int_equal(aside_yaml_read(files.at[i], &f->arena, &f->problems, &root), ASIDE_OK);
        if ((root != NULL) == (f->problems.n_errors > 0)) fail_msg("%s: a tree and problems, or neither", files.at[i]);
        if (!root && f->problems.first.line < 1) fail_msg("%s: no place: %s", files.at[i], f->problems.first.text);
        n_read += root != NULL;
    }
    print_message("%zu of %zu files read\n", n_read, files.n);
    assert_true(n_read > files.n / 3);
}

/* Every beginning of a file, as an editor saves it half-written. */
static void survives_every_cut(void **state) {
    fixture *f = *state;
    static const char text[] = "aside: skill/v1\nwhen:\n  hear: {en: [\"am i (pretty|handsome)\"], zh: ['我美吗']}\nsay: >-\n  long\n  text\n";
    for (size_t n = 0; n < sizeof text; n++) {
        const aside_yaml *root;
        aside_problems_init(&f->problems, NULL, NULL);
        assert_int_equal(aside_yaml_parse((aside_str){ text, n }, "t", &f->arena, &f->problems, &root), ASIDE_OK);
        assert_true((root != NULL) == (f->problems.n_errors == 0));
    }
}

static aside_status parse_some(const aside_host *host, void *user) {
    aside_arena arena;
    aside_problems problems;
    const aside_yaml *root;
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_problems_init(&problems, NULL, NULL);
    aside_status st = aside_yaml_parse(aside_str_from(user), "t", &arena, &problems, &root);
    if (!st && !root) st = ASIDE_ECONFIG;
    aside_arena_free(&arena);
    return st;
}

static void runs_out_of_memory(void **state) {
    (void)state;
    static char text[] = "a: {b: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], c: d}\ne: f\n";
    assert_true(sweep(parse_some, text) > 3);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(reads_a_tree_with_places), TEST(refuses_what_hides_meaning), TEST(collects_more_than_one), TEST(depth_ends_at_its_limit),
        TEST(nodes_end_at_their_limit), TEST(bytes_end_at_their_limit), TEST(typed_reading), TEST(unknown_keys_get_the_nearest),
        TEST(a_missing_file_is_a_problem), TEST(survives_the_public_suite), TEST(survives_every_cut), TEST(runs_out_of_memory)
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
