/* yaml.c -- libyaml's events into a tree.  The only file that includes yaml.h of libyaml. */
#include "base/yaml.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/map.h"

#include <yaml.h>

typedef struct reader {
    yaml_parser_t   parser;
    const char     *path;
    aside_arena    *arena;
    aside_problems *problems;
    size_t          n_nodes;
    aside_status    status;       /* ENOMEM, or ECONFIG once the parser cannot go on. */
} reader;

static aside_place place(const reader *r, yaml_mark_t mark) {
    return (aside_place){ r->path, (int)mark.line + 1, (int)mark.column + 1 };
}

/* Report, and give up on this document. */
static const aside_yaml *stop(reader *r, yaml_mark_t mark, const char *rule, const char *text) {
    aside_problem_error(r->problems, place(r, mark), rule, "%s", text);
    r->status = ASIDE_ECONFIG;
    return NULL;
}

static bool next(reader *r, yaml_event_t *event) {
    if (r->status) return false;
    if (yaml_parser_parse(&r->parser, event)) return true;
    if (r->parser.error == YAML_MEMORY_ERROR) return r->status = ASIDE_ENOMEM, false;
    yaml_mark_t mark = r->parser.problem_mark;
    aside_problem_error(r->problems, place(r, mark), "yaml.syntax", "%s%s%s",
                        r->parser.problem ? r->parser.problem : "not YAML",
                        r->parser.context ? ", " : "", r->parser.context ? r->parser.context : "");
    r->status = ASIDE_ECONFIG;
    return false;
}

static aside_yaml *new_node(reader *r, aside_yaml_kind kind, yaml_mark_t mark) {
    if (++r->n_nodes > ASIDE_LIMIT_YAML_NODES) {
        stop(r, mark, "yaml.size", "the file has more values than any such file needs");
        return NULL;
    }
    aside_yaml *node = aside_arena_alloc(r->arena, sizeof *node);
    if (!node) return r->status = ASIDE_ENOMEM, NULL;
    node->kind = kind;
    node->at = place(r, mark);
    return node;
}

/* Anchors and tags are reported but do not end the reading: the value is still there. */
static void refuse_properties(reader *r, yaml_mark_t mark, const yaml_char_t *anchor, const yaml_char_t *tag) {
    if (anchor)
        aside_problem_error(r->problems, place(r, mark), "yaml.anchor",
                            "anchors are not allowed: write the value out where it is used");
    if (tag)
        aside_problem_error(r->problems, place(r, mark), "yaml.tag",
                            "tags are not allowed: remove %s", (const char *)tag);
}

static const aside_yaml *read_scalar(reader *r, const yaml_event_t *event) {
    aside_yaml *node = new_node(r, ASIDE_YAML_SCALAR, event->start_mark);
    if (!node) return NULL;
    refuse_properties(r, event->start_mark, event->data.scalar.anchor, event->data.scalar.tag);
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    node->scalar = aside_arena_copy(r->arena, (aside_str){ (const char *)event->data.scalar.value,
                                                           event->data.scalar.length });
    if (!node->scalar.at) return r->status = ASIDE_ENOMEM, NULL;
    return node;
}

static const aside_yaml *read_node(reader *r, const yaml_event_t *event, int depth);

/* The node that starts at the next event, or NULL at the end of a collection or on failure. */
static const aside_yaml *read_next(reader *r, int depth) {
    yaml_event_t event;
    if (!next(r, &event)) return NULL;
    const aside_yaml *node = read_node(r, &event, depth);
    yaml_event_delete(&event);
    return node;
}

/* For messages. */
static const char *kind_name(aside_yaml_kind kind) {
    static const char *const names[] = { "a single value", "a list", "a map" };
    return names[kind];
}

static const aside_yaml *read_list(reader *r, const yaml_event_t *start, int depth) {
    aside_yaml *list = new_node(r, ASIDE_YAML_LIST, start->start_mark);
    const aside_yaml **items = NULL, *item;
    size_t cap = 0;
    if (!list) return NULL;
    refuse_properties(r, start->start_mark, start->data.sequence_start.anchor, start->data.sequence_start.tag);
    while ((item = read_next(r, depth + 1))) {
        if (!ASIDE_ARENA_GROW(r->arena, items, list->n, cap)) return r->status = ASIDE_ENOMEM, NULL;
        items[list->n++] = item;
    }
    list->items = items;
    return r->status ? NULL : list;
}

/* True when the pair is to be kept: a key that is a word, and its first value. */
static bool is_new_key(reader *r, const aside_yaml *key, aside_map *seen) {
    if (key->kind != ASIDE_YAML_SCALAR) {
        aside_problem_error(r->problems, key->at, "yaml.key", "a key must be a word, found %s", kind_name(key->kind));
        return false;
    }
    const aside_yaml *first = aside_map_get(seen, key->scalar);
    if (first)
        aside_problem_error(r->problems, key->at, "yaml.duplicate-key", "the key '%.*s' is here twice; first in line %d",
                            ASIDE_FMT(key->scalar), first->at.line);
    else if (aside_map_put(seen, key->scalar, (void *)(uintptr_t)key))
        r->status = ASIDE_ENOMEM;
    return !first;
}

static const aside_yaml *read_map(reader *r, const yaml_event_t *start, int depth) {
    aside_yaml *map = new_node(r, ASIDE_YAML_MAP, start->start_mark);
    aside_yaml_pair *pairs = NULL;
    const aside_yaml *key;
    size_t cap = 0;
    aside_map seen;
    if (!map) return NULL;
    aside_map_init(&seen, r->arena);
    refuse_properties(r, start->start_mark, start->data.mapping_start.anchor, start->data.mapping_start.tag);
    while ((key = read_next(r, depth + 1))) {
        bool keep = is_new_key(r, key, &seen);
        const aside_yaml *value = read_next(r, depth + 1);
        if (!value) return NULL;
        if (!keep) continue;
        if (!ASIDE_ARENA_GROW(r->arena, pairs, map->n, cap)) return r->status = ASIDE_ENOMEM, NULL;
        pairs[map->n++] = (aside_yaml_pair){ key, value };
    }
    map->pairs = pairs;
    return r->status ? NULL : map;
}

static const aside_yaml *read_node(reader *r, const yaml_event_t *event, int depth) {
    bool opens = event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT;
    if (opens && depth >= ASIDE_LIMIT_YAML_DEPTH)
        return stop(r, event->start_mark, "yaml.depth", "nested too deeply");
    switch (event->type) {
        case YAML_SCALAR_EVENT:         return read_scalar(r, event);
        case YAML_SEQUENCE_START_EVENT: return read_list(r, event, depth);
        case YAML_MAPPING_START_EVENT:  return read_map(r, event, depth);
        case YAML_ALIAS_EVENT:
            return stop(r, event->start_mark, "yaml.alias", "aliases are not allowed: write the value out");
        default: return NULL;           /* The end of a list or a map. */
    }
}

/* Events before the first node and after the last; a second document is refused. */
static const aside_yaml *read_document(reader *r) {
    const aside_yaml *root = NULL;
    for (bool ended = false; !ended && !r->status; ) {
        yaml_event_t event;
        if (!next(r, &event)) break;
        switch (event.type) {
            case YAML_STREAM_END_EVENT: ended = true; break;
            case YAML_STREAM_START_EVENT: case YAML_DOCUMENT_END_EVENT: break;
            case YAML_DOCUMENT_START_EVENT:
                if (root) stop(r, event.start_mark, "yaml.documents", "one document a file: remove '---'");
                break;
            default: root = read_node(r, &event, 0);
        }
        yaml_event_delete(&event);
    }
    if (!root && !r->status)
        aside_problem_error(r->problems, (aside_place){ r->path, 1, 1 }, "yaml.empty", "the file is empty");
    return r->status ? NULL : root;
}

aside_status aside_yaml_parse(aside_str text, const char *path, aside_arena *arena,
                              aside_problems *problems, const aside_yaml **out) {
    reader r = { .path = aside_arena_copy_z(arena, aside_str_from(path)), .arena = arena, .problems = problems };
    *out = NULL;
    if (!r.path) return ASIDE_ENOMEM;
    if (text.len > ASIDE_LIMIT_YAML_BYTES) {
        aside_problem_error(problems, (aside_place){ r.path, 0, 0 }, "yaml.size",
                            "%zu bytes; at most %u are read", text.len, ASIDE_LIMIT_YAML_BYTES);
        return ASIDE_OK;
    }
    if (!yaml_parser_initialize(&r.parser)) return ASIDE_ENOMEM;
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(text.at ? text.at : ""), text.len);
    const aside_yaml *root = read_document(&r);
    yaml_parser_delete(&r.parser);
    if (r.status == ASIDE_ENOMEM) return ASIDE_ENOMEM;
    *out = root;
    return ASIDE_OK;
}

aside_status aside_yaml_read(const char *path, aside_arena *arena, aside_problems *problems,
                             const aside_yaml **out) {
    aside_str text;
    aside_error err;
    *out = NULL;
    aside_status st = aside_file_read(path, ASIDE_LIMIT_FILE_BYTES, arena, &text, &err);
    if (st == ASIDE_ENOMEM) return st;
    if (st) {
        aside_problem_error(problems, (aside_place){ path, 0, 0 }, "file.unreadable", "%s", err.text);
        return ASIDE_OK;
    }
    return aside_yaml_parse(text, path, arena, problems, out);
}

const aside_yaml *aside_yaml_get(const aside_yaml *map, const char *key) {
    if (!map || map->kind != ASIDE_YAML_MAP) return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (aside_str_is(map->pairs[i].key->scalar, key)) return map->pairs[i].value;
    return NULL;
}

bool aside_yaml_is(const aside_yaml *node, aside_yaml_kind kind, aside_problems *problems) {
    if (!node) return false;
    if (node->kind == kind) return true;
    aside_problem_error(problems, node->at, "yaml.type", "expected %s, found %s",
                        kind_name(kind), kind_name(node->kind));
    return false;
}

bool aside_yaml_str(const aside_yaml *node, aside_problems *problems, aside_str *out) {
    if (!aside_yaml_is(node, ASIDE_YAML_SCALAR, problems)) return false;
    *out = node->scalar;
    return true;
}

bool aside_yaml_int(const aside_yaml *node, int64_t least, int64_t most, aside_problems *problems, int64_t *out) {
    int64_t value;
    if (!aside_yaml_is(node, ASIDE_YAML_SCALAR, problems)) return false;
    if (!aside_str_to_int(node->scalar, &value)) {
        aside_problem_error(problems, node->at, "yaml.type", "expected a whole number, found '%.*s'", ASIDE_FMT(node->scalar));
        return false;
    }
    if (value < least || value > most) {
        aside_problem_error(problems, node->at, "yaml.range", "%lld is outside %lld to %lld",
                            (long long)value, (long long)least, (long long)most);
        return false;
    }
    *out = value;
    return true;
}

bool aside_yaml_bool(const aside_yaml *node, aside_problems *problems, bool *out) {
    static const char *const words[] = { "true", "yes", "on", "false", "no", "off" };
    if (!aside_yaml_is(node, ASIDE_YAML_SCALAR, problems)) return false;
    for (int i = 0; i < 6; i++)
        if (aside_str_is(node->scalar, words[i])) return *out = i < 3, true;
    aside_problem_error(problems, node->at, "yaml.type", "expected true or false, found '%.*s'", ASIDE_FMT(node->scalar));
    return false;
}

bool aside_yaml_known_keys(const aside_yaml *map, const char *const *known, aside_problems *problems) {
    bool all_known = true;
    for (size_t i = 0; i < map->n; i++) {
        const aside_yaml *key = map->pairs[i].key;
        const char *const *k = known;
        while (*k && !aside_str_is(key->scalar, *k)) k++;
        if (*k) continue;
        const char *near = aside_str_nearest(key->scalar, known);
        all_known = false;
        aside_problem_error(problems, key->at, "key.unknown", "unknown key '%.*s'%s%s%s", ASIDE_FMT(key->scalar),
                            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    return all_known;
}

/* "a, b or c" for a message; cut when long. */
static const char *list_names(char *text, size_t size, const char *const *names) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; names[i] && used + 1 < size; i++) {
        const char *glue = i == 0 ? "" : names[i + 1] ? ", " : " or ";
        int n = snprintf(text + used, size - used, "%s%s", glue, names[i]);
        used += n < 0 ? 0 : (size_t)n;
    }
    return text;
}

int aside_yaml_one_of(const aside_yaml *node, const char *const *names, aside_problems *problems) {
    char text[200];
    aside_str word;
    if (!aside_yaml_str(node, problems, &word)) return -1;
    for (int i = 0; names[i]; i++)
        if (aside_str_is(word, names[i])) return i;
    aside_problem_error(problems, node->at, "value.unknown", "'%.*s' is not one of %s", ASIDE_FMT(word),
                        list_names(text, sizeof text, names));
    return -1;
}
