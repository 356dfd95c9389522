/* endpoint.h -- where speech begins and ends in a stream of 16 kHz samples.
 *
 * Works on frames of 10 ms that it cuts itself, so how the caller's frames are
 * cut changes nothing.  Decides by energy over a running estimate of the noise;
 * keeps a short pre-roll, so that the first sound of a word is not lost. */
#ifndef ASIDE_AUDIO_ENDPOINT_H
#define ASIDE_AUDIO_ENDPOINT_H
#include "aside.h"

typedef struct aside_endpoint_settings {
    int  start_ms;             /* Speech this long begins an utterance. */
    int  end_ms;               /* Silence this long ends it. */
    int  preroll_ms;           /* Kept from before the beginning. */
    int  max_ms;               /* An utterance is cut at this length. */
    bool whole;                /* Everything is one utterance until aside_endpointer_end. */
} aside_endpoint_settings;

typedef enum aside_endpoint_kind {
    ASIDE_ENDPOINT_NONE,       /* Nothing to do with these samples. */
    ASIDE_ENDPOINT_START,      /* Speech began; pcm holds the pre-roll and the first frames. */
    ASIDE_ENDPOINT_SPEECH,     /* More of it. */
    ASIDE_ENDPOINT_END         /* It ended; pcm may hold a last piece.  A whole utterance ends early only at
                                  max_ms; what follows it is passed over until aside_endpointer_end. */
} aside_endpoint_kind;

typedef struct aside_endpoint {
    aside_endpoint_kind kind;
    const int16_t      *pcm;   /* For the recogniser; borrowed until the next call; NULL when n_samples is 0. */
    size_t              n_samples;
} aside_endpoint;

typedef struct aside_endpointer aside_endpointer;      /* One thread at a time. */

aside_status aside_endpointer_open(const aside_endpoint_settings *settings, const aside_host *host,
                                   aside_endpointer **out) ASIDE_MUST_CHECK;
void aside_endpointer_close(aside_endpointer *e);      /* Wipes what it kept.  NULL is fine. */
/* Take samples until something is to be said or all are taken; returns how many
 * were taken (at least 1 when n > 0).  Call again with the rest. */
size_t aside_endpointer_take(aside_endpointer *e, const int16_t *pcm, size_t n, aside_endpoint *out);
/* The stream ends here: END with the last piece if speech was going on, else NONE. */
void aside_endpointer_end(aside_endpointer *e, aside_endpoint *out);
#endif
