/* talk.h -- one connection's conversation: what both protocols share.
 *
 * A talk turns frames into calls of the library and the library's events into
 * frames.  It knows no socket: what it may do to its connection is the
 * aside_peer it was given (a worker's, or a test's).  It lives on one thread. */
#ifndef ASIDE_GATEWAY_TALK_H
#define ASIDE_GATEWAY_TALK_H
#include "base/json.h"
#include "gateway/metrics.h"
#include "gateway/pace.h"
#include "gateway/queue.h"
#include "gateway/tokens.h"

/* Neither call fails: a peer that cannot be told is closed by its owner. */
typedef struct aside_peer {
    void  *user;
    void (*send)(void *user, aside_str text);             /* One text frame; text is borrowed for the call. */
    /* After what was sent before.  status as in RFC 6455; reason is static. */
    void (*close)(void *user, int status, const char *reason);
} aside_peer;

/* What all talks of a gateway share; immutable but for the metrics. */
typedef struct aside_talk_world {
    aside_engine       *engine;
    const aside_host   *host;
    const aside_tokens *tokens;
    aside_metrics      *metrics;
} aside_talk_world;

typedef struct aside_talk aside_talk;

/* A protocol: what frames mean.  Both calls return EBUSY when no decoder is
 * free; nothing has changed then, and the same frame is to be given again.
 * Everything else is dealt with inside and OK.  `scratch` is reset by the caller. */
typedef struct aside_protocol {
    const char  *name;
    aside_metric accepted;
    aside_status (*on_text)(aside_talk *t, aside_str text, aside_arena *scratch);
    aside_status (*on_sound)(aside_talk *t, aside_message *m, aside_arena *scratch);
    /* Events came without a frame; NULL: they wait for the next one. */
    void       (*on_events)(aside_talk *t, aside_arena *scratch);
} aside_protocol;

extern const aside_protocol aside_protocol_v1;            /* aside_v1.c */
extern const aside_protocol aside_protocol_vosk;          /* vosk.c */

struct aside_talk {
    const aside_protocol   *protocol;
    const aside_talk_world *world;
    aside_peer      peer;
    aside_session  *session;          /* NULL until the first frame that needs one. */
    bool            is_closing;       /* Frames are no longer looked at. */
    int             rate_hz;          /* Of the sound that comes in. */
    bool            is_deaf;          /* Sound is not decoded... */
    bool            deaf_was_said;    /* ...and the peer was told why. */
    bool            heard_sound;      /* Some was fed since the last end of sound. */
    bool            is_speaking;      /* In mid-utterance: the session holds a decoder. */
    bool            has_odd_byte;     /* Half a sample, of the frame before. */
    char            odd_byte;
    aside_pace      pace;             /* aside.v1. */
    bool            wants_words, wants_decision;   /* vosk. */
    bool            has_token;        /* vosk: shown in its config. */
    char            lang[16];         /* vosk. */
    char           *partial;          /* vosk: the transcript so far; the talk's own, may be NULL. */
    size_t          partial_size;
};

void aside_talk_init(aside_talk *t, const aside_protocol *protocol, const aside_talk_world *world, aside_peer peer);
/* Closes the session. */
void aside_talk_close(aside_talk *t);
/* A frame of either kind, counted; EBUSY as above. */
aside_status aside_talk_take(aside_talk *t, aside_message *m, aside_arena *scratch);

/* No sound came for long in mid-utterance: decide about what was heard, so that the
 * decoder is free for others. */
void aside_talk_stall(aside_talk *t, aside_arena *scratch);

/* ---- for the protocols ---- */
/* Send {"type":"error","code":...,"text":...} and count it; closes when the code says so. */
void aside_talk_refuse(aside_talk *t, aside_wire_code code, aside_arena *scratch, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Count it and close without a word, for a protocol that has no errors. */
void aside_talk_drop(aside_talk *t, aside_wire_code code);
/* Opens with a rate, or without one when the engine has no ears for this (the
 * talk is then deaf).  Fills t->session. */
aside_status aside_talk_open(aside_talk *t, aside_session_options *options, aside_error *err) ASIDE_MUST_CHECK;
/* Feed the frame's samples; half a sample waits for the next frame.  ENOMEM, EBUSY, ESTATE. */
aside_status aside_talk_feed(aside_talk *t, aside_str bytes, aside_arena *scratch) ASIDE_MUST_CHECK;
/* Samples that this frame completes. */
size_t aside_talk_samples(const aside_talk *t, aside_str bytes);
/* The next event, counted; NULL when there is none. */
const aside_event *aside_talk_next(aside_talk *t);
void aside_talk_send(aside_talk *t, aside_buf *text);
#endif
