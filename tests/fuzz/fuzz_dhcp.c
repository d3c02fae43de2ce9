/* What comes back to a client of DHCP, of a link and of a list of servers: the first two bytes
 * choose the state, the rest is the message; or only what follows its number and card. */
#include <string.h>

#include "engine/dhcp/client.h"
#include "engine/dhcp/inform.h"
#include "engine/net/arp.h"
#include "tests/support/env_sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void send_out(struct dhcp_client *c, const struct addr *to, const uint8_t *msg, size_t len)
{
	(void)c;
	(void)to;
	(void)msg;
	(void)len;
}

static bool probe(struct dhcp_client *c, const struct addr *a)
{
	(void)a;
	return c->xid & 1;
}

/* What comes back about an address that may be somebody's. */
static void hear_arp(struct dhcp_client *c, const uint8_t *bytes, size_t len)
{
	struct arp a;

	if (arp_parse(bytes, len, &a) &&
	    arp_conflicts(&a, c->self.chaddr, addr_to_v4(&c->offer.address)))
		(void)dhcp_client_conflict(c);
}

static void bound(struct dhcp_client *c, bool changed)
{
	(void)c;
	(void)changed;
}

static void lost(struct dhcp_client *c, enum dhcp_loss why)
{
	(void)c;
	(void)why;
}

static void hear(struct dhcp_client *c, const uint8_t *bytes, size_t len)
{
	static struct dhcp_message m;
	const struct addr from = addr_v4(0xac100101);
	struct addr list[4];
	char text[32];

	if (!dhcp_read(bytes, len, &m))
		return;
	for (int code = 0; code < 256; code++) {
		(void)dhcp_text(&m, (enum dhcp_option)code, text, sizeof text);
		(void)dhcp_addrs(&m, (enum dhcp_option)code, list, 4);
		(void)dhcp_number(&m, (enum dhcp_option)code);
	}
	dhcp_client_receive(c, &from, &m);
}

/* A client's question through the tunnel, and its answer. */
static void ask(const uint8_t *packet, size_t len)
{
	static const struct span all[] = {{0x0a000000, 0x0a0000ff}, {0x0b000001, 0xdfffffff}};
	const struct networks routes = {(struct span *)(uintptr_t)all, 2, 2};
	const struct dhcp_inform_offer o = {.server = addr_v4(1),
	    .gateway = addr_v4(1),
	    .domain = "example.com",
	    .search = "a.example b..example",
	    .routes = &routes};
	uint8_t out[DHCP_INFORM_ANSWER_MAX];
	struct dhcp_inform d;
	size_t left_out;

	if (dhcp_inform_read(packet, len, &d))
		(void)dhcp_inform_answer(&d, &o, out, 200 + d.head.xid % 1300, &left_out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct dhcp_client_ops taking = {send_out, NULL, bound, lost},
					    probing = {send_out, probe, bound, lost};
	struct addr before = addr_v4(0xac100132);
	uint8_t message[2048];
	struct dhcp_client c;
	struct sim sim;

	if (size < 2 || size > 1500)
		return 0;
	sim_init(&sim, data[0], NULL, NULL);
	dhcp_client_init(&c, &sim.env, data[1] & 4 ? &probing : &taking);
	c.self.htype = 1;
	c.self.hlen = 6;
	c.self.n_servers = data[1] & 1;
	dhcp_client_start(&c, data[1] & 2 ? &before : NULL);
	hear(&c, data + 2, size - 2);
	memset(message, 0, sizeof message);
	message[0] = DHCP_REPLY_OP;
	message[2] = 6;
	for (int i = 0; i < 4; i++)
		message[4 + i] = (uint8_t)(c.xid >> (24 - 8 * i));
	memcpy(message + 16, &before.v4, 4);
	memcpy(message + 236, "\x63\x82\x53\x63", 4);
	memcpy(message + 240, data + 2, size - 2);
	hear(&c, message, 240 + size - 2);
	sim_run(&sim, (uint64_t)data[0] * 60 * SEC);
	for (int i = 0; i < 4; i++)
		message[4 + i] = (uint8_t)(c.xid >> (24 - 8 * i));
	hear(&c, message, 240 + size - 2);
	hear_arp(&c, data + 2, size - 2);
	dhcp_client_stop(&c, true);
	sim_fini(&sim);
	memmove(message + 28, message, 240 + size - 2);
	memcpy(message,
	    "\x45\0\0\0\0\0\0\0\x40\x11\0\0\xc0\xa8\1\1\xff\xff\xff\xff\0\104\0\103\0\0\0", 28);
	message[2] = message[24] = (uint8_t)((268 + size - 2) >> 8);
	message[3] = (uint8_t)(268 + size - 2);
	message[24] = (uint8_t)((248 + size - 2) >> 8);
	message[25] = (uint8_t)(248 + size - 2);
	message[28] = DHCP_REQUEST_OP;
	ask(message, 268 + size - 2);
	ask(data, size);
	return 0;
}
