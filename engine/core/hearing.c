/* hearing.c -- the path of sound, in pieces of any size:
 *
 *     fed samples -> (resampler) -> 16 kHz -> endpointer -> decoder -> listener
 *
 * A decoder is taken at the first sound of speech and given back at its end.
 * When none is free the feed says EBUSY before it has taken a sample, so that
 * the caller can feed the same samples again: one decoder is held ready before
 * the first sample of a feed that could start speech is looked at. */
#include "core/hearing.h"

#include "audio/resample.h"
#include "base/arena.h"
#include "base/crypto.h"
#include "base/host.h"
#include "base/limits.h"

enum { PIECE = 1600 };                         /* 100 ms at 16 kHz: resampled at a time. */
enum { TAIL_MS = 50 };                         /* Zeros that push the resampler's last samples out. */

struct aside_hearing {
    aside_hearing_options options;
    aside_resampler      *resampler;           /* NULL: the sound is 16 kHz already. */
    aside_endpointer     *endpointer;
    aside_decoder        *decoder;             /* NULL: nobody speaks. */
    aside_arena           arena;               /* Of one hypothesis. */
    bool                  speaking;
    bool                  told;                /* An utterance was told since the last end. */
    size_t                since_partial;       /* Samples. */
    int16_t               piece[PIECE];
};

aside_status aside_hearing_open(const aside_hearing_options *options, aside_hearing **out) {
    aside_hearing *h = aside_host_alloc(options->host, sizeof *h);
    aside_status st = ASIDE_OK;
    if (!h) return ASIDE_ENOMEM;
    h->options = *options;
    aside_arena_init(&h->arena, options->host, 0);
    if (options->rate_hz != ASIDE_RATE_HZ)
        st = aside_resampler_open(options->rate_hz, ASIDE_RATE_HZ, options->host, &h->resampler);
    if (!st) st = aside_endpointer_open(&options->endpoint, options->host, &h->endpointer);
    if (st) return aside_hearing_close(h), st;
    *out = h;
    return ASIDE_OK;
}

static const aside_asr_class *decoder_class(const aside_hearing *h) {
    return aside_decoder_pool_class(h->options.decoders);
}

static void give_back(aside_hearing *h) {
    if (h->decoder) aside_decoder_pool_give(h->options.decoders, h->decoder);
    h->decoder = NULL;
    h->speaking = false;
}

void aside_hearing_close(aside_hearing *h) {
    if (!h) return;
    if (h->speaking) {                         /* Let the decoder forget this person's voice. */
        aside_hypothesis unused;
        (void)!decoder_class(h)->finish(h->decoder, &h->arena, &unused);
    }
    give_back(h);
    aside_resampler_close(h->resampler);
    aside_endpointer_close(h->endpointer);
    aside_arena_free(&h->arena);
    aside_crypto_wipe(h->piece, sizeof h->piece);
    const aside_host *host = h->options.host;
    aside_host_free(host, h, sizeof *h);
}

static aside_status begin(aside_hearing *h) {
    aside_status st = decoder_class(h)->start(h->decoder);
    if (st) return st;
    h->speaking = true;
    h->since_partial = 0;
    return h->options.listener.speech(h->options.listener.user);
}

static aside_status tell_partial(aside_hearing *h) {
    aside_hypothesis heard;
    h->since_partial = 0;
    aside_arena_reset(&h->arena);
    aside_status st = decoder_class(h)->partial(h->decoder, &h->arena, &heard);
    if (st || !heard.text[0]) return st;
    return h->options.listener.partial(h->options.listener.user, &heard);
}

static bool partial_is_due(const aside_hearing *h) {
    size_t every = (size_t)h->options.partial_every_ms * (ASIDE_RATE_HZ / 1000);
    return every && h->since_partial >= every;
}

static aside_status pass_on(aside_hearing *h, const aside_endpoint *point) {
    if (!point->n_samples) return ASIDE_OK;
    aside_status st = decoder_class(h)->feed(h->decoder, point->pcm, point->n_samples);
    h->since_partial += point->n_samples;
    return st || !partial_is_due(h) ? st : tell_partial(h);
}

static aside_status finish(aside_hearing *h) {
    aside_hypothesis heard;
    aside_arena_reset(&h->arena);
    aside_status st = decoder_class(h)->finish(h->decoder, &h->arena, &heard);
    h->speaking = false;
    h->told = true;
    return st ? st : h->options.listener.utterance(h->options.listener.user, &heard);
}

static aside_status act(aside_hearing *h, const aside_endpoint *point) {
    aside_status st = ASIDE_OK;
    if (point->kind == ASIDE_ENDPOINT_NONE) return ASIDE_OK;
    if (point->kind == ASIDE_ENDPOINT_START) st = begin(h);
    if (!st) st = pass_on(h, point);
    if (!st && point->kind == ASIDE_ENDPOINT_END) st = finish(h);
    return st;
}

/* One utterance can end and the next begin within a feed, so a decoder is held
 * until all of it is taken: EBUSY in the middle would have the samples before it
 * fed twice. */
static aside_status hold_decoder(aside_hearing *h) {
    return h->decoder ? ASIDE_OK : aside_decoder_pool_take(h->options.decoders, &h->decoder, NULL);
}

static aside_status find_speech(aside_hearing *h, const int16_t *pcm, size_t n) {
    aside_status st = ASIDE_OK;
    for (size_t taken = 0; !st && taken < n; ) {
        aside_endpoint point;
        taken += aside_endpointer_take(h->endpointer, pcm + taken, n - taken, &point);
        st = act(h, &point);
    }
    return st;
}

static aside_status resample(aside_hearing *h, const int16_t *pcm, size_t n) {
    aside_status st = ASIDE_OK;
    for (size_t used = 0; !st && used < n; ) {
        size_t n_in = n - used, n_out = PIECE;
        if ((st = aside_resampler_run(h->resampler, pcm + used, &n_in, h->piece, &n_out))) break;
        used += n_in;
        st = find_speech(h, h->piece, n_out);
    }
    return st;
}

static aside_status take_in(aside_hearing *h, const int16_t *pcm, size_t n) {
    return h->resampler ? resample(h, pcm, n) : find_speech(h, pcm, n);
}

/* Between two feeds only one who speaks keeps a decoder. */
static aside_status let_go(aside_hearing *h, aside_status st) {
    if (!h->speaking) give_back(h);
    return st;
}

aside_status aside_hearing_feed(aside_hearing *h, const int16_t *pcm, size_t n) {
    if (n == 0) return ASIDE_OK;
    aside_status st = hold_decoder(h);
    if (st) return st;
    return let_go(h, take_in(h, pcm, n));
}

static aside_status flush_resampler(aside_hearing *h) {
    static const int16_t zeros[PIECE];
    size_t n = (size_t)h->options.rate_hz * TAIL_MS / 1000;
    aside_status st = ASIDE_OK;
    if (!h->resampler) return ASIDE_OK;
    for (size_t piece; !st && n; n -= piece) {
        piece = n < PIECE ? n : PIECE;
        st = resample(h, zeros, piece);
    }
    return st;
}

static aside_status tell_silence(aside_hearing *h) {
    static const aside_hypothesis nothing = { .text = "" };
    return h->options.listener.utterance(h->options.listener.user, &nothing);
}

aside_status aside_hearing_end(aside_hearing *h) {
    aside_endpoint point;
    aside_status st = hold_decoder(h);
    if (st) return st;
    st = flush_resampler(h);
    if (!st) {
        aside_endpointer_end(h->endpointer, &point);
        st = act(h, &point);
    }
    if (!st && !h->told) st = tell_silence(h);
    h->told = false;
    return let_go(h, st);
}
