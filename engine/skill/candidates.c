/* candidates.c -- see candidates.h. */
#include "skill/candidates.h"

static bool names_intent(const aside_skill *skill, const char *intent) {
    for (size_t i = 0; i < skill->n_intents; i++)
        if (aside_str_is(aside_str_from(intent), skill->intents[i])) return true;
    return false;
}

/* The grammar keeps one intent per skill for its sentences, named by the skill's id. */
static bool triggers(const aside_match *match, const aside_skill *skill) {
    const aside_intent *intent = match->intent;
    if (intent->skill) return aside_str_is(aside_str_from(intent->skill), skill->id);
    return names_intent(skill, intent->name);
}

/* The best of the matches that trigger it: they come best first. */
static const aside_match *find_trigger(const aside_skill *skill, const aside_matches *matches) {
    for (size_t i = 0; i < matches->n; i++)
        if (triggers(&matches->at[i], skill)) return &matches->at[i];
    return NULL;
}

aside_status aside_skill_find_candidates(const aside_skills *skills, const aside_matches *matches, aside_arena *arena,
                                         aside_candidates *out) {
    aside_candidate *found = aside_arena_alloc_array(arena, skills->n, sizeof *found);
    size_t n = 0;
    if (!found) return ASIDE_ENOMEM;
    for (size_t i = 0; i < skills->n; i++) {
        const aside_skill *skill = skills->at[i];
        const aside_match *match = find_trigger(skill, matches);
        bool context_alone = skill->n_hear == 0 && skill->n_intents == 0;
        if (match || context_alone) found[n++] = (aside_candidate){ skill, match };
    }
    *out = (aside_candidates){ found, n };
    return ASIDE_OK;
}
