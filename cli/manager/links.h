/* The network devices of the machine as the keeper reports them. */
#ifndef GATEHOUSE_MANAGER_LINKS_H
#define GATEHOUSE_MANAGER_LINKS_H

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/ipc/message.h"

#define LINKS_MAX 128

/* A network device, or a card that is missing (then only its number, its MAC address and the
 * name it had). */
struct net_link {
	char device[32], hardware[32], mac[24], last[32];
	uint32_t ifindex, mtu;
	bool up, carrier;
	bool closed; /* nothing passes between it and a link without nameif */
	struct addr address, mask; /* the first */
	char addresses[STRLIST_MAX][20]; /* all of them, "10.1.1.1/24" */
	unsigned n_addresses;
};

struct links {
	struct net_link v[LINKS_MAX];
	unsigned n;
	char made[IF_NAMESIZE]; /* of links_device() */
};

/* Takes in what the keeper says of one; true: hardware names lead to other devices now, or the
 * device has another address. */
bool links_note(struct links *, const struct msg_link_state *);
/* The link of a hardware name, a device or a subinterface of such, or NULL. */
const struct net_link *links_find(const struct links *, const char *device);
/* The Linux device of a hardware name, also of a VLAN that has still to be made; "" when the
 * machine has none. Until the next call. */
const char *links_device(struct links *, const char *hardware);
/* Has the link this address? */
bool link_has(const struct net_link *, const struct addr *, const struct addr *mask);

#endif
