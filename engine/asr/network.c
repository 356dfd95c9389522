/* network.c -- building a network, and what can be asked of one.  Making it
 * small is minimise.c's business. */
#include "asr/network.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"

void aside_network_init(aside_network *n, aside_arena *arena) {
    *n = (aside_network){ .arena = arena, .n_states = 2, .start = 0, .final = 1 };
}

uint32_t aside_network_add_state(aside_network *n) {
    return n->n_states++;
}

aside_status aside_network_add_arc(aside_network *n, uint32_t from, uint32_t to, aside_str word, int32_t log_prior) {
    assert(from < n->n_states && to < n->n_states && log_prior <= 0);
    if (!ASIDE_ARENA_GROW(n->arena, n->arcs, n->n_arcs, n->cap_arcs)) return ASIDE_ENOMEM;
    const char *copy = word.len ? aside_arena_copy_z(n->arena, word) : NULL;
    if (word.len && !copy) return ASIDE_ENOMEM;
    n->arcs[n->n_arcs++] = (aside_network_arc){ from, to, copy, log_prior };
    return ASIDE_OK;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

aside_status aside_network_words(const aside_network *n, aside_arena *arena, aside_words *out) {
    aside_words words = { 0 };
    size_t cap = 0;
    aside_map seen;
    aside_map_init(&seen, arena);
    for (size_t i = 0; i < n->n_arcs; i++) {
        const char *word = n->arcs[i].word;
        if (!word || aside_map_get(&seen, aside_str_from(word))) continue;
        if (!ASIDE_ARENA_GROW(arena, words.at, words.n, cap)) return ASIDE_ENOMEM;
        words.at[words.n++] = word;
        if (aside_map_put(&seen, aside_str_from(word), words.at)) return ASIDE_ENOMEM;
    }
    if (words.n) qsort(words.at, words.n, sizeof *words.at, by_bytes);
    *out = words;
    return ASIDE_OK;
}

/* ---- domains ---- */

static bool leads_to_domain(const aside_network *n, const aside_network_arc *a) {
    return a->from == n->start && !a->word;
}

size_t aside_network_n_domains(const aside_network *n) {
    size_t count = 0;
    for (size_t i = 0; i < n->n_arcs; i++) count += leads_to_domain(n, &n->arcs[i]);
    return count;
}

static uint32_t domain_start(const aside_network *n, size_t domain) {
    for (size_t i = 0; i < n->n_arcs; i++)
        if (leads_to_domain(n, &n->arcs[i]) && domain-- == 0) return n->arcs[i].to;
    return n->final;
}

/* Mark what can be reached from the marked states; paths only go forward, so the
 * rounds are at most as many as the longest sentence has arcs. */
static void spread(const aside_network *n, bool *reached) {
    for (bool more = true; more; ) {
        more = false;
        for (size_t i = 0; i < n->n_arcs; i++) {
            const aside_network_arc *a = &n->arcs[i];
            if (!reached[a->from] || reached[a->to]) continue;
            reached[a->to] = more = true;
        }
    }
}

/* States of the copy by those of the network; start and final keep their meaning. */
static void number(const aside_network *n, uint32_t start, const bool *reached, uint32_t *numbers, aside_network *copy) {
    for (uint32_t s = 0; s < n->n_states; s++)
        if (reached[s]) numbers[s] = s == start ? copy->start : s == n->final ? copy->final : aside_network_add_state(copy);
}

aside_status aside_network_domain(const aside_network *n, size_t i, aside_arena *arena, aside_network *out) {
    uint32_t start = domain_start(n, i);
    bool *reached = aside_arena_alloc_array(arena, n->n_states, sizeof *reached);
    uint32_t *numbers = aside_arena_alloc_array(arena, n->n_states, sizeof *numbers);
    aside_network copy;
    aside_status st = reached && numbers ? ASIDE_OK : ASIDE_ENOMEM;
    if (st) return st;
    reached[start] = true;
    spread(n, reached);
    aside_network_init(&copy, arena);
    number(n, start, reached, numbers, &copy);
    for (size_t k = 0; !st && k < n->n_arcs; k++) {
        const aside_network_arc *a = &n->arcs[k];
        if (reached[a->from]) st = aside_network_add_arc(&copy, numbers[a->from], numbers[a->to], aside_str_from(a->word), a->log_prior);
    }
    if (!st) *out = copy;
    return st;
}

/* ---- walking ---- */

/* Which states one word leads to from `here`; false: none. */
static bool say(const aside_network *n, const char *word, const bool *here, bool *there) {
    bool any = false;
    memset(there, 0, n->n_states * sizeof *there);
    for (size_t i = 0; i < n->n_arcs; i++) {
        const aside_network_arc *a = &n->arcs[i];
        if (here[a->from] && a->word && strcmp(a->word, word) == 0) there[a->to] = any = true;
    }
    return any;
}

aside_status aside_network_walk(const aside_network *n, const char *const *words, size_t n_words, aside_arena *arena, size_t *out) {
    bool *here = aside_arena_alloc_array(arena, n->n_states, sizeof *here);
    bool *there = aside_arena_alloc_array(arena, n->n_states, sizeof *there);
    size_t said = 0;
    if (!here || !there) return ASIDE_ENOMEM;
    here[n->start] = true;
    while (said < n_words && say(n, words[said], here, there)) {
        bool *swap = here;
        here = there, there = swap;
        said++;
    }
    *out = said;
    return ASIDE_OK;
}
