/*
 * What the host has on a link, and giving it back. The kernel takes more than
 * it is told to: with a link that goes down the host's routes and IPv6
 * addresses go, with an address its secondary ones and the routes that lean on
 * it.
 */
#ifndef GATEHOUSE_HOST_LINK_H
#define GATEHOUSE_HOST_LINK_H

#include "engine/keeper/host_state.h"
#include "engine/keeper/netlink.h"

/* Messages of the kernel, as it dumped them. */
struct host_copy {
	struct nlmsghdr **v;
	size_t n, size;
};

/* The addresses and routes on a link that are neither ours nor the kernel's own doing. 0 or an
 * errno; host_copy_free() in any case. */
int host_copy_take(struct netlink *, uint32_t ifindex, struct host_copy *);
/* Creates what of it is missing. */
void host_copy_put_back(struct netlink *, const struct host_copy *);
void host_copy_free(struct host_copy *);

/* Takes the link up or down, writing down first how the host had it. 0 or an errno. */
int host_link_set(struct netlink *, struct host_state *, const char *device, uint32_t ifindex,
    bool up);
/* Makes the link what the host had, where we changed it. */
void host_link_put_back(struct netlink *, struct host_state *, const char *device,
    uint32_t ifindex);
/* Removes an address of ours, and nothing with it. 0 or an errno. */
int host_link_address_remove(struct netlink *, uint32_t ifindex, const struct addr *,
    const struct addr *mask);

#endif
