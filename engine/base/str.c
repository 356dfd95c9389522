/* str.c -- see str.h. */
#include "base/str.h"

#include <string.h>

aside_str aside_str_from(const char *z) {
    return (aside_str){ z, z ? strlen(z) : 0 };
}

bool aside_str_equal(aside_str a, aside_str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

bool aside_str_is(aside_str a, const char *z) {
    return aside_str_equal(a, aside_str_from(z));
}

bool aside_str_starts(aside_str a, const char *prefix) {
    size_t n = strlen(prefix);
    return a.len >= n && memcmp(a.at, prefix, n) == 0;
}

bool aside_str_ends(aside_str a, const char *suffix) {
    size_t n = strlen(suffix);
    return a.len >= n && memcmp(a.at + a.len - n, suffix, n) == 0;
}

static bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

aside_str aside_str_trim(aside_str a) {
    while (a.len && is_space(a.at[0])) a.at++, a.len--;
    while (a.len && is_space(a.at[a.len - 1])) a.len--;
    return a;
}

bool aside_str_split(aside_str *rest, const char *separators, aside_str *piece) {
    while (rest->len && strchr(separators, rest->at[0])) rest->at++, rest->len--;
    if (!rest->len) return false;
    size_t n = 0;
    while (n < rest->len && !strchr(separators, rest->at[n])) n++;
    *piece = (aside_str){ rest->at, n };
    rest->at += n, rest->len -= n;
    return true;
}

bool aside_str_to_int(aside_str a, int64_t *out) {
    size_t i = 0;
    bool negative = a.len && a.at[0] == '-';
    if (negative) i++;
    if (i == a.len) return false;
    int64_t value = 0;                       /* Kept negative, so that INT64_MIN fits. */
    for (; i < a.len; i++) {
        if (a.at[i] < '0' || a.at[i] > '9') return false;
        int digit = a.at[i] - '0';
        if (value < (INT64_MIN + digit) / 10) return false;
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN) return false;
    *out = negative ? value : -value;
    return true;
}

uint64_t aside_str_hash(aside_str a) {
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < a.len; i++) h = (h ^ (unsigned char)a.at[i]) * 1099511628211u;
    return h;
}

/* The length of the valid character at p, or 0. */
static size_t char_len(const unsigned char *p, size_t n) {
    if (p[0] < 0x80) return 1;
    size_t len = p[0] >= 0xC2 && p[0] < 0xE0 ? 2 : p[0] >= 0xE0 && p[0] < 0xF0 ? 3
               : p[0] >= 0xF0 && p[0] < 0xF5 ? 4 : 0;
    if (len == 0 || len > n) return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xC0) != 0x80) return 0;
    if ((p[0] == 0xE0 && p[1] < 0xA0) || (p[0] == 0xED && p[1] > 0x9F)) return 0;
    if ((p[0] == 0xF0 && p[1] < 0x90) || (p[0] == 0xF4 && p[1] > 0x8F)) return 0;
    return len;
}

bool aside_str_is_utf8(aside_str a) {
    const unsigned char *p = (const unsigned char *)a.at;
    for (size_t i = 0, n; i < a.len; i += n)
        if ((n = char_len(p + i, a.len - i)) == 0) return false;
    return true;
}

uint32_t aside_str_next_char(aside_str a, size_t *i) {
    const unsigned char *p = (const unsigned char *)a.at + *i;
    if (p[0] < 0x80) return *i += 1, p[0];
    if (p[0] < 0xE0) return *i += 2, (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    if (p[0] < 0xF0)
        return *i += 3, (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    return *i += 4, (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3F) << 12
                  | (uint32_t)(p[2] & 0x3F) << 6 | (p[3] & 0x3F);
}

enum { NEAREST_MAX = 32 };                   /* Longer words are not compared: nobody's slip. */

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Levenshtein's distance, one row at a time. */
static size_t distance(aside_str a, aside_str b) {
    size_t row[NEAREST_MAX + 1];
    for (size_t j = 0; j <= b.len; j++) row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = diagonal + (a.at[i - 1] != b.at[j - 1]);
            diagonal = row[j];
            row[j] = least(change, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b.len];
}

const char *aside_str_nearest(aside_str word, const char *const *names) {
    const char *best = NULL;
    size_t best_distance = word.len / 3 + 1;
    if (word.len > NEAREST_MAX) return NULL;
    for (; *names; names++) {
        aside_str name = aside_str_from(*names);
        if (name.len > NEAREST_MAX) continue;
        size_t d = distance(word, name);
        if (d < best_distance || (d == best_distance && !best)) best = *names, best_distance = d;
    }
    return best;
}
