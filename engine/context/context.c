/* context.c -- weighing one utterance.
 *
 * Evidence for each class is a sum, in thousandths of a nat:
 *
 *     prior    before anything is heard; `other` has the largest, so that what is
 *              not understood is other and not whatever comes next
 *     intents  for each class the best match of that class, by its score
 *     phrases  every listed run of tokens, once however often it is said
 *     memory   what the turns before were, fading; small, so that a topic can
 *              change at once and one odd turn does not flip it
 *
 * and a softmax makes shares of it.
 *
 * Being sensitive is decided beside that.  A sensitive intent, enough sensitive
 * words that a person listed, or a large enough share each decide alone, whatever
 * else was said: "where can I buy a pregnancy test" is shopping and is sensitive,
 * and then it is sensitive.  The price is to be silent too often; the other
 * mistake is an advertisement at a sickbed.
 *
 * What this does not do: look at word order beyond a phrase, at negation, or at
 * who speaks. */
#include "context/softmax.h"
#include "context/words.h"

#include <string.h>

/* What was remembered counts half after this long. */
#define HALF_LIFE_MS (3 * 60 * 1000)
/* A sensitive moment leads every other class by at least this: a share of over 0.83. */
#define SENSITIVE_LEAD 3000

typedef struct evidence {
    int32_t of[ASIDE_CLASS_COUNT];
    int64_t alarm;                     /* Written sensitive weight. */
    bool    sensitive_intent;
} evidence;

static int32_t clamp(int64_t x) {
    return (int32_t)(x > 1000000 ? 1000000 : x < -1000000 ? -1000000 : x);
}

static void hear_intents(const aside_context_model *m, const aside_matches *matches, evidence *e) {
    int best_pm[ASIDE_CLASS_COUNT] = { 0 };
    for (size_t i = 0; i < matches->n; i++) {
        const aside_match *match = &matches->at[i];
        int class = match->intent->class;
        if (class >= 0 && match->score_pm > best_pm[class]) best_pm[class] = match->score_pm;
    }
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++)
        e->of[c] = clamp(e->of[c] + (int64_t)m->intent * best_pm[c] / 1000);
    e->sensitive_intent = best_pm[ASIDE_CLASS_SENSITIVE] > 0;
}

static void hear_phrase(const aside_phrase *p, evidence *e) {
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++) e->of[c] = clamp((int64_t)e->of[c] + p->weights[c]);
    e->alarm += p->alarm;
}

static aside_status hear_phrases(const aside_context_model *m, const aside_utterance *u, aside_arena *arena, evidence *e) {
    bool *heard = aside_arena_alloc_array(arena, m->n_phrases, sizeof *heard);
    if (!heard) return ASIDE_ENOMEM;
    for (size_t from = 0; from < u->n_tokens; from++) {
        size_t left = u->n_tokens - from;
        for (size_t n = 1; n <= m->longest && n <= left; n++) {
            const aside_phrase *p = aside_context_find(m, u, from, n);
            if (!p || heard[p->index]) continue;
            heard[p->index] = true;
            hear_phrase(p, e);
        }
    }
    return ASIDE_OK;
}

/* `value` after age_ms: halved for each half-life, straight lines between. */
static int64_t fade(int64_t value, int64_t age_ms) {
    if (age_ms <= 0) return value;         /* The clock was set back: as if no time had passed. */
    int64_t halvings = age_ms / HALF_LIFE_MS, rest_ms = age_ms % HALF_LIFE_MS;
    if (halvings >= 30) return 0;
    value >>= halvings;
    return value - value * rest_ms / (2 * HALF_LIFE_MS);
}

static void recall(const aside_context_model *m, const aside_context_memory *memory, int64_t now_ms, evidence *e) {
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++)
        e->of[c] = clamp(e->of[c] + fade(memory->scores_pm[c], now_ms - memory->at_ms) * m->memory / 1000);
}

static void put_sensitive_first(evidence *e) {
    int32_t top = e->of[0];
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++)
        if (c != ASIDE_CLASS_SENSITIVE && e->of[c] > top) top = e->of[c];
    if (e->of[ASIDE_CLASS_SENSITIVE] < top + SENSITIVE_LEAD) e->of[ASIDE_CLASS_SENSITIVE] = top + SENSITIVE_LEAD;
}

/* On a tie the later class: the rows of ASIDE_CLASS_MAP go from the one that is
 * sponsored most easily to the one that never is. */
static aside_class leading(const int *scores_pm) {
    int best = 0;
    for (int c = 1; c < ASIDE_CLASS_COUNT; c++)
        if (scores_pm[c] >= scores_pm[best]) best = c;
    return (aside_class)best;
}

static aside_context conclude(const aside_context_model *m, evidence *e) {
    aside_context now = { 0 };
    bool alarmed = e->sensitive_intent || e->alarm >= m->alarm;
    aside_softmax(e->of, ASIDE_CLASS_COUNT, now.scores_pm);
    if (alarmed || now.scores_pm[ASIDE_CLASS_SENSITIVE] >= m->sensitive_pm) {
        put_sensitive_first(e);
        aside_softmax(e->of, ASIDE_CLASS_COUNT, now.scores_pm);
    }
    now.class = leading(now.scores_pm);
    now.score_pm = now.scores_pm[now.class];
    now.sponsor = m->sponsor_pm[now.class] > 0 && now.score_pm >= m->sponsor_pm[now.class];
    return now;
}

aside_status aside_context_weigh(const aside_context_model *m, const aside_utterance *u, const aside_matches *matches,
                                 const aside_context_memory *memory, int64_t now_ms, aside_arena *arena,
                                 aside_context *out) {
    evidence e = { 0 };
    memcpy(e.of, m->prior, sizeof e.of);
    hear_intents(m, matches, &e);
    aside_status st = hear_phrases(m, u, arena, &e);
    if (st) return st;
    recall(m, memory, now_ms, &e);
    *out = conclude(m, &e);
    return ASIDE_OK;
}

void aside_context_remember(aside_context_memory *memory, const aside_context *now, int64_t now_ms) {
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++)
        memory->scores_pm[c] = (int)(fade(memory->scores_pm[c], now_ms - memory->at_ms) + now->scores_pm[c]) / 2;
    memory->at_ms = now_ms;
}
