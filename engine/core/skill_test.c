/* skill_test.c -- see skill_test.h.
 *
 * A test is a conversation with a session of its own on a copy of the engine that
 * holds this skill alone and a store in memory.  What happened is read from the
 * decision's JSON, as a partner would see it. */
#include "core/skill_test.h"

#include "base/host.h"
#include "base/json.h"
#include "core/session.h"

#include <stdlib.h>
#include <string.h>

#define DAY_MS (24 * 60 * 60 * (int64_t)1000)

/* One running test. */
typedef struct trial {
    const aside_engine     *engine;        /* With every skill. */
    const aside_skill      *skill;
    const aside_skill_test *test;
    aside_problems         *problems;
    aside_engine            alone;         /* The same engine with this skill only. */
    aside_host              host;
    int64_t                 now_ms;
} trial;

static int64_t trial_clock(void *user) { return ((const trial *)user)->now_ms; }

/* The host's own realloc is called with its own user. */
static void *trial_realloc(void *user, void *old, size_t old_size, size_t new_size) {
    const aside_host *host = &((const trial *)user)->engine->host;
    return host->realloc(host->user, old, old_size, new_size);
}

static int64_t noon(const trial *t, int64_t day) {
    int64_t at_ms = day * DAY_MS + DAY_MS / 2;
    return at_ms - (int64_t)aside_zone_offset_s(t->engine->zone, at_ms) * 1000;
}

static int64_t start_of(const trial *t) {
    const aside_skill *s = t->skill;
    int64_t at_ms;
    if (t->test->now && aside_time_parse(aside_str_from(t->test->now), &at_ms, NULL)) return at_ms;
    if (s->from_day != INT64_MIN) return noon(t, s->from_day);
    if (s->to_day != INT64_MAX) return noon(t, s->to_day);
    aside_date_parse(ASIDE_STR("2026-06-10"), &at_ms);     /* Any day: it only has to be the same each time. */
    return noon(t, at_ms);
}

/* ---- what is expected of a turn ---- */

static const char *text_of(const aside_json *object, const char *key) {
    const char *text = NULL;
    return aside_json_str(aside_json_get(object, key), &text) ? text : "none";
}

static void expect_same(trial *t, const aside_skill_turn *turn, const char *what, const char *expected, const char *found) {
    if (!expected || strcmp(expected, found) == 0) return;
    aside_problem_error(t->problems, turn->at, "test", "\"%s\": expected %s %s, found %s", turn->say, what, expected, found);
}

static void expect_held(trial *t, const aside_skill_turn *turn, const aside_json *decision) {
    const aside_json *held = aside_json_get(decision, "held");
    const char *seen = "nothing";
    if (!turn->expect_held) return;
    for (size_t i = 0; i < aside_json_length(held); i++) {
        seen = text_of(aside_json_at(held, i), "gate");
        if (strcmp(seen, turn->expect_held) == 0) return;
    }
    expect_same(t, turn, "held by", turn->expect_held, seen);
}

static void expect_step(trial *t, const aside_skill_turn *turn, const aside_json *decision) {
    const aside_json *steps = aside_json_get(aside_json_get(decision, "action"), "steps");
    if (!turn->expect_step) return;
    for (size_t i = 0; i < aside_json_length(steps); i++)
        if (strcmp(text_of(aside_json_at(steps, i), "do"), turn->expect_step) == 0) return;
    expect_same(t, turn, "step", turn->expect_step, "no such step");
}

static void compare(trial *t, const aside_skill_turn *turn, const aside_json *decision) {
    expect_same(t, turn, "outcome", turn->expect_outcome, text_of(decision, "outcome"));
    expect_same(t, turn, "skill", turn->expect_skill, text_of(aside_json_get(decision, "action"), "skill"));
    expect_same(t, turn, "context", turn->expect_class, text_of(aside_json_get(decision, "context"), "class"));
    expect_held(t, turn, decision);
    expect_step(t, turn, decision);
}

/* ---- running ---- */

static aside_status check_decision(trial *t, const aside_skill_turn *turn, const aside_event *e) {
    aside_json *decision;
    if (e->kind != ASIDE_EVENT_DECISION) return ASIDE_OK;
    aside_status st = aside_json_parse(aside_str_from(e->json), &decision, NULL);
    if (st) return st;
    compare(t, turn, decision);
    aside_json_free(decision);
    return ASIDE_OK;
}

static aside_status say(trial *t, aside_session *s, const aside_skill_turn *turn) {
    aside_status st = aside_session_feed_text(s, turn->say, -1);
    for (const aside_event *e; !st && (e = aside_session_next(s)); ) st = check_decision(t, turn, e);
    t->now_ms += 1000;                         /* People take a breath. */
    return st;
}

static bool has_han(const char *text) {
    aside_str s = aside_str_from(text);
    for (size_t i = 0; i < s.len; ) {
        uint32_t c = aside_str_next_char(s, &i);
        if (c >= 0x3400 && c <= 0x9FFF) return true;
    }
    return false;
}

static const char *language_of(const aside_skill_turn *turn) {
    return turn->lang ? turn->lang : has_han(turn->say) ? "zh" : "en";
}

/* A session speaks one language; a test whose turns change language changes session's, not household. */
static aside_status open_session(trial *t, const aside_skill_turn *turn, aside_session **out, aside_error *err) {
    aside_session_options o = {
        .language = language_of(turn), .child = t->test->child, .guest = t->test->guest, .host = &t->host,
        .surfaces = t->test->surfaces ? t->test->surfaces : "speech card suggestion_chip floating_ball",
        .capabilities = "ar camera touch deeplink screen notify", .simulated_device = true,
    };
    return aside_session_open(&t->alone, &o, out, err);
}

/* A refusal is the test's business: a guest's consent, say, is simply not given.
 * What failed for lack of memory is not: the skill would be blamed for it. */
static aside_status give_consent(aside_session *s, const char *purposes) {
    aside_str rest = aside_str_from(purposes), purpose;
    aside_status st = ASIDE_OK;
    char name[32];
    while (!st && aside_str_split(&rest, ", ", &purpose)) {
        if (purpose.len >= sizeof name) continue;
        memcpy(name, purpose.at, purpose.len);
        name[purpose.len] = '\0';
        st = aside_session_consent(s, name, true, "test");
        if (st == ASIDE_ESTATE || st == ASIDE_EINVAL) st = ASIDE_OK;
    }
    return st;
}

static aside_status converse(trial *t) {
    aside_session *s = NULL;
    aside_error err = { .text = "" };
    aside_status st = ASIDE_OK;
    if (t->test->n_turns == 0) return ASIDE_OK;
    st = open_session(t, &t->test->turns[0], &s, &err);
    if (st == ASIDE_EINVAL) {
        aside_problem_error(t->problems, t->test->at, "test", "cannot run: %s", err.text);
        return ASIDE_OK;
    }
    if (!st) st = give_consent(s, t->test->consent ? t->test->consent : "offers");
    for (size_t i = 0; !st && i < t->test->n_turns; i++) st = say(t, s, &t->test->turns[i]);
    aside_session_close(s);
    return st;
}

static aside_status run_trial(trial *t) {
    aside_status st;
    t->alone = *t->engine;
    t->alone.skills = (aside_skills){ &t->skill, 1 };
    t->alone.ledger = NULL;
    t->host = (aside_host){ .user = t, .realloc = trial_realloc, .wall_ms = trial_clock, .seed = 1 };
    t->now_ms = start_of(t);
    if ((st = aside_ledger_open(NULL, &t->host, &t->alone.ledger, NULL))) return st;
    st = converse(t);
    aside_ledger_close(t->alone.ledger);
    return st;
}

/* A device that has one language only cannot try the conversations of another, and
 * will not have them either. */
static bool can_run(const aside_engine *e, const aside_skill_test *test) {
    int lang = test->n_turns ? aside_lang_from(language_of(&test->turns[0])) : -1;
    return lang >= 0 && e->languages[lang].grammar;
}

aside_status aside_skill_run_tests(const aside_engine *e, const aside_skill *skill, aside_problems *problems,
                              size_t *n_tests, size_t *n_failed) {
    aside_status st = ASIDE_OK;
    for (size_t i = 0; !st && i < skill->n_tests; i++) {
        if (!can_run(e, &skill->tests[i])) continue;
        trial t = { .engine = e, .skill = skill, .test = &skill->tests[i], .problems = problems };
        size_t errors_before = problems->n_errors;
        st = run_trial(&t);
        if (n_tests) ++*n_tests;
        if (n_failed) *n_failed += problems->n_errors > errors_before;
    }
    return st;
}

/* ---- for `aside test` ---- */

/* The options' overrides with one more: this skill and no other. */
static const char *const *with_skill(const aside_options *o, const char *path, aside_arena *arena) {
    size_t n = 0;
    while (o->overrides && o->overrides[n]) n++;
    const char **longer = aside_arena_alloc_array(arena, n + 2, sizeof *longer);
    for (size_t i = 0; longer && i < n; i++) longer[i] = o->overrides[i];
    if (longer && !(longer[n] = aside_arena_printf(arena, "skills=%s", path))) return NULL;
    return longer;
}

static aside_status test_all(aside_engine *e, aside_problems *problems, size_t *n_tests, size_t *n_failed) {
    aside_status st = ASIDE_OK;
    for (size_t i = 0; !st && i < e->skills.n; i++) st = aside_skill_run_tests(e, e->skills.at[i], problems, n_tests, n_failed);
    return st;
}

aside_status aside_skill_tests_run(const aside_options *options, const char *path, aside_report_fn *report, void *user,
                                   size_t *n_tests, size_t *n_failed) {
    aside_host host = aside_host_complete(options->host);
    aside_options alone = *options;
    aside_problems problems;
    aside_error err = { 0 };
    aside_engine *e = NULL;
    aside_arena arena;
    aside_arena_init(&arena, &host, 0);
    aside_problems_init(&problems, report, user);
    alone.text_only = true;
    alone.overrides = with_skill(options, path, &arena);
    aside_status st = alone.overrides ? aside_engine_open_reporting(&alone, true, &problems, &e, &err) : ASIDE_ENOMEM;
    if (st && problems.n_errors == 0 && report) report(user, &err);
    if (!st) st = test_all(e, &problems, n_tests, n_failed);
    aside_engine_close(e);
    aside_arena_free(&arena);
    return st;
}
