/* conclude.h -- the end of a turn: the trail for the ledger, the events for the host. */
#ifndef ASIDE_CORE_CONCLUDE_H
#define ASIDE_CORE_CONCLUDE_H
#include "core/turn.h"

/* Write the trail, then add DECISION, ACTION and STOP events. */
aside_status aside_conclude(aside_turn *t) ASIDE_MUST_CHECK;
/* An ACTION event for each step whose state the device does not know yet. */
aside_status aside_tell_steps(aside_session *s, int64_t now_ms) ASIDE_MUST_CHECK;
/* A STOP event: what was open is closed. */
aside_status aside_tell_stop(aside_session *s, int64_t now_ms) ASIDE_MUST_CHECK;
#endif
