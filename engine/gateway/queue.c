/* queue.c -- see queue.h. */
#include "gateway/queue.h"

#include "base/limits.h"

#include <string.h>

#ifdef ASIDE_NASTY
enum { MOST_MESSAGES = 3, FIRST_BYTES = 7 };
#else
enum { MOST_MESSAGES = ASIDE_LIMIT_QUEUE_MESSAGES, FIRST_BYTES = 1024 };
#endif

static size_t size_of(size_t cap) { return sizeof(aside_message) + ASIDE_MESSAGE_HEADROOM + cap; }

aside_message *aside_message_new(const aside_host *host, size_t cap) {
    if (cap < FIRST_BYTES) cap = FIRST_BYTES;
    aside_message *m = host->realloc(host->user, NULL, 0, size_of(cap));
    if (m) *m = (aside_message){ .cap = cap };
    return m;
}

aside_message *aside_message_copy(const aside_host *host, aside_str bytes) {
    aside_message *m = aside_message_new(host, bytes.len);
    if (m && bytes.len) memcpy(aside_message_at(m), bytes.at, bytes.len);
    if (m) m->len = bytes.len;
    return m;
}

static bool widen(const aside_host *host, aside_message **m, size_t least) {
    size_t cap = (*m)->cap;
    while (cap < least) cap *= 2;
    if (cap == (*m)->cap) return true;
    aside_message *wider = host->realloc(host->user, *m, size_of((*m)->cap), size_of(cap));
    if (!wider) return false;
    wider->cap = cap;
    *m = wider;
    return true;
}

bool aside_message_add(const aside_host *host, aside_message **m, aside_str bytes) {
    if (!widen(host, m, (*m)->len + bytes.len)) return false;
    if (bytes.len) memcpy(aside_message_at(*m) + (*m)->len, bytes.at, bytes.len);
    (*m)->len += bytes.len;
    return true;
}

void aside_message_free(const aside_host *host, aside_message *m) {
    if (m) aside_host_free(host, m, size_of(m->cap));
}

char *aside_message_at(aside_message *m) { return (char *)(m + 1) + ASIDE_MESSAGE_HEADROOM; }

aside_str aside_message_bytes(const aside_message *m) {
    return (aside_str){ (const char *)(m + 1) + ASIDE_MESSAGE_HEADROOM, m->len };
}

void aside_queue_put(aside_queue *q, aside_message *m) {
    m->next = NULL;
    if (q->last) q->last->next = m;
    else q->first = m;
    q->last = m;
    q->n++, q->n_bytes += m->len;
}

void aside_queue_put_back(aside_queue *q, aside_message *m) {
    m->next = q->first;
    q->first = m;
    if (!q->last) q->last = m;
    q->n++, q->n_bytes += m->len;
}

aside_message *aside_queue_take(aside_queue *q) {
    aside_message *m = q->first;
    if (!m) return NULL;
    q->first = m->next;
    if (!q->first) q->last = NULL;
    q->n--, q->n_bytes -= m->len;
    m->next = NULL;
    return m;
}

void aside_queue_clear(aside_queue *q, const aside_host *host) {
    for (aside_message *m; (m = aside_queue_take(q));) aside_message_free(host, m);
}

bool aside_queue_full(const aside_queue *q) {
    return q->n >= MOST_MESSAGES || q->n_bytes >= ASIDE_LIMIT_QUEUE_BYTES;
}

bool aside_queue_roomy(const aside_queue *q) {
    return q->n <= MOST_MESSAGES / 2 && q->n_bytes <= ASIDE_LIMIT_QUEUE_BYTES / 2;
}
