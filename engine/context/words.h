/* words.h -- a file of weighted phrases, read into a table that can be asked.
 *
 * Not for: deciding anything (context.c). */
#ifndef ASIDE_CONTEXT_WORDS_H
#define ASIDE_CONTEXT_WORDS_H
#include "base/map.h"
#include "context/context.h"

/* What one phrase says: thousandths of a nat for each class. */
typedef struct aside_phrase {
    uint32_t index;                            /* Counts from 0 over all phrases of the model. */
    int32_t  weights[ASIDE_CLASS_COUNT];
    int32_t  alarm;                            /* Its weight for `sensitive` as a person wrote it; 0 when only learned. */
} aside_phrase;

struct aside_context_model {
    const char *language;
    aside_map   phrases;                       /* Normal form -> aside_phrase. */
    uint32_t    n_phrases;
    size_t      longest;                       /* Tokens of the longest phrase. */
    int32_t     prior[ASIDE_CLASS_COUNT];      /* Evidence before a word was heard. */
    int32_t     intent;                        /* What a matched intent of score 1000 adds to its class. */
    int32_t     alarm;                         /* So much written sensitive weight decides alone. */
    int32_t     memory;                        /* What an earlier turn that was all one class adds to it. */
    int         sensitive_pm;                  /* So large a share of `sensitive` decides alone. */
    int         sponsor_pm[ASIDE_CLASS_COUNT]; /* 0: never. */
};

/* The phrase that the n tokens of `u` from `from` on are; NULL when they are none. */
const aside_phrase *aside_context_find(const aside_context_model *m, const aside_utterance *u, size_t from, size_t n);
#endif
