/*
 * The real world of one test client: its clock and timers, its two UDP sockets
 * (500 and 4500), its raw ESP socket, and a TUN device if it has one. Many
 * clients share one epoll set.
 */
#ifndef GATEHOUSE_TESTS_WIN_NET_H
#define GATEHOUSE_TESTS_WIN_NET_H

#include "engine/base/env.h"

enum net_socket { NET_500, NET_4500, NET_ESP, NET_TUN, NET_SOCKETS };

struct net;

struct net_ops {
	/* An IKE datagram, marker taken off; `path` as the client believes it to be. */
	void (*ike)(void *owner, const struct path *, const uint8_t *msg, size_t len);
	void (*esp)(void *owner, const uint8_t *msg, size_t len);
	void (*tun)(void *owner, const uint8_t *ip, size_t len); /* may be NULL */
};

struct net_watch {
	struct net *net;
	int fd;
};

struct net {
	struct env env; /* give &net->env to machines */
	struct net_watch watch[NET_SOCKETS];
	struct addr local, server;
	const struct net_ops *ops;
	void *owner;
};

/*
 * Opens the sockets on `local` (unset: the one the route to `server` has). `nat`: the ports are
 * whatever the kernel gives, as a NAT would do, while the client believes in 500 and 4500; then
 * there is no raw socket. False, with errno, when one cannot be had.
 */
bool net_open(struct net *, int epoll, const struct addr *local, const struct addr *server,
    bool nat, const struct net_ops *, void *owner);
void net_close(struct net *);
/* A TUN device of that name and MTU with that address: what the kernel sends there goes to
 * ops->tun.
 * False, with errno, when it cannot be had. */
bool net_tun(struct net *, int epoll, const char *name, const struct addr *, unsigned mtu);
void net_send_tun(struct net *, const uint8_t *ip, size_t len);
/* Sends ESP, in UDP or plain. */
void net_send_esp(struct net *, bool udp, const uint8_t *esp, size_t len);
/* Takes all that waits on the socket that epoll named. */
void net_readable(struct net_watch *);

#endif
