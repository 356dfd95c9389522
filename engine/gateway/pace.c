/* pace.c -- see pace.h. */
#include "gateway/pace.h"

#include <string.h>

enum { WINDOW_MS = 3000, STEP_MS = 100, START_MS = 250, START_SOUND_MS = 1000, GAP_MS = 500 };

void aside_pace_init(aside_pace *p, int rate_hz) { *p = (aside_pace){ .rate_hz = rate_hz }; }

void aside_pace_restart(aside_pace *p) { p->is_running = false; }

static int64_t sound_ms(const aside_pace *p, int64_t n_samples) { return n_samples * 1000 / p->rate_hz; }

static void begin(aside_pace *p, int64_t at_ms, int64_t paused_ms) {
    p->is_running = true;
    p->start_ms = at_ms;
    p->forgiven_ms = START_SOUND_MS + paused_ms;
    p->n_samples = 0;
    p->n_marks = 1;
    p->marks[0] = (aside_pace_mark){ at_ms, at_ms, 0 };
}

/* Sound of the start moves the beginning instead of being counted. */
static bool forgive(aside_pace *p, int64_t at_ms, int64_t frame_ms) {
    if (at_ms - p->start_ms > START_MS || frame_ms > p->forgiven_ms) return false;
    p->forgiven_ms -= frame_ms;
    p->marks[0].from_ms = p->marks[0].at_ms = at_ms;
    return true;
}

/* The last mark moves along for a tenth of a second, so that a burst after a
 * stall lies on one side of a mark.  The first, where the stretch began, stays. */
static void mark(aside_pace *p, int64_t at_ms) {
    aside_pace_mark *last = &p->marks[p->n_marks - 1];
    if (p->n_marks > 1 && at_ms - last->from_ms < STEP_MS) {
        last->at_ms = at_ms, last->n_samples = p->n_samples;
        return;
    }
    if (p->n_marks == ASIDE_PACE_MARKS) memmove(p->marks, p->marks + 1, (size_t)--p->n_marks * sizeof *p->marks);
    p->marks[p->n_marks++] = (aside_pace_mark){ at_ms, at_ms, p->n_samples };
}

/* The newest mark that is a whole window old, else the oldest. */
static aside_pace_mark base(const aside_pace *p, int64_t at_ms) {
    int i = 0;
    while (i + 1 < p->n_marks && p->marks[i + 1].at_ms <= at_ms - WINDOW_MS) i++;
    return p->marks[i];
}

static aside_pace_verdict judge(const aside_pace *p, int64_t at_ms) {
    aside_pace_mark from = base(p, at_ms);
    int64_t span_ms = at_ms - from.at_ms;
    int64_t heard_ms = sound_ms(p, p->n_samples - from.n_samples);
    if (span_ms >= WINDOW_MS && heard_ms * 5 < span_ms * 4) return ASIDE_PACE_SLOW;
    if (span_ms < WINDOW_MS) span_ms = WINDOW_MS;
    return heard_ms * 5 > span_ms * 6 ? ASIDE_PACE_FAST : ASIDE_PACE_RIGHT;
}

aside_pace_verdict aside_pace_add(aside_pace *p, int64_t at_ms, size_t n_samples, int64_t paused_ms) {
    if (n_samples == 0) return ASIDE_PACE_RIGHT;
    int64_t frame_ms = sound_ms(p, (int64_t)n_samples);
    bool is_new = !p->is_running || paused_ms > 0 || at_ms - p->last_ms > 3 * frame_ms + GAP_MS;
    p->last_ms = at_ms;
    if (is_new) begin(p, at_ms, paused_ms);
    if (forgive(p, at_ms, frame_ms) || is_new) return ASIDE_PACE_RIGHT;
    p->n_samples += (int64_t)n_samples;
    aside_pace_verdict verdict = judge(p, at_ms);
    mark(p, at_ms);
    return verdict;
}
