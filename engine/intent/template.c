/* template.c -- a recursive descent over the grammar of template.h:
 *
 *     group = seq { "|" seq } | seq { ";" seq }
 *     seq   = { text | space | "(" group ")" | "[" group "]" | "{" name [":" name] "}" | "<" name ">" }
 *
 * The first mistake of a sentence ends it; the next sentence has its own. */
#include "intent/template.h"

#include "base/limits.h"

#include <string.h>

typedef struct parser {
    const aside_source *source;
    aside_str           text;
    size_t              i;
    aside_arena        *arena;
    aside_problems     *problems;
    aside_status        status;       /* ENOMEM, or ECONFIG once a mistake was reported. */
} parser;

typedef struct nodes { const aside_node **at; size_t n, cap; } nodes;

aside_place aside_source_place(const aside_source *s, size_t at) {
    aside_place place = s->at;
    if (!s->in_line || place.line == 0) return place;
    for (size_t i = 0; i < at && i < s->text.len; i++)
        place.column += ((unsigned char)s->text.at[i] & 0xC0) != 0x80;
    return place;
}

static bool is_special(char c) { return c && strchr("()[]{}<>|;\\", c); }

bool aside_template_is_plain(aside_str text) {
    for (size_t i = 0; i < text.len; i++)
        if (is_special(text.at[i])) return false;
    return true;
}

static const aside_node *mistake(parser *p, size_t at, const char *rule, const char *text) {
    if (!p->status) aside_problem_error(p->problems, aside_source_place(p->source, at), rule, "%s", text);
    p->status = ASIDE_ECONFIG;
    return NULL;
}

static aside_node *new_node(parser *p, aside_node_kind kind, size_t at) {
    aside_node *node = aside_arena_alloc(p->arena, sizeof *node);
    if (!node) return p->status = ASIDE_ENOMEM, NULL;
    node->kind = kind, node->at = at;
    return node;
}

static void push(parser *p, nodes *list, const aside_node *node) {
    if (p->status) return;
    if (!ASIDE_ARENA_GROW(p->arena, list->at, list->n, list->cap)) p->status = ASIDE_ENOMEM;
    else list->at[list->n++] = node;
}

static const aside_node *gather(parser *p, aside_node_kind kind, size_t at, const nodes *list) {
    if (list->n == 1 && kind != ASIDE_NODE_SEQ) return list->at[0];
    aside_node *node = new_node(p, kind, at);
    if (node) node->items = list->at, node->n = list->n;
    return node;
}

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/* One node serves for all: every second node is white space, and nobody asks where. */
static const aside_node *parse_space(parser *p) {
    static const aside_node space = { .kind = ASIDE_NODE_SPACE };
    while (p->i < p->text.len && is_space(p->text.at[p->i])) p->i++;
    return &space;
}

/* Text up to the next white space or special character; `\` takes the next character as it is. */
static const aside_node *parse_text(parser *p) {
    aside_node *node = new_node(p, ASIDE_NODE_TEXT, p->i);
    char text[ASIDE_LIMIT_TEMPLATE_BYTES];
    size_t n = 0;
    if (!node) return NULL;
    for (; p->i < p->text.len && !is_space(p->text.at[p->i]); p->i++) {
        char c = p->text.at[p->i];
        if (c == '\\' && p->i + 1 < p->text.len) c = p->text.at[++p->i];
        else if (is_special(c) && c != '\\') break;
        text[n++] = c;
    }
    node->text = aside_arena_copy(p->arena, (aside_str){ text, n });
    if (!node->text.at) p->status = ASIDE_ENOMEM;
    return node;
}

/* The name between the bracket at p->i and `close`. */
static bool parse_name(parser *p, char close, aside_str *name) {
    size_t from = p->i + 1, to = from;
    while (to < p->text.len && p->text.at[to] != close && (!is_special(p->text.at[to]))) to++;
    if (to == p->text.len || p->text.at[to] != close)
        return mistake(p, p->i, "template.unclosed", close == '}' ? "'{' without '}'" : "'<' without '>'"), false;
    *name = aside_str_trim((aside_str){ p->text.at + from, to - from });
    if (name->len == 0) return mistake(p, p->i, "template.name", "a name is expected between the brackets"), false;
    p->i = to + 1;
    return true;
}

static const aside_node *parse_list(parser *p) {
    aside_node *node = new_node(p, ASIDE_NODE_LIST, p->i);
    aside_str name, rest;
    if (!node || !parse_name(p, '}', &name)) return NULL;
    rest = name;
    const char *colon = memchr(name.at, ':', name.len);
    if (colon) {
        rest = aside_str_trim((aside_str){ colon + 1, name.len - (size_t)(colon + 1 - name.at) });
        name = aside_str_trim((aside_str){ name.at, (size_t)(colon - name.at) });
    }
    if (!name.len || !rest.len || rest.len > ASIDE_LIMIT_ID_BYTES)
        return mistake(p, node->at, "template.name", "expected {list} or {list:slot}, with short names");
    node->text = name, node->slot = rest;
    return node;
}

static const aside_node *parse_rule(parser *p) {
    aside_node *node = new_node(p, ASIDE_NODE_RULE, p->i);
    return node && parse_name(p, '>', &node->text) ? node : NULL;
}

static const aside_node *parse_group(parser *p, int depth);

static const aside_node *parse_bracket(parser *p, int depth) {
    size_t at = p->i++;
    bool optional = p->text.at[at] == '[';
    const aside_node *inside = parse_group(p, depth + 1);
    if (!inside) return NULL;
    if (p->i == p->text.len || p->text.at[p->i] != (optional ? ']' : ')'))
        return mistake(p, at, "template.unclosed", optional ? "'[' without ']'" : "'(' without ')'");
    p->i++;
    if (!optional) return inside;
    nodes both = { 0 };
    push(p, &both, inside);
    push(p, &both, new_node(p, ASIDE_NODE_SEQ, at));
    return p->status ? NULL : gather(p, ASIDE_NODE_ALT, at, &both);
}

static const aside_node *parse_item(parser *p, int depth) {
    char c = p->text.at[p->i];
    if (is_space(c)) return parse_space(p);
    switch (c) {
        case '(': case '[': return parse_bracket(p, depth);
        case '{': return parse_list(p);
        case '<': return parse_rule(p);
        case '}': case '>': return mistake(p, p->i, "template.unopened", "this bracket closes nothing; write \\ before it for itself");
        default:  return parse_text(p);
    }
}

static bool ends_sequence(char c) { return c == '|' || c == ';' || c == ')' || c == ']'; }

static const aside_node *parse_sequence(parser *p, int depth) {
    size_t at = p->i;
    nodes items = { 0 };
    while (!p->status && p->i < p->text.len && !ends_sequence(p->text.at[p->i]))
        push(p, &items, parse_item(p, depth));
    return p->status ? NULL : gather(p, ASIDE_NODE_SEQ, at, &items);
}

static const aside_node *parse_group(parser *p, int depth) {
    size_t at = p->i;
    char glue = 0;
    nodes items = { 0 };
    if (depth > ASIDE_LIMIT_TEMPLATE_DEPTH) return mistake(p, at, "template.depth", "brackets within brackets too deeply");
    for (;;) {
        push(p, &items, parse_sequence(p, depth));
        if (p->status) return NULL;
        char c = p->i < p->text.len ? p->text.at[p->i] : 0;
        if (c != '|' && c != ';') break;
        if (glue && c != glue)
            return mistake(p, p->i, "template.mixed", "'|' and ';' in one group: put brackets round one of them");
        glue = c;
        p->i++;
    }
    if (glue == ';' && items.n > ASIDE_LIMIT_PERMUTED)
        return mistake(p, at, "template.orders", "too many parts in any order");
    return gather(p, glue == ';' ? ASIDE_NODE_PERM : ASIDE_NODE_ALT, at, &items);
}

aside_status aside_template_parse(const aside_source *source, aside_arena *arena, aside_problems *problems,
                                  const aside_node **out) {
    parser p = { .source = source, .text = source->text, .arena = arena, .problems = problems };
    *out = NULL;
    if (source->text.len > ASIDE_LIMIT_TEMPLATE_BYTES) {
        aside_problem_error(problems, source->at, "template.size", "a sentence of %zu bytes; at most %d are read",
                            source->text.len, ASIDE_LIMIT_TEMPLATE_BYTES);
        return ASIDE_OK;
    }
    const aside_node *node = parse_group(&p, 0);
    if (node && p.i < p.text.len) node = mistake(&p, p.i, "template.unopened", "this bracket closes nothing");
    if (p.status == ASIDE_ENOMEM) return ASIDE_ENOMEM;
    *out = p.status ? NULL : node;
    return ASIDE_OK;
}
