/* yaml.h -- YAML as a tree in which every node knows its line and column.
 *
 * A strict part of YAML 1.1 by libyaml's events: one document; anchors, aliases,
 * tags and duplicate keys are problems (they hide what a file says, and are how
 * small files become large); bytes, depth and nodes are limited.
 * Scalars stay text: what "yes" or 0800 means is up to who asks. */
#ifndef ASIDE_BASE_YAML_H
#define ASIDE_BASE_YAML_H
#include "base/arena.h"
#include "base/problem.h"

typedef enum aside_yaml_kind { ASIDE_YAML_SCALAR, ASIDE_YAML_LIST, ASIDE_YAML_MAP } aside_yaml_kind;

typedef struct aside_yaml aside_yaml;
typedef struct aside_yaml_pair { const aside_yaml *key, *value; } aside_yaml_pair;

/* Immutable; lives as long as the arena it was read into. */
struct aside_yaml {
    aside_yaml_kind kind;
    aside_place     at;
    bool            quoted;                       /* A scalar in quotes: "5" is not a number. */
    aside_str       scalar;                       /* Valid UTF-8, NUL-terminated behind its end. */
    size_t          n;                            /* Items, or pairs. */
    const aside_yaml      *const *items;          /* A list's. */
    const aside_yaml_pair *pairs;                 /* A map's, in the order of the file; keys are scalars. */
};

/* Parse `text`; `path` (copied) names it in problems.  All problems are
 * reported.  *out is NULL when the text could not be read to its end; after a
 * problem that leaves the tree whole (an anchor, a tag, a second value of a key,
 * which is dropped) it is given all the same, so that the reader's own problems
 * come out in the same run: who loads a file counts the problems.  An empty
 * document is an error.  Only ENOMEM is a failure of the call. */
aside_status aside_yaml_parse(aside_str text, const char *path, aside_arena *arena,
                              aside_problems *problems, const aside_yaml **out) ASIDE_MUST_CHECK;
/* The same from a file.  A file that cannot be read is reported as a problem. */
aside_status aside_yaml_read(const char *path, aside_arena *arena, aside_problems *problems,
                             const aside_yaml **out) ASIDE_MUST_CHECK;

/* The value of `key` in a map; NULL when absent or when `map` is not a map (or NULL). */
const aside_yaml *aside_yaml_get(const aside_yaml *map, const char *key);

/* Typed reading.  Each reports a problem with what was found and what was
 * expected, leaves *out alone and returns false when the node is of another
 * type; NULL nodes return false silently (absent is not wrong). */
bool aside_yaml_str(const aside_yaml *node, aside_problems *problems, aside_str *out);
bool aside_yaml_int(const aside_yaml *node, int64_t least, int64_t most, aside_problems *problems, int64_t *out);
bool aside_yaml_bool(const aside_yaml *node, aside_problems *problems, bool *out);   /* true/false/yes/no/on/off */
bool aside_yaml_is(const aside_yaml *node, aside_yaml_kind kind, aside_problems *problems);
/* Report each key of `map` that is not in the NULL-terminated `known`, with the
 * nearest known one.  True when there was none. */
bool aside_yaml_known_keys(const aside_yaml *map, const char *const *known, aside_problems *problems);
/* One of `names` (NULL-terminated): its index, or -1 after a problem that lists them. */
int  aside_yaml_one_of(const aside_yaml *node, const char *const *names, aside_problems *problems);
#endif
