/* sound_file.c -- see sound_file.h. */
#include "audio/sound_file.h"

#include <sndfile.h>

#include "base/file.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/problem.h"

enum { MAX_CHANNELS = 8, PIECE_FRAMES = 1024 };

struct aside_sound_file {
    const aside_host *host;
    SNDFILE          *file;
    int               channels, rate_hz;
    sf_count_t        n_left;                  /* Frames promised by the header and not read yet. */
    int16_t           piece[PIECE_FRAMES * MAX_CHANNELS];
};

/* A streamed WAV says 0x7fffffff or the like: what is not known cannot be missed. */
static bool is_promise(const SF_INFO *info) {
    return info->frames > 0 && info->frames < INT32_MAX / 4;
}

static aside_status check(const SF_INFO *info, const char *path, aside_error *err) {
    aside_place at = { .path = path };
    if (info->samplerate < ASIDE_LIMIT_RATE_LEAST_HZ || info->samplerate > ASIDE_LIMIT_RATE_MOST_HZ)
        return aside_fail_at(err, ASIDE_EAUDIO, at, "the rate is %d Hz, expected %d to %d", info->samplerate,
                             ASIDE_LIMIT_RATE_LEAST_HZ, ASIDE_LIMIT_RATE_MOST_HZ);
    if (info->channels < 1 || info->channels > MAX_CHANNELS)
        return aside_fail_at(err, ASIDE_EAUDIO, at, "%d channels, expected 1 to %d", info->channels, MAX_CHANNELS);
    if (info->frames == 0) return aside_fail_at(err, ASIDE_EAUDIO, at, "there is no sound in this recording");
    return ASIDE_OK;
}

aside_status aside_sound_file_open(const char *path, const aside_host *host, aside_sound_file **out, aside_error *err) {
    SF_INFO info = { 0 };
    aside_place at = { .path = path };
    if (!aside_file_exists(path) || aside_file_is_folder(path))
        return aside_fail_at(err, ASIDE_EIO, at, "there is no such recording");
    SNDFILE *file = sf_open(path, SFM_READ, &info);
    if (!file) {
        bool unreadable = sf_error(NULL) == SF_ERR_SYSTEM;
        return aside_fail_at(err, unreadable ? ASIDE_EIO : ASIDE_EAUDIO, at, "not a recording that can be read: %s", sf_strerror(NULL));
    }
    aside_sound_file *f = NULL;
    aside_status s = check(&info, path, err);
    if (!s && !(f = aside_host_alloc(host, sizeof *f))) s = aside_fail(err, ASIDE_ENOMEM, "out of memory for a recording");
    if (s) return sf_close(file), s;
    f->host = host, f->file = file, f->channels = info.channels, f->rate_hz = info.samplerate;
    f->n_left = is_promise(&info) ? info.frames : 0;
    sf_command(file, SFC_SET_SCALE_FLOAT_INT_READ, NULL, SF_TRUE);   /* Recordings of floats, too, in 16 bits. */
    sf_command(file, SFC_SET_CLIPPING, NULL, SF_TRUE);
    *out = f;
    return ASIDE_OK;
}

void aside_sound_file_close(aside_sound_file *f) {
    if (!f) return;
    sf_close(f->file);
    aside_host_free(f->host, f, sizeof *f);
}

int aside_sound_file_rate_hz(const aside_sound_file *f) {
    return f->rate_hz;
}

static void mix_down(const int16_t *in, int channels, int16_t *out, size_t n) {
    for (size_t i = 0; i < n; i++) {
        int sum = 0;
        for (int c = 0; c < channels; c++) sum += *in++;
        out[i] = (int16_t)(sum / channels);
    }
}

aside_status aside_sound_file_read(aside_sound_file *f, int16_t *pcm, size_t n, size_t *n_read) {
    size_t done = 0;
    while (done < n) {
        size_t want = n - done < PIECE_FRAMES ? n - done : PIECE_FRAMES;
        sf_count_t got = sf_readf_short(f->file, f->piece, (sf_count_t)want);
        if (got <= 0) break;
        mix_down(f->piece, f->channels, pcm + done, (size_t)got);
        done += (size_t)got;
        if (f->n_left) f->n_left -= got < f->n_left ? got : f->n_left;
    }
    if (done == 0 && n > 0 && (f->n_left > 0 || sf_error(f->file))) return ASIDE_EAUDIO;
    *n_read = done;
    return ASIDE_OK;
}
