/*
 * What an open link may become: LCP or IPCP negotiated again, another user,
 * no user any more, other options. Packets pass only while the user who is
 * shown is authenticated, and then as was negotiated last.
 */
#include "tests/support/one_login.h"

enum { LCP = 0xc021, CHAP = 0xc223, IPCP = 0x8021 };

static void nothing_left(void)
{
	struct ipc_msg pool;

	ck_assert_uint_eq(world_query(login_w, "session", NULL), 0);
	ck_assert_uint_eq(login_w->routes, 0);
	world_query(login_w, "pool", &pool);
	ck_assert_uint_eq(pool.rec_pool_addr.state, POOL_ADDRESS_FREE);
}

static void policy(uint32_t logins)
{
	world_config(login_w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
				 .name = "L2TP-VPN",
				 .domain = "",
				 .split_policy = "",
				 .split_list = "",
				 .group_lock = "",
				 .intercept = ATTR_UNSET,
				 .idle_timeout = ATTR_UNSET,
				 .session_timeout = ATTR_UNSET,
				 .logins = logins}});
}

/* Every way in which a client may take the link down: nothing passes from then on. */
START_TEST(nothing_passes_in_negotiation)
{
	struct world_client *c = login_connected(_i & 1);
	bool comes_back = true;

	ck_assert_uint_eq(login_passes(c), 2);
	switch (_i / 2) {
	case 0: /* a fresh Configure-Request that can be acknowledged */
		lac_send_ppp(c->lac, LCP, 1, 77, NULL, 0);
		break;
	case 1: /* one that cannot */
		lac_send_ppp(c->lac, LCP, 1, 77, "\x0d\x03\x06", 3);
		break;
	case 2:
		lac_renegotiate(c->lac);
		break;
	case 3:
		lac_renegotiate_ipcp(c->lac);
		break;
	case 4: /* a fresh one of IPCP */
		lac_send_ppp(c->lac, IPCP, 1, 77, "\x03\x06\0\0\0\0", 6);
		break;
	case 5:
		lac_send_ppp(c->lac, LCP, 5, 78, NULL, 0);
		comes_back = false;
		break;
	case 6:
		lac_send_ppp(c->lac, IPCP, 5, 78, NULL, 0);
		comes_back = false;
		break;
	case 7: /* Protocol-Reject of IPCP */
		lac_send_ppp(c->lac, LCP, 8, 78, "\x80\x21", 2);
		comes_back = false;
		break;
	}
	sim_run(&login_w->sim, ON_THE_WAY);
	ck_assert_uint_eq(login_passes(c), 0);
	sim_run(&login_w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(login_w, "session", NULL), comes_back);
	ck_assert_uint_eq(login_passes(c), comes_back ? 2 : 0);
}
END_TEST

/* Nor do they while nobody goes on: the session has a minute. */
START_TEST(half_a_negotiation_ends)
{
	struct world_client *c = login_connected(true);

	if (_i == 0)
		lac_send_ppp(c->lac, LCP, 1, 77, NULL, 0);
	else
		lac_send_ppp(c->lac, IPCP, 1, 77, "\x03\x06\0\0\0\0", 6);
	sim_run(&login_w->sim, ON_THE_WAY);
	lac_vanish(c->lac);
	for (int s = 0; s < 70; s++) {
		world_inside_send(login_w, login_inner(c));
		sim_run(&login_w->sim, SEC);
	}
	ck_assert_uint_eq(c->received, 0);
	nothing_left();
}
END_TEST

/* The same user goes on as he was, with what was negotiated last. */
START_TEST(new_options_reach_the_packet_path)
{
	struct world_client *c = login_connected(false);
	struct msg_rec_session before = login_shown();
	struct ipc_msg sa, sa2;

	world_query(login_w, "ipsec", &sa);
	world_inside_send(login_w, login_inner(c));
	world_query(login_w, "ipsec", &sa2);
	ck_assert_uint_eq(sa2.rec_ipsec_sa.bytes_out - sa.rec_ipsec_sa.bytes_out, 8 + 8 + 1 + 28);
	lac_like(c->lac, &(struct lac_like){.mru = 1000, .plain = true, .agreeable = _i});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 5 * SEC);
	ck_assert_uint_eq(login_passes(c), 2);
	world_query(login_w, "ipsec", &sa);
	world_inside_send(login_w, login_inner(c));
	world_query(login_w, "ipsec", &sa2);
	ck_assert_uint_eq(sa2.rec_ipsec_sa.bytes_out - sa.rec_ipsec_sa.bytes_out, 8 + 8 + 4 + 28);
	world_inside_long(login_w, login_inner(c), 1001, true);
	ck_assert_uint_eq(login_w->told_mtu, 1000);
	ck_assert_uint_eq(login_shown().login_time, before.login_time);
	ck_assert_str_eq(login_shown().user, "test");
	ck_assert_uint_eq(login_w->routes, 1);
	ck_assert_ptr_null(strstr(login_w->log, "Session disconnected"));
	/* and back to compressed headers */
	lac_like(c->lac, &(struct lac_like){.mru = 1400, .agreeable = _i});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 5 * SEC);
	world_query(login_w, "ipsec", &sa);
	world_inside_send(login_w, login_inner(c));
	world_query(login_w, "ipsec", &sa2);
	ck_assert_uint_eq(sa2.rec_ipsec_sa.bytes_out - sa.rec_ipsec_sa.bytes_out, 8 + 8 + 1 + 28);
}
END_TEST

/* A malformed request is none, and leaves an open link as it is. */
START_TEST(malformed_requests_change_nothing)
{
	struct world_client *c = login_connected(false);

	lac_send_ppp(c->lac, LCP, 1, 77, "\x01\x04\x01\x00\x05\x09", 6);
	sim_run(&login_w->sim, ON_THE_WAY);
	ck_assert_uint_eq(login_passes(c), 2);
	lac_renegotiate_ipcp(c->lac);
	sim_run(&login_w->sim, SEC);
	ck_assert_uint_eq(login_passes(c), 2);
	world_inside_long(login_w, login_inner(c), 1401, true);
	ck_assert_uint_eq(login_w->told_mtu, 1400);
}
END_TEST

/* Another user in the same session is another login: his name, policy, address, counters. */
START_TEST(another_user)
{
	struct world_client *c, *second;
	struct msg_rec_session r;
	uint32_t first_address;

	policy(1);
	world_user(login_w, "other");
	world_config(login_w, MSG_CFG_USER_POLICY,
	    (struct ipc_msg){.cfg_user_policy = {.op = CFG_SET,
				 .name = "other",
				 .group_policy = "",
				 .framed_ip = addr_v4(0xc0a8014d),
				 .idle_timeout = ATTR_UNSET,
				 .session_timeout = ATTR_UNSET,
				 .logins = ATTR_UNSET,
				 .group_lock = ""}});
	c = login_connected(true);
	first_address = login_inner(c);
	ck_assert_uint_eq(login_passes(c), 2);
	lac_like(c->lac, &(struct lac_like){.user = "other"});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 5 * SEC);
	ck_assert_str_eq(login_shown().user, "other");
	ck_assert_uint_eq(login_shown().ppp_pkts_in, 0);
	r = login_shown();
	ck_assert_uint_eq(addr_to_v4(&r.assigned), 0xc0a8014d);
	ck_assert_uint_eq(login_inner(c), 0xc0a8014d);
	ck_assert_uint_eq(login_passes(c), 2);
	ck_assert_uint_eq(login_shown().ppp_pkts_in, 1);
	ck_assert_uint_eq(login_w->routes, 1);
	ck_assert_ptr_nonnull(
	    strstr(login_w->log, "Username = test, IP = 172.16.1.1, Session disconnected"));
	ck_assert_ptr_nonnull(
	    strstr(login_w->log, "Freeing local pool Address-pool address 192.168.1.1"));
	/* The old address is nobody's now, and the old name's place is free. */
	world_inside_send(login_w, first_address);
	sim_run(&login_w->sim, ON_THE_WAY);
	ck_assert_uint_eq(c->received, 2);
	second = login_connected(true);
	ck_assert_uint_eq(login_inner(second), first_address);
	ck_assert_uint_eq(world_query(login_w, "session", NULL), 2);
	ck_assert_uint_eq(gateway_logoff(login_w->gw, "name", "test"), 1);
	sim_run(&login_w->sim, 2 * SEC);
	ck_assert_str_eq(login_shown().user, "other");
	/* The new one's is taken. */
	second = world_client(login_w, true);
	second->user = "other";
	client_connect(second);
	sim_run(&login_w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_ptr_nonnull(
	    strstr(login_w->log, "Username = other, IP = 172.16.1.1, Session disconnected"));
	client_leave(second);
	sim_run(&login_w->sim, 5 * SEC);
	nothing_left();
}
END_TEST

/* A wrong password the second time ends the session, and it was the first user's. */
START_TEST(second_login_fails)
{
	struct world_client *c = login_connected(false);

	lac_like(c->lac,
	    &(struct lac_like){.user = _i ? "intruder" : NULL, .password = _i ? NULL : "wrong"});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 40 * MSEC);
	ck_assert_uint_eq(login_passes(c), 0);
	sim_run(&login_w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	nothing_left();
	sim_run(&login_w->sim, 20 * SEC);
	ck_assert_uint_eq(world_query(login_w, "ipsec", NULL), 0); /* guessing keeps no SAs */
	ck_assert_ptr_nonnull(
	    strstr(login_w->log, "Username = test, IP = 10.1.1.2, Session disconnected"));
	ck_assert_ptr_null(
	    strstr(login_w->log, "Username = intruder, IP = 10.1.1.2, Session disconnected"));
}
END_TEST

/* Whom he claims to be is not who is logged in; a late answer decides nothing about a new
 * question. */
START_TEST(late_answers_decide_nothing)
{
	struct world_client *c;

	policy(1);
	world_user(login_w, "other");
	c = login_connected(true);
	login_w->hold_auth = true;
	lac_like(c->lac, &(struct lac_like){.user = "other"});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, SEC);
	ck_assert_str_eq(login_w->held.user, "other");
	ck_assert_str_eq(login_shown().user, "test");
	ck_assert_uint_eq(login_passes(c), 0);
	lac_like(c->lac, &(struct lac_like){.user = "test"});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, SEC);
	world_answer(login_w); /* about `other`, whose negotiation is over */
	ck_assert_str_eq(login_shown().user, "test");
	ck_assert_uint_eq(login_passes(c), 0);
	login_w->hold_auth = false;
	sim_run(&login_w->sim, 10 * SEC);
	ck_assert_str_eq(login_shown().user, "test");
	ck_assert_uint_eq(login_passes(c), 2);
}
END_TEST

/* Responses after the Success, right or wrong, neither end a login nor make one. */
START_TEST(stray_responses)
{
	struct world_client *c = login_connected(false);
	uint8_t response[54] = {49};

	memcpy(response + 50, "test", 4);
	for (unsigned id = 0; id < 256; id++)
		lac_send_ppp(c->lac, CHAP, 2, (uint8_t)id, response, sizeof response);
	sim_run(&login_w->sim, 2 * SEC);
	ck_assert_str_eq(login_shown().user, "test");
	ck_assert_uint_eq(login_passes(c), 2);
}
END_TEST

/* IPCP alone, with a wish for another address: the login and its address stay. */
START_TEST(ipcp_alone)
{
	struct world_client *c = login_connected(true);
	struct msg_rec_session before = login_shown();
	uint32_t address = login_inner(c);

	lac_wish(c->lac, addr_v4(0xc0a80142));
	lac_renegotiate_ipcp(c->lac);
	sim_run(&login_w->sim, 3 * SEC);
	ck_assert_uint_eq(login_inner(c), address);
	ck_assert_uint_eq(login_passes(c), 2);
	ck_assert_uint_eq(login_shown().login_time, before.login_time);
	ck_assert_uint_eq(login_w->routes, 1);
	ck_assert_ptr_null(strstr(login_w->log, "Session disconnected"));
}
END_TEST

/* The places of a name are counted from the acceptance, not only from IPCP's opening. */
START_TEST(logins_in_negotiation_count)
{
	struct world_client *c[3];

	policy(2);
	for (int i = 0; i < 3; i++) {
		c[i] = world_client(login_w, true);
		client_connect(c[i]);
	}
	sim_run(&login_w->sim, 10 * SEC);
	ck_assert_uint_eq(world_query(login_w, "session", NULL), 2);
}
END_TEST

/* Time limits are the login's: they go on over IPCP, and begin anew with another user. */
START_TEST(limits_follow_the_login)
{
	struct world_client *c;

	world_config(login_w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
				 .name = "L2TP-VPN",
				 .domain = "",
				 .split_policy = "",
				 .split_list = "",
				 .group_lock = "",
				 .intercept = ATTR_UNSET,
				 .idle_timeout = ATTR_UNSET,
				 .session_timeout = 10,
				 .logins = ATTR_UNSET}});
	world_user(login_w, "other");
	c = login_connected(true);
	sim_run(&login_w->sim, 8 * 60 * SEC);
	if (_i)
		lac_like(c->lac, &(struct lac_like){.user = "other"});
	lac_renegotiate(c->lac);
	sim_run(&login_w->sim, 4 * 60 * SEC);
	ck_assert_uint_eq(world_query(login_w, "session", NULL), (unsigned)_i);
	sim_run(&login_w->sim, 7 * 60 * SEC);
	nothing_left();
	ck_assert_ptr_nonnull(strstr(login_w->log, "Reason: Max time exceeded"));
}
END_TEST

/* RFC 2661 5.4: a router's client, which numbers data messages and has ours numbered, of both
 * kinds. */
START_TEST(sequencing)
{
	struct world_client *c = world_client(login_w, _i);

	c->sequencing = c->bare = true;
	login_dial(c);
	for (int i = 0; i < 10; i++) {
		ck_assert_uint_eq(login_passes(c), 2);
		if (i == 4)
			lac_renegotiate(c->lac);
		if (i == 6)
			lac_renegotiate_ipcp(c->lac);
		sim_run(&login_w->sim, 5 * SEC);
	}
	ck_assert_uint_gt(lac_seen(c->lac)->data, 30);
	ck_assert_uint_eq(lac_seen(c->lac)->numbered, lac_seen(c->lac)->data);
	ck_assert_uint_eq(lac_seen(c->lac)->misnumbered, 0);
	world_inside_long(login_w, login_inner(c), 3000, false);
	world_inside_long(login_w, login_inner(c), 3000, true);
	sim_run(&login_w->sim, SEC);
	ck_assert_uint_le(c->longest, 1500);
	ck_assert_uint_eq(lac_seen(c->lac)->misnumbered, 0);
}
END_TEST

START_TEST(without_sequencing)
{
	struct world_client *c = world_client(login_w, _i);

	c->bare = true;
	login_dial(c);
	ck_assert_uint_eq(login_passes(c), 2);
	ck_assert_uint_eq(lac_seen(c->lac)->numbered, 0);
}
END_TEST

/* ---- L2TP ------------------------------------------------------------------ */

/* vpn-simultaneous-logins 0: nobody may, and whoever is in may not prove himself again. */
START_TEST(no_logins_at_all)
{
	struct world_client *c = world_client(login_w, false);

	policy(0);
	client_connect(c);
	sim_run(&login_w->sim, 5 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	nothing_left();
}
END_TEST

/* His password is too old: he gives another one on the way in (RFC 2759 7), and it is his. */
START_TEST(a_new_password)
{
	struct ipc_msg m = world_tunnel_group(),
		       policy = {.type = MSG_CFG_PASSWORD_POLICY,
			   .fd = -1,
			   .cfg_password_policy = {.lifetime = 1, .since = 1, .minimum_length = 8}};
	struct world_client *c = world_client(login_w, false);

	aaa_message(login_w->aaa, ROLE_MANAGER, &policy);
	c->methods = 1U << PPP_AUTH_MSCHAPV2;
	c->new_password = "longenough7";
	client_connect(c); /* nobody may change one there */
	sim_run(&login_w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_uint_eq(login_w->gw->failures[REASON_AUTH_EXPIRED], 1);
	m.cfg_tunnel_group.password_management = 1;
	world_config(login_w, MSG_CFG_TUNNEL_GROUP, m);
	c = world_client(login_w, true);
	c->methods = 1U << PPP_AUTH_MSCHAPV2;
	c->new_password = "short";
	client_connect(c);
	sim_run(&login_w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_uint_eq(login_w->gw->failures[REASON_AUTH_NEW_PASSWORD], 1);
	c = world_client(login_w, true);
	c->methods = 1U << PPP_AUTH_MSCHAPV2;
	c->new_password = "longenough7";
	login_dial(c);
	c = world_client(login_w, true);
	c->methods = 1U << PPP_AUTH_MSCHAPV2;
	c->password = "longenough7";
	login_dial(c);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_login");
	TCase *tc = tcase_create("login");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, login_setup, login_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, nothing_passes_in_negotiation, 0, 16);
	tcase_add_loop_test(tc, half_a_negotiation_ends, 0, 2);
	tcase_add_loop_test(tc, new_options_reach_the_packet_path, 0, 2);
	tcase_add_test(tc, malformed_requests_change_nothing);
	tcase_add_test(tc, another_user);
	tcase_add_loop_test(tc, second_login_fails, 0, 2);
	tcase_add_test(tc, late_answers_decide_nothing);
	tcase_add_test(tc, stray_responses);
	tcase_add_test(tc, ipcp_alone);
	tcase_add_test(tc, logins_in_negotiation_count);
	tcase_add_loop_test(tc, limits_follow_the_login, 0, 2);
	tcase_add_loop_test(tc, sequencing, 0, 2);
	tcase_add_loop_test(tc, without_sequencing, 0, 2);
	tcase_add_test(tc, no_logins_at_all);
	tcase_add_test(tc, a_new_password);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
