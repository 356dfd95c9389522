/* Networks, pronunciations, the manifest, decoders and their pool.  What needs
 * the English model or a synthesiser is passed over, loudly, where it is absent. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asr/asr.h"
#include "asr/decoder_pool.h"
#include "asr/lexicon.h"
#include "asr/manifest.h"
#include "audio/resample.h"
#include "audio/sound_file.h"
#include "base/crypto.h"
#include "base/host.h"
#include "base/limits.h"
#include "base/rng.h"

#define ACOUSTIC   "/usr/share/pocketsphinx/model/en-us/en-us"
#define DICTIONARY "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"

static aside_host  host;
static aside_arena arena;
static char        folder[] = "/tmp/aside-test-asr-XXXXXX";

static const char *in_source(const char *path) {
    const char *source = getenv("ASIDE_SOURCE_DIR");
    return aside_arena_printf(&arena, "%s/%s", source ? source : ".", path);
}

static const char *in_folder(const char *name) {
    return aside_arena_printf(&arena, "%s/%s", folder, name);
}

static void write_file(const char *path, const char *text) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int set_up_all(void **state) {
    (void)state;
    host = aside_host_complete(NULL);
    return aside_crypto_init() || !mkdtemp(folder);
}

static int tear_down_all(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static int set_up(void **state) {
    (void)state;
    aside_arena_init(&arena, &host, 0);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    aside_arena_free(&arena);
    return 0;
}

/* ---- networks ---- */

static uint32_t add(aside_network *n, uint32_t from, uint32_t to, const char *word, int32_t log_prior) {
    assert_int_equal(aside_network_add_arc(n, from, to, aside_str_from(word), log_prior), ASIDE_OK);
    return to;
}

/* A path of its own for the sentence. */
static void add_sentence(aside_network *n, const char *sentence, int32_t log_prior) {
    aside_str rest = aside_str_from(sentence), word;
    uint32_t at = n->start;
    for (int32_t prior = log_prior; aside_str_split(&rest, " ", &word); prior = 0) {
        uint32_t next = aside_network_add_state(n);
        assert_int_equal(aside_network_add_arc(n, at, next, word, prior), ASIDE_OK);
        at = next;
    }
    add(n, at, n->final, NULL, at == n->start ? log_prior : 0);
}

typedef struct sentence { char text[120]; double weight; } sentence;
typedef struct sentences { sentence at[4096]; size_t n; } sentences;

static int by_text(const void *a, const void *b) {
    return strcmp(((const sentence *)a)->text, ((const sentence *)b)->text);
}

/* e^x without <math.h>'s rounding modes getting in: thousandths to a probability. */
static double probability(int32_t log_prior) {
    double x = log_prior / 1000.0 / 1024, y = 1 + x + x * x / 2;
    for (int i = 0; i < 10; i++) y *= y;
    return y;
}

static void walk(const aside_network *n, uint32_t state, const char *text, int32_t log_prior, sentences *out) {
    if (state == n->final) {
        assert_true(out->n < 4096);
        snprintf(out->at[out->n].text, sizeof out->at->text, "%s", text);
        out->at[out->n++].weight = probability(log_prior);
    }
    for (size_t i = 0; i < n->n_arcs; i++) {
        if (n->arcs[i].from != state) continue;
        char longer[120];
        const char *word = n->arcs[i].word;
        snprintf(longer, sizeof longer, "%s%s%s", text, word && *text ? " " : "", word ? word : "");
        walk(n, n->arcs[i].to, longer, log_prior + n->arcs[i].log_prior, out);
    }
}

/* Every sentence with its weight; the ways to say one are added. */
static sentences *all(const aside_network *n) {
    sentences *s = calloc(1, sizeof *s);
    assert_non_null(s);
    walk(n, n->start, "", 0, s);
    qsort(s->at, s->n, sizeof *s->at, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < s->n; i++)
        if (kept && !strcmp(s->at[kept - 1].text, s->at[i].text)) s->at[kept - 1].weight += s->at[i].weight;
        else s->at[kept++] = s->at[i];
    s->n = kept;
    return s;
}

/* The same sentences; weights the same but for one factor. */
static void assert_same(const aside_network *a, const aside_network *b) {
    sentences *x = all(a), *y = all(b);
    assert_int_equal(x->n, y->n);
    double factor = x->n ? y->at[0].weight / x->at[0].weight : 1;
    for (size_t i = 0; i < x->n; i++) {
        assert_string_equal(x->at[i].text, y->at[i].text);
        double ratio = y->at[i].weight / x->at[i].weight / factor;
        assert_true(ratio > 0.97 && ratio < 1.03);
    }
    free(x), free(y);
}

static aside_network small(const aside_network *n) {
    aside_network out;
    assert_int_equal(aside_network_minimise(n, &arena, &out), ASIDE_OK);
    return out;
}

static void shared_beginnings_and_endings_are_one(void **state) {
    (void)state;
    static const char *const said[] = {
        "turn on the light", "turn off the light", "turn on the fan", "turn off the fan",
        "please turn on the light", "please turn off the light", "please turn on the fan", "please turn off the fan" };
    aside_network n;
    aside_network_init(&n, &arena);
    for (size_t i = 0; i < 8; i++) add_sentence(&n, said[i], 0);
    aside_network out = small(&n);
    assert_same(&n, &out);
    assert_int_equal(out.n_states, 6);         /* start, please, turn, on|off, the, end */
    assert_int_equal(out.n_arcs, 8);
}

static void a_sentence_inside_another_ends_by_an_empty_arc(void **state) {
    (void)state;
    aside_network n;
    aside_network_init(&n, &arena);
    add_sentence(&n, "stop", 0);
    add_sentence(&n, "stop it", 0);
    aside_network out = small(&n);
    assert_same(&n, &out);
    for (size_t i = 0; i < out.n_arcs; i++) assert_true(out.arcs[i].word || out.arcs[i].to == out.final);
}

static void priors_become_one_by_adding_probabilities(void **state) {
    (void)state;
    aside_network n;
    aside_network_init(&n, &arena);
    add_sentence(&n, "play music", -1609);     /* .2 */
    add_sentence(&n, "play chess", -1204);     /* .3 */
    add_sentence(&n, "stop", -693);            /* .5 */
    add_sentence(&n, "play music", -2303);     /* .1, said a second time */
    aside_network out = small(&n);
    assert_same(&n, &out);
    assert_int_equal(out.n_states, 3);
    for (size_t i = 0; i < out.n_arcs; i++) assert_true(out.arcs[i].log_prior <= 0);
}

static void domains_come_apart_and_know_their_words(void **state) {
    static const char *const said[] = { "play", "some", "jazz" };
    (void)state;
    aside_network n, music, lights;
    size_t words;
    aside_network_init(&n, &arena);
    for (int i = 0; i < 2; i++) {
        uint32_t domain = add(&n, n.start, aside_network_add_state(&n), "", -700);
        uint32_t verb = add(&n, domain, aside_network_add_state(&n), i ? "dim" : "play", 0);
        uint32_t some = add(&n, verb, aside_network_add_state(&n), "some", 0);
        add(&n, some, n.final, i ? "lights" : "jazz", 0);
    }
    assert_int_equal(aside_network_n_domains(&n), 2);
    assert_int_equal(aside_network_domain(&n, 0, &arena, &music), ASIDE_OK);
    assert_int_equal(aside_network_domain(&n, 1, &arena, &lights), ASIDE_OK);
    assert_int_equal(music.n_arcs, 3);
    assert_int_equal(aside_network_walk(&music, said, 3, &arena, &words), ASIDE_OK);
    assert_int_equal(words, 3);
    assert_int_equal(aside_network_walk(&lights, said, 3, &arena, &words), ASIDE_OK);
    assert_int_equal(words, 0);
    assert_int_equal(aside_network_minimise(&n, &arena, &music), ASIDE_OK);
    assert_int_equal(aside_network_n_domains(&music), 0);
}

static void nothing_and_the_empty_sentence_are_networks(void **state) {
    (void)state;
    aside_network n;
    aside_network_init(&n, &arena);
    aside_network out = small(&n);
    assert_int_equal(out.n_arcs, 0);
    add(&n, n.start, n.final, NULL, 0);
    out = small(&n);
    assert_same(&n, &out);
    assert_int_equal(out.n_arcs, 1);
}

static void what_leads_nowhere_is_left_out(void **state) {
    (void)state;
    aside_network n;
    aside_network_init(&n, &arena);
    add_sentence(&n, "yes", 0);
    uint32_t dead = add(&n, n.start, aside_network_add_state(&n), "well", 0);
    add(&n, dead, aside_network_add_state(&n), "now", 0);
    aside_network out = small(&n);
    assert_int_equal(out.n_arcs, 1);
    assert_string_equal(out.arcs[0].word, "yes");
}

static void a_cycle_is_refused(void **state) {
    (void)state;
    aside_network n, out;
    aside_network_init(&n, &arena);
    uint32_t s = add(&n, n.start, aside_network_add_state(&n), "very", 0);
    add(&n, s, s, "very", 0);
    add(&n, s, n.final, "good", 0);
    assert_int_equal(aside_network_minimise(&n, &arena, &out), ASIDE_EINVAL);
}

/* Random networks with empty arcs, parallel ways and dead ends. */
static void minimising_changes_no_sentence(void **state) {
    (void)state;
    static const char *const words[] = { "a", "b", "c", NULL };
    for (uint64_t seed = 1; seed <= 300; seed++) {
        aside_rng rng = { seed };
        aside_network n;
        aside_network_init(&n, &arena);
        uint32_t places[9] = { n.start };
        for (size_t i = 1; i < 8; i++) places[i] = aside_network_add_state(&n);
        places[8] = n.final;
        for (int i = 0; i < 16; i++) {
            uint32_t from = (uint32_t)(aside_rng_next(&rng) % 8), to = from + 1 + (uint32_t)(aside_rng_next(&rng) % (8 - from));
            add(&n, places[from], places[to], words[aside_rng_next(&rng) % 4], -(int32_t)(aside_rng_next(&rng) % 2000));
        }
        aside_network out = small(&n), again = small(&out);
        assert_same(&n, &out);
        assert_int_equal(again.n_states, out.n_states);
        for (size_t i = 0; i < out.n_arcs; i++) assert_true(out.arcs[i].log_prior <= 0);
    }
}

static void the_same_network_twice_is_the_same(void **state) {
    (void)state;
    aside_network n;
    aside_network_init(&n, &arena);
    add_sentence(&n, "b a", -100), add_sentence(&n, "a b", -50), add_sentence(&n, "c b", 0);
    aside_network x = small(&n), y = small(&n);
    assert_int_equal(x.n_arcs, y.n_arcs);
    for (size_t i = 0; i < x.n_arcs; i++) {
        assert_int_equal(x.arcs[i].from, y.arcs[i].from);
        assert_int_equal(x.arcs[i].to, y.arcs[i].to);
        assert_int_equal(x.arcs[i].log_prior, y.arcs[i].log_prior);
    }
}

/* A thousand names in forty frames, each frame with two optional words: 80,000 arcs. */
static void tens_of_thousands_of_arcs_become_few_states(void **state) {
    (void)state;
    aside_network n;
    aside_network_init(&n, &arena);
    for (int frame = 0; frame < 40; frame++) {
        uint32_t a = aside_network_add_state(&n), b = aside_network_add_state(&n), c = aside_network_add_state(&n);
        add(&n, n.start, a, aside_arena_printf(&arena, "verb%d", frame % 7), -3000);
        add(&n, n.start, a, "please", -4000);
        add(&n, a, b, "the", 0), add(&n, a, b, NULL, 0);
        for (int name = 0; name < 1000; name++) {
            uint32_t middle = aside_network_add_state(&n);
            add(&n, b, middle, aside_arena_printf(&arena, "first%d", name % 300), 0);
            add(&n, middle, c, aside_arena_printf(&arena, "last%d", name), 0);
        }
        add(&n, c, n.final, aside_arena_printf(&arena, "now%d", frame % 3), 0), add(&n, c, n.final, NULL, 0);
    }
    aside_network out = small(&n);
    assert_true(out.n_states < 2000);
}

/* "(a|b) ... a" with twenty words between: determinised it would remember them all. */
static void what_determinising_would_blow_up_stays_small(void **state) {
    (void)state;
    enum { GAP = 20 };
    aside_network n;
    aside_network_init(&n, &arena);
    uint32_t at[2 * GAP + 2], marked[GAP + 1];
    at[0] = n.start;
    for (int i = 1; i <= 2 * GAP; i++) at[i] = aside_network_add_state(&n);
    for (int i = 0; i <= GAP; i++) marked[i] = aside_network_add_state(&n);
    for (int i = 0; i < GAP; i++) {
        add(&n, at[i], at[i + 1], "a", 0), add(&n, at[i], at[i + 1], "b", 0);
        add(&n, at[i], marked[0], "a", 0);
    }
    for (int i = 0; i < GAP; i++) add(&n, marked[i], marked[i + 1], "a", 0), add(&n, marked[i], marked[i + 1], "b", 0);
    add(&n, marked[GAP], n.final, "end", 0);
    aside_network out = small(&n);
    assert_in_range(out.n_states, 2, 3 * GAP);
}

static void words_are_listed_once_in_order(void **state) {
    (void)state;
    aside_network n;
    aside_words words;
    aside_network_init(&n, &arena);
    add_sentence(&n, "play the music", 0), add_sentence(&n, "play a song", 0);
    assert_int_equal(aside_network_words(&n, &arena, &words), ASIDE_OK);
    static const char *const want[] = { "a", "music", "play", "song", "the" };
    assert_int_equal(words.n, 5);
    for (size_t i = 0; i < 5; i++) assert_string_equal(words.at[i], want[i]);
}

/* ---- pronunciations ---- */

static void a_lexicon_holds_the_wanted_words_with_all_their_ways(void **state) {
    (void)state;
    static const char *wanted[] = { "(paren", "either", "read", "unheard" };
    aside_words words = { wanted, 4 };
    const char *first = in_folder("first.dic"), *second = in_folder("second.dic");
    write_file(first, ";; a comment\n(paren P AH R EH N\neither IY DH ER\neither(2)\tAY  DH ER \r\nother AH DH ER\nread R EH D\n\nread(2) R IY D");
    write_file(second, "either IY DH ER\neither EY DH ER\nread\n");
    const char *paths[] = { first, second, NULL };
    aside_lexicon lexicon;
    aside_error err;
    assert_int_equal(aside_lexicon_read(paths, &words, &arena, &lexicon, &err), ASIDE_OK);
    static const char *const want[][2] = { { "(paren", "P AH R EH N" }, { "either", "IY DH ER" }, { "either(2)", "AY DH ER" },
                                           { "either(3)", "EY DH ER" }, { "read", "R EH D" }, { "read(2)", "R IY D" } };
    assert_int_equal(lexicon.n, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(lexicon.at[i].spelled, want[i][0]);
        assert_string_equal(lexicon.at[i].phones, want[i][1]);
    }
    assert_true(lexicon.known[1] && lexicon.known[2] && !lexicon.known[3]);
    assert_int_equal(lexicon.at[3].word, 1);
}

static void a_missing_dictionary_is_said(void **state) {
    (void)state;
    aside_words words = { 0 };
    const char *paths[] = { "/nonexistent/x.dic", NULL };
    aside_lexicon lexicon;
    aside_error err;
    assert_int_equal(aside_lexicon_read(paths, &words, &arena, &lexicon, &err), ASIDE_EMODEL);
    assert_string_equal(err.path, "/nonexistent/x.dic");
}

/* ---- the manifest ---- */

#define HASH_OF_HELLO "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

static const char *write_manifest(const char *mdef_hash) {
    const char *path = in_folder("manifest.yaml");
    write_file(path, aside_arena_printf(&arena,
        "aside: models/v1\nmodels:\n  - id: tiny\n    language: xx\n    name: t\n    licence: MIT\n    source: none\n"
        "    get: get-it tiny\n    rate_hz: 8000\n    acoustic:\n      mdef: %s\n    dictionary:\n      tiny.dic: " HASH_OF_HELLO "\n", mdef_hash));
    return path;
}

static aside_status check(const char *manifest, const char *language, aside_model_entry *entry, aside_error *err) {
    aside_problems problems;
    aside_problems_init(&problems, NULL, NULL);
    aside_model_request r = { manifest, language, in_folder("tiny"), in_folder("tiny.dic") };
    *err = (aside_error){ 0 };
    return aside_manifest_check(&r, &arena, &problems, entry, err);
}

static void model_files_must_be_those_of_the_manifest(void **state) {
    (void)state;
    aside_model_entry entry;
    aside_error err;
    const char *manifest = write_manifest(HASH_OF_HELLO), *mdef = in_folder("tiny/mdef");
    mkdir(in_folder("tiny"), 0700);
    write_file(in_folder("tiny.dic"), "hello");
    assert_int_equal(check(manifest, "xx", &entry, &err), ASIDE_EMODEL);      /* No mdef. */
    assert_string_equal(err.path, mdef);
    assert_non_null(strstr(err.text, "get-it tiny"));
    write_file(mdef, "hello");
    assert_int_equal(check(manifest, "xx", &entry, &err), ASIDE_OK);
    assert_int_equal(entry.rate_hz, 8000);
    write_file(mdef, "hellO");
    assert_int_equal(check(manifest, "xx", &entry, &err), ASIDE_EMODEL);
    assert_non_null(strstr(err.text, HASH_OF_HELLO));
    assert_non_null(strstr(err.text, "get-it tiny"));
    write_file(mdef, "hello");
    write_file(in_folder("tiny.dic"), "hullo");
    assert_int_equal(check(manifest, "xx", &entry, &err), ASIDE_EMODEL);
    write_file(in_folder("tiny.dic"), "hello");
    write_file(in_folder("tiny/feature_transform"), "unlisted");
    assert_int_equal(check(manifest, "xx", &entry, &err), ASIDE_EMODEL);
    unlink(in_folder("tiny/feature_transform"));
    assert_int_equal(check(manifest, "yy", &entry, &err), ASIDE_EMODEL);
    assert_int_equal(check(write_manifest("tooshort"), "xx", &entry, &err), ASIDE_ECONFIG);
    assert_int_equal(err.line, 11);
    assert_int_equal(check(in_folder("nothing.yaml"), "xx", &entry, &err), ASIDE_ECONFIG);
}

/* ---- the scripted recogniser and the pool ---- */

static void a_script_answers_line_by_line(void **state) {
    (void)state;
    static const char *const lines[] = { "yes please", "", "no", NULL };
    static const int16_t silence[4000];
    const aside_asr_model *m;
    aside_decoder *d;
    aside_hypothesis h;
    assert_int_equal(aside_script_model_open(lines, &arena, &m), ASIDE_OK);
    assert_int_equal(m->class->open(m, &d, NULL), ASIDE_OK);
    assert_int_equal(m->class->start(d), ASIDE_OK);
    assert_int_equal(m->class->partial(d, &arena, &h), ASIDE_OK);
    assert_string_equal(h.text, "");
    assert_int_equal(m->class->feed(d, silence, 4000), ASIDE_OK);
    assert_int_equal(m->class->partial(d, &arena, &h), ASIDE_OK);
    assert_string_equal(h.text, "yes");
    assert_int_equal(m->class->finish(d, &arena, &h), ASIDE_OK);
    assert_string_equal(h.text, "yes please");
    assert_int_equal(h.n_words, 2);
    assert_string_equal(h.words[1].text, "please");
    static const char *const rest[] = { "", "no", "", "" };
    for (int i = 0; i < 4; i++) {
        assert_int_equal(m->class->start(d), ASIDE_OK);
        assert_int_equal(m->class->finish(d, &arena, &h), ASIDE_OK);
        assert_string_equal(h.text, rest[i]);
    }
    m->class->close(d);
}

static void a_pool_gives_no_more_than_it_has(void **state) {
    (void)state;
    static const char *const lines[] = { NULL };
    const aside_asr_model *m;
    aside_decoder_pool *p;
    aside_decoder *a, *b, *c;
    aside_error err;
    assert_int_equal(aside_script_model_open(lines, &arena, &m), ASIDE_OK);
    assert_int_equal(aside_decoder_pool_open(m, 2, &host, &p), ASIDE_OK);
    assert_int_equal(aside_decoder_pool_take(p, &a, &err), ASIDE_OK);
    assert_int_equal(aside_decoder_pool_take(p, &b, &err), ASIDE_OK);
    assert_ptr_not_equal(a, b);
    assert_int_equal(aside_decoder_pool_take(p, &c, &err), ASIDE_EBUSY);
    aside_decoder_pool_give(p, a);
    assert_int_equal(aside_decoder_pool_take(p, &c, &err), ASIDE_OK);
    assert_ptr_equal(a, c);
    aside_decoder_pool_give(p, b), aside_decoder_pool_give(p, c);
    assert_string_equal(aside_decoder_pool_class(p)->name, "script");
    aside_decoder_pool_close(p);
    aside_decoder_pool_close(NULL);
}

static void *take_and_give(void *pool) {
    for (int i = 0; i < 2000; i++) {
        aside_decoder *d;
        if (aside_decoder_pool_take(pool, &d, NULL) == ASIDE_OK) aside_decoder_pool_give(pool, d);
    }
    return NULL;
}

static void threads_share_a_pool(void **state) {
    (void)state;
    static const char *const lines[] = { NULL };
    const aside_asr_model *m;
    aside_decoder_pool *p;
    pthread_t threads[4];
    assert_int_equal(aside_script_model_open(lines, &arena, &m), ASIDE_OK);
    assert_int_equal(aside_decoder_pool_open(m, 3, &host, &p), ASIDE_OK);
    for (int i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, p), 0);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    aside_decoder_pool_close(p);                /* Asserts that all came back. */
}

/* ---- PocketSphinx ---- */

static bool has_model(void) {
    if (access(ACOUSTIC "/mdef", R_OK) == 0) return true;
    print_message("*** NOT RUN: no English model; apt-get install pocketsphinx-en-us\n");
    return false;
}

static const char *const phrases[] = {
    "yes", "no", "stop", "i want a large latte", "i want a small latte", "i want a large mocha", "turn on the light",
    "turn off the light", "play some music", "is it going to rain", "say grzmpf", NULL
};

static aside_status open_model(const char *acoustic, const aside_asr_model **m, aside_problems *problems, aside_error *err) {
    aside_network *rough = aside_arena_alloc(&arena, sizeof *rough), *network = aside_arena_alloc(&arena, sizeof *network);
    aside_network_init(rough, &arena);
    for (size_t i = 0; phrases[i]; i++) add_sentence(rough, phrases[i], 0);
    *network = small(rough);
    aside_problems_init(problems, NULL, NULL);
    aside_sphinx_options o = { .language = "en", .acoustic_path = acoustic, .dictionary_path = DICTIONARY, .network = network,
                               .additions_path = in_source("models/en/additions.dic"),
                               .manifest_path = in_source("models/manifest.yaml"), .host = &host };
    return aside_sphinx_model_open(&o, &arena, problems, m, err);
}

/* Said by flite, at 16 kHz with half a second of quiet around; false without it. */
static bool say(const char *text, int16_t **pcm, size_t *n) {
    const char *path = in_folder("said.wav");
    if (system(aside_arena_printf(&arena, "flite -voice slt -t '%s' -o '%s' 2>/dev/null", text, path)) != 0) {
        print_message("*** NOT RUN: no synthesiser; apt-get install flite\n");
        return false;
    }
    enum { MOST = 10 * 16000, QUIET = 8000 };
    aside_sound_file *f;
    size_t n_read;
    assert_int_equal(aside_sound_file_open(path, &host, &f, NULL), ASIDE_OK);
    assert_int_equal(aside_sound_file_rate_hz(f), 16000);
    *pcm = aside_arena_alloc_array(&arena, MOST, sizeof **pcm);
    assert_int_equal(aside_sound_file_read(f, *pcm + QUIET, MOST - 2 * QUIET, &n_read), ASIDE_OK);
    aside_sound_file_close(f);
    aside_rng rng = { 1 };
    for (size_t i = 0; i < n_read + 2 * QUIET; i++) (*pcm)[i] = (int16_t)((*pcm)[i] + (int)(aside_rng_next(&rng) % 9) - 4);
    *n = n_read + 2 * QUIET;
    return true;
}

static aside_hypothesis hear(const aside_asr_class *class, aside_decoder *d, const int16_t *pcm, size_t n, size_t piece) {
    aside_hypothesis h;
    assert_int_equal(class->start(d), ASIDE_OK);
    for (size_t at = 0; at < n; at += piece)
        assert_int_equal(class->feed(d, pcm + at, piece < n - at ? piece : n - at), ASIDE_OK);
    assert_int_equal(class->finish(d, &arena, &h), ASIDE_OK);
    return h;
}

static void said_is_heard(void **state) {
    (void)state;
    const aside_asr_model *m;
    aside_decoder *d;
    aside_problems problems;
    aside_error err;
    int16_t *pcm;
    size_t n;
    if (!has_model() || !say("yes", &pcm, &n)) skip();
    assert_int_equal(open_model(ACOUSTIC, &m, &problems, &err), ASIDE_OK);
    assert_int_equal(problems.n_errors, 0);
    assert_int_equal(problems.n_warnings, 1);        /* Nobody knows how to say "grzmpf". */
    assert_int_equal(m->class->open(m, &d, &err), ASIDE_OK);
    for (size_t i = 0; i < 10; i++) {
        assert_true(say(phrases[i], &pcm, &n));
        aside_hypothesis h = hear(m->class, d, pcm, n, 1600);
        print_message("    %-24s %d\n", h.text, h.confidence_pm);
        assert_string_equal(h.text, phrases[i]);
        assert_true(h.confidence_pm >= 500 && h.n_words > 0);
        for (size_t k = 0; k < h.n_words; k++) assert_true(h.words[k].start_ms < h.words[k].end_ms && h.words[k].end_ms <= 10000);
    }
    m->class->close(d);
}

static void what_is_not_in_the_network_is_not_heard(void **state) {
    (void)state;
    static const char *const others[] = { "my grandmother lives in a big old house by the sea", "colorless green ideas sleep furiously tonight" };
    const aside_asr_model *m;
    aside_decoder *d;
    aside_problems problems;
    aside_error err;
    int16_t *pcm;
    size_t n;
    if (!has_model() || !say(others[0], &pcm, &n)) skip();
    assert_int_equal(open_model(ACOUSTIC, &m, &problems, &err), ASIDE_OK);
    assert_int_equal(m->class->open(m, &d, &err), ASIDE_OK);
    for (size_t i = 0; i < 2; i++) {
        assert_true(say(others[i], &pcm, &n));
        aside_hypothesis h = hear(m->class, d, pcm, n, 1600);
        assert_string_equal(h.text, "");
        assert_int_equal(h.n_words, 0);
        assert_true(h.confidence_pm < 500);
    }
    aside_rng rng = { 2 };
    for (size_t i = 0; i < n; i++) pcm[i] = (int16_t)(aside_rng_next(&rng) % 2000 - 1000);
    assert_string_equal(hear(m->class, d, pcm, n, 1600).text, "");
    memset(pcm, 0, n * 2);
    assert_string_equal(hear(m->class, d, pcm, n, 1600).text, "");
    assert_string_equal(hear(m->class, d, pcm, 0, 1600).text, "");
    m->class->close(d);
}

/* Neither where the sound is cut nor who spoke before may change what is heard. */
static void an_utterance_stands_alone(void **state) {
    (void)state;
    const aside_asr_model *m;
    aside_decoder *d;
    aside_problems problems;
    aside_error err;
    int16_t *pcm, *other;
    size_t n, n_other;
    if (!has_model() || !say("i want a large latte", &pcm, &n) || !say("stop", &other, &n_other)) skip();
    assert_int_equal(open_model(ACOUSTIC, &m, &problems, &err), ASIDE_OK);
    assert_int_equal(m->class->open(m, &d, &err), ASIDE_OK);
    aside_hypothesis first = hear(m->class, d, pcm, n, n);
    for (size_t i = 0; i < n_other; i++) other[i] = (int16_t)(other[i] / 8 + 3000);
    hear(m->class, d, other, n_other, 160);
    static const size_t pieces[] = { 1, 160, 777, 4096 };
    for (size_t i = 0; i < 4; i++) {
        aside_hypothesis h = hear(m->class, d, pcm, n, pieces[i] == 1 ? 37 : pieces[i]);
        assert_string_equal(h.text, first.text);
        assert_int_equal(h.confidence_pm, first.confidence_pm);
        assert_int_equal(h.n_words, first.n_words);
    }
    m->class->close(d);
}

static void partial_words_come_while_speaking(void **state) {
    (void)state;
    const aside_asr_model *m;
    aside_decoder *d;
    aside_problems problems;
    aside_error err;
    aside_hypothesis h;
    int16_t *pcm;
    size_t n, longest = 0;
    if (!has_model() || !say("i want a large latte", &pcm, &n)) skip();
    assert_int_equal(open_model(ACOUSTIC, &m, &problems, &err), ASIDE_OK);
    assert_int_equal(m->class->open(m, &d, &err), ASIDE_OK);
    assert_int_equal(m->class->partial(d, &arena, &h), ASIDE_ESTATE);
    assert_int_equal(m->class->feed(d, pcm, 160), ASIDE_ESTATE);
    assert_int_equal(m->class->finish(d, &arena, &h), ASIDE_ESTATE);
    assert_int_equal(m->class->start(d), ASIDE_OK);
    for (size_t at = 0; at + 1600 <= n; at += 1600) {
        assert_int_equal(m->class->feed(d, pcm + at, 1600), ASIDE_OK);
        assert_int_equal(m->class->partial(d, &arena, &h), ASIDE_OK);
        if (h.n_words > longest) longest = h.n_words;
    }
    assert_true(longest >= 3);
    assert_int_equal(m->class->finish(d, &arena, &h), ASIDE_OK);
    m->class->close(d);
}

static void an_utterance_without_end_is_refused(void **state) {
    (void)state;
    static const int16_t silence[16000];
    const aside_asr_model *m;
    aside_decoder *d;
    aside_problems problems;
    aside_error err;
    aside_hypothesis h;
    if (!has_model()) skip();
    assert_int_equal(open_model(ACOUSTIC, &m, &problems, &err), ASIDE_OK);
    assert_int_equal(m->class->open(m, &d, &err), ASIDE_OK);
    assert_int_equal(m->class->start(d), ASIDE_OK);
    for (int s = 0; s < ASIDE_LIMIT_UTTERANCE_MS / 1000; s++) assert_int_equal(m->class->feed(d, silence, 16000), ASIDE_OK);
    assert_int_equal(m->class->feed(d, silence, 1), ASIDE_ELIMIT);
    assert_int_equal(m->class->finish(d, &arena, &h), ASIDE_OK);
    m->class->close(d);
}

/* The library would end this very program. */
static void a_damaged_model_is_refused_by_name(void **state) {
    (void)state;
    const aside_asr_model *m;
    aside_problems problems;
    aside_error err;
    if (!has_model()) skip();
    assert_int_equal(system(aside_arena_printf(&arena, "cp -r " ACOUSTIC " '%s' && truncate -s 100000 '%s/means'",
                                               in_folder("damaged"), in_folder("damaged"))), 0);
    assert_int_equal(open_model(in_folder("damaged"), &m, &problems, &err), ASIDE_EMODEL);
    assert_string_equal(err.path, in_folder("damaged/means"));
    assert_non_null(strstr(err.text, "apt-get install pocketsphinx-en-us"));
    assert_int_equal(unlink(in_folder("damaged/mdef")), 0);
    assert_int_equal(open_model(in_folder("damaged"), &m, &problems, &err), ASIDE_EMODEL);
    assert_string_equal(err.path, in_folder("damaged/mdef"));
}

static void a_phone_that_does_not_exist_is_said(void **state) {
    (void)state;
    const aside_asr_model *m;
    aside_decoder *d = NULL;
    aside_problems problems;
    aside_error err;
    if (!has_model()) skip();
    aside_network *n = aside_arena_alloc(&arena, sizeof *n);
    aside_network_init(n, &arena);
    add_sentence(n, "zzyzx", 0);
    write_file(in_folder("bad.dic"), "zzyzx Z QQ Z\n");
    aside_problems_init(&problems, NULL, NULL);
    aside_sphinx_options o = { .language = "en", .acoustic_path = ACOUSTIC, .dictionary_path = DICTIONARY, .network = n,
                               .additions_path = in_folder("bad.dic"), .manifest_path = in_source("models/manifest.yaml"), .host = &host };
    assert_int_equal(aside_sphinx_model_open(&o, &arena, &problems, &m, &err), ASIDE_OK);
    assert_int_equal(m->class->open(m, &d, &err), ASIDE_EMODEL);
    assert_non_null(strstr(err.text, "zzyzx"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(shared_beginnings_and_endings_are_one),
        TEST(a_sentence_inside_another_ends_by_an_empty_arc),
        TEST(priors_become_one_by_adding_probabilities),
        TEST(domains_come_apart_and_know_their_words),
        TEST(nothing_and_the_empty_sentence_are_networks),
        TEST(what_leads_nowhere_is_left_out),
        TEST(a_cycle_is_refused),
        TEST(minimising_changes_no_sentence),
        TEST(the_same_network_twice_is_the_same),
        TEST(tens_of_thousands_of_arcs_become_few_states),
        TEST(what_determinising_would_blow_up_stays_small),
        TEST(words_are_listed_once_in_order),
        TEST(a_lexicon_holds_the_wanted_words_with_all_their_ways),
        TEST(a_missing_dictionary_is_said),
        TEST(model_files_must_be_those_of_the_manifest),
        TEST(a_script_answers_line_by_line),
        TEST(a_pool_gives_no_more_than_it_has),
        TEST(threads_share_a_pool),
        TEST(said_is_heard),
        TEST(what_is_not_in_the_network_is_not_heard),
        TEST(an_utterance_stands_alone),
        TEST(partial_words_come_while_speaking),
        TEST(an_utterance_without_end_is_refused),
        TEST(a_damaged_model_is_refused_by_name),
        TEST(a_phone_that_does_not_exist_is_said),
    };
    return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
