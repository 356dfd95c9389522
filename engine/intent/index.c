/* index.c -- see index.h.  "Feature" is a token or a pair of Han tokens.
 *
 * Two walks over every tree.  The first counts in how many templates each feature
 * occurs.  The second takes the cheapest cut, cost being that count: a token's cut
 * is itself; a sequence's is the cheapest of its parts; the cut of alternatives is
 * all of theirs together, if each has one. */
#include "intent/index.h"

#include "text/fold.h"

#include <string.h>

enum { MOST_CUT = 48 };               /* A wider cut files a template in too many places. */

typedef struct bits { uint64_t low, high; } bits;

typedef struct feature {
    uint32_t id;
    uint32_t n_templates;             /* In which it occurs. */
    uint32_t last_seen;               /* The last of them, plus one. */
} feature;

typedef struct posting { bits required; uint32_t id; } posting;

struct aside_index {
    aside_map       features;         /* To feature. */
    const uint32_t *starts;           /* Of feature i's postings; one more at the end. */
    const posting  *postings;
    const posting  *always;
    size_t          n_always, n_templates;
};

typedef struct cut {
    const feature *at[MOST_CUT];
    size_t         n;
    double         cost;              /* Infinite: there is none. */
} cut;

typedef struct builder {
    aside_index *index;
    aside_arena *arena, *scratch;
    uint32_t     n_features;
    uint32_t     template;            /* Being walked. */
    aside_status status;
} builder;

static const double NO_CUT = 1e300;

static bits bit_of(uint32_t id) {
    uint32_t h = (id * 2654435761u) >> 25;             /* Knuth's multiplicative hash: 7 bits. */
    return h < 64 ? (bits){ UINT64_C(1) << h, 0 } : (bits){ 0, UINT64_C(1) << (h - 64) };
}

static bits either(bits a, bits b) { return (bits){ a.low | b.low, a.high | b.high }; }
static bits both(bits a, bits b)   { return (bits){ a.low & b.low, a.high & b.high }; }
static bool contains(bits a, bits part) { return !(part.low & ~a.low) && !(part.high & ~a.high); }

static bool is_han(aside_str token) {
    size_t i = 0;
    return token.len && aside_fold_is_han(aside_str_next_char(token, &i));
}

/* ---- first walk: what occurs where ---- */

static void count_feature(builder *b, aside_str text) {
    feature *f = aside_map_get(&b->index->features, text);
    if (!f) {
        aside_str kept = aside_arena_copy(b->arena, text);
        f = aside_arena_alloc(b->arena, sizeof *f);
        if (!kept.at || !f || aside_map_put(&b->index->features, kept, f)) { b->status = ASIDE_ENOMEM; return; }
        f->id = b->n_features++;
    }
    if (f->last_seen == b->template + 1) return;
    f->last_seen = b->template + 1;
    f->n_templates++;
}

#define PAIR_BYTES 16

/* "我 美" of two tokens of at most four bytes each. */
static aside_str pair_of(const aside_tree *a, const aside_tree *c, char out[PAIR_BYTES]) {
    if (a->kind != ASIDE_TREE_TOKEN || c->kind != ASIDE_TREE_TOKEN || !is_han(a->token) || !is_han(c->token))
        return (aside_str){ 0 };
    memcpy(out, a->token.at, a->token.len);
    out[a->token.len] = ' ';
    memcpy(out + a->token.len + 1, c->token.at, c->token.len);
    return (aside_str){ out, a->token.len + 1 + c->token.len };
}

/* Only a short list can be part of a cut. */
static bool is_short(const aside_tree *t) {
    return t->kind == ASIDE_TREE_SLOT && t->list->kind == ASIDE_LIST_TEXT && t->list->n && t->list->n <= MOST_CUT;
}

static void count_list(builder *b, const aside_list *list) {
    for (size_t i = 0; i < list->n; i++) {
        aside_str words = list->values[i]->normal, word;
        while (!b->status && aside_str_split(&words, " ", &word)) count_feature(b, word);
    }
}

static void count_tree(builder *b, const aside_tree *t) {
    char room[PAIR_BYTES];
    if (b->status) return;
    if (t->kind == ASIDE_TREE_TOKEN) count_feature(b, t->token);
    if (is_short(t)) count_list(b, t->list);
    for (size_t i = 0; i < t->n; i++) {
        aside_str pair = t->kind == ASIDE_TREE_SEQ && i + 1 < t->n ? pair_of(t->items[i], t->items[i + 1], room) : (aside_str){ 0 };
        if (pair.len) count_feature(b, pair);
        count_tree(b, t->items[i]);
    }
}

/* ---- second walk: cuts and signatures ---- */

static void take_feature(const aside_index *x, aside_str text, cut *best, bits *required) {
    const feature *f = aside_map_get(&x->features, text);
    *required = either(*required, bit_of(f->id));
    if ((double)f->n_templates < best->cost) *best = (cut){ { f }, 1, (double)f->n_templates };
}

static void walk(const aside_index *x, const aside_tree *t, cut *best, bits *required);

static void walk_sequence(const aside_index *x, const aside_tree *t, cut *best, bits *required) {
    char room[PAIR_BYTES];
    for (size_t i = 0; i < t->n; i++) {
        cut one;
        bits needs;
        walk(x, t->items[i], &one, &needs);
        *required = either(*required, needs);
        if (one.cost < best->cost) *best = one;
        aside_str pair = i + 1 < t->n ? pair_of(t->items[i], t->items[i + 1], room) : (aside_str){ 0 };
        if (pair.len) take_feature(x, pair, best, required);
    }
}

static void add_cut(cut *all, const cut *one) {
    if (one->cost >= NO_CUT || all->n + one->n > MOST_CUT) {
        all->cost = NO_CUT;
        return;
    }
    memcpy(all->at + all->n, one->at, one->n * sizeof *one->at);
    all->n += one->n;
    all->cost += one->cost;
}

static void walk_choice(const aside_index *x, const aside_tree *t, cut *best, bits *required) {
    if (t->optional) return;
    *best = (cut){ .cost = 0 };
    *required = (bits){ UINT64_MAX, UINT64_MAX };
    for (size_t i = 0; i < t->n; i++) {
        cut one;
        bits needs;
        walk(x, t->items[i], &one, &needs);
        *required = both(*required, needs);
        add_cut(best, &one);
    }
}

/* As alternatives of its values, each a sequence of words. */
static void walk_list(const aside_index *x, const aside_list *list, cut *best, bits *required) {
    *best = (cut){ .cost = 0 };
    *required = (bits){ UINT64_MAX, UINT64_MAX };
    for (size_t i = 0; i < list->n; i++) {
        cut one = { .cost = NO_CUT };
        bits needs = { 0 };
        aside_str words = list->values[i]->normal, word;
        while (aside_str_split(&words, " ", &word)) take_feature(x, word, &one, &needs);
        *required = both(*required, needs);
        add_cut(best, &one);
    }
}

static void walk(const aside_index *x, const aside_tree *t, cut *best, bits *required) {
    best->n = 0, best->cost = NO_CUT;
    *required = (bits){ 0 };
    switch (t->kind) {
        case ASIDE_TREE_TOKEN: take_feature(x, t->token, best, required); break;
        case ASIDE_TREE_SEQ:   walk_sequence(x, t, best, required); break;
        case ASIDE_TREE_ALT:   walk_choice(x, t, best, required); break;
        case ASIDE_TREE_SLOT:
            if (is_short(t)) walk_list(x, t->list, best, required);
            break;
    }
}

/* ---- filing ---- */

typedef struct filed { uint32_t feature; posting what; } filed;
typedef struct files { filed *at; size_t n, cap; } files;
typedef struct postings { posting *at; size_t n, cap; } postings;

static void file_template(builder *b, const aside_tree *t, uint32_t id, files *all, postings *always) {
    cut best;
    posting what = { .id = id };
    walk(b->index, t, &best, &what.required);
    if (best.cost >= NO_CUT) {
        if (!ASIDE_ARENA_GROW(b->arena, always->at, always->n, always->cap)) { b->status = ASIDE_ENOMEM; return; }
        always->at[always->n++] = what;
        return;
    }
    for (size_t i = 0; i < best.n; i++) {
        if (!ASIDE_ARENA_GROW(b->scratch, all->at, all->n, all->cap)) { b->status = ASIDE_ENOMEM; return; }
        all->at[all->n++] = (filed){ best.at[i]->id, what };
    }
}

/* Counting sort by feature. */
static aside_status sort_files(builder *b, const files *all) {
    uint32_t *starts = aside_arena_alloc_array(b->arena, (size_t)b->n_features + 2, sizeof *starts);
    posting *sorted = aside_arena_alloc_array(b->arena, all->n, sizeof *sorted);
    if (!starts || !sorted) return ASIDE_ENOMEM;
    for (size_t i = 0; i < all->n; i++) starts[all->at[i].feature + 2]++;
    for (uint32_t f = 2; f < b->n_features + 2; f++) starts[f] += starts[f - 1];
    for (size_t i = 0; i < all->n; i++) sorted[starts[all->at[i].feature + 1]++] = all->at[i].what;
    b->index->starts = starts, b->index->postings = sorted;
    return ASIDE_OK;
}

aside_status aside_index_build(const aside_tree *const *trees, size_t n, aside_arena *arena, aside_arena *scratch,
                               const aside_index **out) {
    builder b = { .arena = arena, .scratch = scratch };
    files all = { 0 };
    postings always = { 0 };
    b.index = aside_arena_alloc(arena, sizeof *b.index);
    if (!b.index) return ASIDE_ENOMEM;
    b.index->n_templates = n;
    aside_map_init(&b.index->features, arena);
    for (b.template = 0; b.template < n; b.template++) count_tree(&b, trees[b.template]);
    for (uint32_t i = 0; i < n && !b.status; i++) file_template(&b, trees[i], i, &all, &always);
    if (!b.status) b.status = sort_files(&b, &all);
    if (b.status) return b.status;
    b.index->always = always.at, b.index->n_always = always.n;
    *out = b.index;
    return ASIDE_OK;
}

/* ---- finding ---- */

typedef struct finder {
    const aside_index *x;
    const feature    **features;      /* Of the utterance. */
    size_t             n_features;
    bits               has;
    uint64_t          *seen;          /* One bit for each template. */
    uint32_t          *ids;
    size_t             n, cap;
    aside_arena       *arena;
} finder;

static void note(finder *f, aside_str text) {
    const feature *found = aside_map_get(&f->x->features, text);
    if (!found) return;
    f->features[f->n_features++] = found;
    f->has = either(f->has, bit_of(found->id));
}

static void note_all(finder *f, const aside_utterance *u) {
    for (size_t i = 0; i < u->n_tokens; i++) {
        const aside_token *t = &u->tokens[i], *next = t + 1;
        note(f, t->text);
        if (t->kind == ASIDE_TOKEN_HAN && i + 1 < u->n_tokens && next->kind == ASIDE_TOKEN_HAN)
            note(f, (aside_str){ t->text.at, (size_t)(next->text.at - t->text.at) + next->text.len });
    }
}

static bool gather(finder *f, const posting *p, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t bit = UINT64_C(1) << (p[i].id % 64);
        if (!contains(f->has, p[i].required) || (f->seen[p[i].id / 64] & bit)) continue;
        f->seen[p[i].id / 64] |= bit;
        if (!ASIDE_ARENA_GROW(f->arena, f->ids, f->n, f->cap)) return false;
        f->ids[f->n++] = p[i].id;
    }
    return true;
}

aside_status aside_index_find(const aside_index *x, const aside_utterance *u, aside_arena *arena,
                              const uint32_t **ids, size_t *n) {
    finder f = { .x = x, .arena = arena };
    f.features = aside_arena_alloc_array(arena, 2 * u->n_tokens, sizeof *f.features);
    f.seen = aside_arena_alloc_array(arena, x->n_templates / 64 + 1, sizeof *f.seen);
    if (!f.features || !f.seen) return ASIDE_ENOMEM;
    note_all(&f, u);
    bool ok = gather(&f, x->always, x->n_always);
    for (size_t i = 0; i < f.n_features && ok; i++) {
        uint32_t id = f.features[i]->id;
        ok = gather(&f, x->postings + x->starts[id], x->starts[id + 1] - x->starts[id]);
    }
    if (!ok) return ASIDE_ENOMEM;
    *ids = f.ids, *n = f.n;
    return ASIDE_OK;
}
