/* tree.h -- a template over tokens: what every later step works on.
 *
 * The parser's tree (template.h) speaks of characters and white space; this one
 * of the tokens of an utterance's normal form, with rules put in and lists
 * looked up.  Rules are shared, so a tree may be a graph; it has no cycle.
 *
 * Where two parts touch without white space they are one word ("light[s]",
 * "play(ing|ed)") and become alternatives of whole words; but beside a Han
 * character, a list or a rule, touching means nothing: 我(美|帅)吗 is three tokens in
 * a row. */
#ifndef ASIDE_INTENT_TREE_H
#define ASIDE_INTENT_TREE_H
#include "intent/list.h"
#include "intent/template.h"

typedef enum aside_tree_kind { ASIDE_TREE_TOKEN, ASIDE_TREE_SEQ, ASIDE_TREE_ALT, ASIDE_TREE_SLOT } aside_tree_kind;

/* Immutable; in the arena it was made in. */
typedef struct aside_tree aside_tree;
struct aside_tree {
    aside_tree_kind          kind;
    bool                     optional;   /* An ALT that may also be nothing; its items are never nothing alone. */
    aside_str                token;      /* Without its space. */
    const aside_list        *list;       /* A SLOT's. */
    const char              *slot;
    const aside_tree *const *items;
    size_t                   n;
    double                   count;      /* Sentences; saturates at infinity. */
    bool                     free_words; /* A wildcard inside. */
};

/* Rules and lists by name.  One for all files, one for a file, one for a block
 * with its own; what is not found here is looked for in `outer`. */
typedef struct aside_rule { const char *name; const aside_node *node; const aside_source *source; } aside_rule;
typedef struct aside_scope aside_scope;
struct aside_scope {
    aside_scope       *outer;
    aside_map          rules, lists;     /* To aside_rule and aside_list. */
    aside_map          made;             /* Of rules, in this scope: a rule may use another that is defined further in. */
    /* Of the outermost scope only: what was reported (a rule used in ten scopes is
     * wrong once), and one node for each different token. */
    aside_map          told, tokens;
};

void aside_scope_init(aside_scope *s, aside_scope *outer, aside_arena *arena);

/* Make the tree of a parsed template.  *out is NULL after a problem.  An unknown
 * list is a warning (`intent.unknown-list`: lists may come from the device), and
 * of a choice only the ways that use it are left out; an unknown rule is an
 * error, but within an optional part.  *lossy says that something was left out
 * for want of a list or rule.  Scratch dies with the call.  ENOMEM. */
aside_status aside_tree_make(const aside_node *node, const aside_source *source, aside_scope *scope,
                             aside_arena *arena, aside_arena *scratch, aside_problems *problems,
                             const aside_tree **out, bool *lossy) ASIDE_MUST_CHECK;
/* Can it be nothing at all? */
bool aside_tree_may_be_empty(const aside_tree *t);
#endif
