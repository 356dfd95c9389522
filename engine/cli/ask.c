/* ask.c -- `aside ask TEXT...`: one session, one turn per argument. */
#include "cli/cli.h"

static void show_decisions(const aside_cli *c, aside_session *s) {
    for (const aside_event *e; (e = aside_session_next(s)); )
        if (e->kind == ASIDE_EVENT_DECISION) aside_cli_show(c, e->json);
}

/* What the writer can mend is wrong usage. */
static int refused(const aside_cli *c, size_t number, aside_status st) {
    aside_cli_say(c, "text %zu: %s", number, aside_status_text(st));
    return st == ASIDE_ETEXT || st == ASIDE_ELIMIT ? ASIDE_EXIT_USAGE : ASIDE_EXIT_CANNOT;
}

static int ask_all(aside_cli *c, aside_session *s) {
    for (size_t i = 0; i < c->n_words; i++) {
        aside_status st = aside_session_feed_text(s, c->words[i], -1);
        if (st) return refused(c, i + 1, st);
        show_decisions(c, s);
    }
    return ASIDE_EXIT_FINE;
}

int aside_command_ask(aside_cli *c) {
    aside_session_options person;
    aside_engine *engine = NULL;
    aside_session *s = NULL;
    int status = aside_cli_person(c, NULL, &person);
    if (!status) status = aside_cli_engine(c, true, NULL, &engine);
    if (!status) status = aside_cli_session(c, engine, &person, &s);
    if (!status) status = ask_all(c, s);
    aside_session_close(s);
    aside_engine_close(engine);
    return status;
}
