/* codes.h -- every way the gateway refuses something, once.
 *
 * The code is what a client may rely on: `error {code, text}` on the wire, and
 * the label of a metric (so a code never holds a word or an identifier).
 * Recipe for a new one: a row here, then aside_talk_refuse() where it happens.
 *
 * Columns: name, code, websocket close status (0: the connection goes on). */
#ifndef ASIDE_GATEWAY_CODES_H
#define ASIDE_GATEWAY_CODES_H

#define ASIDE_WIRE_CODE_MAP(X)                          \
    X(JSON_INVALID,       "json.invalid",          0)   \
    X(TYPE_UNKNOWN,       "type.unknown",          0)   \
    X(FIELD_INVALID,      "field.invalid",         0)   \
    X(HELLO_INVALID,      "hello.invalid",         0)   \
    X(HELLO_REPEATED,     "hello.repeated",        0)   \
    X(FORMAT_UNSUPPORTED, "format.unsupported",    0)   \
    X(RATE_UNSUPPORTED,   "rate.unsupported",      0)   \
    X(RATE_MISMATCH,      "rate.mismatch",         0)   \
    X(AUDIO_UNEXPECTED,   "audio.unexpected",      0)   \
    X(TEXT_INVALID,       "text.invalid",          0)   \
    X(TEXT_TOO_LONG,      "text.too_long",         0)   \
    X(CONSENT_INVALID,    "consent.invalid",       0)   \
    X(CONSENT_REFUSED,    "consent.refused",       0)   \
    X(REPORT_INVALID,     "report.invalid",        0)   \
    X(REPORT_CLOSED,      "report.closed",         0)   \
    X(STORE_FAILED,       "store.failed",          0)   \
    X(CONFIG_INVALID,     "config.invalid",     1008)   \
    X(TOKEN_REFUSED,      "token.refused",      1008)   \
    X(FRAME_TOO_LARGE,    "frame.too_large",    1009)   \
    X(PEER_SLOW,          "peer.slow",          1008)   \
    X(PEER_IDLE,          "peer.idle",          1001)   \
    X(ENGINE_FAILED,      "engine.failed",      1011)   \
    X(GATEWAY_STOPPING,   "gateway.stopping",   1001)   \
    X(ORIGIN_REFUSED,     "origin.refused",        0)   \
    X(CONNECTIONS_FULL,   "connections.full",      0)   \
    X(CONNECTIONS_ADDRESS,"connections.address",   0)

typedef enum aside_wire_code {
#define X(name, code, close_status) ASIDE_WIRE_##name,
    ASIDE_WIRE_CODE_MAP(X)
#undef X
    ASIDE_WIRE_CODE_COUNT
} aside_wire_code;

/* "json.invalid"; static, never NULL. */
const char *aside_wire_code_text(aside_wire_code code);
/* RFC 6455 section 7.4.1; 0: the connection goes on. */
int aside_wire_code_close(aside_wire_code code);
#endif
