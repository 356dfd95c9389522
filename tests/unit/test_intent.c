/* Sentence templates: what they match, what they refuse, and that every mistake has its place. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/rng.h"
#include "intent/grammar.h"
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct fixture {
    aside_host     host;
    aside_arena    arena;
    aside_problems problems;
    aside_buf      told;                  /* "line:col severity rule" of each problem, one a line. */
    aside_grammar *g;
} fixture;

static void tell(void *user, const aside_error *e) {
    fixture *f = user;
    aside_buf_printf(&f->told, "%d:%d %s %s\n", e->line, e->column, e->severity == ASIDE_SEVERITY_ERROR ? "error" : "warning", e->rule);
}

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->host = aside_host_complete(NULL);
    aside_arena_init(&f->arena, &f->host, 0);
    aside_buf_init(&f->told, &f->arena);
    aside_problems_init(&f->problems, tell, f);
    return *state = f, 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    aside_grammar_close(f->g);
    aside_arena_free(&f->arena);
    free(f);
    return 0;
}

/* A file that is gone when the test is. */
static void write_file(const char *text, char path[64]) {
    snprintf(path, 64, "/tmp/aside-intent-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void add_text(fixture *f, aside_grammar_builder *b, const char *text) {
    char path[64];
    write_file(text, path);
    aside_status st = aside_grammar_add_file(b, path, &f->problems);
    remove(path);
    assert_int_equal(st, ASIDE_OK);
}

/* Compile one file (its problems are in f->told); NULL when it has errors. */
static const aside_grammar *load(fixture *f, const char *language, const char *text) {
    aside_grammar_builder *b;
    assert_int_equal(aside_grammar_builder_open(language, &f->arena, &f->host, &b), ASIDE_OK);
    add_text(f, b, text);
    assert_int_equal(aside_grammar_compile(b, &f->problems, &f->g), ASIDE_OK);
    return f->g;
}

/* One sentence as a skill's. */
static const aside_grammar *hear(fixture *f, const char *language, const char *sentence) {
    aside_grammar_builder *b;
    assert_int_equal(aside_grammar_builder_open(language, &f->arena, &f->host, &b), ASIDE_OK);
    assert_int_equal(aside_grammar_add_hear(b, "skill", aside_str_from(sentence), (aside_place){ "skill.yaml", 3, 5 }, &f->problems), ASIDE_OK);
    assert_int_equal(aside_grammar_compile(b, &f->problems, &f->g), ASIDE_OK);
    return f->g;
}

static aside_matches match(fixture *f, const char *said) {
    aside_utterance u;
    aside_matches m, all;
    assert_non_null(f->g);
    assert_int_equal(aside_utterance_read(aside_str_from(said), &f->arena, &u), ASIDE_OK);
    assert_int_equal(aside_grammar_match(f->g, &u, &f->arena, &m), ASIDE_OK);
    assert_int_equal(aside_grammar_match_exhaustive(f->g, &u, &f->arena, &all), ASIDE_OK);
    assert_int_equal(m.n, all.n);
    for (size_t i = 0; i < m.n; i++) assert_int_equal(m.at[i].template_id, all.at[i].template_id);
    return m;
}

/* "Intent slot=value slot=value" of the best match, "" when there is none. */
static const char *best(fixture *f, const char *said) {
    aside_buf b;
    aside_matches m = match(f, said);
    aside_buf_init(&b, &f->arena);
    if (m.n) aside_buf_add_z(&b, m.at[0].intent->name);
    for (size_t i = 0; m.n && i < m.at[0].n_slots; i++)
        aside_buf_printf(&b, " %s=%.*s", m.at[0].slots[i].name, ASIDE_FMT(m.at[0].slots[i].value));
    return aside_buf_z(&b);
}

/* ---- one sentence at a time ---- */

static void test_forms(void **state) {
    static const struct { const char *sentence, *yes, *no; } rows[] = {       /* Alternatives separated by '/'. */
        { "turn (on|off) [the] light", "turn on the light/Turn off light!/turn on light", "turn the light/turn on the/on light/turn on the light now" },
        { "light[s] on", "light on/lights on", "light s on/lightson" },
        { "light [s] on", "light s on/light on", "lights on" },
        { "play(ing|ed) it", "playing it/played it", "play it/play ing it" },
        { "(max|maxi)mum", "maxmum/maximum", "max/mum" },
        { "any[ ](thing|sensor)[s]", "anything/any thing/any sensors/anysensors", "any/thing" },
        { "a[ny] cat", "a cat/any cat", "an cat" },
        { "what['s| is] up", "what's up/what is up/what up/What’s up?", "whats up" },
        { "(here;now;please) go", "here now please go/please here now go/now please here go", "here now go/go" },
        { "go (a;[b])", "go a b/go b a/go a", "go b" },
        { "a|b|c d", "a/b/c d", "a d/d" },
        { "a \\(b\\) \\[c", "a b c", "a c" },
        { "100% sure", "100% sure/100 % sure", "100 sure" },
        { "[please|pretty please] stop", "stop/please stop/pretty please stop", "pretty stop" },
        { "don't do it", "don't do it/DON’T do it", "dont do it/do it" },
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        hear(f, "en", rows[i].sentence);
        for (int want = 0; want < 2; want++) {
            aside_str rest = aside_str_from(want ? rows[i].yes : rows[i].no), said;
            while (aside_str_split(&rest, "/", &said)) {
                const char *z = aside_arena_copy_z(&f->arena, said);
                if ((match(f, z).n > 0) != want) print_error("%s: '%s'\n", rows[i].sentence, z);
                assert_int_equal(match(f, z).n > 0, want);
            }
        }
        aside_grammar_close(f->g);
        f->g = NULL;
    }
    assert_int_equal(f->problems.n_errors, 0);
}

static void test_chinese(void **state) {
    fixture *f = *state;
    load(f, "zh", "language: zh\n"
                  "assistants: [小爱同学, 小爱]\n"
                  "skip_words: [呃, 那个, 请]\n"
                  "intents:\n"
                  "  AmIPretty: {data: [{sentences: ['我(美|帅|好看)吗', '你觉得我[好]看吗']}]}\n"
                  "  Light: {data: [{sentences: ['[把]{room}[的]灯(打开|关)[了]', '打开{room}[的]灯', '亮度调到{n}[%|度]']}]}\n"
                  "  Play: {data: [{sentences: ['播放{song}', '我想听{song}的歌']}]}\n"
                  "lists:\n"
                  "  room: {values: [客厅, {in: '(主|次)卧[室]', out: bedroom}]}\n"
                  "  n: {range: {from: 0, to: 100}}\n"
                  "  song: {wildcard: true}\n");
    assert_int_equal(f->problems.n_errors, 0);
    assert_string_equal(best(f, "我美吗"), "AmIPretty");
    assert_string_equal(best(f, "小爱同学，我美吗？"), "AmIPretty");
    assert_string_equal(best(f, "小愛同學, 我 帥 嗎"), "AmIPretty");
    assert_string_equal(best(f, "呃，小爱，那个，我好看吗"), "AmIPretty");
    assert_string_equal(best(f, "小爱，呃，那个，我好看吗"), "AmIPretty");
    assert_string_equal(best(f, "你觉得我看吗"), "AmIPretty");
    assert_string_equal(best(f, "我丑吗"), "");
    assert_string_equal(best(f, "把客廳的燈打開"), "Light room=\"客厅\"");
    assert_string_equal(best(f, "打开主卧灯"), "Light room=\"bedroom\"");
    assert_string_equal(best(f, "请打开次卧室的灯"), "Light room=\"bedroom\"");
    assert_string_equal(best(f, "亮度调到五十"), "Light n=50");
    assert_string_equal(best(f, "亮度调到５０％"), "Light n=50");
    assert_string_equal(best(f, "亮度调到二十五度"), "Light n=25");
    assert_string_equal(best(f, "亮度调到一百零五"), "");
    assert_string_equal(best(f, "播放Beyond的海阔天空"), "Play song=\"Beyond的海阔天空\"");
    assert_string_equal(best(f, "小爱同学，我想听周杰倫的歌"), "Play song=\"周杰倫\"");
}

static const char lamp_file[] =
    "language: en\n"
    "assistants: [hey aside]\n"
    "skip_words: [please, um, can you]\n"
    "intents:\n"
    "  SetLight:\n"
    "    class: task\n"
    "    data:\n"
    "      - sentences:\n"
    "          - '<set> [the] {room} light[s] to {brightness}[ ]%'\n"
    "          - '<set> [the] {room} light[s] to {level:brightness}'\n"
    "          - \"{room}'s lamp (on|off)\"\n"
    "        slots: {domain: light, fast: true, n: 3, code: \"07\"}\n"
    "      - sentences: ['make it {color} <here>']\n"
    "        expansion_rules: {here: '[in] here'}\n"
    "        lists: {color: {values: [red, 'light green']}}\n"
    "  Temperature:\n"
    "    data: [{sentences: ['[set|make] it {temperature} degree[s]']}]\n"
    "  Announce:\n"
    "    data: [{sentences: ['(announce|tell everyone) {message}', 'tell {message} in [the] {room}']}]\n"
    "lists:\n"
    "  room: {values: [kitchen, living room, living room floor, {in: 'bed[ ]room', out: bedroom_1}]}\n"
    "  brightness: {range: {from: 0, to: 100}}\n"
    "  level: {values: [{in: '(max|maximum)', out: 100}]}\n"
    "  temperature: {range: {from: -10, to: 40, fractions: halves}}\n"
    "  message: {wildcard: true}\n"
    "expansion_rules:\n"
    "  set: (set|change|turn)\n";

static void test_slots(void **state) {
    fixture *f = *state;
    load(f, "en", lamp_file);
    assert_string_equal(aside_buf_z(&f->told), "");
#define FIXED " domain=\"light\" fast=true n=3 code=\"07\""
    assert_string_equal(best(f, "set the kitchen lights to 50%"), "SetLight room=\"kitchen\" brightness=50" FIXED);
    assert_string_equal(best(f, "Change living-room light to twenty five %"), "SetLight room=\"living room\" brightness=25" FIXED);
    assert_string_equal(best(f, "turn the living room floor light to maximum"), "SetLight room=\"living room floor\" brightness=100" FIXED);
    assert_string_equal(best(f, "set bed room light to max"), "SetLight room=\"bedroom_1\" brightness=100" FIXED);
    assert_string_equal(best(f, "kitchen's lamp off"), "SetLight room=\"kitchen\"" FIXED);
    assert_string_equal(best(f, "set the kitchen light to 101%"), "");
    assert_string_equal(best(f, "set the garage light to 10%"), "");
    assert_string_equal(best(f, "make it light green in here"), "SetLight color=\"light green\"");
    assert_string_equal(best(f, "set it 19.5 degrees"), "Temperature temperature=19.5");
    assert_string_equal(best(f, "it nineteen point five degrees"), "Temperature temperature=19.5");
    assert_string_equal(best(f, "it -5 degrees"), "Temperature temperature=-5");
    assert_string_equal(best(f, "it minus ten degrees"), "Temperature temperature=-10");
    assert_string_equal(best(f, "it 19.3 degrees"), "");
    assert_string_equal(best(f, "Announce  Dinner's ready,  \"everyone\"!"), "Announce message=\"Dinner's ready,  \\\"everyone\"");
    assert_string_equal(best(f, "tell it is dinner in the kitchen"), "Announce message=\"it is dinner\" room=\"kitchen\"");
}

static void test_values_as_json(void **state) {
    fixture *f = *state;
    load(f, "en", "language: en\n"
                  "intents: {A: {data: [{sentences: ['go {l}']}]}}\n"
                  "lists: {l: {values: [{in: a, out: 5}, {in: b, out: '5'}, {in: c, out: 007}, {in: d, out: -05}, {in: e, out: true},\n"
                  "                     {in: f, out: 'a\"b'}, {in: g, out: -12}, {in: h, out: +5}, {in: i, out: 1.5}, 'j[k] L', {in: m, out: ''}]}}\n");
    static const char *const rows[][2] = { { "go a", "5" }, { "go b", "\"5\"" }, { "go c", "\"007\"" }, { "go d", "\"-05\"" }, { "go e", "true" },
                                           { "go f", "\"a\\\"b\"" }, { "go g", "-12" }, { "go h", "\"+5\"" }, { "go i", "\"1.5\"" },
                                           { "go jk l", "\"jk L\"" }, { "go j l", "\"j L\"" }, { "go m", "\"\"" } };
    assert_string_equal(aside_buf_z(&f->told), "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(best(f, rows[i][0]), aside_arena_printf(&f->arena, "A l=%s", rows[i][1]));
}

/* What a device has not told yet is left out; what is then still a sentence stays. */
static void test_missing_lists_and_rules(void **state) {
    fixture *f = *state;
    load(f, "en", "language: en\n"
                  "expansion_rules: {where: 'in {room}'}\n"
                  "intents:\n"
                  "  A: {data: [{sentences: ['turn on [<where>]', 'go (<where>|home)', 'leave <where>', 'x [<nowhere>]']}],\n"
                  "      examples: ['leave in the kitchen', 'turn on']}\n");
    assert_string_equal(aside_buf_z(&f->told), "2:30 warning intent.unknown-list\n4:90 warning intent.unknown-rule\n");
    assert_string_equal(best(f, "turn on"), "A");
    assert_string_equal(best(f, "go home"), "A");
    assert_string_equal(best(f, "x"), "A");
    assert_int_equal(aside_grammar_n_templates(f->g), 3);
}

static void test_scores_and_fillers(void **state) {
    fixture *f = *state;
    load(f, "en", lamp_file);
    aside_matches m = match(f, "kitchen's lamp on");
    assert_int_equal(m.at[0].score_pm, 1000);
    assert_int_equal(m.at[0].intent->class, ASIDE_CLASS_TASK);
    assert_int_equal(m.at[0].at.line, 11);
    m = match(f, "announce one two three");
    assert_int_equal(m.at[0].score_pm, 1000 - 500 * 3 / 4);
    assert_true(m.at[0].slots[0].free_words);
    assert_int_equal(match(f, "announce").n, 0);
    assert_int_equal(match(f, "").n, 0);
    assert_int_equal(match(f, "please").n, 0);
    assert_string_equal(best(f, "Hey Aside, um, can you make it, um, red in here please?"), "SetLight color=\"red\"");
    assert_string_equal(best(f, "hey aside announce can you please come"), "Announce message=\"can you please come\"");
    assert_int_equal(match(f, "hey aside").n, 0);
}

static void test_context_of_values(void **state) {
    fixture *f = *state;
    load(f, "en", "language: en\n"
                  "lists:\n"
                  "  name:\n"
                  "    values:\n"
                  "      - {in: hall, out: hall lamp, context: {domain: light}}\n"
                  "      - {in: hall, out: hall door, context: {domain: lock}}\n"
                  "      - {in: shed, context: {domain: [lock, cover]}}\n"
                  "      - porch\n"
                  "intents:\n"
                  "  Lamp: {data: [{sentences: ['(open|light) {name}'], requires_context: {domain: light}}]}\n"
                  "  Door: {data: [{sentences: ['(open|lock) {name}'], requires_context: {domain: [lock, window]}}]}\n"
                  "  Any:  {data: [{sentences: ['check {name}'], excludes_context: {domain: light}}]}\n"
                  "  Here: {data: [{sentences: ['look {name}'], requires_context: {area: {slot: true}}}]}\n");
    assert_string_equal(aside_buf_z(&f->told), "");
    assert_string_equal(best(f, "light hall"), "Lamp name=\"hall lamp\"");
    assert_string_equal(best(f, "lock hall"), "Door name=\"hall door\"");
    assert_int_equal(match(f, "open hall").n, 2);
    assert_int_equal(match(f, "open shed").n, 1);
    assert_int_equal(match(f, "open porch").n, 0);
    assert_string_equal(best(f, "check hall"), "Any name=\"hall door\"");
    assert_string_equal(best(f, "check porch"), "Any name=\"porch\"");
    assert_string_equal(best(f, "look hall"), "Here name=\"hall lamp\"");
}

/* ---- mistakes and their places ---- */

static void expect_told(fixture *f, const char *text, const char *told) {
    aside_buf_cut(&f->told, 0);
    aside_problems_init(&f->problems, tell, f);
    load(f, "en", text);
    assert_string_equal(aside_buf_z(&f->told), told);
    aside_grammar_close(f->g);
    f->g = NULL;
}

static void test_mistakes_have_places(void **state) {
    static const struct { const char *text, *told; } rows[] = {
#define ONE(sentence) "language: en\nintents:\n  A:\n    data:\n      - sentences:\n          - " sentence "\n"
        { ONE("turn (on"), "6:18 error template.unclosed\n" },
        { ONE("'turn (on'"), "6:19 error template.unclosed\n" },
        { ONE("'灯 [on'"), "6:16 error template.unclosed\n" },
        { ONE("'turn {a'"), "6:19 error template.unclosed\n" },
        { ONE("turn on)"), "6:20 error template.unopened\n" },
        { ONE("'turn on}'"), "6:21 error template.unopened\n" },
        { ONE("'a {} b'"), "6:16 error template.name\n" },
        { ONE("'a {b:} c'"), "6:16 error template.name\n" },
        { ONE("'(a|b;c)'"), "6:18 error template.mixed\n" },
        { ONE("'(a;b;c;d;e;f)'"), "6:15 error template.orders\n" },
        { ONE("'[a] [b]'"), "6:14 error template.empty\n" },
        { ONE("'go <where>'"), "6:17 error intent.unknown-rule\n" },
        { ONE("'go {where}'"), "6:17 warning intent.unknown-list\n" },
        { ONE("[a]"), "6:13 error yaml.type\n" },
        { "language: de\nintents: {}\n", "1:11 error intent.language\n" },
        { "intents: {}\n", "1:1 error intent.language\n" },
        { "language: en\nintent: {}\n", "2:1 error key.unknown\n" },
        { "language: en\nintents: {A: {data: [{sentence: [a]}]}}\n", "2:23 error key.unknown\n2:22 error intent.sentences\n" },
        { "language: en\nintents: {A: {class: fun, data: []}}\n", "2:22 error value.unknown\n" },
        { "language: en\nexpansion_rules: {a: 'x <b>', b: 'y <a>'}\nintents: {A: {data: [{sentences: ['<a>', 'go <b>']}]}}\n",
          "2:37 error intent.rule-cycle\n" },
        { "language: en\nlists: {a: {range: {from: 5, to: 1}}}\n", "2:20 error list.range\n" },
        { "language: en\nlists: {a: {values: [x], wildcard: true}}\n", "2:12 error list.kind\n" },
        { "language: en\nlists: {a: {values: ['!', '{b}', {out: 1}]}}\n",
          "2:22 error list.value\n2:27 error list.value\n2:34 error list.value\n" },
        { "language: en\nskip_words: ['!']\n", "2:14 error intent.skip-word\n" },
        { "language: en\nintents:\n  A: {data: [{sentences: [go]}], examples: [go, stop], not: [halt, go]}\n  B: {data: [{sentences: [stop]}]}\n",
          "3:49 error intent.example\n3:68 error intent.not\n" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) expect_told(*state, rows[i].text, rows[i].told);
}

static void test_limits(void **state) {
    fixture *f = *state;
    aside_buf b;
    aside_buf_init(&b, &f->arena);
    for (int i = 0; i < ASIDE_LIMIT_TEMPLATE_DEPTH; i++) aside_buf_add_char(&b, '(');
    aside_buf_add_char(&b, 'a');
    for (int i = 0; i < ASIDE_LIMIT_TEMPLATE_DEPTH; i++) aside_buf_add_char(&b, ')');
    assert_non_null(hear(f, "en", aside_buf_z(&b)));
    aside_grammar_close(f->g);
    assert_null(hear(f, "en", aside_arena_printf(&f->arena, "(%s)", aside_buf_z(&b))));
    assert_string_equal(f->problems.first.rule, "template.depth");

    for (int n = 12; n <= 13; n++) {                   /* 4096 spellings of one value, and twice as many. */
        aside_problems_init(&f->problems, tell, f);
        aside_buf_cut(&b, 0);
        for (int i = 0; i < n; i++) aside_buf_add_z(&b, "[a]");
        const char *text = aside_arena_printf(&f->arena, "language: en\nlists: {l: {values: ['x%s']}}\n", aside_buf_z(&b));
        assert_int_equal(load(f, "en", text) != NULL, n == 12);
        aside_grammar_close(f->g);
    }
    assert_string_equal(f->problems.first.rule, "list.value");

    aside_problems_init(&f->problems, tell, f);
    aside_buf_cut(&b, 0);
    while (b.len < ASIDE_LIMIT_TEMPLATE_BYTES - 1) aside_buf_add_z(&b, "a ");
    aside_buf_cut(&b, ASIDE_LIMIT_TEMPLATE_BYTES);
    assert_non_null(hear(f, "en", aside_buf_z(&b)));
    aside_grammar_close(f->g);
    aside_buf_add_char(&b, 'a');
    assert_null(hear(f, "en", aside_buf_z(&b)));
    assert_string_equal(f->problems.first.rule, "template.size");
    f->g = NULL;
}

/* Rules that double each other would be a gigabyte of pattern. */
static void test_rule_bomb(void **state) {
    fixture *f = *state;
    aside_buf b;
    aside_buf_init(&b, &f->arena);
    aside_buf_add_z(&b, "language: en\nexpansion_rules:\n  r0: 'a [b]'\n");
    for (int i = 1; i < 23; i++) aside_buf_printf(&b, "  r%d: '<r%d> <r%d>'\n", i, i - 1, i - 1);
    aside_buf_add_z(&b, "intents: {A: {data: [{sentences: ['<r22>']}]}}\n");
    assert_null(load(f, "en", aside_buf_z(&b)));
    assert_string_equal(f->problems.first.rule, "template.too-large");
}

/* ---- several files ---- */

static void test_files_have_their_own_rules(void **state) {
    fixture *f = *state;
    aside_grammar_builder *b;
    assert_int_equal(aside_grammar_builder_open("en-US", &f->arena, &f->host, &b), ASIDE_OK);
    add_text(f, b, "language: en\nexpansion_rules: {want: 'i want <thing>', thing: tea}\nintents: {Tea: {data: [{sentences: ['<want>']}]}}\n");
    add_text(f, b, "language: en\nexpansion_rules: {thing: coffee}\n"
                   "intents: {Coffee: {data: [{sentences: ['<want>']}]},\n"
                   "          Milk: {data: [{sentences: ['<want> now'], expansion_rules: {thing: milk}}]}}\n");
    assert_int_equal(aside_grammar_add_hear(b, "oreo", ASIDE_STR("<want> and oreos"), (aside_place){ "s", 1, 1 }, &f->problems), ASIDE_OK);
    assert_int_equal(aside_grammar_compile(b, &f->problems, &f->g), ASIDE_OK);
    assert_string_equal(best(f, "i want tea"), "Tea");
    assert_string_equal(best(f, "i want coffee"), "Coffee");
    assert_string_equal(best(f, "i want milk now"), "Milk");
    assert_string_equal(best(f, "i want milk"), "");
    assert_string_equal(best(f, "i want tea and oreos"), "oreo");
    assert_string_equal(match(f, "i want tea and oreos").at[0].intent->skill, "oreo");
}

static void test_extra_lists(void **state) {
    fixture *f = *state;
    aside_grammar_builder *b;
    char path[64];
    assert_int_equal(aside_grammar_builder_open("en", &f->arena, &f->host, &b), ASIDE_OK);
    write_file("lists: {name: {values: [lamp]}, room: {values: [attic]}}\n", path);
    assert_int_equal(aside_grammar_add_lists(b, path, &f->problems), ASIDE_OK);
    remove(path);
    add_text(f, b, "language: en\nlists: {room: {values: [hall]}}\nintents: {A: {data: [{sentences: ['{name} in {room}']}]}}\n");
    assert_int_equal(aside_grammar_compile(b, &f->problems, &f->g), ASIDE_OK);
    assert_string_equal(best(f, "lamp in hall"), "A name=\"lamp\" room=\"hall\"");
    assert_string_equal(best(f, "lamp in attic"), "A name=\"lamp\" room=\"attic\"");
}

static void test_which_files_are_sentences(void **state) {
    static const struct { const char *text; bool yes; } rows[] = {
        { "language: en\nintents: {}\n", true }, { "language: en\nlists: {}\n", true }, { "language: en\ndata: []\n", true },
        { "language: en\nintents:\n  A: [\n", true }, { "aside: skill/v1\n", false }, { "language: en\ntests: []\n", false },
        { "intents: {}\n", false }, { "", false },
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[64];
        write_file(rows[i].text, path);
        assert_int_equal(aside_grammar_is_sentences(path, &f->arena), rows[i].yes);
        remove(path);
    }
    assert_false(aside_grammar_is_sentences("/nowhere.yaml", &f->arena));
}

/* ---- samples, counts, and the two ways of matching ---- */

typedef struct samples { fixture *f; size_t n; char all[4096]; } samples;

static void collect(void *user, const char *sentence, const aside_intent *intent) {
    samples *s = user;
    s->n++;
    aside_matches m = match(s->f, sentence);
    bool found = false;
    for (size_t i = 0; i < m.n; i++) found = found || m.at[i].intent == intent;
    if (!found) print_error("'%s' does not mean %s\n", sentence, intent->name);
    assert_true(found);
    if (strlen(s->all) + strlen(sentence) + 2 < sizeof s->all) strcat(strcat(s->all, sentence), "\n");
}

static void test_samples_and_counts(void **state) {
    fixture *f = *state;
    hear(f, "en", "turn (on|off) [the] light[s]");
    samples s = { .f = f };
    assert_true(aside_grammar_count(f->g, NULL) > 7.5 && aside_grammar_count(f->g, NULL) < 8.5);
    assert_true(aside_grammar_count(f->g, "other") < 0.5);
    assert_int_equal(aside_grammar_sample(f->g, NULL, 100, 1, &f->arena, collect, &s), ASIDE_OK);
    assert_int_equal(s.n, 8);
    assert_string_equal(s.all, "turn on the lights\nturn off the lights\nturn on lights\nturn off lights\n"
                               "turn on the light\nturn off the light\nturn on light\nturn off light\n");
    samples some = { .f = f }, again = { .f = f };
    assert_int_equal(aside_grammar_sample(f->g, "skill", 5, 9, &f->arena, collect, &some), ASIDE_OK);
    assert_int_equal(aside_grammar_sample(f->g, "skill", 5, 9, &f->arena, collect, &again), ASIDE_OK);
    assert_int_equal(some.n, 5);
    assert_string_equal(some.all, again.all);
}

static void test_all_samples_match(void **state) {
    fixture *f = *state;
    load(f, "en", lamp_file);
    samples s = { .f = f };
    assert_int_equal(aside_grammar_sample(f->g, NULL, 300, 3, &f->arena, collect, &s), ASIDE_OK);
    assert_int_equal(s.n, 300);
}

typedef struct mutator { fixture *f; aside_rng rng; size_t n_matched; } mutator;

/* Drop, double or swap a word: whatever comes of it, both ways of matching agree (match() asserts it). */
static void mutate(void *user, const char *sentence, const aside_intent *intent) {
    mutator *m = user;
    aside_str words[64], rest = aside_str_from(sentence);
    size_t n = 0;
    aside_buf b;
    (void)intent;
    while (n < 63 && aside_str_split(&rest, " ", &words[n])) n++;
    size_t i = aside_rng_next(&m->rng) % n, k = aside_rng_next(&m->rng) % n;
    if (aside_rng_next(&m->rng) % 2) words[n++] = words[i];
    aside_str swapped = words[i];
    words[i] = words[k], words[k] = swapped;
    if (aside_rng_next(&m->rng) % 3 == 0) n--;
    aside_buf_init(&b, &m->f->arena);
    for (size_t w = 0; w < n; w++) aside_buf_printf(&b, "%.*s ", ASIDE_FMT(words[w]));
    m->n_matched += match(m->f, aside_buf_z(&b)).n > 0;
}

static void test_index_finds_what_exhaustive_finds(void **state) {
    fixture *f = *state;
    load(f, "en", lamp_file);
    mutator m = { f, { 11 }, 0 };
    assert_int_equal(aside_grammar_sample(f->g, NULL, 2000, 5, &f->arena, mutate, &m), ASIDE_OK);
    assert_true(m.n_matched > 100 && m.n_matched < 1900);
}

/* ---- what can be heard ---- */

/* Does the network accept these words?  By following every arc. */
static bool accepts(const aside_network *n, uint32_t state, const char *words) {
    if (state == n->final && !*words) return true;
    for (size_t i = 0; i < n->n_arcs; i++) {
        const aside_network_arc *a = &n->arcs[i];
        size_t len = a->word ? strlen(a->word) : 0;
        if (a->from != state || (len && (strncmp(words, a->word, len) != 0 || (words[len] != ' ' && words[len])))) continue;
        if (accepts(n, a->to, words + len + (len && words[len] == ' '))) return true;
    }
    return false;
}

static void test_network(void **state) {
    fixture *f = *state;
    aside_network n;
    load(f, "en", lamp_file);
    aside_network_init(&n, &f->arena);
    assert_int_equal(aside_grammar_network(f->g, &n), ASIDE_OK);
    static const char *const yes[] = { "set the kitchen lights to twenty five percent", "turn living room light to maximum",
                                       "kitchen's lamp on", "living room's lamp off", "make it red here", "set the kitchen light to one hundred percent" };
    static const char *const no[] = { "set the kitchen lights to twenty five", "kitchen 's lamp on", "kitchen lamp on", "announce", "set", "make it red" };
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!accepts(&n, n.start, yes[i])) print_error("not heard: %s\n", yes[i]);
        assert_true(accepts(&n, n.start, yes[i]));
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        if (accepts(&n, n.start, no[i])) print_error("heard: %s\n", no[i]);
        assert_false(accepts(&n, n.start, no[i]));
    }
    for (size_t i = 0; i < n.n_arcs; i++) assert_true(!n.arcs[i].word || n.arcs[i].word[0] != '\'');
}

static void test_network_shares_odds_by_file(void **state) {
    fixture *f = *state;
    aside_grammar_builder *b;
    aside_network n;
    int64_t priors = 0;
    assert_int_equal(aside_grammar_builder_open("en", &f->arena, &f->host, &b), ASIDE_OK);
    add_text(f, b, "language: en\nintents: {A: {data: [{sentences: [a, b, c, d]}]}}\n");
    add_text(f, b, "language: en\nskip_words: [um]\n");
    assert_int_equal(aside_grammar_add_hear(b, "s", ASIDE_STR("e"), (aside_place){ "s", 1, 1 }, &f->problems), ASIDE_OK);
    assert_int_equal(aside_grammar_compile(b, &f->problems, &f->g), ASIDE_OK);
    aside_network_init(&n, &f->arena);
    assert_int_equal(aside_grammar_network(f->g, &n), ASIDE_OK);
    for (size_t i = 0; i < n.n_arcs; i++) priors += n.arcs[i].log_prior;
    assert_int_equal(priors, -2 * 693);           /* Two files that can be heard: ln 2 each. */
}

/* ---- nothing breaks it ---- */

static void test_random_templates(void **state) {
    static const char *const pieces[] = { "a", "light", "我", "灯", "(", ")", "[", "]", "|", ";", "{n}", "{w:x}", "{", "}", "<r>", "<", ">", " ", "'s", "\\", "%", ":", "7" };
    fixture *f = *state;
    aside_rng rng = { 3 };
    for (int round = 0; round < 400; round++) {
        char sentence[160] = "";
        aside_grammar_builder *b;
        for (uint64_t n = 1 + aside_rng_next(&rng) % 16; n > 0; n--)
            strcat(sentence, pieces[aside_rng_next(&rng) % (sizeof pieces / sizeof *pieces)]);
        aside_problems_init(&f->problems, NULL, NULL);
        assert_int_equal(aside_grammar_builder_open("en", &f->arena, &f->host, &b), ASIDE_OK);
        add_text(f, b, "language: en\nlists: {n: {range: {from: 0, to: 9}}, w: {wildcard: true}}\nexpansion_rules: {r: 'x [y]'}\n");
        assert_int_equal(aside_grammar_add_hear(b, "s", aside_str_from(sentence), (aside_place){ "s", 1, 1 }, &f->problems), ASIDE_OK);
        assert_int_equal(aside_grammar_compile(b, &f->problems, &f->g), ASIDE_OK);
        assert_int_equal(f->g == NULL, f->problems.n_errors > 0);
        if (f->g) {
            samples s = { .f = f };
            assert_int_equal(aside_grammar_sample(f->g, NULL, 5, 1, &f->arena, collect, &s), ASIDE_OK);
        }
        aside_grammar_close(f->g);
        f->g = NULL;
        aside_buf_init(&f->told, &f->arena);
        aside_arena_reset(&f->arena);
    }
}

static aside_status everything(const aside_host *host, void *user) {
    aside_arena arena, turn;
    aside_grammar_builder *b;
    aside_grammar *g = NULL;
    aside_problems problems;
    aside_utterance u;
    aside_matches m;
    aside_network n;
    aside_problems_init(&problems, NULL, NULL);
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_arena_init(&turn, host, SWEEP_BLOCK_BYTES);
    aside_status st = aside_grammar_builder_open("en", &arena, host, &b);
    if (!st) st = aside_grammar_add_file(b, user, &problems);
    if (!st) st = aside_grammar_add_hear(b, "s", ASIDE_STR("am i (pretty|handsome)"), (aside_place){ "s", 1, 1 }, &problems);
    if (!st) st = aside_grammar_compile(b, &problems, &g);
    if (!st) st = aside_utterance_read(ASIDE_STR("um set the kitchen lights to 50%"), &turn, &u);
    if (!st) st = aside_grammar_match(g, &u, &turn, &m);
    if (!st) assert_int_equal(m.n, 1);
    aside_network_init(&n, &turn);
    if (!st) st = aside_grammar_network(g, &n);
    aside_grammar_close(g);
    aside_arena_free(&turn);
    aside_arena_free(&arena);
    return st;
}

static void test_out_of_memory(void **state) {
    char path[64];
    (void)state;
    write_file(lamp_file, path);
    assert_true(sweep(everything, path) > 10);
    remove(path);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(test_forms), T(test_chinese), T(test_slots), T(test_values_as_json), T(test_missing_lists_and_rules), T(test_scores_and_fillers), T(test_context_of_values),
        T(test_mistakes_have_places), T(test_limits), T(test_rule_bomb), T(test_files_have_their_own_rules), T(test_extra_lists),
        T(test_which_files_are_sentences), T(test_samples_and_counts), T(test_all_samples_match),
        T(test_index_finds_what_exhaustive_finds), T(test_network), T(test_network_shares_odds_by_file), T(test_random_templates),
        T(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
