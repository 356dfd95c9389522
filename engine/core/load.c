/* load.c -- see load.h. */
#include "core/load.h"

#include "base/yaml.h"

#include <stdio.h>
#include <string.h>

void aside_builders_init(aside_builders *b, aside_arena *arena, const aside_host *host) {
    *b = (aside_builders){ .arena = arena, .host = host };
}

/* ---- finding ---- */

typedef struct found { aside_arena *arena; const char **at; size_t n, cap; } found;

static aside_status add_path(found *f, const char *path) {
    if (!ASIDE_ARENA_GROW(f->arena, f->at, f->n, f->cap)) return ASIDE_ENOMEM;
    f->at[f->n++] = path;
    return ASIDE_OK;
}

static aside_status add_folder(found *f, const char *folder, const char *suffix, aside_problems *problems) {
    aside_paths inside;
    aside_error err;
    aside_status st = aside_file_list(folder, suffix, f->arena, &inside, &err);
    if (st == ASIDE_ENOMEM) return st;
    if (st) {
        aside_problem_error(problems, (aside_place){ .path = folder }, "file.unreadable", "%s", err.text);
        return ASIDE_OK;
    }
    for (size_t i = 0; !st && i < inside.n; i++) st = add_path(f, inside.at[i]);
    return st;
}

aside_status aside_load_find(aside_path_list paths, const char *suffix, aside_arena *arena,
                             aside_problems *problems, aside_paths *out) {
    found f = { .arena = arena };
    aside_status st = ASIDE_OK;
    for (size_t i = 0; !st && i < paths.n; i++) {
        if (aside_file_is_folder(paths.at[i])) st = add_folder(&f, paths.at[i], suffix, problems);
        else if (aside_file_exists(paths.at[i])) st = add_path(&f, paths.at[i]);
        else aside_problem_error(problems, (aside_place){ .path = paths.at[i] }, "file.missing", "there is no such file or folder");
    }
    if (!st) *out = (aside_paths){ f.at, f.n };
    return st;
}

/* ---- sentences ---- */

/* "intents/en/cafe.yaml" is English. */
static int language_of_folder(const char *path) {
    char part[16];
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++) {
        snprintf(part, sizeof part, "/%s/", aside_lang_names[lang]);
        if (strstr(path, part)) return lang;
    }
    return -1;
}

static aside_status builder_of(aside_builders *b, int lang, aside_grammar_builder **out) {
    aside_status st = ASIDE_OK;
    if (!b->of[lang]) st = aside_grammar_builder_open(aside_lang_names[lang], b->arena, b->host, &b->of[lang]);
    if (!st) *out = b->of[lang];
    return st;
}

/* -1: it does not say; -2: a language that is not ours. */
static aside_status language_of_file(const char *path, aside_arena *arena, int *out) {
    aside_problems unused;
    const aside_yaml *root;
    aside_str language;
    aside_problems_init(&unused, NULL, NULL);
    aside_status st = aside_yaml_read(path, arena, &unused, &root);
    if (st) return st;
    if (aside_yaml_str(aside_yaml_get(root, "language"), &unused, &language)) {
        int lang = aside_lang_from(language.at);
        *out = lang < 0 ? -2 : lang;
        return ASIDE_OK;
    }
    *out = language_of_folder(path);
    if (*out == -1 && !root) *out = ASIDE_LANG_EN;         /* Not YAML: any builder says what is wrong with it. */
    return ASIDE_OK;
}

static aside_place whole(const char *path) { return (aside_place){ .path = path }; }

aside_status aside_load_sentences(aside_builders *b, const char *path, aside_problems *problems) {
    aside_grammar_builder *builder;
    int lang;
    aside_status st = language_of_file(path, b->arena, &lang);
    if (st) return st;
    if (lang == -2) {
        aside_problem_warn(problems, whole(path), "language.unknown", "a language other than en and zh: passed over");
        return ASIDE_OK;
    }
    if (lang == -1) {
        aside_problem_error(problems, whole(path), "language.missing", "add 'language: en' or 'language: zh' at the top");
        return ASIDE_OK;
    }
    st = builder_of(b, lang, &builder);
    return st ? st : aside_grammar_add_file(builder, path, problems);
}

aside_status aside_load_lists(aside_builders *b, const char *path, aside_problems *problems) {
    int lang;
    aside_status st = language_of_file(path, b->arena, &lang);
    for (int i = 0; !st && i < ASIDE_LANG_COUNT; i++)
        if (b->of[i] && (lang < 0 || lang == i)) st = aside_grammar_add_lists(b->of[i], path, problems);
    return st;
}

aside_status aside_load_compile(aside_builders *b, aside_problems *problems, aside_grammar *grammars[ASIDE_LANG_COUNT]) {
    aside_status st = ASIDE_OK;
    for (int i = 0; i < ASIDE_LANG_COUNT; i++) {
        if (!b->of[i]) continue;
        aside_status one = aside_grammar_compile(b->of[i], problems, &grammars[i]);     /* Always: it frees the builder. */
        if (one) st = one;
        b->of[i] = NULL;
    }
    return st;
}

aside_status aside_load_try(aside_builders *b, aside_problems *problems) {
    aside_grammar *grammars[ASIDE_LANG_COUNT] = { NULL };
    aside_status st = aside_load_compile(b, problems, grammars);
    for (int i = 0; i < ASIDE_LANG_COUNT; i++) aside_grammar_close(grammars[i]);
    return st;
}
