/* phrases.c -- see phrases.h. */
#include "core/phrases.h"

const char *aside_phrase(aside_phrase_id id, aside_lang lang) {
    static const char *const phrases[ASIDE_PHRASE_COUNT][ASIDE_LANG_COUNT] = {
#define X(name, en, zh) { en, zh },
        ASIDE_PHRASE_MAP(X)
#undef X
    };
    return phrases[id][lang];
}
