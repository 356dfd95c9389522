/* auction.h -- who speaks when several may.  Inside policy/ only. */
#ifndef ASIDE_POLICY_AUCTION_H
#define ASIDE_POLICY_AUCTION_H
#include "policy/policy.h"

/* Of the verdicts without a gate: the highest bid; of equal bids the skill whose
 * id comes first, so that the order of loading decides nothing.  NULL when there
 * is none. */
const aside_candidate *aside_auction_choose(const aside_verdict *verdicts, size_t n);
/* Hold `v`, which passed every gate, because `winner` bids more.  ENOMEM. */
aside_status aside_auction_lose(aside_verdict *v, const aside_candidate *winner, aside_arena *arena) ASIDE_MUST_CHECK;
#endif
