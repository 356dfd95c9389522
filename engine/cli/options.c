/* options.c -- the table of options, reading them, and their help.
 *
 * Both "--name value" and "--name=value"; "-n 5" for the one short name; "--"
 * ends the options, "-" is a word.  Options may stand anywhere. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

typedef struct option {
    const char *name, *argument;
    unsigned    who;
    const char *does, *example;
} option;

static const option options[] = {
#define X(id, name, argument, who, does, example) { name, argument, who, does, example },
    ASIDE_OPTION_MAP(X)
#undef X
};

static unsigned bit_of(const aside_command *command) { return 1u << (command - aside_commands); }

static int find(aside_str name) {
    for (int i = 0; i < ASIDE_N_OPTIONS; i++)
        if (aside_str_is(name, options[i].name)) return i;
    return -1;
}

/* The option of this command that the writer may have meant. */
static const char *nearest(const aside_cli *c, aside_str name) {
    const char *names[ASIDE_N_OPTIONS + 1];
    size_t n = 0;
    for (int i = 0; i < ASIDE_N_OPTIONS; i++)
        if (options[i].who & bit_of(c->command)) names[n++] = options[i].name;
    names[n] = NULL;
    return aside_str_nearest(name, names);
}

static bool unknown(const aside_cli *c, aside_str name) {
    const char *meant = nearest(c, name);
    if (meant)
        aside_cli_usage(c, "%s: unknown option --%.*s; did you mean --%s?", c->command->name, ASIDE_FMT(name), meant);
    else
        aside_cli_usage(c, "%s: unknown option --%.*s", c->command->name, ASIDE_FMT(name));
    return false;
}

typedef struct reading {
    aside_cli   *c;
    int          argc, at;
    char       **argv;
    aside_given *given;
    const char **words;
} reading;

/* argv[at] is an option: take it and, where it has one, its argument. */
static bool read_option(reading *r, const char *text, const char *equals) {
    aside_cli *c = r->c;
    aside_str name = { text, equals ? (size_t)(equals - text) : strlen(text) };
    int id = find(name);
    if (id < 0 || !(options[id].who & bit_of(c->command))) return unknown(c, name);
    bool takes = options[id].argument[0] != '\0';
    if (!takes && equals)
        return aside_cli_usage(c, "--%s takes no value, found \"%s\"", options[id].name, equals + 1), false;
    if (takes && !equals && r->at + 1 >= r->argc)
        return aside_cli_usage(c, "--%s needs %s, as in: %s", options[id].name, options[id].argument, options[id].example), false;
    const char *value = !takes ? "" : equals ? equals + 1 : r->argv[++r->at];
    r->given[c->n_given++] = (aside_given){ (aside_option_id)id, value };
    return true;
}

static bool read_all(reading *r) {
    for (bool ended = false; r->at < r->argc; r->at++) {
        const char *text = r->argv[r->at];
        bool is_word = ended || text[0] != '-' || text[1] == '\0';
        if (is_word) r->words[r->c->n_words++] = text;
        else if (strcmp(text, "--") == 0) ended = true;
        else if (text[1] == '-' ? !read_option(r, text + 2, strchr(text + 2, '='))
                                : !read_option(r, text[1] == 'h' && !text[2] ? "help" : text + 1, NULL)) return false;
    }
    return true;
}

bool aside_options_read(aside_cli *c, int argc, char **argv) {
    size_t n = (size_t)argc + 1;
    reading r = { .c = c, .argc = argc, .argv = argv,
                  .given = aside_arena_alloc_array(&c->arena, n, sizeof(aside_given)),
                  .words = aside_arena_alloc_array(&c->arena, n, sizeof(char *)) };
    if (!r.given || !r.words) return aside_cli_say(c, "out of memory"), false;
    c->given = r.given, c->words = r.words;
    return read_all(&r);
}

const char *aside_cli_value(const aside_cli *c, aside_option_id id) {
    for (size_t i = c->n_given; i-- > 0; )
        if (c->given[i].id == id) return c->given[i].value;
    return NULL;
}

bool aside_cli_number(const aside_cli *c, aside_option_id id, int64_t least, int64_t most, int64_t *out) {
    const char *text = aside_cli_value(c, id);
    int64_t n;
    if (!text) return true;
    if (aside_str_to_int(aside_str_from(text), &n) && n >= least && n <= most) return *out = n, true;
    aside_cli_usage(c, "--%s: found \"%s\", expected a whole number from %lld to %lld", options[id].name, text,
                    (long long)least, (long long)most);
    return false;
}

/* Options of this command before those that all share. */
static void help_rows(unsigned bit, bool shared) {
    for (int i = 0; i < ASIDE_N_OPTIONS; i++) {
        const option *o = &options[i];
        if (!(o->who & bit) || (o->who == ASIDE_FOR_ALL) != shared) continue;
        char left[40];
        snprintf(left, sizeof left, "%s%s %s", o->name[1] ? "--" : "-", o->name, o->argument);
        printf("  %-24s %s\n  %-24s   e.g. %s\n", left, o->does, "", o->example);
    }
}

void aside_options_help(const aside_command *command) {
    unsigned bit = bit_of(command);
    printf("aside %s [OPTION]...%s%s\n\n  %s.\n\nExample\n  %s\n", command->name, command->words[0] ? " " : "", command->words, command->does, command->example);
    bool own = false;
    for (int i = 0; i < ASIDE_N_OPTIONS; i++) own |= (options[i].who & bit) && options[i].who != ASIDE_FOR_ALL;
    if (own) printf("\nOptions of this command\n");
    help_rows(bit, false);
    printf("\nOptions of every command\n");
    help_rows(bit, true);
    printf("\nExit status: 0 fine, 1 findings, 2 wrong usage, 3 could not run.\n");
}
