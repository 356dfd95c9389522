/* test_protocols.c -- both protocols without a socket: frames in, frames out.
 *
 * The engine is a fake that keeps account (fake_engine.h), so each expectation is
 * about what the protocol did, not about what was heard. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/host.h"
#include "fake_engine.h"
#include "gateway/talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One conversation: what was sent, one frame a line; how it was closed. */
typedef struct stage {
    fake_account     account;
    aside_engine    *engine;
    aside_host       host;
    aside_tokens     tokens;
    aside_metrics    metrics;
    aside_talk_world world;
    aside_talk       talk;
    aside_arena      scratch, kept;
    char             sent[16384];
    int              close_status;
    char             close_reason[64];
    int64_t          now_ms;
} stage;

static void take_text(void *user, aside_str text) {
    stage *s = user;
    size_t used = strlen(s->sent);
    snprintf(s->sent + used, sizeof s->sent - used, "%.*s\n", ASIDE_FMT(text));
}

static void take_close(void *user, int status, const char *reason) {
    stage *s = user;
    s->close_status = status;
    snprintf(s->close_reason, sizeof s->close_reason, "%s", reason);
}

static stage *begin_with(const aside_protocol *protocol, const char *tokens_path) {
    stage *s = calloc(1, sizeof *s);
    s->host = aside_host_complete(NULL);
    s->now_ms = 1000;
    s->engine = fake_engine_open(&s->account);
    aside_arena_init(&s->scratch, &s->host, 0);
    aside_arena_init(&s->kept, &s->host, 0);
    assert_int_equal(aside_tokens_load(tokens_path, &s->kept, &s->tokens, NULL), ASIDE_OK);
    s->world = (aside_talk_world){ s->engine, &s->host, &s->tokens, &s->metrics };
    aside_talk_init(&s->talk, protocol, &s->world, (aside_peer){ s, take_text, take_close });
    return s;
}

static stage *begin(const aside_protocol *protocol) { return begin_with(protocol, NULL); }

static void end(stage *s) {
    aside_talk_close(&s->talk);
    assert_int_equal(s->account.n_open, 0);
    assert_int_equal(aside_metrics_get(&s->metrics, ASIDE_METRIC_SESSIONS), 0);
    aside_engine_close(s->engine);
    aside_arena_free(&s->scratch);
    aside_arena_free(&s->kept);
    free(s);
}

static aside_status give(stage *s, aside_message *m) {
    m->arrived_ms = s->now_ms;
    aside_arena_reset(&s->scratch);
    return aside_talk_take(&s->talk, m, &s->scratch);
}

/* What was answered to this frame. */
static const char *said(stage *s, const char *text) {
    aside_message *m = aside_message_copy(&s->host, aside_str_from(text));
    s->sent[0] = '\0';
    assert_int_equal(give(s, m), ASIDE_OK);
    aside_message_free(&s->host, m);
    return s->sent;
}

static aside_status give_bytes(stage *s, const char *bytes, size_t len) {
    aside_message *m = aside_message_copy(&s->host, (aside_str){ bytes, len });
    m->is_sound = true;
    aside_status status = give(s, m);
    aside_message_free(&s->host, m);
    return status;
}

/* n samples of this value, little-endian. */
static char *samples(int value, size_t n) {
    char *bytes = malloc(2 * n);
    for (size_t i = 0; i < n; i++) bytes[2 * i] = (char)(value & 255), bytes[2 * i + 1] = (char)(value >> 8);
    return bytes;
}

static const char *heard(stage *s, int value, size_t n) {
    char *bytes = samples(value, n);
    s->sent[0] = '\0';
    assert_int_equal(give_bytes(s, bytes, 2 * n), ASIDE_OK);
    free(bytes);
    return s->sent;
}

static void assert_has(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("expected \"%s\" in \"%s\"", part, text);
}

/* --------------------------------- aside.v1 --------------------------------- */

static void hello_opens_a_session_with_its_fields(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    assert_string_equal(said(s, "{\"type\":\"hello\",\"user\":\"ann\",\"lang\":\"zh\",\"surfaces\":[\"speech\",\"screen\"],"
                                "\"capabilities\":\"ar touch\",\"rate\":48000,\"colour\":\"ignored\"}"),
                        "{\"type\":\"ready\",\"session\":\"f00d\"}\n");
    assert_string_equal(s->account.user, "ann");
    assert_string_equal(s->account.language, "zh");
    assert_string_equal(s->account.surfaces, "speech,screen");
    assert_string_equal(s->account.capabilities, "ar touch");
    assert_int_equal(s->account.sample_rate, 48000);
    assert_has(said(s, "{\"type\":\"hello\"}"), "hello.repeated");
    end(s);
}

static void text_before_hello_opens_one_with_defaults(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    assert_string_equal(said(s, "{\"type\":\"text\",\"text\":\"am i pretty\"}"),
                        "{\"type\":\"decision\",\"id\":\"f00d-1\",\"text\":\"am i pretty\",\"outcome\":\"none\"}\n");
    assert_int_equal(s->metrics.turns[ASIDE_OUTCOME_NONE], 1);
    end(s);
}

static void a_mistake_costs_only_its_message(void **state) {
    (void)state;
    static const struct { const char *frame, *code; } rows[] = {
        { "{\"type\":", "json.invalid" },
        { "{\"type\":\"text\",\"type\":\"text\"}", "json.invalid" },
        { "", "json.invalid" },
        { "[1]", "type.unknown" },
        { "{\"text\":\"hi\"}", "type.unknown" },
        { "{\"type\":7}", "type.unknown" },
        { "{\"type\":\"dance\"}", "type.unknown" },
        { "{\"type\":\"text\"}", "field.invalid" },
        { "{\"type\":\"text\",\"text\":3}", "field.invalid" },
        { "{\"type\":\"hello\",\"child\":\"yes\"}", "field.invalid" },
        { "{\"type\":\"hello\",\"surfaces\":[1]}", "field.invalid" },
        { "{\"type\":\"hello\",\"scene\":\"moon\"}", "hello.invalid" },
        { "{\"type\":\"consent\",\"purpose\":\"offers\"}", "field.invalid" },
        { "{\"type\":\"consent\",\"purpose\":\"world\",\"granted\":true}", "consent.invalid" },
        { "{\"type\":\"consent\",\"purpose\":\"lead\",\"granted\":true}", "consent.refused" },
        { "{\"type\":\"report\",\"action\":\"a2\",\"event\":\"heard\"}", "report.invalid" },
        { "{\"type\":\"report\",\"action\":\"a1\",\"event\":\"expired\"}", "report.closed" },
        { "{\"type\":\"report\",\"action\":\"a1\",\"event\":\"heard\",\"step\":-1}", "field.invalid" },
        { "{\"type\":\"signal\"}", "field.invalid" },
    };
    stage *s = begin(&aside_protocol_v1);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_has(said(s, rows[i].frame), "{\"type\":\"error\",\"code\":\"");
        assert_has(s->sent, rows[i].code);
        assert_int_equal(s->close_status, 0);
    }
    assert_has(said(s, "{\"type\":\"text\",\"text\":\"still here\"}"), "still here");
    end(s);
}

static void long_text_is_refused(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    char frame[256];
    snprintf(frame, sizeof frame, "{\"type\":\"text\",\"text\":\"%0150d\"}", 0);
    assert_has(said(s, frame), "text.too_long");
    end(s);
}

static void consent_and_report_reach_the_engine(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    assert_string_equal(said(s, "{\"type\":\"consent\",\"purpose\":\"offers\",\"granted\":true,\"wording\":\"v1\"}"), "");
    assert_string_equal(s->account.purpose, "offers=1");
    assert_string_equal(said(s, "{\"type\":\"report\",\"action\":\"a1\",\"step\":2,\"event\":\"completed\","
                                "\"proof\":{\"nonce\":\"n\",\"result\":3}}"), "");
    assert_string_equal(s->account.report, "a1/2/completed");
    assert_string_equal(s->account.proof, "{\"nonce\":\"n\",\"result\":3}");
    end(s);
}

static void a_token_is_asked_where_one_is_set(void **state) {
    (void)state;
    char path[] = "aside-tokens-XXXXXX";
    int fd = mkstemp(path);
    FILE *f = fdopen(fd, "w");
    fputs("# devices\nopen-sesame\r\nsecond\n", f);
    fclose(f);
    stage *s = begin_with(&aside_protocol_v1, path);
    assert_string_equal(said(s, "{\"type\":\"hello\",\"token\":\"second\"}"), "{\"type\":\"ready\",\"session\":\"f00d\"}\n");
    end(s);
    static const char *const wrong[] = { "{\"type\":\"hello\",\"token\":\"open\"}", "{\"type\":\"hello\"}",
                                         "{\"type\":\"text\",\"text\":\"hi\"}", "{\"type\":\"hello\",\"token\":\"# devices\"}" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        s = begin_with(&aside_protocol_v1, path);
        assert_has(said(s, wrong[i]), "token.refused");
        assert_int_equal(s->close_status, 1008);
        assert_string_equal(said(s, "{\"type\":\"hello\",\"token\":\"second\"}"), "");
        end(s);
    }
    remove(path);
}

/* House rule: cutting the input anywhere changes nothing. */
static void sound_cut_anywhere_is_the_same_sound(void **state) {
    (void)state;
    enum { N = 2500 };
    char *bytes = samples(FAKE_SPEECH, N);
    for (size_t i = 0; i < 2 * N; i++) bytes[i] = (char)(bytes[i] + (int)(i % 7 == 3));
    uint64_t want = 0;
    static const size_t cuts[] = { 2 * N, 1, 2, 3, 7, 641 };
    for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++) {
        stage *s = begin(&aside_protocol_vosk);            /* It does not look at the pace. */
        for (size_t i = 0; i < 2 * N; i += cuts[k])
            assert_int_equal(give_bytes(s, bytes + i, 2 * N - i < cuts[k] ? 2 * N - i : cuts[k]), ASIDE_OK);
        if (k == 0) want = s->account.checksum;
        assert_int_equal(s->account.n_samples, N);
        assert_true(s->account.checksum == want);
        end(s);
    }
    free(bytes);
}

static void samples_are_little_endian_and_signed(void **state) {
    (void)state;
    stage *one = begin(&aside_protocol_v1), *other = begin(&aside_protocol_v1);
    static const int16_t pcm[] = { 1, -1, 32767, -32768, 258 };
    assert_int_equal(give_bytes(one, "\x01\x00\xff\xff\xff\x7f\x00\x80\x02\x01", 10), ASIDE_OK);
    said(other, "{\"type\":\"hello\"}");
    assert_int_equal(aside_session_feed_audio(other->talk.session, pcm, 5), ASIDE_OK);
    assert_true(one->account.checksum == other->account.checksum);
    end(one), end(other);
}

static void a_store_that_fails_costs_an_answer_and_not_the_connection(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    s->account.has_no_store = true;
    assert_has(heard(s, FAKE_SPEECH, FAKE_WORD_SAMPLES), "store.failed");
    assert_false(s->talk.is_closing);
    s->account.has_no_store = false;
    assert_has(heard(s, FAKE_END, 1), "\"text\":\"word\"");
    end(s);
}

static void a_busy_engine_loses_nothing(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    char *bytes = samples(FAKE_SPEECH, 1500);
    aside_message *m = aside_message_copy(&s->host, (aside_str){ bytes, 3000 });
    m->is_sound = true;
    said(s, "{\"type\":\"hello\"}");
    s->account.n_busy = 3;
    s->sent[0] = '\0';
    for (int i = 0; i < 3; i++) assert_int_equal(give(s, m), ASIDE_EBUSY);
    assert_string_equal(s->sent, "");
    assert_int_equal(give(s, m), ASIDE_OK);
    assert_int_equal(s->account.n_samples, 1500);
    assert_has(s->sent, "\"partial\"");
    assert_int_equal(aside_metrics_get(&s->metrics, ASIDE_METRIC_DECODER_WAITS), 3);
    assert_int_equal(aside_metrics_get(&s->metrics, ASIDE_METRIC_FRAMES_SOUND), 1);
    aside_message_free(&s->host, m);
    free(bytes);
    end(s);
}

static void eof_ends_the_utterance(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    assert_string_equal(said(s, "{\"type\":\"eof\"}"), "");
    assert_has(heard(s, FAKE_SPEECH, 2000), "{\"type\":\"partial\",\"text\":\"word word\"}");
    assert_has(said(s, "{\"type\":\"eof\"}"), "{\"type\":\"final\",\"text\":\"word word\"");
    assert_has(s->sent, "{\"type\":\"decision\",\"id\"");
    end(s);
}

static void sound_that_cannot_be_decoded_is_said(void **state) {
    (void)state;
    static const struct { const char *hello, *code; } rows[] = {
        { "{\"type\":\"hello\",\"rate\":7999}", "rate.unsupported" },
        { "{\"type\":\"hello\",\"rate\":192001}", "rate.unsupported" },
        { "{\"type\":\"hello\",\"format\":\"opus\"}", "format.unsupported" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        stage *s = begin(&aside_protocol_v1);
        assert_has(said(s, rows[i].hello), rows[i].code);
        assert_has(s->sent, "\"ready\"");
        assert_string_equal(heard(s, FAKE_SPEECH, 2000), "");
        assert_int_equal(s->account.n_samples, 0);
        assert_has(said(s, "{\"type\":\"text\",\"text\":\"hi\"}"), "decision");
        end(s);
    }
    static const char *const edges[] = { "{\"type\":\"hello\",\"rate\":8000}", "{\"type\":\"hello\",\"rate\":192000}" };
    for (size_t i = 0; i < 2; i++) {
        stage *s = begin(&aside_protocol_v1);
        assert_string_equal(said(s, edges[i]), "{\"type\":\"ready\",\"session\":\"f00d\"}\n");
        end(s);
    }
}

static void an_engine_without_ears_says_so_once(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    s->account.is_deaf = true;
    assert_has(said(s, "{\"type\":\"hello\"}"), "ready");
    assert_has(heard(s, FAKE_SPEECH, 2000), "audio.unexpected");
    assert_string_equal(heard(s, FAKE_SPEECH, 2000), "");
    assert_string_equal(said(s, "{\"type\":\"eof\"}"), "");
    end(s);
}

/* Frames of 100 ms that come every step_ms; the number of frames until it is said, or 0. */
static int frames_until_mismatch(int step_ms, int n_frames) {
    stage *s = begin(&aside_protocol_v1);
    int at = 0;
    said(s, "{\"type\":\"hello\"}");
    for (int i = 1; i <= n_frames && !at; i++, s->now_ms += step_ms)
        if (strstr(heard(s, 0, 1600), "rate.mismatch")) at = i;
    if (at) {
        int64_t n = s->account.n_samples;
        assert_string_equal(heard(s, 0, 1600), "");
        assert_int_equal(s->account.n_samples, n);
        assert_has(said(s, "{\"type\":\"text\",\"text\":\"hi\"}"), "decision");
    }
    end(s);
    return at;
}

static void sound_at_the_wrong_pace_is_said_and_not_decoded(void **state) {
    (void)state;
    assert_int_equal(frames_until_mismatch(100, 200), 0);
    assert_int_equal(frames_until_mismatch(90, 200), 0);
    assert_int_equal(frames_until_mismatch(115, 200), 0);
    assert_in_range(frames_until_mismatch(50, 200), 30, 60);
    assert_in_range(frames_until_mismatch(75, 200), 30, 50);
    assert_in_range(frames_until_mismatch(135, 200), 20, 30);
    assert_in_range(frames_until_mismatch(300, 200), 10, 14);
    assert_in_range(frames_until_mismatch(0, 200), 40, 50);
}

static void a_stalled_utterance_is_decided(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_v1);
    heard(s, FAKE_SPEECH, 1000);
    s->sent[0] = '\0';
    aside_talk_stall(&s->talk, &s->scratch);
    assert_has(s->sent, "{\"type\":\"final\",\"text\":\"word\"");
    assert_has(s->sent, "{\"type\":\"decision\"");
    end(s);
    s = begin(&aside_protocol_vosk);                    /* One reply a frame: it waits for the next. */
    heard(s, FAKE_SPEECH, 1000);
    s->sent[0] = '\0';
    aside_talk_stall(&s->talk, &s->scratch);
    assert_string_equal(s->sent, "");
    assert_has(heard(s, 0, 10), "\"text\":\"word\"}\n");
    end(s);
}

/* --------------------------------- vosk --------------------------------- */

static void vosk_answers_each_sound_frame_once(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_vosk);
    assert_string_equal(said(s, "{\"config\" : {\"sample_rate\" : 8000.0, \"model\":\"/etc/passwd\"}}"), "");
    assert_string_equal(heard(s, 0, 100), "{\"partial\":\"\"}\n");
    assert_string_equal(heard(s, FAKE_SPEECH, 1000), "{\"partial\":\"word\"}\n");
    assert_string_equal(heard(s, 0, 100), "{\"partial\":\"word\"}\n");
    assert_string_equal(heard(s, FAKE_END, 1),
                        "{\"result\":[{\"conf\":0.875,\"end\":1,\"start\":0.5,\"word\":\"word\"}],\"text\":\"word\"}\n");
    assert_string_equal(heard(s, 0, 100), "{\"partial\":\"\"}\n");
    assert_int_equal(s->account.sample_rate, 8000);
    end(s);
}

static void vosk_ends_on_eof_in_any_spacing(void **state) {
    (void)state;
    static const char *const ways[] = { "{\"eof\" : 1}", "{\"eof\":1}", " {\n\"eof\"\t:1 } " };
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        stage *s = begin(&aside_protocol_vosk);
        heard(s, FAKE_SPEECH, 1000);
        assert_has(said(s, ways[i]), "\"text\":\"word\"}\n");
        assert_null(strstr(s->sent, "decision"));
        assert_int_equal(s->close_status, 1000);
        end(s);
    }
    stage *s = begin(&aside_protocol_vosk);
    assert_string_equal(said(s, ways[0]), "{\"text\":\"\"}\n");
    end(s);
}

static void vosk_resets_without_ending(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_vosk);
    heard(s, FAKE_SPEECH, 1000);
    assert_has(said(s, "{\"reset\" : 1}"), "\"text\":\"word\"");
    assert_int_equal(s->close_status, 0);
    assert_string_equal(heard(s, FAKE_SPEECH, 1000), "{\"partial\":\"word\"}\n");
    end(s);
}

static void vosk_gives_what_its_config_asks(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_vosk);
    said(s, "{\"config\":{\"words\":false,\"events\":[\"decision\"],\"lang\":\"zh\"}}");
    heard(s, FAKE_SPEECH, 1000);
    assert_string_equal(s->account.language, "zh");
    assert_int_equal(s->account.sample_rate, 16000);
    assert_string_equal(said(s, "{\"eof\":1}"),
                        "{\"text\":\"word\",\"decision\":{\"id\":\"f00d-1\",\"text\":\"word\",\"outcome\":\"none\"}}\n");
    end(s);
}

static void vosk_two_utterances_in_a_frame_are_one_reply(void **state) {
    (void)state;
    stage *s = begin(&aside_protocol_vosk);
    char *bytes = samples(FAKE_SPEECH, 2002);
    bytes[2000] = bytes[4002] = FAKE_END & 255, bytes[2001] = bytes[4003] = FAKE_END >> 8;
    s->sent[0] = '\0';
    assert_int_equal(give_bytes(s, bytes, 4004), ASIDE_OK);
    assert_has(s->sent, "\"text\":\"word word\"}\n");
    assert_ptr_equal(strchr(s->sent, '\n'), s->sent + strlen(s->sent) - 1);
    free(bytes);
    end(s);
}

static void vosk_closes_on_what_it_cannot_say(void **state) {
    (void)state;
    static const struct { const char *frame, *reason; } rows[] = {
        { "{\"config\":{\"sample_rate\":4000}}", "rate.unsupported" },
        { "{\"config\":{\"sample_rate\":\"fast\"}}", "rate.unsupported" },
        { "{broken", "config.invalid" },
        { "{\"hello\":1}", "config.invalid" },
        { "{\"config\":{\"lang\":\"a-language-that-is-too-long\"}}", "config.invalid" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        stage *s = begin(&aside_protocol_vosk);
        assert_string_equal(said(s, rows[i].frame), "");
        assert_int_equal(s->close_status, 1008);
        assert_string_equal(s->close_reason, rows[i].reason);
        assert_string_equal(heard(s, 0, 100), "");
        end(s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hello_opens_a_session_with_its_fields),
        cmocka_unit_test(text_before_hello_opens_one_with_defaults),
        cmocka_unit_test(a_mistake_costs_only_its_message),
        cmocka_unit_test(long_text_is_refused),
        cmocka_unit_test(consent_and_report_reach_the_engine),
        cmocka_unit_test(a_token_is_asked_where_one_is_set),
        cmocka_unit_test(sound_cut_anywhere_is_the_same_sound),
        cmocka_unit_test(samples_are_little_endian_and_signed),
        cmocka_unit_test(a_store_that_fails_costs_an_answer_and_not_the_connection),
        cmocka_unit_test(a_busy_engine_loses_nothing),
        cmocka_unit_test(eof_ends_the_utterance),
        cmocka_unit_test(sound_that_cannot_be_decoded_is_said),
        cmocka_unit_test(an_engine_without_ears_says_so_once),
        cmocka_unit_test(sound_at_the_wrong_pace_is_said_and_not_decoded),
        cmocka_unit_test(a_stalled_utterance_is_decided),
        cmocka_unit_test(vosk_answers_each_sound_frame_once),
        cmocka_unit_test(vosk_ends_on_eof_in_any_spacing),
        cmocka_unit_test(vosk_resets_without_ending),
        cmocka_unit_test(vosk_gives_what_its_config_asks),
        cmocka_unit_test(vosk_two_utterances_in_a_frame_are_one_reply),
        cmocka_unit_test(vosk_closes_on_what_it_cannot_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
