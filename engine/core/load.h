/* load.h -- finding the files that settings and commands name, and loading the
 * sentence files among them into one builder per language. */
#ifndef ASIDE_CORE_LOAD_H
#define ASIDE_CORE_LOAD_H
#include "base/file.h"
#include "config/config.h"
#include "skill/skill.h"

/* One builder for each language; NULL until a file of that language is met. */
typedef struct aside_builders {
    aside_grammar_builder *of[ASIDE_LANG_COUNT];
    aside_arena           *arena;
    const aside_host      *host;
} aside_builders;

void aside_builders_init(aside_builders *b, aside_arena *arena, const aside_host *host);
/* The files under each of `paths` (a folder at any depth, or a file itself) whose
 * name ends in `suffix`.  A path that is not there is a problem. */
aside_status aside_load_find(aside_path_list paths, const char *suffix, aside_arena *arena,
                             aside_problems *problems, aside_paths *out) ASIDE_MUST_CHECK;
/* Add one sentence file to the builder of its language: its key `language`, else
 * the folder "en" or "zh" it is in.  Other languages are passed over with a warning. */
aside_status aside_load_sentences(aside_builders *b, const char *path, aside_problems *problems) ASIDE_MUST_CHECK;
/* Add the lists of a file to the builder of its language; of every language when it does not say. */
aside_status aside_load_lists(aside_builders *b, const char *path, aside_problems *problems) ASIDE_MUST_CHECK;
/* Compile every builder that there is; grammars[i] stays NULL for the others and after errors. */
aside_status aside_load_compile(aside_builders *b, aside_problems *problems, aside_grammar *grammars[ASIDE_LANG_COUNT]) ASIDE_MUST_CHECK;
/* Compile only for the problems, and keep nothing; also what ends builders that are not wanted. */
aside_status aside_load_try(aside_builders *b, aside_problems *problems) ASIDE_MUST_CHECK;
#endif
