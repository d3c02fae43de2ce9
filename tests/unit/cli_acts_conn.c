/*
 * show conn: which end stands first, whose address is ours, which connections a line with two ends
 * means, its forms.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_act.h"

static struct one_act one;

static void setup(void)
{
	struct ipc_msg link = {.type = MSG_LINK_STATE, .fd = -1,
	    .link_state = {.device = "eth0", .hardware = "GigabitEthernet0/0", .mac = "",
		.ifindex = 1, .up = 1, .carrier = 1}};

	one_act_setup(&one);
	link.link_state.addresses = (struct strlist){2, {"172.16.19.2/24", "172.16.1.2/24"}};
	ipc_send(one.box.keeper, &link);
	box_turn();
	box_type(&one.box, "interface g0/0\n ip address 172.16.1.2 255.255.255.0\n"
			   "interface g0/1\n ip address 10.3.0.1 255.255.255.0\n"
			   "route outside 0.0.0.0 0.0.0.0 172.16.1.1\n"
			   "route inside 10.0.0.0 255.0.0.0 10.3.0.9\n");
}

static void teardown(void)
{
	one_act_teardown(&one);
}

static void connection(uint8_t protocol, const char *from, uint16_t from_port, const char *to,
    uint16_t to_port, const char *as, uint16_t as_port)
{
	struct ipc_msg m = {.type = MSG_REC_CONNECTION,
	    .rec_connection = {.protocol = protocol, .source_port = from_port,
		.dest_port = to_port, .back_source_port = to_port, .back_dest_port = as_port}};

	ck_assert(addr_parse(from, &m.rec_connection.source));
	ck_assert(addr_parse(to, &m.rec_connection.dest));
	ck_assert(addr_parse(to, &m.rec_connection.back_source));
	ck_assert(addr_parse(as, &m.rec_connection.back_dest));
	one_act_reply(&one, ROLE_KEEPER, m);
}

static const char *shown(const char *line)
{
	ck_assert_str_eq(one_act_run(&one, line), "keeper: system =\n");
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	connection(IPPROTO_UDP, "10.3.3.4", 1025, "8.8.8.8", 53, "172.16.1.2", 40001);
	connection(IPPROTO_UDP, "8.8.8.8", 1026, "10.3.3.5", 54, "8.8.8.8", 1026);
	connection(IPPROTO_UDP, "10.3.3.6", 1027, "10.7.3.7", 55, "10.3.3.6", 1027);
	connection(IPPROTO_ICMP, "10.3.3.8", 7, "8.8.4.4", 7, "10.3.3.8", 7);
	/* To us, and of us; an address of which ours is a beginning is not ours. */
	connection(IPPROTO_UDP, "8.8.8.8", 500, "172.16.1.2", 500, "8.8.8.8", 500);
	connection(IPPROTO_UDP, "172.16.19.2", 123, "8.8.4.4", 123, "172.16.19.2", 123);
	connection(IPPROTO_UDP, "172.16.19.20", 124, "10.3.3.9", 124, "172.16.19.20", 124);
	one_act_end(&one, ROLE_KEEPER);
	return one_act_said(&one);
}

#define SO_FAR ", idle 0:00:00, bytes 0, flags -\n"
#define OUTWARD "UDP outside  8.8.8.8:53 inside  10.3.3.4:1025" SO_FAR
#define INWARD "UDP outside  8.8.8.8:1026 inside  10.3.3.5:54" SO_FAR
#define EQUALS "UDP inside  10.7.3.7:55 inside  10.3.3.6:1027" SO_FAR
#define PINGED "ICMP outside  8.8.4.4:0 inside  10.3.3.8:7" SO_FAR
#define TO_US "UDP outside  8.8.8.8:500 NP Identity Ifc  172.16.1.2:500" SO_FAR
#define OF_US "UDP outside  8.8.4.4:123 NP Identity Ifc  172.16.19.2:123" SO_FAR
#define NEAR_US "UDP outside  172.16.19.20:124 inside  10.3.3.9:124" SO_FAR

START_TEST(ends_of_connections)
{
	ck_assert_str_eq(shown("show conn"), OUTWARD INWARD EQUALS PINGED NEAR_US);
	ck_assert_str_eq(shown("show conn all"), OUTWARD INWARD EQUALS PINGED TO_US OF_US NEAR_US);
	ck_assert_str_eq(shown("show conn address 8.8.8.8 port 53 address 10.3.3.4 port 1025"),
	    OUTWARD);
	ck_assert_str_eq(shown("show conn address 8.8.8.8 port 53 address 10.3.3.4 port 1026"), "");
	ck_assert_str_eq(shown("show conn address 10.3.3.4 port 1025 address 8.8.8.8 port 54"), "");
	ck_assert_str_eq(shown("show conn port 1020-1026 address 10.3.3.0-10.3.3.5 port 50-1025"),
	    INWARD);
	ck_assert_str_eq(shown("show conn protocol icmp"), PINGED);
	ck_assert_str_eq(shown("show conn address 10.3.3.6"), EQUALS);
	ck_assert_str_eq(shown("show conn address 10.3.3.77 netmask 255.255.255.254"), "");
	ck_assert_str_eq(shown("show conn address 10.3.3.9 netmask 255.255.255.254"),
	    PINGED NEAR_US);
	ck_assert_str_eq(shown("show conn state up"), "");
}
END_TEST

/* The network of an interface, longer than a route, has it. */
START_TEST(places_of_addresses)
{
	box_type(&one.box, "route inside 172.16.0.0 255.255.254.0 10.3.0.9");
	for (int i = 0; i < 2; i++) {
		one_act_run(&one, "show conn");
		one_act_end(&one, ROLE_KEEPER);
		box_turn();
		connection(IPPROTO_UDP, i ? "172.16.0.77" : "172.16.1.77", 1, "10.3.3.4", 2,
		    i ? "172.16.0.77" : "172.16.1.77", 1);
		one_act_end(&one, ROLE_KEEPER);
		ck_assert_str_eq(one_act_said(&one),
		    i ? "UDP inside  10.3.3.4:2 inside  172.16.0.77:1" SO_FAR
		      : "UDP outside  172.16.1.77:1 inside  10.3.3.4:2" SO_FAR);
	}
}
END_TEST

START_TEST(forms_of_the_list)
{
	ck_assert_ptr_nonnull(strstr(shown("show conn detail"), "Flags: "));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "\n\nUDP outside: 8.8.8.8/53 inside: 10.3.3.4/1025,\n    flags -, idle 0s"));
	ck_assert_ptr_nonnull(strstr(shown("show conn long"),
	    "UDP outside: 8.8.8.8/53 (8.8.8.8/53) inside: 10.3.3.4/1025 (172.16.1.2/40001), "));
	ck_assert_ptr_null(strstr(shown("show conn"), "Flags: "));
}
END_TEST

START_TEST(ports_that_are_none)
{
	static const char *const none[] = {
	    "9-2", "1-70000", "70000", "nothing", "1-", "1-x", "1-2-3", "65536"};
	char line[80], text[120];

	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		snprintf(text, sizeof text, "ERROR: %s is neither a port nor a range of ports\n",
		    none[i]);
		for (int second = 0; second < 2; second++) {
			snprintf(line, sizeof line, "clear conn %s port %s",
			    second ? "port 1 address 10.1.1.1" : "", none[i]);
			ck_assert_str_eq(one_act_run(&one, line), "");
			ck_assert_str_eq(one_act_said(&one), text);
			ck_assert(one.act.refused);
		}
	}
	ck_assert_str_eq(one_act_run(&one, "clear conn port netbios-ns"),
	    "keeper: clear conn 0 0-ffffffff/137-137 0-ffffffff/0-65535\n");
	ck_assert_str_eq(one_act_run(&one, "clear conn port 1-65535 address 10.1.1.1 port 7-7"),
	    "keeper: clear conn 0 0-ffffffff/1-65535 a010101-a010101/7-7\n");
	ck_assert_str_eq(one_act_run(&one, "clear conn all protocol tcp"),
	    "keeper: clear conn all 6 0-ffffffff/0-65535 0-ffffffff/0-65535\n");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_conn");
	TCase *tc = tcase_create("acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, ends_of_connections);
	tcase_add_test(tc, places_of_addresses);
	tcase_add_test(tc, forms_of_the_list);
	tcase_add_test(tc, ports_that_are_none);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
