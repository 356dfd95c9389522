/* replay_score.c -- cases to metrics; see replay.h.
 *
 * Rates are fractions of the rows whose cell was checked.  Errors of words and
 * characters are summed over all rows before dividing, as everybody does.  The
 * macro F1 is the plain mean over every class that was true or heard anywhere (as
 * in scikit-learn).  A percentile is the smallest value that so many reach. */
#include "core/replay.h"
#include "intent/grammar.h"

#include <stdlib.h>
#include <string.h>

typedef struct scoring {
    const aside_case    *cases;
    size_t               n;
    aside_arena         *arena;
    aside_replay_report *out;
} scoring;

static void add(scoring *s, const char *name, double value, size_t rows) {
    if (rows && s->out->n_metrics < ASIDE_METRICS_MAX) s->out->metrics[s->out->n_metrics++] = (aside_metric){ name, value, rows };
}

static double ratio(double part, double whole) { return whole > 0 ? part / whole : 0; }

static void add_transcripts(scoring *s) {
    size_t rows = 0, words = 0, word_errors = 0, chars = 0, char_errors = 0;
    for (size_t i = 0; i < s->n; i++) {
        const aside_case *c = &s->cases[i];
        if (!c->checked[ASIDE_COLUMN_TRANSCRIPT]) continue;
        rows++, words += c->n_words, chars += c->n_chars;
        word_errors += c->word_errors, char_errors += c->char_errors;
    }
    add(s, "transcript_wer", ratio((double)word_errors, (double)words), rows);
    add(s, "transcript_cer", ratio((double)char_errors, (double)chars), rows);
}

static void add_accuracy(scoring *s, const char *name, aside_column column) {
    size_t rows = 0, right = 0;
    for (size_t i = 0; i < s->n; i++) rows += s->cases[i].checked[column], right += s->cases[i].right[column];
    add(s, name, ratio((double)right, (double)rows), rows);
}

static void add_acceptance(scoring *s) {
    size_t rows = 0, right = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->cases[i].checked[ASIDE_COLUMN_INTENT]) continue;
        rows++, right += s->cases[i].command_right;
    }
    add(s, "command_acceptance", ratio((double)right, (double)rows), rows);
}

/* ------------------------------- confusion -------------------------------- */

static const char *heard_class(const aside_case *c) {
    const char *heard = c->got[ASIDE_COLUMN_CONTEXT];
    return heard && heard[0] ? heard : "none";
}

static size_t index_of(const aside_confusion *f, const char *name) {
    size_t i = 0;
    while (i < f->n_classes && strcmp(f->classes[i], name) != 0) i++;
    return i;
}

/* In the order of the classes; what is none of them comes last. */
static int class_rank(const char *name) {
    int i = 0;
    while (aside_class_names[i] && strcmp(aside_class_names[i], name) != 0) i++;
    return i;
}

static int by_class(const void *a, const void *b) {
    const char *x = *(const char *const *)a, *y = *(const char *const *)b;
    int ranks = class_rank(x) - class_rank(y);
    return ranks ? ranks : strcmp(x, y);
}

static aside_status list_classes(scoring *s, aside_confusion *f) {
    size_t cap = 0;
    for (size_t i = 0; i < s->n; i++) {
        const char *names[] = { s->cases[i].true_class, s->cases[i].true_class ? heard_class(&s->cases[i]) : NULL };
        for (int k = 0; k < 2; k++) {
            if (!names[k] || index_of(f, names[k]) < f->n_classes) continue;
            if (!ASIDE_ARENA_GROW(s->arena, f->classes, f->n_classes, cap)) return ASIDE_ENOMEM;
            f->classes[f->n_classes++] = names[k];
        }
    }
    if (f->n_classes) qsort(f->classes, f->n_classes, sizeof *f->classes, by_class);
    return ASIDE_OK;
}

static aside_status confuse(scoring *s, aside_confusion *f) {
    aside_status st = list_classes(s, f);
    size_t *counts = st ? NULL : aside_arena_alloc_array(s->arena, f->n_classes * f->n_classes + 1, sizeof *counts);
    if (!counts) return ASIDE_ENOMEM;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->cases[i].true_class) continue;
        counts[index_of(f, s->cases[i].true_class) * f->n_classes + index_of(f, heard_class(&s->cases[i]))]++;
        f->rows++;
    }
    f->counts = counts;
    return ASIDE_OK;
}

/* 2 true / (2 true + false alarms + misses). */
static double f1(const aside_confusion *f, size_t class) {
    size_t truth = 0, heard = 0;
    for (size_t i = 0; i < f->n_classes; i++) truth += f->counts[class * f->n_classes + i], heard += f->counts[i * f->n_classes + class];
    return ratio(2.0 * (double)f->counts[class * f->n_classes + class], (double)(truth + heard));
}

static void add_macro_f1(scoring *s) {
    const aside_confusion *f = &s->out->confusion;
    double sum = 0;
    for (size_t i = 0; i < f->n_classes; i++) sum += f1(f, i);
    add(s, "context_macro_f1", ratio(sum, (double)f->n_classes), f->rows);
}

/* --------------------------------- times ---------------------------------- */

static int by_value(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double percentile(const int64_t *sorted, size_t n, size_t percent) {
    size_t rank = (n * percent + 99) / 100;
    return (double)sorted[rank ? rank - 1 : 0];
}

static aside_status add_percentiles(scoring *s, const char *p50, const char *p99, size_t offset, double unit_ns) {
    int64_t *values = aside_arena_alloc_array(s->arena, s->n + 1, sizeof *values);
    size_t n = 0;
    if (!values) return ASIDE_ENOMEM;
    for (size_t i = 0; i < s->n; i++) {
        int64_t value;
        memcpy(&value, (const char *)&s->cases[i] + offset, sizeof value);
        if (value >= 0) values[n++] = value;
    }
    if (!n) return ASIDE_OK;
    qsort(values, n, sizeof *values, by_value);
    add(s, p50, percentile(values, n, 50) / unit_ns, n);
    add(s, p99, percentile(values, n, 99) / unit_ns, n);
    return ASIDE_OK;
}

static void add_rtf(scoring *s) {
    size_t rows = 0;
    double cpu_us = 0, audio_us = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->cases[i].audio_us) continue;
        rows++, cpu_us += (double)s->cases[i].cpu_ns / 1000, audio_us += (double)s->cases[i].audio_us;
    }
    add(s, "rtf", ratio(cpu_us, audio_us), rows);
}

aside_status aside_replay_score(const aside_case *cases, size_t n_cases, aside_arena *arena, aside_replay_report *out) {
    *out = (aside_replay_report){ .cases = cases, .n_cases = n_cases };
    scoring s = { cases, n_cases, arena, out };
    for (size_t i = 0; i < n_cases; i++) out->n_passed += cases[i].ok;
    aside_status st = confuse(&s, &out->confusion);
    if (st) return st;
    add_transcripts(&s);
    add_accuracy(&s, "intent_accuracy", ASIDE_COLUMN_INTENT);
    add_acceptance(&s);
    add_accuracy(&s, "context_accuracy", ASIDE_COLUMN_CONTEXT);
    add_macro_f1(&s);
    add_accuracy(&s, "skill_accuracy", ASIDE_COLUMN_SKILL);
    add_rtf(&s);
    st = add_percentiles(&s, "finalise_ms_p50", "finalise_ms_p99", offsetof(aside_case, finalise_ns), 1e6);
    return st ? st : add_percentiles(&s, "decide_us_p50", "decide_us_p99", offsetof(aside_case, decide_ns), 1e3);
}
