/* skill_test.h -- running the tests that a skill carries: alone, in a fresh household,
 * with the consent `offers`, at noon of a valid day, unless the test says otherwise. */
#ifndef ASIDE_CORE_SKILL_TEST_H
#define ASIDE_CORE_SKILL_TEST_H
#include "core/engine.h"

/* Each failed expectation is reported at its place with rule "test".  Tests in a
 * language that is not loaded are passed over and not counted.  The counts
 * may be NULL.  Needs the engine's grammars and context models, not its store. */
aside_status aside_skill_run_tests(const aside_engine *e, const aside_skill *skill, aside_problems *problems,
                              size_t *n_tests, size_t *n_failed) ASIDE_MUST_CHECK;

/* For `aside test`: load the skills under `path` (a folder or a skill.yaml) with the
 * intents that the options name, and run every test.  Problems of the file, and why an engine
 * could not be opened, are reported, too.  Errors: as aside_engine_open. */
aside_status aside_skill_tests_run(const aside_options *options, const char *path, aside_report_fn *report, void *user,
                                   size_t *n_tests, size_t *n_failed) ASIDE_MUST_CHECK;
#endif
