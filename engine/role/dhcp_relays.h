/*
 * Sockets to DHCP servers, as a relay agent has them, for clients of the VPN:
 * one for each server and scope, as long as somebody uses it.
 */
#ifndef GATEHOUSE_ROLE_DHCP_RELAYS_H
#define GATEHOUSE_ROLE_DHCP_RELAYS_H

#include <sys/queue.h>
#include <uv.h>

#include "engine/dhcp/message.h"
#include "engine/ipc/message.h"

#define DHCP_RELAY_IDS 0x10000000u /* the numbers of its requests to the keeper begin there */

struct dhcp_relay;

struct dhcp_relays_ops {
	void (*keeper)(void *arg, struct ipc_msg *); /* says it */
	/* One that was opened is there: `own` is the address it speaks from; unset: it cannot be
	 * had. Also from inside dhcp_relays_open(). */
	void (*opened)(
	    void *arg, const struct addr *server, const struct addr *scope, const struct addr *own);
	void (*received)(void *arg, const struct addr *from, const struct dhcp_message *);
};

struct dhcp_relays {
	uv_loop_t *loop;
	const struct dhcp_relays_ops *ops;
	void *arg;
	LIST_HEAD(, dhcp_relay) relays;
	uint32_t last_id;
	struct dhcp_message message; /* the last that came */
};

void dhcp_relays_init(struct dhcp_relays *, uv_loop_t *, const struct dhcp_relays_ops *, void *arg);
/* Run the loop once more. */
void dhcp_relays_close(struct dhcp_relays *);
/* The keeper's reply; true: it was to one of these, and its descriptor is taken. */
bool dhcp_relays_reply(struct dhcp_relays *, struct ipc_msg *);

/* scope unset: the address that the route says. Each open has one end. */
void dhcp_relays_open(struct dhcp_relays *, const struct addr *server, const struct addr *scope);
void dhcp_relays_end(struct dhcp_relays *, const struct addr *server, const struct addr *scope);
/* One message, without IP and UDP; lost where there is no socket. */
void dhcp_relays_send(struct dhcp_relays *, const struct addr *server, const struct addr *scope,
    const uint8_t *, size_t len);

#endif
