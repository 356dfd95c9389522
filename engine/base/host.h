/* host.h -- the outside world when nobody supplies another one. */
#ifndef ASIDE_BASE_HOST_H
#define ASIDE_BASE_HOST_H
#include "aside.h"

/* *given with the C library's functions in its empty places; given may be NULL. */
aside_host aside_host_complete(const aside_host *given);

int64_t aside_host_wall_ms(const aside_host *host);
void   *aside_host_alloc(const aside_host *host, size_t n_bytes);     /* Zeroed, or NULL. */
void    aside_host_free(const aside_host *host, void *p, size_t n_bytes);

/* Never pass what a person said to this: aside_log_words() below is for that. */
void aside_log(const aside_host *host, aside_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The only way by which words may reach a log: `allowed` is the setting
 * log.transcripts, off by default. */
void aside_log_words(const aside_host *host, bool allowed, const char *words);
#endif
