/* words.c -- reading models/context/words.LANG.yaml.
 *
 *     aside: context-words/v1
 *     language: en
 *     thresholds: {sponsor: {chitchat: 700, shopping: 700}, sensitive: 400, alarm: 2500}
 *     prior: {other: 1500}
 *     intent: 4000
 *     memory: 500
 *     phrases:                      # written by people
 *       sensitive:
 *         3000: ["chest pain", "suicide"]
 *     learned:                      # from the training text, in the same form
 *       shopping:
 *         1200: ["how much is"]
 *         -400: ["how much is it worth"]
 *
 * A phrase may stand under several classes and in both parts; what it says is the
 * sum.  Phrases are folded like what people say (text/utterance.h), so spelling,
 * case and width in the file are free.  Only `phrases` can raise the alarm: a
 * learned weight is a tendency, a written one is somebody's judgement. */
#include "context/words.h"

#include "base/limits.h"
#include "base/yaml.h"

#include <string.h>

typedef struct loader {
    aside_context_model *model;
    aside_arena         *arena;
    aside_problems      *problems;
    bool                 written;              /* Reading `phrases`, not `learned`. */
    aside_status         status;               /* ENOMEM sticks. */
} loader;

static size_t count_tokens(aside_str normal) {
    size_t n = 0;
    for (size_t i = 0; i < normal.len; i++) n += normal.at[i] == ' ';
    return n;
}

static aside_phrase *new_phrase(loader *l, aside_str normal) {
    aside_phrase *p = aside_arena_alloc(l->arena, sizeof *p);
    if (!p || aside_map_put(&l->model->phrases, normal, p)) return NULL;
    p->index = l->model->n_phrases++;
    return p;
}

static void add_weight(const loader *l, aside_phrase *p, int class, int32_t weight) {
    p->weights[class] += weight;
    if (l->written && class == ASIDE_CLASS_SENSITIVE) p->alarm += weight;
}

/* The normal form; false after a problem or out of memory. */
static bool fold_phrase(loader *l, const aside_yaml *node, aside_str *normal) {
    aside_str text;
    if (!aside_yaml_str(node, l->problems, &text)) return false;
    aside_status st = aside_text_normalise(text, l->arena, normal);
    if (st == ASIDE_ENOMEM) return l->status = st, false;
    size_t n = st ? 0 : count_tokens(*normal);
    if (n >= 1 && n <= ASIDE_LIMIT_PHRASE_TOKENS) return true;
    aside_problem_error(l->problems, node->at, "words.phrase", "'%.*s' has %zu words; a phrase has 1 to %d (a whole sentence belongs into intents/)",
                        ASIDE_FMT(text), n, ASIDE_LIMIT_PHRASE_TOKENS);
    return false;
}

static void read_phrase(loader *l, const aside_yaml *node, int class, int32_t weight) {
    aside_str normal;
    if (!fold_phrase(l, node, &normal)) return;
    aside_phrase *p = aside_map_get(&l->model->phrases, normal);
    if (!p) p = new_phrase(l, normal);
    if (!p) { l->status = ASIDE_ENOMEM; return; }
    add_weight(l, p, class, weight);
    if (count_tokens(normal) > l->model->longest) l->model->longest = count_tokens(normal);
}

static void read_weight(loader *l, const aside_yaml_pair *row, int class) {
    int64_t weight;
    if (!aside_yaml_int(row->key, -ASIDE_LIMIT_PHRASE_WEIGHT, ASIDE_LIMIT_PHRASE_WEIGHT, l->problems, &weight)) return;
    if (!aside_yaml_is(row->value, ASIDE_YAML_LIST, l->problems)) return;
    for (size_t i = 0; i < row->value->n && !l->status; i++)
        read_phrase(l, row->value->items[i], class, (int32_t)weight);
}

/* `phrases:` or `learned:`; absent is fine. */
static void read_phrases(loader *l, const aside_yaml *part, bool written) {
    if (!part || !aside_yaml_is(part, ASIDE_YAML_MAP, l->problems)) return;
    l->written = written;
    for (size_t i = 0; i < part->n; i++) {
        const aside_yaml *rows = part->pairs[i].value;
        int class = aside_yaml_one_of(part->pairs[i].key, aside_class_names, l->problems);
        if (class < 0 || !aside_yaml_is(rows, ASIDE_YAML_MAP, l->problems)) continue;
        for (size_t r = 0; r < rows->n && !l->status; r++) read_weight(l, &rows->pairs[r], class);
    }
}

static void read_number(loader *l, const aside_yaml *map, const char *key, int64_t least, int64_t most, int32_t *out) {
    int64_t value;
    if (aside_yaml_int(aside_yaml_get(map, key), least, most, l->problems, &value)) *out = (int32_t)value;
}

static void read_prior(loader *l, const aside_yaml *map) {
    if (!map || !aside_yaml_is(map, ASIDE_YAML_MAP, l->problems)) return;
    aside_yaml_known_keys(map, aside_class_names, l->problems);
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++)
        read_number(l, map, aside_class_names[c], -ASIDE_LIMIT_PHRASE_WEIGHT, ASIDE_LIMIT_PHRASE_WEIGHT, &l->model->prior[c]);
}

/* A sensitive moment and one that was not understood are never sponsored, whoever edits the file. */
static void read_sponsor(loader *l, const aside_yaml *map) {
    static const char *const allowed[] = { "chitchat", "shopping", "task", NULL };
    if (!map || !aside_yaml_is(map, ASIDE_YAML_MAP, l->problems)) return;
    aside_yaml_known_keys(map, allowed, l->problems);
    for (int c = 0; c < ASIDE_CLASS_COUNT; c++)
        if (c != ASIDE_CLASS_SENSITIVE && c != ASIDE_CLASS_OTHER)
            read_number(l, map, aside_class_names[c], 500, 1000, &l->model->sponsor_pm[c]);
}

static void read_thresholds(loader *l, const aside_yaml *map) {
    static const char *const known[] = { "sponsor", "sensitive", "alarm", NULL };
    if (!map || !aside_yaml_is(map, ASIDE_YAML_MAP, l->problems)) return;
    aside_yaml_known_keys(map, known, l->problems);
    read_sponsor(l, aside_yaml_get(map, "sponsor"));
    read_number(l, map, "sensitive", 1, 500, &l->model->sensitive_pm);
    read_number(l, map, "alarm", 1, ASIDE_LIMIT_PHRASE_WEIGHT, &l->model->alarm);
}

static void check_head(loader *l, const aside_yaml *root) {
    static const char *const kinds[] = { "context-words/v1", NULL };
    const aside_yaml *kind = aside_yaml_get(root, "aside"), *language = aside_yaml_get(root, "language");
    if (!kind || !language) {
        aside_problem_error(l->problems, root->at, "key.missing", "expected '%s'", kind ? "language: ..." : "aside: context-words/v1");
        return;
    }
    aside_yaml_one_of(kind, kinds, l->problems);
    const char *const wanted[] = { l->model->language, NULL };
    aside_yaml_one_of(language, wanted, l->problems);
}

static void read_file(loader *l, const aside_yaml *root) {
    static const char *const known[] = { "aside", "language", "thresholds", "prior", "intent", "memory", "phrases", "learned", NULL };
    if (!aside_yaml_is(root, ASIDE_YAML_MAP, l->problems)) return;
    aside_yaml_known_keys(root, known, l->problems);
    check_head(l, root);
    read_thresholds(l, aside_yaml_get(root, "thresholds"));
    read_prior(l, aside_yaml_get(root, "prior"));
    read_number(l, root, "intent", 0, ASIDE_LIMIT_PHRASE_WEIGHT, &l->model->intent);
    read_number(l, root, "memory", 0, ASIDE_LIMIT_PHRASE_WEIGHT, &l->model->memory);
    read_phrases(l, aside_yaml_get(root, "phrases"), true);
    read_phrases(l, aside_yaml_get(root, "learned"), false);
}

/* The values of a file that says nothing of them: restrained ones. */
static aside_context_model *new_model(const char *language, aside_arena *arena) {
    aside_context_model *m = aside_arena_alloc(arena, sizeof *m);
    if (!m) return NULL;
    m->language = aside_arena_copy_z(arena, aside_str_from(language));
    m->intent = 4000, m->alarm = 2500, m->memory = 500, m->sensitive_pm = 400;
    m->prior[ASIDE_CLASS_OTHER] = 1500;
    m->sponsor_pm[ASIDE_CLASS_CHITCHAT] = m->sponsor_pm[ASIDE_CLASS_SHOPPING] = 700;
    aside_map_init(&m->phrases, arena);
    return m->language ? m : NULL;
}

aside_status aside_context_model_open(const char *path, const char *language, aside_arena *arena,
                                      aside_problems *problems, const aside_context_model **out) {
    loader l = { .arena = arena, .problems = problems, .model = new_model(language, arena) };
    size_t before = problems->n_errors;
    const aside_yaml *root = NULL;
    if (!l.model) return ASIDE_ENOMEM;
    aside_status st = aside_yaml_read(path, arena, problems, &root);
    if (st) return st;
    if (root) read_file(&l, root);
    if (l.status) return l.status;
    *out = problems->n_errors == before ? l.model : NULL;
    return ASIDE_OK;
}

const aside_phrase *aside_context_find(const aside_context_model *m, const aside_utterance *u, size_t from, size_t n) {
    const aside_str first = u->tokens[from].text, last = u->tokens[from + n - 1].text;
    /* With the space behind the last token: the normal form of the phrase. */
    return aside_map_get(&m->phrases, (aside_str){ first.at, (size_t)(last.at - first.at) + last.len + 1 });
}
