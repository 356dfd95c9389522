/* listen.c -- `aside listen FILE|-`: a recording or a microphone, in frames of
 * 20 ms, as a device would stream it.
 *
 * The end of the sound ends the utterance.  With --now the clock moves by the
 * length of what was fed. */
#include "audio/sound_file.h"
#include "base/limits.h"
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum { FRAME_MS = 20, FRAME_MAX = ASIDE_LIMIT_RATE_MOST_HZ / 1000 * FRAME_MS };

/* Where samples come from: a file, or standard input as it is. */
typedef struct source {
    aside_sound_file *file;            /* NULL: standard input. */
    int               rate_hz;
} source;

typedef struct listening {
    aside_cli     *c;
    source         from;
    aside_session *s;
    int64_t        start_ms, n_fed;    /* n_fed in samples. */
    struct timespec due;               /* With --realtime: when the next frame is spoken. */
    bool           realtime, partial_shown, decided;
} listening;

static const aside_error no_error;

static int open_source(aside_cli *c, const char *path, source *out) {
    aside_error err = no_error;
    if (strcmp(path, "-") == 0) return *out = (source){ NULL, ASIDE_RATE_HZ }, 0;
    aside_status st = aside_sound_file_open(path, &c->plain, &out->file, &err);
    if (st) return aside_cli_fail(c, st, &err), ASIDE_EXIT_CANNOT;
    out->rate_hz = aside_sound_file_rate_hz(out->file);
    return 0;
}

/* s16le whatever this machine's own order is; an odd last byte is no sample. */
static size_t read_raw(int16_t *pcm, size_t n) {
    unsigned char bytes[2 * FRAME_MAX];
    size_t got = fread(bytes, 2, n, stdin);
    for (size_t i = 0; i < got; i++) pcm[i] = (int16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8);
    return got;
}

static int read_frame(listening *l, int16_t *pcm, size_t *n) {
    size_t want = (size_t)(l->from.rate_hz * FRAME_MS / 1000);
    if (!l->from.file) {
        *n = read_raw(pcm, want);
        return ferror(stdin) ? aside_cli_fail(l->c, ASIDE_EIO, NULL) : 0;
    }
    aside_status st = aside_sound_file_read(l->from.file, pcm, want, n);
    if (st) aside_cli_say(l->c, "%s: the recording is cut short or damaged", l->c->words[0]);
    return st ? ASIDE_EXIT_CANNOT : 0;
}

static void clear_partial(listening *l) {
    if (l->partial_shown) fputs("\r\033[K", stderr);
    l->partial_shown = false;
}

static void show_partial(listening *l, const char *text) {
    if (!l->c->colour_err || l->c->json) return;
    fprintf(stderr, "\r\033[K\033[2m%s\033[0m", text);
    fflush(stderr);
    l->partial_shown = true;
}

static void drain(listening *l) {
    for (const aside_event *e; (e = aside_session_next(l->s)); ) {
        if (e->kind == ASIDE_EVENT_PARTIAL) show_partial(l, e->text);
        if (e->kind != ASIDE_EVENT_DECISION) continue;
        clear_partial(l);
        l->decided = true;
        aside_cli_show(l->c, e->json);
    }
}

static void pace(listening *l) {
    if (!l->realtime) return;
    l->due.tv_nsec += FRAME_MS * 1000000L;
    if (l->due.tv_nsec >= 1000000000L) l->due.tv_nsec -= 1000000000L, l->due.tv_sec++;
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &l->due, NULL);
}

static void move_clock(listening *l, size_t n) {
    l->n_fed += (int64_t)n;
    if (l->c->world.fixed) l->c->world.now_ms = l->start_ms + l->n_fed * 1000 / l->from.rate_hz;
}

static int feed(listening *l, const int16_t *pcm, size_t n) {
    move_clock(l, n);
    aside_status st = aside_session_feed_audio(l->s, pcm, n);
    if (st) return aside_cli_fail(l->c, st, NULL);
    drain(l);
    return 0;
}

static int stream(listening *l) {
    int16_t pcm[FRAME_MAX];
    clock_gettime(CLOCK_MONOTONIC, &l->due);
    for (size_t n = 1; n; ) {
        int failed = read_frame(l, pcm, &n);
        if (!failed && n) pace(l), failed = feed(l, pcm, n);
        if (failed) return failed;
    }
    aside_status st = aside_session_end_audio(l->s);
    if (st) return aside_cli_fail(l->c, st, NULL);
    drain(l);
    clear_partial(l);
    if (!l->n_fed) return aside_cli_say(l->c, "%s: no sound in it", l->c->words[0]), ASIDE_EXIT_CANNOT;
    if (!l->decided) aside_cli_say(l->c, "no speech was heard");
    return ASIDE_EXIT_FINE;
}

int aside_command_listen(aside_cli *c) {
    listening l = { .c = c, .realtime = aside_cli_value(c, ASIDE_OPTION_REALTIME) != NULL };
    aside_session_options person;
    aside_engine *engine = NULL;
    if (c->n_words > 1) return aside_cli_usage(c, "listen: expected one FILE or -, found %zu", c->n_words);
    int status = aside_cli_person(c, NULL, &person);
    if (!status) status = open_source(c, c->words[0], &l.from);
    if (!status) status = aside_cli_engine(c, false, NULL, &engine);
    person.sample_rate = l.from.rate_hz, l.start_ms = c->world.now_ms;
    if (!status) status = aside_cli_session(c, engine, &person, &l.s);
    if (!status) status = stream(&l);
    aside_session_close(l.s);
    aside_engine_close(engine);
    aside_sound_file_close(l.from.file);
    return status;
}
