/* crypto.h -- hashes, keys and secrets, by libsodium, in our words. */
#ifndef ASIDE_BASE_CRYPTO_H
#define ASIDE_BASE_CRYPTO_H
#include "base/arena.h"
#include "base/problem.h"

#define ASIDE_KEY_BYTES    32
#define ASIDE_SHA256_BYTES 32
#define ASIDE_SHA256_HEX   (2 * ASIDE_SHA256_BYTES + 1)

typedef struct aside_key { unsigned char bytes[ASIDE_KEY_BYTES]; } aside_key;

/* Once before any other call here; safe to repeat and from any thread.  ESTATE when
 * the system has no source of randomness. */
aside_status aside_crypto_init(void) ASIDE_MUST_CHECK;
void aside_crypto_random(void *out, size_t n_bytes);

/* FIPS 180-4, as lower-case hex with its NUL. */
void aside_crypto_sha256_hex(aside_str data, char hex[ASIDE_SHA256_HEX]);
/* Of a file, in pieces.  EIO. */
aside_status aside_crypto_sha256_file(const char *path, char hex[ASIDE_SHA256_HEX], aside_error *err) ASIDE_MUST_CHECK;
/* RFC 2104 with SHA-256, as lower-case hex. */
void aside_crypto_hmac_hex(const aside_key *key, aside_str data, char hex[ASIDE_SHA256_HEX]);
/* A stable pseudonym of `id` under `key` within `kind` ("user", "household",
 * "device"): 16 bytes of keyed BLAKE2b (RFC 7693) as 32 hex digits and a NUL. */
void aside_crypto_pseudonym(const aside_key *key, const char *kind, aside_str id, char out[33]);
/* Overwrite what must not stay; never optimised away. */
void aside_crypto_wipe(void *p, size_t n_bytes);
#endif
