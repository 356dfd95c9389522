/* why.c -- `aside why ID...`: what was decided in a past turn, and why.
 *
 * The store keeps no words: what was said is shown as null. */
#include "base/json.h"
#include "cli/cli.h"
#include "core/engine.h"

#include <string.h>

/* What the store left out is shown as null, where a decision has it. */
static void with_null_text(const aside_json *kept, aside_buf *out) {
    const char *key;
    const aside_json *value;
    aside_json_writer w;
    bool has_text = aside_json_get(kept, "text") != NULL;
    aside_json_writer_init(&w, out);
    aside_json_open(&w, '{');
    for (size_t i = 0; aside_json_member(kept, i, &key, &value); i++) {
        aside_buf one;
        aside_buf_init(&one, out->arena);
        aside_json_dump(value, &one);
        if (!has_text && strcmp(key, "lang") == 0) aside_json_key(&w, "text"), aside_json_add_null(&w);
        aside_json_key(&w, key), aside_json_add_raw(&w, aside_buf_str(&one));
    }
    aside_json_close(&w, '}');
}

static int show_kept(aside_cli *c, aside_str json) {
    aside_json *kept = NULL;
    aside_error err = { 0 };
    aside_buf b;
    aside_status st = aside_json_parse(json, &kept, &err);
    if (st) return aside_cli_say(c, "the store holds a damaged trail: %s", err.text), ASIDE_EXIT_CANNOT;
    aside_buf_init(&b, &c->arena);
    with_null_text(kept, &b);
    aside_json_free(kept);
    if (!aside_buf_ok(&b)) return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    aside_cli_show(c, aside_buf_z(&b));
    return ASIDE_EXIT_FINE;
}

static int show_one(aside_cli *c, const aside_engine *engine, const char *id) {
    aside_str json = { 0 };
    aside_status st = aside_engine_trail(engine, id, &c->arena, &json);
    if (st) return aside_cli_fail(c, st, NULL);
    if (!json.at) return aside_cli_say(c, "%s: no such turn in this store", id), ASIDE_EXIT_FINDINGS;
    return show_kept(c, json);
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
