/* test_policy.c -- the table of gates: each holds, in its order, at its edge. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/host.h"
#include "base/rng.h"
#include "policy/policy.h"

#include <stdio.h>
#include <string.h>

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define ALICE  "000102030405060708090a0b0c0d0e0f"
#define BOB    "101112131415161718191a1b1c1d1e1f"
#define PHONE  "202122232425262728292a2b2c2d2e2f"
#define RADIO  "303132333435363738393a3b3c3d3e3f"

enum { MOST_OFFERS = 64 };

/* A moment in which everything passes: chit-chat at home, 18 June 2026, 20:00. */
typedef struct world {
    aside_host         host;
    aside_arena        arena;
    aside_policy       policy;
    aside_context      context;
    aside_device       device;
    aside_person       person;
    aside_past_offer   offers[MOST_OFFERS];
    aside_past_decline declines[4];
    aside_history      history;
    aside_cap          caps[3];
    aside_skill        skill;
    const char        *stopped[1];
    aside_candidate    candidate;
    aside_candidates   candidates;
    aside_moment       m;
} world;

static int open_world(void **state) {
    static world w;
    const aside_zone *zone;
    memset(&w, 0, sizeof w);
    w.host = aside_host_complete(NULL);
    aside_arena_init(&w.arena, &w.host, 0);
    if (aside_zone_open("+08:00", &w.arena, &zone, NULL)) return -1;
    w.policy = (aside_policy){ .gap_ms = 4 * HOUR, .household_max = 1, .household_every_ms = DAY, .cool_off_ms = 30 * MINUTE,
                               .decline_skill_ms = 30 * DAY, .decline_all_ms = DAY, .quiet_from_minute = 22 * 60, .quiet_to_minute = 8 * 60 };
    w.context = (aside_context){ .class = ASIDE_CLASS_CHITCHAT, .score_pm = 912, .sponsor = true };
    w.device = (aside_device){ .scene = ASIDE_SCENE_HOME, .surfaces = 1u << ASIDE_SURFACE_SPEECH };
    strcpy(w.person.user, ALICE), strcpy(w.person.device, PHONE);
    w.history = (aside_history){ .offers = w.offers, .declines = w.declines, .sensitive_at_ms = INT64_MIN };
    w.history.consent[ASIDE_PURPOSE_OFFERS] = true;
    w.caps[0] = (aside_cap){ .per = ASIDE_CAP_USER, .max = 1, .every_ms = DAY };
    w.skill = (aside_skill){ .id = "oreo-play", .classes = 1u << ASIDE_CLASS_CHITCHAT, .scenes = 3, .surfaces = 1u << ASIDE_SURFACE_SPEECH,
                             .from_day = INT64_MIN, .to_day = INT64_MAX, .caps = w.caps, .n_caps = 1, .bid_micros = 800000, .currency = "CNY" };
    w.candidate.skill = &w.skill;
    w.candidates = (aside_candidates){ &w.candidate, 1 };
    w.m = (aside_moment){ .policy = &w.policy, .context = &w.context, .history = &w.history, .device = &w.device, .person = &w.person,
                          .zone = zone, .stopped_skills = w.stopped };
    if (!aside_time_parse(aside_str_from("2026-06-18T20:00:00+08:00"), &w.m.now_ms, NULL)) return -1;
    *state = &w;
    return 0;
}

static int close_world(void **state) {
    aside_arena_free(&((world *)*state)->arena);
    return 0;
}

static aside_past_offer *add_offer(world *w, const char *skill, int64_t age_ms) {
    aside_past_offer *o = &w->offers[w->history.n_offers++];
    *o = (aside_past_offer){ .skill = skill, .campaign = "", .sponsor = "", .at_ms = w->m.now_ms - age_ms, .heard = true };
    strcpy(o->user, ALICE), strcpy(o->device, PHONE);
    return o;
}

static void add_decline(world *w, const char *skill, int64_t age_ms) {
    w->declines[w->history.n_declines++] = (aside_past_decline){ skill, w->m.now_ms - age_ms };
}

static aside_verdicts judge(world *w) {
    aside_verdicts v;
    assert_int_equal(aside_policy_judge(&w->candidates, &w->m, &w->arena, &v), ASIDE_OK);
    return v;
}

static void passes(world *w) {
    aside_verdicts v = judge(w);
    if (v.n) print_error("held by %s: %s\n", v.at[0].gate->name, v.at[0].reason.why);
    assert_ptr_equal(v.winner, &w->candidate);
    assert_int_equal(v.n, 0);
}

static aside_reason holds(world *w, const char *code) {
    aside_verdicts v = judge(w);
    assert_null(v.winner);
    assert_int_equal(v.n, 1);
    assert_string_equal(v.at[0].reason.code, code);
    assert_memory_equal(code, v.at[0].gate->name, strlen(v.at[0].gate->name));
    return v.at[0].reason;
}

static void holds_because(world *w, const char *code, const char *why) {
    assert_string_equal(holds(w, code).why, why);
}

/* ---- every gate, and every pair of gates ---- */

static void stop_now(world *w)         { w->m.stopping = true; }
static void sensitive_now(world *w)    { w->context.class = ASIDE_CLASS_SENSITIVE; }
static void cool_off(world *w)         { w->history.sensitive_at_ms = w->m.now_ms - 12 * MINUTE; }
static void child(world *w)            { w->device.child = true; }
static void guest(world *w)            { w->device.guest = true; }
static void no_consent(world *w)       { w->history.consent[ASIDE_PURPOSE_OFFERS] = false; }
static void stopped(world *w)          { w->stopped[0] = "oreo-play", w->m.n_stopped = 1; }
static void no_surface(world *w)       { w->device.surfaces = 1u << ASIDE_SURFACE_CARD | 1u << ASIDE_SURFACE_NOTIFICATION; }
static void public_scene(world *w)     { w->device.scene = ASIDE_SCENE_PUBLIC; }
static void wants_shopping(world *w)   { w->skill.classes = 1u << ASIDE_CLASS_SHOPPING; }
static void wants_either(world *w)     { w->skill.classes = 1u << ASIDE_CLASS_SHOPPING | 1u << ASIDE_CLASS_TASK; }
static void low_score(world *w)        { w->context.sponsor = false, w->context.score_pm = 412; }
static void too_early(world *w)        { w->skill.from_day = aside_zone_day(w->m.zone, w->m.now_ms) + 3; }
static void over(world *w)             { w->skill.to_day = aside_zone_day(w->m.zone, w->m.now_ms) - 1; }
static void out_of_hours(world *w)     { w->skill.from_minute = 8 * 60, w->skill.to_minute = 19 * 60; }
static void quiet(world *w)            { w->policy.quiet_from_minute = 19 * 60; }
static void declined_this(world *w)    { add_decline(w, "oreo-play", 3 * DAY); }
static void declined_other(world *w)   { add_decline(w, "tea", 2 * HOUR); }
static void user_cap(world *w)         { add_offer(w, "oreo-play", 5 * HOUR); }
static void household_cap(world *w)    { w->policy.household_max = 1, add_offer(w, "tea", 5 * HOUR); }
static void in_gap(world *w)           { w->policy.household_max = 100, add_offer(w, "tea", 72 * MINUTE); }

static const struct fact { const char *code; void (*make)(world *); const char *why; } facts[] = {
    { "stop.now",            stop_now,       "this was a request to stop" },
    { "sensitive.now",       sensitive_now,  "a sensitive matter, at 912 per mille" },
    { "sensitive.cool_off",  cool_off,       "12 min since a sensitive matter, 30 min needed" },
    { "child.marked",        child,          "the session is marked as a child's" },
    { "guest.present",       guest,          "the session is marked as a guest's" },
    { "consent.offers",      no_consent,     "nobody has agreed to the purpose offers" },
    { "stop.session",        stopped,        "it was stopped in this session" },
    { "surface.not_offered", no_surface,     "needs speech, the device has card or notification" },
    { "scene.other",         public_scene,   "needs personal or home, this is public" },
    { "context.not_shopping", wants_shopping, "needs shopping, heard chitchat" },
    { "context.other",       wants_either,   "needs shopping or task, heard chitchat" },
    { "context.low_score",   low_score,      "heard chitchat at 412 per mille, which is not sure enough" },
    { "dates.early",         too_early,      "it begins in 3 d" },
    { "dates.over",          over,           "it ended 1 d ago" },
    { "hours.outside",       out_of_hours,   "allowed from 08:00 to 19:00, it is 20:00 in +08:00" },
    { "quiet.hours",         quiet,          "quiet from 19:00 to 08:00, it is 20:00 in +08:00" },
    { "declined.skill",      declined_this,  "3 d since the last decline of this skill, 30 d needed" },
    { "declined.all",        declined_other, "2 h since the last decline, 1 d needed" },
    { "cap.user",            user_cap,       "1 offer of this skill to this user in the last 1 d, 1 allowed by the skill's own cap" },
    { "cap.household",       household_cap,  "1 offer in all to this household in the last 1 d, 1 allowed by the setting policy.household.max" },
    { "gap.household",       in_gap,         "1 h 12 min since the last offer, 240 min needed" },
};
enum { N_FACTS = sizeof facts / sizeof *facts, N_TURN_FACTS = 6 };

static void everything_passes(void **state) { passes(*state); }

static void each_gate_holds(void **state) {
    for (size_t i = 0; i < N_FACTS; i++) {
        world *w = *state;
        facts[i].make(w);
        holds_because(w, facts[i].code, facts[i].why);
        assert_int_equal(close_world(state), 0);
        assert_int_equal(open_world(state), 0);
    }
}

/* No skill is looked at when the turn is held: the candidate is not even a skill. */
static void a_held_turn_looks_at_no_skill(void **state) {
    for (size_t i = 0; i < N_TURN_FACTS; i++) {
        world *w = *state;
        facts[i].make(w);
        w->candidate.skill = NULL;
        aside_verdicts v = judge(w);
        assert_true(v.turn_held);
        assert_int_equal(v.n, 1);
        assert_null(v.at[0].candidate);
        assert_string_equal(v.at[0].reason.code, facts[i].code);
        close_world(state), open_world(state);
    }
}

static bool same_gate(const char *a, const char *b) {
    size_t n = strcspn(a, ".");
    return n == strcspn(b, ".") && strncmp(a, b, n) == 0;
}

static void of_two_gates_the_earlier_holds(void **state) {
    for (size_t i = 0; i < N_FACTS; i++)
        for (size_t j = i + 1; j < N_FACTS; j++) {
            world *w = *state;
            if (i >= N_TURN_FACTS && same_gate(facts[i].code, facts[j].code)) continue;
            facts[j].make(w), facts[i].make(w);
            aside_verdicts v = judge(w);
            assert_int_equal(v.n, 1);
            if (!same_gate(v.at[0].reason.code, facts[i].code)) print_error("%s and %s\n", facts[i].code, facts[j].code);
            assert_true(same_gate(v.at[0].reason.code, facts[i].code));
            assert_int_equal(v.turn_held, i < N_TURN_FACTS);
            close_world(state), open_world(state);
        }
}

static void the_order_is_the_designs(void **state) {
    static const char *const names[] = {
        "stop", "sensitive", "child", "guest", "consent", "jurisdiction",
        "stop", "surface", "scene", "context", "audience", "dates", "hours", "quiet", "media", "reservation",
        "declined", "brake", "cap", "gap", "budget", "pacing" };
    size_t n = 0;
    (void)state;
    for (; aside_gates[n].name; n++) {
        assert_true(n < sizeof names / sizeof *names);
        assert_string_equal(aside_gates[n].name, names[n]);
        assert_int_equal(aside_gates[n].per_skill, n >= 6);
        assert_non_null(aside_gates[n].help);
    }
    assert_int_equal(n, sizeof names / sizeof *names);
}

/* ---- edges ---- */

static void a_window_ends_exactly(void **state) {
    world *w = *state;
    aside_past_offer *o = add_offer(w, "oreo-play", DAY);
    passes(w);
    o->at_ms++;
    holds(w, "cap.user");
    w->skill.n_caps = 0, w->policy.household_max = 9;
    o->at_ms = w->m.now_ms - 4 * HOUR;
    passes(w);
    o->at_ms++;
    holds_because(w, "gap.household", "3 h 59 min since the last offer, 240 min needed");
}

static void cool_off_and_declines_end_exactly(void **state) {
    world *w = *state;
    w->history.sensitive_at_ms = w->m.now_ms - 30 * MINUTE;
    passes(w);
    w->history.sensitive_at_ms++;
    holds(w, "sensitive.cool_off");
    w->history.sensitive_at_ms = INT64_MIN;
    add_decline(w, "oreo-play", 30 * DAY), add_decline(w, "tea", DAY);
    passes(w);
    w->declines[1].at_ms++;
    holds(w, "declined.all");
    w->declines[0].at_ms++;
    holds(w, "declined.skill");
}

static void the_future_counts(void **state) {
    world *w = *state;
    aside_past_offer *o = add_offer(w, "tea", -2 * HOUR);
    holds(w, "cap.household");
    w->policy.household_max = 9;
    holds_because(w, "gap.household", "the last offer is dated 2 h ahead of the clock, 240 min needed");
    o->at_ms = INT64_MAX, w->m.now_ms = INT64_MIN / 2;
    w->policy.quiet_from_minute = w->policy.quiet_to_minute = 0;
    holds(w, "gap.household");
}

static void only_what_was_or_may_be_heard_counts(void **state) {
    world *w = *state;
    aside_past_offer *o = add_offer(w, "oreo-play", HOUR);
    o->heard = false;
    o->expires_ms = w->m.now_ms + 1;
    holds(w, "cap.user");
    o->expires_ms = w->m.now_ms;
    passes(w);
    o->heard = true;
    holds(w, "cap.user");
}

static void caps_count_their_own(void **state) {
    world *w = *state;
    aside_past_offer *o = add_offer(w, "oreo-play", 5 * HOUR);
    w->policy.household_max = 9;
    strcpy(o->user, BOB), strcpy(o->device, RADIO);
    passes(w);
    w->caps[0].per = ASIDE_CAP_DEVICE;
    passes(w);
    strcpy(o->device, PHONE);
    holds(w, "cap.device");
    strcpy(o->device, RADIO);
    w->caps[0].per = ASIDE_CAP_HOUSEHOLD;
    holds(w, "cap.household");
    o->skill = "tea";
    passes(w);
}

static void hours_go_over_midnight(void **state) {
    static const struct { int from, to, now; bool inside; } cases[] = {
        { 8 * 60, 22 * 60, 8 * 60, true },       { 8 * 60, 22 * 60, 22 * 60, false }, { 8 * 60, 22 * 60, 8 * 60 - 1, false },
        { 22 * 60, 8 * 60, 23 * 60, true },      { 22 * 60, 8 * 60, 7 * 60 + 59, true }, { 22 * 60, 8 * 60, 8 * 60, false },
        { 18 * 60, 24 * 60, 23 * 60 + 59, true }, { 18 * 60, 24 * 60, 0, false },      { 5 * 60, 5 * 60, 12 * 60, true } };
    world *w = *state;
    int64_t midnight = w->m.now_ms - 20 * HOUR;
    w->policy.quiet_from_minute = w->policy.quiet_to_minute = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        w->m.now_ms = midnight + cases[i].now * MINUTE;
        w->skill.from_minute = cases[i].from, w->skill.to_minute = cases[i].to;
        if (cases[i].inside) passes(w);
        else holds(w, "hours.outside");
    }
}

static void a_skill_without_classes_takes_any_but_sensitive(void **state) {
    world *w = *state;
    w->skill.classes = 0;
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++) {
        w->context.class = (aside_class)c;
        if (c == ASIDE_CLASS_SENSITIVE) holds(w, "sensitive.now");
        else passes(w);
    }
}

static void no_offers_at_all_is_a_policy(void **state) {
    world *w = *state;
    w->policy.household_max = 0, w->skill.n_caps = 0;
    holds(w, "cap.household");
}

/* ---- monotone: more past never permits more ---- */

static void random_offer(world *w, aside_rng *rng) {
    static const char *const skills[] = { "oreo-play", "tea", "coffee" };
    int64_t age = (int64_t)(aside_rng_next(rng) % (uint64_t)(3 * DAY)) - DAY / 2;
    aside_past_offer *o = add_offer(w, skills[aside_rng_next(rng) % 3], age);
    o->heard = aside_rng_next(rng) & 1;
    o->expires_ms = o->at_ms + (int64_t)(aside_rng_next(rng) % (uint64_t)HOUR);
    strcpy(o->user, aside_rng_next(rng) & 1 ? ALICE : BOB);
    strcpy(o->device, aside_rng_next(rng) & 1 ? PHONE : RADIO);
}

static bool still(world *w, const char **gate) {
    aside_reason reason;
    return aside_policy_still_passes(&w->policy, &w->skill, &w->person, &w->history, w->m.now_ms, &w->arena, gate, &reason);
}

static void more_past_never_permits_more(void **state) {
    aside_rng rng = { 20260618 };
    size_t n_passed = 0, n_refused = 0;
    for (int round = 0; round < 500; round++) {
        world *w = *state;
        const char *gate;
        w->policy.household_max = 1 + (int)(aside_rng_next(&rng) % 4);
        w->caps[0].max = 1 + (int)(aside_rng_next(&rng) % 3);
        bool passed = still(w, &gate);
        while (w->history.n_offers < 12) {
            random_offer(w, &rng);
            bool now = still(w, &gate);
            assert_true(passed || !now);
            passed = now;
            n_passed += now, n_refused += !now;
        }
        close_world(state), open_world(state);
    }
    assert_true(n_passed > 100 && n_refused > 100);        /* The test looked at both sides. */
}

static void the_store_asks_the_past_again(void **state) {
    static const struct { void (*make)(world *); const char *gate; } again[] = {
        { no_consent, "consent" }, { declined_this, "declined" }, { declined_other, "declined" },
        { user_cap, "cap" }, { household_cap, "cap" }, { in_gap, "gap" } };
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
        world *w = *state;
        const char *gate = NULL;
        assert_true(still(w, &gate));
        again[i].make(w);
        assert_false(still(w, &gate));
        assert_string_equal(gate, again[i].gate);
        close_world(state), open_world(state);
    }
}

/* ---- the auction ---- */

static void the_highest_bid_wins(void **state) {
    world *w = *state;
    aside_skill a = w->skill, b = w->skill, c = w->skill;
    a.id = "cola", a.bid_micros = 500000;
    b.id = "beer", b.classes = 1u << ASIDE_CLASS_SHOPPING;
    c.id = "aqua", c.bid_micros = 800000;
    aside_candidate all[] = { { &a, NULL }, { &b, NULL }, { &w->skill, NULL }, { &c, NULL } };
    w->candidates = (aside_candidates){ all, 4 };
    aside_verdicts v = judge(w);
    assert_ptr_equal(v.winner, &all[3]);                   /* Equal bids: "aqua" is before "oreo-play". */
    assert_int_equal(v.n, 3);
    assert_ptr_equal(v.at[0].candidate, &all[0]);
    assert_ptr_equal(v.at[0].gate, &aside_auction_gate);
    assert_string_equal(v.at[0].reason.code, "auction.lost");
    assert_string_equal(v.at[0].reason.why, "bids 0.50 CNY, aqua bids 0.80 CNY");
    assert_string_equal(v.at[1].reason.code, "context.not_shopping");
    assert_string_equal(v.at[2].reason.why, "bids 0.80 CNY, aqua bids 0.80 CNY and comes first by its name");
}

static void nobody_came(void **state) {
    world *w = *state;
    w->candidates.n = 0;
    aside_verdicts v = judge(w);
    assert_null(v.winner);
    assert_int_equal(v.n, 0);
    assert_false(v.turn_held);
}

/* ---- memory ---- */

typedef struct stingy { int left; } stingy;

static void *stingy_realloc(void *user, void *old, size_t old_size, size_t new_size) {
    stingy *s = user;
    aside_host libc = aside_host_complete(NULL);
    if (new_size && s->left-- <= 0) return NULL;
    return libc.realloc(NULL, old, old_size, new_size);
}

static void without_memory_it_says_so(void **state) {
    for (size_t i = 0; i < N_FACTS; i++) {
        world *w = *state;
        aside_status st = ASIDE_ENOMEM;
        facts[i].make(w);
        for (int n = 0; st; n++) {
            stingy s = { n };
            aside_host host = { .user = &s, .realloc = stingy_realloc };
            aside_arena arena;
            aside_verdicts v;
            aside_arena_init(&arena, &host, 1);            /* Every piece is a block. */
            st = aside_policy_judge(&w->candidates, &w->m, &arena, &v);
            assert_true(st == ASIDE_OK || st == ASIDE_ENOMEM);
            if (!st) assert_string_equal(v.at[0].reason.code, facts[i].code);
            aside_arena_free(&arena);
            assert_true(n < 100);
        }
        close_world(state), open_world(state);
    }
}

static void purposes_have_names(void **state) {
    (void)state;
    assert_string_equal(aside_purpose_names[ASIDE_PURPOSE_OFFERS], "offers");
    assert_string_equal(aside_purpose_names[ASIDE_PURPOSE_LEAD], "lead");
    assert_null(aside_purpose_names[ASIDE_PURPOSE_COUNT]);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)
int main(void) {
    const struct CMUnitTest tests[] = {
        T(everything_passes), T(each_gate_holds), T(a_held_turn_looks_at_no_skill), T(of_two_gates_the_earlier_holds),
        T(the_order_is_the_designs), T(a_window_ends_exactly), T(cool_off_and_declines_end_exactly), T(the_future_counts),
        T(only_what_was_or_may_be_heard_counts), T(caps_count_their_own), T(hours_go_over_midnight),
        T(a_skill_without_classes_takes_any_but_sensitive), T(no_offers_at_all_is_a_policy), T(more_past_never_permits_more),
        T(the_store_asks_the_past_again), T(the_highest_bid_wins), T(nobody_came), T(without_memory_it_says_so),
        T(purposes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
