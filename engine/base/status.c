/* status.c -- names and texts of the status list, the version. */
#include "aside.h"

int aside_version(void) {
    return ASIDE_VERSION_MAJOR * 1000000 + ASIDE_VERSION_MINOR * 1000 + ASIDE_VERSION_PATCH;
}

const char *aside_status_name(aside_status s) {
    switch (s) {
#define X(name, value, text) case ASIDE_##name: return "ASIDE_" #name;
        ASIDE_STATUS_MAP(X)
#undef X
        case ASIDE_STATUS_COUNT: break;
    }
    return "ASIDE_UNKNOWN";
}

const char *aside_status_text(aside_status s) {
    switch (s) {
#define X(name, value, text) case ASIDE_##name: return text;
        ASIDE_STATUS_MAP(X)
#undef X
        case ASIDE_STATUS_COUNT: break;
    }
    return "unknown status";
}
