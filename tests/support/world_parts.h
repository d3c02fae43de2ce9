/*
 * What the files of the simulated world share: where everybody lives, and what one side of the
 * wire hands to the other.
 */
#ifndef GATEHOUSE_TESTS_WORLD_PARTS_H
#define GATEHOUSE_TESTS_WORLD_PARTS_H

#include "tests/support/world.h"

#define NAT 0xac100101	  /* 172.16.1.1 */
#define CLIENT 0x0a010102 /* 10.1.1.2 */

#define NAT_CLIENTS 20000 /* behind one address; then there is another */

static inline struct endpoint at(uint32_t address, uint16_t port)
{
	return (struct endpoint){addr_v4(address), port};
}

/* world_client.c: a datagram of IKE, or an ESP packet with or without its UDP header, has come to
 * this client. */
void client_hears_ike(struct world_client *, const uint8_t *msg, size_t len);
void client_hears_esp(struct world_client *, const uint8_t *msg, size_t len);

/* world_wire.c: sends from this client's port 500 or 4500 to the gateway; after the way's time it
 * is there. As ESP, without a UDP header when the client is not behind a NAT. */
void world_put_ike(struct world_client *, bool floated, const uint8_t *msg, size_t len);
void world_put_esp(struct world_client *, const uint8_t *msg, size_t len);
/* What the gateway and its packet path send (`arg`: the world); how the simulated network and
 * struct dp_output take it. */
void world_from_server(void *arg, const struct path *, const uint8_t *msg, size_t len);
void world_wire(void *arg, const struct path *, bool udp, const uint8_t *esp, size_t len);
void world_tun(void *arg, const uint8_t *ip, size_t len);

/* world_neighbours.c: what the gateway asks of others (owner: the world), and what aaa answers. */
extern const struct gateway_ops world_gateway_ops;
void world_from_aaa(void *arg, enum role to, const struct ipc_msg *);

#endif
