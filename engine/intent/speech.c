/* speech.c -- the grammar as a network of spoken words.
 *
 * Each template without a wildcard becomes a path from its file's state to the
 * final one; files share the start by equal odds.  Tokens are not quite words:
 *
 *     7 or 19       said as number words
 *     % and °       said as "percent" and "degrees"
 *     's            part of the word before: a -what-> b -'s-> c gives a -what's-> c
 *     $, mp3, ...   a template that cannot do without them is left to typed text
 *
 * The draft has one state for each place in each template; asr/minimise.c makes
 * it small. */
#include "intent/model.h"

#include "base/limits.h"
#include "text/number.h"

#include <math.h>
#include <string.h>

typedef struct drawer {
    const aside_grammar *g;
    aside_network       *net;
    aside_arena         *scratch;
    bool                 unspeakable;     /* The present template cannot be said. */
    aside_status         status;
} drawer;

static void draw_arc(drawer *d, uint32_t from, uint32_t to, aside_str word) {
    if (d->net->n_arcs >= ASIDE_LIMIT_NETWORK_ARCS) d->status = ASIDE_ELIMIT;
    if (!d->status) d->status = aside_network_add_arc(d->net, from, to, word, 0);
}

/* Words one after another; the last arc ends in `to`. */
static void draw_words(drawer *d, uint32_t from, uint32_t to, aside_str words) {
    aside_str word, next;
    bool more = aside_str_split(&words, " ", &word);
    if (!more) draw_arc(d, from, to, (aside_str){ 0 });
    for (; more && !d->status; word = next) {
        more = aside_str_split(&words, " ", &next);
        uint32_t end = more ? aside_network_add_state(d->net) : to;
        draw_arc(d, from, end, word);
        from = end;
    }
}

static void draw_number(drawer *d, uint32_t from, uint32_t to, int64_t n) {
    const char *words;
    aside_status st = aside_number_say(n, d->g->language, d->scratch, &words);
    if (st == ASIDE_EINVAL) d->unspeakable = true;
    else if (st) d->status = st;
    else draw_words(d, from, to, aside_str_from(words));
}

static bool has_digit(aside_str s) {
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] >= '0' && s.at[i] <= '9') return true;
    return false;
}

typedef struct symbol { const char *token, *language, *words; } symbol;

/* How signs are said.  In Chinese the words for % stand before the number: no row. */
static const symbol symbols[] = {
    { "%", "en", "percent" }, { "\xC2\xB0", "en", "degrees" }, { "\xC2\xB0", "zh", "\xE5\xBA\xA6" }, { NULL, NULL, NULL }
};

static const char *say_symbol(aside_str token, const char *language) {
    for (const symbol *s = symbols; s->token; s++)
        if (aside_str_is(token, s->token) && strncmp(language, s->language, 2) == 0) return s->words;
    return NULL;
}

static bool is_sign(aside_str token) { return token.at[0] == '%' || token.at[0] == '$' || aside_str_is(token, "\xC2\xB0"); }

static void draw_token(drawer *d, uint32_t from, uint32_t to, aside_str token) {
    int64_t n;
    const char *words = say_symbol(token, d->g->language);
    if (aside_str_to_int(token, &n)) draw_number(d, from, to, n);
    else if (words) draw_words(d, from, to, aside_str_from(words));
    else if (is_sign(token) || has_digit(token)) d->unspeakable = true;
    else draw_arc(d, from, to, token);
}

/* All tokens of a normal form. */
static void draw_tokens(drawer *d, uint32_t from, uint32_t to, aside_str normal) {
    aside_str token, next;
    bool more = aside_str_split(&normal, " ", &token);
    for (; more && !d->status && !d->unspeakable; token = next) {
        more = aside_str_split(&normal, " ", &next);
        uint32_t end = more ? aside_network_add_state(d->net) : to;
        draw_token(d, from, end, token);
        from = end;
    }
}

/* Values that cannot be said are left out; the list can be said if one of them can. */
static void draw_slot(drawer *d, uint32_t from, uint32_t to, const aside_list *list) {
    bool any = false;
    if (list->kind == ASIDE_LIST_RANGE && aside_list_range_size(list) > ASIDE_LIMIT_RANGE_SPOKEN) d->unspeakable = true;
    if (list->kind == ASIDE_LIST_RANGE && !d->unspeakable)
        for (int64_t i = 0; i < aside_list_range_size(list) && !d->status; i++) {
            d->unspeakable = false;
            draw_number(d, from, to, aside_list_range_value(list, i));
            any = any || !d->unspeakable;
        }
    for (size_t i = 0; list->kind == ASIDE_LIST_TEXT && i < list->n && !d->status; i++) {
        d->unspeakable = false;
        draw_tokens(d, from, to, list->values[i]->normal);
        any = any || !d->unspeakable;
    }
    d->unspeakable = !any;
}

static void draw_tree(drawer *d, uint32_t from, uint32_t to, const aside_tree *t);

/* A way that cannot be said is left out of a choice, and fails a sequence. */
static void draw_choice(drawer *d, uint32_t from, uint32_t to, const aside_tree *t) {
    bool any = t->optional;
    if (t->optional) draw_arc(d, from, to, (aside_str){ 0 });
    for (size_t i = 0; i < t->n && !d->status; i++) {
        d->unspeakable = false;
        draw_tree(d, from, to, t->items[i]);
        any = any || !d->unspeakable;
    }
    d->unspeakable = !any;
}

static void draw_tree(drawer *d, uint32_t from, uint32_t to, const aside_tree *t) {
    if (d->status || d->unspeakable) return;
    switch (t->kind) {
        case ASIDE_TREE_TOKEN: draw_token(d, from, to, t->token); break;
        case ASIDE_TREE_SLOT:  draw_slot(d, from, to, t->list); break;
        case ASIDE_TREE_ALT:   draw_choice(d, from, to, t); break;
        case ASIDE_TREE_SEQ:
            for (size_t i = 0; i < t->n && !d->unspeakable && !d->status; i++) {
                uint32_t end = i + 1 < t->n ? aside_network_add_state(d->net) : to;
                draw_tree(d, from, end, t->items[i]);
                from = end;
            }
            break;
    }
}

/* ---- files and priors ---- */

typedef struct file_states {
    uint32_t *at;                  /* By file; 0: no sentence yet, for state 0 is the network's start. */
    size_t    n_used;
} file_states;

static bool can_hear(const aside_template *t) { return !t->tree->free_words; }

static bool count_files(drawer *d, file_states *files) {
    files->at = aside_arena_alloc_array(d->scratch, (size_t)d->g->n_files + 1, sizeof *files->at);
    if (!files->at) return d->status = ASIDE_ENOMEM, false;
    for (size_t i = 0; i < d->g->n; i++) {
        uint32_t *state = &files->at[d->g->templates[i].file];
        if (!can_hear(&d->g->templates[i]) || *state) continue;
        *state = aside_network_add_state(d->net);
        files->n_used++;
    }
    return true;
}

static void draw_all(drawer *d) {
    file_states files = { 0 };
    if (!count_files(d, &files)) return;
    int32_t prior = files.n_used ? (int32_t)lround(-1000 * log((double)files.n_used)) : 0;
    for (uint32_t f = 0; f <= d->g->n_files && !d->status; f++)
        if (files.at[f]) d->status = aside_network_add_arc(d->net, d->net->start, files.at[f], (aside_str){ 0 }, prior);
    for (size_t i = 0; i < d->g->n && !d->status; i++) {
        d->unspeakable = false;
        if (can_hear(&d->g->templates[i]))
            draw_tree(d, files.at[d->g->templates[i].file], d->net->final, d->g->templates[i].tree);
    }
}

/* ---- apostrophes ---- */

/* Arcs by the state they end in. */
typedef struct incoming {
    uint32_t *starts;              /* Of state s; one more at the end. */
    uint32_t *arcs;
} incoming;

static bool sort_incoming(const aside_network *n, aside_arena *scratch, incoming *in) {
    in->starts = aside_arena_alloc_array(scratch, (size_t)n->n_states + 2, sizeof *in->starts);
    in->arcs = aside_arena_alloc_array(scratch, n->n_arcs, sizeof *in->arcs);
    if (!in->starts || !in->arcs) return false;
    for (size_t i = 0; i < n->n_arcs; i++) in->starts[n->arcs[i].to + 2]++;
    for (size_t s = 2; s < n->n_states + 2; s++) in->starts[s] += in->starts[s - 1];
    for (size_t i = 0; i < n->n_arcs; i++) in->arcs[in->starts[n->arcs[i].to + 1]++] = (uint32_t)i;
    return true;
}

static bool is_ending(const aside_network_arc *a) { return a->word && a->word[0] == '\''; }

typedef struct gluer {
    drawer         *d;
    const incoming *in;
    uint32_t       *stack;         /* States still to be looked behind. */
    size_t          n, cap;
    uint32_t       *seen;          /* By state: the last ending that came by, plus one. */
} gluer;

static void look_behind(gluer *g, uint32_t state, uint32_t stamp) {
    if (g->seen[state] == stamp) return;
    g->seen[state] = stamp;
    if (!ASIDE_ARENA_GROW(g->d->scratch, g->stack, g->n, g->cap)) g->d->status = ASIDE_ENOMEM;
    else g->stack[g->n++] = state;
}

static void glue_pair(drawer *d, uint32_t word, uint32_t ending) {
    const aside_network_arc *w = &d->net->arcs[word], *e = &d->net->arcs[ending];
    const char *both = aside_arena_printf(d->scratch, "%s%s", w->word, e->word);
    if (!both) d->status = ASIDE_ENOMEM;
    else draw_arc(d, w->from, e->to, aside_str_from(both));
}

/* Every word that comes before the ending, past empty arcs. */
static void glue(gluer *g, uint32_t ending) {
    g->n = 0;
    look_behind(g, g->d->net->arcs[ending].from, ending + 1);
    while (g->n && !g->d->status) {
        uint32_t state = g->stack[--g->n];
        for (uint32_t i = g->in->starts[state]; i < g->in->starts[state + 1] && !g->d->status; i++) {
            const aside_network_arc *a = &g->d->net->arcs[g->in->arcs[i]];
            if (!a->word) look_behind(g, a->from, ending + 1);
            else if (!is_ending(a)) glue_pair(g->d, g->in->arcs[i], ending);
        }
    }
}

static void glue_all(drawer *d) {
    incoming in;
    gluer g = { .d = d, .in = &in };
    size_t n_arcs = d->net->n_arcs;            /* Those added on the way are whole words. */
    g.seen = aside_arena_alloc_array(d->scratch, d->net->n_states, sizeof *g.seen);
    if (!g.seen || !sort_incoming(d->net, d->scratch, &in)) { d->status = ASIDE_ENOMEM; return; }
    for (size_t i = 0; i < n_arcs && !d->status; i++)
        if (is_ending(&d->net->arcs[i])) glue(&g, (uint32_t)i);
}

/* ---- the draft without its loose ends ---- */

/* States from which the final one is reached. */
static bool mark_useful(const aside_network *n, const incoming *in, aside_arena *scratch, bool *useful) {
    uint32_t *stack = aside_arena_alloc_array(scratch, n->n_states, sizeof *stack);
    size_t depth = 0;
    if (!stack) return false;
    useful[n->final] = true;
    stack[depth++] = n->final;
    while (depth) {
        uint32_t state = stack[--depth];
        for (uint32_t i = in->starts[state]; i < in->starts[state + 1]; i++) {
            const aside_network_arc *a = &n->arcs[in->arcs[i]];
            if (is_ending(a) || useful[a->from]) continue;
            useful[a->from] = true;
            stack[depth++] = a->from;
        }
    }
    return true;
}

static aside_status copy_useful(const aside_network *draft, const bool *useful, uint32_t *numbers, aside_network *out) {
    aside_status st = ASIDE_OK;
    for (uint32_t s = 0; s < draft->n_states; s++)
        if (useful[s]) numbers[s] = s == draft->start ? out->start : s == draft->final ? out->final : aside_network_add_state(out);
    for (size_t i = 0; i < draft->n_arcs && !st; i++) {
        const aside_network_arc *a = &draft->arcs[i];
        if (useful[a->from] && useful[a->to] && !is_ending(a))
            st = aside_network_add_arc(out, numbers[a->from], numbers[a->to], aside_str_from(a->word), a->log_prior);
    }
    return st;
}

static aside_status finish(const aside_network *draft, aside_arena *scratch, aside_network *out) {
    incoming in;
    bool *useful = aside_arena_alloc_array(scratch, draft->n_states, sizeof *useful);
    uint32_t *numbers = aside_arena_alloc_array(scratch, draft->n_states, sizeof *numbers);
    if (!useful || !numbers || !sort_incoming(draft, scratch, &in)) return ASIDE_ENOMEM;
    if (!mark_useful(draft, &in, scratch, useful)) return ASIDE_ENOMEM;
    return copy_useful(draft, useful, numbers, out);
}

aside_status aside_grammar_network(const aside_grammar *g, aside_network *out) {
    aside_arena scratch;
    aside_network draft;
    aside_arena_init(&scratch, g->host, 1 << 16);
    aside_network_init(&draft, &scratch);
    drawer d = { .g = g, .net = &draft, .scratch = &scratch };
    draw_all(&d);
    if (!d.status) glue_all(&d);
    if (!d.status) d.status = finish(&draft, &scratch, out);
    aside_arena_free(&scratch);
    return d.status;
}
