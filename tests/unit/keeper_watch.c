/*
 * What the keeper puts back and what it sees: the guard under a clock of its
 * own, and monitor, routes and forwarding against the kernel, in a
 * network namespace that each test has for itself.
 */
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/held.h"
#include "engine/keeper/monitor.h"
#include "engine/keeper/objects.h"
#include "engine/keeper/routes.h"
#include "engine/keeper/sysctl.h"

/* ---- the guard ------------------------------------------------------------------- */

static uint64_t clock_now;
static unsigned told;
static char said[512];

static uint64_t now(void)
{
	return clock_now;
}

static void say(void *arg, unsigned severity, const char *text)
{
	(void)arg;
	ck_assert_uint_le(severity, NEWS_NOTICE);
	told++;
	snprintf(said, sizeof said, "%s", text);
}

static const struct news NEWS = {.say = say};

START_TEST(a_fight_is_fought_slower)
{
	struct guard g;
	uint64_t last = 0, pause = 0;

	guard_init(&g, &NEWS);
	g.now = now;
	clock_now = 1000;
	told = 0;
	ck_assert_int_eq(guard_wait(&g), -1);
	for (int i = 0; i < GUARD_FREE; i++)
		ck_assert(guard_may(&g, "the route"));
	ck_assert_uint_eq(told, 1);
	ck_assert_ptr_nonnull(strstr(said, "the route is removed again and again"));
	ck_assert(guard_may(&g, "another route")); /* each for itself */
	/* Always missing: how often in an hour? */
	for (last = clock_now; clock_now < 3600000;) {
		ck_assert(!guard_may(&g, "the route"));
		ck_assert_int_gt(guard_wait(&g), 0);
		clock_now += (uint64_t)guard_wait(&g);
		ck_assert_int_eq(guard_wait(&g), 0); /* one look is due */
		ck_assert(guard_may(&g, "the route"));
		ck_assert_uint_ge(clock_now - last, pause);
		pause = clock_now - last;
		last = clock_now;
	}
	ck_assert_uint_eq(pause, GUARD_LONGEST_MS);
	ck_assert_uint_eq(told, 1);
	/* Waited for, and then there again: nothing is due for ever. */
	ck_assert(!guard_may(&g, "the route"));
	clock_now += GUARD_LONGEST_MS;
	ck_assert_int_eq(guard_wait(&g), 0);
	ck_assert_int_eq(guard_wait(&g), -1);
	/* A quiet time forgives. */
	clock_now += 2 * GUARD_LONGEST_MS + 1;
	for (int i = 0; i < GUARD_FREE; i++)
		ck_assert(guard_may(&g, "the route"));
	ck_assert_uint_eq(told, 2);
}
END_TEST

/* The rules of packets: never away for longer than a second. */
START_TEST(the_guard_is_quick)
{
	struct guard g;

	clock_now = 1000;
	guard_init(&g, &NEWS);
	g.now = now;
	for (int i = 0; i < GUARD_FREE; i++)
		ck_assert(guard_may_soon(&g, "the table"));
	for (int i = 0; i < 50; i++) {
		ck_assert(!guard_may_soon(&g, "the table"));
		ck_assert_int_gt(guard_wait(&g), 0);
		ck_assert_int_le(guard_wait(&g), GUARD_FIRST_MS);
		clock_now += (uint64_t)guard_wait(&g);
		ck_assert_int_eq(guard_wait(&g), 0);
		ck_assert(guard_may_soon(&g, "the table"));
	}
}
END_TEST

START_TEST(the_guard_forgets_the_oldest)
{
	struct guard g;
	char what[32];

	guard_init(&g, &NEWS);
	g.now = now;
	clock_now = 1;
	for (unsigned i = 0; i < 3 * GUARD_THINGS; i++, clock_now++) {
		snprintf(what, sizeof what, "thing %u", i);
		ck_assert(guard_may(&g, what));
	}
	for (unsigned i = 1; i < GUARD_FREE; i++)
		ck_assert(guard_may(&g, what));
	ck_assert(!guard_may(&g, what)); /* the latest is known yet */
}
END_TEST

/* ---- in a namespace ---------------------------------------------------------------- */

static struct netlink *nl;
static struct objects o;
static struct host_state *host;
static struct link *known;
static size_t n_known;
static int tun;

static void sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

static struct addr a(const char *text)
{
	struct addr r = {0};

	if (*text)
		ck_assert(addr_parse(text, &r));
	return r;
}

/* What the keeper does when the kernel reports a change. */
static void refresh(void)
{
	struct link *old = known;

	ck_assert_int_eq(netlink_links(nl, &known, &n_known), 0);
	objects_links(&o, known, n_known);
	free(old);
}

static void setup(void)
{
	char why[128];

	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	nl = netlink_open();
	tun = held_open(HELD_TUN, why, sizeof why);
	host = host_state_open(NULL);
	ck_assert(nl && tun >= 0 && host);
	ck_assert(objects_init(&o, nl, host, TUN_NAME, &NEWS));
	sh("ip link add card type veth peer name cable && ip link add spare type veth peer name "
	   "end");
	sh("for l in lo card cable spare end " TUN_NAME "; do ip link set $l up; done");
	sh("for l in card spare; do while ip link show $l | grep -q NO-CARRIER; do sleep 0.05; "
	   "done; done");
	o.tun_ifindex = if_nametoindex(TUN_NAME);
	refresh();
	told = 0;
	said[0] = 0;
}

static void teardown(void)
{
	objects_fini(&o);
	free(known);
	known = NULL;
	netlink_close(nl);
	host_state_close(host);
	close(tun);
}

static bool has(const char *command)
{
	return system(command) == 0;
}

/* An address, two routes that lean on it, a client. */
static void configure(void)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0"), client = a("192.168.1.1");
	struct netlink_route r = {.mask = a("0.0.0.0"), .dest = a("0.0.0.0"), .metric = 1,
	    .gateway = a("172.16.1.1")};

	ck_assert_int_eq(objects_interface(&o, "card", &ip, &mask, LINK_UP), 0);
	ck_assert_int_eq(objects_route(&o, "card", &r, true), 0);
	r.dest = a("10.9.0.0");
	r.mask = a("255.255.0.0");
	ck_assert_int_eq(objects_route(&o, "card", &r, true), 0);
	ck_assert_int_eq(objects_client(&o, &client, true), 0);
	refresh();
}

static bool whole(void)
{
	return has("ip address show dev card | grep -q 172.16.1.2/24") &&
	    has("ip route | grep -q '^default via 172.16.1.1 dev card proto 71 metric 1'") &&
	    has("ip route | grep -q '^10.9.0.0/16 via 172.16.1.1 dev card'") &&
	    has("ip route | grep -q '^192.168.1.1 dev " TUN_NAME "'");
}

static const struct {
	const char *command, *news; /* NULL: nothing to tell */
} REMOVAL[] = {
    {"ip address del 172.16.1.2/24 dev card", "put back"},
    {"ip route del default", "route 0.0.0.0/0 via 172.16.1.1 on card was removed"},
    {"ip route flush proto 71", "clients' routes"},
    {"ip link set card down", "card was taken down by another program; it is up again"},
    {"ip address flush dev card", "put back"},
};

START_TEST(what_is_removed_is_put_back)
{
	configure();
	ck_assert(whole());
	ck_assert_uint_eq(told, 0);
	sh(REMOVAL[_i].command);
	ck_assert(!whole());
	for (int i = 0; i < 3; i++) /* one change leads to the next */
		refresh();
	ck_assert_msg(whole(), "%s", REMOVAL[_i].command);
	ck_assert_msg(strstr(said, REMOVAL[_i].news) != NULL, "%s: %s", REMOVAL[_i].command, said);
	told = 0;
	refresh();
	ck_assert_uint_eq(told, 0);
}
END_TEST

START_TEST(a_link_that_comes_back_is_no_fight)
{
	configure();
	for (int i = 0; i < 2 * GUARD_FREE; i++) {
		sh("ip link del card");
		refresh();
		sh("ip link add card type veth peer name cable && ip link set cable up");
		refresh();
		refresh();
		ck_assert_msg(whole(), "round %d", i);
	}
	ck_assert_uint_eq(told, 0);
}
END_TEST

START_TEST(what_is_shut_stays_shut)
{
	struct addr none = a("");

	ck_assert_int_eq(objects_interface(&o, "card", &none, &none, LINK_DOWN), 0);
	refresh();
	sh("ip link set card up");
	refresh();
	ck_assert(!has("ip -br link show dev card up | grep -q ."));
	ck_assert_ptr_nonnull(
	    strstr(said, "card was taken up by another program; it is down again"));
}
END_TEST

START_TEST(the_monitor_tells_ours_from_others)
{
	struct monitor *m = monitor_open(netlink_port(nl));

	ck_assert_ptr_nonnull(m);
	configure();
	(void)monitor_drain(m);
	ck_assert_uint_eq(monitor_drain(m), 0);
	objects_clients_flush(&o); /* by ourselves */
	ck_assert_uint_eq(monitor_drain(m), 0);
	sh("ip route del 10.9.0.0/16");
	ck_assert_uint_eq(monitor_drain(m), MONITOR_LOST);
	sh("ip route add 10.7.0.0/16 via 172.16.1.9");
	ck_assert_uint_eq(monitor_drain(m), MONITOR_ROUTES);
	sh("ip route del 10.7.0.0/16");
	ck_assert_uint_eq(monitor_drain(m), 0);
	sh("ip address add 10.1.1.1/24 dev spare");
	ck_assert_uint_ne(monitor_drain(m) & MONITOR_LINKS, 0);
	sh("echo 1 >/proc/sys/net/ipv4/conf/spare/forwarding");
	ck_assert_uint_eq(monitor_drain(m), MONITOR_LINKS);
	monitor_close(m);
}
END_TEST

/* ---- forwarding ------------------------------------------------------------------------ */

static const char *forwarding(const char *device)
{
	static char value[16];
	char path[64];

	snprintf(path, sizeof path, "ipv4/conf/%s/forwarding", device);
	ck_assert(sysctl_get(path, value, sizeof value));
	return value;
}

START_TEST(only_what_is_asked_forwards)
{
	char redirects[16], after[16];

	ck_assert(sysctl_get("ipv4/conf/all/accept_redirects", redirects, sizeof redirects));
	ck_assert_int_eq(sysctl_put("ipv4/conf/spare/forwarding", "1"), 0);
	ck_assert_int_eq(objects_forwarding(&o, "card", true), 0);
	ck_assert_int_eq(objects_forwarding(&o, "spare", true), 0);
	ck_assert_int_eq(objects_forwarding(&o, "later", true), 0);
	ck_assert_str_eq(forwarding("card"), "1");
	ck_assert(sysctl_get("ipv4/conf/card/ignore_routes_with_linkdown", after, sizeof after));
	ck_assert_str_eq(after, "1"); /* a floating route takes over when the carrier is lost */
	ck_assert_str_eq(forwarding(TUN_NAME), "1");
	ck_assert_str_eq(forwarding("cable"), "0");
	ck_assert_str_eq(forwarding("all"), "0");
	ck_assert_str_eq(forwarding("default"), "0");
	ck_assert(sysctl_get("ipv4/conf/all/accept_redirects", after, sizeof after));
	ck_assert_str_eq(redirects, after);
	sh("ip link add later type veth peer name later-end");
	refresh();
	ck_assert_str_eq(forwarding("later"), "1");
	ck_assert(!objects_forwarding_host(&o, "card") && !objects_forwarding_host(&o, "later"));
	ck_assert(objects_forwarding_host(&o, "spare") && !objects_forwarding_host(&o, "nowhere"));
	ck_assert_uint_eq(told, 0);
	ck_assert_int_eq(sysctl_put("ipv4/conf/card/forwarding", "0"), 0);
	refresh();
	ck_assert_str_eq(forwarding("card"), "1");
	ck_assert_ptr_nonnull(strstr(said, "forwarding on card was turned off"));
	/* the second time after a crash: the list is gone, the book is not */
	for (int i = 0; i < 2; i++) {
		objects_routes_fini(&o);
		free(o.forwarding);
		ck_assert(objects_init(&o, nl, host, TUN_NAME, &NEWS));
		refresh();
		ck_assert(!objects_forwarding_host(&o, "card"));
		if (i == 0)
			ck_assert_int_eq(objects_forwarding(&o, "card", true), 0);
		objects_sweep(&o);
		ck_assert_str_eq(forwarding("card"), i == 0 ? "1" : "0");
		ck_assert_str_eq(forwarding("spare"), "1"); /* as the host had it */
		ck_assert_str_eq(forwarding("later"), "0");
	}
}
END_TEST

START_TEST(the_host_decides_anew)
{
	ck_assert_int_eq(objects_forwarding(&o, "card", true), 0);
	ck_assert(!objects_forwarding_host(&o, "card"));
	ck_assert_int_eq(sysctl_put("ipv4/ip_forward", "1"), 0);
	ck_assert(objects_forwarding_host(&o, "card"));
	refresh();
	ck_assert_int_eq(objects_forwarding(&o, "card", false), 0);
	ck_assert_str_eq(forwarding("card"), "1"); /* the host forwards by now */
}
END_TEST

/* ---- routes -------------------------------------------------------------------------------- */

static const struct route_seen *see(
    const struct route_seen *v, size_t n, const char *dest, uint8_t kind)
{
	struct addr d = a(dest);

	for (size_t i = 0; i < n; i++)
		if (v[i].kind == kind && addr_equal(&v[i].r.dest, &d))
			return &v[i];
	return NULL;
}

START_TEST(routes_are_the_kernels)
{
	struct route_seen *v;
	size_t n;

	configure();
	sh("ip address add 10.1.1.1/24 dev spare && ip route add 10.7.0.0/16 metric 9 "
	   "nexthop via 172.16.1.8 dev card nexthop via 10.1.1.8 dev spare");
	sh("ip route add 10.6.0.0/16 via 10.1.1.9 proto ospf; ip route add blackhole 10.5.0.0/16");
	refresh();
	ck_assert_int_eq(routes_see(nl, known, n_known, o.tun_ifindex, &v, &n), 0);
	ck_assert_uint_eq(v[0].r.dest.v4, 0); /* the default route comes first */
	ck_assert_uint_eq(v[0].kind, ROUTE_STATIC);
	ck_assert_str_eq(v[0].device, "card");
	ck_assert_uint_eq(v[0].r.metric, 1);
	ck_assert_ptr_nonnull(see(v, n, "10.9.0.0", ROUTE_STATIC));
	ck_assert_ptr_nonnull(see(v, n, "192.168.1.1", ROUTE_CLIENT));
	ck_assert_ptr_nonnull(see(v, n, "172.16.1.0", ROUTE_CONNECTED));
	ck_assert_ptr_nonnull(see(v, n, "172.16.1.2", ROUTE_LOCAL));
	ck_assert_uint_eq(see(v, n, "10.6.0.0", ROUTE_HOST)->protocol, 188);
	ck_assert_str_eq(see(v, n, "10.7.0.0", ROUTE_HOST)->device, "card");
	ck_assert_str_eq(see(v, n, "10.7.0.0", ROUTE_HOST)[1].device, "spare");
	ck_assert_ptr_null(see(v, n, "10.5.0.0", ROUTE_HOST));
	ck_assert_ptr_null(see(v, n, "127.0.0.0", ROUTE_LOCAL));
	free(v);
	/* The carrier is gone, the kernel keeps the routes. */
	sh("ip link set cable down; until ip link show card | grep -q NO-CARRIER; do sleep 0.05; "
	   "done");
	refresh();
	ck_assert_int_eq(routes_see(nl, known, n_known, o.tun_ifindex, &v, &n), 0);
	ck_assert_ptr_null(see(v, n, "10.9.0.0", ROUTE_STATIC));
	ck_assert_ptr_null(see(v, n, "172.16.1.0", ROUTE_CONNECTED));
	ck_assert_ptr_null(see(v, n, "172.16.1.2", ROUTE_LOCAL));
	ck_assert_str_eq(see(v, n, "10.7.0.0", ROUTE_HOST)->device, "spare");
	free(v);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_watch");
	TCase *c = tcase_create("guard");
	SRunner *r;
	int failed;

	tcase_add_test(c, a_fight_is_fought_slower);
	tcase_add_test(c, the_guard_is_quick);
	tcase_add_test(c, the_guard_forgets_the_oldest);
	suite_add_tcase(s, c);
	c = tcase_create("kernel");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 60);
	tcase_add_loop_test(c, what_is_removed_is_put_back, 0, sizeof REMOVAL / sizeof *REMOVAL);
	tcase_add_test(c, a_link_that_comes_back_is_no_fight);
	tcase_add_test(c, what_is_shut_stays_shut);
	tcase_add_test(c, the_monitor_tells_ours_from_others);
	tcase_add_test(c, only_what_is_asked_forwards);
	tcase_add_test(c, the_host_decides_anew);
	tcase_add_test(c, routes_are_the_kernels);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
