/* str.h -- a borrowed run of bytes, and the few questions one asks of it.
 *
 * Not for: owning memory (arena.h), building text (buf.h), Unicode (text/fold.h). */
#ifndef ASIDE_BASE_STR_H
#define ASIDE_BASE_STR_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrowed; not necessarily NUL-terminated; `at` may be NULL only when len is 0. */
typedef struct aside_str {
    const char *at;
    size_t      len;
} aside_str;

#define ASIDE_STR(literal) ((aside_str){ (literal), sizeof(literal) - 1 })
/* For printf: "%.*s". */
#define ASIDE_FMT(s) (int)(s).len, ((s).at ? (s).at : "")

aside_str aside_str_from(const char *z);                      /* z may be NULL: empty. */
bool      aside_str_equal(aside_str a, aside_str b);
bool      aside_str_is(aside_str a, const char *z);
bool      aside_str_starts(aside_str a, const char *prefix);
bool      aside_str_ends(aside_str a, const char *suffix);
aside_str aside_str_trim(aside_str a);                        /* ASCII white space at both ends. */
/* Take the next piece of *rest up to any byte of `separators`; false at the end.
 * Empty pieces are passed over. */
bool      aside_str_split(aside_str *rest, const char *separators, aside_str *piece);
/* Whole string as a decimal integer; false when it is not one or does not fit. */
bool      aside_str_to_int(aside_str a, int64_t *out);
/* FNV-1a, 64 bit (Fowler, Noll, Vo).  For tables in memory, not for anything kept. */
uint64_t  aside_str_hash(aside_str a);
/* Valid UTF-8 by RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF. */
bool      aside_str_is_utf8(aside_str a);
/* Decode one character of valid UTF-8 at *i and move *i past it. */
uint32_t  aside_str_next_char(aside_str a, size_t *i);
/* Of `names` (NULL-terminated), the one nearest to `word` by edit distance, or
 * NULL when none is near enough to be a slip. */
const char *aside_str_nearest(aside_str word, const char *const *names);
#endif
