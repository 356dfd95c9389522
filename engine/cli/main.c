/* main.c -- the program `aside`: find the command, sort its arguments, run it.
 *
 * Nothing is decided here; read core/turn.c for that. */
#include "base/host.h"
#include "cli/cli.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const aside_command aside_commands[ASIDE_N_COMMANDS] = {
#define X(id, name, words, least, does, example) { #name, words, least, does, example, aside_command_##name },
    ASIDE_COMMAND_MAP(X)
#undef X
};

static int help(void) {
    printf("aside -- a remark made in passing: hears, understands, and offers only when the moment is right\n\n"
           "  aside COMMAND [OPTION]... [WORD]...\n\nCommands\n");
    for (int i = 0; i < ASIDE_N_COMMANDS; i++)
        printf("  %-7s %-12s %s\n", aside_commands[i].name, aside_commands[i].words, aside_commands[i].does);
    printf("\n  aside COMMAND --help    its options, each with an example\n"
           "  aside --version         the version\n\n"
           "Try\n  %s\n\nExit status: 0 fine, 1 findings, 2 wrong usage, 3 could not run.\n", aside_commands[0].example);
    return ASIDE_EXIT_FINE;
}

static int version(void) {
    int v = aside_version();
    printf("aside %d.%d.%d\n", v / 1000000, v / 1000 % 1000, v % 1000);
    return ASIDE_EXIT_FINE;
}

static const aside_command *find(const char *name) {
    for (int i = 0; i < ASIDE_N_COMMANDS; i++)
        if (strcmp(aside_commands[i].name, name) == 0) return &aside_commands[i];
    return NULL;
}

static int unknown(const aside_cli *c, const char *name) {
    const char *names[ASIDE_N_COMMANDS + 1] = { NULL };
    for (int i = 0; i < ASIDE_N_COMMANDS; i++) names[i] = aside_commands[i].name;
    const char *meant = aside_str_nearest(aside_str_from(name), names);
    return meant ? aside_cli_usage(c, "unknown command %s; did you mean %s?", name, meant)
                 : aside_cli_usage(c, "unknown command %s", name);
}

static bool colourful(int fd) {
    const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
    return isatty(fd) && !(no && no[0]) && term && strcmp(term, "dumb") != 0;
}

static int run(aside_cli *c, int argc, char **argv) {
    if (!aside_options_read(c, argc, argv)) return ASIDE_EXIT_USAGE;
    c->json = aside_cli_value(c, ASIDE_OPTION_JSON) != NULL;
    if (aside_cli_value(c, ASIDE_OPTION_HELP)) return aside_options_help(c->command), ASIDE_EXIT_FINE;
    if (c->n_words < c->command->least_words)
        return aside_cli_usage(c, "%s: expected %s", c->command->name, c->command->words);
    if (!c->command->words[0] && c->n_words)
        return aside_cli_usage(c, "%s takes no words, found \"%s\"", c->command->name, c->words[0]);
    return c->command->run(c);
}

static int dispatch(aside_cli *c, int argc, char **argv) {
    const char *name = argc > 1 ? argv[1] : "";
    if (argc < 2) return aside_cli_usage(c, "expected a command");
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        const aside_command *about = argc > 2 ? find(argv[2]) : NULL;
        if (argc > 2 && !about) return unknown(c, argv[2]);
        return about ? (aside_options_help(about), ASIDE_EXIT_FINE) : help();
    }
    if (!strcmp(name, "--version")) return version();
    if (!(c->command = find(name))) return unknown(c, name);
    return run(c, argc - 2, argv + 2);
}

/* A result that could not be written is not a result. */
static int flush(const aside_cli *c, int status) {
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    aside_cli_say(c, "writing the result failed");
    return ASIDE_EXIT_CANNOT;
}

int main(int argc, char **argv) {
    setlocale(LC_NUMERIC, "C");
    aside_cli c = { .plain = aside_host_complete(NULL), .colour = colourful(1), .colour_err = colourful(2) };
    aside_arena_init(&c.arena, &c.plain, 0);
    int status = flush(&c, dispatch(&c, argc, argv));
    aside_arena_free(&c.arena);
    return status;
}
