/* store_sqlite.c -- a store in one SQLite file, FOLDER/aside.db.
 *
 * Tables
 *
 *     household  key, row              one row of bytes each (household.c)
 *     trail      id, household, at_ms, expires_ms, json
 *     meta       name, value           'key': 32 random bytes, of pseudonyms
 *                                      'sessions': the next number to lease
 *
 * The header's application_id says that the file is ours, its user_version which
 * form the tables have.
 *
 * Durability.  The journal is a write-ahead log and each commit is synced
 * (synchronous=FULL) before the call returns, so what was acknowledged survives
 * a crash of the program or of the machine.  Only trails are written without a
 * sync: losing the last of them with the power harms nobody, and there is one
 * for each turn.  The next synced commit carries them along.
 *
 * Erasing.  secure_delete writes zeros over what is deleted, and a truncating
 * checkpoint empties the log; after it nothing of the household is in the files.
 *
 * Threads and processes.  One connection, one mutex around it.  Between
 * processes SQLite's locks do the work: a writer takes the lock before it reads
 * (BEGIN IMMEDIATE), so nobody computes from a row that changes under him.
 *
 * Opening checks the file before it touches it: of another program, of a newer
 * version, damaged (quick_check): each is said with the file and what to do. */
#include "ledger/store.h"

#include "base/host.h"
#include "base/limits.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

enum { APPLICATION_ID = 0x41736964, VERSION = 1 };     /* "Asid"; raise VERSION with the tables. */

static const char schema[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE household(key TEXT PRIMARY KEY, row BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE trail(id TEXT PRIMARY KEY, household TEXT NOT NULL, at_ms INTEGER NOT NULL,"
    " expires_ms INTEGER NOT NULL, json TEXT NOT NULL);"
    "CREATE INDEX trail_household ON trail(household);"
    "CREATE INDEX trail_expires ON trail(expires_ms);"
    "INSERT INTO meta VALUES('sessions', 1);";

/* Prepared once. */
#define STATEMENT_MAP(X)                                                                           \
    X(BEGIN,       "BEGIN IMMEDIATE")                                                              \
    X(COMMIT,      "COMMIT")                                                                       \
    X(ROLLBACK,    "ROLLBACK")                                                                     \
    X(ROW_GET,     "SELECT row FROM household WHERE key = ?1")                                     \
    X(ROW_PUT,     "INSERT OR REPLACE INTO household VALUES(?1, ?2)")                              \
    X(ROW_DROP,    "DELETE FROM household WHERE key = ?1")                                         \
    X(TRAIL_PUT,   "INSERT OR REPLACE INTO trail VALUES(?1, ?2, ?3, ?4, ?5)")                      \
    X(TRAIL_GET,   "SELECT json FROM trail WHERE id = ?1")                                         \
    X(TRAIL_DROP,  "DELETE FROM trail WHERE household = ?1")                                       \
    X(TRAIL_SWEEP, "DELETE FROM trail WHERE expires_ms <= ?1")                                     \
    X(LEASE,       "UPDATE meta SET value = value + ?1 WHERE name = 'sessions' RETURNING value")
enum {
#define X(id, sql) id,
    STATEMENT_MAP(X)
#undef X
    N_STATEMENTS
};

typedef struct sqlite_store {
    aside_store       base;
    const aside_host *host;
    const char       *path;
    pthread_mutex_t   lock;                /* Of all below. */
    sqlite3          *db;
    bool              is_synced;           /* synchronous=FULL, as it stands. */
    sqlite3_stmt     *statements[N_STATEMENTS];
} sqlite_store;

static sqlite_store *of(aside_store *s) { return (sqlite_store *)s; }

/* ---- one statement ---- */

static aside_status status_of(const sqlite_store *s, int rc) {
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE) return ASIDE_OK;
    aside_log(s->host, ASIDE_LOG_ERROR, "store %s: %s", s->path, sqlite3_errmsg(s->db));
    return rc == SQLITE_NOMEM ? ASIDE_ENOMEM : ASIDE_ESTORE;
}

static void bind_text(sqlite_store *s, int id, int column, const char *z) {
    sqlite3_bind_text(s->statements[id], column, z, -1, SQLITE_STATIC);
}

/* Run to its end; what was bound is borrowed no longer. */
static aside_status run(sqlite_store *s, int id) {
    sqlite3_stmt *statement = s->statements[id];
    int rc;
    while ((rc = sqlite3_step(statement)) == SQLITE_ROW) { }
    aside_status st = status_of(s, rc);
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return st;
}

/* The first column of the one row for this key; at == NULL when there is none. */
static aside_status get(sqlite_store *s, int id, const char *key, aside_arena *arena, aside_str *out) {
    sqlite3_stmt *statement = s->statements[id];
    *out = (aside_str){ 0 };
    bind_text(s, id, 1, key);
    int rc = sqlite3_step(statement);
    aside_status st = status_of(s, rc);
    if (rc == SQLITE_ROW) {
        const char *bytes = sqlite3_column_blob(statement, 0);
        *out = aside_arena_copy(arena, (aside_str){ bytes, (size_t)sqlite3_column_bytes(statement, 0) });
        if (!out->at) st = ASIDE_ENOMEM;
    }
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    return st;
}

/* A transaction that was begun ends here, well or not. */
static aside_status finish(sqlite_store *s, aside_status st, bool write) {
    if (!st && write) st = run(s, COMMIT);
    if (sqlite3_get_autocommit(s->db)) return st;      /* Some errors roll back by themselves. */
    aside_status back = run(s, ROLLBACK);
    return st ? st : back;
}

/* Whether the next commit waits for the disk.  Asked before each change, so that no
 * failure on the way can leave a reservation unsynced. */
static aside_status sync_commits(sqlite_store *s, bool on) {
    if (s->is_synced == on) return ASIDE_OK;
    const char *sql = on ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL";
    aside_status st = status_of(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
    if (!st) s->is_synced = on;
    return st;
}

static aside_status begin(sqlite_store *s) {
    aside_status st = sync_commits(s, true);
    return st ? st : run(s, BEGIN);
}

/* ---- rows ---- */

static aside_status put_row(sqlite_store *s, const char *household, aside_str row) {
    int id = row.len ? ROW_PUT : ROW_DROP;
    bind_text(s, id, 1, household);
    if (row.len) sqlite3_bind_blob64(s->statements[id], 2, row.at, row.len, SQLITE_STATIC);
    return run(s, id);
}

static aside_status read_row(aside_store *store, const char *household, aside_arena *arena, aside_str *row) {
    sqlite_store *s = of(store);
    pthread_mutex_lock(&s->lock);
    aside_status st = get(s, ROW_GET, household, arena, row);
    pthread_mutex_unlock(&s->lock);
    return st;
}

static aside_status update_row(aside_store *store, const char *household, aside_arena *scratch,
                               aside_store_change *change, void *user) {
    sqlite_store *s = of(store);
    aside_str row;
    bool write = false;
    pthread_mutex_lock(&s->lock);
    aside_status st = begin(s);
    if (!st) {
        st = get(s, ROW_GET, household, scratch, &row);
        if (!st) st = change(user, &row, &write);
        if (!st && write) st = put_row(s, household, row);
        st = finish(s, st, write);
    }
    pthread_mutex_unlock(&s->lock);
    return st;
}

static aside_status drop_all(sqlite_store *s, const char *household) {
    bind_text(s, ROW_DROP, 1, household);
    aside_status st = run(s, ROW_DROP);
    if (st) return st;
    bind_text(s, TRAIL_DROP, 1, household);
    return run(s, TRAIL_DROP);
}

/* Until the log is empty the promise is not kept, so a checkpoint that another
 * process hinders is a failure; erasing again is fine. */
static aside_status erase_household(aside_store *store, const char *household) {
    sqlite_store *s = of(store);
    pthread_mutex_lock(&s->lock);
    aside_status st = begin(s);
    if (!st) st = finish(s, drop_all(s, household), true);
    if (!st) st = status_of(s, sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL));
    pthread_mutex_unlock(&s->lock);
    return st;
}

/* ---- sessions and trails ---- */

/* The commit comes with the step after the row. */
static aside_status take_lease(sqlite_store *s, uint64_t n, uint64_t *first) {
    sqlite3_stmt *statement = s->statements[LEASE];
    sqlite3_int64 next = 0;
    sqlite3_bind_int64(statement, 1, (sqlite3_int64)n);
    int rc = sqlite3_step(statement);
    if (rc == SQLITE_ROW) {
        next = sqlite3_column_int64(statement, 0);
        rc = sqlite3_step(statement);
    }
    aside_status st = status_of(s, rc);
    sqlite3_reset(statement);
    if (st) return st;
    if (next <= (sqlite3_int64)n) return ASIDE_ESTORE; /* No counter, or one that is not a number. */
    *first = (uint64_t)next - n;
    return ASIDE_OK;
}

static aside_status lease_sessions(aside_store *store, uint64_t n, uint64_t *first) {
    sqlite_store *s = of(store);
    pthread_mutex_lock(&s->lock);
    aside_status st = sync_commits(s, true);
    if (!st) st = take_lease(s, n, first);
    pthread_mutex_unlock(&s->lock);
    return st;
}

static aside_status put_trail(sqlite_store *s, const aside_trail *t) {
    bind_text(s, TRAIL_PUT, 1, t->id);
    bind_text(s, TRAIL_PUT, 2, t->household);
    sqlite3_bind_int64(s->statements[TRAIL_PUT], 3, t->at_ms);
    sqlite3_bind_int64(s->statements[TRAIL_PUT], 4, t->expires_ms);
    sqlite3_bind_text64(s->statements[TRAIL_PUT], 5, t->json.at ? t->json.at : "", t->json.len, SQLITE_STATIC, SQLITE_UTF8);
    return run(s, TRAIL_PUT);
}

static aside_status add_trail(aside_store *store, const aside_trail *t) {
    sqlite_store *s = of(store);
    pthread_mutex_lock(&s->lock);
    aside_status st = sync_commits(s, false);
    if (!st) st = put_trail(s, t);
    pthread_mutex_unlock(&s->lock);
    return st;
}

static aside_status get_trail(aside_store *store, const char *id, aside_arena *arena, aside_str *json) {
    sqlite_store *s = of(store);
    pthread_mutex_lock(&s->lock);
    aside_status st = get(s, TRAIL_GET, id, arena, json);
    pthread_mutex_unlock(&s->lock);
    return st;
}

static aside_status sweep_trails(aside_store *store, int64_t now_ms) {
    sqlite_store *s = of(store);
    pthread_mutex_lock(&s->lock);
    sqlite3_bind_int64(s->statements[TRAIL_SWEEP], 1, now_ms);
    aside_status st = sync_commits(s, false);
    if (!st) st = run(s, TRAIL_SWEEP);
    pthread_mutex_unlock(&s->lock);
    return st;
}

/* ---- opening ---- */

static aside_status refuse(const sqlite_store *s, aside_error *err, const char *found, const char *advice) {
    return aside_fail_at(err, ASIDE_ESTORE, (aside_place){ .path = s->path }, "%s; %s", found, advice);
}

static const char another_folder[] = "give the setting `state` a folder that this user can write";
static const char set_aside[] = "move the file away to begin a new store, or restore it from a backup";

/* SQLite's own words for what just failed. */
static aside_status refuse_error(const sqlite_store *s, aside_error *err) {
    int rc = s->db ? sqlite3_errcode(s->db) : SQLITE_NOMEM;
    if (rc == SQLITE_NOMEM) return aside_fail(err, ASIDE_ENOMEM, "out of memory");
    bool damaged = rc == SQLITE_CORRUPT || rc == SQLITE_NOTADB;
    return refuse(s, err, sqlite3_errmsg(s->db), damaged ? set_aside : another_folder);
}

/* The one value of a query, as a number. */
static int query(sqlite_store *s, const char *sql, sqlite3_int64 *out) {
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL);
    if (rc == SQLITE_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
        *out = sqlite3_column_int64(statement, 0);
        rc = SQLITE_OK;
    }
    sqlite3_finalize(statement);
    return rc;
}

/* Each folder of the path in turn; those that are there stay as they are.  0, or
 * the last errno that says something else. */
static int make_folders(char *path) {
    int rc = 0;
    for (char *slash = path + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        if (mkdir(path, 0700) && errno != EEXIST) rc = errno;
    }
    if (mkdir(path, 0700) && errno != EEXIST) rc = errno;
    return rc;
}

/* mknod rather than open: closing a descriptor of the file would drop the locks
 * that another connection of this process holds on it. */
static aside_status make_file(sqlite_store *s, const char *folder, aside_arena *arena, aside_error *err) {
    char *path = aside_arena_copy_z(arena, aside_str_from(folder));
    s->path = aside_arena_printf(arena, "%s/aside.db", folder);
    if (!path || !s->path) return aside_fail(err, ASIDE_ENOMEM, "out of memory");
    int of_folder = make_folders(path);
    if (mknod(s->path, S_IFREG | 0600, 0) == 0 || errno == EEXIST) return ASIDE_OK;
    return refuse(s, err, strerror(errno == ENOENT && of_folder ? of_folder : errno), another_folder);
}

static aside_status open_file(sqlite_store *s, aside_error *err) {
    int rc = sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    if (rc != SQLITE_OK) return refuse_error(s, err);
    sqlite3_busy_timeout(s->db, ASIDE_LIMIT_STORE_WAIT_MS);
    if (sqlite3_db_readonly(s->db, "main") == 1) return refuse(s, err, "the file cannot be written", another_folder);
    return ASIDE_OK;
}

typedef struct kind { sqlite3_int64 application, version, n_tables; } kind;

/* In one transaction: between two of these questions another process may make the tables. */
static int read_kind(sqlite_store *s, kind *k) {
    int rc = sqlite3_exec(s->db, "BEGIN", NULL, NULL, NULL);
    if (!rc) rc = query(s, "PRAGMA application_id", &k->application);
    if (!rc) rc = query(s, "PRAGMA user_version", &k->version);
    if (!rc) rc = query(s, "SELECT count(*) FROM sqlite_schema", &k->n_tables);
    return rc ? rc : sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
}

/* Is it ours, of a version that we know, or new and empty? */
static aside_status check_kind(sqlite_store *s, bool *is_new, aside_error *err) {
    kind k = { 0 };
    if (read_kind(s, &k)) return refuse_error(s, err);
    *is_new = k.application == 0 && k.version == 0 && k.n_tables == 0;
    if (*is_new || (k.application == APPLICATION_ID && k.version == VERSION)) return ASIDE_OK;
    if (k.application != APPLICATION_ID)
        return refuse(s, err, "this database belongs to another program", another_folder);
    return refuse(s, err, "this store was made by another version of the program", "use that version, or move the file away");
}

static aside_status check_whole(sqlite_store *s, aside_error *err) {
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(s->db, "PRAGMA quick_check(1)", -1, &statement, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    const char *found = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(statement, 0) : NULL;
    aside_status st = ASIDE_OK;
    if (!found) st = refuse_error(s, err);
    else if (strcmp(found, "ok") != 0) st = refuse(s, err, "the store is damaged", set_aside);
    sqlite3_finalize(statement);
    return st;
}

/* Going over to a log does not wait for others by itself; two that open a new store at once meet here. */
static int use_log(sqlite_store *s) {
    int rc = SQLITE_BUSY;
    for (int waited_ms = 0; waited_ms < ASIDE_LIMIT_STORE_WAIT_MS; waited_ms += 10) {
        rc = sqlite3_exec(s->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
        if ((rc & 0xFF) != SQLITE_BUSY) break;
        sqlite3_sleep(10);
    }
    return rc;
}

static int configure(sqlite_store *s) {
    int rc = use_log(s);
    if (rc) return rc;
    rc = sqlite3_exec(s->db, "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
                             "PRAGMA trusted_schema=OFF", NULL, NULL, NULL);
    s->is_synced = rc == SQLITE_OK;
    return rc;
}

static int add_key(sqlite_store *s) {
    aside_key key;
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(s->db, "INSERT INTO meta VALUES('key', ?1)", -1, &statement, NULL);
    if (rc) return rc;
    aside_crypto_random(key.bytes, sizeof key.bytes);
    sqlite3_bind_blob(statement, 1, key.bytes, sizeof key.bytes, SQLITE_STATIC);
    rc = sqlite3_step(statement);
    sqlite3_finalize(statement);
    aside_crypto_wipe(&key, sizeof key);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int make_tables(sqlite_store *s) {
    char mark[100];
    sqlite3_snprintf(sizeof mark, mark, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID, VERSION);
    int rc = sqlite3_exec(s->db, schema, NULL, NULL, NULL);
    if (!rc) rc = add_key(s);
    return rc ? rc : sqlite3_exec(s->db, mark, NULL, NULL, NULL);
}

/* In one transaction, and asked again inside it: another process may have been faster. */
static aside_status begin_store(sqlite_store *s, aside_error *err) {
    sqlite3_int64 version = 0;
    int rc = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (!rc) rc = query(s, "PRAGMA user_version", &version);
    if (!rc && version == 0) rc = make_tables(s);
    if (!rc) rc = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
    return rc ? refuse_error(s, err) : ASIDE_OK;
}

static aside_status load_key(sqlite_store *s, aside_error *err) {
    sqlite3_stmt *statement = NULL;
    int rc = sqlite3_prepare_v2(s->db, "SELECT value FROM meta WHERE name = 'key'", -1, &statement, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(statement);
    bool whole = rc == SQLITE_ROW && sqlite3_column_bytes(statement, 0) == ASIDE_KEY_BYTES;
    if (whole) memcpy(s->base.key.bytes, sqlite3_column_blob(statement, 0), ASIDE_KEY_BYTES);
    sqlite3_finalize(statement);
    return whole ? ASIDE_OK : refuse(s, err, "the store has lost its key", set_aside);
}

static aside_status prepare(sqlite_store *s, aside_error *err) {
    static const char *const sql[] = {
#define X(id, text) text,
        STATEMENT_MAP(X)
#undef X
    };
    for (int i = 0; i < N_STATEMENTS; i++)
        if (sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &s->statements[i], NULL))
            return refuse_error(s, err);
    return ASIDE_OK;
}

static aside_status open_store(sqlite_store *s, const char *folder, aside_arena *arena, aside_error *err) {
    bool is_new = false;
    aside_status st = make_file(s, folder, arena, err);
    if (!st) st = open_file(s, err);
    if (!st) st = check_kind(s, &is_new, err);
    if (!st) st = check_whole(s, err);
    if (!st && configure(s)) st = refuse_error(s, err);
    if (!st && is_new) st = begin_store(s, err);
    if (!st) st = load_key(s, err);
    return st ? st : prepare(s, err);
}

static void close_store(aside_store *store) {
    sqlite_store *s = of(store);
    for (int i = 0; i < N_STATEMENTS; i++) sqlite3_finalize(s->statements[i]);
    sqlite3_close(s->db);
    pthread_mutex_destroy(&s->lock);
    aside_crypto_wipe(&s->base.key, sizeof s->base.key);
}

static const aside_store_class sqlite_class = {
    .close = close_store, .read = read_row, .update = update_row, .erase = erase_household, .lease = lease_sessions,
    .trail_add = add_trail, .trail_get = get_trail, .trail_sweep = sweep_trails };

aside_status aside_store_open_sqlite(const char *folder, aside_arena *arena, aside_store **out, aside_error *err) {
    sqlite_store *s = aside_arena_alloc(arena, sizeof *s);
    if (!s || pthread_mutex_init(&s->lock, NULL)) return aside_fail(err, ASIDE_ENOMEM, "out of memory");
    s->base.class = &sqlite_class;
    s->host = arena->host;
    aside_status st = open_store(s, folder, arena, err);
    if (st) return close_store(&s->base), st;
    *out = &s->base;
    return ASIDE_OK;
}
