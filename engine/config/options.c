/* options.c -- the table itself; see options.h and options.def. */
#include "config/options.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

const aside_option aside_config_options[ASIDE_CONFIG_OPTIONS] = {
#define OPT(key, type, name, fallback, least, most, unit, help) \
    { key, ASIDE_OPTION_##type, offsetof(aside_config, name), fallback, least, most, unit, help },
#include "config/options.def"
#undef OPT
};

const char *const aside_config_keys[ASIDE_CONFIG_OPTIONS + 1] = {
#define OPT(key, type, name, fallback, least, most, unit, help) key,
#include "config/options.def"
#undef OPT
    NULL
};

/* Settings that are one of a few words.  A new one: its words and a row. */
static const char *const log_levels[] = { "error", "warn", "info", "debug", NULL };
static const struct { const char *key; const char *const *words; } choices[] = {
    { "log.level", log_levels }
};

const char *const *aside_option_words(const char *key) {
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++)
        if (strcmp(choices[i].key, key) == 0) return choices[i].words;
    return NULL;
}

const char *aside_option_type_name(aside_option_type type) {
    static const char *const names[ASIDE_OPTION_TYPES] = { "int", "time", "bool", "text", "hours", "path", "paths" };
    return names[type];
}

const char *aside_option_within(const char *key, aside_str group) {
    if (group.len == 0) return key;
    return strncmp(key, group.at, group.len) == 0 && key[group.len] == '.' ? key + group.len + 1 : NULL;
}

const char *aside_option_time_text(int64_t ms, char text[32]) {
    static const struct { const char *unit; int64_t ms; } units[] = {
        { "d", 86400000 }, { "h", 3600000 }, { "m", 60000 }, { "s", 1000 }, { "ms", 1 }
    };
    size_t i = 0;
    while (ms % units[i].ms) i++;
    if (ms == 0) snprintf(text, 32, "0");
    else snprintf(text, 32, "%lld%s", (long long)(ms / units[i].ms), units[i].unit);
    return text;
}
