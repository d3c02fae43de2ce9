/*
 * Owns the keeper: one loop, the supervised roles, the kernel objects.
 *
 * Start: lock and socket, held descriptors, TUN up, nftables table in, roles.
 * While the roles read their libraries the kernel is set up; their requests
 * wait in the channels meanwhile. What a killed keeper left in the kernel stays
 * until the manager has said what is wanted: connections over it live on.
 * Stop: SHUTDOWN to the roles, at most two seconds, then every object of ours
 * leaves the kernel.
 */
#include "engine/keeper/keeper.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/journal.h"
#include "engine/keeper/private.h"
#include "engine/keeper/requests.h"
#include "engine/keeper/sysctl.h"

static bool complain(const char *what, const char *why)
{
	journal(LOG_ERR, "%s: %s", what, why);
	return false;
}

/* ---- links ------------------------------------------------------------------ */

static void send_link(struct keeper *k, enum role to, const struct link *l)
{
	char text[LINK_ADDRESSES_MAX][ADDR_TEXT_MAX + 4], a[ADDR_TEXT_MAX];
	struct ipc_msg m = {.type = MSG_LINK_STATE, .fd = -1,
	    .link_state = {.device = l->name, .ifindex = l->ifindex, .up = l->up,
	        .address = l->address, .mask = l->mask, .mtu = l->mtu, .mac = l->mac,
	        .hardware = l->hardware, .carrier = l->carrier, .last = ""}};

	for (unsigned i = 0; i < l->n_addresses; i++) {
		snprintf(text[i], sizeof text[i], "%s/%d", addr_text(&l->addresses[i].address, a),
		    mask_prefix(&l->addresses[i].mask));
		m.link_state.addresses.v[m.link_state.addresses.n++] = text[i];
	}
	if (strcmp(l->name, TUN_NAME) != 0)
		supervisor_send(k->roles, to, &m);
}

/* The manager also hears of numbers whose cards are missing. */
static void send_missing(struct keeper *k, unsigned number)
{
	const struct device_slot *s = &k->devices.slot[number];
	char hardware[24];
	struct ipc_msg m = {.type = MSG_LINK_STATE, .fd = -1,
	    .link_state = {.device = "", .mac = s->mac, .hardware = hardware, .last = s->name}};

	snprintf(hardware, sizeof hardware, HARDWARE_NAME "%u", number);
	supervisor_send(k->roles, ROLE_MANAGER, &m);
}

static void tell_link(struct keeper *k, const struct link *l)
{
	send_link(k, ROLE_MANAGER, l);
	send_link(k, ROLE_ENGINE, l);
}

static const struct link *same_link(const struct link *v, size_t n, const struct link *l)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].name, l->name))
			return &v[i];
	return NULL;
}

static bool link_equal(const struct link *a, const struct link *b)
{
	bool same = a->ifindex == b->ifindex && a->mtu == b->mtu && a->up == b->up &&
	    a->carrier == b->carrier && a->n_addresses == b->n_addresses &&
	    addr_equal(&a->address, &b->address) && !strcmp(a->mac, b->mac) &&
	    !strcmp(a->hardware, b->hardware);

	for (unsigned i = 0; same && i < a->n_addresses; i++)
		same = addr_equal(&a->addresses[i].address, &b->addresses[i].address) &&
		    addr_equal(&a->addresses[i].mask, &b->addresses[i].mask);
	return same;
}

static void tell_gone(struct keeper *k, const struct link *l)
{
	struct link gone = {0};

	memcpy(gone.name, l->name, sizeof gone.name);
	tell_link(k, &gone);
}

/* Says what differs from what was said before. */
static void tell_links(struct keeper *k, const struct link *now, size_t n,
    const struct device_slot before[DEVICES_MAX])
{
	for (size_t i = 0; i < k->n_links; i++)
		if (!same_link(now, n, &k->links[i]))
			tell_gone(k, &k->links[i]);
	for (unsigned s = 0; s < DEVICES_MAX; s++) {
		const struct device_slot *slot = &k->devices.slot[s];

		if (!slot->present &&
		    (before[s].present || strcmp(before[s].mac, slot->mac) != 0))
			send_missing(k, s);
	}
	for (size_t i = 0; i < n; i++) {
		const struct link *old = same_link(k->links, k->n_links, &now[i]);

		if (!old || !link_equal(old, &now[i]))
			tell_link(k, &now[i]);
	}
}

void keeper_refresh_links(struct keeper *k)
{
	struct device_slot before[DEVICES_MAX];
	struct link *now;
	size_t n;
	int error;

	if (netlink_links(k->nl, &now, &n) != 0)
		return;
	memcpy(before, k->told, sizeof before);
	error = devices_assign(&k->devices, now, n);
	if (error && error != k->devices_error)
		complain("the numbers of the cards cannot be kept", strerror(error));
	k->devices_error = error;
	if (k->roles)
		tell_links(k, now, n, before);
	memcpy(k->told, k->devices.slot, sizeof k->told);
	free(k->links);
	k->links = now;
	k->n_links = n;
	objects_links(&k->objects, now, n);
	keeper_watch_again(k);
}

/* ---- roles -------------------------------------------------------------------- */

static void on_started(void *arg, enum role role)
{
	struct keeper *k = arg;

	/* At the first start k->roles is not set yet; keeper_run() tells all the links then. */
	for (size_t i = 0; k->roles && role != ROLE_AAA && i < k->n_links; i++)
		send_link(k, role, &k->links[i]);
	for (unsigned s = 0; k->roles && role == ROLE_MANAGER && s < DEVICES_MAX; s++)
		if (k->devices.slot[s].mac[0] && !k->devices.slot[s].present)
			send_missing(k, s);
}

static void on_message(void *arg, enum role from, struct ipc_msg *m)
{
	request_serve(arg, from, m);
}

static void on_died(void *arg, enum role role)
{
	struct keeper *k = arg;

	if (role == ROLE_ENGINE)
		objects_clients_flush(&k->objects);
	if (!k->ready && !k->stopping && ++k->early_deaths == EARLY_DEATHS)
		keeper_stop(k, "cannot start", false);
}

static void on_ready(void *arg)
{
	struct keeper *k = arg;

	if (k->objects.nat_dirty)
		request_nat_commit(k);
	k->ready = true;
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
	struct supervisor_config cfg = {.exe = k->opt->exe, .args = k->opt->args,
	    .console = k->places.console, .config = k->places.config, .ops = &OPS, .arg = k};

	k->roles = supervisor_start(&k->loop, &cfg);
	return k->roles || complain("roles", strerror(ENOMEM));
}

void keeper_stop(struct keeper *k, const char *why, bool restart)
{
	if (k->stopping)
		return;
	k->stopping = true;
	k->restart = restart;
	journal(LOG_NOTICE, "stopping: %s", why);
	snprintf(k->why, sizeof k->why, "%s", why);
	supervisor_stop(k->roles, k->why);
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
		k->held[i] = held_open((enum held)i, why, sizeof why);
		if (k->held[i] < 0)
			return complain("cannot start", why);
	}
	return true;
}

void keeper_tun_setup(struct keeper *k)
{
	int error;

	sysctl_tun();
	k->objects.tun_ifindex = if_nametoindex(TUN_NAME);
	netlink_mtu(k->nl, k->objects.tun_ifindex, TUN_MTU);
	error = netlink_link(k->nl, k->objects.tun_ifindex, true);
	if (error)
		complain(TUN_NAME, strerror(error));
}

static void setup_kernel(struct keeper *k)
{
	keeper_tun_setup(k);
	/* The table is made with the manager's first rules, or else before we are ready. */
	k->objects.nat_dirty = true;
}

static void cleanup_kernel(struct keeper *k)
{
	char why[256];

	objects_fini(&k->objects);
	if (nft_run(nft_remove_text(), why, sizeof why))
		complain("nftables", why);
}

static void start_handles(struct keeper *k)
{
	k->term.data = k->interrupt.data = k->nat.data = k;
	keeper_watch_start(k);
	uv_signal_init(&k->loop, &k->term);
	uv_signal_start(&k->term, on_signal, SIGTERM);
	uv_signal_init(&k->loop, &k->interrupt);
	uv_signal_start(&k->interrupt, on_signal, SIGINT);
	uv_prepare_init(&k->loop, &k->nat);
}

static void close_handles(struct keeper *k)
{
	keeper_watch_stop(k);
	uv_close((uv_handle_t *)&k->term, NULL);
	uv_close((uv_handle_t *)&k->interrupt, NULL);
	uv_close((uv_handle_t *)&k->nat, NULL);
	if (k->roles)
		supervisor_free(k->roles);
	uv_run(&k->loop, UV_RUN_DEFAULT);
}

static void serve(struct keeper *k)
{
	start_handles(k);
	if (k->opt->put_back) {
		keeper_refresh_links(k);
		close_handles(k);
	} else if (start_roles(k)) {
		setup_kernel(k);
		keeper_refresh_links(k);
		keeper_nft_look(k);
		uv_run(&k->loop, UV_RUN_DEFAULT);
		close_handles(k);
	}
	cleanup_kernel(k);
}

enum keeper_end keeper_run(const struct keeper_options *opt)
{
	struct keeper k = {.opt = opt};
	enum keeper_end end = KEEPER_FAILED;

	for (int i = 0; i < HELD_COUNT; i++)
		k.held[i] = -1;
	if (geteuid() != 0) {
		complain("cannot start", "must be started as root");
		return end;
	}
	if (!places_open(&k.places, opt->state, opt->socket, opt->config))
		return end;
	if (uv_loop_init(&k.loop) < 0 || !(k.nl = netlink_open()) ||
	    !(k.host = host_state_open(opt->state)) || !devices_open(&k.devices, opt->state) ||
	    !keeper_watch_open(&k)) {
		complain("cannot start", strerror(errno));
	} else if (open_held(&k)) {
		struct news news = keeper_news(&k);

		objects_init(&k.objects, k.nl, k.host, TUN_NAME, &news);
		serve(&k);
		if (opt->put_back || (k.stopping && k.early_deaths < EARLY_DEATHS))
			end = k.restart ? KEEPER_RESTART : KEEPER_STOPPED;
	}
	for (int i = 0; i < HELD_COUNT; i++)
		if (k.held[i] >= 0)
			close(k.held[i]);
	keeper_watch_close(&k);
	netlink_close(k.nl);
	host_state_close(k.host);
	devices_close(&k.devices);
	free(k.links);
	free(k.routes);
	free(k.waiters);
	uv_loop_close(&k.loop);
	places_close(&k.places);
	return end;
}
