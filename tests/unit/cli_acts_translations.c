/*
 * show xlate, clear xlate and show nat detail of every kind of rule: what stands, which connections
 * are translations, what a line asks for.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_act.h"

static struct one_act one;

static const char rules[] = "clear configure nat\n"
			    "object network IN\n no nat (inside,outside) dynamic interface\n"
			    "object network H\n no nat (inside,outside) static 172.16.1.9\n"
			    "interface g0/0\n ip address 172.16.1.2 255.255.0.0\n"
			    "interface g0/1\n ip address 10.3.0.1 255.255.255.0\n"
			    "route inside 10.0.0.0 255.0.0.0 10.3.0.9\n"
			    "route inside 10.7.0.0 255.255.0.0 10.3.0.10\n"
			    "route outside 0.0.0.0 0.0.0.0 172.16.0.1\n"
			    "object network POOL\n range 172.16.2.1 172.16.2.9\n"
			    "object network LAN\n subnet 10.20.0.0 255.255.0.0\n"
			    " nat (inside,outside) dynamic POOL\n"
			    "object network BEHIND\n subnet 10.30.0.0 255.255.0.0\n"
			    " nat (inside,outside) dynamic interface\n"
			    "object network SPAN\n range 10.40.0.8 10.40.0.15\n"
			    " nat (inside,outside) static 172.16.4.8 dns\n"
			    "object network WEB\n host 10.3.3.4\n"
			    " nat (inside,outside) static 172.16.1.10 service tcp www 8080\n"
			    "object network ODD\n range 10.50.0.3 10.50.0.5\n"
			    "object network FAR1\n host 8.8.8.8\n"
			    "object network FAR2\n host 172.16.5.5\n"
			    "object service S80\n service tcp source eq www\n"
			    "object service S81\n service tcp source range 81 81\n"
			    "object service D53\n service udp destination eq domain\n"
			    "object service D54\n service udp destination eq 54\n"
			    "nat (inside,outside) source static H H service S80 S81\n"
			    "nat (inside,outside) source dynamic ODD POOL destination static FAR2 "
			    "FAR1 service D53 D54 description to the resolver\n";

static void setup(void)
{
	struct ipc_msg link = {.type = MSG_LINK_STATE, .fd = -1,
	    .link_state = {.device = "eth0", .hardware = "GigabitEthernet0/0", .mac = "",
		.ifindex = 1, .up = 1, .carrier = 1}};

	one_act_setup(&one);
	link.link_state.addresses = (struct strlist){1, {"172.16.1.2/16"}};
	ipc_send(one.box.keeper, &link);
	box_turn();
	box_type(&one.box, rules);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

static void has(const char *text)
{
	ck_assert_msg(
	    strstr(one_act_said(&one), text) != NULL, "%s in\n%s", text, one_act_said(&one));
}

static void has_not(const char *text)
{
	ck_assert_msg(
	    strstr(one_act_said(&one), text) == NULL, "%s in\n%s", text, one_act_said(&one));
}

static void connection(uint8_t protocol, const char *source, const char *as, uint16_t port)
{
	struct ipc_msg m = {.type = MSG_REC_CONNECTION,
	    .rec_connection = {.protocol = protocol, .source_port = port, .dest_port = 53,
		.back_source_port = 53, .back_dest_port = (uint16_t)(port + 1), .idle = 3725,
		.timeout = 59}};

	ck_assert(addr_parse(source, &m.rec_connection.source));
	ck_assert(addr_parse("8.8.8.8", &m.rec_connection.dest));
	ck_assert(addr_parse("8.8.8.8", &m.rec_connection.back_source));
	ck_assert(addr_parse(as, &m.rec_connection.back_dest));
	one_act_reply(&one, ROLE_KEEPER, m);
}

/* What the line says of these connections. */
static void shown(const char *line)
{
	ck_assert_str_eq(one_act_run(&one, line), "keeper: connections =\n");
	connection(IPPROTO_TCP, "10.20.0.5", "172.16.2.1", 1000);
	connection(IPPROTO_UDP, "10.20.0.5", "172.16.2.1", 1001); /* the host's, once more */
	connection(IPPROTO_UDP, "10.20.0.6", "172.16.2.2", 1001);
	connection(IPPROTO_TCP, "10.30.0.7", "172.16.1.2", 2000);
	connection(IPPROTO_ICMP, "10.30.0.8", "172.16.1.2", 2100);
	connection(IPPROTO_TCP, "10.40.0.9", "172.16.4.9", 3000); /* a static rule's */
	connection(IPPROTO_TCP, "10.7.0.1", "172.16.9.9", 4000);  /* of a rule that has gone */
	connection(IPPROTO_TCP, "10.7.0.2", "10.7.0.2", 5000);	  /* not translated */
	one_act_end(&one, ROLE_KEEPER);
}

START_TEST(connections_of_each_kind_of_rule)
{
	shown("show xlate");
	has("NAT from inside:10.20.0.5 to outside:172.16.2.1 flags i idle 1:02:05 timeout "
	    "0:00:59\n");
	has("NAT from inside:10.20.0.6 to outside:172.16.2.2 flags i idle");
	has("TCP PAT from inside:10.30.0.7/2000 to outside:172.16.1.2/2001 flags ri idle");
	/* Of ICMP the identifier stands in the source's place of the answer. */
	has("ICMP PAT from inside:10.30.0.8/2100 to outside:172.16.1.2/53 flags ri idle");
	has("TCP PAT from inside:10.7.0.1/4000 to outside:172.16.9.9/4001 flags ri idle");
	has_not("10.40.0.9");
	has_not("10.7.0.2");
	/* Standing: of SPAN, WEB, H with its service, and the destination of the twice rule. */
	has("NAT from inside:10.40.0.8/29 to outside:172.16.4.8/29\n    flags Ds idle 0:00:00 "
	    "timeout 0:00:00\n");
	has("TCP PAT from inside:10.3.3.4 80-80 to outside:172.16.1.10 8080-8080\n    flags sr ");
	has("TCP PAT from inside:10.3.3.3 80-80 to outside:10.3.3.3 81-81\n    flags srI ");
	has("UDP PAT from outside:8.8.8.8 54-54 to inside:172.16.5.5 53-53\n    flags srT ");
	has("9 in use, 9 most used\n");
}
END_TEST

static unsigned times(const char *text)
{
	unsigned n = 0;

	for (const char *s = one_act_said(&one); (s = strstr(s, text)); s++)
		n++;
	return n;
}

/* A line of several ranges says each of them once, whatever it is combined with. */
START_TEST(ranges_that_a_line_repeats)
{
	box_type(&one.box,
	    "object-group network FARS\n network-object host 9.1.1.1\n"
	    " network-object host 9.1.1.9\n"
	    "object-group network NEARS\n network-object host 10.60.0.1\n"
	    " network-object host 10.60.0.9\n"
	    "nat (inside,outside) source static NEARS NEARS destination static FARS FARS\n");
	box_type(&one.box, "object network SSH\n host 10.3.3.11\n"
			   " nat (inside,outside) static interface service tcp ssh 2222\n");
	one_act_run(&one, "show xlate");
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_uint_eq(times("NAT from inside:10.60.0.1 to outside:10.60.0.1\n"), 1);
	ck_assert_uint_eq(times("NAT from inside:10.60.0.9 to outside:10.60.0.9\n"), 1);
	ck_assert_uint_eq(times("NAT from outside:9.1.1.1 to inside:9.1.1.1\n"), 1);
	ck_assert_uint_eq(times("NAT from outside:9.1.1.9 to inside:9.1.1.9\n"), 1);
	has("TCP PAT from inside:10.3.3.11 22-22 to outside:172.16.1.2 2222-2222\n");
}
END_TEST

START_TEST(translations_that_a_line_means)
{
	static const struct {
		const char *line;
		unsigned n;
		const char *one; /* of them */
	} row[] = {
	    {"show xlate local 10.20.0.5-10.20.0.9", 2, "10.20.0.6"},
	    {"show xlate local 10.20.0.6", 1, "10.20.0.6"},
	    {"show xlate local 10.20.0.77 netmask 255.255.0.0", 2, "10.20.0.5"},
	    {"show xlate local 10.40.0.15", 1, "10.40.0.8/29"},
	    {"show xlate local 10.40.0.16", 0, ""},
	    {"show xlate global 172.16.2.0 netmask 255.255.255.0", 2, "10.20.0.5"},
	    {"show xlate global 172.16.2.2-172.16.2.2", 1, "10.20.0.6"},
	    /* Those without ports have each of them. */
	    {"show xlate lport 2000", 4, "10.30.0.7"},
	    {"show xlate local 10.30.0.7 lport 1999", 0, ""},
	    {"show xlate local 10.30.0.7 lport 2001", 0, ""},
	    {"show xlate gport 2001", 4, "10.30.0.7"},
	    {"show xlate global 172.16.1.2 gport 2000", 0, ""},
	    {"show xlate global 172.16.1.2 gport 2002", 0, ""},
	    {"show xlate interface outside", 9, "10.20.0.5"},
	};
	char head[40];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		shown(row[i].line);
		snprintf(head, sizeof head, "%u in use, ", row[i].n);
		ck_assert_msg(!strncmp(one_act_said(&one), head, strlen(head)), "%s: %s",
		    row[i].line, one_act_said(&one));
		has(row[i].one);
	}
}
END_TEST

START_TEST(translations_that_are_cleared)
{
	static const char *const row[][2] = {
	    {"clear xlate", "0-ffffffff/0-65535 0-ffffffff/0-65535"},
	    {"clear xlate local 10.1.1.7 netmask 255.255.255.0 lport 53",
		"a010100-a0101ff/53-53 0-ffffffff/0-65535"},
	    {"clear xlate global 10.1.1.7-10.1.1.9 gport 54",
		"0-ffffffff/0-65535 a010107-a010109/54-54"},
	};
	char text[200];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "keeper: clear conn 0 %s\n", row[i][1]);
		ck_assert_str_eq(one_act_run(&one, row[i][0]), text);
		one_act_reply(&one, ROLE_KEEPER,
		    (struct ipc_msg){.type = MSG_KEEP_REPLY, .keep_reply = {.text = "3"}});
		ck_assert_str_eq(one_act_said(&one), "");
		ck_assert_uint_eq(one.done, i + 1);
	}
	one_act_run(&one, "clear xlate");
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_KEEP_REPLY, .keep_reply = {.error = 1, .text = "no"}});
	has("ERROR: ");
	ck_assert_uint_eq(one.done, 4);
}
END_TEST

START_TEST(rules_in_detail)
{
	one_act_run(&one, "show nat detail");
	one_act_end(&one, ROLE_KEEPER);
	has("1 (inside) to (outside) source static H H  service S80 S81\n"
	    "    translate_hits = 0, untranslate_hits = 0\n"
	    "    Source - Origin: 10.3.3.3/32, Translated: 10.3.3.3/32\n"
	    "    Service - Origin: tcp source eq www, Translated: tcp source range 81 81\n");
	has("2 (inside) to (outside) source dynamic ODD POOL   destination static FAR2 FAR1 "
	    "service D53 D54 description to the resolver\n"
	    "    translate_hits = 0, untranslate_hits = 0\n"
	    "    Source - Origin: 10.50.0.3-10.50.0.5, Translated: 172.16.2.1-172.16.2.9\n"
	    "    Destination - Origin: 172.16.5.5/32, Translated: 8.8.8.8/32\n"
	    "    Service - Origin: udp destination eq domain, Translated: udp destination eq "
	    "54\n");
	has("source static WEB 172.16.1.10  service tcp www 8080\n"
	    "    translate_hits = 0, untranslate_hits = 0\n"
	    "    Source - Origin: 10.3.3.4/32, Translated: 172.16.1.10/32\n"
	    "    Service - Protocol: tcp Real: www Mapped: 8080\n");
	has("source static SPAN 172.16.4.8  dns\n"
	    "    translate_hits = 0, untranslate_hits = 0\n"
	    "    Source - Origin: 10.40.0.8/29, Translated: 172.16.4.8/29\n");
	has("    Source - Origin: 10.30.0.0/16, Translated: 172.16.1.2/16\n");
	one_act_run(&one, "clear nat counters");
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_KEEP_REPLY, .keep_reply = {.text = ""}});
	ck_assert_str_eq(one_act_said(&one), "");
	ck_assert_uint_eq(one.done, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_translations");
	TCase *tc = tcase_create("acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, connections_of_each_kind_of_rule);
	tcase_add_test(tc, ranges_that_a_line_repeats);
	tcase_add_test(tc, translations_that_a_line_means);
	tcase_add_test(tc, translations_that_are_cleared);
	tcase_add_test(tc, rules_in_detail);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
