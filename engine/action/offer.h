/* offer.h -- the words, label and surfaces of the one offer that passed.
 *
 * The label comes first, spoken and written, and no skill can change or move
 * it. */
#ifndef ASIDE_ACTION_OFFER_H
#define ASIDE_ACTION_OFFER_H
#include "base/json.h"
#include "policy/policy.h"

typedef struct aside_offer {
    const aside_skill *skill;
    const char        *action_id;      /* "SESSION-TURN-a". */
    aside_lang         lang;
    const char        *label;          /* "Ad", "广告". */
    const char        *say;            /* "Ad from Oreo. ...": label, sponsor, words. */
    uint32_t           surfaces;       /* Those that both the device and the skill have. */
    int64_t            at_ms, expires_ms;      /* A yes after expires_ms is no longer an answer. */
} aside_offer;

/* The label in this language; static. */
const char *aside_offer_label(aside_lang lang);
/* "Ad from Oreo. WORDS": label and sponsor before any words of a skill.  NULL when out of memory. */
const char *aside_offer_say(const aside_skill *skill, aside_lang lang, const char *words, aside_arena *arena);
/* *out is NULL when nothing passed.  Strings in `arena`. */
aside_status aside_offer_compose(const aside_verdicts *v, const aside_moment *m, aside_lang lang, const char *action_id,
                                 aside_arena *arena, const aside_offer **out) ASIDE_MUST_CHECK;
/* Label, sponsor, title and words of one surface as JSON members appended to `out`: {"speech":{...},"card":{...}}. */
aside_status aside_offer_surfaces_json(const aside_offer *o, aside_buf *out) ASIDE_MUST_CHECK;
#endif
