/* pattern.h -- a template's tree as a compiled pattern over the normal form.
 *
 * A slot is a capture group followed by a callout, which asks the caller whether
 * these words may fill it; so a list's length is no part of the pattern. */
#ifndef ASIDE_INTENT_PATTERN_H
#define ASIDE_INTENT_PATTERN_H
#include "intent/tree.h"

typedef struct aside_pattern aside_pattern;            /* Immutable, shared by threads. */

/* Errors: ENOMEM, ELIMIT (the template is too large).  Free it.  `slots` (in
 * `arena`) are the SLOT nodes by group: group k is slots[k - 1]. */
aside_status aside_pattern_compile(const aside_tree *tree, aside_arena *arena, aside_arena *scratch,
                                   const aside_tree *const **slots, size_t *n_slots, aside_pattern **out) ASIDE_MUST_CHECK;
void aside_pattern_free(aside_pattern *p);             /* NULL is fine. */

/* May the bytes [from, to) of the subject fill group `group` (from 1)? */
typedef bool aside_pattern_check(void *user, size_t group, size_t from, size_t to);

typedef struct aside_pattern_runner aside_pattern_runner;    /* What one call of match needs; dies with its arena. */
aside_status aside_pattern_runner_open(size_t most_groups, aside_arena *arena, aside_pattern_check *check, void *user,
                                       aside_pattern_runner **out) ASIDE_MUST_CHECK;
/* Does all of `normal` match?  *groups then holds from and to of each of the first
 * *n_groups groups (0 is the whole), SIZE_MAX where a group took no part; valid
 * until the next run.  Running into a limit is no match. */
bool aside_pattern_run(aside_pattern_runner *r, const aside_pattern *p, aside_str normal,
                       const size_t **groups, size_t *n_groups);
#endif
