/* dialog.c -- see dialog.h.  Here the answer is found and things are opened and
 * closed; system.c says what the assistant answers about itself, conclude.c
 * remembers, records and tells.
 *
 * When the store fails.  A yes needs it (points, the count of what was heard) and
 * is an error that leaves the offer open: it may be said again.  A no, a stop and a
 * withdrawal end what is open all the same, because one word must end it; as the
 * store could not learn of them, nothing more is offered in this session. */
#include "core/dialog.h"

#include "core/conclude.h"
#include "core/system.h"

#include <stdio.h>
#include <string.h>

/* ---- opening and closing ---- */

static void close_open(aside_session *s) {
    s->open = ASIDE_OPEN_NOTHING;
    s->offer_unclear = false;
}

/* What is said is done, though it could not be written down; no offer follows. */
static aside_status go_on_without_store(aside_session *s, aside_status st) {
    if (st != ASIDE_ESTORE) return st;
    aside_log(&s->host, ASIDE_LOG_ERROR, "session %s: the store cannot be used; nothing more is offered in it", s->id);
    s->store_failed = true;
    return ASIDE_OK;
}

static aside_status hold_for_session(aside_session *s, const aside_skill *skill) {
    if (!ASIDE_ARENA_GROW(&s->arena, s->stopped_skills, s->n_stopped, s->cap_stopped)) return ASIDE_ENOMEM;
    s->stopped_skills[s->n_stopped++] = skill->id;
    return ASIDE_OK;
}

static aside_status grant(void *user, const char *key, int points, int64_t now_ms, int64_t *balance) {
    const aside_session *s = user;
    return aside_ledger_grant(s->engine->ledger, &s->person, key, points, now_ms, balance);
}

static aside_rewarder rewarder(aside_session *s) { return (aside_rewarder){ .user = s, .grant = grant }; }

/* Play the device: every step that waits for a proof gets one. */
static aside_status simulate(aside_session *s, int64_t now_ms) {
    aside_rewarder rewards = rewarder(s);
    aside_status st = ASIDE_OK;
    for (int step; !st && (step = aside_run_waiting_step(&s->run)) > 0; )
        st = aside_run_report(&s->run, step, "completed", true, now_ms, &rewards);
    return st;
}

static void close_finished(aside_session *s) {
    if (s->open == ASIDE_OPEN_RUN && aside_run_finished(&s->run)) close_open(s);
}

static aside_status begin_run(aside_session *s, int64_t now_ms) {
    aside_rewarder rewards = rewarder(s);
    aside_status st = aside_dialog_heard(s, now_ms);       /* Who answers has heard. */
    if (!st) st = aside_run_start(&s->run, &s->offer, s->device.capabilities, now_ms, &rewards);
    if (st) return st;
    memset(s->told_steps, 0, sizeof s->told_steps);
    s->offer_unclear = false;
    s->open = ASIDE_OPEN_RUN;
    if (s->simulated_device) st = simulate(s, now_ms);
    close_finished(s);
    return st;
}

static aside_status end_with_no(aside_session *s, int64_t now_ms) {
    aside_status heard = aside_dialog_heard(s, now_ms);
    aside_status kept = aside_ledger_decline(s->engine->ledger, &s->person, s->offer.skill->id, now_ms);
    close_open(s);
    return go_on_without_store(s, heard ? heard : kept);
}

static aside_status end_with_stop(aside_session *s, int64_t now_ms) {
    if (s->open == ASIDE_OPEN_NOTHING) return ASIDE_OK;
    aside_status heard = aside_dialog_heard(s, now_ms), held = hold_for_session(s, s->offer.skill);
    close_open(s);
    return held ? held : go_on_without_store(s, heard);
}

/* ---- what an utterance means while something is open ---- */

/* The best system intent; while something is open, also when it is not the best match of all. */
static aside_system_intent asked(const aside_turn *t) {
    size_t n = t->session->open == ASIDE_OPEN_NOTHING && t->matches.n ? 1 : t->matches.n;
    for (size_t i = 0; i < n; i++)
        if (t->matches.at[i].intent->system != ASIDE_SYSTEM_NONE) return t->matches.at[i].intent->system;
    return ASIDE_SYSTEM_NONE;
}

static const char *words_or_null(const char *words) { return words && words[0] ? words : NULL; }

static aside_status accept(aside_turn *t) {
    aside_session *s = t->session;
    t->outcome = ASIDE_OUTCOME_ACCEPT;
    t->offer = &s->offer;
    aside_status st = begin_run(s, t->now_ms);
    if (!st) t->answer.say = words_or_null(aside_run_say(&s->run, t->arena));
    return st;
}

static aside_status decline(aside_turn *t) {
    t->outcome = ASIDE_OUTCOME_DECLINE;
    t->offer = &t->session->offer;
    t->closed = true;
    t->answer.say = aside_words_in(&t->offer->skill->on_decline, t->session->lang);
    return end_with_no(t->session, t->now_ms);
}

static aside_status stop(aside_turn *t) {
    aside_session *s = t->session;
    t->outcome = ASIDE_OUTCOME_STOP;
    if (s->open != ASIDE_OPEN_NOTHING) t->offer = &s->offer, t->closed = true;
    t->answer.say = aside_phrase(ASIDE_PHRASE_STOPPED, s->lang);
    return end_with_stop(s, t->now_ms);
}

/* Silence is no yes and no no: it lapses. */
static void leave_unanswered(aside_turn *t) {
    t->closed = true;
    close_open(t->session);
}

static bool speaks_of_something_else(const aside_turn *t) {
    return t->matches.n > 0 || t->context.class == ASIDE_CLASS_SENSITIVE || t->context.class == ASIDE_CLASS_TASK;
}

static aside_status no_answer(aside_turn *t) {
    aside_session *s = t->session;
    if (t->said.n_tokens == 0) return ASIDE_OK;
    if (s->open == ASIDE_OPEN_RUN) {
        if (t->context.class == ASIDE_CLASS_SENSITIVE) leave_unanswered(t);
        return ASIDE_OK;
    }
    if (speaks_of_something_else(t) || s->offer_unclear) return leave_unanswered(t), ASIDE_OK;
    s->offer_unclear = true;
    t->outcome = ASIDE_OUTCOME_UNCLEAR;
    t->offer = &s->offer;
    t->answer.say = aside_words_in(&s->offer.skill->on_unclear, s->lang);
    return ASIDE_OK;
}

static void drop_expired(aside_session *s, int64_t now_ms) {
    if (s->open == ASIDE_OPEN_OFFER && now_ms > s->offer.expires_ms) close_open(s);
}

aside_status aside_dialog_answer(aside_turn *t) {
    aside_session *s = t->session;
    drop_expired(s, t->now_ms);
    aside_system_intent wish = asked(t);
    if (wish == ASIDE_SYSTEM_STOP) return stop(t);
    if (wish == ASIDE_SYSTEM_YES && s->open == ASIDE_OPEN_OFFER) return accept(t);
    if (wish == ASIDE_SYSTEM_NO && s->open == ASIDE_OPEN_OFFER) return decline(t);
    if (aside_system_can_answer(wish)) return aside_system_answer(t, wish);
    return s->open == ASIDE_OPEN_NOTHING ? ASIDE_OK : no_answer(t);
}

/* ---- after the turn ---- */

static void open_offer(aside_turn *t) {
    aside_session *s = t->session;
    s->offer = *t->offer;
    snprintf(s->offer_action_id, sizeof s->offer_action_id, "%s", t->offer->action_id);
    s->offer.action_id = s->offer_action_id;
    s->offer.say = NULL;                       /* It dies with the turn; last_say keeps the words. */
    s->offer_heard = s->offer_committed = false;
    s->offer_unclear = false;
    s->open = ASIDE_OPEN_OFFER;
}

/* A household without consent has nothing to be protected from, and nothing is kept of it. */
static aside_status remember_sensitive(aside_turn *t) {
    aside_session *s = t->session;
    if (t->context.class != ASIDE_CLASS_SENSITIVE) return ASIDE_OK;
    s->sensitive_at_ms = t->now_ms;
    if (s->device.guest || !t->history.consent[ASIDE_PURPOSE_OFFERS]) return ASIDE_OK;
    return go_on_without_store(s, aside_ledger_sensitive(s->engine->ledger, &s->person, t->now_ms));
}

aside_status aside_dialog_conclude(aside_turn *t) {
    aside_session *s = t->session;
    aside_status st = remember_sensitive(t);
    if (!st && t->outcome == ASIDE_OUTCOME_OFFER) {
        open_offer(t);
        if (s->simulated_device) st = go_on_without_store(s, aside_dialog_heard(s, t->now_ms));
    }
    aside_context_remember(&s->context_memory, &t->context, t->now_ms);
    return st ? st : aside_conclude(t);
}

/* ---- the same by touch ---- */

aside_status aside_dialog_accept(aside_session *s, int64_t now_ms) {
    if (s->open != ASIDE_OPEN_OFFER || now_ms > s->offer.expires_ms) return ASIDE_ESTATE;
    aside_status st = begin_run(s, now_ms);
    return st ? st : aside_tell_steps(s, now_ms);
}

aside_status aside_dialog_decline(aside_session *s, int64_t now_ms) {
    if (s->open != ASIDE_OPEN_OFFER) return ASIDE_ESTATE;
    aside_status st = end_with_no(s, now_ms);
    return st ? st : aside_tell_stop(s, now_ms);
}

aside_status aside_dialog_stop(aside_session *s, int64_t now_ms) {
    if (s->open == ASIDE_OPEN_NOTHING) return ASIDE_ESTATE;
    aside_status st = end_with_stop(s, now_ms);
    return st ? st : aside_tell_stop(s, now_ms);
}

/* An action that the ledger does not know was erased meanwhile: there is nothing to
 * count it in.  Heard without being committed, it is tried again. */
aside_status aside_dialog_heard(aside_session *s, int64_t now_ms) {
    if (!s->offer.skill) return ASIDE_ESTATE;
    s->offer_heard = true;
    if (s->offer_committed) return ASIDE_OK;
    aside_status st = aside_ledger_commit(s->engine->ledger, &s->person, s->offer.action_id, now_ms);
    if (st == ASIDE_EINVAL) st = ASIDE_OK;
    s->offer_committed = st == ASIDE_OK;
    return st;
}

aside_status aside_dialog_lapse(aside_session *s, int64_t now_ms) {
    if (s->open == ASIDE_OPEN_OFFER) close_open(s);
    if (!s->offer.skill || s->offer_committed) return ASIDE_OK;
    if (s->offer_heard) return aside_dialog_heard(s, now_ms);
    return aside_ledger_release(s->engine->ledger, &s->person, s->offer.action_id, now_ms);
}

/* A run stays within reach after its last step: the jump is tapped later, if at all. */
static bool can_report_steps(const aside_session *s) {
    bool is_its_run = s->run.skill && strcmp(s->run.action_id, s->offer.action_id) == 0;
    return is_its_run && (s->open == ASIDE_OPEN_RUN || aside_run_finished(&s->run));
}

aside_status aside_dialog_step(aside_session *s, int step, const char *event, bool simulated, int64_t now_ms) {
    aside_rewarder rewards = rewarder(s);
    if (!can_report_steps(s)) return ASIDE_ESTATE;
    aside_status st = aside_run_report(&s->run, step, event, simulated, now_ms, &rewards);
    close_finished(s);
    return st ? st : aside_tell_steps(s, now_ms);
}

aside_status aside_dialog_consent(aside_session *s, aside_purpose purpose, bool granted, const char *wording,
                                  const char *channel, int64_t now_ms) {
    if (s->device.guest || (granted && s->device.child)) return ASIDE_ESTATE;
    aside_status st = aside_ledger_consent(s->engine->ledger, &s->person, purpose, granted, wording, channel, now_ms);
    if (granted || purpose != ASIDE_PURPOSE_OFFERS) return st;
    (void)!go_on_without_store(s, st);         /* Who asked is told that it was not written, but has peace. */
    if (s->open == ASIDE_OPEN_NOTHING) return st;
    close_open(s);                             /* Withdrawal takes effect at once. */
    aside_status told = aside_tell_stop(s, now_ms);
    return st ? st : told;
}
