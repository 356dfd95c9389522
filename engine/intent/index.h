/* index.h -- which few templates an utterance could match at all.
 *
 * Each template is filed under a *cut*: a set of tokens of which every one of its
 * sentences has at least one ("turn" or "switch"; the one rare word where there
 * is such), chosen so that the tokens are rare over all templates.  Beside it
 * stands a signature of 128 bits, one for each token that all its sentences have;
 * the utterance's signature must contain it.  In Chinese, where a token is a
 * character and characters are common, two Han tokens in a row count as a token
 * of their own.  A template without a cut (only slots) is always a candidate. */
#ifndef ASIDE_INTENT_INDEX_H
#define ASIDE_INTENT_INDEX_H
#include "intent/tree.h"
#include "text/utterance.h"

typedef struct aside_index aside_index;                /* Immutable; in the arena it was built in. */

/* trees[i] is the template i.  Scratch dies with the call. ENOMEM. */
aside_status aside_index_build(const aside_tree *const *trees, size_t n, aside_arena *arena, aside_arena *scratch,
                               const aside_index **out) ASIDE_MUST_CHECK;
/* The templates to try, each once, in no particular order. ENOMEM. */
aside_status aside_index_find(const aside_index *x, const aside_utterance *u, aside_arena *arena,
                              const uint32_t **ids, size_t *n) ASIDE_MUST_CHECK;
#endif
