/* requires.c -- `requires_context:` and `excludes_context:` against the contexts of list values.
 *
 * A condition is {key: value}, {key: [value, ...]} or {key: {value: ..., slot: true}}.
 * The last, with `slot: true` alone, asks for something of the device (its room),
 * which whoever carries the intent out knows, not we; it is taken as met. */
#include "intent/model.h"

#include <string.h>

static bool holds(const aside_yaml *wanted, aside_str value) {
    if (wanted->kind == ASIDE_YAML_SCALAR) return aside_str_equal(wanted->scalar, value);
    for (size_t i = 0; wanted->kind == ASIDE_YAML_LIST && i < wanted->n; i++)
        if (holds(wanted->items[i], value)) return true;
    return false;
}

/* Is any of what the context says among what is wanted?  Either may be a list. */
static bool agrees(const aside_yaml *wanted, const aside_yaml *has) {
    if (has->kind == ASIDE_YAML_SCALAR) return holds(wanted, has->scalar);
    for (size_t i = 0; has->kind == ASIDE_YAML_LIST && i < has->n; i++)
        if (agrees(wanted, has->items[i])) return true;
    return false;
}

/* What a condition wants, or NULL when it is about the device. */
static const aside_yaml *wanted_by(const aside_yaml *condition) {
    return condition->kind == ASIDE_YAML_MAP ? aside_yaml_get(condition, "value") : condition;
}

static bool required_allow(const aside_yaml *requires, const aside_yaml *context) {
    for (size_t i = 0; requires && i < requires->n; i++) {
        const aside_yaml *wanted = wanted_by(requires->pairs[i].value);
        const aside_yaml *has = aside_yaml_get(context, requires->pairs[i].key->scalar.at);
        if (wanted && has && !agrees(wanted, has)) return false;
    }
    return true;
}

static bool excluded_allow(const aside_yaml *excludes, const aside_yaml *context) {
    for (size_t i = 0; excludes && i < excludes->n; i++) {
        const aside_yaml *unwanted = wanted_by(excludes->pairs[i].value);
        const aside_yaml *has = aside_yaml_get(context, excludes->pairs[i].key->scalar.at);
        if (unwanted && has && agrees(unwanted, has)) return false;
    }
    return true;
}

bool aside_requires_allows(const aside_block *b, const char *slot, const aside_list_value *value) {
    if (b->domains && strcmp(slot, "name") == 0) {
        const aside_yaml *domain = aside_yaml_get(value->context, "domain");
        if (domain && !agrees(b->domains, domain)) return false;
    }
    return !value->context || (required_allow(b->requires, value->context) && excluded_allow(b->excludes, value->context));
}

bool aside_requires_met(const aside_block *b, const aside_list_value *const *values, size_t n) {
    for (size_t i = 0; b->requires && i < b->requires->n; i++) {
        bool there = !wanted_by(b->requires->pairs[i].value);
        for (size_t k = 0; k < n && !there; k++)
            there = aside_yaml_get(values[k]->context, b->requires->pairs[i].key->scalar.at) != NULL;
        if (!there) return false;
    }
    return true;
}
