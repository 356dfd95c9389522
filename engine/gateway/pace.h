/* pace.h -- does sound arrive as fast as it says?
 *
 * A device that says 16,000 Hz and sends 8,000 samples a second is not slow, it
 * is wrong about its rate, and what we would decode is nonsense.  Over any three
 * seconds of wall time the sound that arrives must be within a fifth of what was
 * said.
 *
 * What is forgiven, because honest devices do it:
 *   a start    the sound kept from before the wake word comes at once: up to
 *              1 s of it within the first 250 ms is not counted;
 *   a pause    a device that sends only while somebody speaks leaves gaps; a
 *              gap longer than three frames and half a second is a new start;
 *   our fault  when we did not read for a while, what piled up is not counted.
 * A frame's sound lies before its arrival, so the first frame of a stretch gives
 * the time from which is measured and the later ones the amount. */
#ifndef ASIDE_GATEWAY_PACE_H
#define ASIDE_GATEWAY_PACE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum aside_pace_verdict { ASIDE_PACE_RIGHT, ASIDE_PACE_FAST, ASIDE_PACE_SLOW } aside_pace_verdict;

enum { ASIDE_PACE_MARKS = 40 };      /* 3 s in steps of 100 ms, and some. */

/* Sound received until an instant. */
typedef struct aside_pace_mark { int64_t from_ms, at_ms, n_samples; } aside_pace_mark;

typedef struct aside_pace {
    int             rate_hz;
    bool            is_running;
    int64_t         start_ms, last_ms;        /* Of this stretch. */
    int64_t         forgiven_ms;              /* Sound that may still come uncounted at the start. */
    int64_t         n_samples;
    int             n_marks;
    aside_pace_mark marks[ASIDE_PACE_MARKS];  /* Oldest first. */
} aside_pace;

void aside_pace_init(aside_pace *p, int rate_hz);
/* The next sound begins a new stretch: an utterance was ended, a device woke. */
void aside_pace_restart(aside_pace *p);
/* n_samples arrived at at_ms (steady clock); before that we did not read for paused_ms. */
aside_pace_verdict aside_pace_add(aside_pace *p, int64_t at_ms, size_t n_samples, int64_t paused_ms);
#endif
