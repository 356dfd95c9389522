/* tokens.h -- the device tokens an operator handed out.
 *
 * A file with one token a line; empty lines and lines that begin with # are
 * passed over.  Only hashes stay in memory, and comparing takes the same time
 * whatever was guessed. */
#ifndef ASIDE_GATEWAY_TOKENS_H
#define ASIDE_GATEWAY_TOKENS_H
#include "base/arena.h"
#include "base/crypto.h"

typedef struct aside_tokens {
    char (*hashes)[ASIDE_SHA256_HEX];      /* In the arena it was loaded into. */
    size_t n;                              /* 0: no token is asked. */
} aside_tokens;

/* path NULL or "": none.  Errors: EINVAL (no token in the file), EIO, ELIMIT, ENOMEM. */
aside_status aside_tokens_load(const char *path, aside_arena *arena, aside_tokens *out, aside_error *err) ASIDE_MUST_CHECK;
/* True when none is asked, too.  token may be NULL. */
bool aside_tokens_accept(const aside_tokens *t, const char *token);
#endif
