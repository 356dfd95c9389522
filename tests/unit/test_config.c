/* Settings: where values come from, what is refused and where, and that promises hold. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/file.h"
#include "base/host.h"
#include "base/json.h"
#include "config/config.h"
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct fixture {
    aside_host      host;
    aside_arena     arena;
    aside_problems  problems;
    aside_config    config;
    char            folder[64];            /* Holds etc/aside.yaml; nothing but this test knows it. */
    const char     *path;
} fixture;

static int set_up(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->host = aside_host_complete(NULL);
    aside_arena_init(&f->arena, &f->host, 0);
    snprintf(f->folder, sizeof f->folder, "/tmp/aside-config-XXXXXX");
    if (!mkdtemp(f->folder)) return -1;
    mkdir(aside_arena_printf(&f->arena, "%s/etc", f->folder), 0700);
    f->path = aside_arena_printf(&f->arena, "%s/etc/aside.yaml", f->folder);
    return *state = f, 0;
}

static int tear_down(void **state) {
    fixture *f = *state;
    unlink(f->path);
    rmdir(aside_arena_printf(&f->arena, "%s/etc", f->folder));
    rmdir(f->folder);
    aside_arena_free(&f->arena);
    free(f);
    return 0;
}

static void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* text NULL: no file. set: one override, or NULL. */
static aside_status load(fixture *f, const char *text, const char *set) {
    const char *const overrides[] = { set, NULL };
    if (text) write_text(f->path, text);
    aside_problems_init(&f->problems, NULL, NULL);
    f->config = (aside_config){ .language = "untouched" };
    return aside_config_load(text ? f->path : NULL, overrides, &f->arena, &f->problems, &f->config);
}

static void assert_loads(fixture *f, const char *text, const char *set) {
    if (load(f, text, set)) fail_msg("%s: %s", f->problems.first.rule, f->problems.first.text);
    assert_int_equal(f->problems.n_errors, 0);
}

static void assert_refused(fixture *f, const char *text, const char *set, const char *rule, int line, const char *part) {
    if (load(f, text, set) != ASIDE_ECONFIG) fail_msg("taken: %s %s", text ? text : "", set ? set : "");
    const aside_error *e = &f->problems.first;
    if (strcmp(e->rule, rule) || e->line != line || !strstr(e->text, part))
        fail_msg("%s %s\nfound line %d, %s (%s)", text ? text : "", set ? set : "", e->line, e->rule, e->text);
    assert_string_equal(e->path, line ? f->path : "--set");
    assert_string_equal(f->config.language, "untouched");
}

static void defaults_without_a_file(void **state) {
    fixture *f = *state;
    assert_loads(f, NULL, NULL);
    assert_int_equal(f->config.policy_gap_ms, 4 * 3600000);
    assert_int_equal(f->config.policy_household_max, 1);
    assert_int_equal(f->config.policy_quiet.from_minute, 1320);
    assert_int_equal(f->config.policy_quiet.to_minute, 480);
    assert_false(f->config.log_transcripts);
    assert_string_equal(f->config.language, "en");
    assert_int_equal(f->config.intents.n, 1);
    assert_string_equal(f->config.intents.at[0], "intents");          /* "../intents" beside config/. */
    assert_int_equal(f->config.lists.n, 0);
    assert_string_equal(f->config.state, "");
}

static void nested_and_dotted_keys_are_one(void **state) {
    fixture *f = *state;
    assert_loads(f, "policy: {gap: 5h, household: {every: 2d}}\n", NULL);
    assert_true(f->config.policy_gap_ms == 5 * 3600000 && f->config.policy_household_every_ms == 2 * 86400000);
    assert_loads(f, "policy.gap: 5h\npolicy.household.every: 2d\n", NULL);
    assert_true(f->config.policy_gap_ms == 5 * 3600000 && f->config.policy_household_every_ms == 2 * 86400000);
    assert_loads(f, "policy: {household.every: 2d}\npolicy.household: {max: 0}\n", NULL);
    assert_true(f->config.policy_household_max == 0 && f->config.policy_household_every_ms == 2 * 86400000);
    assert_refused(f, "policy:\n  gap: 5h\npolicy.gap: 6h\n", NULL, "config.duplicate", 3, "line 2");
}

static void every_type_is_read(void **state) {
    fixture *f = *state;
    assert_loads(f, "gateway: {port: 0}\nlog: {transcripts: yes, level: debug}\nzone: Europe/Berlin\n"
                    "policy: {quiet: \"20:00-24:00\", accept_risk: policy.quiet}\naudio.preroll: 0s\n", NULL);
    assert_int_equal(f->config.gateway_port, 0);
    assert_true(f->config.log_transcripts);
    assert_string_equal(f->config.log_level, "debug");
    assert_int_equal(f->config.policy_quiet.to_minute, 1440);
    assert_int_equal(f->config.audio_preroll_ms, 0);
}

static void mistakes_are_named_with_their_place(void **state) {
    fixture *f = *state;
    assert_refused(f, "language: en\npolicy:\n  gapp: 4h\n", NULL, "key.unknown", 3, "did you mean 'policy.gap'?");
    assert_refused(f, "languag: en\n", NULL, "key.unknown", 1, "'language'");
    assert_refused(f, "policy: 3\n", NULL, "yaml.type", 1, "a map");
    assert_refused(f, "language: [en]\n", NULL, "yaml.type", 1, "a list");
    assert_refused(f, "- a\n", NULL, "yaml.type", 1, "a map");
    assert_refused(f, "asr:\n  decoders: four\n", NULL, "config.type", 2, "a whole number, found 'four'");
    assert_refused(f, "policy.gap: soon\n", NULL, "config.type", 1, "a duration");
    assert_refused(f, "log.transcripts: maybe\n", NULL, "config.type", 1, "true or false");
    assert_refused(f, "policy.quiet: \"22-8\"\n", NULL, "config.type", 1, "22:00-08:00");
    assert_refused(f, "policy.quiet: \"08:00-08:00\"\n", NULL, "config.type", 1, "never");
    assert_refused(f, "log.level: loud\n", NULL, "config.type", 1, "error, warn, info or debug");
    assert_refused(f, "zone: Nowhere/Land\n", NULL, "config.zone", 1, "Nowhere/Land");
    assert_refused(f, "language: en\nlanguage: zh\n", NULL, "yaml.duplicate-key", 2, "line 1");
}

static void ranges_hold_at_both_ends(void **state) {
    fixture *f = *state;
    assert_loads(f, "asr.decoders: 1\ngateway.port: 65535\naudio.start: 10ms\naudio.end: 5s\n", NULL);
    assert_refused(f, "asr.decoders: 0\n", NULL, "config.range", 1, "1 to 256");
    assert_refused(f, "gateway.port: 65536\n", NULL, "config.range", 1, "65535");
    assert_refused(f, "gateway.port: -1\n", NULL, "config.range", 1, "-1");
    assert_refused(f, "gateway.port: 4294967297\n", NULL, "config.range", 1, "4294967297");
    assert_refused(f, "audio.start: 9ms\n", NULL, "config.range", 1, "10ms to 2s");
    assert_refused(f, "audio.end: 5001ms\n", NULL, "config.range", 1, "100ms to 5s");
}

static void all_mistakes_are_reported(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "languag: en\nasr.decoders: 0\npolicy.gap: 1h\nlog.level: x\n", "nonsense"), ASIDE_ECONFIG);
    assert_int_equal(f->problems.n_errors, 5);
}

static void overrides_win_and_say_so(void **state) {
    fixture *f = *state;
    assert_loads(f, "language: en\n", "language=zh");
    assert_string_equal(f->config.language, "zh");
    assert_loads(f, NULL, "gateway.origins=a=b");
    assert_string_equal(f->config.gateway_origins, "a=b");
    assert_refused(f, NULL, "languag=zh", "key.unknown", 0, "'language'");
    assert_refused(f, NULL, "language", "config.set", 0, "key=value");
    assert_refused(f, NULL, "asr.decoders=0", "config.range", 0, "1 to 256");
    assert_refused(f, NULL, "policy=3", "key.unknown", 0, "policy");
    assert_refused(f, NULL, "policy.gap=1h", "config.risk", 0, "policy.gap");
}

static void paths_stand_beside_their_file(void **state) {
    fixture *f = *state;
    assert_loads(f, "intents: \"../a, b,/c\"\nskills: [x, \"../../y\"]\nstate: s/t\n", NULL);
    assert_int_equal(f->config.intents.n, 3);
    assert_string_equal(f->config.intents.at[0], aside_arena_printf(&f->arena, "%s/a", f->folder));
    assert_string_equal(f->config.intents.at[1], aside_arena_printf(&f->arena, "%s/etc/b", f->folder));
    assert_string_equal(f->config.intents.at[2], "/c");
    assert_string_equal(f->config.skills.at[0], aside_arena_printf(&f->arena, "%s/etc/x", f->folder));
    assert_string_equal(f->config.skills.at[1], "/tmp/y");
    assert_string_equal(f->config.state, aside_arena_printf(&f->arena, "%s/etc/s/t", f->folder));
    assert_string_equal(f->config.models_manifest, aside_arena_printf(&f->arena, "%s/models/manifest.yaml", f->folder));
    assert_loads(f, "state: s\n", "state=../here");
    assert_string_equal(f->config.state, "../here");
}

/* A link's parent is not the folder that the link stands in. */
static void paths_do_not_step_out_of_links(void **state) {
    fixture *f = *state;
    char *link = aside_arena_printf(&f->arena, "%s/link", f->folder);
    assert_int_equal(symlink("etc", link), 0);
    write_text(f->path, "language: en\n");
    aside_problems_init(&f->problems, NULL, NULL);
    const char *through = aside_arena_printf(&f->arena, "%s/aside.yaml", link);
    assert_int_equal(aside_config_load(through, NULL, &f->arena, &f->problems, &f->config), ASIDE_OK);
    assert_string_equal(f->config.intents.at[0], aside_arena_printf(&f->arena, "%s/../intents", link));
    unlink(link);
}

/* key, a laxer value, a stricter one. */
static void laxer_promises_must_be_accepted(void **state) {
    fixture *f = *state;
    static const char *const rows[][3] = {
        { "policy.gap", "3h", "5h" }, { "policy.household.max", "2", "0" }, { "policy.household.every", "23h", "2d" },
        { "policy.cool_off", "0", "31m" }, { "policy.decline.skill", "29d", "30d" }, { "policy.decline.all", "1h", "2d" },
        { "policy.quiet", "\"22:00-07:59\"", "\"21:00-08:00\"" }, { "policy.quiet", "never", "\"00:00-24:00\"" },
        { "policy.quiet", "\"22:01-08:00\"", "\"22:00-09:00\"" }, { "policy.quiet", "\"00:00-23:00\"", "\"22:00-08:00\"" }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *lax = aside_arena_printf(&f->arena, "language: en\n%s: %s\n", rows[i][0], rows[i][1]);
        assert_refused(f, lax, NULL, "config.risk", 2, rows[i][0]);
        assert_loads(f, lax, aside_arena_printf(&f->arena, "policy.accept_risk=%s", rows[i][0]));
        assert_loads(f, aside_arena_printf(&f->arena, "%s: %s\n", rows[i][0], rows[i][2]), NULL);
    }
}

static void accepting_one_risk_accepts_no_other(void **state) {
    fixture *f = *state;
    assert_refused(f, "policy: {gap: 1h, accept_risk: policy.cool_off}\n", NULL, "config.risk", 1, "policy.gap: 1h");
    assert_refused(f, "policy: {gap: 1h, accept_risk: policy.gapp}\n", NULL, "config.risk", 1, "did you mean 'policy.gap'?");
    assert_refused(f, "policy: {accept_risk: log.level}\n", NULL, "config.risk", 1, "log.level");
    assert_loads(f, "policy: {gap: 1h, cool_off: 1m, accept_risk: \"policy.gap, policy.cool_off\"}\n", NULL);
}

static const aside_setting *setting(const aside_settings *s, const char *key) {
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->at[i].key, key) == 0) return &s->at[i];
    fail_msg("no setting %s", key);
    return NULL;
}

static void the_list_tells_origins(void **state) {
    fixture *f = *state;
    aside_settings all;
    const char *const overrides[] = { "language=zh", NULL };
    write_text(f->path, "language: en\npolicy:\n  gap: 5h\n");
    assert_int_equal(aside_config_list(f->path, overrides, &f->arena, &f->problems, &all), ASIDE_OK);
    assert_string_equal(setting(&all, "language")->origin, "--set");
    assert_string_equal(setting(&all, "language")->value, "zh");
    assert_string_equal(setting(&all, "language")->fallback, "en");
    assert_string_equal(setting(&all, "policy.gap")->origin, aside_arena_printf(&f->arena, "%s:3", f->path));
    assert_string_equal(setting(&all, "policy.gap")->value, "5h");
    assert_string_equal(setting(&all, "policy.gap")->type, "time");
    assert_string_equal(setting(&all, "asr.decoders")->origin, "default");
    assert_string_equal(setting(&all, "intents")->value, aside_arena_printf(&f->arena, "%s/intents", f->folder));
}

static void files_are_told_by_their_keys(void **state) {
    (void)state;
    assert_true(aside_config_knows(ASIDE_STR("policy")) && aside_config_knows(ASIDE_STR("policy.gap")));
    assert_true(aside_config_knows(ASIDE_STR("models.en")) && aside_config_knows(ASIDE_STR("language")));
    assert_false(aside_config_knows(ASIDE_STR("pol")) || aside_config_knows(ASIDE_STR("")) || aside_config_knows(ASIDE_STR("sponsor")));
}

/* Each setting of the written file has its default, from the file. */
static void the_defaults_file_loads_back(void **state) {
    fixture *f = *state;
    aside_buf b;
    aside_settings all;
    aside_buf_init(&b, &f->arena);
    aside_config_write_defaults(&b);
    assert_true(aside_buf_ok(&b));
    assert_loads(f, aside_buf_z(&b), NULL);
    aside_config from_file = f->config, defaults;
    assert_int_equal(aside_config_list(f->path, NULL, &f->arena, &f->problems, &all), ASIDE_OK);
    for (size_t i = 0; i < all.n; i++) {
        assert_true(aside_str_starts(aside_str_from(all.at[i].origin), f->path));
        if (!strstr(all.at[i].type, "path")) assert_string_equal(all.at[i].value, all.at[i].fallback);
    }
    write_text(f->path, "language: en\n");
    assert_int_equal(aside_config_load(f->path, NULL, &f->arena, &f->problems, &defaults), ASIDE_OK);
#define SAME_INT(name)   assert_int_equal(from_file.name, defaults.name);
#define SAME_TIME(name)  assert_int_equal(from_file.name, defaults.name);
#define SAME_BOOL(name)  assert_int_equal(from_file.name, defaults.name);
#define SAME_TEXT(name)  assert_string_equal(from_file.name, defaults.name);
#define SAME_PATH(name)  assert_string_equal(from_file.name, defaults.name);
#define SAME_HOURS(name) assert_memory_equal(&from_file.name, &defaults.name, sizeof defaults.name);
#define SAME_PATHS(name)                                  \
    assert_int_equal(from_file.name.n, defaults.name.n);  \
    for (size_t i = 0; i < defaults.name.n; i++) assert_string_equal(from_file.name.at[i], defaults.name.at[i]);
#define OPT(key, type, name, fallback, least, most, unit, help) SAME_##type(name)
#include "config/options.def"
#undef OPT
}

/* Every reference of the schema leads somewhere, and every setting is reached, nested and dotted. */
static void the_schema_knows_every_setting(void **state) {
    fixture *f = *state;
    aside_buf b;
    aside_json *root;
    aside_settings all;
    aside_buf_init(&b, &f->arena);
    aside_config_write_schema(&b);
    assert_int_equal(aside_json_parse(aside_buf_str(&b), &root, NULL), ASIDE_OK);
    assert_int_equal(aside_config_list(NULL, NULL, &f->arena, &f->problems, &all), ASIDE_OK);
    const aside_json *defs = aside_json_get(root, "$defs"), *top = aside_json_get(root, "properties");
    assert_int_equal(aside_json_length(defs), all.n);
    for (size_t i = 0; i < all.n; i++) {
        const char *reference, *description;
        assert_true(aside_json_str(aside_json_get(aside_json_get(top, all.at[i].key), "$ref"), &reference));
        assert_string_equal(reference, aside_arena_printf(&f->arena, "#/$defs/%s", all.at[i].key));
        const aside_json *def = aside_json_get(defs, all.at[i].key);
        assert_true(aside_json_str(aside_json_get(def, "description"), &description));
        assert_non_null(strstr(description, all.at[i].help));
        assert_non_null(aside_json_get(def, "type"));
        assert_non_null(aside_json_get(def, "default"));
    }
    const aside_json *household = aside_json_get(aside_json_get(aside_json_get(aside_json_get(top, "policy"), "properties"), "household"), "properties");
    assert_non_null(aside_json_get(household, "max"));
    assert_null(aside_json_get(top, "household"));
    aside_json_free(root);
}

typedef void write_fn(aside_buf *out);

/* A generated file of the repository is what the list makes of it now; ASIDE_UPDATE=1 rewrites it. */
static void compare_generated(fixture *f, const char *name, write_fn *write) {
    const char *source = getenv("ASIDE_SOURCE_DIR");
    char *path = aside_arena_printf(&f->arena, "%s/%s", source ? source : ".", name);
    aside_str text;
    aside_buf b;
    aside_buf_init(&b, &f->arena);
    write(&b);
    if (getenv("ASIDE_UPDATE")) write_text(path, aside_buf_z(&b));
    if (aside_file_read(path, 1u << 20, &f->arena, &text, NULL)) fail_msg("%s is missing: run this with ASIDE_UPDATE=1", name);
    if (!aside_str_is(text, aside_buf_z(&b))) fail_msg("%s is not what options.def says: run this with ASIDE_UPDATE=1", name);
}

static void the_repository_holds_what_is_generated(void **state) {
    compare_generated(*state, "config/aside.yaml", aside_config_write_defaults);
    compare_generated(*state, "config/schema/settings.v1.json", aside_config_write_schema);
}

static aside_status load_some(const aside_host *host, void *user) {
    static const char *const overrides[] = { "lists=a,b", "zone=Asia/Tokyo", NULL };
    aside_arena arena;
    aside_problems problems;
    aside_config config;
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_problems_init(&problems, NULL, NULL);
    aside_status st = aside_config_load(user, overrides, &arena, &problems, &config);
    aside_arena_free(&arena);
    return st;
}

static aside_status list_some(const aside_host *host, void *user) {
    aside_arena arena;
    aside_problems problems;
    aside_settings all;
    aside_arena_init(&arena, host, SWEEP_BLOCK_BYTES);
    aside_problems_init(&problems, NULL, NULL);
    aside_status st = aside_config_list(user, NULL, &arena, &problems, &all);
    aside_arena_free(&arena);
    return st;
}

static void runs_out_of_memory(void **state) {
    fixture *f = *state;
    write_text(f->path, "policy: {gap: 5h, household: {max: 0}}\nskills: [a, b, c]\nlanguage: zh\n");
    assert_true(sweep(load_some, (void *)(uintptr_t)f->path) > 5);
    assert_true(sweep(list_some, (void *)(uintptr_t)f->path) > 5);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(defaults_without_a_file), TEST(nested_and_dotted_keys_are_one), TEST(every_type_is_read),
        TEST(mistakes_are_named_with_their_place), TEST(ranges_hold_at_both_ends), TEST(all_mistakes_are_reported),
        TEST(overrides_win_and_say_so), TEST(paths_stand_beside_their_file), TEST(paths_do_not_step_out_of_links),
        TEST(laxer_promises_must_be_accepted), TEST(accepting_one_risk_accepts_no_other), TEST(the_list_tells_origins),
        TEST(files_are_told_by_their_keys), TEST(the_defaults_file_loads_back), TEST(the_schema_knows_every_setting),
        TEST(the_repository_holds_what_is_generated), TEST(runs_out_of_memory)
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
