/* builder.h -- what sentence files say, before it is compiled: filled by
 * sentences.c, used up by compile.c.  All of it lives in the builder's arena. */
#ifndef ASIDE_INTENT_BUILDER_H
#define ASIDE_INTENT_BUILDER_H
#include "intent/model.h"

/* An intent and what only compiling needs to know of it. */
typedef struct aside_intent_record {
    aside_intent intent;
    bool         dropped;              /* Something of its sentences uses a list that nobody gave. */
} aside_intent_record;

/* A sentence that waits for its rules and lists. */
typedef struct aside_pending {
    aside_intent_record *record;
    const aside_block   *block;
    aside_scope         *scope;
    const aside_source  *source;
    const aside_node    *node;
    uint32_t             file;
} aside_pending;

/* A row of `examples:` or `not:`. */
typedef struct aside_example {
    aside_intent_record *record;
    const aside_yaml    *sentence;
    bool                 must;
} aside_example;

typedef struct aside_pendings { aside_pending *at; size_t n, cap; } aside_pendings;
typedef struct aside_examples { aside_example *at; size_t n, cap; } aside_examples;
typedef struct aside_lists    { aside_list **at; size_t n, cap; } aside_lists;
typedef struct aside_scalars  { const aside_yaml **at; size_t n, cap; } aside_scalars;

struct aside_grammar_builder {
    const char       *language;
    aside_arena      *arena;
    const aside_host *host;
    aside_scope       global;
    aside_map         intents, skills;      /* To aside_intent_record. */
    aside_pendings    pending;
    aside_examples    examples;
    aside_lists       lists, extra;         /* Of all scopes; and those of --lists. */
    aside_scalars     assistants, fillers;
    const aside_block *plain_block;         /* Of sentences that say nothing more. */
    uint32_t          n_files;
};
#endif
