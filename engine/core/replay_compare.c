/* replay_compare.c -- a decision against what was expected; see replay.h.
 *
 * A cell says "a|b" when either is right, and "none" when there should be
 * nothing.  Slots must be equal as JSON.  A transcript is compared folded, as
 * the engine compares words.  `held` is right when that gate held anything.
 *
 * A recorded session is compared in what a person would notice: scores, times
 * and identifiers may change with a new model; the table `told` says what may
 * not.  A member that the expected decision leaves out is not checked, so that
 * one can write sessions by hand. */
#include "core/replay_parts.h"
#include "text/utterance.h"

#include <string.h>

static const char none[] = "none";

/* --------------------------- cells of a decision -------------------------- */

static const char *text_at(const aside_json *object, const char *key, const char *inner) {
    const aside_json *v = aside_json_get(object, key);
    const char *s = "";
    aside_json_str(inner ? aside_json_get(v, inner) : v, &s);
    return s;
}

static const char *slots_of(const aside_json *d, aside_arena *arena) {
    const aside_json *slots = aside_json_get(aside_json_get(d, "intent"), "slots");
    aside_buf b;
    if (!slots) return "{}";
    aside_buf_init(&b, arena);
    aside_json_dump(slots, &b);
    return aside_buf_z(&b);
}

/* The gates that held, "consent" or "context|cap". */
static const char *gates_of(const aside_json *d, aside_arena *arena) {
    const aside_json *counts = aside_json_get(d, "held_counts"), *value;
    const char *gate;
    aside_buf b;
    aside_buf_init(&b, arena);
    for (size_t i = 0; aside_json_member(counts, i, &gate, &value); i++) aside_buf_printf(&b, "%s%s", i ? "|" : "", gate);
    return aside_buf_z(&b);
}

aside_status aside_replay_cells(const char *decision_json, aside_arena *arena, const char *cells[ASIDE_COLUMN_COUNT]) {
    aside_json *d = NULL;
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++) cells[i] = "";
    if (!decision_json) return ASIDE_OK;
    aside_status st = aside_json_parse(aside_str_from(decision_json), &d, NULL);
    if (st) return st;
    cells[ASIDE_COLUMN_TRANSCRIPT] = text_at(d, "text", NULL);
    cells[ASIDE_COLUMN_INTENT] = text_at(d, "intent", "name");
    cells[ASIDE_COLUMN_SLOTS] = slots_of(d, arena);
    cells[ASIDE_COLUMN_CONTEXT] = text_at(d, "context", "class");
    cells[ASIDE_COLUMN_OUTCOME] = text_at(d, "outcome", NULL);
    cells[ASIDE_COLUMN_SKILL] = text_at(d, "action", "skill");
    cells[ASIDE_COLUMN_HELD] = gates_of(d, arena);
    for (int i = 0; i < ASIDE_COLUMN_COUNT && !st; i++)      /* They point into the tree, which goes. */
        if (!cells[i] || !(cells[i] = aside_arena_copy_z(arena, aside_str_from(cells[i])))) st = ASIDE_ENOMEM;
    aside_json_free(d);
    return st;
}

/* ----------------------------- one cell each ------------------------------ */

static bool has_piece(aside_str list, aside_str wanted) {
    aside_str piece;
    while (aside_str_split(&list, "|", &piece))
        if (aside_str_equal(aside_str_trim(piece), wanted)) return true;
    return false;
}

/* Any alternative of `expected` is one of those got (several only for held).
 * An outcome is never empty: its own word for nothing is the same word. */
static bool words_right(const char *expected, const char *got) {
    aside_str rest = aside_str_from(expected), piece;
    while (aside_str_split(&rest, "|", &piece)) {
        piece = aside_str_trim(piece);
        if (has_piece(aside_str_from(got), piece) || (!got[0] && aside_str_is(piece, none))) return true;
    }
    return false;
}

/* "all": equal as JSON; else every expected member is right. */
static bool slots_fit(const aside_json *expected, const aside_json *got, bool all) {
    const char *name;
    const aside_json *value;
    if (all) return aside_json_equal(expected, got);
    for (size_t i = 0; aside_json_member(expected, i, &name, &value); i++) {
        const aside_json *other = aside_json_get(got, name);
        if (!other || !aside_json_equal(value, other)) return false;
    }
    return true;
}

/* A '|' between two objects separates them; one inside a string does not, which
 * is told by trying the whole first. */
static bool slots_right(aside_str expected, const aside_json *got, bool all) {
    aside_json *v = NULL;
    if (aside_json_parse(expected, &v, NULL) == ASIDE_OK) {
        bool right = slots_fit(v, got, all);
        aside_json_free(v);
        return right;
    }
    const char *bar = memchr(expected.at ? expected.at : "", '|', expected.len);
    if (!bar) return false;
    size_t n = (size_t)(bar - expected.at);
    return slots_right((aside_str){ expected.at, n }, got, all)
        || slots_right((aside_str){ bar + 1, expected.len - n - 1 }, got, all);
}

static bool slots_cell_right(const char *expected, const char *got, bool all) {
    aside_json *v = NULL;
    if (aside_json_parse(aside_str_from(got), &v, NULL)) return false;
    bool right = slots_right(aside_str_from(expected), v, all);
    aside_json_free(v);
    return right;
}

/* ------------------------------- transcripts ------------------------------ */

/* Words as hashes, or characters as themselves: what an edit distance compares. */
typedef struct units { uint64_t *at; size_t n; } units;

static size_t least(size_t a, size_t b) { return a < b ? a : b; }

/* Levenshtein's distance, one row at a time; SIZE_MAX when out of memory. */
static size_t distance(const units *a, const units *b, aside_arena *arena) {
    size_t *row = aside_arena_alloc_array(arena, b->n + 1, sizeof *row);
    if (!row) return SIZE_MAX;
    for (size_t j = 0; j <= b->n; j++) row[j] = j;
    for (size_t i = 1; i <= a->n; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b->n; j++) {
            size_t change = diagonal + (a->at[i - 1] != b->at[j - 1]);
            diagonal = row[j];
            row[j] = least(change, least(row[j], row[j - 1]) + 1);
        }
    }
    return row[b->n];
}

typedef struct spoken { units words, chars; } spoken;

/* Folded; a token that begins with an apostrophe belongs to the word before it,
 * so that "i'd" is one word here as in everybody's word error rate. */
static aside_status spoken_of(aside_str text, aside_arena *arena, spoken *out) {
    aside_str normal, word;
    aside_status st = aside_text_normalise(text, arena, &normal);
    if (st) return st;
    out->words.at = aside_arena_alloc_array(arena, normal.len + 1, sizeof *out->words.at);
    out->chars.at = aside_arena_alloc_array(arena, normal.len + 1, sizeof *out->chars.at);
    if (!out->words.at || !out->chars.at) return ASIDE_ENOMEM;
    while (aside_str_split(&normal, " ", &word)) {
        uint64_t hash = aside_str_hash(word);
        bool glued = word.at[0] == '\'' && out->words.n;
        if (glued) out->words.at[out->words.n - 1] = out->words.at[out->words.n - 1] * 31 + hash;
        else out->words.at[out->words.n++] = hash;
        for (size_t i = 0; i < word.len; ) out->chars.at[out->chars.n++] = aside_str_next_char(word, &i);
    }
    return ASIDE_OK;
}

/* Against the alternative that is nearest. */
static aside_status count_errors(const char *expected, const char *got, aside_arena *arena, aside_case *out) {
    aside_str rest = aside_str_from(expected), piece;
    spoken heard = { 0 };
    aside_status st = spoken_of(aside_str_from(got), arena, &heard);
    for (bool first = true; !st && aside_str_split(&rest, "|", &piece); ) {
        spoken truth = { 0 };
        if ((st = spoken_of(piece, arena, &truth))) break;
        size_t words = distance(&truth.words, &heard.words, arena), chars = distance(&truth.chars, &heard.chars, arena);
        if (words == SIZE_MAX || chars == SIZE_MAX) return ASIDE_ENOMEM;
        if (!first && words >= out->word_errors) continue;
        first = false;
        out->n_words = truth.words.n, out->word_errors = words;
        out->n_chars = truth.chars.n, out->char_errors = chars;
    }
    return st;
}

/* --------------------------------- a row ---------------------------------- */

static aside_status judge_cell(aside_column column, const char *expected, aside_arena *arena, aside_case *out) {
    const char *got = out->got[column];
    out->checked[column] = true;
    if (column == ASIDE_COLUMN_SLOTS) {
        out->right[column] = slots_cell_right(expected, got, true);
    } else if (column == ASIDE_COLUMN_TRANSCRIPT) {
        aside_status st = count_errors(expected, got, arena, out);
        if (st) return st;
        out->right[column] = out->word_errors == 0;
    } else {
        out->right[column] = words_right(expected, got);
    }
    return ASIDE_OK;
}

/* The class that was right: the one heard when it is among them, else the first. */
static const char *true_class(const aside_case *c, const char *expected, aside_arena *arena) {
    aside_str rest = aside_str_from(expected), piece = { "", 0 };
    if (c->right[ASIDE_COLUMN_CONTEXT]) return c->got[ASIDE_COLUMN_CONTEXT];
    aside_str_split(&rest, "|", &piece);
    return aside_arena_copy_z(arena, aside_str_trim(piece));
}

static void expected_cell(aside_json_writer *w, aside_column column, const char *value) {
    aside_json *v = NULL;
    aside_json_key(w, aside_column_names[column]);
    if (column == ASIDE_COLUMN_SLOTS && aside_json_parse(aside_str_from(value), &v, NULL) == ASIDE_OK)
        aside_json_add_raw(w, aside_str_from(value));
    else
        aside_json_add_z(w, value);
    aside_json_free(v);
}

static const char *expected_row(const aside_suite_row *row, aside_arena *arena) {
    aside_buf b;
    aside_json_writer w;
    aside_buf_init(&b, arena);
    aside_json_writer_init(&w, &b);
    aside_json_open(&w, '{');
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++)
        if (aside_column_is_checked((aside_column)i) && row->cells[i][0]) expected_cell(&w, (aside_column)i, row->cells[i]);
    aside_json_close(&w, '}');
    return aside_buf_z(&b);
}

static aside_status judge_row(const aside_suite_row *row, aside_arena *arena, aside_case *out) {
    aside_diff *diffs = aside_arena_alloc_array(arena, ASIDE_COLUMN_COUNT, sizeof *diffs);
    if (!diffs) return ASIDE_ENOMEM;
    for (int i = 0; i < ASIDE_COLUMN_COUNT; i++) {
        if (!aside_column_is_checked((aside_column)i) || !row->cells[i][0]) continue;
        aside_status st = judge_cell((aside_column)i, row->cells[i], arena, out);
        if (st) return st;
        if (!out->right[i]) diffs[out->n_diffs++] = (aside_diff){ aside_column_names[i], row->cells[i], out->got[i] };
    }
    out->diffs = diffs, out->ok = out->n_diffs == 0;
    return ASIDE_OK;
}

aside_status aside_replay_compare_row(const aside_suite_row *row, const char *decision_json, aside_arena *arena, aside_case *out) {
    const char *slots = row->cells[ASIDE_COLUMN_SLOTS], *context = row->cells[ASIDE_COLUMN_CONTEXT];
    aside_status st = aside_replay_cells(decision_json, arena, out->got);
    if (!st) st = judge_row(row, arena, out);
    if (st) return st;
    out->line = row->line;
    out->said = row->audio_path ? row->cells[ASIDE_COLUMN_AUDIO] : row->cells[ASIDE_COLUMN_TEXT];
    out->got_json = decision_json ? decision_json : "null";
    out->command_right = out->right[ASIDE_COLUMN_INTENT] && (!slots[0] || slots_cell_right(slots, out->got[ASIDE_COLUMN_SLOTS], false));
    out->true_class = context[0] ? true_class(out, context, arena) : NULL;
    out->expected_json = expected_row(row, arena);
    return out->expected_json && (!context[0] || out->true_class) ? ASIDE_OK : ASIDE_ENOMEM;
}

/* --------------------------- a recorded decision -------------------------- */

static const struct { const char *key, *inner; } told[] = {
    { "text", NULL }, { "lang", NULL }, { "intent", "name" }, { "intent", "slots" }, { "context", "class" },
    { "context", "sponsor" }, { "outcome", NULL }, { "action", "skill" }, { "action", "say" }, { "system", NULL },
    { "held_counts", NULL },
};
enum { N_TOLD = sizeof told / sizeof told[0] };

/* NULL stands for null and for absent: both say "there is none". */
static const aside_json *value_at(const aside_json *d, int i) {
    const aside_json *v = aside_json_get(d, told[i].key);
    if (told[i].inner) v = aside_json_get(v, told[i].inner);
    return v && !aside_json_is_null(v) ? v : NULL;
}

static bool is_told(const aside_json *d, int i) {
    const aside_json *v = aside_json_get(d, told[i].key);
    return v && (!told[i].inner || !aside_json_is_object(v) || aside_json_get(v, told[i].inner));
}

static const char *dumped(const aside_json *v, aside_arena *arena) {
    aside_buf b;
    if (!v) return "null";
    aside_buf_init(&b, arena);
    aside_json_dump(v, &b);
    return aside_buf_z(&b);
}

static aside_status judge_decision(const aside_json *expected, const aside_json *got, aside_arena *arena, aside_case *out) {
    aside_diff *diffs = aside_arena_alloc_array(arena, N_TOLD + 1, sizeof *diffs);     /* One more: see replay_session.c. */
    if (!diffs) return ASIDE_ENOMEM;
    for (int i = 0; i < N_TOLD; i++) {
        const aside_json *a = value_at(expected, i), *b = value_at(got, i);
        if (!is_told(expected, i) || (!a && !b) || (a && b && aside_json_equal(a, b))) continue;
        const char *path = told[i].inner ? aside_arena_printf(arena, "%s.%s", told[i].key, told[i].inner) : told[i].key;
        diffs[out->n_diffs] = (aside_diff){ path, dumped(a, arena), dumped(b, arena) };
        if (!path || !diffs[out->n_diffs].expected || !diffs[out->n_diffs].got) return ASIDE_ENOMEM;
        out->n_diffs++;
    }
    out->diffs = diffs, out->ok = out->n_diffs == 0;
    return ASIDE_OK;
}

aside_status aside_replay_compare_decision(const aside_json *expected, const char *decision_json, aside_arena *arena, aside_case *out) {
    aside_json *got = NULL;
    aside_status st = aside_json_parse(aside_str_from(decision_json ? decision_json : "null"), &got, NULL);
    if (!st) st = judge_decision(expected, got, arena, out);
    aside_json_free(got);
    if (!st) st = aside_replay_cells(decision_json, arena, out->got);
    if (st) return st;
    out->said = out->got[ASIDE_COLUMN_TRANSCRIPT];
    out->got_json = decision_json ? decision_json : "null";
    out->expected_json = aside_arena_printf(arena, "{\"decision\":%s}", dumped(expected, arena));
    return out->expected_json ? ASIDE_OK : ASIDE_ENOMEM;
}
