/* data_folder.h -- the folder of public test data, which is not part of the project. */
#ifndef ASIDE_TESTS_DATA_FOLDER_H
#define ASIDE_TESTS_DATA_FOLDER_H
#include "base/file.h"

#include <stdlib.h>

/* "DATA/rest" when it is there; else says so loudly and answers NULL: skip() then. */
static inline const char *data_folder(aside_arena *arena, const char *rest) {
    const char *data = getenv("ASIDE_TEST_DATA"), *source = getenv("ASIDE_SOURCE_DIR");
    const char *path = data ? aside_arena_printf(arena, "%s/%s", data, rest)
                            : aside_arena_printf(arena, "%s/../shared/data/%s", source ? source : ".", rest);
    if (path && aside_file_is_folder(path)) return path;
    print_message("SKIPPED: no test data at %s; name its folder in ASIDE_TEST_DATA\n", path ? path : "?");
    return NULL;
}
#endif
