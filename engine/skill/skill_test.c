/* skill_test.c -- reading the tests that stand inside a skill.
 *
 *     tests:
 *       - {say: "am i pretty", expect: {offer: oreo-play}}
 *       - turns:                                  # a conversation, one session
 *           - {say: "am i pretty", expect: {offer: oreo-play}}
 *           - {say: "yes", expect: {outcome: accept, step: reward}}
 *         consent: none                           # or purposes: [offers, personalise]
 *         now: "2026-06-18T20:00:00+08:00"
 *         surfaces: [speech]
 *         child: true                             # or guest: true
 *
 * Not for running them: core/ does, with a whole engine. */
#include "skill/reader.h"

#include "base/buf.h"
#include "base/zone.h"

/* These three lists belong to policy/ and core/, which come later; tests/unit/test_action.c
 * compares them with the originals. */
const char *const aside_skill_gate_names[] = {
    "stop", "sensitive", "child", "guest", "consent", "jurisdiction",
    "surface", "scene", "context", "audience", "dates", "hours", "quiet", "media", "reservation", "declined",
    "brake", "cap", "gap", "budget", "pacing", "auction", NULL
};
const char *const aside_skill_outcome_names[] = { "none", "offer", "accept", "decline", "unclear", "stop", "system", NULL };
const char *const aside_skill_purpose_names[] = { "offers", "personalise", "push", "measure", "lead", NULL };

/* A test as its keys are read; the short form with one `say` becomes one turn. */
typedef struct draft {
    aside_skill_test test;
    aside_skill_turn turn;
    bool             none;             /* expect: {none: true} */
} draft;

static void read_name(aside_skill_reader *r, const aside_yaml *node, const char *const *names, void *out) {
    int i = aside_yaml_one_of(node, names, r->problems);
    if (i >= 0) *(const char **)out = names[i];
}

static void read_lang(aside_skill_reader *r, const aside_yaml *node, void *out)    { read_name(r, node, aside_lang_names, out); }
static void read_outcome(aside_skill_reader *r, const aside_yaml *node, void *out) { read_name(r, node, aside_skill_outcome_names, out); }
static void read_gate(aside_skill_reader *r, const aside_yaml *node, void *out)    { read_name(r, node, aside_skill_gate_names, out); }
static void read_class(aside_skill_reader *r, const aside_yaml *node, void *out)   { read_name(r, node, aside_class_names, out); }
static void read_kind(aside_skill_reader *r, const aside_yaml *node, void *out)    { read_name(r, node, aside_step_names, out); }

/* A test runs with this skill alone, so that no other can ever make the offer. */
static void read_offer(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const char *id = aside_skill_read_line(r, node);
    if (!id) return;
    if (r->skill->id && !aside_str_is(aside_str_from(id), r->skill->id))
        aside_problem_error(r->problems, node->at, "skill.test", "expected this skill's own id '%s', found '%s'", r->skill->id, id);
    *(const char **)out = id;
}

static const aside_skill_field expect_fields[] = {
    { "offer",   NULL, read_offer,            offsetof(draft, turn.expect_skill) },
    { "outcome", NULL, read_outcome,          offsetof(draft, turn.expect_outcome) },
    { "held",    NULL, read_gate,             offsetof(draft, turn.expect_held) },
    { "context", NULL, read_class,            offsetof(draft, turn.expect_class) },
    { "step",    NULL, read_kind,             offsetof(draft, turn.expect_step) },
    { "none",    NULL, aside_skill_read_bool, offsetof(draft, none) },
    { 0 }
};

/* `offer: ID` and `none: true` are outcomes said shortly: only one of the three. */
static void settle_outcome(aside_skill_reader *r, const aside_yaml *node, draft *d) {
    aside_skill_turn *t = &d->turn;
    int n_said = (t->expect_skill != NULL) + (t->expect_outcome != NULL) + d->none;
    if (n_said > 1) aside_problem_error(r->problems, node->at, "skill.test", "write one of offer, outcome and none");
    if (t->expect_skill) t->expect_outcome = aside_skill_outcome_names[ASIDE_OUTCOME_OFFER];
    if (d->none) t->expect_outcome = aside_skill_outcome_names[ASIDE_OUTCOME_NONE];
    if (!t->expect_outcome && !t->expect_held && !t->expect_class && !t->expect_step)
        aside_problem_error(r->problems, node->at, "skill.test", "a test that expects nothing proves nothing: write what must come");
}

static void read_expect(aside_skill_reader *r, const aside_yaml *node, void *out) {
    size_t errors_before = r->problems->n_errors;
    draft *d = out;
    aside_skill_read_section(r, node, expect_fields, d);
    if (r->problems->n_errors == errors_before) settle_outcome(r, node, d);
}

static const aside_skill_field turn_fields[] = {
    { "say",    "skill.test", aside_skill_read_text, offsetof(draft, turn.say) },
    { "expect", "skill.test", read_expect,           0 },
    { "lang",   NULL,         read_lang,             offsetof(draft, turn.lang) },
    { 0 }
};

static void read_turns(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_test *test = out;
    if (!aside_skill_read_list(r, node)) return;
    aside_skill_turn *turns = aside_skill_alloc(r, node->n, sizeof *turns);
    for (size_t i = 0; turns && i < node->n; i++) {
        draft d = { .turn.at = node->items[i]->at };
        aside_skill_read_section(r, node->items[i], turn_fields, &d);
        turns[i] = d.turn;
    }
    test->turns = turns, test->n_turns = turns ? node->n : 0;
}

/* Names of a list joined by commas, each checked. */
static const char *read_joined(aside_skill_reader *r, const aside_yaml *list, const char *const *names) {
    aside_buf b;
    aside_buf_init(&b, r->arena);
    uint32_t bits = aside_skill_read_bits(r, list, names);
    for (int i = 0; names[i]; i++)
        if (bits & (uint32_t)1 << i) aside_buf_printf(&b, "%s%s", b.len ? "," : "", names[i]);
    if (!aside_buf_ok(&b)) r->status = ASIDE_ENOMEM;
    return bits && aside_buf_ok(&b) ? aside_buf_z(&b) : NULL;
}

static void read_consent(aside_skill_reader *r, const aside_yaml *node, void *out) {
    bool none = node->kind == ASIDE_YAML_SCALAR && aside_str_is(node->scalar, "none");
    const char *purposes = NULL;
    if (none) purposes = "";
    else if (node->kind == ASIDE_YAML_SCALAR) read_name(r, node, aside_skill_purpose_names, &purposes);
    else purposes = read_joined(r, node, aside_skill_purpose_names);
    if (purposes) *(const char **)out = purposes;
}

static void read_surfaces(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const char *surfaces = read_joined(r, node, aside_surface_names);
    if (surfaces) *(const char **)out = surfaces;
}

static void read_now(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const char *text = aside_skill_read_line(r, node);
    int64_t at_ms;
    if (!text) return;
    if (!aside_time_parse(aside_str_from(text), &at_ms, NULL))
        aside_problem_error(r->problems, node->at, "skill.test", "expected a time such as 2026-06-18T20:00:00+08:00, found '%s'", text);
    *(const char **)out = text;
}

static const aside_skill_field test_fields[] = {
    { "say",      NULL, aside_skill_read_text, offsetof(draft, turn.say) },
    { "expect",   NULL, read_expect,           0 },
    { "lang",     NULL, read_lang,             offsetof(draft, turn.lang) },
    { "turns",    NULL, read_turns,            offsetof(draft, test) },
    { "consent",  NULL, read_consent,          offsetof(draft, test.consent) },
    { "now",      NULL, read_now,              offsetof(draft, test.now) },
    { "surfaces", NULL, read_surfaces,         offsetof(draft, test.surfaces) },
    { "child",    NULL, aside_skill_read_bool, offsetof(draft, test.child) },
    { "guest",    NULL, aside_skill_read_bool, offsetof(draft, test.guest) },
    { 0 }
};

const aside_skill_section aside_skill_test_sections[] = {
    { "test", test_fields }, { "turn", turn_fields }, { "expect", expect_fields }, { 0 }
};

static void take_single_turn(aside_skill_reader *r, draft *d) {
    aside_skill_turn *turn = aside_skill_alloc(r, 1, sizeof *turn);
    if (!turn) return;
    *turn = d->turn;
    d->test.turns = turn, d->test.n_turns = 1;
}

static void read_test(aside_skill_reader *r, const aside_yaml *node, aside_skill_test *out) {
    draft d = { .test = { .consent = "offers", .at = node->at }, .turn.at = node->at };
    aside_skill_read_section(r, node, test_fields, &d);
    const aside_yaml *turns = aside_yaml_get(node, "turns");
    bool say = aside_yaml_get(node, "say"), expect = aside_yaml_get(node, "expect");
    if (node->kind == ASIDE_YAML_MAP && (turns ? say || expect || d.turn.lang : !say || !expect))
        aside_problem_error(r->problems, node->at, "skill.test", "a test has either say and expect, or turns with them");
    if (!turns) take_single_turn(r, &d);
    *out = d.test;
}

void aside_skill_read_tests(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill *skill = out;
    if (!aside_skill_read_list(r, node)) return;
    aside_skill_test *tests = aside_skill_alloc(r, node->n, sizeof *tests);
    for (size_t i = 0; tests && i < node->n && !r->status; i++) read_test(r, node->items[i], &tests[i]);
    skill->tests = tests, skill->n_tests = tests ? node->n : 0;
}
