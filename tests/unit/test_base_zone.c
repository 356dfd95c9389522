/* Civil time: transitions from the table, from the footer's rule, and dates that do not exist. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/zone.h"
#include "sweep.h"

#include <string.h>
#include <time.h>

typedef struct fixture { aside_host host; aside_arena arena; } fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->host = aside_host_complete(NULL);
    aside_arena_init(&f->arena, &f->host, 0);
    return *state = f, 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    aside_arena_free(&f->arena);
    free(f);
    return 0;
}

static const aside_zone *zone(fixture *f, const char *name) {
    const aside_zone *z = NULL;
    aside_error err;
    if (aside_zone_open(name, &f->arena, &z, &err)) fail_msg("%s", err.text);
    assert_string_equal(aside_zone_name(z), name);
    return z;
}

static int64_t at(const char *text) {
    int64_t ms = 0;
    if (!aside_time_parse(aside_str_from(text), &ms, NULL)) fail_msg("not a time: %s", text);
    return ms;
}

static void assert_shown(const aside_zone *z, const char *instant, const char *local) {
    char text[ASIDE_TIME_TEXT];
    aside_zone_format(z, at(instant), text);
    assert_string_equal(text, local);
    assert_int_equal(at(text), at(instant));
}

static void fixed_offsets(void **state) {
    fixture *f = *state;
    assert_int_equal(aside_zone_offset_s(zone(f, "+08:00"), 0), 8 * 3600);
    assert_int_equal(aside_zone_offset_s(zone(f, "-05:30"), 0), -(5 * 3600 + 1800));
    assert_shown(zone(f, "Z"), "2026-06-18T12:00:00Z", "2026-06-18T12:00:00+00:00");
    assert_shown(zone(f, "+08:00"), "2026-06-18T12:00:00.250Z", "2026-06-18T20:00:00.250+08:00");
}

/* tzdata 2025b writes transitions up to 2037 into the table; both sides of each must fit. */
static void berlin_changes_its_clock(void **state) {
    const aside_zone *z = zone(*state, "Europe/Berlin");
    assert_shown(z, "2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00");
    assert_shown(z, "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00");
    assert_shown(z, "2026-10-25T00:59:59Z", "2026-10-25T02:59:59+02:00");
    assert_shown(z, "2026-10-25T01:00:00Z", "2026-10-25T02:00:00+01:00");
    assert_shown(z, "1945-05-24T10:00:00Z", "1945-05-24T13:00:00+03:00");
}

static void new_york_in_a_far_year(void **state) {
    const aside_zone *z = zone(*state, "America/New_York");
    assert_shown(z, "2500-03-14T06:59:59Z", "2500-03-14T01:59:59-05:00");
    assert_shown(z, "2500-03-14T07:00:00Z", "2500-03-14T03:00:00-04:00");
    assert_shown(z, "2500-11-07T05:59:59Z", "2500-11-07T01:59:59-04:00");
    assert_shown(z, "2500-11-07T06:00:00Z", "2500-11-07T01:00:00-05:00");
}

static void other_footers(void **state) {
    fixture *f = *state;
    assert_shown(zone(f, "Australia/Sydney"), "2100-01-01T00:00:00Z", "2100-01-01T11:00:00+11:00");
    assert_shown(zone(f, "Australia/Sydney"), "2100-07-01T00:00:00Z", "2100-07-01T10:00:00+10:00");
    assert_shown(zone(f, "Europe/Dublin"), "2100-07-01T00:00:00Z", "2100-07-01T01:00:00+01:00");
    assert_shown(zone(f, "Europe/Dublin"), "2100-01-01T00:00:00Z", "2100-01-01T00:00:00+00:00");
    assert_shown(zone(f, "Asia/Kolkata"), "2100-01-01T00:00:00Z", "2100-01-01T05:30:00+05:30");
    assert_shown(zone(f, "America/Nuuk"), "2100-07-01T00:00:00Z", "2100-06-30T23:00:00-01:00");
}

static void shanghai(void **state) {
    const aside_zone *z = zone(*state, "Asia/Shanghai");
    assert_shown(z, "2026-06-18T12:00:00Z", "2026-06-18T20:00:00+08:00");
    assert_shown(z, "1988-07-01T00:00:00Z", "1988-07-01T09:00:00+09:00");
    assert_shown(z, "1890-01-01T00:00:00Z", "1890-01-01T08:05:00+08:05");      /* Local mean time, +08:05:43. */
    assert_int_equal(aside_zone_minute_of_day(z, at("2026-06-18T16:00:00Z")), 0);
    assert_int_equal(aside_zone_minute_of_day(z, at("2026-06-18T15:59:59Z")), 1439);
    assert_int_equal(aside_zone_day(z, at("2026-06-18T15:59:59Z")) + 1, aside_zone_day(z, at("2026-06-18T16:00:00Z")));
    assert_int_equal(aside_zone_day(z, at("1969-12-31T15:59:59Z")), -1);
}

/* The C library reads the same files by the same rules: ask it about every 37th hour of two centuries. */
static void agrees_with_the_c_library(void **state) {
    static const char *const names[] = { "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe",
                                         "Europe/Dublin", "Africa/Casablanca", "America/Nuuk", "Asia/Gaza" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const aside_zone *z = zone(*state, names[i]);
        setenv("TZ", names[i], 1);
        tzset();
        for (int64_t s = at("1900-01-01T00:00:00Z") / 1000; s < at("2100-01-01T00:00:00Z") / 1000; s += 37 * 3600) {
            time_t t = (time_t)s;
            struct tm tm;
            assert_non_null(localtime_r(&t, &tm));
            if (aside_zone_offset_s(z, s * 1000) != tm.tm_gmtoff)
                fail_msg("%s at %lld: %d, not %ld", names[i], (long long)s, aside_zone_offset_s(z, s * 1000), tm.tm_gmtoff);
        }
    }
    unsetenv("TZ");
    tzset();
}

static void refuses_what_is_no_zone(void **state) {
    fixture *f = *state;
    static const char *const names[] = {
        "", "Nowhere/Land", "../../../etc/passwd", "Europe/../Europe/Berlin", "/usr/share/zoneinfo/Europe/Berlin", "Europe",
        "zone.tab", "tzdata.zi", "+25:00", "+08:60", "+8:00", "+0800", "right/Europe/Berlin", "Europe/Berlin\n",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const aside_zone *z = NULL;
        aside_error err = { 0 };
        if (aside_zone_open(names[i], &f->arena, &z, &err) != ASIDE_EINVAL) fail_msg("'%s' was taken", names[i]);
        assert_null(z);
        assert_non_null(strstr(err.text, "time zone"));
    }
}

static void parses_times(void **state) {
    (void)state;
    int64_t ms;
    int offset_s = -1;
    assert_int_equal(at("1970-01-01T00:00:00Z"), 0);
    assert_int_equal(at("2000-02-29T00:00:00Z"), 951782400000);
    assert_int_equal(at("1969-12-31T23:59:59.999Z"), -1);
    assert_int_equal(at("2026-06-18t20:00:00.2509999+08:00"), at("2026-06-18T12:00:00.25Z"));
    assert_true(aside_time_parse(ASIDE_STR("2026-06-18T20:00:00-05:30"), &ms, &offset_s));
    assert_int_equal(offset_s, -19800);
}

static void refuses_times_that_do_not_exist(void **state) {
    (void)state;
    static const char *const texts[] = {
        "", "2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z",
        "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T23:60:00Z", "2026-01-01T23:59:60Z", "2026-01-01T00:00:00",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0800", "2026-01-01T00:00:00Z ", "2026-01-01 ", "26-01-01T00:00:00Z",
        "2026-1-1T00:00:00Z", "2026-01-01T00:00:00+24:00", "-026-01-01T00:00:00Z", "2026-01-01X00:00:00Z", "now"
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int64_t ms = 42;
        int offset_s = 42;
        if (aside_time_parse(aside_str_from(texts[i]), &ms, &offset_s)) fail_msg("'%s' was taken", texts[i]);
        assert_true(ms == 42 && offset_s == 42);
    }
}

/* Every day of eight centuries, forth and back. */
static void days_round_trip(void **state) {
    const aside_zone *z = zone(*state, "Z");
    int64_t expected = at("1600-01-01T00:00:00Z") / 86400000;
    for (int year = 1600; year < 2400; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= 31; day++) {
                char text[16], back[ASIDE_TIME_TEXT];
                int64_t days;
                snprintf(text, sizeof text, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);
                if (!aside_date_parse(aside_str_from(text), &days)) continue;
                assert_int_equal(days, expected++);
                aside_zone_format(z, days * 86400000, back);
                assert_memory_equal(back, text, 10);
            }
    assert_int_equal(expected, at("2400-01-01T00:00:00Z") / 86400000);
}

static void far_instants_stay_in_the_buffer(void **state) {
    fixture *f = *state;
    char text[ASIDE_TIME_TEXT];
    aside_zone_format(zone(f, "America/New_York"), INT64_MAX, text);
    assert_memory_equal(text, "9999-12-31T23:59:59", 19);
    aside_zone_format(zone(f, "America/New_York"), INT64_MIN, text);
    assert_memory_equal(text, "0000-01-01T00:00:00", 19);
}

static void hours_and_durations(void **state) {
    (void)state;
    int minute = -1;
    int64_t ms = -1;
    assert_true(aside_hour_parse(ASIDE_STR("22:00"), &minute) && minute == 1320);
    assert_true(aside_hour_parse(ASIDE_STR("24:00"), &minute) && minute == 1440);
    assert_false(aside_hour_parse(ASIDE_STR("24:01"), &minute));
    assert_false(aside_hour_parse(ASIDE_STR("8:00"), &minute));
    assert_false(aside_hour_parse(ASIDE_STR("12:60"), &minute));
    assert_true(aside_duration_parse(ASIDE_STR("250ms"), &ms) && ms == 250);
    assert_true(aside_duration_parse(ASIDE_STR("45s"), &ms) && ms == 45000);
    assert_true(aside_duration_parse(ASIDE_STR("30m"), &ms) && ms == 1800000);
    assert_true(aside_duration_parse(ASIDE_STR("4h"), &ms) && ms == 14400000);
    assert_true(aside_duration_parse(ASIDE_STR("7d"), &ms) && ms == 604800000);
    static const char *const wrong[] = { "", "d", "0d", "-1d", "1", "1.5h", "1 h", "1w", "99999999999999999999s", "9223372036854775807d" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (aside_duration_parse(aside_str_from(wrong[i]), &ms)) fail_msg("'%s' was taken", wrong[i]);
}

/* Cut anywhere and with any byte changed, a file is refused or read; what was read can be asked. */
static void try_bytes(fixture *f, const char *bytes, size_t n) {
    aside_arena arena;
    const aside_zone *z = NULL;
    char *exact = malloc(n + !n), text[ASIDE_TIME_TEXT];               /* So that a sanitizer sees its end. */
    memcpy(exact, bytes, n);
    aside_arena_init(&arena, &f->host, 0);
    aside_status st = aside_zone_read("x", (aside_str){ exact, n }, &arena, &z);
    assert_true(st == ASIDE_OK || st == ASIDE_EINVAL);
    assert_true((st == ASIDE_OK) == (z != NULL));
    if (z) aside_zone_format(z, INT64_MIN, text), aside_zone_format(z, at("2026-06-18T00:00:00Z"), text), aside_zone_format(z, INT64_MAX, text);
    aside_arena_free(&arena);
    free(exact);
}

static void survives_damaged_files(void **state) {
    fixture *f = *state;
    aside_str file;
    assert_int_equal(aside_file_read("/usr/share/zoneinfo/Europe/Berlin", ASIDE_LIMIT_ZONE_BYTES, &f->arena, &file, NULL), ASIDE_OK);
    char *bytes = aside_arena_copy_z(&f->arena, file);
    for (size_t n = 0; n <= file.len; n++) try_bytes(f, bytes, n);
    static const unsigned char flips[] = { 0x01, 0x80, 0xFF };
    for (size_t i = 0; i < file.len; i++)
        for (size_t k = 0; k < sizeof flips; k++) {
            bytes[i] = (char)((unsigned char)bytes[i] ^ flips[k]);
            try_bytes(f, bytes, file.len);
            bytes[i] = file.at[i];
        }
    const aside_zone *z;
    assert_int_equal(aside_zone_read("x", (aside_str){ bytes, file.len - 1 }, &f->arena, &z), ASIDE_EINVAL);
    assert_int_equal(aside_zone_read("x", file, &f->arena, &z), ASIDE_OK);
}

static aside_status open_berlin(const aside_host *host, void *user) {
    aside_arena arena;
    const aside_zone *z;
    (void)user;
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_status st = aside_zone_open("Europe/Berlin", &arena, &z, NULL);
    aside_arena_free(&arena);
    return st;
}

static void runs_out_of_memory(void **state) {
    (void)state;
    assert_true(sweep(open_berlin, NULL) >= 2);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(fixed_offsets), TEST(berlin_changes_its_clock), TEST(new_york_in_a_far_year), TEST(other_footers), TEST(shanghai),
        TEST(agrees_with_the_c_library), TEST(refuses_what_is_no_zone), TEST(parses_times), TEST(refuses_times_that_do_not_exist),
        TEST(days_round_trip), TEST(far_instants_stay_in_the_buffer), TEST(hours_and_durations), TEST(survives_damaged_files), TEST(runs_out_of_memory)
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
