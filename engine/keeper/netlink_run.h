/* One request to the kernel by netlink, and all of its answer. */
#ifndef GATEHOUSE_KEEPER_NETLINK_RUN_H
#define GATEHOUSE_KEEPER_NETLINK_RUN_H

#include <libmnl/libmnl.h>
#include <stddef.h>

struct netlink_exchange {
	struct mnl_socket *socket; /* blocking */
	void *buf;
	size_t size;
};

/* Sends the request and feeds each part of the answer to `each` (NULL: only its end counts). 0, or
 * the kernel's errno: EINTR when others changed what was being dumped, and nothing is complete. */
int netlink_run(
    const struct netlink_exchange *, struct nlmsghdr *request, mnl_cb_t each, void *arg);

#endif
