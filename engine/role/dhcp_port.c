/*
 * IPv4 and UDP headers of DHCP are written and read here, since the link has no
 * address yet (RFC 2131 4.1); the kernel puts the link's own in front. See
 * dhcp_port.h.
 */
#include "engine/role/dhcp_port.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/base/env.h"
#include "engine/net/ipv4.h"

#define PACKET_MAX (DHCP_MESSAGE_MAX + 128)
#define BATCH 16

struct dhcp_port {
	uv_poll_t poll;
	int fd;
	bool closing;
	dhcp_port_cb *receive;
	void *arg;
	struct dhcp_message message; /* the last that came */
	uint8_t packet[PACKET_MAX];
};

void dhcp_port_send(struct dhcp_port *p, uint32_t ifindex, const struct addr *own,
    const struct addr *to, const uint8_t mac[DHCP_MAC], const uint8_t *msg, size_t len)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
	    .sll_protocol = htons(ETHERTYPE_IP),
	    .sll_ifindex = (int)ifindex,
	    .sll_halen = DHCP_MAC};
	uint8_t packet[PACKET_MAX];
	struct wr w = wr_init(packet, sizeof packet);

	memcpy(at.sll_addr, mac, DHCP_MAC);
	ipv4_header(&w, IPPROTO_UDP, addr_to_v4(own), to->family ? addr_to_v4(to) : UINT32_MAX, 0,
	    0, UDP_HEADER + len);
	udp_header(&w, DHCP_CLIENT_PORT, DHCP_SERVER_PORT, len);
	wr_bytes(&w, msg, len);
	if (!w.full) /* what is lost is said again */
		(void)!sendto(p->fd, packet, wr_len(&w), 0, (struct sockaddr *)&at, sizeof at);
}

static void received(struct dhcp_port *p, size_t len, const struct sockaddr_ll *from)
{
	struct rd r = rd_init(p->packet, len);
	struct addr server;
	struct ipv4 ip;
	struct udp udp;

	if (!ipv4_parse(p->packet, len, &ip) || ip.protocol != IPPROTO_UDP ||
	    ipv4_is_fragment(&ip) || from->sll_halen != DHCP_MAC)
		return;
	rd_skip(&r, ip.header);
	r = rd_sub(&r, (size_t)ip.total - ip.header);
	if (!udp_parse(&r, &udp) || udp.src != DHCP_SERVER_PORT || udp.dst != DHCP_CLIENT_PORT ||
	    !dhcp_read(r.p, rd_left(&r), &p->message))
		return;
	server = addr_v4(ip.src);
	p->receive(p->arg, &server, from->sll_addr, &p->message);
}

static void readable(uv_poll_t *poll, int status, int events)
{
	struct dhcp_port *p = container_of(poll, struct dhcp_port, poll);

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
		if (from.sll_pkttype != PACKET_OUTGOING)
			received(p, (size_t)n, &from);
	}
}

struct dhcp_port *dhcp_port_open(uv_loop_t *loop, int fd, dhcp_port_cb *receive, void *arg)
{
	struct dhcp_port *p = calloc(1, sizeof *p);

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
	struct dhcp_port *p = container_of((uv_poll_t *)h, struct dhcp_port, poll);

	close(p->fd);
	free(p);
}

void dhcp_port_close(struct dhcp_port *p)
{
	if (!p)
		return;
	p->closing = true;
	uv_close((uv_handle_t *)&p->poll, closed);
}
