/* serve.c -- `aside serve`: the gateway, with the settings' words overridden by options. */
#include "base/limits.h"
#include "cli/cli.h"
#include "config/config.h"
#include "core/engine.h"
#include "gateway/gateway.h"

#include <signal.h>
#include <stdio.h>

static void listening(void *user, const char *address, int port) {
    (void)user;
    bool v6 = false;
    for (const char *p = address; *p; p++) v6 |= *p == ':';
    printf("aside: listening on http://%s%s%s:%d\n", v6 ? "[" : "", address, v6 ? "]" : "", port);
    fflush(stdout);
}

static int run(aside_cli *c, aside_engine *engine, int64_t port, int64_t workers) {
    const aside_config *cfg = aside_engine_config(engine);
    const char *address = aside_cli_value(c, ASIDE_OPTION_ADDRESS);
    aside_gateway_options o = {
        .engine = engine,
        .address = address ? address : cfg->gateway_address,
        .port = port >= 0 ? (int)port : cfg->gateway_port,
        .workers = workers ? (int)workers : cfg->gateway_workers,
        .tokens_path = cfg->gateway_tokens,
        .most_connections = cfg->gateway_connections,
        .most_per_address = cfg->gateway_per_address,
        .idle_ms = cfg->gateway_idle_ms,
        .origins = cfg->gateway_origins,
        .insecure = aside_cli_value(c, ASIDE_OPTION_INSECURE) != NULL,
        .host = &c->host,
        .listening = listening,
    };
    aside_error err = { 0 };
    if (!cfg->state || !cfg->state[0])
        aside_cli_say(c, "no folder for the store (setting state, or --state DIR): what is decided is forgotten at the end");
    aside_status st = aside_gateway_run(&o, &err);
    return st ? aside_cli_fail(c, st, &err) : ASIDE_EXIT_FINE;
}

int aside_command_serve(aside_cli *c) {
    int64_t port = -1, workers = 0;
    aside_session_options unused;                /* For its clock, seed and log. */
    aside_engine *engine = NULL;
    if (!aside_cli_number(c, ASIDE_OPTION_PORT, 0, 65535, &port)) return ASIDE_EXIT_USAGE;
    if (!aside_cli_number(c, ASIDE_OPTION_WORKERS, 1, ASIDE_LIMIT_WORKERS, &workers)) return ASIDE_EXIT_USAGE;
    signal(SIGPIPE, SIG_IGN);                    /* A peer that vanishes is an error of writing, not a death. */
    int status = aside_cli_person(c, NULL, &unused);
    if (!status) status = aside_cli_engine(c, false, NULL, &engine);
    if (!status) status = run(c, engine, port, workers);
    aside_engine_close(engine);
    return status;
}
