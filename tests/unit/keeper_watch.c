/*
 * What the keeper puts back and what it sees: the guard under a clock of its
 * own, and monitor, nftables, routes and forwarding against the kernel, in a
 * network namespace that each test has for itself.
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/keeper/nft.h"
#include "engine/keeper/held.h"
#include "engine/keeper/monitor.h"
#include "engine/keeper/nft_watch.h"
#include "engine/keeper/objects.h"
#include "engine/keeper/private.h"
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

/* ---- nftables -------------------------------------------------------------------------------- */

static void load(void)
{
	char why[256];
	const struct nft_nat nat = {.tun = TUN_NAME};
	const struct firewall none = {0};
	struct nft_table t = {0};
	char *text = nft_table_change(&t, &none, &nat);

	ck_assert_msg(nft_run(text, why, sizeof why) == 0, "%s", why);
	free(text);
	nft_table_fini(&t);
}

START_TEST(the_table_is_known_again)
{
	static const char *const change[] = {"nft flush ruleset",
	    "nft flush chain inet gatehouse input", "nft delete table inet gatehouse",
	    "nft chain inet gatehouse input '{ policy drop; }'",
	    "nft add rule inet gatehouse input accept", "nft add chain inet gatehouse mine"};
	struct nft_watch *w = nft_watch_open();
	struct nft_view before, view;

	ck_assert_ptr_nonnull(w);
	ck_assert_int_eq(nft_watch_look(w, &view), 0);
	ck_assert_uint_eq(view.ours, 0);
	for (size_t i = 0; i < sizeof change / sizeof *change; i++) {
		load();
		ck_assert(nft_watch_drain(w));
		ck_assert(!nft_watch_drain(w));
		ck_assert_int_eq(nft_watch_look(w, &before), 0);
		ck_assert_uint_ne(before.ours, 0);
		sh("nft add table ip others && nft delete table ip others"); /* nothing to us */
		ck_assert(nft_watch_drain(w));
		ck_assert_int_eq(nft_watch_look(w, &view), 0);
		ck_assert_uint_eq(before.ours, view.ours);
		sh(change[i]);
		ck_assert_msg(nft_watch_drain(w), "%s", change[i]);
		ck_assert_int_eq(nft_watch_look(w, &view), 0);
		ck_assert_msg(before.ours != view.ours, "%s", change[i]);
	}
	nft_watch_close(w);
}
END_TEST

static void own(struct nft_watch *w, const char *text)
{
	struct nft_child c;
	char why[256];

	ck_assert_msg(nft_start(&c, text, why, sizeof why) == 0, "%s", why);
	nft_watch_own(w, c.pid);
	ck_assert_msg(nft_finish(&c, why, sizeof why) == 0, "%s", why);
}

START_TEST(elements_that_others_change)
{
	struct nft_watch *w = nft_watch_open();

	ck_assert_ptr_nonnull(w);
	own(w,
	    "table inet gatehouse { map m { type ipv4_addr : verdict; flags interval;\n }\n}\n"
	    "add element inet gatehouse m { 10.0.0.1 : drop, 10.0.0.4/30 : accept }\n");
	ck_assert_uint_eq(nft_watch_drain(w), 0);
	sh("nft delete element inet gatehouse m { 10.0.0.1 }");
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_OURS);
	own(w, "add element inet gatehouse m { 10.0.0.1 : drop }\n");
	sh("nft flush map inet gatehouse m");
	own(w, "add element inet gatehouse m { 10.0.0.1 : drop }\n");
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_OURS);
	sh("nft add element inet gatehouse m { 10.0.0.9 : accept }");
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_OURS);
	sh("nft 'add table ip gatehouse; add set ip gatehouse m { type ipv4_addr; }'");
	(void)nft_watch_drain(w);
	sh("nft add element ip gatehouse m { 10.0.0.9 }"); /* another's table */
	ck_assert_uint_eq(nft_watch_drain(w), 0);
	nft_watch_close(w);
}
END_TEST

/* A number that one of ours had is not ours for ever. */
START_TEST(a_number_that_another_has_later)
{
	struct nft_watch *w = nft_watch_open();
	int go[2], status;
	pid_t pid;
	char c;

	ck_assert_ptr_nonnull(w);
	load();
	ck_assert_int_eq(pipe(go), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		close(go[1]);
		if (read(go[0], &c, 1) == 0)
			execlp("nft", "nft", "flush chain inet gatehouse input", (char *)NULL);
		_exit(1);
	}
	nft_watch_own(w, pid);
	(void)nft_watch_drain(w);
	close(go[1]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(nft_watch_drain(w), NFT_SEEN_RULES | NFT_SEEN_OURS);
	nft_watch_close(w);
	close(go[0]);
}
END_TEST

/* ---- the keeper and its table ------------------------------------------------------------ */

static struct keeper k;

static void no_look(uv_timer_t *t)
{
	(void)t;
}

/* As it is after its first rules. */
static void keeper_start(void)
{
	k = (struct keeper){.look = no_look, .nft = nft_watch_open(), .ready = true};
	ck_assert_ptr_nonnull(k.nft);
	ck_assert(objects_init(&k.objects, nl, host, TUN_NAME, &NEWS));
	k.objects.watch = k.nft;
	ck_assert_int_eq(uv_loop_init(&k.loop), 0);
	uv_timer_init(&k.loop, &k.again);
	uv_prepare_init(&k.loop, &k.rules);
	k.objects.rules_dirty = true;
}

static void keeper_end(void)
{
	uv_close((uv_handle_t *)&k.again, NULL);
	uv_close((uv_handle_t *)&k.rules, NULL);
	uv_run(&k.loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&k.loop), 0);
	objects_fini(&k.objects);
	nft_watch_close(k.nft);
}

#define RULES "nft list chain inet gatehouse input | grep -c ' '"
#define LAST_RULE                                                                                  \
	"nft -a list chain inet gatehouse input | sed -n '/chain/!s/.*# handle //p' | tail -n 1"

START_TEST(a_rule_taken_away_while_a_change_waits)
{
	keeper_start();
	keeper_rules_commit(&k);
	keeper_nft_look(&k);
	ck_assert(!uv_is_active((uv_handle_t *)&k.again));
	sh(RULES " >/tmp/keeper_watch.$PPID");
	for (int looked = 0; looked < 2; looked++) {
		k.objects.rules_dirty = true; /* a change waits, or is given to nft just now */
		sh("nft delete rule inet gatehouse input handle $(" LAST_RULE ")");
		if (looked)
			keeper_nft_look(&k);
		ck_assert(!has("test $(" RULES ") = $(cat /tmp/keeper_watch.$PPID)"));
		keeper_rules_commit(&k);
		keeper_nft_look(&k);
		ck_assert(has("test $(" RULES ") = $(cat /tmp/keeper_watch.$PPID)"));
		ck_assert(!k.nft_touched);
	}
	sh("rm /tmp/keeper_watch.$PPID");
	keeper_nft_look(&k); /* and that was it */
	ck_assert_uint_eq(k.objects.guard.thing[0].times, 2);
	keeper_end();
}
END_TEST

START_TEST(a_table_that_cannot_be_put_back_yet)
{
	const struct rlimit none = {0, 4096}, some = {1024, 4096};

	keeper_start();
	keeper_rules_commit(&k);
	sh("nft delete table inet gatehouse");
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	for (int i = 0; i < 2; i++) {
		keeper_nft_look(&k);
		ck_assert(k.nft_touched && k.nft_failed);
		ck_assert(uv_is_active((uv_handle_t *)&k.again));
		ck_assert_uint_le(uv_timer_get_due_in(&k.again), 1000);
	}
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &some), 0);
	ck_assert(!has("nft list table inet gatehouse >/dev/null 2>&1"));
	keeper_nft_look(&k);
	ck_assert(!k.nft_touched && !k.nft_failed);
	ck_assert(has("nft list table inet gatehouse >/dev/null"));
	keeper_end();
}
END_TEST

START_TEST(rules_that_cannot_be_loaded_yet)
{
	const struct rlimit none = {0, 4096}, some = {1024, 4096};

	keeper_start();
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	keeper_rules_commit(&k);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &some), 0);
	ck_assert(uv_is_active((uv_handle_t *)&k.again));
	keeper_nft_look(&k);
	ck_assert(has("nft list table inet gatehouse >/dev/null"));
	keeper_end();
}
END_TEST

START_TEST(the_table_of_a_keeper_before)
{
	load();
	keeper_start();
	keeper_nft_look(&k);
	ck_assert(!uv_is_active((uv_handle_t *)&k.again)); /* the first rules are all of it */
	keeper_rules_commit(&k);
	keeper_nft_look(&k);
	ck_assert_uint_eq(k.objects.guard.thing[0].times, 0);
	keeper_end();
}
END_TEST

START_TEST(chains_that_drop)
{
	static const struct {
		const char *rules, *chain; /* NULL: nothing drops */
		bool forward, policy;
	} row[] = {
	    {"inet t { chain c { type filter hook input priority 0; policy drop;\n }\n}", "c",
		false, true},
	    {"ip t { chain c { type filter hook forward priority 0; policy drop;\n }\n}", "c", true,
		true},
	    {"ip t { chain c { type filter hook input priority 0; tcp dport 22 accept\n counter "
	        "drop\n }\n}",
		"c", false, false},
	    {"inet t { chain c { type filter hook input priority 0; log prefix \"x\" reject\n }\n}",
		"c", false, false},
	    {"inet t { chain c { type filter hook input priority 0; ip saddr 1.2.3.4 drop\n }\n}",
		NULL, false, false},
	    {"inet t { chain c { type filter hook output priority 0; policy drop;\n }\n}", NULL,
		false, false},
	    {"ip6 t { chain c { type filter hook input priority 0; policy drop;\n }\n}", NULL,
		false, false},
	    {"inet t { chain c { counter drop\n }\n}", NULL, false, false}, /* no hook of its own */
	};
	struct nft_watch *w = nft_watch_open();
	struct nft_view view;
	char why[256], text[256];

	ck_assert_ptr_nonnull(w);
	load();
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(text, sizeof text, "table %s\n", row[i].rules);
		ck_assert_msg(nft_run(text, why, sizeof why) == 0, "%zu: %s", i, why);
		ck_assert_int_eq(nft_watch_look(w, &view), 0);
		ck_assert_uint_eq(view.n_dropping, row[i].chain ? 1 : 0);
		if (row[i].chain) {
			ck_assert_str_eq(view.dropping[0].chain, row[i].chain);
			ck_assert_str_eq(view.dropping[0].table, "t");
			ck_assert(view.dropping[0].forward == row[i].forward);
			ck_assert(view.dropping[0].policy == row[i].policy);
		}
		sh("for f in ip ip6 inet; do nft delete table $f t 2>/dev/null; done; true");
	}
	nft_watch_close(w);
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
	tcase_add_test(c, the_table_is_known_again);
	tcase_add_test(c, elements_that_others_change);
	tcase_add_test(c, a_number_that_another_has_later);
	tcase_add_test(c, a_rule_taken_away_while_a_change_waits);
	tcase_add_test(c, a_table_that_cannot_be_put_back_yet);
	tcase_add_test(c, rules_that_cannot_be_loaded_yet);
	tcase_add_test(c, the_table_of_a_keeper_before);
	tcase_add_test(c, chains_that_drop);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
