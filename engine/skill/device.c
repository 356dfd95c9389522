/* device.c -- see device.h. */
#include "skill/device.h"

#define X(id, name) name,
const char *const aside_surface_names[]    = { ASIDE_SURFACE_MAP(X) NULL };
const char *const aside_capability_names[] = { ASIDE_CAPABILITY_MAP(X) NULL };
#undef X
const char *const aside_scene_names[]       = { "personal", "home", "public", NULL };
const char *const aside_device_kind_names[] = { "phone", "speaker", "tv", "car", "wearable", "appliance", NULL };

static int index_of(aside_str word, const char *const *names) {
    for (int i = 0; names[i]; i++)
        if (aside_str_is(word, names[i])) return i;
    return -1;
}

int aside_device_name_index(const char *word, const char *const *names) {
    return word ? index_of(aside_str_from(word), names) : -1;
}

uint32_t aside_device_bits(const char *words, const char *const *names, size_t *n_unknown) {
    aside_str rest = aside_str_from(words), word;
    uint32_t bits = 0;
    *n_unknown = 0;
    while (aside_str_split(&rest, ", \t\r\n", &word)) {
        int i = index_of(word, names);
        if (i < 0) ++*n_unknown;
        else bits |= (uint32_t)1 << i;
    }
    return bits;
}
