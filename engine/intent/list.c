/* list.c -- see list.h. */
#include "intent/list.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/limits.h"
#include "intent/expand.h"
#include "text/number.h"
#include "text/utterance.h"

#include <string.h>

typedef struct reader {
    aside_list     *list;
    aside_arena    *arena;
    aside_arena     scratch;           /* Emptied after each value: lists may be long. */
    aside_problems *problems;
    aside_status    status;
} reader;

aside_str aside_list_json_text(aside_str text, aside_arena *arena) {
    aside_buf b;
    aside_json_writer w;
    aside_buf_init(&b, arena);
    aside_json_writer_init(&w, &b);
    aside_json_add_str(&w, (aside_str){ text.at ? text.at : "", text.len });
    return aside_buf_ok(&b) ? aside_buf_str(&b) : (aside_str){ 0 };
}

aside_str aside_list_json_number(int64_t thousandths, aside_arena *arena) {
    int64_t size = thousandths < 0 ? -thousandths : thousandths;
    char *z = aside_arena_printf(arena, "%s%lld.%03d", thousandths < 0 ? "-" : "", (long long)(size / 1000), (int)(size % 1000));
    if (!z) return (aside_str){ 0 };
    size_t len = strlen(z);
    while (z[len - 1] == '0') len--;
    if (z[len - 1] == '.') len--;
    return (aside_str){ z, len };
}

aside_str aside_list_json(const aside_yaml *scalar, aside_arena *arena) {
    int64_t number;
    aside_str text = scalar->scalar;
    bool word = aside_str_is(text, "true") || aside_str_is(text, "false");
    if (!scalar->quoted && word) return text;
    /* 007 and +5 are names that happen to look like numbers: a number is written as it would be printed. */
    const char *digits = aside_str_to_int(text, &number) ? aside_arena_printf(arena, "%lld", (long long)number) : NULL;
    return !scalar->quoted && digits && aside_str_is(text, digits) ? text : aside_list_json_text(text, arena);
}

static bool need(reader *r, const void *p) {
    if (!p) r->status = ASIDE_ENOMEM;
    return p;
}

static void add_value(reader *r, aside_str normal, aside_str json, const aside_yaml *context) {
    aside_list_value *v = aside_arena_alloc(r->arena, sizeof *v);
    if (!need(r, v) || !need(r, json.at)) return;
    *v = (aside_list_value){ normal, json, context, NULL };
    if (!ASIDE_ARENA_GROW(r->arena, r->list->values, r->list->n, r->list->cap)) { r->status = ASIDE_ENOMEM; return; }
    r->list->values[r->list->n++] = v;
}

/* A text limit is the writer's mistake here, not the caller's. */
static bool normalise(reader *r, aside_str text, aside_place at, aside_str *normal) {
    aside_status st = aside_text_normalise(text, &r->scratch, normal);
    if (!st && !(*normal = aside_arena_copy(r->arena, *normal)).at) st = ASIDE_ENOMEM;
    if (st == ASIDE_ENOMEM) r->status = st;
    else if (st) aside_problem_error(r->problems, at, "list.value", "a value that is too long to be said");
    else if (normal->len == 0) aside_problem_error(r->problems, at, "list.value", "'%.*s' has no word in it", ASIDE_FMT(text));
    return !st && normal->len;
}

static void add_plain(reader *r, const aside_yaml *in, aside_str json, const aside_yaml *context) {
    aside_str normal;
    if (!normalise(r, in->scalar, in->at, &normal)) return;
    add_value(r, normal, json.at ? json : aside_list_json_text(in->scalar, r->arena), context);
}

/* A value that is itself a template: every text it can be is a value, alone with what it becomes. */
static void add_template(reader *r, const aside_yaml *in, aside_str json, const aside_yaml *context) {
    aside_source source = { in->scalar, in->at, true };
    source.at.column += in->quoted;
    const aside_node *node;
    aside_texts texts = { 0 };
    r->status = aside_template_parse(&source, &r->scratch, r->problems, &node);
    if (r->status || !node) return;
    if (!aside_expand_is_textual(node)) {
        aside_problem_error(r->problems, in->at, "list.value", "a value cannot hold a {list} or a <rule>");
        return;
    }
    aside_status st = aside_expand(&node, 1, &r->scratch, &texts);
    if (st == ASIDE_ELIMIT)
        aside_problem_error(r->problems, in->at, "list.value", "more than %d spellings of one value", ASIDE_LIMIT_VARIANTS);
    else
        r->status = st;
    for (size_t i = 0; i < texts.n && !st && !r->status; i++) {
        aside_str normal, text = aside_str_trim(texts.at[i]);
        if (normalise(r, text, in->at, &normal))
            add_value(r, normal, json.at ? json : aside_list_json_text(text, r->arena), context);
    }
}

static void add_text(reader *r, const aside_yaml *in, const aside_yaml *out, const aside_yaml *context) {
    aside_str json = { 0 };
    if (!aside_yaml_is(in, ASIDE_YAML_SCALAR, r->problems)) return;
    if (out) {
        if (!aside_yaml_is(out, ASIDE_YAML_SCALAR, r->problems)) return;
        json = aside_list_json(out, r->arena);
        if (!need(r, json.at)) return;
    }
    if (aside_template_is_plain(in->scalar)) add_plain(r, in, json, context);
    else add_template(r, in, json, context);
}

/* "words", or {in: template, out: value, context: {...}, metadata: ...}. */
static void read_value(reader *r, const aside_yaml *item) {
    static const char *const keys[] = { "in", "out", "context", "metadata", "requires_context", "excludes_context", NULL };
    if (item->kind != ASIDE_YAML_MAP) {
        add_text(r, item, NULL, NULL);
        return;
    }
    const aside_yaml *in = aside_yaml_get(item, "in"), *context = aside_yaml_get(item, "context");
    aside_yaml_known_keys(item, keys, r->problems);
    if (!in) aside_problem_error(r->problems, item->at, "list.value", "a value needs `in:`, the words that are said");
    else if (!context || aside_yaml_is(context, ASIDE_YAML_MAP, r->problems))
        add_text(r, in, aside_yaml_get(item, "out"), context);
}

static void read_values(reader *r, const aside_yaml *values) {
    if (!aside_yaml_is(values, ASIDE_YAML_LIST, r->problems)) return;
    r->list->kind = ASIDE_LIST_TEXT;
    for (size_t i = 0; i < values->n && !r->status; i++) {
        read_value(r, values->items[i]);
        aside_arena_reset(&r->scratch);
    }
}

static void read_range(reader *r, const aside_yaml *range) {
    static const char *const keys[] = { "from", "to", "step", "type", "fractions", "multiplier", "words", "words_ruleset", NULL };
    static const char *const fractions[] = { "halves", "tenths", NULL };
    const int64_t most = 1000000000, parts[] = { 500, 100 };
    int64_t from = 0, to = 100, step = 1, multiplier = 1;
    if (!aside_yaml_is(range, ASIDE_YAML_MAP, r->problems)) return;
    aside_yaml_known_keys(range, keys, r->problems);
    aside_yaml_int(aside_yaml_get(range, "from"), -most, most, r->problems, &from);
    aside_yaml_int(aside_yaml_get(range, "to"), -most, most, r->problems, &to);
    aside_yaml_int(aside_yaml_get(range, "step"), 1, most, r->problems, &step);
    aside_yaml_int(aside_yaml_get(range, "multiplier"), -1000000, 1000000, r->problems, &multiplier);
    const aside_yaml *fraction = aside_yaml_get(range, "fractions");
    int part = fraction ? aside_yaml_one_of(fraction, fractions, r->problems) : -1;
    if (from > to)
        aside_problem_error(r->problems, range->at, "list.range", "from %lld to %lld holds no number", (long long)from, (long long)to);
    r->list->kind = ASIDE_LIST_RANGE;
    r->list->from = from * 1000, r->list->to = to * 1000, r->list->step = step * 1000;
    r->list->multiplier = multiplier * 1000, r->list->part = part < 0 ? 1000 : parts[part];
}

aside_status aside_list_read(const char *name, const aside_yaml *node, aside_arena *arena, aside_problems *problems,
                             aside_list **out) {
    static const char *const keys[] = { "values", "range", "wildcard", "metadata", "context", NULL };
    reader r = { .arena = arena, .problems = problems };
    bool wildcard = false;
    *out = NULL;
    r.list = aside_arena_alloc(arena, sizeof *r.list);
    if (!r.list) return ASIDE_ENOMEM;
    r.list->name = name, r.list->at = node->at;
    if (!aside_yaml_is(node, ASIDE_YAML_MAP, problems)) return ASIDE_OK;
    aside_yaml_known_keys(node, keys, problems);
    const aside_yaml *values = aside_yaml_get(node, "values"), *range = aside_yaml_get(node, "range");
    aside_yaml_bool(aside_yaml_get(node, "wildcard"), problems, &wildcard);
    if ((values != NULL) + (range != NULL) + wildcard != 1) {
        aside_problem_error(problems, node->at, "list.kind", "a list has one of `values:`, `range:` or `wildcard: true`");
        return ASIDE_OK;
    }
    aside_arena_init(&r.scratch, arena->host, 0);
    if (wildcard) r.list->kind = ASIDE_LIST_FREE;
    else if (values) read_values(&r, values);
    else read_range(&r, range);
    aside_arena_free(&r.scratch);
    if (r.status) return r.status;
    *out = r.list;
    return ASIDE_OK;
}

aside_status aside_list_extend(aside_list *list, const aside_list *more, aside_arena *arena) {
    reader r = { .list = list, .arena = arena };
    for (size_t i = 0; i < more->n && !r.status; i++)
        add_value(&r, more->values[i]->normal, more->values[i]->json, more->values[i]->context);
    return r.status;
}

static size_t count_tokens(aside_str normal) {
    size_t n = 0;
    for (size_t i = 0; i < normal.len; i++) n += normal.at[i] == ' ';
    return n;
}

/* Backwards, so that a chain keeps the order of the file. */
aside_status aside_list_finish(aside_list *list, aside_arena *arena) {
    aside_map_init(&list->by_normal, arena);
    for (size_t i = list->n; i-- > 0; ) {
        aside_list_value *v = list->values[i];
        size_t n_tokens = count_tokens(v->normal);
        v->same = aside_map_get(&list->by_normal, v->normal);
        if (aside_map_put(&list->by_normal, v->normal, v)) return ASIDE_ENOMEM;
        if (n_tokens > list->most_tokens) list->most_tokens = n_tokens;
    }
    return ASIDE_OK;
}

const aside_list_value *aside_list_find(const aside_list *list, aside_str normal) {
    return aside_map_get(&list->by_normal, normal);
}

bool aside_list_number(const aside_list *list, aside_str normal, const char *language, int64_t *thousandths) {
    int64_t said;
    if (!aside_number_read(normal, language, &said) || said < list->from || said > list->to) return false;
    int64_t unit = list->part < 1000 ? list->part : list->step;
    if ((said - list->from) % unit) return false;
    *thousandths = said * (list->multiplier / 1000);
    return true;
}

int64_t aside_list_range_size(const aside_list *list) {
    return list->to < list->from ? 0 : (list->to - list->from) / list->step + 1;
}

int64_t aside_list_range_value(const aside_list *list, int64_t i) { return (list->from + i * list->step) / 1000; }
