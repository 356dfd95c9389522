/* sarif.h -- problems as SARIF 2.1.0 (OASIS), which code hosts show beside the line. */
#ifndef ASIDE_CLI_SARIF_H
#define ASIDE_CLI_SARIF_H
#include "base/buf.h"

typedef struct aside_found { const aside_error *at; size_t n; } aside_found;

/* One log with one run, ending in a newline. */
void aside_sarif_write(const aside_found *found, aside_buf *out);
#endif
