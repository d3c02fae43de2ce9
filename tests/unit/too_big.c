/*
 * What routers say of packets that did not fit: what is read of it, and that nothing else is
 * taken for it.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"
#include "engine/net/too_big.h"

enum { ROUTER = 0x0a090001, US = 0xac100102, CLIENT = 0x0a090102 };

/* Says that a packet of ours was too big, and quotes so much behind its IP header. */
static size_t say(uint8_t *to, uint8_t protocol, uint16_t flags, size_t quoted, uint16_t mtu)
{
	struct wr w = wr_init(to, 200);
	size_t len = 8 + IP_HEADER + quoted, at;

	ipv4_header(&w, IPPROTO_ICMP, ROUTER, US, 0, 1, len);
	wr_u16(&w, 0x0304);
	wr_u16(&w, 0);
	wr_u16(&w, 0);
	wr_u16(&w, mtu);
	at = wr_len(&w);
	ipv4_header(&w, protocol, US, CLIENT, 0, 1, 1400);
	wr_patch16(&w, at + 6, flags);
	if (protocol == IPPROTO_UDP) {
		wr_u16(&w, 4500);
		wr_u16(&w, 40000);
		wr_u32(&w, 0);
	}
	wr_u32(&w, 0x11223344);
	wr_u32(&w, 77);
	wr_u32(&w, 0);
	wr_patch16(&w, IP_HEADER + 2, ip_checksum(to + IP_HEADER, len));
	return IP_HEADER + len;
}

START_TEST(what_is_read)
{
	uint8_t ip[200];
	struct too_big b;

	ck_assert(too_big_read(ip, say(ip, IPPROTO_ESP, IP_DF, 8, 576), &b));
	ck_assert_uint_eq(addr_to_v4(&b.router), ROUTER);
	ck_assert_uint_eq(addr_to_v4(&b.path.local.addr), US);
	ck_assert_uint_eq(addr_to_v4(&b.path.remote.addr), CLIENT);
	ck_assert_uint_eq(b.path.remote.port, 0);
	ck_assert(b.has_esp);
	ck_assert_uint_eq(b.spi, 0x11223344);
	ck_assert_uint_eq(b.sequence, 77);
	ck_assert_uint_eq(b.mtu, 576);
	ck_assert(too_big_read(ip, say(ip, IPPROTO_UDP, IP_DF, 8, 0), &b));
	ck_assert(!b.has_esp);
	ck_assert_uint_eq(b.path.local.port, 4500);
	ck_assert_uint_eq(b.path.remote.port, 40000);
	ck_assert_uint_eq(b.mtu, 0);
	ck_assert(too_big_read(ip, say(ip, IPPROTO_UDP, IP_DF, 16, 1400), &b));
	ck_assert(b.has_esp);
	ck_assert_uint_eq(b.sequence, 77);
}
END_TEST

/* The packet that says so, as another one. */
static void as(uint8_t *ip, uint8_t protocol, uint16_t fragment)
{
	ip[6] = (uint8_t)(fragment >> 8);
	ip[7] = (uint8_t)fragment;
	ip[9] = protocol;
	ip[10] = ip[11] = 0;
	fragment = ip_checksum(ip, IP_HEADER);
	ip[10] = (uint8_t)(fragment >> 8);
	ip[11] = (uint8_t)fragment;
}

START_TEST(what_is_not_taken_for_it)
{
	uint8_t ip[200];
	struct too_big b;
	size_t len;

	/* it might have been cut */
	ck_assert(!too_big_read(ip, say(ip, IPPROTO_ESP, 0, 8, 576), &b));
	ck_assert(!too_big_read(ip, say(ip, IPPROTO_ESP, IP_DF | 7, 8, 576), &b));
	ck_assert(!too_big_read(ip, say(ip, IPPROTO_TCP, IP_DF, 8, 576), &b));
	len = say(ip, IPPROTO_ESP, IP_DF, 8, 576);
	for (size_t n = 0; n < len; n++)
		ck_assert(!too_big_read(ip, n, &b));
	for (size_t at = IP_HEADER; at < len; at++) { /* its checksum holds it together */
		ip[at] ^= 0x10;
		ck_assert(!too_big_read(ip, len, &b));
		ip[at] ^= 0x10;
	}
	ck_assert(too_big_read(ip, len, &b));
	ck_assert(!too_big_read(ip, say(ip, IPPROTO_UDP, IP_DF, 7, 576), &b));
	/* nor a piece, nor what is no ICMP */
	len = say(ip, IPPROTO_ESP, IP_DF, 8, 576);
	as(ip, IPPROTO_ICMP, IP_MF);
	ck_assert(!too_big_read(ip, len, &b));
	as(ip, IPPROTO_UDP, 0);
	ck_assert(!too_big_read(ip, len, &b));
	as(ip, IPPROTO_ICMP, 0);
	ck_assert(too_big_read(ip, len, &b));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("too_big");
	TCase *tc = tcase_create("read");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, what_is_read);
	tcase_add_test(tc, what_is_not_taken_for_it);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
