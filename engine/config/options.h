/* options.h -- the rows of options.def as a table, for the two files of this folder:
 * config.c reads settings by it, config_write.c describes them by it. */
#ifndef ASIDE_CONFIG_OPTIONS_H
#define ASIDE_CONFIG_OPTIONS_H
#include "config/config.h"

typedef enum aside_option_type {
    ASIDE_OPTION_INT, ASIDE_OPTION_TIME, ASIDE_OPTION_BOOL, ASIDE_OPTION_TEXT,
    ASIDE_OPTION_HOURS, ASIDE_OPTION_PATH, ASIDE_OPTION_PATHS, ASIDE_OPTION_TYPES
} aside_option_type;

typedef struct aside_option {
    const char       *key;
    aside_option_type type;
    size_t            offset;              /* Of its field in aside_config. */
    const char       *fallback;            /* As it would stand in a file. */
    int64_t           least, most;         /* INT: as it is; TIME: milliseconds; others: unused. */
    const char       *unit, *help;         /* "" when there is none. */
} aside_option;

enum {
#define OPT(key, type, name, fallback, least, most, unit, help) ASIDE_OPTION_ROW_##name,
#include "config/options.def"
#undef OPT
    ASIDE_CONFIG_OPTIONS
};

extern const aside_option aside_config_options[ASIDE_CONFIG_OPTIONS];
/* Their keys alone, NULL-terminated. */
extern const char *const aside_config_keys[ASIDE_CONFIG_OPTIONS + 1];
/* "int", "time", ... */
const char *aside_option_type_name(aside_option_type type);
/* What the text of this setting must be one of, NULL-terminated; NULL when it is free. */
const char *const *aside_option_words(const char *key);
/* The rest of `key` behind "GROUP."; NULL when it is not in that group.  Every key is in the group "". */
const char *aside_option_within(const char *key, aside_str group);
/* A duration as a person writes it, "4h". */
const char *aside_option_time_text(int64_t ms, char text[32]);
#endif
