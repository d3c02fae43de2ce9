/* The engine's own sockets, UDP 500 and ICMP: to the gateway, in batches answered together. */
#ifndef GATEHOUSE_DATAGRAMS_H
#define GATEHOUSE_DATAGRAMS_H

#include "engine/role/outward.h"

/* Once their descriptors are here. False: out of memory. ike_socket_stop() ends each. */
bool datagrams_start(struct engine *);

#endif
