/* utterance.c -- raw text to tokens.
 *
 * One pass with one character of look-ahead over the folded characters (fold.h).
 * A token is open or it is not; each character either joins the open token, ends
 * it, or begins a new one.  The look-ahead is for the marks that belong to a word
 * only by what follows them: the apostrophe of "what's", the point of "19.5", the
 * colon of "7:30", the minus of "-5" (only where a word could begin). */
#include "text/utterance.h"

#include "base/limits.h"
#include "text/fold.h"

#include <string.h>

typedef struct letter {
    uint32_t        c;
    aside_fold_kind kind;
    uint32_t        raw_at, raw_end;      /* Of its cluster. */
} letter;

/* The folded characters of a text, one after another. */
typedef struct stream {
    aside_str raw;
    size_t    i;                          /* The next cluster. */
    uint32_t  chars[ASIDE_FOLD_MOST];
    size_t    n, k;                       /* Characters of the present cluster; the next of them. */
    uint32_t  raw_at;
    letter    now, ahead;
    bool      has_ahead;
} stream;

typedef struct reader {
    aside_arena *arena;
    char        *normal;
    size_t       len, cap;
    aside_token *tokens;
    size_t       n, n_room;
    bool         open;                    /* The last token may still grow. */
    bool         digits;                  /* It is made of digits only so far, */
    bool         pointed;                 /* with a point or colon among them. */
    bool         after_space;             /* What was read last could not be part of a word. */
    aside_status status;
} reader;

static bool pull(stream *s) {
    while (s->k == s->n) {
        if (s->i >= s->raw.len) return s->has_ahead = false;
        s->raw_at = (uint32_t)s->i;
        s->n = aside_fold_next(s->raw, &s->i, s->chars);
        s->k = 0;
    }
    uint32_t c = s->chars[s->k++];
    s->ahead = (letter){ c, aside_fold_kind_of(c), s->raw_at, (uint32_t)s->i };
    return s->has_ahead = true;
}

static bool advance(stream *s) {
    if (!s->has_ahead) return false;
    s->now = s->ahead;
    pull(s);
    return true;
}

static bool add_byte(reader *r, char byte) {
    if (!ASIDE_ARENA_GROW(r->arena, r->normal, r->len, r->cap)) return r->status = ASIDE_ENOMEM, false;
    r->normal[r->len++] = byte;
    return true;
}

static void end_token(reader *r) {
    if (!r->open) return;
    if (r->digits) r->tokens[r->n - 1].kind = ASIDE_TOKEN_NUMBER;
    r->open = false;
    add_byte(r, ' ');
}

static void append(reader *r, const letter *l) {
    char bytes[4];
    size_t n = aside_fold_encode(l->c, bytes);
    for (size_t i = 0; i < n; i++)
        if (!add_byte(r, bytes[i])) return;
    aside_token *t = &r->tokens[r->n - 1];
    t->text.len += n;
    t->raw_len = l->raw_end - t->raw_at;
}

static void begin_token(reader *r, const letter *l, aside_token_kind kind) {
    end_token(r);
    if (r->n == ASIDE_LIMIT_UTTERANCE_TOKENS) r->status = ASIDE_ELIMIT;
    if (r->status) return;
    if (!ASIDE_ARENA_GROW(r->arena, r->tokens, r->n, r->n_room)) { r->status = ASIDE_ENOMEM; return; }
    r->tokens[r->n++] = (aside_token){ .raw_at = l->raw_at, .kind = kind };
    r->open = true, r->digits = false, r->pointed = false;
    append(r, l);
}

static void add_alone(reader *r, const letter *l, aside_token_kind kind) {
    begin_token(r, l, kind);
    end_token(r);
}

static void add_to_word(reader *r, const letter *l) {
    bool digit = l->kind == ASIDE_FOLD_DIGIT && l->c < 0x80;
    if (!r->open) {
        if (l->kind == ASIDE_FOLD_MARK) return;             /* A mark on nothing. */
        begin_token(r, l, ASIDE_TOKEN_WORD);
        r->digits = digit;
        return;
    }
    r->digits = r->digits && digit;
    append(r, l);
}

static bool is_wordy(const letter *l) { return l->kind == ASIDE_FOLD_LETTER || l->kind == ASIDE_FOLD_DIGIT; }

/* Punctuation, which is part of a word only by what is on both its sides. */
static void add_other(reader *r, const stream *s) {
    const letter *l = &s->now;
    bool digit_next = s->has_ahead && s->ahead.kind == ASIDE_FOLD_DIGIT;
    if (l->c == '\'' && r->open && s->has_ahead && is_wordy(&s->ahead)) {
        begin_token(r, l, ASIDE_TOKEN_WORD);
    } else if ((l->c == '.' || l->c == ':') && r->open && r->digits && !r->pointed && digit_next) {
        append(r, l);
        r->pointed = true;
    } else if (l->c == '-' && r->after_space && digit_next) {
        begin_token(r, l, ASIDE_TOKEN_NUMBER);
        r->digits = true;
    } else {
        end_token(r);
    }
}

static bool is_space(uint32_t c) { return c <= ' ' || c == 0x3000 || c == 0x2029 || c == 0x2028; }

static void add(reader *r, const stream *s) {
    switch (s->now.kind) {
        case ASIDE_FOLD_HAN:    add_alone(r, &s->now, ASIDE_TOKEN_HAN); break;
        case ASIDE_FOLD_SYMBOL: add_alone(r, &s->now, ASIDE_TOKEN_SYMBOL); break;
        case ASIDE_FOLD_LETTER: case ASIDE_FOLD_DIGIT: case ASIDE_FOLD_MARK: add_to_word(r, &s->now); break;
        case ASIDE_FOLD_SEPARATOR: add_other(r, s); break;
    }
    r->after_space = is_space(s->now.c) || s->now.kind == ASIDE_FOLD_HAN;
}

/* Tokens lie in `normal` one after another with a space between: only their lengths were kept. */
static void place_tokens(reader *r) {
    const char *at = r->normal;
    for (size_t i = 0; i < r->n; i++) {
        r->tokens[i].text.at = at;
        at += r->tokens[i].text.len + 1;
    }
}

/* Room for usual text at once; growing is for the unusual. */
static bool make_room(reader *r, size_t raw_len) {
    r->cap = raw_len * 2 + 8;
    r->n_room = raw_len / 3 + 4;
    r->normal = aside_arena_alloc(r->arena, r->cap);
    r->tokens = aside_arena_alloc_array(r->arena, r->n_room, sizeof *r->tokens);
    return r->normal && r->tokens;
}

static aside_status read_tokens(aside_str raw, reader *r) {
    stream s = { .raw = raw };
    if (!make_room(r, raw.len)) return ASIDE_ENOMEM;
    pull(&s);
    while (!r->status && advance(&s)) add(r, &s);
    end_token(r);
    place_tokens(r);
    return r->status;
}

static aside_status check(aside_str raw) {
    if (raw.len > ASIDE_LIMIT_UTTERANCE_BYTES) return ASIDE_ELIMIT;
    return aside_str_is_utf8(raw) ? ASIDE_OK : ASIDE_ETEXT;
}

aside_status aside_utterance_read(aside_str raw, aside_arena *arena, aside_utterance *out) {
    reader r = { .arena = arena, .after_space = true };
    aside_status st = check(raw);
    if (st) return st;
    raw = aside_arena_copy(arena, raw);
    if (!raw.at) return ASIDE_ENOMEM;
    if ((st = read_tokens(raw, &r))) return st;
    *out = (aside_utterance){ raw, { r.normal, r.len }, r.tokens, r.n };
    return ASIDE_OK;
}

aside_status aside_text_normalise(aside_str raw, aside_arena *arena, aside_str *normal) {
    reader r = { .arena = arena, .after_space = true };
    aside_status st = check(raw);
    if (!st) st = read_tokens(raw, &r);
    if (!st) *normal = (aside_str){ r.normal, r.len };
    return st;
}

aside_status aside_utterance_without(const aside_utterance *u, size_t from, size_t to, aside_arena *arena,
                                     aside_utterance *out) {
    size_t n = u->n_tokens - (to - from);
    reader r = { .arena = arena, .n = n };
    r.tokens = aside_arena_alloc_array(arena, n, sizeof *r.tokens);
    r.normal = aside_arena_alloc(arena, u->normal.len + 1);
    if (!r.tokens || !r.normal) return ASIDE_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const aside_token *t = &u->tokens[i < from ? i : i + (to - from)];
        r.tokens[i] = *t;
        memcpy(r.normal + r.len, t->text.at, t->text.len + 1);      /* With its space. */
        r.len += t->text.len + 1;
    }
    place_tokens(&r);
    *out = (aside_utterance){ u->raw, { r.normal, r.len }, r.tokens, n };
    return ASIDE_OK;
}

aside_str aside_utterance_span(const aside_utterance *u, size_t from, size_t to) {
    if (from >= to) return (aside_str){ u->raw.at, 0 };
    const aside_token *last = &u->tokens[to - 1];
    size_t at = u->tokens[from].raw_at, end = last->raw_at + last->raw_len;
    return (aside_str){ u->raw.at + at, end - at };
}
