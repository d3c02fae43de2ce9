/* Owns one rtnetlink socket that listens. */
#include "engine/keeper/monitor.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "engine/keeper/netlink.h"

#define BUFFER 32768

struct monitor {
	struct mnl_socket *socket;
	uint32_t own;
	_Alignas(struct nlmsghdr) uint8_t buf[BUFFER];
};

struct monitor *monitor_open(uint32_t own)
{
	struct monitor *m = calloc(1, sizeof *m);
	int group = RTNLGRP_IPV4_NETCONF;

	if (!m)
		return NULL;
	m->own = own;
	m->socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (!m->socket ||
	    mnl_socket_bind(m->socket, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE,
	        MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(m->socket, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) < 0) {
		monitor_close(m);
		return NULL;
	}
	return m;
}

void monitor_close(struct monitor *m)
{
	if (!m)
		return;
	if (m->socket)
		mnl_socket_close(m->socket);
	free(m);
}

int monitor_fd(const struct monitor *m)
{
	return mnl_socket_get_fd(m->socket);
}

static unsigned route_event(const struct monitor *m, const struct nlmsghdr *h)
{
	const struct rtmsg *r = mnl_nlmsg_get_payload(h);

	if (mnl_nlmsg_get_payload_len(h) < sizeof *r || r->rtm_table == RT_TABLE_LOCAL ||
	    h->nlmsg_pid == m->own)
		return 0;
	if (h->nlmsg_type == RTM_NEWROUTE)
		return MONITOR_ROUTES;
	return r->rtm_protocol == KEEPER_RTPROTO ? MONITOR_LOST : 0;
}

struct seen {
	const struct monitor *m;
	unsigned events;
};

static int on_event(const struct nlmsghdr *h, void *arg)
{
	struct seen *seen = arg;

	if (h->nlmsg_type == RTM_NEWROUTE || h->nlmsg_type == RTM_DELROUTE)
		seen->events |= route_event(seen->m, h);
	else
		seen->events |= MONITOR_LINKS;
	return MNL_CB_OK;
}

unsigned monitor_drain(struct monitor *m)
{
	struct seen seen = {m, 0};
	ssize_t n;

	while ((n = recv(monitor_fd(m), m->buf, sizeof m->buf, MSG_DONTWAIT)) > 0 ||
	       errno == ENOBUFS) {
		if (n > 0)
			(void)mnl_cb_run(m->buf, (size_t)n, 0, 0, on_event, &seen);
		else
			seen.events |= MONITOR_LINKS | MONITOR_LOST; /* some were lost */
		errno = 0;
	}
	return seen.events;
}
