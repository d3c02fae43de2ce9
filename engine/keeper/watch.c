/*
 * The keeper's watch: others (the administrator of the host, its DHCP client,
 * a reload of its nftables) may change what is ours in the kernel. What they
 * take away is put back, within the bounds of guard.h, and the operator is told;
 * he is told as well of chains of the host that drop.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/clock.h"
#include "engine/base/journal.h"
#include "engine/firewall/nft_name.h"
#include "engine/keeper/private.h"

#define TABLE_NAME "the nftables table inet " NFT_TABLE
#define LOG_BASE 199012 /* + severity: 199013 to 199019 are the messages of the system below */
#define LOOK_AGAIN_MS 50 /* others' new routes are looked at together */

/* ---- news ------------------------------------------------------------------------- */

static void say(void *arg, unsigned severity, const char *text)
{
	struct keeper *k = arg;
	struct ipc_msg m = {.type = MSG_LOG_LINE,
	    .fd = -1,
	    .log_line = {
		.severity = (uint8_t)severity,
		.number = LOG_BASE + severity,
		.text = text,
		.time = clock_wall()}};

	journal((int)severity, "%s", text);
	if (k->roles)
		supervisor_send(k->roles, ROLE_MANAGER, &m);
}

struct news keeper_news(struct keeper *k)
{
	return (struct news){.say = say, .arg = k};
}

static void __attribute__((format(printf, 2, 3))) warn(struct keeper *k, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	say(k, NEWS_WARNING, text);
}

/* ---- links, addresses, routes -------------------------------------------------------- */

/* Somebody has deleted the clients' device: a new one, and an engine that has its descriptor. */
static void tun_again(struct keeper *k)
{
	char why[128];
	int fd = held_open(HELD_TUN, why, sizeof why),
	    engine = supervisor_pid(k->roles, ROLE_ENGINE);

	if (fd < 0) {
		warn(k, "%s was removed by another program and cannot be made again: %s", TUN_NAME,
		    why);
		return;
	}
	close(k->held[HELD_TUN]);
	k->held[HELD_TUN] = fd;
	k->tun_queues = false;
	keeper_tun_setup(k);
	if (engine)
		kill(engine, SIGKILL);
	warn(k, "%s was removed by another program; it is made again, all sessions have ended",
	    TUN_NAME);
}

/* The clients' device: there, and up. */
static void watch_tun(struct keeper *k)
{
	const struct link *l = NULL;

	for (size_t i = 0; i < k->n_links; i++)
		if (k->links[i].ifindex == k->objects.tun_ifindex)
			l = &k->links[i];
	if ((l && l->up) || !guard_may(&k->objects.guard, TUN_NAME))
		return;
	if (!l)
		tun_again(k);
	else if (netlink_link(k->nl, l->ifindex, true) == 0)
		warn(k, "%s was taken down by another program; it is up again", TUN_NAME);
}

static void look_links(struct keeper *k)
{
	keeper_refresh_links(k);
	watch_tun(k);
}

static void look_routes(struct keeper *k)
{
	objects_routes_restore(&k->objects);
	keeper_look_again(k);
}

/* News that were lost are an error of the socket, after which libuv hears it no more. */
static void hear_on(uv_poll_t *h, int status, uv_poll_cb heard)
{
	if (status < 0)
		uv_poll_start(h, UV_READABLE, heard);
}

static void on_event(uv_poll_t *h, int status, int events)
{
	struct keeper *k = h->data;
	unsigned seen = monitor_drain(k->monitor);

	(void)events;
	if (k->stopping)
		return;
	hear_on(h, status, on_event);
	if (seen & MONITOR_LINKS)
		look_links(k);
	else if (seen & MONITOR_LOST)
		look_routes(k);
	else if ((seen & MONITOR_ROUTES) && objects_routes_wait(&k->objects))
		keeper_look_within(k, LOOK_AGAIN_MS);
}

/* ---- nftables ---------------------------------------------------------------------- */

static bool is_same(const struct nft_dropping *a, const struct nft_dropping *b)
{
	return !strcmp(a->family, b->family) && !strcmp(a->table, b->table) &&
	    !strcmp(a->chain, b->chain) && a->policy == b->policy;
}

static bool contains(const struct nft_view *v, const struct nft_dropping *d)
{
	for (size_t i = 0; i < v->n_dropping; i++)
		if (is_same(&v->dropping[i], d))
			return true;
	return false;
}

static void tell_dropping(struct keeper *k, const struct nft_view *now)
{
	for (size_t i = 0; i < now->n_dropping; i++) {
		const struct nft_dropping *d = &now->dropping[i];

		if (contains(&k->nft_view, d))
			continue;
		warn(k, "chain %s %s %s of this host drops %s that it does not accept (%s): %s",
		    d->family, d->table, d->chain,
		    d->forward ? "forwarded packets" : "packets to this host",
		    d->policy ? "policy drop" : "its last rule",
		    d->forward ? "traffic of VPN clients has to be accepted there"
			       : "UDP 500, UDP 4500 and protocol ESP have to be accepted there");
	}
	for (size_t i = 0; i < k->nft_view.n_dropping; i++) {
		const struct nft_dropping *d = &k->nft_view.dropping[i];

		if (!contains(now, d))
			warn(k, "chain %s %s %s of this host drops no more", d->family, d->table,
			    d->chain);
	}
}

/* Loads our table again, as soon as that may be. */
static void put_back(struct keeper *k, const char *what)
{
	bool by_others = k->nft_touched, failed = k->nft_failed;

	if (k->objects.rules_dirty) /* what waits is given to nft first */
		keeper_look_within(k, LOOK_AGAIN_MS);
	if (k->objects.rules_dirty || !guard_may_soon(&k->objects.guard, TABLE_NAME))
		return;
	objects_rules_lost(&k->objects);
	keeper_rules_commit(k);
	k->nft_touched = k->nft_failed && by_others;
	if (k->nft_failed && !failed)
		warn(k, TABLE_NAME " was %s and could not be put back: it is tried again", what);
	else if (!k->nft_failed)
		warn(k, TABLE_NAME " was %s; put back, its counts begin at zero again", what);
}

/* Is our table as we have left it? Else it is loaded again. That others were at it is known by
 * their events: what it looks like may be noted after them, when changes of our own were loaded. */
void keeper_nft_look(struct keeper *k)
{
	struct nft_view now;
	uint64_t ours = k->nft_view.ours;
	int error = ENOTSUP;

	if (k->nft && nft_watch_drain(k->nft) & NFT_SEEN_OURS)
		k->nft_touched = true;
	if (k->nft)
		error = nft_watch_look(k->nft, &now);
	if (error == EINTR) /* others are changing it all the time */
		keeper_look_within(k, LOOK_AGAIN_MS);
	if (error)
		return;
	tell_dropping(k, &now);
	k->nft_view = now;
	k->nft_view.ours = ours;
	if (!ours && k->objects.rules_dirty) { /* what is there is of a keeper before this one */
		k->nft_touched = false;
		return;
	}
	k->nft_touched = k->nft_touched || now.ours != ours;
	if (k->nft_touched)
		put_back(k, now.ours ? "changed by another program" : "removed by another program");
	else if (!k->objects.table.written)
		put_back(k, "not loaded");
}

static void on_nft(uv_poll_t *h, int status, int events)
{
	struct keeper *k = h->data;
	unsigned seen = nft_watch_drain(k->nft);

	(void)events;
	if (seen & NFT_SEEN_OURS)
		k->nft_touched = true;
	if (k->stopping)
		return;
	hear_on(h, status, on_nft);
	if (!seen)
		return;
	keeper_nft_look(k);
	keeper_look_again(k);
}

/* ---- life -------------------------------------------------------------------------- */

static void look(uv_timer_t *t)
{
	struct keeper *k = t->data;

	if (k->stopping)
		return;
	keeper_nft_look(k);
	look_links(k);
}

bool keeper_watch_open(struct keeper *k)
{
	k->monitor = monitor_open(netlink_port(k->nl));
	k->nft = nft_watch_open();
	return k->monitor != NULL;
}

void keeper_watch_start(struct keeper *k)
{
	k->watch.data = k->nft_poll.data = k->again.data = k;
	k->look = look;
	uv_timer_init(&k->loop, &k->again);
	uv_poll_init(&k->loop, &k->watch, monitor_fd(k->monitor));
	uv_poll_start(&k->watch, UV_READABLE, on_event);
	if (!k->nft)
		return;
	uv_poll_init(&k->loop, &k->nft_poll, nft_watch_fd(k->nft));
	uv_poll_start(&k->nft_poll, UV_READABLE, on_nft);
}

void keeper_watch_stop(struct keeper *k)
{
	uv_close((uv_handle_t *)&k->again, NULL);
	uv_close((uv_handle_t *)&k->watch, NULL);
	if (k->nft)
		uv_close((uv_handle_t *)&k->nft_poll, NULL);
}

void keeper_watch_close(struct keeper *k)
{
	monitor_close(k->monitor);
	nft_watch_close(k->nft);
}
