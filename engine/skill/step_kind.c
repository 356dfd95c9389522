/* step_kind.c -- the kinds of step in `on_accept`, and how each is read.
 *
 * Recipe for a new kind: a row in ASIDE_STEP_MAP (skill.h) with its fields in
 * aside_step; its section and its row in the table below; its row in
 * action/steps.c; its definition in config/schema/skill.v1.json.
 *
 * A reminder is kept by the device: the engine hands over the time and the
 * words, the device's own alarm rings. */
#include "skill/reader.h"

const char *const aside_step_names[] = {
#define X(id, name) name,
    ASIDE_STEP_MAP(X) NULL
#undef X
};

/* What a device without the needed abilities can play instead. */
static const char *const fallback_names[] = { "voice_quiz", NULL };

static void read_url(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_str host;
    const char *url = aside_skill_read_line(r, node);
    if (url && aside_skill_check_https(r, url, node->at, &host)) *(const char **)out = url;
}

static void read_app(aside_skill_reader *r, const aside_yaml *node, void *out) {
    const char *url = aside_skill_read_line(r, node);
    if (url && aside_skill_check_app(r, url, node->at)) *(const char **)out = url;
}

static void read_needs(aside_skill_reader *r, const aside_yaml *node, void *out) {
    *(uint32_t *)out = aside_skill_read_bits(r, node, aside_capability_names);
}

static void read_fallback(aside_skill_reader *r, const aside_yaml *node, void *out) {
    int i = aside_yaml_one_of(node, fallback_names, r->problems);
    if (i >= 0) *(const char **)out = fallback_names[i];
}

static void read_points(aside_skill_reader *r, const aside_yaml *node, void *out) {
    int64_t points;
    if (aside_yaml_int(node, 1, ASIDE_LIMIT_POINTS, r->problems, &points)) *(int *)out = (int)points;
}

static void read_hosts(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_step *step = out;
    aside_skill_texts texts = { 0 };
    aside_skill_read_texts(r, node, &texts);
    for (size_t i = 0; i < texts.n && texts.n == node->n; i++) aside_skill_check_host(r, texts.at[i], node->items[i]->at);
    step->hosts = texts.at, step->n_hosts = texts.n;
}

static void read_after(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill_read_duration(r, node, ASIDE_LIMIT_REMINDER_LEAST_MS, ASIDE_LIMIT_REMINDER_MOST_MS, out);
}

#define AT(field) offsetof(aside_step, field)
static const aside_skill_field minigame_fields[] = {
    { "url",      "skill.step", read_url,               AT(url) },
    { "needs",    NULL,         read_needs,             AT(needs) },
    { "fallback", NULL,         read_fallback,          AT(fallback) },
    { "say",      NULL,         aside_skill_read_words, AT(say) },
    { 0 }
};
static const aside_skill_field reward_fields[] = {
    { "points", "skill.step", read_points,            AT(points) },
    { "say",    NULL,         aside_skill_read_words, AT(say) },
    { 0 }
};
static const aside_skill_field deeplink_fields[] = {
    { "app",   NULL,         read_app,               AT(app) },
    { "web",   "skill.step", read_url,               AT(web) },
    { "hosts", "skill.host", read_hosts,             0 },
    { "say",   NULL,         aside_skill_read_words, AT(say) },
    { 0 }
};
static const aside_skill_field reminder_fields[] = {
    { "after", "skill.step", read_after,             AT(after_ms) },
    { "say",   "skill.step", aside_skill_read_words, AT(say) },
    { 0 }
};
/* The words stand directly under the kind: `- say: {en: ..., zh: ...}`. */
static const aside_skill_field say_fields[] = {
    { "en", NULL, aside_skill_read_text, AT(say.in[ASIDE_LANG_EN]) },
    { "zh", NULL, aside_skill_read_text, AT(say.in[ASIDE_LANG_ZH]) },
    { 0 }
};
#undef AT

const aside_skill_section aside_skill_step_sections[] = {
    { "minigame", minigame_fields }, { "reward", reward_fields }, { "deeplink", deeplink_fields },
    { "reminder", reminder_fields }, { "say", say_fields }, { 0 }
};

static void check_minigame(aside_skill_reader *r, const aside_step *step) {
    if (step->needs && !step->fallback)
        aside_problem_warn(r->problems, step->at, "skill.fallback",
                           "a device without what this needs ends here: add `fallback: voice_quiz`");
}

static void check_deeplink(aside_skill_reader *r, const aside_step *step) {
    aside_str host;
    if (!step->web || !aside_skill_check_https(r, step->web, step->at, &host)) return;
    for (size_t i = 0; i < step->n_hosts; i++)
        if (aside_str_is(host, step->hosts[i])) return;
    aside_problem_error(r->problems, step->at, "skill.host", "the host '%.*s' of `web` is not one of `hosts`", ASIDE_FMT(host));
}

/* What a section cannot say of itself; by kind, NULL for nothing. */
static void (*const checks[ASIDE_STEP_COUNT])(aside_skill_reader *, const aside_step *) = {
    [ASIDE_STEP_MINIGAME] = check_minigame,
    [ASIDE_STEP_DEEPLINK] = check_deeplink,
};

static void read_body(aside_skill_reader *r, const aside_yaml *body, aside_step *step) {
    if (step->kind == ASIDE_STEP_SAY) aside_skill_read_words(r, body, &step->say);
    else aside_skill_read_section(r, body, aside_skill_step_sections[step->kind].fields, step);
}

static void read_step(aside_skill_reader *r, const aside_yaml *node, aside_step *step) {
    step->at = node->at;
    if (!aside_yaml_is(node, ASIDE_YAML_MAP, r->problems)) return;
    if (node->n != 1) {
        aside_problem_error(r->problems, node->at, "skill.step", "a step has one key, its kind; found %zu", node->n);
        return;
    }
    int kind = aside_yaml_one_of(node->pairs[0].key, aside_step_names, r->problems);
    if (kind < 0) return;
    step->kind = (aside_step_kind)kind;
    size_t errors_before = r->problems->n_errors;
    read_body(r, node->pairs[0].value, step);
    if (checks[kind] && r->problems->n_errors == errors_before) checks[kind](r, step);
}

void aside_skill_read_steps(aside_skill_reader *r, const aside_yaml *node, void *out) {
    aside_skill *skill = out;
    if (!aside_skill_read_list(r, node)) return;
    if (node->n > ASIDE_LIMIT_STEPS) {
        aside_problem_error(r->problems, node->at, "skill.size", "%zu steps; at most %d are taken", node->n, ASIDE_LIMIT_STEPS);
        return;
    }
    aside_step *steps = aside_skill_alloc(r, node->n, sizeof *steps);
    for (size_t i = 0; steps && i < node->n && !r->status; i++) read_step(r, node->items[i], &steps[i]);
    skill->steps = steps, skill->n_steps = steps ? node->n : 0;
}
