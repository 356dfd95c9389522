/* tokens.c -- see tokens.h. */
#include "gateway/tokens.h"

#include "base/file.h"
#include "base/limits.h"

static bool next_token(aside_str *rest, aside_str *token) {
    while (aside_str_split(rest, "\r\n", token)) {
        *token = aside_str_trim(*token);
        if (token->len && token->at[0] != '#') return true;
    }
    return false;
}

static size_t count(aside_str text) {
    size_t n = 0;
    for (aside_str token; next_token(&text, &token);) n++;
    return n;
}

aside_status aside_tokens_load(const char *path, aside_arena *arena, aside_tokens *out, aside_error *err) {
    aside_tokens t = { 0 };
    aside_str text;
    if (!path || !*path) return *out = t, ASIDE_OK;
    aside_status s = aside_file_read(path, ASIDE_LIMIT_TOKENS_BYTES, arena, &text, err);
    if (s) return s;
    size_t n = count(text);
    if (n == 0)
        return aside_fail_at(err, ASIDE_EINVAL, (aside_place){ path, 0, 0 },
                             "the file holds no token: write one a line, such as the output of \"openssl rand -hex 32\"");
    t.hashes = aside_arena_alloc_array(arena, n, sizeof *t.hashes);
    if (!t.hashes) return aside_fail(err, ASIDE_ENOMEM, "out of memory for %zu tokens", n);
    for (aside_str token; next_token(&text, &token);) aside_crypto_sha256_hex(token, t.hashes[t.n++]);
    return *out = t, ASIDE_OK;
}

static unsigned differ(const char *a, const char *b) {
    unsigned bits = 0;
    for (size_t i = 0; i < ASIDE_SHA256_HEX; i++) bits |= (unsigned)(unsigned char)a[i] ^ (unsigned char)b[i];
    return bits;
}

/* Looks at every token, also behind the right one. */
bool aside_tokens_accept(const aside_tokens *t, const char *token) {
    char hash[ASIDE_SHA256_HEX];
    unsigned n_equal = 0;
    if (t->n == 0) return true;
    aside_crypto_sha256_hex(aside_str_from(token), hash);
    for (size_t i = 0; i < t->n; i++) n_equal += differ(t->hashes[i], hash) == 0;
    return n_equal > 0;
}
