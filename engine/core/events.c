/* events.c -- see events.h. */
#include "core/events.h"

#include "base/limits.h"

void aside_events_init(aside_events *q, const aside_host *host) {
    *q = (aside_events){ 0 };
    aside_arena_init(&q->arena, host, 0);
}

void aside_events_free(aside_events *q) {
    aside_arena_free(&q->arena);
    q->at = NULL, q->n = q->cap = q->next = 0;
}

aside_status aside_events_begin(aside_events *q) {
    if (q->next == q->n) {
        aside_arena_reset(&q->arena);
        q->at = NULL, q->n = q->cap = q->next = 0;
    }
    return q->n - q->next < ASIDE_LIMIT_EVENTS ? ASIDE_OK : ASIDE_ESTATE;
}

aside_status aside_events_add(aside_events *q, const aside_event *e) {
    aside_event copy = *e;
    copy.json = aside_arena_copy_z(&q->arena, aside_str_from(e->json));
    if (e->text) copy.text = aside_arena_copy_z(&q->arena, aside_str_from(e->text));
    if (!copy.json || (e->text && !copy.text)) return ASIDE_ENOMEM;
    if (!ASIDE_ARENA_GROW(&q->arena, q->at, q->n, q->cap)) return ASIDE_ENOMEM;
    q->at[q->n++] = copy;
    return ASIDE_OK;
}

const aside_event *aside_events_take(aside_events *q) {
    return q->next < q->n ? &q->at[q->next++] : NULL;
}
