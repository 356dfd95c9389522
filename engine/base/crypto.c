/* crypto.c -- see crypto.h.  The only file that includes sodium.h. */
#include "base/crypto.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static const unsigned char *bytes_of(aside_str s) { return (const unsigned char *)(s.at ? s.at : ""); }

aside_status aside_crypto_init(void) {
    return sodium_init() < 0 ? ASIDE_ESTATE : ASIDE_OK;
}

void aside_crypto_random(void *out, size_t n_bytes) { randombytes_buf(out, n_bytes); }

void aside_crypto_wipe(void *p, size_t n_bytes) { sodium_memzero(p, n_bytes); }

void aside_crypto_sha256_hex(aside_str data, char hex[ASIDE_SHA256_HEX]) {
    unsigned char hash[ASIDE_SHA256_BYTES];
    crypto_hash_sha256(hash, bytes_of(data), data.len);
    sodium_bin2hex(hex, ASIDE_SHA256_HEX, hash, sizeof hash);
}

/* 0, or the errno of what went wrong. */
static int hash_stream(FILE *f, unsigned char hash[ASIDE_SHA256_BYTES]) {
    crypto_hash_sha256_state state;
    unsigned char piece[16384];
    crypto_hash_sha256_init(&state);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0; ) crypto_hash_sha256_update(&state, piece, n);
    if (ferror(f)) return errno ? errno : EIO;
    crypto_hash_sha256_final(&state, hash);
    return 0;
}

aside_status aside_crypto_sha256_file(const char *path, char hex[ASIDE_SHA256_HEX], aside_error *err) {
    unsigned char hash[ASIDE_SHA256_BYTES];
    aside_place at = { .path = path };
    FILE *f = fopen(path, "rb");
    if (!f) return aside_fail_at(err, ASIDE_EIO, at, "%s", strerror(errno));
    int failed = hash_stream(f, hash);
    fclose(f);
    if (failed) return aside_fail_at(err, ASIDE_EIO, at, "%s", strerror(failed));
    sodium_bin2hex(hex, ASIDE_SHA256_HEX, hash, sizeof hash);
    return ASIDE_OK;
}

void aside_crypto_hmac_hex(const aside_key *key, aside_str data, char hex[ASIDE_SHA256_HEX]) {
    crypto_auth_hmacsha256_state state;
    unsigned char mac[ASIDE_SHA256_BYTES];
    crypto_auth_hmacsha256_init(&state, key->bytes, sizeof key->bytes);
    crypto_auth_hmacsha256_update(&state, bytes_of(data), data.len);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2hex(hex, ASIDE_SHA256_HEX, mac, sizeof mac);
    sodium_memzero(&state, sizeof state);
}

/* The NUL of `kind` is hashed too, so that no kind and id run into each other. */
void aside_crypto_pseudonym(const aside_key *key, const char *kind, aside_str id, char out[33]) {
    crypto_generichash_state state;
    unsigned char name[16];
    crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof name);
    crypto_generichash_update(&state, (const unsigned char *)kind, strlen(kind) + 1);
    crypto_generichash_update(&state, bytes_of(id), id.len);
    crypto_generichash_final(&state, name, sizeof name);
    sodium_bin2hex(out, 33, name, sizeof name);
    sodium_memzero(&state, sizeof state);
}
