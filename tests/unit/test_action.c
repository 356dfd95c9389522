/* test_action.c -- offers (label, words, surfaces) and the steps after a yes. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "action/steps.h"
#include "base/host.h"
#include "base/json.h"
#include "skill/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOW_MS_PER_DAY = 86400000 };
#define NOON_MS 1781755200000              /* 2026-06-18T12:00:00+08:00 */

typedef struct bench {
    aside_host        host;
    aside_arena       arena;
    const aside_zone *zone;
    /* The rewarder: what it was asked, and whether it fails. */
    char              key[128];
    int64_t           balance, granted_ms;
    int               n_grants;
    bool              broken;
} bench;

static int set_up(void **state) {
    bench *b = calloc(1, sizeof *b);
    b->host = aside_host_complete(NULL);
    aside_arena_init(&b->arena, &b->host, 0);
    assert_int_equal(aside_zone_open("+08:00", &b->arena, &b->zone, NULL), ASIDE_OK);
    *state = b;
    return 0;
}

static int tear_down(void **state) {
    bench *b = *state;
    aside_arena_free(&b->arena);
    free(b);
    return 0;
}

static aside_status grant(void *user, const char *key, int points, int64_t now_ms, int64_t *balance) {
    bench *b = user;
    b->granted_ms = now_ms;
    if (b->broken) return ASIDE_ESTORE;
    b->n_grants++;
    snprintf(b->key, sizeof b->key, "%s", key);
    *balance = b->balance += points;
    return ASIDE_OK;
}

static aside_rewarder rewarder(bench *b) { return (aside_rewarder){ b, grant }; }

/* ---- skills made by hand ---- */

static const char *hosts[] = { "leaf.example" };
static const aside_step all_kinds[] = {
    { .kind = ASIDE_STEP_MINIGAME, .url = "https://leaf.example/game", .needs = 1u << ASIDE_CAPABILITY_AR | 1u << ASIDE_CAPABILITY_TOUCH,
      .fallback = "voice_quiz", .say = { { "Go.", "开始。" } } },
    { .kind = ASIDE_STEP_REWARD, .points = 50, .say = { { "50 points.", "50积分。" } } },
    { .kind = ASIDE_STEP_DEEPLINK, .app = "leaf://box", .web = "https://leaf.example:8443/box?a=1", .hosts = hosts, .n_hosts = 1 },
    { .kind = ASIDE_STEP_REMINDER, .after_ms = NOW_MS_PER_DAY, .say = { { "Tea is ready.", "茶好了。" } } },
    { .kind = ASIDE_STEP_SAY, .say = { { "Bye.", "再见。" } } },
};
static const aside_step hard_game = { .kind = ASIDE_STEP_MINIGAME, .url = "https://leaf.example/game", .needs = 1u << ASIDE_CAPABILITY_AR };

static aside_skill tea(void) {
    return (aside_skill){
        .id = "tea-time", .sponsor = { .name = "Leaf", .spoken = { { "Leaf", "叶子茶" } } },
        .surfaces = ASIDE_SKILL_SURFACES, .offer = { { "Tea \"now\"?", "喝茶吗？" } }, .card_title = { { "Tea", NULL } },
        .answer_ms = 20000, .steps = all_kinds, .n_steps = sizeof all_kinds / sizeof *all_kinds,
    };
}

static const aside_offer *compose(bench *b, const aside_skill *skill, aside_lang lang, uint32_t surfaces) {
    const aside_offer *o = NULL;
    aside_device device = { .surfaces = surfaces };
    aside_moment m = { .device = &device, .now_ms = NOON_MS };
    aside_candidate winner = { skill, NULL };
    aside_verdicts v = { .winner = &winner };
    assert_int_equal(aside_offer_compose(&v, &m, lang, "7f3a-1-a", &b->arena, &o), ASIDE_OK);
    assert_non_null(o);
    return o;
}

static const char *surfaces_of(bench *b, const aside_offer *o) {
    aside_buf buf;
    aside_buf_init(&buf, &b->arena);
    assert_int_equal(aside_offer_surfaces_json(o, &buf), ASIDE_OK);
    return aside_buf_z(&buf);
}

/* ---- offers ---- */

static void the_label_comes_first_then_the_sponsor(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    const aside_offer *o = compose(b, &skill, ASIDE_LANG_EN, 1u << ASIDE_SURFACE_SPEECH);
    assert_string_equal(o->say, "Ad from Leaf. Tea \"now\"?");
    assert_string_equal(o->label, "Ad");
    assert_string_equal(o->action_id, "7f3a-1-a");
    assert_true(o->at_ms == NOON_MS && o->expires_ms == NOON_MS + 20000);
    o = compose(b, &skill, ASIDE_LANG_ZH, 1u << ASIDE_SURFACE_SPEECH);
    assert_string_equal(o->say, "广告：叶子茶。喝茶吗？");
    assert_string_equal(o->label, aside_offer_label(ASIDE_LANG_ZH));
}

static void nothing_passed_is_no_offer(void **state) {
    bench *b = *state;
    const aside_offer *o = (const aside_offer *)b;
    assert_int_equal(aside_offer_compose(&(aside_verdicts){ 0 }, &(aside_moment){ 0 }, ASIDE_LANG_EN, "x", &b->arena, &o), ASIDE_OK);
    assert_null(o);
}

static void surfaces_are_those_of_device_and_skill(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    const aside_offer *o = compose(b, &skill, ASIDE_LANG_EN, 1u << ASIDE_SURFACE_CARD | 1u << ASIDE_SURFACE_SPEECH | 1u << ASIDE_SURFACE_SPLASH);
    assert_string_equal(surfaces_of(b, o),
        "{\"speech\":{\"label\":\"Ad\",\"sponsor\":\"Leaf\",\"say\":\"Ad from Leaf. Tea \\\"now\\\"?\",\"close\":true},"
        "\"card\":{\"label\":\"Ad\",\"sponsor\":\"Leaf\",\"title\":\"Tea\",\"text\":\"Tea \\\"now\\\"?\",\"close\":true}}");
    skill.surfaces = 1u << ASIDE_SURFACE_SPEECH;
    o = compose(b, &skill, ASIDE_LANG_ZH, 1u << ASIDE_SURFACE_CARD);
    assert_string_equal(surfaces_of(b, o), "{}");
}

/* Whatever the surface: no unit without a label and a way to close it. */
static void every_unit_has_its_label_and_closes(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    skill.surfaces = UINT32_MAX;
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++) {
        const aside_offer *o = compose(b, &skill, (aside_lang)lang, UINT32_MAX);
        aside_json *surfaces;
        const aside_json *unit;
        const char *name, *text;
        bool close;
        uint32_t seen = 0;
        assert_int_equal(aside_json_parse(aside_str_from(surfaces_of(b, o)), &surfaces, NULL), ASIDE_OK);
        for (size_t i = 0; aside_json_member(surfaces, i, &name, &unit); i++) {
            seen |= 1u << aside_device_name_index(name, aside_surface_names);
            assert_true(aside_json_str(aside_json_get(unit, "label"), &text));
            assert_string_equal(text, aside_offer_label((aside_lang)lang));
            assert_true(aside_json_str(aside_json_get(unit, "sponsor"), &text));
            assert_true(aside_json_bool(aside_json_get(unit, "close"), &close) && close);
        }
        assert_int_equal(seen, ASIDE_SKILL_SURFACES);          /* What skills may name is what is written. */
        aside_json_free(surfaces);
    }
}

static void a_missing_language_falls_back(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    skill.offer.in[ASIDE_LANG_EN] = NULL;
    assert_string_equal(compose(b, &skill, ASIDE_LANG_EN, 1)->say, "Ad from Leaf. 喝茶吗？");
}

/* ---- steps ---- */

static aside_run start(bench *b, const aside_skill *skill, aside_lang lang, uint32_t capabilities) {
    aside_run r;
    aside_rewarder rewards = rewarder(b);
    assert_int_equal(aside_run_start(&r, compose(b, skill, lang, 1), capabilities, NOON_MS, &rewards), ASIDE_OK);
    return r;
}

static aside_status report(bench *b, aside_run *r, int step, const char *event) {
    aside_rewarder rewards = rewarder(b);
    return aside_run_report(r, step, event, false, NOON_MS + 5000, &rewards);
}

static const char *json_of(bench *b, const aside_run *r) {
    aside_buf buf;
    aside_buf_init(&buf, &b->arena);
    aside_run_steps_json(r, b->zone, &buf);
    assert_true(aside_buf_ok(&buf));
    return aside_buf_z(&buf);
}

/* "ready done pending": for comparing a whole run at once. */
static const char *states_of(bench *b, const aside_run *r) {
    aside_buf buf;
    aside_buf_init(&buf, &b->arena);
    for (size_t i = 0; i < r->n_steps; i++) aside_buf_printf(&buf, "%s%s", i ? " " : "", aside_step_state_name(r->steps[i].state));
    return aside_buf_z(&buf);
}

static void steps_wait_for_the_game(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_run r = start(b, &skill, ASIDE_LANG_EN, UINT32_MAX);
    assert_string_equal(states_of(b, &r), "ready pending pending pending pending");
    assert_string_equal(aside_run_say(&r, &b->arena), "Go.");
    assert_string_equal(json_of(b, &r),
        "[{\"step\":1,\"do\":\"minigame\",\"state\":\"ready\",\"url\":\"https://leaf.example/game\",\"needs\":[\"ar\",\"touch\"]}]");
    assert_int_equal(aside_run_waiting_step(&r), 1);
    assert_int_equal(b->n_grants, 0);

    assert_int_equal(report(b, &r, 1, "shown"), ASIDE_OK);
    assert_string_equal(states_of(b, &r), "waiting pending pending pending pending");
    assert_string_equal(aside_run_say(&r, &b->arena), "");
    assert_int_equal(aside_run_waiting_step(&r), 1);

    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_OK);
    assert_string_equal(states_of(b, &r), "done done ready done done");
    assert_string_equal(aside_run_say(&r, &b->arena), "50 points. Bye.");
    assert_true(aside_run_finished(&r));
    assert_int_equal(aside_run_waiting_step(&r), 0);
    assert_string_equal(b->key, "7f3a-1-a-2");
    assert_true(b->granted_ms == NOON_MS + 5000);          /* The report's own time, not a second look at the clock. */
    assert_string_equal(json_of(b, &r),
        "[{\"step\":1,\"do\":\"minigame\",\"state\":\"done\",\"url\":\"https://leaf.example/game\",\"needs\":[\"ar\",\"touch\"]},"
        "{\"step\":2,\"do\":\"reward\",\"state\":\"done\",\"points\":50,\"balance\":50},"
        "{\"step\":3,\"do\":\"deeplink\",\"state\":\"ready\",\"app\":\"leaf://box\",\"web\":\"https://leaf.example:8443/box?a=1\",\"host\":\"leaf.example\"},"
        "{\"step\":4,\"do\":\"reminder\",\"state\":\"done\",\"due\":\"2026-06-19T12:00:05+08:00\",\"label\":\"Ad\",\"say\":\"Ad from Leaf. Tea is ready.\"},"
        "{\"step\":5,\"do\":\"say\",\"state\":\"done\",\"say\":\"Bye.\"}]");
}

static void a_second_proof_changes_nothing(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_run r = start(b, &skill, ASIDE_LANG_ZH, UINT32_MAX);
    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_OK);
    assert_string_equal(aside_run_say(&r, &b->arena), "50积分。再见。");
    const char *before = json_of(b, &r);
    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_ESTATE);
    assert_int_equal(report(b, &r, 1, "closed"), ASIDE_ESTATE);
    assert_int_equal(report(b, &r, 2, "completed"), ASIDE_ESTATE);
    assert_string_equal(json_of(b, &r), before);
    assert_int_equal(b->n_grants, 1);
    assert_string_equal(aside_run_say(&r, &b->arena), "");
}

static void a_jump_is_reported_when_it_is_taken(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_run r = start(b, &skill, ASIDE_LANG_EN, UINT32_MAX);
    assert_int_equal(report(b, &r, 3, "tapped"), ASIDE_ESTATE);        /* Not its turn. */
    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_OK);
    assert_int_equal(report(b, &r, 3, "shown"), ASIDE_OK);
    assert_string_equal(states_of(b, &r), "done done ready done done");
    assert_int_equal(report(b, &r, 3, "tapped"), ASIDE_OK);
    assert_string_equal(states_of(b, &r), "done done done done done");
    assert_int_equal(report(b, &r, 3, "tapped"), ASIDE_ESTATE);
    r = start(b, &skill, ASIDE_LANG_EN, UINT32_MAX);
    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_OK);
    assert_int_equal(report(b, &r, 3, "closed"), ASIDE_OK);
    assert_string_equal(states_of(b, &r), "done done failed done done");
}

static void a_game_that_is_left_ends_the_run(void **state) {
    static const char *const ends[] = { "closed", "declined", "expired" };
    bench *b = *state;
    aside_skill skill = tea();
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        aside_run r = start(b, &skill, ASIDE_LANG_EN, UINT32_MAX);
        assert_int_equal(report(b, &r, 1, "accepted"), ASIDE_OK);
        assert_false(aside_run_finished(&r));
        assert_int_equal(report(b, &r, 1, ends[i]), ASIDE_OK);
        assert_string_equal(states_of(b, &r), "failed pending pending pending pending");
        assert_true(aside_run_finished(&r));
        assert_int_equal(aside_run_waiting_step(&r), 0);
        assert_int_equal(report(b, &r, 1, "completed"), ASIDE_ESTATE);
    }
    assert_int_equal(b->n_grants, 0);
}

static void a_device_gets_what_it_can_play(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_run r = start(b, &skill, ASIDE_LANG_EN, 1u << ASIDE_CAPABILITY_AR);      /* No touch. */
    assert_true(r.steps[0].fell_back);
    assert_string_equal(json_of(b, &r),
        "[{\"step\":1,\"do\":\"minigame\",\"state\":\"ready\",\"url\":\"https://leaf.example/game\",\"fallback\":\"voice_quiz\"}]");
    skill.steps = &hard_game, skill.n_steps = 1;
    r = start(b, &skill, ASIDE_LANG_EN, 0);
    assert_string_equal(states_of(b, &r), "failed");
    assert_true(aside_run_finished(&r));
    assert_string_equal(aside_run_say(&r, &b->arena), "");
}

/* Abilities are asked when a step begins, also when that is after a report. */
static void later_games_ask_for_abilities_too(void **state) {
    bench *b = *state;
    const aside_step two[] = { hard_game, hard_game };
    aside_skill skill = tea();
    skill.steps = two, skill.n_steps = 2;
    aside_run r = start(b, &skill, ASIDE_LANG_EN, 1u << ASIDE_CAPABILITY_AR);
    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_OK);
    assert_string_equal(states_of(b, &r), "done ready");
}

static void what_the_engine_played_is_marked(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_rewarder rewards = rewarder(b);
    aside_run r = start(b, &skill, ASIDE_LANG_EN, UINT32_MAX);
    assert_int_equal(aside_run_report(&r, 1, "completed", true, NOON_MS, &rewards), ASIDE_OK);
    assert_non_null(strstr(json_of(b, &r), "\"needs\":[\"ar\",\"touch\"],\"simulated\":true}"));
    assert_string_equal(aside_run_say(&r, &b->arena), "Go. 50 points. Bye.");      /* All in one turn. */
    assert_null(strstr(strstr(json_of(b, &r), "\"step\":2"), "simulated"));
}

static void a_report_may_come_again_after_an_error(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_run r = start(b, &skill, ASIDE_LANG_EN, UINT32_MAX);
    b->broken = true;
    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_ESTORE);
    assert_string_equal(states_of(b, &r), "ready pending pending pending pending");
    b->broken = false;
    assert_int_equal(report(b, &r, 1, "completed"), ASIDE_OK);
    assert_int_equal(b->n_grants, 1);
    assert_int_equal(r.steps[1].balance, 50);
}

static void reports_that_mean_nothing_are_refused(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_run r = start(b, &skill, ASIDE_LANG_EN, UINT32_MAX);
    assert_int_equal(report(b, &r, 0, "completed"), ASIDE_EINVAL);
    assert_int_equal(report(b, &r, 6, "completed"), ASIDE_EINVAL);
    assert_int_equal(report(b, &r, -1, "completed"), ASIDE_EINVAL);
    assert_int_equal(report(b, &r, 1, "finished"), ASIDE_EINVAL);
    assert_int_equal(report(b, &r, 1, "heard"), ASIDE_OK);
    assert_string_equal(states_of(b, &r), "ready pending pending pending pending");
}

static void a_run_refuses_what_it_cannot_hold(void **state) {
    bench *b = *state;
    aside_skill skill = tea();
    aside_rewarder rewards = rewarder(b);
    aside_run r = { .n_steps = 77 };
    char long_id[ASIDE_LIMIT_ID_BYTES + 1];
    memset(long_id, 'x', sizeof long_id - 1);
    long_id[sizeof long_id - 1] = '\0';
    aside_offer o = *compose(b, &skill, ASIDE_LANG_EN, 1);
    o.action_id = long_id;
    assert_int_equal(aside_run_start(&r, &o, 0, NOON_MS, &rewards), ASIDE_ELIMIT);
    assert_int_equal(r.n_steps, 77);
    o.action_id = long_id + 1;
    assert_int_equal(aside_run_start(&r, &o, 0, NOON_MS, &rewards), ASIDE_OK);
}

/* ---- names that skill/ spells for layers after it ---- */

static bool is_gate(const char *name) {
    for (const aside_gate *g = aside_gates; g->name; g++)
        if (strcmp(g->name, name) == 0) return true;
    return strcmp(aside_auction_gate.name, name) == 0;
}

static void names_are_the_same_in_all_layers(void **state) {
    size_t n;
    (void)state;
    for (const aside_gate *g = aside_gates; g->name; g++) assert_true(aside_device_name_index(g->name, aside_skill_gate_names) >= 0);
    for (n = 0; aside_skill_gate_names[n]; n++) assert_true(is_gate(aside_skill_gate_names[n]));
    for (n = 0; n < ASIDE_PURPOSE_COUNT; n++) assert_string_equal(aside_skill_purpose_names[n], aside_purpose_names[n]);
    assert_null(aside_skill_purpose_names[n]);
    for (n = 0; aside_skill_outcome_names[n]; n++)
        assert_string_equal(aside_skill_outcome_names[n], aside_outcome_name((aside_outcome)n));
    assert_int_equal(n, ASIDE_OUTCOME_SYSTEM + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_label_comes_first_then_the_sponsor), TEST(nothing_passed_is_no_offer), TEST(surfaces_are_those_of_device_and_skill),
        TEST(every_unit_has_its_label_and_closes), TEST(a_missing_language_falls_back), TEST(steps_wait_for_the_game),
        TEST(a_second_proof_changes_nothing), TEST(a_jump_is_reported_when_it_is_taken), TEST(a_game_that_is_left_ends_the_run),
        TEST(a_device_gets_what_it_can_play), TEST(later_games_ask_for_abilities_too), TEST(what_the_engine_played_is_marked),
        TEST(a_report_may_come_again_after_an_error), TEST(reports_that_mean_nothing_are_refused), TEST(a_run_refuses_what_it_cannot_hold),
        TEST(names_are_the_same_in_all_layers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
