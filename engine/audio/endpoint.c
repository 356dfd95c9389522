/* endpoint.c -- see endpoint.h.
 *
 * Level    Sound is cut into frames of 10 ms.  A frame's level is the energy of
 *          its differences (a high-pass: kitchens rumble, consonants hiss) with
 *          the mean taken off, so a microphone's offset counts for nothing; in
 *          dB, smoothed over three frames.
 *
 * Noise    The least level of the last three seconds, kept as six minima of half
 *          a second each (minimum statistics, Martin 2001): speech dips to the
 *          noise between words, so the minimum is noise even while one speaks.
 *
 * Begins   When the level stood start_db above the noise for start_ms; a frame
 *          below takes two frames above back, so a click does not begin anything.
 *
 * Ends     When for end_ms the level was near the noise, or far below the loudest
 *          of this utterance: in a kitchen the noise between two minima is not
 *          near any minimum, but it is far below the person at the microphone.
 *          A click of under 30 ms does not count as going on.
 *
 * One event for each frame of speech, whatever pieces the caller has cut: the
 * same stream gives the same events.  Sound before the beginning is kept for the
 * pre-roll, and overwritten when it is no longer needed. */
#include "audio/endpoint.h"

#include <math.h>
#include <string.h>

#include "base/crypto.h"
#include "base/host.h"
#include "base/limits.h"

enum { FRAME_MS = 10, FRAME = ASIDE_RATE_HZ / 1000 * FRAME_MS };
enum { N_MINIMA = 6, MINIMUM_FRAMES = 50, SMOOTH_FRAMES = 3, CLICK_FRAMES = 3 };

static const float silence_db = -64;           /* Of full scale; no speech is this faint, whatever the noise. */
static const float start_db   = 9;             /* Above the noise. */
static const float end_db     = 6;             /* Less than it takes to begin, so that it does not flutter. */
static const float below_loudest_db = 24;

typedef enum phase { WAITING, SPEAKING, CUT } phase;   /* CUT: a whole utterance that was too long; its rest is dropped. */

struct aside_endpointer {
    const aside_host       *host;
    aside_endpoint_settings settings;
    phase    phase;
    int16_t  frame[FRAME];                     /* The one that is being filled. */
    size_t   n_frame;
    float    recent_db[SMOOTH_FRAMES];
    float    minima_db[N_MINIMA];              /* The last one is still growing. */
    int      n_recent, n_minima, n_in_minimum;
    int      n_above;                          /* Frames of speech in a row, while waiting. */
    int      n_quiet, n_loud;                  /* Frames in a row, while speaking. */
    float    loudest_db;
    size_t   n_given;                          /* Samples of this utterance. */
    size_t   lead, n_kept;                     /* Room before the beginning, and how much of it is used. */
    int16_t  kept[];                           /* Twice `lead`: slides when full. */
};

static size_t lead_samples(const aside_endpoint_settings *s) {
    size_t frames = (size_t)((s->preroll_ms + s->start_ms + FRAME_MS - 1) / FRAME_MS) + 1;
    return frames * FRAME;
}

static size_t bytes(size_t lead) {
    return sizeof(aside_endpointer) + 2 * lead * sizeof(int16_t);
}

aside_status aside_endpointer_open(const aside_endpoint_settings *settings, const aside_host *host, aside_endpointer **out) {
    if (settings->start_ms < 0 || settings->preroll_ms < 0 || settings->end_ms <= 0 || settings->max_ms <= 0) return ASIDE_EINVAL;
    size_t lead = lead_samples(settings);
    aside_endpointer *e = aside_host_alloc(host, bytes(lead));
    if (!e) return ASIDE_ENOMEM;
    e->host = host, e->settings = *settings, e->lead = lead;
    *out = e;
    return ASIDE_OK;
}

void aside_endpointer_close(aside_endpointer *e) {
    if (!e) return;
    const aside_host *host = e->host;
    size_t n = bytes(e->lead);
    aside_crypto_wipe(e, n);
    aside_host_free(host, e, n);
}

/* ---- level and noise ---- */

static float frame_db(const int16_t *pcm) {
    double sum = 0, squares = 0;
    for (size_t i = 1; i < FRAME; i++) {
        double x = pcm[i] - 0.7 * pcm[i - 1];
        sum += x, squares += x * x;
    }
    double n = FRAME - 1, variance = (squares - sum * sum / n) / n;
    return (float)(10 * log10(variance / (32768.0 * 32768.0) + 1e-12));
}

static float smooth_db(aside_endpointer *e, float db) {
    float sum = 0;
    memmove(e->recent_db + 1, e->recent_db, (SMOOTH_FRAMES - 1) * sizeof *e->recent_db);
    e->recent_db[0] = db;
    if (e->n_recent < SMOOTH_FRAMES) e->n_recent++;
    for (int i = 0; i < e->n_recent; i++) sum += e->recent_db[i];
    return sum / (float)e->n_recent;
}

static void note_minimum(aside_endpointer *e, float db) {
    if (e->n_minima == 0 || e->n_in_minimum == MINIMUM_FRAMES) {
        if (e->n_minima == N_MINIMA) memmove(e->minima_db, e->minima_db + 1, (N_MINIMA - 1) * sizeof *e->minima_db);
        else e->n_minima++;
        e->minima_db[e->n_minima - 1] = db;
        e->n_in_minimum = 0;
    }
    float *last = &e->minima_db[e->n_minima - 1];
    if (db < *last) *last = db;
    e->n_in_minimum++;
}

static float noise_db(const aside_endpointer *e) {
    float least = e->minima_db[0];
    for (int i = 1; i < e->n_minima; i++) if (e->minima_db[i] < least) least = e->minima_db[i];
    return least;
}

/* ---- beginning and ending ---- */

static void keep_frame(aside_endpointer *e) {
    if (e->n_kept + FRAME > 2 * e->lead) {
        memmove(e->kept, e->kept + (e->n_kept - e->lead), e->lead * sizeof *e->kept);
        e->n_kept = e->lead;
    }
    memcpy(e->kept + e->n_kept, e->frame, sizeof e->frame);
    e->n_kept += FRAME;
}

static aside_endpoint give(aside_endpointer *e, aside_endpoint_kind kind, const int16_t *pcm, size_t n) {
    e->n_given += n;
    return (aside_endpoint){ kind, n ? pcm : NULL, n };
}

static size_t max_samples(const aside_endpointer *e) {
    return (size_t)e->settings.max_ms * (ASIDE_RATE_HZ / 1000);
}

static aside_endpoint begin(aside_endpointer *e, float db) {
    size_t n = e->n_kept < e->lead ? e->n_kept : e->lead;
    const int16_t *pcm = e->kept + (e->n_kept - n);
    e->phase = SPEAKING;
    e->n_quiet = e->n_loud = 0;
    e->n_given = 0, e->n_kept = 0;
    e->loudest_db = db;
    return give(e, ASIDE_ENDPOINT_START, pcm, n);
}

static aside_endpoint wait(aside_endpointer *e, float db) {
    bool above = db > noise_db(e) + start_db && db > silence_db;
    keep_frame(e);
    if (above) e->n_above++;
    else e->n_above = e->n_above > 2 ? e->n_above - 2 : 0;
    if (e->settings.whole || (above && e->n_above * FRAME_MS >= e->settings.start_ms)) return begin(e, db);
    return (aside_endpoint){ 0 };
}

static bool has_ended(aside_endpointer *e, float db) {
    if (db > e->loudest_db) e->loudest_db = db;
    bool quiet = db < noise_db(e) + end_db || db < e->loudest_db - below_loudest_db || db < silence_db;
    e->n_loud = quiet ? 0 : e->n_loud + 1;
    e->n_quiet = e->n_loud < CLICK_FRAMES ? e->n_quiet + 1 : 0;
    return !e->settings.whole && e->n_quiet * FRAME_MS >= e->settings.end_ms;
}

static aside_endpoint speak(aside_endpointer *e, float db) {
    bool cut = e->n_given + FRAME >= max_samples(e), over = has_ended(e, db) || cut;
    if (over) e->phase = cut && e->settings.whole ? CUT : WAITING, e->n_above = 0;
    return give(e, over ? ASIDE_ENDPOINT_END : ASIDE_ENDPOINT_SPEECH, e->frame, FRAME);
}

static aside_endpoint take_frame(aside_endpointer *e) {
    float db = smooth_db(e, frame_db(e->frame));
    note_minimum(e, db);
    switch (e->phase) {
    case WAITING:  return wait(e, db);
    case SPEAKING: return speak(e, db);
    case CUT:      break;
    }
    return (aside_endpoint){ 0 };
}

size_t aside_endpointer_take(aside_endpointer *e, const int16_t *pcm, size_t n, aside_endpoint *out) {
    size_t taken = 0;
    *out = (aside_endpoint){ 0 };
    while (taken < n && out->kind == ASIDE_ENDPOINT_NONE) {
        size_t piece = FRAME - e->n_frame < n - taken ? FRAME - e->n_frame : n - taken;
        memcpy(e->frame + e->n_frame, pcm + taken, piece * sizeof *pcm);
        e->n_frame += piece, taken += piece;
        if (e->n_frame < FRAME) break;
        e->n_frame = 0;
        *out = take_frame(e);
    }
    return taken;
}

void aside_endpointer_end(aside_endpointer *e, aside_endpoint *out) {
    bool speaking = e->phase == SPEAKING;
    *out = speaking ? give(e, ASIDE_ENDPOINT_END, e->frame, e->n_frame) : (aside_endpoint){ 0 };
    e->phase = WAITING;
    e->n_frame = 0, e->n_kept = 0, e->n_above = 0, e->n_recent = 0;
}
