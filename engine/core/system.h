/* system.h -- what the assistant answers about itself: consent, why, who pays,
 * points, interests, erasing, repeating, help. */
#ifndef ASIDE_CORE_SYSTEM_H
#define ASIDE_CORE_SYSTEM_H
#include "core/phrases.h"
#include "core/turn.h"

/* Is there a row for it?  Yes, no and stop are the dialog's own. */
bool aside_system_can_answer(aside_system_intent wish);
/* Sets outcome SYSTEM and the answer. */
aside_status aside_system_answer(aside_turn *t, aside_system_intent wish) ASIDE_MUST_CHECK;
#endif
