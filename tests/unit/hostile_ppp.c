/*
 * A client that has logged in does in PPP, and in what PPP carries, what it can think of
 * (attacks.h): options, negotiations without an end, logins, IP headers, sources that are not his,
 * DHCP.
 */
#include <string.h>

#include "tests/support/hostile/attacks.h"

static void ppp(uint16_t protocol, uint8_t code, uint8_t id, const void *b, size_t len)
{
	lac_send_ppp(attacker->lac, protocol, code, id, b, len);
}

/* ---- PPP -------------------------------------------------------------------------------- */

static void option_storm(unsigned n)
{
	static const uint16_t protocol[] = {0xc021, 0x8021};
	uint8_t b[120];
	size_t len = 4 * attack_below(sizeof b / 4);

	for (size_t k = 0; k < len; k += 4) {
		b[k] = n % 3 ? attack_any() : (uint8_t)(1 + attack_below(20));
		b[k + 1] = n % 5 ? 4 : attack_any();
		b[k + 2] = attack_any();
		b[k + 3] = attack_any();
	}
	ppp(protocol[n % 2], (uint8_t)(1 + attack_below(4)), (uint8_t)n, b, len);
}

static void protocols(unsigned n)
{
	uint8_t b[20] = {0};

	ppp((uint16_t)(n * 109 | 1), attack_any(), attack_any(), b, attack_below(sizeof b));
}

static void renegotiation(unsigned n)
{
	if (n % 20 == 0 && n % 40)
		lac_renegotiate_ipcp(attacker->lac);
	else if (n % 20 == 0)
		lac_renegotiate(attacker->lac);
}

static void terminates(unsigned n)
{
	ppp(n % 2 ? 0x8021 : 0xc021, n % 4 < 2 ? 5 : 6, (uint8_t)n, "", 0);
}

static void echo_storm(unsigned n)
{
	uint8_t b[64] = {0};

	ppp(0xc021, n % 2 ? 9 : 10, (uint8_t)n, b, n % 3 ? 4 : attack_below(sizeof b));
}

static void mrus(unsigned n)
{
	static const uint16_t mru[] = {0, 1, 63, 64, 127, 1500, 4096, 65535};
	uint8_t b[4] = {1, 4, (uint8_t)(mru[n % 8] >> 8), (uint8_t)mru[n % 8]};

	ppp(0xc021, 1, (uint8_t)n, b, sizeof b);
	world_inside_long(attacker->w, addr_to_v4(&attacker->ip.client), 1400, n % 2);
}

static void logins(unsigned n)
{
	uint8_t b[100];

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = attack_any();
	b[0] = 49;
	ppp(n % 2 ? 0xc223 : 0xc023, n % 3 ? 2 : 1, (uint8_t)n, b, attack_below(sizeof b));
}

/* An IPv4 packet, its header checksum right. */
static void ip(uint8_t *b, size_t len)
{
	uint32_t sum = 0;

	b[10] = b[11] = 0;
	for (size_t n = 0; n < 20; n += 2)
		sum += (uint32_t)(b[n] << 8 | b[n + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	b[10] = (uint8_t) ~(sum >> 8);
	b[11] = (uint8_t)~sum;
	lac_force_ip(attacker->lac, b, len);
}

static void plain_ip(uint8_t b[64])
{
	struct wr m = wr_init(b, 64);

	memset(b, 0, 64);
	wr_u32(&m, 0x45000040);
	wr_u32(&m, attack_below(65536) << 16);
	wr_u32(&m, 0x40fd0000);
	wr_u32(&m, addr_to_v4(&attacker->ip.client));
	wr_u32(&m, WORLD_INSIDE);
}

/* ---- IP and DHCP ------------------------------------------------------------------------ */

static void spoofed(unsigned n)
{
	uint8_t b[64];

	plain_ip(b);
	memcpy(b + 12, n % 2 ? attacked(n)->ip.client.b : (uint8_t[]){10, 10, 10, attack_any()}, 4);
	ip(b, sizeof b);
}

static void ip_headers(unsigned n)
{
	uint8_t b[64];

	plain_ip(b);
	switch (n % 6) {
	case 0:
		b[8] = 0; /* TTL */
		break;
	case 1:
		b[0] = (uint8_t)(attack_any() | 0x01); /* version, header length */
		break;
	case 2:
		b[2] = attack_any(); /* total length */
		break;
	case 3:
		b[6] = (uint8_t)(0x20 | attack_below(32)); /* pieces that overlap */
		b[7] = attack_any();
		break;
	case 4:
		memset(b + 16, n % 12 == 4 ? 0xff : 0, 4); /* to everybody, to nobody */
		break;
	default:
		b[16] = 224;
	}
	ip(b, n % 7 ? sizeof b : attack_below(sizeof b));
}

static void dhcp(unsigned n)
{
	uint8_t b[400];
	size_t len = n % 2 ? sizeof b : 28 + attack_below(sizeof b - 28);

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = k < 260 ? 0 : attack_any();
	memcpy(b, (uint8_t[]){0x45, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 1, 0, 0, 64, 17}, 10);
	memcpy(b + 12, attacker->ip.client.b, 4);
	memset(b + 16, 0xff, 4);
	memcpy(
	    b + 20, (uint8_t[]){0, 68, 0, 67, (uint8_t)((len - 20) >> 8), (uint8_t)(len - 20)}, 6);
	memcpy(b + 28, (uint8_t[]){1, n % 3 ? 1 : attack_any(), n % 5 ? 6 : attack_any(), 0}, 4);
	memcpy(b + 40, attacker->ip.client.b, 4);
	memcpy(b + 264, (uint8_t[]){0x63, 0x82, 0x53, 0x63, 53, 1, (uint8_t)(n % 10)}, 7);
	ip(b, len);
}

/* clang-format off */
static const struct attack attacks[] = {
	{"options",                  option_storm,       0},
	{"protocols",                protocols,          0},
	{"renegotiation",            renegotiation,      0},
	{"Terminate storm",          terminates,        50},
	{"echo storm",               echo_storm,         0},
	{"MRUs",                     mrus,               0},
	{"logins",                   logins,             0},
	{"spoofed sources",          spoofed,           90},
	{"IP headers",               ip_headers,        20},
	{"DHCP",                     dhcp,              50},
};
/* clang-format on */

int main(void)
{
	return attacks_run("hostile_ppp", attacks, sizeof attacks / sizeof *attacks);
}
