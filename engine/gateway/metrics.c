/* metrics.c -- see metrics.h. */
#include "gateway/metrics.h"

#include <inttypes.h>

typedef struct row { const char *name, *type, *help; } row;

static const row rows[ASIDE_METRIC_COUNT] = {
#define X(name, text, type, help) { text, type, help },
    ASIDE_METRIC_MAP(X)
#undef X
};

static void head(aside_buf *out, const char *name, const char *type, const char *help) {
    aside_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_turns(const aside_metrics *m, aside_buf *out) {
    head(out, "aside_turns_total", "counter", "decisions by outcome");
    for (int i = 0; i < ASIDE_METRIC_OUTCOMES; i++)
        aside_buf_printf(out, "aside_turns_total{outcome=\"%s\"} %" PRId64 "\n",
                         aside_outcome_name((aside_outcome)i), m->turns[i]);
}

static void write_refusals(const aside_metrics *m, aside_buf *out) {
    head(out, "aside_errors_total", "counter", "refusals by code");
    for (int i = 0; i < ASIDE_WIRE_CODE_COUNT; i++)
        aside_buf_printf(out, "aside_errors_total{code=\"%s\"} %" PRId64 "\n",
                         aside_wire_code_text((aside_wire_code)i), m->refusals[i]);
}

static void write_sound(const aside_metrics *m, aside_buf *out) {
    int64_t ms = m->sound_ms;
    head(out, "aside_sound_seconds_total", "counter", "length of the sound fed to sessions");
    aside_buf_printf(out, "aside_sound_seconds_total %" PRId64 ".%03d\n", ms / 1000, (int)(ms % 1000));
}

void aside_metrics_add(aside_metrics *m, aside_metric which, int64_t n) { m->value[which] += n; }

int64_t aside_metrics_get(const aside_metrics *m, aside_metric which) { return m->value[which]; }

void aside_metrics_turn(aside_metrics *m, aside_outcome outcome) {
    if ((unsigned)outcome < ASIDE_METRIC_OUTCOMES) m->turns[outcome]++;
}

void aside_metrics_refusal(aside_metrics *m, aside_wire_code code) { m->refusals[code]++; }

void aside_metrics_write(const aside_metrics *m, aside_buf *out) {
    for (int i = 0; i < ASIDE_METRIC_COUNT; i++) {
        head(out, rows[i].name, rows[i].type, rows[i].help);
        aside_buf_printf(out, "%s %" PRId64 "\n", rows[i].name, m->value[i]);
    }
    write_sound(m, out);
    write_turns(m, out);
    write_refusals(m, out);
}
