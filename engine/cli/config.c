/* config.c -- `aside config`: every setting with its value and where that came
 * from; also the file of defaults and its JSON Schema. */
#include "config/config.h"

#include "base/json.h"
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

static void report(void *user, const aside_error *e) {
    const aside_cli *c = user;
    aside_cli_print_problem(stderr, e, c->colour_err);
}

static void row_json(const aside_setting *s, aside_buf *b) {
    aside_json_writer w;
    aside_json_writer_init(&w, b);
    aside_json_open(&w, '{');
    aside_json_key(&w, "key"), aside_json_add_z(&w, s->key);
    aside_json_key(&w, "type"), aside_json_add_z(&w, s->type);
    aside_json_key(&w, "value"), aside_json_add_z(&w, s->value);
    aside_json_key(&w, "default"), aside_json_add_z(&w, s->fallback);
    aside_json_key(&w, "unit"), aside_json_add_z(&w, s->unit);
    aside_json_key(&w, "origin"), aside_json_add_z(&w, s->origin);
    aside_json_key(&w, "help"), aside_json_add_z(&w, s->help);
    aside_json_close(&w, '}');
    aside_buf_add_char(b, '\n');
}

/* A changed setting stands out: it is what one looks for. */
static void row_text(const aside_cli *c, const aside_setting *s, int width) {
    bool changed = strcmp(s->origin, "default") != 0;
    printf("%s%-24s %-*s%s  %s\n", c->colour && changed ? "\033[1m" : "", s->key, width, s->value[0] ? s->value : "\"\"",
           c->colour && changed ? "\033[0m" : "", s->origin);
}

static int show(aside_cli *c, const aside_settings *all) {
    aside_buf b;
    aside_buf_init(&b, &c->arena);
    int width = 0;
    for (size_t i = 0; i < all->n; i++) {
        int n = (int)strlen(all->at[i].value);
        if (n > width && n <= 48) width = n;
        if (c->json) row_json(&all->at[i], &b);
    }
    if (c->json) return aside_buf_ok(&b) ? (fputs(aside_buf_z(&b), stdout), 0) : aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    for (size_t i = 0; i < all->n; i++) row_text(c, &all->at[i], width);
    return 0;
}

static int write_made(aside_cli *c, const char *path, void (*make)(aside_buf *)) {
    aside_buf b;
    aside_buf_init(&b, &c->arena);
    make(&b);
    if (!aside_buf_ok(&b)) return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    return aside_cli_write(c, path, aside_buf_str(&b)) ? ASIDE_EXIT_FINE : ASIDE_EXIT_CANNOT;
}

int aside_command_config(aside_cli *c) {
    const char *path, *write = aside_cli_value(c, ASIDE_OPTION_WRITE), *const *overrides;
    aside_problems problems;
    aside_settings all;
    if (write) return write_made(c, write, aside_config_write_defaults);
    if (aside_cli_value(c, ASIDE_OPTION_SCHEMA)) return write_made(c, "-", aside_config_write_schema);
    if (!aside_cli_settings(c, &path, &overrides)) return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    aside_problems_init(&problems, report, c);
    aside_status st = aside_config_list(path, overrides, &c->arena, &problems, &all);
    if (problems.n_errors) return aside_cli_blame(&problems);
    return st ? aside_cli_fail(c, st, NULL) : show(c, &all);
}
