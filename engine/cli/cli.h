/* cli.h -- what the commands share: arguments already sorted out, one world
 * (clock, log, memory), and the ways to fail.
 *
 *     main.c      argv -> a row of the table of commands -> its function
 *     options.c   the table of options; reading them; their help
 *     setup.c     options -> settings, engine, a person on a device
 *     show.c      a decision as a person reads it
 *     the others  one command each
 *
 * Results go to stdout, everything else to stderr. */
#ifndef ASIDE_CLI_CLI_H
#define ASIDE_CLI_CLI_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/problem.h"
#include "cli/options.h"

/* What the shell is told. */
typedef enum aside_exit {
    ASIDE_EXIT_FINE = 0,
    ASIDE_EXIT_FINDINGS = 1,           /* Lint errors, failed cases. */
    ASIDE_EXIT_USAGE = 2,
    ASIDE_EXIT_CANNOT = 3              /* Could not run. */
} aside_exit;

/* Time and log as the engine sees them: the real clock, or one that starts at
 * --now and moves only when it is told to. */
typedef struct aside_world {
    bool            fixed;
    int64_t         now_ms;            /* When fixed. */
    int64_t         offset_ms;         /* Else: added to the real clock (serve with --now). */
} aside_world;

/* One run of the program.  Everything lives until main returns. */
typedef struct aside_cli {
    const aside_command *command;
    aside_arena          arena;        /* Of the main thread. */
    aside_host           plain;        /* The C library; what the arena allocates from. */
    aside_world          world;
    aside_host           host;         /* `world` as the engine is given it. */
    const aside_given   *given;        /* Options, in the order of the command line. */
    size_t               n_given;
    const char *const   *words;        /* What is not an option. */
    size_t               n_words;
    bool                 json, colour, colour_err;
} aside_cli;

/* ---- options.c ---- */
/* The last value given for it, "" for an option without argument; NULL when absent. */
const char *aside_cli_value(const aside_cli *c, aside_option_id id);
/* A whole number in [least, most]; *out is left alone when absent.  False after a message. */
bool aside_cli_number(const aside_cli *c, aside_option_id id, int64_t least, int64_t most, int64_t *out);

/* ---- setup.c ---- */
/* "aside: TEXT" on stderr. */
void aside_cli_say(const aside_cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same and how to get help; returns ASIDE_EXIT_USAGE. */
int aside_cli_usage(const aside_cli *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An error with its place; returns the exit status that fits. */
int aside_cli_fail(const aside_cli *c, aside_status status, const aside_error *err);
/* Whose mistake the first error is: an option's (usage) or a file's. */
int aside_cli_blame(const aside_problems *problems);
/* "file:line:col: error: RULE: text", coloured when `colour`. */
void aside_cli_print_problem(void *file, const aside_error *problem, bool colour);
/* The same as one JSON object, on stdout. */
void aside_cli_print_problem_json(aside_cli *c, const aside_error *problem);

/* The settings as the options say: the file (NULL: no such file, defaults) and overrides,
 * NULL-terminated, both in the arena.  False: out of memory. */
bool aside_cli_settings(aside_cli *c, const char **config_path, const char *const **overrides);
/* Add "key=value" in front of all others, so that --set still wins. */
bool aside_cli_prefer(aside_cli *c, aside_options *options, const char *override);
/* An engine as the options say. 0 or an exit status after a message. */
int aside_cli_engine(aside_cli *c, bool text_only, const char *prefer, aside_engine **out);

/* Who speaks, on which device, when: from the options.  `start` is what the clock begins
 * with when there is no --now: RFC 3339, or NULL for the real clock. */
int aside_cli_person(aside_cli *c, const char *start, aside_session_options *out);
/* Open the session and give --consent. */
int aside_cli_session(aside_cli *c, aside_engine *engine, const aside_session_options *options, aside_session **out);
/* Write all of `text` to the file; "-" is stdout.  False after a message. */
bool aside_cli_write(const aside_cli *c, const char *path, aside_str text);

/* ---- show.c ---- */
/* One decision: as it came with --json, else for people. */
void aside_cli_show(const aside_cli *c, const char *decision_json);

/* ---- one file each: the commands ---- */
int aside_command_ask(aside_cli *c);
int aside_command_listen(aside_cli *c);
int aside_command_replay(aside_cli *c);
int aside_command_lint(aside_cli *c);
int aside_command_test(aside_cli *c);
int aside_command_why(aside_cli *c);
int aside_command_serve(aside_cli *c);
int aside_command_config(aside_cli *c);
int aside_command_sample(aside_cli *c);
int aside_command_count(aside_cli *c);
#endif
