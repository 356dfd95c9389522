/* engine.c -- opening an engine: settings, sentences, skills, models, store, in
 * this order.  aside_engine_open_reporting, near the end, is the order.
 *
 * Settings and sentences must be right: with any error nothing is loaded.  A
 * skill that is wrong, or whose own tests fail, stays out alone. */
#include "core/engine.h"

#include "base/crypto.h"
#include "base/host.h"
#include "core/load.h"
#include "core/skill_test.h"

#include <string.h>

/* While opening. */
typedef struct opening {
    aside_engine        *engine;
    const aside_options *options;
    bool                 strict;
    aside_problems      *problems;
    aside_error         *err;
    aside_builders       builders;
} opening;

/* ---- settings ---- */

static void resolve_policy(aside_engine *e) {
    const aside_config *c = &e->config;
    e->policy = (aside_policy){
        .gap_ms = c->policy_gap_ms,
        .household_max = c->policy_household_max, .household_every_ms = c->policy_household_every_ms,
        .cool_off_ms = c->policy_cool_off_ms,
        .decline_skill_ms = c->policy_decline_skill_ms, .decline_all_ms = c->policy_decline_all_ms,
        .quiet_from_minute = c->policy_quiet.from_minute, .quiet_to_minute = c->policy_quiet.to_minute,
    };
}

/* The setting's words are the levels' names (config/options.c), so there is always one that fits. */
static void resolve_log(aside_engine *e) {
    int level = ASIDE_LOG_DEBUG;
    while (level > ASIDE_LOG_ERROR && strcmp(aside_log_level_name((aside_log_level)level), e->config.log_level) != 0) level--;
    e->host.n_muted = ASIDE_LOG_DEBUG - level;
}

static aside_status read_settings(opening *o) {
    aside_engine *e = o->engine;
    aside_status st = aside_config_load(o->options->config_path, o->options->overrides, &e->arena, o->problems, &e->config);
    if (!st) st = aside_problems_status(o->problems, o->err);
    if (st) return st;
    resolve_policy(e);
    resolve_log(e);
    return aside_zone_open(e->config.zone, &e->arena, &e->zone, o->err);
}

/* ---- sentences ---- */

static aside_status read_sentences(opening *o) {
    aside_engine *e = o->engine;
    aside_paths files;
    aside_status st = aside_load_find(e->config.intents, ".yaml", &e->arena, o->problems, &files);
    for (size_t i = 0; !st && i < files.n; i++) st = aside_load_sentences(&o->builders, files.at[i], o->problems);
    for (size_t i = 0; !st && i < e->config.lists.n; i++)
        st = aside_load_lists(&o->builders, e->config.lists.at[i], o->problems);
    return st;
}

static aside_status compile(opening *o) {
    aside_grammar *grammars[ASIDE_LANG_COUNT] = { NULL };
    aside_status st = aside_load_compile(&o->builders, o->problems, grammars);
    for (int i = 0; i < ASIDE_LANG_COUNT; i++) o->engine->languages[i].grammar = grammars[i];
    return st ? st : aside_problems_status(o->problems, o->err);
}

/* ---- skills ---- */

/* A problem of a skill goes to the log, so that one bad skill never keeps the others out. */
static void log_problem(void *user, const aside_error *p) {
    const aside_host *host = user;
    aside_log(host, p->severity == ASIDE_SEVERITY_ERROR ? ASIDE_LOG_ERROR : ASIDE_LOG_WARN,
              "%s:%d:%d: %s: %s", p->path, p->line, p->column, p->rule, p->text);
}

static aside_status read_skill(opening *o, const char *path, const aside_skill **out) {
    aside_problems own;
    aside_problems *problems = &own;
    aside_problems_init(&own, log_problem, &o->engine->host);
    if (o->strict) problems = o->problems;
    *out = NULL;
    aside_status st = aside_skill_load(path, &o->engine->arena, o->builders.of, problems, out);
    if (!st && !*out && !o->strict) aside_log(&o->engine->host, ASIDE_LOG_ERROR, "%s: not loaded", path);
    return st;
}

static bool id_taken(const aside_skill *const *skills, size_t n, const aside_skill *skill) {
    for (size_t i = 0; i < n; i++)
        if (strcmp(skills[i]->id, skill->id) == 0) return true;
    return false;
}

static aside_status read_skills(opening *o) {
    aside_engine *e = o->engine;
    aside_paths files;
    aside_status st = aside_load_find(e->config.skills, "skill.yaml", &e->arena, o->problems, &files);
    const aside_skill **skills = st ? NULL : aside_arena_alloc_array(&e->arena, files.n, sizeof *skills);
    size_t n = 0;
    if (!st && !skills) return ASIDE_ENOMEM;
    for (size_t i = 0; !st && i < files.n; i++) {
        st = read_skill(o, files.at[i], &skills[n]);
        if (st || !skills[n]) continue;
        if (id_taken(skills, n, skills[n]))
            aside_problem_error(o->problems, skills[n]->at, "skill.id", "another skill has the id '%s' already", skills[n]->id);
        else n++;
    }
    e->skills = (aside_skills){ skills, n };
    return st;
}

/* Keep the skills whose own tests pass. */
static aside_status test_skills(opening *o) {
    aside_engine *e = o->engine;
    const aside_skill **kept = aside_arena_alloc_array(&e->arena, e->skills.n, sizeof *kept);
    size_t n = 0;
    if (!kept) return ASIDE_ENOMEM;
    if (o->strict) return ASIDE_OK;            /* Who is strict runs them and wants to see each. */
    for (size_t i = 0; i < e->skills.n; i++) {
        aside_problems failures;
        aside_problems_init(&failures, log_problem, &e->host);
        aside_status st = aside_skill_run_tests(e, e->skills.at[i], &failures, NULL, NULL);
        if (st) return st;
        if (failures.n_errors == 0) kept[n++] = e->skills.at[i];
        else aside_log(&e->host, ASIDE_LOG_ERROR, "%s: not loaded: its own tests fail", e->skills.at[i]->at.path);
    }
    e->skills = (aside_skills){ kept, n };
    return ASIDE_OK;
}

/* ---- models ---- */

static aside_status read_context_models(opening *o) {
    aside_engine *e = o->engine;
    aside_status st = ASIDE_OK;
    for (int i = 0; !st && i < ASIDE_LANG_COUNT; i++) {
        aside_language *l = &e->languages[i];
        if (!l->grammar) continue;
        const char *path = aside_arena_printf(&e->arena, "%s/words.%s.yaml", e->config.models_context, aside_lang_names[i]);
        st = path ? aside_context_model_open(path, aside_lang_names[i], &e->arena, o->problems, &l->context) : ASIDE_ENOMEM;
    }
    return st ? st : aside_problems_status(o->problems, o->err);
}

typedef struct acoustic { const char *folder, *dictionary, *additions; } acoustic;

static acoustic acoustic_of(const aside_config *c, aside_lang lang) {
    const acoustic of[ASIDE_LANG_COUNT] = {
        [ASIDE_LANG_EN] = { c->models_en_acoustic, c->models_en_dictionary, c->models_en_additions },
        [ASIDE_LANG_ZH] = { c->models_zh_acoustic, c->models_zh_dictionary, NULL },
    };
    return of[lang];
}

/* The one .dic in the model's own folder, if the settings name none. */
static aside_status find_dictionary(aside_engine *e, acoustic *a) {
    aside_paths inside;
    if (a->dictionary[0]) return ASIDE_OK;
    aside_status st = aside_file_list(a->folder, ".dic", &e->arena, &inside, NULL);
    if (!st && inside.n == 1) a->dictionary = inside.at[0];
    return st == ASIDE_ENOMEM ? st : ASIDE_OK;
}

static aside_status split_domains(aside_engine *e, const aside_network *whole, aside_language *l) {
    size_t n = aside_network_n_domains(whole);
    aside_network *domains = aside_arena_alloc_array(&e->arena, n, sizeof *domains);
    aside_status st = domains ? ASIDE_OK : ASIDE_ENOMEM;
    for (size_t i = 0; !st && i < n; i++) {
        aside_network domain;
        st = aside_network_domain(whole, i, &e->arena, &domain);
        if (!st) st = aside_network_minimise(&domain, &e->arena, &domains[i]);
    }
    l->domains = domains, l->n_domains = n;
    return st;
}

static aside_status make_networks(aside_engine *e, aside_language *l) {
    aside_network whole;
    aside_network_init(&whole, &e->arena);
    aside_status st = aside_grammar_network(l->grammar, &whole);
    if (!st) st = aside_network_minimise(&whole, &e->arena, &l->network);
    return st ? st : split_domains(e, &whole, l);
}

/* Words that cannot be heard are told one by one to those who ask for it, and as one line to all. */
static void log_unheard(void *user, const aside_error *p) {
    aside_log(user, ASIDE_LOG_INFO, "%s: %s: %s", p->path, p->rule, p->text);
}

static aside_status open_speech(opening *o, aside_lang lang) {
    aside_engine *e = o->engine;
    aside_language *l = &e->languages[lang];
    acoustic a = acoustic_of(&e->config, lang);
    aside_problems unheard;
    const aside_asr_model *model;
    if (!l->grammar || !a.folder[0]) return ASIDE_OK;
    aside_problems_init(&unheard, log_unheard, &e->host);
    aside_status st = find_dictionary(e, &a);
    if (!st) st = make_networks(e, l);
    if (st) return aside_fail(o->err, st, "the sentences of '%s' make too large a network: %s", aside_lang_names[lang], aside_status_text(st));
    aside_sphinx_options options = {
        .language = aside_lang_names[lang], .acoustic_path = a.folder, .dictionary_path = a.dictionary,
        .additions_path = a.additions && a.additions[0] && aside_file_exists(a.additions) ? a.additions : NULL,
        .manifest_path = e->config.models_manifest, .network = &l->network, .domains = l->domains, .n_domains = l->n_domains, .host = &e->host,
    };
    st = aside_sphinx_model_open(&options, &e->arena, &unheard, &model, o->err);
    if (unheard.n_warnings)
        aside_log(&e->host, ASIDE_LOG_WARN, "%s: %zu words have no pronunciation and cannot be heard; log.level info names them",
                  aside_lang_names[lang], unheard.n_warnings);
    return st ? st : aside_decoder_pool_open(model, (size_t)e->config.asr_decoders, &e->host, &l->decoders);
}

static aside_status open_all_speech(opening *o) {
    aside_status st = ASIDE_OK;
    for (int i = 0; !st && !o->options->text_only && i < ASIDE_LANG_COUNT; i++) st = open_speech(o, (aside_lang)i);
    return st;
}

static aside_status open_store(opening *o) {
    const char *path = o->engine->config.state;
    return aside_ledger_open(path[0] ? path : NULL, &o->engine->host, &o->engine->ledger, o->err);
}

/* ---- the order ---- */

static aside_status open_parts(opening *o) {
    aside_status st;
    if ((st = read_settings(o))) return st;
    if ((st = read_sentences(o))) return st;
    if ((st = read_skills(o))) return st;
    if ((st = compile(o))) return st;
    if ((st = read_context_models(o))) return st;
    if ((st = test_skills(o))) return st;
    if ((st = open_all_speech(o))) return st;
    return open_store(o);
}

/* A builder that was not compiled holds foreign memory. */
static void drop_builders(opening *o) {
    aside_problems unused;
    aside_problems_init(&unused, NULL, NULL);
    (void)!aside_load_try(&o->builders, &unused);
}

aside_status aside_engine_open_reporting(const aside_options *options, bool strict, aside_problems *problems,
                                         aside_engine **out, aside_error *err) {
    aside_host host = aside_host_complete(options->host);
    aside_error local = { 0 };
    opening o = { .options = options, .strict = strict, .problems = problems, .err = &local };
    aside_status st = aside_crypto_init();
    if (!st && !(o.engine = aside_host_alloc(&host, sizeof *o.engine))) st = ASIDE_ENOMEM;
    if (st) return aside_fail(err, st, "%s", aside_status_text(st));
    o.engine->host = host;
    aside_arena_init(&o.engine->arena, &o.engine->host, 1 << 16);
    aside_builders_init(&o.builders, &o.engine->arena, &o.engine->host);
    st = open_parts(&o);
    if (st) {
        drop_builders(&o);
        aside_engine_close(o.engine);
        if (!local.status && problems->n_errors) local = problems->first;
        if (local.status) return err ? (*err = local, st) : st;
        return aside_fail(err, st, "%s", aside_status_text(st));
    }
    *out = o.engine;
    return ASIDE_OK;
}

aside_status aside_engine_open(const aside_options *options, aside_engine **out, aside_error *err) {
    aside_problems problems;
    aside_problems_init(&problems, NULL, NULL);
    return aside_engine_open_reporting(options, false, &problems, out, err);
}

void aside_engine_close(aside_engine *e) {
    if (!e) return;
    aside_ledger_close(e->ledger);
    for (int i = 0; i < ASIDE_LANG_COUNT; i++) {
        aside_decoder_pool_close(e->languages[i].decoders);
        aside_grammar_close(e->languages[i].grammar);
    }
    aside_arena_free(&e->arena);
    aside_host host = e->host;
    aside_host_free(&host, e, sizeof *e);
}

const aside_config *aside_engine_config(const aside_engine *e) { return &e->config; }

aside_status aside_engine_trail(const aside_engine *e, const char *decision_id, aside_arena *arena, aside_str *json) {
    return aside_ledger_trail_get(e->ledger, decision_id, arena, json);
}
