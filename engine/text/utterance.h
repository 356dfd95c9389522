/* utterance.h -- what was said, folded so that it can be compared, with every
 * token pointing back into the raw text.
 *
 * Folding (fold.c): NFKC, case, full and half width, traditional to simplified
 * (OpenCC's character table, generated at build time).  Tokens: a run of letters
 * or digits is one word; each Han character is a token of its own; an apostrophe
 * inside a word starts a new token that keeps it ("what's" is "what" "'s", so
 * that {area}'s can match); % and ° and currency signs are tokens; all other
 * punctuation, emoji and white space only separate.  A digit run may hold one
 * '.' or ':' between digits ("19.5", "7:30").
 *
 * Normal form: every token followed by one space: "what 's the time ", "我 美 吗 ".
 * Templates compile against this form, so white space is never a question. */
#ifndef ASIDE_TEXT_UTTERANCE_H
#define ASIDE_TEXT_UTTERANCE_H
#include "base/arena.h"

typedef enum aside_token_kind { ASIDE_TOKEN_WORD, ASIDE_TOKEN_HAN, ASIDE_TOKEN_NUMBER, ASIDE_TOKEN_SYMBOL } aside_token_kind;

typedef struct aside_token {
    aside_str        text;         /* Folded; a part of the utterance's `normal`. */
    uint32_t         raw_at, raw_len;      /* In bytes of the raw text. */
    aside_token_kind kind;
} aside_token;

/* In the arena it was read into; `raw` is copied there. */
typedef struct aside_utterance {
    aside_str          raw;
    aside_str          normal;     /* Tokens, each followed by one space. */
    const aside_token *tokens;
    size_t             n_tokens;
} aside_utterance;

/* Errors: ETEXT (not UTF-8), ELIMIT (bytes or tokens), ENOMEM.  Control
 * characters separate like white space.  No token at all is fine. */
aside_status aside_utterance_read(aside_str raw, aside_arena *arena, aside_utterance *out) ASIDE_MUST_CHECK;
/* A copy without tokens [from, to). */
aside_status aside_utterance_without(const aside_utterance *u, size_t from, size_t to, aside_arena *arena, aside_utterance *out) ASIDE_MUST_CHECK;
/* The raw text that tokens [from, to) cover; empty when from == to. */
aside_str aside_utterance_span(const aside_utterance *u, size_t from, size_t to);
/* Fold and tokenise text that is not an utterance (a list value, a word list):
 * its normal form.  Errors as aside_utterance_read. */
aside_status aside_text_normalise(aside_str raw, aside_arena *arena, aside_str *normal) ASIDE_MUST_CHECK;
#endif
