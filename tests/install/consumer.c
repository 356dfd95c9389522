/* consumer.c -- what an integrator writes first: open, say, read the decision, close.
 * Compiled against the installed header and library, not against the tree. */
#include <aside.h>

#include <stdio.h>
#include <string.h>

static int fail(const char *what) {
    fprintf(stderr, "consumer: %s\n", what);
    return 1;
}

int main(int argc, char **argv) {
    aside_engine *engine = NULL;
    aside_session *session = NULL;
    aside_error err = { .text = "" };
    bool decided = false;
    if (argc != 2) return fail("usage: consumer CONFIG");
    if (aside_engine_open(&(aside_options){ .config_path = argv[1], .text_only = true }, &engine, &err)) return fail(err.text);
    if (aside_session_open(engine, &(aside_session_options){ .language = "en" }, &session, &err)) return fail(err.text);
    if (aside_session_feed_text(session, "am i pretty", -1)) return fail("feed");
    for (const aside_event *e; (e = aside_session_next(session)); )
        if (e->kind == ASIDE_EVENT_DECISION) decided = strstr(e->json, "\"gate\":\"consent\"") != NULL;
    aside_session_close(session);
    aside_engine_close(engine);
    if (!decided) return fail("no decision, or not held by the consent gate");
    puts("consumer: held by consent, as it must be");
    return 0;
}
