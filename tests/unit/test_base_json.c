/* JSON: reading strictly, writing always validly, the same bytes each time. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/host.h"
#include "base/json.h"
#include "data_folder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct fixture { aside_host host; aside_arena arena; aside_buf out; } fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->host = aside_host_complete(NULL);
    aside_arena_init(&f->arena, &f->host, 0);
    aside_buf_init(&f->out, &f->arena);
    return *state = f, 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    aside_arena_free(&f->arena);
    free(f);
    return 0;
}

static aside_json *parse(const char *text) {
    aside_json *root = NULL;
    assert_int_equal(aside_json_parse(aside_str_from(text), &root, NULL), ASIDE_OK);
    return root;
}

static void reads_members(void **state) {
    (void)state;
    aside_json *root = parse("{\"b\":1,\"a\":[true,null,\"x\"],\"r\":2.0,\"h\":2.5,\"big\":1e300}");
    const char *key, *text;
    const aside_json *value;
    int64_t n = -1;
    bool b = false;
    assert_true(aside_json_is_object(root));
    assert_int_equal(aside_json_length(root), 5);
    assert_true(aside_json_member(root, 0, &key, &value));
    assert_string_equal(key, "b");
    assert_true(aside_json_member(root, 1, &key, &value));
    assert_string_equal(key, "a");
    assert_false(aside_json_member(root, 5, &key, &value));
    assert_true(aside_json_int(aside_json_get(root, "b"), &n) && n == 1);
    assert_true(aside_json_int(aside_json_get(root, "r"), &n) && n == 2);
    assert_false(aside_json_int(aside_json_get(root, "h"), &n));
    assert_false(aside_json_int(aside_json_get(root, "big"), &n));
    const aside_json *list = aside_json_get(root, "a");
    assert_true(aside_json_is_array(list) && aside_json_length(list) == 3);
    assert_true(aside_json_bool(aside_json_at(list, 0), &b) && b);
    assert_true(aside_json_is_null(aside_json_at(list, 1)));
    assert_true(aside_json_str(aside_json_at(list, 2), &text));
    assert_string_equal(text, "x");
    assert_null(aside_json_at(list, 3));
    aside_json_free(root);
}

static void bears_null_and_other_types(void **state) {
    (void)state;
    aside_json *root = parse("7");
    const char *text = "untouched";
    bool b;
    assert_null(aside_json_get(NULL, "a"));
    assert_null(aside_json_get(root, "a"));
    assert_null(aside_json_at(NULL, 0));
    assert_int_equal(aside_json_length(NULL), 0);
    assert_int_equal(aside_json_length(root), 0);
    assert_false(aside_json_is_null(NULL));
    assert_false(aside_json_str(root, &text));
    assert_false(aside_json_bool(root, &b));
    assert_string_equal(text, "untouched");
    aside_json_free(root);
    aside_json_free(NULL);
}

static void says_where_but_not_what(void **state) {
    (void)state;
    aside_json *root = NULL;
    aside_error err = { 0 };
    assert_int_equal(aside_json_parse(ASIDE_STR("{\n  \"text\": \"my secret\" oops\n}"), &root, &err), ASIDE_EINVAL);
    assert_null(root);
    assert_int_equal(err.line, 2);
    assert_true(err.column > 10);
    assert_null(strstr(err.text, "oops"));
    assert_non_null(strstr(err.text, "not JSON"));
    assert_int_equal(aside_json_parse(ASIDE_STR("{\"a\":1,\"a\":2}"), &root, NULL), ASIDE_EINVAL);
    assert_int_equal(aside_json_parse((aside_str){ NULL, 0 }, &root, NULL), ASIDE_EINVAL);
    assert_int_equal(aside_json_parse(ASIDE_STR("\"a\\u0000b\""), &root, NULL), ASIDE_EINVAL);
    assert_int_equal(aside_json_parse((aside_str){ "[1,\n 23\0", 8 }, &root, &err), ASIDE_EINVAL);
    assert_true(err.line == 2 && err.column == 4);
}

static void writes_in_call_order(void **state) {
    fixture *f = *state;
    aside_json_writer w;
    aside_json_writer_init(&w, &f->out);
    aside_json_open(&w, '{');
    aside_json_key(&w, "z");
    aside_json_add_int(&w, INT64_MIN);
    aside_json_key(&w, "a");
    aside_json_open(&w, '[');
    aside_json_close(&w, ']');
    aside_json_key(&w, "l");
    aside_json_open(&w, '[');
    aside_json_add_bool(&w, true);
    aside_json_add_null(&w);
    aside_json_add_z(&w, NULL);
    aside_json_add_raw(&w, ASIDE_STR("{\"x\":1}"));
    aside_json_close(&w, ']');
    aside_json_close(&w, '}');
    assert_string_equal(aside_buf_z(&f->out), "{\"z\":-9223372036854775808,\"a\":[],\"l\":[true,null,null,{\"x\":1}]}");
}

static const char *written(fixture *f, aside_str s) {
    aside_json_writer w;
    aside_buf_init(&f->out, &f->arena);
    aside_json_writer_init(&w, &f->out);
    aside_json_add_str(&w, s);
    return aside_buf_z(&f->out);
}

static void escapes(void **state) {
    fixture *f = *state;
    assert_string_equal(written(f, ASIDE_STR("")), "\"\"");
    assert_string_equal(written(f, ASIDE_STR("a\"b\\c/\b\f\n\r\t\x01\x1f\x7f")), "\"a\\\"b\\\\c/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
    assert_string_equal(written(f, (aside_str){ "a\0b", 3 }), "\"a\\u0000b\"");
    assert_string_equal(written(f, ASIDE_STR("奥利奥 😀")), "\"奥利奥 😀\"");
}

static void repairs_bad_utf8(void **state) {
    fixture *f = *state;
    assert_string_equal(written(f, ASIDE_STR("a\xFF\"z")), "\"a\xEF\xBF\xBD\\\"z\"");
    assert_string_equal(written(f, ASIDE_STR("\xE5\xA5")), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_string_equal(written(f, ASIDE_STR("\xED\xA0\x80")), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
    assert_string_equal(written(f, ASIDE_STR("\xC0\xAF" "奥")), "\"\xEF\xBF\xBD\xEF\xBF\xBD奥\"");
}

/* Any bytes at all become valid JSON. */
static void survives_any_bytes(void **state) {
    fixture *f = *state;
    uint32_t random = 1;
    for (int round = 0; round < 500; round++) {
        char bytes[24];
        for (size_t i = 0; i < sizeof bytes; i++) random = random * 1664525 + 1013904223, bytes[i] = (char)(random >> 24 ? random >> 24 : 1);
        aside_json *back = NULL;
        assert_int_equal(aside_json_parse(aside_str_from(written(f, (aside_str){ bytes, sizeof bytes })), &back, NULL), ASIDE_OK);
        aside_json_free(back);
    }
}

static void writes_reals(void **state) {
    fixture *f = *state;
    static const struct { double x; const char *text; } rows[] = {
        { 0.968, "0.968" }, { 1.0 / 3, "0.333333" }, { 1e20, "1e+20" }, { -2.5e-7, "-2.5e-07" }, { 0, "0" },
        { 1234567, "1.23457e+06" }, { HUGE_VAL, "null" }, { (double)NAN, "null" }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        aside_json_writer w;
        aside_buf_init(&f->out, &f->arena);
        aside_json_writer_init(&w, &f->out);
        aside_json_add_real(&w, rows[i].x);
        assert_string_equal(aside_buf_z(&f->out), rows[i].text);
    }
}

static void dumps_what_it_read(void **state) {
    fixture *f = *state;
    const char *text = "{\"z\":0.8,\"a\":[1,-5,1e300,true,false,null],\"t\":\"a\\n\\\"奥\",\"n\":9223372036854775807,\"e\":{}}";
    aside_json *root = parse(text);
    aside_json_dump(root, &f->out);
    assert_string_equal(aside_buf_z(&f->out), "{\"z\":0.8,\"a\":[1,-5,1e+300,true,false,null],\"t\":\"a\\n\\\"奥\",\"n\":9223372036854775807,\"e\":{}}");
    aside_json *again = parse(aside_buf_z(&f->out));
    assert_true(aside_json_equal(root, again));
    assert_false(aside_json_equal(root, aside_json_get(again, "a")));
    aside_json_free(root);
    aside_json_free(again);
}

static void says_when_memory_was_out(void **state) {
    fixture *f = *state;
    f->out.failed = true;
    aside_json_writer w;
    aside_json_writer_init(&w, &f->out);
    aside_json_open(&w, '{');
    aside_json_key(&w, "a");
    aside_json_add_real(&w, 1.5);
    aside_json_close(&w, '}');
    assert_false(aside_buf_ok(&f->out));
}

/* JSONTestSuite (Seriot): y_ must be read, n_ must be refused, i_ may be either.  What RFC 8259
 * only advises against, or leaves to readers, we refuse: a key twice, a NUL in a string. */
static char expected_of(const char *name) {
    static const char *const refused[] = {
        "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json",
        "y_object_escaped_null_in_key.json", "y_string_null_escape.json"
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (strcmp(name, refused[i]) == 0) return 'n';
    return name[0];
}

static void passes_the_public_suite(void **state) {
    fixture *f = *state;
    aside_paths files;
    const char *folder = data_folder(&f->arena, "robust/json/test_parsing");
    if (!folder) skip();
    assert_int_equal(aside_file_list(folder, ".json", &f->arena, &files, NULL), ASIDE_OK);
    assert_true(files.n > 300);
    for (size_t i = 0; i < files.n; i++) {
        aside_str text;
        aside_json *root = NULL;
        const char *name = strrchr(files.at[i], '/') + 1;
        assert_int_equal(aside_file_read(files.at[i], 1u << 20, &f->arena, &text, NULL), ASIDE_OK);
        aside_status st = aside_json_parse(text, &root, NULL);
        if (name[0] != 'i' && (st == ASIDE_OK) != (expected_of(name) == 'y')) fail_msg("%s: %s", name, aside_status_name(st));
        if (st == ASIDE_OK) aside_json_dump(root, &f->out);
        aside_json_free(root);
    }
    assert_true(aside_buf_ok(&f->out));
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(reads_members), TEST(bears_null_and_other_types), TEST(says_where_but_not_what), TEST(writes_in_call_order),
        TEST(escapes), TEST(repairs_bad_utf8), TEST(survives_any_bytes), TEST(writes_reals), TEST(dumps_what_it_read),
        TEST(says_when_memory_was_out), TEST(passes_the_public_suite)
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
