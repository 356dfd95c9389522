/* codes.c -- see codes.h. */
#include "gateway/codes.h"

#include <assert.h>

typedef struct row { const char *text; int close_status; } row;

static const row *find(aside_wire_code code) {
    static const row rows[] = {
#define X(name, code_text, close_status) { code_text, close_status },
        ASIDE_WIRE_CODE_MAP(X)
#undef X
    };
    assert((unsigned)code < ASIDE_WIRE_CODE_COUNT);
    return &rows[code];
}

const char *aside_wire_code_text(aside_wire_code code) { return find(code)->text; }

int aside_wire_code_close(aside_wire_code code) { return find(code)->close_status; }
