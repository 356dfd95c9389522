/* pattern.c -- see pattern.h.  The only file that includes pcre2.h.
 *
 * Every token of the tree is written with its space ("turn "), so optional parts
 * and alternatives need no care for white space, and a token can never match a
 * part of another.  Patterns are made of whole folded tokens, so they are matched
 * as bytes: PCRE2's UTF mode would find the same and cost more.
 *
 * Nobody outside writes a pattern: all metacharacters come from here, literals
 * are quoted, and no quantifier stands on anything that can repeat in two ways.
 * The match limit is a second fence.
 *
 * Groups of words are lazy: a list is asked for one word, then two, up to the
 * longest it holds; a wildcard takes as few as the rest of the sentence allows. */
#include "intent/pattern.h"

#include "base/buf.h"
#include "base/limits.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { NUMBER_TOKENS = 12 };         /* "nine hundred and ninety nine thousand nine hundred and ninety nine" has 11. */

typedef struct writer {
    aside_buf          *out;
    aside_arena        *arena;
    const aside_tree  **slots;
    size_t              n, cap;
    aside_status        status;
} writer;

static void write_token(writer *w, aside_str token) {
    for (size_t i = 0; i < token.len; i++) {
        char c = token.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
        if (!plain) aside_buf_add_char(w->out, '\\');
        aside_buf_add_char(w->out, c);
    }
    aside_buf_add_char(w->out, ' ');
}

static size_t most_tokens(const aside_list *list) {
    switch (list->kind) {
        case ASIDE_LIST_TEXT:  return list->most_tokens ? list->most_tokens : 1;
        case ASIDE_LIST_RANGE: return NUMBER_TOKENS;
        case ASIDE_LIST_FREE:  break;
    }
    return ASIDE_LIMIT_FREE_TOKENS;
}

static void write_slot(writer *w, const aside_tree *t) {
    if (w->n == ASIDE_LIMIT_GROUPS) { w->status = ASIDE_ELIMIT; return; }
    if (!ASIDE_ARENA_GROW(w->arena, w->slots, w->n, w->cap)) { w->status = ASIDE_ENOMEM; return; }
    w->slots[w->n++] = t;
    aside_buf_printf(w->out, "((?:[^ ]++ ){1,%zu}?)", most_tokens(t->list));
    if (t->list->kind != ASIDE_LIST_FREE) aside_buf_printf(w->out, "(?C%zu)", w->n);
}

static void write_tree(writer *w, const aside_tree *t) {
    if (w->out->len > ASIDE_LIMIT_PATTERN_BYTES) w->status = ASIDE_ELIMIT;
    if (w->status) return;
    switch (t->kind) {
        case ASIDE_TREE_TOKEN: write_token(w, t->token); break;
        case ASIDE_TREE_SLOT:  write_slot(w, t); break;
        case ASIDE_TREE_SEQ:
            for (size_t i = 0; i < t->n; i++) write_tree(w, t->items[i]);
            break;
        case ASIDE_TREE_ALT:
            aside_buf_add_z(w->out, "(?:");
            for (size_t i = 0; i < t->n; i++) {
                if (i) aside_buf_add_char(w->out, '|');
                write_tree(w, t->items[i]);
            }
            aside_buf_add_z(w->out, t->optional ? ")?" : ")");
            break;
    }
}

static aside_status compile(aside_str text, pcre2_code **out) {
    int error;
    PCRE2_SIZE at;
    const uint32_t how = PCRE2_ANCHORED | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)text.at, text.len, how, &error, &at, NULL);
    if (!code) return error == PCRE2_ERROR_HEAP_FAILED || error == PCRE2_ERROR_NOMEMORY ? ASIDE_ENOMEM : ASIDE_ELIMIT;
    pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);      /* Where it cannot, the interpreter finds the same. */
    *out = code;
    return ASIDE_OK;
}

aside_status aside_pattern_compile(const aside_tree *tree, aside_arena *arena, aside_arena *scratch,
                                   const aside_tree *const **slots, size_t *n_slots, aside_pattern **out) {
    aside_buf text;
    pcre2_code *code;
    aside_buf_init(&text, scratch);
    writer w = { .out = &text, .arena = arena };
    write_tree(&w, tree);
    aside_buf_add_char(&text, '$');
    if (w.status) return w.status;
    if (!aside_buf_ok(&text)) return ASIDE_ENOMEM;
    aside_status st = compile(aside_buf_str(&text), &code);
    if (st) return st;
    *slots = w.slots, *n_slots = w.n;
    *out = (aside_pattern *)code;
    return ASIDE_OK;
}

void aside_pattern_free(aside_pattern *p) { pcre2_code_free((pcre2_code *)p); }

struct aside_pattern_runner {
    pcre2_match_context *context;
    pcre2_match_data    *data;
    aside_pattern_check *check;
    void                *user;
};

static void *take(size_t n_bytes, void *arena) { return aside_arena_alloc(arena, n_bytes); }

static void give_back(void *p, void *arena) { (void)p, (void)arena; }       /* It dies with the arena. */

/* 0 goes on, 1 tries another way. */
static int call_out(pcre2_callout_block *block, void *user) {
    const aside_pattern_runner *r = user;
    const PCRE2_SIZE *group = block->offset_vector + 2 * block->callout_number;
    return r->check(r->user, block->callout_number, group[0], group[1]) ? 0 : 1;
}

aside_status aside_pattern_runner_open(size_t most_groups, aside_arena *arena, aside_pattern_check *check, void *user,
                                       aside_pattern_runner **out) {
    aside_pattern_runner *r = aside_arena_alloc(arena, sizeof *r);
    pcre2_general_context *general = pcre2_general_context_create(take, give_back, arena);
    if (!r || !general) return ASIDE_ENOMEM;
    r->check = check, r->user = user;
    r->context = pcre2_match_context_create(general);
    r->data = pcre2_match_data_create((uint32_t)most_groups + 1, general);
    if (!r->context || !r->data) return ASIDE_ENOMEM;
    pcre2_set_callout(r->context, call_out, r);
    pcre2_set_match_limit(r->context, ASIDE_LIMIT_PATTERN_MATCH);
    pcre2_set_depth_limit(r->context, ASIDE_LIMIT_PATTERN_MATCH);
    pcre2_set_heap_limit(r->context, ASIDE_LIMIT_PATTERN_HEAP_KB);
    *out = r;
    return ASIDE_OK;
}

bool aside_pattern_run(aside_pattern_runner *r, const aside_pattern *p, aside_str normal,
                       const size_t **groups, size_t *n_groups) {
    int n = pcre2_match((const pcre2_code *)p, (PCRE2_SPTR)normal.at, normal.len, 0, 0, r->data, r->context);
    if (n <= 0) return false;
    *groups = pcre2_get_ovector_pointer(r->data);
    *n_groups = (size_t)n;
    return true;
}
