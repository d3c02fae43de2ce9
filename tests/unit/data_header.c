/* The headers of a user's packet, L2TP and PPP, as the packet path writes and both sides read
 * them. */
#include <check.h>
#include <stdlib.h>

#include "engine/l2tp/header.h"
#include "engine/ppp/frame.h"

START_TEST(data_headers_written)
{
	static const struct {
		bool sequencing;
		size_t len;
		const char *bytes;
	} row[] = {
	    {false, 8, "\x40\x02\x01\x23\x11\x12\x21\x22"},
	    {true, 12, "\x48\x02\x01\x23\x11\x12\x21\x22\x00\x07\x00\x00"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint8_t buf[L2TP_SEQUENCED_HEADER];
		struct wr w = wr_init(buf, sizeof buf);

		l2tp_put_data_header(&w, 0x123, 0x1112, 0x2122, row[i].sequencing, 7);
		ck_assert_uint_eq(wr_len(&w), row[i].len);
		ck_assert_uint_eq(l2tp_data_header(row[i].sequencing), row[i].len);
		ck_assert_mem_eq(buf, row[i].bytes, row[i].len);
	}
}
END_TEST

/* What was written is read again, and what Length leaves out is no payload. */
START_TEST(data_headers_read)
{
	uint8_t buf[64] = {0};
	struct wr w = wr_init(buf, sizeof buf);
	struct l2tp_header h;
	struct rd r;

	l2tp_put_data_header(&w, 20, 0x1112, 0x2122, true, 7);
	r = rd_init(buf, sizeof buf);
	ck_assert(l2tp_read_header(&r, &h));
	ck_assert(!h.control && h.length && h.sequence && !h.offset);
	ck_assert_uint_eq(h.tunnel, 0x1112);
	ck_assert_uint_eq(h.session, 0x2122);
	ck_assert_uint_eq(h.ns, 7);
	ck_assert_uint_eq(h.message, 20);
	ck_assert_uint_eq(rd_left(&r), 8);
	buf[0] &= 0xbf; /* without L the message is as long as what came */
	r = rd_init(buf, sizeof buf);
	ck_assert(l2tp_read_header(&r, &h));
	ck_assert_uint_eq(h.message, sizeof buf);
}
END_TEST

START_TEST(ppp_headers)
{
	static const struct {
		bool acfc, pfc;
		size_t len;
		const char *bytes;
	} row[] = {
	    {false, false, 4, "\xff\x03\x00\x21"},
	    {false, true, 3, "\xff\x03\x21"},
	    {true, false, 2, "\x00\x21"},
	    {true, true, 1, "\x21"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint8_t buf[PPP_HEADER_MAX + 1] = {0};
		struct wr w = wr_init(buf, sizeof buf);
		struct rd r;

		ppp_put_ip_header(&w, row[i].acfc, row[i].pfc);
		ck_assert_uint_eq(wr_len(&w), row[i].len);
		ck_assert_uint_eq(ppp_ip_header(row[i].acfc, row[i].pfc), row[i].len);
		ck_assert_mem_eq(buf, row[i].bytes, row[i].len);
		r = rd_init(buf, row[i].len + 1);
		ck_assert_uint_eq(ppp_unframe(&r), PROTO_IP);
		ck_assert_uint_eq(rd_left(&r), 1);
	}
}
END_TEST

START_TEST(ppp_frames_cut_short)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool bad;
		uint16_t protocol;
	} row[] = {
	    {"", 0, true, 0},
	    {"\xff", 1, false, 0xff}, /* a number of one byte, of nobody */
	    {"\xff\x03", 2, true, 0},
	    {"\xff\x03\xc0", 3, true, 0xc000},
	    {"\xff\x03\xc0\x21", 4, false, PROTO_LCP},
	    {"\xc0\x21", 2, false, PROTO_LCP},
	    {"\x00\x20", 2, false, 0x20}, /* even: no protocol */
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct rd r = rd_init(row[i].bytes, row[i].len);
		uint16_t protocol = ppp_unframe(&r);

		ck_assert_msg(r.bad == row[i].bad, "row %zu", i);
		if (!r.bad)
			ck_assert_uint_eq(protocol, row[i].protocol);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("data_header");
	TCase *tc = tcase_create("data_header");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, data_headers_written);
	tcase_add_test(tc, data_headers_read);
	tcase_add_test(tc, ppp_headers);
	tcase_add_test(tc, ppp_frames_cut_short);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
