/* file.c -- see file.h. */
#include "base/file.h"

#include "base/limits.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static aside_status fail(aside_error *err, aside_status status, const char *path, const char *what) {
    return aside_fail_at(err, status, (aside_place){ .path = path }, "%s", what);
}

/* Reads to the end rather than trusting a size: /proc and pipes have none. */
static aside_status read_all(FILE *f, size_t max_bytes, aside_arena *arena, aside_str *out) {
    size_t cap = 4096, len = 0;
    struct stat st;
    if (fstat(fileno(f), &st) == 0 && st.st_size > 0 && (size_t)st.st_size <= max_bytes)
        cap = (size_t)st.st_size + 2;
    char *at = aside_arena_alloc(arena, cap);
    for (size_t n; at && (n = fread(at + len, 1, cap - 1 - len, f)) > 0; ) {
        len += n;
        if (len > max_bytes) return ASIDE_ELIMIT;
        if (len < cap - 1) continue;
        char *wider = aside_arena_alloc(arena, cap * 2);
        if (wider) memcpy(wider, at, len);
        at = wider, cap *= 2;
    }
    if (!at) return ASIDE_ENOMEM;
    if (ferror(f)) return ASIDE_EIO;
    at[len] = '\0';
    *out = (aside_str){ at, len };
    return ASIDE_OK;
}

aside_status aside_file_read(const char *path, size_t max_bytes, aside_arena *arena,
                             aside_str *out, aside_error *err) {
    FILE *f = fopen(path, "rb");
    if (!f) return fail(err, ASIDE_EIO, path, strerror(errno));
    aside_status st = read_all(f, max_bytes, arena, out);
    int saved = errno;
    fclose(f);
    if (st == ASIDE_EIO) return fail(err, st, path, strerror(saved));
    if (st == ASIDE_ELIMIT)
        return aside_fail_at(err, st, (aside_place){ .path = path }, "the file is larger than %zu bytes", max_bytes);
    if (st) return fail(err, st, path, aside_status_text(st));
    return ASIDE_OK;
}

typedef struct walk {
    aside_arena *arena;
    const char  *suffix;
    const char **at;
    size_t       n, cap;
} walk;

static bool is_kind(const char *path, mode_t kind) {
    struct stat st;
    return stat(path, &st) == 0 && (st.st_mode & S_IFMT) == kind;
}

bool aside_file_is_folder(const char *path) { return is_kind(path, S_IFDIR); }

bool aside_file_exists(const char *path) {
    struct stat st;
    return stat(path, &st) == 0;
}

static aside_status walk_folder(walk *w, const char *folder, int depth);

static aside_status walk_entry(walk *w, const char *folder, const char *name, int depth) {
    if (name[0] == '.') return ASIDE_OK;
    char *path = aside_arena_printf(w->arena, "%s/%s", folder, name);
    if (!path) return ASIDE_ENOMEM;
    if (is_kind(path, S_IFDIR)) return walk_folder(w, path, depth + 1);
    if (!is_kind(path, S_IFREG) || !aside_str_ends(aside_str_from(name), w->suffix)) return ASIDE_OK;
    if (!ASIDE_ARENA_GROW(w->arena, w->at, w->n, w->cap)) return ASIDE_ENOMEM;
    w->at[w->n++] = path;
    return ASIDE_OK;
}

static aside_status walk_folder(walk *w, const char *folder, int depth) {
    if (depth > ASIDE_LIMIT_YAML_DEPTH) return ASIDE_ELIMIT;      /* A link that leads to its own parent. */
    DIR *d = opendir(folder);
    if (!d) return ASIDE_EIO;
    aside_status st = ASIDE_OK;
    for (struct dirent *e; !st && (e = readdir(d)); ) st = walk_entry(w, folder, e->d_name, depth);
    closedir(d);
    return st;
}

static int by_bytes(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *why_not(aside_status st) {
    if (st == ASIDE_EIO) return strerror(errno);
    return st == ASIDE_ELIMIT ? "folders within folders too deeply: does a link lead to its own parent?" : aside_status_text(st);
}

aside_status aside_file_list(const char *folder, const char *suffix, aside_arena *arena,
                             aside_paths *out, aside_error *err) {
    walk w = { .arena = arena, .suffix = suffix };
    aside_status st = walk_folder(&w, folder, 0);
    if (st) return fail(err, st, folder, why_not(st));
    if (w.n) qsort(w.at, w.n, sizeof *w.at, by_bytes);
    *out = (aside_paths){ w.at, w.n };
    return ASIDE_OK;
}

const char *aside_file_beside(const char *base, const char *path, aside_arena *arena) {
    const char *slash = strrchr(base, '/');
    if (path[0] == '/' || !slash) return aside_arena_copy_z(arena, aside_str_from(path));
    return aside_arena_printf(arena, "%.*s/%s", (int)(slash - base), base, path);
}
