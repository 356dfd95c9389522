/* map.c -- open addressing, linear probing, at most half full. */
#include "base/map.h"

struct aside_map_slot {
    aside_str key;
    void     *value;         /* NULL: free. */
};

void aside_map_init(aside_map *m, aside_arena *arena) {
    *m = (aside_map){ .arena = arena };
}

static aside_map_slot *find(aside_map_slot *slots, size_t n_slots, aside_str key) {
    size_t i = (size_t)aside_str_hash(key) & (n_slots - 1);
    while (slots[i].value && !aside_str_equal(slots[i].key, key)) i = (i + 1) & (n_slots - 1);
    return &slots[i];
}

void *aside_map_get(const aside_map *m, aside_str key) {
    return m->n_slots ? find(m->slots, m->n_slots, key)->value : NULL;
}

static bool grow(aside_map *m) {
    size_t wider = m->n_slots ? m->n_slots * 2 : 16;
    aside_map_slot *slots = aside_arena_alloc_array(m->arena, wider, sizeof *slots);
    if (!slots) return false;
    for (size_t i = 0; i < m->n_slots; i++)
        if (m->slots[i].value) *find(slots, wider, m->slots[i].key) = m->slots[i];
    m->slots = slots, m->n_slots = wider;
    return true;
}

aside_status aside_map_put(aside_map *m, aside_str key, void *value) {
    if (m->n * 2 >= m->n_slots && !grow(m)) return ASIDE_ENOMEM;
    aside_map_slot *slot = find(m->slots, m->n_slots, key);
    if (!slot->value) m->n++;
    *slot = (aside_map_slot){ key, value };
    return ASIDE_OK;
}
