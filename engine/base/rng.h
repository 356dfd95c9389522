/* rng.h -- the engine's one random generator: SplitMix64 (Steele, Lea, Flood
 * 2014), because one word of state is easy to keep, seed and replay.  Not for
 * secrets: those come from crypto.h. */
#ifndef ASIDE_BASE_RNG_H
#define ASIDE_BASE_RNG_H
#include <stdint.h>

typedef struct aside_rng { uint64_t state; } aside_rng;

static inline uint64_t aside_rng_next(aside_rng *r) {
    uint64_t z = r->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}
#endif
