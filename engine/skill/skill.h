/* skill.h -- one sponsored skill, as its skill.yaml says (`aside: skill/v1`).
 *
 * Immutable after loading; lives in the engine's arena.  Strings are
 * NUL-terminated UTF-8.  Not for: deciding (policy/), speaking (action/). */
#ifndef ASIDE_SKILL_SKILL_H
#define ASIDE_SKILL_SKILL_H
#include "base/limits.h"
#include "context/context.h"
#include "skill/device.h"

/* Text in both languages; a missing language is NULL (lint warns). */
typedef enum aside_lang { ASIDE_LANG_EN, ASIDE_LANG_ZH, ASIDE_LANG_COUNT } aside_lang;
extern const char *const aside_lang_names[];               /* "en", "zh", NULL */
/* The language of "en-US" or "zh"; -1 when it is neither. */
int aside_lang_from(const char *bcp47);

typedef struct aside_words_of { const char *in[ASIDE_LANG_COUNT]; } aside_words_of;
/* In this language, or in the other when there are only those; NULL when there are none. */
const char *aside_words_in(const aside_words_of *words, aside_lang lang);

typedef enum aside_skill_kind { ASIDE_KIND_INTERACTIVE, ASIDE_KIND_PROMOTION, ASIDE_KIND_UTILITY, ASIDE_KIND_AMBIENT } aside_skill_kind;

/* `caps: - {per: user, max: 1, every: 1d}`: at most max offers per rolling window. */
typedef enum aside_cap_scope { ASIDE_CAP_USER, ASIDE_CAP_HOUSEHOLD, ASIDE_CAP_DEVICE } aside_cap_scope;
typedef struct aside_cap { aside_cap_scope per; int max; int64_t every_ms; aside_place at; } aside_cap;

/* One step of on_accept.  A new kind of step is a row of the table in step_kind.c
 * and its reader there; action/steps.c gives it behaviour. */
#define ASIDE_STEP_MAP(X) X(MINIGAME, "minigame") X(REWARD, "reward") X(DEEPLINK, "deeplink") \
    X(REMINDER, "reminder") X(SAY, "say")
typedef enum aside_step_kind {
#define X(id, name) ASIDE_STEP_##id,
    ASIDE_STEP_MAP(X)
#undef X
    ASIDE_STEP_COUNT
} aside_step_kind;
extern const char *const aside_step_names[];               /* NULL-terminated. */

typedef struct aside_step {
    aside_step_kind kind;
    const char     *url;               /* minigame. */
    uint32_t        needs;             /* minigame: capability bits. */
    const char     *fallback;          /* minigame: what a device without them gets, "voice_quiz"; or NULL. */
    int             points;            /* reward. */
    const char     *app, *web;         /* deeplink; app may be NULL. */
    const char    **hosts;             /* deeplink: allow-listed hosts of `web`. */
    size_t          n_hosts;
    int64_t         after_ms;          /* reminder. */
    aside_words_of  say;               /* All kinds: what is said with it; required for say and reminder. */
    aside_place     at;
} aside_step;

/* `tests: - {say: "am i pretty", expect: {offer: oreo-play}}` */
typedef struct aside_skill_turn {
    const char *say;
    const char *lang;                  /* NULL: told by the script of `say`. */
    const char *expect_outcome;        /* An outcome's name, or NULL. `offer: ID` means outcome offer by skill ID. */
    const char *expect_skill;
    const char *expect_held;           /* A gate's name, or NULL. */
    const char *expect_class;          /* A context class, or NULL. */
    const char *expect_step;           /* A step kind that the accept must reach, or NULL. */
    aside_place at;
} aside_skill_turn;
typedef struct aside_skill_test {      /* One conversation, alone, in a fresh household. */
    const aside_skill_turn *turns;
    size_t      n_turns;
    const char *consent;               /* Purposes by commas; default "offers"; "" for none. */
    const char *now;                   /* RFC 3339; NULL: noon of a valid day. */
    const char *surfaces;              /* NULL: all. */
    bool        child, guest;
    aside_place at;
} aside_skill_test;

typedef struct aside_skill {
    const char      *id;               /* Also the folder's name. */
    aside_place      at;
    /* on_behalf_of, paid_by and contact are the name unless the file says otherwise.
     * spoken: how the name is said and shown in each language; the name unless the file says. */
    struct { const char *name, *on_behalf_of, *paid_by, *contact; aside_words_of spoken; } sponsor;
    const char      *campaign;         /* The id unless the file says. */
    aside_skill_kind kind;
    uint32_t         classes;          /* Bits 1 << aside_class of when.context; 0: any but sensitive. */
    const char     **intents;          /* when.intents: names that trigger it. */
    size_t           n_intents;
    size_t           n_hear;           /* Sentences in when.hear; with intents or hear, one of them must match. */
    uint32_t         scenes;           /* Bits; all when the file does not say. */
    uint32_t         surfaces;         /* Bits; the surfaces it has creative for: speech and card unless said. */
    int              from_minute, to_minute;           /* when.hours, local; equal: all day; from > to: over midnight. */
    int64_t          from_day, to_day; /* when.dates, local days since 1970, inclusive; INT64_MIN, INT64_MAX when open. */
    const aside_cap *caps;
    size_t           n_caps;
    const char      *price_model;      /* "cpc"; NULL when the file has no price. */
    int64_t          bid_micros;       /* Integer micro-units of `currency`. */
    const char      *currency;
    aside_words_of   offer;            /* offer.say, without the label. */
    aside_words_of   card_title;       /* offer.card.title; NULLs: the spoken words. */
    int64_t          answer_ms;        /* offer.answer: how long a yes is waited for. */
    const aside_step *steps;
    size_t           n_steps;
    aside_words_of   on_decline, on_unclear;
    const aside_skill_test *tests;
    size_t           n_tests;
    char             sha256[65];       /* Of the file. */
} aside_skill;

/* The surfaces for which skill/v1 can carry creative; each has its row in action/offer.c. */
#define ASIDE_SKILL_SURFACES ((1u << ASIDE_SURFACE_SPEECH) | (1u << ASIDE_SURFACE_CARD) | \
                              (1u << ASIDE_SURFACE_SUGGESTION_CHIP) | (1u << ASIDE_SURFACE_FLOATING_BALL))

typedef struct aside_skills { const aside_skill *const *at; size_t n; } aside_skills;

/* Read and check one skill.yaml.  All problems are reported; *out is NULL after an
 * error.  hear sentences are added to the builder of their language in
 * `grammars` (indexed by aside_lang; NULL entries are passed over). */
aside_status aside_skill_load(const char *path, aside_arena *arena, aside_grammar_builder *const *grammars,
                              aside_problems *problems, const aside_skill **out) ASIDE_MUST_CHECK;
#endif
