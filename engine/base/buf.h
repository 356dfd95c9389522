/* buf.h -- text that grows, in an arena.
 *
 * Failure sticks: after running out of memory further additions do nothing, and
 * aside_buf_ok() says so once at the end. */
#ifndef ASIDE_BASE_BUF_H
#define ASIDE_BASE_BUF_H
#include "base/arena.h"

typedef struct aside_buf {
    aside_arena *arena;
    char        *at;          /* NUL-terminated once anything was added; may be NULL before. */
    size_t       len, cap;
    bool         failed;
} aside_buf;

void aside_buf_init(aside_buf *b, aside_arena *arena);
void aside_buf_add(aside_buf *b, aside_str s);
void aside_buf_add_z(aside_buf *b, const char *z);
void aside_buf_add_char(aside_buf *b, char c);
void aside_buf_printf(aside_buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Shorten to len bytes (at most the present length). */
void aside_buf_cut(aside_buf *b, size_t len);
bool aside_buf_ok(const aside_buf *b);
aside_str aside_buf_str(const aside_buf *b);      /* Valid until the next addition. */
/* Never NULL unless failed. */
const char *aside_buf_z(aside_buf *b);
#endif
