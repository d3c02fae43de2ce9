/*
 * The keeper's kernel objects against the real kernel, in a network namespace
 * that each test has for itself (root, or a user namespace).
 */
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/held.h"
#include "engine/keeper/objects.h"

static struct netlink *nl;
static struct objects o;
static struct link *links, *known; /* as seen by look(), and by the objects */
static size_t n_links;
static int tun;

static struct addr a(const char *text)
{
	struct addr r = {0};

	if (*text)
		ck_assert(addr_parse(text, &r));
	return r;
}

static const struct link *look(const char *name)
{
	free(links);
	links = NULL;
	ck_assert_int_eq(netlink_links(nl, &links, &n_links), 0);
	for (size_t i = 0; i < n_links; i++)
		if (!strcmp(links[i].name, name))
			return &links[i];
	return NULL;
}

/* What the keeper does when the kernel reports a change. */
static void refresh(void)
{
	struct link *old = known;
	size_t n;

	ck_assert_int_eq(netlink_links(nl, &known, &n), 0);
	objects_links(&o, known, n);
	free(old);
}

/* Lines of /proc/net/route with that device and destination (as the kernel prints it). */
static unsigned routes(const char *device, const char *dest)
{
	char line[256], want[64];
	unsigned n = 0;
	struct addr d = a(dest);
	FILE *f = fopen("/proc/thread-self/net/route", "r");

	snprintf(want, sizeof want, "%s\t%08X\t", device, d.v4);
	ck_assert_ptr_nonnull(f);
	while (fgets(line, sizeof line, f))
		n += !strncmp(line, want, strlen(want));
	fclose(f);
	return n;
}

static void setup(void)
{
	char why[128];

	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	nl = netlink_open();
	ck_assert_ptr_nonnull(nl);
	tun = held_open(HELD_TUN, why, sizeof why);
	ck_assert_msg(tun >= 0, "%s", why);
	objects_init(&o, nl, TUN_NAME);
	o.tun_ifindex = look(TUN_NAME)->ifindex;
	ck_assert_int_eq(netlink_link(nl, o.tun_ifindex, true), 0);
	refresh();
}

static void teardown(void)
{
	objects_fini(&o);
	free(links);
	free(known);
	links = known = NULL;
	netlink_close(nl);
	close(tun);
}

START_TEST(address_and_state_come_and_go)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0"), other = a("172.16.1.3"), none = a("");

	ck_assert(!look("lo")->up);
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, true), 0);
	ck_assert(look("lo")->up);
	ck_assert(addr_equal(&look("lo")->address, &ip));
	ck_assert(look("lo")->ours);
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, true), 0); /* again is fine */
	ck_assert_int_eq(objects_interface(&o, "lo", &other, &mask, true), 0);
	ck_assert(addr_equal(&look("lo")->address, &other));
	ck_assert_int_eq(objects_interface(&o, "lo", &none, &none, false), 0);
	ck_assert(!look("lo")->ours);
	ck_assert(!look("lo")->up);
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, true), 0);
	ck_assert_int_eq(objects_interface_remove(&o, "lo"), 0);
	ck_assert(!look("lo")->up); /* as it was before us */
	ck_assert(!look("lo")->ours);
}
END_TEST

START_TEST(an_address_that_was_there_stays)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0");
	int error;

	ck_assert_int_eq(netlink_link(nl, look("lo")->ifindex, true), 0);
	error = system("ip address add 172.16.1.2/24 dev lo 2>/dev/null");
	ck_assert_int_eq(error, 0);
	refresh();
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, true), 0);
	ck_assert_int_eq(objects_interface_remove(&o, "lo"), 0);
	ck_assert(look("lo")->up);
	ck_assert_int_eq(netlink_address(nl, look("lo")->ifindex, &ip, &mask, true), EEXIST);
}
END_TEST

START_TEST(a_route_waits_for_its_link)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0");
	struct netlink_route r = {.dest = a("10.9.0.0"), .mask = a("255.255.0.0"),
	    .gateway = a("172.16.1.1"), .metric = 1};
	struct netlink_route direct = {.dest = a("10.8.0.0"), .mask = a("255.255.0.0")};

	ck_assert_int_eq(objects_route(&o, "lo", &r, true), 0); /* no address yet */
	ck_assert_int_eq(objects_route(&o, "nowhere", &direct, true), 0);
	ck_assert_uint_eq(routes("lo", "10.9.0.0"), 0);
	ck_assert_int_eq(objects_interface(&o, TUN_NAME, &ip, &mask, true), 0);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &r, true), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 1);
	netlink_link(nl, o.tun_ifindex, false);
	netlink_link(nl, o.tun_ifindex, true);
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 0);
	refresh(); /* what the flap took is put back */
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 1);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &r, false), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 0);
}
END_TEST

START_TEST(clients)
{
	struct addr one = a("192.168.1.1"), two = a("192.168.1.2");

	ck_assert_int_eq(objects_client(&o, &one, true), 0);
	ck_assert_int_eq(objects_client(&o, &two, true), 0);
	ck_assert_int_eq(objects_client(&o, &two, true), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "192.168.1.1"), 1);
	ck_assert_uint_eq(routes(TUN_NAME, "192.168.1.2"), 1);
	ck_assert_int_eq(objects_client(&o, &one, false), 0);
	ck_assert_int_eq(objects_client(&o, &one, false), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "192.168.1.1"), 0);
	objects_clients_flush(&o);
	ck_assert_uint_eq(routes(TUN_NAME, "192.168.1.2"), 0);
}
END_TEST

START_TEST(mark_and_sweep)
{
	struct netlink_route keep = {.dest = a("10.8.0.0"), .mask = a("255.255.0.0")};
	struct netlink_route lose = {.dest = a("10.9.0.0"), .mask = a("255.255.0.0")};

	ck_assert_int_eq(objects_route(&o, TUN_NAME, &keep, true), 0);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &lose, true), 0);
	objects_mark(&o);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &keep, true), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 1);
	objects_sweep(&o);
	ck_assert_uint_eq(routes(TUN_NAME, "10.8.0.0"), 1);
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 0);
}
END_TEST

START_TEST(leftovers_of_a_crash)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0"), client = a("192.168.1.1");

	ck_assert_int_eq(objects_interface(&o, TUN_NAME, &ip, &mask, true), 0);
	ck_assert_int_eq(objects_client(&o, &client, true), 0);
	ck_assert_int_eq(netlink_flush(nl), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "192.168.1.1"), 0);
	ck_assert(!look(TUN_NAME)->address.family);
	ck_assert_int_eq(netlink_flush(nl), 0);
}
END_TEST

/* A set of rules that nft refuses costs only the new ones. */
START_TEST(nft_takes_the_table)
{
	struct nat_rule good = {.order = 1, .kind = NAT_DYNAMIC_INTERFACE, .real_if = "inside",
	    .mapped_if = "outside"};
	struct nat_rule bad = {.order = 2, .kind = NAT_EXEMPT, .real_if = "in\"side"};
	char why[256];

	ck_assert_int_eq(objects_nat(&o, &good, true), 0);
	ck_assert_msg(objects_nat_commit(&o, why, sizeof why) == 0, "%s", why);
	ck_assert_int_eq(objects_nat(&o, &bad, true), 0);
	ck_assert_int_eq(objects_nat_commit(&o, why, sizeof why), EINVAL);
	ck_assert_str_ne(why, "");
	ck_assert_uint_eq(o.n_nat, 1);
	ck_assert_int_eq(system("nft list table inet gatehouse | grep -q masquerade"), 0);
	ck_assert_int_eq(objects_nat(&o, &good, false), 0);
	ck_assert_int_eq(objects_nat_commit(&o, why, sizeof why), 0);
	ck_assert_int_ne(system("nft list table inet gatehouse | grep -q masquerade"), 0);
	ck_assert_int_eq(nft_run(nft_remove_text(), why, sizeof why), 0);
	ck_assert_int_ne(system("nft list tables | grep -q gatehouse"), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_kernel");
	TCase *tc = tcase_create("kernel");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, address_and_state_come_and_go);
	tcase_add_test(tc, an_address_that_was_there_stays);
	tcase_add_test(tc, a_route_waits_for_its_link);
	tcase_add_test(tc, clients);
	tcase_add_test(tc, mark_and_sweep);
	tcase_add_test(tc, leftovers_of_a_crash);
	tcase_add_test(tc, nft_takes_the_table);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
