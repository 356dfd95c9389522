/* compile.c -- the builder's sentences into a grammar: lists finished, trees made,
 * patterns compiled, the index built, and at last the writer's own examples tried. */
#include "intent/builder.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

typedef struct compiler {
    aside_grammar_builder *b;
    aside_grammar         *g;
    aside_template        *templates;
    aside_problems        *problems;
    aside_arena            scratch;
    aside_status           status;
} compiler;

/* ---- lists ---- */

/* --lists adds to every list of that name, or makes one. */
static void add_extra(compiler *c, aside_list *extra) {
    bool found = false;
    for (size_t i = 0; i < c->b->lists.n && !c->status; i++) {
        aside_list *list = c->b->lists.at[i];
        if (strcmp(list->name, extra->name) != 0) continue;
        found = true;
        if (list->kind == extra->kind) c->status = aside_list_extend(list, extra, c->b->arena);
        else aside_problem_error(c->problems, extra->at, "list.kind", "the list '%s' is of another kind in %s line %d",
                                 extra->name, list->at.path, list->at.line);
    }
    if (found || c->status) return;
    c->status = aside_map_put(&c->b->global.lists, aside_str_from(extra->name), extra);
    if (!c->status) c->status = aside_list_finish(extra, c->b->arena);
}

static void finish_lists(compiler *c) {
    for (size_t i = 0; i < c->b->extra.n && !c->status; i++) add_extra(c, c->b->extra.at[i]);
    for (size_t i = 0; i < c->b->lists.n && !c->status; i++) c->status = aside_list_finish(c->b->lists.at[i], c->b->arena);
}

/* ---- templates ---- */

static bool compile_tree(compiler *c, const aside_pending *p, const aside_tree *tree, aside_template *t) {
    aside_status st = aside_pattern_compile(tree, c->b->arena, &c->scratch, &t->slots, &t->n_slots, &t->pattern);
    if (st == ASIDE_ENOMEM) c->status = st;
    else if (st) aside_problem_error(c->problems, p->source->at, "template.too-large",
                                     "with its rules this sentence is too large to compile: split it");
    return !st;
}

static void compile_template(compiler *c, const aside_pending *p) {
    const aside_tree *tree;
    bool lossy = false;
    aside_template t = { .intent = &p->record->intent, .block = p->block, .at = p->source->at,
                         .file = p->file == UINT32_MAX ? c->b->n_files : p->file };
    c->status = aside_tree_make(p->node, p->source, p->scope, c->b->arena, &c->scratch, c->problems, &tree, &lossy);
    p->record->dropped = p->record->dropped || lossy;
    if (c->status || !tree) return;
    if (aside_tree_may_be_empty(tree)) {
        aside_problem_error(c->problems, p->source->at, "template.empty", "this sentence can be no word at all");
    } else if (compile_tree(c, p, tree, &t)) {
        t.tree = tree;
        c->templates[c->g->n++] = t;
        if (t.n_slots > c->g->most_groups) c->g->most_groups = t.n_slots;
        if (t.file == c->b->n_files) c->g->n_files = c->b->n_files + 1;
    }
}

static void compile_templates(compiler *c) {
    c->templates = aside_arena_alloc_array(c->b->arena, c->b->pending.n, sizeof *c->templates);
    if (!c->templates) { c->status = ASIDE_ENOMEM; return; }
    c->g->templates = c->templates;
    c->g->n_files = c->b->n_files;
    for (size_t i = 0; i < c->b->pending.n && !c->status; i++) {
        compile_template(c, &c->b->pending.at[i]);
        aside_arena_reset(&c->scratch);
    }
}

static void build_index(compiler *c) {
    const aside_tree **trees = aside_arena_alloc_array(&c->scratch, c->g->n, sizeof *trees);
    if (!trees) { c->status = ASIDE_ENOMEM; return; }
    for (size_t i = 0; i < c->g->n; i++) trees[i] = c->templates[i].tree;
    c->status = aside_index_build(trees, c->g->n, c->b->arena, &c->scratch, &c->g->index);
}

/* ---- phrases ---- */

static int longer_first(const void *a, const void *b) {
    size_t x = ((const aside_str *)a)->len, y = ((const aside_str *)b)->len;
    return (x < y) - (x > y);
}

static void compile_phrases(compiler *c, const aside_scalars *from, aside_phrases *out) {
    aside_str *at = aside_arena_alloc_array(c->b->arena, from->n, sizeof *at);
    size_t n = 0;
    if (!at) { c->status = ASIDE_ENOMEM; return; }
    for (size_t i = 0; i < from->n && !c->status; i++) {
        aside_status st = aside_text_normalise(from->at[i]->scalar, c->b->arena, &at[n]);
        if (st == ASIDE_ENOMEM) c->status = st;
        else if (st || at[n].len == 0)
            aside_problem_error(c->problems, from->at[i]->at, "intent.skip-word", "expected words to pass over");
        else n++;
    }
    qsort(at, n, sizeof *at, longer_first);
    *out = (aside_phrases){ at, n };
}

/* ---- examples ---- */

/* The match that means `intent`, or NULL. */
static const aside_match *find_meaning(const aside_matches *matches, const aside_intent *intent) {
    for (size_t i = 0; i < matches->n; i++)
        if (matches->at[i].intent == intent) return &matches->at[i];
    return NULL;
}

static void report_example(compiler *c, const aside_example *e, const aside_matches *matches) {
    const aside_str said = e->sentence->scalar;
    const aside_match *wrong = find_meaning(matches, &e->record->intent);
    if (wrong)
        aside_problem_error(c->problems, e->sentence->at, "intent.not", "'%.*s' must not mean '%s', but line %d of %s matches it",
                            ASIDE_FMT(said), e->record->intent.name, wrong->at.line, wrong->at.path);
    else if (matches->n)
        aside_problem_error(c->problems, e->sentence->at, "intent.example", "'%.*s' means '%s', expected '%s'",
                            ASIDE_FMT(said), matches->at[0].intent->name, e->record->intent.name);
    else
        aside_problem_error(c->problems, e->sentence->at, "intent.example", "no sentence of '%s' matches '%.*s'",
                            e->record->intent.name, ASIDE_FMT(said));
}

/* One whose intent lacks a list is passed over: the device will have it. */
static void run_example(compiler *c, const aside_example *e) {
    aside_utterance u;
    aside_matches matches;
    if (e->must && e->record->dropped) return;
    aside_status st = aside_utterance_read(e->sentence->scalar, &c->scratch, &u);
    if (st == ASIDE_ELIMIT || st == ASIDE_ETEXT) {
        aside_problem_error(c->problems, e->sentence->at, "intent.example", "too long to be said");
        return;
    }
    if (!st) st = aside_grammar_match(c->g, &u, &c->scratch, &matches);
    if (st) c->status = st;
    else if ((find_meaning(&matches, &e->record->intent) != NULL) != e->must) report_example(c, e, &matches);
}

static void run_examples(compiler *c) {
    for (size_t i = 0; i < c->b->examples.n && !c->status; i++) {
        run_example(c, &c->b->examples.at[i]);
        aside_arena_reset(&c->scratch);
    }
}

/* ---- all ---- */

static void compile(compiler *c) {
    finish_lists(c);
    if (!c->status) compile_templates(c);
    if (!c->status) build_index(c);
    if (!c->status) compile_phrases(c, &c->b->assistants, &c->g->assistants);
    if (!c->status) compile_phrases(c, &c->b->fillers, &c->g->fillers);
    if (!c->status) run_examples(c);
}

aside_status aside_grammar_compile(aside_grammar_builder *b, aside_problems *problems, aside_grammar **out) {
    compiler c = { .b = b, .problems = problems };
    *out = NULL;
    c.g = aside_arena_alloc(b->arena, sizeof *c.g);
    if (!c.g) return ASIDE_ENOMEM;
    c.g->language = b->language, c.g->host = b->host;
    aside_arena_init(&c.scratch, b->host, 0);
    compile(&c);
    aside_arena_free(&c.scratch);
    if (!c.status && problems->n_errors == 0) return *out = c.g, ASIDE_OK;
    aside_grammar_close(c.g);
    return c.status;
}

void aside_grammar_close(aside_grammar *g) {
    for (size_t i = 0; g && i < g->n; i++) aside_pattern_free(g->templates[i].pattern);
}

size_t aside_grammar_n_templates(const aside_grammar *g) { return g->n; }
