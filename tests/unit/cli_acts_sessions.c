/*
 * Acts that ask the engine: of its sessions, what is cleared and logged off, and what is said when
 * it does not answer.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_act.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

START_TEST(filters_of_sessions)
{
	static const char *const line[][2] = {
	    {"", "engine: session =\n"},
	    {" filter name anna", "engine: session name=anna\n"},
	    {" filter ipaddress 10.1.1.1", "engine: session ipaddress=10.1.1.1\n"},
	    {" filter a-ipaddress 10.1.1.1", "engine: session a-ipaddress=10.1.1.1\n"},
	    {" filter p-ipaddress 10.1.1.1", "engine: session p-ipaddress=10.1.1.1\n"},
	    {" filter tunnel-group DefaultRAGroup",
		"engine: session tunnel-group=DefaultRAGroup\n"},
	    {" filter protocol ikev1", "engine: session protocol=ikev1\n"},
	    {" filter encryption aes128", "engine: session encryption=aes128\n"},
	    {" filter inactive", "engine: session inactive=\n"},
	};
	char text[100];

	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		snprintf(text, sizeof text, "show vpn-sessiondb ra-ikev1-ipsec%s", line[i][0]);
		ck_assert_str_eq(one_act_run(&one, text), line[i][1]);
		one_act_end(&one, ROLE_ENGINE);
	}
	ck_assert_uint_eq(one.done, sizeof line / sizeof *line);
	ck_assert_str_eq(
	    one_act_run(&one, "show vpn-sessiondb index 7"), "engine: session index=7\n");
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_str_eq(one_act_run(&one, "show crypto ipsec sa"), "engine: ipsec =\n");
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_str_eq(one_act_run(&one, "show crypto ipsec sa peer 10.1.1.1"),
	    "engine: ipsec peer=10.1.1.1\n");
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_str_eq(one_act_run(&one, "show crypto ipsec sa map M"), "engine: ipsec map=M\n");
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_str_eq(one_act_run(&one, "show crypto ipsec sa user u detail"),
	    "engine: ipsec user=u\n");
	one_act_end(&one, ROLE_ENGINE);
}
END_TEST

/* Pairs that carry nothing any more are chosen here; how all are headed, too. */
START_TEST(forms_of_pairs)
{
	static const struct {
		const char *line, *has, *has_not;
	} row[] = {
	    {"show crypto ipsec sa", "interface: outside\n", "peer address"},
	    {"show crypto ipsec sa entry", "peer address: ", "interface:"},
	    {"show crypto ipsec sa identity", "current inbound spi : 00000001", "inbound esp sas"},
	    {"show crypto ipsec sa inactive", "spi: 0x00000002", "spi: 0x00000001"},
	    {"show crypto ipsec sa summary",
		"  Inactive         :      2    Total            :      4\n", "spi"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_REC_IPSEC_SA};

		one_act_run(&one, row[i].line);
		for (uint32_t k = 0; k < 2; k++) {
			m.rec_ipsec_sa = (struct msg_rec_ipsec_sa){.ifname = "outside", .map = "M",
			    .user = "", .local_ident = "", .remote_ident = "", .encryption = "",
			    .authentication = "", .df = "", .spi_in = k + 1, .idle = (uint8_t)k};
			one_act_reply(&one, ROLE_ENGINE, m);
		}
		one_act_end(&one, ROLE_ENGINE);
		ck_assert_msg(strstr(one_act_said(&one), row[i].has) != NULL, "%s",
		    one_act_said(&one));
		ck_assert_ptr_null(strstr(one_act_said(&one), row[i].has_not));
	}
}
END_TEST

START_TEST(statistics)
{
	static const char *const line[][2] = {
	    {"show crypto ikev1 stats", "engine: stats =\n"},
	    {"show crypto isakmp stats", "engine: stats =\n"},
	    {"show crypto ipsec stats", "engine: ipsec-stats =\n"},
	    {"show crypto protocol statistics all", "engine: protocol =\n"},
	    {"show crypto protocol statistics ikev1", "engine: protocol ikev1 =\n"},
	    {"show crypto protocol statistics ipsec", "engine: protocol ipsec =\n"},
	    {"show crypto accelerator statistics", "engine: accelerator =\n"},
	    {"clear crypto ikev1 stats", "engine: clear stats stats\n"},
	    {"clear crypto isakmp stats", "engine: clear stats stats\n"},
	    {"clear crypto ipsec stats", "engine: clear stats ipsec-stats\n"},
	    {"clear crypto protocol statistics", "engine: clear stats protocol\n"},
	    {"clear crypto protocol statistics ipsec", "engine: clear stats protocol ipsec\n"},
	    {"clear crypto accelerator statistics", "engine: clear stats accelerator\n"},
	};

	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		ck_assert_str_eq(one_act_run(&one, line[i][0]), line[i][1]);
		if (line[i][0][0] == 's')
			one_act_end(&one, ROLE_ENGINE);
		else
			one_act_reply(&one, ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
		ck_assert_uint_eq(one.done, i + 1);
	}
	/* What the engine does not count nobody is asked for. */
	ck_assert_str_eq(one_act_run(&one, "show crypto protocol statistics ssh"), "");
	ck_assert_str_eq(one_act_said(&one),
	    "[SSH statistics]\n   Not counted: SSH is a process of its own.\n");
	ck_assert_str_eq(one_act_run(&one, "clear crypto protocol statistics srtp"), "");
	ck_assert_str_eq(one_act_said(&one), "");
}
END_TEST

START_TEST(what_is_cleared)
{
	ck_assert_str_eq(one_act_run(&one, "clear crypto ipsec sa"), "engine: clear =\n");
	one_act_reply(&one, ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(one_act_run(&one, "clear crypto ipsec sa peer 10.1.1.1"),
	    "engine: clear peer=10.1.1.1\n");
	one_act_reply(&one, ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(one_act_run(&one, "clear crypto ipsec sa map M"), "engine: clear map=M\n");
	one_act_reply(&one, ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(
	    one_act_run(&one, "clear crypto ipsec sa counters"), "engine: clear counters=\n");
	one_act_reply(&one, ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(one_act_run(&one, "clear crypto ikev1 sa"), "engine: clear ike 0\n");
	one_act_reply(&one, ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_str_eq(
	    one_act_run(&one, "clear crypto ikev1 sa 10.1.1.1"), "engine: clear ike 1\n");
	ck_assert_uint_eq(one.done, 5);
	ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	ck_assert_uint_eq(one.done, 6);
	ck_assert_str_eq(one_act_said(&one),
	    "ERROR: The VPN engine is not running; it is being started again.\n");
	ck_assert(one.act.refused);
}
END_TEST

START_TEST(sessions_are_logged_off)
{
	const struct ipc_msg three = {.type = MSG_ACT_DONE, .act_done.count = 3};

	ck_assert_str_eq(one_act_run(&one, "vpn-sessiondb logoff name anna"),
	    ""); /* nothing before the answer */
	ck_assert_uint_eq(one.flags, ACT_ASK_KEY);
	one_act_person(&one, "n");
	ck_assert_str_eq(text_str(&one.asked), "");
	ck_assert_uint_eq(one.done, 1);
	one_act_run(&one, "vpn-sessiondb logoff name anna");
	one_act_person(&one, "");
	ck_assert_str_eq(text_str(&one.asked), "engine: logoff name=anna\n");
	one_act_reply(&one, ROLE_ENGINE, three);
	ck_assert_str_eq(
	    one_act_said(&one), "INFO: Number of sessions with name \"anna\" logged off : 3\n");
	ck_assert_str_eq(
	    one_act_run(&one, "vpn-sessiondb logoff all noconfirm"), "engine: logoff all=\n");
	one_act_reply(&one, ROLE_ENGINE, three);
	ck_assert_str_eq(one_act_said(&one), "INFO: Number of sessions logged off : 3\n");
	one_act_run(&one, "vpn-sessiondb logoff ra-ikev1-ipsec noconfirm");
	one_act_reply(&one, ROLE_ENGINE, three);
	ck_assert_str_eq(one_act_said(&one),
	    "INFO: Number of sessions of type \"ra-ikev1-ipsec\" logged off : 3\n");
}
END_TEST

/* All forms, what the engine is asked, and the device's words for the answer. */
START_TEST(every_form_of_logoff)
{
	static const struct {
		const char *typed, *asked, *said;
	} row[] = {
	    {"all", "all=", "INFO: Number of sessions logged off : 2\n"},
	    {"name bob", "name=bob",
		"INFO: Number of sessions with name \"bob\" logged off : 2\n"},
	    {"index 7", "index=7", "INFO: Number of sessions with index \"7\" logged off : 2\n"},
	    {"ipaddress 10.1.1.2", "ipaddress=10.1.1.2",
		"INFO: Number of sessions with ipaddress \"10.1.1.2\" logged off : 2\n"},
	    {"tunnel-group DefaultRAGroup", "tunnel-group=DefaultRAGroup",
		"INFO: Number of sessions with tunnel-group \"DefaultRAGroup\" "
		"logged off : 2\n"},
	    {"protocol ikev1", "protocol=ikev1",
		"INFO: Number of sessions with protocol \"ikev1\" logged off : 2\n"},
	    {"ra-ikev1-ipsec", "ra-ikev1-ipsec=",
		"INFO: Number of sessions of type \"ra-ikev1-ipsec\" logged off : 2\n"},
	    {"l2l", "l2l=", "INFO: Number of sessions of type \"l2l\" logged off : 2\n"},
	    {"anyconnect", "anyconnect=",
		"INFO: Number of sessions of type \"anyconnect\" logged off : 2\n"},
	    {"webvpn", "webvpn=",
		"INFO: Number of sessions of type \"webvpn\" logged off : 2\n"},
	};
	const struct ipc_msg two = {.type = MSG_ACT_DONE, .act_done.count = 2};
	char line[128], asked[128];

	snprintf(line, sizeof line, "vpn-sessiondb logoff %s noconfirm", row[_i].typed);
	snprintf(asked, sizeof asked, "engine: logoff %s\n", row[_i].asked);
	ck_assert_str_eq(one_act_run(&one, line), asked);
	one_act_reply(&one, ROLE_ENGINE, two);
	ck_assert_str_eq(one_act_said(&one), row[_i].said);
}
END_TEST

static void a_session(const char *user, uint32_t assigned, uint32_t public, const char *group,
    const char *encryption, uint32_t inactivity)
{
	one_act_reply(&one, ROLE_ENGINE,
	    (struct ipc_msg){.type = MSG_REC_SESSION,
		.rec_session = {.user = user, .assigned = addr_v4(assigned),
		    .public = addr_v4(public), .tunnel_group = group,
		    .esp_encryption = encryption, .inactivity = inactivity}});
}

/* Without `sort` as the engine tells them. */
START_TEST(sessions_in_order)
{
	static const struct {
		const char *sort, *order;
	} row[] = {{"", "ann bob cid"}, {" sort name", "ann bob cid"},
	    {" sort a-ipaddress", "cid ann bob"}, {" sort ipaddress", "cid ann bob"},
	    {" sort p-ipaddress", "bob cid ann"}, {" sort tunnel-group", "bob ann cid"},
	    {" sort encryption", "cid bob ann"}, {" sort inactivity", "bob ann cid"}};
	char line[80], name[4];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *last = NULL;

		snprintf(line, sizeof line, "show vpn-sessiondb ra-ikev1-ipsec%s", row[i].sort);
		one_act_run(&one, line);
		a_session("ann", 2, 9, "M", "des", 50);
		a_session("bob", 3, 7, "A", "aes", 100);
		a_session("cid", 1, 8, "Z", "3des", 0);
		one_act_end(&one, ROLE_ENGINE);
		for (int n = 0; n < 3; n++) {
			const char *at;

			snprintf(name, sizeof name, "%.3s", row[i].order + 4 * n);
			snprintf(line, sizeof line, "Username     : %s", name);
			at = strstr(one_act_said(&one), line);
			ck_assert_msg(at && (!last || last < at), "%s: %s", row[i].sort, name);
			last = at;
		}
	}
}
END_TEST

START_TEST(shares_of_one_group)
{
	const struct ipc_msg sum = {
	    .type = MSG_REC_SUMMARY, .rec_summary = {.row = "", .cumulative = 17}};

	ck_assert_str_eq(
	    one_act_run(
		&one, "show vpn-sessiondb ratio encryption filter tunnel-group DefaultRAGroup"),
	    "engine: summary =\n");
	one_act_reply(&one, ROLE_ENGINE, sum);
	text_clear(&one.asked);
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	ck_assert_str_eq(text_str(&one.asked), "engine: session tunnel-group=DefaultRAGroup\n");
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_uint_eq(one.done, 1);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "17"));
}
END_TEST

START_TEST(families_of_clients)
{
	ck_assert_str_eq(
	    one_act_run(&one, "show crypto client-profiles"), "engine: client-profiles =\n");
	one_act_reply(&one, ROLE_ENGINE,
	    (struct ipc_msg){.type = MSG_REC_CLIENT_PROFILE,
		.rec_client_profile = {.name = "ios",
		    .client = "iOS",
		    .known_by = "its name",
		    .handled = "this and that",
		    .active = 2,
		    .cumulative = 5}});
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_str_eq(one_act_said(&one),
	    "Client                    Active  Cumulative  Recognized by\n"
	    "iOS                            2           5  its name\n"
	    "                                              Handled: this and that\n");
	one_act_run(&one, "show crypto client-profiles");
	ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	ck_assert_uint_eq(one.done, 2);
}
END_TEST

START_TEST(sums_of_sessions)
{
	ck_assert_str_eq(one_act_run(&one, "show vpn-sessiondb summary"), "engine: summary =\n");
	one_act_reply(&one, ROLE_ENGINE,
	    (struct ipc_msg){.type = MSG_REC_SUMMARY,
		.rec_summary = {
		    .row = "IKEv1 IPsec/L2TP IPsec", .active = 2, .cumulative = 5, .peak = 3}});
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "IKEv1 IPsec/L2TP IPsec       :      2 :          5 :           3\n"));
	ck_assert_str_eq(
	    one_act_run(&one, "show vpn-sessiondb license-summary"), "engine: summary =\n");
	one_act_reply(&one, ROLE_ENGINE,
	    (struct ipc_msg){.type = MSG_REC_SUMMARY,
		.rec_summary = {
		    .row = "IKEv1 IPsec/L2TP IPsec", .active = 2, .cumulative = 5, .peak = 3}});
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(
	    one_act_said(&one), "  L2TP Clients         :      2 :      0 :      2 :      3 :"));
	one_act_run(&one, "show vpn-sessiondb ratio protocol");
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	ck_assert_str_eq(text_str(&one.asked), "engine: summary =\nengine: session =\n");
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "Cumulative Sessions  : 0\n"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "Protocol  "));
	ck_assert_uint_eq(one.done, 3);
	one_act_run(&one, "show vpn-sessiondb ratio protocol");
	ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	one_act_run(&one, "show ip local pool");
	ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	ck_assert_uint_eq(one.done, 5);
}
END_TEST

START_TEST(a_pool_and_its_addresses)
{
	struct ipc_msg pool = {
	    .type = MSG_REC_POOL, .rec_pool = {.name = "P", .free = 1, .held = 1}};
	struct ipc_msg address = {.type = MSG_REC_POOL_ADDR};

	one_act_run(&one, "show ip local pool");
	addr_parse("10.7.0.1", &pool.rec_pool.first);
	addr_parse("10.7.0.2", &pool.rec_pool.last);
	addr_parse("255.255.255.0", &pool.rec_pool.mask);
	one_act_reply(&one, ROLE_ENGINE, pool);
	addr_parse("10.7.0.1", &address.rec_pool_addr.address);
	address.rec_pool_addr.state = POOL_ADDRESS_IN_USE;
	one_act_reply(&one, ROLE_ENGINE, address);
	addr_parse("10.8.0.1", &pool.rec_pool.first);
	addr_parse("10.8.0.2", &pool.rec_pool.last);
	one_act_reply(&one, ROLE_ENGINE, pool);
	addr_parse("10.8.0.2", &address.rec_pool_addr.address);
	address.rec_pool_addr.state = POOL_ADDRESS_FREE;
	one_act_reply(&one, ROLE_ENGINE, address);
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_uint_eq(one.done, 1);
	/* Each address below its pool. */
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "10.7.0.1 "));
	ck_assert(
	    strstr(one_act_said(&one), "\n10.7.0.1") < strstr(one_act_said(&one), "10.8.0.1"));
	ck_assert_ptr_nonnull(strstr(strstr(one_act_said(&one), "10.8.0.1") + 1, "\n10.8.0.2"));
	ck_assert_str_eq(one_act_run(&one, "show ip local pool None"), "");
	ck_assert_str_eq(one_act_said(&one), "ERROR: Pool (None) does not exist\n");
}
END_TEST

/* An engine that is away, or says nothing, has no sessions to tell of: only that is said. */
START_TEST(an_engine_that_does_not_answer)
{
	static const char *const line[] = {"show crypto ikev1 sa", "show crypto ikev1 stats",
	    "show crypto ipsec stats", "show crypto protocol statistics all",
	    "show crypto accelerator statistics", "clear crypto ipsec stats",
	    "show crypto ipsec sa", "show vpn-sessiondb ra-ikev1-ipsec",
	    "show vpn-sessiondb full ra-ikev1-ipsec", "show vpn-sessiondb summary",
	    "show vpn-sessiondb license-summary",
	    "show vpn-sessiondb ratio protocol", "show ip local pool", "clear crypto ikev1 sa",
	    "vpn-sessiondb logoff all noconfirm"};
	const struct answer silent = {.status = ASK_TIMEOUT};

	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		one_act_run(&one, line[i]);
		ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
		ck_assert_str_eq(one_act_said(&one),
		    "ERROR: The VPN engine is not running; it is being started again.\n");
		ck_assert(one.act.refused);
		one_act_run(&one, line[i]);
		ask_cancel(one.act.asked);
		one.act.replied(&one.act, &silent);
		ck_assert_str_eq(one_act_said(&one), "ERROR: The VPN engine does not answer.\n");
		ck_assert_uint_eq(one.done, 2 * i + 2);
		ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	}
}
END_TEST

/* What holds at an interface: its line, else the default. */
START_TEST(policies_of_ipsec)
{
	box_type(&one.box, "crypto ipsec df-bit clear-df outside");
	one_act_run(&one, "show crypto ipsec df-bit outside");
	ck_assert_str_eq(one_act_said(&one), "df-bit outside clear\n");
	one_act_run(&one, "show crypto ipsec df-bit inside");
	ck_assert_str_eq(one_act_said(&one), "df-bit inside copy\n");
	box_type(&one.box, "crypto ipsec fragmentation after-encryption inside");
	one_act_run(&one, "show crypto ipsec fragmentation inside");
	ck_assert_str_eq(one_act_said(&one), "fragmentation inside after-encryption\n");
	one_act_run(&one, "show crypto ipsec fragmentation outside");
	ck_assert_str_eq(one_act_said(&one), "fragmentation outside before-encryption\n");
	one_act_run(&one, "show crypto ipsec df-bit nowhere");
	ck_assert_str_eq(one_act_said(&one), "ERROR: Interface nowhere does not exist\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_sessions");
	TCase *tc = tcase_create("cli_acts_sessions");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, filters_of_sessions);
	tcase_add_test(tc, forms_of_pairs);
	tcase_add_test(tc, statistics);
	tcase_add_test(tc, what_is_cleared);
	tcase_add_test(tc, sessions_are_logged_off);
	tcase_add_loop_test(tc, every_form_of_logoff, 0, 10);
	tcase_add_test(tc, sessions_in_order);
	tcase_add_test(tc, shares_of_one_group);
	tcase_add_test(tc, a_pool_and_its_addresses);
	tcase_add_test(tc, families_of_clients);
	tcase_add_test(tc, sums_of_sessions);
	tcase_add_test(tc, an_engine_that_does_not_answer);
	tcase_add_test(tc, policies_of_ipsec);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
