/* Hashes against the published vectors; pseudonyms apart where they must be. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int set_up(void **state) {
    (void)state;
    return aside_crypto_init() == ASIDE_OK && aside_crypto_init() == ASIDE_OK ? 0 : -1;
}

static void sha256_of_fips_180(void **state) {
    (void)state;
    char hex[ASIDE_SHA256_HEX];
    aside_crypto_sha256_hex(ASIDE_STR("abc"), hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    aside_crypto_sha256_hex((aside_str){ NULL, 0 }, hex);
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

/* A file longer than one piece hashes like its bytes. */
static void sha256_of_a_file(void **state) {
    (void)state;
    enum { N = 50000 };
    char path[] = "/tmp/aside-crypto-XXXXXX", *bytes = malloc(N), hex[ASIDE_SHA256_HEX], of_bytes[ASIDE_SHA256_HEX];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    memset(bytes, 'a', N);
    assert_int_equal(write(fd, bytes, N), N);
    close(fd);
    aside_crypto_sha256_hex((aside_str){ bytes, N }, of_bytes);
    assert_int_equal(aside_crypto_sha256_file(path, hex, NULL), ASIDE_OK);
    assert_string_equal(hex, of_bytes);
    unlink(path);
    free(bytes);
}

static void a_missing_file_is_named(void **state) {
    (void)state;
    char hex[ASIDE_SHA256_HEX] = "untouched";
    aside_error err = { 0 };
    assert_int_equal(aside_crypto_sha256_file("/nowhere/at/all", hex, &err), ASIDE_EIO);
    assert_string_equal(err.path, "/nowhere/at/all");
    assert_string_equal(hex, "untouched");
    assert_int_equal(aside_crypto_sha256_file("/", hex, &err), ASIDE_EIO);
}

/* RFC 4231 case 1, its 20-byte key filled up with the zeros that HMAC adds anyway. */
static void hmac_of_rfc_4231(void **state) {
    (void)state;
    aside_key key = { { 0 } };
    char hex[ASIDE_SHA256_HEX];
    memset(key.bytes, 0x0b, 20);
    aside_crypto_hmac_hex(&key, ASIDE_STR("Hi There"), hex);
    assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

static void pseudonyms_differ_by_key_kind_and_id(void **state) {
    (void)state;
    aside_key one = { { 1 } }, two = { { 2 } };
    char a[33], b[33];
    aside_crypto_pseudonym(&one, "user", ASIDE_STR("anna"), a);
    aside_crypto_pseudonym(&one, "user", ASIDE_STR("anna"), b);
    assert_string_equal(a, b);
    assert_int_equal(strlen(a), 32);
    assert_null(strstr(a, "anna"));
    aside_crypto_pseudonym(&two, "user", ASIDE_STR("anna"), b);
    assert_string_not_equal(a, b);
    aside_crypto_pseudonym(&one, "household", ASIDE_STR("anna"), b);
    assert_string_not_equal(a, b);
    aside_crypto_pseudonym(&one, "usera", ASIDE_STR("nna"), b);
    assert_string_not_equal(a, b);
}

static void random_bytes_do_not_repeat(void **state) {
    (void)state;
    unsigned char a[32] = { 0 }, b[32] = { 0 };
    aside_crypto_random(a, sizeof a);
    aside_crypto_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
    aside_crypto_wipe(a, sizeof a);
    memset(b, 0, sizeof b);
    assert_memory_equal(a, b, sizeof a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sha256_of_fips_180), cmocka_unit_test(sha256_of_a_file), cmocka_unit_test(a_missing_file_is_named),
        cmocka_unit_test(hmac_of_rfc_4231), cmocka_unit_test(pseudonyms_differ_by_key_kind_and_id),
        cmocka_unit_test(random_bytes_do_not_repeat)
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
