/* golden.c -- conversations that a product person can read, played again.
 *
 *     == what this case shows
 *     with lang=zh child
 *     09:30 consent offers yes
 *     09:31 say  am i pretty
 *           intent  ChatAboutMe
 *           context chitchat
 *           offer   oreo-play  "Ad from Oreo. ..."
 *     -- 2026-06-11
 *     09:31 wake user=ben
 *
 * A file may begin with lines "set KEY=VALUE", settings for all its cases.
 * Lines at the margin are input, indented ones are what must come of it; '#'
 * and empty lines are for people.  A case is a household of its own, on
 * 2026-06-10 in +08:00 until a line "-- DATE".  `with` and `wake` say who and
 * where, in the words of the command line; `own-device` keeps the engine from
 * playing the device.  `wake` opens another session of the same household.
 *
 * The whole file is written anew and compared as text; ASIDE_UPDATE=1 keeps
 * what was written.  Scores are left out: a new model may move them, not what
 * follows from them. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "aside.h"
#include "base/file.h"
#include "base/host.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct play {
    const char            *path;
    aside_arena            arena;
    aside_host             host;
    int64_t                now_ms;
    char                   date[16];
    aside_engine          *engine;
    aside_session         *session;
    aside_session_options  who;
    char                   last_action[ASIDE_LIMIT_ID_BYTES];
    const char            *settings[8];        /* NULL-terminated. */
    size_t                 n_settings;
    int                    n_cases, line;
    aside_buf              out;
} play;

static int64_t clock_ms(void *user) { return ((const play *)user)->now_ms; }

static void wrong(const play *p, const char *what) { fail_msg("%s:%d: %s", p->path, p->line, what); }

static char *keep(play *p, aside_str s) {
    char *z = aside_arena_copy_z(&p->arena, s);
    assert_non_null(z);
    return z;
}

/* ------------------------------ what came out ----------------------------- */

static const char *text_of(const aside_json *v, const char *key) {
    const char *s = "";
    aside_json_str(aside_json_get(v, key), &s);
    return s;
}

static void row(play *p, const char *label) { aside_buf_printf(&p->out, "      %-8s", label); }

/* A score inside a sentence would make the file depend on the model. */
static void add_without_scores(play *p, const char *words) {
    const char *score = strstr(words, " per mille"), *digits = score;
    while (digits && digits > words && digits[-1] >= '0' && digits[-1] <= '9') digits--;
    if (score) aside_buf_printf(&p->out, "%.*sN%s", (int)(digits - words), words, score);
    else aside_buf_add_z(&p->out, words);
}

static void members(play *p, const aside_json *object, const char *but1, const char *but2) {
    const char *key;
    const aside_json *value;
    for (size_t i = 0; aside_json_member(object, i, &key, &value); i++) {
        if (strcmp(key, but1) == 0 || strcmp(key, but2) == 0) continue;
        aside_buf_printf(&p->out, "  %s=", key), aside_json_dump(value, &p->out);
    }
}

static void quoted(play *p, const char *words) {
    if (words[0]) aside_buf_add_z(&p->out, "  \""), add_without_scores(p, words), aside_buf_add_char(&p->out, '"');
    aside_buf_add_char(&p->out, '\n');
}

static void write_understood(play *p, const aside_json *d) {
    const aside_json *intent = aside_json_get(d, "intent"), *context = aside_json_get(d, "context");
    bool sure = false;
    if (aside_json_is_object(intent)) {
        row(p, "intent"), aside_buf_add_z(&p->out, text_of(intent, "name"));
        members(p, aside_json_get(intent, "slots"), "", ""), aside_buf_add_char(&p->out, '\n');
    }
    aside_json_bool(aside_json_get(context, "sponsor"), &sure);
    row(p, "context"), aside_buf_printf(&p->out, "%s%s\n", text_of(context, "class"), sure ? "" : "  (not for sponsors)");
}

/* Of a step's members those that a person would ask about. */
static const char *const step_details[] = { "fallback", "balance", "due", "simulated" };

static void write_step_details(play *p, const aside_json *step) {
    for (size_t i = 0; i < sizeof step_details / sizeof step_details[0]; i++) {
        const aside_json *v = aside_json_get(step, step_details[i]);
        if (v) aside_buf_printf(&p->out, "  %s=", step_details[i]), aside_json_dump(v, &p->out);
    }
}

static void write_steps(play *p, const aside_json *steps) {
    for (size_t i = 0; i < aside_json_length(steps); i++) {
        const aside_json *s = aside_json_at(steps, i);
        int64_t n = 0;
        aside_json_int(aside_json_get(s, "step"), &n);
        row(p, "step"), aside_buf_printf(&p->out, "%d  %s  %s", (int)n, text_of(s, "do"), text_of(s, "state"));
        write_step_details(p, s);
        aside_buf_add_char(&p->out, '\n');
    }
}

static void write_outcome(play *p, const aside_json *d) {
    const char *outcome = text_of(d, "outcome");
    const aside_json *action = aside_json_get(d, "action"), *system = aside_json_get(d, "system");
    if (strcmp(outcome, "none") == 0) return;
    row(p, outcome);
    if (aside_json_is_object(system)) {
        aside_buf_add_z(&p->out, text_of(system, "name"));
        members(p, system, "name", "say"), quoted(p, text_of(system, "say"));
    } else {
        aside_buf_add_z(&p->out, text_of(action, "skill")), quoted(p, text_of(action, "say"));
    }
    if (aside_json_is_object(action)) snprintf(p->last_action, sizeof p->last_action, "%s", text_of(action, "id"));
    write_steps(p, aside_json_get(action, "steps"));
}

static void write_held(play *p, const aside_json *d) {
    const aside_json *held = aside_json_get(d, "held");
    for (size_t i = 0; i < aside_json_length(held); i++) {
        const aside_json *h = aside_json_at(held, i);
        row(p, "held"), aside_buf_printf(&p->out, "%s  %s", text_of(h, "skill"), text_of(h, "gate"));
        quoted(p, text_of(h, "why"));
    }
}

static void write_decision(play *p, const aside_json *d) { write_understood(p, d), write_outcome(p, d), write_held(p, d); }

/* What a device is told beside decisions. */
static void write_action(play *p, const aside_json *e) {
    int64_t step = 0;
    aside_json_int(aside_json_get(e, "step"), &step);
    row(p, "told"), aside_buf_printf(&p->out, "step %d  %s  %s\n", (int)step, text_of(e, "do"), text_of(e, "state"));
}

/* Steps are part of the decision of the turn they belong to: told apart only when asked. */
static void drain(play *p, bool with_actions) {
    for (const aside_event *e; (e = aside_session_next(p->session)); ) {
        aside_json *v = NULL;
        aside_error err;
        assert_int_equal(aside_json_parse(aside_str_from(e->json), &v, &err), ASIDE_OK);
        if (e->kind == ASIDE_EVENT_DECISION) write_decision(p, v);
        if (e->kind == ASIDE_EVENT_ACTION && with_actions) write_action(p, v);
        if (e->kind == ASIDE_EVENT_STOP) row(p, "told"), aside_buf_add_z(&p->out, "stop\n");
        aside_json_free(v);
    }
}

/* ------------------------------- what goes in ----------------------------- */

static const struct { const char *key; size_t offset; } texts[] = {
    { "lang", offsetof(aside_session_options, language) },     { "user", offsetof(aside_session_options, user) },
    { "device", offsetof(aside_session_options, device) },     { "kind", offsetof(aside_session_options, kind) },
    { "scene", offsetof(aside_session_options, scene) },       { "surfaces", offsetof(aside_session_options, surfaces) },
    { "capabilities", offsetof(aside_session_options, capabilities) }, { "zone", offsetof(aside_session_options, zone) },
    { "region", offsetof(aside_session_options, region) },
};

static void set_text(play *p, aside_str key, aside_str value) {
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!aside_str_is(key, texts[i].key)) continue;
        const char *z = keep(p, value);
        memcpy((char *)&p->who + texts[i].offset, &z, sizeof z);
        return;
    }
    wrong(p, "a word after `with` or `wake` is unknown");
}

static void set_who(play *p, aside_str words) {
    aside_str word;
    while (aside_str_split(&words, " ", &word)) {
        const char *equals = memchr(word.at, '=', word.len);
        size_t n = equals ? (size_t)(equals - word.at) : word.len;
        if (aside_str_is(word, "child")) p->who.child = true;
        else if (aside_str_is(word, "guest")) p->who.guest = true;
        else if (aside_str_is(word, "own-device")) p->who.simulated_device = false;
        else set_text(p, (aside_str){ word.at, n }, equals ? (aside_str){ equals + 1, word.len - n - 1 } : (aside_str){ "", 0 });
    }
}

static void open_session(play *p) {
    aside_error err = { 0 };
    if (p->session) return;
    if (aside_session_open(p->engine, &p->who, &p->session, &err)) wrong(p, err.text);
}

static void close_session(play *p) {
    aside_session_close(p->session);
    p->session = NULL;
}

static void set(play *p, aside_str setting) {
    if (p->n_cases || p->n_settings + 2 > sizeof p->settings / sizeof p->settings[0]) wrong(p, "`set` belongs before the first case");
    p->settings[p->n_settings++] = keep(p, setting);
}

static void open_engine(play *p) {
    aside_error err = { 0 };
    const char *const *overrides = p->settings;
    aside_options o = { .config_path = "config/aside.yaml", .host = &p->host, .overrides = overrides, .text_only = true };
    if (aside_engine_open(&o, &p->engine, &err)) fail_msg("%s:%d: %s", err.path, err.line, err.text);
}

static void begin_case(play *p, aside_str title) {
    if (!p->engine) open_engine(p);
    close_session(p);
    snprintf(p->date, sizeof p->date, "2026-06-10");
    p->who = (aside_session_options){
        .user = "anna", .household = aside_arena_printf(&p->arena, "%d %.*s", p->n_cases++, ASIDE_FMT(title)), .device = "device",
        .language = "en", .zone = "+08:00", .simulated_device = true, .host = &p->host,
        .surfaces = "speech,card,suggestion_chip,floating_ball,wake_card,search_pin,notification,splash,tv_poster,preroll,native",
        .capabilities = "ar,camera,touch,deeplink,screen,notify",
    };
}

static void do_say(play *p, aside_str words) {
    if (aside_session_feed_text(p->session, words.at, (ptrdiff_t)words.len)) wrong(p, "the text was refused");
    drain(p, false);
}

static void refused_or_drain(play *p, aside_status st) {
    if (st) row(p, "refused"), aside_buf_printf(&p->out, "%s\n", aside_status_name(st));
    drain(p, true);
}

static void do_consent(play *p, aside_str words) {
    aside_str purpose, answer;
    if (!aside_str_split(&words, " ", &purpose) || !aside_str_split(&words, " ", &answer)) wrong(p, "expected: consent PURPOSE yes|no");
    refused_or_drain(p, aside_session_consent(p->session, keep(p, purpose), aside_str_is(answer, "yes"), "test-1"));
}

static void do_report(play *p, aside_str words) {
    aside_str event, word;
    int64_t step = 0;
    if (!aside_str_split(&words, " ", &event)) wrong(p, "expected: report EVENT [step N]");
    if (aside_str_split(&words, " ", &word) && !(aside_str_split(&words, " ", &word) && aside_str_to_int(word, &step)))
        wrong(p, "expected: report EVENT [step N]");
    refused_or_drain(p, aside_session_report(p->session, p->last_action, (int)step, keep(p, event), NULL));
}

static void do_wake(play *p, aside_str words) {
    close_session(p);
    set_who(p, words);
    open_session(p);
}

static const struct { const char *verb; void (*act)(play *, aside_str); } verbs[] = {
    { "say", do_say }, { "consent", do_consent }, { "report", do_report }, { "wake", do_wake },
};

static void act(play *p, aside_str line) {
    aside_str rest = line, time, verb;
    if (!aside_str_split(&rest, " ", &time) || !aside_str_split(&rest, " ", &verb)) wrong(p, "expected: HH:MM VERB ...");
    const char *stamp = aside_arena_printf(&p->arena, "%sT%.*s%s+08:00", p->date, ASIDE_FMT(time), time.len == 5 ? ":00" : "");
    if (!aside_time_parse(aside_str_from(stamp), &p->now_ms, NULL)) wrong(p, "expected a time HH:MM or HH:MM:SS");
    open_session(p);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        if (aside_str_is(verb, verbs[i].verb)) { verbs[i].act(p, aside_str_trim(rest)); return; }
    wrong(p, "expected one of say, consent, report, wake");
}

static void play_line(play *p, aside_str line) {
    if (line.len && line.at[0] == ' ') return;                 /* Written anew. */
    aside_buf_add(&p->out, line), aside_buf_add_char(&p->out, '\n');
    if (!line.len || line.at[0] == '#') return;
    if (aside_str_starts(line, "set ")) set(p, (aside_str){ line.at + 4, line.len - 4 });
    else if (aside_str_starts(line, "== ")) begin_case(p, line);
    else if (aside_str_starts(line, "with ")) set_who(p, (aside_str){ line.at + 5, line.len - 5 });
    else if (aside_str_starts(line, "-- ")) snprintf(p->date, sizeof p->date, "%.*s", (int)line.len - 3, line.at + 3);
    else act(p, line);
}

/* ------------------------------- the whole file --------------------------- */

static bool next_line(aside_str *rest, aside_str *line) {
    if (!rest->len) return false;
    const char *end = memchr(rest->at, '\n', rest->len);
    *line = (aside_str){ rest->at, end ? (size_t)(end - rest->at) : rest->len };
    size_t n = line->len + (end != NULL);
    rest->at += n, rest->len -= n;
    return true;
}

/* The first few lines that differ, with their places; then it is enough. */
static void show_difference(const char *path, aside_str was, aside_str is) {
    aside_str a, b;
    for (int line = 1, shown = 0; shown < 12; line++) {
        bool has_a = next_line(&was, &a), has_b = next_line(&is, &b);
        if (!has_a && !has_b) break;
        if (has_a && has_b && aside_str_equal(a, b)) continue;
        shown++;
        if (has_a) fprintf(stderr, "%s:%d: - %.*s\n", path, line, ASIDE_FMT(a));
        if (has_b) fprintf(stderr, "%s:%d: + %.*s\n", path, line, ASIDE_FMT(b));
    }
    fprintf(stderr, "ASIDE_UPDATE=1 rewrites the file, when the new behaviour is the right one.\n");
}

static void settle(play *p, aside_str was) {
    aside_str is = aside_buf_str(&p->out);
    const char *update = getenv("ASIDE_UPDATE");
    if (aside_str_equal(was, is)) return;
    if (!update || strcmp(update, "1") != 0) {
        show_difference(p->path, was, is);
        fail_msg("%s: what happens is not what is written", p->path);
    }
    FILE *f = fopen(p->path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(is.at, 1, is.len, f), is.len);
    assert_int_equal(fclose(f), 0);
}

static void plays_as_written(void **state) {
    play p = { .path = *state, .settings = { "state=" }, .n_settings = 1 };
    aside_str was, rest, line;
    aside_error err = { 0 };
    const aside_host plain = aside_host_complete(NULL);
    p.host = aside_host_complete(&(aside_host){ .user = &p, .wall_ms = clock_ms, .seed = 1 });
    assert_true(aside_time_parse(ASIDE_STR("2026-06-10T00:00:00+08:00"), &p.now_ms, NULL));
    aside_arena_init(&p.arena, &plain, 0), aside_buf_init(&p.out, &p.arena);
    if (aside_file_read(p.path, ASIDE_LIMIT_FILE_BYTES, &p.arena, &was, &err)) fail_msg("%s: %s", p.path, err.text);
    for (rest = was; next_line(&rest, &line); ) p.line++, play_line(&p, line);
    assert_true(p.n_cases > 0);
    close_session(&p);
    aside_engine_close(p.engine);
    assert_true(aside_buf_ok(&p.out));
    settle(&p, was);
    aside_arena_free(&p.arena);
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: golden FILE.txt\n"), 2;
    const struct CMUnitTest tests[] = { cmocka_unit_test_prestate(plays_as_written, argv[1]) };
    return cmocka_run_group_tests_name(argv[1], tests, NULL, NULL);
}
