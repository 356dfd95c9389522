/* Folding, tokens and numbers, in both languages. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/rng.h"
#include "sweep.h"
#include "text/number.h"
#include "text/utterance.h"

#include <string.h>

typedef struct fixture { aside_host host; aside_arena arena; } fixture;

static int set_up(void **state) {
    static fixture f;
    f.host = aside_host_complete(NULL);
    aside_arena_init(&f.arena, &f.host, 0);
    *state = &f;
    return 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    aside_arena_free(&f->arena);
    return 0;
}

static const char *normal_of(fixture *f, const char *raw) {
    aside_str normal;
    assert_int_equal(aside_text_normalise(aside_str_from(raw), &f->arena, &normal), ASIDE_OK);
    return aside_arena_copy_z(&f->arena, normal);
}

static void test_normal_forms(void **state) {
    static const struct { const char *raw, *normal; } rows[] = {
        { "What's the TIME?", "what 's the time " },
        { "What\xE2\x80\x99s the time", "what 's the time " },
        { "  turn   on, the lights!! ", "turn on the lights " },
        { "set it to 50%", "set it to 50 % " },
        { "19.5°", "19.5 ° " }, { "20℃", "20 ° c " }, { "at 7:30.", "at 7:30 " }, { "1.2.3", "1.2 3 " },
        { "to -5 degrees", "to -5 degrees " }, { "up-to-date", "up to date " }, { "covid-19", "covid 19 " },
        { "$5", "$ 5 " }, { "mp3 files", "mp3 files " }, { "rock 'n' roll", "rock n roll " }, { "the dogs' bowl", "the dogs bowl " },
        { "我美吗？", "我 美 吗 " }, { "我 美 吗", "我 美 吗 " },
        { "開燈", "开 灯 " }, { "我帥嗎", "我 帅 吗 " }, { "妳好", "你 好 " }, { "甚麼", "什 么 " },
        { "ＡＢＣ１２３", "abc123 " }, { "５０％", "50 % " }, { "打开WiFi的密码", "打 开 wifi 的 密 码 " },
        { "50度", "50 度 " }, { "K歌", "k 歌 " },
        { "Café", "café " }, { "Cafe\xCC\x81", "café " }, { "STRASSE straße", "strasse strasse " },
        { "co\xC2\xADop", "coop " }, { "👍 ok 😀", "ok " }, { "ﬁne", "fine " }, { "１．５", "1.5 " },
        { "", "" }, { "?!。，", "" }, { "\x01\x02" "a\nb\tc", "a b c " }, { "Привет", "привет " },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(normal_of(*state, rows[i].raw), rows[i].normal);
}

static void test_tokens_point_into_the_raw_text(void **state) {
    fixture *f = *state;
    aside_utterance u;
    assert_int_equal(aside_utterance_read(ASIDE_STR("Play  “Yesterday”, 播放ＡＢＣ at 50%"), &f->arena, &u), ASIDE_OK);
    static const char *const raws[] = { "Play", "Yesterday", "播", "放", "ＡＢＣ", "at", "50", "%" };
    static const aside_token_kind kinds[] = { ASIDE_TOKEN_WORD, ASIDE_TOKEN_WORD, ASIDE_TOKEN_HAN, ASIDE_TOKEN_HAN,
                                              ASIDE_TOKEN_WORD, ASIDE_TOKEN_WORD, ASIDE_TOKEN_NUMBER, ASIDE_TOKEN_SYMBOL };
    assert_int_equal(u.n_tokens, 8);
    for (size_t i = 0; i < u.n_tokens; i++) {
        aside_str raw = aside_utterance_span(&u, i, i + 1);
        assert_true(aside_str_is(raw, raws[i]));
        assert_int_equal(u.tokens[i].kind, kinds[i]);
        assert_int_equal(u.tokens[i].text.at[u.tokens[i].text.len], ' ');
    }
    assert_true(aside_str_is(aside_utterance_span(&u, 1, 4), "Yesterday”, 播放"));
    assert_int_equal(aside_utterance_span(&u, 3, 3).len, 0);
}

static void test_without(void **state) {
    fixture *f = *state;
    aside_utterance u, v;
    assert_int_equal(aside_utterance_read(ASIDE_STR("Hey Aside, what's up"), &f->arena, &u), ASIDE_OK);
    assert_int_equal(aside_utterance_without(&u, 0, 2, &f->arena, &v), ASIDE_OK);
    assert_true(aside_str_is(v.normal, "what 's up "));
    assert_int_equal(v.n_tokens, 3);
    assert_true(aside_str_is(aside_utterance_span(&v, 0, 3), "what's up"));
    assert_int_equal(aside_utterance_without(&u, 0, u.n_tokens, &f->arena, &v), ASIDE_OK);
    assert_int_equal(v.n_tokens, 0);
}

static void test_limits(void **state) {
    fixture *f = *state;
    static char big[ASIDE_LIMIT_UTTERANCE_BYTES + 1];
    aside_utterance u;
    memset(big, 'a', sizeof big);
    assert_int_equal(aside_utterance_read((aside_str){ big, sizeof big }, &f->arena, &u), ASIDE_ELIMIT);
    assert_int_equal(aside_utterance_read((aside_str){ big, sizeof big - 1 }, &f->arena, &u), ASIDE_OK);
    for (size_t i = 1; i < sizeof big; i += 2) big[i] = ' ';
    size_t most = 2 * ASIDE_LIMIT_UTTERANCE_TOKENS;
    assert_int_equal(aside_utterance_read((aside_str){ big, most }, &f->arena, &u), ASIDE_OK);
    assert_int_equal(u.n_tokens, ASIDE_LIMIT_UTTERANCE_TOKENS);
    assert_int_equal(aside_utterance_read((aside_str){ big, most + 1 }, &f->arena, &u), ASIDE_ELIMIT);
    assert_int_equal(aside_utterance_read(ASIDE_STR("\xC0\x80"), &f->arena, &u), ASIDE_ETEXT);
}

/* Random text of every kind: folding what is folded changes nothing, tokens lie in order inside the raw text. */
static void test_folding_twice_changes_nothing(void **state) {
    static const char *const pieces[] = { "a", "B", "'", "’", ".", ":", "-", " ", "7", "5", "%", "°", "我", "開", "裡", "Ａ", "é", "e\xCC\x81",
                                          "ﾊﾞ", "한", "\xE1\x84\x92\xE1\x85\xA1", "½", "℃", "ß", "İ", "👍", "\xE2\x80\x8D", "\xC2\xAD", "ﷺ", "ς", "㎏", "Ⅳ" };
    fixture *f = *state;
    aside_rng rng = { 7 };
    for (int round = 0; round < 5000; round++) {
        char raw[256] = "";
        for (uint64_t n = aside_rng_next(&rng) % 12; n > 0; n--)
            strcat(raw, pieces[aside_rng_next(&rng) % (sizeof pieces / sizeof *pieces)]);
        aside_utterance u, again;
        assert_int_equal(aside_utterance_read(aside_str_from(raw), &f->arena, &u), ASIDE_OK);
        uint32_t last = 0;
        for (size_t i = 0; i < u.n_tokens; i++) {
            assert_true(u.tokens[i].raw_at >= last && u.tokens[i].raw_at + u.tokens[i].raw_len <= strlen(raw));
            assert_true(u.tokens[i].text.len > 0);
            last = u.tokens[i].raw_at;
        }
        assert_true(aside_str_is_utf8(u.normal));
        /* The apostrophe and the minus stand apart once folded: only words without them fold to themselves. */
        if (strpbrk(raw, "'-") || strstr(raw, "’")) continue;
        assert_int_equal(aside_utterance_read(u.normal, &f->arena, &again), ASIDE_OK);
        if (!aside_str_equal(u.normal, again.normal))
            print_error("'%s' -> '%.*s' -> '%.*s'\n", raw, ASIDE_FMT(u.normal), ASIDE_FMT(again.normal));
        assert_true(aside_str_equal(u.normal, again.normal));
        aside_arena_reset(&f->arena);
    }
}

enum { NO = INT32_MIN };

static void test_numbers_are_read(void **state) {
    static const struct { const char *language, *raw; int thousandths; } rows[] = {
        { "en", "25", 25000 }, { "en", "19.5", 19500 }, { "en", "-3", -3000 }, { "en", "0.125", 125 }, { "en", "0.1255", NO },
        { "en", "zero", 0 }, { "en", "twenty five", 25000 }, { "en", "Twenty-Five", 25000 }, { "en", "nineteen", 19000 },
        { "en", "one hundred", 100000 }, { "en", "a hundred", 100000 }, { "en", "one hundred and five", 105000 },
        { "en", "one hundred five", 105000 }, { "en", "two thousand", 2000000 }, { "en", "two thousand and one", 2001000 },
        { "en", "twelve hundred", 1200000 }, { "en", "one thousand two hundred and thirty four", 1234000 },
        { "en", "nineteen point five", 19500 }, { "en", "point five", 500 }, { "en", "one point two five", 1250 },
        { "en", "half", 500 }, { "en", "two and a half", 2500 }, { "en", "minus five", -5000 }, { "en", "2 million", 2000000000 },
        { "en", "20 point 5", 20500 },
        { "en", "a", NO }, { "en", "one two", NO }, { "en", "twenty twenty", NO }, { "en", "hundred", NO }, { "en", "five and", NO },
        { "en", "one hundred and", NO }, { "en", "point", NO }, { "en", "lamp", NO }, { "en", "7:30", NO }, { "en", "five lamps", NO },
        { "en", "twenty ten", NO }, { "en", "one thousand thousand", NO }, { "en", "", NO },
        { "zh", "25", 25000 }, { "zh", "二十五", 25000 }, { "zh", "十", 10000 }, { "zh", "十五", 15000 }, { "zh", "两百", 200000 },
        { "zh", "兩百", 200000 }, { "zh", "一百零五", 105000 }, { "zh", "一百五", 150000 }, { "zh", "一百五十", 150000 },
        { "zh", "两千三", 2300000 }, { "zh", "一千零五十", 1050000 }, { "zh", "一万二", 12000000 }, { "zh", "三万五千", 35000000 },
        { "zh", "十二万", 120000000 }, { "zh", "幺二", 12000 }, { "zh", "一二三", 123000 }, { "zh", "半", 500 }, { "zh", "三点五", 3500 },
        { "zh", "二十点二五", 20250 }, { "zh", "负五", -5000 }, { "zh", "零", 0 }, { "zh", "19.5", 19500 }, { "zh", "3千", 3000000 },
        { "zh", "百", NO }, { "zh", "五百二百", NO }, { "zh", "点五", NO }, { "zh", "灯", NO }, { "zh", "二十五度", NO }, { "zh", "十点", NO },
        { "zh", "三点半", NO }, { "zh", "一百二三", NO },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t got = NO;
        bool ok = aside_number_read(aside_str_from(normal_of(*state, rows[i].raw)), rows[i].language, &got);
        if (ok != (rows[i].thousandths != NO) || got != rows[i].thousandths) print_error("%s: %lld\n", rows[i].raw, (long long)got);
        assert_int_equal(ok, rows[i].thousandths != NO);
        assert_int_equal(got, rows[i].thousandths);
    }
}

static void test_numbers_are_said(void **state) {
    static const struct { const char *language; int n; const char *words; } rows[] = {
        { "en", 0, "zero" }, { "en", 7, "seven" }, { "en", 40, "forty" }, { "en", 25, "twenty five" }, { "en", 105, "one hundred and five" },
        { "en", 1000, "one thousand" }, { "en", 1005, "one thousand and five" }, { "en", 12345, "twelve thousand three hundred and forty five" },
        { "zh", 0, "零" }, { "zh", 10, "十" }, { "zh", 15, "十 五" }, { "zh", 25, "二 十 五" }, { "zh", 105, "一 百 零 五" },
        { "zh", 110, "一 百 一 十" }, { "zh", 200, "两 百" }, { "zh", 1050, "一 千 零 五 十" }, { "zh", 1005, "一 千 零 五" },
        { "zh", 20000, "两 万" }, { "zh", 10012, "一 万 零 一 十 二" },
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *words;
        assert_int_equal(aside_number_say(rows[i].n, rows[i].language, &f->arena, &words), ASIDE_OK);
        assert_string_equal(words, rows[i].words);
    }
}

static void test_what_is_said_is_read(void **state) {
    static const char *const languages[] = { "en", "zh" };
    fixture *f = *state;
    for (int64_t n = 0; n < 1000000; n += n < 2100 ? 1 : 997)
        for (int l = 0; l < 2; l++) {
            const char *words;
            int64_t got = -1;
            assert_int_equal(aside_number_say(n, languages[l], &f->arena, &words), ASIDE_OK);
            assert_true(aside_number_read(aside_str_from(normal_of(f, words)), languages[l], &got));
            assert_int_equal(got, n * 1000);
            aside_arena_reset(&f->arena);
        }
    const char *words;
    assert_int_equal(aside_number_say(1000000, "en", &f->arena, &words), ASIDE_EINVAL);
    assert_int_equal(aside_number_say(-1, "zh", &f->arena, &words), ASIDE_EINVAL);
}

static aside_status read_and_cut(const aside_host *host, void *user) {
    aside_arena arena;
    aside_utterance u, v;
    const char *words;
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_status st = aside_utterance_read(aside_str_from(user), &arena, &u);
    if (!st) st = aside_utterance_without(&u, 1, 2, &arena, &v);
    if (!st) st = aside_number_say(123456, "en", &arena, &words);
    aside_arena_free(&arena);
    return st;
}

static void test_out_of_memory(void **state) {
    (void)state;
    char text[] = "Ｗhat's a ﷺ ﷺ ﷺ ﷺ 打開客廳的燈 50% and so on and so on";
    assert_true(sweep(read_and_cut, text) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_normal_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_tokens_point_into_the_raw_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_without, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_limits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_folding_twice_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_numbers_are_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_what_is_said_is_read, set_up, tear_down),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
