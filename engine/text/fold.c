/* fold.c -- see fold.h.  The only file that includes utf8proc.h.
 *
 * Most text is ASCII or common Han, and both have a short way: an ASCII letter
 * that no mark follows folds by itself, and so does a character of the main Han
 * block.  All else goes by clusters through utf8proc, into a buffer on the stack,
 * so that folding allocates nothing. */
#include "text/fold.h"

#include <stdlib.h>
#include <utf8proc.h>

enum { CLUSTER_CHARS = 16 };

typedef struct pair { uint32_t traditional, simplified; } pair;

/* Sorted by the first column; made at build time by simplified.cmake. */
static const pair simplified[] = {
#include "text/simplified.inc"
};

/* What people type for each other although OpenCC keeps them apart (its table is
 * for writing well; ours is for understanding). */
static const pair variants[] = {
    { 0x59B3, 0x4F60 },        /* 妳 你 */
    { 0x8457, 0x7740 },        /* 著 着 */
    { 0x751A, 0x4EC0 },        /* 甚 什: 甚麼 is 什么 */
    { 0x7232, 0x4E3A },        /* 爲 为 */
};

/* Typographic forms of characters that words are made of. */
static const pair plain[] = {
    { 0x2018, '\'' }, { 0x2019, '\'' }, { 0x201B, '\'' }, { 0x02BC, '\'' },
    { 0x2032, '\'' }, { 0x2212, '-' },  { 0x2013, '-' },
};

static int by_first(const void *a, const void *b) {
    uint32_t x = ((const pair *)a)->traditional, y = ((const pair *)b)->traditional;
    return (x > y) - (x < y);
}

static uint32_t look_up(const pair *rows, size_t n, uint32_t c) {
    for (size_t i = 0; i < n; i++)
        if (rows[i].traditional == c) return rows[i].simplified;
    return c;
}

static uint32_t simplify(uint32_t c) {
    const pair *p = bsearch(&(pair){ c, 0 }, simplified, sizeof simplified / sizeof *simplified, sizeof(pair), by_first);
    return look_up(variants, sizeof variants / sizeof *variants, p ? p->simplified : c);
}

bool aside_fold_is_han(uint32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x3134F)
        || (c >= 0xF900 && c <= 0xFAFF) || c == 0x3005 || c == 0x3007;
}

static uint32_t finish(uint32_t c) {
    if (c < 0x80) return c;
    return aside_fold_is_han(c) ? simplify(c) : look_up(plain, sizeof plain / sizeof *plain, c);
}

/* Does c belong to the cluster before it? */
static bool continues(uint32_t c) {
    if (c < 0x300) return false;
    if (c == 0xFF9E || c == 0xFF9F) return true;                       /* Half-width kana voicing. */
    if (c >= 0x1160 && c <= 0x11FF) return true;                       /* Hangul vowels and finals. */
    const utf8proc_property_t *p = utf8proc_get_property((utf8proc_int32_t)c);
    return p->combining_class || p->category == UTF8PROC_CATEGORY_MN || p->category == UTF8PROC_CATEGORY_MC
        || p->category == UTF8PROC_CATEGORY_ME;
}

static size_t cluster_end(aside_str raw, size_t i) {
    aside_str_next_char(raw, &i);
    for (int n = 1; n < CLUSTER_CHARS && i < raw.len; n++) {
        size_t after = i;
        if (!continues(aside_str_next_char(raw, &after))) break;
        i = after;
    }
    return i;
}

static size_t fold_cluster(aside_str cluster, uint32_t out[ASIDE_FOLD_MOST]) {
    utf8proc_int32_t chars[ASIDE_FOLD_MOST];
    const utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_ssize_t n = utf8proc_decompose((const utf8proc_uint8_t *)cluster.at, (utf8proc_ssize_t)cluster.len,
                                            chars, ASIDE_FOLD_MOST, how);
    if (n <= 0 || n > ASIDE_FOLD_MOST) return 0;
    n = utf8proc_normalize_utf32(chars, n, how);
    for (utf8proc_ssize_t k = 0; k < n; k++) out[k] = finish((uint32_t)chars[k]);
    return n > 0 ? (size_t)n : 0;
}

static bool is_ascii(char c) { return (unsigned char)c < 0x80; }

size_t aside_fold_next(aside_str raw, size_t *i, uint32_t out[ASIDE_FOLD_MOST]) {
    size_t at = *i;
    char c = raw.at[at];
    if (is_ascii(c) && (at + 1 == raw.len || is_ascii(raw.at[at + 1]))) {
        out[0] = (uint32_t)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
        *i = at + 1;
        return 1;
    }
    uint32_t first = aside_str_next_char(raw, i);
    if (first >= 0x4E00 && first <= 0x9FFF) return out[0] = simplify(first), 1;
    *i = cluster_end(raw, at);
    return fold_cluster((aside_str){ raw.at + at, *i - at }, out);
}

static aside_fold_kind kind_of_ascii(uint32_t c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return ASIDE_FOLD_LETTER;
    if (c >= '0' && c <= '9') return ASIDE_FOLD_DIGIT;
    return c == '%' || c == '$' ? ASIDE_FOLD_SYMBOL : ASIDE_FOLD_SEPARATOR;
}

aside_fold_kind aside_fold_kind_of(uint32_t c) {
    if (c < 0x80) return kind_of_ascii(c);
    if (aside_fold_is_han(c)) return ASIDE_FOLD_HAN;
    if (c == 0xB0) return ASIDE_FOLD_SYMBOL;
    switch (utf8proc_category((utf8proc_int32_t)c)) {
        case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT:
        case UTF8PROC_CATEGORY_LM: case UTF8PROC_CATEGORY_LO: return ASIDE_FOLD_LETTER;
        case UTF8PROC_CATEGORY_MN: case UTF8PROC_CATEGORY_MC: case UTF8PROC_CATEGORY_ME: return ASIDE_FOLD_MARK;
        case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: return ASIDE_FOLD_DIGIT;
        case UTF8PROC_CATEGORY_SC: return ASIDE_FOLD_SYMBOL;
        default: return ASIDE_FOLD_SEPARATOR;
    }
}

size_t aside_fold_encode(uint32_t c, char out[4]) {
    if (c < 0x80) return out[0] = (char)c, 1;
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)out);
    return n > 0 ? (size_t)n : 0;
}
