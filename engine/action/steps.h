/* steps.h -- what happens after a yes: the steps of on_accept, one after another.
 *
 * A step is ready when it is its turn, waiting when the device has begun it and
 * a proof is awaited, done, or failed.  Where a step waits for a proof, later
 * ones do not start before it is done, and never when it failed.  Kinds are rows
 * of a table in steps.c: each says whether it waits and how it is written as
 * JSON. */
#ifndef ASIDE_ACTION_STEPS_H
#define ASIDE_ACTION_STEPS_H
#include "action/offer.h"

typedef enum aside_step_state { ASIDE_STEP_PENDING, ASIDE_STEP_READY, ASIDE_STEP_WAITING, ASIDE_STEP_DONE, ASIDE_STEP_FAILED } aside_step_state;

typedef struct aside_step_run {
    const aside_step *step;
    aside_step_state  state;
    bool              simulated;
    bool              fell_back;       /* The device lacks what it needs: its fallback was given. */
    int64_t           balance;         /* reward: points after it; -1 before. */
    int64_t           due_ms;          /* reminder: when. */
} aside_step_run;

/* The run of one accepted offer.  Plain value in the session's memory. */
typedef struct aside_run {
    const aside_skill *skill;
    aside_lang         lang;
    char               action_id[ASIDE_LIMIT_ID_BYTES];
    aside_step_run     steps[ASIDE_LIMIT_STEPS];
    size_t             n_steps, current;       /* current == n_steps: finished. */
    uint32_t           capabilities;   /* Of the device that said yes. */
    size_t             began_from;     /* The first step that the last call could begin: for aside_run_say. */
} aside_run;

/* Grants points: the ledger's, idempotent by key; the reverse arrow of this layer. */
typedef struct aside_rewarder {
    void *user;
    aside_status (*grant)(void *user, const char *key, int points, int64_t now_ms, int64_t *balance);
} aside_rewarder;

/* Begin with the first step; go on through steps that wait for nothing.  After an
 * error (of the rewarder; ELIMIT) *r is as before, and so with a report: it may
 * be sent again. */
aside_status aside_run_start(aside_run *r, const aside_offer *o, uint32_t capabilities, int64_t now_ms,
                             const aside_rewarder *rewards) ASIDE_MUST_CHECK;
/* The device reports about step (1-based).  Errors: EINVAL (no such step or
 * event), ESTATE (not its turn, or over: a second proof changes nothing).
 * `simulated` marks what the engine played; it belongs to the call before it. */
aside_status aside_run_report(aside_run *r, int step, const char *event, bool simulated, int64_t now_ms,
                              const aside_rewarder *rewards) ASIDE_MUST_CHECK;
/* Nothing is left to begin: all steps had their turn, or one failed that others
 * waited for.  A jump may still be ready, and its tap still be reported. */
bool aside_run_finished(const aside_run *r);
/* The step that waits for a proof, 1-based, or 0. */
int  aside_run_waiting_step(const aside_run *r);
/* What is said with the steps that the last call began (and what was simulated
 * since), one after another; "" when nothing, NULL when out of memory.  A
 * reminder's words are for later and not among them. */
const char *aside_run_say(const aside_run *r, aside_arena *arena);
/* [{"step":1,"do":"minigame","state":"ready",...},...]; pending steps are not shown. */
void aside_run_steps_json(const aside_run *r, const aside_zone *zone, aside_buf *out);
const char *aside_step_state_name(aside_step_state s);
#endif
