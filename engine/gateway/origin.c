/* origin.c -- see origin.h. */
#include "gateway/origin.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool same(aside_str a, aside_str b) { return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0; }

/* Without ":2700"; an IPv6 address keeps its colons and loses its brackets. */
static aside_str without_port(aside_str host) {
    const char *end;
    if (host.len && host.at[0] == '[' && (end = memchr(host.at, ']', host.len)))
        return (aside_str){ host.at + 1, (size_t)(end - host.at - 1) };
    const char *colon = memchr(host.at ? host.at : "", ':', host.len);
    if (!colon || memchr(colon + 1, ':', host.len - (size_t)(colon + 1 - host.at))) return host;
    return (aside_str){ host.at, (size_t)(colon - host.at) };
}

/* 127.0.0.0/8 in full: "127.evil.example" is a name, not an address. */
static bool is_127(aside_str host) {
    size_t n_dots = 0;
    if (!aside_str_starts(host, "127.")) return false;
    for (size_t i = 0; i < host.len; i++) {
        if (host.at[i] == '.') n_dots++;
        else if (!isdigit((unsigned char)host.at[i])) return false;
    }
    return n_dots == 3;
}

bool aside_origin_is_loopback(aside_str host) {
    aside_str name = without_port(host);
    return is_127(name) || aside_str_is(name, "::1") || same(name, ASIDE_STR("localhost"));
}

/* "https://a.example:8443" to "a.example:8443"; empty when there is no host ("null"). */
static aside_str host_of(aside_str origin) {
    for (size_t i = 0; i + 2 < origin.len; i++)
        if (memcmp(origin.at + i, "://", 3) == 0) return (aside_str){ origin.at + i + 3, origin.len - i - 3 };
    return (aside_str){ NULL, 0 };
}

static bool is_listed(aside_str origin, const char *allowed) {
    aside_str rest = aside_str_from(allowed), one;
    while (aside_str_split(&rest, ", ", &one))
        if (same(one, origin)) return true;
    return false;
}

bool aside_origin_accept(aside_str origin, aside_str host, const char *allowed, bool listens_on_loopback) {
    if (origin.len == 0 || is_listed(origin, allowed)) return true;
    aside_str from = host_of(origin);
    if (from.len == 0) return false;
    if (aside_origin_is_loopback(from)) return true;
    return !listens_on_loopback && same(from, host);
}
