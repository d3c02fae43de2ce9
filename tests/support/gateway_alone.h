/* A gateway that has nothing else, its peers, and what it said and sent last. */
#ifndef GATEHOUSE_GATEWAY_ALONE_H
#define GATEHOUSE_GATEWAY_ALONE_H

#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/gateway.h"
#include "engine/net/ipv4.h"
#include "engine/session/dhcp.h"
#include "engine/session/fit.h"
#include "engine/session/liveness.h"
#include "engine/session/peer.h"
#include "engine/session/query.h"
#include "engine/session/report.h"
#include "engine/session/sa_pair.h"
#include "engine/session/session.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"
#include "tests/support/lists.h"

extern struct sim lone_time;
extern struct config lone_config;
extern struct gateway *lone_gw;
extern unsigned lone_lines, lone_wires;
extern size_t lone_wire_len; /* of the last one */
extern char lone_last_line[1100];

void lone_setup(void);
void lone_teardown(void);
void lone_reap(struct timer *t);
struct ike_sa_info lone_who(uint32_t address, uint16_t port, const char *group, const char *id);
struct peer *lone_peer(uint32_t address, uint16_t port, const char *group, const char *id);
/* At once, without the zero delay that others need. */
void lone_destroy(struct peer *);
/* And nothing of them is left in the packet path. */
void lone_destroy_all(void);
/* A DHCPINFORM of 192.168.1.1, in a PPP frame. */
size_t lone_inform(uint8_t *to, size_t size);

#endif
