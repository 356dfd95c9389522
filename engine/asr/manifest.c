/* manifest.c -- see manifest.h. */
#include "asr/manifest.h"

#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/yaml.h"

/* PocketSphinx reads these, too, when they lie in the folder: then they must be in the manifest. */
static const char *const optional_files[] = {
    "feature_transform", "mixture_weights", "senmgau", "kws", "feat.params", "noisedict", "mdef", "means",
    "variances", "transition_matrices", "sendump", NULL
};

static const char *const entry_keys[] = {
    "id", "language", "name", "licence", "source", "get", "rate_hz", "acoustic", "dictionary", NULL
};

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool has_text(const aside_yaml *map, const char *key, const char *text) {
    const aside_yaml *v = aside_yaml_get(map, key);
    return v && v->kind == ASIDE_YAML_SCALAR && aside_str_is(v->scalar, text);
}

/* The language's entry: named like the folder, else the first; NULL when none. */
static const aside_yaml *find_entry(const aside_yaml *models, const aside_model_request *r) {
    const aside_yaml *first = NULL;
    for (size_t i = 0; i < models->n; i++) {
        const aside_yaml *entry = models->items[i];
        if (!has_text(entry, "language", r->language)) continue;
        if (has_text(entry, "id", last_part(r->acoustic_path))) return entry;
        if (!first) first = entry;
    }
    return first;
}

static void check_files(const aside_yaml *entry, const char *key, aside_problems *problems) {
    const aside_yaml *files = aside_yaml_get(entry, key);
    if (!files) {
        aside_problem_error(problems, entry->at, "models.missing", "this model lists no `%s` files", key);
        return;
    }
    if (!aside_yaml_is(files, ASIDE_YAML_MAP, problems)) return;
    for (size_t i = 0; i < files->n; i++) {
        aside_str hash;
        if (!aside_yaml_str(files->pairs[i].value, problems, &hash) || hash.len == ASIDE_SHA256_HEX - 1) continue;
        aside_problem_error(problems, files->pairs[i].value->at, "models.hash",
                            "a SHA-256 has 64 hexadecimal digits, this has %zu characters", hash.len);
    }
}

static void check_entry(const aside_yaml *entry, aside_problems *problems, aside_arena *arena, aside_model_entry *out) {
    aside_str id = { 0 }, get = { 0 };
    int64_t rate_hz = 0;
    aside_yaml_known_keys(entry, entry_keys, problems);
    if (!aside_yaml_str(aside_yaml_get(entry, "id"), problems, &id) ||
        !aside_yaml_str(aside_yaml_get(entry, "get"), problems, &get) ||
        !aside_yaml_int(aside_yaml_get(entry, "rate_hz"), ASIDE_LIMIT_RATE_LEAST_HZ, ASIDE_LIMIT_RATE_MOST_HZ, problems, &rate_hz))
        aside_problem_error(problems, entry->at, "models.missing", "a model needs `id`, `get` and `rate_hz`");
    check_files(entry, "acoustic", problems);
    check_files(entry, "dictionary", problems);
    *out = (aside_model_entry){ aside_arena_copy_z(arena, id), aside_arena_copy_z(arena, get), (int)rate_hz };
}

static aside_status check_file(const char *path, const char *expected, const char *get, aside_error *err) {
    char found[ASIDE_SHA256_HEX];
    aside_place at = { .path = path };
    if (!aside_file_exists(path))
        return aside_fail_at(err, ASIDE_EMODEL, at, "the model file is missing; get it with `%s`", get);
    if (aside_crypto_sha256_file(path, found, NULL))
        return aside_fail_at(err, ASIDE_EMODEL, at, "the model file cannot be read; get it with `%s`", get);
    if (!strcmp(found, expected)) return ASIDE_OK;
    return aside_fail_at(err, ASIDE_EMODEL, at,
                         "the model file is damaged or of another version: its SHA-256 is %s, expected %s; get it with `%s`",
                         found, expected, get);
}

static aside_status check_acoustic(const aside_yaml *files, const aside_model_request *r, const char *get,
                                   aside_arena *arena, aside_error *err) {
    for (size_t i = 0; i < files->n; i++) {
        const char *path = aside_arena_printf(arena, "%s/%s", r->acoustic_path, files->pairs[i].key->scalar.at);
        if (!path) return ASIDE_ENOMEM;
        aside_status s = check_file(path, files->pairs[i].value->scalar.at, get, err);
        if (s) return s;
    }
    for (const char *const *name = optional_files; *name; name++) {
        const char *path = aside_arena_printf(arena, "%s/%s", r->acoustic_path, *name);
        if (!path) return ASIDE_ENOMEM;
        if (!aside_yaml_get(files, *name) && aside_file_exists(path))
            return aside_fail_at(err, ASIDE_EMODEL, (aside_place){ .path = path },
                                 "the manifest does not list this file, and PocketSphinx would read it unchecked; remove it");
    }
    return ASIDE_OK;
}

static aside_status check_dictionary(const aside_yaml *files, const aside_model_request *r, const char *get, aside_error *err) {
    const aside_yaml *hash = aside_yaml_get(files, last_part(r->dictionary_path));
    if (hash) return check_file(r->dictionary_path, hash->scalar.at, get, err);
    if (aside_file_exists(r->dictionary_path)) return ASIDE_OK;
    return aside_fail_at(err, ASIDE_EMODEL, (aside_place){ .path = r->dictionary_path },
                         "the pronunciation dictionary is missing; get it with `%s`", get);
}

aside_status aside_manifest_check(const aside_model_request *r, aside_arena *arena, aside_problems *problems,
                                  aside_model_entry *out, aside_error *err) {
    const aside_yaml *root, *models;
    aside_model_entry entry_out;
    size_t n_errors = problems->n_errors;
    aside_status s = aside_yaml_read(r->manifest_path, arena, problems, &root);
    if (s) return aside_fail(err, s, "out of memory for the manifest of models");
    models = aside_yaml_get(root, "models");
    if (!root || !models || models->kind != ASIDE_YAML_LIST) {
        if (root) aside_problem_error(problems, root->at, "models.missing", "a manifest needs a list `models`");
        return aside_problems_status(problems, err);
    }
    const aside_yaml *entry = find_entry(models, r);
    if (!entry)
        return aside_fail_at(err, ASIDE_EMODEL, root->at, "the manifest has no model for the language `%s`", r->language);
    check_entry(entry, problems, arena, &entry_out);
    if (problems->n_errors > n_errors) return aside_problems_status(problems, err);
    if (!entry_out.id || !entry_out.get) return ASIDE_ENOMEM;
    s = check_acoustic(aside_yaml_get(entry, "acoustic"), r, entry_out.get, arena, err);
    if (!s) s = check_dictionary(aside_yaml_get(entry, "dictionary"), r, entry_out.get, err);
    if (!s) *out = entry_out;
    return s;
}
