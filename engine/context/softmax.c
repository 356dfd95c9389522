/* softmax.c -- see softmax.h.
 *
 * e^-d is a product over the bits of d: one factor for each bit that is set.  No
 * floating point, so that a decision replays to the same bytes whatever the
 * compiler, its flags and the processor make of exp(). */
#include "context/softmax.h"

#include <assert.h>

/* e^(-2^i / 1000) in 2^-30ths. */
static const uint32_t bit_factor[] = {
    1072668619, 1071596486, 1069455435, 1065186158, 1056698664, 1039926024, 1007175199, 944735372,
    831228610, 643488952, 385640219, 138504783, 17866096, 297276, 82,
};
enum { N_BITS = sizeof bit_factor / sizeof bit_factor[0] };

/* e^(-d / 1000) in 2^-30ths; d >= 0. */
static uint64_t fall(int64_t d) {
    uint64_t r = UINT64_C(1) << 30;
    if (d >> N_BITS) return 0;
    for (int i = 0; i < N_BITS; i++)
        if (d >> i & 1) r = r * bit_factor[i] >> 30;
    return r;
}

static size_t largest(const uint64_t *x, size_t n) {
    size_t best = 0;
    for (size_t i = 1; i < n; i++)
        if (x[i] > x[best]) best = i;
    return best;
}

void aside_softmax(const int32_t *evidence, size_t n, int *shares_pm) {
    uint64_t part[ASIDE_SOFTMAX_MOST], total = 0;
    int64_t top = evidence[0];
    int left = 1000;
    assert(n > 0 && n <= ASIDE_SOFTMAX_MOST);
    for (size_t i = 1; i < n; i++)
        if (evidence[i] > top) top = evidence[i];
    for (size_t i = 0; i < n; i++) total += part[i] = fall(top - evidence[i]);
    for (size_t i = 0; i < n; i++) {
        shares_pm[i] = (int)(part[i] * 1000 / total);
        part[i] = part[i] * 1000 % total + 1;
        left -= shares_pm[i];
    }
    /* Fewer than n are left over: one each to the largest remainders. */
    for (; left > 0; left--) {
        size_t i = largest(part, n);
        shares_pm[i]++, part[i] = 0;
    }
}
