/* Listening for TCP, and what the kernel tells of a connection that came. */
#ifndef GATEHOUSE_NET_LISTEN_H
#define GATEHOUSE_NET_LISTEN_H

#include "engine/base/addr.h"

/* A non-blocking socket that listens on that port of every IPv4 address of ours. -1 and errno. */
int tcp_listen(uint16_t port);
/* Both ends of an accepted connection, and the link that its packets come by (0: not told). False:
 * it is gone already. */
bool tcp_ends(int fd, struct path *, uint32_t *ifindex);

#endif
