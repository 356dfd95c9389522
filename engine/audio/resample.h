/* resample.h -- any rate to 16 kHz, streaming.  The only user of speexdsp's resampler.
 *
 * Where the input is cut changes nothing in the output.  Output begins with the
 * first input sample; the last few milliseconds (half the filter, up to 5 ms)
 * stay inside: who needs them feeds that much silence at the end. */
#ifndef ASIDE_AUDIO_RESAMPLE_H
#define ASIDE_AUDIO_RESAMPLE_H
#include "aside.h"

typedef struct aside_resampler aside_resampler;        /* One thread at a time. */

/* From from_hz to to_hz, both 8,000 to 192,000.  Errors: EINVAL, ENOMEM. */
aside_status aside_resampler_open(int from_hz, int to_hz, const aside_host *host, aside_resampler **out) ASIDE_MUST_CHECK;
void aside_resampler_close(aside_resampler *r);        /* NULL is fine. */
/* Take up to n_in samples and give up to n_out; both are updated to what was done. */
aside_status aside_resampler_run(aside_resampler *r, const int16_t *in, size_t *n_in,
                                 int16_t *out, size_t *n_out) ASIDE_MUST_CHECK;
#endif
