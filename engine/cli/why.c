/* why.c -- `aside why ID...`: what was decided in a past turn, and why.
 *
 * The store keeps no words: what was said is shown as null. */
#include "cli/cli.h"
#include "core/engine.h"

static int show_one(aside_cli *c, const aside_engine *engine, const char *id) {
    aside_str json = { 0 };
    aside_status st = aside_engine_trail(engine, id, &c->arena, &json);
    if (st) return aside_cli_fail(c, st, NULL);
    if (!json.at) return aside_cli_say(c, "%s: no such turn in this store", id), ASIDE_EXIT_FINDINGS;
    const char *text = aside_arena_copy_z(&c->arena, json);
    if (!text) return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    aside_cli_show(c, text);
    return ASIDE_EXIT_FINE;
}

int aside_command_why(aside_cli *c) {
    aside_session_options unused;                /* For its clock, seed and log. */
    aside_engine *engine = NULL;
    int status = aside_cli_person(c, NULL, &unused);
    if (!status) status = aside_cli_engine(c, true, NULL, &engine);
    for (size_t i = 0; i < c->n_words && (!status || status == ASIDE_EXIT_FINDINGS); i++) {
        int one = show_one(c, engine, c->words[i]);
        if (one) status = one;
    }
    aside_engine_close(engine);
    return status;
}
