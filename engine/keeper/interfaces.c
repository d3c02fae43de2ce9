/*
 * The interface settings of objects.h. A link on which nothing was asked for is
 * the host's; where we take one up or down, host_link.c remembers how it was.
 * An address that the host has already is left to it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/host_link.h"
#include "engine/keeper/own.h"

/* ---- addresses --------------------------------------------------------------- */

/* Is the address there without our mark? */
static bool is_foreign(struct objects *o, const struct interface_setting *s)
{
	struct netlink_ours *ours;
	bool found = false;
	size_t n;

	if (netlink_ours(o->nl, &ours, &n) != 0)
		return true; /* rather left behind than taken away */
	for (size_t i = 0; i < n; i++)
		found = found || (ours[i].address && ours[i].r.ifindex == s->ifindex &&
				     addr_equal(&ours[i].r.dest, &s->address) &&
				     addr_equal(&ours[i].r.mask, &s->mask));
	free(ours);
	return !found;
}

static int address_add(struct objects *o, struct interface_setting *s)
{
	int error;

	s->foreign = false;
	if (!s->address.family || !s->ifindex)
		return 0;
	error = netlink_address(o->nl, s->ifindex, &s->address, &s->mask, true);
	s->has = !error || error == EEXIST;
	if (error != EEXIST)
		return error;
	s->foreign = is_foreign(o, s); /* else a keeper that was killed left it */
	return 0;
}

static void address_remove(struct objects *o, const struct interface_setting *s)
{
	if (s->address.family && s->ifindex && !s->foreign)
		(void)host_link_address_remove(o->nl, s->ifindex, &s->address, &s->mask);
}

/* ---- links ------------------------------------------------------------------- */

static int link_to(struct objects *o, const struct interface_setting *s, enum link_want want)
{
	if (!s->ifindex)
		return 0;
	if (want != LINK_HOST)
		return host_link_set(o->nl, o->host, s->device, s->ifindex, want == LINK_UP);
	host_link_put_back(o->nl, o->host, s->device, s->ifindex);
	return 0;
}

/* First contact with the link. */
static int interface_apply(struct objects *o, struct interface_setting *s, const struct link *k)
{
	int error;

	s->ifindex = k->ifindex;
	error = address_add(o, s);
	if (error)
		return error;
	error = link_to(o, s, s->want);
	if (error)
		address_remove(o, s);
	return error;
}

static size_t interface_find(const struct objects *o, const char *device)
{
	size_t i;

	for (i = 0; i < o->n_interfaces && strcmp(o->interfaces[i].device, device) != 0; i++)
		;
	return i;
}

struct interface_setting *objects_setting(const struct objects *o, const char *device)
{
	size_t i = interface_find(o, device);

	return i < o->n_interfaces ? &o->interfaces[i] : NULL;
}

/* Another address or state for a link we have already set. The new address comes before the old
 * one goes: what leans on both stays. */
static int interface_change(struct objects *o, struct interface_setting *s,
    const struct interface_setting *wanted)
{
	struct interface_setting old = *s;
	bool same = addr_equal(&s->address, &wanted->address) &&
		    addr_equal(&s->mask, &wanted->mask);
	int error = 0;

	s->stale = false;
	if (!same) {
		s->address = wanted->address;
		s->mask = wanted->mask;
		error = address_add(o, s);
	}
	if (!error && wanted->want != s->want) {
		error = link_to(o, s, wanted->want);
		if (error && !same)
			address_remove(o, s);
	}
	if (error) {
		*s = old;
		return error;
	}
	s->want = wanted->want;
	if (!same) {
		address_remove(o, &old);
		/* which went with the old one if that was first in its network */
		(void)address_add(o, s);
	}
	return 0;
}

int objects_interface(struct objects *o, const char *device, const struct addr *address,
    const struct addr *mask, enum link_want want)
{
	struct interface_setting s = {.address = *address, .mask = *mask, .want = want};
	const struct link *k = objects_link(o, device);
	size_t i = interface_find(o, device);
	int error = 0;

	memcpy(s.device, device, strlen(device) + 1);
	if (i < o->n_interfaces)
		return interface_change(o, &o->interfaces[i], &s);
	if (!GROW(o, interfaces))
		return ENOMEM;
	if (k)
		error = interface_apply(o, &s, k);
	if (!error)
		o->interfaces[o->n_interfaces++] = s;
	return error;
}

static void interface_take_out(struct objects *o, size_t i)
{
	address_remove(o, &o->interfaces[i]);
	(void)link_to(o, &o->interfaces[i], LINK_HOST);
	TAKE_OUT(o, interfaces, i);
}

int objects_interface_remove(struct objects *o, const char *device)
{
	size_t i = interface_find(o, device);

	if (i < o->n_interfaces)
		interface_take_out(o, i);
	return 0;
}

/* Somebody has removed the address, or taken the link where we do not want it. How the host had the
 * link stands in its state already, and what he did is not remembered as the host's. */
static void interface_restore(struct objects *o, struct interface_setting *s, const struct link *k)
{
	char a[ADDR_TEXT_MAX], what[96];

	if (s->want != LINK_HOST && k->up != (s->want == LINK_UP)) {
		snprintf(
		    what, sizeof what, "the state of %s (%s)", s->device, k->up ? "down" : "up");
		if (guard_may(&o->guard, what) && !netlink_link(o->nl, k->ifindex, !k->up))
			news_say(&o->guard.news, NEWS_WARNING,
			    "%s was taken %s by another program; it is %s again", s->device,
			    k->up ? "up" : "down", k->up ? "down" : "up");
	}
	if (!s->address.family || link_address(k, &s->address, &s->mask))
		return;
	if (k->n_addresses == LINK_ADDRESSES_MAX) { /* it may be among those that were not seen */
		(void)address_add(o, s);
		return;
	}
	snprintf(what, sizeof what, "address %s/%d of %s", addr_text(&s->address, a),
	    mask_prefix(&s->mask), s->device);
	if (s->has && !guard_may(&o->guard, what))
		return;
	if (!address_add(o, s) && s->has)
		news_say(&o->guard.news, NEWS_WARNING,
		    "%s was removed by another program; put back", what);
}

void objects_interfaces_links(struct objects *o)
{
	for (size_t i = 0; i < o->n_interfaces; i++) {
		struct interface_setting *s = &o->interfaces[i];
		const struct link *k = objects_link(o, s->device);
		const struct link_address *a;

		if (!k) {
			s->ifindex = 0;
			s->has = false;
		} else if (k->ifindex != s->ifindex) {
			s->has = false;
			(void)interface_apply(o, s, k);
		} else {
			a = link_address(k, &s->address, &s->mask);
			if (a)
				s->foreign = !a->ours;
			interface_restore(o, s, k);
		}
	}
}

/* ---- what an earlier keeper left ------------------------------------------------ */

static void put_back_link(void *arg, const char *key, const char *value)
{
	struct objects *o = arg;
	const char *device = key + strlen("link ");
	size_t i = interface_find(o, device);
	const struct link *k = objects_link(o, device);

	(void)value;
	if (i < o->n_interfaces && o->interfaces[i].want != LINK_HOST)
		return;
	if (k)
		host_link_put_back(o->nl, o->host, device, k->ifindex);
	else
		host_state_forget(o->host, key);
}

bool objects_interfaces_own(const struct objects *o, uint32_t ifindex, const struct addr *address,
    const struct addr *mask)
{
	for (size_t i = 0; i < o->n_interfaces; i++) {
		const struct interface_setting *s = &o->interfaces[i];

		if (s->ifindex == ifindex && !s->foreign && addr_equal(&s->address, address) &&
		    addr_equal(&s->mask, mask))
			return true;
	}
	return false;
}

void objects_interfaces_sweep(struct objects *o)
{
	for (size_t i = o->n_interfaces; i-- > 0;)
		if (o->interfaces[i].stale)
			interface_take_out(o, i);
	host_state_each(o->host, "link ", put_back_link, o);
}
