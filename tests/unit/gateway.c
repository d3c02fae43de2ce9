/*
 * The engine as a whole, against clients with real protocol code in a simulated
 * world: connecting, many clients behind one NAT, rekeying, leaving, vanishing,
 * and what is left of each afterwards: nothing.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/world.h"
#include "tests/support/lists.h"

static struct world *w;

static void setup(void)
{
	w = world_create(1);
}

static void teardown(void)
{
	world_destroy(w);
}

static void nothing_left(void)
{
	struct ipc_msg pool;

	ck_assert_uint_eq(world_query(w, "ike", NULL), 0);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_uint_eq(w->routes, 0);
	world_query(w, "pool", &pool);
	ck_assert_int_eq(pool.type, MSG_REC_POOL_ADDR);
	ck_assert_uint_eq(pool.rec_pool_addr.state, POOL_ADDRESS_FREE);
}

static struct world_client *connected(bool nat)
{
	struct world_client *c = world_client(w, nat);

	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	return c;
}

/* "Tunnel ID : Index.n": each IKE SA, SA pair and login counts on; the newest of each is shown. */
START_TEST(tunnels_are_numbered)
{
	struct world_client *c = connected(false);
	struct ipc_msg m;

	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	ck_assert_uint_eq(m.rec_session.ike_tunnel, 1);
	ck_assert_uint_eq(m.rec_session.esp_tunnel, 2);
	ck_assert_uint_eq(m.rec_session.l2tp_tunnel, 3);
	client_renew(c); /* a main mode, and a quick mode under it */
	sim_run(&w->sim, 2 * SEC);
	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	ck_assert_uint_eq(m.rec_session.ike_tunnel, 4);
	ck_assert_uint_eq(m.rec_session.esp_tunnel, 5);
	ck_assert_uint_eq(m.rec_session.l2tp_tunnel, 3);
}
END_TEST

/* isakmp keepalive disable: nobody is probed, and silence alone ends nothing. */
START_TEST(without_keepalives)
{
	struct world_client *c;

	world_config(w, MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
	    .name = "DefaultRAGroup", .type = "remote-access", .group_policy = "L2TP-VPN",
	    .auth_group = "LOCAL", .psk = "C!sc0@123", .pools = {.n = 1, .v = {"Address-pool"}},
	    .threshold = 0, .mschapv2 = 1}});
	c = connected(false);
	for (int k = 0; k < 20; k++) {
		sim_run(&w->sim, 60 * SEC);
		ck_assert(client_send(c, 0x0a010102));
	}
	ck_assert_uint_eq(c->notices, 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
}
END_TEST

START_TEST(connects_as_in_the_guide)
{
	bool nat = _i;
	struct world_client *c = connected(nat);
	struct ipc_msg m;
	char text[ADDR_TEXT_MAX];

	ck_assert_str_eq(addr_text(&c->ip.client, text), "192.168.1.1");
	ck_assert_str_eq(addr_text(&c->ip.dns[0], text), "8.8.8.8");
	ck_assert_str_eq(addr_text(&c->ip.dns[1], text), "4.4.4.2");
	ck_assert_uint_eq(c->tunnel.udp_encap, nat);
	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	ck_assert_uint_eq(m.rec_session.nat_t, nat);
	ck_assert_uint_eq(m.rec_session.ike_life, 28800);
	ck_assert_uint_eq(m.rec_session.esp_life, 3600);
	ck_assert_uint_eq(m.rec_session.esp_life_kb, 250000);
	ck_assert_uint_eq(world_query(w, "ipsec", &m), 1);
	ck_assert_uint_eq(m.rec_ipsec_sa.overhead_header, nat ? 44 : 36);
	ck_assert_uint_eq(m.rec_ipsec_sa.overhead, nat ? 66 : 58);
	ck_assert_uint_eq(w->routes, 1);

	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(w->to_tun, 1);
	world_inside_send(w, addr_to_v4(&c->ip.client));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(c->received, 1);

	ck_assert_uint_eq(gateway_clear_ipsec(w->gw, "counters", ""), 1);
	world_query(w, "ipsec", &m);
	ck_assert_uint_eq(m.rec_ipsec_sa.encaps + m.rec_ipsec_sa.decaps, 0);
	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, 10 * MSEC);
	world_query(w, "ipsec", &m);
	ck_assert_uint_eq(m.rec_ipsec_sa.decaps, 1);

	client_leave(c);
	sim_run(&w->sim, 2 * SEC);
	nothing_left();
	ck_assert_ptr_nonnull(
	    strstr(w->log, "Deleting static route for client address: 192.168.1.1\n"));
}
END_TEST

/* Equal inner addresses, equal inner ports, one outer address: all of them work. */
START_TEST(fifty_behind_one_nat)
{
	enum { N = 50 };
	struct world_client *c[N];

	world_config(w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
				 .name = "L2TP-VPN",
				 .domain = "",
				 .split_policy = "",
				 .split_list = "",
				 .group_lock = "",
				 .intercept = ATTR_UNSET,
				 .idle_timeout = ATTR_UNSET,
				 .session_timeout = ATTR_UNSET,
				 .logins = N}});
	for (int i = 0; i < N; i++)
		c[i] = connected(true);
	ck_assert_uint_eq(world_query(w, "session", NULL), N);
	for (int i = 0; i < N; i++)
		world_inside_send(w, addr_to_v4(&c[i]->ip.client));
	sim_run(&w->sim, SEC);
	for (int i = 0; i < N; i++) {
		struct rd r = rd_init(c[i]->last, sizeof c[i]->last);

		ck_assert_uint_eq(c[i]->received, 1);
		rd_skip(&r, 16);
		ck_assert_uint_eq(rd_u32(&r), addr_to_v4(&c[i]->ip.client));
		for (int j = 0; j < i; j++)
			ck_assert(!addr_equal(&c[i]->ip.client, &c[j]->ip.client));
	}
	for (int i = 0; i < N; i++)
		client_leave(c[i]);
	sim_run(&w->sim, 2 * SEC);
	nothing_left();
}
END_TEST

START_TEST(wrong_secrets_leave_nothing)
{
	struct world_client *c = world_client(w, false);

	if (_i == 0)
		c->password = "wrong";
	else if (_i == 1)
		c->user = "nobody";
	else
		c->ike.psk = "wrong";
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	if (_i < 2)
		ck_assert_ptr_nonnull(strstr(w->log, "aaa authentication failed"));
	client_vanish(c);
	sim_run(&w->sim, 60 * SEC); /* not as long as an idle tunnel may live */
	nothing_left();
}
END_TEST

START_TEST(a_vanished_client_is_missed)
{
	struct world_client *c = connected(true);

	client_vanish(c);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(w->keepalives, 3); /* every 20 seconds */
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	sim_run(&w->sim, 60 * SEC);
	nothing_left();
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Lost Service"));
}
END_TEST

START_TEST(l2tp_does_not_notice_a_rekey)
{
	struct world_client *c = connected(true);
	struct initiator_message m;
	uint32_t old = c->tunnel.spi_in;
	struct path server = {.local = {addr_v4(0xac100102), 4500}, .remote = c->outer4500};

	client_rekey(c);
	sim_run(&w->sim, SEC);
	ck_assert_uint_ne(c->tunnel.spi_in, old);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 2);
	initiator_delete_child(&c->ike, old, &m);
	gateway_ike(w->gw, &server, m.b, m.len);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	ck_assert(client_send(c, 0x0a0a0a0a));
	world_inside_send(w, addr_to_v4(&c->ip.client));
	sim_run(&w->sim, 150 * SEC); /* two Hellos are answered on the new pair */
	ck_assert_uint_eq(w->to_tun, 1);
	ck_assert_uint_eq(c->received, 1);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	client_leave(c);
	sim_run(&w->sim, 2 * SEC);
	nothing_left();
}
END_TEST

START_TEST(a_login_too_many_ends_the_oldest)
{
	struct world_client *c[4];

	for (int i = 0; i < 4; i++)
		c[i] = connected(true);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 3);
	ck_assert_int_eq(c[0]->stage, CLIENT_GONE);
	ck_assert_int_eq(c[3]->stage, CLIENT_UP);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Port Preempted"));
}
END_TEST

/* What `debug ppp` tells of a client that hangs up: the automaton's way, not our own farewell's. */
START_TEST(a_client_that_leaves_is_traced)
{
	struct world_client *c = connected(false);

	w->trace.level[TRACE_PPP] = w->trace.level[TRACE_PPP_AUTH] = TRACE_DEBUG;
	w->trace.level[TRACE_PPP_PACKET] = TRACE_DEBUG;
	client_leave(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_ptr_nonnull(strstr(w->text, ": client terminates"));
	ck_assert_ptr_nonnull(strstr(w->text, ": LCP Opened -> Stopping (RTR)"));
	ck_assert_ptr_null(strstr(w->text, ": phase Terminate"));
	nothing_left();
}
END_TEST

START_TEST(operators_log_clients_off)
{
	struct world_client *c = connected(false);

	ck_assert_uint_eq(gateway_logoff(w->gw, "name", "somebody"), 0);
	ck_assert_uint_eq(gateway_logoff(w->gw, "name", "test"), 1);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	nothing_left();
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Administrator Reset"));
}
END_TEST

START_TEST(idle_sessions_end)
{
	struct world_client *c = connected(true);

	for (int minute = 0; minute < 20; minute++) {
		ck_assert(client_send(c, 0x0a0a0a0a));
		sim_run(&w->sim, 60 * SEC);
	}
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	sim_run(&w->sim, 31 * 60 * SEC);
	nothing_left();
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Idle Timeout"));
}
END_TEST

/* The same machine, crashed and dialling again from the same address. */
START_TEST(a_client_that_dials_again_replaces_itself)
{
	struct world_client *c = connected(false);

	client_vanish(c);
	c->outer500.port = c->outer4500.port = 1; /* the old one hears nothing any more */
	c->nat = true;
	sim_run(&w->sim, 40 * SEC); /* it boots */
	c = connected(false);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert_ptr_nonnull(strstr(w->log, "Reason: Peer Reconnected"));
	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(w->to_tun, 1);
}
END_TEST

/* Split tunnelling: DHCPINFORM is answered from the group policy, and never reaches the inside. */
START_TEST(dhcpinform_is_intercepted)
{
	static const uint8_t route[] = {24, 10, 1, 1, 10, 10, 10, 1};
	struct world_client *c;

	list_is(&w->config, "SPLIT", true,
	    (struct acl_rule[]){list_rule(true, 0, 0x0a010100, 0x0a0101ff)}, 1);
	world_config(w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
				 .name = "L2TP-VPN",
				 .domain = "cisco.com",
				 .domain_state = STATE_VALUE,
				 .split_policy = "tunnelspecified",
				 .split_list = "SPLIT",
				 .split_list_state = STATE_VALUE,
				 .intercept = 1,
				 .intercept_mask = addr_v4(0xffffffff),
				 .group_lock = "",
				 .idle_timeout = ATTR_UNSET,
				 .session_timeout = ATTR_UNSET,
				 .logins = ATTR_UNSET}});
	c = connected(_i);
	ck_assert(client_dhcpinform(c));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(w->to_tun, 0);
	ck_assert_uint_eq(c->received, 1);
	ck_assert_ptr_nonnull(memmem(c->last, sizeof c->last, route, sizeof route));
	ck_assert_ptr_nonnull(memmem(c->last, sizeof c->last, "cisco.com", 9));
}
END_TEST

/* What each policy says of routes: all, the list's by its first lines, all but the list's. */
START_TEST(routes_of_a_policy)
{
	static const struct {
		const char *policy, *route, *no_route;
		size_t len, no_len;
	} row[] = {
	    {"tunnelall", "\371\5\0\12\12\12\1", "\30\12\1\1", 7, 4},
	    {"tunnelspecified", "\30\12\1\0\12\12\12\1\30\12\1\2\12\12\12\1",
		"\30\12\1\1\12\12\12\1", 16, 8},
	    {"tunnelspecified", "\40\10\10\10\10\12\12\12\1", "\7\14", 9, 2},
	    {"excludespecified", "\6\14\12\12\12\1\4\20\12\12\12\1",
		"\30\12\1\2\12\12\12\1", 12, 8},
	    {"excludespecified", "\30\12\1\1\12\12\12\1", "\10\177", 8, 2},
	};
	struct world_client *c;

	list_is(&w->config, "SPLIT", true,
	    (struct acl_rule[]){list_rule(false, 0, 0x0a010100, 0x0a0101ff),
		list_rule(true, 0, 0x0a010000, 0x0a0102ff)},
	    2);
	world_config(w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET, .name = "L2TP-VPN",
				 .domain = "", .split_policy = row[_i].policy,
				 .split_list = "SPLIT", .split_list_state = STATE_VALUE,
				 .dns = {1, {"8.8.8.8"}}, .dns_state = STATE_VALUE,
				 .split_all_dns = 1, .intercept = 1, .group_lock = "",
				 .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET,
				 .logins = ATTR_UNSET}});
	c = connected(true);
	ck_assert(client_dhcpinform(c));
	sim_run(&w->sim, 10 * MSEC);
	ck_assert_uint_eq(c->received, 1);
	ck_assert_ptr_nonnull(memmem(c->last, sizeof c->last, row[_i].route, row[_i].len));
	ck_assert_ptr_null(memmem(c->last, sizeof c->last, row[_i].no_route, row[_i].no_len));
}
END_TEST

START_TEST(noise_is_counted_and_leaves_nothing)
{
	struct path p = {.local = {addr_v4(0xac100102), 500}, .remote = {addr_v4(0x0a010105), 500}};
	uint8_t noise[300];

	for (int i = 0; i < 3000; i++) {
		size_t len = sim_below(&w->sim, sizeof noise);

		w->sim.env.random(&w->sim.env, noise, len);
		if (i % 3 == 0 && len > 20)
			memcpy(noise + 8, "\0\0\0\0\0\0\0\0\x01\x10\x02\x00", 12);
		gateway_ike(w->gw, &p, noise, len);
		dp_input(w->dp, &p, i % 2, noise, len);
		dp_poll(w->dp);
	}
	sim_run(&w->sim, 3600 * SEC);
	nothing_left();
	connected(false);
}
END_TEST

static const char *counted;
static uint64_t count;
static void on_counter(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type == MSG_REC_COUNTER && strcmp(m->rec_counter.name, counted) == 0)
		count = m->rec_counter.value;
}

static uint64_t counter(const char *name)
{
	const struct msg_query q = {.what = "stats", .filter = "", .value = ""};

	counted = name;
	count = 0;
	gateway_query(w->gw, &q, on_counter, NULL);
	return count;
}

/* One address and two clients: who comes last is told why, and leaves nothing; a second pool has
 * room for him. */
START_TEST(an_exhausted_pool)
{
	struct world_client *c = connected(true), *late;
	struct ipc_msg m = {.cfg_tunnel_group = {.op = CFG_SET, .name = "DefaultRAGroup",
	    .type = "remote-access", .group_policy = "L2TP-VPN", .auth_group = "LOCAL",
	    .psk = "C!sc0@123", .pools = {.n = 3, .v = {"Missing", "Address-pool", "More"}},
	    .threshold = 300, .retry = 2, .mschapv2 = 1}};

	world_config(w, MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Address-pool",
	    {addr_to_v4(&c->ip.client), addr_to_v4(&c->ip.client)}, {0}}});
	late = world_client(w, true);
	client_connect(late);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_ne(late->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert_ptr_nonnull(
	    strstr(w->log, "Username = test, IP = 172.16.1.1, Cannot obtain an IP address"));
	ck_assert_uint_eq(counter(reason_text(REASON_NO_ADDRESS)->plain), 1); /* not twice */
	world_config(w, MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "More",
	    {0xc0a80901, 0xc0a80902}, {0}}});
	world_config(w, MSG_CFG_TUNNEL_GROUP, m);
	late = connected(true);
	ck_assert_uint_eq(addr_to_v4(&late->ip.client), 0xc0a80901);
	ck_assert_ptr_nonnull(strstr(w->log, "assigned 192.168.9.1 from local pool More"));
	ck_assert_int_eq(c->stage, CLIENT_UP);
}
END_TEST

/* Who is found dead goes before the oldest, and the new login waits for that; who is ending already
 * is none of those that are too many. */
START_TEST(an_ending_login_does_not_count)
{
	struct world_client *c[5];

	for (int i = 0; i < 3; i++)
		c[i] = connected(true);
	world_user(w, "other"); /* whose sessions do not count for this one either */
	c[4] = world_client(w, true);
	c[4]->user = "other";
	client_connect(c[4]);
	sim_run(&w->sim, 2 * SEC);
	client_vanish(c[1]);
	client_connect(c[3] = world_client(w, true));
	sim_run(&w->sim, 4 * SEC);
	ck_assert_int_ne(c[3]->stage, CLIENT_UP);
	sim_run(&w->sim, 3 * SEC);
	ck_assert_int_eq(c[3]->stage, CLIENT_UP);
	client_vanish(c[0]);
	gateway_logoff(w->gw, "ipaddress", "192.168.1.1");
	client_connect(c[1] = world_client(w, true));
	sim_run(&w->sim, SEC);
	ck_assert_int_eq(c[1]->stage, CLIENT_UP);
	ck_assert_int_eq(c[3]->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 4);
	ck_assert_int_eq(c[2]->stage, CLIENT_UP);
	ck_assert_int_eq(c[4]->stage, CLIENT_UP);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway");
	TCase *tc = tcase_create("gateway");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, connects_as_in_the_guide, 0, 2);
	tcase_add_test(tc, tunnels_are_numbered);
	tcase_add_test(tc, without_keepalives);
	tcase_add_test(tc, fifty_behind_one_nat);
	tcase_add_loop_test(tc, wrong_secrets_leave_nothing, 0, 3);
	tcase_add_test(tc, a_vanished_client_is_missed);
	tcase_add_test(tc, l2tp_does_not_notice_a_rekey);
	tcase_add_test(tc, a_login_too_many_ends_the_oldest);
	tcase_add_test(tc, a_client_that_leaves_is_traced);
	tcase_add_test(tc, operators_log_clients_off);
	tcase_add_test(tc, idle_sessions_end);
	tcase_add_test(tc, a_client_that_dials_again_replaces_itself);
	tcase_add_loop_test(tc, dhcpinform_is_intercepted, 0, 2);
	tcase_add_loop_test(tc, routes_of_a_policy, 0, 5);
	tcase_add_test(tc, noise_is_counted_and_leaves_nothing);
	tcase_add_test(tc, an_exhausted_pool);
	tcase_add_test(tc, an_ending_login_does_not_count);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
