/* asr.h -- sound to words, behind one interface with two implementations.
 *
 *     asr_sphinx.c   PocketSphinx with a network made from the templates
 *     asr_script.c   answers from a list, for tests
 *
 * A model is what all decoders share and is immutable; a decoder is what one
 * utterance needs and is reused, never by two at a time.  Sound is 16 kHz mono. */
#ifndef ASIDE_ASR_ASR_H
#define ASIDE_ASR_ASR_H
#include "asr/network.h"
#include "base/problem.h"

typedef struct aside_word {
    const char *text;
    int         confidence_pm;
    int         start_ms, end_ms;      /* From the start of the utterance as it was fed; late pauses that the
                                          recogniser took out make later words seem early. */
} aside_word;

/* In the arena given to the call that made it. */
typedef struct aside_hypothesis {
    const char       *text;            /* Words with one space between; "" when nothing was heard. */
    int               confidence_pm;   /* 0 to 1000: 1000 is certain; under the model's threshold text is "". */
    const aside_word *words;
    size_t            n_words;
} aside_hypothesis;

typedef struct aside_asr_model aside_asr_model;        /* Immutable, shared by threads. */
typedef struct aside_decoder   aside_decoder;          /* One thread at a time. */

typedef struct aside_asr_class {
    const char  *name;
    aside_status (*open)(const aside_asr_model *m, aside_decoder **out, aside_error *err);
    void         (*close)(aside_decoder *d);
    aside_status (*start)(aside_decoder *d);
    aside_status (*feed)(aside_decoder *d, const int16_t *pcm, size_t n_samples);
    /* What was heard so far; may change.  Half of all the work is done for this: do not ask in vain. */
    aside_status (*partial)(aside_decoder *d, aside_arena *arena, aside_hypothesis *out);
    /* The utterance is over: decide, and be ready for start again. */
    aside_status (*finish)(aside_decoder *d, aside_arena *arena, aside_hypothesis *out);
} aside_asr_class;

/* Every implementation's model starts with this. */
struct aside_asr_model { const aside_asr_class *class; };

typedef struct aside_sphinx_options {
    const char          *language;         /* "en": names the model in messages. */
    const char          *acoustic_path;    /* A folder with mdef, means, ... */
    const char          *dictionary_path;
    const char          *additions_path;   /* More pronunciations; NULL: none. */
    const char          *manifest_path;    /* models/manifest.yaml: hashes, and the command that gets the files. */
    const aside_network *network;          /* Minimised; its arena outlives the model. */
    const aside_network *domains;          /* Its domains, each minimised; may be NULL when n_domains is 0. */
    size_t               n_domains;
    const aside_host    *host;             /* Outlives the model. */
} aside_sphinx_options;

/* Check every file against the manifest before PocketSphinx (which exits on a
 * damaged one) sees it; read the pronunciations of the network's words.  A word
 * without one is reported as a warning `speech.no-pronunciation` and its arcs
 * are left out.  Errors: EMODEL (missing, damaged; err names the file and the
 * command that gets it), ENOMEM. */
aside_status aside_sphinx_model_open(const aside_sphinx_options *options, aside_arena *arena,
                                     aside_problems *problems, const aside_asr_model **out, aside_error *err) ASIDE_MUST_CHECK;

/* Answers `lines` (NULL-terminated) one after another, the n-th utterance the n-th line; then "". */
aside_status aside_script_model_open(const char *const *lines, aside_arena *arena, const aside_asr_model **out) ASIDE_MUST_CHECK;
#endif
