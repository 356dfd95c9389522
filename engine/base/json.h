/* json.h -- JSON in and out, by jansson, in our words.
 *
 * Two halves.  Reading: aside_json_parse makes a tree that must be freed.
 * Writing: aside_json_writer_* append to an aside_buf in the order of the
 * calls, so that the same decision gives the same bytes. */
#ifndef ASIDE_BASE_JSON_H
#define ASIDE_BASE_JSON_H
#include "base/buf.h"

/* ---- reading ---- */
typedef struct aside_json aside_json;                  /* A value inside a parsed document. */

/* Strict RFC 8259: duplicate keys, bad UTF-8, NUL in strings and trailing bytes
 * are errors; any value may be at the top.  Nesting is limited by jansson
 * (2048).  Errors: EINVAL, with err->line and column; err->text says what is
 * wrong but does not quote the text, which may be what somebody said.  ENOMEM.
 * The document is freed with aside_json_free(root), and only the root. */
aside_status aside_json_parse(aside_str text, aside_json **out, aside_error *err) ASIDE_MUST_CHECK;
void aside_json_free(aside_json *root);                /* NULL is fine. */

/* Members: NULL when absent or when `object` is NULL or not an object. */
const aside_json *aside_json_get(const aside_json *object, const char *key);
const aside_json *aside_json_at(const aside_json *array, size_t i);
size_t            aside_json_length(const aside_json *array_or_object);    /* 0 for others. */
/* The i-th member of an object in the document's order; false past the end. */
bool              aside_json_member(const aside_json *object, size_t i, const char **key, const aside_json **value);
bool aside_json_is_object(const aside_json *v);
bool aside_json_is_array(const aside_json *v);
bool aside_json_is_null(const aside_json *v);
/* Borrowed until the root is freed; false when it is of another type (or NULL). */
bool aside_json_str(const aside_json *v, const char **out);
bool aside_json_int(const aside_json *v, int64_t *out);    /* A real with a whole value counts. */
bool aside_json_bool(const aside_json *v, bool *out);
bool aside_json_equal(const aside_json *a, const aside_json *b);
/* Append v as compact JSON. */
void aside_json_dump(const aside_json *v, aside_buf *out);

/* ---- writing ---- */
typedef struct aside_json_writer {
    aside_buf *out;
    bool       comma;                                  /* The next value or key needs one before it. */
} aside_json_writer;

void aside_json_writer_init(aside_json_writer *w, aside_buf *out);
void aside_json_open(aside_json_writer *w, char bracket);      /* '{' or '[' */
void aside_json_close(aside_json_writer *w, char bracket);     /* '}' or ']' */
void aside_json_key(aside_json_writer *w, const char *key);
void aside_json_add_str(aside_json_writer *w, aside_str s);    /* at == NULL: null. */
void aside_json_add_z(aside_json_writer *w, const char *z);    /* NULL: null. */
void aside_json_add_int(aside_json_writer *w, int64_t n);
void aside_json_add_bool(aside_json_writer *w, bool b);
void aside_json_add_null(aside_json_writer *w);
void aside_json_add_raw(aside_json_writer *w, aside_str json); /* Already JSON. */
/* A key and its value at once. */
void aside_json_put_z(aside_json_writer *w, const char *key, const char *z);
void aside_json_put_int(aside_json_writer *w, const char *key, int64_t n);
/* A real, with up to six significant digits and never in a locale's spelling. */
void aside_json_add_real(aside_json_writer *w, double x);
#endif
