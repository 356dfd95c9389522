/* minimise.c -- the smallest network that says the same.
 *
 * Why it matters: at every 10 ms of speech PocketSphinx walks over states times
 * phones, however few of them are active, so a network of 14,000 states costs
 * seven times one of 2,000 that says the same sentences.
 *
 * The way, three steps, each linear in the size of what it makes:
 *
 *   rank      The states of the given network are numbered so that every arc
 *             goes upwards (Kahn).  A network with a cycle is refused.
 *
 *   subsets   From the start: what can be reached by the same word becomes one
 *             new state, a set of old states (the closure over empty arcs, kept
 *             to those that have a word to say or end a sentence).  Each member
 *             carries a weight, its log-prior behind the set's best (Mohri 1997),
 *             so that odds stated at the start reach the word that tells two
 *             domains apart, and equal sets with equal odds are one state.
 *
 *   merging   From the end backwards (Revuz 1992): weights are pushed to the
 *             front, and states with the same arcs are one.  The lowest rank in
 *             a set grows along every arc, so falling rank is the order to go in.
 *
 * Determinising can make a network larger, in the worst case exponentially: an
 * unlucky pile of optional parts.  A recogniser does not need it, only fewer
 * states.  So the network is also made with `split` subsets (one old state each,
 * only empty arcs removed), and the smaller of both results wins; a build that
 * passes its budget is given up.
 *
 * Weights are whole thousandths of a nat; sums and differences are exact, and
 * only adding two probabilities rounds. */
#include "asr/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"

enum { NONE = INT32_MIN };                    /* The log of nothing. */
#define NO_STATE UINT32_MAX
#define BUDGET_FACTOR 8                       /* Subset members, in states of the limit, before giving up. */

/* ---- the given network, by rank ---- */

typedef struct edge {
    uint32_t to, word;                        /* word 0: none. */
    int32_t  weight;
} edge;

typedef struct source {
    uint32_t     n, start, final;
    uint32_t    *first;                       /* n + 1 places in edges. */
    edge        *edges;
    const char **words;                       /* By number from 1. */
    uint32_t     n_words;
} source;

static bool number_words(const aside_network *in, aside_arena *a, aside_map *numbers, source *out) {
    aside_words words;
    if (aside_network_words(in, a, &words)) return false;
    uint32_t *number = aside_arena_alloc_array(a, words.n + 1, sizeof *number);
    out->words = aside_arena_alloc_array(a, words.n + 1, sizeof *out->words);
    if (!number || !out->words) return false;
    for (uint32_t i = 1; i <= words.n; i++) {
        number[i] = i, out->words[i] = words.at[i - 1];
        if (aside_map_put(numbers, aside_str_from(words.at[i - 1]), &number[i])) return false;
    }
    out->n_words = (uint32_t)words.n;
    return true;
}

/* Arcs sorted by where they come from, by counting. */
static bool sort_arcs(const aside_network *in, aside_arena *a, uint32_t **first, uint32_t **order) {
    uint32_t n = in->n_states;
    *first = aside_arena_alloc_array(a, (size_t)n + 2, sizeof **first);
    *order = aside_arena_alloc_array(a, in->n_arcs + 1, sizeof **order);
    if (!*first || !*order) return false;
    uint32_t *place = *first + 1;             /* Ends up as the next free place of each state. */
    for (size_t i = 0; i < in->n_arcs; i++) place[in->arcs[i].from + 1]++;
    for (uint32_t s = 0; s < n; s++) place[s + 1] += place[s];
    for (size_t i = 0; i < in->n_arcs; i++) (*order)[place[in->arcs[i].from]++] = (uint32_t)i;
    return true;
}

/* rank[s], so that arcs go upwards; false when there is a cycle (then *cycle) or no memory. */
static bool rank_states(const aside_network *in, const uint32_t *first, const uint32_t *order,
                        aside_arena *a, uint32_t *rank, bool *cycle) {
    uint32_t n = in->n_states, n_done = 0, n_queue = 0;
    uint32_t *n_in = aside_arena_alloc_array(a, n, sizeof *n_in), *queue = aside_arena_alloc_array(a, n, sizeof *queue);
    if (!n_in || !queue) return false;
    for (size_t i = 0; i < in->n_arcs; i++) n_in[in->arcs[i].to]++;
    for (uint32_t s = 0; s < n; s++) if (!n_in[s]) queue[n_queue++] = s;
    while (n_done < n_queue) {
        uint32_t s = queue[n_done];
        rank[s] = n_done++;
        for (uint32_t i = first[s]; i < first[s + 1]; i++) {
            uint32_t to = in->arcs[order[i]].to;
            if (--n_in[to] == 0) queue[n_queue++] = to;
        }
    }
    *cycle = n_done < n;
    return !*cycle;
}

static aside_status read_source(const aside_network *in, aside_arena *a, source *out) {
    aside_map numbers;
    aside_map_init(&numbers, a);
    uint32_t *first, *order, n = in->n_states;
    bool cycle = false;
    uint32_t *rank = aside_arena_alloc_array(a, n, sizeof *rank), *state_at = aside_arena_alloc_array(a, n, sizeof *state_at);
    *out = (source){ .n = n };
    if (!rank || !state_at || !number_words(in, a, &numbers, out) || !sort_arcs(in, a, &first, &order)) return ASIDE_ENOMEM;
    if (!rank_states(in, first, order, a, rank, &cycle)) return cycle ? ASIDE_EINVAL : ASIDE_ENOMEM;
    out->first = aside_arena_alloc_array(a, (size_t)n + 1, sizeof *out->first);
    out->edges = aside_arena_alloc_array(a, in->n_arcs + 1, sizeof *out->edges);
    if (!out->first || !out->edges) return ASIDE_ENOMEM;
    for (uint32_t s = 0; s < n; s++) state_at[rank[s]] = s;
    uint32_t n_edges = 0;
    for (uint32_t r = 0; r < n; r++) {
        uint32_t s = state_at[r];
        for (uint32_t i = first[s]; i < first[s + 1]; i++) {
            const aside_network_arc *arc = &in->arcs[order[i]];
            uint32_t word = arc->word ? *(uint32_t *)aside_map_get(&numbers, aside_str_from(arc->word)) : 0;
            out->edges[n_edges++] = (edge){ rank[arc->to], word, arc->log_prior };
        }
        out->first[r + 1] = n_edges;
    }
    out->start = rank[in->start], out->final = rank[in->final];
    return ASIDE_OK;
}

/* ---- subsets ---- */

typedef struct member { uint32_t state; int32_t weight; } member;

typedef struct subset {
    uint32_t first, n;                        /* In members. */
    uint32_t first_edge, n_edges;             /* In edges, once expanded; to: a subset. */
    int32_t  final_weight;                    /* NONE: no sentence ends here. */
} subset;

typedef struct builder {
    const source *in;
    aside_arena  *a;
    bool          split;
    member *members;      size_t n_members, cap_members;
    subset *subsets;      size_t n_subsets, cap_subsets;
    edge   *edges;        size_t n_edges, cap_edges;
    uint32_t *table;      size_t n_table;     /* Of subsets, open addressing; NO_STATE: free. */
    /* The closure in the making. */
    int32_t  *weight;                         /* Of each old state; NONE: not in it. */
    uint32_t *list;       size_t n_list;
    edge     *out;        size_t n_out, cap_out;
} builder;

static int32_t log_add(int32_t a, int32_t b) {
    if (a == NONE) return b;
    if (b == NONE) return a;
    int32_t most = a > b ? a : b, gap = a > b ? a - b : b - a;
    return gap > 20000 ? most : most + (int32_t)lround(1000 * log1p(exp(-gap / 1000.0)));
}

static int by_number(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int by_word_then_state(const void *a, const void *b) {
    const edge *x = a, *y = b;
    if (x->word != y->word) return x->word < y->word ? -1 : 1;
    return (x->to > y->to) - (x->to < y->to);
}

/* Into the closure with what is known of its weight; 0 or less is told from absent by `weight`. */
static void reach(builder *b, uint32_t state, int32_t weight) {
    if (b->weight[state] == NONE) b->list[b->n_list++] = state, b->weight[state] = weight;
    else b->weight[state] = log_add(b->weight[state], weight);
}

/* Follow the empty arcs.  States come in any order, weights must be added in the order of ranks:
 * first find them all (with a weight so low that it adds nothing), then sort, then add. */
static void close_over(builder *b) {
    enum { NEARLY_NONE = NONE / 2 };
    for (size_t i = 0; i < b->n_list; i++)
        for (uint32_t e = b->in->first[b->list[i]]; e < b->in->first[b->list[i] + 1]; e++) {
            uint32_t to = b->in->edges[e].to;
            if (!b->in->edges[e].word && b->weight[to] == NONE) reach(b, to, NEARLY_NONE);
        }
    if (b->n_list > 1) qsort(b->list, b->n_list, sizeof *b->list, by_number);
    for (size_t i = 0; i < b->n_list; i++)
        for (uint32_t e = b->in->first[b->list[i]]; e < b->in->first[b->list[i] + 1]; e++)
            if (!b->in->edges[e].word) reach(b, b->in->edges[e].to, b->weight[b->list[i]] + b->in->edges[e].weight);
}

static bool says_something(const source *in, uint32_t state) {
    if (state == in->final) return true;
    for (uint32_t e = in->first[state]; e < in->first[state + 1]; e++)
        if (in->edges[e].word) return true;
    return false;
}

/* Empty the closure into members behind the last subset's; *best is what was taken off all weights. */
static bool take_members(builder *b, size_t *n, int32_t *best) {
    *n = 0, *best = NONE;
    for (size_t i = 0; i < b->n_list; i++)
        if (b->weight[b->list[i]] > *best) *best = b->weight[b->list[i]];
    bool ok = true;
    for (size_t i = 0; i < b->n_list; i++) {
        uint32_t state = b->list[i];
        int32_t weight = b->weight[state] - *best;
        b->weight[state] = NONE;
        if (!ok || !says_something(b->in, state)) continue;
        if (b->n_members + *n == b->cap_members)
            ok = aside_arena_grow(b->a, (void **)&b->members, b->n_members + *n, &b->cap_members, sizeof *b->members);
        if (ok) b->members[b->n_members + (*n)++] = (member){ state, weight };
    }
    b->n_list = 0;
    return ok;
}

static uint32_t *find_slot(builder *b, const member *m, size_t n) {
    aside_str bytes = { (const char *)m, n * sizeof *m };
    size_t i = (size_t)aside_str_hash(bytes) & (b->n_table - 1);
    for (; b->table[i] != NO_STATE; i = (i + 1) & (b->n_table - 1)) {
        const subset *s = &b->subsets[b->table[i]];
        if (s->n == n && !memcmp(&b->members[s->first], m, n * sizeof *m)) break;
    }
    return &b->table[i];
}

static bool grow_table(builder *b) {
    b->n_table = b->n_table ? b->n_table * 2 : 1024;
    b->table = aside_arena_alloc_array(b->a, b->n_table, sizeof *b->table);
    if (!b->table) return false;
    for (size_t i = 0; i < b->n_table; i++) b->table[i] = NO_STATE;
    for (uint32_t i = 0; i < b->n_subsets; i++)
        *find_slot(b, &b->members[b->subsets[i].first], b->subsets[i].n) = i;
    return true;
}

/* The subset that the closure is, new or known; *best goes to the arc that leads there.
 * *number is NO_STATE when it is empty. */
static aside_status make_subset(builder *b, uint32_t *number, int32_t *best) {
    size_t n;
    close_over(b);
    if (!take_members(b, &n, best)) return ASIDE_ENOMEM;
    *number = NO_STATE;
    if (n == 0) return ASIDE_OK;
    if (b->n_subsets * 2 >= b->n_table && !grow_table(b)) return ASIDE_ENOMEM;
    uint32_t *slot = find_slot(b, &b->members[b->n_members], n);
    if (*slot == NO_STATE) {
        if (b->n_members + n > (size_t)BUDGET_FACTOR * ASIDE_LIMIT_NETWORK_STATES) return ASIDE_ELIMIT;
        if (!ASIDE_ARENA_GROW(b->a, b->subsets, b->n_subsets, b->cap_subsets)) return ASIDE_ENOMEM;
        const member *last = &b->members[b->n_members + n - 1], *m = &b->members[b->n_members];
        int32_t final_weight = NONE;
        for (; m <= last; m++) if (m->state == b->in->final) final_weight = m->weight;
        *slot = (uint32_t)b->n_subsets;
        b->subsets[b->n_subsets++] = (subset){ .first = (uint32_t)b->n_members, .n = (uint32_t)n, .final_weight = final_weight };
        b->n_members += n;
    }
    *number = *slot;
    return ASIDE_OK;
}

static bool collect_words(builder *b, const subset *s) {
    b->n_out = 0;
    for (uint32_t i = s->first; i < s->first + s->n; i++) {
        member m = b->members[i];
        for (uint32_t e = b->in->first[m.state]; e < b->in->first[m.state + 1]; e++) {
            edge arc = b->in->edges[e];
            if (!arc.word) continue;
            if (!ASIDE_ARENA_GROW(b->a, b->out, b->n_out, b->cap_out)) return false;
            b->out[b->n_out++] = (edge){ arc.to, arc.word, arc.weight + m.weight };
        }
    }
    if (b->n_out > 1) qsort(b->out, b->n_out, sizeof *b->out, by_word_then_state);
    return true;
}

static bool belong_together(const builder *b, const edge *x, const edge *y) {
    return x->word == y->word && (!b->split || x->to == y->to);
}

static aside_status expand(builder *b, uint32_t number) {
    if (!collect_words(b, &b->subsets[number])) return ASIDE_ENOMEM;
    uint32_t first_edge = (uint32_t)b->n_edges;
    for (size_t i = 0, end; i < b->n_out; i = end) {
        for (end = i; end < b->n_out && belong_together(b, &b->out[i], &b->out[end]); end++)
            reach(b, b->out[end].to, b->out[end].weight);
        uint32_t word = b->out[i].word, to;
        int32_t best;
        aside_status s = make_subset(b, &to, &best);
        if (s) return s;
        if (to == NO_STATE) continue;
        if (!ASIDE_ARENA_GROW(b->a, b->edges, b->n_edges, b->cap_edges)) return ASIDE_ENOMEM;
        b->edges[b->n_edges++] = (edge){ to, word, best };
    }
    b->subsets[number].first_edge = first_edge;
    b->subsets[number].n_edges = (uint32_t)b->n_edges - first_edge;
    return ASIDE_OK;
}

static aside_status build(const source *in, bool split, aside_arena *a, builder *b) {
    *b = (builder){ .in = in, .a = a, .split = split };
    b->weight = aside_arena_alloc_array(a, in->n, sizeof *b->weight);
    b->list = aside_arena_alloc_array(a, in->n, sizeof *b->list);
    if (!b->weight || !b->list) return ASIDE_ENOMEM;
    for (uint32_t i = 0; i < in->n; i++) b->weight[i] = NONE;
    uint32_t start;
    int32_t best;
    reach(b, in->start, 0);
    aside_status s = make_subset(b, &start, &best);
    for (uint32_t i = 0; !s && i < b->n_subsets; i++) s = expand(b, i);
    return s;
}

/* ---- merging ---- */

typedef struct class {
    uint32_t first, n;                        /* In edges; to: a class. */
    int32_t  final_weight;
} class;

typedef struct merger {
    aside_arena *a;
    class    *classes;     size_t n_classes, cap_classes;
    edge     *edges;       size_t n_edges, cap_edges;
    uint32_t *table;       size_t n_table;
    uint32_t *class_of;                       /* Of each subset; NO_STATE: no sentence leads on from it. */
    int32_t  *best;                           /* Weight of the best way to the end, of each subset. */
} merger;

/* Subsets by falling lowest rank: members are sorted, so the first has it. */
static uint32_t *falling_order(const builder *b, aside_arena *a) {
    uint32_t *count = aside_arena_alloc_array(a, (size_t)b->in->n + 1, sizeof *count);
    uint32_t *order = aside_arena_alloc_array(a, b->n_subsets + 1, sizeof *order);
    if (!count || !order) return NULL;
    for (size_t i = 0; i < b->n_subsets; i++) count[b->members[b->subsets[i].first].state]++;
    for (uint32_t r = b->in->n; r-- > 0; ) count[r] += count[r + 1];
    for (uint32_t i = 0; i < b->n_subsets; i++) order[--count[b->members[b->subsets[i].first].state]] = i;
    return order;
}

/* The subset's arcs, between classes, behind the last class's; false when out of memory. */
static bool collect_arcs(const builder *b, merger *m, const subset *s, class *out) {
    *out = (class){ .first = (uint32_t)m->n_edges, .final_weight = s->final_weight };
    for (uint32_t i = s->first_edge; i < s->first_edge + s->n_edges; i++) {
        edge e = b->edges[i];
        if (m->class_of[e.to] == NO_STATE) continue;
        if (m->n_edges + out->n == m->cap_edges &&
            !aside_arena_grow(m->a, (void **)&m->edges, m->n_edges + out->n, &m->cap_edges, sizeof *m->edges)) return false;
        m->edges[m->n_edges + out->n++] = (edge){ m->class_of[e.to], e.word, e.weight + m->best[e.to] };
    }
    return true;
}

/* Two roads of a split network may lead to one class by one word: they are one arc. */
static void join_parallel(merger *m, class *c) {
    edge *e = &m->edges[c->first];
    uint32_t n = 0;
    if (c->n > 1) qsort(e, c->n, sizeof *e, by_word_then_state);
    for (uint32_t i = 0; i < c->n; i++)
        if (n && e[n - 1].word == e[i].word && e[n - 1].to == e[i].to) e[n - 1].weight = log_add(e[n - 1].weight, e[i].weight);
        else e[n++] = e[i];
    c->n = n;
}

/* Leave each arc what it is worse than the best; returns the best, which the arcs that lead here take up. */
static int32_t push_weights(merger *m, class *c) {
    edge *e = &m->edges[c->first];
    int32_t best = c->final_weight;
    for (uint32_t i = 0; i < c->n; i++) if (e[i].weight > best) best = e[i].weight;
    for (uint32_t i = 0; i < c->n; i++) e[i].weight -= best;
    if (c->final_weight != NONE) c->final_weight -= best;
    return best;
}

static bool same_class(const merger *m, const class *x, const class *y) {
    return x->n == y->n && x->final_weight == y->final_weight &&
           (x->n == 0 || !memcmp(&m->edges[x->first], &m->edges[y->first], x->n * sizeof(edge)));
}

static uint32_t *find_class(merger *m, const class *c) {
    aside_str bytes = { (const char *)&m->edges[c->first], c->n * sizeof(edge) };
    size_t i = (size_t)(aside_str_hash(bytes) ^ (uint32_t)c->final_weight * 0x9E3779B9u) & (m->n_table - 1);
    while (m->table[i] != NO_STATE && !same_class(m, &m->classes[m->table[i]], c)) i = (i + 1) & (m->n_table - 1);
    return &m->table[i];
}

static bool classify(merger *m, const class *c, uint32_t *number) {
    uint32_t *slot = find_class(m, c);
    if (*slot == NO_STATE) {
        if (!ASIDE_ARENA_GROW(m->a, m->classes, m->n_classes, m->cap_classes)) return false;
        *slot = (uint32_t)m->n_classes;
        m->classes[m->n_classes++] = *c;
        m->n_edges += c->n;
    }
    *number = *slot;
    return true;
}

static aside_status merge(const builder *b, aside_arena *a, merger *m) {
    *m = (merger){ .a = a, .n_table = 1024 };
    while (m->n_table < b->n_subsets * 2) m->n_table *= 2;
    uint32_t *order = falling_order(b, a);
    m->class_of = aside_arena_alloc_array(a, b->n_subsets + 1, sizeof *m->class_of);
    m->best = aside_arena_alloc_array(a, b->n_subsets + 1, sizeof *m->best);
    m->table = aside_arena_alloc_array(a, m->n_table, sizeof *m->table);
    if (!order || !m->class_of || !m->best || !m->table) return ASIDE_ENOMEM;
    for (size_t i = 0; i < m->n_table; i++) m->table[i] = NO_STATE;
    for (size_t i = 0; i < b->n_subsets; i++) {
        uint32_t s = order[i];
        class c;
        if (!collect_arcs(b, m, &b->subsets[s], &c)) return ASIDE_ENOMEM;
        join_parallel(m, &c);
        m->best[s] = push_weights(m, &c);
        m->class_of[s] = NO_STATE;
        if (m->best[s] != NONE && !classify(m, &c, &m->class_of[s])) return ASIDE_ENOMEM;
    }
    return ASIDE_OK;
}

/* ---- the result ---- */

/* States from the start outwards, so that neighbours lie together.  The class
 * that only ends is the final state itself. */
static aside_status write_network(const source *in, const builder *b, const merger *m, aside_arena *scratch,
                                  aside_arena *arena, aside_network *out) {
    aside_network n;
    aside_network_init(&n, arena);
    uint32_t *state_of = aside_arena_alloc_array(scratch, m->n_classes + 1, sizeof *state_of);
    uint32_t *queue = aside_arena_alloc_array(scratch, m->n_classes + 1, sizeof *queue);
    if (!state_of || !queue) return ASIDE_ENOMEM;
    size_t n_queue = 0, n_done = 0;
    for (size_t c = 0; c < m->n_classes; c++) state_of[c] = NO_STATE;
    if (b->n_subsets && m->class_of[0] != NO_STATE) {
        queue[n_queue++] = m->class_of[0];
        state_of[m->class_of[0]] = n.start;
    }
    while (n_done < n_queue) {
        const class *c = &m->classes[queue[n_done]];
        uint32_t from = state_of[queue[n_done++]];
        for (uint32_t i = c->first; i < c->first + c->n; i++) {
            edge e = m->edges[i];
            if (state_of[e.to] == NO_STATE) {
                bool ends = m->classes[e.to].n == 0;
                state_of[e.to] = ends ? n.final : aside_network_add_state(&n);
                if (!ends) queue[n_queue++] = e.to;
            }
            if (aside_network_add_arc(&n, from, state_of[e.to], aside_str_from(in->words[e.word]), e.weight)) return ASIDE_ENOMEM;
        }
        if (c->final_weight != NONE &&
            aside_network_add_arc(&n, from, n.final, (aside_str){ 0 }, c->final_weight)) return ASIDE_ENOMEM;
    }
    if (n.n_states > ASIDE_LIMIT_NETWORK_STATES) return ASIDE_ELIMIT;
    *out = n;
    return ASIDE_OK;
}

static aside_status minimise_as(const source *in, bool split, aside_arena *scratch, builder *b, merger *m) {
    aside_status s = build(in, split, scratch, b);
    return s ? s : merge(b, scratch, m);
}

aside_status aside_network_minimise(const aside_network *n, aside_arena *arena, aside_network *out) {
    aside_arena scratch;
    aside_arena_init(&scratch, arena->host, 1u << 16);
    source in;
    builder whole, split;
    merger small_whole, small_split;
    aside_status s = read_source(n, &scratch, &in);
    if (s) goto done;
    aside_status s_whole = minimise_as(&in, false, &scratch, &whole, &small_whole);
    aside_status s_split = minimise_as(&in, true, &scratch, &split, &small_split);
    if (s_whole == ASIDE_ENOMEM || s_split == ASIDE_ENOMEM) { s = ASIDE_ENOMEM; goto done; }
    if (s_whole && s_split) { s = ASIDE_ELIMIT; goto done; }
    bool use_split = s_whole || (!s_split && small_split.n_classes < small_whole.n_classes);
    s = use_split ? write_network(&in, &split, &small_split, &scratch, arena, out)
                  : write_network(&in, &whole, &small_whole, &scratch, arena, out);
done:
    aside_arena_free(&scratch);
    return s;
}
