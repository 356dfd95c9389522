/* arena.c -- see arena.h. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct aside_arena_block {
    aside_arena_block *older;
    size_t             size, used;
    alignas(max_align_t) unsigned char bytes[];
};

enum { FIRST_BYTES = 4096 };

/* The nasty build starts with 16-byte blocks, so that every growth path runs. */
#ifdef ASIDE_NASTY
enum { NASTY_BYTES = 16 };
#endif

void aside_arena_init(aside_arena *a, const aside_host *host, size_t first_bytes) {
    *a = (aside_arena){ .host = host, .first_bytes = first_bytes ? first_bytes : FIRST_BYTES };
#ifdef ASIDE_NASTY
    a->first_bytes = NASTY_BYTES;
#endif
}

static void release(aside_arena *a, aside_arena_block *b) {
    a->host->realloc(a->host->user, b, sizeof *b + b->size, 0);
}

static void release_older(aside_arena *a, aside_arena_block *keep) {
    for (aside_arena_block *b = keep->older, *older; b; b = older) {
        older = b->older;
        release(a, b);
    }
    keep->older = NULL;
}

void aside_arena_reset(aside_arena *a) {
    a->used_bytes = 0;
    if (!a->newest) return;
    release_older(a, a->newest);
    memset(a->newest->bytes, 0, a->newest->used);   /* Also: no word outlives its turn. */
    a->newest->used = 0;
}

void aside_arena_free(aside_arena *a) {
    if (!a->newest) return;
    release_older(a, a->newest);
    memset(a->newest->bytes, 0, a->newest->used);
    release(a, a->newest);
    a->newest = NULL;
    a->used_bytes = 0;
}

static aside_arena_block *add_block(aside_arena *a, size_t at_least) {
    size_t size = a->newest ? a->newest->size * 2 : a->first_bytes;
    while (size < at_least) {
        if (size > SIZE_MAX / 2 - sizeof(aside_arena_block)) return NULL;
        size *= 2;
    }
    aside_arena_block *b = a->host->realloc(a->host->user, NULL, 0, sizeof *b + size);
    if (!b) return NULL;
    memset(b->bytes, 0, size);
    b->older = a->newest, b->size = size, b->used = 0;
    return a->newest = b;
}

void *aside_arena_alloc(aside_arena *a, size_t n_bytes) {
    size_t align = alignof(max_align_t);
    if (n_bytes > SIZE_MAX - align) return NULL;
    n_bytes = (n_bytes + align - 1) / align * align;
    if (n_bytes == 0) n_bytes = align;
    aside_arena_block *b = a->newest;
    if (!b || b->size - b->used < n_bytes)
        if (!(b = add_block(a, n_bytes))) return NULL;
    void *p = b->bytes + b->used;
    b->used += n_bytes;
    a->used_bytes += n_bytes;
    return p;
}

void *aside_arena_alloc_array(aside_arena *a, size_t n, size_t item_bytes) {
    if (item_bytes && n > SIZE_MAX / item_bytes) return NULL;
    return aside_arena_alloc(a, n * item_bytes);
}

char *aside_arena_copy_z(aside_arena *a, aside_str s) {
    char *z = aside_arena_alloc(a, s.len + 1);
    if (z && s.len) memcpy(z, s.at, s.len);
    return z;
}

aside_str aside_arena_copy(aside_arena *a, aside_str s) {
    char *z = aside_arena_copy_z(a, s);
    return (aside_str){ z, z ? s.len : 0 };
}

char *aside_arena_printf(aside_arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *z = n < 0 ? NULL : aside_arena_alloc(a, (size_t)n + 1);
    if (!z) return NULL;
    va_start(args, format);
    vsnprintf(z, (size_t)n + 1, format, args);
    va_end(args);
    return z;
}

bool aside_arena_grow(aside_arena *a, void **items, size_t n, size_t *cap, size_t item_bytes) {
    size_t wider = *cap ? *cap * 2 : 8;
    void *copy = wider < *cap ? NULL : aside_arena_alloc_array(a, wider, item_bytes);
    if (!copy) return false;
    if (n) memcpy(copy, *items, n * item_bytes);
    *items = copy;
    *cap = wider;
    return true;
}
