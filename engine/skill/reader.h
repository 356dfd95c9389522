/* reader.h -- how a skill file is read; private to skill/.
 *
 * Each map of the file is a section: rows of keys, each with its reader and the
 * field that the reader fills.  Unknown keys, missing keys, the place of every
 * problem and the JSON Schema's list of keys (a test compares them) follow from
 * the rows.
 *
 *     skill_load.c  the sections of a skill, the rules about the skill as a whole
 *     step_kind.c   the steps of on_accept
 *     skill_test.c  the tests inside
 *     read.c        the walk over a section; readers of plain values
 *     wording.c     what a partner's words may not say, and how long they are
 *     link.c        addresses: https, allow-listed hosts, app links
 *     money.c       "0.80 CNY" */
#ifndef ASIDE_SKILL_READER_H
#define ASIDE_SKILL_READER_H
#include "base/yaml.h"
#include "skill/skill.h"

typedef struct aside_skill_reader {
    aside_arena                  *arena;       /* Of the skill. */
    aside_problems               *problems;
    aside_grammar_builder *const *grammars;    /* By aside_lang; the array or an entry may be NULL. */
    aside_skill                  *skill;       /* Being filled. */
    aside_status                  status;      /* ENOMEM sticks. */
} aside_skill_reader;

/* Fill the field at `out` from the node (never NULL), or report why not. */
typedef void aside_skill_read_fn(aside_skill_reader *r, const aside_yaml *node, void *out);

typedef struct aside_skill_field {
    const char          *name;
    const char          *missing;      /* The rule that its absence breaks; NULL: it may be left out. */
    aside_skill_read_fn *read;         /* aside_skill_read_later: a key of a feature that is not here yet. */
    size_t               offset;       /* Of the field in what the section fills. */
} aside_skill_field;

/* For the comparison with the schema: the name there ("skill", "when") and its rows. */
typedef struct aside_skill_section { const char *name; const aside_skill_field *fields; } aside_skill_section;
extern const aside_skill_section aside_skill_sections[];       /* skill_load.c; ended by a NULL name, as all here. */
extern const aside_skill_section aside_skill_step_sections[];  /* step_kind.c, in the order of aside_step_kind. */
extern const aside_skill_section aside_skill_test_sections[];  /* skill_test.c */
enum { ASIDE_SKILL_SECTION_FIELDS = 24 };                      /* Rows of the largest section, and room. */

/* Names that later layers own; tests compare them. */
extern const char *const aside_skill_gate_names[], *const aside_skill_outcome_names[], *const aside_skill_purpose_names[];

/* ---- read.c ---- */
void aside_skill_read_section(aside_skill_reader *r, const aside_yaml *map, const aside_skill_field *fields, void *out);
/* Allocate n_bytes of the arena; NULL sets r->status. */
void *aside_skill_alloc(aside_skill_reader *r, size_t n, size_t item_bytes);
/* A list with at least one item and not too many: true. */
bool aside_skill_read_list(aside_skill_reader *r, const aside_yaml *node);
/* A list of words of `names` as bits; each once. */
uint32_t aside_skill_read_bits(aside_skill_reader *r, const aside_yaml *list, const char *const *names);
bool aside_skill_read_duration(aside_skill_reader *r, const aside_yaml *node, int64_t least_ms, int64_t most_ms, int64_t *ms);
/* A text of one line, trimmed, not empty, without invisible characters; NULL after a problem. */
const char *aside_skill_read_line(aside_skill_reader *r, const aside_yaml *node);

aside_skill_read_fn aside_skill_read_text;             /* const char *: a line. */
aside_skill_read_fn aside_skill_read_texts;            /* { const char **at; size_t n }: a list of lines. */
aside_skill_read_fn aside_skill_read_words;            /* aside_words_of: {en: ..., zh: ...}, spoken or shown to the person. */
aside_skill_read_fn aside_skill_read_offer_words;      /* The same in an offer: may not name its own label. */
aside_skill_read_fn aside_skill_read_say;              /* aside_words_of from {say: {en: ..., zh: ...}}. */
aside_skill_read_fn aside_skill_read_bool;
aside_skill_read_fn aside_skill_read_later;            /* Refuses the key: nothing here does what it asks for. */

typedef struct aside_skill_texts { const char **at; size_t n; } aside_skill_texts;

/* ---- step_kind.c, skill_test.c ---- */
aside_skill_read_fn aside_skill_read_steps;            /* out: the aside_skill. */
aside_skill_read_fn aside_skill_read_tests;            /* out: the aside_skill. */

/* ---- wording.c ---- */
void aside_skill_check_wording(aside_skill_reader *r, aside_lang lang, const char *text, bool in_offer, aside_place at);

/* ---- link.c ---- */
/* "https://host[:port][/...]": true, and the host as it is written there. */
bool aside_skill_check_https(aside_skill_reader *r, const char *url, aside_place at, aside_str *host);
bool aside_skill_check_app(aside_skill_reader *r, const char *url, aside_place at);
bool aside_skill_check_host(aside_skill_reader *r, const char *host, aside_place at);

/* ---- money.c ---- */
/* "0.80 CNY": micro-units, without rounding; at most six decimals.  currency gets its NUL. */
bool aside_skill_parse_money(aside_str text, int64_t *micros, char currency[4]);
#endif
