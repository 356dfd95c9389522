/* The sentence files themselves: ours load without a problem in both languages, and
 * the public ones load unchanged and understand their own tests' sentences. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/rng.h"
#include "base/yaml.h"
#include "data_folder.h"
#include "intent/grammar.h"
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct fixture {
    aside_host     host;
    aside_arena    arena, turn;
    aside_problems problems;
    aside_grammar *g;
} fixture;

static void tell(void *user, const aside_error *e) {
    (void)user;
    if (e->severity == ASIDE_SEVERITY_ERROR) print_error("%s:%d:%d: %s: %s\n", e->path, e->line, e->column, e->rule, e->text);
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->host = aside_host_complete(NULL);
    aside_arena_init(&f->arena, &f->host, 0);
    aside_arena_init(&f->turn, &f->host, 0);
    aside_problems_init(&f->problems, tell, f);
    return *state = f, 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    aside_grammar_close(f->g);
    aside_arena_free(&f->turn);
    aside_arena_free(&f->arena);
    free(f);
    return 0;
}

static size_t load_folder(fixture *f, const char *language, const char *folder, const char *lists) {
    aside_grammar_builder *b;
    aside_paths files;
    assert_int_equal(aside_grammar_builder_open(language, &f->arena, &f->host, &b), ASIDE_OK);
    assert_int_equal(aside_file_list(folder, ".yaml", &f->arena, &files, NULL), ASIDE_OK);
    for (size_t i = 0; i < files.n; i++) {
        assert_true(aside_grammar_is_sentences(files.at[i], &f->turn));
        assert_int_equal(aside_grammar_add_file(b, files.at[i], &f->problems), ASIDE_OK);
    }
    if (lists) assert_int_equal(aside_grammar_add_lists(b, lists, &f->problems), ASIDE_OK);
    assert_int_equal(aside_grammar_compile(b, &f->problems, &f->g), ASIDE_OK);
    assert_int_equal(f->problems.n_errors, 0);
    assert_non_null(f->g);
    return files.n;
}

static aside_matches match(fixture *f, const char *said) {
    aside_utterance u;
    aside_matches m, all;
    assert_int_equal(aside_utterance_read(aside_str_from(said), &f->turn, &u), ASIDE_OK);
    assert_int_equal(aside_grammar_match(f->g, &u, &f->turn, &m), ASIDE_OK);
    assert_int_equal(aside_grammar_match_exhaustive(f->g, &u, &f->turn, &all), ASIDE_OK);
    assert_int_equal(m.n, all.n);
    for (size_t i = 0; i < m.n; i++) assert_int_equal(m.at[i].template_id, all.at[i].template_id);
    return m;
}

typedef struct tally { fixture *f; size_t n, n_wrong; aside_rng rng; } tally;

/* A sentence that a template generates means that template's intent; with one
 * character gone, index and exhaustion still agree (match() asserts it). */
static void try_sample(void *user, const char *sentence, const aside_intent *intent) {
    tally *t = user;
    aside_matches m = match(t->f, sentence);
    bool found = false;
    for (size_t i = 0; i < m.n; i++) found = found || m.at[i].intent == intent;
    if (!found && t->n_wrong < 5) print_error("'%s' does not mean %s\n", sentence, intent->name);
    t->n++, t->n_wrong += !found;
    aside_str s = aside_str_from(sentence);
    size_t cut = 0, end = s.len ? aside_rng_next(&t->rng) % s.len : 0;
    while (cut < end) aside_str_next_char(s, &cut);
    match(t->f, aside_arena_printf(&t->f->turn, "%.*s", (int)cut, sentence));
    aside_arena_reset(&t->f->turn);
}

static void try_folder(fixture *f, const char *language) {
    const char *source = getenv("ASIDE_SOURCE_DIR");
    tally t = { f, 0, 0, { 5 } };
    load_folder(f, language, aside_arena_printf(&f->arena, "%s/intents/%s", source ? source : ".", language), NULL);
    assert_true(aside_grammar_n_templates(f->g) > 100);
    assert_int_equal(aside_grammar_sample(f->g, NULL, 1500, 1, &f->arena, try_sample, &t), ASIDE_OK);
    assert_int_equal(t.n, 1500);
    assert_int_equal(t.n_wrong, 0);
}

static void test_ours_in_english(void **state) { try_folder(*state, "en"); }
static void test_ours_in_chinese(void **state) { try_folder(*state, "zh"); }

/* ---- Home Assistant's ---- */

static const char *name_of(const aside_yaml *item) {
    const aside_yaml *name = aside_yaml_get(item, "name");
    return name && name->kind == ASIDE_YAML_SCALAR ? name->scalar.at : NULL;
}

static void write_context(FILE *out, const aside_yaml *entity) {
    const aside_yaml *domain = aside_yaml_get(entity, "domain"), *id = aside_yaml_get(entity, "id"), *more = aside_yaml_get(entity, "attributes");
    if (domain) fprintf(out, "domain: '%s'", domain->scalar.at);
    else fprintf(out, "domain: '%.*s'", (int)strcspn(id->scalar.at, "."), id->scalar.at);
    for (size_t i = 0; more && i < more->n; i++)
        fprintf(out, ", '%s': '%s'", more->pairs[i].key->scalar.at, more->pairs[i].value->scalar.at);
}

/* The devices, rooms and floors of one test file as values. */
static void write_values(FILE *out, const aside_yaml *root, const char *key, bool context) {
    const aside_yaml *items = aside_yaml_get(root, key);
    for (size_t i = 0; items && i < items->n; i++) {
        if (!name_of(items->items[i])) continue;
        fprintf(out, "      - {in: \"%s\"", name_of(items->items[i]));
        if (context) fputs(", context: {", out), write_context(out, items->items[i]), fputs("}", out);
        fputs("}\n", out);
    }
}

typedef struct documents { const aside_yaml *at[200]; size_t n; } documents;

static const char *write_lists(const documents *d, char path[64]) {
    static const struct { const char *list, *key; } kinds[] = { { "name", "entities" }, { "area", "areas" }, { "floor", "floors" } };
    snprintf(path, 64, "/tmp/aside-lists-XXXXXX");
    int fd = mkstemp(path);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    assert_non_null(out);
    fputs("lists:\n", out);
    for (int k = 0; k < 3; k++) {
        fprintf(out, "  %s:\n    values:\n", kinds[k].list);
        for (size_t i = 0; i < d->n; i++) write_values(out, d->at[i], kinds[k].key, k == 0);
    }
    fclose(out);
    return path;
}

static void read_documents(fixture *f, const char *folder, documents *d) {
    aside_paths files;
    assert_int_equal(aside_file_list(folder, ".yaml", &f->arena, &files, NULL), ASIDE_OK);
    assert_true(files.n <= sizeof d->at / sizeof *d->at);
    for (size_t i = 0; i < files.n; i++) {
        assert_int_equal(aside_yaml_read(files.at[i], &f->arena, &f->problems, &d->at[d->n]), ASIDE_OK);
        assert_non_null(d->at[d->n++]);
    }
}

/* The intent a test expects: its `intent: name:`, or its folder's name. */
static const char *expected_intent(fixture *f, const aside_yaml *test) {
    const char *name = name_of(aside_yaml_get(test, "intent"));
    const char *end = strrchr(test->at.path, '/'), *from = end;
    while (!name && from > test->at.path && from[-1] != '/') from--;
    return name ? name : aside_arena_copy_z(&f->arena, (aside_str){ from, (size_t)(end - from) });
}

static void try_tests(fixture *f, const aside_yaml *root, size_t *n, size_t *n_right) {
    const aside_yaml *tests = aside_yaml_get(root, "tests");
    for (size_t i = 0; tests && i < tests->n; i++) {
        const aside_yaml *sentences = aside_yaml_get(tests->items[i], "sentences");
        const char *intent = expected_intent(f, tests->items[i]);
        for (size_t k = 0; sentences && k < sentences->n; k++) {
            aside_matches m = match(f, sentences->items[k]->scalar.at);
            bool right = m.n && strcmp(m.at[0].intent->name, intent) == 0;
            if (!right) print_message("'%s': %s, expected %s\n", sentences->items[k]->scalar.at, m.n ? m.at[0].intent->name : "nothing", intent);
            ++*n, *n_right += right;
            aside_arena_reset(&f->turn);
        }
    }
}

static void test_public_sentences(void **state) {
    fixture *f = *state;
    documents d = { 0 };
    char lists[64];
    size_t n = 0, n_right = 0;
    const char *folder = data_folder(&f->arena, "text/ha-intents");
    if (!folder) skip();
    read_documents(f, aside_arena_printf(&f->arena, "%s/tests-en", folder), &d);
    size_t n_files = load_folder(f, "en", aside_arena_printf(&f->arena, "%s/sentences-en", folder), write_lists(&d, lists));
    remove(lists);
    assert_true(n_files > 50 && d.n > 50);
    for (size_t i = 0; i < d.n; i++) try_tests(f, d.at[i], &n, &n_right);
    print_message("%zu of %zu public test sentences mean what they should\n", n_right, n);
    assert_true(n > 1000 && n_right * 100 >= n * 99);
}

static void test_public_sentences_without_lists(void **state) {
    fixture *f = *state;
    const char *folder = data_folder(&f->arena, "text/ha-intents/sentences-en");
    if (!folder) skip();
    load_folder(f, "en", folder, NULL);
    assert_true(f->problems.n_warnings > 10);          /* {name}, {area} and {floor} come from a device. */
    assert_string_equal(match(f, "what time is it").at[0].intent->name, "HassGetCurrentTime");
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_ours_in_english), T(test_ours_in_chinese), T(test_public_sentences), T(test_public_sentences_without_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
