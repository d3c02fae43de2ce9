/*
 * struct links: the manager's table of network devices. An entry is of a
 * hardware name (a number keeps its entry when its card is missing), or of a
 * device without one; it is born and dies by the keeper's news.
 */
#include "cli/manager/links.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct net_link *named(const struct links *t, const char *name)
{
	for (unsigned i = 0; *name && i < t->n; i++)
		if (strcmp(t->v[i].device, name) == 0 ||
		    (t->v[i].hardware[0] && strcasecmp(t->v[i].hardware, name) == 0))
			return &t->v[i];
	return NULL;
}

/* The device of NAME.N: that of the link NAME with its number behind, or where Linux has no room
 * for that a name made of the whole (FNV-1a). False: NAME.N is none, or the link NAME is not there.
 */
static bool vlan_device(const struct links *t, const char *name, char device[IF_NAMESIZE])
{
	const char *dot = strrchr(name, '.');
	const struct net_link *parent;
	uint32_t hash = 2166136261;
	char link[64];

	if (!dot || dot - name >= (int)sizeof(link))
		return false;
	snprintf(link, sizeof(link), "%.*s", (int)(dot - name), name);
	parent = named(t, link);
	if (!parent || !parent->device[0])
		return false;
	if (strlen(parent->device) + strlen(dot) < IF_NAMESIZE) {
		strcpy(stpcpy(device, parent->device), dot);
		return true;
	}
	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 16777619;
	snprintf(device, IF_NAMESIZE, "vlan%08x", hash);
	return true;
}

const struct net_link *links_find(const struct links *t, const char *name)
{
	const struct net_link *l = named(t, name);
	char device[IF_NAMESIZE];

	return !l && vlan_device(t, name, device) ? named(t, device) : l;
}

const char *links_device(struct links *t, const char *name)
{
	const struct net_link *l = named(t, name);

	if (l)
		return l->device;
	return vlan_device(t, name, t->made) ? t->made : "";
}

bool link_has(const struct net_link *l, const struct addr *a, const struct addr *mask)
{
	char text[ADDR_TEXT_MAX], want[ADDR_TEXT_MAX + 4];

	snprintf(want, sizeof(want), "%s/%d", addr_text(a, text), mask_prefix(mask));
	for (unsigned i = 0; i < l->n_addresses; i++)
		if (strcmp(l->addresses[i], want) == 0)
			return true;
	return l->n_addresses == STRLIST_MAX; /* not all of them were told */
}

/* The entry that the news is of: a number's, or else a device's. */
static struct net_link *link_entry(struct links *t, const struct msg_link_state *s)
{
	for (unsigned i = 0; i < t->n; i++)
		if (s->hardware[0] ? strcmp(t->v[i].hardware, s->hardware) == 0
		                   : strcmp(t->v[i].device, s->device) == 0)
			return &t->v[i];
	if (t->n == LINKS_MAX)
		return NULL;
	t->v[t->n] = (struct net_link){0};
	return &t->v[t->n++];
}

static void link_take(struct net_link *l, const struct msg_link_state *s)
{
	snprintf(l->device, sizeof(l->device), "%s", s->device);
	snprintf(l->hardware, sizeof(l->hardware), "%s", s->hardware);
	snprintf(l->mac, sizeof(l->mac), "%s", s->mac);
	snprintf(l->last, sizeof(l->last), "%s", s->last);
	l->ifindex = s->ifindex;
	l->mtu = s->mtu;
	l->up = s->up;
	l->carrier = s->carrier;
	l->closed = s->closed;
	l->address = s->address;
	l->mask = s->mask;
	l->n_addresses = s->addresses.n;
	for (unsigned i = 0; i < l->n_addresses; i++)
		snprintf(l->addresses[i], sizeof(l->addresses[i]), "%s", s->addresses.v[i]);
}

/* Gone, and no number is kept for it. */
static bool link_gone(const struct net_link *l)
{
	return (!l->ifindex && !l->hardware[0]) ||
	    (!l->device[0] && (!l->hardware[0] || !l->mac[0]));
}

bool links_note(struct links *t, const struct msg_link_state *s)
{
	struct net_link *l = link_entry(t, s);
	bool renamed;

	if (!l)
		return false;
	renamed = strcmp(l->device, s->device) != 0 || strcmp(l->hardware, s->hardware) != 0 ||
	    !addr_equal(&l->address, &s->address) || !addr_equal(&l->mask, &s->mask);
	link_take(l, s);
	/* What this device was before it became this. */
	for (unsigned i = t->n; i-- > 0;)
		if (&t->v[i] != l && s->device[0] && strcmp(t->v[i].device, s->device) == 0)
			t->v[i].device[0] = 0;
	for (unsigned i = t->n; i-- > 0;)
		if (link_gone(&t->v[i])) {
			renamed = true;
			t->v[i] = t->v[--t->n];
		}
	return renamed;
}
