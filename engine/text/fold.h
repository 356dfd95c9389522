/* fold.h -- one character of raw text to its folded characters.
 *
 * Folding is NFKC with case folding (UAX 15 and Unicode 3.13), and then
 * traditional to simplified by single characters (OpenCC's table).  Both sides
 * of a comparison are folded alike, so what the folded text looks like to a
 * reader does not matter, only what becomes equal. */
#ifndef ASIDE_TEXT_FOLD_H
#define ASIDE_TEXT_FOLD_H
#include "base/str.h"

/* What a folded character does to words. */
typedef enum aside_fold_kind {
    ASIDE_FOLD_SEPARATOR,      /* White space, control, punctuation, emoji. */
    ASIDE_FOLD_LETTER,         /* Of any script but Han; a modifier too. */
    ASIDE_FOLD_MARK,           /* A combining mark: belongs to the letter before. */
    ASIDE_FOLD_DIGIT,
    ASIDE_FOLD_HAN,
    ASIDE_FOLD_SYMBOL          /* % and degree and currency signs: spoken, so tokens. */
} aside_fold_kind;

/* The most that one cluster can become: 16 characters (a base and its marks; what
 * is over starts a new cluster) of at most 18 each, Unicode's longest. */
#define ASIDE_FOLD_MOST (16 * 18)

/* Fold the next cluster (a base with its marks) of valid UTF-8 at *i and move *i
 * past it: how many characters were written to `out`; 0 for what is ignored,
 * such as a soft hyphen.  Typographic apostrophes become ' and the minus sign -. */
size_t aside_fold_next(aside_str raw, size_t *i, uint32_t out[ASIDE_FOLD_MOST]);
aside_fold_kind aside_fold_kind_of(uint32_t folded);
bool aside_fold_is_han(uint32_t c);
/* c as UTF-8: how many bytes (1 to 4). */
size_t aside_fold_encode(uint32_t c, char out[4]);
#endif
