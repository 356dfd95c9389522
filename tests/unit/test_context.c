/* test_context.c -- what is chat, what is shopping, and what nobody may be sold
 * anything beside: shares, the file of words, memory, and the shipped models. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/host.h"
#include "context/softmax.h"
#include "context/words.h"
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- a file of words, and what was reported about it ---- */

typedef struct bench {
    aside_host     host;
    aside_arena    arena;
    aside_problems problems;
    char           path[64];
    char           rules[1024];            /* Of all problems, "rule@line:column " each. */
} bench;

static void note(void *user, const aside_error *e) {
    bench *b = user;
    size_t used = strlen(b->rules);
    snprintf(b->rules + used, sizeof b->rules - used, "%s@%d:%d ", e->rule, e->line, e->column);
}

static int set_up(void **state) {
    bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->host = aside_host_complete(NULL);
    aside_arena_init(&b->arena, &b->host, 0);
    aside_problems_init(&b->problems, note, b);
    snprintf(b->path, sizeof b->path, "/tmp/aside-words-XXXXXX");
    int fd = mkstemp(b->path);
    assert_true(fd >= 0);
    close(fd);
    *state = b;
    return 0;
}

static int tear_down(void **state) {
    bench *b = *state;
    unlink(b->path);
    aside_arena_free(&b->arena);
    free(b);
    return 0;
}

static void write_words(const bench *b, const char *text) {
    FILE *f = fopen(b->path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static const aside_context_model *open_words(bench *b, const char *text) {
    const aside_context_model *m = NULL;
    write_words(b, text);
    b->rules[0] = '\0';
    assert_int_equal(aside_context_model_open(b->path, "en", &b->arena, &b->problems, &m), ASIDE_OK);
    return m;
}

static void refuses(bench *b, const char *text, const char *rules) {
    assert_null(open_words(b, text));
    assert_string_equal(b->rules, rules);
}

static aside_context weigh_all(const aside_context_model *m, const char *text, const aside_matches *matches,
                               const aside_context_memory *memory, int64_t now_ms, aside_arena *arena) {
    static const aside_matches none = { 0 };
    static const aside_context_memory blank = { { 0 }, 0 };
    aside_utterance u;
    aside_context now;
    assert_int_equal(aside_utterance_read(aside_str_from(text), arena, &u), ASIDE_OK);
    assert_int_equal(aside_context_weigh(m, &u, matches ? matches : &none, memory ? memory : &blank, now_ms, arena, &now), ASIDE_OK);
    return now;
}

static aside_context weigh(const aside_context_model *m, const char *text, bench *b) {
    return weigh_all(m, text, NULL, NULL, 0, &b->arena);
}

#define HEAD "aside: context-words/v1\nlanguage: en\n"
static const char *const small_model =
    HEAD
    "thresholds: {sponsor: {chitchat: 700, shopping: 700}, sensitive: 400, alarm: 2500}\n"
    "prior: {other: 1500}\n"
    "intent: 4000\n"
    "memory: 600\n"
    "phrases:\n"
    "  chitchat: {2500: [\"am I pretty\"]}\n"
    "  shopping: {4000: [buy], 1000: [shoes]}\n"
    "  sensitive: {3000: [pregnancy test], 2000: [died, pain], -2000: [\"phone died\"]}\n"
    "learned:\n"
    "  shopping: {-500: [\"buy time\"]}\n"
    "  sensitive: {9000: [overdraft], 2600: [bank]}\n";

/* ---- shares ---- */

static int sum(const int *x, size_t n) {
    int total = 0;
    for (size_t i = 0; i < n; i++) total += x[i];
    return total;
}

static void test_shares_add_up(void **state) {
    (void)state;
    uint64_t random = 1;
    for (int round = 0; round < 20000; round++) {
        int32_t evidence[5];
        int shares[5];
        for (int i = 0; i < 5; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            evidence[i] = (int32_t)(random >> 33) % (round % 2 ? 3000 : 1000000) * (random & 1 << 20 ? 1 : -1);
        }
        aside_softmax(evidence, 5, shares);
        assert_int_equal(sum(shares, 5), 1000);
        for (int i = 0; i < 5; i++)
            for (int k = 0; k < 5; k++)
                if (evidence[i] > evidence[k]) assert_true(shares[i] >= shares[k] - 1);     /* Rounding moves one. */
    }
}

static void test_shares_are_those_of_exp(void **state) {
    (void)state;
    int s[3];
    aside_softmax((int32_t[]){ 0, 0, 0 }, 3, s);
    assert_int_equal(s[0], 334);
    assert_int_equal(s[1], 333);
    aside_softmax((int32_t[]){ 1000, 0 }, 2, s);               /* e / (e + 1) is 0.7311 */
    assert_int_equal(s[0], 731);
    aside_softmax((int32_t[]){ 0, 2303 }, 2, s);               /* ten to one */
    assert_int_equal(s[1], 909);
    aside_softmax((int32_t[]){ INT32_MIN, INT32_MAX, 0 }, 3, s);
    assert_int_equal(s[1], 1000);
}

/* ---- the file ---- */

static void test_file_reads(void **state) {
    bench *b = *state;
    const aside_context_model *m = open_words(b, small_model);
    assert_non_null(m);
    assert_string_equal(b->rules, "");
    assert_int_equal(m->n_phrases, 10);
    assert_int_equal(m->longest, 3);
    assert_int_equal(m->alarm, 2500);
    assert_int_equal(m->sponsor_pm[ASIDE_CLASS_SHOPPING], 700);
    assert_int_equal(m->sponsor_pm[ASIDE_CLASS_SENSITIVE], 0);
    assert_non_null(open_words(b, HEAD));                      /* Nothing but the head: restrained defaults. */
}

static void test_file_mistakes_have_their_place(void **state) {
    bench *b = *state;
    refuses(b, HEAD "frases: {}\n", "key.unknown@3:1 ");
    refuses(b, "aside: context-words/v2\nlanguage: en\n", "value.unknown@1:8 ");
    refuses(b, "aside: context-words/v1\nlanguage: zh\n", "value.unknown@2:11 ");
    refuses(b, "language: en\n", "key.missing@1:1 ");
    refuses(b, HEAD "thresholds: {sponsor: {sensitive: 700}}\n", "key.unknown@3:24 ");
    refuses(b, HEAD "thresholds: {sponsor: {chitchat: 400}}\n", "yaml.range@3:34 ");
    refuses(b, HEAD "thresholds: {sensitive: 700}\n", "yaml.range@3:25 ");
    refuses(b, HEAD "phrases: {gossip: {100: [psst]}}\n", "value.unknown@3:11 ");
    refuses(b, HEAD "phrases: {chitchat: {much: [psst]}}\n", "yaml.type@3:22 ");
    refuses(b, HEAD "phrases: {chitchat: {100: psst}}\n", "yaml.type@3:27 ");
    refuses(b, HEAD "phrases: {chitchat: {100: [\"...\"]}}\n", "words.phrase@3:28 ");
    refuses(b, HEAD "phrases: {chitchat: {100: [a b c d e f g h i]}}\n", "words.phrase@3:28 ");
    refuses(b, HEAD "prior: {other: lots, gossip: 3}\nmemory: -1\n", "key.unknown@3:22 yaml.type@3:16 yaml.range@4:9 ");
    refuses(b, HEAD "phrases: {chitchat: {20001: [psst]}}\n", "yaml.range@3:22 ");
    assert_non_null(open_words(b, HEAD "phrases: {chitchat: {20000: [a b c d e f g h]}}\n"));
    const aside_context_model *m;
    b->rules[0] = '\0';
    assert_int_equal(aside_context_model_open("/nowhere/words.en.yaml", "en", &b->arena, &b->problems, &m), ASIDE_OK);
    assert_null(m);
    assert_string_equal(b->rules, "file.unreadable@0:0 ");
}

static aside_status open_and_weigh(const aside_host *host, void *path) {
    aside_arena arena;
    aside_problems problems;
    const aside_context_model *m = NULL;
    aside_utterance u;
    aside_context now;
    aside_context_memory memory = { { 0 }, 0 };
    aside_matches none = { 0 };
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_problems_init(&problems, NULL, NULL);
    aside_status st = aside_context_model_open(path, "en", &arena, &problems, &m);
    if (!st && !m) st = ASIDE_ECONFIG;
    if (!st) st = aside_utterance_read(ASIDE_STR("buy shoes"), &arena, &u);
    if (!st) st = aside_context_weigh(m, &u, &none, &memory, 0, &arena, &now);
    aside_arena_free(&arena);
    return st;
}

static void test_out_of_memory_anywhere(void **state) {
    bench *b = *state;
    write_words(b, small_model);
    assert_true(sweep(open_and_weigh, b->path) > 3);
}

/* ---- weighing ---- */

static void test_unknown_is_other(void **state) {
    bench *b = *state;
    const aside_context_model *m = open_words(b, small_model);
    const char *const unknown[] = { "asdf", "the quick brown fox", "", "\xe6\xa1\x8c\xe5\xad\x90" };
    for (int i = 0; i < 4; i++) {
        aside_context now = weigh(m, unknown[i], b);
        assert_int_equal(now.class, ASIDE_CLASS_OTHER);
        assert_int_equal(now.score_pm, 528);
        assert_false(now.sponsor);
        assert_int_equal(sum(now.scores_pm, ASIDE_CLASS_COUNT), 1000);
    }
}

static void test_phrases_add_up_once_each(void **state) {
    bench *b = *state;
    const aside_context_model *m = open_words(b, small_model);
    aside_context once = weigh(m, "I want to BUY it", b), thrice = weigh(m, "buy buy buy", b);
    assert_int_equal(once.class, ASIDE_CLASS_SHOPPING);
    assert_int_equal(once.score_pm, thrice.score_pm);
    assert_true(weigh(m, "buy shoes", b).score_pm > once.score_pm);
    assert_true(weigh(m, "buy time", b).scores_pm[ASIDE_CLASS_SHOPPING] < once.scores_pm[ASIDE_CLASS_SHOPPING]);
    assert_int_equal(weigh(m, "Am I pretty?", b).class, ASIDE_CLASS_CHITCHAT);
    assert_int_equal(weigh(m, "am I very pretty", b).class, ASIDE_CLASS_OTHER);       /* A run of tokens, unbroken. */
}

static void test_sponsor_only_when_sure(void **state) {
    bench *b = *state;
    const aside_context_model *m = open_words(b, small_model);
    assert_true(weigh(m, "buy it", b).sponsor);
    aside_context unsure = weigh(m, "am i pretty", b);         /* Leads, with less than 700. */
    assert_int_equal(unsure.class, ASIDE_CLASS_CHITCHAT);
    assert_in_range(unsure.score_pm, 500, 699);
    assert_false(unsure.sponsor);
}

static void test_sensitive_wins(void **state) {
    bench *b = *state;
    const aside_context_model *m = open_words(b, small_model);
    aside_context now = weigh(m, "where can i buy a pregnancy test and shoes", b);
    assert_int_equal(now.class, ASIDE_CLASS_SENSITIVE);
    assert_true(now.score_pm > 830);
    assert_false(now.sponsor);
    assert_int_equal(sum(now.scores_pm, ASIDE_CLASS_COUNT), 1000);
    /* Two lesser words raise the alarm together; one of them beside shopping does not. */
    assert_int_equal(weigh(m, "buy it she died in pain", b).class, ASIDE_CLASS_SENSITIVE);
    assert_int_equal(weigh(m, "buy it she died", b).class, ASIDE_CLASS_SHOPPING);
    assert_int_equal(weigh(m, "my phone died", b).class, ASIDE_CLASS_OTHER);
    /* A learned word cannot raise it; by its share it can. */
    assert_int_equal(weigh(m, "buy a bank", b).class, ASIDE_CLASS_SHOPPING);
    assert_int_equal(weigh(m, "buy an overdraft", b).class, ASIDE_CLASS_SENSITIVE);
}

static aside_matches matched(const aside_intent *intent, aside_match *match, int score_pm) {
    *match = (aside_match){ .intent = intent, .score_pm = score_pm };
    return (aside_matches){ match, 1 };
}

static void test_intents_speak(void **state) {
    bench *b = *state;
    const aside_context_model *m = open_words(b, small_model);
    aside_match match;
    aside_intent chat = { .name = "Chat", .class = ASIDE_CLASS_CHITCHAT }, hear = { .name = "oreo-play", .class = -1 };
    aside_intent hurt = { .name = "Hurt", .class = ASIDE_CLASS_SENSITIVE };
    aside_matches found = matched(&chat, &match, 1000);
    aside_context now = weigh_all(m, "words", &found, NULL, 0, &b->arena);
    assert_int_equal(now.class, ASIDE_CLASS_CHITCHAT);
    assert_true(now.sponsor);
    found = matched(&chat, &match, 300);                       /* Mostly free words. */
    assert_int_equal(weigh_all(m, "words", &found, NULL, 0, &b->arena).class, ASIDE_CLASS_OTHER);
    found = matched(&hear, &match, 1000);                      /* A skill's own trigger says nothing of the context. */
    assert_int_equal(weigh_all(m, "words", &found, NULL, 0, &b->arena).score_pm, 528);
    found = matched(&hurt, &match, 100);
    assert_int_equal(weigh_all(m, "buy shoes", &found, NULL, 0, &b->arena).class, ASIDE_CLASS_SENSITIVE);
}

/* ---- memory ---- */

static void test_memory_is_a_small_prior(void **state) {
    bench *b = *state;
    const aside_context_model *m = open_words(b, small_model);
    aside_context_memory memory = { { 0 }, 0 };
    aside_context chat = weigh(m, "buy shoes", b);
    for (int turn = 0; turn < 10; turn++) aside_context_remember(&memory, &chat, turn * 1000);
    aside_context fresh = weigh(m, "fox", b), after = weigh_all(m, "fox", NULL, &memory, 10000, &b->arena);
    assert_true(after.scores_pm[ASIDE_CLASS_SHOPPING] > fresh.scores_pm[ASIDE_CLASS_SHOPPING]);
    assert_int_equal(after.class, ASIDE_CLASS_OTHER);          /* Never enough by itself, */
    aside_context turned = weigh_all(m, "pregnancy test", NULL, &memory, 10000, &b->arena);
    assert_int_equal(turned.class, ASIDE_CLASS_SENSITIVE);     /* and a topic changes at once. */
}

static void test_memory_fades(void **state) {
    (void)state;
    aside_context chat = { .scores_pm = { 1000, 0, 0, 0, 0 } }, none = { .scores_pm = { 0 } };
    aside_context_memory memory = { { 0 }, 0 };
    const int64_t minute_ms = 60000;
    aside_context_remember(&memory, &chat, 0);
    assert_int_equal(memory.scores_pm[0], 500);
    aside_context_remember(&memory, &none, 3 * minute_ms);     /* One half-life, then one turn of nothing. */
    assert_int_equal(memory.scores_pm[0], 125);
    aside_context_memory copy = memory;
    aside_context_remember(&memory, &none, 0);                 /* The clock was set back: no time passed. */
    assert_int_equal(memory.scores_pm[0], 62);
    aside_context_remember(&copy, &none, INT64_C(1) << 50);
    assert_int_equal(copy.scores_pm[0], 0);
}

/* ---- what is shipped ---- */

typedef struct shipped {
    bench                     *b;
    aside_grammar             *grammar;
    const aside_context_model *model;
} shipped;

static const char *source_file(bench *b, const char *rest) {
    const char *source = getenv("ASIDE_SOURCE_DIR");
    return aside_arena_printf(&b->arena, "%s/%s", source ? source : ".", rest);
}

static void print_problem(void *user, const aside_error *e) {
    (void)user;
    print_error("%s:%d:%d: %s: %s\n", e->path, e->line, e->column, e->rule, e->text);
}

static shipped open_shipped(bench *b, const char *language) {
    shipped s = { .b = b };
    aside_grammar_builder *builder;
    aside_paths files;
    aside_problems_init(&b->problems, print_problem, NULL);
    const char *folder = source_file(b, aside_arena_printf(&b->arena, "intents/%s", language));
    const char *words = source_file(b, aside_arena_printf(&b->arena, "models/context/words.%s.yaml", language));
    assert_int_equal(aside_grammar_builder_open(language, &b->arena, &b->host, &builder), ASIDE_OK);
    assert_int_equal(aside_file_list(folder, ".yaml", &b->arena, &files, NULL), ASIDE_OK);
    for (size_t i = 0; i < files.n; i++)
        assert_int_equal(aside_grammar_add_file(builder, files.at[i], &b->problems), ASIDE_OK);
    assert_int_equal(aside_grammar_compile(builder, &b->problems, &s.grammar), ASIDE_OK);
    assert_int_equal(aside_context_model_open(words, language, &b->arena, &b->problems, &s.model), ASIDE_OK);
    assert_int_equal(b->problems.n_errors, 0);
    assert_int_equal(b->problems.n_warnings, 0);
    return s;
}

static aside_context hear(const shipped *s, const char *text) {
    aside_utterance u;
    aside_matches matches;
    assert_int_equal(aside_utterance_read(aside_str_from(text), &s->b->arena, &u), ASIDE_OK);
    assert_int_equal(aside_grammar_match(s->grammar, &u, &s->b->arena, &matches), ASIDE_OK);
    return weigh_all(s->model, text, &matches, NULL, 0, &s->b->arena);
}

typedef struct saying { const char *text; aside_class class; bool sponsor; } saying;

static void all_hold(const shipped *s, const saying *rows, size_t n) {
    for (size_t i = 0; i < n; i++) {
        aside_context now = hear(s, rows[i].text);
        if (now.class != rows[i].class || now.sponsor != rows[i].sponsor)
            print_error("'%s' is %s (%d)\n", rows[i].text, aside_class_names[now.class], now.score_pm);
        assert_int_equal(now.class, rows[i].class);
        assert_int_equal(now.sponsor, rows[i].sponsor);
    }
}

static void test_english_home(void **state) {
    static const saying rows[] = {
        { "am i pretty", ASIDE_CLASS_CHITCHAT, true },
        { "tell me something funny", ASIDE_CLASS_CHITCHAT, true },
        { "what did you eat today", ASIDE_CLASS_CHITCHAT, true },
        { "i want to buy running shoes", ASIDE_CLASS_SHOPPING, true },
        { "can I get a small latte with milk", ASIDE_CLASS_SHOPPING, true },
        { "turn on the light", ASIDE_CLASS_TASK, true },
        { "my chest hurts", ASIDE_CLASS_SENSITIVE, false },
        { "i lost my job and can't pay rent", ASIDE_CLASS_SENSITIVE, false },
        { "where can i buy a pregnancy test", ASIDE_CLASS_SENSITIVE, false },
        { "everyone would be better off without me", ASIDE_CLASS_SENSITIVE, false },
        { "asdf", ASIDE_CLASS_OTHER, false },
        { "yes please", ASIDE_CLASS_OTHER, false },
        { "stop", ASIDE_CLASS_OTHER, false },
    };
    shipped s = open_shipped(*state, "en");
    all_hold(&s, rows, sizeof rows / sizeof rows[0]);
    assert_int_not_equal(hear(&s, "my phone died").class, ASIDE_CLASS_SENSITIVE);
    aside_grammar_close(s.grammar);
}

static void test_chinese_home(void **state) {
    static const saying rows[] = {
        { "我美吗", ASIDE_CLASS_CHITCHAT, true },
        { "你今天吃了什么啊", ASIDE_CLASS_CHITCHAT, true },
        { "我想買雙跑鞋", ASIDE_CLASS_SHOPPING, true },
        { "618有什么优惠", ASIDE_CLASS_SHOPPING, true },
        { "打开客厅的灯", ASIDE_CLASS_TASK, true },
        { "我胸口疼", ASIDE_CLASS_SENSITIVE, false },
        { "我失眠好几天了", ASIDE_CLASS_SENSITIVE, false },
        { "哪里买验孕棒", ASIDE_CLASS_SENSITIVE, false },
        { "没有我大家会更好", ASIDE_CLASS_SENSITIVE, false },
        { "笑死我了", ASIDE_CLASS_CHITCHAT, true },
        { "好啊", ASIDE_CLASS_OTHER, false },
        { "闭嘴", ASIDE_CLASS_OTHER, false },
        { "阿斯顿发", ASIDE_CLASS_OTHER, false },
    };
    shipped s = open_shipped(*state, "zh");
    all_hold(&s, rows, sizeof rows / sizeof rows[0]);
    aside_grammar_close(s.grammar);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares_add_up),
        cmocka_unit_test(test_shares_are_those_of_exp),
        TEST(test_file_reads),
        TEST(test_file_mistakes_have_their_place),
        TEST(test_out_of_memory_anywhere),
        TEST(test_unknown_is_other),
        TEST(test_phrases_add_up_once_each),
        TEST(test_sponsor_only_when_sure),
        TEST(test_sensitive_wins),
        TEST(test_intents_speak),
        TEST(test_memory_is_a_small_prior),
        cmocka_unit_test(test_memory_fades),
        TEST(test_english_home),
        TEST(test_chinese_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
