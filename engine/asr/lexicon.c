/* lexicon.c -- see lexicon.h.  Each wanted word has a list of the ways found so
 * far; a line is dropped at its first word unless that is wanted. */
#include "asr/lexicon.h"

#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"

typedef struct way {
    struct way *next;
    const char *phones;
} way;

typedef struct wanted {
    way   *first, **last;
    size_t n;
} wanted;

typedef struct reader {
    aside_arena *kept, *scratch;
    aside_map    by_word;              /* To wanted. */
    wanted      *words;
    size_t       n_ways;
} reader;

/* "either(2)" is another way to say "either"; "(paren" is a word of its own. */
static aside_str without_number(aside_str word) {
    if (word.len < 4 || word.at[word.len - 1] != ')') return word;
    size_t i = word.len - 2;
    while (i > 0 && word.at[i] >= '0' && word.at[i] <= '9') i--;
    if (i > 0 && i < word.len - 2 && word.at[i] == '(') word.len = i;
    return word;
}

static const char *copy_phones(aside_arena *a, aside_str rest) {
    char *copy = aside_arena_alloc(a, rest.len + 1), *end = copy;
    aside_str phone;
    if (!copy) return NULL;
    while (aside_str_split(&rest, " \t\r", &phone)) {
        if (end > copy) *end++ = ' ';
        memcpy(end, phone.at, phone.len);
        end += phone.len;
    }
    return copy;
}

static bool is_known_way(const wanted *w, const char *phones) {
    for (const way *x = w->first; x; x = x->next)
        if (!strcmp(x->phones, phones)) return true;
    return false;
}

static aside_status read_line(reader *r, aside_str line) {
    aside_str word;
    if (!aside_str_split(&line, " \t\r", &word)) return ASIDE_OK;
    wanted *w = aside_map_get(&r->by_word, without_number(word));
    if (!w) return ASIDE_OK;
    const char *phones = copy_phones(r->kept, line);
    if (!phones) return ASIDE_ENOMEM;
    if (!*phones || is_known_way(w, phones)) return ASIDE_OK;
    way *x = aside_arena_alloc(r->scratch, sizeof *x);
    if (!x) return ASIDE_ENOMEM;
    x->phones = phones;
    *w->last = x, w->last = &x->next;
    w->n++, r->n_ways++;
    return ASIDE_OK;
}

static aside_status read_file(reader *r, const char *path, aside_error *err) {
    aside_arena text_arena;
    aside_arena_init(&text_arena, r->kept->host, 0);
    aside_str text, line;
    aside_error why;
    aside_status s = aside_file_read(path, ASIDE_LIMIT_FILE_BYTES, &text_arena, &text, &why);
    if (s && s != ASIDE_ENOMEM)
        s = aside_fail_at(err, ASIDE_EMODEL, (aside_place){ .path = path }, "the pronunciation dictionary cannot be read: %s", why.text);
    while (!s && aside_str_split(&text, "\n", &line)) s = read_line(r, line);
    aside_arena_free(&text_arena);
    return s;
}

static aside_status want(reader *r, const aside_words *words) {
    r->words = aside_arena_alloc_array(r->scratch, words->n + 1, sizeof *r->words);
    if (!r->words) return ASIDE_ENOMEM;
    for (size_t i = 0; i < words->n; i++) {
        r->words[i].last = &r->words[i].first;
        aside_status s = aside_map_put(&r->by_word, aside_str_from(words->at[i]), &r->words[i]);
        if (s) return s;
    }
    return ASIDE_OK;
}

static const char *spell(aside_arena *a, const char *word, size_t nth) {
    return nth == 1 ? word : aside_arena_printf(a, "%s(%zu)", word, nth);
}

static aside_status write_lexicon(const reader *r, const aside_words *words, aside_lexicon *out) {
    aside_pronunciation *at = aside_arena_alloc_array(r->kept, r->n_ways + 1, sizeof *at);
    bool *known = aside_arena_alloc_array(r->kept, words->n + 1, sizeof *known);
    if (!at || !known) return ASIDE_ENOMEM;
    size_t n = 0;
    for (size_t i = 0; i < words->n; i++) {
        size_t nth = 0;
        known[i] = r->words[i].n > 0;
        for (const way *x = r->words[i].first; x; x = x->next) {
            const char *spelled = spell(r->kept, words->at[i], ++nth);
            if (!spelled) return ASIDE_ENOMEM;
            at[n++] = (aside_pronunciation){ spelled, x->phones, i };
        }
    }
    *out = (aside_lexicon){ at, n, known };
    return ASIDE_OK;
}

aside_status aside_lexicon_read(const char *const *paths, const aside_words *words, aside_arena *arena,
                                aside_lexicon *out, aside_error *err) {
    aside_arena scratch;
    aside_arena_init(&scratch, arena->host, 0);
    reader r = { .kept = arena, .scratch = &scratch };
    aside_map_init(&r.by_word, &scratch);
    aside_status s = want(&r, words);
    for (; !s && *paths; paths++) s = read_file(&r, *paths, err);
    if (!s) s = write_lexicon(&r, words, out);
    aside_arena_free(&scratch);
    return s;
}
