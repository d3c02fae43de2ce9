/*
 * The MTU of links. In the host's state stands, of each link whose MTU we have
 * changed:
 *
 *   mtu DEVICE    IFINDEX MTU
 *
 * what the host had. Where the link has another than ours in the end, the host
 * has decided anew meanwhile, and that counts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/own.h"

#define PREFIX "mtu "

static const char *key_of(const char *device, char key[32])
{
	snprintf(key, 32, PREFIX "%s", device);
	return key;
}

static int remember(struct objects *o, const struct link *k)
{
	char key[32], text[32];
	const char *old = host_state_get(o->host, key_of(k->name, key));

	if (old && strtoul(old, NULL, 10) != k->ifindex)
		host_state_forget(o->host, key); /* of a link that is no more */
	snprintf(text, sizeof text, "%u %u", k->ifindex, k->mtu);
	return host_state_remember(o->host, key, text);
}

static int apply(struct objects *o, struct mtu_setting *s, const struct link *k)
{
	int error = k->mtu == s->mtu ? 0 : remember(o, k);

	s->ifindex = k->ifindex;
	return error || k->mtu == s->mtu ? error : netlink_mtu(o->nl, k->ifindex, s->mtu);
}

/* `ours`: what we have set; 0: not known, of an earlier keeper. */
static void put_back(struct objects *o, const char *device, uint32_t ours)
{
	const struct link *k = objects_link(o, device);
	unsigned ifindex, mtu;
	char key[32];
	const char *value = host_state_get(o->host, key_of(device, key));

	if (!value)
		return;
	if (k && sscanf(value, "%u %u", &ifindex, &mtu) == 2 && ifindex == k->ifindex &&
	    (!ours || ours == k->mtu))
		(void)netlink_mtu(o->nl, ifindex, mtu);
	host_state_forget(o->host, key);
}

static size_t find(const struct objects *o, const char *device)
{
	size_t i;

	for (i = 0; i < o->n_mtu && strcmp(o->mtu[i].device, device) != 0; i++)
		;
	return i;
}

static void take_out(struct objects *o, size_t i)
{
	put_back(o, o->mtu[i].device, o->mtu[i].mtu);
	TAKE_OUT(o, mtu, i);
}

int objects_mtu(struct objects *o, const char *device, uint32_t mtu)
{
	const struct link *k = objects_link(o, device);
	struct mtu_setting s = {.mtu = mtu}, *at;
	size_t i = find(o, device);
	int error;

	if (i == o->n_mtu && !GROW(o, mtu))
		return ENOMEM;
	memcpy(s.device, device, strlen(device) + 1);
	error = k ? apply(o, &s, k) : 0;
	if (error && i == o->n_mtu)
		put_back(o, device, 0);
	if (error)
		return error;
	at = &o->mtu[i];
	o->n_mtu += i == o->n_mtu;
	*at = s;
	return 0;
}

int objects_mtu_remove(struct objects *o, const char *device)
{
	size_t i = find(o, device);

	if (i < o->n_mtu)
		take_out(o, i);
	return 0;
}

/* Somebody has set another. */
static void restore(struct objects *o, struct mtu_setting *s, const struct link *k)
{
	char what[64];

	snprintf(what, sizeof what, "the MTU of %s", s->device);
	if (k->mtu == s->mtu || !guard_may(&o->guard, what) ||
	    netlink_mtu(o->nl, k->ifindex, s->mtu) != 0)
		return;
	news_say(&o->guard.news, NEWS_WARNING,
	    "%s was set to %u by another program; it is %u again", what, k->mtu, s->mtu);
}

void objects_mtu_links(struct objects *o)
{
	for (size_t i = 0; i < o->n_mtu; i++) {
		struct mtu_setting *s = &o->mtu[i];
		const struct link *k = objects_link(o, s->device);

		if (!k)
			s->ifindex = 0;
		else if (k->ifindex != s->ifindex)
			(void)apply(o, s, k);
		else
			restore(o, s, k);
	}
}

/* Left by a keeper that was killed, and wanted no more. */
static void sweep_left(void *arg, const char *key, const char *value)
{
	struct objects *o = arg;
	const char *device = key + strlen(PREFIX);

	(void)value;
	if (find(o, device) == o->n_mtu)
		put_back(o, device, 0);
}

void objects_mtu_sweep(struct objects *o)
{
	for (size_t i = o->n_mtu; i-- > 0;)
		if (o->mtu[i].stale)
			take_out(o, i);
	host_state_each(o->host, PREFIX, sweep_left, o);
}
