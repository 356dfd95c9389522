/* asr_script.c -- a recogniser that has read the script: it answers the next
 * line whatever is said.  For tests of everything behind the recogniser. */
#include "asr/asr.h"

#include <stdatomic.h>

#include "base/host.h"
#include "base/limits.h"

enum { MS_PER_WORD = 250, SAMPLES_PER_MS = ASIDE_RATE_HZ / 1000 };

/* The place in the script is the model's, because a session may get another
 * decoder for each utterance; it is the one thing here that changes. */
typedef struct script_model {
    aside_asr_model    base;
    const aside_host  *host;
    const char *const *lines;
    size_t             n_lines;
    atomic_size_t     *next;
} script_model;

struct aside_decoder {
    const script_model *model;
    const char         *line;
    size_t              n_samples;
};

static aside_status script_open(const aside_asr_model *m, aside_decoder **out, aside_error *err) {
    const script_model *model = (const script_model *)m;
    aside_decoder *d = aside_host_alloc(model->host, sizeof *d);
    if (!d) return aside_fail(err, ASIDE_ENOMEM, "out of memory for a scripted decoder");
    d->model = model, d->line = "";
    *out = d;
    return ASIDE_OK;
}

static void script_close(aside_decoder *d) {
    if (d) aside_host_free(d->model->host, d, sizeof *d);
}

static aside_status script_start(aside_decoder *d) {
    size_t nth = atomic_fetch_add(d->model->next, 1);
    d->line = nth < d->model->n_lines ? d->model->lines[nth] : "";
    d->n_samples = 0;
    return ASIDE_OK;
}

static aside_status script_feed(aside_decoder *d, const int16_t *pcm, size_t n_samples) {
    (void)pcm;
    d->n_samples += n_samples;
    return ASIDE_OK;
}

/* The first words of the line, at most so many. */
static aside_status say(const aside_decoder *d, size_t at_most, aside_arena *arena, aside_hypothesis *out) {
    aside_str rest = aside_str_from(d->line), piece;
    aside_word *words = aside_arena_alloc_array(arena, rest.len / 2 + 1, sizeof *words);
    size_t n = 0, end = 0;
    if (!words) return ASIDE_ENOMEM;
    while (n < at_most && aside_str_split(&rest, " ", &piece)) {
        const char *text = aside_arena_copy_z(arena, piece);
        if (!text) return ASIDE_ENOMEM;
        words[n] = (aside_word){ text, 1000, (int)n * MS_PER_WORD, (int)(n + 1) * MS_PER_WORD };
        n++, end = (size_t)(piece.at + piece.len - d->line);
    }
    const char *text = aside_arena_copy_z(arena, (aside_str){ d->line, end });
    if (!text) return ASIDE_ENOMEM;
    *out = (aside_hypothesis){ text, n ? 1000 : 0, words, n };
    return ASIDE_OK;
}

static aside_status script_partial(aside_decoder *d, aside_arena *arena, aside_hypothesis *out) {
    return say(d, d->n_samples / (MS_PER_WORD * SAMPLES_PER_MS), arena, out);
}

static aside_status script_finish(aside_decoder *d, aside_arena *arena, aside_hypothesis *out) {
    return say(d, SIZE_MAX, arena, out);
}

static const aside_asr_class script_class = {
    "script", script_open, script_close, script_start, script_feed, script_partial, script_finish
};

aside_status aside_script_model_open(const char *const *lines, aside_arena *arena, const aside_asr_model **out) {
    script_model *m = aside_arena_alloc(arena, sizeof *m);
    atomic_size_t *next = aside_arena_alloc(arena, sizeof *next);
    if (!m || !next) return ASIDE_ENOMEM;
    atomic_init(next, 0);
    *m = (script_model){ .base = { &script_class }, .host = arena->host, .lines = lines, .next = next };
    while (lines[m->n_lines]) m->n_lines++;
    *out = &m->base;
    return ASIDE_OK;
}
