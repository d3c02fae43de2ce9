/* L2TP messages: what clients really send, the dictionary's rules, truncation and texts. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/avp.h"

/* SCCRQ of a Windows client, host DESKTOP-TESTING, assigned tunnel 1. */
static const uint8_t windows_sccrq[] =
    "\xc8\x02\x00\x6c\x00\x00\x00\x00\x00\x00\x00\x00"
    "\x80\x08\x00\x00\x00\x00\x00\x01"
    "\x80\x08\x00\x00\x00\x02\x01\x00"
    "\x80\x0a\x00\x00\x00\x03\x00\x00\x00\x01"
    "\x80\x0a\x00\x00\x00\x04\x00\x00\x00\x00"
    "\x00\x08\x00\x00\x00\x06\x06\x02"
    "\x80\x15\x00\x00\x00\x07" "DESKTOP-TESTING"
    "\x00\x0f\x00\x00\x00\x08" "Microsoft"
    "\x80\x08\x00\x00\x00\x09\x00\x01"
    "\x80\x08\x00\x00\x00\x0a\x00\x08";

static bool parse(const void *bytes, size_t len, struct l2tp_msg *m)
{
	struct rd r = rd_init(bytes, len);

	memset(m, 0, sizeof *m);
	return l2tp_read_header(&r, &m->header) && l2tp_read_avps(r, m);
}

START_TEST(windows_request)
{
	struct l2tp_msg m;

	ck_assert_uint_eq(sizeof windows_sccrq - 1, 108); /* as in the captures */
	ck_assert(parse(windows_sccrq, sizeof windows_sccrq - 1, &m));
	ck_assert_uint_eq(m.type, L2TP_SCCRQ);
	ck_assert_uint_eq(m.error, ERROR_NONE);
	ck_assert_str_eq(m.host, "DESKTOP-TESTING");
	ck_assert_str_eq(m.vendor, "Microsoft");
	ck_assert_uint_eq(m.firmware, 0x0602);
	ck_assert_uint_eq(m.version, 0x0100);
	ck_assert_uint_eq(m.framing, 1);
	ck_assert_uint_eq(m.tunnel_id, 1);
	ck_assert_uint_eq(m.window, 8);
}
END_TEST

START_TEST(truncated_everywhere)
{
	uint8_t copy[sizeof windows_sccrq];
	struct l2tp_msg m;

	for (size_t n = 0; n < sizeof windows_sccrq - 1; n++) {
		uint8_t *exact = malloc(n ? n : 1);

		memcpy(exact, windows_sccrq, n);
		ck_assert(!parse(exact, n, &m));
		/* a header that admits the shortness: an AVP is cut, or required ones lack */
		if (n >= 12) {
			exact[2] = 0;
			exact[3] = (uint8_t)n;
			ck_assert(!parse(exact, n, &m) || m.type == L2TP_ZLB ||
				  m.error == ERROR_VALUE || n == sizeof windows_sccrq - 1 - 8);
		}
		free(exact);
	}
	/* Any single byte spoilt: no crash, and texts stay texts. */
	for (size_t n = 0; n < sizeof windows_sccrq - 1; n++)
		for (int bit = 0; bit < 8; bit++) {
			memcpy(copy, windows_sccrq, sizeof copy);
			copy[n] ^= (uint8_t)(1 << bit);
			parse(copy, sizeof copy - 1, &m);
			ck_assert_uint_lt(strlen(m.host), sizeof m.host);
		}
}
END_TEST

START_TEST(headers)
{
	static const struct {
		const char *bytes;
		size_t len;
		bool good;
		size_t left;
	} row[] = {
	    {"\xc8\x02\x00\x0c\x00\x01\x00\x02\x00\x03\x00\x04", 12, true, 0}, /* ZLB */
	    {"\xc8\x02\x00\x0c\x00\x01\x00\x02\x00\x03\x00\x04xx", 14, true, 0},
	    /* longer than it is */
	    {"\xc8\x02\x00\x0d\x00\x01\x00\x02\x00\x03\x00\x04", 12, false, 0},
	    {"\xc8\x02\x00\x03\x00\x01\x00\x02\x00\x03\x00\x04", 12, false, 0},
	    /* control without L */
	    {"\x88\x02\x00\x0c\x00\x01\x00\x02\x00\x03\x00\x04", 12, false, 0},
	    {"\xc0\x02\x00\x0c\x00\x01\x00\x02\x00\x03\x00\x04", 12, false, 0}, /* without S */
	    {"\xca\x02\x00\x0c\x00\x01\x00\x02\x00\x03\x00\x04", 12, false, 0}, /* with O */
	    {"\xc8\x03\x00\x0c\x00\x01\x00\x02\x00\x03\x00\x04", 12, false, 0}, /* version 3 */
	    {"\x00\x02\x00\x01\x00\x02\xff\x03\xc0\x21", 10, true, 4},          /* data, bare */
	    {"\x40\x02\x00\x0c\x00\x01\x00\x02\xff\x03\xc0\x21", 12, true, 4},  /* data with L */
	    {"\x08\x02\x00\x01\x00\x02\x00\x05\x00\x06\xff\x03", 12, true, 2},  /* data with S */
	    {"\x02\x02\x00\x01\x00\x02\x00\x03\x01\x02\x03\xff\x03", 13, true, 2}, /* data with O */
	    /* offset too far */
	    {"\x02\x02\x00\x01\x00\x02\x00\x09\x01\x02\x03\xff\x03", 13, false, 0},
	    {"\x00\x01\x00\x01\x00\x02", 6, false, 0},                          /* L2F */
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct rd r = rd_init(row[i].bytes, row[i].len);
		struct l2tp_header h;
		bool good = l2tp_read_header(&r, &h);

		ck_assert_msg(good == row[i].good, "row %zu", i);
		if (good)
			ck_assert_msg(
			    rd_left(&r) == row[i].left, "row %zu: %zu left", i, rd_left(&r));
	}
}
END_TEST

/* ICRQ with one more AVP. */
static bool with_avp(const char *avp, size_t len, struct l2tp_msg *m)
{
	uint8_t buf[256];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, 1, 0, L2TP_ICRQ);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 5);
	l2tp_put_u32(&w, AVP_CALL_SERIAL_NUMBER, 0);
	wr_bytes(&w, avp, len);
	ck_assert(l2tp_end(&w));
	return parse(buf, wr_len(&w), m);
}

/* What a client calls itself goes into logs: nothing but printable ASCII, and it is cut. */
START_TEST(texts_are_made_printable)
{
	uint8_t buf[256];
	char name[90], text[] = " a\x1f~\x7f\x80\xff\n";
	struct wr w = wr_init(buf, sizeof buf);
	struct l2tp_msg m;

	l2tp_begin(&w, 0, 0, L2TP_SCCRQ);
	l2tp_put_u16(&w, AVP_PROTOCOL_VERSION, 0x0100);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, 1);
	l2tp_put_text(&w, AVP_HOST_NAME, text);
	wr_u16(&w, 6 + sizeof name);
	wr_u16(&w, 0);
	wr_u16(&w, AVP_VENDOR_NAME);
	memset(name, 'v', sizeof name);
	wr_bytes(&w, name, sizeof name);
	ck_assert(l2tp_end(&w));
	ck_assert(parse(buf, wr_len(&w), &m));
	ck_assert_str_eq(m.host, " a.~....");
	ck_assert_uint_eq(strlen(m.vendor), L2TP_TEXT_MAX - 1);
}
END_TEST

START_TEST(avp_rules)
{
	static const struct {
		const char *what, *avp;
		size_t len;
		bool whole;
		uint16_t error;
	} row[] = {
	    {"Microsoft's own, M=0",
		"\x00\x16\x01\x37\x00\x01"
		"0123456789abcdef",
		22, true, 0},
	    {"Microsoft's own, M=1",
		"\x80\x16\x01\x37\x00\x01"
		"0123456789abcdef",
		22, true, 8},
	    {"unknown, M=0", "\x00\x08\x00\x00\x00\x63\x00\x01", 8, true, 0},
	    {"unknown, M=1", "\x80\x08\x00\x00\x00\x63\x00\x01", 8, true, 8},
	    {"hidden, M=1", "\xc0\x0a\x00\x00\x00\x12\x00\x00\x00\x01", 10, true, 8},
	    {"hidden, M=0", "\x40\x0a\x00\x00\x00\x12\x00\x00\x00\x01", 10, true, 0},
	    {"reserved bit, M=1", "\x84\x0a\x00\x00\x00\x12\x00\x00\x00\x01", 10, true, 8},
	    {"reserved bit, M=0", "\x04\x0a\x00\x00\x00\x12\x00\x00\x00\x01", 10, true, 0},
	    {"known, short", "\x80\x08\x00\x00\x00\x12\x00\x00", 8, true, 2},
	    {"known, short, M=0", "\x00\x08\x00\x00\x00\x12\x00\x00", 8, true, 0},
	    {"known, long", "\x80\x0c\x00\x00\x00\x12\x00\x00\x00\x01\x00\x00", 12, true, 2},
	    {"two bytes, long", "\x80\x0a\x00\x00\x00\x0a\x00\x08\x00\x00", 10, true, 2},
	    {"two bytes, short", "\x80\x07\x00\x00\x00\x0a\x00", 7, true, 2},
	    {"known, in a message where it means nothing", "\x00\x08\x00\x00\x00\x06\x01\x00", 8,
		true, 0},
	    {"length 5", "\x80\x05\x00\x00\x00\x12", 6, false, 0},
	    {"length 0", "\x80\x00\x00\x00\x00\x12", 6, false, 0},
	    {"length beyond the message", "\x80\x0a\x00\x00\x00\x12", 6, false, 0},
	    {"second Message Type", "\x80\x08\x00\x00\x00\x00\x00\x0a", 8, false, 0},
	};
	struct l2tp_msg m;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert_msg(
		    with_avp(row[i].avp, row[i].len, &m) == row[i].whole, "%s", row[i].what);
		if (row[i].whole)
			ck_assert_msg(
			    m.error == row[i].error, "%s: error %u", row[i].what, m.error);
	}
	ck_assert(with_avp("", 0, &m));
	ck_assert_uint_eq(m.session_id, 5);
}
END_TEST

START_TEST(required_avps)
{
	uint8_t buf[64];
	struct wr w = wr_init(buf, sizeof buf);
	struct l2tp_msg m;

	/* Only what nothing can be done without. */
	l2tp_begin(&w, 1, 0, L2TP_ICRQ);
	l2tp_put_u32(&w, AVP_CALL_SERIAL_NUMBER, 1);
	ck_assert(l2tp_end(&w));
	ck_assert(parse(buf, wr_len(&w), &m));
	ck_assert_uint_eq(m.error, ERROR_VALUE);
	ck_assert_uint_eq(m.error_avp, AVP_ASSIGNED_SESSION_ID);
	w = wr_init(buf, sizeof buf);
	l2tp_begin(&w, 1, 0, L2TP_ICRQ);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 5);
	ck_assert(l2tp_end(&w));
	ck_assert(parse(buf, wr_len(&w), &m));
	ck_assert_uint_eq(m.error, ERROR_NONE);
	w = wr_init(buf, sizeof buf);
	l2tp_begin(&w, 1, 1, L2TP_ICCN);
	l2tp_put_flag(&w, AVP_SEQUENCING_REQUIRED);
	ck_assert(l2tp_end(&w));
	ck_assert(parse(buf, wr_len(&w), &m));
	ck_assert_uint_eq(m.error, ERROR_NONE);
	ck_assert(l2tp_has(&m, AVP_SEQUENCING_REQUIRED));
	/* The first AVP is the Message Type or the message is none. */
	ck_assert(!parse("\xc8\x02\x00\x14\0\0\0\0\0\0\0\0\x80\x08\0\0\0\x09\0\1", 20, &m));
}
END_TEST

/* A Message Type that we have not is a message all the same, whose M bit tells what to do (RFC 2661
 * 4.4.1); 0 is none. A Result Code may lack what stands behind its result. */
START_TEST(message_types)
{
	static const struct {
		uint16_t type;
		bool good;
	} row[] = {{0, false}, {5, true}, {13, true}, {16, true}, {17, true}, {48, true},
	    {0xffff, true}};
	struct l2tp_msg m;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint8_t bytes[32];
		struct wr w = wr_init(bytes, sizeof bytes);

		l2tp_put_control_header(&w, 1, 2);
		wr_u16(&w, i & 1 ? 8 : 0x8008);
		wr_u32(&w, 0);
		wr_u16(&w, row[i].type);
		ck_assert(l2tp_end(&w));
		ck_assert_msg(parse(bytes, wr_len(&w), &m) == row[i].good, "%u", row[i].type);
		if (!row[i].good)
			continue;
		ck_assert_uint_eq(m.type, row[i].type);
		ck_assert_int_eq(m.mandatory, !(i & 1));
		ck_assert_int_eq(l2tp_message_known(m.type), m.type == 16);
	}
	ck_assert_str_eq(l2tp_message_name(17), "unknown");
	ck_assert_str_eq(l2tp_message_name(16), "SLI");
	ck_assert_str_eq(l2tp_message_name(0xffff), "unknown");
	ck_assert_str_eq(avp_name(99), "unknown");
}
END_TEST

START_TEST(result_codes)
{
	static const struct {
		const char *avp;
		size_t len;
		uint16_t error, result, of;
		const char *text;
	} row[] = {
	    {"\x80\x07\0\0\0\x01\x00", 7, ERROR_LENGTH, 0, 0, ""},
	    {"\x80\x08\0\0\0\x01\x00\x03", 8, ERROR_NONE, 3, 0, ""},
	    {"\x80\x09\0\0\0\x01\x00\x03\x00", 9, ERROR_LENGTH, 3, 0, ""},
	    {"\x80\x0a\0\0\0\x01\x00\x03\x00\x06", 10, ERROR_NONE, 3, 6, ""},
	    {"\x80\x0c\0\0\0\x01\x00\x03\x00\x06hi", 12, ERROR_NONE, 3, 6, "hi"},
	};
	struct l2tp_msg m;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert(with_avp(row[i].avp, row[i].len, &m));
		ck_assert_uint_eq(m.error, row[i].error);
		ck_assert_uint_eq(m.result, row[i].result);
		ck_assert_uint_eq(m.result_error, row[i].of);
		ck_assert_str_eq(m.result_text, row[i].text);
	}
}
END_TEST

/* What we say of why is cut to what whoever reads it keeps. */
START_TEST(long_texts_are_cut)
{
	char text[L2TP_TEXT_MAX + 2];

	for (size_t len = L2TP_TEXT_MAX - 2; len <= L2TP_TEXT_MAX + 1; len++) {
		size_t kept = len < L2TP_TEXT_MAX ? len : L2TP_TEXT_MAX - 1;
		uint8_t bytes[256];
		struct wr w = wr_init(bytes, sizeof bytes);

		memset(text, 't', sizeof text);
		text[len] = '\0';
		l2tp_put_text(&w, AVP_HOST_NAME, text);
		ck_assert_uint_eq(wr_len(&w), 6 + kept);
		ck_assert_uint_eq((bytes[0] & 3U) << 8 | bytes[1], wr_len(&w));
		w = wr_init(bytes, sizeof bytes);
		l2tp_put_result(&w, 2, 6, text);
		ck_assert_uint_eq(wr_len(&w), 6 + 4 + kept);
		ck_assert_uint_eq((bytes[0] & 3U) << 8 | bytes[1], wr_len(&w));
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_codec");
	TCase *tc = tcase_create("codec");
	SRunner *r = srunner_create(s);
	int failed_tests;

	tcase_add_test(tc, windows_request);
	tcase_add_test(tc, truncated_everywhere);
	tcase_add_test(tc, headers);
	tcase_add_test(tc, texts_are_made_printable);
	tcase_add_test(tc, avp_rules);
	tcase_add_test(tc, required_avps);
	tcase_add_test(tc, message_types);
	tcase_add_test(tc, result_codes);
	tcase_add_test(tc, long_texts_are_cut);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed_tests = srunner_ntests_failed(r);
	srunner_free(r);
	return failed_tests ? EXIT_FAILURE : EXIT_SUCCESS;
}
