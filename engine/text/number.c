/* number.c -- number words, read and said.
 *
 * Each language is a table of words and one reader that walks the tokens from the
 * left with a small state: what is complete, and the part still being built.
 *
 *   English   [minus] GROUP (million|thousand GROUP)* [point DIGIT...] [and a half]
 *             GROUP = [N hundred [and]] N, N below 100
 *   Chinese   [负] (DIGIT UNIT)* with 十 百 千 within 万 within 亿, 零 where a unit is
 *             left out, 一百五 for 150, then [点 DIGIT...]; bare digits in a row (幺 二)
 *             are read as written
 *
 * "twenty twenty" and "one two" are no English numbers: a wrong reading costs more
 * than none. */
#include "text/number.h"

#include "base/buf.h"

#include <string.h>

typedef enum role { DIGIT, TEEN, TEN, UNIT, SCALE, POINT, MINUS, AND, A, HALF, FIGURES, NONE } role;

typedef struct word { const char *text; role role; int64_t value; } word;

static const word english[] = {
    { "zero", DIGIT, 0 }, { "one", DIGIT, 1 }, { "two", DIGIT, 2 }, { "three", DIGIT, 3 }, { "four", DIGIT, 4 },
    { "five", DIGIT, 5 }, { "six", DIGIT, 6 }, { "seven", DIGIT, 7 }, { "eight", DIGIT, 8 }, { "nine", DIGIT, 9 },
    { "ten", TEEN, 10 }, { "eleven", TEEN, 11 }, { "twelve", TEEN, 12 }, { "thirteen", TEEN, 13 },
    { "fourteen", TEEN, 14 }, { "fifteen", TEEN, 15 }, { "sixteen", TEEN, 16 }, { "seventeen", TEEN, 17 },
    { "eighteen", TEEN, 18 }, { "nineteen", TEEN, 19 },
    { "twenty", TEN, 20 }, { "thirty", TEN, 30 }, { "forty", TEN, 40 }, { "fourty", TEN, 40 }, { "fifty", TEN, 50 },
    { "sixty", TEN, 60 }, { "seventy", TEN, 70 }, { "eighty", TEN, 80 }, { "ninety", TEN, 90 },
    { "hundred", UNIT, 100 }, { "thousand", SCALE, 1000 }, { "million", SCALE, 1000000 },
    { "point", POINT, 0 }, { "minus", MINUS, 0 }, { "negative", MINUS, 0 }, { "and", AND, 0 }, { "a", A, 1 },
    { "half", HALF, 500 }, { NULL, NONE, 0 }
};

static const word chinese[] = {
    { "零", DIGIT, 0 }, { "〇", DIGIT, 0 }, { "一", DIGIT, 1 }, { "幺", DIGIT, 1 }, { "二", DIGIT, 2 }, { "两", DIGIT, 2 },
    { "三", DIGIT, 3 }, { "四", DIGIT, 4 }, { "五", DIGIT, 5 }, { "六", DIGIT, 6 }, { "七", DIGIT, 7 },
    { "八", DIGIT, 8 }, { "九", DIGIT, 9 }, { "壹", DIGIT, 1 }, { "贰", DIGIT, 2 }, { "叁", DIGIT, 3 },
    { "肆", DIGIT, 4 }, { "伍", DIGIT, 5 }, { "陆", DIGIT, 6 }, { "柒", DIGIT, 7 }, { "捌", DIGIT, 8 }, { "玖", DIGIT, 9 },
    { "十", UNIT, 10 }, { "拾", UNIT, 10 }, { "百", UNIT, 100 }, { "佰", UNIT, 100 }, { "千", UNIT, 1000 }, { "仟", UNIT, 1000 },
    { "万", SCALE, 10000 }, { "亿", SCALE, 100000000 },
    { "点", POINT, 0 }, { "负", MINUS, 0 }, { "半", HALF, 500 }, { NULL, NONE, 0 }
};

#define MOST INT64_C(1000000000000)       /* Larger is nothing that one says to an assistant. */

/* The tokens of a normal form, each looked up as it comes. */
typedef struct tokens {
    aside_str   rest;
    const word *table;
    role        role;
    int64_t     value;                    /* FIGURES: in thousandths. */
} tokens;

/* "25", "19.5", "-3": in thousandths; at most three places behind the point. */
static bool read_figures(aside_str text, int64_t *thousandths) {
    int64_t value = 0, scale = 0;
    size_t i = text.len && text.at[0] == '-';
    if (i == text.len) return false;
    for (size_t k = i; k < text.len; k++) {
        char c = text.at[k];
        if (c == '.' && !scale && k > i) { scale = 1000; continue; }
        if (c < '0' || c > '9' || scale == 1 || value > MOST) return false;
        value = value * 10 + (c - '0');
        if (scale) scale /= 10;
    }
    *thousandths = value * (scale ? scale : 1000) * (i ? -1 : 1);
    return true;
}

static bool next(tokens *t) {
    aside_str text;
    if (!aside_str_split(&t->rest, " ", &text)) return t->role = NONE, false;
    for (const word *w = t->table; w->text; w++)
        if (w->text[0] == text.at[0] && aside_str_is(text, w->text)) return t->role = w->role, t->value = w->value, true;
    if (!read_figures(text, &t->value)) return t->role = NONE, t->rest = text, false;
    t->role = FIGURES;
    return true;
}

static bool at_end(const tokens *t) { return t->role == NONE && t->rest.len == 0; }

/* What follows "point": single digits, or one run of figures. */
static bool read_places(tokens *t, int64_t *thousandths) {
    int64_t worth = 100;
    int n = 0;
    while (next(t) && t->role == DIGIT && n++ < 3) {
        *thousandths += t->value * worth;
        worth /= 10;
    }
    if (n == 0 && t->role == FIGURES && t->value >= 0 && t->value < 10000 && t->value % 1000 == 0) {
        *thousandths += t->value / 10;
        next(t);
        return true;
    }
    return n > 0;
}

/* ---- English ---- */

/* Below 1000: nothing fits twice into the same place. */
typedef struct group { int64_t value; int64_t room; bool any; } group;

/* Room is what may still be added: after "hundred" 99, after "twenty" 9. */
static bool add_small(group *g, int64_t value, int64_t room) {
    if (value > g->room || (g->any && value == 0)) return false;
    g->value += value, g->room = room, g->any = true;
    return true;
}

static bool add_hundred(group *g) {
    if (!g->any || g->value < 1 || g->value > 99) return false;
    g->value *= 100, g->room = 99;
    return true;
}

static bool add_english(tokens *t, group *g) {
    switch (t->role) {
        case DIGIT: case TEEN: return add_small(g, t->value, 0);
        case TEN:  return add_small(g, t->value, 9);
        case A:    return !g->any && add_small(g, 1, 0);
        case UNIT: return add_hundred(g);
        case AND:  return g->any && g->room >= 99;
        default:   return false;
    }
}

/* GROUP [thousand GROUP]: figures may stand for a group ("2 million"). */
static bool read_english_whole(tokens *t, int64_t *thousandths) {
    int64_t total = 0, last_scale = MOST;
    group g = { .room = 999 };
    bool open = false, figures = false;      /* A group, or "and", waits for its number. */
    for (; t->role != NONE && t->role != POINT && t->role != HALF; next(t)) {
        if (t->role == FIGURES && !g.any) {
            g = (group){ t->value, 0, true }, figures = true;
        } else if (t->role == SCALE && g.any && t->value < last_scale && g.value < 1000000) {
            total += (figures ? g.value : g.value * 1000) * t->value;
            last_scale = t->value, g = (group){ .room = 999 }, figures = false;
        } else if (t->role == AND && last_scale < MOST && !g.any) {
            open = true;                                   /* "a thousand and one" */
            continue;
        } else if (figures || !add_english(t, &g)) {
            return false;
        }
        open = t->role == AND || t->role == A;             /* "a" alone is no number. */
    }
    *thousandths = total + (figures ? g.value : g.value * 1000);
    return !open && (g.any || last_scale < MOST);
}

/* "half", "a half", "half a": the words alone; "and a half" behind a number is cut off first. */
static bool read_english(aside_str normal, int64_t *thousandths) {
    int64_t value = 0, half = 0;
    if (aside_str_is(normal, "half ") || aside_str_is(normal, "a half ")) return *thousandths = 500, true;
    if (aside_str_ends(normal, " and a half ")) half = 500, normal.len -= strlen("and a half ");
    tokens t = { .rest = normal, .table = english };
    bool minus = next(&t) && t.role == MINUS;
    if (minus) next(&t);
    if (t.role != POINT && !read_english_whole(&t, &value)) return false;
    if (t.role == POINT && (half || !read_places(&t, &value))) return false;
    if (!at_end(&t)) return false;
    *thousandths = (value + half) * (minus ? -1 : 1);
    return true;
}

/* ---- Chinese ---- */

typedef struct han {
    int64_t total, section, digit;       /* Finished by 亿/万; within the present 万; waiting for its unit. */
    int64_t last_unit, last_scale;
    int     n_bare;                      /* Digits since the last unit. */
    bool    has_digit, any_unit, zero, figures;
} han;

static bool add_han_digit(han *h, int64_t value) {
    if (value == 0 && h->any_unit && !h->has_digit) return h->zero = true;
    if (h->has_digit && h->any_unit) return false;         /* 一百二三 */
    h->digit = h->digit * 10 + value, h->has_digit = true, h->n_bare++;
    return h->digit < MOST / 1000;
}

static bool add_han_unit(han *h, int64_t unit) {
    if (h->n_bare > 1 || (h->last_unit && unit >= h->last_unit)) return false;
    if (!h->has_digit && !(unit == 10 && (!h->any_unit || h->zero))) return false;    /* Only 十 stands alone. */
    h->section += (h->has_digit ? h->digit : 1) * unit;
    h->digit = 0, h->has_digit = false, h->n_bare = 0, h->last_unit = unit, h->any_unit = true, h->zero = false;
    return true;
}

static bool add_han_scale(han *h, int64_t scale) {
    if (h->n_bare > 1 || (h->last_scale && scale >= h->last_scale) || !(h->has_digit || h->section)) return false;
    h->total += (h->section + h->digit) * scale;
    h->section = h->digit = 0, h->has_digit = false, h->n_bare = 0;
    h->last_unit = 0, h->last_scale = scale, h->any_unit = true, h->zero = false;
    return h->total < MOST;
}

/* 一百五 is 150, 一万二 is 12,000; but 一百零五 is 105. */
static int64_t worth_of_last(const han *h) {
    int64_t unit = h->last_unit ? h->last_unit : h->last_scale;
    return h->any_unit && !h->zero && unit > 10 ? unit / 10 : 1;
}

static bool add_han(tokens *t, han *h) {
    switch (t->role) {
        case DIGIT: return add_han_digit(h, t->value);
        case UNIT:  return add_han_unit(h, t->value);
        case SCALE: return add_han_scale(h, t->value);
        case FIGURES:
            if (h->has_digit || h->any_unit || t->value < 0 || t->value % 1000) return false;
            h->digit = t->value / 1000, h->has_digit = true, h->n_bare = 1;
            return true;
        default: return false;
    }
}

static bool read_chinese(aside_str normal, int64_t *thousandths) {
    tokens t = { .rest = normal, .table = chinese };
    han h = { 0 };
    int64_t value = 0;
    if (aside_str_is(normal, "半 ")) return *thousandths = 500, true;
    bool minus = next(&t) && t.role == MINUS;
    if (minus) next(&t);
    if (t.role == FIGURES) {                               /* 19.5 alone. */
        tokens rest = t;
        value = t.value;
        if (!next(&rest) && at_end(&rest)) return *thousandths = minus ? -value : value, true;
    }
    for (; t.role != NONE && t.role != POINT; next(&t))
        if (!add_han(&t, &h)) return false;
    if (!h.has_digit && !h.any_unit) return false;
    value = (h.total + h.section + h.digit * worth_of_last(&h)) * 1000;
    if (t.role == POINT && !read_places(&t, &value)) return false;
    if (!at_end(&t)) return false;
    *thousandths = minus ? -value : value;
    return true;
}

static bool is_chinese(const char *language) { return strncmp(language, "zh", 2) == 0; }

bool aside_number_read(aside_str normal, const char *language, int64_t *thousandths) {
    if (normal.len == 0) return false;
    return is_chinese(language) ? read_chinese(normal, thousandths) : read_english(normal, thousandths);
}

/* ---- saying ---- */

static void say_word(const word *table, role as, int64_t value, aside_buf *b) {
    for (const word *w = table; w->text; w++)
        if (w->role == as && w->value == value) {
            if (b->len) aside_buf_add_char(b, ' ');
            aside_buf_add_z(b, w->text);
            return;
        }
}

static void say_english(int64_t n, aside_buf *b) {
    if (n >= 1000) {
        say_english(n / 1000, b);
        say_word(english, SCALE, 1000, b);
        if (n % 1000 == 0) return;
        n %= 1000;
        if (n < 100) say_word(english, AND, 0, b);
    }
    if (n >= 100) {
        say_word(english, DIGIT, n / 100, b);
        say_word(english, UNIT, 100, b);
        if (n % 100) say_word(english, AND, 0, b);
    }
    if (n % 100 >= 20) say_word(english, TEN, n % 100 / 10 * 10, b);
    if (n % 100 >= 10 && n % 100 < 20) say_word(english, TEEN, n % 100, b);
    else if (n % 10 || n == 0) say_word(english, DIGIT, n % 10, b);
}

/* Below 10,000; `leading`: nothing was said before, so 10 is 十 and not 一十. */
static void say_section(int64_t n, bool leading, aside_buf *b) {
    bool gap = !leading && n < 1000;
    for (int64_t unit = 1000; unit >= 1; unit /= 10) {
        int64_t digit = n / unit % 10;
        if (digit == 0) {
            gap = gap || (n >= unit);
            continue;
        }
        if (gap) say_word(chinese, DIGIT, 0, b);
        gap = false;
        bool two = digit == 2 && unit >= 100;
        if (two) { if (b->len) aside_buf_add_char(b, ' '); aside_buf_add_z(b, "两"); }
        else if (!(unit == 10 && digit == 1 && leading && n < 20)) say_word(chinese, DIGIT, digit, b);
        if (unit > 1) say_word(chinese, UNIT, unit, b);
    }
}

static void say_chinese(int64_t n, aside_buf *b) {
    if (n == 0) say_word(chinese, DIGIT, 0, b);
    if (n >= 10000) {
        if (n / 10000 == 2) aside_buf_add_z(b, "两");
        else say_section(n / 10000, true, b);
        say_word(chinese, SCALE, 10000, b);
    }
    if (n % 10000) say_section(n % 10000, n < 10000, b);
}

aside_status aside_number_say(int64_t n, const char *language, aside_arena *arena, const char **out) {
    aside_buf b;
    if (n < 0 || n > 999999) return ASIDE_EINVAL;
    aside_buf_init(&b, arena);
    if (is_chinese(language)) say_chinese(n, &b);
    else say_english(n, &b);
    const char *words = aside_buf_z(&b);
    if (!words) return ASIDE_ENOMEM;
    *out = words;
    return ASIDE_OK;
}
