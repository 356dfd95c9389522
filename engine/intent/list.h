/* list.h -- what a slot may hold: words of a list, a number of a range, or any words.
 *
 * Values are compared in normal form through one hash table, so that a list of a
 * hundred thousand names costs a template nothing.  Values with equal words (two
 * lamps of one name) form a chain; the template's context chooses (context.h of
 * a value: a YAML map such as {domain: light}). */
#ifndef ASIDE_INTENT_LIST_H
#define ASIDE_INTENT_LIST_H
#include "base/map.h"
#include "base/yaml.h"

typedef enum aside_list_kind { ASIDE_LIST_TEXT, ASIDE_LIST_RANGE, ASIDE_LIST_FREE } aside_list_kind;

typedef struct aside_list_value aside_list_value;
struct aside_list_value {
    aside_str               normal;
    aside_str               json;        /* What the slot becomes. */
    const aside_yaml       *context;     /* NULL: none. */
    const aside_list_value *same;        /* The next value with the same words, or NULL. */
};

typedef struct aside_list {
    const char        *name;
    aside_place        at;
    aside_list_kind    kind;
    aside_list_value **values;           /* Of TEXT, in the order of the file. */
    size_t             n, cap;
    aside_map          by_normal;        /* To the first of each chain; filled by aside_list_finish. */
    size_t             most_tokens;
    int64_t            from, to, step;   /* Of RANGE, in thousandths. */
    int64_t            part;             /* The fraction of a whole that may be said: 1000, 500 or 100. */
    int64_t            multiplier;       /* In thousandths: what was said times this. */
} aside_list;

/* Read the list `name` from its YAML (`values:`, `range:` or `wildcard:`).  Problems
 * are reported; what is valid is kept.  *out is NULL when nothing is. ENOMEM. */
aside_status aside_list_read(const char *name, const aside_yaml *node, aside_arena *arena, aside_problems *problems,
                             aside_list **out) ASIDE_MUST_CHECK;
/* More values for a list of words.  Before aside_list_finish. ENOMEM. */
aside_status aside_list_extend(aside_list *list, const aside_list *more, aside_arena *arena) ASIDE_MUST_CHECK;
aside_status aside_list_finish(aside_list *list, aside_arena *arena) ASIDE_MUST_CHECK;

/* The first value with these words, or NULL. */
const aside_list_value *aside_list_find(const aside_list *list, aside_str normal);
/* The number that the words say, when it is one of the range, times the multiplier: in thousandths. */
bool aside_list_number(const aside_list *list, aside_str normal, const char *language, int64_t *thousandths);
/* How many whole values a range has, and the i-th. */
int64_t aside_list_range_size(const aside_list *list);
int64_t aside_list_range_value(const aside_list *list, int64_t i);

/* A plain YAML scalar as JSON: whole numbers and booleans as such, all else a string.
 * at == NULL when out of memory. */
aside_str aside_list_json(const aside_yaml *scalar, aside_arena *arena);
aside_str aside_list_json_text(aside_str text, aside_arena *arena);
aside_str aside_list_json_number(int64_t thousandths, aside_arena *arena);
#endif
