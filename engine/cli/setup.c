/* setup.c -- from options to settings, an engine, and a person on a device; and
 * the ways in which all commands fail.
 *
 * Overrides are ordered: what a command prefers (the store in memory), then the
 * short forms (--intents ...), then --set; the last one wins. */
#include "base/file.h"
#include "base/host.h"
#include "base/json.h"
#include "base/zone.h"
#include "cli/cli.h"
#include "core/engine.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char default_config[] = "config/aside.yaml";

/* ------------------------------- failing ---------------------------------- */

static void say(const char *format, va_list args) {
    fflush(stdout);                              /* So that both appear in the order they happened. */
    fputs("aside: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
}

void aside_cli_say(const aside_cli *c, const char *format, ...) {
    (void)c;
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
}

int aside_cli_usage(const aside_cli *c, const char *format, ...) {
    va_list args;
    va_start(args, format);
    say(format, args);
    va_end(args);
    fprintf(stderr, "Try: aside %s%s--help\n", c->command ? c->command->name : "", c->command ? " " : "");
    return ASIDE_EXIT_USAGE;
}

static void print_place(FILE *f, const aside_error *e) {
    if (e->path[0]) fprintf(f, "%s:", e->path);
    if (e->line) fprintf(f, "%d:", e->line);
    if (e->line && e->column) fprintf(f, "%d:", e->column);
    if (e->path[0]) fputc(' ', f);
}

void aside_cli_print_problem(void *file, const aside_error *e, bool colour) {
    bool warning = e->severity == ASIDE_SEVERITY_WARNING;
    const char *on = !colour ? "" : warning ? "\033[33m" : "\033[31m", *off = colour ? "\033[0m" : "";
    print_place(file, e);
    fprintf(file, "%s%s:%s ", on, warning ? "warning" : "error", off);
    fprintf(file, "%s%s%s\n", e->rule, e->rule[0] ? ": " : "", e->text);
}

void aside_cli_print_problem_json(aside_cli *c, const aside_error *e) {
    aside_buf b;
    aside_json_writer w;
    aside_buf_init(&b, &c->arena);
    aside_json_writer_init(&w, &b);
    aside_json_open(&w, '{');
    aside_json_put_z(&w, "path", e->path);
    aside_json_put_int(&w, "line", e->line);
    aside_json_put_int(&w, "column", e->column);
    aside_json_put_z(&w, "severity", e->severity == ASIDE_SEVERITY_WARNING ? "warning" : "error");
    aside_json_put_z(&w, "rule", e->rule);
    aside_json_put_z(&w, "text", e->text);
    aside_json_close(&w, '}');
    puts(aside_buf_ok(&b) ? aside_buf_z(&b) : "{}");
}

int aside_cli_fail(const aside_cli *c, aside_status status, const aside_error *err) {
    fflush(stdout);
    bool told = err && err->status != ASIDE_OK && err->text[0];
    if (told && err->path[0]) {
        aside_cli_print_problem(stderr, err, c->colour_err);
    } else {
        aside_cli_say(c, "%s", told ? err->text : aside_status_text(status));
    }
    bool usage = status == ASIDE_EINVAL || status == ASIDE_ETEXT || status == ASIDE_ELIMIT;
    return usage ? ASIDE_EXIT_USAGE : ASIDE_EXIT_CANNOT;
}

int aside_cli_blame(const aside_problems *problems) {
    return strcmp(problems->first.path, "--set") == 0 ? ASIDE_EXIT_USAGE : ASIDE_EXIT_CANNOT;
}

/* ------------------------------- the world -------------------------------- */

static int64_t world_ms(void *user) {
    const aside_world *w = user;
    if (w->fixed) return w->now_ms;
    aside_host real = aside_host_complete(NULL);
    return real.wall_ms(real.user) + w->offset_ms;
}

static void world_log(void *user, aside_log_level level, const char *line) {
    (void)user;
    fprintf(stderr, "aside: %s: %s\n", aside_log_level_name(level), line);
}

/* To the engine a seed of 0 means "from the system": who says 0 gets another fixed number. */
static bool read_seed(const aside_cli *c, uint64_t *out) {
    int64_t seed = 0;
    if (!aside_cli_number(c, ASIDE_OPTION_SEED, 0, INT64_MAX, &seed)) return false;
    bool given = aside_cli_value(c, ASIDE_OPTION_SEED) != NULL;
    *out = given && seed == 0 ? UINT64_MAX : (uint64_t)seed;
    return true;
}

static int bad_time(const aside_cli *c, const char *text) {
    return aside_cli_usage(c, "--now: found \"%s\", expected a time such as 2026-06-18T20:00:00+08:00", text);
}

/* Clock, seed and log into c->host; *offset_s is of the written time. */
static int make_host(aside_cli *c, const char *start, bool *has_start, int *offset_s) {
    const char *now = aside_cli_value(c, ASIDE_OPTION_NOW);
    c->world = (aside_world){ 0 };
    *has_start = now || start;
    if (*has_start && !aside_time_parse(aside_str_from(now ? now : start), &c->world.now_ms, offset_s))
        return bad_time(c, now ? now : start);
    bool runs_on = c->command == &aside_commands[ASIDE_COMMAND_SERVE];
    c->world.fixed = *has_start && !runs_on;
    if (*has_start && runs_on) c->world.offset_ms = c->world.now_ms - aside_host_wall_ms(&c->plain);
    c->host = aside_host_complete(&(aside_host){ .user = &c->world, .wall_ms = world_ms, .log = world_log });
    return read_seed(c, &c->host.seed) ? 0 : ASIDE_EXIT_USAGE;
}

/* ------------------------------- settings --------------------------------- */

static const struct { aside_option_id id; const char *key; } short_forms[] = {
    { ASIDE_OPTION_INTENTS, "intents" }, { ASIDE_OPTION_SKILLS, "skills" },
    { ASIDE_OPTION_LISTS, "lists" },     { ASIDE_OPTION_STATE, "state" },
};
enum { N_SHORT = sizeof short_forms / sizeof short_forms[0] };

bool aside_cli_settings(aside_cli *c, const char **config_path, const char *const **overrides) {
    const char **at = aside_arena_alloc_array(&c->arena, N_SHORT + c->n_given + 1, sizeof *at);
    size_t n = 0;
    if (!at) return false;
    for (size_t i = 0; i < N_SHORT; i++) {
        const char *value = aside_cli_value(c, short_forms[i].id);
        if (value && !(at[n++] = aside_arena_printf(&c->arena, "%s=%s", short_forms[i].key, value))) return false;
    }
    for (size_t i = 0; i < c->n_given; i++)
        if (c->given[i].id == ASIDE_OPTION_SET) at[n++] = c->given[i].value;
    const char *path = aside_cli_value(c, ASIDE_OPTION_CONFIG);
    *config_path = path ? path : aside_file_exists(default_config) ? default_config : NULL;
    *overrides = at;
    return true;
}

bool aside_cli_prefer(aside_cli *c, aside_options *options, const char *override) {
    size_t n = 0;
    while (options->overrides && options->overrides[n]) n++;
    const char **at = aside_arena_alloc_array(&c->arena, n + 2, sizeof *at);
    if (!at) return false;
    at[0] = override;
    for (size_t i = 0; i < n; i++) at[i + 1] = options->overrides[i];
    options->overrides = at;
    return true;
}

/* Warnings are the log's. */
static void report_error(void *user, const aside_error *e) {
    const aside_cli *c = user;
    if (e->severity == ASIDE_SEVERITY_ERROR) aside_cli_print_problem(stderr, e, c->colour_err);
}

/* Everything that is wrong with the files is said, not only the first. */
static int open_engine(aside_cli *c, const aside_options *o, aside_engine **out) {
    aside_problems problems;
    aside_error err = { 0 };
    aside_problems_init(&problems, report_error, c);
    aside_status st = aside_engine_open_reporting(o, false, &problems, out, &err);
    if (!st) return 0;
    if (problems.n_errors) return aside_cli_blame(&problems);
    int status = aside_cli_fail(c, st, &err);
    return st == ASIDE_EINVAL ? status : ASIDE_EXIT_CANNOT;
}

int aside_cli_engine(aside_cli *c, bool text_only, const char *prefer, aside_engine **out) {
    aside_options o = { .host = &c->host, .text_only = text_only };
    bool keeps = c->command == &aside_commands[ASIDE_COMMAND_SERVE] || c->command == &aside_commands[ASIDE_COMMAND_WHY];
    bool ok = aside_cli_settings(c, &o.config_path, &o.overrides)
           && (!prefer || aside_cli_prefer(c, &o, prefer))
           && (keeps || aside_cli_prefer(c, &o, "state="));
    return ok ? open_engine(c, &o, out) : aside_cli_fail(c, ASIDE_ENOMEM, NULL);
}

/* -------------------------------- a person -------------------------------- */

static const char *all_of(aside_cli *c, const char *const *names) {
    aside_buf b;
    aside_buf_init(&b, &c->arena);
    for (size_t i = 0; names[i]; i++) aside_buf_printf(&b, "%s%s", i ? "," : "", names[i]);
    return aside_buf_z(&b);
}

static const char *or(const char *value, const char *fallback) { return value ? value : fallback; }

static const char *zone_of(aside_cli *c, bool has_start, int offset_s) {
    const char *zone = aside_cli_value(c, ASIDE_OPTION_ZONE);
    if (zone || !has_start) return zone;
    int minutes = (offset_s < 0 ? -offset_s : offset_s) / 60;
    return aside_arena_printf(&c->arena, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

/* Before anything is loaded: a slip of the pen should not wait for models. */
static int check_consent(aside_cli *c) {
    aside_str rest = aside_str_from(aside_cli_value(c, ASIDE_OPTION_CONSENT)), piece;
    while (aside_str_split(&rest, ", ", &piece)) {
        bool known = false;
        for (size_t i = 0; aside_purpose_names[i]; i++) known |= aside_str_is(piece, aside_purpose_names[i]);
        const char *meant = known ? NULL : aside_str_nearest(piece, aside_purpose_names);
        if (!known)
            return aside_cli_usage(c, "--consent: unknown purpose %.*s%s%s", ASIDE_FMT(piece), meant ? "; did you mean " : "", meant ? meant : "");
    }
    return 0;
}

int aside_cli_person(aside_cli *c, const char *start, aside_session_options *out) {
    bool has_start;
    int offset_s = 0, failed = make_host(c, start, &has_start, &offset_s);
    if (!failed) failed = check_consent(c);
    if (failed) return failed;
    *out = (aside_session_options){
        .user = or(aside_cli_value(c, ASIDE_OPTION_USER), "user"),
        .household = or(aside_cli_value(c, ASIDE_OPTION_HOUSEHOLD), "home"),
        .device = or(aside_cli_value(c, ASIDE_OPTION_DEVICE), "device"),
        .kind = aside_cli_value(c, ASIDE_OPTION_KIND),
        .language = aside_cli_value(c, ASIDE_OPTION_LANG),
        .zone = zone_of(c, has_start, offset_s),
        .region = aside_cli_value(c, ASIDE_OPTION_REGION),
        .scene = aside_cli_value(c, ASIDE_OPTION_SCENE),
        .surfaces = or(aside_cli_value(c, ASIDE_OPTION_SURFACES), all_of(c, aside_surface_names)),
        .capabilities = or(aside_cli_value(c, ASIDE_OPTION_CAPABILITIES), all_of(c, aside_capability_names)),
        .child = aside_cli_value(c, ASIDE_OPTION_CHILD) != NULL,
        .guest = aside_cli_value(c, ASIDE_OPTION_GUEST) != NULL,
        .simulated_device = true,
        .host = &c->host,
    };
    return 0;
}

static int give_one(aside_cli *c, aside_session *s, aside_str piece) {
    const char *purpose = aside_arena_copy_z(&c->arena, piece);
    aside_status st = purpose ? aside_session_consent(s, purpose, true, NULL) : ASIDE_ENOMEM;
    if (st == ASIDE_ESTATE) return aside_cli_say(c, "a child or a guest cannot agree to %s; going on without", purpose), 0;
    return st ? aside_cli_fail(c, st, NULL) : 0;
}

static int give_consent(aside_cli *c, aside_session *s) {
    aside_str rest = aside_str_from(aside_cli_value(c, ASIDE_OPTION_CONSENT)), piece;
    while (aside_str_split(&rest, ", ", &piece)) {
        int failed = give_one(c, s, piece);
        if (failed) return failed;
    }
    return 0;
}

int aside_cli_session(aside_cli *c, aside_engine *engine, const aside_session_options *options, aside_session **out) {
    aside_error err = { 0 };
    aside_session *s;
    aside_status st = aside_session_open(engine, options, &s, &err);
    if (st) return aside_cli_fail(c, st, &err);
    int failed = give_consent(c, s);
    if (failed) return aside_session_close(s), failed;
    *out = s;
    return 0;
}

bool aside_cli_write(const aside_cli *c, const char *path, aside_str text) {
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *f = to_stdout ? stdout : fopen(path, "wb");
    bool ok = f && fwrite(text.at, 1, text.len, f) == text.len;
    int why = errno;
    if (f && !to_stdout && fclose(f) != 0) ok = false, why = errno;
    if (!ok) aside_cli_say(c, "%s: cannot be written: %s", path, strerror(why));
    return ok;
}
