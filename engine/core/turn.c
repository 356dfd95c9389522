/* turn.c -- the path of one utterance, from words to at most one offer.
 *
 * This is the only file that knows every stage.  Each stage is a function of what
 * came before it; nothing here waits, and the clock and the random draw were
 * read once, so that the same turn gives the same bytes again.
 *
 * aside_turn_run, at the end, is the picture: read it first.  What stands before
 * it only hands each stage what it asks for. */
#include "core/turn.h"

#include "core/dialog.h"

static bool nothing_said(const aside_turn *t) { return t->said.n_tokens == 0; }

/* With the store away the assistant goes on, and nothing is sponsored: no record
 * of a consent can be read, and no reservation made. */
static aside_status go_on_without_store(const aside_turn *t, aside_status st) {
    if (st != ASIDE_ESTORE) return st;
    aside_log(&t->session->host, ASIDE_LOG_ERROR, "turn %s: the store cannot be used; nothing is sponsored", t->id);
    return ASIDE_OK;
}

/* The store's picture of the household; of a guest nothing is looked up or kept.  A
 * picture that lacks what was said here counts as none: without it no consent is known. */
static aside_status look_back(aside_turn *t) {
    aside_session *s = t->session;
    aside_history past = { .sensitive_at_ms = INT64_MIN };
    aside_status st = s->device.guest ? ASIDE_OK
        : aside_ledger_history(s->engine->ledger, &s->person, t->now_ms, t->arena, &past);
    if (st || s->store_failed) past = (aside_history){ .sensitive_at_ms = INT64_MIN };
    if (s->sensitive_at_ms > past.sensitive_at_ms) past.sensitive_at_ms = s->sensitive_at_ms;
    t->history = past;
    return go_on_without_store(t, st);
}

static aside_moment moment(const aside_turn *t) {
    const aside_session *s = t->session;
    return (aside_moment){
        .policy = &s->engine->policy, .context = &t->context, .history = &t->history, .device = &s->device,
        .person = &s->person, .zone = s->zone, .now_ms = t->now_ms, .draw = t->draw,
        .stopped_skills = s->stopped_skills, .n_stopped = s->n_stopped,
        .stopping = t->outcome == ASIDE_OUTCOME_STOP,
    };
}

/* An answer to us is not a moment for another offer; a stop says so by its gate. */
static bool may_offer(const aside_turn *t) {
    return t->outcome == ASIDE_OUTCOME_STOP || (t->outcome == ASIDE_OUTCOME_NONE && !nothing_said(t));
}

static aside_status find_candidates(aside_turn *t) {
    if (!may_offer(t)) return ASIDE_OK;
    return aside_skill_find_candidates(&t->session->engine->skills, &t->matches, t->arena, &t->candidates);
}

static aside_status judge(aside_turn *t) {
    aside_moment m = moment(t);
    return may_offer(t) ? aside_policy_judge(&t->candidates, &m, t->arena, &t->verdicts) : ASIDE_OK;
}

static aside_status compose(aside_turn *t) {
    aside_moment m = moment(t);
    const aside_offer *offer = NULL;
    if (!t->verdicts.winner) return ASIDE_OK;
    const char *action_id = aside_arena_printf(t->arena, "%s-a", t->id);
    if (!action_id) return ASIDE_ENOMEM;
    aside_status st = aside_offer_compose(&t->verdicts, &m, t->session->lang, action_id, t->arena, &offer);
    if (!st && offer) t->offer = offer, t->outcome = ASIDE_OUTCOME_OFFER;
    return st;
}

/* Somebody was faster between the gates and the store: the winner is held after all. */
static aside_status hold_winner(aside_turn *t, const char *gate_name, aside_reason reason) {
    aside_verdicts *v = &t->verdicts;
    aside_verdict *longer = aside_arena_alloc_array(t->arena, v->n + 1, sizeof *longer);
    const aside_gate *gate = aside_gates;
    if (!longer) return ASIDE_ENOMEM;
    while (gate->name && !aside_str_is(aside_str_from(gate->name), gate_name)) gate++;
    for (size_t i = 0; i < v->n; i++) longer[i] = v->at[i];
    longer[v->n] = (aside_verdict){ .candidate = v->winner, .gate = gate, .reason = reason };
    *v = (aside_verdicts){ .at = longer, .n = v->n + 1 };
    t->offer = NULL;
    t->outcome = ASIDE_OUTCOME_NONE;
    return ASIDE_OK;
}

static aside_status reserve(aside_turn *t) {
    aside_session *s = t->session;
    bool passed = false;
    const char *gate = NULL;
    aside_reason reason = { 0 };
    if (t->outcome != ASIDE_OUTCOME_OFFER) return ASIDE_OK;
    aside_status st = aside_ledger_reserve(s->engine->ledger, &s->person, &s->engine->policy, t->offer->skill,
                                           t->offer->action_id, t->now_ms, t->offer->expires_ms + ASIDE_LIMIT_HEARD_MS,
                                           t->arena, &passed, &gate, &reason);
    if (st == ASIDE_ESTORE) {
        gate = "cap", reason = (aside_reason){ "cap.store_away", "the store cannot be written, so no limit could be kept" };
        st = go_on_without_store(t, st);
    }
    if (st || passed) return st;
    return hold_winner(t, gate, reason);
}

aside_status aside_turn_run(aside_turn *t) {
    const aside_language *l = t->session->language;
    aside_status st;
    if ((st = aside_utterance_read(t->heard, t->arena, &t->said))) return st;
    if ((st = aside_grammar_match(l->grammar, &t->said, t->arena, &t->matches))) return st;
    if ((st = aside_context_weigh(l->context, &t->said, &t->matches, &t->session->context_memory,
                                  t->now_ms, t->arena, &t->context))) return st;
    if ((st = look_back(t))) return st;
    if ((st = aside_dialog_answer(t))) return st;      /* Yes, no, stop, why: bound to what is open. */
    if ((st = find_candidates(t))) return st;
    if ((st = judge(t))) return st;
    if ((st = compose(t))) return st;
    if ((st = reserve(t))) return st;                  /* Durable before anyone hears it. */
    return aside_dialog_conclude(t);                   /* Remember, record, tell. */
}
