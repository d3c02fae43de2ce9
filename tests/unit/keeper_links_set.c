/* MTU and VLANs of links: set in the kernel, put back, made again, swept. */
#include <check.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/held.h"
#include "engine/keeper/objects.h"

static struct netlink *nl;
static struct host_state *host;
static struct objects o;
static struct link *links;
static size_t n_links;
static char dir[] = "/tmp/keeper-links-XXXXXX";

static void look(void)
{
	free(links);
	ck_assert_int_eq(netlink_links(nl, &links, &n_links), 0);
	objects_links(&o, links, n_links);
}

static void run(const char *command)
{
	ck_assert_int_eq(system(command), 0);
	look();
}

static const struct link *link_of(const char *name)
{
	for (size_t i = 0; i < n_links; i++)
		if (!strcmp(links[i].name, name))
			return &links[i];
	return NULL;
}

static uint32_t mtu_of(const char *name)
{
	look();
	return link_of(name) ? link_of(name)->mtu : 0;
}

static void keeper_up(void)
{
	host = host_state_open(dir);
	ck_assert_ptr_nonnull(host);
	ck_assert(objects_init(&o, nl, host, TUN_NAME, &(struct news){0}));
	look();
}

static void setup(void)
{
	strcpy(dir, "/tmp/keeper-links-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	ck_assert_int_eq(system("ip link add a0 type veth peer name a1; ip link set a0 up"), 0);
	nl = netlink_open();
	ck_assert_ptr_nonnull(nl);
	keeper_up();
}

static void teardown(void)
{
	char command[64];

	objects_fini(&o);
	host_state_close(host);
	free(links);
	links = NULL;
	netlink_close(nl);
	snprintf(command, sizeof command, "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

START_TEST(mtu)
{
	ck_assert_int_eq(objects_mtu(&o, "a0", 1400), 0);
	ck_assert_uint_eq(mtu_of("a0"), 1400);
	ck_assert_int_eq(objects_mtu(&o, "a0", 1300), 0);
	ck_assert_uint_eq(mtu_of("a0"), 1300);
	run("ip link set a0 mtu 1000"); /* by somebody else: it is ours again */
	ck_assert_uint_eq(mtu_of("a0"), 1300);
	ck_assert_int_ne(objects_mtu(&o, "a0", 200000), 0); /* the kernel refuses */
	ck_assert_uint_eq(mtu_of("a0"), 1300);
	ck_assert_int_eq(objects_mtu(&o, "later", 1280), 0); /* it waits */
	run("ip link add later type dummy 2>/dev/null || ip link add later type veth peer name l1");
	ck_assert_uint_eq(mtu_of("later"), 1280);
	ck_assert_int_eq(objects_mtu_remove(&o, "a0"), 0);
	ck_assert_uint_eq(mtu_of("a0"), 1500);
	ck_assert_int_eq(objects_mtu(&o, "a0", 1400), 0);
	look();
	objects_mark(&o); /* of what nobody asks for again */
	objects_sweep(&o);
	ck_assert_uint_eq(mtu_of("a0"), 1500);
}
END_TEST

/* A keeper that is killed leaves its MTU; the next one knows what the host had. */
START_TEST(mtu_of_a_killed_keeper)
{
	ck_assert_int_eq(objects_mtu(&o, "a0", 1400), 0);
	host_state_close(host);
	objects_routes_fini(&o); /* its memory goes, what it did stays */
	free(o.mtu);
	keeper_up();
	ck_assert_uint_eq(mtu_of("a0"), 1400);
	objects_sweep(&o);
	ck_assert_uint_eq(mtu_of("a0"), 1500);
}
END_TEST

/* The bytes that a kernel with VLANs takes: what `ip link add link a0 name a0.7 type vlan id 7`
 * sends. */
START_TEST(vlan_request)
{
	static const char want[] =
	    "00000000" "00000000" "00000000" "00000000" /* struct ifinfomsg */
	    "08000500" "03000000"                      /* IFLA_LINK 3 */
	    "09000300" "61302e37" "00000000"           /* IFLA_IFNAME "a0.7" */
	    "1c001280"                                 /* IFLA_LINKINFO */
	    "09000100" "766c616e" "00000000"           /* IFLA_INFO_KIND "vlan" */
	    "0c000280" "06000100" "07000000";          /* IFLA_INFO_DATA, IFLA_VLAN_ID 7 */
	_Alignas(struct nlmsghdr) uint8_t buf[256] = {0};
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	char hex[512] = "";

	netlink_vlan_put(h, "a0.7", 3, 7);
	for (size_t i = sizeof *h; i < h->nlmsg_len; i++)
		sprintf(hex + strlen(hex), "%02x", buf[i]);
	ck_assert_str_eq(hex, want);
}
END_TEST

START_TEST(vlan)
{
	int error = objects_vlan(&o, "a0.7", "a0", 7);

	look();
	if (error) { /* a kernel without: nothing is made, and nothing else is wrong */
		ck_assert_int_eq(error, EOPNOTSUPP);
		ck_assert_ptr_null(link_of("a0.7"));
		ck_assert_ptr_null(host_state_get(host, "vlan a0.7"));
		ck_assert_int_eq(objects_vlan_remove(&o, "a0.7"), 0);
		return;
	}
	ck_assert_uint_eq(link_of("a0.7")->vlan, 7);
	ck_assert_uint_eq(link_of("a0.7")->parent, link_of("a0")->ifindex);
	ck_assert_int_eq(objects_vlan(&o, "a0.7", "a0", 7), 0);
	ck_assert(objects_vlan_differs(&o, "a0.7", "a0", 8));
	run("ip link del a0.7"); /* by somebody else: it is made again */
	look();
	ck_assert_ptr_nonnull(link_of("a0.7"));
	ck_assert_int_eq(objects_vlan_remove(&o, "a0.7"), 0);
	look();
	ck_assert_ptr_null(link_of("a0.7"));
	run("ip link add link a0 name a0.9 type vlan id 9"); /* the host's own stays */
	ck_assert_int_eq(objects_vlan(&o, "a0.9", "a0", 9), 0);
	ck_assert_int_eq(objects_vlan_remove(&o, "a0.9"), 0);
	look();
	ck_assert_ptr_nonnull(link_of("a0.9"));
}
END_TEST

/* Its link is not there yet: what is wanted is known all the same, one of each name. */
START_TEST(vlan_that_waits)
{
	ck_assert(!objects_vlan_differs(&o, "z0.7", "z0", 7));
	ck_assert_int_eq(objects_vlan(&o, "z0.7", "z0", 7), 0);
	ck_assert(!objects_vlan_differs(&o, "z0.7", "z0", 7));
	ck_assert(objects_vlan_differs(&o, "z0.7", "z0", 8));
	ck_assert(objects_vlan_differs(&o, "z0.7", "z1", 7));
	ck_assert_int_eq(objects_vlan(&o, "z0.9", "z0", 9), 0);
	ck_assert_int_eq(objects_vlan(&o, "z0.7", "z1", 6), 0);
	ck_assert_uint_eq(o.n_vlan, 2);
	ck_assert(!objects_vlan_differs(&o, "z0.7", "z1", 6));
	ck_assert_int_eq(objects_vlan_remove(&o, "z0.8"), 0);
	ck_assert_uint_eq(o.n_vlan, 2);
	ck_assert_int_eq(objects_vlan_remove(&o, "z0.7"), 0);
	ck_assert_int_eq(objects_vlan_remove(&o, "z0.9"), 0);
	ck_assert_uint_eq(o.n_vlan, 0);
}
END_TEST

/* A link of that name that is something else. */
START_TEST(vlan_in_the_way)
{
	run("ip link add a0.7 type veth peer name b1");
	ck_assert_int_eq(objects_vlan(&o, "a0.7", "a0", 7), EEXIST);
	ck_assert_int_eq(objects_vlan_remove(&o, "a0.7"), 0);
	look();
	ck_assert_ptr_nonnull(link_of("a0.7"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_links_set");
	TCase *tc = tcase_create("keeper_links_set");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, mtu);
	tcase_add_test(tc, mtu_of_a_killed_keeper);
	tcase_add_test(tc, vlan_request);
	tcase_add_test(tc, vlan);
	tcase_add_test(tc, vlan_in_the_way);
	tcase_add_test(tc, vlan_that_waits);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
