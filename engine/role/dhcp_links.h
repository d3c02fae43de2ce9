/*
 * Links of ours whose address a DHCP server leases: a client of engine/dhcp for
 * each link that LINK_STATE says it of, over a packet socket of the keeper's.
 */
#ifndef GATEHOUSE_ROLE_DHCP_LINKS_H
#define GATEHOUSE_ROLE_DHCP_LINKS_H

#include <sys/queue.h>
#include <uv.h>

#include "engine/base/log.h"
#include "engine/config/config.h"
#include "engine/dhcp/client.h"

#define DHCP_LINK_IDS 0x20000000u /* the numbers of its requests to the keeper begin there */

struct dhcp_link;

struct dhcp_links {
	uv_loop_t *loop;
	struct env *env;
	const struct config *config; /* our name, names of interfaces */
	struct log *log;
	void (*keeper)(void *arg, struct ipc_msg *); /* says it */
	void *arg;
	LIST_HEAD(, dhcp_link) links;
	uint32_t last_id;
};

/* Without any; what is pointed to outlives it. */
void dhcp_links_init(struct dhcp_links *, uv_loop_t *, struct env *, const struct config *,
    struct log *, void (*keeper)(void *arg, struct ipc_msg *), void *arg);
/* Nothing is given back: the addresses stay for who comes next. Run the loop once more. */
void dhcp_links_close(struct dhcp_links *);
/* A link as it is now: its client begins, asks again or ends. */
void dhcp_links_state(struct dhcp_links *, const struct msg_link_state *);
/* The keeper's reply; true: it was to one of these, and its descriptor is taken. */
bool dhcp_links_reply(struct dhcp_links *, struct ipc_msg *);
/* The query "dhcp": records and the end. */
void dhcp_links_query(struct dhcp_links *, const struct msg_query *,
    void (*emit)(void *arg, const struct ipc_msg *), void *arg);

#endif
