/* store_memory.c -- a store that is forgotten at the end.
 *
 * Rows hang in a fixed number of buckets: this is for tests, `ask` and a device
 * alone, so a hundred households are many.  Trails are a ring; the oldest makes
 * room.  One mutex guards everything behind `lock`.
 *
 * The nasty build calls `change` twice for each update, as a store that compares
 * and sets may. */
#include "ledger/store.h"

#include "base/host.h"
#include "base/limits.h"

#include <pthread.h>
#include <string.h>

enum { BUCKETS = 1024 };

typedef struct entry entry;
struct entry {
    entry *next;
    char   household[33];
    char  *row;
    size_t row_len;
};

/* One allocation: the identifier, its NUL, the JSON. */
typedef struct kept_trail {
    char   *text;
    size_t  id_len, text_len;
    char    household[33];
    int64_t expires_ms;
} kept_trail;

_Static_assert((ASIDE_LIMIT_MEMORY_TRAILS & (ASIDE_LIMIT_MEMORY_TRAILS - 1)) == 0, "a power of two: the ring's counter wraps");

typedef struct memory_store {
    aside_store       base;
    const aside_host *host;
    pthread_mutex_t   lock;            /* Of all below. */
    entry            *buckets[BUCKETS];
    kept_trail        trails[ASIDE_LIMIT_MEMORY_TRAILS];
    size_t            next_trail;      /* Counts on; its remainder is the place. */
    uint64_t          next_session;
} memory_store;

static memory_store *of(aside_store *s) { return (memory_store *)s; }

/* ---- rows ---- */

/* Where the pointer to this household's entry is or would be. */
static entry **find(memory_store *m, const char *household) {
    entry **at = &m->buckets[aside_str_hash(aside_str_from(household)) % BUCKETS];
    while (*at && strcmp((*at)->household, household) != 0) at = &(*at)->next;
    return at;
}

static void drop_bytes(memory_store *m, char *p, size_t n) {
    if (p) aside_crypto_wipe(p, n);
    aside_host_free(m->host, p, n);
}

static void drop_row(memory_store *m, const char *household) {
    entry **at = find(m, household), *e = *at;
    if (!e) return;
    *at = e->next;
    drop_bytes(m, e->row, e->row_len);
    aside_host_free(m->host, e, sizeof *e);
}

static char *copy_bytes(memory_store *m, aside_str s) {
    char *p = aside_host_alloc(m->host, s.len);
    if (p) memcpy(p, s.at, s.len);
    return p;
}

static entry *new_entry(memory_store *m, const char *household) {
    entry *e = aside_host_alloc(m->host, sizeof *e);
    if (e) memcpy(e->household, household, strlen(household));
    return e;
}

static aside_status put_row(memory_store *m, const char *household, aside_str row) {
    if (row.len == 0) return drop_row(m, household), ASIDE_OK;
    char *bytes = copy_bytes(m, row);
    if (!bytes) return ASIDE_ENOMEM;
    entry **at = find(m, household);
    if (!*at && !(*at = new_entry(m, household))) return aside_host_free(m->host, bytes, row.len), ASIDE_ENOMEM;
    drop_bytes(m, (*at)->row, (*at)->row_len);
    (*at)->row = bytes, (*at)->row_len = row.len;
    return ASIDE_OK;
}

static aside_status get_row(memory_store *m, const char *household, aside_arena *arena, aside_str *row) {
    entry *e = *find(m, household);
    *row = e ? aside_arena_copy(arena, (aside_str){ e->row, e->row_len }) : (aside_str){ 0 };
    return e && !row->at ? ASIDE_ENOMEM : ASIDE_OK;
}

static aside_status read_row(aside_store *s, const char *household, aside_arena *arena, aside_str *row) {
    memory_store *m = of(s);
    pthread_mutex_lock(&m->lock);
    aside_status st = get_row(m, household, arena, row);
    pthread_mutex_unlock(&m->lock);
    return st;
}

static aside_status change_row(memory_store *m, const char *household, aside_arena *scratch,
                               aside_store_change *change, void *user) {
    aside_str row;
    bool write = false;
    aside_status st = get_row(m, household, scratch, &row);
#ifdef ASIDE_NASTY
    aside_str lost = row;
    if (!st) st = change(user, &lost, &write);
    write = false;
#endif
    if (!st) st = change(user, &row, &write);
    return st || !write ? st : put_row(m, household, row);
}

static aside_status update_row(aside_store *s, const char *household, aside_arena *scratch,
                               aside_store_change *change, void *user) {
    memory_store *m = of(s);
    if (strlen(household) > 32) return ASIDE_EINVAL;
    pthread_mutex_lock(&m->lock);
    aside_status st = change_row(m, household, scratch, change, user);
    pthread_mutex_unlock(&m->lock);
    return st;
}

/* ---- trails ---- */

static void drop_trail(memory_store *m, kept_trail *t) {
    drop_bytes(m, t->text, t->text_len);
    *t = (kept_trail){ 0 };
}

/* From the newest backwards: so a newer one of the same name hides the older,
 * and adding need not look. */
static const kept_trail *find_trail(const memory_store *m, const char *id) {
    for (size_t i = 1; i <= ASIDE_LIMIT_MEMORY_TRAILS; i++) {
        const kept_trail *t = &m->trails[(m->next_trail - i) % ASIDE_LIMIT_MEMORY_TRAILS];
        if (t->text && strcmp(t->text, id) == 0) return t;
    }
    return NULL;
}

static aside_status add_trail(aside_store *s, const aside_trail *t) {
    memory_store *m = of(s);
    size_t id_len = strlen(t->id), text_len = id_len + 1 + t->json.len;
    if (strlen(t->household) > 32) return ASIDE_EINVAL;
    char *text = aside_host_alloc(m->host, text_len);
    if (!text) return ASIDE_ENOMEM;
    memcpy(text, t->id, id_len);
    if (t->json.len) memcpy(text + id_len + 1, t->json.at, t->json.len);
    pthread_mutex_lock(&m->lock);
    kept_trail *to = &m->trails[m->next_trail++ % ASIDE_LIMIT_MEMORY_TRAILS];
    drop_trail(m, to);
    *to = (kept_trail){ .text = text, .id_len = id_len, .text_len = text_len, .expires_ms = t->expires_ms };
    memcpy(to->household, t->household, strlen(t->household));
    pthread_mutex_unlock(&m->lock);
    return ASIDE_OK;
}

static aside_status get_trail(aside_store *s, const char *id, aside_arena *arena, aside_str *json) {
    memory_store *m = of(s);
    pthread_mutex_lock(&m->lock);
    const kept_trail *t = find_trail(m, id);
    *json = (aside_str){ 0 };
    if (t) *json = aside_arena_copy(arena, (aside_str){ t->text + t->id_len + 1, t->text_len - t->id_len - 1 });
    aside_status st = t && !json->at ? ASIDE_ENOMEM : ASIDE_OK;
    pthread_mutex_unlock(&m->lock);
    return st;
}

static aside_status sweep_trails(aside_store *s, int64_t now_ms) {
    memory_store *m = of(s);
    pthread_mutex_lock(&m->lock);
    for (size_t i = 0; i < ASIDE_LIMIT_MEMORY_TRAILS; i++)
        if (m->trails[i].text && m->trails[i].expires_ms <= now_ms) drop_trail(m, &m->trails[i]);
    pthread_mutex_unlock(&m->lock);
    return ASIDE_OK;
}

/* ---- the rest ---- */

static aside_status erase_household(aside_store *s, const char *household) {
    memory_store *m = of(s);
    pthread_mutex_lock(&m->lock);
    drop_row(m, household);
    for (size_t i = 0; i < ASIDE_LIMIT_MEMORY_TRAILS; i++)
        if (m->trails[i].text && strcmp(m->trails[i].household, household) == 0) drop_trail(m, &m->trails[i]);
    pthread_mutex_unlock(&m->lock);
    return ASIDE_OK;
}

static aside_status lease_sessions(aside_store *s, uint64_t n, uint64_t *first) {
    memory_store *m = of(s);
    pthread_mutex_lock(&m->lock);
    *first = m->next_session;
    m->next_session += n;
    pthread_mutex_unlock(&m->lock);
    return ASIDE_OK;
}

static void close_store(aside_store *s) {
    memory_store *m = of(s);
    for (size_t i = 0; i < BUCKETS; i++)
        while (m->buckets[i]) drop_row(m, m->buckets[i]->household);
    for (size_t i = 0; i < ASIDE_LIMIT_MEMORY_TRAILS; i++) drop_trail(m, &m->trails[i]);
    pthread_mutex_destroy(&m->lock);
    aside_crypto_wipe(&m->base.key, sizeof m->base.key);
}

static const aside_store_class memory_class = {
    .close = close_store, .read = read_row, .update = update_row, .erase = erase_household, .lease = lease_sessions,
    .trail_add = add_trail, .trail_get = get_trail, .trail_sweep = sweep_trails };

aside_status aside_store_open_memory(aside_arena *arena, aside_store **out) {
    memory_store *m = aside_arena_alloc(arena, sizeof *m);
    if (!m || pthread_mutex_init(&m->lock, NULL)) return ASIDE_ENOMEM;
    m->base.class = &memory_class;
    m->host = arena->host;
    m->next_session = 1;
    aside_crypto_random(m->base.key.bytes, sizeof m->base.key.bytes);
    *out = &m->base;
    return ASIDE_OK;
}
