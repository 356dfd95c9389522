/* system.c -- see system.h.
 *
 * Recipe for a new question to the assistant: an id in ASIDE_SYSTEM_MAP
 * (intent/grammar.h), an intent with `system:` in intents/LANG/system.yaml, its
 * phrases in phrases.h, and a row with a function here. */
#include "core/system.h"

#include "core/dialog.h"

/* The purpose that the sentence names (a slot `purpose`), else offers. */
static aside_purpose named_purpose(const aside_turn *t) {
    const aside_match *m = t->matches.at;
    for (size_t i = 0; m && i < m->n_slots; i++) {
        aside_str value = m->slots[i].value;
        if (!aside_str_is(aside_str_from(m->slots[i].name), "purpose") || value.len < 2) continue;
        for (int p = 0; p < ASIDE_PURPOSE_COUNT; p++)
            if (aside_str_is((aside_str){ value.at + 1, value.len - 2 }, aside_purpose_names[p])) return (aside_purpose)p;
    }
    return ASIDE_PURPOSE_OFFERS;
}

static aside_status say(aside_turn *t, aside_phrase_id id) {
    t->answer.say = aside_phrase(id, t->session->lang);
    return ASIDE_OK;
}

static aside_status set_consent(aside_turn *t, bool granted) {
    aside_session *s = t->session;
    aside_purpose purpose = named_purpose(t);
    bool was_open = s->open != ASIDE_OPEN_NOTHING;
    aside_status st = aside_dialog_consent(s, purpose, granted, ASIDE_CONSENT_WORDING, "voice", t->now_ms);
    t->answer.purpose = (int)purpose;
    t->answer.granted = granted && !st;
    if (st == ASIDE_ESTATE) return say(t, granted ? ASIDE_PHRASE_CANNOT_GRANT : ASIDE_PHRASE_WITHDRAWN);
    if (st) return st;
    if (was_open && s->open == ASIDE_OPEN_NOTHING) t->offer = &s->offer;
    return say(t, granted ? ASIDE_PHRASE_GRANTED : ASIDE_PHRASE_WITHDRAWN);
}

static aside_status grant(aside_turn *t) { return set_consent(t, true); }
static aside_status withdraw(aside_turn *t) { return set_consent(t, false); }

static const aside_skill *skill_by_id(const aside_turn *t, const char *id) {
    const aside_skills *skills = &t->session->engine->skills;
    for (size_t i = 0; i < skills->n; i++)
        if (aside_str_is(aside_str_from(skills->at[i]->id), id)) return skills->at[i];
    return NULL;
}

/* The offer that "that" means: this session's last, else the household's. */
static const aside_skill *last_skill(const aside_turn *t) {
    if (t->session->offer.skill) return t->session->offer.skill;
    for (size_t i = t->history.n_offers; i-- > 0; )
        if (t->history.offers[i].heard) return skill_by_id(t, t->history.offers[i].skill);
    return NULL;
}

static aside_phrase_id moment_of(const aside_skill *skill) {
    if (skill->classes == 1u << ASIDE_CLASS_CHITCHAT) return ASIDE_PHRASE_WHEN_CHITCHAT;
    if (skill->classes == 1u << ASIDE_CLASS_SHOPPING) return ASIDE_PHRASE_WHEN_SHOPPING;
    return ASIDE_PHRASE_WHEN_OTHER;
}

static aside_status why(aside_turn *t) {
    aside_lang lang = t->session->lang;
    const aside_skill *skill = last_skill(t);
    if (!skill) return say(t, ASIDE_PHRASE_NO_OFFER);
    t->answer.say = aside_arena_printf(t->arena, aside_phrase(ASIDE_PHRASE_WHY, lang),
                                       aside_phrase(moment_of(skill), lang), skill->sponsor.spoken.in[lang]);
    return t->answer.say ? ASIDE_OK : ASIDE_ENOMEM;
}

static aside_status who_pays(aside_turn *t) {
    const aside_skill *skill = last_skill(t);
    if (!skill) return say(t, ASIDE_PHRASE_NO_OFFER);
    t->answer.say = aside_arena_printf(t->arena, aside_phrase(ASIDE_PHRASE_WHO_PAYS, t->session->lang),
                                       skill->sponsor.paid_by, skill->sponsor.on_behalf_of,
                                       skill->sponsor.contact ? skill->sponsor.contact : "-");
    return t->answer.say ? ASIDE_OK : ASIDE_ENOMEM;
}

static aside_status repeat(aside_turn *t) {
    const char *last = t->session->last_say;
    if (!last[0]) return say(t, ASIDE_PHRASE_NOTHING_TO_REPEAT);
    t->answer.say = aside_arena_copy_z(t->arena, aside_str_from(last));
    return t->answer.say ? ASIDE_OK : ASIDE_ENOMEM;
}

static aside_status points(aside_turn *t) {
    aside_session *s = t->session;
    if (s->device.guest || s->device.child) return say(t, ASIDE_PHRASE_NOT_STORED);
    aside_status st = aside_ledger_points(s->engine->ledger, &s->person, &t->answer.points);
    if (st) return st;
    t->answer.say = aside_arena_printf(t->arena, aside_phrase(ASIDE_PHRASE_POINTS, s->lang), (long long)t->answer.points);
    return t->answer.say ? ASIDE_OK : ASIDE_ENOMEM;
}

/* Interests are not stored by this version, and that is the honest answer. */
static aside_status interests(aside_turn *t) { return say(t, ASIDE_PHRASE_NO_INTERESTS); }

static aside_status erase(aside_turn *t) {
    aside_session *s = t->session;
    if (s->device.guest || s->device.child) return say(t, ASIDE_PHRASE_NOT_STORED);
    if (s->open != ASIDE_OPEN_NOTHING) t->offer = &s->offer, t->closed = true;
    s->open = ASIDE_OPEN_NOTHING;
    aside_status st = aside_ledger_erase(s->engine->ledger, &s->person);
    return st ? st : say(t, ASIDE_PHRASE_ERASED);
}

static aside_status help(aside_turn *t) { return say(t, ASIDE_PHRASE_HELP); }

/* By aside_system_intent; a row without a function is the dialog's own.
 * `name` is that of the object `system`. */
static const struct { const char *name; aside_status (*answer)(aside_turn *); } rows[ASIDE_SYSTEM_COUNT] = {
    [ASIDE_SYSTEM_GRANT]       = { "consent", grant },
    [ASIDE_SYSTEM_WITHDRAW]    = { "consent", withdraw },
    [ASIDE_SYSTEM_STOP_OFFERS] = { "consent", withdraw },
    [ASIDE_SYSTEM_WHY]         = { "why", why },
    [ASIDE_SYSTEM_WHO_PAYS]    = { "who_pays", who_pays },
    [ASIDE_SYSTEM_REPEAT]      = { "repeat", repeat },
    [ASIDE_SYSTEM_POINTS]      = { "points", points },
    [ASIDE_SYSTEM_INTERESTS]   = { "interests", interests },
    [ASIDE_SYSTEM_ERASE]       = { "erase", erase },
    [ASIDE_SYSTEM_HELP]        = { "help", help },
};

bool aside_system_can_answer(aside_system_intent wish) { return rows[wish].answer != NULL; }

aside_status aside_system_answer(aside_turn *t, aside_system_intent wish) {
    t->outcome = ASIDE_OUTCOME_SYSTEM;
    t->answer.system = wish;
    t->answer.name = rows[wish].name;
    return rows[wish].answer(t);
}
