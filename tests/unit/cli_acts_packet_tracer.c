/*
 * packet-tracer as an act: whom it asks, what it makes of their answers, and which lines of the
 * configuration it names.
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
	box_type(&one.box, "no nat (inside,outside) source dynamic any interface");
	box_type(&one.box, "no nat (any,outside) source static any any");
	box_type(&one.box, "crypto map M interface outside");
}

static void teardown(void)
{
	one_act_teardown(&one);
}

static void route(const char *device, uint8_t kind, const char *dest, const char *mask)
{
	struct ipc_msg m = {
	    .type = MSG_REC_ROUTE, .rec_route = {.device = device, .kind = kind}};

	addr_parse(dest, &m.rec_route.dest);
	addr_parse(mask, &m.rec_route.mask);
	one_act_reply(&one, ROLE_KEEPER, m);
}

/* Runs the line and answers with the routes. */
static void traced(const char *line)
{
	ck_assert_str_eq(one_act_run(&one, line), "keeper: routes =\n");
	route("eth0", ROUTE_STATIC, "0.0.0.0", "0.0.0.0");
	route("eth9", ROUTE_HOST, "10.99.0.0", "255.255.0.0");
	route("eth0", ROUTE_LOCAL, "172.16.1.2", "255.255.255.255");
	route("eth1", ROUTE_CONNECTED, "10.0.0.0", "255.0.0.0");
	route("gatehouse0", ROUTE_CLIENT, "192.168.1.1", "255.255.255.255");
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
}

static void has(const char *text)
{
	ck_assert_msg(
	    strstr(one_act_said(&one), text) != NULL, "%s in\n%s", text, one_act_said(&one));
}

START_TEST(lines_that_it_names)
{
	box_type(&one.box, "object-group network OTHERS\n network-object host 10.8.8.8\n"
			   "object-group service WEB tcp\n port-object eq www\n"
			   "access-list IN extended deny udp any any\n"
			   "access-list IN remark the web\n"
			   "access-list IN extended permit tcp any any object-group WEB\n"
			   "access-group IN in interface inside\n");
	traced("packet-tracer input inside tcp 10.3.3.3 1025 8.8.8.8 www detailed");
	has("Config:\naccess-group IN in interface inside\n"
	    "access-list IN extended permit tcp any any object-group WEB \n"
	    "object-group service WEB tcp\n port-object eq www\n");
	ck_assert_ptr_null(strstr(one_act_said(&one), "OTHERS"));
	has("Config:\nobject network H\n nat (inside,outside) static 172.16.1.9\n"
	    "Additional Information:\nStatic translate 10.3.3.3/1025 to 172.16.1.9/1025\n");
	has("\tdst ip/id=0.0.0.0, mask=0.0.0.0, port=80,");
	has("Action: allow\n");
	traced("packet-tracer input inside udp 10.3.3.4 domain 8.8.8.8 domain");
	has("access-list IN extended deny udp any any \n");
	has("output-interface: outside\n");
	has("Action: drop\nDrop-reason: (acl-drop) Flow is denied by configured rule\n");
	traced("packet-tracer input inside icmp 10.3.3.4 echo 0 8.8.8.8");
	has("Result: DROP\nConfig:\naccess-group IN in interface inside\nImplicit Rule\n");
	traced("packet-tracer input outside rawip 8.8.8.8 esp 172.16.1.2");
	has("output-interface: NP Identity Ifc\n");
}
END_TEST

/* The engine says what his filter does with it. */
START_TEST(filter_of_a_client)
{
	struct ipc_msg m = {.type = MSG_REC_CLIENT_FILTER,
	    .rec_client_filter = {.user = "anna", .group_policy = "GP", .filter_name = "F",
		.filtered = true, .rule = UINT32_MAX}};

	traced("packet-tracer input outside tcp 192.168.1.1 1025 10.3.3.4 www");
	ck_assert_ptr_nonnull(strstr(text_str(&one.asked),
	    "engine: client-filter 192.168.1.1=6 3232235777 1025 167969540 80 0\n"));
	one_act_reply(&one, ROLE_ENGINE, m);
	one_act_end(&one, ROLE_ENGINE);
	has("Type: VPN\nSubtype: ipsec-tunnel-flow\nResult: ALLOW\n");
	has("Subtype: vpn-user\nResult: DROP\nConfig:\ngroup-policy GP attributes\n"
	    " vpn-filter value F\nImplicit Rule\nAdditional Information:\nUsername: anna\n");
	has("Action: drop\n");
}
END_TEST

/* A packet to a translated address: what it is for, where it goes, and the line of each section. */
START_TEST(rules_of_nat_that_it_names)
{
	box_type(&one.box, "no nat (inside,any) source static FAR FAR");
	box_type(&one.box, "no nat source static FAR FAR destination static FAR FAR");
	box_type(&one.box, "clear configure nat\n"
			   "object network NEAR\n host 10.8.8.8\n"
			   "object network SEEN\n host 172.16.1.20\n"
			   "nat (inside,outside) source static FAR FAR\n"
			   "nat (inside,outside) source static NEAR SEEN\n"
			   "nat (inside,outside) after-auto source static FAR FAR\n"
			   "nat (inside,outside) after-auto source dynamic any interface\n"
			   "object network IN\n no nat (inside,outside) dynamic interface\n"
			   "access-list OUT extended permit tcp any any eq www\n"
			   "access-group OUT in interface outside\n"
			   "access-list BACK extended permit udp any any\n"
			   "access-group BACK out interface inside\n");
	traced("packet-tracer input outside tcp 8.8.8.8 1025 172.16.1.20 www");
	has("Type: UN-NAT\nSubtype: static\nResult: ALLOW\n"
	    "Config:\nnat (inside,outside) source static NEAR SEEN\n"
	    "Additional Information:\nNAT divert to egress interface inside\n"
	    "Untranslate 172.16.1.20/80 to 10.8.8.8/80\n");
	has("Config:\naccess-group OUT in interface outside\n");
	has("Config:\naccess-group BACK out interface inside\nImplicit Rule\n");
	has("Action: drop\n");
	box_type(&one.box, "no access-group BACK out interface inside");
	box_type(&one.box, "no access-group OUT in interface outside");
	/* Without lists it is the levels that decide. */
	traced("packet-tracer input outside tcp 8.8.8.8 1025 172.16.1.9 www");
	has("Config:\nobject network H\n nat (inside,outside) static 172.16.1.9\n"
	    "Additional Information:\nNAT divert to egress interface inside\n"
	    "Untranslate 172.16.1.9/80 to 10.3.3.3/80\n");
	has("Type: ACCESS-LIST\nSubtype: \nResult: DROP\nConfig:\nImplicit Rule\n");
	traced("packet-tracer input inside tcp 10.7.7.7 1025 8.8.8.8 www");
	has("Config:\nnat (inside,outside) after-auto source dynamic any interface\n");
	has("found next-hop 8.8.8.8 using egress ifc  outside\n");
}
END_TEST

static void link_is(unsigned up, unsigned carrier, unsigned closed)
{
	struct ipc_msg link = {.type = MSG_LINK_STATE, .fd = -1,
	    .link_state = {.device = "eth1", .hardware = "GigabitEthernet0/1", .mac = "",
		.ifindex = 2, .up = (uint8_t)up, .carrier = (uint8_t)carrier,
		.closed = (uint8_t)closed}};

	ipc_send(one.box.keeper, &link);
	box_turn();
}

START_TEST(states_of_the_links)
{
	static const char line[] = "packet-tracer input inside udp 10.3.3.4 domain 8.8.8.8 domain";

	traced(line);
	has("Result:\ninput-interface: inside\ninput-status: up\ninput-line-status: up\n"
	    "output-interface: outside\noutput-status: up\noutput-line-status: up\n");
	link_is(1, 0, 0);
	traced(line);
	has("input-status: up\ninput-line-status: down\noutput-interface: outside\n"
	    "output-status: up\noutput-line-status: up\n");
	link_is(0, 1, 0);
	traced(line);
	has("input-interface: inside\ninput-status: down\ninput-line-status: down\n");
	traced("packet-tracer input outside udp 8.8.8.8 domain 10.3.3.4 domain");
	has("input-interface: outside\ninput-status: up\ninput-line-status: up\n"
	    "output-interface: inside\noutput-status: down\noutput-line-status: down\n");
}
END_TEST

/* What goes to a link without nameif. */
START_TEST(closed_links)
{
	static const char line[] =
	    "packet-tracer input inside udp 10.3.3.4 domain 10.99.1.1 domain";

	link_is(1, 1, 0);
	traced(line);
	has("Action: allow\n");
	link_is(1, 1, 1);
	traced(line);
	has("Type: ACCESS-LIST\nSubtype: \nResult: DROP\nConfig:\nImplicit Rule\n");
	has("Action: drop\n");
}
END_TEST

START_TEST(groups_of_lists_that_it_names)
{
	box_type(&one.box, "access-list G extended permit tcp any any eq ssh\n"
			   "access-group G global\n"
			   "access-list C extended deny icmp any any\n"
			   "access-group C in interface outside control-plane\n");
	traced("packet-tracer input outside tcp 8.8.8.8 1025 10.3.3.4 ssh detailed");
	has("Config:\naccess-group G global\naccess-list G extended permit tcp any any eq ssh \n");
	has("input_ifc=outside, output_ifc=any");
	traced("packet-tracer input outside icmp 8.8.8.8 echo 0 172.16.1.2");
	has("Config:\naccess-group C in interface outside control-plane\n"
	    "access-list C extended deny icmp any any \n");
}
END_TEST

/* Both ends are clients: each filter is asked for once; a list that the AAA server sent has no
 * line. */
START_TEST(filters_of_both_clients)
{
	struct ipc_msg m = {.type = MSG_REC_CLIENT_FILTER,
	    .rec_client_filter = {.user = "anna", .group_policy = "GP", .filter_name = "F",
		.filtered = true, .permit = true, .rule = 1}};

	box_type(&one.box, "same-security-traffic permit intra-interface\n"
			   "access-list F extended deny udp any any\n"
			   "access-list F extended permit tcp any any\n");
	one_act_run(&one, "packet-tracer input outside icmp 192.168.1.1 echo 3 192.168.1.2");
	route("gatehouse0", ROUTE_CLIENT, "192.168.1.1", "255.255.255.255");
	route("gatehouse0", ROUTE_CLIENT, "192.168.1.2", "255.255.255.255");
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	ck_assert_ptr_nonnull(strstr(text_str(&one.asked),
	    "engine: client-filter 192.168.1.1=1 3232235777 0 3232235778 0 2051\n"));
	one_act_reply(&one, ROLE_ENGINE, m);
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	ck_assert_ptr_nonnull(strstr(text_str(&one.asked),
	    "engine: client-filter 192.168.1.2=1 3232235777 0 3232235778 0 2051\n"));
	m.rec_client_filter = (struct msg_rec_client_filter){.user = "bob", .group_policy = "GP",
	    .filter_name = "AAA-user-bob", .filtered = true, .sent = true, .rule = 0};
	one_act_reply(&one, ROLE_ENGINE, m);
	one_act_end(&one, ROLE_ENGINE);
	has("Subtype: vpn-user\nResult: ALLOW\nConfig:\ngroup-policy GP attributes\n"
	    " vpn-filter value F\naccess-list F extended permit tcp any any \n"
	    "Additional Information:\nUsername: anna\n");
	has("Subtype: vpn-user\nResult: DROP\nConfig:\naccess-list AAA-user-bob\n"
	    "Additional Information:\nUsername: bob\n");
	has("Action: drop\n");
	/* An engine that does not answer. */
	traced("packet-tracer input outside tcp 192.168.1.1 1025 10.3.3.4 www");
	ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	has("ERROR: The VPN engine is not running");
}
END_TEST

START_TEST(what_is_not_there)
{
	one_act_run(&one, "packet-tracer input inside tcp 10.3.3.3 1025 8.8.8.8 www");
	one_act_end(&one, ROLE_KEEPER);
	has("Action: drop\nDrop-reason: (no-route) No route to host\n");
	ck_assert_ptr_null(strstr(one_act_said(&one), "output-interface"));
	ck_assert_uint_eq(one.done, 1);
	one_act_run(&one, "packet-tracer input inside tcp 10.3.3.3 1025 8.8.8.8 www");
	one_act_reply(&one, ROLE_KEEPER, (struct ipc_msg){.type = MSG_KEEP_REPLY,
	    .keep_reply = {.error = 5, .text = "no"}});
	has("ERROR: ");
	ck_assert_uint_eq(one.done, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_packet_tracer");
	TCase *tc = tcase_create("acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, lines_that_it_names);
	tcase_add_test(tc, filter_of_a_client);
	tcase_add_test(tc, rules_of_nat_that_it_names);
	tcase_add_test(tc, states_of_the_links);
	tcase_add_test(tc, closed_links);
	tcase_add_test(tc, groups_of_lists_that_it_names);
	tcase_add_test(tc, filters_of_both_clients);
	tcase_add_test(tc, what_is_not_there);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
