/* bench_asr.c -- how well and how fast the recogniser hears coffee orders.
 *
 *     bench_asr TABLE.tsv [ACOUSTIC DICTIONARY]
 *
 * TABLE names recordings (column `audio`) with the slots of each order (column
 * `slots`, JSON of strings).  Prints one line a clip that was not heard right,
 * then one JSON object: command_acceptance (every slot right), rtf (CPU of all
 * passes over length of sound), finalise_ms (CPU from the last sample on).
 * The grammar is the recordings' own, strict, built by hand below, so that this
 * measures hearing and nothing else. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "asr/asr.h"
#include "audio/sound_file.h"
#include "base/crypto.h"
#include "base/file.h"
#include "base/host.h"
#include "base/json.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static const char *const verbs[] = { "brew", "can i get", "can i have", "i want", "get me", "give me", "i'd like", "make me", "may i have" };
static const char *const articles[] = { "a", "an" };
static const char *const sizes[] = { "small", "medium", "large", "eight ounce", "twelve ounce", "sixteen ounce", "twenty ounce" };
static const char *const roasts[] = { "light roast", "medium roast", "dark roast" };
static const char *const shots[] = { "single shot", "double shot", "triple shot" };
static const char *const drinks[] = { "americano", "cappuccino", "espresso", "iced mocha", "latte", "mocha", "coffee",
                                      "drip coffee", "house coffee", "iced coffee" };
static const char *const amounts[] = { "", "a little bit of", "a bit of", "some", "a lot of", "lots of" };
static const char *const milks[] = { "milk", "skim milk", "whole milk", "soy milk", "almond milk", "cream" };
static const char *const sugars[] = { "sugar", "brown sugar", "sweetener" };

static void must(aside_status s, const char *what) {
    if (!s) return;
    fprintf(stderr, "bench_asr: %s: %s\n", what, aside_status_text(s));
    exit(3);
}

static void must_err(aside_status s, const aside_error *err) {
    if (!s) return;
    fprintf(stderr, "bench_asr: %s: %s\n", err->path, err->text);
    exit(3);
}

/* One of the phrases leads from `from` to `to`. */
static void add_phrases(aside_network *n, uint32_t from, uint32_t to, const char *const *phrases, size_t n_phrases) {
    for (size_t i = 0; i < n_phrases; i++) {
        aside_str rest = aside_str_from(phrases[i]), word;
        uint32_t at = from;
        while (aside_str_split(&rest, " ", &word)) {
            uint32_t next = aside_network_add_state(n);
            must(aside_network_add_arc(n, at, next, word, 0), "network");
            at = next;
        }
        must(aside_network_add_arc(n, at, to, (aside_str){ 0 }, 0), "network");
    }
}

static void add_word(aside_network *n, uint32_t from, uint32_t to, const char *word) {
    add_phrases(n, from, to, &word, 1);
}

/* Size, roast and shots in any order, each at most once; every subset but by its own state. */
static uint32_t add_qualities(aside_network *n, uint32_t from, uint32_t to) {
    uint32_t used[8];
    used[0] = from;
    for (int i = 1; i < 8; i++) used[i] = aside_network_add_state(n);
    for (int i = 0; i < 8; i++) {
        if (!(i & 1)) add_phrases(n, used[i], used[i | 1], sizes, COUNT(sizes));
        if (!(i & 2)) add_phrases(n, used[i], used[i | 2], roasts, COUNT(roasts));
        if (!(i & 4)) add_phrases(n, used[i], used[i | 4], shots, COUNT(shots));
        must(aside_network_add_arc(n, used[i], to, (aside_str){ 0 }, 0), "network");
    }
    return to;
}

static void add_extra(aside_network *n, uint32_t from, uint32_t to, const char *const *what, size_t n_what) {
    uint32_t middle = aside_network_add_state(n);
    add_phrases(n, from, middle, amounts, COUNT(amounts));
    add_phrases(n, middle, to, what, n_what);
}

static void add_order(aside_network *n, uint32_t from, const char *const *first, size_t n_first,
                      const char *const *second, size_t n_second) {
    uint32_t one = aside_network_add_state(n), and = aside_network_add_state(n);
    add_extra(n, from, one, first, n_first);
    must(aside_network_add_arc(n, one, n->final, (aside_str){ 0 }, 0), "network");
    add_word(n, one, and, "and");
    add_extra(n, and, n->final, second, n_second);
}

/* Each way out of a state as likely as any other. */
static void spread_odds(aside_network *n) {
    unsigned *ways = calloc(n->n_states, sizeof *ways);
    if (!ways) must(ASIDE_ENOMEM, "network");
    for (size_t i = 0; i < n->n_arcs; i++) ways[n->arcs[i].from]++;
    for (size_t i = 0; i < n->n_arcs; i++) n->arcs[i].log_prior = -(int32_t)lround(1000 * log(ways[n->arcs[i].from]));
    free(ways);
}

static void build_coffee(aside_network *n) {
    uint32_t verb = aside_network_add_state(n), article = aside_network_add_state(n), quality = aside_network_add_state(n);
    uint32_t drink = aside_network_add_state(n), with = aside_network_add_state(n);
    add_phrases(n, n->start, verb, verbs, COUNT(verbs));
    add_phrases(n, verb, article, articles, COUNT(articles));
    add_qualities(n, article, quality);
    add_phrases(n, quality, drink, drinks, COUNT(drinks));
    must(aside_network_add_arc(n, drink, n->final, (aside_str){ 0 }, 0), "network");
    add_word(n, drink, with, "with");
    add_order(n, with, milks, COUNT(milks), sugars, COUNT(sugars));
    add_order(n, with, sugars, COUNT(sugars), milks, COUNT(milks));
    spread_odds(n);
}

/* ---- slots out of a transcript ---- */

typedef struct order { const char *size, *roast, *shots, *drink; char milk[64], sugar[64]; } order;

static const char *longest_in(const char *text, const char *const *phrases, size_t n) {
    const char *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (strstr(text, phrases[i]) && (!best || strlen(phrases[i]) > strlen(best))) best = phrases[i];
    return best;
}

static void blank(char *text, const char *phrase) {
    char *at = phrase ? strstr(text, phrase) : NULL;
    if (at) memset(at, '.', strlen(phrase));
}

static bool ends(const char *text, const char *const *what, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t a = strlen(text), b = strlen(what[i]);
        if (a >= b && !strcmp(text + a - b, what[i])) return true;
    }
    return false;
}

static void read_extras(char *rest, order *o) {
    for (char *part = rest, *next; part; part = next) {
        next = strstr(part, " and ");
        if (next) *next = '\0', next += 5;
        if (ends(part, milks, COUNT(milks))) snprintf(o->milk, sizeof o->milk, "%s", part);
        else snprintf(o->sugar, sizeof o->sugar, "%s", part);
    }
}

static order read_order(const char *transcript) {
    char text[512];
    order o = { 0 };
    snprintf(text, sizeof text, "%s", transcript);
    char *with = strstr(text, " with ");
    if (with) *with = '\0', read_extras(with + 6, &o);
    o.drink = longest_in(text, drinks, COUNT(drinks));
    blank(text, o.drink);
    o.roast = longest_in(text, roasts, COUNT(roasts));
    blank(text, o.roast);
    o.shots = longest_in(text, shots, COUNT(shots));
    o.size = longest_in(text, sizes, COUNT(sizes));
    return o;
}

static bool slot_is(const aside_json *slots, const char *name, const char *got) {
    const char *want = "";
    (void)aside_json_str(aside_json_get(slots, name), &want);
    return !strcmp(want, got ? got : "");
}

static bool is_right(const aside_json *slots, const order *o) {
    return slot_is(slots, "size", o->size) && slot_is(slots, "roast", o->roast) && slot_is(slots, "numberOfShots", o->shots) &&
           slot_is(slots, "coffeeDrink", o->drink) && slot_is(slots, "milkAmount", o->milk) && slot_is(slots, "sugarAmount", o->sugar);
}

/* ---- running ---- */

typedef struct totals { size_t n, n_right, n_empty; double cpu_s, sound_s, finish_s; } totals;

static double cpu_s(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void hear(const aside_asr_class *class, aside_decoder *d, const char *path, const aside_host *host,
                 aside_arena *arena, aside_hypothesis *h, totals *t) {
    aside_sound_file *f;
    aside_error err;
    int16_t pcm[1600];
    size_t n, n_pieces = 0;
    must_err(aside_sound_file_open(path, host, &f, &err), &err);
    double begin = cpu_s();
    must(class->start(d), "start");
    while (must(aside_sound_file_read(f, pcm, COUNT(pcm), &n), path), n) {
        must(class->feed(d, pcm, n), "feed");
        if (++n_pieces % 2 == 0) must(class->partial(d, arena, h), "partial");      /* As the engine does, five times a second. */
        t->sound_s += (double)n / aside_sound_file_rate_hz(f);
    }
    double end = cpu_s();
    must(class->finish(d, arena, h), "finish");
    t->finish_s += cpu_s() - end;
    t->cpu_s += cpu_s() - begin;
    aside_sound_file_close(f);
}

/* A row: audio, lang, intent, slots. */
static void run_row(const aside_asr_class *class, aside_decoder *d, const char *table, aside_str line,
                    const aside_host *host, totals *t) {
    aside_arena arena;
    aside_str column[4] = { { 0 } };
    aside_hypothesis h;
    aside_json *slots;
    aside_error err;
    aside_arena_init(&arena, host, 0);
    for (size_t i = 0; i < 4; i++) if (!aside_str_split(&line, "\t\r", &column[i])) return;
    must_err(aside_json_parse(column[3], &slots, &err), &err);
    const char *name = aside_arena_copy_z(&arena, column[0]);
    hear(class, d, aside_file_beside(table, name, &arena), host, &arena, &h, t);
    order o = read_order(h.text);
    bool right = is_right(slots, &o);
    t->n++, t->n_right += right, t->n_empty += !*h.text;
    if (!right) printf("%s %d \"%s\" expected %.*s\n", name, h.confidence_pm, h.text, ASIDE_FMT(column[3]));
    aside_json_free(slots);
    aside_arena_free(&arena);
}

static void run_table(const aside_asr_class *class, aside_decoder *d, const char *table, const aside_host *host, aside_arena *arena) {
    aside_str text, line;
    aside_error err;
    totals t = { 0 };
    must_err(aside_file_read(table, 1u << 24, arena, &text, &err), &err);
    aside_str_split(&text, "\n", &line);                 /* The names of the columns. */
    while (aside_str_split(&text, "\n", &line)) run_row(class, d, table, line, host, &t);
    double n = t.n ? (double)t.n : 1;
    printf("{\"clips\":%zu,\"command_acceptance\":%.4f,\"rejected\":%zu,\"rtf\":%.4f,\"finalise_ms\":%.1f}\n",
           t.n, (double)t.n_right / n, t.n_empty, t.sound_s > 0 ? t.cpu_s / t.sound_s : 0, t.finish_s / n * 1000);
}

int main(int argc, char **argv) {
    if (argc != 2 && argc != 4) return fprintf(stderr, "usage: bench_asr TABLE.tsv [ACOUSTIC DICTIONARY]\n"), 2;
    aside_host host = aside_host_complete(NULL);
    aside_arena arena;
    aside_network rough, network;
    aside_problems problems;
    aside_error err;
    const aside_asr_model *model;
    aside_decoder *d;
    aside_arena_init(&arena, &host, 0);
    aside_network_init(&rough, &arena);
    aside_problems_init(&problems, NULL, NULL);
    must(aside_crypto_init(), "crypto");
    build_coffee(&rough);
    must(aside_network_minimise(&rough, &arena, &network), "minimise");
    fprintf(stderr, "%u states, %zu arcs; minimised %u and %zu\n", rough.n_states, rough.n_arcs, network.n_states, network.n_arcs);
    aside_sphinx_options o = {
        .language = "en", .network = &network, .host = &host, .manifest_path = "models/manifest.yaml",
        .acoustic_path = argc == 4 ? argv[2] : "/usr/share/pocketsphinx/model/en-us/en-us",
        .dictionary_path = argc == 4 ? argv[3] : "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict",
    };
    must_err(aside_sphinx_model_open(&o, &arena, &problems, &model, &err), &err);
    must_err(model->class->open(model, &d, &err), &err);
    run_table(model->class, d, argv[1], &host, &arena);
    model->class->close(d);
    aside_arena_free(&arena);
    return 0;
}
