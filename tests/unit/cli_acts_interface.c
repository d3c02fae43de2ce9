/*
 * Acts on interfaces that ask another role: what a DHCP server has leased to one, and what has come
 * and gone through each.
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

static bool said(const char *text)
{
	return strstr(one_act_said(&one), text) != NULL;
}

static void lease_told(void)
{
	struct ipc_msg m = {.type = MSG_REC_DHCP,
	    .rec_dhcp = {.device = "eth0", .state = "BOUND", .client_id = "01", .hostname = "h",
		.domain = "", .lease = 7200}};

	ck_assert(addr_parse("172.16.1.9", &m.rec_dhcp.address));
	one_act_reply(&one, ROLE_ENGINE, m);
	one_act_end(&one, ROLE_ENGINE);
}

START_TEST(leases_of_interfaces)
{
	static const char *const none = "ERROR: Interface outside does not get its address by DHCP";

	ck_assert_str_eq(one_act_run(&one, "show ip address outside dhcp lease"),
	    "engine: dhcp device=eth0\n");
	lease_told();
	ck_assert(said("Temp IP Addr:172.16.1.9 for peer on interface:outside\n"));
	ck_assert(!said("DHCP server: "));
	ck_assert_str_eq(one_act_run(&one, "show ip address g0/0 dhcp server"),
	    "engine: dhcp device=eth0\n");
	lease_told();
	ck_assert(said("DHCP server: ANY (255.255.255.255)\n  Leases: 1\n"));
	ck_assert(!said("Temp IP Addr"));
	ck_assert(!one.act.refused);
	one_act_run(&one, "show ip address outside dhcp lease");
	one_act_end(&one, ROLE_ENGINE);
	ck_assert(said(none) && one.act.refused);
	ck_assert_str_eq(one_act_run(&one, "show ip address dmz dhcp lease"), "");
	ck_assert(said("ERROR: Interface dmz does not exist") && one.act.refused);
	/* Who does not answer has not said that there is none. */
	one_act_run(&one, "show ip address outside dhcp lease");
	ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	ck_assert(said("ERROR: The VPN engine is not running") && one.act.refused);
	ck_assert(!said(none));
	ck_assert_uint_eq(one.done, 5);
}
END_TEST

static void counted(const char *device, uint64_t packets)
{
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_REC_LINK,
		.rec_link = {.device = device, .driver = "", .in_packets = packets,
		    .counted_for = 10}});
}

START_TEST(traffic_of_interfaces)
{
	const char *cards;

	box_type(&one.box, "interface g0/1\n no nameif");
	ck_assert_str_eq(one_act_run(&one, "show traffic"), "keeper: links =\n");
	counted("eth1", 70);
	counted("eth0", 50);
	counted("eth7", 90); /* nobody's */
	one_act_end(&one, ROLE_KEEPER);
	/* By name those that have one, then all by hardware. */
	ck_assert(!strncmp(one_act_said(&one), "outside:\n", 9));
	cards = strstr(one_act_said(&one), "\n----------------------------------------\n");
	ck_assert_ptr_nonnull(cards);
	ck_assert_ptr_null(strstr(cards, "outside:"));
	ck_assert_ptr_nonnull(strstr(cards, "GigabitEthernet0/0:\n"));
	ck_assert_ptr_nonnull(strstr(cards, "GigabitEthernet0/1:\n"));
	ck_assert(strstr(one_act_said(&one), "50 packets") < cards);
	ck_assert(strstr(one_act_said(&one), "70 packets") > cards);
	ck_assert(!said("90 packets"));
	one_act_run(&one, "show traffic");
	one_act_reply(&one, ROLE_KEEPER, (struct ipc_msg){.type = MSG_KEEP_REPLY,
	    .keep_reply = {.error = 5, .text = "no"}});
	ck_assert(said("ERROR: ") && !said("outside"));
	ck_assert_uint_eq(one.done, 2);
}
END_TEST

/* A card by its MAC address, however that is written, or by its name. */
START_TEST(cards_of_interfaces)
{
	static const char *const mac[] = {
	    "5254.000d.DA4c", "52:54:00:0d:da:4c", "52-54-00-0d-da-4c", "5254000dda4c"};
	static const char *const none[] = {"5254.000d.da4", "5254.000d.da4c.1", "5254.000d.da4g",
	    "5354.000d.da4c", "0000.0000.0000", "x"};
	char line[80], text[80];

	parse_state_init(&one.session.place, one.box.m->gram, true);
	for (size_t i = 0; i < sizeof mac / sizeof *mac; i++) {
		snprintf(line, sizeof line, "interface mapping g0/3 mac %s", mac[i]);
		ck_assert_str_eq(one_act_run(&one, line),
		    "keeper: mapping GigabitEthernet0/3=52:54:00:0d:da:4c\n");
		ck_assert(!one.act.refused);
	}
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		snprintf(line, sizeof line, "interface mapping g0/3 mac %s", none[i]);
		snprintf(text, sizeof text, "ERROR: %s is not the MAC address of a card", none[i]);
		ck_assert_str_eq(one_act_run(&one, line), "");
		ck_assert(one.act.refused);
		ck_assert_msg(said(text), "%s: %s", line, one_act_said(&one));
	}
	ck_assert_str_eq(one_act_run(&one, "interface mapping g0/3 device eth7"),
	    "keeper: mapping GigabitEthernet0/3=eth7\n");
	ck_assert_str_eq(one_act_run(&one, "no interface mapping g0/3"),
	    "keeper: mapping GigabitEthernet0/3=\n");
	ck_assert_str_eq(one_act_run(&one, "interface mapping g0/3"), "");
	ck_assert(said("ERROR: % Incomplete command"));
	ck_assert_str_eq(one_act_run(&one, "interface mapping g0/64 device eth7"), "");
	ck_assert(said("ERROR: this is not one of GigabitEthernet0/0 to GigabitEthernet0/63"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_interface");
	TCase *tc = tcase_create("acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, leases_of_interfaces);
	tcase_add_test(tc, traffic_of_interfaces);
	tcase_add_test(tc, cards_of_interfaces);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
