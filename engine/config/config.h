/* config.h -- the settings, each from options.def, with where its value came from. */
#ifndef ASIDE_CONFIG_CONFIG_H
#define ASIDE_CONFIG_CONFIG_H
#include "base/buf.h"
#include "base/problem.h"

/* Minutes of the local day; equal: never; from > to: over midnight. */
typedef struct aside_hours { int from_minute, to_minute; } aside_hours;
typedef struct aside_path_list { const char *const *at; size_t n; } aside_path_list;

/* Immutable after loading; lives in its arena.  One field for each row of options.def. */
typedef struct aside_config {
#define FIELD_INT(name)   int name;
#define FIELD_TIME(name)  int64_t name;
#define FIELD_BOOL(name)  bool name;
#define FIELD_TEXT(name)  const char *name;
#define FIELD_HOURS(name) aside_hours name;
#define FIELD_PATH(name)  const char *name;
#define FIELD_PATHS(name) aside_path_list name;
#define OPT(key, type, name, fallback, least, most, unit, help) FIELD_##type(name)
#include "config/options.def"
#undef OPT
#undef FIELD_INT
#undef FIELD_TIME
#undef FIELD_BOOL
#undef FIELD_TEXT
#undef FIELD_HOURS
#undef FIELD_PATH
#undef FIELD_PATHS
} aside_config;

/* Load the file (NULL: defaults alone, relative to a folder "config"), then the
 * "key=value" overrides (NULL or NULL-terminated).  In the file a key may be
 * nested or dotted: `policy: {gap: 4h}` is `policy.gap: 4h`.  All problems are
 * reported; those of an override have the path "--set" and line 0.  A policy.*
 * value laxer than its default needs its key in policy.accept_risk.  Errors:
 * ENOMEM; ECONFIG when a problem was reported (*out is then not written). */
aside_status aside_config_load(const char *path, const char *const *overrides, aside_arena *arena,
                               aside_problems *problems, aside_config *out) ASIDE_MUST_CHECK;

/* Every setting for people and machines. */
typedef struct aside_setting {
    const char *key, *type, *value, *fallback, *unit, *help;
    const char *origin;                /* "default", "config/aside.yaml:12" or "--set". */
} aside_setting;
typedef struct aside_settings { const aside_setting *at; size_t n; } aside_settings;
/* As aside_config_load, and each row with its value as text and its origin. */
aside_status aside_config_list(const char *path, const char *const *overrides, aside_arena *arena,
                               aside_problems *problems, aside_settings *out) ASIDE_MUST_CHECK;
/* Is this key of a file's top level a setting, or a group of settings ("policy")?
 * So that a settings file can be told from other kinds of file. */
bool aside_config_knows(aside_str key);
/* A settings file with every key at its default and its help: config/aside.yaml. */
void aside_config_write_defaults(aside_buf *out);
/* The JSON Schema of a settings file: config/schema/settings.v1.json. */
void aside_config_write_schema(aside_buf *out);
#endif
