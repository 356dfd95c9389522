/* test_core.c -- engine, session and turn through the public interface, with the
 * intents and skills that are shipped. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/crypto.h"
#include "base/host.h"
#include "base/json.h"
#include "core/session.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define NOON 1781064000000       /* 2026-06-10T12:00:00+08:00 */
#define HOUR (60 * 60 * (int64_t)1000)

/* ---- a world with its own clock ---- */

typedef struct world {
    int64_t        now_ms;
    aside_host     host;
    aside_engine  *engine;
    aside_session *session;
    aside_json    *decision;     /* Of the last say(). */
    size_t         n_actions, n_stops;
} world;

static int64_t clock_of(void *user) { return ((world *)user)->now_ms; }

static void open_engine(world *w, const char *state) {
    char option[300];
    const char *overrides[] = { option, NULL };
    aside_error err = { .text = "" };
    snprintf(option, sizeof option, "state=%s", state);
    w->host = (aside_host){ .user = w, .wall_ms = clock_of, .seed = 7 };
    aside_options o = { .host = &w->host, .text_only = true, .overrides = overrides };
    aside_status st = aside_engine_open(&o, &w->engine, &err);
    if (st) fail_msg("%s:%d: %s", err.path, err.line, err.text);
}

static void open_session(world *w, aside_session_options o) {
    aside_error err = { .text = "" };
    o.surfaces = "speech card", o.capabilities = "ar touch", o.simulated_device = true, o.zone = "+08:00";
    aside_status st = aside_session_open(w->engine, &o, &w->session, &err);
    if (st) fail_msg("%s", err.text);
}

static void start(world *w, const char *language) {
    *w = (world){ .now_ms = NOON };
    open_engine(w, "");
    open_session(w, (aside_session_options){ .language = language });
}

static void end(world *w) {
    aside_json_free(w->decision);
    aside_session_close(w->session);
    aside_engine_close(w->engine);
}

static void drain(world *w) {
    aside_json_free(w->decision);
    w->decision = NULL, w->n_actions = w->n_stops = 0;
    for (const aside_event *e; (e = aside_session_next(w->session)); ) {
        if (e->kind == ASIDE_EVENT_DECISION) {
            aside_json_free(w->decision);
            assert_int_equal(ASIDE_OK, aside_json_parse(aside_str_from(e->json), &w->decision, NULL));
        }
        w->n_actions += e->kind == ASIDE_EVENT_ACTION;
        w->n_stops += e->kind == ASIDE_EVENT_STOP;
    }
}

static void say(world *w, const char *text) {
    assert_int_equal(ASIDE_OK, aside_session_feed_text(w->session, text, -1));
    drain(w);
    assert_non_null(w->decision);
    w->now_ms += 1000;
}

static void agree(world *w) { assert_int_equal(ASIDE_OK, aside_session_consent(w->session, "offers", true, "test")); }

static const char *text_at(const aside_json *object, const char *key) {
    const char *text = NULL;
    return aside_json_str(aside_json_get(object, key), &text) ? text : "(none)";
}
static const char *outcome(const world *w) { return text_at(w->decision, "outcome"); }
static const char *skill(const world *w) { return text_at(aside_json_get(w->decision, "action"), "skill"); }
static const char *class(const world *w) { return text_at(aside_json_get(w->decision, "context"), "class"); }
static const char *gate(const world *w) { return text_at(aside_json_at(aside_json_get(w->decision, "held"), 0), "gate"); }
static const aside_json *step(const world *w, size_t i) {
    return aside_json_at(aside_json_get(aside_json_get(w->decision, "action"), "steps"), i);
}

/* ---- the golden path ---- */

static void offer_and_yes(const char *language, const char *chat, const char *yes, const char *label) {
    world w;
    start(&w, language);
    agree(&w);
    say(&w, chat);
    assert_string_equal("offer", outcome(&w));
    assert_string_equal("oreo-play", skill(&w));
    assert_string_equal("chitchat", class(&w));
    const aside_json *action = aside_json_get(w.decision, "action");
    assert_string_equal(label, text_at(action, "label"));
    assert_true(aside_str_starts(aside_str_from(text_at(action, "say")), label));
    say(&w, yes);
    assert_string_equal("accept", outcome(&w));
    assert_string_equal("minigame", text_at(step(&w, 0), "do"));
    assert_string_equal("done", text_at(step(&w, 0), "state"));
    assert_string_equal("reward", text_at(step(&w, 1), "do"));
    assert_string_equal("deeplink", text_at(step(&w, 2), "do"));
    bool simulated = false;
    assert_true(aside_json_bool(aside_json_get(step(&w, 0), "simulated"), &simulated) && simulated);
    assert_true(w.n_actions >= 3);
    end(&w);
}

static void english_offer_and_yes(void **state) { (void)state; offer_and_yes("en", "am i pretty", "yes please", "Ad"); }
static void chinese_offer_and_yes(void **state) { (void)state; offer_and_yes("zh", "小爱同学，我美吗？", "好啊", "广告"); }

static void nothing_without_consent(void **state) {
    world w;
    (void)state;
    start(&w, "en");
    say(&w, "am i pretty");
    assert_string_equal("none", outcome(&w));
    assert_string_equal("consent", gate(&w));
    end(&w);
}

static void withdrawal_holds_the_next_turn(void **state) {
    world w;
    (void)state;
    start(&w, "en");
    agree(&w);
    assert_int_equal(ASIDE_OK, aside_session_consent(w.session, "offers", false, NULL));
    drain(&w);
    say(&w, "am i pretty");
    assert_string_equal("consent", gate(&w));
    end(&w);
}

static void sensitive_holds_everything_and_cools_off(void **state) {
    static const char *const said[][2] = { { "en", "my chest hurts" }, { "zh", "我胸口疼" } };
    (void)state;
    for (int i = 0; i < 2; i++) {
        world w;
        start(&w, said[i][0]);
        agree(&w);
        say(&w, said[i][1]);
        assert_string_equal("sensitive", class(&w));
        assert_string_equal("sensitive", gate(&w));
        w.now_ms += 29 * 60 * 1000;
        say(&w, i ? "我美吗" : "am i pretty");
        assert_string_equal("none", outcome(&w));
        assert_string_equal("sensitive", gate(&w));
        end(&w);
    }
}

static void stop_ends_it_for_the_session(void **state) {
    world w;
    (void)state;
    start(&w, "en");
    agree(&w);
    say(&w, "am i pretty");
    assert_string_equal("offer", outcome(&w));
    say(&w, "stop");
    assert_string_equal("stop", outcome(&w));
    assert_int_equal(1, w.n_stops);
    w.now_ms += 2 * 24 * HOUR;                 /* Neither cap nor gap hold it any more. */
    say(&w, "am i pretty");
    assert_string_equal("none", outcome(&w));
    assert_string_equal("stop", gate(&w));
    end(&w);
}

static void a_no_silences(void **state) {
    world w;
    (void)state;
    start(&w, "en");
    agree(&w);
    say(&w, "am i pretty");
    say(&w, "no thanks");
    assert_string_equal("decline", outcome(&w));
    w.now_ms += 2 * 24 * HOUR;
    say(&w, "am i pretty");
    assert_string_equal("declined", gate(&w));
    end(&w);
}

static void a_late_yes_is_no_answer(void **state) {
    world w;
    (void)state;
    start(&w, "en");
    agree(&w);
    say(&w, "am i pretty");
    w.now_ms += HOUR;
    say(&w, "yes please");
    assert_string_equal("none", outcome(&w));
    end(&w);
}

static void why_and_who_pays(void **state) {
    world w;
    (void)state;
    start(&w, "en");
    agree(&w);
    say(&w, "am i pretty");
    say(&w, "why did i hear that");
    assert_string_equal("system", outcome(&w));
    assert_string_equal("why", text_at(aside_json_get(w.decision, "system"), "name"));
    assert_non_null(strstr(text_at(aside_json_get(w.decision, "system"), "say"), "Oreo"));
    say(&w, "who paid for this");
    assert_string_equal("who_pays", text_at(aside_json_get(w.decision, "system"), "name"));
    say(&w, "yes please");                     /* A question in between does not close the offer. */
    assert_string_equal("accept", outcome(&w));
    end(&w);
}

static void consent_by_voice(void **state) {
    world w;
    bool granted = false;
    (void)state;
    start(&w, "zh");
    say(&w, "可以给我推荐优惠");
    assert_string_equal("consent", text_at(aside_json_get(w.decision, "system"), "name"));
    assert_true(aside_json_bool(aside_json_get(aside_json_get(w.decision, "system"), "granted"), &granted) && granted);
    say(&w, "我美吗");
    assert_string_equal("offer", outcome(&w));
    say(&w, "别再给我推广告");
    assert_true(aside_json_bool(aside_json_get(aside_json_get(w.decision, "system"), "granted"), &granted) && !granted);
    say(&w, "好啊");                           /* What was open is closed with the consent. */
    assert_string_not_equal("accept", outcome(&w));
    end(&w);
}

static void a_child_and_a_guest_get_nothing_and_cannot_agree(void **state) {
    (void)state;
    for (int guest = 0; guest < 2; guest++) {
        world w = { .now_ms = NOON };
        open_engine(&w, "");
        open_session(&w, (aside_session_options){ .language = "en", .child = !guest, .guest = guest });
        assert_int_equal(ASIDE_ESTATE, aside_session_consent(w.session, "offers", true, NULL));
        say(&w, "am i pretty");
        assert_string_equal("none", outcome(&w));
        assert_string_equal(guest ? "guest" : "child", gate(&w));
        end(&w);
    }
}

/* ---- the past survives ---- */

static void a_cap_holds_after_a_restart(void **state) {
    char folder[] = "/tmp/aside-test-XXXXXX", command[100];
    world w = { .now_ms = NOON + 8 * HOUR };   /* Eight in the evening. */
    (void)state;
    assert_non_null(mkdtemp(folder));
    open_engine(&w, folder);
    open_session(&w, (aside_session_options){ .language = "en" });
    agree(&w);
    say(&w, "am i pretty");
    assert_string_equal("offer", outcome(&w));
    end(&w);
    w = (world){ .now_ms = NOON + 21 * HOUR }; /* Nine the next morning. */
    open_engine(&w, folder);
    open_session(&w, (aside_session_options){ .language = "en" });
    say(&w, "am i pretty");
    assert_string_equal("none", outcome(&w));
    assert_string_equal("cap", gate(&w));
    end(&w);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(0, system(command));
}

/* ---- the store fails ---- */

/* No file may grow or change any more; reading goes on. */
static void fill_disk(bool full) {
    struct rlimit most;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &most));
    most.rlim_cur = full ? 0 : most.rlim_max;
    assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &most));
}

/* An offer that the device plays itself, made before the disk is full. */
static void offer_and_fill_disk(world *w, char *folder) {
    *w = (world){ .now_ms = NOON };
    assert_non_null(mkdtemp(folder));
    open_engine(w, folder);
    aside_session_options o = { .language = "en", .surfaces = "speech card", .capabilities = "ar", .zone = "+08:00" };
    assert_int_equal(ASIDE_OK, aside_session_open(w->engine, &o, &w->session, NULL));
    agree(w);
    say(w, "am i pretty");
    assert_string_equal("offer", outcome(w));
    fill_disk(true);
}

static void end_in(world *w, const char *folder) {
    char command[100];
    fill_disk(false);
    end(w);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(0, system(command));
}

static void one_word_ends_it_without_the_store(void **state) {
    static const char *const words[][2] = { { "stop", "stop" }, { "no thanks", "decline" } };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        char folder[] = "/tmp/aside-test-XXXXXX";
        world w;
        offer_and_fill_disk(&w, folder);
        say(&w, words[i][0]);
        assert_string_equal(words[i][1], outcome(&w));
        assert_int_equal(1, w.n_stops);
        fill_disk(false);
        w.now_ms += 2 * 24 * HOUR;             /* The store is back, but it knows of no decline. */
        say(&w, "am i pretty");
        assert_string_equal("none", outcome(&w));
        end_in(&w, folder);
    }
}

static void a_withdrawal_without_the_store_is_peace_all_the_same(void **state) {
    char folder[] = "/tmp/aside-test-XXXXXX";
    world w;
    (void)state;
    offer_and_fill_disk(&w, folder);
    assert_int_equal(ASIDE_ESTORE, aside_session_consent(w.session, "offers", false, NULL));
    drain(&w);
    assert_int_equal(1, w.n_stops);
    fill_disk(false);
    w.now_ms += 2 * 24 * HOUR;
    say(&w, "am i pretty");
    assert_string_equal("none", outcome(&w));
    end_in(&w, folder);
}

static void a_yes_without_the_store_may_be_said_again(void **state) {
    char folder[] = "/tmp/aside-test-XXXXXX";
    world w;
    (void)state;
    offer_and_fill_disk(&w, folder);
    assert_int_equal(ASIDE_ESTORE, aside_session_feed_text(w.session, "yes please", -1));
    fill_disk(false);
    say(&w, "yes please");
    assert_string_equal("accept", outcome(&w));
    end_in(&w, folder);
}

static void a_sensitive_moment_without_the_store_is_answered(void **state) {
    char folder[] = "/tmp/aside-test-XXXXXX";
    world w;
    (void)state;
    offer_and_fill_disk(&w, folder);
    say(&w, "my chest hurts");
    assert_string_equal("sensitive", gate(&w));
    end_in(&w, folder);
}

/* What was heard counts, whether or not the store took it at once. */
static void heard_without_the_store_is_not_given_back(void **state) {
    char folder[] = "/tmp/aside-test-XXXXXX", action[ASIDE_LIMIT_ID_BYTES];
    world w;
    (void)state;
    offer_and_fill_disk(&w, folder);
    snprintf(action, sizeof action, "%s", text_at(aside_json_get(w.decision, "action"), "id"));
    assert_int_equal(ASIDE_ESTORE, aside_session_report(w.session, action, 0, "heard", NULL));
    fill_disk(false);
    aside_session_close(w.session);
    w.now_ms += 4 * HOUR + HOUR;               /* Past the gap, and long past the reservation. */
    open_session(&w, (aside_session_options){ .language = "en" });
    say(&w, "am i pretty");
    assert_string_equal("none", outcome(&w));
    assert_string_equal("cap", gate(&w));
    end_in(&w, folder);
}

static void an_offer_erased_from_another_room_can_still_be_stopped(void **state) {
    world w;
    (void)state;
    start(&w, "en");
    aside_session *here = w.session;
    agree(&w);
    aside_session_close(here);
    aside_session_options o = { .language = "en", .surfaces = "speech card", .capabilities = "ar", .zone = "+08:00" };
    assert_int_equal(ASIDE_OK, aside_session_open(w.engine, &o, &here, NULL));
    w.session = here;
    say(&w, "am i pretty");
    assert_string_equal("offer", outcome(&w));
    open_session(&w, (aside_session_options){ .language = "en" });
    say(&w, "delete everything you know about me");
    assert_string_equal("erase", text_at(aside_json_get(w.decision, "system"), "name"));
    aside_session_close(w.session);
    w.session = here;
    say(&w, "stop");
    assert_string_equal("stop", outcome(&w));
    assert_int_equal(1, w.n_stops);
    end(&w);
}

/* ---- bad input ---- */

static void bad_text_is_a_status_and_never_an_offer(void **state) {
    static char long_text[ASIDE_LIMIT_UTTERANCE_BYTES + 2];
    world w;
    (void)state;
    start(&w, "en");
    agree(&w);
    assert_int_equal(ASIDE_ETEXT, aside_session_feed_text(w.session, "am i \xff pretty", -1));
    memset(long_text, 'a', sizeof long_text - 1);
    assert_int_equal(ASIDE_ELIMIT, aside_session_feed_text(w.session, long_text, -1));
    assert_null(aside_session_next(w.session));
    static const char *const odd[] = { "", "   ", "\x01\x02\x03", "😀😀", "asdf qwer zxcv", "مرحبا" };
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        say(&w, odd[i]);
        assert_string_equal("none", outcome(&w));
        assert_string_equal("other", class(&w));
    }
    say(&w, "am i pretty");                    /* None of it did any harm. */
    assert_string_equal("offer", outcome(&w));
    end(&w);
}

static void an_engine_of_one_language_keeps_its_skills(void **state) {
    const char *overrides[] = { "intents=intents/en", NULL };
    aside_engine *e;
    aside_error err = { .text = "" };
    (void)state;
    aside_status st = aside_engine_open(&(aside_options){ .text_only = true, .overrides = overrides }, &e, &err);
    if (st) fail_msg("%s", err.text);
    assert_null(e->languages[ASIDE_LANG_ZH].grammar);
    assert_int_equal(2, e->skills.n);
    aside_engine_close(e);
}

static void calls_out_of_place(void **state) {
    int16_t pcm[160] = { 0 };
    aside_session *s;
    aside_error err = { .text = "" };
    world w;
    (void)state;
    start(&w, "en");
    assert_int_equal(ASIDE_ESTATE, aside_session_feed_audio(w.session, pcm, 160));
    assert_int_equal(ASIDE_ESTATE, aside_session_end_audio(w.session));
    assert_int_equal(ASIDE_EINVAL, aside_session_consent(w.session, "everything", true, NULL));
    char wording[ASIDE_LIMIT_WORDING_BYTES + 2] = { 0 };
    memset(wording, 'v', ASIDE_LIMIT_WORDING_BYTES);
    assert_int_equal(ASIDE_OK, aside_session_consent(w.session, "push", true, wording));
    wording[ASIDE_LIMIT_WORDING_BYTES] = 'v';
    assert_int_equal(ASIDE_EINVAL, aside_session_consent(w.session, "push", true, wording));
    assert_int_equal(ASIDE_EINVAL, aside_session_consent(w.session, "push", true, "\xff"));
    assert_int_equal(ASIDE_EINVAL, aside_session_report(w.session, "nothing", 0, "heard", NULL));
    assert_int_equal(ASIDE_EINVAL, aside_session_open(w.engine, &(aside_session_options){ .language = "xx" }, &s, &err));
    assert_non_null(strstr(err.text, "xx"));
    assert_string_equal("unknown", aside_outcome_name((aside_outcome)77));
    assert_int_equal(ASIDE_EINVAL, aside_session_open(w.engine, &(aside_session_options){ .scene = "hom" }, &s, &err));
    assert_non_null(strstr(err.text, "home"));
    end(&w);
}

static void undrained_events_are_bounded(void **state) {
    world w;
    aside_status st = ASIDE_OK;
    int n = 0;
    (void)state;
    start(&w, "en");
    while (!st && n <= ASIDE_LIMIT_EVENTS) st = aside_session_feed_text(w.session, "hello there", -1), n++;
    assert_int_equal(ASIDE_ESTATE, st);
    drain(&w);
    assert_int_equal(ASIDE_OK, aside_session_feed_text(w.session, "hello there", -1));
    end(&w);
}

/* ---- reports by touch ---- */

static void a_tap_is_a_yes_and_closing_is_a_stop(void **state) {
    world w = { .now_ms = NOON };
    char action[ASIDE_LIMIT_ID_BYTES];
    (void)state;
    open_engine(&w, "");
    aside_session_options o = { .language = "en", .surfaces = "speech card", .capabilities = "ar", .zone = "+08:00" };
    assert_int_equal(ASIDE_OK, aside_session_open(w.engine, &o, &w.session, NULL));
    agree(&w);
    say(&w, "am i pretty");
    snprintf(action, sizeof action, "%s", text_at(aside_json_get(w.decision, "action"), "id"));
    assert_int_equal(ASIDE_OK, aside_session_report(w.session, action, 0, "heard", NULL));
    assert_int_equal(ASIDE_OK, aside_session_report(w.session, action, 0, "tapped", NULL));
    drain(&w);
    assert_true(w.n_actions >= 1);
    assert_int_equal(ASIDE_ESTATE, aside_session_report(w.session, action, 0, "tapped", NULL));     /* A double tap is one. */
    assert_int_equal(ASIDE_EINVAL, aside_session_report(w.session, action, 9, "completed", NULL));
    assert_int_equal(ASIDE_EINVAL, aside_session_report(w.session, action, 1, "completed", "{broken"));
    assert_int_equal(ASIDE_OK, aside_session_report(w.session, action, 0, "closed", NULL));
    drain(&w);
    assert_int_equal(1, w.n_stops);
    assert_int_equal(ASIDE_ESTATE, aside_session_report(w.session, action, 1, "completed", NULL));
    end(&w);
}

/* ---- sound, with the scripted recogniser ---- */

static void make_speech(int16_t *pcm, size_t n) {
    uint32_t noise = 1;
    for (size_t i = 0; i < n; i++) {
        bool loud = i > 8000 && i < 24000;
        noise = noise * 1664525u + 1013904223u;
        int value = (int)(noise >> 16 & 0x7fff) - 0x4000;
        pcm[i] = (int16_t)(loud ? value / 2 : value / 400);
    }
}

static void hear(const char *expected_outcome, const int16_t *pcm, size_t n, size_t piece) {
    static const char *const lines[] = { "am i pretty", NULL };
    const aside_asr_model *model;
    const aside_host host = aside_host_complete(NULL);     /* Outlives the engine, which uses the model to its end. */
    aside_arena arena;
    world w = { .now_ms = NOON };
    open_engine(&w, "");
    aside_arena_init(&arena, &host, 0);
    assert_int_equal(ASIDE_OK, aside_script_model_open(lines, &arena, &model));
    assert_int_equal(ASIDE_OK, aside_decoder_pool_open(model, 1, &w.engine->host, &w.engine->languages[ASIDE_LANG_EN].decoders));
    open_session(&w, (aside_session_options){ .language = "en", .sample_rate = 16000 });
    agree(&w);
    for (size_t i = 0; i < n; i += piece)
        assert_int_equal(ASIDE_OK, aside_session_feed_audio(w.session, pcm + i, n - i < piece ? n - i : piece));
    assert_int_equal(ASIDE_OK, aside_session_end_audio(w.session));
    drain(&w);
    assert_non_null(w.decision);
    assert_string_equal(expected_outcome, outcome(&w));
    end(&w);
    aside_arena_free(&arena);
}

static void sound_leads_to_an_offer_however_it_is_cut(void **state) {
    static int16_t pcm[40000];
    static const size_t pieces[] = { 40000, 320, 7, 1601 };
    (void)state;
    make_speech(pcm, 40000);
    for (size_t i = 0; i < 4; i++) hear("offer", pcm, 40000, pieces[i]);
}

static void silence_leads_to_nothing(void **state) {
    static int16_t pcm[16000];
    (void)state;
    hear("none", pcm, 16000, 320);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(english_offer_and_yes),
        cmocka_unit_test(chinese_offer_and_yes),
        cmocka_unit_test(nothing_without_consent),
        cmocka_unit_test(withdrawal_holds_the_next_turn),
        cmocka_unit_test(sensitive_holds_everything_and_cools_off),
        cmocka_unit_test(stop_ends_it_for_the_session),
        cmocka_unit_test(a_no_silences),
        cmocka_unit_test(a_late_yes_is_no_answer),
        cmocka_unit_test(why_and_who_pays),
        cmocka_unit_test(consent_by_voice),
        cmocka_unit_test(a_child_and_a_guest_get_nothing_and_cannot_agree),
        cmocka_unit_test(a_cap_holds_after_a_restart),
        cmocka_unit_test(one_word_ends_it_without_the_store),
        cmocka_unit_test(a_withdrawal_without_the_store_is_peace_all_the_same),
        cmocka_unit_test(a_yes_without_the_store_may_be_said_again),
        cmocka_unit_test(a_sensitive_moment_without_the_store_is_answered),
        cmocka_unit_test(heard_without_the_store_is_not_given_back),
        cmocka_unit_test(an_offer_erased_from_another_room_can_still_be_stopped),
        cmocka_unit_test(bad_text_is_a_status_and_never_an_offer),
        cmocka_unit_test(an_engine_of_one_language_keeps_its_skills),
        cmocka_unit_test(calls_out_of_place),
        cmocka_unit_test(undrained_events_are_bounded),
        cmocka_unit_test(a_tap_is_a_yes_and_closing_is_a_stop),
        cmocka_unit_test(sound_leads_to_an_offer_however_it_is_cut),
        cmocka_unit_test(silence_leads_to_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
