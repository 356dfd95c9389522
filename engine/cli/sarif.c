/* sarif.c -- see sarif.h.
 *
 * Columns of ours count characters, which SARIF calls unicodeCodePoints.  A
 * problem without a line has no region.  Paths become URI references: bytes
 * outside RFC 3986's unreserved ones are written %XX. */
#include "cli/sarif.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

static void add_uri(aside_json_writer *w, const char *path) {
    char uri[3 * sizeof ((aside_error *)0)->path + 8];
    size_t n = 0;
    if (path[0] == '/') n = (size_t)snprintf(uri, sizeof uri, "file://");
    for (; *path; path++) {
        unsigned char b = (unsigned char)*path;
        bool plain = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || strchr("-._~/", b);
        n += (size_t)snprintf(uri + n, sizeof uri - n, plain ? "%c" : "%%%02X", b);
    }
    aside_json_key(w, "uri");
    aside_json_add_str(w, (aside_str){ uri, n });
}

static void add_region(aside_json_writer *w, const aside_error *e) {
    if (!e->line) return;
    aside_json_key(w, "region");
    aside_json_open(w, '{');
    aside_json_key(w, "startLine"), aside_json_add_int(w, e->line);
    if (e->column) aside_json_key(w, "startColumn"), aside_json_add_int(w, e->column);
    aside_json_close(w, '}');
}

static void add_location(aside_json_writer *w, const aside_error *e) {
    aside_json_key(w, "locations");
    aside_json_open(w, '['), aside_json_open(w, '{');
    aside_json_key(w, "physicalLocation");
    aside_json_open(w, '{');
    aside_json_key(w, "artifactLocation");
    aside_json_open(w, '{'), add_uri(w, e->path), aside_json_close(w, '}');
    add_region(w, e);
    aside_json_close(w, '}');
    aside_json_close(w, '}'), aside_json_close(w, ']');
}

static void add_result(aside_json_writer *w, const aside_error *e) {
    aside_json_open(w, '{');
    aside_json_key(w, "ruleId"), aside_json_add_z(w, e->rule[0] ? e->rule : "aside");
    aside_json_key(w, "level"), aside_json_add_z(w, e->severity == ASIDE_SEVERITY_WARNING ? "warning" : "error");
    aside_json_key(w, "message");
    aside_json_open(w, '{');
    aside_json_key(w, "text"), aside_json_add_z(w, e->text);
    aside_json_close(w, '}');
    if (e->path[0]) add_location(w, e);
    aside_json_close(w, '}');
}

static void add_tool(aside_json_writer *w) {
    int v = aside_version();
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", v / 1000000, v / 1000 % 1000, v % 1000);
    aside_json_key(w, "tool");
    aside_json_open(w, '{');
    aside_json_key(w, "driver");
    aside_json_open(w, '{');
    aside_json_key(w, "name"), aside_json_add_z(w, "aside");
    aside_json_key(w, "version"), aside_json_add_z(w, version);
    aside_json_close(w, '}');
    aside_json_close(w, '}');
}

void aside_sarif_write(const aside_found *found, aside_buf *out) {
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    aside_json_key(&w, "$schema"), aside_json_add_z(&w, "https://json.schemastore.org/sarif-2.1.0.json");
    aside_json_key(&w, "version"), aside_json_add_z(&w, "2.1.0");
    aside_json_key(&w, "runs");
    aside_json_open(&w, '['), aside_json_open(&w, '{');
    add_tool(&w);
    aside_json_key(&w, "columnKind"), aside_json_add_z(&w, "unicodeCodePoints");
    aside_json_key(&w, "results");
    aside_json_open(&w, '[');
    for (size_t i = 0; i < found->n; i++) add_result(&w, &found->at[i]);
    aside_json_close(&w, ']');
    aside_json_close(&w, '}'), aside_json_close(&w, ']');
    aside_json_close(&w, '}');
    aside_buf_add_char(out, '\n');
}
