/* decoder_pool.c -- see decoder_pool.h.  A decoder is opened when one is wanted
 * and none lies ready; it stays until the pool is closed, because opening one
 * costs as much as a short command. */
#include "asr/decoder_pool.h"

#include <assert.h>
#include <pthread.h>

#include "base/host.h"

struct aside_decoder_pool {
    const aside_asr_model *model;
    const aside_host      *host;
    size_t                 most;
    pthread_mutex_t        lock;        /* Guards what follows. */
    size_t                 n_open;      /* Taken or ready. */
    size_t                 n_ready;
    aside_decoder         *ready[];
};

static size_t pool_bytes(size_t most) {
    return sizeof(aside_decoder_pool) + most * sizeof(aside_decoder *);
}

aside_status aside_decoder_pool_open(const aside_asr_model *model, size_t most, const aside_host *host,
                                     aside_decoder_pool **out) {
    aside_decoder_pool *p = aside_host_alloc(host, pool_bytes(most));
    if (!p) return ASIDE_ENOMEM;
    p->model = model, p->host = host, p->most = most;
    if (pthread_mutex_init(&p->lock, NULL)) {
        aside_host_free(host, p, pool_bytes(most));
        return ASIDE_ENOMEM;
    }
    *out = p;
    return ASIDE_OK;
}

void aside_decoder_pool_close(aside_decoder_pool *p) {
    if (!p) return;
    assert(p->n_ready == p->n_open && "a decoder was not given back");
    for (size_t i = 0; i < p->n_ready; i++) p->model->class->close(p->ready[i]);
    pthread_mutex_destroy(&p->lock);
    aside_host_free(p->host, p, pool_bytes(p->most));
}

/* A ready decoder, or NULL with the right to open one, or NULL and EBUSY. */
static aside_status reserve(aside_decoder_pool *p, aside_decoder **out) {
    aside_status s = ASIDE_OK;
    *out = NULL;
    pthread_mutex_lock(&p->lock);
    if (p->n_ready) *out = p->ready[--p->n_ready];
    else if (p->n_open < p->most) p->n_open++;
    else s = ASIDE_EBUSY;
    pthread_mutex_unlock(&p->lock);
    return s;
}

static void forget_one(aside_decoder_pool *p) {
    pthread_mutex_lock(&p->lock);
    p->n_open--;
    pthread_mutex_unlock(&p->lock);
}

aside_status aside_decoder_pool_take(aside_decoder_pool *p, aside_decoder **out, aside_error *err) {
    aside_decoder *d;
    aside_status s = reserve(p, &d);
    if (s) return aside_fail(err, s, "all %zu decoders are in use; feed again later, or raise asr.decoders", p->most);
    if (!d && (s = p->model->class->open(p->model, &d, err))) {      /* Outside the lock: it takes milliseconds. */
        forget_one(p);
        return s;
    }
    *out = d;
    return ASIDE_OK;
}

void aside_decoder_pool_give(aside_decoder_pool *p, aside_decoder *d) {
    pthread_mutex_lock(&p->lock);
    assert(p->n_ready < p->n_open);
    p->ready[p->n_ready++] = d;
    pthread_mutex_unlock(&p->lock);
}

const aside_asr_class *aside_decoder_pool_class(const aside_decoder_pool *p) {
    return p->model->class;
}
