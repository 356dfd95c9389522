/* manifest.h -- models/manifest.yaml: which model files there are, what they
 * must hash to, and the command that gets them. */
#ifndef ASIDE_ASR_MANIFEST_H
#define ASIDE_ASR_MANIFEST_H
#include "base/arena.h"
#include "base/problem.h"

typedef struct aside_model_request {
    const char *manifest_path, *language;
    const char *acoustic_path;         /* The folder. */
    const char *dictionary_path;
} aside_model_request;

/* What the entry says of the model; in the arena of the call. */
typedef struct aside_model_entry {
    const char *id, *get;              /* "en-us"; the command that gets the files. */
    int         rate_hz;               /* Of the sound that the model was trained on. */
} aside_model_entry;

/* Find the language's entry and compare every file of the model with it.  Of
 * several entries the one whose id the folder is named after, else the first.
 * A dictionary under another name than the entry's is the operator's own and is
 * only read by us, so it is not compared.  Errors: ECONFIG (the manifest is
 * wrong; all problems are reported), EMODEL (no entry; a file is missing or
 * differs: err names it, both hashes and the command), ENOMEM. */
aside_status aside_manifest_check(const aside_model_request *r, aside_arena *arena, aside_problems *problems,
                                  aside_model_entry *out, aside_error *err) ASIDE_MUST_CHECK;
#endif
