/* sweep.h -- running out of memory everywhere, one allocation after another.
 *
 * A step is called with a host whose 1st, then 2nd, then 3rd ... allocation
 * fails, until it gets through without meeting the failure.  Each time it must
 * answer ENOMEM (OK only when nothing failed), and give back all it took.
 *
 *     static aside_status parse(const aside_host *host, void *user) {
 *         aside_arena arena;
 *         aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
 *         ...
 *         aside_arena_free(&arena);
 *         return status;
 *     }
 *     assert_true(sweep(parse, NULL) > 3);
 *
 * Arenas in a step begin with small blocks, so that there is more to fail. */
#ifndef ASIDE_TESTS_SWEEP_H
#define ASIDE_TESTS_SWEEP_H
#include "base/host.h"

#include <stdio.h>
#include <stdlib.h>

enum { SWEEP_BLOCK_BYTES = 64, SWEEP_MAX = 100000 };

typedef struct sweep_memory {
    size_t n_allocs, fail_at;              /* fail_at 0: never. */
    size_t live_bytes;                     /* By the sizes that the caller tells: a wrong old_size shows. */
} sweep_memory;

static inline void *sweep_realloc(void *user, void *old, size_t old_size, size_t new_size) {
    sweep_memory *m = user;
    if (new_size && ++m->n_allocs == m->fail_at) return NULL;
    if (new_size > SIZE_MAX / 4) return NULL;          /* As realloc does; a sanitizer's would end the program. */
    void *p = NULL;
    if (new_size == 0) free(old);
    else if (!(p = realloc(old, new_size))) return NULL;
    m->live_bytes += new_size - (old ? old_size : 0);
    return p;
}

static inline aside_host sweep_host(sweep_memory *m) {
    aside_host h = aside_host_complete(NULL);
    h.user = m;
    h.realloc = sweep_realloc;
    h.seed = 1;                            /* Each run the same. */
    return h;
}

typedef aside_status sweep_step(const aside_host *host, void *user);

/* How many allocations the step makes when none fails. */
static inline size_t sweep(sweep_step *step, void *user) {
    for (size_t fail_at = 1; fail_at < SWEEP_MAX; fail_at++) {
        sweep_memory m = { .fail_at = fail_at };
        aside_host host = sweep_host(&m);
        aside_status st = step(&host, user);
        if (m.live_bytes) print_error("allocation %zu failing: %zu bytes were not given back\n", fail_at, m.live_bytes);
        assert_int_equal(m.live_bytes, 0);
        if (m.n_allocs < fail_at) {
            assert_int_equal(st, ASIDE_OK);
            return m.n_allocs;
        }
        if (st != ASIDE_ENOMEM) print_error("allocation %zu failing: status %s\n", fail_at, aside_status_name(st));
        assert_int_equal(st, ASIDE_ENOMEM);
    }
    fail_msg("no end after %d allocations", SWEEP_MAX);
    return 0;
}
#endif
