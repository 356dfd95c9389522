/* expand.c -- see expand.h: products of sequences, sums of alternatives. */
#include "intent/expand.h"

#include "base/limits.h"

#include <string.h>

static aside_status add(aside_texts *t, size_t *cap, aside_str text, aside_arena *arena) {
    if (t->n == ASIDE_LIMIT_VARIANTS) return ASIDE_ELIMIT;
    if (!ASIDE_ARENA_GROW(arena, t->at, t->n, *cap)) return ASIDE_ENOMEM;
    t->at[t->n++] = text;
    return ASIDE_OK;
}

static aside_status join(aside_str a, aside_str b, aside_arena *arena, aside_str *out) {
    if (a.len + b.len > ASIDE_LIMIT_TEMPLATE_BYTES) return ASIDE_ELIMIT;
    char *z = aside_arena_alloc(arena, a.len + b.len + 1);
    if (!z) return ASIDE_ENOMEM;
    if (a.len) memcpy(z, a.at, a.len);
    if (b.len) memcpy(z + a.len, b.at, b.len);
    *out = (aside_str){ z, a.len + b.len };
    return ASIDE_OK;
}

/* *texts times what `node` can be. */
static aside_status multiply(aside_texts *texts, const aside_texts *by, aside_arena *arena) {
    aside_texts product = { 0 };
    size_t cap = 0;
    aside_status st = ASIDE_OK;
    for (size_t i = 0; i < texts->n && !st; i++)
        for (size_t k = 0; k < by->n && !st; k++) {
            aside_str both;
            st = join(texts->at[i], by->at[k], arena, &both);
            if (!st) st = add(&product, &cap, both, arena);
        }
    *texts = product;
    return st;
}

static aside_status expand_node(const aside_node *node, aside_arena *arena, aside_texts *out);

static aside_status expand_alternatives(const aside_node *node, aside_arena *arena, aside_texts *out) {
    aside_texts all = { 0 };
    size_t cap = 0;
    aside_status st = ASIDE_OK;
    for (size_t i = 0; i < node->n && !st; i++) {
        aside_texts one = { 0 };
        st = expand_node(node->items[i], arena, &one);
        for (size_t k = 0; k < one.n && !st; k++) st = add(&all, &cap, one.at[k], arena);
    }
    *out = all;
    return st;
}

typedef struct ordering {
    const aside_node *node;
    aside_arena      *arena;
    aside_texts       all;
    size_t            cap;
    aside_status      status;
} ordering;

/* One order of a permutation, with white space between its parts. */
static bool expand_order(void *user, const size_t *order) {
    ordering *o = user;
    static const aside_node space = { .kind = ASIDE_NODE_SPACE };
    const aside_node *items[2 * ASIDE_LIMIT_PERMUTED];
    aside_texts one = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < o->node->n; i++) {
        if (i) items[n++] = &space;
        items[n++] = o->node->items[order[i]];
    }
    o->status = aside_expand(items, n, o->arena, &one);
    for (size_t k = 0; k < one.n && !o->status; k++) o->status = add(&o->all, &o->cap, one.at[k], o->arena);
    return !o->status;
}

static aside_status expand_node(const aside_node *node, aside_arena *arena, aside_texts *out) {
    size_t cap = 0;
    ordering o = { .node = node, .arena = arena };
    switch (node->kind) {
        case ASIDE_NODE_TEXT:  return add(out, &cap, node->text, arena);
        case ASIDE_NODE_SPACE: return add(out, &cap, ASIDE_STR(" "), arena);
        case ASIDE_NODE_SEQ:   return aside_expand(node->items, node->n, arena, out);
        case ASIDE_NODE_ALT:   return expand_alternatives(node, arena, out);
        case ASIDE_NODE_PERM:
            aside_expand_orders(node->n, expand_order, &o);
            *out = o.all;
            return o.status;
        case ASIDE_NODE_LIST: case ASIDE_NODE_RULE: break;
    }
    return ASIDE_ELIMIT;
}

aside_status aside_expand(const aside_node *const *items, size_t n, aside_arena *arena, aside_texts *out) {
    aside_texts texts = { 0 };
    size_t cap = 0;
    aside_status st = add(&texts, &cap, ASIDE_STR(""), arena);
    for (size_t i = 0; i < n && !st; i++) {
        aside_texts one = { 0 };
        st = expand_node(items[i], arena, &one);
        if (!st) st = multiply(&texts, &one, arena);
    }
    if (!st) *out = texts;
    return st;
}

bool aside_expand_is_textual(const aside_node *node) {
    if (node->kind == ASIDE_NODE_LIST || node->kind == ASIDE_NODE_RULE) return false;
    for (size_t i = 0; i < node->n; i++)
        if (!aside_expand_is_textual(node->items[i])) return false;
    return true;
}

static bool arrange(size_t n, size_t *order, size_t done, bool (*each)(void *, const size_t *), void *user) {
    if (done == n) return each(user, order);
    for (size_t i = 0; i < n; i++) {
        bool used = false;
        for (size_t k = 0; k < done; k++) used = used || order[k] == i;
        order[done] = i;
        if (!used && !arrange(n, order, done + 1, each, user)) return false;
    }
    return true;
}

bool aside_expand_orders(size_t n, bool (*each)(void *user, const size_t *order), void *user) {
    size_t order[ASIDE_LIMIT_PERMUTED] = { 0 };
    return n <= ASIDE_LIMIT_PERMUTED && arrange(n, order, 0, each, user);
}
