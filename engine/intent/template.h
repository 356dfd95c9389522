/* template.h -- one sentence template, as it is written, to a tree.
 *
 *     (a|b)   one of            [a]         with or without
 *     (a;b)   in any order      {list:slot} a value of a list
 *     <rule>  another template  \(          the character itself
 *
 * White space is kept as nodes, because "light[s]" is one word and "light [s]"
 * is two; tree.c decides what that means for tokens. */
#ifndef ASIDE_INTENT_TEMPLATE_H
#define ASIDE_INTENT_TEMPLATE_H
#include "base/arena.h"
#include "base/problem.h"

typedef enum aside_node_kind {
    ASIDE_NODE_TEXT,           /* `text`, without white space */
    ASIDE_NODE_SPACE,
    ASIDE_NODE_LIST,           /* {text:slot} */
    ASIDE_NODE_RULE,           /* <text> */
    ASIDE_NODE_SEQ,            /* items one after another; none: nothing at all */
    ASIDE_NODE_ALT,            /* one of the items; [a] is a or an empty sequence */
    ASIDE_NODE_PERM            /* the items in any order */
} aside_node_kind;

/* Immutable; in the arena it was parsed into. */
typedef struct aside_node aside_node;
struct aside_node {
    aside_node_kind          kind;
    size_t                   at;           /* Byte of the sentence where it begins. */
    aside_str                text, slot;   /* slot: the list's name when none is given. */
    const aside_node *const *items;
    size_t                   n;
};

/* A sentence and where it stands: `in_line` says that a byte of it is a column of its line. */
typedef struct aside_source {
    aside_str   text;          /* Outlives the tree. */
    aside_place at;            /* Of the first character of the sentence. */
    bool        in_line;
} aside_source;

/* The place of the byte `at` of the sentence. */
aside_place aside_source_place(const aside_source *s, size_t at);
/* Problems are reported and leave *out NULL.  Only ENOMEM is a failure. */
aside_status aside_template_parse(const aside_source *source, aside_arena *arena, aside_problems *problems,
                                  const aside_node **out) ASIDE_MUST_CHECK;
/* Is there anything in it that has a meaning of its own? */
bool aside_template_is_plain(aside_str text);
#endif
