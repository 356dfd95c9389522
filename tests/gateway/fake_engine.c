/* fake_engine.c -- see fake_engine.h. */
#include "fake_engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_EVENTS = 64, MOST_JSON = 2048 };

struct aside_engine { fake_account *account; };

typedef struct told { aside_event event; char text[512], json[MOST_JSON]; } told;

struct aside_session {
    fake_account *account;
    int    rate_hz, n_speech, n_words, n_words_told, turn;
    told   events[MOST_EVENTS];
    int    n, next;
};

aside_engine *fake_engine_open(fake_account *account) {
    aside_engine *e = malloc(sizeof *e);
    e->account = account;
    account->checksum = 0xCBF29CE484222325u;
    return e;
}

void aside_engine_close(aside_engine *engine) { free(engine); }

static void copy(char *to, size_t size, const char *from) { snprintf(to, size, "%s", from ? from : ""); }

aside_status aside_session_open(aside_engine *engine, const aside_session_options *o, aside_session **out, aside_error *err) {
    fake_account *a = engine->account;
    if (a->is_deaf && o->sample_rate) return ASIDE_ESTATE;
    if (o->scene && strcmp(o->scene, "moon") == 0) {
        if (err) snprintf(err->text, sizeof err->text, "'moon' is not a scene");
        return ASIDE_EINVAL;
    }
    aside_session *s = calloc(1, sizeof *s);
    s->account = a, s->rate_hz = o->sample_rate;
    a->n_open++, a->n_opened++, a->sample_rate = o->sample_rate;
    copy(a->user, sizeof a->user, o->user), copy(a->language, sizeof a->language, o->language);
    copy(a->surfaces, sizeof a->surfaces, o->surfaces), copy(a->capabilities, sizeof a->capabilities, o->capabilities);
    *out = s;
    return ASIDE_OK;
}

void aside_session_close(aside_session *s) {
    if (s) s->account->n_open--;
    free(s);
}

const char *aside_session_id(const aside_session *s) { return (void)s, "f00d"; }

static told *add(aside_session *s, aside_event_kind kind, const char *text) {
    if (s->next == s->n) s->n = s->next = 0;
    told *t = &s->events[s->n++];
    *t = (told){ .event = { .kind = kind, .turn = s->turn + 1 } };
    copy(t->text, sizeof t->text, text);
    t->event.text = kind == ASIDE_EVENT_DECISION ? NULL : t->text;
    t->event.json = t->json;
    return t;
}

static void tell_text(aside_session *s, aside_event_kind kind, const char *text, const char *words) {
    told *t = add(s, kind, text);
    bool is_final = kind == ASIDE_EVENT_FINAL;
    snprintf(t->json, sizeof t->json, "{\"type\":\"%s\",\"text\":\"%s\"%s%s%s}", is_final ? "final" : "partial", text,
             is_final ? ",\"confidence\":900,\"words\":[" : "", is_final ? words : "", is_final ? "]" : "");
}

static void decide(aside_session *s, const char *text) {
    told *t = add(s, ASIDE_EVENT_DECISION, "");
    t->event.outcome = ASIDE_OUTCOME_NONE;
    s->turn++;
    snprintf(t->json, sizeof t->json, "{\"id\":\"f00d-%d\",\"text\":\"%s\",\"outcome\":\"none\"}", s->turn, text);
}

static void spell(int n_words, char *text, size_t size) {
    text[0] = '\0';
    for (int i = 0; i < n_words && strlen(text) + 8 < size; i++) strcat(text, i ? " word" : "word");
}

static void tell_partial(aside_session *s) {
    char text[512];
    s->n_words_told = s->n_words;
    spell(s->n_words, text, sizeof text);
    tell_text(s, ASIDE_EVENT_PARTIAL, text, "");
}

static void tell_final(aside_session *s) {
    char text[512], words[512] = "";
    spell(s->n_words, text, sizeof text);
    for (int i = 0; i < s->n_words && i < 6; i++)
        sprintf(words + strlen(words), "%s{\"word\":\"word\",\"start\":%d.5,\"end\":%d,\"conf\":0.875}", i ? "," : "", i, i + 1);
    tell_text(s, ASIDE_EVENT_FINAL, text, words);
    decide(s, text);
    s->n_speech = s->n_words = s->n_words_told = 0;
}

static void hear(aside_session *s, int16_t sample) {
    fake_account *a = s->account;
    a->n_samples++;
    a->checksum = (a->checksum ^ (uint16_t)sample) * 0x100000001B3u;
    if (sample == FAKE_SPEECH && ++s->n_speech % FAKE_WORD_SAMPLES == 0) s->n_words++;
    if (sample == FAKE_END && s->n_speech) tell_final(s);
}

aside_status aside_session_feed_audio(aside_session *s, const int16_t *pcm, size_t n_samples) {
    if (!s->rate_hz) return ASIDE_ESTATE;
    if (s->account->n_busy > 0) return s->account->n_busy--, ASIDE_EBUSY;
    for (size_t i = 0; i < n_samples; i++) hear(s, pcm[i]);
    if (s->n_words > s->n_words_told) tell_partial(s);
    return s->account->has_no_store ? ASIDE_ESTORE : ASIDE_OK;
}

aside_status aside_session_end_audio(aside_session *s) {
    if (!s->rate_hz) return ASIDE_ESTATE;
    if (s->account->n_busy > 0) return s->account->n_busy--, ASIDE_EBUSY;
    tell_final(s);
    return ASIDE_OK;
}

aside_status aside_session_feed_text(aside_session *s, const char *text, ptrdiff_t length) {
    size_t n = length < 0 ? strlen(text) : (size_t)length;
    if (n > 100) return ASIDE_ELIMIT;
    decide(s, text);
    return ASIDE_OK;
}

aside_status aside_session_consent(aside_session *s, const char *purpose, bool granted, const char *wording) {
    (void)wording;
    if (strcmp(purpose, "world") == 0) return ASIDE_EINVAL;
    if (strcmp(purpose, "lead") == 0) return ASIDE_ESTATE;
    snprintf(s->account->purpose, sizeof s->account->purpose, "%s=%d", purpose, granted);
    return ASIDE_OK;
}

aside_status aside_session_report(aside_session *s, const char *action_id, int step, const char *event, const char *proof) {
    if (strcmp(action_id, "a1") != 0) return ASIDE_EINVAL;
    if (strcmp(event, "expired") == 0) return ASIDE_ESTATE;
    snprintf(s->account->report, sizeof s->account->report, "%s/%d/%s", action_id, step, event);
    copy(s->account->proof, sizeof s->account->proof, proof);
    return ASIDE_OK;
}

const aside_event *aside_session_next(aside_session *s) { return s->next < s->n ? &s->events[s->next++].event : NULL; }

const char *aside_outcome_name(aside_outcome o) {
    static const char *const names[] = { "none", "offer", "accept", "decline", "unclear", "stop", "system" };
    return names[o];
}
