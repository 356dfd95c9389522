/* tree.c -- see tree.h.
 *
 * How "touching" is decided: a border between two neighbours of a sequence is
 * loose when no word could run across it, whichever alternatives are taken; a run
 * of parts with no loose border between them is expanded into its spellings
 * (expand.h), each folded as an utterance would be.  A part that may be empty
 * lets its neighbours touch, so the test looks past it. */
#include "intent/tree.h"

#include "base/limits.h"
#include "intent/expand.h"
#include "text/fold.h"
#include "text/utterance.h"

#include <math.h>
#include <string.h>

typedef struct maker {
    const aside_source *source;       /* Of the template or rule that is being made. */
    aside_scope        *scope;
    aside_arena        *arena, *scratch;
    aside_problems     *problems;
    aside_status        status;       /* ENOMEM, or ECONFIG once this template is given up. */
    bool                missing;      /* It was given up for want of a list or a rule: a choice may do without. */
    bool                lossy;        /* Some way was left out for that reason. */
    int                 depth;        /* Of rules. */
    int                 n_optional;   /* Optional parts around what is being made. */
} maker;

typedef struct trees { const aside_tree **at; size_t n, cap; } trees;

static const aside_tree nothing = { .kind = ASIDE_TREE_SEQ, .count = 1 };
/* In `made`: rules that were given up, and reported, before. */
static const aside_tree given_up = { .kind = ASIDE_TREE_SEQ }, given_up_missing = { .kind = ASIDE_TREE_SEQ };

void aside_scope_init(aside_scope *s, aside_scope *outer, aside_arena *arena) {
    *s = (aside_scope){ .outer = outer };
    aside_map_init(&s->rules, arena);
    aside_map_init(&s->lists, arena);
    aside_map_init(&s->made, arena);
    aside_map_init(&s->told, arena);
    aside_map_init(&s->tokens, arena);
}

static aside_scope *outermost(aside_scope *s) {
    while (s->outer) s = s->outer;
    return s;
}

static const aside_list *find_list(const aside_scope *s, aside_str name) {
    const aside_list *list = NULL;
    for (; s && !list; s = s->outer) list = aside_map_get(&s->lists, name);
    return list;
}

static const aside_rule *find_rule(const aside_scope *s, aside_str name) {
    const aside_rule *rule = NULL;
    for (; s && !rule; s = s->outer) rule = aside_map_get(&s->rules, name);
    return rule;
}

static const aside_tree *out_of_memory(maker *m) { return m->status = ASIDE_ENOMEM, NULL; }

/* After a report; lack of memory is the graver news. */
static const aside_tree *give_up(maker *m, bool missing) {
    if (m->status != ASIDE_ENOMEM) m->status = ASIDE_ECONFIG;
    m->missing = missing;
    return NULL;
}

static aside_tree *new_tree(maker *m, aside_tree_kind kind) {
    aside_tree *t = aside_arena_alloc(m->arena, sizeof *t);
    if (!t) return m->status = ASIDE_ENOMEM, NULL;
    t->kind = kind, t->count = 1;
    return t;
}

static bool is_nothing(const aside_tree *t) { return t->kind == ASIDE_TREE_SEQ && t->n == 0; }

static void push(maker *m, trees *list, const aside_tree *t) {
    if (m->status) return;
    if (!ASIDE_ARENA_GROW(m->scratch, list->at, list->n, list->cap)) m->status = ASIDE_ENOMEM;
    else list->at[list->n++] = t;
}

/* Sequences within a sequence are laid open, so that neighbours are neighbours. */
static void push_flat(maker *m, trees *list, const aside_tree *t) {
    if (!t || t->kind != ASIDE_TREE_SEQ) {
        if (t) push(m, list, t);
        return;
    }
    for (size_t i = 0; i < t->n; i++) push(m, list, t->items[i]);
}

/* The list outlives the scratch memory it grew in. */
static bool keep_items(maker *m, const trees *items, aside_tree *t) {
    const aside_tree **kept = aside_arena_alloc_array(m->arena, items->n, sizeof *kept);
    if (!kept) return out_of_memory(m), false;
    memcpy(kept, items->at, items->n * sizeof *kept);
    t->items = kept, t->n = items->n;
    return true;
}

/* An empty list says nothing, however much surrounds it. */
static double times(double a, double b) { return a > 0 && b > 0 ? a * b : 0; }

static const aside_tree *make_sequence(maker *m, const trees *items) {
    if (m->status) return NULL;
    if (items->n == 0) return &nothing;
    if (items->n == 1) return items->at[0];
    aside_tree *t = new_tree(m, ASIDE_TREE_SEQ);
    if (!t || !keep_items(m, items, t)) return NULL;
    for (size_t i = 0; i < t->n; i++) t->count = times(t->count, t->items[i]->count), t->free_words |= t->items[i]->free_words;
    return t;
}

static const aside_tree *make_choice(maker *m, const trees *items, bool optional) {
    if (m->status) return NULL;
    if (items->n == 0) return &nothing;
    if (items->n == 1 && !optional) return items->at[0];
    aside_tree *t = new_tree(m, ASIDE_TREE_ALT);
    if (!t || !keep_items(m, items, t)) return NULL;
    t->optional = optional, t->count = optional;
    for (size_t i = 0; i < t->n; i++) t->count += t->items[i]->count, t->free_words |= t->items[i]->free_words;
    return t;
}

/* ---- text ---- */

static bool begins_with_apostrophe(aside_str text) {
    return aside_str_starts(text, "'") || aside_str_starts(text, "\xE2\x80\x99");
}

/* The normal form of a literal, in scratch memory.  In "{name}'s" the "'s" belongs to a word that is not
 * here: a letter stands in for that word while folding. */
static bool fold(maker *m, aside_str text, bool touches, aside_str *normal) {
    bool stand_in = touches && begins_with_apostrophe(text);
    const char *z = stand_in ? aside_arena_printf(m->scratch, "x%.*s", ASIDE_FMT(text)) : NULL;
    if (stand_in && !z) return out_of_memory(m), false;
    aside_status st = aside_text_normalise(stand_in ? aside_str_from(z) : text, m->scratch, normal);
    if (st == ASIDE_ENOMEM) return out_of_memory(m), false;
    if (st) {
        aside_problem_error(m->problems, aside_source_place(m->source, 0), "template.text", "words that are too long to be said");
        return m->status = ASIDE_ECONFIG, false;
    }
    if (stand_in && aside_str_starts(*normal, "x ")) normal->at += 2, normal->len -= 2;
    return true;
}

/* The one node of this token: sentences are long, and their words few. */
static const aside_tree *make_token(maker *m, aside_str token) {
    aside_map *tokens = &outermost(m->scope)->tokens;
    aside_tree *t = aside_map_get(tokens, token);
    if (t || !(t = new_tree(m, ASIDE_TREE_TOKEN))) return t;
    t->token = aside_arena_copy(m->arena, token);
    return t->token.at && !aside_map_put(tokens, t->token, t) ? t : out_of_memory(m);
}

static const aside_tree *make_text(maker *m, aside_str text, bool touches) {
    trees items = { 0 };
    aside_str normal, token;
    if (!fold(m, text, touches, &normal)) return NULL;
    while (!m->status && aside_str_split(&normal, " ", &token)) push_flat(m, &items, make_token(m, token));
    return make_sequence(m, &items);
}

/* ---- touching ---- */

/* May a word run on across this character? */
static bool sticks(uint32_t c) { return !aside_fold_is_han(c); }

static bool first_sticks(const aside_node *node);
static bool last_sticks(const aside_node *node);

static bool may_be_empty(const aside_node *node) {
    if (node->kind == ASIDE_NODE_ALT) {
        for (size_t i = 0; i < node->n; i++)
            if (may_be_empty(node->items[i])) return true;
        return false;
    }
    if (node->kind == ASIDE_NODE_TEXT) return node->text.len == 0;
    if (node->kind != ASIDE_NODE_SEQ) return false;
    for (size_t i = 0; i < node->n; i++)
        if (!may_be_empty(node->items[i])) return false;
    return true;
}

static bool sequence_first_sticks(const aside_node *const *items, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (first_sticks(items[i])) return true;
        if (!may_be_empty(items[i])) return false;
    }
    return false;
}

static bool sequence_last_sticks(const aside_node *const *items, size_t n) {
    for (size_t i = n; i-- > 0; ) {
        if (last_sticks(items[i])) return true;
        if (!may_be_empty(items[i])) return false;
    }
    return false;
}

static bool first_sticks(const aside_node *node) {
    size_t i = 0;
    switch (node->kind) {
        case ASIDE_NODE_TEXT: return node->text.len && sticks(aside_str_next_char(node->text, &i));
        case ASIDE_NODE_SEQ:  return sequence_first_sticks(node->items, node->n);
        case ASIDE_NODE_ALT: case ASIDE_NODE_PERM:
            for (; i < node->n; i++)
                if (first_sticks(node->items[i])) return true;
            return false;
        default: return false;
    }
}

static bool last_sticks(const aside_node *node) {
    size_t i = 0;
    uint32_t c = 0;
    switch (node->kind) {
        case ASIDE_NODE_TEXT:
            while (i < node->text.len) c = aside_str_next_char(node->text, &i);
            return node->text.len && sticks(c);
        case ASIDE_NODE_SEQ: return sequence_last_sticks(node->items, node->n);
        case ASIDE_NODE_ALT: case ASIDE_NODE_PERM:
            for (; i < node->n; i++)
                if (last_sticks(node->items[i])) return true;
            return false;
        default: return false;
    }
}

static bool is_loose(const aside_node *const *items, size_t n, size_t border) {
    return !sequence_last_sticks(items, border) || !sequence_first_sticks(items + border, n - border);
}

static bool all_textual(const aside_node *const *items, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!aside_expand_is_textual(items[i])) return false;
    return true;
}

/* ---- nodes ---- */

static const aside_tree *make(maker *m, const aside_node *node, bool touches);

/* One word written in parts. */
static const aside_tree *make_spellings(maker *m, const aside_node *const *items, size_t n, bool touches) {
    aside_texts texts = { 0 };
    trees ways = { 0 };
    bool optional = false;
    aside_status st = aside_expand(items, n, m->scratch, &texts);
    if (st == ASIDE_ELIMIT) {
        aside_problem_error(m->problems, aside_source_place(m->source, items[0]->at), "template.spellings",
                            "more than %d spellings of one word", ASIDE_LIMIT_VARIANTS);
        return m->status = ASIDE_ECONFIG, NULL;
    }
    if (st) return out_of_memory(m);
    for (size_t i = 0; i < texts.n && !m->status; i++) {
        const aside_tree *way = make_text(m, texts.at[i], touches);
        if (way && is_nothing(way)) optional = true;
        else push(m, &ways, way);
    }
    return make_choice(m, &ways, optional);
}

static const aside_tree *make_items(maker *m, const aside_node *node, bool touches) {
    trees parts = { 0 };
    for (size_t i = 0, end; i < node->n && !m->status; i = end) {
        bool after_space = i > 0 && node->items[i - 1]->kind == ASIDE_NODE_SPACE;
        bool joined = !after_space && (i > 0 || touches);
        for (end = i + 1; end < node->n && !is_loose(node->items, node->n, end); ) end++;
        if (end - i > 1 && all_textual(node->items + i, end - i)) {
            push_flat(m, &parts, make_spellings(m, node->items + i, end - i, joined));
            continue;
        }
        end = i + 1;
        push_flat(m, &parts, make(m, node->items[i], joined));
    }
    return make_sequence(m, &parts);
}

/* A way that lacks a list is left out as long as another stays. */
static bool leave_out(maker *m) {
    if (m->status != ASIDE_ECONFIG || !m->missing) return false;
    m->status = ASIDE_OK, m->missing = false;
    return m->lossy = true;
}

static const aside_tree *make_alternatives(maker *m, const aside_node *node, bool touches) {
    trees ways = { 0 };
    bool optional = false, may_drop = may_be_empty(node);
    size_t n_left_out = 0;
    m->n_optional += may_drop;
    for (size_t i = 0; i < node->n && !m->status; i++) {
        const aside_tree *way = make(m, node->items[i], touches);
        if (way && is_nothing(way)) optional = true;
        else if (way) push(m, &ways, way);
        else n_left_out += leave_out(m);
    }
    m->n_optional -= may_drop;
    return n_left_out && ways.n == 0 && !optional ? give_up(m, true) : make_choice(m, &ways, optional);
}

typedef struct ordering {
    maker *m;
    trees  parts, ways;
    bool   optional;
} ordering;

static bool make_order(void *user, const size_t *order) {
    ordering *o = user;
    trees items = { 0 };
    for (size_t i = 0; i < o->parts.n; i++) push_flat(o->m, &items, o->parts.at[order[i]]);
    const aside_tree *way = make_sequence(o->m, &items);
    if (way && is_nothing(way)) o->optional = true;
    else push(o->m, &o->ways, way);
    return !o->m->status;
}

static const aside_tree *make_orders(maker *m, const aside_node *node) {
    ordering o = { .m = m };
    for (size_t i = 0; i < node->n && !m->status; i++) push(m, &o.parts, make(m, node->items[i], false));
    if (!m->status) aside_expand_orders(o.parts.n, make_order, &o);
    return make_choice(m, &o.ways, o.optional);
}

/* Is this the first report about the node?  Its bytes are the key: they hold where its text stands. */
static bool is_news(maker *m, const aside_node *node) {
    aside_map *told = &outermost(m->scope)->told;
    aside_str key = { (const char *)node, sizeof *node };
    if (aside_map_get(told, key)) return false;
    if (aside_map_put(told, key, (void *)(uintptr_t)node)) out_of_memory(m);
    return true;
}

static const aside_tree *make_slot(maker *m, const aside_node *node) {
    const aside_list *list = find_list(m->scope, node->text);
    if (!list) {
        if (is_news(m, node))
            aside_problem_warn(m->problems, aside_source_place(m->source, node->at), "intent.unknown-list",
                               "no list is called '%.*s'; what uses it cannot be said until one is given", ASIDE_FMT(node->text));
        return give_up(m, true);
    }
    aside_tree *t = new_tree(m, ASIDE_TREE_SLOT);
    if (!t) return NULL;
    t->list = list;
    t->slot = aside_arena_copy_z(m->arena, node->slot);
    if (!t->slot) return out_of_memory(m);
    t->free_words = list->kind == ASIDE_LIST_FREE;
    t->count = list->kind == ASIDE_LIST_TEXT ? (double)list->n : list->kind == ASIDE_LIST_RANGE ? (double)aside_list_range_size(list) : 1;
    return t;
}

/* An unknown rule is a mistake; in an optional part, as public files have it, the sentence does without. */
static void report_rule(maker *m, const aside_node *node, bool known) {
    aside_place at = aside_source_place(m->source, node->at);
    if (!known && m->n_optional)
        aside_problem_warn(m->problems, at, "intent.unknown-rule", "no rule is called '%.*s'; the optional part that uses it is left out",
                           ASIDE_FMT(node->text));
    else if (known) aside_problem_error(m->problems, at, "intent.rule-cycle", "rules within rules too deeply: does <%.*s> use itself?",
                                   ASIDE_FMT(node->text));
    else aside_problem_error(m->problems, at, "intent.unknown-rule", "no rule is called '%.*s'; expected a key of `expansion_rules:`",
                             ASIDE_FMT(node->text));
}

/* Made once in each scope; what was given up is not reported again. */
static const aside_tree *make_rule(maker *m, const aside_node *node) {
    const aside_tree *made = aside_map_get(&m->scope->made, node->text);
    if (made == &given_up || made == &given_up_missing) return give_up(m, made == &given_up_missing);
    if (made) return made;
    const aside_rule *rule = find_rule(m->scope, node->text);
    if (!rule || m->depth == ASIDE_LIMIT_TEMPLATE_DEPTH) {
        if (is_news(m, node)) report_rule(m, node, rule != NULL);
        return give_up(m, !rule);
    }
    const aside_source *outer = m->source;
    m->source = rule->source, m->depth++;
    made = make(m, rule->node, false);
    m->source = outer, m->depth--;
    if (m->status == ASIDE_ENOMEM) return NULL;
    const aside_tree *kept = made ? made : m->missing ? &given_up_missing : &given_up;
    if (aside_map_put(&m->scope->made, aside_str_from(rule->name), (void *)(uintptr_t)kept)) return out_of_memory(m);
    return made;
}

static const aside_tree *make(maker *m, const aside_node *node, bool touches) {
    switch (node->kind) {
        case ASIDE_NODE_TEXT:  return make_text(m, node->text, touches);
        case ASIDE_NODE_SPACE: return &nothing;
        case ASIDE_NODE_LIST:  return make_slot(m, node);
        case ASIDE_NODE_RULE:  return make_rule(m, node);
        case ASIDE_NODE_SEQ:   return make_items(m, node, touches);
        case ASIDE_NODE_ALT:   return make_alternatives(m, node, touches);
        case ASIDE_NODE_PERM:  return make_orders(m, node);
    }
    return NULL;
}

bool aside_tree_may_be_empty(const aside_tree *t) {
    if (t->kind == ASIDE_TREE_ALT && t->optional) return true;
    if (t->kind != ASIDE_TREE_SEQ) return false;
    for (size_t i = 0; i < t->n; i++)
        if (!aside_tree_may_be_empty(t->items[i])) return false;
    return true;
}

aside_status aside_tree_make(const aside_node *node, const aside_source *source, aside_scope *scope,
                             aside_arena *arena, aside_arena *scratch, aside_problems *problems,
                             const aside_tree **out, bool *lossy) {
    maker m = { .source = source, .scope = scope, .arena = arena, .scratch = scratch, .problems = problems };
    *out = NULL;
    const aside_tree *tree = make(&m, node, false);
    if (m.status == ASIDE_ENOMEM) return ASIDE_ENOMEM;
    *out = m.status ? NULL : tree;
    *lossy = m.lossy || m.missing;
    return ASIDE_OK;
}
