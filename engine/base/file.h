/* file.h -- whole files and folders, in an arena. */
#ifndef ASIDE_BASE_FILE_H
#define ASIDE_BASE_FILE_H
#include "base/arena.h"
#include "base/problem.h"

/* The content, NUL-terminated behind its end.  Errors (err may be NULL): EIO
 * (missing, unreadable, a folder), ELIMIT (over max_bytes), ENOMEM. */
aside_status aside_file_read(const char *path, size_t max_bytes, aside_arena *arena,
                             aside_str *out, aside_error *err) ASIDE_MUST_CHECK;

/* Sorted paths (by bytes, so the same everywhere) of regular files under
 * `folder`, at any depth, whose name ends in `suffix`.  Dot files are passed over. */
typedef struct aside_paths { const char **at; size_t n; } aside_paths;
aside_status aside_file_list(const char *folder, const char *suffix, aside_arena *arena,
                             aside_paths *out, aside_error *err) ASIDE_MUST_CHECK;

bool aside_file_is_folder(const char *path);
bool aside_file_exists(const char *path);
/* `path` beside the file `base` unless it is absolute; NULL when out of memory. */
const char *aside_file_beside(const char *base, const char *path, aside_arena *arena);
#endif
