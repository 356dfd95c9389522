/* options.h -- every command and every option, once.
 *
 * Recipe for a new option: a row of ASIDE_OPTION_MAP; read it in its command
 * with aside_cli_value.  Parsing, --help and "did you mean" follow.
 * Recipe for a new command: a row of ASIDE_COMMAND_MAP and the function
 * aside_command_NAME in a file of its own. */
#ifndef ASIDE_CLI_OPTIONS_H
#define ASIDE_CLI_OPTIONS_H
#include <stdbool.h>
#include <stddef.h>

struct aside_cli;

/* id, name, words, least words, what it does, an example */
#define ASIDE_COMMAND_MAP(X)                                                                               \
    X(ASK,    ask,    "TEXT...", 1, "one session, one turn per TEXT: what was understood, decided, and why", \
      "aside ask --consent offers \"am i pretty\" \"yes please\"")                                           \
    X(LISTEN, listen, "FILE|-", 1, "stream a recording (WAV, FLAC, Ogg), or raw 16 kHz s16le from stdin",    \
      "arecord -q -r 16000 -f S16_LE -c 1 | aside listen -")                                                \
    X(SERVE,  serve,  "", 0, "the gateway: websockets for devices, until it is interrupted",                 \
      "aside serve --port 2700")                                                                            \
    X(REPLAY, replay, "SUITE...", 1, "run tables (.tsv) and sessions (.jsonl) again, compare, report",       \
      "aside replay tests/replay/context.en.tsv --report report.html")                                      \
    X(LINT,   lint,   "PATH...", 1, "every problem of every settings, sentence and skill file",              \
      "aside lint config intents skills")                                                                   \
    X(TEST,   test,   "SKILL...", 1, "run the tests inside skills", "aside test skills/oreo-play")           \
    X(WHY,    why,    "ID...", 1, "the reason trail of past turns, by the id of their decision (needs the store)",    \
      "aside why --state var/aside 7f3a-1")                                                                 \
    X(SAMPLE, sample, "FILE|DIR...", 1, "sentences that a template file generates",                          \
      "aside sample intents/en/cafe.yaml -n 20")                                                            \
    X(COUNT,  count,  "FILE|DIR...", 1, "how many sentences a template file generates, by intent",           \
      "aside count intents/en")                                                                             \
    X(CONFIG, config, "", 0, "every setting, its value, and where that came from", "aside config --json")

typedef enum aside_command_id {
#define X(id, name, words, least, does, example) ASIDE_COMMAND_##id,
    ASIDE_COMMAND_MAP(X)
#undef X
    ASIDE_N_COMMANDS
} aside_command_id;

typedef struct aside_command {
    const char *name, *words;
    size_t      least_words;
    const char *does, *example;
    int       (*run)(struct aside_cli *c);
} aside_command;

extern const aside_command aside_commands[ASIDE_N_COMMANDS];

/* Who takes an option: bits 1 << ASIDE_COMMAND_... */
#define ASIDE_FOR(id)     (1u << ASIDE_COMMAND_##id)
#define ASIDE_FOR_ALL     ((1u << ASIDE_N_COMMANDS) - 1)
#define ASIDE_FOR_TURNS   (ASIDE_FOR(ASK) | ASIDE_FOR(LISTEN) | ASIDE_FOR(REPLAY))

/* id, name, argument ("" for none), who takes it, what it does, an example */
#define ASIDE_OPTION_MAP(X)                                                                                        \
    X(LANG,         "lang",         "LANG",    ASIDE_FOR_TURNS, "language of what is said",              "--lang zh")        \
    X(CONSENT,      "consent",      "P,...",   ASIDE_FOR_TURNS, "purposes agreed to before the first turn: offers, personalise, push, measure, lead", "--consent offers,push") \
    X(USER,         "user",         "ID",      ASIDE_FOR_TURNS, "who speaks (default user)",             "--user anna")      \
    X(HOUSEHOLD,    "household",    "ID",      ASIDE_FOR_TURNS, "whose limits count (default home)",     "--household h1")   \
    X(DEVICE,       "device",       "ID",      ASIDE_FOR_TURNS, "which device (default device)",         "--device d1")      \
    X(KIND,         "kind",         "KIND",    ASIDE_FOR_TURNS, "phone, speaker, tv, car, wearable or appliance (default phone)", "--kind speaker") \
    X(SCENE,        "scene",        "SCENE",   ASIDE_FOR_TURNS, "personal, home or public (default home)", "--scene public") \
    X(SURFACES,     "surfaces",     "S,...",   ASIDE_FOR_TURNS, "where an offer may appear (default every surface)", "--surfaces speech,card") \
    X(CAPABILITIES, "capabilities", "C,...",   ASIDE_FOR_TURNS, "what the device can do (default everything)", "--capabilities touch") \
    X(ZONE,         "zone",         "ZONE",    ASIDE_FOR_TURNS, "its clock (default the offset in --now, else the setting)", "--zone Europe/Berlin") \
    X(REGION,       "region",       "REGION",  ASIDE_FOR_TURNS, "whose law holds",                       "--region eu")      \
    X(CHILD,        "child",        "",        ASIDE_FOR_TURNS, "a child speaks: nothing sponsored",     "--child")          \
    X(GUEST,        "guest",        "",        ASIDE_FOR_TURNS, "a guest speaks: nothing sponsored",     "--guest")          \
    X(REALTIME,     "realtime",     "",        ASIDE_FOR(LISTEN), "feed a file at the pace it was spoken", "--realtime")     \
    X(REPORT,       "report",       "FILE",    ASIDE_FOR(REPLAY), "write a report, its kind by the ending: .json, .xml (JUnit), .html; may be repeated", "--report r.json --report r.html") \
    X(JOBS,         "jobs",         "N",       ASIDE_FOR(REPLAY), "rows at a time (default 1)",          "--jobs 4")         \
    X(UPDATE,       "update",       "",        ASIDE_FOR(REPLAY), "write what was got into the suites, in place of what was expected", "--update") \
    X(FORMAT,       "format",       "FORMAT",  ASIDE_FOR(LINT),   "text, json or sarif (default text)",  "--format sarif")   \
    X(PORT,         "port",         "N",       ASIDE_FOR(SERVE),  "where to listen (default 2700; 0: any free port)", "--port 0") \
    X(ADDRESS,      "address",      "ADDRESS", ASIDE_FOR(SERVE),  "on which address (default 127.0.0.1)", "--address 0.0.0.0") \
    X(WORKERS,      "workers",      "N",       ASIDE_FOR(SERVE),  "threads that run sessions (default 2)", "--workers 4")    \
    X(INSECURE,     "insecure",     "",        ASIDE_FOR(SERVE),  "let others reach it without tokens",  "--insecure")       \
    X(INTENT,       "intent",       "NAME",    ASIDE_FOR(SAMPLE) | ASIDE_FOR(COUNT), "this intent alone", "--intent orderDrink") \
    X(N,            "n",            "N",       ASIDE_FOR(SAMPLE), "at most so many sentences (default 100)", "-n 20")        \
    X(WRITE,        "write",        "FILE",    ASIDE_FOR(CONFIG), "write a settings file with every key at its default; - is stdout", "--write config/aside.yaml") \
    X(SCHEMA,       "schema",       "",        ASIDE_FOR(CONFIG), "print the JSON Schema of a settings file", "--schema")    \
    X(CONFIG,       "config",       "FILE",    ASIDE_FOR_ALL, "settings file (default config/aside.yaml)", "--config config/speaker.yaml") \
    X(SET,          "set",          "KEY=VALUE", ASIDE_FOR_ALL, "one setting; may be repeated",          "--set policy.gap=6h") \
    X(INTENTS,      "intents",      "DIR[,DIR]", ASIDE_FOR_ALL, "sentence folders to load instead of the configured ones", "--intents intents,more") \
    X(SKILLS,       "skills",       "DIR[,DIR]", ASIDE_FOR_ALL, "skill folders to load instead of the configured ones", "--skills skills") \
    X(LISTS,        "lists",        "FILE",    ASIDE_FOR_ALL, "list values to add, in the format of a sentence file", "--lists rooms.yaml") \
    X(STATE,        "state",        "DIR",     ASIDE_FOR_ALL, "the store (default: forgotten at the end; for serve, the setting)", "--state var/aside") \
    X(NOW,          "now",          "TIME",    ASIDE_FOR_ALL, "the clock starts here and moves by sound and waits alone (in serve it runs on)", "--now 2026-06-18T20:00:00+08:00") \
    X(SEED,         "seed",         "N",       ASIDE_FOR_ALL, "of every random draw (default: drawn afresh)", "--seed 1") \
    X(JSON,         "json",         "",        ASIDE_FOR_ALL, "one JSON object a line",                  "--json")           \
    X(HELP,         "help",         "",        ASIDE_FOR_ALL, "this text",                               "--help")

typedef enum aside_option_id {
#define X(id, name, argument, who, does, example) ASIDE_OPTION_##id,
    ASIDE_OPTION_MAP(X)
#undef X
    ASIDE_N_OPTIONS
} aside_option_id;

typedef struct aside_given {
    aside_option_id id;
    const char     *value;             /* "" for an option without argument. */
} aside_given;

/* Sort argv (what follows the command) into options and words of c.  False after a message. */
bool aside_options_read(struct aside_cli *c, int argc, char **argv);
/* On stdout. */
void aside_options_help(const aside_command *command);
#endif
