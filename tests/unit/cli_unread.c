/*
 * Acts on a database of which something cannot be read: whatever it is, the act says so, and never
 * tells less as if there were no more.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_act.h"
#include "tests/support/unread.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
	box_type(&one.box, "crypto map M interface outside\n"
			   "object-group network G\n network-object object H\n"
			   "time-range T\n periodic daily 8:00 to 9:00\n"
			   "access-list IN extended permit tcp any object-group G time-range T\n"
			   "access-list IN extended permit ip object-group G any\n"
			   "access-group IN in interface inside\n"
			   "aaa-server R protocol radius\naaa-server R (inside) host 10.3.3.3\n"
			   "ip local pool P 10.1.1.1-10.1.1.9\nntp server 10.3.3.3\n"
			   "tftp-server inside 10.3.3.3 file\nssh 10.0.0.0 255.0.0.0 inside\n");
}

static void teardown(void)
{
	one_act_teardown(&one);
}

static void route(const char *device, uint8_t kind, const char *dest, const char *mask)
{
	struct ipc_msg m = {.type = MSG_REC_ROUTE, .rec_route = {.device = device, .kind = kind}};

	addr_parse(dest, &m.rec_route.dest);
	addr_parse(mask, &m.rec_route.mask);
	one_act_reply(&one, ROLE_KEEPER, m);
}

/* The roles know of a few routes, and of nothing else. */
static void answer_roles(void)
{
	for (int i = 0; i < 4 && !one.done && one.asked.len; i++) {
		bool keeper = strncmp(text_str(&one.asked), "keeper", 6) == 0;

		if (strstr(text_str(&one.asked), "keeper: routes")) {
			route("eth0", ROUTE_STATIC, "0.0.0.0", "0.0.0.0");
			route("eth1", ROUTE_CONNECTED, "10.0.0.0", "255.0.0.0");
			route("gatehouse0", ROUTE_CLIENT, "192.168.1.1", "255.255.255.255");
		}
		text_clear(&one.asked);
		one_act_end(&one, keeper ? ROLE_KEEPER : ROLE_ENGINE);
		box_turn();
	}
}

static void run(const char *line)
{
	one.done = 0;
	one_act_run(&one, line);
	answer_roles();
}

/* clang-format off */
static const char *const acts[] = {
	"show nat", "show nat detail", "show xlate", "show access-list", "show time-range",
	"show object", "show object-group", "show object-group count", "show aaa kerberos keytab",
	"show route", "show ssh", "show ntp associations", "show interface", "show nameif",
	"show ip address", "show crypto ipsec df-bit outside", "show ip local pool P",
	"show aaa-server R", "show running-config", "show running-config nat",
	"show configuration history", "show checksum", "show conn",
	"packet-tracer input inside tcp 10.3.3.3 1025 8.8.8.8 www detailed",
};
/* clang-format on */

START_TEST(nothing_is_left_out_silently)
{
	struct db *db = one.box.m->running.db;
	unsigned n;

	for (n = 1; n < 2000; n += n < 40 ? 1 : 17) { /* many read one table after the other */
		unread_nth(db, n);
		run(acts[_i]);
		if (!unread_was())
			break;
		ck_assert_msg(strstr(one_act_said(&one), "interrupted") && one.act.refused,
		    "%s, statement %u:\n%s", acts[_i], n, one_act_said(&one));
		act_forget(&one.act);
	}
	unread_nth(db, 0);
	ck_assert_msg(n > 1, "%s reads nothing:\n%s", acts[_i], one_act_said(&one));
	ck_assert_ptr_null(strstr(one_act_said(&one), "interrupted"));
}
END_TEST

/* Another session reads, in vain. */
static void another_reads(void)
{
	struct db *db = one.box.m->running.db;
	char text[8];

	unread_table(db, "aaa");
	ck_assert(!db_get(db, "aaa", "exec", NULL, 0, text, sizeof text));
	unread_table(db, NULL);
}

/* What another act could not read is not told by this one, nor while this one waits. */
START_TEST(only_what_it_has_read_itself)
{
	another_reads();
	run("show ssh");
	ck_assert(!one.act.refused);
	one.done = 0;
	one_act_run(&one, "show route");
	ck_assert_uint_gt(one.asked.len, 0);
	another_reads();
	answer_roles();
	ck_assert_int_eq(one.done, 1);
	ck_assert_msg(!one.act.refused, "%s", one_act_said(&one));
	one_act_run(&one, "reload");
	another_reads();
	one_act_person(&one, "n");
	another_reads();
	one_act_person(&one, "n");
	ck_assert_msg(!one.act.refused, "%s", one_act_said(&one));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_unread");
	TCase *tc = tcase_create("acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, nothing_is_left_out_silently, 0, sizeof acts / sizeof *acts);
	tcase_add_test(tc, only_what_it_has_read_itself);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
