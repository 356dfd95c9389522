/* auction.c -- see auction.h.
 *
 * Bids are compared as they stand, in micro-units: an engine's skills bid in one
 * currency, and no rate of exchange belongs into a turn. */
#include "policy/auction.h"

#include <inttypes.h>
#include <string.h>

enum { MICROS = 1000000, CENT_MICROS = 10000 };

const aside_gate aside_auction_gate = { .name = "auction", .per_skill = true, .help = "another skill bids more" };

static bool beats(const aside_skill *a, const aside_skill *b) {
    if (a->bid_micros != b->bid_micros) return a->bid_micros > b->bid_micros;
    return strcmp(a->id, b->id) < 0;
}

const aside_candidate *aside_auction_choose(const aside_verdict *verdicts, size_t n) {
    const aside_candidate *best = NULL;
    for (size_t i = 0; i < n; i++) {
        const aside_candidate *c = verdicts[i].candidate;
        if (!verdicts[i].gate && (!best || beats(c->skill, best->skill))) best = c;
    }
    return best;
}

static const char *money(const aside_skill *s, aside_arena *arena) {
    return aside_arena_printf(arena, "%" PRId64 ".%02" PRId64 "%s%s", s->bid_micros / MICROS,
                              s->bid_micros % MICROS / CENT_MICROS, s->currency ? " " : "", s->currency ? s->currency : "");
}

aside_status aside_auction_lose(aside_verdict *v, const aside_candidate *winner, aside_arena *arena) {
    const char *own = money(v->candidate->skill, arena), *best = money(winner->skill, arena);
    if (!own || !best) return ASIDE_ENOMEM;
    bool tie = v->candidate->skill->bid_micros == winner->skill->bid_micros;
    const char *why = aside_arena_printf(arena, "bids %s, %s bids %s%s", own, winner->skill->id, best,
                                         tie ? " and comes first by its name" : "");
    if (!why) return ASIDE_ENOMEM;
    v->gate = &aside_auction_gate;
    v->reason = (aside_reason){ "auction.lost", why };
    return ASIDE_OK;
}
