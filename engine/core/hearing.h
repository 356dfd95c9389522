/* hearing.h -- from samples to finished utterances: resampling, endpoints and a
 * decoder borrowed from the pool while somebody speaks. */
#ifndef ASIDE_CORE_HEARING_H
#define ASIDE_CORE_HEARING_H
#include "asr/decoder_pool.h"
#include "audio/endpoint.h"

/* Told about what is heard, in order.  Any of them may fail; that ends the feed. */
typedef struct aside_listener {
    void *user;
    aside_status (*speech)(void *user);
    aside_status (*partial)(void *user, const aside_hypothesis *h);
    aside_status (*utterance)(void *user, const aside_hypothesis *h);
} aside_listener;

typedef struct aside_hearing_options {
    int                     rate_hz;           /* Of the sound fed. */
    int                     partial_every_ms;  /* 0: never. */
    aside_endpoint_settings endpoint;
    aside_decoder_pool     *decoders;          /* Outlives the hearing, as does the host. */
    aside_listener          listener;
    const aside_host       *host;
} aside_hearing_options;

typedef struct aside_hearing aside_hearing;    /* One thread at a time. */

aside_status aside_hearing_open(const aside_hearing_options *options, aside_hearing **out) ASIDE_MUST_CHECK;
/* Gives the decoder back and wipes the sound it kept.  NULL is fine. */
void aside_hearing_close(aside_hearing *h);
/* Take all n samples, or none: EBUSY when speech starts and no decoder is free
 * (what was taken before it is kept; feed the same samples again). */
aside_status aside_hearing_feed(aside_hearing *h, const int16_t *pcm, size_t n) ASIDE_MUST_CHECK;
/* The utterance is over.  When nobody spoke, an empty one is told. */
aside_status aside_hearing_end(aside_hearing *h) ASIDE_MUST_CHECK;
#endif
