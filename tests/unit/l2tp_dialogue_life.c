/* Whole dialogues that last: signs of life, renewal, and who is who among several clients. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dialogue.h"

static struct dialogue w;

static void setup(void)
{
	dialogue_setup(&w);
}

START_TEST(vanished_client_is_noticed)
{
	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(3 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	lac_vanish(w.lac[0]);
	dialogue_run(25 * SEC);
	ck_assert_uint_eq(w.sessions_down, 0);
	dialogue_run(65 * SEC);
	ck_assert_uint_eq(w.sessions_down, 1);
	ck_assert_int_eq(w.last_reason, REASON_LOST_SERVICE);
	dialogue_run(10 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

START_TEST(idle_client_stays)
{
	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(3600 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_eq(w.sessions_down, 0);
	ck_assert_uint_gt(lac_seen(w.lac[0])->echo_requests, 50);
	ck_assert_uint_eq(l2tp_stats(w.l2tp)->retransmits, 0);
}
END_TEST

START_TEST(renegotiation)
{
	unsigned said;

	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(3 * SEC);
	ck_assert_uint_eq(w.links_up, 1);
	said = w.said;
	lac_renegotiate(w.lac[0]);
	dialogue_run(5 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_eq(w.links_up, 2);
	ck_assert_uint_eq(w.links_closed, 1);
	ck_assert_uint_eq(w.said_when_closed, said); /* before a word of it left */
	ck_assert_uint_eq(w.asked, 2);		     /* the user had to prove himself again */
	ck_assert_uint_eq(w.sessions_down, 0);
	dialogue_run(3600 * SEC); /* and is asked for a sign of life as before */
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_gt(lac_seen(w.lac[0])->echo_requests, 50);
}
END_TEST

START_TEST(operator_ends_a_session)
{
	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(3 * SEC);
	ppp_close(w.served[0]->ppp, REASON_ADMIN_RESET);
	dialogue_run(3 * SEC);
	ck_assert_int_eq(w.last_reason, REASON_ADMIN_RESET);
	ck_assert_uint_eq(lac_seen(w.lac[0])->terminate_requests, 1);
	ck_assert_uint_eq(lac_seen(w.lac[0])->cdn, 1);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_DOWN);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

START_TEST(same_ids_of_different_clients)
{
	for (int i = 0; i < DIALOGUE_CLIENTS; i++)
		dialogue_dial(
		    i, i & 1 ? LAC_PPPD : LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(5 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), DIALOGUE_CLIENTS);
	for (int i = 0; i < DIALOGUE_CLIENTS; i++) {
		ck_assert_int_eq(lac_stage(w.lac[i]), LAC_UP);
		for (int k = 0; k < i; k++) {
			ck_assert_uint_ne(lac_server_tunnel(w.lac[i]), lac_server_tunnel(w.lac[k]));
			ck_assert_uint_ne(
			    lac_server_session(w.lac[i]), lac_server_session(w.lac[k]));
		}
	}
	lac_hangup(w.lac[2]);
	dialogue_run(2 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), DIALOGUE_CLIENTS - 1);
	l2tp_peer_gone(w.l2tp, &w.peers[3], REASON_PEER_DELETE);
	dialogue_run(2 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), DIALOGUE_CLIENTS - 2);
	ck_assert_int_eq(w.last_reason, REASON_PEER_DELETE);
}
END_TEST

START_TEST(foreign_peer_is_refused)
{
	uint8_t stop[64] = {0xc8, 0x02, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};

	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(3 * SEC);
	stop[4] = (uint8_t)(lac_server_tunnel(w.lac[0]) >> 8);
	stop[5] = (uint8_t)lac_server_tunnel(w.lac[0]);
	memcpy(stop + 12,
	    "\x80\x08\x00\x00\x00\x00\x00\x04\x80\x08\x00\x00\x00\x09\x00\x01"
	    "\x80\x08\x00\x00\x00\x01\x00\x06",
	    24);
	stop[3] = 36;
	dialogue_to_server(1, stop, 36);
	dialogue_run(1 * SEC);
	ck_assert_uint_eq(l2tp_stats(w.l2tp)->foreign_peer, 1);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_eq(w.sessions_down, 0);
}
END_TEST

START_TEST(repeated_sccrq_makes_one_tunnel)
{
	/* SCCRQ: version, framing 1, host "PC", assigned tunnel id 7 */
	static const uint8_t sccrq[] = "\xc8\x02\x00\x3a\x00\x00\x00\x00\x00\x00\x00\x00"
				       "\x80\x08\x00\x00\x00\x00\x00\x01"
				       "\x80\x08\x00\x00\x00\x02\x01\x00"
				       "\x80\x0a\x00\x00\x00\x03\x00\x00\x00\x01"
				       "\x80\x08\x00\x00\x00\x07PC"
				       "\x80\x08\x00\x00\x00\x09\x00\x07";
	uint8_t first[2048];
	size_t len;

	ck_assert_uint_eq(sizeof sccrq - 1, 54);
	uint8_t msg[54];
	memcpy(msg, sccrq, 54);
	msg[3] = 54;
	dialogue_to_server(0, msg, 54);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 1);
	len = w.last_len;
	memcpy(first, w.last, len);
	ck_assert_uint_gt(len, 60); /* SCCRP */
	for (int i = 0; i < 5; i++)
		dialogue_to_server(0, msg, 54);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 1);
	ck_assert_uint_eq(l2tp_stats(w.l2tp)->duplicates, 5);
	dialogue_run(1500 * MSEC); /* nobody acknowledged: the same SCCRP again, with the same id */
	ck_assert_uint_eq(w.last_len, len);
	ck_assert_mem_eq(w.last, first, len);
	/* Another peer with the same numbers is another tunnel. */
	dialogue_to_server(1, msg, 54);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 2);
	dialogue_run(60 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
	ck_assert_int_eq(w.tunnel_reason, REASON_L2TP_TIMEOUT);
}
END_TEST

START_TEST(client_dials_anew_without_farewell)
{
	struct lac *old;

	old = dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(60 * SEC);
	lac_vanish(old);
	lac_destroy(old);
	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(3 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_int_eq(w.last_reason, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_dialogue_life");
	TCase *tc = tcase_create("l2tp_dialogue_life");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, dialogue_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, vanished_client_is_noticed);
	tcase_add_test(tc, idle_client_stays);
	tcase_add_test(tc, renegotiation);
	tcase_add_test(tc, operator_ends_a_session);
	tcase_add_test(tc, same_ids_of_different_clients);
	tcase_add_test(tc, foreign_peer_is_refused);
	tcase_add_test(tc, repeated_sccrq_makes_one_tunnel);
	tcase_add_test(tc, client_dials_anew_without_farewell);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
