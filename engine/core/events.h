/* events.h -- the queue between a session and its host.  Filled by feeds, emptied by
 * aside_session_next; its memory is given back when it is found empty. */
#ifndef ASIDE_CORE_EVENTS_H
#define ASIDE_CORE_EVENTS_H
#include "base/buf.h"

typedef struct aside_events {
    aside_arena  arena;
    aside_event *at;
    size_t       n, cap, next;
} aside_events;

void aside_events_init(aside_events *q, const aside_host *host);
void aside_events_free(aside_events *q);
/* Before a feed: forget what was taken out.  ESTATE when the host has not taken
 * anything out for too long. */
aside_status aside_events_begin(aside_events *q) ASIDE_MUST_CHECK;
/* Copies text and json into the queue's arena.  text may be NULL. */
aside_status aside_events_add(aside_events *q, const aside_event *e) ASIDE_MUST_CHECK;
const aside_event *aside_events_take(aside_events *q);         /* NULL when empty. */
#endif
