/* expand.h -- all the texts that a template without lists and rules can be.
 *
 * For what is one word in several spellings ("light[s]") and for the values of a list. */
#ifndef ASIDE_INTENT_EXPAND_H
#define ASIDE_INTENT_EXPAND_H
#include "intent/template.h"

typedef struct aside_texts { aside_str *at; size_t n; } aside_texts;

/* No list or rule inside? */
bool aside_expand_is_textual(const aside_node *node);
/* The items one after another, in every way.  Errors: ENOMEM, ELIMIT (more than
 * ASIDE_LIMIT_VARIANTS, or one longer than a template). */
aside_status aside_expand(const aside_node *const *items, size_t n, aside_arena *arena, aside_texts *out) ASIDE_MUST_CHECK;

/* Call `each` with every order of n items (n at most ASIDE_LIMIT_PERMUTED), the written order first. */
bool aside_expand_orders(size_t n, bool (*each)(void *user, const size_t *order), void *user);
#endif
