/*
 * We are behind a NAT: the client dials an address that is not ours. With masquerade he is told
 * that there is no such NAT (engine/ike/natt.h), else the truth, which Windows does not bear.
 */
#include "tests/support/ike_talk.h"
#include "tests/support/world.h"

enum { CLIENT_NATTED = 1, WE_NATTED = 2 };

static void places(unsigned nat)
{
	talk_setup();
	if (nat & CLIENT_NATTED) {
		addr_parse("192.168.77.5", &talk_client.path.local.addr);
		talk_path.remote.port = 1025;
	}
	if (nat & WE_NATTED)
		addr_parse("203.0.113.7", &talk_client.path.remote.addr);
}

static struct ike_sa_info info_now(void)
{
	struct ike_sa_info info;

	ike_sa_get(talk_world.ike, talk_world.sa, &info);
	return info;
}

START_TEST(four_cases)
{
	struct ike_sa_info info;
	struct ike_terms terms;
	char text[ADDR_TEXT_MAX];

	places((unsigned)_i);
	talk_phase1();
	/* He never hears of our NAT; ESP in UDP whenever there is one. */
	ck_assert(!talk_client.nat_server);
	ck_assert_int_eq(talk_client.nat_me, _i != 0);
	info = info_now();
	ck_assert_int_eq(info.nat_remote, (_i & CLIENT_NATTED) != 0);
	ck_assert_int_eq(info.nat_local, (_i & WE_NATTED) != 0);
	ck_assert_int_eq(info.masquerade, (_i & WE_NATTED) != 0);
	/* We would have to tell him the truth when we begin. */
	ike_sa_terms(talk_world.sa, &terms);
	ck_assert_int_eq(terms.his_alone, (_i & WE_NATTED) != 0);
	talk_phase2();
	talk_keys_agree();
	ck_assert_int_eq(talk_world.child.udp_encap, _i != 0);
	ck_assert_int_eq(talk_quick.natoa, _i != 0);
	ck_assert_str_eq(addr_text(&talk_world.child.local.addr, text),
	    _i & WE_NATTED ? "203.0.113.7" : "172.16.1.2");
	if (_i & WE_NATTED)
		ck_assert_str_eq(addr_text(&talk_quick.natoa_own, text), "203.0.113.7");
}
END_TEST

START_TEST(the_truth)
{
	places((unsigned)_i);
	talk_world.config.isakmp.nat_masquerade = false;
	talk_phase1();
	ck_assert_int_eq(talk_client.nat_server, (_i & WE_NATTED) != 0);
	ck_assert_int_eq(talk_client.nat_me, (_i & CLIENT_NATTED) != 0);
	ck_assert(!info_now().masquerade);
	talk_phase2();
	if (_i)
		ck_assert_str_eq(addr_text(&talk_quick.natoa_own, (char[ADDR_TEXT_MAX]){0}),
		    "172.16.1.2");
}
END_TEST

/* To a session and through it, with and without a NAT of his own; Windows only by masquerade. */
START_TEST(to_a_session)
{
	bool shy = _i & 4, truth = _i & 2;
	struct world *w = world_create(3);
	struct world_client *c = world_client(w, _i & 1);

	w->config.isakmp.nat_masquerade = !truth;
	c->shy = shy;
	c->ike.not_windows = !shy;
	ck_assert(addr_parse("203.0.113.7", &c->ike.path.remote.addr));
	client_connect(c);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_int_eq(c->stage, shy && truth ? CLIENT_GONE : CLIENT_UP);
	if (c->stage == CLIENT_UP) {
		ck_assert(c->tunnel.udp_encap);
		ck_assert(client_send(c, 0x0a0a0a0a));
		sim_run(&w->sim, SEC);
		ck_assert_uint_eq(w->to_tun, 1);
		world_inside_send(w, addr_to_v4(&c->ip.client));
		sim_run(&w->sim, SEC);
		ck_assert_uint_eq(c->received, 1);
	}
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_natted");
	TCase *tc = tcase_create("ike_natted");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, NULL, talk_teardown);
	tcase_add_loop_test(tc, four_cases, 0, 4);
	tcase_add_loop_test(tc, the_truth, 0, 4);
	suite_add_tcase(s, tc);
	tc = tcase_create("sessions");
	tcase_add_loop_test(tc, to_a_session, 0, 8);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
