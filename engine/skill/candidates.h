/* candidates.h -- whose trigger was this?
 *
 * A skill is a candidate when one of its sentences or intents matched, or, when
 * it names none, always: whether the context fits is a gate's question.  Every
 * refusal is a gate; nothing is dropped here in silence. */
#ifndef ASIDE_SKILL_CANDIDATES_H
#define ASIDE_SKILL_CANDIDATES_H
#include "skill/skill.h"

typedef struct aside_candidate {
    const aside_skill *skill;
    const aside_match *match;          /* What triggered it; NULL when only the context did. */
} aside_candidate;

/* In the order of the skills. */
typedef struct aside_candidates { const aside_candidate *at; size_t n; } aside_candidates;

aside_status aside_skill_find_candidates(const aside_skills *skills, const aside_matches *matches, aside_arena *arena,
                                         aside_candidates *out) ASIDE_MUST_CHECK;
#endif
