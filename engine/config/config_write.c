/* config_write.c -- describing settings: config/aside.yaml and its JSON Schema.
 * Both are made from options.def alone, so they cannot disagree with the loader. */
#include "config/options.h"

#include "base/json.h"

#include <string.h>

/* ---- the settings file ---- */

static void indent(aside_buf *out, int depth) {
    while (depth-- > 0) aside_buf_add_z(out, "  ");
}

/* How many of the groups of `key` were already open for `previous`. */
static int n_shared_groups(const char *key, const char *previous) {
    int n = 0;
    for (; *key && *key == *previous; key++, previous++) n += *key == '.';
    return n;
}

/* Open the groups of `key` that are not open, and leave its last name in *name; answers their number. */
static int write_groups(aside_buf *out, const char *key, const char *previous, const char **name) {
    int shared = n_shared_groups(key, previous), depth = 0;
    for (const char *dot; (dot = strchr(key, '.')); key = dot + 1, depth++) {
        if (depth < shared) continue;
        if (depth == 0) aside_buf_add_char(out, '\n');
        indent(out, depth);
        aside_buf_printf(out, "%.*s:\n", (int)(dot - key), key);
    }
    if (depth == 0 && strchr(previous, '.')) aside_buf_add_char(out, '\n');
    *name = key;
    return depth;
}

static bool has_range(const aside_option *o) { return o->type == ASIDE_OPTION_INT || o->type == ASIDE_OPTION_TIME; }

static void write_range(aside_buf *out, const aside_option *o) {
    char least[32], most[32];
    if (o->type == ASIDE_OPTION_INT) aside_buf_printf(out, " (%lld to %lld)", (long long)o->least, (long long)o->most);
    if (o->type == ASIDE_OPTION_TIME)
        aside_buf_printf(out, " (%s to %s)", aside_option_time_text(o->least, least), aside_option_time_text(o->most, most));
}

/* "help, in UNIT (least to most)". */
static void write_help(aside_buf *out, const aside_option *o) {
    aside_buf_add_z(out, o->help);
    if (*o->unit) aside_buf_printf(out, ", in %s", o->unit);
    write_range(out, o);
}

/* Numbers, durations and truth stand as they are; text in quotes, so that it stays text. */
static void write_value(aside_buf *out, const aside_option *o) {
    const char *quote = has_range(o) || o->type == ASIDE_OPTION_BOOL ? "" : "\"";
    aside_buf_printf(out, "%s%s%s\n", quote, o->fallback, quote);
}

void aside_config_write_defaults(aside_buf *out) {
    const char *previous = "", *name;
    aside_buf_add_z(out, "# yaml-language-server: $schema=schema/settings.v1.json\n"
                         "#\n"
                         "# Every setting at its default.  Made by `aside config --write`; to change a setting for\n"
                         "# one machine, copy its line to a file of your own and name that with --config.\n"
                         "# Paths are relative to this file's folder.\n\n");
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS; i++) {
        const aside_option *o = &aside_config_options[i];
        int depth = write_groups(out, o->key, previous, &name);
        indent(out, depth);
        aside_buf_add_z(out, "# ");
        write_help(out, o);
        aside_buf_add_char(out, '\n');
        indent(out, depth);
        aside_buf_printf(out, "%s: ", name);
        write_value(out, o);
        previous = o->key;
    }
}

/* ---- the schema: $defs holds each setting once, nested and dotted keys refer to it ---- */

/* The keywords of one type.  A new type: a function and a row in type_writers. */
typedef void type_fn(aside_json_writer *w, const aside_option *o);

static void int_type(aside_json_writer *w, const aside_option *o) {
    aside_json_put_z(w, "type", "integer");
    aside_json_put_int(w, "minimum", o->least);
    aside_json_put_int(w, "maximum", o->most);
}

/* A bare 0 is a number to YAML; editors should let it pass where no time at all is allowed. */
static void time_type(aside_json_writer *w, const aside_option *o) {
    aside_json_key(w, "type");
    aside_json_add_raw(w, aside_str_from(o->least == 0 ? "[\"string\",\"integer\"]" : "\"string\""));
    aside_json_put_z(w, "pattern", "^(0|[0-9]+(ms|s|m|h|d))$");
    if (o->least == 0) aside_json_put_int(w, "maximum", 0);
    if (o->least == 0) aside_json_put_int(w, "minimum", 0);
}

static void bool_type(aside_json_writer *w, const aside_option *o) {
    (void)o;
    aside_json_put_z(w, "type", "boolean");
}

static void text_type(aside_json_writer *w, const aside_option *o) {
    const char *const *words = aside_option_words(o->key);
    aside_json_put_z(w, "type", "string");
    if (!words) return;
    aside_json_key(w, "enum");
    aside_json_open(w, '[');
    for (; *words; words++) aside_json_add_z(w, *words);
    aside_json_close(w, ']');
}

static void hours_type(aside_json_writer *w, const aside_option *o) {
    (void)o;
    aside_json_put_z(w, "type", "string");
    aside_json_put_z(w, "pattern", "^(never|([01][0-9]|2[0-4]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9])$");
}

static void path_type(aside_json_writer *w, const aside_option *o) {
    (void)o;
    aside_json_put_z(w, "type", "string");
}

static void paths_type(aside_json_writer *w, const aside_option *o) {
    (void)o;
    aside_json_key(w, "type");
    aside_json_add_raw(w, ASIDE_STR("[\"string\",\"array\"]"));
    aside_json_key(w, "items");
    aside_json_add_raw(w, ASIDE_STR("{\"type\":\"string\"}"));
}

static void add_default(aside_json_writer *w, const aside_option *o) {
    aside_json_key(w, "default");
    if (o->type == ASIDE_OPTION_INT || o->type == ASIDE_OPTION_BOOL) aside_json_add_raw(w, aside_str_from(o->fallback));
    else aside_json_add_z(w, o->fallback);
}

static void add_description(aside_json_writer *w, const aside_option *o) {
    aside_buf help;
    aside_buf_init(&help, w->out->arena);
    write_help(&help, o);
    aside_json_key(w, "description");
    aside_json_add_z(w, aside_buf_z(&help));
    if (!aside_buf_ok(&help)) w->out->failed = true;
}

static void add_definitions(aside_json_writer *w) {
    static type_fn *const type_writers[ASIDE_OPTION_TYPES] = {
        int_type, time_type, bool_type, text_type, hours_type, path_type, paths_type
    };
    aside_json_key(w, "$defs");
    aside_json_open(w, '{');
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS; i++) {
        const aside_option *o = &aside_config_options[i];
        aside_json_key(w, o->key);
        aside_json_open(w, '{');
        type_writers[o->type](w, o);
        add_default(w, o);
        add_description(w, o);
        aside_json_close(w, '}');
    }
    aside_json_close(w, '}');
}

static void add_reference(aside_json_writer *w, const char *name, const char *key) {
    aside_buf *out = w->out;
    aside_json_key(w, name);
    aside_json_open(w, '{');
    aside_json_key(w, "$ref");
    aside_buf_printf(out, "\"#/$defs/%s\"", key);
    aside_json_close(w, '}');
}

/* An earlier row of the group has the same first name: its group was already written. */
static bool seen_before(int i, aside_str group, aside_str name) {
    while (i-- > 0) {
        const char *rest = aside_option_within(aside_config_options[i].key, group);
        if (rest && strncmp(rest, name.at, name.len) == 0 && rest[name.len] == '.') return true;
    }
    return false;
}

/* The keywords of a map with the keys of `group`: each by its dotted rest, and each group in it. */
static void add_group(aside_json_writer *w, aside_str group) {
    aside_json_put_z(w, "type", "object");
    aside_json_key(w, "additionalProperties");
    aside_json_add_bool(w, false);
    aside_json_key(w, "properties");
    aside_json_open(w, '{');
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS; i++) {
        const char *key = aside_config_options[i].key, *rest = aside_option_within(key, group), *dot;
        if (!rest) continue;
        add_reference(w, rest, key);
        if (!(dot = strchr(rest, '.')) || seen_before(i, group, (aside_str){ rest, (size_t)(dot - rest) })) continue;
        const char *name = aside_arena_printf(w->out->arena, "%.*s", (int)(dot - rest), rest);
        if (!name) { w->out->failed = true; return; }
        aside_json_key(w, name);
        aside_json_open(w, '{');
        add_group(w, (aside_str){ key, (size_t)(dot - key) });
        aside_json_close(w, '}');
    }
    aside_json_close(w, '}');
}

void aside_config_write_schema(aside_buf *out) {
    aside_json_writer w;
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    aside_json_put_z(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
    aside_json_put_z(&w, "title", "Settings of Aside");
    add_group(&w, (aside_str){ "", 0 });
    add_definitions(&w);
    aside_json_close(&w, '}');
    aside_buf_add_char(out, '\n');
}
