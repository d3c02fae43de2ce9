/* IPv4 helpers of the packet path: MSS clamping as a table, fragments, ICMP errors, checksums. */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/ip.h"
#include "engine/net/checksum.h"

/* Writes an IPv4 header and `len` bytes of payload; returns the whole length. */
static size_t make_ip(
    uint8_t *to, uint8_t protocol, uint16_t fragment, const void *payload, size_t len)
{
	struct wr w = wr_init(to, 2048);

	ipv4_header(&w, protocol, 0x0a000001, 0xc0a80101, 0, 77, len);
	wr_bytes(&w, payload, len);
	wr_patch16(&w, 6, fragment);
	wr_patch16(&w, 10, 0);
	wr_patch16(&w, 10, ip_checksum(to, IP_HEADER));
	return wr_len(&w);
}

/* RFC 793: over the pseudo header and the segment; 0 when the checksum in it is right. */
static uint16_t tcp_sum(const uint8_t *ip, size_t len)
{
	uint8_t buf[2048];
	struct wr w = wr_init(buf, sizeof buf);

	wr_bytes(&w, ip + 12, 8);
	wr_u16(&w, IPPROTO_TCP);
	wr_u16(&w, (unsigned)(len - IP_HEADER));
	wr_bytes(&w, ip + IP_HEADER, len - IP_HEADER);
	return ip_checksum(buf, wr_len(&w));
}

START_TEST(mss_table)
{
	static const struct {
		const char *name;
		uint8_t protocol, flags;
		uint16_t fragment, clamp;
		uint8_t options[12];
		uint8_t len; /* of options */
		int want;    /* new MSS, -1 = untouched */
		uint8_t at;  /* offset of the MSS value in the options */
		uint16_t least;
	} row[] = {
	    {"SYN, larger", 6, 0x02, 0, 1360, {2, 4, 0x05, 0xb4}, 4, 1360, 2, 0},
	    {"SYN ACK, larger", 6, 0x12, 0, 1360, {2, 4, 0x05, 0xb4}, 4, 1360, 2, 0},
	    {"equal", 6, 0x02, 0, 1460, {2, 4, 0x05, 0xb4}, 4, -1, 2, 0},
	    {"smaller", 6, 0x02, 0, 1360, {2, 4, 0x02, 0x18}, 4, -1, 2, 0},
	    {"below the least", 6, 0x02, 0, 1360, {2, 4, 0x02, 0x18}, 4, 600, 2, 600},
	    {"the least itself", 6, 0x02, 0, 1360, {2, 4, 0x02, 0x58}, 4, -1, 2, 600},
	    {"no SYN", 6, 0x10, 0, 1360, {2, 4, 0x05, 0xb4}, 4, -1, 2, 0},
	    {"clamping is off", 6, 0x02, 0, 0, {2, 4, 0x05, 0xb4}, 4, -1, 2, 0},
	    {"UDP", 17, 0x02, 0, 1360, {2, 4, 0x05, 0xb4}, 4, -1, 2, 0},
	    {"later fragment", 6, 0x02, 100, 1360, {2, 4, 0x05, 0xb4}, 4, -1, 2, 0},
	    {"first fragment", 6, 0x02, IP_MF, 1360, {2, 4, 0x05, 0xb4}, 4, 1360, 2, 0},
	    {"no options", 6, 0x02, 0, 1360, {0}, 0, -1, 0, 0},
	    {"behind SACK and NOPs", 6, 0x02, 0, 1360, {4, 2, 1, 1, 2, 4, 0x05, 0xb4}, 8, 1360, 6,
		0},
	    {"at an odd offset", 6, 0x02, 0, 1300, {1, 2, 4, 0x05, 0xb4, 1, 1, 1}, 8, 1300, 3, 0},
	    {"behind the end", 6, 0x02, 0, 1360, {0, 0, 0, 0, 2, 4, 0x05, 0xb4}, 8, -1, 6, 0},
	    {"length 0 before", 6, 0x02, 0, 1360, {8, 0, 2, 4, 0x05, 0xb4, 0, 0}, 8, -1, 4, 0},
	    {"length leads outside", 6, 0x02, 0, 1360, {8, 99, 2, 4, 0x05, 0xb4, 0, 0}, 8, -1, 4,
		0},
	    {"cut off", 6, 0x02, 0, 1360, {1, 1, 2, 4}, 4, -1, 0, 0},
	    {"wrong length", 6, 0x02, 0, 1360, {2, 3, 0x05, 0xb4}, 4, -1, 2, 0},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint8_t tcp[64], ip[256], before[256];
		struct wr w = wr_init(tcp, sizeof tcp);
		struct ipv4 h;
		size_t len;

		wr_u32(&w, 0x1234abcd);
		wr_u64(&w, 0x0011223344556677);
		wr_u8(&w, (unsigned)(20 + row[i].len) / 4 << 4);
		wr_u8(&w, row[i].flags);
		wr_u16(&w, 65535);
		wr_u32(&w, 0);
		wr_bytes(&w, row[i].options, row[i].len);
		wr_bytes(&w, "odd", 3);
		len = make_ip(ip, row[i].protocol, row[i].fragment, tcp, wr_len(&w));
		w = wr_init(ip, sizeof ip);
		wr_room(&w, len);
		wr_patch16(&w, IP_HEADER + 16, tcp_sum(ip, len));
		memcpy(before, ip, len);
		ck_assert(ipv4_parse(ip, len, &h));
		ck_assert_msg(tcp_clamp_mss(ip, &h,
				  (struct mss_limits){row[i].least, row[i].clamp}) ==
		        (row[i].want >= 0),
		    "%s", row[i].name);
		ck_assert_msg(tcp_sum(ip, len) == 0, "%s: checksum", row[i].name);
		if (row[i].want < 0) {
			ck_assert_mem_eq(ip, before, len);
		} else {
			const uint8_t *mss = ip + IP_HEADER + 20 + row[i].at;

			ck_assert_int_eq(mss[0] << 8 | mss[1], row[i].want);
		}
	}
}
END_TEST

START_TEST(mss_in_short_segments)
{
	uint8_t ip[128],
	    tcp[24] = {[12] = 0x60, [13] = 2, [20] = 2, [21] = 4, [22] = 5, [23] = 0xb4};
	struct ipv4 h;

	for (size_t cut = 0; cut < sizeof tcp; cut++) {
		size_t len = make_ip(ip, IPPROTO_TCP, 0, tcp, cut);

		ck_assert(ipv4_parse(ip, len, &h));
		ck_assert(!tcp_clamp_mss(ip, &h, (struct mss_limits){600, 1300}));
	}
}
END_TEST

START_TEST(parse_table)
{
	uint8_t ip[64], bad[64];
	size_t len = make_ip(ip, IPPROTO_UDP, 0, "0123456789", 10);
	struct ipv4 h;

	ck_assert(ipv4_parse(ip, len, &h));
	ck_assert_uint_eq(h.src, 0x0a000001);
	ck_assert_uint_eq(h.dst, 0xc0a80101);
	ck_assert_uint_eq(h.total, 30);
	ck_assert(ipv4_parse(ip, len + 5, &h)); /* trailing bytes are not the packet's */
	ck_assert_uint_eq(h.total, 30);
	for (size_t cut = 0; cut < len; cut++)
		ck_assert(!ipv4_parse(ip, cut, &h));
	memcpy(bad, ip, len);
	bad[0] = 0x65;
	ck_assert(!ipv4_parse(bad, len, &h));
	bad[0] = 0x44;
	ck_assert(!ipv4_parse(bad, len, &h));
	bad[0] = 0x4f; /* header longer than the packet */
	ck_assert(!ipv4_parse(bad, len, &h));
}
END_TEST

static void check_fragments(const uint8_t *ip, size_t len, uint16_t mtu)
{
	uint8_t joined[2048], piece[2048];
	struct ipv4 whole, h = {0};
	size_t at = 0, n, total = 0, pieces = 0;

	ck_assert(ipv4_parse(ip, len, &whole));
	while ((n = ip_fragment(piece, ip, &whole, mtu, &at)) > 0) {
		ck_assert_uint_le(n, mtu);
		ck_assert(ipv4_parse(piece, n, &h));
		ck_assert_uint_eq(h.total, n);
		ck_assert_uint_eq(ip_checksum(piece, h.header), 0);
		ck_assert_uint_eq(h.id, whole.id);
		ck_assert_uint_eq((size_t)(h.fragment & IP_OFFSET) * 8,
		    total + (size_t)(whole.fragment & IP_OFFSET) * 8);
		memcpy(joined + total, piece + h.header, n - h.header);
		total += n - h.header;
		if (at < len - whole.header)
			ck_assert(h.fragment & IP_MF);
		pieces++;
	}
	ck_assert_uint_eq(h.fragment & IP_MF, whole.fragment & IP_MF);
	ck_assert_uint_eq(total, len - whole.header);
	ck_assert_mem_eq(joined, ip + whole.header, total);
	ck_assert_uint_ge(pieces, (len + mtu - 1) / mtu);
}

START_TEST(fragments)
{
	uint8_t ip[2048], body[1800];

	for (size_t i = 0; i < sizeof body; i++)
		body[i] = (uint8_t)(i * 7);
	for (uint16_t mtu = 68; mtu < 1820; mtu = (uint16_t)(mtu + 13)) {
		check_fragments(ip, make_ip(ip, IPPROTO_UDP, 0, body, 1800), mtu);
		/* a fragment that has to be cut again */
		check_fragments(ip, make_ip(ip, IPPROTO_UDP, IP_MF | 50, body, 1600), mtu);
		check_fragments(ip, make_ip(ip, IPPROTO_UDP, 50, body, 1601), mtu);
	}
}
END_TEST

START_TEST(fragment_options)
{
	/* Record route (not copied), NOP, loose source route (copied). */
	static const uint8_t option[12] = {7, 3, 4, 1, 0x83, 7, 4, 1, 2, 3, 4, 0};
	uint8_t ip[512], piece[512];
	struct ipv4 h;
	size_t at = 0, n;

	make_ip(ip, IPPROTO_UDP, 0, NULL, 0);
	memcpy(ip + 20, option, sizeof option);
	memset(ip + 32, 9, 300);
	ip[0] = 0x48;
	ip[2] = 332 >> 8;
	ip[3] = 332 & 0xff;
	ck_assert(ipv4_parse(ip, 332, &h));
	n = ip_fragment(piece, ip, &h, 200, &at);
	ck_assert_uint_eq(n, 200);
	ck_assert_mem_eq(piece + 20, option, sizeof option);
	n = ip_fragment(piece, ip, &h, 200, &at);
	ck_assert_uint_eq(n, 32 + 300 - 168);
	ck_assert_mem_eq(piece + 20, "\1\1\1\1\x83\7\4\1\2\3\4\0", 12);
	ck_assert_uint_eq(ip_checksum(piece, 32), 0);
	/* an option that is its header only, one that is cut, one shorter than its header */
	for (int i = 0; i < 3; i++) {
		static const uint8_t odd[3][12] = {{7, 2, 0x83, 3, 4, 8, 3, 4, 0},
		    {1, 8, 3, 4, 1, 1, 1, 1, 1, 1, 7, 3}, {8, 3, 4, 7, 1, 8, 3, 4}};
		static const uint8_t left[3][12] = {{1, 1, 0x83, 3, 4, 1, 1, 1, 0},
		    {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 7, 3}, {1, 1, 1, 7, 1, 8, 3, 4}};

		memcpy(ip + 20, odd[i], 12);
		at = 168;
		ck_assert_uint_ne(ip_fragment(piece, ip, &h, 200, &at), 0);
		ck_assert_mem_eq(piece + 20, left[i], 12);
	}
	at = 0;
	ck_assert_uint_eq(ip_fragment(piece, ip, &h, 39, &at), 0); /* nothing fits */
}
END_TEST

START_TEST(too_big)
{
	uint8_t ip[2048], body[1500] = {8}, icmp[IP_ICMP_MAX];
	size_t len = make_ip(ip, IPPROTO_UDP, IP_DF, body, sizeof body), n;
	struct ipv4 h, e;

	ck_assert(ipv4_parse(ip, len, &h));
	n = ip_too_big(icmp, ip, &h, 1400);
	ck_assert_uint_eq(n, IP_ICMP_MAX);
	ck_assert(ipv4_parse(icmp, n, &e));
	ck_assert_uint_eq(e.src, h.dst);
	ck_assert_uint_eq(e.dst, h.src);
	ck_assert_uint_eq(e.protocol, IPPROTO_ICMP);
	ck_assert_uint_eq(ip_checksum(icmp, IP_HEADER), 0);
	ck_assert_uint_eq(ip_checksum(icmp + IP_HEADER, n - IP_HEADER), 0);
	ck_assert_mem_eq(icmp + IP_HEADER, "\3\4", 2);
	ck_assert_mem_eq(icmp + IP_HEADER + 4, "\0\0\x05\x78", 4);
	ck_assert_mem_eq(icmp + IP_HEADER + 8, ip, n - IP_HEADER - 8);
	/* an echo request deserves one, an error and a later fragment do not */
	len = make_ip(ip, IPPROTO_ICMP, IP_DF, body, sizeof body);
	ck_assert(ipv4_parse(ip, len, &h));
	ck_assert_uint_ne(ip_too_big(icmp, ip, &h, 1400), 0);
	for (unsigned type = 0; type < 20; type++) { /* 1 to 12 are errors, but echo (RFC 1122) */
		body[0] = (uint8_t)type;
		len = make_ip(ip, IPPROTO_ICMP, IP_DF, body, sizeof body);
		ck_assert(ipv4_parse(ip, len, &h));
		ck_assert_int_eq(ip_too_big(icmp, ip, &h, 1400) != 0,
		    type == 0 || type == 8 || type > 12);
	}
	len = make_ip(ip, IPPROTO_UDP, IP_DF | 10, body, sizeof body);
	ck_assert(ipv4_parse(ip, len, &h));
	ck_assert_uint_eq(ip_too_big(icmp, ip, &h, 1400), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_ip");
	TCase *tc = tcase_create("dataplane_ip");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, mss_table);
	tcase_add_test(tc, mss_in_short_segments);
	tcase_add_test(tc, parse_table);
	tcase_add_test(tc, fragments);
	tcase_add_test(tc, fragment_options);
	tcase_add_test(tc, too_big);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
