/* test_skill.c -- skill files: what is read, what is refused and where, the
 * shipped skills, the schema, and who is a candidate. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/host.h"
#include "base/json.h"
#include "base/zone.h"
#include "skill/candidates.h"
#include "skill/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- a folder to write skills into, and what was reported ---- */

typedef struct bench {
    aside_host     host;
    aside_arena    arena;
    aside_problems problems;
    char           folder[64], path[96];
    char           rules[2048];            /* Of all problems, "rule@line " each; warnings as "(rule)@line ". */
} bench;

static void note(void *user, const aside_error *e) {
    bench *b = user;
    size_t used = strlen(b->rules);
    bool warning = e->severity == ASIDE_SEVERITY_WARNING;
    assert_true(e->text[0] != '\0' && e->path[0] != '\0');
    snprintf(b->rules + used, sizeof b->rules - used, warning ? "(%s)@%d " : "%s@%d ", e->rule, e->line);
}

static int set_up(void **state) {
    bench *b = calloc(1, sizeof *b);
    b->host = aside_host_complete(NULL);
    aside_arena_init(&b->arena, &b->host, 0);
    aside_problems_init(&b->problems, note, b);
    snprintf(b->folder, sizeof b->folder, "/tmp/aside-skill-XXXXXX");
    assert_non_null(mkdtemp(b->folder));
    snprintf(b->path, sizeof b->path, "%s/tea-time", b->folder);
    assert_int_equal(mkdir(b->path, 0700), 0);
    snprintf(b->path, sizeof b->path, "%s/tea-time/skill.yaml", b->folder);
    *state = b;
    return 0;
}

static int tear_down(void **state) {
    bench *b = *state;
    unlink(b->path);
    b->path[strlen(b->path) - strlen("/skill.yaml")] = '\0';
    rmdir(b->path);
    rmdir(b->folder);
    aside_arena_free(&b->arena);
    free(b);
    return 0;
}

static const aside_skill *load(bench *b, const char *text) {
    const aside_skill *skill;
    FILE *f = fopen(b->path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    b->rules[0] = '\0';
    aside_problems_init(&b->problems, note, b);
    assert_int_equal(aside_skill_load(b->path, &b->arena, NULL, &b->problems, &skill), ASIDE_OK);
    assert_true((skill == NULL) == (b->problems.n_errors > 0));
    return skill;
}

/* One key a line, so that a test can change one and name its line. */
static const char *const whole[] = {
    /*  1 */ "aside: skill/v1",
    /*  2 */ "id: tea-time",
    /*  3 */ "sponsor: {name: Leaf, spoken: {en: Leaf, zh: 叶子茶}, on_behalf_of: Leaf Ltd, paid_by: Big Leaf, contact: tea@leaf.example}",
    /*  4 */ "kind: promotion",
    /*  5 */ "when: {context: [chitchat, other], hours: \"21:30-06:00\", dates: {from: 2026-06-01, to: 2026-06-18}}",
    /*  6 */ "caps: [{per: user, max: 1, every: 1d}, {per: household, max: 3, every: 7d}]",
    /*  7 */ "price: {model: cpc, bid: 0.80 CNY}",
    /*  8 */ "offer: {say: {en: A cup of tea?, zh: 喝杯茶吗？}, card: {title: {en: Tea, zh: 茶}}, answer: 15s}",
    /*  9 */ "on_accept: [{reward: {points: 5}}, {deeplink: {web: \"https://leaf.example/a\", hosts: [leaf.example]}}]",
    /* 10 */ "on_decline: {say: {en: Fine., zh: 好的。}}",
    /* 11 */ "on_unclear: {say: {en: Yes or no?, zh: 要还是不要？}}",
    /* 12 */ "tests: [{say: i am thirsty, expect: {offer: tea-time}}]",
};
enum { LINES = sizeof whole / sizeof *whole };

/* The whole file with one line replaced; `with` NULL: left out (an empty line). */
static const aside_skill *load_with(bench *b, int line, const char *with) {
    static char text[8192];
    size_t used = 0;
    for (int i = 0; i < LINES; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s\n", i + 1 == line ? with ? with : "" : whole[i]);
    return load(b, text);
}

static void expect_rules(bench *b, int line, const char *with, const char *rules) {
    load_with(b, line, with);
    if (strcmp(b->rules, rules) != 0) fail_msg("'%s': expected '%s', found '%s'", with ? with : "(left out)", rules, b->rules);
}

/* ---- what is read ---- */

static void a_whole_skill_is_read(void **state) {
    bench *b = *state;
    const aside_skill *s = load_with(b, 0, NULL);
    assert_non_null(s);
    assert_string_equal(b->rules, "");
    assert_string_equal(s->id, "tea-time");
    assert_string_equal(s->campaign, "tea-time");
    assert_string_equal(s->sponsor.paid_by, "Big Leaf");
    assert_string_equal(s->sponsor.spoken.in[ASIDE_LANG_ZH], "叶子茶");
    assert_int_equal(s->kind, ASIDE_KIND_PROMOTION);
    assert_int_equal(s->classes, 1u << ASIDE_CLASS_CHITCHAT | 1u << ASIDE_CLASS_OTHER);
    assert_int_equal(s->scenes, 7);
    assert_int_equal(s->surfaces, 1u << ASIDE_SURFACE_SPEECH | 1u << ASIDE_SURFACE_CARD);
    assert_int_equal(s->from_minute, 21 * 60 + 30);
    assert_int_equal(s->to_minute, 6 * 60);
    assert_int_equal(s->to_day - s->from_day, 17);
    assert_int_equal(s->n_caps, 2);
    assert_int_equal(s->caps[1].per, ASIDE_CAP_HOUSEHOLD);
    assert_int_equal(s->caps[1].max, 3);
    assert_int_equal(s->caps[1].every_ms, 7 * 86400000LL);
    assert_string_equal(s->price_model, "cpc");
    assert_int_equal(s->bid_micros, 800000);
    assert_string_equal(s->currency, "CNY");
    assert_string_equal(s->offer.in[ASIDE_LANG_ZH], "喝杯茶吗？");
    assert_int_equal(s->answer_ms, 15000);
    assert_int_equal(s->n_steps, 2);
    assert_int_equal(s->steps[0].points, 5);
    assert_string_equal(s->steps[1].web, "https://leaf.example/a");
    assert_int_equal(strlen(s->sha256), 64);
}

static void what_is_left_out_has_its_default(void **state) {
    bench *b = *state;
    const aside_skill *s = load(b,
        "aside: skill/v1\nid: tea-time\nsponsor: {name: Leaf}\nwhen: {hear: {en: [tea please], zh: [来杯茶]}}\n"
        "offer: {say: {en: Tea?, zh: 茶？}}\non_accept: [{say: {en: Here., zh: 给。}}]\non_decline: {say: {en: Fine., zh: 好。}}\n");
    assert_non_null(s);
    assert_string_equal(b->rules, "(skill.no-tests)@1 (skill.contact)@1 (skill.no-unclear)@1 ");
    assert_string_equal(s->sponsor.paid_by, "Leaf");
    assert_string_equal(s->sponsor.contact, "Leaf");
    assert_string_equal(s->sponsor.spoken.in[ASIDE_LANG_ZH], "Leaf");
    assert_int_equal(s->n_hear, 2);
    assert_int_equal(s->classes, 0);
    assert_int_equal(s->answer_ms, 20000);
    assert_int_equal(s->from_minute, s->to_minute);
    assert_true(s->from_day == INT64_MIN && s->to_day == INT64_MAX);
    assert_null(s->price_model);
    assert_null(s->on_unclear.in[ASIDE_LANG_EN]);
}

static void tests_inside_are_read(void **state) {
    bench *b = *state;
    const aside_skill *s = load_with(b, 12,
        "tests: [{say: 我美吗, expect: {held: sensitive, none: true}, consent: none, child: true}, {turns: [{say: a, expect: "
        "{context: task}}, {say: b, lang: en, expect: {outcome: accept, step: reward}}], consent: [push, offers], "
        "now: \"2026-06-18T20:00:00+08:00\", surfaces: [card, speech], guest: yes}]");
    assert_non_null(s);
    assert_int_equal(s->n_tests, 2);
    assert_int_equal(s->tests[0].n_turns, 1);
    assert_string_equal(s->tests[0].turns[0].expect_held, "sensitive");
    assert_string_equal(s->tests[0].turns[0].expect_outcome, "none");
    assert_string_equal(s->tests[0].consent, "");
    assert_true(s->tests[0].child && !s->tests[0].guest);
    assert_int_equal(s->tests[1].n_turns, 2);
    assert_string_equal(s->tests[1].turns[1].expect_step, "reward");
    assert_string_equal(s->tests[1].turns[1].lang, "en");
    assert_string_equal(s->tests[1].consent, "offers,push");
    assert_string_equal(s->tests[1].surfaces, "speech,card");
    assert_true(s->tests[1].guest);
}

/* ---- what is refused, and where ---- */

/* One row: this in that line breaks these rules. */
static const struct { int line; const char *with, *rules; } refused[] = {
    { 1, NULL, "skill.format@2 " },
    { 1, "aside: skill/v2", "skill.format@1 " },
    { 2, NULL, "skill.id@1 " },
    { 2, "id: Tea", "skill.id@2 " },
    { 2, "id: coffee", "skill.test@12 skill.id@2 " },
    { 3, "sponsor: {paid_by: x, contact: y}", "skill.sponsor@3 " },
    { 3, "sponsor: {name: 系统通知, contact: y}", "skill.imitates@3 " },
    { 3, "sponsor: {name: Leaf, contact: y, pays: z}", "key.unknown@3 " },
    { 4, "kind: game", "value.unknown@4 " },
    { 4, "knd: promotion", "key.unknown@4 " },
    { 4, "budget: {total: 50000 CNY}", "skill.later@4 " },
    { 5, NULL, "skill.when@1 " },
    { 5, "when: {hours: \"08:00-22:00\"}", "skill.when@5 " },
    { 5, "when: {context: [sensitive]}", "skill.sensitive@5 " },
    { 5, "when: {context: [chitchat, chitchat]}", "skill.twice@5 " },
    { 5, "when: {context: []}", "skill.empty@5 " },
    { 5, "when: {hear: {en: [\"\"], zh: [\"\"]}}", "skill.empty@5 skill.empty@5 " },
    { 5, "when: {hear: {zh: [来杯茶]}}", "(skill.language)@5 " },
    { 5, "when: {context: [other], surfaces: [speech, card, splash]}", "skill.later@5 " },
    { 5, "when: {context: [other], surfaces: [card, floating_ball]}", "skill.when@5 " },
    { 5, "when: {context: [other], surfaces: [speech]}", "skill.card@1 " },
    { 5, "when: {context: [other], hours: \"8-25\"}", "skill.hours@5 " },
    { 5, "when: {context: [other], hours: \"08:00-08:00\"}", "skill.hours@5 " },
    { 5, "when: {context: [other], dates: {from: 2026-02-30}}", "skill.dates@5 " },
    { 5, "when: {context: [other], dates: {from: 2026-06-18, to: 2026-06-01}}", "skill.dates@5 " },
    { 6, "caps: [{per: user, max: 0, every: 1d}]", "yaml.range@6 " },
    { 6, "caps: [{per: user, max: 1, every: 31d}]", "skill.duration@6 " },
    { 6, "caps: [{per: user, max: 1, every: 1s}]", "skill.duration@6 " },
    { 6, "caps: [{per: user, max: 1}]", "skill.cap@6 " },
    { 6, "caps: [{per: user, max: 1, every: 1d}, {per: user, max: 2, every: 24h}]", "skill.cap@6 " },
    { 7, "price: {model: cpc, bid: 0.8000001 CNY}", "skill.price@7 " },
    { 7, "price: {model: cpc, bid: 0.80}", "skill.price@7 " },
    { 7, "price: {model: cps, bid: 0.80 CNY}", "value.unknown@7 " },
    { 8, "offer: {say: {en: This ad is for tea, zh: 喝杯茶吗？}}", "skill.label@8 " },
    { 8, "offer: {say: {en: Tea?, zh: 這是廣 告哦}}", "skill.label@8 " },
    { 8, "offer: {say: {en: \"System  Notice: tea\", zh: 茶？}}", "skill.imitates@8 " },
    { 8, "offer: {say: {en: Tea?, zh: 小爱同学：喝茶吧}}", "skill.imitates@8 " },
    { 8, "offer: {say: {en: Tea?, zh: 国家级好茶}}", "skill.superlative@8 " },
    { 8, "offer: {say: {en: Tea?, zh: 快让爸爸妈妈买茶}}", "skill.child@8 " },
    { 8, "offer: {say: {en: Ask your mom to please buy it, zh: 叫妈妈给你们买杯茶}}", "skill.child@8 skill.child@8 " },
    { 8, "offer: {say: {en: Add some tea to your day, zh: 让妈妈休息一下，再给自己泡杯茶，茶叶可以在店里买}}", "" },
    { 8, "offer: {say: {en: Tea?}}", "(skill.language)@8 " },
    { 8, "offer: {say: {}}", "(skill.language)@8 (skill.language)@8 skill.empty@8 " },
    { 8, "offer: {say: Tea?}", "yaml.type@8 " },
    { 8, "offer: {say: {en: \"Te\\u202Ea\", zh: 茶}}", "skill.hidden@8 " },
    { 8, "offer: {say: {en: Tea?, zh: 茶？}, variants: [{say: {en: Tea!}}]}", "skill.later@8 " },
    { 8, "offer: {say: {en: Tea?, zh: 茶？}, answer: 1s}", "skill.duration@8 " },
    { 9, NULL, "skill.no-accept@1 " },
    { 9, "on_accept: []", "skill.empty@9 " },
    { 9, "on_accept: [{dance: {}}]", "value.unknown@9 " },
    { 9, "on_accept: [{reward: {points: 5}, say: {en: a, zh: 啊}}]", "skill.step@9 " },
    { 9, "on_accept: [{reward: {points: -5}}]", "yaml.range@9 " },
    { 9, "on_accept: [{minigame: {url: \"http://leaf.example/\"}}]", "skill.url@9 " },
    { 9, "on_accept: [{minigame: {url: \"https://leaf.example/\", needs: [ar]}}]", "(skill.fallback)@9 " },
    { 9, "on_accept: [{minigame: {url: \"https://leaf.example/\", needs: [wings]}}]", "value.unknown@9 " },
    { 9, "on_accept: [{deeplink: {web: \"https://leaf.example/\"}}]", "skill.host@9 " },
    { 9, "on_accept: [{deeplink: {web: \"https://evil.example/\", hosts: [leaf.example]}}]", "skill.host@9 " },
    { 9, "on_accept: [{deeplink: {web: \"https://leaf.example.evil.example/\", hosts: [leaf.example]}}]", "skill.host@9 " },
    { 9, "on_accept: [{deeplink: {web: \"https://leaf.example@evil.example/\", hosts: [leaf.example]}}]", "skill.url@9 " },
    { 9, "on_accept: [{deeplink: {web: \"https://leaf.example\\\\.evil.example/\", hosts: [leaf.example]}}]", "skill.url@9 " },
    { 9, "on_accept: [{deeplink: {web: \"https://10.0.0.1/\", hosts: [10.0.0.1]}}]", "skill.url@9 skill.host@9 " },
    { 9, "on_accept: [{deeplink: {app: \"javascript://x\", web: \"https://leaf.example/\", hosts: [leaf.example]}}]", "skill.url@9 " },
    { 9, "on_accept: [{reminder: {after: 1d}}]", "skill.step@9 " },
    { 9, "on_accept: [{reminder: {after: 40d, say: {en: Tea, zh: 茶}}}]", "skill.duration@9 " },
    { 10, NULL, "skill.no-decline@1 " },
    { 10, "on_decline: {say: {en: No more ads., zh: 不再推广告了。}}", "" },
    { 10, "on_decline: {}", "skill.say@10 " },
    { 11, NULL, "(skill.no-unclear)@1 " },
    { 12, NULL, "(skill.no-tests)@1 " },
    { 12, "tests: [{say: \"\", expect: {none: true}}]", "skill.empty@12 " },
    { 12, "tests: [{say: a}]", "skill.test@12 " },
    { 12, "tests: [{say: a, expect: {}}]", "skill.test@12 " },
    { 12, "tests: [{say: a, expect: {offer: other}}]", "skill.test@12 " },
    { 12, "tests: [{say: a, expect: {offer: tea-time, none: true}}]", "skill.test@12 " },
    { 12, "tests: [{say: a, expect: {held: sensitiv}}]", "value.unknown@12 " },
    { 12, "tests: [{say: a, expect: {none: true}, turns: [{say: a, expect: {none: true}}]}]", "skill.test@12 " },
    { 12, "tests: [{say: a, expect: {none: true}, now: \"2026-13-01T00:00:00Z\"}]", "skill.test@12 " },
    { 12, "tests: [{say: a, expect: {none: true}, consent: ofers}]", "value.unknown@12 " },
};

static void what_is_wrong_is_told_with_its_place(void **state) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        expect_rules(*state, refused[i].line, refused[i].with, refused[i].rules);
}

static void every_problem_is_told_not_only_the_first(void **state) {
    bench *b = *state;
    assert_null(load(b, "aside: skill/v1\nid: tea-time\nkind: game\nwhen: {context: [sensitive]}\noffer: {}\n"));
    assert_string_equal(b->rules, "skill.sponsor@1 value.unknown@3 skill.sensitive@4 skill.offer@5 skill.no-accept@1 skill.no-decline@1 "
                                  "(skill.no-tests)@1 (skill.contact)@1 (skill.no-unclear)@1 ");
    assert_null(load(b, "[1, 2]\n"));
    assert_string_equal(b->rules, "yaml.type@1 ");
    assert_null(load(b, ""));
    assert_string_equal(b->rules, "yaml.empty@1 ");
}

static void a_missing_file_is_a_problem(void **state) {
    bench *b = *state;
    const aside_skill *skill;
    assert_int_equal(aside_skill_load("/nowhere/skill.yaml", &b->arena, NULL, &b->problems, &skill), ASIDE_OK);
    assert_null(skill);
    assert_string_equal(b->rules, "file.unreadable@0 ");
}

/* n words, or n Chinese characters, are still fine; one more is not. */
static const char *long_offer(int n_words, int n_han) {
    static char text[2048];
    size_t used = (size_t)snprintf(text, sizeof text, "offer: {say: {en: \"");
    for (int i = 0; i < n_words; i++) used += (size_t)snprintf(text + used, sizeof text - used, "%s", i ? " it's" : "it's");
    used += (size_t)snprintf(text + used, sizeof text - used, "\", zh: \"");
    for (int i = 0; i < n_han; i++) used += (size_t)snprintf(text + used, sizeof text - used, i % 10 ? "茶" : "，茶");
    snprintf(text + used, sizeof text - used, "\"}}");
    return text;
}

static void an_offer_is_said_in_twelve_seconds(void **state) {
    expect_rules(*state, 8, long_offer(ASIDE_LIMIT_SPOKEN_WORDS, ASIDE_LIMIT_SPOKEN_HAN), "");
    expect_rules(*state, 8, long_offer(ASIDE_LIMIT_SPOKEN_WORDS + 1, ASIDE_LIMIT_SPOKEN_HAN), "skill.words@8 ");
    expect_rules(*state, 8, long_offer(ASIDE_LIMIT_SPOKEN_WORDS, ASIDE_LIMIT_SPOKEN_HAN + 1), "skill.words@8 ");
}

static void lists_have_limits(void **state) {
    static char text[16384];
    for (int n = ASIDE_LIMIT_STEPS; n <= ASIDE_LIMIT_STEPS + 1; n++) {
        size_t used = (size_t)snprintf(text, sizeof text, "on_accept: [");
        for (int i = 0; i < n; i++) used += (size_t)snprintf(text + used, sizeof text - used, "{reward: {points: 1}}, ");
        snprintf(text + used - 2, sizeof text - used + 2, "]");
        expect_rules(*state, 9, text, n > ASIDE_LIMIT_STEPS ? "skill.size@9 " : "");
    }
    for (int n = ASIDE_LIMIT_CAPS; n <= ASIDE_LIMIT_CAPS + 1; n++) {
        size_t used = (size_t)snprintf(text, sizeof text, "caps: [");
        for (int i = 0; i < n; i++) used += (size_t)snprintf(text + used, sizeof text - used, "{per: user, max: 1, every: %dh}, ", i + 1);
        snprintf(text + used - 2, sizeof text - used + 2, "]");
        expect_rules(*state, 6, text, n > ASIDE_LIMIT_CAPS ? "skill.size@6 " : "");
    }
}

static void money_is_exact(void **state) {
    static const struct { const char *text; int64_t micros; } good[] = {
        { "0.80 CNY", 800000 }, { "0 EUR", 0 }, { "12 USD", 12000000 }, { "0.000001 CNY", 1 }, { "1000000 CNY", 1000000000000 },
    };
    static const char *const bad[] = { "", "1", "CNY", "-1 CNY", "+1 CNY", ".5 CNY", "5. CNY", "1,5 CNY", "1e3 CNY", "01 CNY", "0.0000001 CNY",
                                       "1 cny", "1 YUAN", "1 CNY x", "1000000.000001 CNY", "99999999999999999999 CNY" };
    int64_t micros = -1;
    char currency[4] = "???";
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (aside_skill_parse_money(aside_str_from(bad[i]), &micros, currency)) fail_msg("'%s' was taken", bad[i]);
    assert_string_equal(currency, "???");
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(aside_skill_parse_money(aside_str_from(good[i].text), &micros, currency));
        assert_int_equal(micros, good[i].micros);
    }
}

/* ---- the shipped skills, the schema ---- */

static const char *in_source(bench *b, const char *path) {
    const char *dir = getenv("ASIDE_SOURCE_DIR");
    return aside_arena_printf(&b->arena, "%s/%s", dir ? dir : ".", path);
}

static void the_shipped_skills_have_no_problem(void **state) {
    static const char *const paths[] = { "skills/oreo-play/skill.yaml", "skills/sale-venue-618/skill.yaml" };
    bench *b = *state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const aside_skill *skill;
        assert_int_equal(aside_skill_load(in_source(b, paths[i]), &b->arena, NULL, &b->problems, &skill), ASIDE_OK);
        assert_string_equal(b->rules, "");
        assert_non_null(skill);
        assert_true(skill->n_tests >= 10);
        for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++) assert_non_null(skill->offer.in[lang]);
    }
}

static bool lists(const aside_json *array, const char *name) {
    const char *item;
    for (size_t i = 0; i < aside_json_length(array); i++)
        if (aside_json_str(aside_json_at(array, i), &item) && strcmp(item, name) == 0) return true;
    return false;
}

static void compare_section(const aside_json *schema, const aside_skill_section *section) {
    const aside_json *properties = aside_json_get(schema, "properties");
    size_t n_now = 0, n_needed = 0;
    for (const aside_skill_field *f = section->fields; f->name; f++) {
        bool later = f->read == aside_skill_read_later;
        n_now += !later, n_needed += f->missing != NULL;
        if ((aside_json_get(properties, f->name) == NULL) != later) fail_msg("schema and reader differ in %s.%s", section->name, f->name);
        if (lists(aside_json_get(schema, "required"), f->name) != (f->missing != NULL))
            fail_msg("schema and reader differ in whether %s.%s is needed", section->name, f->name);
    }
    assert_int_equal(aside_json_length(properties), n_now);
    assert_int_equal(aside_json_length(aside_json_get(schema, "required")), n_needed);
}

static void compare_sections(const aside_json *schema, const aside_skill_section *sections) {
    for (; sections->name; sections++) {
        const aside_json *defs = aside_json_get(schema, "$defs");
        const char *name = strcmp(sections->name, "say") == 0 ? "words" : sections->name;    /* The step `say` is its words. */
        compare_section(strcmp(name, "skill") == 0 ? schema : aside_json_get(defs, name), sections);
    }
}

static void the_schema_has_the_same_keys(void **state) {
    bench *b = *state;
    aside_str text;
    aside_json *schema;
    assert_int_equal(aside_file_read(in_source(b, "config/schema/skill.v1.json"), ASIDE_LIMIT_YAML_BYTES, &b->arena, &text, NULL), ASIDE_OK);
    assert_int_equal(aside_json_parse(text, &schema, NULL), ASIDE_OK);
    compare_sections(schema, aside_skill_sections);
    compare_sections(schema, aside_skill_step_sections);
    compare_sections(schema, aside_skill_test_sections);
    aside_json_free(schema);
}

/* ---- who is a candidate ---- */

static void candidates_are_those_whose_trigger_it_was(void **state) {
    bench *b = *state;
    const char *intents[] = { "orderDrink" };
    aside_skill by_context = { .id = "by-context" }, by_intent = { .id = "by-intent", .intents = intents, .n_intents = 1 },
                by_hear = { .id = "by-hear", .n_hear = 2 };
    const aside_skill *const all[] = { &by_context, &by_intent, &by_hear };
    aside_skills skills = { all, 3 };
    aside_intent drink = { .name = "orderDrink" }, heard = { .name = "by-hear", .skill = "by-hear" }, same_name = { .name = "by-hear" };
    aside_match m[] = { { .intent = &heard, .score_pm = 1000 }, { .intent = &drink, .score_pm = 900 }, { .intent = &drink, .score_pm = 800 } };
    aside_candidates c;
    assert_int_equal(aside_skill_find_candidates(&skills, &(aside_matches){ m, 3 }, &b->arena, &c), ASIDE_OK);
    assert_int_equal(c.n, 3);
    assert_ptr_equal(c.at[0].skill, &by_context);
    assert_null(c.at[0].match);
    assert_ptr_equal(c.at[1].match, &m[1]);                    /* The better of two. */
    assert_ptr_equal(c.at[2].match, &m[0]);
    aside_match other = { .intent = &same_name };              /* An intent of a file that happens to have the skill's name. */
    assert_int_equal(aside_skill_find_candidates(&skills, &(aside_matches){ &other, 1 }, &b->arena, &c), ASIDE_OK);
    assert_int_equal(c.n, 1);
    assert_int_equal(aside_skill_find_candidates(&(aside_skills){ NULL, 0 }, &(aside_matches){ NULL, 0 }, &b->arena, &c), ASIDE_OK);
    assert_int_equal(c.n, 0);
}

/* From the file through the grammar to the candidate, in both languages. */
static void sentences_to_hear_reach_their_grammar(void **state) {
    static const char *const said[ASIDE_LANG_COUNT] = { "some tea please", "来杯茶" };
    bench *b = *state;
    aside_grammar_builder *builders[ASIDE_LANG_COUNT];
    const aside_skill *skill;
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++)
        assert_int_equal(aside_grammar_builder_open(aside_lang_names[lang], &b->arena, &b->host, &builders[lang]), ASIDE_OK);
    load_with(b, 5, "when: {hear: {en: [\"[some] tea please\"], zh: [\"来[一]杯茶\"]}}");
    assert_int_equal(aside_skill_load(b->path, &b->arena, builders, &b->problems, &skill), ASIDE_OK);
    assert_non_null(skill);
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++) {
        aside_grammar *grammar;
        aside_utterance u;
        aside_matches matches;
        aside_candidates c;
        assert_int_equal(aside_grammar_compile(builders[lang], &b->problems, &grammar), ASIDE_OK);
        assert_non_null(grammar);
        assert_int_equal(aside_utterance_read(aside_str_from(said[lang]), &b->arena, &u), ASIDE_OK);
        assert_int_equal(aside_grammar_match(grammar, &u, &b->arena, &matches), ASIDE_OK);
        assert_int_equal(aside_skill_find_candidates(&(aside_skills){ &skill, 1 }, &matches, &b->arena, &c), ASIDE_OK);
        assert_int_equal(c.n, 1);
        assert_non_null(c.at[0].match);
        assert_int_equal(c.at[0].match->at.line, 5);
        aside_grammar_close(grammar);
    }
}

static void words_of_devices_are_bits(void **state) {
    size_t n_unknown;
    (void)state;
    assert_int_equal(aside_device_bits("card, speech hologram,,ar", aside_surface_names, &n_unknown),
                     1u << ASIDE_SURFACE_CARD | 1u << ASIDE_SURFACE_SPEECH);
    assert_int_equal(n_unknown, 2);
    assert_int_equal(aside_device_bits("", aside_capability_names, &n_unknown), 0);
    assert_int_equal(n_unknown, 0);
    assert_int_equal(aside_device_name_index("public", aside_scene_names), ASIDE_SCENE_PUBLIC);
    assert_int_equal(aside_device_name_index("appliance", aside_device_kind_names), ASIDE_DEVICE_APPLIANCE);
    assert_int_equal(aside_device_name_index("native", aside_surface_names), ASIDE_SURFACE_NATIVE);
    assert_int_equal(aside_device_name_index("toaster", aside_device_kind_names), -1);
    assert_int_equal(aside_lang_from("zh-CN"), ASIDE_LANG_ZH);
    assert_int_equal(aside_lang_from("en"), ASIDE_LANG_EN);
    assert_int_equal(aside_lang_from("eng"), -1);
    assert_int_equal(aside_lang_from(""), -1);
    assert_int_equal(aside_lang_from(NULL), -1);
}

/* ---- out of memory, anywhere ---- */

typedef struct meter { size_t n_left; } meter;

static void *metered(void *user, void *old, size_t old_size, size_t new_size) {
    meter *m = user;
    (void)old_size;
    if (new_size == 0) return free(old), NULL;
    return m->n_left == 0 ? NULL : (m->n_left--, realloc(old, new_size));
}

static void running_out_of_memory_is_a_status(void **state) {
    bench *b = *state;
    load_with(b, 0, NULL);
    aside_status st = ASIDE_ENOMEM;
    for (size_t n = 0; st == ASIDE_ENOMEM; n++) {
        meter m = { n };
        aside_host host = aside_host_complete(&(aside_host){ .user = &m, .realloc = metered });
        aside_arena arena;
        const aside_skill *skill;
        aside_arena_init(&arena, &host, 64);
        st = aside_skill_load(b->path, &arena, NULL, &b->problems, &skill);
        assert_true((st == ASIDE_OK) == (skill != NULL));
        aside_arena_free(&arena);
        assert_true(n < 100);
    }
    assert_int_equal(st, ASIDE_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_whole_skill_is_read), TEST(what_is_left_out_has_its_default), TEST(tests_inside_are_read),
        TEST(what_is_wrong_is_told_with_its_place), TEST(every_problem_is_told_not_only_the_first), TEST(a_missing_file_is_a_problem),
        TEST(an_offer_is_said_in_twelve_seconds), TEST(lists_have_limits), TEST(money_is_exact),
        TEST(the_shipped_skills_have_no_problem), TEST(the_schema_has_the_same_keys),
        TEST(candidates_are_those_whose_trigger_it_was), TEST(sentences_to_hear_reach_their_grammar),
        TEST(words_of_devices_are_bits), TEST(running_out_of_memory_is_a_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
