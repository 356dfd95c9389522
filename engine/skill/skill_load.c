/* skill_load.c -- skill.yaml into an aside_skill: the sections of the file, and
 * the rules about the skill as a whole.
 *
 * Recipe for a new key: a field in aside_skill (skill.h), a row in its section
 * below with its reader, the key in config/schema/skill.v1.json (a test compares
 * the two), and whoever acts on it.  A key that nothing acts on is refused
 * (aside_skill_read_later), never kept for show. */
#include "skill/reader.h"

#include "base/crypto.h"
#include "base/file.h"
#include "base/zone.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

const char *const aside_lang_names[] = { "en", "zh", NULL };

static const char *const kind_names[]  = { "interactive", "promotion", "utility", "ambient", NULL };
static const char *const scope_names[] = { "user", "household", "device", NULL };
/* Bids of different models cannot be compared; the auction knows clicks. */
static const char *const price_models[] = { "cpc", NULL };

int aside_lang_from(const char *bcp47) {
    size_t n = bcp47 ? strcspn(bcp47, "-_") : 0;
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++)
        if (n == strlen(aside_lang_names[lang]) && strncmp(bcp47, aside_lang_names[lang], n) == 0) return lang;
    return -1;
}

const char *aside_words_in(const aside_words_of *words, aside_lang lang) {
    for (int i = 0; !words->in[lang] && i < ASIDE_LANG_COUNT; i++)
        if (words->in[i]) return words->in[i];
    return words->in[lang];
}

/* ------------------------------ Identity ------------------------------ */

static void read_format(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_str text;
    (void)out;
    if (aside_yaml_str(node, r->problems, &text) && !aside_str_is(text, "skill/v1"))
        aside_problem_error(r->problems, node->at, "skill.format", "expected skill/v1, found '%.*s'", ASIDE_FMT(text));
}

static bool is_id(aside_str id) {
    if (id.len == 0 || id.len >= ASIDE_LIMIT_ID_BYTES) return false;
    for (size_t i = 0; i < id.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", id.at[i])) return false;
    return id.at[0] != '-' && id.at[id.len - 1] != '-';
}

static void read_id(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const char *id = aside_skill_read_line(r, node);
    if (!id) return;
    if (is_id(aside_str_from(id))) *(const char **)out = id;
    else aside_problem_error(r->problems, node->at, "skill.id", "expected lower-case letters, digits and '-' (fewer than %d), found '%s'",
                             ASIDE_LIMIT_ID_BYTES, id);
}

static void read_kind(aside_skill_reader *r, const aside_yaml *node, void *out) {
    int i = aside_yaml_one_of(node, kind_names, r->problems);
    if (i >= 0) *(aside_skill_kind *)out = (aside_skill_kind)i;
}

/* The name is spoken right after the label: it may not pretend either. */
static void read_sponsor_name(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const char *name = aside_skill_read_line(r, node);
    if (!name) return;
    aside_skill_check_wording(r, ASIDE_LANG_EN, name, true, node->at);
    *(const char **)out = name;
}

#define AT(field) offsetof(aside_skill, field)
static const aside_skill_field sponsor_fields[] = {
    { "name",         "skill.sponsor", read_sponsor_name,            AT(sponsor.name) },
    { "spoken",       NULL,            aside_skill_read_offer_words, AT(sponsor.spoken) },
    { "on_behalf_of", NULL,            aside_skill_read_text,        AT(sponsor.on_behalf_of) },
    { "paid_by",      NULL,            aside_skill_read_text,        AT(sponsor.paid_by) },
    { "contact",      NULL,            aside_skill_read_text,        AT(sponsor.contact) },
    { 0 }
};

static void read_sponsor(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_read_section(r, node, sponsor_fields, out);
}

/* -------------------------------- When -------------------------------- */

static void read_classes(aside_skill_reader *r, const aside_yaml *node, void *out) {
    uint32_t bits = aside_skill_read_bits(r, node, aside_class_names);
    if (bits & 1u << ASIDE_CLASS_SENSITIVE)
        aside_problem_error(r->problems, node->at, "skill.sensitive", "nothing is ever offered in a sensitive moment: remove it");
    *(uint32_t *)out = bits;
}

static void read_intents(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill *skill = out;
    aside_skill_texts texts = { 0 };
    aside_skill_read_texts(r, node, &texts);
    skill->intents = texts.at, skill->n_intents = texts.n;
}

static void hear_one(aside_skill_reader *r, aside_lang lang, const aside_yaml *node) {
    const char *sentence = aside_skill_read_line(r, node);
    aside_grammar_builder *grammar = r->grammars ? r->grammars[lang] : NULL;
    aside_place first_char = node->at;
    first_char.column += node->quoted;
    if (!sentence) return;
    r->skill->n_hear++;
    if (grammar && r->skill->id)
        r->status = aside_grammar_add_hear(grammar, r->skill->id, aside_str_from(sentence), first_char, r->problems);
}

static void read_hear(aside_skill_reader *r, const aside_yaml *node, void *out) {
    (void)out;
    if (!aside_yaml_is(node, ASIDE_YAML_MAP, r->problems)) return;
    aside_yaml_known_keys(node, aside_lang_names, r->problems);
    if (node->n == 0) aside_problem_error(r->problems, node->at, "skill.empty", "no sentence to hear: write one or remove the key");
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++) {
        const aside_yaml *list = aside_yaml_get(node, aside_lang_names[lang]);
        if (!list)
            aside_problem_warn(r->problems, node->at, "skill.language", "no sentences in '%s': it never speaks to who speaks that",
                               aside_lang_names[lang]);
        if (!list || !aside_skill_read_list(r, list)) continue;
        for (size_t i = 0; i < list->n && !r->status; i++) hear_one(r, (aside_lang)lang, list->items[i]);
    }
}

static void read_scenes(aside_skill_reader *r, const aside_yaml *node, void *out) {
    *(uint32_t *)out = aside_skill_read_bits(r, node, aside_scene_names);
}

static void read_surfaces(aside_skill_reader *r, const aside_yaml *node, void *out) {
    uint32_t bits = aside_skill_read_bits(r, node, aside_surface_names);
    for (int i = 0; i < ASIDE_SURFACE_COUNT; i++)
        if (bits & ~ASIDE_SKILL_SURFACES & (1u << i))
            aside_problem_error(r->problems, node->at, "skill.later", "skill/v1 carries no creative for '%s' yet: remove it",
                                aside_surface_names[i]);
    *(uint32_t *)out = bits;
}

static void read_hours(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill *skill = out;
    aside_str text, rest, from, to;
    int from_minute, to_minute;
    if (!aside_yaml_str(node, r->problems, &text)) return;
    rest = text;
    if (!aside_str_split(&rest, "-", &from) || !aside_str_split(&rest, "-", &to) || rest.len
        || !aside_hour_parse(aside_str_trim(from), &from_minute) || !aside_hour_parse(aside_str_trim(to), &to_minute)
        || from_minute == to_minute) {
        aside_problem_error(r->problems, node->at, "skill.hours", "expected hours such as \"08:00-22:00\", found '%.*s'", ASIDE_FMT(text));
        return;
    }
    skill->from_minute = from_minute, skill->to_minute = to_minute;
}

static void read_day(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_str text;
    if (aside_yaml_str(node, r->problems, &text) && !aside_date_parse(text, out))
        aside_problem_error(r->problems, node->at, "skill.dates", "expected a date such as 2026-06-18, found '%.*s'", ASIDE_FMT(text));
}

static const aside_skill_field date_fields[] = {
    { "from", NULL, read_day, AT(from_day) },
    { "to",   NULL, read_day, AT(to_day) },
    { 0 }
};

static void read_dates(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill *skill = out;
    aside_skill_read_section(r, node, date_fields, out);
    if (skill->from_day > skill->to_day)
        aside_problem_error(r->problems, node->at, "skill.dates", "`from` is after `to`: no day is between them");
}

static const aside_skill_field when_fields[] = {
    { "context",  NULL, read_classes,  AT(classes) },
    { "intents",  NULL, read_intents,  0 },
    { "hear",     NULL, read_hear,     0 },
    { "scenes",   NULL, read_scenes,   AT(scenes) },
    { "surfaces", NULL, read_surfaces, AT(surfaces) },
    { "hours",    NULL, read_hours,    0 },
    { "dates",    NULL, read_dates,    0 },
    { 0 }
};

static bool hears(const aside_skill *skill) { return skill->n_intents || skill->n_hear; }

static void read_when(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const aside_skill *skill = out;
    aside_skill_read_section(r, node, when_fields, out);
    if (node->kind != ASIDE_YAML_MAP) return;
    if (!aside_yaml_get(node, "context") && !aside_yaml_get(node, "intents") && !aside_yaml_get(node, "hear"))
        aside_problem_error(r->problems, node->at, "skill.when", "nothing says when it may speak: write context, intents or hear");
    if (skill->surfaces & 1u << ASIDE_SURFACE_FLOATING_BALL && !hears(skill))
        aside_problem_error(r->problems, node->at, "skill.when",
                            "a floating ball opens only when a person asks for it: write intents or hear");
}

/* ---------------------------- Caps and price --------------------------- */

/* As written, before the scope and the number fit the cap's own types. */
typedef struct cap_draft { int per; int64_t max, every_ms; } cap_draft;

static void read_per(aside_skill_reader *r, const aside_yaml *node, void *out) {
    *(int *)out = aside_yaml_one_of(node, scope_names, r->problems);
}

static void read_max(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_yaml_int(node, 1, ASIDE_LIMIT_CAP_MAX, r->problems, out);
}

static void read_every(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_read_duration(r, node, ASIDE_LIMIT_CAP_LEAST_MS, ASIDE_LIMIT_CAP_MOST_MS, out);
}

static const aside_skill_field cap_fields[] = {
    { "per",   "skill.cap", read_per,   offsetof(cap_draft, per) },
    { "max",   "skill.cap", read_max,   offsetof(cap_draft, max) },
    { "every", "skill.cap", read_every, offsetof(cap_draft, every_ms) },
    { 0 }
};

static bool same_window(const aside_cap *a, const aside_cap *b) {
    return a->per == b->per && a->every_ms == b->every_ms;
}

static void read_cap(aside_skill_reader *r, const aside_yaml *node, aside_cap *caps, size_t i) {
    cap_draft d = { 0 };
    size_t errors_before = r->problems->n_errors;
    aside_skill_read_section(r, node, cap_fields, &d);
    if (r->problems->n_errors > errors_before) return;
    caps[i] = (aside_cap){ (aside_cap_scope)d.per, (int)d.max, d.every_ms, node->at };
    for (size_t j = 0; j < i; j++)
        if (same_window(&caps[i], &caps[j]))
            aside_problem_error(r->problems, node->at, "skill.cap", "line %d already limits the same: keep one", caps[j].at.line);
}

static void read_caps(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill *skill = out;
    if (!aside_skill_read_list(r, node)) return;
    if (node->n > ASIDE_LIMIT_CAPS) {
        aside_problem_error(r->problems, node->at, "skill.size", "%zu caps; at most %d are kept", node->n, ASIDE_LIMIT_CAPS);
        return;
    }
    aside_cap *caps = aside_skill_alloc(r, node->n, sizeof *caps);
    for (size_t i = 0; caps && i < node->n; i++) read_cap(r, node->items[i], caps, i);
    skill->caps = caps, skill->n_caps = caps ? node->n : 0;
}

static void read_price_model(aside_skill_reader *r, const aside_yaml *node, void *out) {
    int i = aside_yaml_one_of(node, price_models, r->problems);
    if (i >= 0) *(const char **)out = price_models[i];
}

static void read_bid(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill *skill = out;
    aside_str text;
    char currency[4];
    if (!aside_yaml_str(node, r->problems, &text)) return;
    if (!aside_skill_parse_money(text, &skill->bid_micros, currency)) {
        aside_problem_error(r->problems, node->at, "skill.price", "expected money such as 0.80 CNY (at most six decimals), found '%.*s'",
                            ASIDE_FMT(text));
        return;
    }
    skill->currency = aside_arena_copy_z(r->arena, aside_str_from(currency));
    if (!skill->currency) r->status = ASIDE_ENOMEM;
}

static const aside_skill_field price_fields[] = {
    { "model", "skill.price", read_price_model, AT(price_model) },
    { "bid",   "skill.price", read_bid,         0 },
    { 0 }
};

static void read_price(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_read_section(r, node, price_fields, out);
}

/* -------------------------------- Offer -------------------------------- */

static const aside_skill_field card_fields[] = {
    { "title", "skill.card", aside_skill_read_offer_words, AT(card_title) },
    { 0 }
};

static void read_card(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_read_section(r, node, card_fields, out);
}

static void read_answer(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_read_duration(r, node, ASIDE_LIMIT_ANSWER_LEAST_MS, ASIDE_LIMIT_ANSWER_MOST_MS, out);
}

static const aside_skill_field offer_fields[] = {
    { "say",      "skill.offer", aside_skill_read_offer_words, AT(offer) },
    { "card",     NULL,          read_card,                    0 },
    { "answer",   NULL,          read_answer,                  AT(answer_ms) },
    { "variants", NULL,          aside_skill_read_later,       0 },
    { 0 }
};

static void read_offer(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_read_section(r, node, offer_fields, out);
}

/* ------------------------------ The whole ------------------------------ */

/* Read in this order: tests and hear ask for the id. */
static const aside_skill_field skill_fields[] = {
    { "aside",      "skill.format",     read_format,             0 },
    { "id",         "skill.id",         read_id,                 AT(id) },
    { "sponsor",    "skill.sponsor",    read_sponsor,            0 },
    { "campaign",   NULL,               aside_skill_read_text,   AT(campaign) },
    { "kind",       NULL,               read_kind,               AT(kind) },
    { "when",       "skill.when",       read_when,               0 },
    { "caps",       NULL,               read_caps,               0 },
    { "price",      NULL,               read_price,              0 },
    { "budget",     NULL,               aside_skill_read_later,  0 },
    { "offer",      "skill.offer",      read_offer,              0 },
    { "on_accept",  "skill.no-accept",  aside_skill_read_steps,  0 },
    { "on_decline", "skill.no-decline", aside_skill_read_say,    AT(on_decline) },
    { "on_unclear", NULL,               aside_skill_read_say,    AT(on_unclear) },
    { "tests",      NULL,               aside_skill_read_tests,  0 },
    { 0 }
};
#undef AT

const aside_skill_section aside_skill_sections[] = {
    { "skill", skill_fields }, { "sponsor", sponsor_fields }, { "when", when_fields }, { "dates", date_fields },
    { "cap", cap_fields }, { "price", price_fields }, { "offer", offer_fields }, { "card", card_fields }, { 0 }
};

static void set_defaults(aside_skill *skill, const char *path) {
    skill->at = (aside_place){ path, 1, 1 };
    skill->scenes = (1u << ASIDE_SCENE_COUNT) - 1;
    skill->surfaces = 1u << ASIDE_SURFACE_SPEECH | 1u << ASIDE_SURFACE_CARD;
    skill->from_day = INT64_MIN, skill->to_day = INT64_MAX;
    skill->answer_ms = 20000;
}

/* What stands for what the file left out. */
static void fill_gaps(aside_skill *skill) {
    if (!skill->campaign) skill->campaign = skill->id;
    if (!skill->sponsor.on_behalf_of) skill->sponsor.on_behalf_of = skill->sponsor.name;
    if (!skill->sponsor.paid_by) skill->sponsor.paid_by = skill->sponsor.on_behalf_of;
    if (!skill->sponsor.contact) skill->sponsor.contact = skill->sponsor.on_behalf_of;
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++)
        if (!skill->sponsor.spoken.in[lang]) skill->sponsor.spoken.in[lang] = skill->sponsor.name;
}

/* The last but one part of an absolute path; empty when there is none. */
static aside_str folder_name(const char *full) {
    aside_str rest = aside_str_from(full), part, last = { 0 }, before = { 0 };
    while (aside_str_split(&rest, "/", &part)) before = last, last = part;
    return before;
}

/* Two skills cannot have one id when folders cannot have one name. */
static void check_folder(aside_skill_reader *r, const char *path, const aside_yaml *id) {
    char full[PATH_MAX];
    if (!r->skill->id || !realpath(path, full)) return;
    aside_str folder = folder_name(full);
    if (!aside_str_is(folder, r->skill->id))
        aside_problem_error(r->problems, id->at, "skill.id", "the id '%s' must be the folder's name, '%.*s'", r->skill->id,
                            ASIDE_FMT(folder));
}

static void check_whole(aside_skill_reader *r, const aside_yaml *root) {
    const aside_skill *skill = r->skill;
    aside_place at = root->at;
    if (!aside_yaml_get(root, "tests"))
        aside_problem_warn(r->problems, at, "skill.no-tests", "no tests: write what must be offered and what must be held");
    if (!skill->sponsor.contact)
        aside_problem_warn(r->problems, at, "skill.contact", "no sponsor.contact: who asks who pays is told no more than the name");
    if (!aside_yaml_get(root, "on_unclear"))
        aside_problem_warn(r->problems, at, "skill.no-unclear", "no on_unclear: an answer that is neither yes nor no gets no reply");
    if (skill->surfaces && !(skill->surfaces & 1u << ASIDE_SURFACE_CARD) && aside_yaml_get(aside_yaml_get(root, "offer"), "card"))
        aside_problem_error(r->problems, at, "skill.card", "there is a card, but `surfaces` does not list it");
}

static aside_status read_root(aside_skill_reader *r, const char *path, const aside_yaml *root) {
    set_defaults(r->skill, root->at.path);
    aside_skill_read_section(r, root, skill_fields, r->skill);
    if (r->status || root->kind != ASIDE_YAML_MAP) return r->status;
    check_folder(r, path, aside_yaml_get(root, "id"));
    check_whole(r, root);
    fill_gaps(r->skill);
    return r->status;
}

/* The bytes of the file, or NULL bytes after a problem. */
static aside_status read_file(const char *path, aside_arena *arena, aside_problems *problems, aside_str *text) {
    aside_error err;
    *text = (aside_str){ 0 };
    aside_status st = aside_file_read(path, ASIDE_LIMIT_YAML_BYTES, arena, text, &err);
    if (st == ASIDE_OK || st == ASIDE_ENOMEM) return st;
    aside_problem_error(problems, (aside_place){ path, 0, 0 }, "file.unreadable", "%s", err.text);
    return ASIDE_OK;
}

aside_status aside_skill_load(const char *path, aside_arena *arena, aside_grammar_builder *const *grammars,
                              aside_problems *problems, const aside_skill **out) {
    aside_skill_reader r = { .arena = arena, .problems = problems, .grammars = grammars };
    size_t errors_before = problems->n_errors;
    const aside_yaml *root;
    aside_str text;
    *out = NULL;
    aside_status st = read_file(path, arena, problems, &text);
    if (st || !text.at) return st;
    st = aside_yaml_parse(text, path, arena, problems, &root);
    if (st || !root) return st;
    if (!(r.skill = aside_skill_alloc(&r, 1, sizeof *r.skill))) return r.status;
    aside_crypto_sha256_hex(text, r.skill->sha256);
    st = read_root(&r, path, root);
    if (st == ASIDE_OK && problems->n_errors == errors_before) *out = r.skill;
    return st;
}
