/* read.c -- the walk over a section of a skill file, and the readers of plain
 * values.  See reader.h. */
#include "skill/reader.h"

#include "base/zone.h"

#include <assert.h>
#include <stdio.h>

void *aside_skill_alloc(aside_skill_reader *r, size_t n, size_t item_bytes) {
    void *p = aside_arena_alloc_array(r->arena, n, item_bytes);
    if (!p) r->status = ASIDE_ENOMEM;
    return p;
}

static const char *copy(aside_skill_reader *r, aside_str s) {
    const char *z = aside_arena_copy_z(r->arena, s);
    if (!z) r->status = ASIDE_ENOMEM;
    return z;
}

static void check_keys(aside_skill_reader *r, const aside_yaml *map, const aside_skill_field *fields) {
    const char *names[ASIDE_SKILL_SECTION_FIELDS + 1];
    size_t n = 0;
    for (const aside_skill_field *f = fields; f->name; f++) {
        assert(n < ASIDE_SKILL_SECTION_FIELDS);
        names[n++] = f->name;
    }
    names[n] = NULL;
    aside_yaml_known_keys(map, names, r->problems);
}

void aside_skill_read_section(aside_skill_reader *r, const aside_yaml *map, const aside_skill_field *fields, void *out) {
    if (!aside_yaml_is(map, ASIDE_YAML_MAP, r->problems)) return;
    check_keys(r, map, fields);
    for (const aside_skill_field *f = fields; f->name && !r->status; f++) {
        const aside_yaml *value = aside_yaml_get(map, f->name);
        if (value) f->read(r, value, (char *)out + f->offset);
        else if (f->missing)
            aside_problem_error(r->problems, map->at, f->missing, "the key '%s' is missing", f->name);
    }
}

bool aside_skill_read_list(aside_skill_reader *r, const aside_yaml *node) {
    if (!aside_yaml_is(node, ASIDE_YAML_LIST, r->problems)) return false;
    if (node->n == 0)
        aside_problem_error(r->problems, node->at, "skill.empty", "the list is empty: write an item or remove the key");
    if (node->n > ASIDE_LIMIT_SKILL_LIST)
        aside_problem_error(r->problems, node->at, "skill.size", "%zu items; at most %d are read", node->n, ASIDE_LIMIT_SKILL_LIST);
    return node->n > 0 && node->n <= ASIDE_LIMIT_SKILL_LIST;
}

uint32_t aside_skill_read_bits(aside_skill_reader *r, const aside_yaml *list, const char *const *names) {
    uint32_t bits = 0;
    if (!aside_skill_read_list(r, list)) return 0;
    for (size_t i = 0; i < list->n; i++) {
        int index = aside_yaml_one_of(list->items[i], names, r->problems);
        if (index < 0) continue;
        if (bits & (uint32_t)1 << index)
            aside_problem_error(r->problems, list->items[i]->at, "skill.twice", "'%s' is in this list twice", names[index]);
        bits |= (uint32_t)1 << index;
    }
    return bits;
}

/* As people write it: "30d" for 2592000000. */
static const char *duration_text(int64_t ms, char *text, size_t size) {
    static const struct { int64_t ms; char name; } units[] = { { 86400000, 'd' }, { 3600000, 'h' }, { 60000, 'm' }, { 1000, 's' } };
    size_t i = 0;
    while (i < 3 && ms % units[i].ms) i++;
    snprintf(text, size, "%lld%c", (long long)(ms / units[i].ms), units[i].name);
    return text;
}

bool aside_skill_read_duration(aside_skill_reader *r, const aside_yaml *node, int64_t least_ms, int64_t most_ms, int64_t *ms) {
    aside_str text;
    int64_t value;
    if (!aside_yaml_str(node, r->problems, &text)) return false;
    if (!aside_duration_parse(text, &value)) {
        aside_problem_error(r->problems, node->at, "skill.duration", "expected a duration such as 20s, 30m, 4h or 7d, found '%.*s'",
                            ASIDE_FMT(text));
        return false;
    }
    if (value < least_ms || value > most_ms) {
        char least[24], most[24];
        aside_problem_error(r->problems, node->at, "skill.duration", "'%.*s' is outside %s to %s", ASIDE_FMT(text),
                            duration_text(least_ms, least, sizeof least), duration_text(most_ms, most, sizeof most));
        return false;
    }
    *ms = value;
    return true;
}

/* Control characters, and those that turn text round or hide in it: with them a
 * label could be made to look like something else. */
static bool is_hidden(uint32_t c) {
    return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0xAD || (c >= 0x200B && c <= 0x200F)
        || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

static bool has_hidden(aside_str text, uint32_t *which) {
    for (size_t i = 0; i < text.len; )
        if (is_hidden(*which = aside_str_next_char(text, &i))) return true;
    return false;
}

const char *aside_skill_read_line(aside_skill_reader *r, const aside_yaml *node) {
    aside_str text;
    uint32_t hidden = 0;
    if (!aside_yaml_str(node, r->problems, &text)) return NULL;
    text = aside_str_trim(text);
    if (text.len == 0)
        return aside_problem_error(r->problems, node->at, "skill.empty", "the text is empty: write it or remove the key"), NULL;
    if (text.len > ASIDE_LIMIT_SKILL_TEXT_BYTES)
        return aside_problem_error(r->problems, node->at, "skill.size", "%zu bytes of text; at most %d are read", text.len,
                                   ASIDE_LIMIT_SKILL_TEXT_BYTES), NULL;
    if (has_hidden(text, &hidden))
        return aside_problem_error(r->problems, node->at, "skill.hidden", "the text holds the invisible character U+%04X: remove it",
                                   (unsigned)hidden), NULL;
    return copy(r, text);
}

void aside_skill_read_text(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const char *line = aside_skill_read_line(r, node);
    if (line) *(const char **)out = line;
}

void aside_skill_read_texts(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_texts *texts = out;
    if (!aside_skill_read_list(r, node)) return;
    texts->at = aside_skill_alloc(r, node->n, sizeof *texts->at);
    for (size_t i = 0; texts->at && i < node->n; i++) {
        const char *line = aside_skill_read_line(r, node->items[i]);
        if (line) texts->at[texts->n++] = line;
    }
}

void aside_skill_read_bool(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_yaml_bool(node, r->problems, out);
}

static void read_words(aside_skill_reader *r, const aside_yaml *map, bool in_offer, aside_words_of *out) {
    if (!aside_yaml_is(map, ASIDE_YAML_MAP, r->problems)) return;
    aside_yaml_known_keys(map, aside_lang_names, r->problems);
    for (int lang = 0; lang < ASIDE_LANG_COUNT; lang++) {
        const aside_yaml *node = aside_yaml_get(map, aside_lang_names[lang]);
        if (!node) {
            aside_problem_warn(r->problems, map->at, "skill.language", "no words in '%s': who speaks it gets the other language",
                               aside_lang_names[lang]);
            continue;
        }
        if ((out->in[lang] = aside_skill_read_line(r, node)))
            aside_skill_check_wording(r, (aside_lang)lang, out->in[lang], in_offer, node->at);
    }
    if (map->n == 0) aside_problem_error(r->problems, map->at, "skill.empty", "words are needed in one language at least");
}

void aside_skill_read_words(aside_skill_reader *r, const aside_yaml *node, void *out) {
    read_words(r, node, false, out);
}

void aside_skill_read_offer_words(aside_skill_reader *r, const aside_yaml *node, void *out) {
    read_words(r, node, true, out);
}

void aside_skill_read_say(aside_skill_reader *r, const aside_yaml *node, void *out) {
    static const aside_skill_field fields[] = { { "say", "skill.say", aside_skill_read_words, 0 }, { 0 } };
    aside_skill_read_section(r, node, fields, out);
}

/* A key that means nothing yet would be a promise broken in silence: a budget
 * that nobody counts, a variant that nobody hears. */
void aside_skill_read_later(aside_skill_reader *r, const aside_yaml *node, void *out) {
    (void)out;
    aside_problem_error(r->problems, node->at, "skill.later", "this engine does not do this yet: remove the key");
}
