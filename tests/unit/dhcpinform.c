/* DHCPINFORM: what Windows asks over the link and what it gets. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dhcp/inform.h"

/* From 192.168.1.1:68 to 255.255.255.255:67, with the given options. */
static size_t request(uint8_t *buf, size_t size, const char *options, size_t len)
{
	struct wr w = wr_init(buf, size);

	wr_u32(&w, 0x45000000);
	wr_u32(&w, 0);
	wr_u32(&w, 0x80110000);
	wr_u32(&w, 0xc0a80101);
	wr_u32(&w, 0xffffffff);
	wr_u16(&w, 68);
	wr_u16(&w, 67);
	wr_u32(&w, 0);
	wr_u32(&w, 0x01080600);
	wr_u32(&w, 0xa1b2c3d4);
	wr_u32(&w, 0);
	wr_u32(&w, 0xc0a80101);
	wr_zero(&w, 12);
	wr_bytes(&w, "\0SE\0\0\0", 6);
	wr_zero(&w, 10 + 192);
	wr_u32(&w, 0x63825363);
	wr_bytes(&w, options, len);
	wr_patch16(&w, 2, wr_len(&w));
	wr_patch16(&w, 24, wr_len(&w) - 20);
	ck_assert(!w.full);
	return wr_len(&w);
}

static const char windows[] = "\x35\x01\x08\x3d\x07\x08\x00\x53\x45\x00\x00\x00\x0c\x02PC"
                              "\x3c\x08MSFT 5.0\x37\x07\x01\x03\x06\x0f\x2c\x79\xf9\xff";

/* The value of an option in an answer, long ones joined; its length, or SIZE_MAX when absent. */
static size_t option(const uint8_t *packet, size_t len, uint8_t code, uint8_t *value)
{
	struct rd r = rd_init(packet, len);
	size_t n = SIZE_MAX;

	rd_skip(&r, 20 + 8 + 240);
	while (rd_left(&r)) {
		uint8_t c = rd_u8(&r), size;

		if (c == 0)
			continue;
		if (c == 255)
			break;
		size = rd_u8(&r);
		if (c == code) {
			n = n == SIZE_MAX ? 0 : n;
			rd_copy(&r, value + n, size);
			n += size;
		} else {
			rd_skip(&r, size);
		}
	}
	ck_assert(!r.bad);
	return n;
}

static struct networks routes;

static void route(uint32_t dest, int width)
{
	ck_assert(networks_add(&routes, dest, dest + (uint32_t)((1ULL << (32 - width)) - 1)));
}

static size_t left_out;

static size_t answer(const struct dhcp_inform *d, const struct dhcp_inform_offer *o, uint8_t *to,
    size_t size)
{
	return dhcp_inform_answer(d, o, to, size, &left_out);
}

static void teardown(void)
{
	networks_free(&routes);
}

START_TEST(windows_is_answered)
{
	struct dhcp_inform_offer offer = {.server = addr_v4(0x0a0a0a01),
	    .mask = addr_v4(0xffffffff),
	    .gateway = addr_v4(0xc0a80101),
	    .domain = "cisco.com",
	    .dns = {addr_v4(0x08080808), addr_v4(0x04040402)},
	    .wins = {addr_v4(0xc0a80707)},
	    .routes = &routes};
	static const uint8_t want[] = {0x18, 10, 1, 1, 192, 168, 1, 1, 32, 10, 10, 10, 10, 192,
	    168, 1, 1, 12, 0xac, 0x10, 192, 168, 1, 1};
	uint8_t in[600], out[DHCP_INFORM_ANSWER_MAX], value[2048];
	size_t len = request(in, sizeof in, windows, sizeof windows - 1);
	struct dhcp_inform d;
	uint32_t sum = 0;

	ck_assert(dhcp_inform_read(in, len, &d));
	ck_assert(d.wants[1] && d.wants[15] && d.wants[121] && d.wants[249] && !d.wants[119]);
	ck_assert_uint_eq(addr_to_v4(&d.head.ciaddr), 0xc0a80101);
	route(0x0a010100, 24);
	route(0xac100000, 12);
	route(0x0a0a0a0a, 32);
	len = answer(&d, &offer, out, sizeof out);
	ck_assert_uint_ge(len, 328);
	ck_assert_uint_eq((size_t)(out[2] << 8 | out[3]), len);
	ck_assert_mem_eq(out + 12, "\x0a\x0a\x0a\x01\xc0\xa8\x01\x01\x00\x43\x00\x44", 12);
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)(out[i] << 8 | out[i + 1]);
	ck_assert_uint_eq((sum & 0xffff) + (sum >> 16), 0xffff);
	ck_assert_mem_eq(out + 28, "\x02\x08\x06\x00\xa1\xb2\xc3\xd4", 8);
	ck_assert_mem_eq(out + 40, "\xc0\xa8\x01\x01\0\0\0\0", 8); /* ciaddr, and no yiaddr */
	ck_assert_uint_eq(option(out, len, 53, value), 1);
	ck_assert_uint_eq(value[0], 5);
	ck_assert_uint_eq(option(out, len, 54, value), 4);
	ck_assert_mem_eq(value, "\x0a\x0a\x0a\x01", 4);
	ck_assert_uint_eq(option(out, len, 1, value), 4);
	ck_assert_uint_eq(option(out, len, 15, value), 9);
	ck_assert_mem_eq(value, "cisco.com", 9);
	ck_assert_uint_eq(option(out, len, 6, value), 8);
	ck_assert_mem_eq(value, "\x08\x08\x08\x08\x04\x04\x04\x02", 8);
	ck_assert_uint_eq(option(out, len, 44, value), 4);
	ck_assert_mem_eq(value, "\xc0\xa8\x07\x07", 4);
	ck_assert_uint_eq(option(out, len, 119, value), SIZE_MAX);
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(option(out, len, i ? 249 : 121, value), sizeof want);
		ck_assert_mem_eq(value, want, sizeof want);
	}
	ck_assert_uint_eq(option(out, len, 51, value), SIZE_MAX); /* nothing is leased */
}
END_TEST

START_TEST(only_what_was_asked)
{
	static const char xp[] = "\x35\x01\x08\x37\x02\x0f\xf9\xff";
	struct dhcp_inform_offer offer = {
	    .server = addr_v4(0x0a0a0a01), .mask = addr_v4(0xffffff00), .routes = &routes};
	uint8_t in[600], out[DHCP_INFORM_ANSWER_MAX], value[2048];
	size_t len = request(in, sizeof in, xp, sizeof xp - 1);
	struct dhcp_inform d;

	ck_assert(dhcp_inform_read(in, len, &d));
	route(0x0a010100, 24);
	len = answer(&d, &offer, out, sizeof out);
	ck_assert_uint_eq(option(out, len, 1, value), SIZE_MAX);
	ck_assert_uint_eq(option(out, len, 15, value), SIZE_MAX);
	ck_assert_uint_eq(option(out, len, 121, value), SIZE_MAX);
	ck_assert_uint_eq(option(out, len, 249, value), 8);
}
END_TEST

/* Both options while they fit, then one, then what of one fits. */
START_TEST(long_lists_are_split)
{
	struct dhcp_inform_offer offer = {.server = addr_v4(0x0a0a0a01), .routes = &routes};
	uint8_t in[600], out[DHCP_INFORM_ANSWER_MAX], value[4096];
	size_t len = request(in, sizeof in, windows, sizeof windows - 1);
	struct dhcp_inform d;

	for (unsigned i = 0; i < 100; i++)
		route(0x0a000000 + i * 512, 24);
	ck_assert(dhcp_inform_read(in, len, &d));
	len = answer(&d, &offer, out, sizeof out);
	ck_assert_uint_gt(len, 0);
	ck_assert_uint_eq(option(out, len, 121, value), 800);
	ck_assert_mem_eq(value + 792, "\x18\x0a\x00\xc6", 4);
	ck_assert_uint_eq(option(out, len, 249, value), 800);
	len = answer(&d, &offer, out, 1400);
	ck_assert_uint_eq(option(out, len, 121, value), 800);
	ck_assert_uint_eq(option(out, len, 249, value), SIZE_MAX);
	ck_assert_uint_eq(left_out, 0);
	for (size_t size = 400; size < 1100; size++) {
		size_t n;

		len = answer(&d, &offer, out, size);
		ck_assert(len && len <= size);
		n = option(out, len, 121, value);
		ck_assert_uint_eq(n % 8, 0);
		ck_assert_uint_eq(n / 8 + left_out, 100);
		ck_assert(!left_out || len + 10 > size); /* as many as fit */
	}
	ck_assert_uint_eq(answer(&d, &offer, out, 250), 0);
	d.most = 100; /* nobody may take less than 576 */
	ck_assert_uint_gt(answer(&d, &offer, out, 1400), 560);
	ck_assert_uint_le(answer(&d, &offer, out, 1400), 576);
	d.most = 700;
	ck_assert_uint_le(answer(&d, &offer, out, 1400), 728);
	d.wants[DHCP_ROUTES] = false;
	len = answer(&d, &offer, out, 1400);
	ck_assert_uint_gt(option(out, len, 249, value), 100);
}
END_TEST

START_TEST(search_lists)
{
	struct dhcp_inform d = {.wants = {[DHCP_SEARCH] = true}};
	struct dhcp_inform_offer offer = {
	    .server = addr_v4(1), .search = "corp.example.com bad..name example.org"};
	static const uint8_t want[] = "\4corp\7example\3com\0\7example\3org";
	uint8_t out[DHCP_INFORM_ANSWER_MAX], value[4096];
	char many[600] = "";
	size_t len = answer(&d, &offer, out, sizeof out);

	ck_assert_uint_eq(option(out, len, 119, value), sizeof want);
	ck_assert_mem_eq(value, want, sizeof want);
	for (int i = 0; i < 40; i++)
		strcat(many, i ? " abc.example" : "abc.example");
	offer.search = many; /* whole names, as many as fit */
	len = answer(&d, &offer, out, sizeof out);
	ck_assert_uint_eq(option(out, len, 119, value), 255 / 13 * 13);
}
END_TEST

START_TEST(others_go_their_way)
{
	static const char discover[] = "\x35\x01\x01\xff";
	static const char cut[] = "\x35\x01\x08\x0c\x09PC";
	static const char padded[] = "\0\0\x35\x01\x08\xff\x35\x01\x01";
	uint8_t in[600], copy[600];
	size_t len = request(in, sizeof in, windows, sizeof windows - 1);
	struct dhcp_inform d;

	for (size_t n = 0; n < len; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, in, n);
		ck_assert(!dhcp_inform_read(exact, n, &d));
		free(exact);
	}
	memcpy(copy, in, len);
	copy[9] = 6; /* TCP */
	ck_assert(!dhcp_inform_read(copy, len, &d));
	memcpy(copy, in, len);
	copy[6] = 0x20; /* a fragment */
	ck_assert(!dhcp_inform_read(copy, len, &d));
	memcpy(copy, in, len);
	copy[23] = 53;
	ck_assert(!dhcp_inform_read(copy, len, &d));
	len = request(in, sizeof in, discover, sizeof discover - 1);
	ck_assert(!dhcp_inform_read(in, len, &d));
	len = request(in, sizeof in, cut, sizeof cut - 1); /* an option behind the packet's end */
	ck_assert(!dhcp_inform_read(in, len, &d));
	/* what is behind the end is none */
	len = request(in, sizeof in, padded, sizeof padded - 1);
	ck_assert(dhcp_inform_read(in, len, &d));
}
END_TEST

/* Padding is one byte, wherever it stands (RFC 2132 3.1); a Message Type in two parts is none. */
START_TEST(padding)
{
	static const struct {
		const char *options;
		size_t len;
		bool inform;
	} row[] = {
	    {"\0\x35\x01\x08\xff", 5, true},
	    {"\x35\x01\x08\0\x37\x01\x0f", 7, true},
	    {"\x35\x01\x08", 3, true}, /* without an end */
	    {"\x35\x01\x08\x35\x01\x01\xff", 7, false},
	    {"\x35\x01\x01\x35\x01\x08\xff", 7, false}, /* two are parts of one (RFC 3396) */
	    {"\x35\x00\xff", 3, false}, /* of no kind */
	    {"\x35\x01\x08\x0c", 4, false},
	    {"\xff\x35\x01\x08", 4, false},
	};
	uint8_t in[600];
	struct dhcp_inform d;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		size_t len = request(in, sizeof in, row[i].options, row[i].len);

		ck_assert_msg(
		    dhcp_inform_read(in, len, &d) == row[i].inform, "row %zu", i);
		if (i == 1)
			ck_assert(d.wants[15] && !d.wants[1]);
	}
}
END_TEST

/* Each condition of the header by itself: a reply, another magic number, an address that is longer
 * than its field. */
START_TEST(headers_of_others)
{
	static const struct {
		size_t at;
		uint8_t is;
		bool good;
	} row[] = {{28, 2, false}, {28 + 236, 0, false}, {30, 16, true}, {30, 17, false},
	    {21, 67, false}, {23, 68, false}, {7, 1, false}, {0, 0x46, false}};
	uint8_t in[600];
	struct dhcp_inform d;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		size_t len = request(in, sizeof in, windows, sizeof windows - 1);

		in[row[i].at] = row[i].is;
		ck_assert_msg(dhcp_inform_read(in, len, &d) == row[i].good, "row %zu", i);
	}
}
END_TEST

/* An answer is padded to what BOOTP relays take (RFC 1542 2.1), and not one byte more. */
START_TEST(answers_at_their_limits)
{
	struct dhcp_inform d = {.wants = {[DHCP_ROUTES] = true, [DHCP_DOMAIN] = true}};
	struct dhcp_inform_offer offer = {.server = addr_v4(1), .routes = &routes};
	uint8_t out[DHCP_INFORM_ANSWER_MAX], value[8192];
	char domain[64];
	size_t len, least = 28 + 300, used = 28 + 240 + 3 + 6 + 1;

	ck_assert_uint_eq(answer(&d, &offer, out, sizeof out), least);
	ck_assert_uint_eq(option(out, least, 121, value), SIZE_MAX);
	ck_assert_uint_eq(option(out, least, 15, value), SIZE_MAX);
	memset(domain, 'd', sizeof domain);
	offer.domain = domain;
	for (size_t more = 0; more < 3; more++) {
		domain[least - used - 2 + more] = '\0';
		ck_assert_uint_eq(answer(&d, &offer, out, sizeof out), least + more);
		domain[least - used - 2 + more] = 'd';
	}
	offer.domain = NULL;
	route(0, 0);
	len = answer(&d, &offer, out, sizeof out);
	ck_assert_uint_eq(option(out, len, 121, value), 5);
	ck_assert_mem_eq(value, "\0\0\0\0\0", 5);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dhcpinform");
	TCase *tc = tcase_create("dhcpinform");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, NULL, teardown);
	tcase_add_test(tc, windows_is_answered);
	tcase_add_test(tc, only_what_was_asked);
	tcase_add_test(tc, long_lists_are_split);
	tcase_add_test(tc, search_lists);
	tcase_add_test(tc, others_go_their_way);
	tcase_add_test(tc, padding);
	tcase_add_test(tc, headers_of_others);
	tcase_add_test(tc, answers_at_their_limits);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
