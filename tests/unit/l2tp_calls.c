/* Calls in a tunnel: which are refused, what ends one and what does it no harm (RFC 2661 7). */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/l2tp_client.h"

static struct l2tp_client c;

static void setup(void)
{
	l2tp_client_setup(&c);
}

static void teardown(void)
{
	l2tp_client_teardown(&c);
}

START_TEST(outgoing_calls_are_refused)
{
	uint16_t tunnel = l2tp_client_connected(&c);
	struct wr w = l2tp_client_begin(&c, tunnel, 0, L2TP_OCRQ);

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 77);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.n_seen, 1);
	ck_assert_uint_eq(c.seen[0].type, L2TP_CDN);
	ck_assert_uint_eq(c.seen[0].result, CDN_NEVER_FACILITIES);
	ck_assert_uint_eq(c.seen[0].header.session, 77);
	ck_assert_uint_eq(l2tp_stats(c.l)->calls, 1);
	c.nr++;
	l2tp_client_call(&c, tunnel);
}
END_TEST

START_TEST(a_call_without_an_id)
{
	uint16_t tunnel = l2tp_client_connected(&c);
	struct wr w = l2tp_client_begin(&c, tunnel, 0, L2TP_ICRQ);

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 0);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.seen[0].type, L2TP_CDN);
	ck_assert_uint_eq(c.seen[0].result, CDN_ERROR);
	ck_assert_uint_eq(l2tp_stats(c.l)->calls, 1);
	c.nr++;
	l2tp_client_call(&c, tunnel);
	ck_assert_uint_eq(l2tp_stats(c.l)->calls, 1);
}
END_TEST

START_TEST(strays_do_no_harm)
{
	static const enum l2tp_message stray[] = {
	    L2TP_ICRP, L2TP_ICCN, L2TP_OCRP, L2TP_OCCN, L2TP_CDN, L2TP_WEN, L2TP_SLI};
	static const uint8_t zero[] = {0, 2, 0, 0, 0, 0, 0xff, 0x03, 0xc0, 0x21};
	uint16_t tunnel = l2tp_client_connected(&c), session = l2tp_client_call(&c, tunnel);
	const struct l2tp_origin from = {&c.peers[0], 1, 1701, 1701, NULL};
	struct wr w;

	for (size_t i = 0; i < sizeof stray / sizeof *stray; i++)
		for (uint16_t to = 0; to < 2; to++) {
			w = l2tp_client_begin(
			    &c, tunnel, to ? (uint16_t)(session + 1) : 0, stray[i]);
			l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 5555);
			l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
			l2tp_client_say(&c, &w);
			ck_assert_uint_eq(c.n_seen, 1);
			ck_assert_uint_eq(c.seen[0].type, L2TP_ZLB);
		}
	w = l2tp_client_begin(&c, tunnel, 0, L2TP_ICRQ); /* no session id */
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 0);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.seen[0].type, L2TP_CDN);
	c.nr++;
	w = l2tp_client_begin(&c, tunnel, 0, L2TP_ZLB);
	l2tp_client_send_from(&c, 0, &w, c.ns);
	ck_assert_uint_eq(c.n_seen, 0);
	l2tp_receive(c.l, &from, zero, sizeof zero);
	ck_assert_uint_eq(c.frames, 0);
	ck_assert_uint_eq(c.downs, 0);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1);
}
END_TEST

/* With Sequencing Required data messages bring Ns and Nr; without it they may as well. */
START_TEST(numbered_data_is_taken)
{
	uint16_t tunnel = l2tp_client_connected(&c), session = l2tp_client_call(&c, tunnel);
	const struct l2tp_origin from = {&c.peers[0], 1, 1701, 1701, NULL};
	uint8_t msg[] = {0x08, 2, (uint8_t)(tunnel >> 8), (uint8_t)tunnel, (uint8_t)(session >> 8),
	    (uint8_t)session, 0x12, 0x34, 0xff, 0xff, 0xff, 0x03, 0xc0, 0x21, 9, 1, 0, 4};

	l2tp_receive(c.l, &from, msg, sizeof msg);
	msg[0] = 0;
	memmove(msg + 6, msg + 10, 8);
	l2tp_receive(c.l, &from, msg, sizeof msg - 4);
	ck_assert_uint_eq(c.frames, 2);
}
END_TEST

/* A CDN whose header names no session means the only one there is, if it gives its own id. */
START_TEST(cdn_without_a_session)
{
	uint16_t tunnel = l2tp_client_connected(&c), session = l2tp_client_call(&c, tunnel);
	struct wr w = l2tp_client_begin(&c, tunnel, 0, L2TP_CDN);

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION + 1);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.downs, 0);
	w = l2tp_client_begin(&c, tunnel, (uint16_t)(session + 1), L2TP_CDN);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.downs, 0);
	w = l2tp_client_begin(&c, tunnel, 0, L2TP_CDN);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.downs, 1);
	ck_assert_uint_eq(l2tp_tunnels(c.l), 1); /* it has time for another call */
}
END_TEST

/* A tunnel carries one call; a second is refused in words and the first goes on. */
START_TEST(a_second_call)
{
	uint16_t tunnel = l2tp_client_connected(&c), session = l2tp_client_call(&c, tunnel);
	struct wr w = l2tp_client_begin(&c, tunnel, 0, L2TP_ICRQ);

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION + 1);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.seen[0].type, L2TP_CDN);
	ck_assert_uint_eq(c.seen[0].result, CDN_NO_FACILITIES);
	ck_assert_uint_eq(c.seen[0].header.session, CLIENT_SESSION + 1);
	ck_assert_uint_ne(c.seen[0].session_id, 0);
	ck_assert_uint_ne(c.seen[0].session_id, session);
	ck_assert_uint_eq(c.downs, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_calls");
	TCase *tc = tcase_create("l2tp_calls");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, outgoing_calls_are_refused);
	tcase_add_test(tc, strays_do_no_harm);
	tcase_add_test(tc, numbered_data_is_taken);
	tcase_add_test(tc, cdn_without_a_session);
	tcase_add_test(tc, a_call_without_an_id);
	tcase_add_test(tc, a_second_call);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
