/* What `show access-list` prints besides elements: names, host names, equal elements, flows. */
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

/* Whatever both roles are asked, with these answers to the keeper's and the engine's. */
static const char *show(const char *line, const struct msg_rec_access_hits *hit, size_t hits,
    uint32_t flows, uint32_t denied)
{
	struct ipc_msg m = {.type = MSG_REC_ACCESS_HITS, .fd = -1};

	one_act_run(&one, line);
	for (size_t i = 0; i < hits; i++) {
		m.rec_access_hits = hit[i];
		one_act_reply(&one, ROLE_KEEPER, m);
	}
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	m.type = MSG_REC_ACCESS_FLOWS;
	m.rec_access_flows = (struct msg_rec_access_flows){.total = flows, .denied = denied};
	one_act_reply(&one, ROLE_ENGINE, m);
	one_act_end(&one, ROLE_ENGINE);
	return one_act_said(&one);
}

START_TEST(flows_that_are_logged)
{
	ck_assert_str_eq(show("show access-list", NULL, 0, 7, 5),
	    "access-list cached ACL log flows: total 7, denied 5 (deny-flow-max 4096)\n"
	    "            alert-interval 300\n");
	box_type(&one.box, "access-list deny-flow-max 100\naccess-list alert-interval 10\n");
	ck_assert_str_eq(show("show access-list", NULL, 0, 0, 0),
	    "access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 100)\n"
	    "            alert-interval 10\n");
	box_type(&one.box, "no access-list deny-flow-max\nno access-list alert-interval\n");
	ck_assert_ptr_nonnull(strstr(show("show access-list", NULL, 0, 0, 0),
	    "(deny-flow-max 4096)\n            alert"
	    "-interval 300\n"));
}
END_TEST

/* Names stand for addresses while they are used; the hashes stay. */
START_TEST(names_of_addresses)
{
	static const char named[] =
	    "access-list N; 4 elements; name hash: 0xcb0c01d1\n"
	    "access-list N line 1 extended permit tcp host web any eq www (hitcnt=0) 0xb571e1de \n"
	    "access-list N line 2 extended permit ip lan 255.255.0.0 any (hitcnt=0) 0xb55f1f8e \n"
	    "access-list N line 3 extended permit ip object O any 0x0d922078 \n"
	    "  access-list N line 3 extended permit ip host web any (hitcnt=0) 0x77b7f118 \n"
	    "access-list N line 4 extended permit ip interface outside any (hitcnt=0) "
	    "0x34f1e0a6 \n";

	box_type(&one.box, "names\nname 10.1.1.1 web\nname 10.2.0.0 lan\n"
			   "object network O\nhost 10.1.1.1\nexit\n"
			   "access-list N extended permit tcp host 10.1.1.1 any eq www\n"
			   "access-list N extended permit ip 10.2.0.0 255.255.0.0 any\n"
			   "access-list N extended permit ip object O any\n"
			   "access-list N extended permit ip interface outside any\n");
	show("show access-list N", NULL, 0, 0, 0);
	ck_assert_str_eq(one_act_said(&one), named);
	box_type(&one.box, "no names\n");
	show("show access-list N", NULL, 0, 0, 0);
	ck_assert_ptr_null(strstr(one_act_said(&one), "web"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "ip 10.2.0.0 255.255.0.0 any"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "any eq www (hitcnt=0) 0xb571e1de \n"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "object O any 0x0d922078 \n"));
}
END_TEST

/* A host name is an element; those of its addresses say whose they are. */
START_TEST(host_names)
{
	static const uint32_t address[] = {0x0a090901, 0x0a090902};
	struct delivery *d = &one.box.m->running.delivery;

	box_type(&one.box,
	    "object network H\nfqdn www.example.com\nobject network U\nfqdn v4 no.example.com\n"
	    "object-group network G\nnetwork-object host 10.1.1.1\nnetwork-object object H\n"
	    "network-object object U\nexit\n"
	    "access-list F extended permit tcp any object-group G eq www\n"
	    "access-list F extended permit ip object-group G any\n"
	    "access-list F extended permit ip object U object H\n"
	    "access-list F extended permit ip object H object U inactive\n"
	    "access-list F extended permit ip object U object U\n");
	delivery_resolved(d, "www.example.com", address, 2, 60);
	show("show access-list F", NULL, 0, 0, 0);
	ck_assert_str_eq(one_act_said(&one),
	    "access-list F; 13 elements; name hash: 0xc30bf539\n"
	    "access-list F line 1 extended permit tcp any object-group G eq www 0xdd4d1deb \n"
	    "  access-list F line 1 extended permit tcp any host 10.1.1.1 eq www (hitcnt=0) "
	    "0x4d3bc266 \n"
	    "  access-list F line 1 extended permit tcp any fqdn www.example.com (resolved) eq "
	    "www 0x88d95502 \n"
	    "  access-list F line 1 extended permit tcp any host 10.9.9.1 (www.example.com) eq "
	    "www (hitcnt=0) 0x52da19b6 \n"
	    "  access-list F line 1 extended permit tcp any host 10.9.9.2 (www.example.com) eq "
	    "www (hitcnt=0) 0xc4ac65ba \n"
	    "  access-list F line 1 extended permit tcp any fqdn no.example.com (unresolved) eq "
	    "www 0xd1cfe69d \n"
	    "access-list F line 2 extended permit ip object-group G any 0x78ee34e2 \n"
	    "  access-list F line 2 extended permit ip host 10.1.1.1 any (hitcnt=0) 0xb7cef0a0 \n"
	    "  access-list F line 2 extended permit ip fqdn www.example.com (resolved) any "
	    "0x35b1f97b \n"
	    "  access-list F line 2 extended permit ip host 10.9.9.1 (www.example.com) any "
	    "(hitcnt=0) 0xb2823fa0 \n"
	    "  access-list F line 2 extended permit ip host 10.9.9.2 (www.example.com) any "
	    "(hitcnt=0) 0x9336fabc \n"
	    "  access-list F line 2 extended permit ip fqdn no.example.com (unresolved) any "
	    "0x6d7b793e \n"
	    "access-list F line 3 extended permit ip object U object H 0x94ccdb13 \n"
	    "  access-list F line 3 extended permit ip fqdn no.example.com (unresolved) host "
	    "10.9.9.1 (www.example.com) 0x646d3ec5 \n"
	    "  access-list F line 3 extended permit ip fqdn no.example.com (unresolved) host "
	    "10.9.9.2 (www.example.com) 0x8e792370 \n"
	    "access-list F line 4 extended permit ip object H object U inactive (inactive) "
	    "0x3338b59e \n"
	    "access-list F line 5 extended permit ip object U object U 0xafcd0594 \n"
	    "  access-list F line 5 extended permit ip fqdn no.example.com (unresolved) fqdn "
	    "no.example.com (unresolved) 0xaafb3475 \n");
	ck_assert_str_eq(show("show access-list F brief", NULL, 0, 0, 0),
	    "access-list F; 13 elements; name hash: 0xc30bf539\n");
}
END_TEST

/* Of equal elements the first that is in force is hit. */
START_TEST(equal_elements)
{
	const struct msg_rec_access_hits hit = {
	    .name = "E", .hash = 0x3a99bae9, .hits = 3, .last = 9};

	box_type(&one.box, "object network A\nhost 10.1.1.1\nobject network B\nhost 10.1.1.1\n"
			   "exit\n"
			   "access-list E extended permit ip object A any inactive\n"
			   "access-list E extended permit ip object B any\n"
			   "access-list E extended permit ip host 10.1.1.1 any\n");
	ck_assert_str_eq(show("show access-list E", &hit, 1, 0, 0),
	    "access-list E; 2 elements; name hash: 0xc00bf080\n"
	    "access-list E line 1 extended permit ip object A any inactive (inactive) 0xf503225a "
	    "\n"
	    "access-list E line 2 extended permit ip object B any 0x80df4ca4 \n"
	    "  access-list E line 2 extended permit ip host 10.1.1.1 any (hitcnt=3) 0x3a99bae9 \n"
	    "access-list E line 3 extended permit ip host 10.1.1.1 any (hitcnt=0) 0x3a99bae9 \n");
	ck_assert_str_eq(show("show access-list E brief", &hit, 1, 0, 0),
	    "access-list E; 2 elements; name hash: 0xc00bf080\n"
	    "3a99bae9 80df4ca4 00000003 00000009\n");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("show_access_list");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, flows_that_are_logged);
	tcase_add_test(c, names_of_addresses);
	tcase_add_test(c, host_names);
	tcase_add_test(c, equal_elements);
	suite_add_tcase(suite, c);
	r = srunner_create(suite);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
