/* show.c -- one decision as a person reads it:
 *
 *     > am i pretty
 *       intent   ChatAboutMe  1000
 *       context  chitchat  947
 *       offer    oreo-play  "Ad from Oreo. ..."
 *       held     sale-venue-618  context  needs shopping, heard chitchat
 *
 * Reads the JSON of the wire, so that nothing can be shown here which a device
 * would not get. */
#include "base/json.h"
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

typedef struct view {
    const aside_cli  *c;
    aside_arena      *arena;
    const aside_json *d;               /* The decision. */
} view;

static const char *text_of(const aside_json *v, const char *key) {
    const char *s = NULL;
    aside_json_str(aside_json_get(v, key), &s);
    return s ? s : "";
}

static long long int_of(const aside_json *v, const char *key) {
    int64_t n = 0;
    aside_json_int(aside_json_get(v, key), &n);
    return (long long)n;
}

static const char *colour(const view *v, const char *code) { return v->c->colour ? code : ""; }

static void label(const view *v, const char *name) {
    printf("  %s%-8s%s ", colour(v, "\033[2m"), name, colour(v, "\033[0m"));
}

static const char *compact(const view *v, const aside_json *value) {
    aside_buf b;
    const char *s;
    if (aside_json_str(value, &s)) return s;
    aside_buf_init(&b, v->arena);
    aside_json_dump(value, &b);
    return aside_buf_z(&b);
}

/* Every member of an object as " name=value". */
static void members(const view *v, const aside_json *object, const char *but) {
    const char *key;
    const aside_json *value;
    for (size_t i = 0; aside_json_member(object, i, &key, &value); i++)
        if (!but || strcmp(key, but) != 0) printf("  %s=%s", key, compact(v, value));
}

/* An absent text is one that the store did not keep; an empty one is silence. */
static const char *said(const view *v) {
    const aside_json *text = aside_json_get(v->d, "text");
    const char *words = text_of(v->d, "text");
    if (!text || aside_json_is_null(text)) return "(words are not kept)";
    return words[0] ? words : "(nothing was heard)";
}

static void show_said(const view *v) {
    long long sure_pm = int_of(v->d, "confidence");
    printf("%s> %s%s", colour(v, "\033[1m"), said(v), colour(v, "\033[0m"));
    if (sure_pm > 0 && sure_pm < 1000) printf("  (%lld)", sure_pm);
    putchar('\n');
}

static void show_understood(const view *v) {
    const aside_json *intent = aside_json_get(v->d, "intent"), *context = aside_json_get(v->d, "context");
    label(v, "intent");
    if (aside_json_is_object(intent)) {
        printf("%s", text_of(intent, "name"));
        members(v, aside_json_get(intent, "slots"), NULL);
        printf("  %lld\n", int_of(intent, "score"));
    } else {
        puts("none");
    }
    if (!aside_json_is_object(context)) return;
    label(v, "context");
    printf("%s  %lld\n", text_of(context, "class"), int_of(context, "score"));
}

static void show_steps(const view *v, const aside_json *steps) {
    for (size_t i = 0; i < aside_json_length(steps); i++) {
        const aside_json *s = aside_json_at(steps, i);
        bool simulated = false;
        aside_json_bool(aside_json_get(s, "simulated"), &simulated);
        label(v, "step");
        printf("%lld  %s  %s%s\n", int_of(s, "step"), text_of(s, "do"), text_of(s, "state"), simulated ? "  (simulated)" : "");
    }
}

static void show_outcome(const view *v) {
    const char *outcome = text_of(v->d, "outcome");
    const aside_json *action = aside_json_get(v->d, "action"), *system = aside_json_get(v->d, "system");
    const char *say = text_of(action, "say");
    label(v, strcmp(outcome, "offer") == 0 ? "offer" : "outcome");
    printf("%s", colour(v, strcmp(outcome, "none") == 0 ? "" : "\033[32m"));
    printf("%s", strcmp(outcome, "offer") == 0 ? text_of(action, "skill") : outcome);
    if (aside_json_is_object(action) && strcmp(outcome, "offer") != 0) printf("  %s", text_of(action, "skill"));
    if (aside_json_is_object(system)) printf("  %s", text_of(system, "name")), members(v, system, "name");
    printf("%s", colour(v, "\033[0m"));
    if (say[0]) printf("  \"%s\"", say);
    putchar('\n');
    show_steps(v, aside_json_get(action, "steps"));
}

static void show_held(const view *v) {
    const aside_json *held = aside_json_get(v->d, "held");
    for (size_t i = 0; i < aside_json_length(held); i++) {
        const aside_json *h = aside_json_at(held, i);
        const char *skill = text_of(h, "skill");
        label(v, "held");
        printf("%s  %s%s%s  %s\n", strcmp(skill, "*") == 0 ? "everything" : skill, colour(v, "\033[33m"),
               text_of(h, "gate"), colour(v, "\033[0m"), text_of(h, "why"));
    }
}

static void show_for_people(const aside_cli *c, const char *json) {
    aside_arena arena;
    aside_json *d = NULL;
    aside_error err;
    aside_arena_init(&arena, &c->plain, 0);
    if (aside_json_parse(aside_str_from(json), &d, &err) == ASIDE_OK) {
        view v = { c, &arena, d };
        show_said(&v), show_understood(&v), show_outcome(&v), show_held(&v);
    } else {
        aside_cli_say(c, "a decision that is not JSON: %s", err.text);
    }
    aside_json_free(d);
    aside_arena_free(&arena);
}

void aside_cli_show(const aside_cli *c, const char *decision_json) {
    if (c->json) puts(decision_json);
    else show_for_people(c, decision_json);
    fflush(stdout);
}
