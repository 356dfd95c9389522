/* softmax.h -- shares of a whole from evidence, in whole numbers: the same on every machine. */
#ifndef ASIDE_CONTEXT_SOFTMAX_H
#define ASIDE_CONTEXT_SOFTMAX_H
#include <stddef.h>
#include <stdint.h>

/* shares_pm[i] is in proportion to e^(evidence[i] / 1000): evidence in thousandths
 * of a nat, shares per mille that add up to exactly 1000.  1 <= n <= ASIDE_SOFTMAX_MOST. */
#define ASIDE_SOFTMAX_MOST 16
void aside_softmax(const int32_t *evidence, size_t n, int *shares_pm);
#endif
