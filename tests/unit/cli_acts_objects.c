/*
 * Acts on objects, groups, time ranges and the counters of access lists: which of them a line is
 * about, what is shown of them, and what stands where there are none.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_act.h"

static struct one_act one;

static const char some[] = "clear configure nat\n"
			   "clear configure object\n"
			   "object network A\n host 10.1.1.1\n description the first\n"
			   "object network W\n fqdn v4 www.example.com\n"
			   "object network V\n fqdn none.example.com\n"
			   "object network SIX\n fqdn v6 six.example.com\n"
			   "object service S\n service tcp destination eq www\n"
			   "object-group network G\n"
			   " network-object object A\n network-object 10.2.0.0 255.255.0.0\n"
			   "object-group service T tcp\n port-object eq www\n port-object eq ssh\n"
			   "object-group protocol P\n protocol-object udp\n"
			   "object-group icmp-type I\n icmp-object echo\n"
			   "time-range LONG\n absolute end 10:00 1 January 1999\n"
			   "time-range NOW\n periodic daily 0:00 to 23:59\n"
			   "time-range UNUSED\n periodic daily 0:00 to 23:59\n"
			   "access-list L extended permit ip any any time-range NOW\n"
			   "group-policy GP internal\n"
			   "group-policy GP attributes\n vpn-access-hours value LONG\n";

static void setup(void)
{
	one_act_setup(&one);
	box_type(&one.box, some);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

/* What the line prints, which asks no role. */
static const char *said(const char *line)
{
	unsigned done = one.done;

	ck_assert_str_eq(one_act_run(&one, line), "");
	ck_assert_uint_eq(one.done, done + 1);
	return one_act_said(&one);
}

#define OBJECT_A "object network A\n host 10.1.1.1\n description the first\n"
#define OBJECT_S "object service S\n service tcp destination eq www\n"

START_TEST(objects_shown)
{
	static const uint32_t addresses[] = {0x0a0a0a14, 0x0a0a0a15};

	fqdns_answer(&one.box.m->running.delivery.meant.names.fqdns, "www.example.com", addresses,
	    2, 300, 0);
	ck_assert_str_eq(said("show object id A"), OBJECT_A);
	ck_assert_str_eq(said("show object service"), OBJECT_S);
	ck_assert_str_eq(said("show object id W"),
	    "object network W\n fqdn v4 www.example.com (resolved: 10.10.10.20, 10.10.10.21)\n");
	ck_assert_str_eq(said("show object network"),
	    OBJECT_A "object network W\n fqdn v4 www.example.com (resolved: 10.10.10.20, "
		     "10.10.10.21)\n"
		     "object network V\n fqdn none.example.com (unresolved)\n"
		     "object network SIX\n fqdn v6 six.example.com\n");
	ck_assert_ptr_nonnull(strstr(said("show object"), OBJECT_A));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), OBJECT_S));
	ck_assert_ptr_null(strstr(one_act_said(&one), "object-group"));
	ck_assert(!one.act.refused);
	ck_assert_str_eq(
	    said("show object id NONE"), "ERROR: specified object (NONE) does not exist\n");
	ck_assert(one.act.refused);
	ck_assert_str_eq(
	    said("show object id G"), "ERROR: specified object (G) does not exist\n");
	ck_assert_str_eq(said("show running-config object in-line"),
	    "object network A host 10.1.1.1\nobject network A description the first\n"
	    "object network W fqdn v4 www.example.com\nobject network V fqdn none.example.com\n"
	    "object network SIX fqdn v6 six.example.com\n"
	    "object service S service tcp destination eq www\n");
}
END_TEST

#define GROUP_G                                                                                    \
	"object-group network G\n network-object object A\n network-object 10.2.0.0 255.255.0.0\n"
#define GROUP_T "object-group service T tcp\n port-object eq www\n port-object eq ssh\n"
#define GROUP_P "object-group protocol P\n protocol-object udp\n"
#define GROUP_I "object-group icmp-type I\n icmp-object echo\n"

START_TEST(groups_shown)
{
	static const char *const row[][2] = {
	    {"show object-group id G", GROUP_G},
	    {"show object-group id T", GROUP_T},
	    {"show running-config object-group id P", GROUP_P},
	    {"show object-group network", GROUP_G},
	    {"show object-group service", GROUP_T},
	    {"show object-group protocol", GROUP_P},
	    {"show object-group icmp-type", GROUP_I},
	    {"show object-group count",
		"Object groups: 4\nobject-group network G: 2 elements\n"
		"object-group service T: 2 elements\nobject-group protocol P: 1 elements\n"
		"object-group icmp-type I: 1 elements\n"},
	    {"show object-group id NONE", "ERROR: object-group (NONE) does not exist\n"},
	    {"show object-group id A", "ERROR: object-group (A) does not exist\n"},
	};
	static const char *const all[] = {GROUP_G, GROUP_T, GROUP_P, GROUP_I};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(said(row[i][0]), row[i][1]);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		ck_assert_ptr_nonnull(strstr(said("show object-group"), all[i]));
	ck_assert_ptr_null(strstr(one_act_said(&one), "object network"));
}
END_TEST

START_TEST(time_ranges_shown)
{
	ck_assert_str_eq(said("show time-range LONG"),
	    "time-range entry: LONG (inactive)\n   absolute end 10:00 1 January 1999\n"
	    "   used in: vpn-access-hours\n");
	ck_assert_str_eq(said("show time-range UNUSED"),
	    "time-range entry: UNUSED (active)\n   periodic daily 0:00 to 23:59\n");
	ck_assert_ptr_nonnull(strstr(said("show time-range"),
	    "time-range entry: NOW (active)\n   periodic daily 0:00 to 23:59\n"
	    "   used in: IP ACL entry\ntime-range entry: UNUSED"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "time-range entry: LONG (inactive)\n"));
	ck_assert(!one.act.refused);
	ck_assert_str_eq(
	    said("show time-range NONE"), "ERROR: time-range <NONE> does not exist\n");
	ck_assert(one.act.refused);
	box_type(&one.box, "no access-list L extended permit ip any any time-range NOW\n"
			   "clear configure group-policy\nclear configure time-range\n");
	ck_assert_str_eq(said("show time-range"), "");
	ck_assert(!one.act.refused);
}
END_TEST

START_TEST(elements_with_log)
{
	box_type(&one.box, "access-list M extended permit tcp any any log disable\n"
			   "access-list M extended permit udp any any log default\n"
			   "access-list M extended permit icmp any any log 7 interval 9\n"
			   "access-list M extended permit esp any any log time-range NOW\n");
	one_act_run(&one, "show access-list M");
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), " permit tcp any any log disable (hit"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), " permit udp any any log default (hit"));
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), " permit icmp any any log debugging interval 9 (hit"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    " permit esp any any log informational interval 300 time-range NOW (hit"));
}
END_TEST

/* Both roles that count begin anew; what one of them did not do is said. */
START_TEST(counters_of_a_list)
{
	struct ipc_msg yes = {.type = MSG_KEEP_REPLY, .keep_reply = {.text = ""}};
	struct ipc_msg no = {.type = MSG_KEEP_REPLY, .keep_reply = {.error = 1, .text = "no"}};

	ck_assert_str_eq(
	    one_act_run(&one, "clear access-list L counters"), "keeper: clear access-list L\n");
	one_act_reply(&one, ROLE_KEEPER, yes);
	box_turn();
	ck_assert_str_eq(
	    text_str(&one.asked), "keeper: clear access-list L\nengine: clear access-list L\n");
	ck_assert_uint_eq(one.done, 0);
	one_act_reply(&one, ROLE_ENGINE, (struct ipc_msg){.type = MSG_ACT_DONE});
	ck_assert_uint_eq(one.done, 1);
	ck_assert_str_eq(one_act_said(&one), "");
	one_act_run(&one, "clear access-list L counters");
	one_act_reply(&one, ROLE_KEEPER, no);
	box_turn();
	ck_assert_uint_eq(one.done, 2);
	ck_assert_str_eq(text_str(&one.asked), "keeper: clear access-list L\n");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "ERROR: "));
	one_act_run(&one, "clear access-list L counters");
	one_act_reply(&one, ROLE_KEEPER, yes);
	box_turn();
	ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
	ck_assert_uint_eq(one.done, 3);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "ERROR: "));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_objects");
	TCase *tc = tcase_create("acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, objects_shown);
	tcase_add_test(tc, groups_shown);
	tcase_add_test(tc, time_ranges_shown);
	tcase_add_test(tc, elements_with_log);
	tcase_add_test(tc, counters_of_a_list);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
