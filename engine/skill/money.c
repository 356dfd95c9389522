/* money.c -- "0.80 CNY" as integer micro-units; no binary fraction ever holds
 * money.  See reader.h. */
#include "skill/reader.h"

enum { DECIMALS = 6 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Digits from *i on; *n counts them. */
static bool read_digits(aside_str text, size_t *i, int64_t *value, int *n) {
    for (*n = 0; *i < text.len && is_digit(text.at[*i]); ++*i, ++*n) {
        *value = *value * 10 + (text.at[*i] - '0');
        if (*value > ASIDE_LIMIT_BID_MICROS) return false;
    }
    return *n > 0;
}

static bool read_amount(aside_str amount, int64_t *micros) {
    size_t i = 0;
    int n_whole, n_decimals = 0;
    int64_t value = 0;
    if (!read_digits(amount, &i, &value, &n_whole)) return false;
    if (n_whole > 1 && amount.at[0] == '0') return false;
    if (i < amount.len && amount.at[i] == '.') {
        i++;
        if (!read_digits(amount, &i, &value, &n_decimals)) return false;
    }
    if (i != amount.len || n_decimals > DECIMALS) return false;
    for (; n_decimals < DECIMALS; n_decimals++) value *= 10;
    *micros = value;
    return value <= ASIDE_LIMIT_BID_MICROS;
}

static bool read_currency(aside_str word, char currency[4]) {
    if (word.len != 3) return false;
    for (int i = 0; i < 3; i++) {
        if (word.at[i] < 'A' || word.at[i] > 'Z') return false;
        currency[i] = word.at[i];
    }
    currency[3] = '\0';
    return true;
}

bool aside_skill_parse_money(aside_str text, int64_t *micros, char currency[4]) {
    aside_str rest = text, amount, word;
    int64_t value;
    char code[4];
    if (!aside_str_split(&rest, " ", &amount) || !aside_str_split(&rest, " ", &word) || rest.len) return false;
    if (!read_amount(amount, &value) || !read_currency(word, code)) return false;
    *micros = value;
    for (int i = 0; i < 4; i++) currency[i] = code[i];
    return true;
}
