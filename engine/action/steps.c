/* steps.c -- what happens after a yes.
 *
 *     kind      begins as     waits for                 as JSON, beside step, do, state
 *     minigame  ready         `completed` from the game url, needs, fallback, simulated
 *     reward    done          nothing: granted at once  points, balance
 *     deeplink  ready         nothing, see below        app, web, host
 *     reminder  done          nothing, see below        due, label, say
 *     say       done          nothing                   say
 *
 * A mini-game on a device that lacks what it needs becomes its fallback, and
 * fails when it has none; what stands after it then never happens.  Once it is
 * shown, tapped or accepted it is waiting; closed, declined or expired it has
 * failed.
 *
 * A deep link is offered, never opened by itself: it stays ready until a report
 * says `tapped` (done) or `closed` (failed).  Nothing waits for it: a jump is the
 * last word to most people, and whether they took it is theirs to decide.
 *
 * A reminder is done when the device has been handed the directive: when it is
 * due and what is then said, label first.  The device's own alarm keeps it; the
 * engine does not ring.
 *
 * A reward is granted by the ledger under the key "ACTION-STEP", so that a report
 * sent twice, or again after an error, grants once.
 *
 * Recipe for a new kind: see skill/step_kind.c; here a row of `kinds`. */
#include "action/steps.h"

#include <stdio.h>
#include <string.h>

/* What a call brings along. */
typedef struct present {
    aside_run            *run;
    int64_t               now_ms;
    const aside_rewarder *rewards;
} present;

typedef struct writer {
    aside_json_writer json;
    aside_arena      *arena;
    const aside_run  *run;
    const aside_zone *zone;
} writer;

static const char *words_of(const aside_run *r, const aside_step *step) {
    return aside_words_in(&step->say, r->lang);
}

/* ------------------------------- Beginning ------------------------------ */

static aside_status begin_minigame(const present *p, aside_step_run *s) {
    bool lacks = s->step->needs & ~p->run->capabilities;
    s->fell_back = lacks && s->step->fallback;
    s->state = lacks && !s->step->fallback ? ASIDE_STEP_FAILED : ASIDE_STEP_READY;
    return ASIDE_OK;
}

static aside_status begin_reward(const present *p, aside_step_run *s) {
    char key[ASIDE_LIMIT_ID_BYTES + 16];
    if (!p->rewards) return ASIDE_EINVAL;
    snprintf(key, sizeof key, "%s-%d", p->run->action_id, (int)(s - p->run->steps) + 1);
    aside_status st = p->rewards->grant(p->rewards->user, key, s->step->points, p->now_ms, &s->balance);
    if (!st) s->state = ASIDE_STEP_DONE;
    return st;
}

static aside_status begin_deeplink(const present *p, aside_step_run *s) {
    (void)p;
    s->state = ASIDE_STEP_READY;
    return ASIDE_OK;
}

static aside_status begin_reminder(const present *p, aside_step_run *s) {
    s->due_ms = p->now_ms + s->step->after_ms;
    s->state = ASIDE_STEP_DONE;
    return ASIDE_OK;
}

static aside_status begin_say(const present *p, aside_step_run *s) {
    (void)p;
    s->state = ASIDE_STEP_DONE;
    return ASIDE_OK;
}

/* -------------------------------- Writing ------------------------------- */

static void write_needs(writer *w, uint32_t needs) {
    aside_json_key(&w->json, "needs");
    aside_json_open(&w->json, '[');
    for (int i = 0; i < ASIDE_CAPABILITY_COUNT; i++)
        if (needs & 1u << i) aside_json_add_z(&w->json, aside_capability_names[i]);
    aside_json_close(&w->json, ']');
}

static void write_minigame(writer *w, const aside_step_run *s) {
    aside_json_put_z(&w->json, "url", s->step->url);
    if (s->fell_back) aside_json_put_z(&w->json, "fallback", s->step->fallback);
    else write_needs(w, s->step->needs);
}

static void write_reward(writer *w, const aside_step_run *s) {
    aside_json_put_int(&w->json, "points", s->step->points);
    aside_json_put_int(&w->json, "balance", s->balance);
}

/* The loader has checked that it is "https://HOST" and what may follow. */
static aside_str host_of(const char *web) {
    const char *host = strstr(web, "://") + 3;
    return (aside_str){ host, strcspn(host, ":/?#") };
}

static void write_deeplink(writer *w, const aside_step_run *s) {
    if (s->step->app) aside_json_put_z(&w->json, "app", s->step->app);
    aside_json_put_z(&w->json, "web", s->step->web);
    aside_json_key(&w->json, "host");
    aside_json_add_str(&w->json, host_of(s->step->web));
}

/* What rings later is as sponsored as what is said now. */
static void write_reminder(writer *w, const aside_step_run *s) {
    char due[ASIDE_TIME_TEXT];
    aside_zone_format(w->zone, s->due_ms, due);
    aside_json_put_z(&w->json, "due", due);
    aside_json_put_z(&w->json, "label", aside_offer_label(w->run->lang));
    aside_json_put_z(&w->json, "say", aside_offer_say(w->run->skill, w->run->lang, words_of(w->run, s->step), w->arena));
}

static void write_say(writer *w, const aside_step_run *s) {
    aside_json_put_z(&w->json, "say", words_of(w->run, s->step));
}

/* ------------------------------- The kinds ------------------------------ */

typedef struct kind {
    bool         waits;                /* Later steps wait until it is done. */
    bool         speaks;               /* Its words are said when it begins. */
    aside_status (*begin)(const present *p, aside_step_run *s);    /* Sets the state. */
    void         (*write)(writer *w, const aside_step_run *s);
} kind;

static const kind kinds[ASIDE_STEP_COUNT] = {
    [ASIDE_STEP_MINIGAME] = { true,  true,  begin_minigame, write_minigame },
    [ASIDE_STEP_REWARD]   = { false, true,  begin_reward,   write_reward },
    [ASIDE_STEP_DEEPLINK] = { false, true,  begin_deeplink, write_deeplink },
    [ASIDE_STEP_REMINDER] = { false, false, begin_reminder, write_reminder },
    [ASIDE_STEP_SAY]      = { false, true,  begin_say,      write_say },
};

static const char *const state_names[] = { "pending", "ready", "waiting", "done", "failed" };

/* What a report makes of a step that is ready or waiting; PENDING: it changes nothing. */
static const struct { const char *event; aside_step_state if_waits, if_not; } effects[] = {
    { "heard",     ASIDE_STEP_PENDING, ASIDE_STEP_PENDING },
    { "shown",     ASIDE_STEP_WAITING, ASIDE_STEP_PENDING },
    { "tapped",    ASIDE_STEP_WAITING, ASIDE_STEP_DONE },
    { "accepted",  ASIDE_STEP_WAITING, ASIDE_STEP_DONE },
    { "completed", ASIDE_STEP_DONE,    ASIDE_STEP_DONE },
    { "declined",  ASIDE_STEP_FAILED,  ASIDE_STEP_FAILED },
    { "closed",    ASIDE_STEP_FAILED,  ASIDE_STEP_FAILED },
    { "expired",   ASIDE_STEP_FAILED,  ASIDE_STEP_FAILED },
};

static const kind *kind_of(const aside_step_run *s) { return &kinds[s->step->kind]; }

static bool is_open(const aside_step_run *s) {
    return s->state == ASIDE_STEP_READY || s->state == ASIDE_STEP_WAITING;
}

static bool holds_up(const aside_step_run *s) {
    return s->state == ASIDE_STEP_FAILED || (kind_of(s)->waits && s->state != ASIDE_STEP_DONE);
}

/* Begin the current step and those after it, up to the first that is waited for. */
static aside_status go_on(const present *p) {
    aside_run *r = p->run;
    for (; r->current < r->n_steps; r->current++) {
        aside_step_run *s = &r->steps[r->current];
        aside_status st = kind_of(s)->begin(p, s);
        if (st) return st;
        if (holds_up(s)) break;
    }
    return ASIDE_OK;
}

static aside_status effect_of(const char *event, bool waits, aside_step_state *state) {
    for (size_t i = 0; i < sizeof effects / sizeof *effects; i++)
        if (strcmp(effects[i].event, event) == 0)
            return *state = waits ? effects[i].if_waits : effects[i].if_not, ASIDE_OK;
    return ASIDE_EINVAL;
}

aside_status aside_run_start(aside_run *r, const aside_offer *o, uint32_t capabilities, int64_t now_ms,
                             const aside_rewarder *rewards) {
    aside_run begun = { .skill = o->skill, .lang = o->lang, .n_steps = o->skill->n_steps, .capabilities = capabilities };
    present p = { &begun, now_ms, rewards };
    if (strlen(o->action_id) >= sizeof begun.action_id || begun.n_steps > ASIDE_LIMIT_STEPS) return ASIDE_ELIMIT;
    strcpy(begun.action_id, o->action_id);
    for (size_t i = 0; i < begun.n_steps; i++)
        begun.steps[i] = (aside_step_run){ .step = &o->skill->steps[i], .balance = -1 };
    aside_status st = go_on(&p);
    if (!st) *r = begun;
    return st;
}

static aside_status apply(aside_run *r, aside_step_run *s, aside_step_state state, bool simulated, present *p) {
    bool was_current = s == &r->steps[r->current];
    s->state = state;
    s->simulated |= simulated;
    if (!was_current || state != ASIDE_STEP_DONE) return ASIDE_OK;
    r->current++;
    return go_on(p);
}

aside_status aside_run_report(aside_run *r, int step, const char *event, bool simulated, int64_t now_ms,
                              const aside_rewarder *rewards) {
    aside_run before = *r;
    present p = { r, now_ms, rewards };
    aside_step_state state;
    if (step < 1 || (size_t)step > r->n_steps) return ASIDE_EINVAL;
    aside_step_run *s = &r->steps[step - 1];
    if (effect_of(event, kind_of(s)->waits, &state)) return ASIDE_EINVAL;
    if (s->state == ASIDE_STEP_PENDING) return ASIDE_ESTATE;
    if (!simulated) r->began_from = r->current + 1;     /* What was begun before was said before. */
    if (state == ASIDE_STEP_PENDING) return ASIDE_OK;
    if (!is_open(s)) return ASIDE_ESTATE;
    aside_status st = apply(r, s, state, simulated, &p);
    if (st) *r = before;
    return st;
}

bool aside_run_finished(const aside_run *r) {
    return r->current == r->n_steps || r->steps[r->current].state == ASIDE_STEP_FAILED;
}

int aside_run_waiting_step(const aside_run *r) {
    return r->current < r->n_steps && is_open(&r->steps[r->current]) ? (int)r->current + 1 : 0;
}

static bool has_begun(const aside_step_run *s) { return is_open(s) || s->state == ASIDE_STEP_DONE; }

const char *aside_run_say(const aside_run *r, aside_arena *arena) {
    aside_buf b;
    aside_buf_init(&b, arena);
    for (size_t i = r->began_from; i < r->n_steps; i++) {
        const aside_step_run *s = &r->steps[i];
        const char *words = words_of(r, s->step);
        if (!has_begun(s) || !kind_of(s)->speaks || !words) continue;
        if (b.len && r->lang == ASIDE_LANG_EN) aside_buf_add_char(&b, ' ');
        aside_buf_add_z(&b, words);
    }
    if (!aside_buf_ok(&b)) return NULL;
    return b.len ? aside_buf_z(&b) : "";
}

static void write_step(writer *w, const aside_step_run *s, int step) {
    aside_json_open(&w->json, '{');
    aside_json_put_int(&w->json, "step", step);
    aside_json_put_z(&w->json, "do", aside_step_names[s->step->kind]);
    aside_json_put_z(&w->json, "state", aside_step_state_name(s->state));
    kind_of(s)->write(w, s);
    if (s->simulated) {
        aside_json_key(&w->json, "simulated");
        aside_json_add_bool(&w->json, true);
    }
    aside_json_close(&w->json, '}');
}

void aside_run_steps_json(const aside_run *r, const aside_zone *zone, aside_buf *out) {
    writer w = { .arena = out->arena, .run = r, .zone = zone };
    aside_json_writer_init(&w.json, out);
    aside_json_open(&w.json, '[');
    for (size_t i = 0; i < r->n_steps; i++)
        if (r->steps[i].state != ASIDE_STEP_PENDING) write_step(&w, &r->steps[i], (int)i + 1);
    aside_json_close(&w.json, ']');
}

const char *aside_step_state_name(aside_step_state s) {
    return state_names[s];
}
