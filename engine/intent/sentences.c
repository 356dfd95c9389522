/* sentences.c -- a sentence file's YAML into the builder.
 *
 * Two forms, as the public files have them: many intents in a file,
 *
 *     language: en
 *     intents:
 *       orderDrink:
 *         class: shopping                        # ours, as are system, examples, not
 *         data:
 *           - sentences: ["[i'd like] {size} {drink}"]
 *             slots: {kind: drink}
 *     lists: {...}
 *     expansion_rules: {...}
 *
 * or one intent, `data:` at the top, in a folder of the intent's name.
 *
 * Names: a block sees its own rules and lists, then the file's, then those of any
 * file (the first that defines one).  So two files may each have a <want>.
 *
 * A mistake is reported and its sentence left out; reading goes on. */
#include "intent/builder.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"

#include <string.h>

const char *const aside_class_names[ASIDE_CLASS_COUNT + 1] = {
#define X(id, name) name,
    ASIDE_CLASS_MAP(X)
#undef X
    NULL
};

const char *const aside_system_names[ASIDE_SYSTEM_COUNT + 1] = {
#define X(id, name) name,
    ASIDE_SYSTEM_MAP(X)
#undef X
    NULL
};

typedef struct reader {
    aside_grammar_builder *b;
    aside_problems        *problems;
    const char            *path;
    aside_scope           *scope;          /* Of the file. */
    aside_status           status;         /* ENOMEM. */
} reader;

static void *need(reader *r, void *p) {
    if (!p) r->status = ASIDE_ENOMEM;
    return p;
}

static void put(reader *r, aside_map *map, aside_str key, const void *value) {
    if (!r->status) r->status = aside_map_put(map, key, (void *)(uintptr_t)value);
}

#define PUSH(r, list, ...)                                                                   \
    do {                                                                                     \
        if (!ASIDE_ARENA_GROW((r)->b->arena, (list).at, (list).n, (list).cap)) (r)->status = ASIDE_ENOMEM; \
        else (list).at[(list).n++] = (__VA_ARGS__);                                          \
    } while (0)

/* ---- sentences ---- */

static const aside_source *new_source(reader *r, const aside_yaml *scalar) {
    aside_source *s = need(r, aside_arena_alloc(r->b->arena, sizeof *s));
    if (!s) return NULL;
    *s = (aside_source){ scalar->scalar, scalar->at, !memchr(scalar->scalar.at, '\n', scalar->scalar.len) };
    s->at.column += s->in_line && scalar->quoted;
    return s;
}

/* NULL after a problem or without memory. */
static const aside_node *parse(reader *r, const aside_source *source) {
    const aside_node *node = NULL;
    if (source && !r->status) r->status = aside_template_parse(source, r->b->arena, r->problems, &node);
    return node;
}

static void add_sentence(reader *r, const aside_yaml *scalar, aside_intent_record *record, const aside_block *block,
                         aside_scope *scope) {
    if (!aside_yaml_is(scalar, ASIDE_YAML_SCALAR, r->problems)) return;
    const aside_source *source = new_source(r, scalar);
    const aside_node *node = parse(r, source);
    if (node) PUSH(r, r->b->pending, (aside_pending){ record, block, scope, source, node, r->b->n_files });
}

/* ---- lists and rules ---- */

/* Into `scope`; into the global one too unless one of that name is there. */
static void define(reader *r, aside_scope *scope, aside_map *own, aside_map *global, aside_str name, const void *what) {
    put(r, own, name, what);
    if (scope == r->scope && !aside_map_get(global, name)) put(r, global, name, what);
}

static void read_lists(reader *r, const aside_yaml *lists, aside_scope *scope) {
    if (!aside_yaml_is(lists, ASIDE_YAML_MAP, r->problems)) return;
    for (size_t i = 0; i < lists->n && !r->status; i++) {
        aside_list *list;
        aside_str name = lists->pairs[i].key->scalar;
        r->status = aside_list_read(name.at, lists->pairs[i].value, r->b->arena, r->problems, &list);
        if (r->status || !list) continue;
        PUSH(r, r->b->lists, list);
        define(r, scope, &scope->lists, &r->b->global.lists, name, list);
    }
}

static void read_rules(reader *r, const aside_yaml *rules, aside_scope *scope) {
    if (!aside_yaml_is(rules, ASIDE_YAML_MAP, r->problems)) return;
    for (size_t i = 0; i < rules->n && !r->status; i++) {
        const aside_yaml *value = rules->pairs[i].value;
        if (!aside_yaml_is(value, ASIDE_YAML_SCALAR, r->problems)) continue;
        aside_rule *rule = need(r, aside_arena_alloc(r->b->arena, sizeof *rule));
        if (!rule) return;
        rule->name = rules->pairs[i].key->scalar.at;
        rule->source = new_source(r, value);
        rule->node = parse(r, rule->source);
        if (rule->node) define(r, scope, &scope->rules, &r->b->global.rules, rules->pairs[i].key->scalar, rule);
    }
}

/* A scope of its own when `node` defines something, else the outer one. */
static aside_scope *open_scope(reader *r, const aside_yaml *node, aside_scope *outer) {
    if (!aside_yaml_get(node, "lists") && !aside_yaml_get(node, "expansion_rules")) return outer;
    aside_scope *scope = need(r, aside_arena_alloc(r->b->arena, sizeof *scope));
    if (scope) aside_scope_init(scope, outer, r->b->arena);
    return scope;
}

static void fill_scope(reader *r, const aside_yaml *node, aside_scope *scope) {
    read_lists(r, aside_yaml_get(node, "lists"), scope);
    read_rules(r, aside_yaml_get(node, "expansion_rules"), scope);
}

/* ---- blocks ---- */

/* A fixed slot's value: a scalar, or a list of them. */
static aside_str fixed_json(reader *r, const aside_yaml *value) {
    aside_buf b;
    if (value->kind == ASIDE_YAML_SCALAR) return aside_list_json(value, r->b->arena);
    aside_buf_init(&b, r->b->arena);
    aside_buf_add_char(&b, '[');
    for (size_t i = 0; i < value->n; i++) {
        if (i) aside_buf_add_char(&b, ',');
        if (aside_yaml_is(value->items[i], ASIDE_YAML_SCALAR, r->problems))
            aside_buf_add(&b, aside_list_json(value->items[i], r->b->arena));
    }
    aside_buf_add_char(&b, ']');
    return aside_buf_ok(&b) ? aside_buf_str(&b) : (aside_str){ 0 };
}

static void read_fixed(reader *r, const aside_yaml *map, aside_slot *slots, size_t *n) {
    for (size_t i = 0; map && i < map->n; i++) {
        const aside_yaml *value = map->pairs[i].value;
        if (value->kind == ASIDE_YAML_MAP) {
            aside_problem_error(r->problems, value->at, "yaml.type", "a slot's value is a single value or a list of them");
            continue;
        }
        aside_str json = fixed_json(r, value);
        need(r, (void *)(uintptr_t)json.at);
        slots[(*n)++] = (aside_slot){ map->pairs[i].key->scalar.at, json, false };
    }
}

static const aside_yaml *get_map(reader *r, const aside_yaml *node, const char *key) {
    const aside_yaml *map = aside_yaml_get(node, key);
    return aside_yaml_is(map, ASIDE_YAML_MAP, r->problems) ? map : NULL;
}

static const aside_block *read_block(reader *r, const aside_yaml *node) {
    aside_block *block = need(r, aside_arena_alloc(r->b->arena, sizeof *block));
    const aside_yaml *fixed = get_map(r, node, "slots"), *inferred = aside_yaml_get(node, "inferred_domain");
    aside_slot *slots = need(r, aside_arena_alloc_array(r->b->arena, (fixed ? fixed->n : 0) + 1, sizeof *slots));
    if (r->status) return NULL;
    read_fixed(r, fixed, slots, &block->n_slots);
    if (inferred && inferred->kind == ASIDE_YAML_SCALAR)
        slots[block->n_slots++] = (aside_slot){ "domain", aside_list_json(inferred, r->b->arena), false };
    block->slots = slots;
    block->requires = get_map(r, node, "requires_context");
    block->excludes = get_map(r, node, "excludes_context");
    block->domains = aside_yaml_get(node, "name_domains");
    return block;
}

static void read_data(reader *r, const aside_yaml *node, aside_intent_record *record) {
    static const char *const keys[] = { "sentences", "slots", "requires_context", "excludes_context", "expansion_rules",
                                        "lists", "response", "responses", "metadata", "required_keywords", "settings",
                                        "name_domains", "inferred_domain", NULL };
    if (!aside_yaml_is(node, ASIDE_YAML_MAP, r->problems)) return;
    aside_yaml_known_keys(node, keys, r->problems);
    const aside_yaml *sentences = aside_yaml_get(node, "sentences");
    if (!sentences)
        aside_problem_error(r->problems, node->at, "intent.sentences", "expected `sentences:`, a list of templates");
    if (!aside_yaml_is(sentences, ASIDE_YAML_LIST, r->problems)) return;
    aside_scope *scope = open_scope(r, node, r->scope);
    if (scope && scope != r->scope) fill_scope(r, node, scope);
    const aside_block *block = read_block(r, node);
    for (size_t i = 0; i < sentences->n && !r->status; i++) add_sentence(r, sentences->items[i], record, block, scope);
}

static void read_all_data(reader *r, const aside_yaml *data, aside_intent_record *record) {
    if (!aside_yaml_is(data, ASIDE_YAML_LIST, r->problems)) return;
    for (size_t i = 0; i < data->n && !r->status; i++) read_data(r, data->items[i], record);
}

/* ---- intents ---- */

static aside_intent_record *get_record(reader *r, aside_map *map, const char *name, const char *skill, aside_place at) {
    aside_intent_record *record = aside_map_get(map, aside_str_from(name));
    if (record) return record;
    record = need(r, aside_arena_alloc(r->b->arena, sizeof *record));
    if (!record) return NULL;
    record->intent = (aside_intent){ name, skill, -1, ASIDE_SYSTEM_NONE, at };
    put(r, map, aside_str_from(name), record);
    return record;
}

static void read_class(reader *r, const aside_yaml *node, aside_intent *intent) {
    const aside_yaml *class = aside_yaml_get(node, "class"), *system = aside_yaml_get(node, "system");
    int c = class ? aside_yaml_one_of(class, aside_class_names, r->problems) : -1;
    int s = system ? aside_yaml_one_of(system, aside_system_names, r->problems) : -1;
    if (c >= 0 && intent->class >= 0 && intent->class != c)
        aside_problem_error(r->problems, class->at, "intent.class", "'%s' is of class '%s' in another file", intent->name,
                            aside_class_names[intent->class]);
    if (c >= 0) intent->class = c;
    if (s >= 0) intent->system = (aside_system_intent)s;
}

static void read_examples(reader *r, const aside_yaml *list, aside_intent_record *record, bool must) {
    if (!aside_yaml_is(list, ASIDE_YAML_LIST, r->problems)) return;
    for (size_t i = 0; i < list->n && !r->status; i++)
        if (aside_yaml_is(list->items[i], ASIDE_YAML_SCALAR, r->problems))
            PUSH(r, r->b->examples, (aside_example){ record, list->items[i], must });
}

static void read_intent(reader *r, const char *name, const aside_yaml *node) {
    aside_intent_record *record = get_record(r, &r->b->intents, name, NULL, node->at);
    if (!record) return;
    read_class(r, node, &record->intent);
    read_all_data(r, aside_yaml_get(node, "data"), record);
    read_examples(r, aside_yaml_get(node, "examples"), record, true);
    read_examples(r, aside_yaml_get(node, "not"), record, false);
}

static void read_intents(reader *r, const aside_yaml *intents) {
    static const char *const keys[] = { "data", "class", "system", "examples", "not", "settings", "metadata", "description",
                                        "responses", "response", NULL };
    if (!aside_yaml_is(intents, ASIDE_YAML_MAP, r->problems)) return;
    for (size_t i = 0; i < intents->n && !r->status; i++) {
        const aside_yaml *node = intents->pairs[i].value;
        if (!aside_yaml_is(node, ASIDE_YAML_MAP, r->problems)) continue;
        aside_yaml_known_keys(node, keys, r->problems);
        read_intent(r, intents->pairs[i].key->scalar.at, node);
    }
}

/* "HassTurnOn" of ".../HassTurnOn/area.yaml"; NULL without memory or a folder. */
static const char *folder_name(reader *r) {
    const char *end = strrchr(r->path, '/');
    const char *from = end;
    while (from && from > r->path && from[-1] != '/') from--;
    return end ? need(r, aside_arena_copy_z(r->b->arena, (aside_str){ from, (size_t)(end - from) })) : NULL;
}

/* ---- files ---- */

static bool same_language(aside_str a, const char *b) {
    size_t n = strcspn(b, "-_");
    return a.len >= n && memcmp(a.at, b, n) == 0 && (a.len == n || a.at[n] == '-' || a.at[n] == '_');
}

static void check_language(reader *r, const aside_yaml *root) {
    const aside_yaml *node = aside_yaml_get(root, "language");
    aside_str language;
    if (!node) aside_problem_error(r->problems, root->at, "intent.language", "expected `language: %s`", r->b->language);
    else if (aside_yaml_str(node, r->problems, &language) && !same_language(language, r->b->language))
        aside_problem_error(r->problems, node->at, "intent.language", "found '%.*s', expected '%s' as the folder says",
                            ASIDE_FMT(language), r->b->language);
}

static void read_phrases(reader *r, const aside_yaml *list, aside_scalars *into) {
    if (!aside_yaml_is(list, ASIDE_YAML_LIST, r->problems)) return;
    for (size_t i = 0; i < list->n && !r->status; i++)
        if (aside_yaml_is(list->items[i], ASIDE_YAML_SCALAR, r->problems)) PUSH(r, *into, list->items[i]);
}

static void read_root(reader *r, const aside_yaml *root) {
    static const char *const keys[] = { "language", "intents", "data", "lists", "expansion_rules", "skip_words", "assistants",
                                        "responses", "settings", "metadata", "class", "system", "examples", "not",
                                        "description", NULL };
    if (!aside_yaml_is(root, ASIDE_YAML_MAP, r->problems)) return;
    aside_yaml_known_keys(root, keys, r->problems);
    check_language(r, root);
    r->scope = open_scope(r, root, &r->b->global);
    if (!r->scope) return;
    fill_scope(r, root, r->scope);
    read_phrases(r, aside_yaml_get(root, "skip_words"), &r->b->fillers);
    read_phrases(r, aside_yaml_get(root, "assistants"), &r->b->assistants);
    read_intents(r, aside_yaml_get(root, "intents"));
    const char *name = aside_yaml_get(root, "data") ? folder_name(r) : NULL;
    if (name) read_intent(r, name, root);
}

aside_status aside_grammar_add_file(aside_grammar_builder *b, const char *path, aside_problems *problems) {
    const aside_yaml *root;
    reader r = { .b = b, .problems = problems, .path = path };
    aside_status st = aside_yaml_read(path, b->arena, problems, &root);
    if (st || !root) return st;
    read_root(&r, root);
    b->n_files++;
    return r.status;
}

aside_status aside_grammar_add_lists(aside_grammar_builder *b, const char *path, aside_problems *problems) {
    const aside_yaml *root;
    reader r = { .b = b, .problems = problems, .path = path };
    aside_status st = aside_yaml_read(path, b->arena, problems, &root);
    if (st || !root) return st;
    const aside_yaml *lists = aside_yaml_get(root, "lists");
    if (!lists) aside_problem_error(problems, root->at, "list.missing", "expected `lists:`");
    if (!aside_yaml_is(lists, ASIDE_YAML_MAP, problems)) return ASIDE_OK;
    for (size_t i = 0; i < lists->n && !r.status; i++) {
        aside_list *list;
        r.status = aside_list_read(lists->pairs[i].key->scalar.at, lists->pairs[i].value, b->arena, problems, &list);
        if (!r.status && list) PUSH(&r, b->extra, list);
    }
    return r.status;
}

aside_status aside_grammar_add_hear(aside_grammar_builder *b, const char *skill, aside_str sentence,
                                    aside_place at, aside_problems *problems) {
    reader r = { .b = b, .problems = problems };
    const char *name = need(&r, aside_arena_copy_z(b->arena, aside_str_from(skill)));
    aside_source *source = need(&r, aside_arena_alloc(b->arena, sizeof *source));
    if (r.status) return r.status;
    *source = (aside_source){ aside_arena_copy(b->arena, sentence), at, true };
    source->at.path = need(&r, aside_arena_copy_z(b->arena, aside_str_from(at.path)));
    if (!source->text.at || r.status) return ASIDE_ENOMEM;
    if (!aside_str_is_utf8(sentence)) {
        aside_problem_error(problems, at, "template.text", "the sentence is not valid UTF-8");
        return ASIDE_OK;
    }
    aside_intent_record *record = get_record(&r, &b->skills, name, name, source->at);
    const aside_node *node = parse(&r, source);
    if (record && node)      /* All skills' sentences are one more file: they share its prior. */
        PUSH(&r, b->pending, (aside_pending){ record, b->plain_block, &b->global, source, node, UINT32_MAX });
    return r.status;
}

aside_status aside_grammar_builder_open(const char *language, aside_arena *arena, const aside_host *host,
                                        aside_grammar_builder **out) {
    static const aside_block plain = { 0 };
    aside_grammar_builder *b = aside_arena_alloc(arena, sizeof *b);
    if (!b) return ASIDE_ENOMEM;
    b->language = aside_arena_copy_z(arena, aside_str_from(language));
    if (!b->language) return ASIDE_ENOMEM;
    b->arena = arena, b->host = host, b->plain_block = &plain;
    aside_scope_init(&b->global, NULL, arena);
    aside_map_init(&b->intents, arena);
    aside_map_init(&b->skills, arena);
    *out = b;
    return ASIDE_OK;
}

/* ---- is it one? ---- */

/* Is there a line that begins with `key:`?  So that a file with a mistake in its YAML is still known for what it is. */
static bool has_line(aside_str text, const char *key) {
    aside_str line;
    while (aside_str_split(&text, "\n", &line))
        if (aside_str_starts(line, key) && line.len > strlen(key) && line.at[strlen(key)] == ':') return true;
    return false;
}

bool aside_grammar_is_sentences(const char *path, aside_arena *arena) {
    static const char *const keys[] = { "intents", "lists", "expansion_rules", "skip_words", "assistants", "data" };
    aside_str text;
    aside_problems quiet;
    const aside_yaml *root = NULL;
    if (aside_file_read(path, ASIDE_LIMIT_YAML_BYTES, arena, &text, NULL)) return false;
    aside_problems_init(&quiet, NULL, NULL);
    if (aside_yaml_parse(text, path, arena, &quiet, &root)) return false;
    bool language = root ? aside_yaml_get(root, "language") != NULL : has_line(text, "language");
    for (size_t i = 0; i < sizeof keys / sizeof *keys && language; i++)
        if (root ? aside_yaml_get(root, keys[i]) != NULL : has_line(text, keys[i])) return true;
    return false;
}
