/* fake_engine.h -- a second implementation of aside.h, for testing the gateway alone.
 *
 * It hears nothing; it keeps account.  Samples of value SPEECH count as one word
 * each thousand, the value END ends an utterance.  So a test knows exactly what
 * must come back, and can see whether every sample arrived once. */
#ifndef FAKE_ENGINE_H
#define FAKE_ENGINE_H
#include "aside.h"

enum { FAKE_SPEECH = 257, FAKE_END = 514, FAKE_WORD_SAMPLES = 1000 };

/* What was given to the engine, by all sessions; a plain struct that a test owns. */
typedef struct fake_account {
    int     n_open, n_opened;
    int64_t n_samples;
    uint64_t checksum;           /* FNV-1a of the samples in their order. */
    int     n_busy;              /* So many more feeds answer EBUSY. */
    bool    has_no_store;        /* Sound that is taken answers ESTORE, as when its turn wanted the store. */
    bool    is_deaf;             /* Opening with a rate answers ESTATE. */
    int     sample_rate;         /* Of the last opening. */
    char    user[64], surfaces[64], capabilities[64], language[16];
    char    purpose[32], proof[128], report[128];
} fake_account;

/* An engine over an account, which outlives it. */
aside_engine *fake_engine_open(fake_account *account);
#endif
