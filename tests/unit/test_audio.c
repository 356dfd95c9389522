/* Endpoints, resampling and sound files.  The sound is made here. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/endpoint.h"
#include "audio/resample.h"
#include "audio/sound_file.h"
#include "base/host.h"
#include "base/rng.h"

#define HZ 16000
enum { SECOND = HZ };

static aside_host host;

static int set_up(void **state) {
    (void)state;
    host = aside_host_complete(NULL);
    return 0;
}

static int16_t clip(double x) {
    return (int16_t)(x > 32767 ? 32767 : x < -32768 ? -32768 : x);
}

/* White noise of this height, on an offset. */
static void add_noise(aside_rng *rng, int16_t *pcm, size_t n, double height, double offset) {
    for (size_t i = 0; i < n; i++) {
        double u = (double)(aside_rng_next(rng) >> 11) / 9007199254740992.0 * 2 - 1;
        pcm[i] = clip(pcm[i] + u * height + offset);
    }
}

/* Something like speech: harmonics that swell and fade four times a second. */
static void add_speech(int16_t *pcm, size_t n, double height) {
    for (size_t i = 0; i < n; i++) {
        double t = (double)i / HZ, swell = 0.55 - 0.45 * cos(2 * M_PI * 4 * t), x = 0;
        for (int k = 1; k <= 12; k++) x += sin(2 * M_PI * 140 * k * t) / k;
        pcm[i] = clip(pcm[i] + x * swell * height);
    }
}

/* ---- endpoints ---- */

static const aside_endpoint_settings usual = { .start_ms = 100, .end_ms = 700, .preroll_ms = 300, .max_ms = 30000 };

/* What came out, as one run of bytes. */
typedef struct trace {
    unsigned char bytes[1 << 20];
    size_t        n;
    int           n_starts, n_ends;
    size_t        first_start, last_end;       /* Samples taken when it was said. */
    size_t        n_samples;
} trace;

static void note(trace *t, const aside_endpoint *e, size_t taken) {
    if (e->kind == ASIDE_ENDPOINT_NONE) return;
    if (e->kind == ASIDE_ENDPOINT_START && t->n_starts++ == 0) t->first_start = taken;
    if (e->kind == ASIDE_ENDPOINT_END) t->n_ends++, t->last_end = taken;
    assert_true(t->n + 1 + e->n_samples * 2 <= sizeof t->bytes);
    assert_true((e->pcm == NULL) == (e->n_samples == 0));
    t->bytes[t->n++] = (unsigned char)e->kind;
    if (e->n_samples) memcpy(t->bytes + t->n, e->pcm, e->n_samples * 2);
    t->n += e->n_samples * 2;
    t->n_samples += e->n_samples;
}

/* Feed in pieces of 1 to most samples. */
static trace *run(const aside_endpoint_settings *s, const int16_t *pcm, size_t n, size_t most, uint64_t seed) {
    aside_endpointer *e;
    aside_endpoint out;
    aside_rng rng = { seed };
    trace *t = calloc(1, sizeof *t);
    assert_int_equal(aside_endpointer_open(s, &host, &e), ASIDE_OK);
    for (size_t at = 0; at < n; ) {
        size_t piece = 1 + (size_t)(aside_rng_next(&rng) % most);
        if (piece > n - at) piece = n - at;
        for (size_t done = 0; done < piece; ) {
            size_t taken = aside_endpointer_take(e, pcm + at + done, piece - done, &out);
            assert_in_range(taken, 1, piece - done);
            done += taken;
            note(t, &out, at + done);
        }
        at += piece;
    }
    aside_endpointer_end(e, &out);
    note(t, &out, n);
    aside_endpointer_close(e);
    return t;
}

static int16_t *make(size_t seconds) {
    int16_t *pcm = calloc(seconds * SECOND, sizeof *pcm);
    assert_non_null(pcm);
    return pcm;
}

static void speech_in_noise_begins_and_ends(void **state) {
    (void)state;
    for (int heights = 0; heights < 3; heights++) {
        double noise = (double[]){ 3, 60, 400 }[heights];
        aside_rng rng = { 1 };
        int16_t *pcm = make(6);
        add_noise(&rng, pcm, 6 * SECOND, noise, 0);
        add_speech(pcm + 2 * SECOND, 2 * SECOND, 4000);
        trace *t = run(&usual, pcm, 6 * SECOND, 1600, 7);
        assert_int_equal(t->n_starts, 1);
        assert_int_equal(t->n_ends, 1);
        assert_in_range(t->first_start, 2 * SECOND, 2 * SECOND + SECOND * 3 / 10);
        assert_in_range(t->last_end, 4 * SECOND + SECOND / 2, 5 * SECOND);
        free(t), free(pcm);
    }
}

static void silence_noise_and_an_offset_begin_nothing(void **state) {
    (void)state;
    static const struct { double height, offset; } kinds[] = { { 0, 0 }, { 0, 9000 }, { 2, 0 }, { 500, -6000 }, { 4000, 0 } };
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        aside_rng rng = { 3 };
        int16_t *pcm = make(8);
        add_noise(&rng, pcm, 8 * SECOND, kinds[k].height, kinds[k].offset);
        trace *t = run(&usual, pcm, 8 * SECOND, 1600, 7);
        assert_int_equal(t->n_starts, 0);
        assert_int_equal(t->n, 0);
        free(t), free(pcm);
    }
}

static void an_offset_and_clipping_hide_no_speech(void **state) {
    (void)state;
    aside_rng rng = { 1 };
    int16_t *pcm = make(6);
    add_noise(&rng, pcm, 6 * SECOND, 20, 5000);
    add_speech(pcm + 2 * SECOND, 2 * SECOND, 60000);
    trace *t = run(&usual, pcm, 6 * SECOND, 1600, 7);
    assert_int_equal(t->n_starts, 1);
    assert_int_equal(t->n_ends, 1);
    assert_in_range(t->first_start, 2 * SECOND, 2 * SECOND + SECOND * 3 / 10);
    free(t), free(pcm);
}

static void a_click_begins_nothing(void **state) {
    (void)state;
    aside_rng rng = { 1 };
    int16_t *pcm = make(4);
    add_noise(&rng, pcm, 4 * SECOND, 20, 0);
    for (size_t at = SECOND; at < 3 * SECOND; at += SECOND / 2) add_noise(&rng, pcm + at, 320, 20000, 0);
    trace *t = run(&usual, pcm, 4 * SECOND, 1600, 7);
    assert_int_equal(t->n_starts, 0);
    free(t), free(pcm);
}

static void the_first_sound_is_kept(void **state) {
    (void)state;
    int16_t *pcm = make(4);
    aside_rng rng = { 1 };
    add_noise(&rng, pcm, 4 * SECOND, 5, 0);
    add_speech(pcm + 2 * SECOND, SECOND, 4000);
    trace *t = run(&usual, pcm, 4 * SECOND, 1600, 7);
    assert_int_equal(t->n_starts, 1);
    /* What was given begins at least 200 ms before the speech, and is the stream's own samples. */
    size_t begin = t->first_start - (size_t)(usual.preroll_ms + usual.start_ms + 10) * (HZ / 1000);
    assert_true(begin <= 2 * SECOND - SECOND / 5);
    assert_memory_equal(t->bytes + 1, pcm + begin, SECOND / 5 * 2);
    free(t), free(pcm);
}

static void whole_gives_every_sample_once(void **state) {
    (void)state;
    aside_endpoint_settings whole = usual;
    whole.whole = true;
    size_t n = 3 * SECOND + 77;
    int16_t *pcm = make(4);
    aside_rng rng = { 9 };
    add_noise(&rng, pcm, n, 300, 0);
    trace *t = run(&whole, pcm, n, 1600, 7);
    assert_int_equal(t->n_starts, 1);
    assert_int_equal(t->n_ends, 1);
    assert_int_equal(t->n_samples, n);
    free(t), free(pcm);
}

static void an_utterance_is_cut_at_its_limit(void **state) {
    (void)state;
    for (int is_whole = 0; is_whole < 2; is_whole++) {
        aside_endpoint_settings s = usual;
        s.max_ms = 1000, s.whole = is_whole;
        int16_t *pcm = make(4);
        aside_rng rng = { 9 };
        add_noise(&rng, pcm, SECOND, 5, 0);
        add_speech(pcm + SECOND, 3 * SECOND, 4000);
        trace *t = run(&s, pcm, 4 * SECOND, 1600, 7);
        if (is_whole) assert_int_equal(t->n_samples, SECOND);
        assert_int_equal(t->n_starts, t->n_ends);
        assert_in_range(t->n_starts, is_whole ? 1 : 2, is_whole ? 1 : 4);
        free(t), free(pcm);
    }
}

static void where_it_is_cut_changes_nothing(void **state) {
    (void)state;
    size_t n = 9 * SECOND + 41;
    int16_t *pcm = make(10);
    aside_rng rng = { 5 };
    add_noise(&rng, pcm, n, 40, 300);
    add_speech(pcm + SECOND, SECOND, 3000);
    add_speech(pcm + 4 * SECOND, 2 * SECOND, 9000);
    add_speech(pcm + 8 * SECOND, SECOND, 5000);
    for (int is_whole = 0; is_whole < 2; is_whole++) {
        aside_endpoint_settings s = usual;
        s.whole = is_whole;
        trace *whole = run(&s, pcm, n, n, 1);
        assert_int_equal(whole->n_starts, is_whole ? 1 : 3);
        for (uint64_t seed = 1; seed <= 12; seed++) {
            static const size_t most[] = { 1, 7, 160, 161, 1600, 20000 };
            trace *t = run(&s, pcm, n, most[seed % 6], seed);
            assert_int_equal(t->n, whole->n);
            assert_memory_equal(t->bytes, whole->bytes, t->n);
            free(t);
        }
        free(whole);
    }
    free(pcm);
}

static void nonsense_settings_are_refused(void **state) {
    (void)state;
    aside_endpointer *e;
    aside_endpoint_settings s = usual;
    s.max_ms = 0;
    assert_int_equal(aside_endpointer_open(&s, &host, &e), ASIDE_EINVAL);
    s = usual, s.preroll_ms = -1;
    assert_int_equal(aside_endpointer_open(&s, &host, &e), ASIDE_EINVAL);
    aside_endpointer_close(NULL);
}

/* ---- resampling ---- */

static size_t resample(int from, int to, const int16_t *in, size_t n, size_t most, uint64_t seed, int16_t *out, size_t cap) {
    aside_resampler *r;
    aside_rng rng = { seed };
    size_t given = 0, at = 0;
    assert_int_equal(aside_resampler_open(from, to, &host, &r), ASIDE_OK);
    while (at < n) {
        size_t n_in = 1 + (size_t)(aside_rng_next(&rng) % most), n_out = 1 + (size_t)(aside_rng_next(&rng) % most);
        if (n_in > n - at) n_in = n - at;
        if (n_out > cap - given) n_out = cap - given;
        assert_int_equal(aside_resampler_run(r, in + at, &n_in, out + given, &n_out), ASIDE_OK);
        at += n_in, given += n_out;
    }
    size_t none = 0, n_out = cap - given;          /* What was held back for want of room. */
    assert_int_equal(aside_resampler_run(r, in, &none, out + given, &n_out), ASIDE_OK);
    aside_resampler_close(r);
    return given + n_out;
}

static void resampling_keeps_a_tone_and_its_place(void **state) {
    (void)state;
    static const int rates[] = { 8000, 11025, 16000, 22050, 44100, 48000, 192000 };
    for (size_t k = 0; k < sizeof rates / sizeof *rates; k++) {
        size_t n = (size_t)rates[k], cap = 17000;
        int16_t *in = malloc(n * 2), *out = malloc(cap * 2);
        for (size_t i = 0; i < n; i++) in[i] = (int16_t)lround(10000 * sin(2 * M_PI * 440 * (double)i / rates[k]));
        size_t given = resample(rates[k], HZ, in, n, 5000, 1, out, cap);
        assert_in_range(given, HZ - 200, HZ);
        for (size_t i = 1000; i < 15000; i++)
            assert_true(fabs(out[i] - 10000 * sin(2 * M_PI * 440 * (double)i / HZ)) < 150);
        free(in), free(out);
    }
}

static void where_it_is_cut_resamples_the_same(void **state) {
    (void)state;
    size_t n = 30000, cap = 12000;
    int16_t *in = calloc(n, 2), *whole = malloc(cap * 2), *cut = malloc(cap * 2);
    aside_rng rng = { 4 };
    add_noise(&rng, in, n, 9000, 0);
    size_t n_whole = resample(44100, HZ, in, n, n, 1, whole, cap);
    assert_in_range(n_whole, 10800, 10900);
    for (uint64_t seed = 1; seed < 8; seed++) {
        size_t n_cut = resample(44100, HZ, in, n, seed == 1 ? 1 : 700 * seed, seed, cut, cap);
        assert_int_equal(n_cut, n_whole);
        assert_memory_equal(cut, whole, n_cut * 2);
    }
    free(in), free(whole), free(cut);
}

static void foolish_rates_are_refused(void **state) {
    (void)state;
    aside_resampler *r;
    assert_int_equal(aside_resampler_open(7999, HZ, &host, &r), ASIDE_EINVAL);
    assert_int_equal(aside_resampler_open(HZ, 192001, &host, &r), ASIDE_EINVAL);
    assert_int_equal(aside_resampler_open(0, 0, &host, &r), ASIDE_EINVAL);
    aside_resampler_close(NULL);
}

/* ---- sound files ---- */

static void put(FILE *f, uint32_t n, int bytes) {
    for (int i = 0; i < bytes; i++) fputc((int)(n >> 8 * i & 255), f);
}

/* A WAV file whose header promises n frames and which holds only n_written. */
static void write_wav(const char *path, int channels, int rate, const int16_t *pcm, uint32_t n, uint32_t n_written) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    uint32_t frame = 2 * (uint32_t)channels, data = n * frame;
    fputs("RIFF", f), put(f, 36 + data, 4), fputs("WAVEfmt ", f);
    put(f, 16, 4), put(f, 1, 2), put(f, (uint32_t)channels, 2), put(f, (uint32_t)rate, 4);
    put(f, (uint32_t)rate * frame, 4), put(f, frame, 2), put(f, 16, 2);
    fputs("data", f), put(f, data, 4);
    for (uint32_t i = 0; i < n_written * (uint32_t)channels; i++) put(f, (uint16_t)pcm[i], 2);
    fclose(f);
}

static char *temp_path(void) {
    static char path[64];
    snprintf(path, sizeof path, "/tmp/aside-test-%ld.wav", (long)getpid());
    return path;
}

static void channels_are_averaged(void **state) {
    (void)state;
    static const int16_t pcm[] = { 100, 300, -100, -301, 32767, 32767, -32768, -32768 };
    aside_sound_file *f;
    aside_error err;
    int16_t out[8];
    size_t n;
    write_wav(temp_path(), 2, 44100, pcm, 4, 4);
    assert_int_equal(aside_sound_file_open(temp_path(), &host, &f, &err), ASIDE_OK);
    assert_int_equal(aside_sound_file_rate_hz(f), 44100);
    assert_int_equal(aside_sound_file_read(f, out, 3, &n), ASIDE_OK);
    assert_int_equal(n, 3);
    assert_int_equal(out[0], 200);
    assert_int_equal(out[1], -200);
    assert_int_equal(out[2], 32767);
    assert_int_equal(aside_sound_file_read(f, out, 8, &n), ASIDE_OK);
    assert_int_equal(n, 1);
    assert_int_equal(out[0], -32768);
    assert_int_equal(aside_sound_file_read(f, out, 8, &n), ASIDE_OK);
    assert_int_equal(n, 0);
    aside_sound_file_close(f);
    unlink(temp_path());
}

static aside_status open_status(const char *path) {
    aside_sound_file *f = NULL;
    aside_error err = { 0 };
    aside_status s = aside_sound_file_open(path, &host, &f, &err);
    if (s) assert_int_equal(err.status, s), assert_true(strlen(err.text) > 10);
    aside_sound_file_close(f);
    return s;
}

static void what_is_no_recording_is_refused(void **state) {
    (void)state;
    static const int16_t pcm[64] = { 0 };
    assert_int_equal(open_status("/nonexistent/x.wav"), ASIDE_EIO);
    assert_int_equal(open_status("/tmp"), ASIDE_EIO);
    write_wav(temp_path(), 1, 16000, pcm, 0, 0);
    assert_int_equal(open_status(temp_path()), ASIDE_EAUDIO);
    write_wav(temp_path(), 1, 4000, pcm, 16, 16);
    assert_int_equal(open_status(temp_path()), ASIDE_EAUDIO);
    write_wav(temp_path(), 9, 16000, pcm, 2, 2);
    assert_int_equal(open_status(temp_path()), ASIDE_EAUDIO);
    FILE *f = fopen(temp_path(), "w");
    fputs("this is a text and no sound at all, however long one listens", f);
    fclose(f);
    assert_int_equal(open_status(temp_path()), ASIDE_EAUDIO);
    unlink(temp_path());
}

/* Whatever libsndfile makes of a header that promises more than there is: an
 * error, or what is there; never sound that is not. */
static void a_file_cut_short_gives_only_what_is_there(void **state) {
    (void)state;
    int16_t pcm[1000], out[2000];
    for (int i = 0; i < 1000; i++) pcm[i] = (int16_t)(i + 1);
    write_wav(temp_path(), 1, 16000, pcm, 1000, 400);
    aside_sound_file *f;
    size_t n = 0;
    if (aside_sound_file_open(temp_path(), &host, &f, NULL) == ASIDE_OK) {
        assert_int_equal(aside_sound_file_read(f, out, 2000, &n), ASIDE_OK);
        assert_int_equal(n, 400);
        assert_memory_equal(out, pcm, 800);
        aside_sound_file_close(f);
    }
    unlink(temp_path());
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(speech_in_noise_begins_and_ends),
        cmocka_unit_test(silence_noise_and_an_offset_begin_nothing),
        cmocka_unit_test(an_offset_and_clipping_hide_no_speech),
        cmocka_unit_test(a_click_begins_nothing),
        cmocka_unit_test(the_first_sound_is_kept),
        cmocka_unit_test(whole_gives_every_sample_once),
        cmocka_unit_test(an_utterance_is_cut_at_its_limit),
        cmocka_unit_test(where_it_is_cut_changes_nothing),
        cmocka_unit_test(nonsense_settings_are_refused),
        cmocka_unit_test(resampling_keeps_a_tone_and_its_place),
        cmocka_unit_test(where_it_is_cut_resamples_the_same),
        cmocka_unit_test(foolish_rates_are_refused),
        cmocka_unit_test(channels_are_averaged),
        cmocka_unit_test(what_is_no_recording_is_refused),
        cmocka_unit_test(a_file_cut_short_gives_only_what_is_there),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
