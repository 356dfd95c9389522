/* zone.c -- see zone.h: a reader of TZif files, and dates.
 *
 * A TZif file (RFC 9636) holds a block for 32-bit programs, which is passed
 * over, then the same block with 64-bit times, then a footer.  All numbers are
 * big-endian.
 *
 *     "TZif" version 15 unused  isutcnt isstdcnt leapcnt timecnt typecnt charcnt
 *     times[timecnt]  kinds[timecnt]  types[typecnt] of {offset:4 dst:1 name:1}
 *     names[charcnt]  leaps[leapcnt]  isstd[isstdcnt]  isut[isutcnt]
 *     "\n" POSIX-TZ-rule "\n"
 *
 * Before the first time the first type holds; from times[i] on type kinds[i];
 * after the last time the rule of the footer, for ever ("CET-1CEST,M3.5.0,M10.5.0/3").
 * Files that count leap seconds ("right/...") are refused: our clock is POSIX time.
 *
 * Days and dates are converted after Howard Hinnant, "chrono-compatible
 * low-level date algorithms" (2013): years begin in March, so that the leap
 * day is the last one. */
#include "base/zone.h"

#include "base/file.h"
#include "base/limits.h"

#include <stdio.h>
#include <string.h>

enum {
    DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60,
    OFFSET_MAX_S = 26 * HOUR_S,            /* RFC 9636 3.2: what readers need to bear. */
    HEADER_BYTES = 44, TYPE_BYTES = 6
};

/* When a year's summer time begins or ends, by the local clock that it ends. */
typedef struct when {
    char    form;                          /* 'M' month, week, day; 'J' day 1-365 without leap day; '0' day 0-365. */
    int     month, week, day;
    int32_t time_s;                        /* Since that day's midnight; -167 h to 167 h. */
} when;

typedef struct rule {
    bool    present, has_summer;
    int32_t standard_s, summer_s;          /* East of Greenwich. */
    when    begins, ends;
} rule;

struct aside_zone {
    const char    *name;
    size_t         n_times, n_types;
    const int64_t *times;                  /* Unix seconds, rising. */
    const unsigned char *kinds;            /* The type from that time on. */
    const int32_t *offsets;                /* Of each type; at least one. */
    rule           footer;
};

/* ---- days and dates ---- */

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

static int64_t day_from_date(int64_t year, int month, int day) {
    if (month <= 2) year--;
    int64_t era = floor_div(year, 400), year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static void date_from_day(int64_t days, int64_t *year, int *month, int *day) {
    days += 719468;
    int64_t era = floor_div(days, 146097), day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = (int)(day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100));
    int from_march = (5 * day_of_year + 2) / 153;
    *day = day_of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

static bool is_leap(int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

static int days_in_month(int64_t year, int month) {
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    return days[month - 1] + (month == 2 && is_leap(year));
}

/* ---- the rule of the footer ---- */

static bool take(const char **at, char c) { return **at == c && c ? (*at)++, true : false; }

/* A number of 1 to 3 digits between least and most. */
static bool take_int(const char **at, int least, int most, int *out) {
    int value = 0, n = 0;
    for (; n < 3 && **at >= '0' && **at <= '9'; n++) value = value * 10 + *(*at)++ - '0';
    if (n == 0 || value < least || value > most) return false;
    *out = value;
    return true;
}

/* [+|-]hh[:mm[:ss]] */
static bool take_clock(const char **at, int32_t *out_s) {
    int hour, minute = 0, second = 0;
    bool negative = take(at, '-');
    if (!negative) take(at, '+');
    if (!take_int(at, 0, 167, &hour)) return false;
    if (take(at, ':') && !take_int(at, 0, 59, &minute)) return false;
    if (take(at, ':') && !take_int(at, 0, 59, &second)) return false;
    *out_s = hour * HOUR_S + minute * MINUTE_S + second;
    if (negative) *out_s = -*out_s;
    return true;
}

/* A zone's short name: letters, or anything in <>. */
static bool pass_name(const char **at) {
    bool quoted = take(at, '<');
    size_t n = strspn(*at, quoted ? "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-"
                                  : "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    *at += n;
    return n > 0 && (!quoted || take(at, '>'));
}

/* POSIX writes offsets west of Greenwich. */
static bool take_offset(const char **at, int32_t *east_s) {
    int32_t west_s;
    if (!take_clock(at, &west_s) || west_s > OFFSET_MAX_S || west_s < -OFFSET_MAX_S) return false;
    *east_s = -west_s;
    return true;
}

static bool take_day(const char **at, when *w) {
    if (take(at, 'M')) {
        w->form = 'M';
        return take_int(at, 1, 12, &w->month) && take(at, '.') && take_int(at, 1, 5, &w->week)
            && take(at, '.') && take_int(at, 0, 6, &w->day);
    }
    w->form = take(at, 'J') ? 'J' : '0';
    return take_int(at, w->form == 'J', 365, &w->day);
}

static bool take_when(const char **at, when *w) {
    w->time_s = 2 * HOUR_S;
    return take(at, ',') && take_day(at, w) && (!take(at, '/') || take_clock(at, &w->time_s));
}

/* "" is a rule, too: there is none. */
static bool read_rule(const char *at, rule *r) {
    *r = (rule){ .present = *at != '\0' };
    if (!r->present) return true;
    if (!pass_name(&at) || !take_offset(&at, &r->standard_s)) return false;
    if (!*at) return true;
    r->has_summer = true;
    r->summer_s = r->standard_s + HOUR_S;
    if (!pass_name(&at) || (*at != ',' && !take_offset(&at, &r->summer_s))) return false;
    return take_when(&at, &r->begins) && take_when(&at, &r->ends) && !*at;
}

/* The day of `week` (5: the last) of the month that falls on that weekday; 1970-01-01 was a Thursday. */
static int64_t nth_weekday(const when *w, int64_t year) {
    int64_t first = day_from_date(year, w->month, 1);
    int weekday = (int)(((first + 4) % 7 + 7) % 7);
    int day = (w->day - weekday + 7) % 7 + 7 * (w->week - 1);
    while (day >= days_in_month(year, w->month)) day -= 7;
    return first + day;
}

/* Seconds since 1970 by the local clock. */
static int64_t local_s(const when *w, int64_t year) {
    int64_t day = w->form == 'M' ? nth_weekday(w, year) : day_from_date(year, 1, 1) + w->day;
    if (w->form == 'J') day -= !(is_leap(year) && w->day >= 60);      /* J60 is always 1 March. */
    return day * DAY_S + w->time_s;
}

static int32_t rule_offset(const rule *r, int64_t at_s) {
    int64_t year;
    int month, day;
    if (!r->has_summer) return r->standard_s;
    date_from_day(floor_div(at_s + r->standard_s, DAY_S), &year, &month, &day);
    int64_t begins = local_s(&r->begins, year) - r->standard_s;
    int64_t ends = local_s(&r->ends, year) - r->summer_s;
    bool summer = begins < ends ? at_s >= begins && at_s < ends        /* North. */
                                : at_s >= begins || at_s < ends;       /* South: over the new year. */
    return summer ? r->summer_s : r->standard_s;
}

/* ---- the file ---- */

/* What is left to read; a read past the end is remembered and gives zeros. */
typedef struct bytes { const unsigned char *at; size_t left; bool failed; } bytes;

static const unsigned char *take_bytes(bytes *b, size_t n) {
    if (n > b->left) b->failed = true;
    if (b->failed) return NULL;
    const unsigned char *p = b->at;
    b->at += n, b->left -= n;
    return p;
}

static uint32_t big_endian(const unsigned char *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t big_endian_64(const unsigned char *p) {
    return (int64_t)((uint64_t)big_endian(p) << 32 | big_endian(p + 4));
}

typedef struct counts { uint32_t isut, isstd, leaps, times, types, chars; } counts;

static bool take_header(bytes *b, counts *c) {
    const unsigned char *p = take_bytes(b, HEADER_BYTES);
    if (!p || memcmp(p, "TZif", 4) || p[4] < '2') return false;
    *c = (counts){ big_endian(p + 20), big_endian(p + 24), big_endian(p + 28),
                   big_endian(p + 32), big_endian(p + 36), big_endian(p + 40) };
    uint32_t most = ASIDE_LIMIT_ZONE_BYTES;                            /* So that sums below cannot overflow. */
    return c->isut <= most && c->isstd <= most && c->leaps <= most && c->times <= most && c->types <= 256 && c->chars <= most;
}

static void pass_block(bytes *b, const counts *c, size_t time_bytes) {
    take_bytes(b, c->times * (time_bytes + 1) + c->types * TYPE_BYTES + c->chars
                  + c->leaps * (time_bytes + 4) + c->isstd + c->isut);
}

static aside_status take_times(aside_zone *z, bytes *b, aside_arena *arena) {
    int64_t *times = aside_arena_alloc_array(arena, z->n_times, sizeof *times);
    const unsigned char *p = take_bytes(b, z->n_times * 8);
    if (!times) return ASIDE_ENOMEM;
    for (size_t i = 0; p && i < z->n_times; i++) {
        times[i] = big_endian_64(p + 8 * i);
        if (i && times[i] <= times[i - 1]) b->failed = true;
    }
    z->times = times;
    z->kinds = take_bytes(b, z->n_times);
    for (size_t i = 0; z->kinds && i < z->n_times; i++)
        if (z->kinds[i] >= z->n_types) b->failed = true;
    return ASIDE_OK;
}

static aside_status take_types(aside_zone *z, bytes *b, aside_arena *arena) {
    int32_t *offsets = aside_arena_alloc_array(arena, z->n_types, sizeof *offsets);
    const unsigned char *p = take_bytes(b, z->n_types * TYPE_BYTES);
    if (!offsets) return ASIDE_ENOMEM;
    for (size_t i = 0; p && i < z->n_types; i++) {
        offsets[i] = (int32_t)big_endian(p + TYPE_BYTES * i);
        if (offsets[i] > OFFSET_MAX_S || offsets[i] < -OFFSET_MAX_S) b->failed = true;
    }
    z->offsets = offsets;
    return ASIDE_OK;
}

static aside_status take_footer(aside_zone *z, bytes *b, aside_arena *arena) {
    const unsigned char *end = !b->failed && b->left && b->at[0] == '\n' ? memchr(b->at + 1, '\n', b->left - 1) : NULL;
    if (!end) return b->failed = true, ASIDE_OK;
    const char *text = aside_arena_copy_z(arena, (aside_str){ (const char *)b->at + 1, (size_t)(end - b->at) - 1 });
    if (!text) return ASIDE_ENOMEM;
    if (!read_rule(text, &z->footer)) b->failed = true;
    return ASIDE_OK;
}

/* EINVAL when it is not a zone file that we can trust. */
static aside_status read_file(aside_zone *z, aside_str file, aside_arena *arena) {
    bytes b = { (const unsigned char *)file.at, file.len, false };
    counts c;
    if (!take_header(&b, &c)) return ASIDE_EINVAL;
    pass_block(&b, &c, 4);
    if (!take_header(&b, &c) || c.types == 0 || c.leaps) return ASIDE_EINVAL;
    z->n_times = c.times, z->n_types = c.types;
    if (take_times(z, &b, arena) || take_types(z, &b, arena)) return ASIDE_ENOMEM;
    take_bytes(&b, c.chars + c.isstd + c.isut);
    if (take_footer(z, &b, arena)) return ASIDE_ENOMEM;
    return b.failed ? ASIDE_EINVAL : ASIDE_OK;
}

/* ---- names ---- */

static int digit_pair(const char *p) {
    return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9' ? (p[0] - '0') * 10 + p[1] - '0' : -1;
}

/* "Z", "+08:00" or "-05:30". */
static bool fixed_offset(aside_str name, int32_t *out_s) {
    if (name.len == 1 && (name.at[0] == 'Z' || name.at[0] == 'z')) return *out_s = 0, true;
    if (name.len != 6 || (name.at[0] != '+' && name.at[0] != '-') || name.at[3] != ':') return false;
    int hours = digit_pair(name.at + 1), minutes = digit_pair(name.at + 4);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
    *out_s = (hours * HOUR_S + minutes * MINUTE_S) * (name.at[0] == '-' ? -1 : 1);
    return true;
}

/* No dot at all, so no "..": a session's zone comes from the wire and becomes a path. */
static bool is_iana_name(const char *name) {
    size_t n = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");
    return n > 0 && n <= ASIDE_LIMIT_ID_BYTES && !name[n] && name[0] != '/';
}

/* A new zone that knows its name and nothing else; NULL when out of memory. */
static aside_zone *new_zone(const char *name, aside_arena *arena) {
    aside_zone *z = aside_arena_alloc(arena, sizeof *z);
    if (!z || !(z->name = aside_arena_copy_z(arena, aside_str_from(name)))) return NULL;
    return z;
}

aside_status aside_zone_read(const char *name, aside_str tzif, aside_arena *arena, const aside_zone **out) {
    aside_zone *z = new_zone(name, arena);
    aside_status st = z ? read_file(z, tzif, arena) : ASIDE_ENOMEM;
    if (!st) *out = z;
    return st;
}

static aside_status open_fixed(const char *name, int32_t offset_s, aside_arena *arena, const aside_zone **out) {
    aside_zone *z = new_zone(name, arena);
    if (!z) return ASIDE_ENOMEM;
    z->footer = (rule){ .present = true, .standard_s = offset_s };
    *out = z;
    return ASIDE_OK;
}

static aside_status open_named(const char *name, aside_arena *arena, const aside_zone **out) {
    aside_str tzif;
    if (!is_iana_name(name)) return ASIDE_EINVAL;
    const char *path = aside_arena_printf(arena, "/usr/share/zoneinfo/%s", name);
    if (!path) return ASIDE_ENOMEM;
    aside_status st = aside_file_read(path, ASIDE_LIMIT_ZONE_BYTES, arena, &tzif, NULL);
    if (st) return st == ASIDE_ENOMEM ? st : ASIDE_EINVAL;
    return aside_zone_read(name, tzif, arena, out);
}

aside_status aside_zone_open(const char *name, aside_arena *arena, const aside_zone **out, aside_error *err) {
    int32_t offset_s;
    aside_status st = fixed_offset(aside_str_from(name), &offset_s) ? open_fixed(name, offset_s, arena, out)
                                                                    : open_named(name, arena, out);
    if (st == ASIDE_EINVAL)
        return aside_fail(err, st, "expected a time zone such as Asia/Shanghai or +08:00, found '%s'", name);
    if (st) return aside_fail(err, st, "%s", aside_status_text(st));
    return ASIDE_OK;
}

const char *aside_zone_name(const aside_zone *z) { return z->name; }

/* ---- instants ---- */

/* How many transitions are not after at_s. */
static size_t n_before(const aside_zone *z, int64_t at_s) {
    size_t low = 0, high = z->n_times;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (z->times[middle] <= at_s) low = middle + 1;
        else high = middle;
    }
    return low;
}

int aside_zone_offset_s(const aside_zone *z, int64_t at_ms) {
    int64_t at_s = floor_div(at_ms, 1000);
    size_t n = n_before(z, at_s);
    if (n == z->n_times && z->footer.present) return rule_offset(&z->footer, at_s);
    return z->offsets[n ? z->kinds[n - 1] : 0];
}

static int64_t local_of(const aside_zone *z, int64_t at_ms) {
    return floor_div(at_ms, 1000) + aside_zone_offset_s(z, at_ms);
}

int64_t aside_zone_day(const aside_zone *z, int64_t at_ms) { return floor_div(local_of(z, at_ms), DAY_S); }

int aside_zone_minute_of_day(const aside_zone *z, int64_t at_ms) {
    int64_t local = local_of(z, at_ms);
    return (int)((local - floor_div(local, DAY_S) * DAY_S) / MINUTE_S);
}

/* The first and the last second of the years 0000 to 9999, which is all that RFC 3339 can write. */
static const int64_t FIRST_S = -62167219200, LAST_S = 253402300799;

static int64_t within_written_years(int64_t local_clock_s) {
    return local_clock_s < FIRST_S ? FIRST_S : local_clock_s > LAST_S ? LAST_S : local_clock_s;
}

/* An offset with seconds (local mean time, long ago) is written in whole minutes, and
 * the clock with it, so that the text still names the same instant. */
void aside_zone_format(const aside_zone *z, int64_t at_ms, char out[ASIDE_TIME_TEXT]) {
    int offset_m = aside_zone_offset_s(z, at_ms) / MINUTE_S, month, of_month;
    int64_t at_s = floor_div(at_ms, 1000), year;
    int64_t local = within_written_years(at_s + offset_m * MINUTE_S), day = floor_div(local, DAY_S);
    unsigned second = (unsigned)(local - day * DAY_S) % DAY_S, ms = (unsigned)(at_ms - at_s * 1000) % 1000;
    unsigned east_m = (unsigned)(offset_m < 0 ? -offset_m : offset_m);
    char fraction[5] = "";
    date_from_day(day, &year, &month, &of_month);
    if (ms) snprintf(fraction, sizeof fraction, ".%03u", ms);
    snprintf(out, ASIDE_TIME_TEXT, "%04u-%02u-%02uT%02u:%02u:%02u%s%c%02u:%02u",
             (unsigned)year % 10000, (unsigned)month % 100, (unsigned)of_month % 100,
             second / HOUR_S, second / 60 % 60, second % 60, fraction,
             offset_m < 0 ? '-' : '+', east_m / 60 % 100, east_m % 60);
}

/* ---- reading ---- */

bool aside_date_parse(aside_str text, int64_t *day) {
    if (text.len != 10 || text.at[4] != '-' || text.at[7] != '-') return false;
    int century = digit_pair(text.at), of_century = digit_pair(text.at + 2);
    int month = digit_pair(text.at + 5), of_month = digit_pair(text.at + 8);
    if (century < 0 || of_century < 0 || month < 1 || month > 12 || of_month < 1) return false;
    int year = century * 100 + of_century;
    if (of_month > days_in_month(year, month)) return false;
    *day = day_from_date(year, month, of_month);
    return true;
}

bool aside_hour_parse(aside_str text, int *minute) {
    if (text.len != 5 || text.at[2] != ':') return false;
    int hours = digit_pair(text.at), minutes = digit_pair(text.at + 3);
    if (hours < 0 || minutes < 0 || minutes > 59 || hours * 60 + minutes > 1440) return false;
    *minute = hours * 60 + minutes;
    return true;
}

/* ".25" at the start of *rest to milliseconds; finer digits are dropped.  No fraction is 0. */
static bool take_fraction(aside_str *rest, int *ms) {
    int scale = 100, n = 0;
    *ms = 0;
    if (!rest->len || rest->at[0] != '.') return true;
    for (rest->at++, rest->len--; rest->len && rest->at[0] >= '0' && rest->at[0] <= '9'; rest->at++, rest->len--, n++)
        *ms += (rest->at[0] - '0') * scale, scale /= 10;
    return n > 0;
}

/* A leap second (":60") is refused: POSIX time has no place for it. */
bool aside_time_parse(aside_str text, int64_t *at_ms, int *offset_s) {
    int64_t day;
    int minute, second, ms;
    int32_t east_s;
    if (text.len < 20 || !aside_date_parse((aside_str){ text.at, 10 }, &day)) return false;
    if (text.at[10] != 'T' && text.at[10] != 't' && text.at[10] != ' ') return false;
    if (!aside_hour_parse((aside_str){ text.at + 11, 5 }, &minute) || minute == 1440 || text.at[16] != ':') return false;
    second = digit_pair(text.at + 17);
    if (second < 0 || second > 59) return false;
    aside_str rest = { text.at + 19, text.len - 19 };
    if (!take_fraction(&rest, &ms) || !fixed_offset(rest, &east_s)) return false;
    *at_ms = (day * DAY_S + minute * MINUTE_S + second - east_s) * 1000 + ms;
    if (offset_s) *offset_s = east_s;
    return true;
}

bool aside_duration_parse(aside_str text, int64_t *ms) {
    static const struct { const char *unit; int64_t ms; } units[] = {
        { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }
    };
    int64_t number;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (!aside_str_ends(text, units[i].unit)) continue;
        if (!aside_str_to_int((aside_str){ text.at, text.len - strlen(units[i].unit) }, &number)) return false;
        if (number <= 0 || number > INT64_MAX / units[i].ms) return false;
        *ms = number * units[i].ms;
        return true;
    }
    return false;
}
