/* Arena, buffer, map, strings, problems, files, random numbers, status names: the small things. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/problem.h"
#include "base/rng.h"
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct fixture {
    sweep_memory memory;
    aside_host   host;
    aside_arena  arena;
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->host = sweep_host(&f->memory);
    aside_arena_init(&f->arena, &f->host, 64);
    return *state = f, 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    aside_arena_free(&f->arena);
    bool clean = f->memory.live_bytes == 0;
    free(f);
    return clean ? 0 : -1;
}

/* ---- arena ---- */

static void arena_hands_out_zeroed_aligned_memory(void **state) {
    fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        for (size_t n = 0; n < 300; n += 7) {
            unsigned char *p = aside_arena_alloc(&f->arena, n);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
            for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
            memset(p, 0xAA, n);
        }
        aside_arena_reset(&f->arena);
        assert_int_equal(f->arena.used_bytes, 0);
    }
}

static void arena_keeps_one_block_over_a_reset(void **state) {
    fixture *f = *state;
    for (int i = 0; i < 100; i++) assert_non_null(aside_arena_alloc(&f->arena, 100));
    aside_arena_reset(&f->arena);
    size_t kept = f->memory.live_bytes, n_allocs = f->memory.n_allocs;
    assert_true(kept > 0);
    for (int i = 0; i < 40; i++) assert_non_null(aside_arena_alloc(&f->arena, 100));
    assert_int_equal(f->memory.n_allocs, n_allocs);
    aside_arena_free(&f->arena);
    assert_int_equal(f->memory.live_bytes, 0);
    aside_arena_free(&f->arena);
}

static void arena_refuses_sizes_that_overflow(void **state) {
    fixture *f = *state;
    assert_null(aside_arena_alloc(&f->arena, SIZE_MAX));
    assert_null(aside_arena_alloc(&f->arena, SIZE_MAX / 2));
    assert_null(aside_arena_alloc_array(&f->arena, SIZE_MAX / 2, 4));
    assert_non_null(aside_arena_alloc(&f->arena, 10));
}

static void arena_copies_and_prints(void **state) {
    fixture *f = *state;
    assert_string_equal(aside_arena_copy_z(&f->arena, (aside_str){ "hello", 4 }), "hell");
    assert_string_equal(aside_arena_copy(&f->arena, (aside_str){ NULL, 0 }).at, "");
    assert_string_equal(aside_arena_printf(&f->arena, "%s-%d", "a", 42), "a-42");
}

static void arena_grows_arrays(void **state) {
    fixture *f = *state;
    int *items = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < 1000; i++) {
        assert_true(ASIDE_ARENA_GROW(&f->arena, items, n, cap));
        items[n++] = i;
    }
    for (int i = 0; i < 1000; i++) assert_int_equal(items[i], i);
}

/* ---- buffer ---- */

static void buffer_grows_and_cuts(void **state) {
    fixture *f = *state;
    aside_buf b;
    aside_buf_init(&b, &f->arena);
    assert_string_equal(aside_buf_z(&b), "");
    for (int i = 0; i < 500; i++) aside_buf_printf(&b, "%03d,", i);
    aside_buf_add_z(&b, "end");
    aside_buf_add_char(&b, '.');
    assert_true(aside_buf_ok(&b));
    assert_int_equal(aside_buf_str(&b).len, 2004);
    assert_string_equal(aside_buf_z(&b) + 1996, "499,end.");
    aside_buf_cut(&b, 3);
    aside_buf_cut(&b, 7);
    assert_string_equal(aside_buf_z(&b), "000");
}

static void buffer_failure_sticks(void **state) {
    fixture *f = *state;
    aside_buf b;
    aside_buf_init(&b, &f->arena);
    aside_buf_add_z(&b, "ab");
    f->memory.fail_at = f->memory.n_allocs + 1;
    for (int i = 0; i < 500; i++) aside_buf_add_z(&b, "0123456789");
    aside_buf_add_char(&b, 'x');
    assert_false(aside_buf_ok(&b));
    assert_null(aside_buf_z(&b));
}

/* ---- map ---- */

static void map_finds_what_was_put(void **state) {
    fixture *f = *state;
    aside_map m;
    aside_map_init(&m, &f->arena);
    assert_null(aside_map_get(&m, ASIDE_STR("a")));
    for (int i = 0; i < 2000; i++) {
        char *key = aside_arena_printf(&f->arena, "key-%d", i);
        assert_int_equal(aside_map_put(&m, aside_str_from(key), key), ASIDE_OK);
    }
    assert_int_equal(m.n, 2000);
    for (int i = 0; i < 2000; i++) {
        char key[16];
        snprintf(key, sizeof key, "key-%d", i);
        assert_string_equal(aside_map_get(&m, aside_str_from(key)), key);
    }
    assert_null(aside_map_get(&m, ASIDE_STR("key-2000")));
    assert_int_equal(aside_map_put(&m, ASIDE_STR("key-7"), &m), ASIDE_OK);
    assert_ptr_equal(aside_map_get(&m, ASIDE_STR("key-7")), &m);
    assert_int_equal(m.n, 2000);
}

/* ---- strings ---- */

static void strings_answer_simple_questions(void **state) {
    (void)state;
    assert_true(aside_str_equal((aside_str){ NULL, 0 }, aside_str_from("")));
    assert_true(aside_str_starts(ASIDE_STR("policy.gap"), "policy.") && !aside_str_starts(ASIDE_STR("pol"), "policy"));
    assert_true(aside_str_ends(ASIDE_STR("a.yaml"), ".yaml") && !aside_str_ends(ASIDE_STR("yaml"), ".yaml"));
    assert_true(aside_str_is(aside_str_trim(ASIDE_STR(" \t a b \r\n")), "a b"));
    assert_int_equal(aside_str_trim(ASIDE_STR("  ")).len, 0);
}

static void strings_split(void **state) {
    (void)state;
    aside_str rest = ASIDE_STR(",, a,b c,,"), piece;
    assert_true(aside_str_split(&rest, ", ", &piece) && aside_str_is(piece, "a"));
    assert_true(aside_str_split(&rest, ", ", &piece) && aside_str_is(piece, "b"));
    assert_true(aside_str_split(&rest, ", ", &piece) && aside_str_is(piece, "c"));
    assert_false(aside_str_split(&rest, ", ", &piece));
}

static void strings_become_numbers_or_do_not(void **state) {
    (void)state;
    int64_t n = 42;
    assert_true(aside_str_to_int(ASIDE_STR("9223372036854775807"), &n) && n == INT64_MAX);
    assert_true(aside_str_to_int(ASIDE_STR("-9223372036854775808"), &n) && n == INT64_MIN);
    assert_true(aside_str_to_int(ASIDE_STR("-0"), &n) && n == 0);
    static const char *const wrong[] = { "", "-", "+1", "1 ", " 1", "1.0", "0x1", "9223372036854775808", "-9223372036854775809", "99999999999999999999" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (aside_str_to_int(aside_str_from(wrong[i]), &n)) fail_msg("'%s' was taken", wrong[i]);
    assert_int_equal(n, 0);
}

static void strings_know_utf8(void **state) {
    (void)state;
    static const char *const right[] = { "", "a", "\xC2\x80", "奥", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF", "\xEE\x80\x80" };
    static const char *const wrong[] = { "\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
                                         "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE5\xA5", "a\xC2" };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++) assert_true(aside_str_is_utf8(aside_str_from(right[i])));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) assert_false(aside_str_is_utf8(aside_str_from(wrong[i])));
    size_t at = 0;
    aside_str s = ASIDE_STR("aé奥😀");
    assert_int_equal(aside_str_next_char(s, &at), 'a');
    assert_int_equal(aside_str_next_char(s, &at), 0xE9);
    assert_int_equal(aside_str_next_char(s, &at), 0x5965);
    assert_int_equal(aside_str_next_char(s, &at), 0x1F600);
    assert_int_equal(at, s.len);
}

static void strings_find_the_nearest(void **state) {
    (void)state;
    static const char *const names[] = { "sponsor", "offer", "on_accept", NULL };
    assert_string_equal(aside_str_nearest(ASIDE_STR("sponser"), names), "sponsor");
    assert_string_equal(aside_str_nearest(ASIDE_STR("onaccept"), names), "on_accept");
    assert_null(aside_str_nearest(ASIDE_STR("price"), names));
    assert_null(aside_str_nearest(ASIDE_STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), names));
}

/* ---- problems ---- */

static void count_report(void *user, const aside_error *problem) {
    size_t *n = user;
    assert_true(problem->text[0]);
    ++*n;
}

static void problems_keep_the_first_error(void **state) {
    (void)state;
    aside_problems p;
    aside_error err = { 0 };
    size_t n_reported = 0;
    aside_problems_init(&p, count_report, &n_reported);
    assert_int_equal(aside_problems_status(&p, &err), ASIDE_OK);
    aside_problem_warn(&p, (aside_place){ "a.yaml", 1, 2 }, "w.x", "only a %s", "warning");
    assert_int_equal(aside_problems_status(&p, &err), ASIDE_OK);
    aside_problem_error(&p, (aside_place){ "a.yaml", 3, 4 }, "e.x", "first");
    aside_problem_error(&p, (aside_place){ "a.yaml", 5, 6 }, "e.y", "second");
    assert_int_equal(aside_problems_status(&p, &err), ASIDE_ECONFIG);
    assert_string_equal(err.text, "first");
    assert_true(err.line == 3 && err.column == 4 && strcmp(err.rule, "e.x") == 0);
    assert_true(n_reported == 3 && p.n_errors == 2 && p.n_warnings == 1);
}

static void problems_stop_reporting_at_their_limit(void **state) {
    (void)state;
    aside_problems p;
    size_t n_reported = 0;
    aside_problems_init(&p, count_report, &n_reported);
    for (int i = 0; i < ASIDE_LIMIT_PROBLEMS + 5; i++) aside_problem_error(&p, (aside_place){ "a", i, 0 }, "e", "x");
    assert_int_equal(n_reported, ASIDE_LIMIT_PROBLEMS);
    assert_int_equal(p.n_errors, ASIDE_LIMIT_PROBLEMS + 5);
}

/* A long text is cut between characters. */
static void problems_are_cut_at_a_character(void **state) {
    (void)state;
    char text[2000] = "";
    aside_error err;
    for (int shift = 0; shift < 3; shift++) {
        memset(text, 'x', (size_t)shift);
        text[shift] = '\0';
        for (int i = 0; i < 400; i++) strcat(text, "奥");
        assert_int_equal(aside_fail(&err, ASIDE_EINVAL, "%s", text), ASIDE_EINVAL);
        assert_true(strlen(err.text) > 500);
        assert_true(aside_str_is_utf8(aside_str_from(err.text)));
    }
    assert_int_equal(aside_fail(NULL, ASIDE_EIO, "nobody listens"), ASIDE_EIO);
}

/* ---- files ---- */

static void write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void files_are_read_and_listed_in_order(void **state) {
    fixture *f = *state;
    char folder[] = "/tmp/aside-file-XXXXXX";
    aside_str text;
    aside_paths paths;
    aside_error err = { 0 };
    assert_non_null(mkdtemp(folder));
    char *b = aside_arena_printf(&f->arena, "%s/b.yaml", folder), *hidden = aside_arena_printf(&f->arena, "%s/.c.yaml", folder);
    char *sub = aside_arena_printf(&f->arena, "%s/a", folder), *deep = aside_arena_printf(&f->arena, "%s/a/z.yaml", folder);
    mkdir(sub, 0700);
    write_file(b, "12345");
    write_file(hidden, "x");
    write_file(deep, "x");
    assert_int_equal(aside_file_list(folder, ".yaml", &f->arena, &paths, NULL), ASIDE_OK);
    assert_int_equal(paths.n, 2);
    assert_string_equal(paths.at[0], deep);
    assert_string_equal(paths.at[1], b);
    assert_int_equal(aside_file_read(b, 5, &f->arena, &text, NULL), ASIDE_OK);
    assert_string_equal(text.at, "12345");
    assert_int_equal(aside_file_read(b, 4, &f->arena, &text, &err), ASIDE_ELIMIT);
    assert_int_equal(aside_file_read(folder, 4, &f->arena, &text, &err), ASIDE_EIO);
    assert_string_equal(err.path, folder);
    unlink(b), unlink(hidden), unlink(deep), rmdir(sub), rmdir(folder);
    assert_int_equal(aside_file_list(folder, ".yaml", &f->arena, &paths, &err), ASIDE_EIO);
}

static void a_folder_within_itself_is_said(void **state) {
    fixture *f = *state;
    char folder[] = "/tmp/aside-file-XXXXXX";
    aside_paths paths;
    aside_error err = { 0 };
    assert_non_null(mkdtemp(folder));
    char *self = aside_arena_printf(&f->arena, "%s/self", folder);
    assert_int_equal(symlink(".", self), 0);
    assert_int_equal(aside_file_list(folder, ".yaml", &f->arena, &paths, &err), ASIDE_ELIMIT);
    assert_non_null(strstr(err.text, "link"));
    unlink(self), rmdir(folder);
}

static void files_stand_beside_files(void **state) {
    fixture *f = *state;
    assert_string_equal(aside_file_beside("a/b.yaml", "c", &f->arena), "a/c");
    assert_string_equal(aside_file_beside("b.yaml", "c", &f->arena), "c");
    assert_string_equal(aside_file_beside("a/b.yaml", "/c", &f->arena), "/c");
}

/* ---- random numbers and names ---- */

/* The first values of SplitMix64 seeded with 1234567, from its authors' reference code. */
static void random_numbers_are_splitmix(void **state) {
    (void)state;
    aside_rng r = { 1234567 };
    assert_true(aside_rng_next(&r) == 6457827717110365317u);
    assert_true(aside_rng_next(&r) == 3203168211198807973u);
}

static void every_status_has_a_name(void **state) {
    (void)state;
    for (int i = 0; i < ASIDE_STATUS_COUNT; i++) {
        assert_true(aside_str_starts(aside_str_from(aside_status_name((aside_status)i)), "ASIDE_"));
        assert_string_not_equal(aside_status_name((aside_status)i), "ASIDE_UNKNOWN");
        assert_string_not_equal(aside_status_text((aside_status)i), "unknown status");
    }
    assert_string_equal(aside_status_name((aside_status)999), "ASIDE_UNKNOWN");
    assert_int_equal(aside_version(), ASIDE_VERSION_MAJOR * 1000000 + ASIDE_VERSION_MINOR * 1000 + ASIDE_VERSION_PATCH);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(arena_hands_out_zeroed_aligned_memory), TEST(arena_keeps_one_block_over_a_reset),
        TEST(arena_refuses_sizes_that_overflow), TEST(arena_copies_and_prints), TEST(arena_grows_arrays),
        TEST(buffer_grows_and_cuts), TEST(buffer_failure_sticks), TEST(map_finds_what_was_put),
        TEST(strings_answer_simple_questions), TEST(strings_split), TEST(strings_become_numbers_or_do_not),
        TEST(strings_know_utf8), TEST(strings_find_the_nearest), TEST(problems_keep_the_first_error),
        TEST(problems_stop_reporting_at_their_limit), TEST(problems_are_cut_at_a_character),
        TEST(files_are_read_and_listed_in_order), TEST(files_stand_beside_files),
        TEST(a_folder_within_itself_is_said),
        TEST(random_numbers_are_splitmix), TEST(every_status_has_a_name)
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
