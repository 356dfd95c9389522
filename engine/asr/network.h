/* network.h -- what can be heard: a finite-state network over words.
 *
 * Built by intent/ from the loaded sentence templates (this layer does not know
 * templates), minimised here, and given to a recogniser.  States are small
 * integers; an arc carries one spoken word of the dictionary's spelling (lower
 * case) or nothing.  Acyclic: sentences are finite.
 *
 * Priors: aside_network_arc takes a log-probability in thousandths of a nat, so
 * that the domains of life share the start state by stated odds. */
#ifndef ASIDE_ASR_NETWORK_H
#define ASIDE_ASR_NETWORK_H
#include "base/arena.h"

typedef struct aside_network_arc {
    uint32_t    from, to;
    const char *word;          /* NULL: no word.  Lives in the network's arena. */
    int32_t     log_prior;     /* Thousandths of a nat, at most 0. */
} aside_network_arc;

/* Plain value; fields are for reading. */
typedef struct aside_network {
    aside_arena       *arena;
    aside_network_arc *arcs;
    size_t             n_arcs, cap_arcs;
    uint32_t           n_states, start, final;
} aside_network;

/* Two states: start and final.  The arena outlives the network. */
void aside_network_init(aside_network *n, aside_arena *arena);
uint32_t aside_network_add_state(aside_network *n);
/* word NULL or empty: none; copied. ENOMEM. */
aside_status aside_network_add_arc(aside_network *n, uint32_t from, uint32_t to, aside_str word, int32_t log_prior) ASIDE_MUST_CHECK;

/* The smallest equal network without empty arcs (but those into the final
 * state): empty arcs removed, determinised by subsets, merged from the end
 * backwards (Revuz 1992, for acyclic automata).  Priors of arcs that become one
 * are added as probabilities.  Where determinising would make it larger, only the
 * rest is done.  The result is in `arena`.  Errors: ENOMEM, EINVAL (a cycle),
 * ELIMIT (more states than ASIDE_LIMIT_NETWORK_STATES). */
aside_status aside_network_minimise(const aside_network *n, aside_arena *arena, aside_network *out) ASIDE_MUST_CHECK;

/* The domains of life are what the empty arcs out of the start state lead to; a
 * minimised network has none left.  The i-th as a network of its own, with states
 * of its own, in `arena`.  ENOMEM. */
size_t aside_network_n_domains(const aside_network *n);
aside_status aside_network_domain(const aside_network *n, size_t i, aside_arena *arena, aside_network *out) ASIDE_MUST_CHECK;

/* How many of these words, from the first on, some path from the start says.
 * `arena` is for scratch.  ENOMEM. */
aside_status aside_network_walk(const aside_network *n, const char *const *words, size_t n_words, aside_arena *arena,
                                size_t *out) ASIDE_MUST_CHECK;

/* Every different word, in order of bytes. */
typedef struct aside_words { const char **at; size_t n; } aside_words;
aside_status aside_network_words(const aside_network *n, aside_arena *arena, aside_words *out) ASIDE_MUST_CHECK;
#endif
