/* model.h -- what a compiled grammar consists of; shared by the files of intent/. */
#ifndef ASIDE_INTENT_MODEL_H
#define ASIDE_INTENT_MODEL_H
#include "intent/grammar.h"
#include "intent/index.h"
#include "intent/pattern.h"

/* What the sentences of one `data:` block have in common.  YAML nodes may be NULL. */
typedef struct aside_block {
    const aside_slot *slots;              /* Fixed values. */
    size_t            n_slots;
    const aside_yaml *requires, *excludes; /* Maps, as written. */
    const aside_yaml *domains;            /* `name_domains`: what requires {domain: ...} says for the slot `name`. */
} aside_block;

typedef struct aside_template {
    const aside_intent       *intent;
    const aside_block        *block;      /* Never NULL. */
    aside_place               at;
    uint32_t                  file;       /* Counts files; all skills' sentences are one more. */
    const aside_tree         *tree;
    aside_pattern            *pattern;
    const aside_tree *const  *slots;      /* By group, from 1 at [0]. */
    size_t                    n_slots;
} aside_template;

/* Words that are passed over, as token sequences: normal forms, longest first. */
typedef struct aside_phrases { const aside_str *at; size_t n; } aside_phrases;

struct aside_grammar {
    const char           *language;
    const aside_host     *host;
    const aside_template *templates;
    size_t                n;
    const aside_index    *index;
    aside_phrases         assistants, fillers;
    uint32_t              n_files;
    size_t                most_groups;
};

/* requires.c: do the contexts of the values that were chosen allow this block?
 * _allows judges one value alone (what its context does not mention, it does not
 * forbid); _met judges all together, where what is required must be there. */
bool aside_requires_allows(const aside_block *b, const char *slot, const aside_list_value *value);
bool aside_requires_met(const aside_block *b, const aside_list_value *const *values, size_t n);
#endif
