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
#include "engine/keeper/nft.h"
#include "engine/keeper/objects.h"

static struct netlink *nl;
static struct objects o;
static struct host_state *host;
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
	host = host_state_open(NULL);
	ck_assert_ptr_nonnull(host);
	ck_assert(objects_init(&o, nl, host, TUN_NAME, &(struct news){0}));
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
	host_state_close(host);
	close(tun);
}

START_TEST(address_and_state_come_and_go)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0"), other = a("172.16.1.3"),
		    none = a("");

	ck_assert(!look("lo")->up);
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, LINK_UP), 0);
	ck_assert(look("lo")->up);
	ck_assert(addr_equal(&look("lo")->address, &ip));
	ck_assert(look("lo")->ours);
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, LINK_UP), 0); /* again is fine */
	ck_assert_int_eq(objects_interface(&o, "lo", &other, &mask, LINK_UP), 0);
	ck_assert(addr_equal(&look("lo")->address, &other));
	ck_assert_int_eq(objects_interface(&o, "lo", &none, &none, LINK_DOWN), 0);
	ck_assert(!look("lo")->ours);
	ck_assert(!look("lo")->up);
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, LINK_UP), 0);
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
	ck_assert_int_eq(objects_interface(&o, "lo", &ip, &mask, LINK_UP), 0);
	ck_assert_int_eq(objects_interface_remove(&o, "lo"), 0);
	ck_assert(look("lo")->up);
	ck_assert_int_eq(netlink_address(nl, look("lo")->ifindex, &ip, &mask, true), EEXIST);
}
END_TEST

START_TEST(a_lease_comes_and_goes)
{
	struct addr ip = a("172.16.1.77"), mask = a("255.255.255.0"), none = {0},
		    other = a("172.16.1.78"), gateway = a("172.16.1.1");

	ck_assert_int_eq(objects_lease(&o, "lo", &ip, &mask, &gateway), ENODEV); /* not asked for */
	ck_assert_int_eq(objects_interface(&o, TUN_NAME, &none, &none, LINK_UP), 0);
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &ip, &mask, &gateway), ENODEV);
	ck_assert_int_eq(objects_interface_dhcp(&o, TUN_NAME, 1, LINK_UP), 0);
	ck_assert(objects_has_dhcp(&o, TUN_NAME));
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &ip, &mask, &gateway), 0);
	ck_assert(addr_equal(&look(TUN_NAME)->address, &ip));
	ck_assert_uint_eq(routes(TUN_NAME, "0.0.0.0"), 1);
	objects_mark(&o); /* a manager that comes back: the lease stays */
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &other, &mask, &gateway), 0);
	ck_assert_int_eq(objects_interface_dhcp(&o, TUN_NAME, 1, LINK_UP), 0);
	objects_sweep(&o);
	ck_assert(addr_equal(&look(TUN_NAME)->address, &other));
	ck_assert_uint_eq(routes(TUN_NAME, "0.0.0.0"), 1);
	ck_assert_int_eq(objects_interface_dhcp(&o, TUN_NAME, 0, LINK_UP), 0); /* no setroute */
	ck_assert_uint_eq(routes(TUN_NAME, "0.0.0.0"), 0);
	ck_assert_int_eq(objects_interface_dhcp(&o, TUN_NAME, 5, LINK_UP), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "0.0.0.0"), 1);
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &none, &none, &none), 0);
	ck_assert(!look(TUN_NAME)->ours);
	ck_assert_uint_eq(routes(TUN_NAME, "0.0.0.0"), 0);
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &ip, &mask, &gateway), 0);
	objects_mark(&o); /* one that is not asked for any more goes, and its route */
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &ip, &mask, &gateway), 0);
	objects_sweep(&o);
	ck_assert(!objects_has_dhcp(&o, TUN_NAME));
	ck_assert(!look(TUN_NAME)->ours);
	ck_assert_uint_eq(routes(TUN_NAME, "0.0.0.0"), 0);
	ck_assert_int_eq(objects_interface_dhcp(&o, TUN_NAME, 1, LINK_UP), 0);
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &ip, &mask, &gateway), 0);
	objects_interface_no_dhcp(&o, TUN_NAME);
	ck_assert(!look(TUN_NAME)->ours);
	ck_assert_int_eq(objects_lease(&o, TUN_NAME, &ip, &mask, &gateway), ENODEV);
}
END_TEST

static bool is_local(const char *address)
{
	char command[128];

	snprintf(command, sizeof command,
	    "ip route show table local | grep -q '^local %s dev lo'", address);
	return system(command) == 0;
}

/* An address that stands for a network of clients: ours as long as one needs it. */
START_TEST(a_scope_is_ours)
{
	struct addr scope = a("10.20.0.0"), other = a("10.21.0.0"), ip = a("172.16.1.2"),
		    mask = a("255.255.255.0");

	ck_assert_int_eq(netlink_link(nl, look("lo")->ifindex, true), 0);
	ck_assert_int_eq(objects_scope(&o, &scope, true), 0);
	ck_assert_int_eq(objects_scope(&o, &scope, true), 0);
	ck_assert(is_local("10.20.0.0"));
	ck_assert_int_eq(objects_scope(&o, &scope, false), 0);
	ck_assert(is_local("10.20.0.0"));
	ck_assert_int_eq(objects_scope(&o, &scope, false), 0);
	ck_assert(!is_local("10.20.0.0"));
	ck_assert_int_eq(objects_scope(&o, &scope, false), 0); /* harmless */
	ck_assert_int_eq(objects_interface(&o, TUN_NAME, &ip, &mask, LINK_UP), 0);
	refresh();
	ck_assert_int_eq(objects_scope(&o, &ip, true), 0); /* of an interface: it stays */
	ck_assert_int_eq(objects_scope(&o, &ip, false), 0);
	ck_assert(addr_equal(&look(TUN_NAME)->address, &ip));
	ck_assert_int_eq(objects_scope(&o, &other, true), 0);
	objects_clients_flush(&o); /* an engine that dies leaves none */
	ck_assert(!is_local("10.21.0.0"));
	ck_assert_uint_eq(o.scopes.used, 0);
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
	ck_assert_int_eq(objects_interface(&o, TUN_NAME, &ip, &mask, LINK_UP), 0);
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

/* The keeper is killed and a new one starts. */
static void crash(void)
{
	struct objects old = o;

	ck_assert(objects_init(&o, nl, host, TUN_NAME, &(struct news){0}));
	o.tun_ifindex = old.tun_ifindex;
	free(old.interfaces);
	objects_routes_fini(&old);
	refresh();
}

START_TEST(leftovers_of_a_crash)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0"), client = a("192.168.1.1");
	struct netlink_route route = {.dest = a("10.9.0.0"), .mask = a("255.255.0.0")};
	struct netlink_route narrow = {.dest = a("10.9.0.0"), .mask = a("255.255.255.0")};
	struct netlink_route other = {.dest = a("10.10.0.0"), .mask = a("255.255.0.0")};
	struct netlink_route dearer = {
	    .dest = a("10.9.0.0"), .mask = a("255.255.0.0"), .metric = 9};

	ck_assert_int_eq(objects_interface(&o, TUN_NAME, &ip, &mask, LINK_UP), 0);
	ck_assert_int_eq(objects_client(&o, &client, true), 0);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &route, true), 0);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &narrow, true), 0);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &dearer, true), 0);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &other, true), 0);
	crash();
	/* what is asked for again is not touched, and nothing that only resembles it stays */
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 3);
	ck_assert_uint_eq(routes(TUN_NAME, "10.10.0.0"), 1);
	objects_mark(&o);
	ck_assert_int_eq(objects_route(&o, TUN_NAME, &route, true), 0);
	objects_sweep(&o);
	refresh(); /* the last address of a device takes its routes along */
	ck_assert_uint_eq(routes(TUN_NAME, "10.9.0.0"), 1);
	ck_assert_uint_eq(routes(TUN_NAME, "10.10.0.0"), 0);
	ck_assert_uint_eq(routes(TUN_NAME, "192.168.1.1"), 0);
	ck_assert(!look(TUN_NAME)->address.family);
}
END_TEST

/* ---- the host's own ------------------------------------------------------------- */

static void sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

/* All that `ip` says of the host's addresses and routes, but for what follows a little later. */
static char *picture(void)
{
	FILE *f = popen(
	    "{ ip address show; { ip route show table all; ip -6 route show; } | grep -v 'table "
	    "local' | sort; } | "
	    "sed 's/ tentative//; s/NO-CARRIER,//; s/,LOWER_UP//; s/ state [A-Z]*//; "
	    "s/ linkdown//'",
	    "r");
	char *text = calloc(1, 65536);

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_gt(fread(text, 1, 65535, f), 0);
	pclose(f);
	return text;
}

/* A host with two cards: addresses of its own, a default route, a route by another gateway that is
 * reached by it, one with a source, one in a table of its own, IPv6. */
static void live_host(void)
{
	sh("ip link add card type veth peer name cable && ip link set lo up");
	sh("for l in card cable; do ip link set $l addrgenmode none && ip link set $l up; done");
	sh("ip address add 172.16.1.2/24 dev card && ip address add 172.16.1.7/24 dev card");
	sh("ip -6 address add fd00::2/64 dev card nodad");
	sh("ip route add 10.7.0.0/16 via 172.16.1.9 metric 50 && ip route add default via "
	   "172.16.1.1 "
	   "proto dhcp src 172.16.1.7 metric 100 && ip route add 10.8.0.0/16 via 10.7.0.1 dev "
	   "card onlink");
	sh("ip route add 10.6.0.0/16 via 172.16.1.1 table 77 && ip -6 route add fd01::/64 via "
	   "fd00::1");
	refresh();
}

static void same_picture(const char *before, const char *when)
{
	char *now = picture();
	size_t at = 0;

	while (now[at] && now[at] == before[at])
		at++;
	while (at && now[at - 1] != '\n')
		at--;
	ck_assert_msg(!strcmp(now, before), "%s\nbefore: %.150s\nnow: %.150s", when, before + at,
	    now + at);
	free(now);
}

/* What goes with a link that is shut comes back with it: by `no shutdown`, by the end of the
 * configuration, after a crash. */
START_TEST(a_shut_link_comes_back_whole)
{
	struct addr none = a("");
	char *before;

	live_host();
	before = picture();
	for (int how = 0; how < 4; how++) {
		ck_assert_int_eq(objects_interface(&o, "card", &none, &none, LINK_DOWN), 0);
		ck_assert(!look("card")->up);
		ck_assert_uint_eq(routes("card", "10.7.0.0"), 0);
		refresh();
		if (how == 0)
			ck_assert_int_eq(objects_interface(&o, "card", &none, &none, LINK_UP), 0);
		if (how == 1)
			ck_assert_int_eq(objects_interface(&o, "card", &none, &none, LINK_HOST), 0);
		if (how == 2)
			ck_assert_int_eq(objects_interface_remove(&o, "card"), 0);
		if (how == 3) {
			crash();
			ck_assert(!look("card")->up);
			objects_sweep(&o);
		}
		same_picture(before, how == 0	? "no shutdown"
				     : how == 1 ? "unset"
				     : how == 2 ? "removed"
						: "crash");
	}
	free(before);
}
END_TEST

START_TEST(a_link_that_was_down_goes_down_again)
{
	struct addr none = a(""), ip = a("10.1.1.1"), mask = a("255.255.255.0");
	char *before;

	live_host();
	sh("ip link set cable down");
	before = picture();
	ck_assert_int_eq(objects_interface(&o, "cable", &ip, &mask, LINK_UP), 0);
	ck_assert(look("cable")->up);
	crash();
	ck_assert_int_eq(objects_interface(&o, "cable", &none, &none, LINK_UP), 0);
	objects_sweep(&o);
	ck_assert(look("cable")->up);
	ck_assert_int_eq(objects_interface_remove(&o, "cable"), 0);
	same_picture(before, "removed");
	free(before);
	/* From now on it is the administrator's alone, who may have taken it down himself. */
	for (int i = 0; i < 3; i++) {
		sh("ip link set cable up");
		refresh();
		objects_sweep(&o);
		ck_assert(look("cable")->up);
		sh("ip link set cable down");
		refresh();
		ck_assert_int_eq(objects_interface(&o, "cable", &none, &none, LINK_UP), 0);
		sh("ip link set cable down");
		ck_assert_int_eq(objects_interface_remove(&o, "cable"), 0);
	}
}
END_TEST

/* Ours is the first of its network, the host's comes behind it: the kernel would take both. */
START_TEST(an_address_goes_alone)
{
	struct addr ip = a("192.168.7.1"), mask = a("255.255.255.0"), none = a("");
	char *before;

	live_host();
	ck_assert_int_eq(objects_interface(&o, "card", &ip, &mask, LINK_UP), 0);
	sh("ip address add 192.168.7.2/24 dev card && ip route add 10.5.0.0/16 via 192.168.7.9");
	refresh();
	ck_assert_int_eq(objects_interface(&o, "card", &none, &none, LINK_UP), 0);
	ck_assert_ptr_null(link_address(look("card"), &ip, &mask));
	ip = a("192.168.7.2");
	ck_assert_ptr_nonnull(link_address(look("card"), &ip, &mask));
	ck_assert_uint_eq(routes("card", "10.5.0.0"), 1);
	ck_assert_int_eq(objects_interface_remove(&o, "card"), 0);
	sh("ip address del 192.168.7.2/24 dev card");
	/* The last address of a card takes its routes along. */
	sh("ip address flush dev cable && ip route add 10.4.0.0/16 dev cable");
	before = picture();
	ip = a("192.168.8.1");
	ck_assert_int_eq(objects_interface(&o, "cable", &ip, &mask, LINK_UP), 0);
	ck_assert_int_eq(objects_interface_remove(&o, "cable"), 0);
	same_picture(before, "the last address");
	free(before);
}
END_TEST

/* The host's address is the host's, whoever names it; when the host gives it up it is ours. */
START_TEST(the_same_address_as_the_host)
{
	struct addr ip = a("172.16.1.2"), mask = a("255.255.255.0"), none = a("");
	char *before;

	live_host();
	before = picture();
	ck_assert_int_eq(objects_interface(&o, "card", &ip, &mask, LINK_UP), 0);
	same_picture(before, "named");
	crash();
	ck_assert_int_eq(objects_interface(&o, "card", &ip, &mask, LINK_UP), 0);
	objects_sweep(&o);
	same_picture(before, "crash");
	ck_assert_int_eq(objects_interface(&o, "card", &none, &none, LINK_HOST), 0);
	same_picture(before, "no ip address");
	ck_assert_int_eq(objects_interface(&o, "card", &ip, &mask, LINK_UP), 0);
	sh("ip address del 172.16.1.2/24 dev card");
	refresh();
	ck_assert_ptr_nonnull(link_address(look("card"), &ip, &mask));
	ck_assert(link_address(look("card"), &ip, &mask)->ours);
	ck_assert_int_eq(objects_interface_remove(&o, "card"), 0);
	ck_assert_ptr_null(link_address(look("card"), &ip, &mask));
	free(before);
}
END_TEST

/* A default route beside the host's, with each metric: two of ours, and nothing of the host's
 * goes. */
START_TEST(floating_routes)
{
	struct netlink_route r[3] = {{.gateway = a("172.16.1.1"), .metric = 1},
	    {.gateway = a("172.16.1.20"), .metric = 100},
	    {.gateway = a("172.16.1.1"), .metric = 100}};
	char *before;

	live_host();
	before = picture();
	for (int i = 0; i < 3; i++) {
		r[i].dest = r[i].mask = a("0.0.0.0");
		ck_assert_int_eq(objects_route(&o, "card", &r[i], true), 0);
		ck_assert_uint_eq(routes("card", "0.0.0.0"), (unsigned)i + 2);
	}
	sh("ip route get 8.8.8.8 | grep -q 'via 172.16.1.1 dev card src 172.16.1.2'");
	ck_assert_int_eq(objects_route(&o, "card", &r[0], false), 0);
	/* the host's */
	sh("ip route get 8.8.8.8 | grep -q 'via 172.16.1.1 dev card src 172.16.1.7'");
	ck_assert_int_eq(objects_route(&o, "card", &r[1], false), 0);
	ck_assert_int_eq(objects_route(&o, "card", &r[2], false), 0);
	same_picture(before, "removed");
	free(before);
}
END_TEST

/* A set of rules that nft refuses costs only the new ones. */
START_TEST(nft_takes_the_table)
{
	struct ipc_msg good = {.type = MSG_KEEP_NAT,
	    .keep_nat = {.op = CFG_SET, .order = 1, .kind = NAT_DYNAMIC, .to = NAT_TO_INTERFACE,
	        .real_if = "inside", .mapped_if = "outside", .real = {0, UINT32_MAX},
	        .dest_real = {0, UINT32_MAX}, .dest_mapped = {0, UINT32_MAX}}}, bad = good;
	char why[256];

	bad.keep_nat.order = 2;
	bad.keep_nat.real_if = "in\"side";
	ck_assert_int_eq(objects_rule(&o, &good), 0);
	ck_assert_msg(objects_rules_commit(&o, why, sizeof why) == 0, "%s", why);
	ck_assert_int_eq(objects_rule(&o, &bad), 0);
	ck_assert_int_eq(objects_rules_commit(&o, why, sizeof why), EINVAL);
	ck_assert_str_ne(why, "");
	ck_assert_uint_eq(o.firewall.n_nat, 1);
	ck_assert_int_eq(system("nft list table inet gatehouse | grep -q masquerade"), 0);
	good.keep_nat.op = CFG_DELETE;
	ck_assert_int_eq(objects_rule(&o, &good), 0);
	ck_assert_int_eq(objects_rules_commit(&o, why, sizeof why), 0);
	ck_assert_int_ne(system("nft list table inet gatehouse | grep -q masquerade"), 0);
	ck_assert_int_eq(nft_run(nft_table_removal(), why, sizeof why), 0);
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
	tcase_add_test(tc, a_lease_comes_and_goes);
	tcase_add_test(tc, a_scope_is_ours);
	tcase_add_test(tc, a_route_waits_for_its_link);
	tcase_add_test(tc, clients);
	tcase_add_test(tc, mark_and_sweep);
	tcase_add_test(tc, leftovers_of_a_crash);
	tcase_add_test(tc, a_shut_link_comes_back_whole);
	tcase_add_test(tc, a_link_that_was_down_goes_down_again);
	tcase_add_test(tc, an_address_goes_alone);
	tcase_add_test(tc, the_same_address_as_the_host);
	tcase_add_test(tc, floating_routes);
	tcase_add_test(tc, nft_takes_the_table);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
