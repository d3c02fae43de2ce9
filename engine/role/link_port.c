/* Reads and writes the packet socket of a link; the kernel puts the link's header in front. */
#include "engine/role/link_port.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/env.h"

#define PACKET_MAX 4224
#define BATCH 16

struct link_port {
	uv_poll_t poll;
	int fd;
	bool closing;
	link_port_cb *receive;
	void *arg;
	uint8_t packet[PACKET_MAX]; /* the last that came */
};

bool link_port_send(struct link_port *p, uint32_t ifindex, uint16_t type,
    const uint8_t mac[LINK_MAC], const uint8_t *packet, size_t len)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
	    .sll_protocol = htons(type),
	    .sll_ifindex = (int)ifindex,
	    .sll_halen = LINK_MAC};

	memcpy(at.sll_addr, mac, LINK_MAC);
	return sendto(p->fd, packet, len, 0, (struct sockaddr *)&at, sizeof at) == (ssize_t)len;
}

static void readable(uv_poll_t *poll, int status, int events)
{
	struct link_port *p = container_of(poll, struct link_port, poll);

	(void)events;
	if (status < 0) /* the link went down; the socket is good when it is back */
		uv_poll_start(poll, UV_READABLE, readable);
	for (int i = 0; i < BATCH && !p->closing; i++) {
		struct sockaddr_ll from = {0};
		socklen_t size = sizeof from;
		ssize_t n = recvfrom(p->fd, p->packet, sizeof p->packet, MSG_DONTWAIT,
		    (struct sockaddr *)&from, &size);

		if (n < 0)
			return;
		if (from.sll_pkttype != PACKET_OUTGOING && from.sll_halen == LINK_MAC)
			p->receive(p->arg, from.sll_addr, p->packet, (size_t)n);
	}
}

struct link_port *link_port_open(uv_loop_t *loop, int fd, link_port_cb *receive, void *arg)
{
	struct link_port *p = calloc(1, sizeof *p);

	if (!p || uv_poll_init(loop, &p->poll, fd)) {
		free(p);
		close(fd);
		return NULL;
	}
	p->fd = fd;
	p->receive = receive;
	p->arg = arg;
	uv_poll_start(&p->poll, UV_READABLE, readable);
	return p;
}

static void closed(uv_handle_t *h)
{
	struct link_port *p = container_of((uv_poll_t *)h, struct link_port, poll);

	close(p->fd);
	free(p);
}

void link_port_close(struct link_port *p)
{
	if (!p)
		return;
	p->closing = true;
	uv_close((uv_handle_t *)&p->poll, closed);
}
