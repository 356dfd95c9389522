/* replay.c -- `aside replay SUITE...`: read the suites, run their units on --jobs
 * threads, tell what differed, write the reports.
 *
 * The library starts no threads; these are ours.  A worker takes the next unit
 * and opens its session under one lock, in the order of the suites, so that
 * sessions get the same numbers however many workers there are; it runs the unit
 * outside the lock, with memory of its own, into the unit's own places of the
 * one array of cases.  Results are therefore in the order of the files. */
#include "core/replay.h"

#include "base/crypto.h"
#include "cli/cli.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char table_start[] = "2026-06-10T12:00:00+08:00";
enum { JOBS_MAX = 64, FAILURES_SHOWN = 10 };

typedef struct unit {
    const aside_suite *suite;
    size_t             index, first_case;
    aside_str          rewritten;      /* A session's, for --update. */
} unit;

typedef struct replaying {
    aside_cli            *c;
    aside_replay_settings settings;
    const aside_suite   **suites;
    unit                 *units;
    size_t                n_units, n_cases;
    aside_case           *cases;
    bool                  progress;
    pthread_mutex_t       lock;        /* Guards what follows. */
    size_t                next, n_done;
    aside_status          failed;
    aside_error           err;
} replaying;

typedef struct worker {
    pthread_t   thread;
    replaying  *all;
    aside_arena arena;                 /* Results: lives until the reports are written. */
    bool        started;
} worker;

static int64_t cpu_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void pause_ms(void) { nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL); }

/* --------------------------------- reading -------------------------------- */

static void report(void *user, const aside_error *e) {
    const aside_cli *c = user;
    aside_cli_print_problem(stderr, e, c->colour_err);
}

/* Every suite is read before any runs, and all that is wrong is said. */
static int read_suites(replaying *r) {
    aside_cli *c = r->c;
    int status = 0;
    aside_problems problems;
    aside_problems_init(&problems, report, c);
    r->suites = aside_arena_alloc_array(&c->arena, c->n_words, sizeof *r->suites);
    if (!r->suites) return aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    for (size_t i = 0; i < c->n_words; i++) {
        aside_status st = aside_suite_read(c->words[i], &c->arena, &problems, &r->suites[i]);
        if (st == ASIDE_ENOMEM) return aside_cli_fail(c, st, NULL);
        if (st == ASIDE_EIO) status = ASIDE_EXIT_CANNOT;
        else if (st && !status) status = ASIDE_EXIT_USAGE;
    }
    return status;
}

static int lay_out(replaying *r) {
    for (size_t i = 0; i < r->c->n_words; i++) {
        r->n_units += aside_suite_n_units(r->suites[i]);
        r->n_cases += aside_suite_n_units(r->suites[i]) * aside_suite_n_cases(r->suites[i]);
    }
    r->units = aside_arena_alloc_array(&r->c->arena, r->n_units + 1, sizeof *r->units);
    r->cases = aside_arena_alloc_array(&r->c->arena, r->n_cases + 1, sizeof *r->cases);
    if (!r->units || !r->cases) return aside_cli_fail(r->c, ASIDE_ENOMEM, NULL);
    size_t n = 0, first_case = 0;
    for (size_t i = 0; i < r->c->n_words; i++)
        for (size_t k = 0; k < aside_suite_n_units(r->suites[i]); k++, first_case += aside_suite_n_cases(r->suites[i]))
            r->units[n++] = (unit){ .suite = r->suites[i], .index = k, .first_case = first_case };
    return 0;
}

static bool needs_sound(const replaying *r) {
    for (size_t i = 0; i < r->c->n_words; i++) {
        const aside_suite *s = r->suites[i];
        for (size_t k = 0; k < s->n_rows; k++)
            if (s->rows[k].audio_path) return true;
        for (size_t k = 0; k < s->n_inputs; k++)
            if (s->inputs[k].kind == ASIDE_INPUT_AUDIO) return true;
    }
    return false;
}

/* --------------------------------- running -------------------------------- */

static void fail_locked(replaying *r, aside_status st, const aside_error *err) {
    if (r->failed) return;
    r->failed = st, r->err = *err;
}

/* The next unit with its session open; NULL when there is none or when one failed. */
static unit *take(worker *w, aside_replay **replay) {
    replaying *r = w->all;
    unit *u = NULL;
    aside_error err = { 0 };
    pthread_mutex_lock(&r->lock);
    if (!r->failed && r->next < r->n_units) {
        u = &r->units[r->next++];
        aside_status st = aside_replay_open(&r->settings, u->suite, u->index, &w->arena, replay, &err);
        if (st) fail_locked(r, st, &err), u = NULL;
    }
    pthread_mutex_unlock(&r->lock);
    return u;
}

static void done(replaying *r, aside_status st, const aside_error *err) {
    pthread_mutex_lock(&r->lock);
    if (st) fail_locked(r, st, err);
    r->n_done++;
    if (r->progress) fprintf(stderr, "\r\033[K%zu of %zu", r->n_done, r->n_units);
    pthread_mutex_unlock(&r->lock);
}

static void *work(void *user) {
    worker *w = user;
    aside_replay *replay = NULL;
    for (unit *u; (u = take(w, &replay)); ) {
        aside_error err = { 0 };
        aside_status st = aside_replay_run(replay, &w->all->cases[u->first_case], &err);
        u->rewritten = aside_replay_rewritten(replay);
        aside_replay_close(replay);
        done(w->all, st, &err);
    }
    return NULL;
}

/* The first worker is this thread; when another cannot start, fewer do the work. */
static int run_all(replaying *r, worker *workers, size_t n_workers) {
    pthread_mutex_init(&r->lock, NULL);
    for (size_t i = 1; i < n_workers; i++) workers[i].started = pthread_create(&workers[i].thread, NULL, work, &workers[i]) == 0;
    work(&workers[0]);
    for (size_t i = 1; i < n_workers; i++)
        if (workers[i].started) pthread_join(workers[i].thread, NULL);
    pthread_mutex_destroy(&r->lock);
    if (r->progress) fputs("\r\033[K", stderr);
    if (!r->failed) return 0;
    int status = aside_cli_fail(r->c, r->failed, &r->err);
    return r->failed == ASIDE_EAUDIO || r->failed == ASIDE_EIO ? ASIDE_EXIT_CANNOT : status;
}

/* --------------------------------- telling -------------------------------- */

static void show_json(const replaying *r, const aside_replay_report *summary) {
    aside_buf b;
    aside_json_writer w;
    for (size_t i = 0; i < r->n_cases; i++) {
        aside_buf_init(&b, &r->c->arena);
        aside_replay_case_json(&r->cases[i], &b);
        if (aside_buf_ok(&b)) puts(aside_buf_z(&b));
    }
    aside_buf_init(&b, &r->c->arena);
    aside_json_writer_init(&w, &b);
    aside_json_open(&w, '{'), aside_replay_summary_json(summary, &w), aside_json_close(&w, '}');
    if (aside_buf_ok(&b)) puts(aside_buf_z(&b));
}

static void show_failure(const aside_cli *c, const aside_case *x) {
    printf("%s:%d: %s%s%s\n", x->suite->path, x->line, c->colour ? "\033[31m" : "", x->said, c->colour ? "\033[0m" : "");
    for (size_t i = 0; i < x->n_diffs; i++)
        printf("    %-10s expected %s, got %s\n", x->diffs[i].column, x->diffs[i].expected, x->diffs[i].got[0] ? x->diffs[i].got : "none");
}

static void show_text(const replaying *r, const aside_replay_report *summary) {
    size_t shown = 0, n_failed = r->n_cases - summary->n_passed;
    for (size_t i = 0; i < r->n_cases && shown < FAILURES_SHOWN; i++)
        if (!r->cases[i].ok) show_failure(r->c, &r->cases[i]), shown++;
    if (n_failed > shown) printf("... and %zu more; --report FILE.html shows all\n", n_failed - shown);
    for (size_t i = 0; i < summary->n_metrics; i++)
        printf("  %-20s %10.4g  %zu rows\n", summary->metrics[i].name, summary->metrics[i].value, summary->metrics[i].rows);
    printf("%zu cases, %zu passed, %zu failed\n", r->n_cases, summary->n_passed, n_failed);
}

static const struct { const char *ending; void (*make)(const aside_replay_report *, aside_buf *); } reports[] = {
    { ".json", aside_replay_report_json }, { ".xml", aside_replay_report_junit }, { ".html", aside_replay_report_html },
};
enum { N_REPORTS = sizeof reports / sizeof reports[0] };

static int report_kind(const char *path) {
    for (int i = 0; i < N_REPORTS; i++)
        if (aside_str_ends(aside_str_from(path), reports[i].ending)) return i;
    return -1;
}

/* Before anything runs: an hour's work should not end in a wrong file name. */
static bool reports_known(const aside_cli *c) {
    for (size_t i = 0; i < c->n_given; i++) {
        if (c->given[i].id != ASIDE_OPTION_REPORT || report_kind(c->given[i].value) >= 0) continue;
        aside_cli_usage(c, "--report: found \"%s\", expected a name that ends in .json, .xml or .html", c->given[i].value);
        return false;
    }
    return true;
}

static bool write_reports(aside_cli *c, const aside_replay_report *r) {
    bool ok = true;
    for (size_t i = 0; i < c->n_given; i++) {
        aside_buf b;
        if (c->given[i].id != ASIDE_OPTION_REPORT) continue;
        aside_buf_init(&b, &c->arena);
        reports[report_kind(c->given[i].value)].make(r, &b);
        ok &= aside_buf_ok(&b) && aside_cli_write(c, c->given[i].value, aside_buf_str(&b));
    }
    return ok;
}

/* --------------------------------- --update ------------------------------- */

static bool update_suite(replaying *r, const aside_suite *s, const unit *u) {
    aside_str text = u->rewritten;
    if (!s->is_session && aside_suite_rewrite_table(s, &r->cases[u->first_case], &r->c->arena, &text)) return false;
    if (aside_str_equal(text, s->text)) return true;
    aside_cli_say(r->c, "%s: rewritten", s->path);
    return aside_cli_write(r->c, s->path, text);
}

static bool update_all(replaying *r) {
    bool ok = true;
    for (size_t i = 0; i < r->n_units; i++)
        if (r->units[i].index == 0) ok &= update_suite(r, r->units[i].suite, &r->units[i]);
    return ok;
}

/* ---------------------------------- story --------------------------------- */

static int conclude(replaying *r) {
    aside_replay_report summary;
    if (aside_replay_score(r->cases, r->n_cases, &r->c->arena, &summary)) return aside_cli_fail(r->c, ASIDE_ENOMEM, NULL);
    if (r->c->json) show_json(r, &summary);
    else show_text(r, &summary);
    if (!write_reports(r->c, &summary)) return ASIDE_EXIT_CANNOT;
    if (aside_cli_value(r->c, ASIDE_OPTION_UPDATE)) return update_all(r) ? ASIDE_EXIT_FINE : ASIDE_EXIT_CANNOT;
    return summary.n_passed == summary.n_cases ? ASIDE_EXIT_FINE : ASIDE_EXIT_FINDINGS;
}

static const char *fresh_id(aside_cli *c) {
    unsigned char bytes[8];
    if (aside_crypto_init()) return NULL;
    aside_crypto_random(bytes, sizeof bytes);
    return aside_arena_printf(&c->arena, "%02x%02x%02x%02x%02x%02x%02x%02x", bytes[0], bytes[1], bytes[2], bytes[3],
                              bytes[4], bytes[5], bytes[6], bytes[7]);
}

static int replay_with(replaying *r, size_t n_workers) {
    worker workers[JOBS_MAX] = { 0 };
    for (size_t i = 0; i < n_workers; i++) {
        workers[i].all = r;
        aside_arena_init(&workers[i].arena, &r->c->plain, 0);
    }
    int status = run_all(r, workers, n_workers);
    if (!status) status = conclude(r);
    for (size_t i = 0; i < n_workers; i++) aside_arena_free(&workers[i].arena);
    return status;
}

static void settle(replaying *r, const aside_session_options *person, aside_engine *engine) {
    r->settings = (aside_replay_settings){
        .engine = engine, .session = person, .zone = aside_cli_value(r->c, ASIDE_OPTION_ZONE),
        .consent = aside_cli_value(r->c, ASIDE_OPTION_CONSENT), .start_ms = r->c->world.now_ms,
        .run_id = fresh_id(r->c), .host = &r->c->host, .cpu_ns = cpu_ns, .pause = pause_ms,
    };
    r->progress = isatty(STDERR_FILENO) && isatty(STDOUT_FILENO);
}

int aside_command_replay(aside_cli *c) {
    replaying r = { .c = c };
    aside_session_options person;
    aside_engine *engine = NULL;
    int64_t jobs = 1;
    if (!aside_cli_number(c, ASIDE_OPTION_JOBS, 1, JOBS_MAX, &jobs) || !reports_known(c)) return ASIDE_EXIT_USAGE;
    int status = aside_cli_person(c, table_start, &person);
    if (!status) status = read_suites(&r);
    if (!status) status = lay_out(&r);
    const char *decoders = aside_arena_printf(&c->arena, "asr.decoders=%lld", (long long)(jobs > 4 ? jobs : 4));
    if (!status) status = aside_cli_engine(c, !needs_sound(&r), decoders, &engine);
    settle(&r, &person, engine);
    if (!status) status = r.settings.run_id ? replay_with(&r, (size_t)jobs) : aside_cli_fail(c, ASIDE_ENOMEM, NULL);
    aside_engine_close(engine);
    return status;
}
