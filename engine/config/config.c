/* config.c -- reading settings; see config.h and options.def.
 *
 * Three steps.  *Gather*: each setting's text and where it stands, the file's
 * before the default's, an override's before the file's.  *Read*: each text by
 * its type, into its field.  *Weigh*: a promise of the policy that became
 * weaker than its default must be named in policy.accept_risk. */
#include "config/options.h"

#include "base/file.h"
#include "base/yaml.h"
#include "base/zone.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The text of one setting. */
typedef struct given {
    aside_str   text;
    aside_place at;                        /* {"--set",0,0} for an override. */
    const char *beside;                    /* The file to which its paths are relative; NULL: the working folder. */
    const char *origin;
} given;

typedef struct loader {
    const char     *path;                  /* NULL: no file. */
    aside_arena    *arena;
    aside_problems *problems;
    given           given[ASIDE_CONFIG_OPTIONS];
    aside_config    config;
    aside_status    status;                /* ENOMEM once memory is out. */
} loader;

static void *kept(loader *l, void *p) {
    if (!p) l->status = ASIDE_ENOMEM;
    return p;
}

/* ---- gather ---- */

static int find_option(aside_str key) {
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS; i++)
        if (aside_str_is(key, aside_config_options[i].key)) return i;
    return -1;
}

static bool is_group(aside_str key) {
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS; i++)
        if (aside_option_within(aside_config_options[i].key, key)) return true;
    return false;
}

static void report_unknown(loader *l, aside_place at, aside_str key) {
    const char *near = aside_str_nearest(key, aside_config_keys);
    aside_problem_error(l->problems, at, "key.unknown", "unknown setting '%.*s'%s%s%s", ASIDE_FMT(key),
                        near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* A list of paths as one text; a comma within a path cannot be written. */
static aside_str join_items(loader *l, const aside_yaml *list) {
    aside_buf b;
    aside_buf_init(&b, l->arena);
    for (size_t i = 0; i < list->n; i++) {
        aside_str item;
        if (!aside_yaml_str(list->items[i], l->problems, &item)) continue;
        if (i) aside_buf_add_char(&b, ',');
        aside_buf_add(&b, item);
    }
    if (!aside_buf_z(&b)) l->status = ASIDE_ENOMEM;
    return aside_buf_str(&b);
}

static void gather_value(loader *l, int i, const aside_yaml *key, const aside_yaml *value) {
    given *g = &l->given[i];
    aside_str text;
    if (g->at.line > 0) {
        aside_problem_error(l->problems, key->at, "config.duplicate", "the setting '%s' is here twice; first in line %d",
                            aside_config_options[i].key, g->at.line);
        return;
    }
    if (value->kind == ASIDE_YAML_LIST && aside_config_options[i].type == ASIDE_OPTION_PATHS) text = join_items(l, value);
    else if (!aside_yaml_str(value, l->problems, &text)) return;
    *g = (given){ text, value->at, l->path, kept(l, aside_arena_printf(l->arena, "%s:%d", l->path, value->at.line)) };
}

static void gather_map(loader *l, const aside_yaml *map, const char *group);

static void gather_pair(loader *l, const aside_yaml_pair *pair, const char *group) {
    char *full = kept(l, aside_arena_printf(l->arena, "%s%s%.*s", group, *group ? "." : "", ASIDE_FMT(pair->key->scalar)));
    if (!full) return;
    int i = find_option(aside_str_from(full));
    if (i >= 0) gather_value(l, i, pair->key, pair->value);
    else if (!*full || !is_group(aside_str_from(full))) report_unknown(l, pair->key->at, aside_str_from(full));
    else if (aside_yaml_is(pair->value, ASIDE_YAML_MAP, l->problems)) gather_map(l, pair->value, full);
}

static void gather_map(loader *l, const aside_yaml *map, const char *group) {
    for (size_t i = 0; i < map->n && !l->status; i++) gather_pair(l, &map->pairs[i], group);
}

static void gather_file(loader *l) {
    const aside_yaml *root;
    if (!l->path) return;
    l->status = aside_yaml_read(l->path, l->arena, l->problems, &root);
    if (!l->status && aside_yaml_is(root, ASIDE_YAML_MAP, l->problems)) gather_map(l, root, "");
}

static void gather_override(loader *l, const char *override) {
    aside_place at = { .path = "--set" };
    const char *equals = strchr(override, '=');
    if (!equals) {
        aside_problem_error(l->problems, at, "config.set", "expected key=value, found '%s'", override);
        return;
    }
    aside_str key = aside_str_trim((aside_str){ override, (size_t)(equals - override) });
    int i = find_option(key);
    if (i < 0) report_unknown(l, at, key);
    else l->given[i] = (given){ aside_str_trim(aside_str_from(equals + 1)), at, NULL, "--set" };
}

/* Defaults are written as they would stand in the file, or in one in the folder "config". */
static void gather_defaults(loader *l) {
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS; i++)
        l->given[i] = (given){ aside_str_from(aside_config_options[i].fallback), { .path = "default" },
                               l->path ? l->path : "config/aside.yaml", "default" };
}

/* ---- read: one function for each type ---- */

/* Reads g into the field, reporting what is wrong; true when it is written. */
typedef bool read_fn(loader *l, const aside_option *o, const given *g, void *field);

static bool wrong(loader *l, const aside_option *o, const given *g, const char *expected) {
    aside_problem_error(l->problems, g->at, "config.type", "%s: expected %s, found '%.*s'", o->key, expected, ASIDE_FMT(g->text));
    return false;
}

static bool read_int(loader *l, const aside_option *o, const given *g, void *field) {
    int64_t n;
    if (!aside_str_to_int(g->text, &n)) return wrong(l, o, g, "a whole number");
    if (n >= o->least && n <= o->most) return *(int *)field = (int)n, true;
    aside_problem_error(l->problems, g->at, "config.range", "%s: %lld is outside %lld to %lld", o->key,
                        (long long)n, (long long)o->least, (long long)o->most);
    return false;
}

/* "0" and "0s": a stretch of no time, which elsewhere is no duration. */
static bool is_no_time(aside_str text) {
    static const char *const words[] = { "0", "0ms", "0s", "0m", "0h", "0d" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (aside_str_is(text, words[i])) return true;
    return false;
}

static bool read_time(loader *l, const aside_option *o, const given *g, void *field) {
    int64_t ms = 0;
    char least[32], most[32];
    if (!is_no_time(g->text) && !aside_duration_parse(g->text, &ms))
        return wrong(l, o, g, "a duration such as 250ms, 45s, 30m, 4h or 7d");
    if (ms >= o->least && ms <= o->most) return *(int64_t *)field = ms, true;
    aside_problem_error(l->problems, g->at, "config.range", "%s: %.*s is outside %s to %s", o->key, ASIDE_FMT(g->text),
                        aside_option_time_text(o->least, least), aside_option_time_text(o->most, most));
    return false;
}

static bool read_bool(loader *l, const aside_option *o, const given *g, void *field) {
    static const char *const words[] = { "true", "yes", "on", "false", "no", "off" };
    for (int i = 0; i < 6; i++)
        if (aside_str_is(g->text, words[i])) return *(bool *)field = i < 3, true;
    return wrong(l, o, g, "true or false");
}

static bool is_one_of(aside_str text, const char *const *words) {
    while (*words && !aside_str_is(text, *words)) words++;
    return *words != NULL;
}

static bool read_text(loader *l, const aside_option *o, const given *g, void *field) {
    const char *const *words = aside_option_words(o->key);
    if (words && !is_one_of(g->text, words)) return wrong(l, o, g, o->help);
    const char *text = kept(l, aside_arena_copy_z(l->arena, g->text));
    if (!text) return false;
    *(const char **)field = text;
    return true;
}

/* "22:00-08:00" or "never".  Equal hours could mean all day or never: they are asked to say which. */
static bool hours_from(aside_str text, aside_hours *out) {
    aside_hours h = { 0, 0 };
    if (!aside_str_is(text, "never")) {
        if (text.len != 11 || text.at[5] != '-') return false;
        if (!aside_hour_parse((aside_str){ text.at, 5 }, &h.from_minute)) return false;
        if (!aside_hour_parse((aside_str){ text.at + 6, 5 }, &h.to_minute) || h.from_minute == h.to_minute) return false;
    }
    *out = h;
    return true;
}

static bool read_hours(loader *l, const aside_option *o, const given *g, void *field) {
    return hours_from(g->text, field) || wrong(l, o, g, "hours such as 22:00-08:00 (all day: 00:00-24:00) or never");
}

/* May "FOLDER/.." be left out?  Not when FOLDER is a link: then they are different places. */
static bool can_step_out(const char *folder) {
    const char *slash = strrchr(folder, '/'), *last = slash ? slash + 1 : folder;
    struct stat st;
    if (!*last || strcmp(last, ".") == 0 || strcmp(last, "..") == 0) return false;
    return lstat(folder, &st) != 0 || !S_ISLNK(st.st_mode);
}

/* `path` beside the file `beside`, without detours: "../intents" beside "config/aside.yaml"
 * is "intents", which is what people want to read in messages. */
static const char *resolve(loader *l, const char *beside, aside_str path) {
    const char *rest = kept(l, aside_arena_copy_z(l->arena, path)), *slash = beside ? strrchr(beside, '/') : NULL;
    if (!rest || !*rest || rest[0] == '/' || !slash) return rest;
    char *folder = kept(l, aside_arena_copy_z(l->arena, (aside_str){ beside, (size_t)(slash - beside) }));
    while (folder && strncmp(rest, "../", 3) == 0 && can_step_out(folder)) {
        char *up = strrchr(folder, '/');
        rest += 3;
        if (up) *up = '\0';
        else return *rest ? rest : ".";
    }
    return folder ? kept(l, aside_arena_printf(l->arena, "%s/%s", folder, rest)) : NULL;
}

static bool read_path(loader *l, const aside_option *o, const given *g, void *field) {
    (void)o;
    const char *path = resolve(l, g->beside, g->text);
    if (!path) return false;
    *(const char **)field = path;
    return true;
}

static bool read_paths(loader *l, const aside_option *o, const given *g, void *field) {
    (void)o;
    const char **paths = NULL;
    size_t n = 0, cap = 0;
    aside_str rest = g->text, piece;
    while (aside_str_split(&rest, ",", &piece)) {
        if ((piece = aside_str_trim(piece)).len == 0) continue;
        if (!ASIDE_ARENA_GROW(l->arena, paths, n, cap)) return kept(l, NULL), false;
        if (!(paths[n++] = resolve(l, g->beside, piece))) return false;
    }
    *(aside_path_list *)field = (aside_path_list){ paths, n };
    return true;
}

static void *field_of(loader *l, int i) { return (char *)&l->config + aside_config_options[i].offset; }

static void read_all(loader *l) {
    static read_fn *const readers[ASIDE_OPTION_TYPES] = {
        read_int, read_time, read_bool, read_text, read_hours, read_path, read_paths
    };
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS && !l->status; i++)
        readers[aside_config_options[i].type](l, &aside_config_options[i], &l->given[i], field_of(l, i));
}

/* What the type cannot tell: a zone of this system's. */
static void check_zone(loader *l) {
    int i = find_option(ASIDE_STR("zone"));
    const aside_zone *zone;
    aside_error err;
    if (l->status || strcmp(l->given[i].origin, "default") == 0) return;
    aside_status st = aside_zone_open(l->config.zone, l->arena, &zone, &err);
    if (st == ASIDE_EINVAL) aside_problem_error(l->problems, l->given[i].at, "config.zone", "zone: %s", err.text);
    else l->status = st;
}

/* ---- weigh ---- */

static bool is_less_int(const void *field, const void *usual) { return *(const int *)field > *(const int *)usual; }
static bool is_less_time(const void *field, const void *usual) { return *(const int64_t *)field < *(const int64_t *)usual; }

static bool is_within(const aside_hours *h, int minute) {
    if (h->from_minute <= h->to_minute) return minute >= h->from_minute && minute < h->to_minute;
    return minute >= h->from_minute || minute < h->to_minute;
}

/* Some minute that used to be quiet no longer is. */
static bool is_less_hours(const void *field, const void *usual) {
    for (int minute = 0; minute < 1440; minute++)
        if (is_within(usual, minute) && !is_within(field, minute)) return true;
    return false;
}

/* Promises, and when one is kept less than by default.  A new policy setting: a row here. */
static const struct promise {
    const char *key;
    bool      (*is_less)(const void *field, const void *usual);
} promises[] = {
    { "policy.gap",             is_less_time },
    { "policy.household.max",   is_less_int },
    { "policy.household.every", is_less_time },
    { "policy.cool_off",        is_less_time },
    { "policy.decline.skill",   is_less_time },
    { "policy.decline.all",     is_less_time },
    { "policy.quiet",           is_less_hours }
};

static bool is_promise(aside_str key) {
    for (size_t i = 0; i < sizeof promises / sizeof *promises; i++)
        if (aside_str_is(key, promises[i].key)) return true;
    return false;
}

static bool is_accepted(const char *accepted, const char *key) {
    aside_str rest = aside_str_from(accepted), piece;
    while (aside_str_split(&rest, ", ", &piece))
        if (aside_str_is(piece, key)) return true;
    return false;
}

/* A risk that is accepted under a wrong name is not accepted: say so where it stands. */
static void check_accepted(loader *l) {
    const char *names[sizeof promises / sizeof *promises + 1] = { NULL };
    aside_str rest = aside_str_from(l->config.policy_accept_risk), piece;
    for (size_t i = 0; i < sizeof promises / sizeof *promises; i++) names[i] = promises[i].key;
    while (aside_str_split(&rest, ", ", &piece)) {
        if (is_promise(piece)) continue;
        const char *near = aside_str_nearest(piece, names);
        aside_problem_error(l->problems, l->given[find_option(ASIDE_STR("policy.accept_risk"))].at, "config.risk",
                            "policy.accept_risk: '%.*s' is not a policy setting that can be laxer%s%s%s", ASIDE_FMT(piece),
                            near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
}

/* `usual` is a loader that was given nothing. */
static void weigh(loader *l, loader *usual) {
    check_accepted(l);
    for (size_t p = 0; p < sizeof promises / sizeof *promises; p++) {
        int i = find_option(aside_str_from(promises[p].key));
        if (!promises[p].is_less(field_of(l, i), field_of(usual, i))) continue;
        if (is_accepted(l->config.policy_accept_risk, promises[p].key)) continue;
        aside_problem_error(l->problems, l->given[i].at, "config.risk",
                            "%s: %.*s is laxer than the default %s; to accept the risk, name it in policy.accept_risk",
                            promises[p].key, ASIDE_FMT(l->given[i].text), aside_config_options[i].fallback);
    }
}

/* ---- the story ---- */

/* What could not be read keeps its default, so that the rest can still be weighed. */
static aside_status load(loader *l, const char *const *overrides) {
    size_t errors_before = l->problems->n_errors;
    loader usual = { .path = l->path, .arena = l->arena, .problems = l->problems };
    gather_defaults(&usual);
    read_all(&usual);
    if (usual.status) return usual.status;
    l->config = usual.config;
    gather_defaults(l);
    gather_file(l);
    for (; overrides && *overrides && !l->status; overrides++) gather_override(l, *overrides);
    read_all(l);
    check_zone(l);
    if (l->status) return l->status;
    weigh(l, &usual);
    return l->problems->n_errors > errors_before ? ASIDE_ECONFIG : ASIDE_OK;
}

aside_status aside_config_load(const char *path, const char *const *overrides, aside_arena *arena,
                               aside_problems *problems, aside_config *out) {
    loader l = { .path = path, .arena = arena, .problems = problems };
    aside_status st = load(&l, overrides);
    if (!st) *out = l.config;
    return st;
}

/* Paths are shown as they were found, all else as it was written. */
static const char *value_text(loader *l, int i) {
    aside_option_type type = aside_config_options[i].type;
    if (type == ASIDE_OPTION_PATH) return *(const char *const *)field_of(l, i);
    if (type != ASIDE_OPTION_PATHS) return kept(l, aside_arena_copy_z(l->arena, l->given[i].text));
    const aside_path_list *paths = field_of(l, i);
    aside_buf b;
    aside_buf_init(&b, l->arena);
    for (size_t k = 0; k < paths->n; k++) {
        if (k) aside_buf_add_char(&b, ',');
        aside_buf_add_z(&b, paths->at[k]);
    }
    const char *text = aside_buf_z(&b);
    if (!text) l->status = ASIDE_ENOMEM;
    return text;
}

aside_status aside_config_list(const char *path, const char *const *overrides, aside_arena *arena,
                               aside_problems *problems, aside_settings *out) {
    loader l = { .path = path, .arena = arena, .problems = problems };
    aside_status st = load(&l, overrides);
    aside_setting *rows = aside_arena_alloc_array(arena, ASIDE_CONFIG_OPTIONS, sizeof *rows);
    if (st || !rows) return st ? st : ASIDE_ENOMEM;
    for (int i = 0; i < ASIDE_CONFIG_OPTIONS; i++) {
        const aside_option *o = &aside_config_options[i];
        rows[i] = (aside_setting){ .key = o->key, .type = aside_option_type_name(o->type), .value = value_text(&l, i),
                                   .fallback = o->fallback, .unit = o->unit, .help = o->help, .origin = l.given[i].origin };
    }
    if (l.status) return l.status;
    *out = (aside_settings){ rows, ASIDE_CONFIG_OPTIONS };
    return ASIDE_OK;
}

bool aside_config_knows(aside_str key) {
    return key.len > 0 && (find_option(key) >= 0 || is_group(key));
}
