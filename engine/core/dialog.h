/* dialog.h -- the small conversation around one offer: what an utterance means
 * while something is open, and what changes after a turn.
 *
 *     nothing open --offer--> OFFER --yes--> RUN --last step done--> nothing
 *                               |             |
 *                               +--no, stop, another wish, too late--+--> nothing
 *
 * One word ends it at every state. */
#ifndef ASIDE_CORE_DIALOG_H
#define ASIDE_CORE_DIALOG_H
#include "core/turn.h"

/* Sets the outcome and the answer when the utterance is for us: yes, no, stop,
 * repeat, why, consent...; else leaves outcome NONE. */
aside_status aside_dialog_answer(aside_turn *t) ASIDE_MUST_CHECK;
/* Open what was offered, remember the context, write the trail, add the events. */
aside_status aside_dialog_conclude(aside_turn *t) ASIDE_MUST_CHECK;

/* The same steps when the device reports them by touch.  Each adds its events. */
aside_status aside_dialog_accept(aside_session *s, int64_t now_ms) ASIDE_MUST_CHECK;
aside_status aside_dialog_decline(aside_session *s, int64_t now_ms) ASIDE_MUST_CHECK;
aside_status aside_dialog_stop(aside_session *s, int64_t now_ms) ASIDE_MUST_CHECK;
aside_status aside_dialog_heard(aside_session *s, int64_t now_ms) ASIDE_MUST_CHECK;
/* Nobody heard it: give the reservation back. */
aside_status aside_dialog_lapse(aside_session *s, int64_t now_ms) ASIDE_MUST_CHECK;
aside_status aside_dialog_step(aside_session *s, int step, const char *event, bool simulated, int64_t now_ms) ASIDE_MUST_CHECK;
aside_status aside_dialog_consent(aside_session *s, aside_purpose purpose, bool granted, const char *wording,
                                  const char *channel, int64_t now_ms) ASIDE_MUST_CHECK;
#endif
