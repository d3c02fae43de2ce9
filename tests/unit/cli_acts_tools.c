/* ping and traceroute as acts: what the keeper is asked for a line, and what comes of its answer.
 */
#include <check.h>
#include <string.h>

#include "tests/support/one_act.h"
#include "tests/support/unread.h"

static struct one_act one;
static struct msg_keep_ping ping;
static struct msg_keep_traceroute trace;
static char host[300];
static unsigned asked;

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)arg;
	(void)ch;
	if (m->type == MSG_KEEP_PING) {
		ping = m->keep_ping;
		snprintf(host, sizeof host, "%s", m->keep_ping.host);
	} else if (m->type == MSG_KEEP_TRACEROUTE) {
		trace = m->keep_traceroute;
		snprintf(host, sizeof host, "%s", m->keep_traceroute.host);
	} else {
		return;
	}
	one.id = *ipc_id(m);
	asked++;
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

static void setup(void)
{
	struct msg_link_state inside = {.device = "eth1",
	    .hardware = "GigabitEthernet0/1",
	    .ifindex = 5,
	    .up = 1,
	    .mac = "02:00:00:00:00:01",
	    .last = ""};

	one_act_setup(&one);
	ck_assert(addr_parse("10.7.7.1", &inside.address));
	inside.mask = prefix_mask(24);
	links_note(&one.box.m->links, &inside);
	ipc_channel_listen(one.box.keeper, on_message, on_close, NULL);
	asked = 0;
	memset(&ping, 0, sizeof ping);
	memset(&trace, 0, sizeof trace);
}

static void teardown(void)
{
	act_forget(&one.act);
	one_act_teardown(&one);
}

/* The line asks once; then it is broken off. */
static void run(const char *line)
{
	asked = 0;
	one_act_run(&one, line);
	ck_assert_msg(asked == 1, "%s", line);
	act_forget(&one.act);
	box_turn();
}

START_TEST(what_a_ping_asks_for)
{
	char text[ADDR_TEXT_MAX];

	run("ping 10.1.1.1");
	ck_assert_str_eq(host, "10.1.1.1");
	ck_assert(ping.repeat == 5 && ping.size == 100 && ping.timeout == 2 && !ping.validate);
	ck_assert_uint_eq(ping.pattern, 0xabcd);
	ck_assert_uint_eq(ping.source.family, 0);
	run("ping inside gw.example timeout 7 validate data 1f size 64 repeat 9");
	ck_assert_str_eq(host, "gw.example");
	ck_assert(ping.repeat == 9 && ping.size == 64 && ping.timeout == 7 && ping.validate == 1);
	ck_assert_uint_eq(ping.pattern, 0x1f);
	ck_assert_str_eq(addr_text(&ping.source, text), "10.7.7.1");
}
END_TEST

START_TEST(what_a_traceroute_asks_for)
{
	char text[ADDR_TEXT_MAX];

	run("traceroute 10.1.1.1");
	ck_assert(trace.timeout == 3 && trace.probes == 3 && trace.first == 1 && trace.last == 30);
	ck_assert(trace.port == 33434 && !trace.numeric && !trace.icmp && !trace.source.family);
	run("traceroute 10.1.1.1 use-icmp source inside ttl 2 9 numeric probe 1 port 5 timeout 4");
	ck_assert(trace.timeout == 4 && trace.probes == 1 && trace.first == 2 && trace.last == 9);
	ck_assert(trace.port == 5 && trace.numeric && trace.icmp);
	ck_assert_str_eq(addr_text(&trace.source, text), "10.7.7.1");
	run("traceroute 10.1.1.1 source 10.9.9.9");
	ck_assert_str_eq(addr_text(&trace.source, text), "10.9.9.9");
}
END_TEST

START_TEST(what_is_not_asked_for)
{
	one_act_run(&one, "ping outside 10.1.1.1");
	ck_assert_str_eq(
	    one_act_said(&one), "ERROR: There is no interface outside with an IP address\n");
	one_act_run(&one, "traceroute 10.1.1.1 source nowhere");
	ck_assert_str_eq(
	    one_act_said(&one), "ERROR: There is no interface nowhere with an IP address\n");
	one_act_run(&one, "traceroute 10.1.1.1 ttl 9 2");
	ck_assert_str_eq(
	    one_act_said(&one), "ERROR: The minimum TTL is greater than the maximum TTL\n");
	one_act_run(&one, "ping 10.1.1.1 data 12g");
	ck_assert_str_eq(one_act_said(&one), "ERROR: 12g is no pattern of 0 - FFFF\n");
	ck_assert_uint_eq(asked, 0);
	ck_assert_uint_eq(one.done, 4);
	ck_assert(one.act.refused);
}
END_TEST

START_TEST(what_comes_from_elsewhere)
{
	static const char text[] = "a\033[31mb\r\nc\td\xc3\xa4\xff\x07";

	one_act_run(&one, "traceroute 10.1.1.1 ttl 9 2");
	text_clear(&one.act.out);
	act_say_foreign(&one.act, text, sizeof text - 1);
	ck_assert_str_eq(one_act_said(&one), "a?[31mb\nc\td\xc3\xa4??");
	text_clear(&one.act.out);
	act_say_foreign(&one.act, "", 0);
	ck_assert_str_eq(one_act_said(&one), "");
}
END_TEST

START_TEST(the_keeper_refuses)
{
	char text[8];

	one_act_run(&one, "ping 10.1.1.1");
	ck_assert_uint_eq(one.done, 0);
	unread_table(one.box.m->running.db, "aaa"); /* another session reads meanwhile */
	ck_assert(!db_get(one.box.m->running.db, "aaa", "exec", NULL, 0, text, sizeof text));
	unread_table(one.box.m->running.db, NULL);
	one_act_reply(&one, ROLE_KEEPER,
	    (struct ipc_msg){.type = MSG_KEEP_REPLY,
		.keep_reply = {.error = 2, .text = "No such file or directory"}});
	ck_assert_str_eq(one_act_said(&one), "ERROR: No such file or directory\n");
	ck_assert_uint_eq(one.done, 1);
	ck_assert(one.act.refused);
	ck_assert_ptr_null(one.act.child);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_tools");
	TCase *t = tcase_create("cli_acts_tools");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, what_a_ping_asks_for);
	tcase_add_test(t, what_a_traceroute_asks_for);
	tcase_add_test(t, what_is_not_asked_for);
	tcase_add_test(t, what_comes_from_elsewhere);
	tcase_add_test(t, the_keeper_refuses);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
