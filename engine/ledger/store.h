/* store.h -- where rows are kept: one row of bytes per household, and little else.
 *
 * A store knows nothing of offers or consents.  It can change one household's
 * row in one atomic, durable step, hand out session numbers, and keep trails
 * (the reasons of past decisions).  Two implementations:
 *
 *     store_sqlite.c   a file, shared by threads and processes; the only user of sqlite3.h
 *     store_memory.c   forgotten at the end; for tests and `ask`
 *
 * An update is read, compute, write.  `change` computes the new bytes from the
 * old and from nothing else that the store holds, and may be called again with
 * newer bytes: so a store without transactions can do the same by comparing and
 * setting a version (one key per household, one script).  What `change` writes
 * to the caller counts only after its last call.
 *
 * A store is used by many threads; `household` is a pseudonym of at most 32
 * characters.  Errors: ESTORE and ENOMEM everywhere, and in update what `change`
 * answers. */
#ifndef ASIDE_LEDGER_STORE_H
#define ASIDE_LEDGER_STORE_H
#include "base/crypto.h"

typedef struct aside_store aside_store;

/* *row is the row as it is (empty: there is none) and, to be written, as it shall be
 * (empty: remove it).  Leave *write false to write nothing. */
typedef aside_status aside_store_change(void *user, aside_str *row, bool *write);

typedef struct aside_trail {
    const char *id, *household;
    int64_t     at_ms, expires_ms;
    aside_str   json;
} aside_trail;

typedef struct aside_store_class {
    void         (*close)(aside_store *s);
    /* *row is empty when there is none.  In `arena`. */
    aside_status (*read)(aside_store *s, const char *household, aside_arena *arena, aside_str *row);
    /* `scratch` holds the old row. */
    aside_status (*update)(aside_store *s, const char *household, aside_arena *scratch, aside_store_change *change, void *user);
    /* Remove the row and every trail of the household, also from what lies unused in the files. */
    aside_status (*erase)(aside_store *s, const char *household);
    /* n numbers from *first that nobody had or will have; durable before it returns. */
    aside_status (*lease)(aside_store *s, uint64_t n, uint64_t *first);
    /* Replaces one of the same id.  May be lost when the power fails. */
    aside_status (*trail_add)(aside_store *s, const aside_trail *t);
    /* json->at is NULL when there is none. */
    aside_status (*trail_get)(aside_store *s, const char *id, aside_arena *arena, aside_str *json);
    aside_status (*trail_sweep)(aside_store *s, int64_t now_ms);       /* Those that expired. */
} aside_store_class;

/* Every implementation's store starts with this. */
struct aside_store {
    const aside_store_class *class;
    aside_key                key;          /* Of pseudonyms; as old as the store. */
};

/* Both live in `arena` and are closed by class->close before it is freed. */
aside_status aside_store_open_memory(aside_arena *arena, aside_store **out) ASIDE_MUST_CHECK;
/* `folder` is made when absent.  The file is readable by its owner alone.  Errors:
 * ESTORE with the file and what to do; ENOMEM.  err may be NULL. */
aside_status aside_store_open_sqlite(const char *folder, aside_arena *arena, aside_store **out, aside_error *err) ASIDE_MUST_CHECK;
#endif
