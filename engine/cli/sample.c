/* sample.c -- `aside sample` and `aside count`: what a template file generates.
 *
 * A file is read with the `_common.yaml` beside it, whose lists and rules it may
 * use, but only its own intents are shown; a folder is all its files, by
 * language.  Sentences are shared out among the intents, and what an intent
 * cannot use goes to the others. */
#include "base/file.h"
#include "base/json.h"
#include "base/yaml.h"
#include "cli/cli.h"
#include "intent/grammar.h"

#include <stdio.h>
#include <string.h>

enum { SENTENCES_DEFAULT = 100, SENTENCES_MAX = 1000000 };
static const char common_name[] = "_common.yaml";

/* One language's files, built together. */
typedef struct tongue {
    const char            *language;
    aside_grammar_builder *builder;
    aside_grammar         *grammar;
    struct tongue         *next;
} tongue;

typedef struct wanted { const char *intent; tongue *tongue; double count; size_t share; } wanted;

typedef struct sampling {
    aside_cli      *c;
    aside_problems  problems;
    tongue         *tongues;
    const char    **added;             /* Paths in a builder already. */
    size_t          n_added, cap_added;
    wanted         *wanted;            /* Intents of the files that were named. */
    size_t          n_wanted, cap_wanted;
    const char     *only;              /* --intent, or NULL. */
    bool            out_of_memory;
} sampling;

static void report(void *user, const aside_error *e) {
    const aside_cli *c = user;
    aside_cli_print_problem(stderr, e, c->colour_err);
}

/* --------------------------------- loading -------------------------------- */

static tongue *tongue_of(sampling *s, const char *language) {
    for (tongue *t = s->tongues; t; t = t->next)
        if (strcmp(t->language, language) == 0) return t;
    tongue *t = aside_arena_alloc(&s->c->arena, sizeof *t);
    if (!t || !(t->language = aside_arena_copy_z(&s->c->arena, aside_str_from(language)))) return NULL;
    if (aside_grammar_builder_open(t->language, &s->c->arena, &s->c->plain, &t->builder)) return NULL;
    t->next = s->tongues, s->tongues = t;
    return t;
}

static bool seen(sampling *s, const char *path) {
    for (size_t i = 0; i < s->n_added; i++)
        if (strcmp(s->added[i], path) == 0) return true;
    if (ASIDE_ARENA_GROW(&s->c->arena, s->added, s->n_added, s->cap_added)) s->added[s->n_added++] = path;
    else s->out_of_memory = true;
    return false;
}

static void want(sampling *s, tongue *t, aside_str intent) {
    if (s->only && !aside_str_is(intent, s->only)) return;
    for (size_t i = 0; i < s->n_wanted; i++)
        if (s->wanted[i].tongue == t && aside_str_is(intent, s->wanted[i].intent)) return;
    const char *name = aside_arena_copy_z(&s->c->arena, intent);
    if (name && ASIDE_ARENA_GROW(&s->c->arena, s->wanted, s->n_wanted, s->cap_wanted))
        s->wanted[s->n_wanted++] = (wanted){ name, t, 0, 0 };
    else
        s->out_of_memory = true;
}

static void want_all(sampling *s, tongue *t, const aside_yaml *root) {
    const aside_yaml *intents = aside_yaml_get(root, "intents");
    for (size_t i = 0; intents && intents->kind == ASIDE_YAML_MAP && i < intents->n; i++) want(s, t, intents->pairs[i].key->scalar);
}

static void add_common(sampling *s, tongue *t, const char *path) {
    const char *common = aside_file_beside(path, common_name, &s->c->arena);
    if (!common) s->out_of_memory = true;
    else if (aside_file_exists(common) && !seen(s, common))
        s->out_of_memory |= aside_grammar_add_file(t->builder, common, &s->problems) == ASIDE_ENOMEM;
}

static void add_file(sampling *s, const char *path) {
    const aside_yaml *root = NULL;
    aside_str language = { 0 };
    if (aside_yaml_read(path, &s->c->arena, &s->problems, &root)) { s->out_of_memory = true; return; }
    if (!root) return;
    if (!aside_yaml_str(aside_yaml_get(root, "language"), &s->problems, &language)) {
        aside_problem_error(&s->problems, (aside_place){ path, 1, 1 }, "sentences.language", "found no key `language:`, expected a sentence file");
        return;
    }
    tongue *t = tongue_of(s, language.at);
    if (!t) { s->out_of_memory = true; return; }
    add_common(s, t, path);
    if (!seen(s, path)) s->out_of_memory |= aside_grammar_add_file(t->builder, path, &s->problems) == ASIDE_ENOMEM;
    want_all(s, t, root);
}

static int add_word(sampling *s, const char *word) {
    aside_paths paths = { &word, 1 };
    aside_error err = { 0 };
    if (!aside_file_exists(word)) return aside_cli_say(s->c, "%s: no such file or folder", word), ASIDE_EXIT_CANNOT;
    if (aside_file_is_folder(word)) {
        aside_status st = aside_file_list(word, ".yaml", &s->c->arena, &paths, &err);
        if (st) return aside_cli_fail(s->c, st, &err);
    }
    for (size_t i = 0; i < paths.n; i++)                 /* A file that is named is said to be wrong; in a folder it is passed over. */
        if (paths.at == &word || aside_grammar_is_sentences(paths.at[i], &s->c->arena)) add_file(s, paths.at[i]);
    return 0;
}

static void add_lists(sampling *s) {
    aside_str rest = aside_str_from(aside_cli_value(s->c, ASIDE_OPTION_LISTS)), piece;
    while (aside_str_split(&rest, ",", &piece)) {
        const char *path = aside_arena_copy_z(&s->c->arena, piece);
        for (tongue *t = s->tongues; t && path; t = t->next)
            s->out_of_memory |= aside_grammar_add_lists(t->builder, path, &s->problems) == ASIDE_ENOMEM;
    }
}

static int compile(sampling *s) {
    for (tongue *t = s->tongues; t; t = t->next)
        s->out_of_memory |= aside_grammar_compile(t->builder, &s->problems, &t->grammar) == ASIDE_ENOMEM;
    if (s->out_of_memory) return aside_cli_fail(s->c, ASIDE_ENOMEM, NULL);
    return s->problems.n_errors ? ASIDE_EXIT_CANNOT : 0;
}

static int no_intent(sampling *s) {
    if (!s->only) return aside_cli_say(s->c, "no intents in what was named"), ASIDE_EXIT_CANNOT;
    return aside_cli_usage(s->c, "--intent: no intent %s in what was named", s->only);
}

static int load(sampling *s) {
    int status = 0;
    for (size_t i = 0; i < s->c->n_words && !status; i++) status = add_word(s, s->c->words[i]);
    add_lists(s);
    int failed = compile(s);                             /* Also after a failure: it frees what the builders hold. */
    if (status || failed) return status ? status : failed;
    if (!s->n_wanted) return no_intent(s);
    for (size_t i = 0; i < s->n_wanted; i++)
        s->wanted[i].count = aside_grammar_count(s->wanted[i].tongue->grammar, s->wanted[i].intent);
    return 0;
}

/* --------------------------------- showing -------------------------------- */

static void row_start(aside_json_writer *w, aside_buf *b, aside_arena *arena, const wanted *x) {
    aside_buf_init(b, arena);
    aside_json_writer_init(w, b);
    aside_json_open(w, '{');
    aside_json_key(w, "language"), aside_json_add_z(w, x->tongue->language);
    aside_json_key(w, "intent"), aside_json_add_z(w, x->intent);
}

typedef struct showing { sampling *s; const wanted *x; } showing;

static void show_sentence(void *user, const char *sentence, const aside_intent *intent) {
    const showing *v = user;
    aside_buf b;
    aside_json_writer w;
    (void)intent;
    if (!v->s->c->json) { puts(sentence); return; }
    row_start(&w, &b, &v->s->c->arena, v->x);
    aside_json_key(&w, "text"), aside_json_add_z(&w, sentence);
    aside_json_close(&w, '}');
    if (aside_buf_ok(&b)) puts(aside_buf_z(&b));
    else v->s->out_of_memory = true;
}

/* Everybody the same, no one more than there is; again with what is left. */
static void share_out(sampling *s, size_t most) {
    for (size_t given = 1; most && given; ) {
        size_t open = 0;
        given = 0;
        for (size_t i = 0; i < s->n_wanted; i++) open += (double)s->wanted[i].share < s->wanted[i].count;
        size_t each = open && most / open ? most / open : 1;
        for (size_t i = 0; i < s->n_wanted && most; i++) {
            double room = s->wanted[i].count - (double)s->wanted[i].share;
            size_t take = room < (double)each ? (size_t)(room > 0 ? room : 0) : each;
            if (take > most) take = most;
            s->wanted[i].share += take, most -= take, given += take;
        }
    }
}

static int show_samples(sampling *s, int64_t most) {
    double all = 0;
    share_out(s, (size_t)most);
    for (size_t i = 0; i < s->n_wanted; i++) {
        wanted *x = &s->wanted[i];
        showing v = { s, x };
        all += x->count;
        uint64_t seed = s->c->host.seed ? s->c->host.seed : 1;     /* A sample is for reading: the same each time unless asked. */
        if (!x->share) continue;
        aside_status st = aside_grammar_sample(x->tongue->grammar, x->intent, x->share, seed, &s->c->arena, show_sentence, &v);
        if (st) return aside_cli_fail(s->c, st, NULL);
    }
    fflush(stdout);
    if (all > (double)most) aside_cli_say(s->c, "%lld of %.0f sentences; -n for more", (long long)most, all);
    return s->out_of_memory ? aside_cli_fail(s->c, ASIDE_ENOMEM, NULL) : ASIDE_EXIT_FINE;
}

static int show_counts(sampling *s) {
    double all = 0;
    for (size_t i = 0; i < s->n_wanted; i++) {
        const wanted *x = &s->wanted[i];
        aside_buf b;
        aside_json_writer w;
        all += x->count;
        if (!s->c->json) { printf("%16.0f  %s  %s\n", x->count, x->tongue->language, x->intent); continue; }
        row_start(&w, &b, &s->c->arena, x);
        aside_json_key(&w, "count");
        if (x->count < 9e15) aside_json_add_int(&w, (int64_t)x->count);
        else aside_json_add_real(&w, x->count);
        aside_json_close(&w, '}');
        if (!aside_buf_ok(&b)) return aside_cli_fail(s->c, ASIDE_ENOMEM, NULL);
        puts(aside_buf_z(&b));
    }
    if (!s->c->json) printf("%16.0f  in all\n", all);
    return ASIDE_EXIT_FINE;
}

static int run(aside_cli *c, bool counting) {
    sampling s = { .c = c, .only = aside_cli_value(c, ASIDE_OPTION_INTENT) };
    aside_session_options unused;                /* For its seed. */
    int64_t most = SENTENCES_DEFAULT;
    if (!aside_cli_number(c, ASIDE_OPTION_N, 1, SENTENCES_MAX, &most)) return ASIDE_EXIT_USAGE;
    aside_problems_init(&s.problems, report, c);
    int status = aside_cli_person(c, NULL, &unused);
    if (!status) status = load(&s);
    if (!status) status = counting ? show_counts(&s) : show_samples(&s, most);
    for (tongue *t = s.tongues; t; t = t->next) aside_grammar_close(t->grammar);
    return status;
}

int aside_command_sample(aside_cli *c) { return run(c, false); }

int aside_command_count(aside_cli *c) { return run(c, true); }
