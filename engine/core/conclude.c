/* conclude.c -- see conclude.h. */
#include "core/conclude.h"

#include "core/decision.h"

#include <stdio.h>

static aside_status tell(aside_session *s, aside_event_kind kind, int64_t now_ms, aside_buf *json) {
    const char *z = aside_buf_z(json);
    if (!z) return ASIDE_ENOMEM;
    return aside_events_add(&s->events, &(aside_event){ .kind = kind, .turn = s->turn, .at_ms = now_ms, .json = z });
}

aside_status aside_tell_steps(aside_session *s, int64_t now_ms) {
    for (size_t i = 0; i < s->run.n_steps; i++) {
        aside_step_state state = s->run.steps[i].state;
        if (state == s->told_steps[i]) continue;
        aside_buf json;
        aside_buf_init(&json, &s->turn_arena);
        aside_status st = aside_action_json(&s->run, (int)i + 1, &json);
        if (!st) st = tell(s, ASIDE_EVENT_ACTION, now_ms, &json);
        if (st) return st;
        s->told_steps[i] = state;
    }
    return ASIDE_OK;
}

aside_status aside_tell_stop(aside_session *s, int64_t now_ms) {
    aside_buf json;
    aside_json_writer w;
    aside_buf_init(&json, &s->turn_arena);
    aside_json_writer_init(&w, &json);
    aside_json_open(&w, '{');
    aside_json_key(&w, "type"), aside_json_add_z(&w, "stop");
    aside_json_key(&w, "action"), aside_json_add_z(&w, s->offer.action_id);
    aside_json_close(&w, '}');
    return tell(s, ASIDE_EVENT_STOP, now_ms, &json);
}

/* Of guests and children nothing is kept. */
static aside_status write_trail(aside_turn *t) {
    const aside_session *s = t->session;
    aside_buf kept;
    if (s->device.guest || s->device.child) return ASIDE_OK;
    aside_buf_init(&kept, t->arena);
    aside_status st = aside_decision_json(t, true, &kept);
    if (st) return st;
    st = aside_ledger_trail_add(s->engine->ledger, &s->person, t->id, t->now_ms, aside_buf_str(&kept));
    if (st != ASIDE_ESTORE) return st;
    aside_log(&s->host, ASIDE_LOG_ERROR, "turn %s: its trail could not be written", t->id);
    return ASIDE_OK;                           /* A missing trail is no reason to be silent to the person. */
}

static aside_status tell_decision(aside_turn *t) {
    aside_buf json;
    aside_buf_init(&json, t->arena);
    aside_status st = aside_decision_json(t, false, &json);
    if (st) return st;
    return aside_events_add(&t->session->events, &(aside_event){
        .kind = ASIDE_EVENT_DECISION, .turn = t->number, .at_ms = t->now_ms,
        .confidence_pm = t->confidence_pm, .outcome = t->outcome, .json = json.at });
}

static void keep_last_say(aside_turn *t) {
    const char *said = t->outcome == ASIDE_OUTCOME_OFFER ? t->offer->say : t->answer.say;
    if (said && t->answer.system != ASIDE_SYSTEM_REPEAT)
        snprintf(t->session->last_say, sizeof t->session->last_say, "%s", said);
}

aside_status aside_conclude(aside_turn *t) {
    aside_status st = write_trail(t);
    if (!st) st = tell_decision(t);
    if (!st && t->outcome == ASIDE_OUTCOME_ACCEPT) st = aside_tell_steps(t->session, t->now_ms);
    if (!st && t->closed && t->session->offer.skill) st = aside_tell_stop(t->session, t->now_ms);
    if (!st) keep_last_say(t);
    return st;
}
