/* What goes on beside and behind the exchanges: NAT, repetitions, deletes, dead peers, expiry. */
#include "tests/support/ike_talk.h"

START_TEST(behind_nat)
{
	struct ike_sa_info info;

	addr_parse("192.168.77.5", &talk_client.path.local.addr);
	talk_path.remote.port = 1025;
	talk_phase1();
	ck_assert(talk_client.nat_me && !talk_client.nat_server);
	talk_phase2();
	talk_keys_agree();
	ck_assert(talk_world.child.udp_encap && talk_world.child.transport && talk_quick.natoa);
	ike_sa_get(talk_world.ike, talk_world.sa, &info);
	ck_assert(info.nat_remote && !info.nat_local);
	ck_assert_uint_eq(info.path.remote.port, 61002);
	ck_assert_uint_eq(info.client, PROFILE_WINDOWS);
	ck_assert_str_eq(info.state, "MM_ACTIVE");
	ck_assert_str_eq(info.tunnel_group, "DefaultRAGroup");
	ck_assert_mem_eq(info.id, "\xc0\xa8\x4d\x05", 4);
	/* The NAT changes its mind: an authenticated message moves the peer. */
	talk_path.remote.port = 61003;
	initiator_dpd(&talk_client, false, 5, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.moved, 1);
	ck_assert_uint_eq(talk_world.moved_to.remote.port, 61003);
}
END_TEST

START_TEST(without_natt)
{
	if (_i == 0)
		talk_client.natt = false;
	else if (_i == 1)
		talk_world.config.isakmp.nat_traversal = false;
	else
		talk_world.dynamic[0].set.nat_t_disable = true;
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.sent[0].len, 104);
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.sent[0].len, 304 - 48);
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
}
END_TEST

START_TEST(repetitions_get_the_same_bytes)
{
	uint8_t first[2048];
	size_t len;

#define TWICE()                                                                                    \
	do {                                                                                       \
		talk_say();                                                                        \
		len = talk_world.sent[0].len;                                                      \
		memcpy(first, talk_world.sent[0].b, len);                                          \
		talk_say();                                                                        \
		ck_assert_uint_eq(talk_world.n_sent, 1);                                           \
		ck_assert_uint_eq(talk_world.sent[0].len, len);                                    \
		ck_assert_mem_eq(talk_world.sent[0].b, first, len);                                \
	} while (0)
	initiator_mm1(&talk_client, &talk_msg);
	TWICE();
	ck_assert(initiator_mm2(&talk_client, first, len));
	initiator_mm3(&talk_client, &talk_msg);
	TWICE();
	ck_assert(initiator_mm4(&talk_client, first, len));
	initiator_mm5(&talk_client, &talk_msg);
	TWICE();
	ck_assert_uint_eq(talk_world.up, 1);
	ck_assert(initiator_mm6(&talk_client, first, len));
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	TWICE();
	ck_assert_uint_eq(talk_world.reserved, 1);
	ck_assert(initiator_qm2(&talk_client, &talk_quick, first, len));
	initiator_qm3(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	talk_say();
	ck_assert_uint_eq(talk_world.child_up, 1);
	initiator_dpd(&talk_client, false, 77, &talk_msg);
	TWICE();
	ck_assert_uint_eq(ike_stats(talk_world.ike)->duplicates, 6);
}
END_TEST

START_TEST(parked_exchange_ignores_duplicates)
{
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	talk_world.sim.slow_jobs = true;
	initiator_mm3(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
	sim_run(&talk_world.sim, SEC / 10);
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
}
END_TEST

START_TEST(esp_stands_for_message_3)
{
	talk_phase1();
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert(
	    initiator_qm2(&talk_client, &talk_quick, talk_world.sent[0].b, talk_world.sent[0].len));
	ike_child_confirmed(talk_world.ike, talk_world.child.spi_in + 1);
	sim_run(&talk_world.sim, 2 * SEC);
	ck_assert_uint_eq(talk_world.child_up, 0);
	ike_child_confirmed(talk_world.ike, talk_world.child.spi_in);
	ck_assert_uint_eq(talk_world.child_up, 0);
	if (_i == 0) {
		sim_run(&talk_world.sim, 2 * SEC);
		ck_assert_uint_eq(talk_world.child_up, 1);
	}
	initiator_qm3(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.child_up, 1);
	sim_run(&talk_world.sim, 300 * SEC);
	ck_assert_uint_eq(talk_world.child_up, 1);
	ck_assert_uint_eq(talk_world.aborted, 0);
}
END_TEST

/* A finished quick mode is no longer found under its SPI: ESP that comes late wakes nobody up. */
START_TEST(a_finished_quick_mode_is_forgotten)
{
	talk_phase1();
	talk_phase2();
	sim_run(&talk_world.sim, 31 * SEC);
	ck_assert_uint_eq(talk_world.ike->children.used, 0);
	ike_child_confirmed(talk_world.ike, talk_world.child.spi_in);
	talk_phase2();
	sim_run(&talk_world.sim, 2 * SEC);
	ck_assert_uint_eq(talk_world.child_up, 2);
	ck_assert_uint_eq(talk_world.ike->children.used, 0);
}
END_TEST

START_TEST(deletes_and_contact)
{
	struct initiator_notice n;

	talk_client.initial_contact = true;
	talk_phase1();
	ck_assert_uint_eq(talk_world.contact, 1);
	talk_phase2();
	initiator_contact(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.contact, 2);
	initiator_delete_child(&talk_client, talk_quick.child.spi_in, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.deleted, 1);
	ck_assert_uint_eq(talk_world.deleted_spi, talk_quick.child.spi_in);
	talk_world.n_sent = 0;
	ike_child_delete(talk_world.ike, talk_world.sa, talk_world.child.spi_in);
	ck_assert(initiator_notice(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len, &n));
	ck_assert(n.delete &&n.protocol == PROTO_ESP);
	ck_assert_uint_eq(n.spi, talk_world.child.spi_in);
	ike_sa_delete(talk_world.ike, talk_world.sa, REASON_ADMIN_RESET);
	ck_assert(initiator_notice(&talk_client, talk_world.sent[1].b, talk_world.sent[1].len, &n));
	ck_assert(n.delete &&n.protocol == PROTO_ISAKMP);
	ck_assert_uint_eq(talk_world.down, 1);
	ck_assert_ptr_null(ike_sa_next(talk_world.ike, NULL));
}
END_TEST

START_TEST(dead_peer_detection)
{
	struct initiator_notice n, next;

	talk_client.dpd = true;
	talk_phase1();
	talk_world.n_sent = 0;
	ck_assert(ike_sa_ask(talk_world.sa));
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(initiator_notice(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len, &n));
	ck_assert_uint_eq(n.type, NOTIFY_R_U_THERE);
	ck_assert_uint_ne(n.seq, 0); /* by chance, and its high bit is clear (RFC 3706 7) */
	ck_assert_uint_lt(n.seq, 0x80000000);
	initiator_dpd(&talk_client, true, n.seq, &talk_msg);
	talk_say();
	sim_run(&talk_world.sim, 60 * SEC);
	ck_assert_uint_eq(talk_world.down, 0);
	talk_world.n_sent = 0;
	ck_assert(ike_sa_ask(talk_world.sa));
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(
	    initiator_notice(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len, &next));
	ck_assert_uint_eq(next.seq, n.seq + 1);
	sim_run(&talk_world.sim, 60 * SEC);
	ck_assert_uint_eq(talk_world.down, 0); /* what silence means is the owner's to say */
	ck_assert_uint_eq(talk_world.n_sent, 1);
}
END_TEST

START_TEST(phase1_expires)
{
	struct ike_sa_info info;

	talk_phase1();
	ike_sa_get(talk_world.ike, talk_world.sa, &info);
	ck_assert_uint_eq(info.lifetime, 28800);
	sim_run(&talk_world.sim, 28799 * SEC);
	ck_assert_uint_eq(talk_world.down, 0);
	sim_run(&talk_world.sim, 2 * SEC);
	ck_assert_uint_eq(talk_world.down, 1);
	ck_assert_int_eq(talk_world.reason, REASON_PHASE1_LIFETIME);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_exchange_life");
	TCase *tc = tcase_create("exchange");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, talk_setup, talk_teardown);
	tcase_add_test(tc, behind_nat);
	tcase_add_loop_test(tc, without_natt, 0, 3);
	tcase_add_test(tc, repetitions_get_the_same_bytes);
	tcase_add_test(tc, parked_exchange_ignores_duplicates);
	tcase_add_loop_test(tc, esp_stands_for_message_3, 0, 2);
	tcase_add_test(tc, a_finished_quick_mode_is_forgotten);
	tcase_add_test(tc, deletes_and_contact);
	tcase_add_test(tc, dead_peer_detection);
	tcase_add_test(tc, phase1_expires);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
