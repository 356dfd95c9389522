/* judge.c -- asks the table of gates.c, in its order, and stops at the first that
 * holds.  Before the bar once for the turn; after it once for each candidate. */
#include "policy/auction.h"

/* The first gate of a stage that holds, or NULL. */
static const aside_gate *ask(bool per_skill, const aside_moment *m, const aside_candidate *c, aside_arena *arena,
                             aside_reason *reason) {
    for (const aside_gate *g = aside_gates; g->name; g++)
        if (g->per_skill == per_skill && g->holds && g->holds(m, c, arena, reason)) return g;
    return NULL;
}

static aside_status verdict_on(const aside_candidate *c, const aside_moment *m, aside_arena *arena, aside_verdict *v) {
    *v = (aside_verdict){ .candidate = c };
    v->gate = ask(c != NULL, m, c, arena, &v->reason);
    return v->gate && !v->reason.why ? ASIDE_ENOMEM : ASIDE_OK;
}

/* Everyone but the winner is held; the order stays that of the candidates. */
static aside_status settle(aside_verdict *all, size_t n, aside_arena *arena, aside_verdicts *out) {
    const aside_candidate *winner = aside_auction_choose(all, n);
    size_t n_held = 0;
    for (size_t i = 0; i < n; i++) {
        if (all[i].candidate == winner) continue;
        if (!all[i].gate && aside_auction_lose(&all[i], winner, arena)) return ASIDE_ENOMEM;
        all[n_held++] = all[i];
    }
    *out = (aside_verdicts){ .at = all, .n = n_held, .winner = winner };
    return ASIDE_OK;
}

aside_status aside_policy_judge(const aside_candidates *c, const aside_moment *m, aside_arena *arena, aside_verdicts *out) {
    aside_verdict *all = aside_arena_alloc_array(arena, c->n + 1, sizeof *all);
    if (!all || verdict_on(NULL, m, arena, all)) return ASIDE_ENOMEM;
    if (all->gate) {
        *out = (aside_verdicts){ .at = all, .n = 1, .turn_held = true };
        return ASIDE_OK;
    }
    for (size_t i = 0; i < c->n; i++)
        if (verdict_on(&c->at[i], m, arena, &all[i])) return ASIDE_ENOMEM;
    return settle(all, c->n, arena, out);
}

bool aside_policy_still_passes(const aside_policy *p, const aside_skill *skill, const aside_person *person,
                               const aside_history *h, int64_t now_ms, aside_arena *arena,
                               const char **gate, aside_reason *reason) {
    aside_candidate c = { .skill = skill };
    aside_moment m = { .policy = p, .history = h, .person = person, .now_ms = now_ms };
    for (const aside_gate *g = aside_gates; g->name; g++) {
        if (!g->again || !g->holds(&m, &c, arena, reason)) continue;
        *gate = g->name;
        return false;
    }
    return true;
}
