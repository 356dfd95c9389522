/* origin.h -- which web pages may talk to the gateway.
 *
 * Only browsers send an Origin, and they send it truly; a device sends none and
 * is let through.  A page is let through when its host is this machine's
 * loopback, the very host it connected to, or named by the operator.
 *
 * Listening on loopback, "the very host" is not enough: a stranger's name that
 * resolves to 127.0.0.1 (DNS rebinding) gives an Origin equal to its Host. */
#ifndef ASIDE_GATEWAY_ORIGIN_H
#define ASIDE_GATEWAY_ORIGIN_H
#include "base/str.h"

/* "127.0.0.1", "localhost", "::1", "[::1]", with or without a port. */
bool aside_origin_is_loopback(aside_str host);
/* origin and host: the headers' values; empty when absent.  allowed: by commas, may be NULL. */
bool aside_origin_accept(aside_str origin, aside_str host, const char *allowed, bool listens_on_loopback);
#endif
