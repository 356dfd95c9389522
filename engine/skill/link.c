/* link.c -- the addresses in a skill.  A partner may send a person only to pages
 * that are encrypted and on a host that the file itself lists, so that who
 * reviews the file sees every place it leads to.  Addresses that read
 * differently to different programs (user names, backslashes, blanks) are
 * refused rather than understood.  See reader.h. */
#include "skill/reader.h"

#include <string.h>

static bool is_alnum(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_label(aside_str label) {
    if (label.len == 0 || label.len > 63 || label.at[0] == '-' || label.at[label.len - 1] == '-') return false;
    for (size_t i = 0; i < label.len; i++)
        if (!is_alnum(label.at[i]) && label.at[i] != '-') return false;
    return true;
}

/* Names with a dot, by RFC 1123; no addresses in numbers. */
static bool is_host(aside_str host) {
    size_t n_labels = 0, from = 0;
    bool last_is_number = true;
    if (host.len == 0 || host.len > 253) return false;
    for (size_t i = 0; i <= host.len; i++) {
        if (i < host.len && host.at[i] != '.') continue;
        aside_str label = { host.at + from, i - from };
        int64_t number;
        if (!is_label(label)) return false;
        last_is_number = aside_str_to_int(label, &number);
        n_labels++, from = i + 1;
    }
    return n_labels >= 2 && !last_is_number;
}

/* Printable ASCII without what parsers disagree about. */
static bool is_plain(const char *url) {
    for (; *url; url++)
        if (*url <= ' ' || *url > '~' || strchr("\"<>\\^`{|}", *url)) return false;
    return true;
}

static bool is_port(aside_str port) {
    int64_t number;
    return aside_str_to_int(port, &number) && number > 0 && number < 65536;
}

static bool split_https(const char *url, aside_str *host) {
    static const char scheme[] = "https://";
    if (strncmp(url, scheme, sizeof scheme - 1) != 0) return false;
    const char *at = url + sizeof scheme - 1;
    aside_str authority = { at, strcspn(at, "/?#") };
    const char *colon = memchr(authority.at, ':', authority.len);
    *host = (aside_str){ at, colon ? (size_t)(colon - at) : authority.len };
    if (colon && !is_port((aside_str){ colon + 1, authority.len - host->len - 1 })) return false;
    return is_host(*host);
}

bool aside_skill_check_https(aside_skill_reader *r, const char *url, aside_place at, aside_str *host) {
    if (strlen(url) <= ASIDE_LIMIT_SKILL_URL_BYTES && is_plain(url) && split_https(url, host)) return true;
    aside_problem_error(r->problems, at, "skill.url", "expected an address such as https://shop.example/page, found '%s'", url);
    return false;
}

/* Schemes that run code or read files, and the web's, which belongs in `web`. */
bool aside_skill_check_app(aside_skill_reader *r, const char *url, aside_place at) {
    static const char *const refused[] = { "http", "https", "javascript", "data", "file", "vbscript", "blob", "about", "content", NULL };
    aside_str scheme = { url, strspn(url, "abcdefghijklmnopqrstuvwxyz0123456789+.-") };
    bool ok = scheme.len > 1 && is_plain(url) && aside_str_starts(aside_str_from(url + scheme.len), "://");
    for (int i = 0; refused[i]; i++)
        if (aside_str_is(scheme, refused[i])) ok = false;
    if (!ok) aside_problem_error(r->problems, at, "skill.url", "expected an app's own address such as shopapp://page, found '%s'", url);
    return ok;
}

bool aside_skill_check_host(aside_skill_reader *r, const char *host, aside_place at) {
    for (const char *c = host; *c; c++)
        if (*c >= 'A' && *c <= 'Z') {
            aside_problem_error(r->problems, at, "skill.host", "write the host in lower case, found '%s'", host);
            return false;
        }
    if (is_host(aside_str_from(host))) return true;
    aside_problem_error(r->problems, at, "skill.host", "expected a host such as shop.example, without https:// or a path, found '%s'",
                        host);
    return false;
}
