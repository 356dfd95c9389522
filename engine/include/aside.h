/* aside.h -- the whole public interface of the Aside engine.
 *
 * Aside listens to one person at a time, understands what was said, and decides
 * whether one sponsored skill may make one short, labelled offer.  A host (a
 * phone, a speaker, the gateway in engine/gateway) feeds sound or text into a
 * session and drains events out of it:
 *
 *     aside_engine *engine;
 *     aside_error   err;
 *     if (aside_engine_open(&(aside_options){ .config_path = "config/aside.yaml" }, &engine, &err))
 *         return fail(err.text);
 *     aside_session *s;
 *     if (aside_session_open(engine, &(aside_session_options){ .language = "en" }, &s, &err))
 *         return fail(err.text);
 *     if (aside_session_feed_text(s, "am i pretty", -1))
 *         return fail("...");
 *     for (const aside_event *e; (e = aside_session_next(s)); )
 *         show(e);
 *     aside_session_close(s);
 *     aside_engine_close(engine);
 *
 * Rules that hold everywhere in this file:
 *
 *   Ownership   A function named _open gives the caller something to _close.
 *               Every other pointer handed out is borrowed: it stays valid until
 *               the next feed on the same session, unless its comment says
 *               otherwise.  Nothing here takes ownership of an argument.
 *   Threads     An aside_engine is immutable once open and may be shared.  An
 *               aside_session belongs to one thread at a time.  The library
 *               starts no threads of its own.
 *   Errors      Functions that can fail return an aside_status; outputs are
 *               written only when it is ASIDE_OK (an aside_error only when not).
 *   Text        UTF-8.  Lengths are in bytes; -1 means NUL-terminated.
 *   Never       The library does not exit, abort, write to stdio, or read the
 *               clock except through aside_host. */
#ifndef ASIDE_H
#define ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#  define ASIDE_API __attribute__((visibility("default")))
#  define ASIDE_MUST_CHECK __attribute__((warn_unused_result))
#else
#  define ASIDE_API
#  define ASIDE_MUST_CHECK
#endif

#define ASIDE_VERSION_MAJOR 0
#define ASIDE_VERSION_MINOR 1
#define ASIDE_VERSION_PATCH 0

/* The version of the library in use: major * 1000000 + minor * 1000 + patch. */
ASIDE_API int aside_version(void);

/* ------------------------------- Status codes ------------------------------
 * One line per code; the enum, aside_status_name() and aside_status_text() are
 * all made from this list, so they cannot disagree.  Values never change. */
#define ASIDE_STATUS_MAP(X)                                                        \
    X(OK,         0, "success")                                                    \
    X(ENOMEM,     1, "out of memory")                                              \
    X(EINVAL,     2, "an argument breaks the function's contract")                 \
    X(ESTATE,     3, "the call is not allowed in the present state")               \
    X(ELIMIT,     4, "the input is larger than a limit in base/limits.h")          \
    X(ECONFIG,    5, "a configuration, intent or skill file is wrong")             \
    X(EMODEL,     6, "a model file is missing, damaged or of another version")     \
    X(EIO,        7, "reading or writing a file failed")                           \
    X(ESTORE,     8, "the store could not be read or written")                     \
    X(EBUSY,      9, "no decoder is free; feed again later")                       \
    X(ETEXT,     10, "the text is not valid UTF-8")                                \
    X(EAUDIO,    11, "the sound is of a kind or rate that cannot be decoded")

typedef enum aside_status {
#define X(name, value, text) ASIDE_##name = value,
    ASIDE_STATUS_MAP(X)
#undef X
    ASIDE_STATUS_COUNT
} aside_status;

/* "ASIDE_ENOMEM" and "out of memory"; static strings, never NULL. */
ASIDE_API const char *aside_status_name(aside_status s);
ASIDE_API const char *aside_status_text(aside_status s);

typedef enum aside_severity { ASIDE_SEVERITY_ERROR, ASIDE_SEVERITY_WARNING } aside_severity;

/* Where and why something failed.  Caller-owned and of fixed size, so that
 * reporting an error cannot itself fail; long texts are cut at a character. */
typedef struct aside_error {
    aside_status   status;
    aside_severity severity;
    int  line, column;         /* 1-based, column in characters; 0: not about a place in a file. */
    char path[256];            /* "" when not about a file. */
    char rule[40];             /* The lint rule, such as "yaml.duplicate-key"; "" when none. */
    char text[512];            /* One sentence: what was found, what was expected, what to do. */
} aside_error;

/* ---------------------------------- Host -----------------------------------
 * Everything the engine needs from the outside world.  Zero-fill it to get the
 * C library's behaviour; tests and replays supply their own. */
typedef enum aside_log_level { ASIDE_LOG_ERROR, ASIDE_LOG_WARN, ASIDE_LOG_INFO, ASIDE_LOG_DEBUG } aside_log_level;

ASIDE_API const char *aside_log_level_name(aside_log_level level);

typedef struct aside_host {
    void    *user;                         /* Passed back to each function; the host's own. */
    /* Like realloc, told the old size; new_size 0 frees.  Called on the thread that uses the
     * engine or session.  Foreign libraries (PocketSphinx, SQLite, PCRE2) use malloc. */
    void  *(*realloc)(void *user, void *old, size_t old_size, size_t new_size);
    int64_t (*wall_ms)(void *user);        /* Unix time in milliseconds; may jump. */
    void   (*log)(void *user, aside_log_level level, const char *line);  /* NULL: silence. */
    uint64_t seed;                         /* Of every random draw; 0: taken from the system. */
    int      n_muted;                      /* So many levels, debug first, are not logged.  An engine sets
                                              it from log.level, in its copy and in its sessions'. */
} aside_host;

/* --------------------------------- Engine ----------------------------------
 * Compiled grammars, skills, models, policy and the store.  Read-only after
 * opening but for the store, which locks for itself. */
typedef struct aside_engine aside_engine;

typedef struct aside_options {
    const char        *config_path;        /* NULL: every setting at its default. */
    const aside_host  *host;               /* NULL: the C library.  Copied. */
    const char *const *overrides;          /* NULL-terminated "key=value"; NULL: none. */
    bool               text_only;          /* Load no acoustic model; feeding audio is then ESTATE. */
} aside_options;

/* Load everything the configuration names.  A file with an error loads nothing
 * half-way: the call fails with the first problem in *err (err may be NULL).
 * Errors: ENOMEM, ECONFIG, EMODEL, EIO, ESTORE. */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_engine_open(const aside_options *options, aside_engine **out, aside_error *err);

/* Close all sessions first.  NULL is fine. */
ASIDE_API void aside_engine_close(aside_engine *engine);

/* Called once for each problem; `problem` is borrowed for the call. */
typedef void aside_report_fn(void *user, const aside_error *problem);

/* Report every problem of the file or folder `path`, whatever its kind (a
 * settings, sentence or skill file, told by its keys), each with its place.
 * *n_errors counts errors, not warnings.  Errors: ENOMEM, EIO; a file with
 * problems is still ASIDE_OK. */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_lint(const aside_options *options, const char *path,
                        aside_report_fn *report, void *user, size_t *n_errors);

/* --------------------------------- Session ---------------------------------
 * One person on one device, from waking to silence. */
typedef struct aside_session aside_session;

typedef struct aside_session_options {
    const char *user;              /* Any stable identifier; kept as a keyed pseudonym.  NULL: "user". */
    const char *household;         /* The same; NULL: "home". */
    const char *device;            /* The same; NULL: "device". */
    const char *kind;              /* phone, speaker, tv, ...; NULL: "phone". */
    const char *language;          /* BCP 47, its first part must be loaded; NULL: the setting's. */
    const char *zone;              /* "Asia/Shanghai" or "+08:00"; NULL: the setting `zone`. */
    const char *region;            /* Jurisdiction, "cn"; NULL: the setting's.  Kept; no gate has rules for it yet. */
    const char *scene;             /* personal, home or public; NULL: home. */
    const char *surfaces;          /* Separated by commas or spaces, unknown ones passed over; NULL: "speech". */
    const char *capabilities;      /* The same; NULL: none. */
    bool        child, guest;      /* Nothing sponsored for either. */
    int         sample_rate;       /* Of the sound fed, in Hz: 8000 to 192000; 0: text only. */
    bool        whole_utterance;   /* Pauses do not end an utterance; only aside_session_end_audio does. */
    bool        no_partials;       /* Nobody looks at PARTIAL events: there are none, and hearing costs less. */
    bool        simulated_device;  /* Play the device: offers count as heard, and a step that waits for
                                      a proof completes at once, marked "simulated".  For tests. */
    const aside_host *host;        /* Clock, log and seed of this session; NULL: the engine's.  Copied. */
} aside_session_options;

/* Errors: ENOMEM, EINVAL (unknown language, zone, kind or scene; a sample rate out
 * of range), ESTATE (a sample rate where there is no acoustic model), ESTORE.  err
 * may be NULL. */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_session_open(aside_engine *engine, const aside_session_options *options,
                                aside_session **out, aside_error *err);

/* Releases an offer that nobody heard.  NULL is fine. */
ASIDE_API void aside_session_close(aside_session *s);

/* The session's identifier, for logs and for joining with the ledger; lives as long as the session. */
ASIDE_API const char *aside_session_id(const aside_session *s);

/* Feed any number of 16-bit mono samples; where they are cut changes nothing.
 * Errors: ESTATE (a text-only session), ENOMEM, EBUSY (no decoder: feed the
 * same samples again later), and those of aside_session_feed_text. */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_session_feed_audio(aside_session *s, const int16_t *pcm, size_t n_samples);

/* No more sound of this utterance: decide about what was heard so far.  Errors: as
 * aside_session_feed_audio. */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_session_end_audio(aside_session *s);

/* Feed one finished utterance.  Errors: ENOMEM, ELIMIT (too long), ETEXT, ESTATE
 * (thousands of events wait to be taken out), ESTORE (what was said cannot be done
 * without the store: a yes, a consent, asking for points or to be forgotten). */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_session_feed_text(aside_session *s, const char *text, ptrdiff_t length);

/* Grant or withdraw a purpose: offers, personalise, push, measure or lead.
 * `wording` names the version of the question asked, in at most 64 bytes; NULL: unknown.
 * Errors: EINVAL (unknown purpose), ESTATE (a child or a guest cannot grant), ESTORE. */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_session_consent(aside_session *s, const char *purpose, bool granted, const char *wording);

/* What became of an action: event is heard, shown, tapped, accepted, declined,
 * closed, completed or expired; step is 0 for the offer itself (completed: for the
 * step that is waited for); proof_json may be NULL.  Errors: EINVAL (unknown action,
 * step or event), ESTATE (the action is closed), ESTORE. */
ASIDE_API ASIDE_MUST_CHECK
aside_status aside_session_report(aside_session *s, const char *action_id, int step,
                                  const char *event, const char *proof_json);

/* ---------------------------------- Events ---------------------------------
 * Taken out in order; the engine never calls back into the host for these. */
typedef enum aside_event_kind {
    ASIDE_EVENT_SPEECH,            /* Somebody began to speak. */
    ASIDE_EVENT_PARTIAL,           /* text: the transcript so far; may change. */
    ASIDE_EVENT_FINAL,             /* text: the transcript. */
    ASIDE_EVENT_DECISION,          /* One per utterance. */
    ASIDE_EVENT_ACTION,            /* A step of an accepted offer changed its state. */
    ASIDE_EVENT_STOP               /* What was open is closed: take it off the screen. */
} aside_event_kind;

typedef enum aside_outcome {
    ASIDE_OUTCOME_NONE, ASIDE_OUTCOME_OFFER, ASIDE_OUTCOME_ACCEPT, ASIDE_OUTCOME_DECLINE,
    ASIDE_OUTCOME_UNCLEAR, ASIDE_OUTCOME_STOP, ASIDE_OUTCOME_SYSTEM
} aside_outcome;

ASIDE_API const char *aside_outcome_name(aside_outcome o);     /* "offer" */

typedef struct aside_event {
    aside_event_kind kind;
    int           turn;            /* Counts from 1 in each session. */
    int64_t       at_ms;           /* Unix time; frozen for the whole turn. */
    const char   *text;            /* PARTIAL and FINAL; else NULL. */
    int           confidence_pm;   /* FINAL and DECISION: per mille; 1000 for typed text. */
    aside_outcome outcome;         /* DECISION. */
    const char   *json;            /* The same as the wire's object, one line, no newline; never NULL. */
} aside_event;

/* The next event, or NULL when there is none.  It stays valid until the next
 * call on this session. */
ASIDE_API const aside_event *aside_session_next(aside_session *s);

#ifdef __cplusplus
}
#endif
#endif /* ASIDE_H */
