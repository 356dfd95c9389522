/* decoder_pool.h -- decoders taken when speech starts and given back when it ends,
 * so that ten thousand quiet devices cost none.
 *
 * The one object of an engine, beside the store, that several threads change: a
 * mutex guards the list. */
#ifndef ASIDE_ASR_DECODER_POOL_H
#define ASIDE_ASR_DECODER_POOL_H
#include "asr/asr.h"

typedef struct aside_decoder_pool aside_decoder_pool;

/* At most `most` decoders; none is opened yet.  ENOMEM. */
aside_status aside_decoder_pool_open(const aside_asr_model *model, size_t most, const aside_host *host,
                                     aside_decoder_pool **out) ASIDE_MUST_CHECK;
void aside_decoder_pool_close(aside_decoder_pool *p);          /* NULL is fine. */
/* EBUSY when all are taken. */
aside_status aside_decoder_pool_take(aside_decoder_pool *p, aside_decoder **out, aside_error *err) ASIDE_MUST_CHECK;
void aside_decoder_pool_give(aside_decoder_pool *p, aside_decoder *d);
const aside_asr_class *aside_decoder_pool_class(const aside_decoder_pool *p);
#endif
