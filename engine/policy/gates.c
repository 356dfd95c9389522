/* gates.c -- every reason for saying nothing, in the order in which it is asked.
 *
 * The table at the end is the whole policy.  A row is a pure function of the
 * moment (and, after the bar, of one candidate): it reads no clock, draws
 * nothing and remembers nothing, so that `explain`, a replay and the store's
 * atomic step all get the same answer from the same picture.
 *
 * Time.  A window of length W holds an event as long as now - at < W; at
 * exactly W it has left.  An event that is dated after now (the clock was set
 * back) counts as well: a clock that jumps may cost an offer, it never grants
 * one.
 *
 * Recipe for a new gate: write its function here (true means "holds"; the code
 * is "<gate>.<reason>"; the sentence has the figures), put its row where
 * its turn is, and add to tests/unit/test_policy.c a case in which it holds. */
#include "base/buf.h"
#include "policy/policy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };
enum { SPAN_BYTES = 48 };

/* ---- words ---- */

/* Without memory for the sentence `why` is NULL; who asked makes ENOMEM of it. */
static bool hold(aside_reason *reason, const char *code, const char *why) {
    *reason = (aside_reason){ code, why };
    return true;
}

/* "3 d 4 h", "1 h 12 min", "5 min", "45 s": two units are enough for a person. */
static const char *spell(int64_t ms, char out[SPAN_BYTES]) {
    static const struct { int64_t ms; const char *name; } units[] = {
        { DAY_MS, "d" }, { HOUR_MS, "h" }, { MINUTE_MS, "min" }, { SECOND_MS, "s" }, { 1, "ms" } };
    size_t i = 0;
    while (i < 4 && ms < units[i].ms) i++;
    int64_t rest = i < 2 ? ms % units[i].ms / units[i + 1].ms : 0;
    int n = snprintf(out, SPAN_BYTES, "%" PRId64 " %s", ms / units[i].ms, units[i].name);
    if (rest) snprintf(out + n, SPAN_BYTES - (size_t)n, " %" PRId64 " %s", rest, units[i + 1].name);
    return out;
}

/* A limit, in the one unit in which people set it: "240 min", "30 d". */
static const char *spell_limit(int64_t ms, char out[SPAN_BYTES]) {
    if (ms <= 0 || ms % DAY_MS == 0 || ms % MINUTE_MS) return spell(ms, out);
    snprintf(out, SPAN_BYTES, "%" PRId64 " min", ms / MINUTE_MS);
    return out;
}

/* "1 h 12 min since the last offer, 240 min needed". */
static const char *since(aside_arena *arena, int64_t age_ms, const char *what, int64_t need_ms) {
    char age[SPAN_BYTES], need[SPAN_BYTES];
    spell_limit(need_ms, need);
    if (age_ms >= 0)
        return aside_arena_printf(arena, "%s since %s, %s needed", spell(age_ms, age), what, need);
    spell(age_ms == INT64_MIN ? INT64_MAX : -age_ms, age);
    return aside_arena_printf(arena, "%s is dated %s ahead of the clock, %s needed", what, age, need);
}

/* "personal or home" of the bits set. */
static void add_names(aside_buf *b, uint32_t bits, const char *const *names) {
    const char *glue = "";
    for (int i = 0; names[i]; i++) {
        if (!(bits >> i & 1)) continue;
        aside_buf_printf(b, "%s%s", glue, names[i]);
        glue = " or ";
    }
    if (!*glue) aside_buf_add_z(b, "none");
}

/* ---- time ---- */

/* now - at, stopping at the ends of the type: `at` may come from anybody's clock. */
static int64_t age_ms(int64_t now_ms, int64_t at_ms) {
    if (at_ms < 0 && now_ms > INT64_MAX + at_ms) return INT64_MAX;
    if (at_ms > 0 && now_ms < INT64_MIN + at_ms) return INT64_MIN;
    return now_ms - at_ms;
}

/* from > to goes over midnight. */
static bool minute_within(int minute, int from, int to) {
    return from < to ? minute >= from && minute < to : minute >= from || minute < to;
}

static const char *clock_why(aside_arena *arena, const char *what, int from, int to, const aside_moment *m) {
    int now = aside_zone_minute_of_day(m->zone, m->now_ms);
    return aside_arena_printf(arena, "%s from %02d:%02d to %02d:%02d, it is %02d:%02d in %s", what, from / 60, from % 60,
                              to / 60, to % 60, now / 60, now % 60, aside_zone_name(m->zone));
}

/* ---- before the bar: no skill is looked at ---- */

static bool stop_said(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    (void)c, (void)arena;
    return m->stopping && hold(reason, "stop.now", "this was a request to stop");
}

static bool is_sensitive(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    (void)c;
    if (m->context->class == ASIDE_CLASS_SENSITIVE)
        return hold(reason, "sensitive.now", aside_arena_printf(arena, "a sensitive matter, at %d per mille",
                                                               m->context->score_pm));
    if (m->history->sensitive_at_ms == INT64_MIN) return false;
    int64_t age = age_ms(m->now_ms, m->history->sensitive_at_ms);
    return age < m->policy->cool_off_ms
        && hold(reason, "sensitive.cool_off", since(arena, age, "a sensitive matter", m->policy->cool_off_ms));
}

static bool child_present(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    (void)c, (void)arena;
    return m->device->child && hold(reason, "child.marked", "the session is marked as a child's");
}

static bool guest_present(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    (void)c, (void)arena;
    return m->device->guest && hold(reason, "guest.present", "the session is marked as a guest's");
}

static bool no_consent(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    (void)c, (void)arena;
    return !m->history->consent[ASIDE_PURPOSE_OFFERS]
        && hold(reason, "consent.offers", "nobody has agreed to the purpose offers");
}

/* ---- after the bar: for each candidate ---- */

static bool stopped_before(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    (void)arena;
    for (size_t i = 0; i < m->n_stopped; i++)
        if (strcmp(m->stopped_skills[i], c->skill->id) == 0)
            return hold(reason, "stop.session", "it was stopped in this session");
    return false;
}

static bool no_surface(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    aside_buf why;
    if (m->device->surfaces & c->skill->surfaces) return false;
    aside_buf_init(&why, arena);
    aside_buf_add_z(&why, "needs ");
    add_names(&why, c->skill->surfaces, aside_surface_names);
    aside_buf_add_z(&why, ", the device has ");
    add_names(&why, m->device->surfaces, aside_surface_names);
    return hold(reason, "surface.not_offered", aside_buf_z(&why));
}

static bool other_scene(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    aside_buf why;
    if (c->skill->scenes >> m->device->scene & 1) return false;
    aside_buf_init(&why, arena);
    aside_buf_add_z(&why, "needs ");
    add_names(&why, c->skill->scenes, aside_scene_names);
    aside_buf_printf(&why, ", this is %s", aside_scene_names[m->device->scene]);
    return hold(reason, "scene.other", aside_buf_z(&why));
}

/* "context.not_shopping" when that alone is wanted, else "context.other". */
static const char *context_code(uint32_t wanted) {
    static const char *const alone[] = {
#define X(id, name) [ASIDE_CLASS_##id] = "context.not_" name,
        ASIDE_CLASS_MAP(X)
#undef X
    };
    for (int i = 0; i < ASIDE_CLASS_COUNT; i++)
        if (wanted == 1u << i) return alone[i];
    return "context.other";
}

static bool context_unfit(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    uint32_t any = ((1u << ASIDE_CLASS_COUNT) - 1) & ~(1u << ASIDE_CLASS_SENSITIVE);
    uint32_t wanted = c->skill->classes ? c->skill->classes : any;
    const char *heard = aside_class_names[m->context->class];
    aside_buf why;
    if (wanted >> m->context->class & 1)
        return !m->context->sponsor
            && hold(reason, "context.low_score",
                    aside_arena_printf(arena, "heard %s at %d per mille, which is not sure enough", heard, m->context->score_pm));
    aside_buf_init(&why, arena);
    aside_buf_add_z(&why, "needs ");
    add_names(&why, wanted, aside_class_names);
    aside_buf_printf(&why, ", heard %s", heard);
    return hold(reason, context_code(wanted), aside_buf_z(&why));
}

static bool outside_dates(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    int64_t day = aside_zone_day(m->zone, m->now_ms);
    if (day < c->skill->from_day)
        return hold(reason, "dates.early", aside_arena_printf(arena, "it begins in %" PRId64 " d", c->skill->from_day - day));
    if (day > c->skill->to_day)
        return hold(reason, "dates.over", aside_arena_printf(arena, "it ended %" PRId64 " d ago", day - c->skill->to_day));
    return false;
}

static bool outside_hours(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    int from = c->skill->from_minute, to = c->skill->to_minute;
    if (from == to || minute_within(aside_zone_minute_of_day(m->zone, m->now_ms), from, to)) return false;
    return hold(reason, "hours.outside", clock_why(arena, "allowed", from, to, m));
}

static bool quiet_now(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    int from = m->policy->quiet_from_minute, to = m->policy->quiet_to_minute;
    (void)c;
    if (from == to || !minute_within(aside_zone_minute_of_day(m->zone, m->now_ms), from, to)) return false;
    return hold(reason, "quiet.hours", clock_why(arena, "quiet", from, to, m));
}

/* The age of the youngest decline of `skill` (NULL: of any); INT64_MAX when none. */
static int64_t decline_age_ms(const aside_moment *m, const char *skill) {
    int64_t youngest = INT64_MAX;
    for (size_t i = 0; i < m->history->n_declines; i++) {
        const aside_past_decline *d = &m->history->declines[i];
        int64_t age = age_ms(m->now_ms, d->at_ms);
        if (age < youngest && (!skill || strcmp(d->skill, skill) == 0)) youngest = age;
    }
    return youngest;
}

static bool was_declined(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    int64_t this_age = decline_age_ms(m, c->skill->id), any_age = decline_age_ms(m, NULL);
    if (this_age < m->policy->decline_skill_ms)
        return hold(reason, "declined.skill",
                    since(arena, this_age, "the last decline of this skill", m->policy->decline_skill_ms));
    return any_age < m->policy->decline_all_ms
        && hold(reason, "declined.all", since(arena, any_age, "the last decline", m->policy->decline_all_ms));
}

/* Heard ones count; so does one that is reserved and may yet be heard. */
static bool counts(const aside_past_offer *o, int64_t now_ms) {
    return o->heard || now_ms < o->expires_ms;
}

static bool is_same(aside_cap_scope per, const aside_past_offer *o, const aside_person *p) {
    switch (per) {
        case ASIDE_CAP_USER:      return strcmp(o->user, p->user) == 0;
        case ASIDE_CAP_DEVICE:    return strcmp(o->device, p->device) == 0;
        case ASIDE_CAP_HOUSEHOLD: break;
    }
    return true;                            /* The whole history is one household's. */
}

/* Offers of `skill` (NULL: of all) within the window that ends now. */
static int count_offers(const aside_moment *m, const char *skill, aside_cap_scope per, int64_t every_ms) {
    int n = 0;
    for (size_t i = 0; i < m->history->n_offers; i++) {
        const aside_past_offer *o = &m->history->offers[i];
        n += counts(o, m->now_ms) && age_ms(m->now_ms, o->at_ms) < every_ms && is_same(per, o, m->person)
             && (!skill || strcmp(o->skill, skill) == 0);
    }
    return n;
}

static bool over_cap(const aside_moment *m, const char *skill, const aside_cap *cap, aside_arena *arena, aside_reason *reason) {
    static const struct { const char *code, *whom; } scopes[] = {
        [ASIDE_CAP_USER]      = { "cap.user",      "user" },
        [ASIDE_CAP_HOUSEHOLD] = { "cap.household", "household" },
        [ASIDE_CAP_DEVICE]    = { "cap.device",    "device" } };
    char every[SPAN_BYTES];
    int n = count_offers(m, skill, cap->per, cap->every_ms);
    if (n < cap->max) return false;
    return hold(reason, scopes[cap->per].code,
                aside_arena_printf(arena, "%d offer%s %s to this %s in the last %s, %d allowed by %s", n, n == 1 ? "" : "s",
                                   skill ? "of this skill" : "in all", scopes[cap->per].whom,
                                   spell_limit(cap->every_ms, every), cap->max,
                                   skill ? "the skill's own cap" : "the setting policy.household.max"));
}

static bool capped(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    aside_cap everyone = { .per = ASIDE_CAP_HOUSEHOLD, .max = m->policy->household_max, .every_ms = m->policy->household_every_ms };
    for (size_t i = 0; i < c->skill->n_caps; i++)
        if (over_cap(m, c->skill->id, &c->skill->caps[i], arena, reason)) return true;
    return over_cap(m, NULL, &everyone, arena, reason);
}

static bool too_soon(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason) {
    int64_t youngest = INT64_MAX;
    (void)c;
    for (size_t i = 0; i < m->history->n_offers; i++) {
        int64_t age = age_ms(m->now_ms, m->history->offers[i].at_ms);
        if (age < youngest && counts(&m->history->offers[i], m->now_ms)) youngest = age;
    }
    return youngest < m->policy->gap_ms
        && hold(reason, "gap.household", since(arena, youngest, "the last offer", m->policy->gap_ms));
}

/* ---- the table ----
 * Columns: name, asked per skill, asked again by the store, function, help.  `stop`
 * has a row in each stage, because it says two things: nothing now, and not this
 * one for the rest of the session.
 *
 * A row without a function is a gate whose place is fixed and whose facts are
 * not in skill files yet: the reader of skills refuses their keys, so that no
 * file can rely on a limit that nobody keeps.  The judge passes them over. */
const aside_gate aside_gates[] = {
    { "stop",         false, false, stop_said,      "the person said stop" },
    { "sensitive",    false, false, is_sensitive,   "a sensitive matter, or too little time after one" },
    { "child",        false, false, child_present,  "a child: nothing sponsored" },
    { "guest",        false, false, guest_present,  "a guest: nothing sponsored" },
    { "consent",      false, true,  no_consent,     "offers are off until somebody agrees to them" },
    { "jurisdiction", false, false, NULL,           "rules of the region" },

    { "stop",         true,  false, stopped_before, "this skill was stopped in this session" },
    { "surface",      true,  false, no_surface,     "the device has no surface that the skill can use" },
    { "scene",        true,  false, other_scene,    "not in this scene" },
    { "context",      true,  false, context_unfit,  "the talk is about something else, or it is not clear enough" },
    { "audience",     true,  false, NULL,           "targeting by what a person declared" },
    { "dates",        true,  false, outside_dates,  "before its first or after its last day" },
    { "hours",        true,  false, outside_hours,  "outside the skill's hours" },
    { "quiet",        true,  false, quiet_now,      "the quiet hours of the settings" },
    { "media",        true,  false, NULL,           "something is playing" },
    { "reservation",  true,  false, NULL,           "the place is booked by another campaign" },
    { "declined",     true,  true,  was_declined,   "after a no" },
    { "brake",        true,  false, NULL,           "fewer offers to those who keep saying no" },
    { "cap",          true,  true,  capped,         "as often as is allowed" },
    { "gap",          true,  true,  too_soon,       "too little time since the last offer" },
    { "budget",       true,  false, NULL,           "the campaign's money is spent" },
    { "pacing",       true,  false, NULL,           "the campaign's money is spread over the day" },
    { NULL,           false, false, NULL,           NULL }
};
