/* IPv4 packets of the simulated world: a client's through its tunnel, and the inside's to it. */
#include "engine/net/ipv4.h"
#include "tests/support/world_parts.h"

/* A 28-byte IPv4 packet of protocol 253 (RFC 3692), checksummed. */
static void ip_packet(uint8_t ip[28], uint32_t from, uint32_t to)
{
	struct wr w = wr_init(ip, 28);

	ipv4_header(&w, 253, from, to, 0, 1, 8);
	wr_u64(&w, 0x0102030405060708);
}

bool client_send(struct world_client *c, uint32_t to)
{
	uint8_t ip[28];

	ip_packet(ip, addr_to_v4(&c->ip.client), to);
	return lac_send_ip(c->lac, ip, sizeof ip);
}

void client_force(struct world_client *c, uint32_t to)
{
	uint8_t ip[28];

	ip_packet(ip, addr_to_v4(&c->ip.client), to);
	lac_force_ip(c->lac, ip, sizeof ip);
}

bool client_dhcpinform(struct world_client *c)
{
	static const uint8_t options[] = {
	    0x63, 0x82, 0x53, 0x63, 53, 1, 8, 55, 4, 1, 15, 249, 121, 255};
	uint8_t ip[28 + 236 + sizeof options];
	struct wr w = wr_init(ip, sizeof ip);

	ip_packet(ip, addr_to_v4(&c->ip.client), 0xffffffff);
	wr_u16(&w, 0x4500);
	wr_u16(&w, sizeof ip);
	wr_u32(&w, 0x00010000);
	wr_u16(&w, 0x4011);
	wr_u16(&w, 0); /* the checksum is the link's business, not DHCP's */
	w = wr_init(ip + 20, sizeof ip - 20);
	wr_u16(&w, 68);
	wr_u16(&w, 67);
	wr_u16(&w, sizeof ip - 20);
	wr_u16(&w, 0);
	wr_u32(&w, 0x01080600);
	wr_u32(&w, 0x12345678); /* xid */
	wr_u32(&w, 0);
	wr_bytes(&w, c->ip.client.b, 4);
	wr_zero(&w, 236 - 16);
	wr_bytes(&w, options, sizeof options);
	return lac_send_ip(c->lac, ip, sizeof ip);
}

void world_inside_send(struct world *w, uint32_t to)
{
	uint8_t ip[28];

	ip_packet(ip, WORLD_INSIDE, to);
	dp_tun(w->dp, ip, sizeof ip);
}

void world_inside_long(struct world *w, uint32_t to, size_t len, bool df)
{
	uint8_t ip[4096] = {0};
	struct wr b = wr_init(ip, sizeof ip);

	ip_packet(ip, WORLD_INSIDE, to);
	wr_u16(&b, 0x4500);
	wr_u16(&b, (unsigned)len);
	wr_u16(&b, 1);
	wr_u16(&b, df ? 0x4000 : 0);
	dp_tun(w->dp, ip, len);
}

bool client_reaches_inside(struct world_client *c)
{
	uint64_t before = c->w->to_tun;

	if (!client_send(c, WORLD_INSIDE))
		return false;
	sim_run(&c->w->sim, 10 * MSEC);
	return c->w->to_tun == before + 1;
}

bool client_passes(struct world_client *c)
{
	uint64_t got = c->received;

	world_inside_send(c->w, addr_to_v4(&c->ip.client));
	return client_reaches_inside(c) && c->received == got + 1;
}
