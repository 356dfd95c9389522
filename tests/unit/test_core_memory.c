/* test_core_memory.c -- out of memory at every allocation, from opening an engine
 * to a yes, through the public interface.
 *
 * One small language and one small skill, so that the whole way stays short. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "aside.h"
#include "sweep.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char sentences[] =
    "language: en\n"
    "intents:\n"
    "  Chat: {class: chitchat, data: [{sentences: [\"am i (pretty|funny)\"]}]}\n"
    "  Yes: {class: other, system: yes, data: [{sentences: [\"yes [please]\"]}]}\n";

static const char skill[] =
    "aside: skill/v1\n"
    "id: play\n"
    "sponsor: {name: Play, spoken: {en: Play}, on_behalf_of: Play, paid_by: Play, contact: a@play.example}\n"
    "campaign: play\n"
    "kind: interactive\n"
    "when: {context: [chitchat]}\n"
    "price: {model: cpc, bid: 0.80 CNY}\n"
    "offer: {say: {en: Shall we play for a minute?}}\n"
    "on_accept: [{reward: {points: 5, say: {en: You earned five points.}}}]\n"
    "on_decline: {say: {en: No game then.}}\n"
    "on_unclear: {say: {en: Yes or no?}}\n"
    "tests:\n"
    "  - {say: \"am i pretty\", expect: {offer: play, context: chitchat}}\n";

/* ---- a world in a folder ---- */

typedef struct folder {
    char root[32], intents[64], skills[64], settings[2][80];
} folder;

static void write_file(const char *parent, const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", parent, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    assert_int_equal(strlen(text), fwrite(text, 1, strlen(text), f));
    fclose(f);
}

static void remove_file(const char *parent, const char *name) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", parent, name);
    remove(path);
    remove(parent);
}

static void make(folder *w) {
    snprintf(w->root, sizeof w->root, "/tmp/aside-memory-XXXXXX");
    assert_non_null(mkdtemp(w->root));
    snprintf(w->intents, sizeof w->intents, "%s/intents", w->root);
    snprintf(w->skills, sizeof w->skills, "%s/play", w->root);
    snprintf(w->settings[0], sizeof w->settings[0], "intents=%s", w->intents);
    snprintf(w->settings[1], sizeof w->settings[1], "skills=%s", w->skills);
    assert_int_equal(0, mkdir(w->intents, 0700) | mkdir(w->skills, 0700));
    write_file(w->intents, "en.yaml", sentences);
    write_file(w->skills, "skill.yaml", skill);
}

static void unmake(folder *w) {
    remove_file(w->intents, "en.yaml");
    remove_file(w->skills, "skill.yaml");
    remove(w->root);
}

/* ---- one conversation ---- */

/* The decision about it must be this, unless the turn said that it failed. */
static aside_status say(aside_session *s, const char *text, aside_outcome expected) {
    bool was_decided = false;
    aside_status st = aside_session_feed_text(s, text, -1);
    for (const aside_event *e; (e = aside_session_next(s));) {
        if (e->kind != ASIDE_EVENT_DECISION || st) continue;
        assert_int_equal(expected, e->outcome);
        was_decided = true;
    }
    assert_int_equal(was_decided, st == ASIDE_OK);
    return st;
}

static aside_status talk(aside_engine *engine) {
    aside_session *s = NULL;
    aside_session_options o = { .language = "en", .simulated_device = true };
    aside_status st = aside_session_open(engine, &o, &s, NULL);
    if (!st) st = aside_session_consent(s, "offers", true, "test");
    if (!st) st = say(s, "am i pretty", ASIDE_OUTCOME_OFFER);
    if (!st) st = say(s, "yes please", ASIDE_OUTCOME_ACCEPT);
    aside_session_close(s);
    return st;
}

static int64_t noon(void *user) { (void)user; return 1781064000000; }   /* 2026-06-10T12:00:00+08:00 */

static aside_status open_and_talk(const aside_host *host, void *user) {
    folder *w = user;
    const char *overrides[] = { w->settings[0], w->settings[1], NULL };
    aside_host h = *host;
    aside_engine *engine = NULL;
    aside_error err;
    h.wall_ms = noon;
    aside_status st = aside_engine_open(&(aside_options){ .host = &h, .text_only = true, .overrides = overrides }, &engine, &err);
    if (st) assert_int_equal(st, err.status);
    if (!st) st = talk(engine);
    aside_engine_close(engine);
    return st;
}

static void it_runs_out_of_memory_anywhere(void **state) {
    folder w;
    (void)state;
    make(&w);
    size_t n = sweep(open_and_talk, &w);
    assert_true(n > 20);
    unmake(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = { cmocka_unit_test(it_runs_out_of_memory_anywhere) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
