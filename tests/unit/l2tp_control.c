/*
 * Control messages one by one: whoever is refused is told why, what nobody knows ends a tunnel, a
 * call or nothing, what is dropped is counted (RFC 2661 4.1, 4.4, 5).
 */
#include <check.h>
#include <stdio.h>
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

START_TEST(too_many_tunnels_are_refused_in_words)
{
	for (uint16_t i = 1; i <= 8; i++)
		ck_assert_uint_ne(l2tp_client_ask(&c, i), 0);
	for (int twice = 0; twice < 2; twice++) {
		ck_assert_uint_eq(l2tp_client_ask(&c, 99), 0);
		ck_assert_uint_eq(c.n_seen, 1);
		ck_assert_uint_eq(c.seen[0].type, L2TP_STOPCCN);
		ck_assert_uint_eq(c.seen[0].result, STOP_ERROR);
		ck_assert_uint_eq(c.seen[0].result_error, ERROR_RESOURCES);
		ck_assert_uint_eq(c.seen[0].header.tunnel, 99);
		ck_assert_uint_eq(c.seen[0].header.ns, 0);
		ck_assert_uint_eq(c.seen[0].header.nr, 1);
	}
	ck_assert_uint_eq(l2tp_tunnels(c.l), 8);
}
END_TEST

/* The limit is each peer's own, though they share a bucket of the table. */
START_TEST(tunnels_of_others_do_not_count)
{
	static struct {
		struct peer peer;
		char gap[4096 - sizeof(struct peer)];
	} other[12];

	for (uint16_t i = 0; i < 12; i++) {
		const struct l2tp_origin from = {&other[i].peer, 1, 1701, 1701, NULL};
		struct wr w = l2tp_client_sccrq(&c, 1);

		ck_assert(l2tp_end(&w));
		c.n_seen = 0;
		l2tp_receive(c.l, &from, c.buf, wr_len(&w));
		ck_assert_uint_eq(c.seen[0].type, L2TP_SCCRP);
		ck_assert_uint_eq(l2tp_tunnels(c.l), i + 1);
	}
	for (uint16_t i = 0; i < 12; i++)
		l2tp_peer_gone(c.l, &other[i].peer, REASON_ADMIN_RESET);
}
END_TEST

/* A tunnel that is over makes room for another at once. */
START_TEST(tunnels_that_are_dead_do_not_count)
{
	for (uint16_t i = 1; i <= 40; i++) {
		uint16_t id = l2tp_client_ask(&c, i);
		struct wr w = l2tp_client_begin(&c, id, 0, L2TP_STOPCCN);

		ck_assert_uint_ne(id, 0);
		c.nr = 1;
		l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, i);
		l2tp_put_result(&w, STOP_CLEAR, ERROR_NONE, "");
		l2tp_client_say(&c, &w);
		ck_assert_uint_eq(l2tp_tunnels(c.l), 0);
		l2tp_forget(c.l, &c.peers[0], UINT64_MAX, REASON_PEER_RECONNECTED);
	}
}
END_TEST

START_TEST(refused_requests_are_told_why)
{
	struct wr w = l2tp_client_sccrq(&c, CLIENT_TUNNEL);
	uint16_t result = STOP_ERROR, error = ERROR_UNKNOWN_AVP;

	switch (_i) {
	case 0:
		l2tp_client_put_unknown(&w, true, 0, false);
		break;
	case 1:
		l2tp_client_put_unknown(&w, true, 311, false);
		break;
	case 2:
		l2tp_client_put_unknown(&w, true, 0, true);
		break;
	case 3:
		wr_u16(&w, 0x8000 | 10);
		wr_u32(&w, AVP_CHALLENGE);
		wr_u32(&w, 0x01020304);
		result = STOP_NOT_AUTHORIZED;
		error = ERROR_NONE;
		break;
	case 4:
		w = l2tp_client_begin(&c, 0, 0, L2TP_SCCRQ);
		l2tp_put_u16(&w, AVP_PROTOCOL_VERSION, 0x0200);
		l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
		result = STOP_VERSION;
		error = 0x0100;
		break;
	}
	l2tp_client_say(&c, &w);
	l2tp_client_stopped(&c, result, error);
	ck_assert_uint_eq(c.seen[0].header.tunnel, CLIENT_TUNNEL);
	w = l2tp_client_begin(&c, c.seen[0].tunnel_id, 0, L2TP_ZLB);
	c.nr = 1;
	l2tp_client_send_from(&c, 0, &w, 1);
	sim_run(&c.sim, 60 * SEC);
	ck_assert_uint_eq(c.n_seen, 0); /* told once, acknowledged, gone */
}
END_TEST

START_TEST(what_is_not_mandatory_is_ignored)
{
	struct wr w = l2tp_client_sccrq(&c, CLIENT_TUNNEL);

	l2tp_client_put_unknown(&w, false, _i == 1 ? 311 : 0, _i == 2);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.seen[0].type, L2TP_SCCRP);
}
END_TEST

static const struct {
	enum l2tp_message message;
	bool ends_call, ends_tunnel;
} mandatory[] = {
    {L2TP_HELLO, true, true},
    {L2TP_SCCCN, true, true}, /* there was one */
    {L2TP_ICCN, true, false},
    {L2TP_WEN, true, false},
    {L2TP_SLI, true, false},
    {L2TP_CDN, true, false},
    {L2TP_ICRP, true, false},
    {L2TP_ICRQ, false, false}, /* only the call that it asks for */
    {L2TP_OCRQ, false, false},
    {L2TP_STOPCCN, true, true},
};

START_TEST(unknown_mandatory_avp)
{
	uint16_t tunnel = l2tp_client_connected(&c), session = l2tp_client_call(&c, tunnel);
	struct wr w = l2tp_client_begin(&c, tunnel, session, mandatory[_i].message);

	if (mandatory[_i].message == L2TP_ICRQ || mandatory[_i].message == L2TP_OCRQ)
		l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 77);
	l2tp_client_put_unknown(&w, true, 0, false);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(c.downs, mandatory[_i].ends_call);
	ck_assert_uint_eq(l2tp_tunnels(c.l), !mandatory[_i].ends_tunnel);
	if (mandatory[_i].message == L2TP_ICRQ || mandatory[_i].message == L2TP_OCRQ) {
		ck_assert_uint_eq(c.seen[0].type, L2TP_CDN);
		ck_assert_uint_eq(c.seen[0].header.session, 77);
	}
}
END_TEST

/* A message type that nobody knows ends the tunnel if it must be understood (RFC 2661 4.4.1). */
START_TEST(unknown_messages)
{
	uint16_t tunnel = l2tp_client_connected(&c);
	struct wr w = l2tp_client_begin(&c, tunnel, 0, L2TP_ZLB);

	wr_u16(&w, _i ? 0x8008 : 8);
	wr_u32(&w, 0);
	wr_u16(&w, 17);
	l2tp_client_say(&c, &w);
	ck_assert_uint_eq(l2tp_tunnels(c.l), !_i);
	ck_assert_uint_eq(c.seen[0].type, _i ? L2TP_STOPCCN : L2TP_ZLB);
}
END_TEST

/* What is dropped is counted where it belongs, and a tunnel of somebody else is no way in. */
START_TEST(dropped_and_counted)
{
	uint16_t tunnel = l2tp_client_connected(&c), session = l2tp_client_call(&c, tunnel);
	const struct l2tp_origin mine = {&c.peers[0], 1, 1701, 1701, NULL},
				 others = {&c.peers[1], 1, 1701, 1701, NULL};
	uint8_t data[] = {0, 2, (uint8_t)(tunnel >> 8), (uint8_t)tunnel, (uint8_t)(session >> 8),
	    (uint8_t)session, 0xff, 3, 0xc0, 0x21};
	const struct l2tp_stats *s = l2tp_stats(c.l);
	struct wr w;

	ck_assert(l2tp_receive(c.l, &mine, data, sizeof data));
	ck_assert_uint_eq(c.frames, 1);
	ck_assert(!l2tp_receive(c.l, &others, data, sizeof data));
	ck_assert_uint_eq(s->foreign_peer, 1);
	data[5]++; /* another session */
	l2tp_receive(c.l, &mine, data, sizeof data);
	ck_assert_uint_eq(s->unknown_tunnel, 1);
	data[3]++; /* another tunnel */
	l2tp_receive(c.l, &mine, data, sizeof data);
	ck_assert_uint_eq(s->unknown_tunnel, 2);
	l2tp_receive(c.l, &mine, data, 5);
	ck_assert_uint_eq(s->malformed, 1);
	w = l2tp_client_begin(&c, tunnel, 0, L2TP_HELLO);
	l2tp_client_send_from(&c, 0, &w, (uint16_t)(c.ns + 1));
	ck_assert_uint_eq(s->out_of_window, 1);
	ck_assert_uint_eq(c.n_seen, 0); /* RFC 2661 5.8: not acknowledged, so it comes again */
	l2tp_client_send_from(&c, 0, &w, (uint16_t)(c.ns - 1));
	ck_assert_uint_eq(s->duplicates, 1);
	ck_assert_uint_eq(c.n_seen, 1);
	ck_assert_uint_eq(c.frames, 1);
	ck_assert_uint_eq(c.downs, 0);
}
END_TEST

/* `debug l2tp` tells of each change of state, once, and of nothing that is no change. */
START_TEST(changes_are_traced)
{
	uint16_t tunnel, session;
	char want[512];
	struct wr w;

	c.trace.level[TRACE_L2TP] = TRACE_EVENT;
	tunnel = l2tp_client_connected(&c);
	session = l2tp_client_call(&c, tunnel);
	w = l2tp_client_begin(&c, tunnel, session, L2TP_CDN);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "bye");
	l2tp_client_say(&c, &w);
	snprintf(want, sizeof want,
	    "L2TP tunnel %u: idle -> wait-ctl-conn\n"
	    "L2TP tunnel %u: wait-ctl-conn -> established\n"
	    "L2TP session %u: idle -> wait-connect\n"
	    "L2TP session %u: wait-connect -> established\n"
	    "L2TP session %u: client hangs up, result 3 error 0 bye\n"
	    "L2TP session %u: established -> idle\n",
	    tunnel, tunnel, session, session, session, session);
	ck_assert_str_eq(strchr(c.lines, '\n') + 1, want); /* behind what the client is */
	c.lines[0] = '\0';
	c.trace.level[TRACE_L2TP] = c.trace.level[TRACE_L2TP_PACKET] = TRACE_DEBUG;
	w = l2tp_client_begin(&c, tunnel, 0, L2TP_HELLO);
	l2tp_client_say(&c, &w);
	ck_assert_ptr_nonnull(strstr(c.lines, "rcvd HELLO session 0, Ns 5 Nr"));
	c.lines[0] = '\0';
	l2tp_peer_gone(c.l, &c.peers[0], REASON_ADMIN_RESET);
	snprintf(want, sizeof want, "L2TP tunnel %u: established -> closed\n", tunnel);
	ck_assert_ptr_nonnull(strstr(c.lines, want));
	ck_assert_ptr_null(strstr(c.lines, "idle -> idle"));
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	l2tp_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_control");
	TCase *tc = tcase_create("l2tp_control");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, too_many_tunnels_are_refused_in_words);
	tcase_add_test(tc, tunnels_of_others_do_not_count);
	tcase_add_test(tc, tunnels_that_are_dead_do_not_count);
	tcase_add_loop_test(tc, refused_requests_are_told_why, 0, 5);
	tcase_add_loop_test(tc, what_is_not_mandatory_is_ignored, 0, 3);
	tcase_add_loop_test(tc, unknown_mandatory_avp, 0, sizeof mandatory / sizeof *mandatory);
	tcase_add_loop_test(tc, unknown_messages, 0, 2);
	tcase_add_test(tc, dropped_and_counted);
	tcase_add_test(tc, changes_are_traced);
	tcase_add_test(tc, nothing_is_destroyed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
