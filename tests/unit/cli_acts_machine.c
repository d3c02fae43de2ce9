/*
 * Acts that ask the keeper of the machine: what each asks, what it makes of the answer and of none;
 * `debug` and its conditions, which ask nobody.
 */
#include <check.h>
#include <errno.h>
#include <netinet/in.h>
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

/* ---- what is asked --------------------------------------------------------------------- */

START_TEST(questions_to_the_keeper)
{
	static const struct {
		const char *line, *asked;
	} row[] = {
	    {"show interface", "keeper: links =\n"},
	    {"show interface outside detail", "keeper: links =\n"},
	    {"show arp", "keeper: neighbours =\n"},
	    {"show cpu usage", "keeper: system =\n"},
	    {"show memory", "keeper: system =\n"},
	    {"show processes", "keeper: processes =\n"},
	    {"show processes cpu-usage sorted", "keeper: processes =\n"},
	    {"show asp table socket", "keeper: sockets =\n"},
	    {"show tcp listeners", "keeper: sockets =\n"},
	    {"show conn", "keeper: system =\n"},
	    {"show xlate", "keeper: connections =\n"},
	    {"show nat", "keeper: nat-hits =\n"},
	    {"show route inside", "keeper: routes =\n"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		unsigned done = one.done;

		ck_assert_str_eq(one_act_run(&one, row[i].line), row[i].asked);
		ck_assert_uint_eq(one.done, done);
		one_act_reply(&one, ROLE_KEEPER,
		    (struct ipc_msg){.type = MSG_KEEP_REPLY,
			.keep_reply = {.error = EIO, .text = "the kernel says no"}});
		ck_assert_msg(said("ERROR: the kernel says no\n"), "%s", row[i].line);
		ck_assert(one.act.refused);
		ck_assert_uint_eq(one.done, done + 1);
	}
}
END_TEST

START_TEST(what_starts_anew)
{
	static const struct {
		const char *line, *asked;
	} row[] = {
	    {"clear interface", "keeper: clear interface \n"},
	    {"clear interface outside", "keeper: clear interface GigabitEthernet0/0\n"},
	    {"clear interface g0/1", "keeper: clear interface GigabitEthernet0/1\n"},
	    {"clear arp inside", "keeper: clear arp GigabitEthernet0/1\n"},
	    {"clear arp", "keeper: clear arp \n"},
	    {"clear arp dmz", ""},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert_str_eq(one_act_run(&one, row[i].line), row[i].asked);
		if (!row[i].asked[0])
			break;
		one_act_reply(&one, ROLE_KEEPER, 
		    (struct ipc_msg){.type = MSG_KEEP_REPLY, .keep_reply = {.text = ""}});
		ck_assert_str_eq(one_act_said(&one), "");
		ck_assert(!one.act.refused);
	}
	ck_assert(said("ERROR: Interface dmz does not exist\n"));
}
END_TEST

/* ---- what is made of the answers ----------------------------------------------------------- */

static void counted(const char *device, uint64_t packets)
{
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_REC_LINK,
		.rec_link = {.device = device, .driver = "virtio_net", .in_packets = packets}});
}

START_TEST(one_interface)
{
	one_act_run(&one, "show interface inside");
	counted("eth0", 77);
	counted("eth1", 88);
	one_act_end(&one, ROLE_KEEPER);
	ck_assert(said("Interface GigabitEthernet0/1 \"inside\""));
	ck_assert(said("\t88 packets input"));
	ck_assert(!said("outside"));
	one_act_run(&one, "show interface");
	counted("eth0", 77);
	one_act_end(&one, ROLE_KEEPER);
	ck_assert(said("\t77 packets input"));
	ck_assert(said("Interface GigabitEthernet0/1 \"inside\"")); /* without its counters */
	one_act_run(&one, "show interface dmz");
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_str_eq(one_act_said(&one), "ERROR: Interface dmz does not exist\n");
}
END_TEST

START_TEST(neighbours_have_names)
{
	struct ipc_msg m = {.type = MSG_REC_NEIGHBOUR,
	    .rec_neighbour = {.device = "eth1", .mac = "02:00:00:00:00:05", .age = 7}};

	addr_parse("10.1.1.5", &m.rec_neighbour.address);
	one_act_run(&one, "show arp");
	one_act_reply(&one, ROLE_KEEPER, m);
	m.rec_neighbour.device = "eth9"; /* it has no name here */
	one_act_reply(&one, ROLE_KEEPER, m);
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_str_eq(one_act_said(&one), "\tinside 10.1.1.5 0200.0000.0005 7\n"
					     "\teth9 10.1.1.5 0200.0000.0005 7\n");
	one_act_run(&one, "show arp statistics");
	one_act_reply(&one, ROLE_KEEPER, m);
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_str_eq(one_act_said(&one), "\tNumber of ARP entries:\n\tASA : 1\n");
}
END_TEST

static void process(const char *name, uint32_t share)
{
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_REC_PROCESS,
		.rec_process = {.name = name, .cpu_5s = share}});
}

START_TEST(processes_in_order)
{
	static const char *const line[] = {"show processes cpu-usage",
	    "show processes cpu-usage sorted", "show processes cpu-usage non-zero"};

	for (int i = 0; i < 3; i++) {
		const char *a, *b;

		one_act_run(&one, line[i]);
		process("idle", 0);
		process("some", 10);
		process("most", 20);
		one_act_end(&one, ROLE_KEEPER);
		a = strstr(one_act_said(&one), "some");
		b = strstr(one_act_said(&one), "most");
		ck_assert(a && b);
		ck_assert(i == 2 || (a < b) == (i == 0));
		ck_assert(said("idle") == (i != 2));
	}
	/* In detail the memory of the machine, then that of the processes. */
	one_act_run(&one, "show memory detail");
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_REC_SYSTEM, .rec_system = {.memory = 100}});
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	process("keeper", 0);
	one_act_end(&one, ROLE_KEEPER);
	ck_assert(
	    said("Total memory:                100 bytes (100%)\n\nResident (bytes)   Process\n"
		 "               0   keeper\n"));
}
END_TEST

static void connection(const char *source, const char *back)
{
	struct ipc_msg m = {.type = MSG_REC_CONNECTION,
	    .rec_connection = {.protocol = IPPROTO_UDP, .source_port = 1, .dest_port = 53,
		.back_dest_port = 1}};

	addr_parse(source, &m.rec_connection.source);
	addr_parse("8.8.8.8", &m.rec_connection.dest);
	m.rec_connection.back_source = m.rec_connection.dest;
	m.rec_connection.back_source_port = 53;
	addr_parse(back, &m.rec_connection.back_dest);
	one_act_reply(&one, ROLE_KEEPER, m);
}

/* The interface is that behind which a route or a network leads; else any. */
START_TEST(connections_and_translations)
{
	one_act_run(&one, "show conn");
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_REC_SYSTEM,
		.rec_system = {.tracked = 2, .tracked_peak = 9}});
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	connection("10.1.1.5", "10.1.1.5");
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_str_eq(one_act_said(&one), "2 in use, 9 most used\n"
	    "UDP any  8.8.8.8:53 any  10.1.1.5:1, idle 0:00:00, bytes 0, flags -\n");
	/* Only those of a protocol, or of an address or a port at one of the ends. */
	for (int i = 0; i < 12; i++) {
		static const char *const line[] = {"show conn address 10.1.1.5",
		    "show conn protocol udp address 8.8.8.8",
		    "show conn address 10.1.1.0 netmask 255.255.255.0",
		    "show conn address 8.8.8.0-8.8.8.9 port domain address 10.1.1.5 port 1-2",
		    "show conn port 1 address 8.8.8.8", "show conn all port 53",
		    "show conn protocol tcp", "show conn address 10.1.1.6",
		    "show conn address 10.1.1.5 port 53", "show conn state up",
		    "show conn port 2-52", "show conn address 8.8.8.8 address 8.8.8.8"};

		one_act_run(&one, line[i]);
		one_act_end(&one, ROLE_KEEPER);
		box_turn();
		connection("10.1.1.5", "10.1.1.5");
		one_act_end(&one, ROLE_KEEPER);
		ck_assert_msg(said("UDP any  8.8.8.8:53") == (i < 6), "%s", line[i]);
	}
	one_act_run(&one, "show conn port 9-2");
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	one_act_end(&one, ROLE_KEEPER);
	ck_assert(said("ERROR: 9-2 is neither a port nor a range of ports"));
	ck_assert_str_eq(one_act_run(&one, "clear conn protocol tcp address 10.1.1.5 port ssh"),
	    "keeper: clear conn 6 a010105-a010105/22-22 0-ffffffff/0-65535\n");
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_KEEP_REPLY, .keep_reply = {.text = "3"}});
	ck_assert_str_eq(one_act_said(&one), "3 connection(s) deleted.\n");
	one_act_run(&one, "show conn count");
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_REC_SYSTEM, .rec_system = {.tracked = 1}});
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_str_eq(one_act_said(&one), "1 in use, 0 most used\n");
	for (int i = 0; i < 2; i++) {
		one_act_run(&one, i ? "show xlate count" : "show xlate");
		connection("10.1.1.5", "10.1.1.5");
		if (!i)
			connection("10.1.1.5", "172.16.1.2");
		one_act_end(&one, ROLE_KEEPER);
		/* 7 stand as long as their rules do */
		ck_assert(said(i ? "7 in use, 8 most used\n" : "8 in use, 8 most used\nFlags: "));
		ck_assert(said("UDP PAT from any:10.1.1.5/1 to any:172.16.1.2/1 flags ri") == !i);
	}
}
END_TEST

START_TEST(routes_of_one_place)
{
	static const char *const line[] = {"show route", "show route inside", "show route 10.2.3.4",
	    "show route outside 10.2.3.4", "show route static", "show route connected",
	    "show route 10.2.0.0 255.255.0.0", "show route 10.0.0.0 255.0.0.0",
	    "show route inside static", "show route 10.1.2.0 255.255.255.0"};
	static const bool near[] = {1, 1, 0, 0, 1, 0, 0, 1, 1, 0},
			  far[] = {1, 0, 1, 1, 1, 0, 1, 1, 0, 0};

	for (int i = 0; i < 10; i++) {
		struct ipc_msg m = {.type = MSG_REC_ROUTE,
		    .rec_route = {.device = "eth1", .kind = ROUTE_STATIC}};

		addr_parse("10.1.0.0", &m.rec_route.dest);
		addr_parse("255.255.0.0", &m.rec_route.mask);
		one_act_run(&one, line[i]);
		one_act_reply(&one, ROLE_KEEPER, m);
		m.rec_route.device = "eth0";
		addr_parse("10.2.0.0", &m.rec_route.dest);
		one_act_reply(&one, ROLE_KEEPER, m);
		one_act_end(&one, ROLE_KEEPER);
		ck_assert_msg(said("10.1.0.0 255.255.0.0") == near[i], "%s", line[i]);
		ck_assert_msg(said("10.2.0.0 255.255.0.0") == far[i], "%s", line[i]);
		ck_assert_msg(said("Routing entry for 10.2.0.0 255.255.0.0\n") ==
				  (i == 2 || i == 3),
		    "%s", line[i]);
	}
}
END_TEST

START_TEST(addresses_of_one_interface)
{
	one_act_run(&one, "show interface inside ip brief");
	ck_assert(said("GigabitEthernet0/1 "));
	ck_assert(!said("GigabitEthernet0/0 "));
	one_act_run(&one, "show ip address g0/0");
	ck_assert(said("System IP Addresses:\n"));
	one_act_run(&one, "show ip address dmz");
	ck_assert_str_eq(one_act_said(&one), "ERROR: Interface dmz does not exist\n");
}
END_TEST

static unsigned count_of(const char *words)
{
	unsigned n = 0;

	for (const char *s = one_act_said(&one); (s = strstr(s, words)); s++)
		n++;
	return n;
}

/* All of them, one after the other; what one of them is not told is said, and the next begins. */
START_TEST(technical_support)
{
	static const char *const of_clients[] = {"show crypto ipsec stats",
	    "show crypto protocol statistics all", "show crypto accelerator statistics",
	    "show crypto client-profiles", "show vpn doctor", "show vpn failures detail",
	    "show vpn-sessiondb history"};
	const char *asked = one_act_run(&one,
	    _i ? "show tech-support no-config" : "show tech-support");
	unsigned done = one.done, questions = 0;

	while (one.done == done && *asked) {
		char role[16];
		struct ipc_msg no = {
		    .type = MSG_KEEP_REPLY, .keep_reply = {.error = EIO, .text = "no"}};
		enum role of;

		ck_assert_uint_lt(questions++, 40);
		ck_assert_int_eq(sscanf(asked, "%15[a-z]", role), 1);
		of = !strcmp(role, "engine") ? ROLE_ENGINE
		    : !strcmp(role, "aaa")   ? ROLE_AAA
					     : ROLE_KEEPER;
		text_clear(&one.asked);
		if (of == ROLE_KEEPER && questions == 1)
			one_act_reply(&one, of, no);
		else
			one_act_end(&one, of);
		box_turn();
		asked = text_str(&one.asked);
	}
	ck_assert_uint_eq(one.done, done + 1);
	ck_assert(!one.act.refused);
	ck_assert_uint_gt(questions, 10);
	ck_assert(said("\n------------------ show version ------------------\n\n\nGatehouse "));
	ck_assert(said("\n------------------ show cpu usage ------------------\n\nERROR: no\n"));
	for (size_t i = 0; i < sizeof of_clients / sizeof *of_clients; i++) {
		char title[80];

		snprintf(title, sizeof title, "\n------------------ %s ------------------\n\n",
		    of_clients[i]);
		ck_assert_msg(said(title), "%s", of_clients[i]);
	}
	ck_assert(said("\n------------------ show running-config all ------------------\n\n") ==
	    (_i == 0));
}
END_TEST

/* Records of the history and of the doctor, who make their own, stand beside what other roles have
 * told before them. */
START_TEST(technical_support_has_the_records_of_all)
{
	struct ipc_msg counter = {
	    .type = MSG_REC_COUNTER, .rec_counter = {.name = "N", .section = ""}};
	const struct db_past gone = {.ended = true,
	    .key = "k",
	    .user = "gone",
	    .assigned = "192.168.1.1",
	    .public = "10.1.1.2",
	    .client = "",
	    .protocol = "",
	    .tunnel_group = "",
	    .group_policy = "",
	    .reason = "",
	    .why = ""};
	unsigned done, questions = 0, told = 0;
	const char *asked;

	ck_assert(db_past_put(one.box.m->running.db, &gone));
	asked = one_act_run(&one, "show tech-support no-config");
	one.act.as_records = true; /* nobody has answered yet */
	done = one.done;
	while (one.done == done && *asked) {
		const enum role of = strncmp(asked, "engine", 6) == 0 ? ROLE_ENGINE
				     : strncmp(asked, "aaa", 3) == 0  ? ROLE_AAA
								      : ROLE_KEEPER;

		ck_assert_uint_lt(questions++, 40);
		if (of == ROLE_ENGINE && strstr(asked, "stats")) {
			counter.rec_counter.value = ++told;
			one_act_reply(&one, ROLE_ENGINE, counter);
		}
		text_clear(&one.asked);
		one_act_end(&one, of);
		box_turn();
		asked = text_str(&one.asked);
	}
	ck_assert_uint_gt(told, 1);
	ck_assert_uint_eq(count_of("\"record\": \"counter\", \"name\": \"N\""), told);
	ck_assert_uint_gt(count_of("\"check\": "), 0);
	ck_assert_uint_eq(count_of("\"user\": \"gone\""), 1);
}
END_TEST

/* ---- debug ------------------------------------------------------------------------------------
 */

START_TEST(classes_and_their_parts)
{
	static const struct {
		const char *line, *shown;
	} row[] = {
	    {"debug crypto ikev1", "debug crypto ikev1 enabled at level 1\n"},
	    {"debug crypto isakmp 127", "debug crypto ikev1 enabled at level 127\n"},
	    {"no debug crypto ikev1", ""},
	    {"debug ppp packet", "debug ppp packet enabled at level 127\n"},
	    {"debug ppp", "debug ppp enabled at level 1\n"},
	    {"undebug ppp authentication", "debug ppp negotiation enabled at level 1\n"
					   "debug ppp packet enabled at level 1\n"},
	    {"debug l2tp 5", "debug l2tp enabled at level 5\n"
			     "debug ppp negotiation enabled at level 1\n"
			     "debug ppp packet enabled at level 1\n"},
	    {"no debug ppp 1", "debug l2tp enabled at level 5\n"},
	    {"debug aaa common 9", "debug l2tp enabled at level 5\n"
				   "debug aaa common enabled at level 9\n"},
	    {"undebug all", ""},
	    {"debug all 3", "debug crypto ikev1 enabled at level 3\n"
			    "debug crypto ipsec enabled at level 3\n"
			    "debug l2tp enabled at level 3\ndebug ppp enabled at level 3\n"
			    "debug aaa enabled at level 3\ndebug radius enabled at level 3\n"
			    "debug tacacs enabled at level 3\ndebug ldap enabled at level 3\n"
			    "debug kerberos enabled at level 3\n"
			    "debug ntdomain enabled at level 3\ndebug sdi enabled at level 3\n"
			    "debug ssh enabled at level 3\n"},
	    {"no debug all", ""},
	};

	debug_listen(&one.box.m->debug, &one.session.debug);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		one_act_run(&one, row[i].line);
		ck_assert_str_eq(one_act_said(&one), "");
		one_act_run(&one, "show debug");
		ck_assert_msg(!strcmp(one_act_said(&one), row[i].shown), "%s:\n%s", row[i].line,
		    one_act_said(&one));
	}
	debug_unlisten(&one.box.m->debug, &one.session.debug);
}
END_TEST

START_TEST(conditions)
{
	static const char *const line[] = {"debug crypto condition peer 10.1.2.3",
	    "debug crypto condition peer 10.2.3.4 subnet 255.255.0.0",
	    "debug crypto condition peer 10.3.3.3 255.255.255.0", "debug crypto condition user ann",
	    "debug crypto condition group G", "debug crypto condition unmatched"};

	debug_listen(&one.box.m->debug, &one.session.debug);
	one_act_run(&one, "show crypto debug-condition");
	ck_assert_str_eq(one_act_said(&one), "Crypto conditional debug is turned OFF\n"
					     "IKE debug context unmatched flag:  OFF\n");
	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		one_act_run(&one, line[i]);
		ck_assert_str_eq(one_act_said(&one), "");
	}
	one_act_run(&one, "show crypto debug-condition");
	ck_assert_str_eq(one_act_said(&one), "Crypto conditional debug is turned ON\n"
					     "IKE debug context unmatched flag:  ON\n"
					     "\nIKE peer IP address filters:\n"
					     "10.1.2.3/32    10.2.0.0/16    10.3.3.0/24\n"
					     "\nIKE user name filters:\nann\n"
					     "\nIKE group filters:\nG\n");
	one_act_run(&one, "show crypto debug-condition user");
	ck_assert_str_eq(one_act_said(&one), "\nIKE user name filters:\nann\n");
	one_act_run(&one, "no debug crypto condition peer 10.2.9.9 255.255.0.0");
	one_act_run(&one, "no debug crypto condition unmatched");
	one_act_run(&one, "no debug crypto condition user bob");
	ck_assert_str_eq(one_act_said(&one), "ERROR: there is no such condition\n");
	one_act_run(&one, "show crypto debug-condition");
	ck_assert(said("flag:  OFF\n\nIKE peer IP address filters:\n10.1.2.3/32    10.3.3.0/24\n"));
	one_act_run(&one, "debug crypto condition reset");
	one_act_run(&one, "show crypto debug-condition");
	ck_assert(said("turned OFF"));
	for (int i = 0; i <= TRACE_FILTER_MAX; i++) {
		char user[64];

		snprintf(user, sizeof user, "debug crypto condition user u%d", i);
		one_act_run(&one, user);
		ck_assert_str_eq(one_act_said(&one), i < TRACE_FILTER_MAX ? ""
		    : "ERROR: at most 16 conditions of each kind\n");
	}
	debug_unlisten(&one.box.m->debug, &one.session.debug);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_machine");
	TCase *tc = tcase_create("cli_acts_machine");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, questions_to_the_keeper);
	tcase_add_test(tc, what_starts_anew);
	tcase_add_test(tc, one_interface);
	tcase_add_test(tc, neighbours_have_names);
	tcase_add_test(tc, processes_in_order);
	tcase_add_test(tc, connections_and_translations);
	tcase_add_test(tc, routes_of_one_place);
	tcase_add_test(tc, addresses_of_one_interface);
	tcase_add_loop_test(tc, technical_support, 0, 2);
	tcase_add_test(tc, technical_support_has_the_records_of_all);
	tcase_add_test(tc, classes_and_their_parts);
	tcase_add_test(tc, conditions);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
