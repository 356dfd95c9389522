/* household.c -- what one household's row holds, and how it is written.
 *
 * The row
 *
 *     version   1 byte, now 1
 *     sensitive flag; when set, the time of the last sensitive turn
 *     consents  count, then of each: user, purpose, granted, time, wording, channel
 *     offers    count, then of each: action, skill, campaign, sponsor, user, device,
 *               time, when it lapses, heard
 *     declines  count, then of each: skill, time
 *     balances  count, then of each: user, points
 *     grants    count, then of each: key, user, points, time
 *     check     4 bytes, CRC-32 (IEEE 802.3) of all before, least significant first
 *
 * A number is a varint: seven bits a byte, lowest first, the eighth bit set when
 * more follow; it is zigzagged first (0, -1, 1, -2 become 0, 1, 2, 3), so that
 * clocks before 1970 fit.  A flag is one byte, 0 or 1.  Text is its length and its
 * bytes, without NUL.  A pseudonym is 16 bytes, its hex digits packed.  There is
 * no place for what somebody said.
 *
 * The version changes when a field does; the reader then reads both.  Purposes
 * are written by their index: new ones go to the end of ASIDE_PURPOSE_MAP.
 *
 * Reading and writing are one description: each function below visits the
 * fields of a record in their order, and the codec either takes a field from the
 * row or adds it.  They cannot disagree.  The check is there because SQLite has
 * none: a flipped bit in a consent must be an error and not a consent. */
#include "ledger/household.h"

#include "base/buf.h"

#include <string.h>

enum { ROW_VERSION = 1, CHECK_BYTES = 4, LEAST_BYTES = 1 + 6 + CHECK_BYTES, PSEUDONYM_BYTES = 16 };

typedef struct codec {
    aside_buf           *out;              /* NULL: reading. */
    const unsigned char *at, *end;         /* What is left to read. */
    aside_arena         *arena;            /* Of the strings read. */
    aside_status         status;           /* The first failure; after it every call does nothing. */
} codec;

/* ---- fields ---- */

static void fail(codec *c, aside_status status) {
    if (!c->status) c->status = status;
}

static unsigned take_byte(codec *c) {
    if (c->status || c->at == c->end) return fail(c, ASIDE_ESTORE), 0;
    return *c->at++;
}

static uint64_t take_varint(codec *c) {
    uint64_t n = 0;
    for (int shift = 0; shift < 64; shift += 7) {
        unsigned byte = take_byte(c);
        if (shift == 63 && byte > 1) break;            /* Would not fit. */
        n |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) return n;
    }
    return fail(c, ASIDE_ESTORE), 0;
}

static void put_varint(codec *c, uint64_t n) {
    for (; n >= 0x80; n >>= 7) aside_buf_add_char(c->out, (char)(n | 0x80));
    aside_buf_add_char(c->out, (char)n);
}

static void number(codec *c, int64_t *n) {
    if (c->out) {
        put_varint(c, *n < 0 ? ~((uint64_t)*n << 1) : (uint64_t)*n << 1);
        return;
    }
    uint64_t zigzag = take_varint(c);
    *n = zigzag & 1 ? -(int64_t)(zigzag >> 1) - 1 : (int64_t)(zigzag >> 1);
}

static void flag(codec *c, bool *on) {
    if (c->out) {
        aside_buf_add_char(c->out, *on ? 1 : 0);
        return;
    }
    unsigned byte = take_byte(c);
    if (byte > 1) fail(c, ASIDE_ESTORE);
    *on = byte == 1;
}

static aside_str take_text(codec *c) {
    uint64_t len = take_varint(c);
    if (c->status || len > (uint64_t)(c->end - c->at)) return fail(c, ASIDE_ESTORE), (aside_str){ "", 0 };
    aside_str s = { (const char *)c->at, (size_t)len };
    if (memchr(s.at, '\0', s.len)) fail(c, ASIDE_ESTORE);
    c->at += len;
    return s;
}

static void put_text(codec *c, const char *z) {
    put_varint(c, strlen(z));
    aside_buf_add_z(c->out, z);
}

static void text(codec *c, const char **z) {
    if (c->out) {
        put_text(c, *z);
        return;
    }
    *z = aside_arena_copy_z(c->arena, take_text(c));
    if (!*z) fail(c, ASIDE_ENOMEM);
}

static void action_id(codec *c, char id[ASIDE_LIMIT_ID_BYTES]) {
    if (c->out) {
        put_text(c, id);
        return;
    }
    aside_str s = take_text(c);
    if (s.len >= ASIDE_LIMIT_ID_BYTES) fail(c, ASIDE_ESTORE);
    else memcpy(id, s.at, s.len), id[s.len] = '\0';
}

static int hex_value(char digit) {
    static const char digits[] = "0123456789abcdef";
    const char *at = digit ? strchr(digits, digit) : NULL;
    return at ? (int)(at - digits) : -1;
}

static void put_pseudonym(codec *c, const char hex[33]) {
    for (int i = 0; i < PSEUDONYM_BYTES && !c->status; i++) {
        int high = hex_value(hex[2 * i]), low = high < 0 ? -1 : hex_value(hex[2 * i + 1]);
        if (low < 0) fail(c, ASIDE_EINVAL);
        else aside_buf_add_char(c->out, (char)(high << 4 | low));
    }
}

static void pseudonym(codec *c, char hex[33]) {
    static const char digits[] = "0123456789abcdef";
    if (c->out) {
        put_pseudonym(c, hex);
        return;
    }
    for (int i = 0; i < PSEUDONYM_BYTES; i++) {
        unsigned byte = take_byte(c);
        hex[2 * i] = digits[byte >> 4], hex[2 * i + 1] = digits[byte & 15];
    }
    hex[2 * PSEUDONYM_BYTES] = '\0';
}

/* ---- records ---- */

static void consent(codec *c, aside_consent *x) {
    int64_t purpose = x->purpose;
    pseudonym(c, x->user);
    number(c, &purpose);
    if (purpose < 0 || purpose >= ASIDE_PURPOSE_COUNT) fail(c, ASIDE_ESTORE);
    else x->purpose = (aside_purpose)purpose;
    flag(c, &x->granted);
    number(c, &x->at_ms);
    text(c, &x->wording);
    text(c, &x->channel);
}

static void offer(codec *c, aside_past_offer *o) {
    action_id(c, o->action_id);
    text(c, &o->skill);
    text(c, &o->campaign);
    text(c, &o->sponsor);
    pseudonym(c, o->user);
    pseudonym(c, o->device);
    number(c, &o->at_ms);
    number(c, &o->expires_ms);
    flag(c, &o->heard);
}

static void decline(codec *c, aside_past_decline *d) {
    text(c, &d->skill);
    number(c, &d->at_ms);
}

static void balance(codec *c, aside_balance *b) {
    pseudonym(c, b->user);
    number(c, &b->points);
}

static void grant(codec *c, aside_grant *g) {
    text(c, &g->key);
    pseudonym(c, g->user);
    number(c, &g->points);
    number(c, &g->at_ms);
}

static void sensitive(codec *c, int64_t *at_ms) {
    bool known = *at_ms != INT64_MIN;
    flag(c, &known);
    if (known) number(c, at_ms);
}

/* ---- the row ---- */

static size_t count(codec *c, size_t n) {
    int64_t written = (int64_t)n;
    number(c, &written);
    if (written < 0 || written > ASIDE_LIMIT_ROW_ENTRIES) return fail(c, ASIDE_ESTORE), 0;
    return c->status ? 0 : (size_t)written;
}

/* A list's length; reading, also the room for it. */
static size_t list(codec *c, size_t n, void **items, size_t *cap, size_t item_bytes) {
    n = count(c, n);
    if (c->out || n == 0) return n;
    *items = aside_arena_alloc_array(c->arena, n, item_bytes);
    if (!*items) return fail(c, ASIDE_ENOMEM), 0;
    return *cap = n;
}

#define LIST(c, h, items, each)                                                                               \
    do {                                                                                                      \
        (h)->n_##items = list((c), (h)->n_##items, (void **)&(h)->items, &(h)->cap_##items, sizeof *(h)->items); \
        for (size_t i = 0; i < (h)->n_##items && !(c)->status; i++) each((c), &(h)->items[i]);                \
    } while (0)

static void body(codec *c, aside_household *h) {
    sensitive(c, &h->sensitive_at_ms);
    LIST(c, h, consents, consent);
    LIST(c, h, offers, offer);
    LIST(c, h, declines, decline);
    LIST(c, h, balances, balance);
    LIST(c, h, grants, grant);
}

static uint32_t crc32(const unsigned char *p, size_t n) {
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < n; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static uint32_t little_endian(const unsigned char *p) {
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool is_empty(const aside_household *h) {
    return h->sensitive_at_ms == INT64_MIN && h->n_consents + h->n_offers + h->n_declines + h->n_balances + h->n_grants == 0;
}

void aside_household_init(aside_household *h, aside_arena *arena) {
    *h = (aside_household){ .arena = arena, .sensitive_at_ms = INT64_MIN };
}

aside_status aside_household_decode(aside_str row, aside_arena *arena, aside_household *out) {
    const unsigned char *p = (const unsigned char *)row.at;
    aside_household h;
    aside_household_init(&h, arena);
    if (row.len == 0) return *out = h, ASIDE_OK;
    if (row.len < LEAST_BYTES || p[0] != ROW_VERSION) return ASIDE_ESTORE;
    const unsigned char *end = p + row.len - CHECK_BYTES;
    if (crc32(p, row.len - CHECK_BYTES) != little_endian(end)) return ASIDE_ESTORE;
    codec c = { .at = p + 1, .end = end, .arena = arena };
    body(&c, &h);
    if (!c.status && c.at != c.end) fail(&c, ASIDE_ESTORE);
    if (!c.status) *out = h;
    return c.status;
}

aside_status aside_household_encode(aside_household *h, aside_arena *arena, aside_str *row) {
    aside_buf out;
    codec c = { .out = &out };
    if (is_empty(h)) return *row = (aside_str){ 0 }, ASIDE_OK;
    aside_buf_init(&out, arena);
    aside_buf_add_char(&out, ROW_VERSION);
    body(&c, h);
    if (c.status) return c.status;
    uint32_t check = aside_buf_ok(&out) ? crc32((const unsigned char *)out.at, out.len) : 0;
    for (int i = 0; i < CHECK_BYTES; i++) aside_buf_add_char(&out, (char)(check >> 8 * i));
    if (!aside_buf_ok(&out)) return ASIDE_ENOMEM;
    *row = aside_buf_str(&out);
    return ASIDE_OK;
}

/* ---- what the ledger does with it ---- */

/* Is it longer than span_ms ago?  Times ahead of the clock are not; no sum can overflow. */
static bool is_older(int64_t at_ms, int64_t now_ms, int64_t span_ms) {
    return now_ms >= INT64_MIN + span_ms && at_ms <= now_ms - span_ms;
}

static bool is_done(const aside_past_offer *o, int64_t now_ms) {
    return is_older(o->at_ms, now_ms, ASIDE_LIMIT_KEEP_MS)
        || (!o->heard && is_older(o->expires_ms, now_ms, ASIDE_LIMIT_LAPSED_MS));
}

void aside_household_forget(aside_household *h, int64_t now_ms) {
    size_t n = 0;
    for (size_t i = 0; i < h->n_offers; i++)
        if (!is_done(&h->offers[i], now_ms)) h->offers[n++] = h->offers[i];
    h->n_offers = n, n = 0;
    for (size_t i = 0; i < h->n_declines; i++)
        if (!is_older(h->declines[i].at_ms, now_ms, ASIDE_LIMIT_KEEP_MS)) h->declines[n++] = h->declines[i];
    h->n_declines = n, n = 0;
    for (size_t i = 0; i < h->n_grants; i++)
        if (!is_older(h->grants[i].at_ms, now_ms, ASIDE_LIMIT_KEEP_MS)) h->grants[n++] = h->grants[i];
    h->n_grants = n;
    if (is_older(h->sensitive_at_ms, now_ms, ASIDE_LIMIT_KEEP_MS)) h->sensitive_at_ms = INT64_MIN;
}

void aside_household_history(const aside_household *h, const aside_person *p, aside_history *out) {
    *out = (aside_history){ .offers = h->offers, .n_offers = h->n_offers, .declines = h->declines,
                            .n_declines = h->n_declines, .sensitive_at_ms = h->sensitive_at_ms };
    for (size_t i = 0; i < h->n_consents; i++)
        if (strcmp(h->consents[i].user, p->user) == 0) out->consent[h->consents[i].purpose] = h->consents[i].granted;
}

/* Room for one more, or why not. */
#define MORE(h, items) \
    ((h)->n_##items >= ASIDE_LIMIT_ROW_ENTRIES ? ASIDE_ELIMIT \
     : ASIDE_ARENA_GROW((h)->arena, (h)->items, (h)->n_##items, (h)->cap_##items) ? ASIDE_OK : ASIDE_ENOMEM)

aside_past_offer *aside_household_offer(const aside_household *h, const char *id) {
    for (size_t i = 0; i < h->n_offers; i++)
        if (strcmp(h->offers[i].action_id, id) == 0) return &h->offers[i];
    return NULL;
}

/* Kept in the order of time, also when the clock went back. */
aside_status aside_household_add_offer(aside_household *h, const aside_past_offer *o) {
    aside_status st = MORE(h, offers);
    if (st) return st;
    size_t i = h->n_offers++;
    for (; i > 0 && h->offers[i - 1].at_ms > o->at_ms; i--) h->offers[i] = h->offers[i - 1];
    h->offers[i] = *o;
    return ASIDE_OK;
}

void aside_household_drop_offer(aside_household *h, aside_past_offer *o) {
    size_t i = (size_t)(o - h->offers);
    memmove(o, o + 1, (--h->n_offers - i) * sizeof *o);
}

aside_status aside_household_decline(aside_household *h, const char *skill, int64_t at_ms) {
    size_t i = 0;
    while (i < h->n_declines && strcmp(h->declines[i].skill, skill) != 0) i++;
    aside_status st = i < h->n_declines ? ASIDE_OK : MORE(h, declines);
    if (st) return st;
    if (i == h->n_declines) h->n_declines++;
    h->declines[i] = (aside_past_decline){ skill, at_ms };
    return ASIDE_OK;
}

aside_status aside_household_consent(aside_household *h, const aside_consent *c) {
    size_t i = 0;
    while (i < h->n_consents && (h->consents[i].purpose != c->purpose || strcmp(h->consents[i].user, c->user) != 0)) i++;
    aside_status st = i < h->n_consents ? ASIDE_OK : MORE(h, consents);
    if (st) return st;
    if (i == h->n_consents) h->n_consents++;
    h->consents[i] = *c;
    return ASIDE_OK;
}

static aside_status account(aside_household *h, const char *user, aside_balance **out) {
    size_t i = 0;
    while (i < h->n_balances && strcmp(h->balances[i].user, user) != 0) i++;
    aside_status st = i < h->n_balances ? ASIDE_OK : MORE(h, balances);
    if (st) return st;
    *out = &h->balances[i];
    if (i < h->n_balances) return ASIDE_OK;
    h->n_balances++;
    **out = (aside_balance){ 0 };
    memcpy((*out)->user, user, sizeof (*out)->user);
    return ASIDE_OK;
}

aside_status aside_household_grant(aside_household *h, const aside_grant *g, bool *fresh) {
    aside_balance *b;
    *fresh = false;
    for (size_t i = 0; i < h->n_grants; i++)
        if (strcmp(h->grants[i].key, g->key) == 0) return ASIDE_OK;
    aside_status st = MORE(h, grants);
    if (st || (st = account(h, g->user, &b))) return st;
    if (g->points > 0 ? b->points > INT64_MAX - g->points : b->points < INT64_MIN - g->points) return ASIDE_ELIMIT;
    b->points += g->points;
    h->grants[h->n_grants++] = *g;
    return *fresh = true, ASIDE_OK;
}

int64_t aside_household_points(const aside_household *h, const char *user) {
    for (size_t i = 0; i < h->n_balances; i++)
        if (strcmp(h->balances[i].user, user) == 0) return h->balances[i].points;
    return 0;
}
