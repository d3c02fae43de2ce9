/* IPv4 and UDP headers and their sums: the RFC's numbers, round trips, and what is refused. */
#include <check.h>
#include <stdlib.h>

#include "engine/net/arp.h"
#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"

START_TEST(sums)
{
	/* RFC 1071 section 3: the sum is ddf2. */
	static const uint8_t rfc[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7, 0x01};
	static const uint8_t carries[] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x01};

	ck_assert_uint_eq(ip_checksum(rfc, 8), (uint16_t)~0xddf2);
	ck_assert_uint_eq(ip_checksum(rfc, 9), (uint16_t)~0xdef2); /* an odd byte counts as high */
	ck_assert_uint_eq(ip_checksum(rfc, 0), 0xffff);
	ck_assert_uint_eq(ip_checksum(carries, 6), (uint16_t)~0x0001);
}
END_TEST

/* The sum of changed bytes is the changed sum, wherever they stand. */
START_TEST(updates)
{
	uint8_t bytes[64];
	struct wr w = wr_init(bytes, sizeof bytes);

	srand(3);
	wr_zero(&w, sizeof bytes);
	for (int i = 0; i < 5000; i++) {
		size_t at = (size_t)rand() % 63;
		uint16_t was = (uint16_t)(bytes[at] << 8 | bytes[at + 1]), is = (uint16_t)rand();
		uint16_t sum = ip_checksum(bytes, sizeof bytes);

		if (was == is)
			continue;
		wr_patch16(&w, at, is);
		sum = ip_checksum_update(sum, was, is, at % 2);
		/* 0 and ffff are the same number in ones' complement. */
		ck_assert_uint_eq(sum % 0xffff, ip_checksum(bytes, sizeof bytes) % 0xffff);
	}
}
END_TEST

START_TEST(ip_headers)
{
	uint8_t bytes[40];
	struct wr w = wr_init(bytes, sizeof bytes), small = wr_init(bytes, 19);
	struct ipv4 h;

	wr_u32(&w, 0x01020304); /* not necessarily at the front */
	ipv4_header(&w, 50, 0x0a000001, 0xc0a80101, 0x28, 0x1234, 16);
	ck_assert_uint_eq(wr_len(&w), 24);
	ck_assert_uint_eq(ip_checksum(bytes + 4, 20), 0);
	ck_assert(ipv4_parse(bytes + 4, 36, &h));
	ck_assert_uint_eq(h.header, 20);
	ck_assert_uint_eq(h.tos, 0x28);
	ck_assert_uint_eq(h.protocol, 50);
	ck_assert_uint_eq(h.total, 36);
	ck_assert_uint_eq(h.id, 0x1234);
	ck_assert_uint_eq(h.src, 0x0a000001);
	ck_assert_uint_eq(h.dst, 0xc0a80101);
	ck_assert_uint_eq(bytes[4 + 8], 64);
	ck_assert(!ipv4_parse(bytes + 4, 35, &h)); /* longer than what is there */
	ipv4_header(&small, 50, 1, 2, 0, 0, 0);
	ck_assert(small.full);
}
END_TEST

START_TEST(fragments)
{
	static const struct {
		uint16_t field;
		bool piece;
	} row[] = {{0, false}, {IP_DF, false}, {IP_MF, true}, {1, true}, {IP_OFFSET, true},
	    {IP_MF | 7, true}, {0x8000, false}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_int_eq(ipv4_is_fragment(&(struct ipv4){.fragment = row[i].field}),
		    row[i].piece);
}
END_TEST

START_TEST(udp_headers)
{
	uint8_t bytes[16];
	struct wr w = wr_init(bytes, sizeof bytes);
	struct rd r;
	struct udp h;

	udp_header(&w, 1701, 67, 4);
	wr_u32(&w, 0xdeadbeef);
	wr_u32(&w, 0); /* not the datagram's */
	r = rd_init(bytes, 16);
	ck_assert(udp_parse(&r, &h));
	ck_assert_uint_eq(h.src, 1701);
	ck_assert_uint_eq(h.dst, 67);
	ck_assert_uint_eq(rd_left(&r), 4);
	ck_assert_uint_eq(rd_u32(&r), 0xdeadbeef);
	ck_assert_uint_eq(bytes[6] | bytes[7], 0);
	for (size_t len = 0; len < 16; len++) { /* cut off */
		r = rd_init(bytes, len);
		ck_assert_int_eq(udp_parse(&r, &h), len >= 12);
	}
	for (unsigned says = 0; says < 20; says++) {
		wr_patch16(&w, 4, says);
		r = rd_init(bytes, 16);
		ck_assert_int_eq(udp_parse(&r, &h), says >= 8 && says <= 16);
		ck_assert(says < 8 || says > 16 || rd_left(&r) == says - 8);
	}
}
END_TEST

/* ARP: what is of Ethernet and IPv4 is read, whole; who says that he has an address, or probes for
 * it as we do, is in conflict with it. */
START_TEST(arp_of_an_address)
{
	static const uint8_t own[ARP_MAC] = {2, 0, 0, 0, 0, 1}, other[ARP_MAC] = {2, 0, 0, 0, 0, 2};
	static const struct {
		uint32_t sender_ip, target_ip;
		bool theirs, conflicts;
	} row[] = {{7, 9, true, true}, {0, 7, true, true}, {9, 7, true, false}, {0, 9, true, false},
	    {7, 9, false, false}, {0, 7, false, false}};
	uint8_t bytes[ARP_LEN + 1], changed[ARP_LEN];
	struct wr w = wr_init(bytes, sizeof bytes);
	struct arp a;

	arp_probe(&w, own, 0xac100132);
	ck_assert(!w.full);
	ck_assert_uint_eq(wr_len(&w), ARP_LEN);
	ck_assert(arp_parse(bytes, ARP_LEN, &a));
	ck_assert(!a.reply && a.sender_ip == 0 && a.target_ip == 0xac100132);
	ck_assert_int_eq(memcmp(a.sender, own, ARP_MAC), 0);
	for (size_t len = 0; len < ARP_LEN; len++)
		ck_assert(!arp_parse(bytes, len, &a));
	for (size_t at = 0; at < 8; at++) {
		memcpy(changed, bytes, ARP_LEN);
		changed[at] ^= 0x40;
		ck_assert(!arp_parse(changed, ARP_LEN, &a));
	}
	memcpy(changed, bytes, ARP_LEN);
	changed[7] = 2;
	ck_assert(arp_parse(changed, ARP_LEN, &a) && a.reply);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		a = (struct arp){.sender_ip = row[i].sender_ip, .target_ip = row[i].target_ip};
		memcpy(a.sender, row[i].theirs ? other : own, ARP_MAC);
		ck_assert_msg(arp_conflicts(&a, own, 7) == row[i].conflicts, "row %zu", i);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("net_ipv4");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(tc, sums);
	tcase_add_test(tc, updates);
	tcase_add_test(tc, ip_headers);
	tcase_add_test(tc, fragments);
	tcase_add_test(tc, udp_headers);
	tcase_add_test(tc, arp_of_an_address);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
