/* policy.h -- may this be offered, now, to this household?  One table of gates,
 * asked in one order (gates.c), then the choice among those that pass
 * (auction.c).
 *
 * A gate is a pure function of the moment and, for the second stage, of a
 * candidate.  It answers "pass" or a reason. */
#ifndef ASIDE_POLICY_POLICY_H
#define ASIDE_POLICY_POLICY_H
#include "base/zone.h"
#include "policy/history.h"
#include "skill/candidates.h"

/* The settings policy.*, resolved. */
typedef struct aside_policy {
    int64_t gap_ms;                    /* Least time between two offers to a household. */
    int     household_max;             /* Unsolicited offers per household... */
    int64_t household_every_ms;        /* ...in this rolling window. */
    int64_t cool_off_ms;               /* After a sensitive turn. */
    int64_t decline_skill_ms;          /* A decline silences that skill... */
    int64_t decline_all_ms;            /* ...and all offers. */
    int     quiet_from_minute, quiet_to_minute;    /* Local; equal: none; from > to: over midnight. */
} aside_policy;

/* What is the same for every candidate of a turn. */
typedef struct aside_moment {
    const aside_policy   *policy;
    const aside_context  *context;
    const aside_history  *history;
    const aside_device   *device;
    const aside_person   *person;
    const aside_zone     *zone;
    int64_t               now_ms;              /* Frozen for the turn. */
    uint64_t              draw;                /* The turn's one random draw; for variants and pacing, which are to come. */
    const char *const    *stopped_skills;      /* Stopped in this session. */
    size_t                n_stopped;
    bool                  stopping;            /* This very utterance is a stop. */
} aside_moment;

/* Why something is held.  `code` is static ("cap.household"); `why` one sentence
 * in English with the figures, in the turn's arena. */
typedef struct aside_reason { const char *code, *why; } aside_reason;

typedef struct aside_gate {
    const char *name;
    bool        per_skill;             /* After the bar: asked for each candidate. */
    bool        again;                 /* Asked again in the store's atomic step: reads only policy, history,
                                          person, now_ms and the candidate's skill. */
    /* True when it holds; *reason is then written (its `why` is NULL when out of
     * memory).  c is NULL for gates before the bar.  NULL: what this gate reads
     * is not in skill files yet. */
    bool      (*holds)(const aside_moment *m, const aside_candidate *c, aside_arena *arena, aside_reason *reason);
    const char *help;
} aside_gate;

/* In the order they are asked; ended by a NULL name.  A name may have a row in
 * each stage (`stop`). */
extern const aside_gate aside_gates[];

typedef struct aside_verdict {
    const aside_candidate *candidate;  /* NULL: the turn as a whole. */
    const aside_gate      *gate;       /* Who holds it; NULL: it passed. For the auction's losers, aside_auction_gate. */
    aside_reason           reason;
} aside_verdict;

typedef struct aside_verdicts {
    const aside_verdict   *at;         /* Held ones, in the order of the candidates. */
    size_t                 n;
    bool                   turn_held;  /* One verdict, candidate NULL: no skill was looked at. */
    const aside_candidate *winner;     /* NULL: nothing passed. */
} aside_verdicts;

extern const aside_gate aside_auction_gate;    /* name "auction" */

/* Ask the gates before the bar; when none holds, find who passes the others and wins. */
aside_status aside_policy_judge(const aside_candidates *c, const aside_moment *m, aside_arena *arena, aside_verdicts *out) ASIDE_MUST_CHECK;

/* For the store's atomic step: do the gates that ask the past (consent, declined,
 * cap, gap) still let this skill pass for this picture of it?  When not, *gate
 * and *reason are written; a `why` of NULL means out of memory. */
bool aside_policy_still_passes(const aside_policy *p, const aside_skill *skill, const aside_person *person,
                               const aside_history *h, int64_t now_ms, aside_arena *arena,
                               const char **gate, aside_reason *reason);
#endif
