/* metrics.h -- what the gateway counts, for Prometheus.
 *
 * Every label value comes from a fixed list in our code: no word, no identifier
 * and no address can become one.  All counters are atomic; any thread counts. */
#ifndef ASIDE_GATEWAY_METRICS_H
#define ASIDE_GATEWAY_METRICS_H
#include "base/buf.h"
#include "gateway/codes.h"

#include <stdatomic.h>

/* Recipe for a new metric: a row, then aside_metrics_add(m, ASIDE_METRIC_NAME, 1).
 * Columns: name, Prometheus name, type, help. */
#define ASIDE_METRIC_MAP(X)                                                                                  \
    X(CONNECTIONS,      "aside_connections",               "gauge",   "websockets open now")                \
    X(SESSIONS,         "aside_sessions",                  "gauge",   "sessions open now")                  \
    X(ACCEPTED_V1,      "aside_accepted_aside_v1_total",   "counter", "websockets accepted for aside.v1")   \
    X(ACCEPTED_VOSK,    "aside_accepted_vosk_total",       "counter", "websockets accepted for vosk's protocol") \
    X(FRAMES_TEXT,      "aside_frames_text_total",         "counter", "text messages received")             \
    X(FRAMES_SOUND,     "aside_frames_sound_total",        "counter", "sound messages received")            \
    X(BYTES_IN,         "aside_received_bytes_total",      "counter", "payload bytes received")             \
    X(BYTES_OUT,        "aside_sent_bytes_total",          "counter", "payload bytes sent")                 \
    X(READ_PAUSES,      "aside_read_pauses_total",         "counter", "times a connection was not read because its queue was full") \
    X(DECODER_WAITS,    "aside_decoder_waits_total",       "counter", "times sound waited for a free decoder") \
    X(HTTP_REQUESTS,    "aside_http_requests_total",       "counter", "plain HTTP requests answered")

typedef enum aside_metric {
#define X(name, text, type, help) ASIDE_METRIC_##name,
    ASIDE_METRIC_MAP(X)
#undef X
    ASIDE_METRIC_COUNT
} aside_metric;

enum { ASIDE_METRIC_OUTCOMES = ASIDE_OUTCOME_SYSTEM + 1 };

/* Zero-filled to begin with. */
typedef struct aside_metrics {
    _Atomic int64_t value[ASIDE_METRIC_COUNT];
    _Atomic int64_t turns[ASIDE_METRIC_OUTCOMES];         /* By outcome. */
    _Atomic int64_t refusals[ASIDE_WIRE_CODE_COUNT];      /* By code. */
    _Atomic int64_t sound_ms;                             /* Fed to sessions. */
} aside_metrics;

void    aside_metrics_add(aside_metrics *m, aside_metric which, int64_t n);
int64_t aside_metrics_get(const aside_metrics *m, aside_metric which);
void    aside_metrics_turn(aside_metrics *m, aside_outcome outcome);
void    aside_metrics_refusal(aside_metrics *m, aside_wire_code code);
/* Prometheus text format 0.0.4. */
void    aside_metrics_write(const aside_metrics *m, aside_buf *out);
#endif
