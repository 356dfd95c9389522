/* sample.c -- the sentences that templates generate.
 *
 * When all of them are wanted they are numbered: sentence k of a tree is found by
 * dividing k by the counts of its parts.  When only some are, each choice is drawn
 * evenly, so that one long list does not hide everything else. */
#include "intent/model.h"

#include "base/buf.h"
#include "base/rng.h"
#include "text/fold.h"

#include <string.h>

typedef struct picker {
    bool      all;                 /* `rank` decides, else chance. */
    uint64_t  rank;
    aside_rng rng;
    aside_buf words;               /* Tokens, each followed by a space. */
} picker;

/* One of n even choices whose sizes are equal. */
static uint64_t pick_even(picker *p, uint64_t n) {
    if (!p->all) return aside_rng_next(&p->rng) % n;
    uint64_t choice = p->rank % n;
    p->rank /= n;
    return choice;
}

static void pick_slot(picker *p, const aside_tree *t) {
    const aside_list *list = t->list;
    switch (list->kind) {
        case ASIDE_LIST_TEXT:
            if (list->n) aside_buf_add(&p->words, list->values[pick_even(p, list->n)]->normal);
            break;
        case ASIDE_LIST_RANGE: {
            uint64_t i = pick_even(p, (uint64_t)aside_list_range_size(list));
            aside_buf_printf(&p->words, "%lld ", (long long)aside_list_range_value(list, (int64_t)i));
            break;
        }
        case ASIDE_LIST_FREE: aside_buf_printf(&p->words, "%s ", t->slot); break;
    }
}

static void pick(picker *p, const aside_tree *t);

static void pick_way(picker *p, const aside_tree *t) {
    if (!p->all) {
        uint64_t way = aside_rng_next(&p->rng) % (t->n + t->optional);
        if (way < t->n) pick(p, t->items[way]);
        return;
    }
    for (size_t i = 0; i < t->n; i++) {
        uint64_t size = (uint64_t)t->items[i]->count;
        if (p->rank < size) {
            pick(p, t->items[i]);
            return;
        }
        p->rank -= size;
    }
    p->rank = 0;                   /* The last way of an optional part: nothing. */
}

/* In a numbered sequence each part takes its own digit of the number. */
static void pick_sequence(picker *p, const aside_tree *t) {
    uint64_t rest = p->rank;
    for (size_t i = 0; i < t->n; i++) {
        uint64_t size = (uint64_t)t->items[i]->count;
        if (p->all) p->rank = rest % size, rest /= size;
        pick(p, t->items[i]);
    }
}

static void pick(picker *p, const aside_tree *t) {
    switch (t->kind) {
        case ASIDE_TREE_TOKEN:
            aside_buf_add(&p->words, t->token);
            aside_buf_add_char(&p->words, ' ');
            break;
        case ASIDE_TREE_SLOT: pick_slot(p, t); break;
        case ASIDE_TREE_ALT:  pick_way(p, t); break;
        case ASIDE_TREE_SEQ:  pick_sequence(p, t); break;
    }
}

static bool first_is_han(aside_str s) {
    size_t i = 0;
    return s.len && aside_fold_is_han(aside_str_next_char(s, &i));
}

/* As people write it: no space between Han characters or before "'s" and "%". */
static bool wants_space(aside_str before, aside_str token) {
    if (!before.len || token.at[0] == '\'' || token.at[0] == '%') return false;
    return !(first_is_han(before) && first_is_han(token));
}

static void write_sentence(aside_str words, aside_buf *out) {
    aside_str token, before = { 0 };
    aside_buf_cut(out, 0);
    for (; aside_str_split(&words, " ", &token); before = token) {
        if (wants_space(before, token)) aside_buf_add_char(out, ' ');
        aside_buf_add(out, token);
    }
}

static bool is_wanted(const aside_template *t, const char *intent) {
    return !intent || strcmp(t->intent->name, intent) == 0;
}

double aside_grammar_count(const aside_grammar *g, const char *intent) {
    double count = 0;
    for (size_t i = 0; i < g->n; i++)
        if (is_wanted(&g->templates[i], intent)) count += g->templates[i].tree->count;
    return count;
}

typedef struct sampler {
    picker       p;
    aside_buf    sentence;
    aside_arena *arena;
    void       (*each)(void *user, const char *sentence, const aside_intent *intent);
    void        *user;
} sampler;

static aside_status give(sampler *s, const aside_template *t) {
    aside_buf_cut(&s->p.words, 0);
    pick(&s->p, t->tree);
    if (!aside_buf_ok(&s->p.words)) return ASIDE_ENOMEM;
    write_sentence(aside_buf_str(&s->p.words), &s->sentence);
    const char *z = aside_buf_z(&s->sentence);
    if (!z) return ASIDE_ENOMEM;
    s->each(s->user, z, t->intent);
    return ASIDE_OK;
}

static aside_status give_all(sampler *s, const aside_grammar *g, const char *intent) {
    aside_status st = ASIDE_OK;
    for (size_t i = 0; i < g->n && !st; i++) {
        const aside_template *t = &g->templates[i];
        uint64_t size = is_wanted(t, intent) ? (uint64_t)t->tree->count : 0;
        for (uint64_t k = 0; k < size && !st; k++) {
            s->p.rank = k;
            st = give(s, t);
        }
    }
    return st;
}

/* A template whose list is empty or whose range holds nothing says nothing. */
static bool can_say(const aside_template *t, const char *intent) { return is_wanted(t, intent) && t->tree->count >= 1; }

static aside_status give_some(sampler *s, const aside_grammar *g, const char *intent, size_t most) {
    const aside_template **wanted = aside_arena_alloc_array(s->arena, g->n, sizeof *wanted);
    aside_status st = ASIDE_OK;
    size_t n = 0;
    if (!wanted) return ASIDE_ENOMEM;
    for (size_t i = 0; i < g->n; i++)
        if (can_say(&g->templates[i], intent)) wanted[n++] = &g->templates[i];
    for (size_t k = 0; k < most && n && !st; k++) st = give(s, wanted[aside_rng_next(&s->p.rng) % n]);
    return st;
}

aside_status aside_grammar_sample(const aside_grammar *g, const char *intent, size_t most, uint64_t seed, aside_arena *arena,
                                  void (*each)(void *user, const char *sentence, const aside_intent *), void *user) {
    sampler s = { .p.rng.state = seed, .arena = arena, .each = each, .user = user };
    aside_buf_init(&s.p.words, arena);
    aside_buf_init(&s.sentence, arena);
    s.p.all = aside_grammar_count(g, intent) <= (double)most;
    return s.p.all ? give_all(&s, g, intent) : give_some(&s, g, intent, most);
}
