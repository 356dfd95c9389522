/* lexicon.h -- how words are pronounced: the wanted words out of pronunciation
 * dictionaries (Sphinx .dic: "word PH ON ES", further ways as "word(2)").
 *
 * Not for: knowing whether a phone exists; the recogniser says so. */
#ifndef ASIDE_ASR_LEXICON_H
#define ASIDE_ASR_LEXICON_H
#include "asr/network.h"
#include "base/problem.h"

typedef struct aside_pronunciation {
    const char *spelled;               /* "either", then "either(2)". */
    const char *phones;                /* "IY DH ER", one space between. */
    size_t      word;                  /* Which of the wanted words. */
} aside_pronunciation;

/* In the arena given to the call that made it. */
typedef struct aside_lexicon {
    const aside_pronunciation *at;     /* By word, each word's first way first. */
    size_t                     n;
    const bool                *known;  /* For each wanted word: whether it has any. */
} aside_lexicon;

/* Look up `words` in the files `paths` (NULL-terminated), in that order; the
 * same way in two files counts once.  A dictionary's 134,000 lines are gone
 * through once and not kept.  Errors: EMODEL (a file that cannot be read; err
 * says which), ENOMEM. */
aside_status aside_lexicon_read(const char *const *paths, const aside_words *words, aside_arena *arena,
                                aside_lexicon *out, aside_error *err) ASIDE_MUST_CHECK;
#endif
