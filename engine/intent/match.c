/* match.c -- an utterance to what it can mean.
 *
 *     tokens -> index -> a few patterns -> slots -> best first
 *
 * Three tries, each only for want of a better one: the utterance as it is; without
 * the assistant's name in front ("hey aside ..."); without fillers and skip words.
 * Names are also taken off when the first try only matched with free words, for a
 * wildcard swallows a name gladly. */
#include "intent/model.h"

#include "base/limits.h"

#include <string.h>

typedef struct ranked {
    aside_match match;
    size_t      n_literal;
    size_t      longest;                      /* Tokens of the longest listed value. */
} ranked;

typedef struct matcher {
    const aside_grammar   *g;
    const aside_utterance *u;
    aside_arena           *arena;
    const aside_template  *t;                 /* Being tried. */
    aside_pattern_runner  *runner;
    ranked                 best[ASIDE_LIMIT_MATCHES + 1];
    size_t                 n;
    aside_status           status;
} matcher;

/* ---- slots ---- */

static const aside_list_value *choose_value(const aside_template *t, const aside_tree *slot, aside_str words) {
    const aside_list_value *v = aside_list_find(slot->list, words);
    while (v && !aside_requires_allows(t->block, slot->slot, v)) v = v->same;
    return v;
}

/* PCRE2 asks: may these words fill that group? */
static bool may_fill(void *user, size_t group, size_t from, size_t to) {
    const matcher *m = user;
    const aside_tree *slot = m->t->slots[group - 1];
    aside_str words = { m->u->normal.at + from, to - from };
    int64_t number;
    if (slot->list->kind == ASIDE_LIST_RANGE) return aside_list_number(slot->list, words, m->g->language, &number);
    return choose_value(m->t, slot, words) != NULL;
}

static size_t token_at(const aside_utterance *u, size_t byte) {
    size_t low = 0, high = u->n_tokens;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((size_t)(u->tokens[middle].text.at - u->normal.at) < byte) low = middle + 1;
        else high = middle;
    }
    return low;
}

typedef struct filling {
    aside_slot              slots[ASIDE_LIMIT_SLOTS];
    size_t                  n;
    const aside_list_value *values[ASIDE_LIMIT_GROUPS];
    size_t                  n_values;
    size_t                  n_free, n_captured, longest;       /* Tokens. */
} filling;

/* The last of one name stands. */
static void put_slot(filling *f, const char *name, aside_str value, bool free_words) {
    size_t i = 0;
    while (i < f->n && strcmp(f->slots[i].name, name) != 0) i++;
    if (i == ASIDE_LIMIT_SLOTS) return;
    f->slots[i] = (aside_slot){ name, value, free_words };
    if (i == f->n) f->n++;
}

static aside_str slot_value(matcher *m, const aside_tree *slot, size_t from, size_t to, filling *f) {
    size_t first = token_at(m->u, from), end = token_at(m->u, to);
    aside_str words = { m->u->normal.at + from, to - from };
    int64_t number = 0;
    f->n_captured += end - first;
    switch (slot->list->kind) {
        case ASIDE_LIST_FREE:
            f->n_free += end - first;
            return aside_list_json_text(aside_utterance_span(m->u, first, end), m->arena);
        case ASIDE_LIST_RANGE:
            aside_list_number(slot->list, words, m->g->language, &number);
            return aside_list_json_number(number, m->arena);
        case ASIDE_LIST_TEXT: break;
    }
    const aside_list_value *v = choose_value(m->t, slot, words);
    f->values[f->n_values++] = v;
    if (end - first > f->longest) f->longest = end - first;
    return v->json;
}

static void fill(matcher *m, const size_t *groups, size_t n_groups, filling *f) {
    for (size_t k = 1; k < n_groups; k++) {
        if (groups[2 * k] == SIZE_MAX) continue;
        const aside_tree *slot = m->t->slots[k - 1];
        aside_str value = slot_value(m, slot, groups[2 * k], groups[2 * k + 1], f);
        if (!value.at) m->status = ASIDE_ENOMEM;
        put_slot(f, slot->slot, value, slot->free_words);
    }
    for (size_t i = 0; i < m->t->block->n_slots; i++)
        put_slot(f, m->t->block->slots[i].name, m->t->block->slots[i].value, false);
}

/* ---- ranking ---- */

static bool goes_before(const ranked *a, const ranked *b) {
    if (a->match.score_pm != b->match.score_pm) return a->match.score_pm > b->match.score_pm;
    if (a->longest != b->longest) return a->longest > b->longest;
    if (a->n_literal != b->n_literal) return a->n_literal > b->n_literal;
    if (a->match.n_slots != b->match.n_slots) return a->match.n_slots > b->match.n_slots;
    return a->match.template_id < b->match.template_id;
}

static bool same_meaning(const aside_match *a, const aside_match *b) {
    if (a->intent != b->intent || a->n_slots != b->n_slots) return false;
    for (size_t i = 0; i < a->n_slots; i++)
        if (strcmp(a->slots[i].name, b->slots[i].name) || !aside_str_equal(a->slots[i].value, b->slots[i].value)) return false;
    return true;
}

static void remove_at(matcher *m, size_t i) {
    memmove(m->best + i, m->best + i + 1, (m->n - i - 1) * sizeof *m->best);
    m->n--;
}

/* Sorted insertion; of two that mean the same the better stays. */
static void keep(matcher *m, const ranked *r) {
    for (size_t i = 0; i < m->n; i++) {
        if (!same_meaning(&m->best[i].match, &r->match)) continue;
        if (goes_before(&m->best[i], r)) return;
        remove_at(m, i);
        break;
    }
    size_t i = m->n;
    while (i > 0 && goes_before(r, &m->best[i - 1])) i--;
    if (i == ASIDE_LIMIT_MATCHES) return;
    memmove(m->best + i + 1, m->best + i, (m->n - i) * sizeof *m->best);
    m->best[i] = *r;
    if (++m->n > ASIDE_LIMIT_MATCHES) m->n = ASIDE_LIMIT_MATCHES;
}

/* Half the score is lost when every word is free. */
static int score(const filling *f, size_t n_tokens) { return 1000 - (int)(500 * f->n_free / n_tokens); }

static void try_template(matcher *m, uint32_t id) {
    const size_t *groups;
    size_t n_groups;
    filling f;
    m->t = &m->g->templates[id];
    if (m->status || !aside_pattern_run(m->runner, m->t->pattern, m->u->normal, &groups, &n_groups)) return;
    f.n = f.n_values = f.n_free = f.n_captured = f.longest = 0;
    fill(m, groups, n_groups, &f);
    if (m->status || !aside_requires_met(m->t->block, f.values, f.n_values)) return;
    aside_slot *slots = aside_arena_alloc_array(m->arena, f.n, sizeof *slots);
    if (!slots) { m->status = ASIDE_ENOMEM; return; }
    memcpy(slots, f.slots, f.n * sizeof *slots);
    keep(m, &(ranked){ { m->t->intent, slots, f.n, score(&f, m->u->n_tokens), id, m->t->at },
                       m->u->n_tokens - f.n_captured, f.longest });
}

/* ---- one try ---- */

static void try_all(matcher *m, bool exhaustive) {
    const uint32_t *ids;
    size_t n;
    if (m->u->n_tokens == 0) return;
    if (exhaustive) {
        for (uint32_t id = 0; id < m->g->n; id++) try_template(m, id);
        return;
    }
    m->status = aside_index_find(m->g->index, m->u, m->arena, &ids, &n);
    for (size_t i = 0; i < n && !m->status; i++) try_template(m, ids[i]);
}

/* How many tokens of u, from token i on, the longest of the phrases takes. */
static size_t phrase_at(const aside_phrases *phrases, const aside_utterance *u, size_t i) {
    aside_str rest = { u->tokens[i].text.at, u->normal.len - (size_t)(u->tokens[i].text.at - u->normal.at) };
    for (size_t k = 0; k < phrases->n; k++) {
        aside_str p = phrases->at[k];
        if (p.len > rest.len || memcmp(p.at, rest.at, p.len) != 0) continue;
        size_t n = 0;
        for (size_t b = 0; b < p.len; b++) n += p.at[b] == ' ';
        return n;
    }
    return 0;
}

static aside_status without_name(const matcher *m, const aside_utterance *from, aside_utterance *out) {
    size_t n = from->n_tokens ? phrase_at(&m->g->assistants, from, 0) : 0;
    *out = *from;
    return n ? aside_utterance_without(from, 0, n, m->arena, out) : ASIDE_OK;
}

/* And without the name again, which a filler may have hidden ("um, hey aside"). */
static aside_status without_fillers(const matcher *m, const aside_utterance *from, aside_utterance *out) {
    aside_status st = ASIDE_OK;
    *out = *from;
    for (size_t i = 0; i < out->n_tokens && !st; ) {
        size_t n = phrase_at(&m->g->fillers, out, i);
        if (n == 0) i++;
        else st = aside_utterance_without(out, i, i + n, m->arena, out);
    }
    aside_utterance bare = *out;
    return st ? st : without_name(m, &bare, out);
}

static bool has_certain(const matcher *m) { return m->n && m->best[0].match.score_pm == 1000; }

/* Try `u`; what the tries before found stays unless this is better. */
static void try_utterance(matcher *m, const aside_utterance *u, bool exhaustive) {
    matcher before = *m;
    m->u = u, m->n = 0;
    try_all(m, exhaustive);
    bool better = m->n && (before.n == 0 || m->best[0].match.score_pm > before.best[0].match.score_pm);
    if (better || m->status) return;
    memcpy(m->best, before.best, before.n * sizeof *m->best);
    m->n = before.n;
}

static void try_in_turn(matcher *m, bool exhaustive) {
    const aside_utterance *whole = m->u;
    aside_utterance *nameless = aside_arena_alloc(m->arena, 2 * sizeof *nameless);
    if (!nameless) { m->status = ASIDE_ENOMEM; return; }
    aside_utterance *bare = nameless + 1;
    try_all(m, exhaustive);
    if (m->status || has_certain(m)) return;
    if ((m->status = without_name(m, whole, nameless))) return;
    if (nameless->n_tokens < whole->n_tokens) try_utterance(m, nameless, exhaustive);
    if (m->status || m->n) return;
    if ((m->status = without_fillers(m, nameless, bare))) return;
    if (bare->n_tokens < nameless->n_tokens) try_utterance(m, bare, exhaustive);
}

static aside_status match(const aside_grammar *g, const aside_utterance *u, aside_arena *arena, bool exhaustive,
                          aside_matches *out) {
    matcher *m = aside_arena_alloc(arena, sizeof *m);
    if (!m) return ASIDE_ENOMEM;
    m->g = g, m->u = u, m->arena = arena;
    aside_status st = aside_pattern_runner_open(g->most_groups, arena, may_fill, m, &m->runner);
    if (st) return st;
    try_in_turn(m, exhaustive);
    aside_match *best = m->status ? NULL : aside_arena_alloc_array(arena, m->n, sizeof *best);
    if (!best) return ASIDE_ENOMEM;
    for (size_t i = 0; i < m->n; i++) best[i] = m->best[i].match;
    *out = (aside_matches){ best, m->n };
    return ASIDE_OK;
}

aside_status aside_grammar_match(const aside_grammar *g, const aside_utterance *u, aside_arena *arena, aside_matches *out) {
    return match(g, u, arena, false, out);
}

aside_status aside_grammar_match_exhaustive(const aside_grammar *g, const aside_utterance *u, aside_arena *arena,
                                            aside_matches *out) {
    return match(g, u, arena, true, out);
}
