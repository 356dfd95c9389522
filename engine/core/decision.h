/* decision.h -- a turn as the JSON object that `ask --json` prints, the wire sends and
 * the ledger keeps, and the smaller objects of the wire that belong to it. */
#ifndef ASIDE_CORE_DECISION_H
#define ASIDE_CORE_DECISION_H
#include "base/json.h"
#include "core/turn.h"

/* kept: as the ledger keeps it, without text and the values of free-word slots. */
aside_status aside_decision_json(const aside_turn *t, bool kept, aside_buf *out) ASIDE_MUST_CHECK;
/* {"type":"action","action":...,"step":...,"state":...}: step is 1-based. */
aside_status aside_action_json(const aside_run *r, int step, aside_buf *out) ASIDE_MUST_CHECK;
#endif
