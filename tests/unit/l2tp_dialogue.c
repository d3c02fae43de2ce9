/* Whole dialogues from the first message to the farewell: those that go well and refusals. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dialogue.h"

static struct dialogue w;

static void setup(void)
{
	dialogue_setup(&w);
}

START_TEST(windows_connects_and_leaves)
{
	struct lac *c = dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	struct ppp_info info;

	dialogue_run(1 * SEC);
	ck_assert_int_eq(lac_stage(c), LAC_UP);
	ck_assert_uint_eq(w.links_up, 1);
	ck_assert_int_eq(w.last_method, PPP_AUTH_MSCHAPV2);
	ck_assert_str_eq(w.vendor, "Microsoft");
	ck_assert_str_eq(w.host, "DESKTOP-TESTING");
	ck_assert_uint_eq(w.info.firmware, 0x0602);
	ck_assert(w.info.has_firmware);
	ck_assert_uint_eq(w.info.remote_tunnel, 1);
	ppp_get(w.served[0]->ppp, &info);
	ck_assert(info.open && info.pfc && info.acfc);
	ck_assert_uint_eq(info.mru, 1400);
	ck_assert_str_eq(info.user, "test");
	ck_assert_str_eq(info.phase, "Network");
	ck_assert_uint_eq(lac_seen(c)->rejected_len, 3); /* callback, and nothing else */
	ck_assert_mem_eq(lac_seen(c)->rejected, "\x0d\x03\x06", 3);
	ck_assert_uint_eq(lac_seen(c)->protocol_rejects, 2); /* IPV6CP and CCP */
	ck_assert(lac_send_ip(c, (const uint8_t *)"\x45 a packet", 10));
	dialogue_run(1 * SEC);
	ck_assert_uint_gt(w.ip_bytes, 0);
	lac_hangup(c);
	dialogue_run(2 * SEC);
	ck_assert_uint_eq(w.sessions_down, 1);
	ck_assert_uint_eq(w.tunnels_down, 1);
	ck_assert_int_eq(w.last_reason, REASON_USER_REQUESTED);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
	ck_assert(dialogue_traced("its error number is 0"));
	ck_assert(dialogue_traced("client identifies itself: MSRASV5.20"));
}
END_TEST

START_TEST(pppd_connects_and_leaves)
{
	struct lac *c = dialogue_dial(0, LAC_PPPD, DIALOGUE_BIT(MSCHAPV2), "test", "test");

	dialogue_run(2 * SEC);
	ck_assert_int_eq(lac_stage(c), LAC_UP);
	ck_assert_uint_eq(lac_seen(c)->echo_replies, 1); /* before it was authenticated */
	ck_assert_uint_eq(lac_seen(c)->protocol_rejects, 1);
	lac_hangup(c); /* StopCCN alone, and a stray Terminate-Request behind it */
	dialogue_run(1 * SEC);
	ck_assert_uint_eq(w.sessions_down, 1);
	ck_assert_uint_eq(w.tunnels_down, 1);
	ck_assert_int_eq(w.last_reason, REASON_USER_REQUESTED);
	ck_assert_uint_gt(l2tp_stats(w.l2tp)->unknown_tunnel, 0);
}
END_TEST

START_TEST(every_method)
{
	static const struct {
		unsigned client;
		bool v2, v1, chap, pap;
		enum ppp_auth want;
	} row[] = {
	    {DIALOGUE_BIT(MSCHAPV2) | DIALOGUE_BIT(MSCHAPV1) | DIALOGUE_BIT(PAP), 1, 1, 0, 1,
		PPP_AUTH_MSCHAPV2},
	    {DIALOGUE_BIT(MSCHAPV2) | DIALOGUE_BIT(MSCHAPV1) | DIALOGUE_BIT(PAP), 0, 1, 0, 1,
		PPP_AUTH_MSCHAPV1},
	    {DIALOGUE_BIT(MSCHAPV1), 1, 1, 0, 1, PPP_AUTH_MSCHAPV1},
	    {DIALOGUE_BIT(PAP), 1, 1, 0, 1, PPP_AUTH_PAP},
	    {DIALOGUE_BIT(PAP), 0, 0, 0, 1, PPP_AUTH_PAP},
	    {DIALOGUE_BIT(CHAP) | DIALOGUE_BIT(PAP), 1, 1, 1, 1, PPP_AUTH_CHAP},
	    {DIALOGUE_BIT(CHAP) | DIALOGUE_BIT(PAP), 1, 1, 0, 1, PPP_AUTH_PAP},
	    {DIALOGUE_BIT(MSCHAPV1), 1, 0, 0, 1, PPP_AUTH_NONE},
	    {DIALOGUE_BIT(PAP), 1, 1, 1, 0, PPP_AUTH_NONE},
	    {DIALOGUE_BIT(MSCHAPV2), 0, 0, 0, 0, PPP_AUTH_NONE},
	};

	w.ppp.mschapv2 = row[_i].v2;
	w.ppp.mschapv1 = row[_i].v1;
	w.ppp.chap = row[_i].chap;
	w.ppp.pap = row[_i].pap;
	dialogue_dial(0, _i & 1 ? LAC_PPPD : LAC_WINDOWS, row[_i].client, "test", "test");
	dialogue_run(5 * SEC);
	ck_assert_int_eq(w.last_method, row[_i].want);
	ck_assert_int_eq(lac_stage(w.lac[0]), row[_i].want ? LAC_UP : LAC_DOWN);
	if (!row[_i].want)
		ck_assert_int_eq(w.last_reason, REASON_PPP_NO_AUTH_PROTOCOL);
}
END_TEST

START_TEST(eap_is_naked_away)
{
	struct lac_config c = {.kind = LAC_WINDOWS,
	    .methods = DIALOGUE_BIT(MSCHAPV2) | DIALOGUE_BIT(MSCHAPV1),
	    .user = "test",
	    .password = "test",
	    .eap = true};

	dialogue_dial_as(0, &c, NULL);
	dialogue_run(5 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
}
END_TEST

START_TEST(name_servers)
{
	w.ip.dns[1] = addr_v4(0x0a0a0a0b);
	w.ip.wins[0] = addr_v4(0x0a0a0a0c);
	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(5 * SEC);
	ck_assert_uint_eq(w.ups, 1); /* lac_up() compares */
}
END_TEST

START_TEST(wrong_password)
{
	static const enum ppp_auth methods[] = {PPP_AUTH_MSCHAPV2, PPP_AUTH_MSCHAPV1, PPP_AUTH_PAP};
	static const char *const prefix[] = {
	    "E=691 R=0 C=", "E=691 R=0 C=", "Authentication failed"};
	static const char *const suffix[] = {" V=3 M=Authentication failed", " V=2", "failed"};
	static const size_t len[] = {12 + 32 + 7 + 21, 12 + 16 + 4, 21};
	const char *answer;

	dialogue_dial(0, LAC_PPPD, 1U << methods[_i], "test", "wrong");
	dialogue_run(5 * SEC);
	answer = lac_answer(w.lac[0]);
	ck_assert_int_eq(strncmp(answer, prefix[_i], strlen(prefix[_i])), 0);
	ck_assert_uint_eq(strlen(answer), len[_i]);
	ck_assert_str_eq(answer + strlen(answer) - strlen(suffix[_i]), suffix[_i]);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_DOWN);
	ck_assert_int_eq(w.last_reason, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(lac_seen(w.lac[0])->cdn, 1);
	ck_assert_uint_eq(w.links_up, 0);
}
END_TEST

START_TEST(no_address)
{
	w.no_address = true;
	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(5 * SEC);
	ck_assert_int_eq(w.last_reason, REASON_NO_ADDRESS);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_DOWN);
}
END_TEST

/* It is its group's to say when that has lasted too long; a client that went meanwhile is noticed.
 */
START_TEST(silent_login_server)
{
	w.mute_auth = true;
	dialogue_dial(0, LAC_WINDOWS, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(300 * SEC);
	ck_assert_uint_eq(w.sessions_down, 0);
	ck_assert_uint_ge(lac_seen(w.lac[0])->echo_requests, 29);
	ck_assert_uint_eq(w.asked, 1);
	lac_vanish(w.lac[0]);
	dialogue_run(60 * SEC);
	ck_assert_uint_eq(w.sessions_down, 1);
	ck_assert_int_eq(w.last_reason, REASON_LOST_SERVICE);
}
END_TEST

START_TEST(client_vanishes_in_negotiation)
{
	dialogue_dial(0, LAC_PPPD, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	dialogue_run(100 * MSEC);
	lac_vanish(w.lac[0]);
	dialogue_run(100 * SEC);
	ck_assert_uint_eq(w.sessions_down, w.sessions_up);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_dialogue");
	TCase *tc = tcase_create("l2tp_dialogue");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, dialogue_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, windows_connects_and_leaves);
	tcase_add_test(tc, pppd_connects_and_leaves);
	tcase_add_loop_test(tc, every_method, 0, 10);
	tcase_add_test(tc, eap_is_naked_away);
	tcase_add_test(tc, name_servers);
	tcase_add_loop_test(tc, wrong_password, 0, 3);
	tcase_add_test(tc, no_address);
	tcase_add_test(tc, silent_login_server);
	tcase_add_test(tc, client_vanishes_in_negotiation);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
