/* map.h -- from a string to a pointer, in an arena.  Grows only; no removal.
 *
 * Keys and values are borrowed and outlive the map.  Iterating an engine's
 * tables goes over their arrays, never over a map, so order stays the file's. */
#ifndef ASIDE_BASE_MAP_H
#define ASIDE_BASE_MAP_H
#include "base/arena.h"

typedef struct aside_map_slot aside_map_slot;
typedef struct aside_map {
    aside_arena    *arena;
    aside_map_slot *slots;
    size_t          n, n_slots;
} aside_map;

void  aside_map_init(aside_map *m, aside_arena *arena);
/* NULL when absent. */
void *aside_map_get(const aside_map *m, aside_str key);
/* Add or replace.  value must not be NULL.  ENOMEM. */
aside_status aside_map_put(aside_map *m, aside_str key, void *value) ASIDE_MUST_CHECK;
#endif
