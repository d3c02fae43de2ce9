/*
 * Which links forward packets: those that the configuration wants to, and the
 * clients' device while there are such. The switch of each link alone is
 * turned: net.ipv4.ip_forward would turn those of all other links of the host as
 * well, and others with them. Routes of such a link that has lost its carrier are left to
 * worse ones (`ignore_routes_with_linkdown`), as the device does. In the host's state
 * stands, of each switch that was off:
 *
 *   sysctl ipv4/conf/DEVICE/SWITCH    IFINDEX VALUE ALL
 *
 * its value and that of the host as a whole. Where the latter is another in the
 * end, the host has decided anew meanwhile, and that counts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/own.h"
#include "engine/keeper/sysctl.h"
#include "engine/keeper/tracking.h"

#define PREFIX "sysctl ipv4/conf/"

static const char *const SWITCH[] = {"forwarding", "ignore_routes_with_linkdown"};
#define SWITCHES (sizeof SWITCH / sizeof *SWITCH)

struct names {
	char key[96], all[64];
	const char *path; /* within the key */
};

static void name(struct names *n, const char *device, size_t which)
{
	snprintf(n->key, sizeof n->key, PREFIX "%s/%s", device, SWITCH[which]);
	snprintf(n->all, sizeof n->all, "ipv4/conf/all/%s", SWITCH[which]);
	n->path = n->key + strlen("sysctl ");
}

static int remember(struct objects *o, const struct names *n, uint32_t ifindex, const char *value)
{
	const char *old = host_state_get(o->host, n->key);
	char all[16], text[64];

	if (old && strtoul(old, NULL, 10) != ifindex)
		host_state_forget(o->host, n->key); /* of a link that is no more */
	sysctl_get(n->all, all, sizeof all);
	snprintf(text, sizeof text, "%u %s %s", ifindex, value, all);
	return host_state_remember(o->host, n->key, text);
}

static int switch_on(struct objects *o, const struct names *n, uint32_t ifindex)
{
	char value[16];
	int error;

	if (!sysctl_get(n->path, value, sizeof value))
		return ENODEV;
	if (!strcmp(value, "1"))
		return 0;
	error = remember(o, n, ifindex, value);
	return error ? error : sysctl_put(n->path, "1");
}

static int turn_on(struct objects *o, struct forwarding *f, const struct link *k)
{
	struct names n = {0};
	int error = 0;

	for (size_t i = 0; i < SWITCHES && !error; i++) {
		name(&n, f->device, i);
		error = switch_on(o, &n, k->ifindex);
	}
	if (error != ENODEV)
		f->ifindex = k->ifindex;
	return error;
}

/* What stands in the host's state of that switch; false: nothing. */
static bool remembered(const struct objects *o, const struct names *n, unsigned *ifindex,
    char was[16], char all_was[16])
{
	const char *value = host_state_get(o->host, n->key);

	return value && sscanf(value, "%u %15s %15s", ifindex, was, all_was) == 3;
}

bool objects_forwarding_host(const struct objects *o, const char *device)
{
	const struct link *k = objects_link(o, device);
	char now[16] = "", was[16], all_was[16], all[16] = "";
	struct names n = {0};
	unsigned ifindex;

	name(&n, device, 0);
	sysctl_get(n.path, now, sizeof now);
	if (!k || !remembered(o, &n, &ifindex, was, all_was) || ifindex != k->ifindex)
		return !strcmp(now, "1");
	sysctl_get(n.all, all, sizeof all);
	return !strcmp(strcmp(all, all_was) != 0 ? all : was, "1");
}

static void switch_back(struct objects *o, const struct names *n, const struct link *k)
{
	char was[16], all_was[16], all[16];
	unsigned ifindex;

	if (!host_state_get(o->host, n->key))
		return;
	sysctl_get(n->all, all, sizeof all);
	if (k && remembered(o, n, &ifindex, was, all_was) && ifindex == k->ifindex)
		(void)sysctl_put(n->path, strcmp(all, all_was) != 0 ? all : was);
	host_state_forget(o->host, n->key);
}

static void put_back(struct objects *o, const char *device)
{
	struct names n = {0};

	for (size_t i = 0; i < SWITCHES; i++) {
		name(&n, device, i);
		switch_back(o, &n, objects_link(o, device));
	}
}

static size_t find(const struct objects *o, const char *device)
{
	size_t i;

	for (i = 0; i < o->n_forwarding && strcmp(o->forwarding[i].device, device) != 0; i++)
		;
	return i;
}

/* The clients' device is ours and goes with us: nothing is written down. */
static void turn_tun(const struct objects *o)
{
	const char *wanted = o->n_forwarding ? "1" : "0";
	struct names n = {0};
	char value[16];

	name(&n, o->tun, 0);
	if (sysctl_get(n.path, value, sizeof value) && strcmp(value, wanted) != 0)
		(void)sysctl_put(n.path, wanted);
}

static void take_out(struct objects *o, size_t i)
{
	put_back(o, o->forwarding[i].device);
	TAKE_OUT(o, forwarding, i);
	turn_tun(o);
	tracking_count(o->host, o->n_forwarding > 0);
}

int objects_forwarding(struct objects *o, const char *device, bool add)
{
	const struct link *k = objects_link(o, device);
	struct forwarding f = {0};
	size_t i = find(o, device);
	int error = 0;

	if (i < o->n_forwarding) {
		o->forwarding[i].stale = false;
		if (!add)
			take_out(o, i);
		return 0;
	}
	if (!add)
		return 0;
	if (!GROW(o, forwarding))
		return ENOMEM;
	memcpy(f.device, device, strlen(device) + 1);
	if (k)
		error = turn_on(o, &f, k);
	if (error)
		return error;
	o->forwarding[o->n_forwarding++] = f;
	turn_tun(o);
	tracking_count(o->host, true);
	return 0;
}

/* Somebody has turned it off: alone, or all links at once. */
static void restore(struct objects *o, struct forwarding *f, const struct link *k)
{
	char value[16], what[64];
	struct names n = {0};
	bool off = false;

	for (size_t i = 0; i < SWITCHES; i++) {
		name(&n, f->device, i);
		off = off || (sysctl_get(n.path, value, sizeof value) && strcmp(value, "1") != 0);
	}
	snprintf(what, sizeof what, "forwarding on %s", f->device);
	if (!off || !guard_may(&o->guard, what) || turn_on(o, f, k) != 0)
		return;
	news_say(&o->guard.news, NEWS_WARNING,
	    "%s was turned off by another program; it is on again", what);
}

void objects_forwarding_links(struct objects *o)
{
	for (size_t i = 0; i < o->n_forwarding; i++) {
		struct forwarding *f = &o->forwarding[i];
		const struct link *k = objects_link(o, f->device);

		if (!k)
			f->ifindex = 0;
		else if (k->ifindex != f->ifindex)
			(void)turn_on(o, f, k);
		else
			restore(o, f, k);
	}
	turn_tun(o);
}

/* Left by a keeper that was killed, and wanted no more. */
static void sweep_left(void *arg, const char *key, const char *value)
{
	struct objects *o = arg;
	const char *device = key + strlen(PREFIX);
	size_t len = strcspn(device, "/");
	char copy[IF_NAMESIZE];

	(void)value;
	if (len >= sizeof copy ||
	    (strcmp(device + len, "/forwarding") != 0 &&
		strcmp(device + len, "/ignore_routes_with_linkdown") != 0))
		return;
	memcpy(copy, device, len);
	copy[len] = 0;
	if (find(o, copy) == o->n_forwarding)
		put_back(o, copy);
}

void objects_forwarding_sweep(struct objects *o)
{
	for (size_t i = o->n_forwarding; i-- > 0;)
		if (o->forwarding[i].stale)
			take_out(o, i);
	host_state_each(o->host, PREFIX, sweep_left, o);
	if (!o->n_forwarding)
		tracking_count(o->host, false);
}
