/* arena.h -- memory for things that die together.
 *
 * An arena hands out zeroed memory from blocks and gives it all back at once.
 * There is one for an engine, one for a session, one for a turn (reset before
 * each).  Nothing in a stage frees.  An arena belongs to one thread. */
#ifndef ASIDE_BASE_ARENA_H
#define ASIDE_BASE_ARENA_H
#include "aside.h"
#include "base/str.h"

typedef struct aside_arena_block aside_arena_block;

/* Plain value; initialise before use.  `host` is borrowed and outlives it. */
typedef struct aside_arena {
    const aside_host  *host;
    aside_arena_block *newest;
    size_t             first_bytes;     /* Of the first block; doubled for each next one. */
    size_t             used_bytes;      /* Handed out since the start or the last reset. */
} aside_arena;

/* Allocates nothing yet.  first_bytes 0: a sensible size. */
void aside_arena_init(aside_arena *a, const aside_host *host, size_t first_bytes);
/* Forget everything handed out; keep the largest block for next time. */
void aside_arena_reset(aside_arena *a);
/* Give everything back to the host. */
void aside_arena_free(aside_arena *a);

/* Zeroed, aligned for any type; NULL when out of memory.  0 bytes is fine. */
void *aside_arena_alloc(aside_arena *a, size_t n_bytes);
void *aside_arena_alloc_array(aside_arena *a, size_t n, size_t item_bytes);
/* A copy, NUL-terminated behind its end; NULL / at == NULL when out of memory. */
char     *aside_arena_copy_z(aside_arena *a, aside_str s);
aside_str aside_arena_copy(aside_arena *a, aside_str s);
/* Like printf into a new NUL-terminated string; NULL when out of memory. */
char     *aside_arena_printf(aside_arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Room for one more item in a growing array of the arena: `items`, `n` and
 * `cap` are lvalues.  False when out of memory; the old items stay. */
#define ASIDE_ARENA_GROW(arena, items, n, cap) \
    ((n) < (cap) || aside_arena_grow((arena), (void **)&(items), (n), &(cap), sizeof *(items)))
bool aside_arena_grow(aside_arena *a, void **items, size_t n, size_t *cap, size_t item_bytes);
#endif
