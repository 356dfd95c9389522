/* asr_sphinx.c -- PocketSphinx behind asr.h.  The only user of pocketsphinx.h.
 *
 * One decoder has three kinds of search over the same acoustic model:
 *
 *   live     the network, for partial results and for the domain of life that is
 *            spoken about.  Its cepstral mean is still settling, so it hears worse than
 *   final    again over the whole utterance once it has ended, with the mean taken
 *            over all of it and wide beams: at 12 dB of noise .87 right against .76.
 *            It searches the one domain that the live pass was in, for a fraction
 *            of the cost, and the whole network when that leaves doubt.
 *   loop     any phone after any other, over the same sound: what a listener
 *            without expectations would have heard.  Where the sentence explains
 *            the sound much worse than free phones do, it was not said.
 *
 * Only the network's words are put into the decoder's dictionary (12 MB a
 * decoder instead of 34), with alternatives as arcs beside the word's own: the
 * library's own way of adding those walks over the whole network for each.
 *
 * Nothing is carried from one utterance to the next: not the cepstral mean, not
 * the noise estimate, not the samples, which are wiped.
 *
 * The library logs to stderr and ends the program on a damaged model; the log is
 * switched off, and manifest.c has compared every file before we get here. */
#include "asr/asr.h"

#include <pocketsphinx.h>
#include <sphinxbase/err.h>

#include <math.h>
#include <string.h>

#include "asr/lexicon.h"
#include "asr/manifest.h"
#include "audio/resample.h"
#include "base/buf.h"
#include "base/crypto.h"
#include "base/host.h"
#include "base/limits.h"

/* ---- constants of the search ---- */

typedef struct pass {
    const char *name;
    double      beam, wbeam, pbeam;            /* Of states, words and phones. */
    double      penalty;                       /* Of each phone. */
} pass;

/* Narrower than the library's own: less work for words that are only shown. */
static const pass live  = { "live",  1e-30, 1e-18, 1e-30, 1 };
/* Wider than the library's own: noise makes the right words look bad for a while. */
static const pass final = { "final", 1e-80, 1e-60, 1e-80, 1 };
/* With a penalty near the beam only phones that are nearly the best are gone into, which halves the
 * work and tells noise from speech better than free change does. */
static const pass loop  = { "loop",  1e-7,  1e-7,  1e-7,  0.1 };

enum { GUESS_STEP_S = 1, ENOUGH_WORDS = 3 };   /* Of the guess of the domain: its steps, and words to go by. */
enum { FRAME_MS = 10, FIRST_SAMPLES = 4 * ASIDE_RATE_HZ, MAX_CEPS = 64 };
enum { MAX_SAMPLES = ASIDE_LIMIT_UTTERANCE_MS * (ASIDE_RATE_HZ / 1000) };

/* A network that can be searched. */
typedef struct field {
    const aside_network *network;
    const size_t        *word_of_arc;          /* Of each of its arcs, or SIZE_MAX. */
} field;

enum { WHOLE = 0 };                            /* Of the fields: everything; the domains follow. */

typedef struct sphinx_model {
    aside_asr_model      base;
    const aside_host    *host;
    const char          *acoustic_path;
    int                  rate_hz;
    const field         *fields;
    size_t               n_fields;
    aside_words          words;
    aside_lexicon        lexicon;
    const size_t        *first_way;            /* Of each word in the lexicon; one more at the end. */
} sphinx_model;

struct aside_decoder {
    const sphinx_model *model;
    ps_decoder_t       *ps;
    mfcc_t              first_mean[MAX_CEPS];  /* The cepstral mean of a stranger. */
    aside_resampler    *resampler;             /* NULL: the model was trained at 16 kHz. */
    int16_t            *samples;               /* Of the utterance, at the model's rate. */
    size_t              n_samples, cap_samples;
    size_t              n_live;                /* How many of them the live pass has had. */
    bool                running;               /* Between start and finish. */
    bool               *has_final;             /* By field: its final search was made. */
};

/* ---- building a decoder ---- */

static void drop_samples(aside_decoder *d) {
    if (!d->samples) return;
    aside_crypto_wipe(d->samples, d->cap_samples * sizeof *d->samples);
    aside_host_free(d->model->host, d->samples, d->cap_samples * sizeof *d->samples);
    d->samples = NULL, d->n_samples = d->cap_samples = 0;
}

static void sphinx_close(aside_decoder *d) {
    if (!d) return;
    if (d->ps) ps_free(d->ps);
    aside_resampler_close(d->resampler);
    drop_samples(d);
    aside_host_free(d->model->host, d->has_final, d->model->n_fields * sizeof *d->has_final);
    aside_host_free(d->model->host, d, sizeof *d);
}

static ps_decoder_t *open_library(const sphinx_model *m) {
    char rate[16];
    snprintf(rate, sizeof rate, "%d", m->rate_hz);
    err_set_logfp(NULL);
    cmd_ln_t *config = cmd_ln_init(NULL, ps_args(), TRUE, "-hmm", m->acoustic_path, "-samprate", rate,
                                   "-fsgusealtpron", "no", "-bestpath", "no", "-allphone_ci", "yes", NULL);
    if (!config) return NULL;
    ps_decoder_t *ps = ps_init(config);
    cmd_ln_free_r(config);
    return ps;
}

static bool add_words(const sphinx_model *m, ps_decoder_t *ps, aside_error *err) {
    for (size_t i = 0; i < m->lexicon.n; i++) {
        const aside_pronunciation *p = &m->lexicon.at[i];
        if (ps_add_word(ps, p->spelled, p->phones, FALSE) >= 0) continue;
        aside_fail(err, ASIDE_EMODEL, "the model `%s` cannot say the word `%s` as `%s`: is one of these phones not the model's?",
                   m->acoustic_path, p->spelled, p->phones);
        return false;
    }
    return true;
}

/* The library's numbers of words are those of the lexicon, in its order. */
static void add_arc(const sphinx_model *m, fsg_model_t *fsg, const aside_network_arc *arc, size_t word, logmath_t *logs, float lw) {
    int32 log_prior = (int32)((float)logmath_ln_to_log(logs, arc->log_prior / 1000.0) * lw);
    if (!arc->word) {
        fsg_model_null_trans_add(fsg, (int32)arc->from, (int32)arc->to, log_prior);
        return;
    }
    for (size_t i = m->first_way[word]; i < m->first_way[word + 1]; i++)
        fsg_model_trans_add(fsg, (int32)arc->from, (int32)arc->to, log_prior, (int32)i);
}

static fsg_model_t *make_fsg(const sphinx_model *m, const field *f, ps_decoder_t *ps) {
    const aside_network *n = f->network;
    logmath_t *logs = ps_get_logmath(ps);
    float lw = (float)cmd_ln_float_r(ps_get_config(ps), "-lw");
    fsg_model_t *fsg = fsg_model_init("network", logs, lw, (int32)n->n_states);
    if (!fsg) return NULL;
    fsg->start_state = (int32)n->start;
    fsg->final_state = (int32)n->final;
    for (size_t i = 0; i < m->lexicon.n; i++) fsg_model_word_add(fsg, m->lexicon.at[i].spelled);
    for (size_t i = 0; i < n->n_arcs; i++) add_arc(m, fsg, &n->arcs[i], f->word_of_arc[i], logs, lw);
    glist_free(fsg_model_null_trans_closure(fsg, NULL));
    return fsg;
}

/* The library takes these from its settings whenever a search is made. */
static void set_pass(ps_decoder_t *ps, const pass *p) {
    cmd_ln_t *config = ps_get_config(ps);
    cmd_ln_set_float_r(config, "-beam", p->beam);
    cmd_ln_set_float_r(config, "-wbeam", p->wbeam);
    cmd_ln_set_float_r(config, "-pbeam", p->pbeam);
    cmd_ln_set_float_r(config, "-pip", p->penalty);
}

static bool add_network(const sphinx_model *m, ps_decoder_t *ps, const pass *p, const char *name, const field *f) {
    fsg_model_t *fsg = make_fsg(m, f, ps);
    if (!fsg) return false;
    set_pass(ps, p);
    bool ok = ps_set_fsg(ps, name, fsg) == 0;
    fsg_model_free(fsg);                       /* The search holds it. */
    return ok;
}

static bool add_loop(ps_decoder_t *ps, const pass *p) {
    set_pass(ps, p);
    return ps_set_allphone_file(ps, p->name, NULL) == 0;
}

static const char *final_name(size_t which, char name[32]) {
    snprintf(name, 32, "%s%zu", final.name, which);
    return name;
}

/* A final search is made when a field is searched for the first time. */
static bool need_final(aside_decoder *d, size_t which) {
    char name[32];
    if (!d->has_final[which])
        d->has_final[which] = add_network(d->model, d->ps, &final, final_name(which, name), &d->model->fields[which]);
    return d->has_final[which];
}

static bool add_searches(aside_decoder *d) {
    const sphinx_model *m = d->model;
    d->has_final = aside_host_alloc(m->host, m->n_fields * sizeof *d->has_final);
    return d->has_final && add_network(m, d->ps, &live, live.name, &m->fields[WHOLE]) && add_loop(d->ps, &loop);
}

static aside_status sphinx_open(const aside_asr_model *base, aside_decoder **out, aside_error *err) {
    const sphinx_model *m = (const sphinx_model *)base;
    aside_decoder *d = aside_host_alloc(m->host, sizeof *d);
    if (!d) return aside_fail(err, ASIDE_ENOMEM, "out of memory for a decoder");
    d->model = m;
    aside_status s = ASIDE_OK;
    if (m->rate_hz != ASIDE_RATE_HZ) s = aside_resampler_open(ASIDE_RATE_HZ, m->rate_hz, m->host, &d->resampler);
    if (s) aside_fail(err, s, "no resampler from %d to %d Hz", ASIDE_RATE_HZ, m->rate_hz);
    if (!s && !(d->ps = open_library(m)))
        s = aside_fail(err, ASIDE_EMODEL, "PocketSphinx cannot open the acoustic model `%s`", m->acoustic_path);
    if (!s && !add_words(m, d->ps, err)) s = ASIDE_EMODEL;
    if (!s && !add_searches(d))
        s = aside_fail(err, ASIDE_EMODEL, "PocketSphinx cannot make a search of %u states over `%s`", m->fields[WHOLE].network->n_states, m->acoustic_path);
    if (s) return sphinx_close(d), s;
    cmn_live_get(ps_get_feat(d->ps)->cmn_struct, d->first_mean);
    *out = d;
    return ASIDE_OK;
}

/* ---- one pass over sound ---- */

/* A stream of its own for each pass: times start at 0, noise is unknown. */
static aside_status start_pass(aside_decoder *d, const char *search) {
    cmn_live_set(ps_get_feat(d->ps)->cmn_struct, d->first_mean);
    bool ok = ps_set_search(d->ps, search) == 0 && ps_start_stream(d->ps) == 0 && ps_start_utt(d->ps) == 0;
    return ok ? ASIDE_OK : ASIDE_ENOMEM;
}

static aside_status run_whole_pass(aside_decoder *d, const char *search) {
    /* Live feeding has switched the normalisation to the running mean, for good. */
    ps_get_feat(d->ps)->cmn = CMN_BATCH;
    aside_status s = start_pass(d, search);
    if (s) return s;
    int n = ps_process_raw(d->ps, d->samples, d->n_samples, FALSE, TRUE);
    return ps_end_utt(d->ps) < 0 || n < 0 ? ASIDE_EAUDIO : ASIDE_OK;
}

static bool make_room(aside_decoder *d, size_t n) {
    if (d->n_samples + n <= d->cap_samples) return true;
    size_t wider = d->cap_samples ? d->cap_samples : FIRST_SAMPLES;
    while (wider < d->n_samples + n) wider *= 2;
    int16_t *copy = aside_host_alloc(d->model->host, wider * sizeof *copy);
    if (!copy) return false;
    size_t kept = d->n_samples;
    if (kept) memcpy(copy, d->samples, kept * sizeof *copy);
    drop_samples(d);
    d->samples = copy, d->n_samples = kept, d->cap_samples = wider;
    return true;
}

/* Behind the samples kept so far, at the model's rate. */
static aside_status keep(aside_decoder *d, const int16_t *pcm, size_t n) {
    if (!make_room(d, n)) return ASIDE_ENOMEM;
    if (!d->resampler) {
        memcpy(d->samples + d->n_samples, pcm, n * sizeof *pcm);
        d->n_samples += n;
        return ASIDE_OK;
    }
    while (n) {
        size_t n_in = n, n_out = d->cap_samples - d->n_samples;
        aside_status s = aside_resampler_run(d->resampler, pcm, &n_in, d->samples + d->n_samples, &n_out);
        if (s) return s;
        pcm += n_in, n -= n_in, d->n_samples += n_out;
    }
    return ASIDE_OK;
}

/* ---- reading a result ---- */

/* A run of frames that one word or one pause explains. */
typedef struct piece {
    size_t first, end;                         /* Frames. */
    int32  score;                              /* Acoustic. */
} piece;

typedef struct heard {
    aside_word *words;
    piece      *pieces;                        /* Of each word. */
    size_t      n, cap_words, cap_pieces;
    piece      *pauses;                        /* Silence, breath, noise. */
    size_t      n_pauses, cap_pauses;
} heard;

static piece read_piece(ps_seg_t *seg) {
    int first, last;
    int32 acoustic, language, back;
    ps_seg_frames(seg, &first, &last);
    ps_seg_prob(seg, &acoustic, &language, &back);
    return (piece){ (size_t)first, (size_t)(last + 1), acoustic };
}

/* Silence and noise have names like <sil> and [NOISE]; empty arcs are (NULL). */
static bool is_word(const char *name) {
    return !strchr("<[(", name[0]);
}

static aside_status add_word(heard *h, ps_seg_t *seg, aside_arena *arena) {
    const char *name = ps_seg_word(seg), *paren = strchr(name, '(');
    piece p = read_piece(seg);
    const char *text = aside_arena_copy_z(arena, (aside_str){ name, paren ? (size_t)(paren - name) : strlen(name) });
    if (!text || !ASIDE_ARENA_GROW(arena, h->words, h->n, h->cap_words) ||
        !ASIDE_ARENA_GROW(arena, h->pieces, h->n, h->cap_pieces)) return ASIDE_ENOMEM;
    h->words[h->n] = (aside_word){ text, 0, (int)p.first * FRAME_MS, (int)p.end * FRAME_MS };
    h->pieces[h->n++] = p;
    return ASIDE_OK;
}

static aside_status add_pause(heard *h, ps_seg_t *seg, aside_arena *arena) {
    if (!ASIDE_ARENA_GROW(arena, h->pauses, h->n_pauses, h->cap_pauses)) return ASIDE_ENOMEM;
    h->pauses[h->n_pauses++] = read_piece(seg);
    return ASIDE_OK;
}

static aside_status read_words(ps_decoder_t *ps, aside_arena *arena, heard *out) {
    aside_status s = ASIDE_OK;
    *out = (heard){ 0 };
    ps_seg_t *seg = ps_seg_iter(ps);
    for (; seg && !s; seg = s ? seg : ps_seg_next(seg))
        s = is_word(ps_seg_word(seg)) ? add_word(out, seg, arena) : add_pause(out, seg, arena);
    if (seg) ps_seg_free(seg);
    return s;
}

static aside_status write_hypothesis(const heard *h, int confidence_pm, aside_arena *arena, aside_hypothesis *out) {
    aside_buf text;
    aside_buf_init(&text, arena);
    for (size_t i = 0; i < h->n; i++) {
        if (i) aside_buf_add_char(&text, ' ');
        aside_buf_add_z(&text, h->words[i].text);
    }
    const char *z = aside_buf_z(&text);
    if (!z || !aside_buf_ok(&text)) return ASIDE_ENOMEM;
    *out = (aside_hypothesis){ z, confidence_pm, h->words, h->n };
    return ASIDE_OK;
}

/* ---- confidence ----
 *
 * By how much free phones beat the sentence, in the library's score units per
 * frame of words.  A pause counts, too, where phones beat it by more than noise
 * does: somebody spoke there, and the sentence does not say what.
 *
 * Measured, least, median, 95 of 100, most (frames of 10 ms):
 *
 *     60 orders in quiet            0   6  13  23      30 kitchen noises alone       12  42 108 144
 *     60 at 12 dB of kitchen noise  3  14  21  36      46 clips of other speech      22  54  91 113
 *     60 short commands, synthetic  -4  3  15  27
 *
 * The threshold is where an order is hardly ever lost; who must be surer of one
 * intent than of another has the number. */
static const double half_at = 30, half_width = 4;
static const double pause_allowance = 14;      /* What noise costs a pause, per frame. */
static const int least_pm = 500;               /* Less was not said. */
static const int sure_pm = 700;                /* Less may have been said in another domain. */

/* Score of free phones up to each frame. */
typedef struct loop_scores {
    double *upto;                              /* n + 1 of them. */
    size_t  n;
} loop_scores;

/* The library counts frames from where speech began in the stream. */
static size_t last_frame_end(ps_decoder_t *ps) {
    size_t end = 0;
    for (ps_seg_t *seg = ps_seg_iter(ps); seg; seg = ps_seg_next(seg)) end = read_piece(seg).end;
    return end;
}

static aside_status read_loop(ps_decoder_t *ps, aside_arena *arena, loop_scores *out) {
    out->n = last_frame_end(ps);
    if (!(out->upto = aside_arena_alloc_array(arena, out->n + 1, sizeof *out->upto))) return ASIDE_ENOMEM;
    size_t done = 0;
    for (ps_seg_t *seg = ps_seg_iter(ps); seg; seg = ps_seg_next(seg)) {
        piece p = read_piece(seg);
        for (; done < p.first; done++) out->upto[done + 1] = out->upto[done];
        for (; done < p.end; done++) out->upto[done + 1] = out->upto[done] + (double)p.score / (double)(p.end - p.first);
    }
    return ASIDE_OK;
}

/* How much worse than free phones, and over how many frames. */
static double shortfall(const loop_scores *free_phones, const piece *p, double *n_frames) {
    size_t end = p->end < free_phones->n ? p->end : free_phones->n;
    if (p->first >= end) return *n_frames = 0;
    *n_frames = (double)(end - p->first);
    return free_phones->upto[end] - free_phones->upto[p->first] - p->score;
}

static int logistic_pm(double worse_per_frame) {
    return (int)lround(1000 / (1 + exp((worse_per_frame - half_at) / half_width)));
}

static double unexplained(const heard *h, const loop_scores *free_phones) {
    double total = 0;
    for (size_t i = 0; i < h->n_pauses; i++) {
        double n, worse = shortfall(free_phones, &h->pauses[i], &n);
        if (worse > n * pause_allowance) total += worse - n * pause_allowance;
    }
    return total;
}

/* Give each word its confidence; returns the sentence's. */
static int judge(heard *h, const loop_scores *free_phones) {
    double total = unexplained(h, free_phones), n_total = 0;
    for (size_t i = 0; i < h->n; i++) {
        double n, worse = shortfall(free_phones, &h->pieces[i], &n);
        h->words[i].confidence_pm = n > 0 ? logistic_pm(worse / n) : 0;
        total += worse, n_total += n;
    }
    return n_total > 0 ? logistic_pm(total / n_total) : 0;
}

/* ---- the class ---- */

static aside_status sphinx_start(aside_decoder *d) {
    d->n_samples = d->n_live = 0;
    aside_status s = start_pass(d, live.name);
    if (!s) d->running = true;
    return s;
}

/* Only kept: the live pass runs when somebody asks for what was heard so far. */
static aside_status sphinx_feed(aside_decoder *d, const int16_t *pcm, size_t n_samples) {
    if (!d->running) return ASIDE_ESTATE;
    if (n_samples > MAX_SAMPLES - d->n_samples) return ASIDE_ELIMIT;
    return keep(d, pcm, n_samples);
}

/* The live pass, over at most n samples more of those kept. */
static aside_status hear_on(aside_decoder *d, size_t n) {
    if (n > d->n_samples - d->n_live) n = d->n_samples - d->n_live;
    if (n && ps_process_raw(d->ps, d->samples + d->n_live, n, FALSE, FALSE) < 0) return ASIDE_EAUDIO;
    d->n_live += n;
    return ASIDE_OK;
}

static aside_status sphinx_partial(aside_decoder *d, aside_arena *arena, aside_hypothesis *out) {
    heard h;
    if (!d->running) return ASIDE_ESTATE;
    aside_status s = hear_on(d, d->n_samples);
    if (!s) s = read_words(d->ps, arena, &h);
    return s ? s : write_hypothesis(&h, 0, arena, out);
}

/* ---- two passes more ---- */

/* What the live pass says of the field: the first domain that says most of its
 * words, from the first on, and how many domains say all of them. */
typedef struct guess {
    size_t which;
    size_t n_whole;
} guess;

static aside_status find_field(const sphinx_model *m, const heard *h, aside_arena *arena, guess *out) {
    const char **words = aside_arena_alloc_array(arena, h->n, sizeof *words);
    guess g = { WHOLE, 0 };
    size_t most = 0;
    if (!words) return ASIDE_ENOMEM;
    for (size_t i = 0; i < h->n; i++) words[i] = h->words[i].text;
    for (size_t f = WHOLE + 1; f < m->n_fields; f++) {
        size_t said;
        aside_status s = aside_network_walk(m->fields[f].network, words, h->n, arena, &said);
        if (s) return s;
        if (said > most) most = said, g.which = f;
        g.n_whole += h->n > 0 && said == h->n;
    }
    *out = g;
    return ASIDE_OK;
}

/* Let the live pass go on for another second, until one domain alone says what it
 * heard, that is enough to go by, and a second earlier it was the same: what comes
 * after the first words of a long order costs nothing then. */
static aside_status guess_field(aside_decoder *d, aside_arena *arena, size_t *out) {
    guess now = { WHOLE, 0 };
    size_t before;
    do {
        heard h;
        before = now.n_whole == 1 ? now.which : WHOLE;
        aside_status s = hear_on(d, GUESS_STEP_S * (size_t)d->model->rate_hz);
        if (!s) s = read_words(d->ps, arena, &h);
        if (!s) s = find_field(d->model, &h, arena, &now);
        if (s) return s;
        if (h.n < ENOUGH_WORDS) now.n_whole = 0;
    } while (d->n_live < d->n_samples && (now.n_whole != 1 || now.which != before));
    *out = now.which;
    return ASIDE_OK;
}

static aside_status hear_in(aside_decoder *d, size_t which, aside_arena *arena, heard *out) {
    char name[32];
    if (!need_final(d, which)) return ASIDE_ENOMEM;
    aside_status s = run_whole_pass(d, final_name(which, name));
    return s ? s : read_words(d->ps, arena, out);
}

static aside_status hear_freely(aside_decoder *d, aside_arena *arena, loop_scores *out) {
    aside_status s = run_whole_pass(d, loop.name);
    return s ? s : read_loop(d->ps, arena, out);
}

static aside_status decide(aside_decoder *d, aside_arena *arena, aside_hypothesis *out) {
    size_t which;
    heard h;
    loop_scores free_phones;
    aside_status s = guess_field(d, arena, &which);
    ps_end_utt(d->ps);
    if (!s) s = hear_in(d, which, arena, &h);
    if (s) return s;
    if (h.n == 0 && which == WHOLE) return write_hypothesis(&h, 0, arena, out);
    if ((s = hear_freely(d, arena, &free_phones))) return s;
    int confidence_pm = judge(&h, &free_phones);
    if (confidence_pm < sure_pm && which != WHOLE) {
        if ((s = hear_in(d, WHOLE, arena, &h))) return s;
        confidence_pm = judge(&h, &free_phones);
    }
    if (confidence_pm < least_pm) h.n = 0;
    return write_hypothesis(&h, confidence_pm, arena, out);
}

static aside_status sphinx_finish(aside_decoder *d, aside_arena *arena, aside_hypothesis *out) {
    if (!d->running) return ASIDE_ESTATE;
    d->running = false;
    aside_status s = decide(d, arena, out);
    aside_crypto_wipe(d->samples, d->n_samples * sizeof *d->samples);
    d->n_samples = 0;
    return s;
}

static const aside_asr_class sphinx_class = {
    "pocketsphinx", sphinx_open, sphinx_close, sphinx_start, sphinx_feed, sphinx_partial, sphinx_finish
};

/* ---- opening a model ---- */

static void warn_unknown(const sphinx_model *m, const aside_sphinx_options *o, aside_problems *problems) {
    for (size_t i = 0; i < m->words.n; i++)
        if (!m->lexicon.known[i])
            aside_problem_warn(problems, (aside_place){ .path = o->dictionary_path }, "speech.no-pronunciation",
                               "no pronunciation for `%s`: it can be understood when typed, but not heard; add a line to %s",
                               m->words.at[i], o->additions_path ? o->additions_path : "a dictionary of your own");
}

static aside_status read_lexicon(sphinx_model *m, const aside_sphinx_options *o, aside_arena *arena, aside_error *err) {
    const char *paths[] = { o->dictionary_path, o->additions_path, NULL };
    aside_status s = aside_network_words(o->network, arena, &m->words);
    return s ? s : aside_lexicon_read(paths, &m->words, arena, &m->lexicon, err);
}

static size_t find_word(const aside_words *words, const char *word) {
    size_t low = 0, high = words->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int c = strcmp(words->at[middle], word);
        if (c == 0) return middle;
        if (c < 0) low = middle + 1; else high = middle;
    }
    return SIZE_MAX;
}

static aside_status index_words(sphinx_model *m, aside_arena *arena) {
    size_t *first = aside_arena_alloc_array(arena, m->words.n + 1, sizeof *first);
    if (!first) return ASIDE_ENOMEM;
    for (size_t i = 0; i < m->lexicon.n; i++) first[m->lexicon.at[i].word + 1]++;
    for (size_t i = 0; i < m->words.n; i++) first[i + 1] += first[i];
    m->first_way = first;
    return ASIDE_OK;
}

static aside_status index_arcs(const sphinx_model *m, const aside_network *n, aside_arena *arena, field *out) {
    size_t *word_of_arc = aside_arena_alloc_array(arena, n->n_arcs + 1, sizeof *word_of_arc);
    if (!word_of_arc) return ASIDE_ENOMEM;
    for (size_t i = 0; i < n->n_arcs; i++) {
        const char *word = n->arcs[i].word;
        word_of_arc[i] = word ? find_word(&m->words, word) : SIZE_MAX;
    }
    *out = (field){ n, word_of_arc };
    return ASIDE_OK;
}

static aside_status index_fields(sphinx_model *m, const aside_sphinx_options *o, aside_arena *arena) {
    field *fields = aside_arena_alloc_array(arena, o->n_domains + 1, sizeof *fields);
    aside_status s = fields ? index_arcs(m, o->network, arena, &fields[WHOLE]) : ASIDE_ENOMEM;
    for (size_t i = 0; !s && i < o->n_domains; i++) s = index_arcs(m, &o->domains[i], arena, &fields[WHOLE + 1 + i]);
    m->fields = fields, m->n_fields = o->n_domains + 1;
    return s;
}

aside_status aside_sphinx_model_open(const aside_sphinx_options *o, aside_arena *arena,
                                     aside_problems *problems, const aside_asr_model **out, aside_error *err) {
    sphinx_model *m = aside_arena_alloc(arena, sizeof *m);
    aside_model_entry entry;
    aside_model_request request = { o->manifest_path, o->language, o->acoustic_path, o->dictionary_path };
    if (!m) return aside_fail(err, ASIDE_ENOMEM, "out of memory for a model");
    aside_status s = aside_manifest_check(&request, arena, problems, &entry, err);
    if (s) return s;
    *m = (sphinx_model){ .base = { &sphinx_class }, .host = o->host, .rate_hz = entry.rate_hz,
                         .acoustic_path = aside_arena_copy_z(arena, aside_str_from(o->acoustic_path)) };
    s = m->acoustic_path ? read_lexicon(m, o, arena, err) : ASIDE_ENOMEM;
    if (!s) s = index_words(m, arena);
    if (!s) s = index_fields(m, o, arena);
    if (s == ASIDE_ENOMEM) return aside_fail(err, s, "out of memory for the model of `%s`", o->language);
    if (s) return s;
    warn_unknown(m, o, problems);
    *out = &m->base;
    return ASIDE_OK;
}
