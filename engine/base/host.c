/* host.c -- see host.h. */
#include "base/host.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *libc_realloc(void *user, void *old, size_t old_size, size_t new_size) {
    (void)user, (void)old_size;
    if (new_size == 0) return free(old), NULL;
    return realloc(old, new_size);
}

static int64_t libc_wall_ms(void *user) {
    (void)user;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

aside_host aside_host_complete(const aside_host *given) {
    aside_host h = given ? *given : (aside_host){ 0 };
    if (!h.realloc) h.realloc = libc_realloc;
    if (!h.wall_ms) h.wall_ms = libc_wall_ms;
    return h;
}

int64_t aside_host_wall_ms(const aside_host *host) { return host->wall_ms(host->user); }

void *aside_host_alloc(const aside_host *host, size_t n_bytes) {
    void *p = host->realloc(host->user, NULL, 0, n_bytes);
    if (p) memset(p, 0, n_bytes);
    return p;
}

void aside_host_free(const aside_host *host, void *p, size_t n_bytes) {
    if (p) host->realloc(host->user, p, n_bytes, 0);
}

const char *aside_log_level_name(aside_log_level level) {
    static const char *const names[] = { "error", "warn", "info", "debug" };
    return (unsigned)level < 4 ? names[level] : "unknown";
}

void aside_log(const aside_host *host, aside_log_level level, const char *format, ...) {
    char line[512];
    if (!host->log || (int)level + host->n_muted > ASIDE_LOG_DEBUG) return;
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    host->log(host->user, level, line);
}

void aside_log_words(const aside_host *host, bool allowed, const char *words) {
    if (allowed) aside_log(host, ASIDE_LOG_INFO, "heard: %s", words);
}
