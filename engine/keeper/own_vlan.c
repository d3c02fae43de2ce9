/*
 * Links that are VLANs of others (IEEE 802.1Q). Each is made when its parent is
 * there, and made again when it has gone with it. One that the host has already, of
 * that parent and number, is the host's and stays. In the host's state stands, of
 * each that we have made:
 *
 *   vlan DEVICE    made
 *
 * so that a later keeper finds what a killed one has left.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/own.h"

#define PREFIX "vlan "

static const char *key_of(const char *device, char key[32])
{
	snprintf(key, 32, PREFIX "%s", device);
	return key;
}

static bool is_same(const struct link *k, const struct link *parent, uint16_t vlan)
{
	return k->vlan == vlan && k->parent == parent->ifindex;
}

static int make(struct objects *o, const struct vlan_setting *v, const struct link *parent)
{
	const struct link *k = objects_link(o, v->device);
	char key[32];
	int error;

	if (k)
		return is_same(k, parent, v->vlan) ? 0 : EEXIST;
	error = host_state_remember(o->host, key_of(v->device, key), "made");
	if (!error)
		error = netlink_vlan(o->nl, v->device, parent->ifindex, v->vlan);
	if (error)
		host_state_forget(o->host, key);
	return error;
}

/* Where we have made it. */
static void remove_link(struct objects *o, const char *device)
{
	const struct link *k = objects_link(o, device);
	char key[32];

	if (!host_state_get(o->host, key_of(device, key)))
		return;
	if (k && k->vlan)
		(void)netlink_remove(o->nl, k->ifindex);
	host_state_forget(o->host, key);
}

static size_t find(const struct objects *o, const char *device)
{
	size_t i;

	for (i = 0; i < o->n_vlan && strcmp(o->vlan[i].device, device) != 0; i++)
		;
	return i;
}

bool objects_vlan_differs(
    const struct objects *o, const char *device, const char *parent, uint16_t vlan)
{
	size_t i = find(o, device);

	return i < o->n_vlan && (o->vlan[i].vlan != vlan || strcmp(o->vlan[i].parent, parent) != 0);
}

int objects_vlan(struct objects *o, const char *device, const char *parent, uint16_t vlan)
{
	const struct link *p = objects_link(o, parent);
	struct vlan_setting v = {.vlan = vlan};
	size_t i = find(o, device);
	int error;

	if (i == o->n_vlan && !GROW(o, vlan))
		return ENOMEM;
	memcpy(v.device, device, strlen(device) + 1);
	memcpy(v.parent, parent, strlen(parent) + 1);
	error = p ? make(o, &v, p) : 0;
	/* A kernel without: the rest of the configuration holds all the same. */
	if (error && error != EOPNOTSUPP)
		return error;
	o->n_vlan += i == o->n_vlan;
	o->vlan[i] = v;
	return error;
}

int objects_vlan_remove(struct objects *o, const char *device)
{
	size_t i = find(o, device);

	if (i == o->n_vlan)
		return 0;
	remove_link(o, device);
	TAKE_OUT(o, vlan, i);
	return 0;
}

void objects_vlan_links(struct objects *o)
{
	for (size_t i = 0; i < o->n_vlan; i++) {
		const struct link *p = objects_link(o, o->vlan[i].parent);
		char what[64];

		if (!p || objects_link(o, o->vlan[i].device))
			continue;
		snprintf(what, sizeof what, "VLAN %s", o->vlan[i].device);
		if (guard_may(&o->guard, what))
			(void)make(o, &o->vlan[i], p);
	}
}

/* Left by a keeper that was killed, and wanted no more. */
static void sweep_left(void *arg, const char *key, const char *value)
{
	struct objects *o = arg;

	(void)value;
	if (find(o, key + strlen(PREFIX)) == o->n_vlan)
		remove_link(o, key + strlen(PREFIX));
}

void objects_vlan_sweep(struct objects *o)
{
	for (size_t i = o->n_vlan; i-- > 0;)
		if (o->vlan[i].stale)
			(void)objects_vlan_remove(o, o->vlan[i].device);
	host_state_each(o->host, PREFIX, sweep_left, o);
}
