/*
 * The links of the machine as the manager and the engine know them: what a look
 * at the kernel shows to be new is told to both, and what a flap took away from
 * a link is put back.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/journal.h"
#include "engine/keeper/private.h"
#include "engine/keeper/sysctl.h"

static void send_link(struct keeper *k, enum role to, const struct link *l)
{
	char text[LINK_ADDRESSES_MAX][ADDR_TEXT_MAX + 4], a[ADDR_TEXT_MAX];
	struct ipc_msg m = {.type = MSG_LINK_STATE, .fd = -1,
	    .link_state = {.device = l->name, .ifindex = l->ifindex, .up = l->up,
	        .address = l->address, .mask = l->mask, .mtu = l->mtu, .mac = l->mac,
	        .hardware = l->hardware, .carrier = l->carrier, .last = "",
	        .dhcp = l->dhcp,
	        .closed = l->closed}};

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
	    a->carrier == b->carrier && a->dhcp == b->dhcp &&
	    a->closed == b->closed && a->n_addresses == b->n_addresses &&
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
		journal(LOG_ERR, "the numbers of the cards cannot be kept: %s", strerror(error));
	k->devices_error = error;
	for (size_t i = 0; i < n; i++) {
		now[i].dhcp = objects_has_dhcp(&k->objects, now[i].name);
		now[i].closed = !objects_forwarding_host(&k->objects, now[i].name);
	}
	if (k->roles)
		tell_links(k, now, n, before);
	memcpy(k->told, k->devices.slot, sizeof k->told);
	free(k->links);
	k->links = now;
	k->n_links = n;
	objects_links(&k->objects, now, n);
	if (k->ready && k->objects.rules_dirty)
		keeper_rules_soon(k);
	keeper_look_again(k);
}

void keeper_links_tell(struct keeper *k, enum role role)
{
	if (role == ROLE_AAA || role == ROLE_SSH)
		return;
	for (size_t i = 0; i < k->n_links; i++)
		send_link(k, role, &k->links[i]);
	for (unsigned s = 0; role == ROLE_MANAGER && s < DEVICES_MAX; s++)
		if (k->devices.slot[s].mac[0] && !k->devices.slot[s].present)
			send_missing(k, s);
}

void keeper_tun_setup(struct keeper *k)
{
	int error;

	sysctl_tun();
	k->objects.tun_ifindex = if_nametoindex(TUN_NAME);
	netlink_mtu(k->nl, k->objects.tun_ifindex, TUN_MTU);
	error = netlink_link(k->nl, k->objects.tun_ifindex, true);
	if (error)
		journal(LOG_ERR, TUN_NAME ": %s", strerror(error));
}
