/* buf.c -- see buf.h. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void aside_buf_init(aside_buf *b, aside_arena *arena) {
    *b = (aside_buf){ .arena = arena };
}

static bool reserve(aside_buf *b, size_t more) {
    if (b->failed) return false;
    if (b->at && b->cap - b->len > more) return true;
    size_t cap = b->cap ? b->cap : 64;
    while (cap - b->len <= more) cap *= 2;
    char *wider = aside_arena_alloc(b->arena, cap);
    if (!wider) return b->failed = true, false;
    if (b->len) memcpy(wider, b->at, b->len);
    b->at = wider, b->cap = cap;
    return true;
}

void aside_buf_add(aside_buf *b, aside_str s) {
    if (!reserve(b, s.len)) return;
    if (s.len) memcpy(b->at + b->len, s.at, s.len);
    b->len += s.len;
    b->at[b->len] = '\0';
}

void aside_buf_add_z(aside_buf *b, const char *z) { aside_buf_add(b, aside_str_from(z)); }

void aside_buf_add_char(aside_buf *b, char c) { aside_buf_add(b, (aside_str){ &c, 1 }); }

void aside_buf_printf(aside_buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(b, (size_t)n)) return;
    va_start(args, format);
    vsnprintf(b->at + b->len, (size_t)n + 1, format, args);
    va_end(args);
    b->len += (size_t)n;
}

void aside_buf_cut(aside_buf *b, size_t len) {
    if (len < b->len) b->at[b->len = len] = '\0';
}

bool aside_buf_ok(const aside_buf *b) { return !b->failed; }

aside_str aside_buf_str(const aside_buf *b) { return (aside_str){ b->at, b->len }; }

const char *aside_buf_z(aside_buf *b) {
    return reserve(b, 0) ? b->at : NULL;
}
