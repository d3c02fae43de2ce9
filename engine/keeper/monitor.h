/*
 * What others change in the kernel: a socket that hears of links, addresses,
 * routes and the per-device switches of IPv4. An event is only a hint to look
 * again, so a lost one costs nothing.
 */
#ifndef GATEHOUSE_MONITOR_H
#define GATEHOUSE_MONITOR_H

#include <stdint.h>

struct monitor;

enum monitor_event {
	MONITOR_LINKS = 1,  /* links, addresses, switches */
	MONITOR_LOST = 2,   /* a route of ours was removed, not by us */
	MONITOR_ROUTES = 4, /* somebody has a new route: a gateway may be reachable now */
};

/* `own`: the netlink port that our own requests come from. NULL with errno. */
struct monitor *monitor_open(uint32_t own);
void monitor_close(struct monitor *);
/* Gets readable when there is something to drain. */
int monitor_fd(const struct monitor *);
/* Empties it: a mask of enum monitor_event. */
unsigned monitor_drain(struct monitor *);

#endif
