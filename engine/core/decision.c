/* decision.c -- see decision.h.  One function for each member, in the order in
 * which they are written; the last one puts them together. */
#include "core/decision.h"

static void add_heading(aside_json_writer *w, const aside_turn *t, bool kept) {
    const aside_session *s = t->session;
    char at[ASIDE_TIME_TEXT];
    aside_zone_format(s->zone, t->now_ms, at);
    aside_json_put_z(w, "id", t->id);
    aside_json_put_z(w, "session", s->id);
    aside_json_put_int(w, "turn", t->number);
    aside_json_put_z(w, "at", at);
    if (!kept) {
        aside_json_key(w, "text");
        aside_json_add_str(w, (aside_str){ t->heard.at ? t->heard.at : "", t->heard.len });
    }
    aside_json_put_z(w, "lang", aside_lang_names[s->lang]);
    aside_json_put_int(w, "confidence", t->confidence_pm);
}

/* The best match that is an intent of a file; a skill's own sentences are its trigger, not an intent. */
static const aside_match *best_intent(const aside_turn *t) {
    for (size_t i = 0; i < t->matches.n; i++)
        if (!t->matches.at[i].intent->skill) return &t->matches.at[i];
    return NULL;
}

static void add_slots(aside_json_writer *w, const aside_match *m, bool kept) {
    aside_json_open(w, '{');
    for (size_t i = 0; i < m->n_slots; i++) {
        aside_json_key(w, m->slots[i].name);
        if (kept && m->slots[i].free_words) aside_json_add_null(w);
        else aside_json_add_raw(w, m->slots[i].value);
    }
    aside_json_close(w, '}');
}

static void add_intent(aside_json_writer *w, const aside_turn *t, bool kept) {
    const aside_match *m = best_intent(t);
    aside_json_key(w, "intent");
    if (!m) {
        aside_json_add_null(w);
        return;
    }
    aside_json_open(w, '{');
    aside_json_put_z(w, "name", m->intent->name);
    aside_json_key(w, "slots"), add_slots(w, m, kept);
    aside_json_put_int(w, "score", m->score_pm);
    aside_json_close(w, '}');
}

static void add_context(aside_json_writer *w, const aside_context *c) {
    aside_json_key(w, "context");
    aside_json_open(w, '{');
    aside_json_put_z(w, "class", aside_class_names[c->class]);
    aside_json_put_int(w, "score", c->score_pm);
    aside_json_key(w, "sponsor"), aside_json_add_bool(w, c->sponsor);
    aside_json_key(w, "scores");
    aside_json_open(w, '{');
    for (int i = 0; i < ASIDE_CLASS_COUNT; i++) aside_json_put_int(w, aside_class_names[i], c->scores_pm[i]);
    aside_json_close(w, '}');
    aside_json_close(w, '}');
}

static aside_status add_surfaces(aside_json_writer *w, const aside_turn *t) {
    aside_buf surfaces;
    aside_status st = ASIDE_OK;
    aside_buf_init(&surfaces, t->arena);
    if (t->outcome == ASIDE_OUTCOME_OFFER) st = aside_offer_surfaces_json(t->offer, &surfaces);
    else aside_buf_add_z(&surfaces, "{}");     /* What is on the screen stays as it was offered. */
    if (st) return st;
    aside_json_key(w, "surfaces");
    aside_json_add_raw(w, aside_buf_str(&surfaces));
    return ASIDE_OK;
}

static void add_steps(aside_json_writer *w, const aside_turn *t) {
    aside_buf steps;
    aside_buf_init(&steps, t->arena);
    if (t->outcome == ASIDE_OUTCOME_ACCEPT) aside_run_steps_json(&t->session->run, t->session->zone, &steps);
    else aside_buf_add_z(&steps, "[]");
    aside_json_key(w, "steps");
    aside_json_add_raw(w, aside_buf_str(&steps));
}

static aside_status add_action(aside_json_writer *w, const aside_turn *t) {
    const aside_offer *o = t->offer;
    bool is_offer = t->outcome == ASIDE_OUTCOME_OFFER;
    char expires[ASIDE_TIME_TEXT];
    aside_status st = ASIDE_OK;
    aside_json_key(w, "action");
    if (!o) return aside_json_add_null(w), ASIDE_OK;
    aside_zone_format(t->session->zone, o->expires_ms, expires);
    aside_json_open(w, '{');
    aside_json_put_z(w, "id", o->action_id);
    aside_json_put_z(w, "skill", o->skill->id);
    aside_json_put_z(w, "sponsor", o->skill->sponsor.name);
    aside_json_put_z(w, "label", o->label);
    aside_json_put_z(w, "say", is_offer ? o->say : t->answer.say);
    st = add_surfaces(w, t);
    aside_json_put_z(w, "expires", expires);
    add_steps(w, t);
    aside_json_close(w, '}');
    return st;
}

static void add_system(aside_json_writer *w, const aside_turn *t) {
    const aside_answer *a = &t->answer;
    aside_json_key(w, "system");
    if (!a->name) {
        aside_json_add_null(w);
        return;
    }
    aside_json_open(w, '{');
    aside_json_put_z(w, "name", a->name);
    if (aside_str_is(aside_str_from(a->name), "consent")) {
        aside_json_put_z(w, "purpose", aside_purpose_names[a->purpose]);
        aside_json_key(w, "granted"), aside_json_add_bool(w, a->granted);
    }
    if (a->system == ASIDE_SYSTEM_POINTS) aside_json_put_int(w, "points", a->points);
    aside_json_put_z(w, "say", a->say);
    aside_json_close(w, '}');
}

static void add_held(aside_json_writer *w, const aside_verdicts *v) {
    size_t n = v->n < ASIDE_LIMIT_HELD ? v->n : ASIDE_LIMIT_HELD;
    aside_json_key(w, "held");
    aside_json_open(w, '[');
    for (size_t i = 0; i < n; i++) {
        const aside_verdict *verdict = &v->at[i];
        aside_json_open(w, '{');
        aside_json_put_z(w, "skill", verdict->candidate ? verdict->candidate->skill->id : "*");
        aside_json_put_z(w, "gate", verdict->gate->name);
        aside_json_put_z(w, "code", verdict->reason.code);
        aside_json_put_z(w, "why", verdict->reason.why);
        aside_json_close(w, '}');
    }
    aside_json_close(w, ']');
}

static int64_t count_gate(const aside_verdicts *v, const char *name) {
    int64_t n = 0;
    for (size_t i = 0; i < v->n; i++) n += aside_str_is(aside_str_from(name), v->at[i].gate->name);
    return n;
}

static void add_count(aside_json_writer *w, const aside_verdicts *v, const char *name) {
    int64_t n = count_gate(v, name);
    if (n) aside_json_put_int(w, name, n);
}

/* In the order of the gates.  A gate may have two rows of one name (stop): counted at its first. */
static void add_held_counts(aside_json_writer *w, const aside_verdicts *v) {
    aside_json_key(w, "held_counts");
    aside_json_open(w, '{');
    for (const aside_gate *g = aside_gates; g->name; g++) {
        const aside_gate *first = aside_gates;
        while (!aside_str_is(aside_str_from(first->name), g->name)) first++;
        if (first == g) add_count(w, v, g->name);
    }
    add_count(w, v, aside_auction_gate.name);
    aside_json_close(w, '}');
}

aside_status aside_decision_json(const aside_turn *t, bool kept, aside_buf *out) {
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    add_heading(&w, t, kept);
    add_intent(&w, t, kept);
    add_context(&w, &t->context);
    aside_json_put_z(&w, "outcome", aside_outcome_name(t->outcome));
    aside_status st = add_action(&w, t);
    add_system(&w, t);
    add_held(&w, &t->verdicts);
    add_held_counts(&w, &t->verdicts);
    aside_json_close(&w, '}');
    return st ? st : aside_buf_ok(out) ? ASIDE_OK : ASIDE_ENOMEM;
}

aside_status aside_action_json(const aside_run *r, int step, aside_buf *out) {
    const aside_step_run *run = &r->steps[step - 1];
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    aside_json_put_z(&w, "type", "action");
    aside_json_put_z(&w, "action", r->action_id);
    aside_json_put_int(&w, "step", step);
    aside_json_put_z(&w, "do", aside_step_names[run->step->kind]);
    aside_json_put_z(&w, "state", aside_step_state_name(run->state));
    if (run->simulated) aside_json_key(&w, "simulated"), aside_json_add_bool(&w, true);
    if (run->balance >= 0) aside_json_put_int(&w, "points", run->step->points), aside_json_put_int(&w, "balance", run->balance);
    aside_json_close(&w, '}');
    return aside_buf_ok(out) ? ASIDE_OK : ASIDE_ENOMEM;
}
