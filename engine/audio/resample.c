/* resample.c -- see resample.h.  speexdsp's resampler at quality 5: its filter's
 * stop band lies 80 dB down, below what 16 bits of a cheap microphone hold.
 *
 * The filter's delay is skipped at the start, so that output and input begin
 * together; the last milliseconds stay inside until more input pushes them out. */
#include "audio/resample.h"

#include <speex/speex_resampler.h>

#include "base/host.h"
#include "base/limits.h"

enum { QUALITY = 5, PIECE = 4096 };

struct aside_resampler {
    const aside_host     *host;
    SpeexResamplerState  *speex;
    bool                  same;          /* The rates are: copy. */
};

static bool is_rate(int hz) { return hz >= ASIDE_LIMIT_RATE_LEAST_HZ && hz <= ASIDE_LIMIT_RATE_MOST_HZ; }

aside_status aside_resampler_open(int from_hz, int to_hz, const aside_host *host, aside_resampler **out) {
    if (!is_rate(from_hz) || !is_rate(to_hz)) return ASIDE_EINVAL;
    aside_resampler *r = aside_host_alloc(host, sizeof *r);
    int code = 0;
    if (!r) return ASIDE_ENOMEM;
    r->host = host, r->same = from_hz == to_hz;
    if (!r->same) r->speex = speex_resampler_init(1, (unsigned)from_hz, (unsigned)to_hz, QUALITY, &code);
    if (!r->same && (!r->speex || speex_resampler_skip_zeros(r->speex))) return aside_resampler_close(r), ASIDE_ENOMEM;
    *out = r;
    return ASIDE_OK;
}

void aside_resampler_close(aside_resampler *r) {
    if (!r) return;
    if (r->speex) speex_resampler_destroy(r->speex);
    aside_host_free(r->host, r, sizeof *r);
}

static void copy(const int16_t *in, size_t *n_in, int16_t *out, size_t *n_out) {
    size_t n = *n_in < *n_out ? *n_in : *n_out;
    for (size_t i = 0; i < n; i++) out[i] = in[i];
    *n_in = *n_out = n;
}

/* speexdsp counts in 32 bits and works in pieces of its own; ours keep both small. */
aside_status aside_resampler_run(aside_resampler *r, const int16_t *in, size_t *n_in, int16_t *out, size_t *n_out) {
    if (r->same) return copy(in, n_in, out, n_out), ASIDE_OK;
    size_t taken = 0, given = 0;
    for (;;) {
        spx_uint32_t in_now = (spx_uint32_t)(*n_in - taken < PIECE ? *n_in - taken : PIECE);
        spx_uint32_t out_now = (spx_uint32_t)(*n_out - given < PIECE ? *n_out - given : PIECE);
        if (!in_now || !out_now) break;
        if (speex_resampler_process_int(r->speex, 0, in + taken, &in_now, out + given, &out_now)) return ASIDE_ENOMEM;
        if (!in_now && !out_now) break;
        taken += in_now, given += out_now;
    }
    *n_in = taken, *n_out = given;
    return ASIDE_OK;
}
