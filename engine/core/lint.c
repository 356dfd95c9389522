/* lint.c -- aside_lint: every problem of every file, whatever its kind.
 *
 * A file's kind is told by its keys, by the first row of the table `kinds` that
 * knows it.  Sentence files are compiled together with their neighbours, because
 * lists and rules are shared within a folder; skills together with the configured
 * intents, because their `hear` may use those.  Only problems of the files that
 * were asked about are reported. */
#include "base/host.h"
#include "base/yaml.h"
#include "core/load.h"

#include <stdlib.h>
#include <string.h>

typedef struct linting {
    aside_host      host;
    aside_arena     arena;
    aside_config    config;
    const char     *target;            /* What was asked about: a file or a folder. */
    aside_report_fn *report;
    void           *user;
    aside_problems  problems;          /* Those of the target only. */
    const char    **sentences, **skills;
    size_t          n_sentences, cap_sentences, n_skills, cap_skills;
} linting;

/* ---- kinds of file ---- */

typedef aside_status lint_fn(linting *l, const char *path);

static bool has_key(const aside_yaml *root, const char *key) { return aside_yaml_get(root, key) != NULL; }

static bool modeline(const aside_yaml *root, const char *prefix) {
    const aside_yaml *node = aside_yaml_get(root, "aside");
    return node && node->kind == ASIDE_YAML_SCALAR && aside_str_starts(node->scalar, prefix);
}

static bool is_skill(const aside_yaml *root)     { return modeline(root, "skill/"); }
static bool is_words(const aside_yaml *root)     { return modeline(root, "context-words/"); }
static bool is_manifest(const aside_yaml *root)  { return modeline(root, "manifest/") || modeline(root, "models/"); }
static bool is_sentences(const aside_yaml *root) {
    return has_key(root, "intents") || has_key(root, "lists") || has_key(root, "expansion_rules") || has_key(root, "skip_words")
        || has_key(root, "assistants") || (has_key(root, "data") && has_key(root, "language"));
}
/* `language` and `lists` alone do not tell: sentence files have them, too. */
static bool is_settings(const aside_yaml *root) {
    for (size_t i = 0; root->kind == ASIDE_YAML_MAP && i < root->n; i++) {
        aside_str key = root->pairs[i].key->scalar;
        if (aside_config_knows(key) && !aside_str_is(key, "language") && !aside_str_is(key, "lists")) return true;
    }
    return false;
}

static aside_status later_sentences(linting *l, const char *path) {
    if (!ASIDE_ARENA_GROW(&l->arena, l->sentences, l->n_sentences, l->cap_sentences)) return ASIDE_ENOMEM;
    l->sentences[l->n_sentences++] = path;
    return ASIDE_OK;
}

static aside_status later_skill(linting *l, const char *path) {
    if (!ASIDE_ARENA_GROW(&l->arena, l->skills, l->n_skills, l->cap_skills)) return ASIDE_ENOMEM;
    l->skills[l->n_skills++] = path;
    return ASIDE_OK;
}

/* That a file is wrong was reported; it is no failure of linting. */
static aside_status only_problems(aside_status st) { return st == ASIDE_ECONFIG ? ASIDE_OK : st; }

static aside_status lint_settings(linting *l, const char *path) {
    aside_config unused;
    return only_problems(aside_config_load(path, NULL, &l->arena, &l->problems, &unused));
}

static aside_status lint_words(linting *l, const char *path) {
    const aside_context_model *unused;
    const aside_yaml *root;
    aside_problems quiet;
    aside_str language = ASIDE_STR("en");
    aside_problems_init(&quiet, NULL, NULL);
    aside_status st = aside_yaml_read(path, &l->arena, &quiet, &root);
    if (!st && root) aside_yaml_str(aside_yaml_get(root, "language"), &quiet, &language);
    return st ? st : aside_context_model_open(path, language.at, &l->arena, &l->problems, &unused);
}

/* Its hashes are used at every start; here only its YAML is read. */
static aside_status lint_manifest(linting *l, const char *path) {
    const aside_yaml *unused;
    return aside_yaml_read(path, &l->arena, &l->problems, &unused);
}

/* Recipe for a new kind: a row; the first that recognises a file gets it. */
static const struct { const char *name; bool (*recognises)(const aside_yaml *); lint_fn *run; } kinds[] = {
    { "a skill",            is_skill,     later_skill },
    { "context words",      is_words,     lint_words },
    { "a manifest",         is_manifest,  lint_manifest },
    { "settings",           is_settings,  lint_settings },
    { "sentences",          is_sentences, later_sentences },
};

/* `intents:` is a map of intents in a sentence file and folders in settings. */
static bool mistaken(const aside_yaml *root, bool (*recognises)(const aside_yaml *)) {
    const aside_yaml *intents = aside_yaml_get(root, "intents");
    return recognises == is_settings && intents && intents->kind == ASIDE_YAML_MAP;
}

static lint_fn *kind_of(const aside_yaml *root) {
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].recognises(root) && !mistaken(root, kinds[i].recognises)) return kinds[i].run;
    return NULL;
}

/* ---- reporting ---- */

static bool is_of_target(const linting *l, const char *path) {
    size_t n = strlen(l->target);
    while (n && l->target[n - 1] == '/') n--;
    return strncmp(path, l->target, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

static void report_target(void *user, const aside_error *e) {
    linting *l = user;
    if (!is_of_target(l, e->path)) return;
    if (e->severity == ASIDE_SEVERITY_ERROR) aside_problem_error(&l->problems, (aside_place){ e->path, e->line, e->column }, e->rule, "%s", e->text);
    else aside_problem_warn(&l->problems, (aside_place){ e->path, e->line, e->column }, e->rule, "%s", e->text);
}

/* ---- the order ---- */

/* A file of a known kind is read again by its own loader, which reports what is
 * wrong with it as YAML, too; of others that is reported here. */
static aside_status sort_file(linting *l, const char *path, bool named) {
    const aside_yaml *root;
    aside_problems quiet;
    aside_problems_init(&quiet, NULL, NULL);
    aside_status st = aside_yaml_read(path, &l->arena, &quiet, &root);
    lint_fn *run = !st && root ? kind_of(root) : NULL;
    if (st || run) return st ? st : run(l, path);
    if (quiet.n_errors) return aside_yaml_read(path, &l->arena, &l->problems, &root);
    if (named)
        aside_problem_error(&l->problems, (aside_place){ path, 1, 1 }, "file.kind",
                            "not a file that Aside reads: a skill starts with 'aside: skill/v1', a sentence file has 'language' and 'intents'");
    return ASIDE_OK;
}

/* The folder of a file; "." when it has none. */
static const char *folder_of(linting *l, const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? aside_arena_copy_z(&l->arena, (aside_str){ path, (size_t)(slash - path) }) : ".";
}

static bool listed(const char *const *paths, size_t n, const char *path) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(paths[i], path) == 0) return true;
    return false;
}

static aside_status add_neighbours(linting *l, aside_builders *b, aside_problems *p, const char *path) {
    aside_paths inside;
    const char *folder = folder_of(l, path);
    aside_status st = folder ? aside_file_list(folder, ".yaml", &l->arena, &inside, NULL) : ASIDE_ENOMEM;
    for (size_t i = 0; !st && i < inside.n; i++) {
        const char *near = aside_str_starts(aside_str_from(inside.at[i]), "./") && strncmp(path, "./", 2) != 0 ? inside.at[i] + 2 : inside.at[i];
        if (!listed(l->sentences, l->n_sentences, near) && aside_grammar_is_sentences(near, &l->arena))
            st = aside_load_sentences(b, near, p);
    }
    return st == ASIDE_ENOMEM ? st : ASIDE_OK;
}

static aside_status lint_sentences(linting *l) {
    aside_builders b;
    aside_problems filtered;
    aside_status st = ASIDE_OK, compiled;
    if (l->n_sentences == 0) return ASIDE_OK;
    aside_builders_init(&b, &l->arena, &l->host);
    aside_problems_init(&filtered, report_target, l);
    for (size_t i = 0; !st && i < l->n_sentences; i++) st = aside_load_sentences(&b, l->sentences[i], &filtered);
    if (!st && !aside_file_is_folder(l->target)) st = add_neighbours(l, &b, &filtered, l->sentences[0]);
    compiled = aside_load_try(&b, &filtered);
    return st ? st : compiled;
}

static aside_status lint_skills(linting *l) {
    aside_builders b;
    aside_problems quiet, filtered;
    aside_paths files = { NULL, 0 };
    const aside_skill *unused;
    if (l->n_skills == 0) return ASIDE_OK;
    aside_builders_init(&b, &l->arena, &l->host);
    aside_problems_init(&quiet, NULL, NULL);
    aside_problems_init(&filtered, report_target, l);
    aside_status st = aside_load_find(l->config.intents, ".yaml", &l->arena, &quiet, &files);
    for (size_t i = 0; !st && i < files.n; i++) st = aside_load_sentences(&b, files.at[i], &quiet);
    for (size_t i = 0; !st && i < l->n_skills; i++) st = aside_skill_load(l->skills[i], &l->arena, b.of, &filtered, &unused);
    aside_status compiled = aside_load_try(&b, &filtered);
    return st ? st : compiled;
}

static aside_status lint_path(linting *l, const char *path) {
    aside_paths files;
    bool folder = aside_file_is_folder(path);
    aside_path_list one = { &path, 1 };
    aside_status st = aside_load_find(one, ".yaml", &l->arena, &l->problems, &files);
    for (size_t i = 0; !st && i < files.n; i++) st = sort_file(l, files.at[i], !folder);
    if (!st) st = lint_sentences(l);
    return st ? st : lint_skills(l);
}

/* Only the folders of intents are wanted of the settings; what is wrong with them is not asked here. */
static aside_status read_settings(linting *l, const aside_options *options) {
    aside_problems quiet;
    aside_problems_init(&quiet, NULL, NULL);
    aside_status st = aside_config_load(options->config_path, options->overrides, &l->arena, &quiet, &l->config);
    return st != ASIDE_ECONFIG ? st : aside_config_load(NULL, NULL, &l->arena, &quiet, &l->config);
}

aside_status aside_lint(const aside_options *options, const char *path, aside_report_fn *report, void *user, size_t *n_errors) {
    linting l = { .host = aside_host_complete(options->host), .target = path, .report = report, .user = user };
    aside_arena_init(&l.arena, &l.host, 1 << 14);
    aside_problems_init(&l.problems, report, user);
    aside_status st = read_settings(&l, options);
    if (!st) st = lint_path(&l, path);
    if (!st) *n_errors = l.problems.n_errors;
    aside_arena_free(&l.arena);
    return st;
}
