/* json.c -- see json.h.  The only file that includes jansson.h.
 *
 * An aside_json is a json_t behind a cast: jansson owns the tree (with malloc),
 * we own the words.  Writing does not use jansson at all: its order is that of
 * its tables, ours is that of the calls. */
#include "base/json.h"

#include "base/problem.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const json_t *in(const aside_json *v) { return (const json_t *)v; }

/* jansson's iterators want a table that may be written; they do not write. */
static json_t *unconst(const aside_json *v) { return (json_t *)(uintptr_t)v; }

/* jansson quotes the text around an error.  That text may be what somebody said,
 * and errors reach logs: the place is enough. */
static aside_status refuse(aside_error *err, json_error_t *e) {
    if (json_error_code(e) == json_error_out_of_memory)
        return aside_fail(err, ASIDE_ENOMEM, "%s", aside_status_text(ASIDE_ENOMEM));
    char *quoted = strstr(e->text, " near '");
    if (quoted) *quoted = '\0';
    aside_place at = { .line = e->line > 0 ? e->line : 1, .column = e->column > 0 ? e->column : 1 };
    return aside_fail_at(err, ASIDE_EINVAL, at, "not JSON: %s", e->text);
}

/* Found by JSONTestSuite: jansson swallows a NUL that stands right behind a number. */
static aside_status refuse_nul(aside_error *err, const char *text, const char *nul) {
    aside_place at = { .line = 1, .column = 1 };
    for (; text < nul; text++) {
        at.column++;
        if (*text == '\n') at.line++, at.column = 1;
    }
    return aside_fail_at(err, ASIDE_EINVAL, at, "not JSON: a NUL byte");
}

aside_status aside_json_parse(aside_str text, aside_json **out, aside_error *err) {
    json_error_t e;
    const char *nul = text.len ? memchr(text.at, '\0', text.len) : NULL;
    if (nul) return refuse_nul(err, text.at, nul);
    json_t *root = json_loadb(text.at ? text.at : "", text.len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);
    if (!root) return refuse(err, &e);
    *out = (aside_json *)root;
    return ASIDE_OK;
}

void aside_json_free(aside_json *root) { json_decref((json_t *)root); }

const aside_json *aside_json_get(const aside_json *object, const char *key) {
    return (const aside_json *)json_object_get(in(object), key);
}

const aside_json *aside_json_at(const aside_json *array, size_t i) {
    return (const aside_json *)json_array_get(in(array), i);
}

size_t aside_json_length(const aside_json *v) {
    return json_is_array(in(v)) ? json_array_size(in(v)) : json_object_size(in(v));
}

bool aside_json_member(const aside_json *object, size_t i, const char **key, const aside_json **value) {
    void *at = json_object_iter(unconst(object));
    while (at && i--) at = json_object_iter_next(unconst(object), at);
    if (!at) return false;
    *key = json_object_iter_key(at);
    *value = (const aside_json *)json_object_iter_value(at);
    return true;
}

bool aside_json_is_object(const aside_json *v) { return json_is_object(in(v)); }
bool aside_json_is_array(const aside_json *v) { return json_is_array(in(v)); }
bool aside_json_is_null(const aside_json *v) { return json_is_null(in(v)); }

bool aside_json_str(const aside_json *v, const char **out) {
    if (!json_is_string(in(v))) return false;
    *out = json_string_value(in(v));
    return true;
}

/* The bounds are 2^63 as doubles: every whole double between them fits. */
static bool whole(double x, int64_t *out) {
    if (!(x >= -9223372036854775808.0 && x < 9223372036854775808.0) || floor(x) != x) return false;
    *out = (int64_t)x;
    return true;
}

bool aside_json_int(const aside_json *v, int64_t *out) {
    if (json_is_real(in(v))) return whole(json_real_value(in(v)), out);
    if (!json_is_integer(in(v))) return false;
    *out = json_integer_value(in(v));
    return true;
}

bool aside_json_bool(const aside_json *v, bool *out) {
    if (!json_is_boolean(in(v))) return false;
    *out = json_is_true(in(v));
    return true;
}

bool aside_json_equal(const aside_json *a, const aside_json *b) {
    return json_equal(in(a), in(b)) == 1;
}

/* ---- writing ---- */

void aside_json_writer_init(aside_json_writer *w, aside_buf *out) {
    *w = (aside_json_writer){ .out = out };
}

/* Before each key and each value that has no key. */
static void separate(aside_json_writer *w) {
    if (w->comma) aside_buf_add_char(w->out, ',');
    w->comma = true;
}

void aside_json_open(aside_json_writer *w, char bracket) {
    separate(w);
    aside_buf_add_char(w->out, bracket);
    w->comma = false;
}

void aside_json_close(aside_json_writer *w, char bracket) {
    aside_buf_add_char(w->out, bracket);
    w->comma = true;
}

/* The two-character escape of c, or NULL. */
static const char *short_escape(char c) {
    static const char from[] = "\"\\\b\f\n\r\t";
    static const char *const to[] = { "\\\"", "\\\\", "\\b", "\\f", "\\n", "\\r", "\\t" };
    const char *at = c ? strchr(from, c) : NULL;
    return at ? to[at - from] : NULL;
}

static bool is_plain(char c) {
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* All of s is valid UTF-8. */
static void add_escaped(aside_buf *out, aside_str s) {
    for (size_t i = 0, n; i < s.len; i += n) {
        for (n = 0; i + n < s.len && is_plain(s.at[i + n]); ) n++;
        if (n) aside_buf_add(out, (aside_str){ s.at + i, n });
        if (n) continue;
        const char *escape = short_escape(s.at[i]);
        if (escape) aside_buf_add_z(out, escape);
        else aside_buf_printf(out, "\\u%04x", (unsigned)(unsigned char)s.at[i]);
        n = 1;
    }
}

/* Bytes of the valid character at the start of s, or 0. */
static size_t char_len(aside_str s) {
    for (size_t n = 1; n <= 4 && n <= s.len; n++)
        if (aside_str_is_utf8((aside_str){ s.at, n })) return n;
    return 0;
}

/* Each byte that belongs to no character becomes U+FFFD: what we write is always valid. */
static void add_repaired(aside_buf *out, aside_str s) {
    while (s.len) {
        size_t n = char_len(s);
        if (n) add_escaped(out, (aside_str){ s.at, n });
        else aside_buf_add_z(out, "\xEF\xBF\xBD");
        s.at += n ? n : 1, s.len -= n ? n : 1;
    }
}

static void add_quoted(aside_buf *out, aside_str s) {
    aside_buf_add_char(out, '"');
    if (aside_str_is_utf8(s)) add_escaped(out, s);
    else add_repaired(out, s);
    aside_buf_add_char(out, '"');
}

void aside_json_key(aside_json_writer *w, const char *key) {
    separate(w);
    add_quoted(w->out, aside_str_from(key));
    aside_buf_add_char(w->out, ':');
    w->comma = false;
}

void aside_json_add_str(aside_json_writer *w, aside_str s) {
    if (!s.at) { aside_json_add_null(w); return; }
    separate(w);
    add_quoted(w->out, s);
}

void aside_json_add_z(aside_json_writer *w, const char *z) { aside_json_add_str(w, aside_str_from(z)); }

void aside_json_add_raw(aside_json_writer *w, aside_str json) {
    separate(w);
    aside_buf_add(w->out, json);
}

void aside_json_add_int(aside_json_writer *w, int64_t n) {
    separate(w);
    aside_buf_printf(w->out, "%lld", (long long)n);
}

void aside_json_add_bool(aside_json_writer *w, bool b) { aside_json_add_raw(w, aside_str_from(b ? "true" : "false")); }

void aside_json_add_null(aside_json_writer *w) { aside_json_add_raw(w, ASIDE_STR("null")); }

void aside_json_put_z(aside_json_writer *w, const char *key, const char *z) {
    aside_json_key(w, key);
    aside_json_add_z(w, z);
}

void aside_json_put_int(aside_json_writer *w, const char *key, int64_t n) {
    aside_json_key(w, key);
    aside_json_add_int(w, n);
}

/* printf writes the decimal point of the process's locale, which is the host's to choose: whatever
 * is not part of a number stands for the point. */
static void add_digits(aside_buf *out, const char *printed) {
    for (bool in_point = false; *printed; printed++) {
        bool digit = strchr("0123456789+-e", *printed) != NULL;
        if (digit) aside_buf_add_char(out, *printed);
        else if (!in_point) aside_buf_add_char(out, '.');
        in_point = !digit;
    }
}

static void add_real(aside_json_writer *w, double x, int n_digits) {
    char printed[64];
    if (!isfinite(x)) { aside_json_add_null(w); return; }      /* JSON has no word for them. */
    snprintf(printed, sizeof printed, "%.*g", n_digits, x);
    separate(w);
    add_digits(w->out, printed);
}

void aside_json_add_real(aside_json_writer *w, double x) { add_real(w, x, 6); }

/* As few digits as bring back the same number: 0.8, not 0.80000000000000004. */
static void dump_real(aside_json_writer *w, double x) {
    char printed[64];
    int n_digits = 15;
    for (; n_digits < 17; n_digits++) {
        snprintf(printed, sizeof printed, "%.*g", n_digits, x);
        if (strtod(printed, NULL) == x) break;
    }
    add_real(w, x, n_digits);
}

static void dump(aside_json_writer *w, const aside_json *v);

static void dump_object(aside_json_writer *w, const aside_json *v) {
    aside_json_open(w, '{');
    for (void *at = json_object_iter(unconst(v)); at; at = json_object_iter_next(unconst(v), at)) {
        aside_json_key(w, json_object_iter_key(at));
        dump(w, (const aside_json *)json_object_iter_value(at));
    }
    aside_json_close(w, '}');
}

static void dump_array(aside_json_writer *w, const aside_json *v) {
    aside_json_open(w, '[');
    for (size_t i = 0; i < aside_json_length(v); i++) dump(w, aside_json_at(v, i));
    aside_json_close(w, ']');
}

/* As deep as what the parser let through: 2048 small frames. */
static void dump(aside_json_writer *w, const aside_json *v) {
    switch (json_typeof(in(v))) {
        case JSON_OBJECT:  dump_object(w, v); break;
        case JSON_ARRAY:   dump_array(w, v); break;
        case JSON_STRING:  aside_json_add_str(w, (aside_str){ json_string_value(in(v)), json_string_length(in(v)) }); break;
        case JSON_INTEGER: aside_json_add_int(w, json_integer_value(in(v))); break;
        case JSON_REAL:    dump_real(w, json_real_value(in(v))); break;
        case JSON_TRUE: case JSON_FALSE: aside_json_add_bool(w, json_is_true(in(v))); break;
        case JSON_NULL:    aside_json_add_null(w); break;
    }
}

void aside_json_dump(const aside_json *v, aside_buf *out) {
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    if (v) dump(&w, v);
    else aside_json_add_null(&w);
}
