/* zone.h -- civil time in a stated zone, without touching the process's TZ.
 *
 * A zone is a fixed offset ("+08:00", "Z") or an IANA name ("Asia/Shanghai"),
 * whose TZif file (RFC 9636, version 2 or later with its POSIX footer) is read
 * from the system's zoneinfo folder.  Days are proleptic Gregorian. */
#ifndef ASIDE_BASE_ZONE_H
#define ASIDE_BASE_ZONE_H
#include "base/arena.h"
#include "base/problem.h"

typedef struct aside_zone aside_zone;                  /* Immutable; lives in its arena. */

/* Errors: EINVAL (no such zone, or not a zone file), ENOMEM.  err may be NULL. */
aside_status aside_zone_open(const char *name, aside_arena *arena, const aside_zone **out, aside_error *err) ASIDE_MUST_CHECK;
/* The same from the bytes of a TZif file, which may be damaged.  `tzif` is borrowed and lives
 * as long as the zone.  Errors: EINVAL, ENOMEM. */
aside_status aside_zone_read(const char *name, aside_str tzif, aside_arena *arena, const aside_zone **out) ASIDE_MUST_CHECK;
const char *aside_zone_name(const aside_zone *z);
/* Seconds east of Greenwich at this instant. */
int aside_zone_offset_s(const aside_zone *z, int64_t at_ms);
/* Minutes since local midnight, 0 to 1439. */
int aside_zone_minute_of_day(const aside_zone *z, int64_t at_ms);
/* Days since 1970-01-01 of the local date. */
int64_t aside_zone_day(const aside_zone *z, int64_t at_ms);

#define ASIDE_TIME_TEXT 32
/* "2026-06-18T20:00:00+08:00"; with ".250" behind the seconds when not whole. */
void aside_zone_format(const aside_zone *z, int64_t at_ms, char out[ASIDE_TIME_TEXT]);
/* RFC 3339 ("2026-06-18T20:00:00+08:00", "...Z", with optional fraction); dates
 * that do not exist are refused.  *offset_s receives the written offset; may be NULL. */
bool aside_time_parse(aside_str text, int64_t *at_ms, int *offset_s);
/* "2026-06-18": days since 1970-01-01. */
bool aside_date_parse(aside_str text, int64_t *day);
/* "22:00" to minutes since midnight; "24:00" is 1440. */
bool aside_hour_parse(aside_str text, int *minute);
/* "30m", "4h", "1d", "7d", "45s", "250ms" to milliseconds; a positive whole number and a unit. */
bool aside_duration_parse(aside_str text, int64_t *ms);
#endif
