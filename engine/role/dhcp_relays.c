/*
 * A relay's socket comes from the keeper, bound to its address and connected to
 * its server, which alone is heard (RFC 2131 4.1, RFC 1542). It lives from the
 * first who opens it to the last who ends it; see dhcp_relays.h.
 */
#include "engine/role/dhcp_relays.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/env.h"

#define BATCH 16

struct dhcp_relay {
	LIST_ENTRY(dhcp_relay) link;
	struct dhcp_relays *of;
	struct addr server, scope;
	struct addr own; /* unset: not there yet, or not to be had */
	unsigned users;
	uint32_t id; /* of the request that is out, 0 = none */
	int fd;	     /* -1: none */
	uv_poll_t poll;
};

static struct dhcp_relay *find(
    const struct dhcp_relays *d, const struct addr *server, const struct addr *scope)
{
	struct dhcp_relay *r;

	LIST_FOREACH (r, &d->relays, link)
		if (addr_equal(&r->server, server) && addr_equal(&r->scope, scope))
			return r;
	return NULL;
}

/* ---- messages ------------------------------------------------------------------ */

static void readable(uv_poll_t *p, int status, int events)
{
	struct dhcp_relay *r = container_of(p, struct dhcp_relay, poll);
	struct dhcp_relays *d = r->of;
	uint8_t bytes[DHCP_MESSAGE_MAX];

	(void)events;
	if (status < 0) /* a router or the host said that nobody is there */
		uv_poll_start(p, UV_READABLE, readable);
	for (int i = 0; i < BATCH && r->users; i++) {
		ssize_t n = recv(r->fd, bytes, sizeof bytes, MSG_DONTWAIT);

		if (n < 0)
			return;
		if (dhcp_read(bytes, (size_t)n, &d->message))
			d->ops->received(d->arg, &r->server, &d->message);
	}
}

void dhcp_relays_send(struct dhcp_relays *d, const struct addr *server, const struct addr *scope,
    const uint8_t *msg, size_t len)
{
	const struct dhcp_relay *r = find(d, server, scope);

	if (r && r->fd >= 0) /* what is lost is said again */
		(void)!send(r->fd, msg, len, MSG_DONTWAIT);
}

/* ---- sockets ---------------------------------------------------------------------- */

static void ask(struct dhcp_relay *r, uint8_t op)
{
	struct ipc_msg m = {.type = MSG_KEEP_RELAY,
	    .fd = -1,
	    .keep_relay = {.op = op, .server = r->server, .scope = r->scope}};

	if (op == CFG_SET)
		m.keep_relay.id = r->id = DHCP_RELAY_IDS +
					  (++r->of->last_id & (DHCP_RELAY_IDS - 1));
	r->of->ops->keeper(r->of->arg, &m);
}

/* Where it speaks from, as the kernel has chosen. */
static struct addr own_address(int fd)
{
	struct sockaddr_in name = {0};
	socklen_t size = sizeof name;

	if (getsockname(fd, (struct sockaddr *)&name, &size) < 0 || name.sin_family != AF_INET)
		return (struct addr){0};
	return addr_v4(ntohl(name.sin_addr.s_addr));
}

bool dhcp_relays_reply(struct dhcp_relays *d, struct ipc_msg *m)
{
	struct dhcp_relay *r;

	if (m->keep_reply.id < DHCP_RELAY_IDS)
		return false;
	LIST_FOREACH (r, &d->relays, link)
		if (r->id == m->keep_reply.id)
			break;
	if (!r)
		return true;
	r->id = 0;
	if (m->fd >= 0 && uv_poll_init(d->loop, &r->poll, m->fd) == 0) {
		r->fd = m->fd;
		m->fd = -1;
		r->own = own_address(r->fd);
		uv_poll_start(&r->poll, UV_READABLE, readable);
	}
	d->ops->opened(d->arg, &r->server, &r->scope, &r->own);
	return true;
}

void dhcp_relays_open(struct dhcp_relays *d, const struct addr *server, const struct addr *scope)
{
	static const struct addr none;
	struct dhcp_relay *r = find(d, server, scope);

	if (!r) {
		r = calloc(1, sizeof *r);
		if (!r) {
			d->ops->opened(d->arg, server, scope, &none);
			return;
		}
		*r = (struct dhcp_relay){.of = d, .server = *server, .scope = *scope, .fd = -1};
		LIST_INSERT_HEAD(&d->relays, r, link);
	}
	r->users++;
	if (r->fd >= 0)
		d->ops->opened(d->arg, server, scope, &r->own);
	else if (!r->id)
		ask(r, CFG_SET);
}

static void closed(uv_handle_t *h)
{
	struct dhcp_relay *r = container_of((uv_poll_t *)h, struct dhcp_relay, poll);

	close(r->fd);
	free(r);
}

static void take_out(struct dhcp_relay *r)
{
	LIST_REMOVE(r, link);
	r->users = 0;
	if (r->fd < 0)
		free(r);
	else
		uv_close((uv_handle_t *)&r->poll, closed);
}

void dhcp_relays_end(struct dhcp_relays *d, const struct addr *server, const struct addr *scope)
{
	struct dhcp_relay *r = find(d, server, scope);

	if (!r || --r->users)
		return;
	if (r->scope.family && (r->fd >= 0 || r->id))
		ask(r, CFG_DELETE);
	take_out(r);
}

/* ---- life --------------------------------------------------------------------------- */

void dhcp_relays_init(
    struct dhcp_relays *d, uv_loop_t *loop, const struct dhcp_relays_ops *ops, void *arg)
{
	*d = (struct dhcp_relays){.loop = loop, .ops = ops, .arg = arg};
	LIST_INIT(&d->relays);
}

void dhcp_relays_close(struct dhcp_relays *d)
{
	while (!LIST_EMPTY(&d->relays))
		take_out(LIST_FIRST(&d->relays));
}
