/*
 * Owns the keeper: one loop, the supervised roles, the kernel objects.
 *
 * Start: lock and socket, held descriptors, TUN up, nftables table in, roles.
 * While the roles read their libraries the kernel is set up; their requests
 * wait in the channels meanwhile. What a killed keeper left in the kernel stays
 * until the manager has said what is wanted: connections over it live on.
 * Stop: SHUTDOWN to the roles, at most eight seconds, then every object of ours
 * leaves the kernel.
 */
#include "engine/keeper/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/keeper/nft.h"
#include "engine/keeper/private.h"
#include "engine/keeper/records.h"
#include "engine/keeper/requests.h"
#include "engine/keeper/sysctl.h"

static bool complain(const char *what, const char *why)
{
	journal(LOG_ERR, "%s: %s", what, why);
	return false;
}

/* ---- roles -------------------------------------------------------------------- */

static void on_started(void *arg, enum role role)
{
	struct keeper *k = arg;

	/* At the first start k->roles is not set yet; serve() tells all the links then. */
	if (!k->roles)
		return;
	keeper_links_tell(k, role);
	if (role == ROLE_SSH)
		keeper_door_tell(k);
}

static void on_message(void *arg, enum role from, struct ipc_msg *m)
{
	request_serve(arg, from, m);
}

static void on_died(void *arg, enum role role)
{
	struct keeper *k = arg;

	if (role == ROLE_ENGINE) {
		objects_clients_flush(&k->objects);
		keeper_workers_none(k);
	}
	children_end_of(&k->children, role);
	if (role != ROLE_SSH && !k->ready && !k->stopping && ++k->early_deaths == EARLY_DEATHS)
		keeper_stop(k, "cannot start", false);
}

static void on_ready(void *arg)
{
	struct keeper *k = arg;

	if (k->objects.rules_dirty)
		keeper_rules_commit(k);
	k->ready = true;
	keeper_ports_tell(k);
	k->opt->ready(k->opt->arg);
}

static void on_stopped(void *arg)
{
	struct keeper *k = arg;

	uv_stop(&k->loop);
}

static const struct supervisor_ops OPS = {
    .started = on_started,
    .message = on_message,
    .died = on_died,
    .ready = on_ready,
    .stopped = on_stopped,
};

static bool start_roles(struct keeper *k)
{
	static char socket[] = "--socket";
	struct supervisor_config cfg = {.exe = k->opt->exe, .args = k->opt->args,
	    .door_args = k->door_args, .console = k->places.console, .config = k->places.config,
	    .tokens = k->places.tokens, .ops = &OPS, .arg = k};
	size_t n = 0;

	if (k->opt->door && k->places.tokens >= 0) {
		cfg.door = k->opt->door;
		for (; k->opt->args && k->opt->args[n] && n < 4; n++)
			k->door_args[n] = k->opt->args[n];
		k->door_args[n++] = socket;
		k->door_args[n] = k->places.tokens_path;
	}
	k->roles = supervisor_start(&k->loop, &cfg);
	return k->roles || complain("roles", strerror(ENOMEM));
}

static void on_signal(uv_signal_t *h, int number)
{
	(void)number;
	keeper_stop(h->data, "Administrator Shutdown", false);
}

/* ---- life ---------------------------------------------------------------------- */

static bool open_held(struct keeper *k)
{
	char why[128];

	for (int i = 0; i < HELD_COUNT; i++) {
		bool port = i < KEEPER_PORTS;

		k->held[i] = port ? held_try(i) : held_open(i, why, sizeof why);
		/* Another program's port is waited for by the engine, which asks (ports.c). */
		if (k->held[i] >= 0 || (port && errno == EADDRINUSE))
			continue;
		return complain("cannot start", port ? strerror(errno) : why);
	}
	return true;
}

static void setup_kernel(struct keeper *k)
{
	k->objects.watch = k->nft;
	keeper_tun_setup(k);
	/* The table is made with the manager's first rules, or else before we are ready. */
	k->objects.rules_dirty = true;
}

static void cleanup_kernel(struct keeper *k)
{
	char why[256];

	objects_fini(&k->objects);
	if (nft_run(nft_table_removal(), why, sizeof why))
		complain("nftables", why);
}

static void on_sample(uv_timer_t *t)
{
	keeper_sample(t->data);
}

static void start_handles(struct keeper *k)
{
	k->term.data = k->interrupt.data = k->rules.data = k->sample.data = k;
	keeper_watch_start(k);
	uv_signal_init(&k->loop, &k->term);
	uv_signal_start(&k->term, on_signal, SIGTERM);
	uv_signal_init(&k->loop, &k->interrupt);
	uv_signal_start(&k->interrupt, on_signal, SIGINT);
	uv_prepare_init(&k->loop, &k->rules);
	uv_timer_init(&k->loop, &k->sample);
}

static void close_handles(struct keeper *k)
{
	keeper_watch_stop(k);
	uv_close((uv_handle_t *)&k->term, NULL);
	uv_close((uv_handle_t *)&k->interrupt, NULL);
	uv_close((uv_handle_t *)&k->rules, NULL);
	uv_close((uv_handle_t *)&k->sample, NULL);
	if (k->roles)
		supervisor_free(k->roles);
	children_end_all(&k->children);
	uv_run(&k->loop, UV_RUN_DEFAULT);
}

static void serve(struct keeper *k)
{
	start_handles(k);
	if (k->opt->put_back) {
		keeper_refresh_links(k);
	} else if (start_roles(k)) {
		setup_kernel(k);
		keeper_refresh_links(k);
		keeper_nft_look(k);
		uv_timer_start(&k->sample, on_sample, 0, SAMPLE_MS);
		uv_run(&k->loop, UV_RUN_DEFAULT);
	}
	close_handles(k);
	cleanup_kernel(k);
}

enum keeper_end keeper_run(const struct keeper_options *opt)
{
	struct keeper k = {.opt = opt, .children.loop = &k.loop, .door_socket = -1};
	enum keeper_end end = KEEPER_FAILED;

	for (int i = 0; i < HELD_COUNT; i++)
		k.held[i] = -1;
	memset(k.part, -1, sizeof k.part);
	if (geteuid() != 0) {
		complain("cannot start", "must be started as root");
		return end;
	}
	if (!places_open(&k.places, opt->state, opt->socket, opt->config))
		return end;
	if (uv_loop_init(&k.loop) < 0 || !(k.samples = samples_new()) || !(k.nl = netlink_open()) ||
	    !(k.host = host_state_open(opt->state)) || !devices_open(&k.devices, opt->state) ||
	    !keeper_watch_open(&k)) {
		complain("cannot start", strerror(errno));
	} else if (open_held(&k)) {
		struct news news = keeper_news(&k);

		if (!objects_init(&k.objects, k.nl, k.host, TUN_NAME, &news)) {
			complain("cannot start", strerror(ENOMEM));
		} else {
			serve(&k);
			if (opt->put_back || (k.stopping && k.early_deaths < EARLY_DEATHS))
				end = k.restart ? KEEPER_RESTART : KEEPER_STOPPED;
		}
	}
	keeper_workers_none(&k);
	for (int i = 0; i < HELD_COUNT; i++)
		if (k.held[i] >= 0)
			close(k.held[i]);
	keeper_door_close(&k);
	keeper_watch_close(&k);
	netlink_close(k.nl);
	host_state_close(k.host);
	devices_close(&k.devices);
	free(k.links);
	records_free(&k);
	samples_free(k.samples);
	nat_hits_free(&k.nat_hits);
	free(k.waiters);
	uv_loop_close(&k.loop);
	places_close(&k.places);
	return end;
}
