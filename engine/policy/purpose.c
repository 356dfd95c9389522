/* purpose.c -- the names of what a person can agree to. */
#include "policy/history.h"

const char *const aside_purpose_names[] = {
#define X(id, name) name,
    ASIDE_PURPOSE_MAP(X)
#undef X
    NULL
};
