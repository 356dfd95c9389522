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
