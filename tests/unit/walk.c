/*
 * The walk of packet-tracer: what the compiled rules and the routes make of a
 * packet, and which of them says so.
 */
#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/policy.h"
#include "engine/firewall/walk.h"

static uint32_t ip(const char *text)
{
	struct in_addr a;

	ck_assert_msg(inet_pton(AF_INET, text, &a) == 1, "%s", text);
	return ntohl(a.s_addr);
}

/* ---- the world: inside 100, dmz 50, dmz2 50, outside 0 with clients -------------------------- */

enum { INSIDE, DMZ, DMZ2, OUTSIDE, ZONES };
static struct zone zones[ZONES] = {{.device = "eth1", .nameif = "inside", .level = 100},
    {.device = "eth2", .nameif = "dmz", .level = 50},
    {.device = "eth3", .nameif = "dmz2", .level = 50},
    {.device = "eth0", .nameif = "outside", .vpn = true}};
static struct acl_rule rules_in[4], rules_out[1], rules_all[1];
static struct access_list lists[] = {{"IN", rules_in, 0, 4}, {"OUT", rules_out, 0, 1},
    {"ALL", rules_all, 0, 1}};
static struct access_group groups[3];
static struct nat_rule nat[2];
static struct firewall f;
static struct walk_route routes[12];
static struct walk_world world;

static void route(const char *device, const char *dest, int prefix, uint8_t kind, uint32_t metric)
{
	uint32_t mask = prefix ? UINT32_MAX << (32 - prefix) : 0;
	struct walk_route *r = &routes[world.n_routes++];

	*r = (struct walk_route){
	    .dest = ip(dest), .mask = mask, .metric = metric, .kind = kind};
	strcpy(r->device, device);
}

static void setup(void)
{
	world = (struct walk_world){.rules = &f, .routes = routes};
	f = (struct firewall){.zones = zones, .n_zones = ZONES, .lists = lists, .n_lists = 3,
	    .groups = groups, .nat = nat, .permit_vpn = true};
	for (size_t i = 0; i < 3; i++)
		lists[i].n = 0;
	route("eth0", "0.0.0.0", 0, ROUTE_STATIC, 10);
	route("eth2", "0.0.0.0", 0, ROUTE_STATIC, 20);
	route("eth1", "10.1.0.0", 16, ROUTE_CONNECTED, 0);
	route("eth2", "10.2.0.0", 16, ROUTE_CONNECTED, 0);
	route("eth3", "10.3.0.0", 16, ROUTE_CONNECTED, 0);
	route("eth1", "10.1.0.1", 32, ROUTE_LOCAL, 0);
	route("eth0", "172.16.1.2", 32, ROUTE_LOCAL, 0);
	route("gatehouse0", "192.168.1.1", 32, ROUTE_CLIENT, 0);
	route("gatehouse0", "192.168.1.2", 32, ROUTE_CLIENT, 0);
	route("eth9", "10.9.0.0", 16, ROUTE_HOST, 0);
}

static struct acl_rule *rule(size_t list, bool permit, const char *first, const char *last)
{
	struct acl_rule *r = &lists[list].rule[lists[list].n++];

	*r = (struct acl_rule){.dest_first = ip(first),
	    .dest_last = ip(last),
	    .source_last = UINT32_MAX,
	    .source_high = UINT16_MAX,
	    .dest_high = UINT16_MAX,
	    .permit = permit};
	return r;
}

static void group(const char *device, uint8_t way, char *name)
{
	struct access_group *g = &groups[f.n_groups++];

	*g = (struct access_group){.way = way, .name = name};
	strcpy(g->device, device);
}

static struct walk w;

/* Its way as letters, a step each, in capitals where it was dropped; then what became of it. */
static const char *walked(const char *in, uint8_t protocol, const char *from, const char *to)
{
	static const char letter[] = {[WALK_TUNNEL] = 'v', [WALK_FILTER] = 'f',
	    [WALK_UNTRANSLATE] = 'u', [WALK_ROUTE] = 'r', [WALK_LIST] = 'a', [WALK_LEVEL] = 'l',
	    [WALK_TRANSLATE] = 't', [WALK_ENCRYPT] = 'e'};
	struct walk_packet p = {protocol, ip(from), ip(to), 1025, 80, 8 << 8};
	static char text[64];
	size_t n = 0;

	if (protocol == IPPROTO_ICMP)
		p.dest_port = 0;
	walk_packet(&w, &world, in, &p);
	for (; n < w.n; n++)
		text[n] = (char)(letter[w.phase[n].step] - (w.phase[n].drop ? 32 : 0));
	snprintf(text + n, sizeof text - n, " %s",
	    w.end == WALK_PASSES || w.end == WALK_TO_BOX ? w.end == WALK_TO_BOX ? "box" : w.out
	    : w.end == WALK_NO_ROUTE			 ? "no-route"
							 : "denied");
	return text;
}

#define IS(in, from, to, way) ck_assert_str_eq(walked(in, IPPROTO_TCP, from, to), way)

START_TEST(levels)
{
	IS("eth1", "10.1.0.5", "8.8.8.8", "rl eth0");
	IS("eth2", "10.2.0.5", "8.8.8.8", "rl eth0");
	IS("eth2", "10.2.0.5", "10.1.0.5", "rL denied");
	IS("eth0", "8.8.8.8", "10.1.0.5", "rL denied");
	IS("eth2", "10.2.0.5", "10.3.0.5", "rL denied");
	IS("eth1", "10.1.0.5", "10.1.0.6", "rL denied");
	f.inter = true;
	IS("eth2", "10.2.0.5", "10.3.0.5", "rl eth3");
	IS("eth1", "10.1.0.5", "10.1.0.6", "rL denied");
	f.intra = true;
	IS("eth1", "10.1.0.5", "10.1.0.6", "rl eth1");
	IS("eth1", "10.1.0.5", "10.1.0.1", "r box");
	IS("eth1", "10.1.0.5", "10.9.0.1", "r eth9"); /* the host's */
	world.closed = true;
	IS("eth1", "10.1.0.5", "10.9.0.1", "rL denied");
	IS("eth1", "10.1.0.5", "10.1.0.6", "rl eth1");
	IS("eth0", "192.168.1.1", "10.9.0.1", "vrL denied");
	world.closed = false;
	world.n_routes = 0;
	IS("eth1", "10.1.0.5", "8.8.8.8", "R no-route");
	f.nat = nat; /* there it ends */
	f.n_nat = 1;
	nat[0] = (struct nat_rule){.kind = NAT_DYNAMIC, .to = NAT_TO_ADDRESSES,
	    .real = {0, UINT32_MAX}, .mapped = {1, 1}, .dest_mapped = {0, UINT32_MAX},
	    .dest_real = {0, UINT32_MAX}};
	IS("eth1", "10.1.0.5", "8.8.8.8", "R no-route");
}
END_TEST

/* The longest prefix; of two that are as long the lower metric. */
START_TEST(which_route)
{
	ck_assert_ptr_eq(walk_route(&world, ip("8.8.8.8")), &routes[0]);
	ck_assert_ptr_eq(walk_route(&world, ip("10.1.0.5")), &routes[2]);
	ck_assert_ptr_eq(walk_route(&world, ip("10.1.0.1")), &routes[5]);
	routes[0].metric = 30;
	ck_assert_ptr_eq(walk_route(&world, ip("8.8.8.8")), &routes[1]);
	ck_assert_str_eq(walk_out(&world, &routes[7]), "eth0");
	ck_assert_str_eq(walk_out(&world, &routes[2]), "eth1");
	zones[OUTSIDE].vpn = false;
	ck_assert_str_eq(walk_out(&world, &routes[7]), "gatehouse0");
	zones[OUTSIDE].vpn = true;
}
END_TEST

/* Clients are in the zone of the lowest level that has a crypto map, the first of those. */
START_TEST(where_clients_are)
{
	ck_assert_ptr_eq(policy_clients(&f), &zones[OUTSIDE]);
	zones[INSIDE].vpn = true;
	ck_assert_ptr_eq(policy_clients(&f), &zones[OUTSIDE]);
	zones[OUTSIDE].vpn = false;
	ck_assert_ptr_eq(policy_clients(&f), &zones[INSIDE]);
	zones[DMZ].vpn = zones[DMZ2].vpn = true;
	ck_assert_ptr_eq(policy_clients(&f), &zones[DMZ]);
	zones[INSIDE].vpn = zones[DMZ].vpn = zones[DMZ2].vpn = false;
	ck_assert_ptr_null(policy_clients(&f));
	zones[OUTSIDE].vpn = true;
	ck_assert_ptr_eq(policy_zone(&f, "eth3"), &zones[DMZ2]);
	ck_assert_ptr_null(policy_zone(&f, "eth9"));
}
END_TEST

/* By source, by protocol; ports only where a protocol has some. */
START_TEST(what_a_line_fits)
{
	struct acl_rule *r;

	group("eth0", ACCESS_IN, (char[]){"IN"});
	r = rule(0, true, "10.1.0.0", "10.1.255.255");
	r->source_first = ip("8.8.8.8");
	r->source_last = ip("8.8.8.9");
	IS("eth0", "8.8.8.7", "10.1.0.5", "rA denied");
	IS("eth0", "8.8.8.8", "10.1.0.5", "ra eth1");
	IS("eth0", "8.8.8.9", "10.1.0.5", "ra eth1");
	IS("eth0", "8.8.8.10", "10.1.0.5", "rA denied");
	r->source_low = r->source_high = 1025;
	IS("eth0", "8.8.8.8", "10.1.0.5", "ra eth1");
	r->source_low = r->source_high = 1026;
	IS("eth0", "8.8.8.8", "10.1.0.5", "rA denied");
	r->source_low = r->source_high = 0;
	ck_assert_str_eq(walked("eth0", IPPROTO_ICMP, "8.8.8.8", "10.1.0.5"), "ra eth1");
	ck_assert_str_eq(walked("eth0", 47, "8.8.8.8", "10.1.0.5"), "rA denied");
	ck_assert_str_eq(walked("eth0", IPPROTO_SCTP, "8.8.8.8", "10.1.0.5"), "rA denied");
	r->source_high = UINT16_MAX;
	ck_assert_str_eq(walked("eth0", IPPROTO_SCTP, "8.8.8.8", "10.1.0.5"), "ra eth1");
	ck_assert_str_eq(walked("eth0", 47, "8.8.8.8", "10.1.0.5"), "ra eth1");
}
END_TEST

START_TEST(access_lists)
{
	group("eth0", ACCESS_IN, (char[]){"IN"});
	rule(0, false, "10.1.0.9", "10.1.0.9");
	rule(0, true, "10.1.0.0", "10.1.255.255")->protocol = IPPROTO_TCP;
	*rule(0, true, "10.1.0.7", "10.1.0.7") = (struct acl_rule){.source_last = UINT32_MAX,
	    .dest_last = UINT32_MAX, .source_high = UINT16_MAX, .dest_low = 8 << 8,
	    .dest_high = 8 << 8 | 255, .protocol = IPPROTO_ICMP, .permit = true};
	IS("eth0", "8.8.8.8", "10.1.0.5", "ra eth1");
	ck_assert_uint_eq(w.phase[1].index, 1);
	ck_assert_ptr_eq(w.phase[1].rule, &rules_in[1]);
	IS("eth0", "8.8.8.8", "10.1.0.9", "rA denied");
	ck_assert_uint_eq(w.phase[1].index, 0);
	IS("eth0", "8.8.8.8", "10.2.0.9", "rA denied");
	ck_assert_ptr_null(w.phase[1].rule); /* the end of the list */
	ck_assert_str_eq(walked("eth0", IPPROTO_ICMP, "8.8.8.8", "10.1.0.5"), "ra eth1");
	ck_assert_str_eq(walked("eth0", IPPROTO_UDP, "8.8.8.8", "10.1.0.5"), "rA denied");
	lists[0].rule[1].dest_low = 81;
	IS("eth0", "8.8.8.8", "10.1.0.5", "rA denied");
	lists[0].rule[1].dest_high = 79; /* all but 80 */
	IS("eth0", "8.8.8.8", "10.1.0.5", "rA denied");
	lists[0].rule[1].dest_low = 82;
	lists[0].rule[1].dest_high = 80; /* all but 81 */
	IS("eth0", "8.8.8.8", "10.1.0.5", "ra eth1");
	/* The global list is asked behind it. */
	group("", ACCESS_IN, (char[]){"ALL"});
	rule(2, true, "10.2.0.0", "10.2.255.255");
	IS("eth0", "8.8.8.8", "10.2.0.9", "ra eth2");
	ck_assert_str_eq(w.phase[1].group->device, "");
	IS("eth0", "8.8.8.8", "10.1.0.9", "rA denied");
	IS("eth1", "10.1.0.5", "8.8.8.8", "rA denied"); /* it holds for all */
	/* And what goes out. */
	group("eth2", ACCESS_OUT, (char[]){"OUT"});
	IS("eth0", "8.8.8.8", "10.2.0.9", "raA denied");
	rule(1, true, "10.2.0.9", "10.2.0.9");
	IS("eth0", "8.8.8.8", "10.2.0.9", "raa eth2");
}
END_TEST

/* Equal levels are apart whatever lists say. */
START_TEST(lists_and_equal_levels)
{
	group("eth2", ACCESS_IN, (char[]){"IN"});
	rule(0, true, "0.0.0.0", "255.255.255.255");
	IS("eth2", "10.2.0.5", "10.1.0.5", "ra eth1");
	IS("eth2", "10.2.0.5", "10.3.0.5", "rL denied");
	f.inter = true;
	IS("eth2", "10.2.0.5", "10.3.0.5", "ra eth3");
}
END_TEST

START_TEST(translations)
{
	f.n_nat = 2;
	nat[0] = (struct nat_rule){.kind = NAT_STATIC, .to = NAT_TO_ADDRESSES, .real_if = "eth1",
	    .mapped_if = "eth0", .real = {ip("10.1.0.20"), ip("10.1.0.20")},
	    .mapped = {ip("203.0.113.20"), ip("203.0.113.20")}, .dest_mapped = {0, UINT32_MAX},
	    .dest_real = {0, UINT32_MAX}};
	nat[1] = (struct nat_rule){.kind = NAT_DYNAMIC, .to = NAT_TO_INTERFACE, .real_if = "eth1",
	    .mapped_if = "eth0", .real = {0, UINT32_MAX}, .dest_mapped = {0, UINT32_MAX},
	    .dest_real = {0, UINT32_MAX}};
	IS("eth1", "10.1.0.20", "8.8.8.8", "rlt eth0");
	ck_assert_uint_eq(w.packet.source, ip("203.0.113.20"));
	ck_assert_ptr_eq(w.phase[2].nat, &nat[0]);
	ck_assert_uint_eq(w.phase[2].was.source, ip("10.1.0.20"));
	IS("eth1", "10.1.0.21", "8.8.8.8", "rlt eth0");
	ck_assert_uint_eq(w.packet.source, ip("172.16.1.2"));
	IS("eth1", "10.1.0.20", "10.2.0.1", "rl eth2");
	nat[1].mapped_if[0] = 0; /* towards the host's own links, too */
	nat[1].to = NAT_TO_ADDRESSES;
	nat[1].mapped.first = nat[1].mapped.last = 7;
	IS("eth1", "10.1.0.21", "10.9.0.1", "rt eth9");
	ck_assert_uint_eq(w.packet.source, 7);
	nat[1].real_if[0] = 0;
	IS("eth9", "10.9.0.1", "8.8.8.8", "rt eth0");
	f.n_nat = 1;
	IS("eth0", "8.8.8.8", "203.0.113.20", "urL denied");
	group("eth0", ACCESS_IN, (char[]){"IN"});
	rule(0, true, "10.1.0.20", "10.1.0.20"); /* real addresses */
	IS("eth0", "8.8.8.8", "203.0.113.20", "ura eth1");
	ck_assert_uint_eq(w.packet.dest, ip("10.1.0.20"));
}
END_TEST

/* Both ends of one rule, from either side. */
START_TEST(both_ends)
{
	f.n_nat = 1;
	nat[0] = (struct nat_rule){.kind = NAT_STATIC,
	    .to = NAT_TO_ADDRESSES,
	    .real_if = "eth1",
	    .mapped_if = "eth0",
	    .real = {ip("10.1.0.20"), ip("10.1.0.20")},
	    .mapped = {ip("203.0.113.20"), ip("203.0.113.20")},
	    .dest_mapped = {ip("10.99.0.5"), ip("10.99.0.5")},
	    .dest_real = {ip("198.51.100.5"), ip("198.51.100.5")}};
	group("eth0", ACCESS_IN, (char[]){"IN"});
	rule(0, true, "10.1.0.20", "10.1.0.20");
	IS("eth1", "10.1.0.20", "10.99.0.5", "urlt eth0");
	ck_assert_uint_eq(w.packet.source, ip("203.0.113.20"));
	ck_assert_uint_eq(w.packet.dest, ip("198.51.100.5"));
	IS("eth0", "198.51.100.5", "203.0.113.20", "urat eth1");
	ck_assert_uint_eq(w.packet.source, ip("10.99.0.5"));
	ck_assert_uint_eq(w.packet.dest, ip("10.1.0.20"));
	/* one that names a destination and leaves it as it is */
	nat[0].dest_mapped = nat[0].dest_real;
	IS("eth0", "198.51.100.5", "203.0.113.20", "ura eth1");
	ck_assert_uint_eq(w.packet.source, ip("198.51.100.5"));
	nat[0].mapped = nat[0].real; /* exempted: it is said */
	IS("eth1", "10.1.0.20", "198.51.100.5", "urlt eth0");
	ck_assert_uint_eq(w.packet.source, ip("10.1.0.20"));
}
END_TEST

START_TEST(clients)
{
	IS("eth0", "192.168.1.1", "10.1.0.5", "vr eth1");
	ck_assert_uint_eq(w.from_client, ip("192.168.1.1"));
	IS("eth0", "192.168.1.3", "10.1.0.5", "rL denied"); /* nobody has that address */
	IS("eth1", "192.168.1.1", "10.2.0.5", "rl eth2");   /* nor does he come that way */
	IS("eth1", "10.1.0.5", "192.168.1.2", "rle eth0");
	ck_assert_uint_eq(w.to_client, ip("192.168.1.2"));
	IS("eth0", "192.168.1.1", "192.168.1.2", "vrL denied");
	IS("eth0", "192.168.1.1", "8.8.8.8", "vrL denied");
	f.intra = true;
	IS("eth0", "192.168.1.1", "192.168.1.2", "vrle eth0");
	IS("eth0", "192.168.1.1", "8.8.8.8", "vrl eth0");
	f.permit_vpn = false;
	IS("eth0", "192.168.1.1", "10.1.0.5", "vrL denied");
	f.permit_vpn = true;
	world.filter[0] = (struct walk_filter){ip("192.168.1.1"), true};
	IS("eth0", "192.168.1.1", "10.1.0.5", "vfr eth1");
	world.filter[0].permit = false;
	IS("eth0", "192.168.1.1", "10.1.0.5", "vF denied");
	world.filter[1] = (struct walk_filter){ip("192.168.1.2"), false};
	IS("eth1", "10.1.0.5", "192.168.1.2", "rlF denied");
	ck_assert(w.phase[2].receiver);
}
END_TEST

/* What is for ourselves: only a list of the control plane is asked, and its end refuses nothing. */
START_TEST(to_ourselves)
{
	group("eth0", ACCESS_IN, (char[]){"OUT"});
	IS("eth0", "8.8.8.8", "172.16.1.2", "r box");
	group("eth0", ACCESS_CONTROL, (char[]){"IN"});
	IS("eth0", "8.8.8.8", "172.16.1.2", "r box");
	rule(0, false, "172.16.1.2", "172.16.1.2");
	IS("eth0", "8.8.8.8", "172.16.1.2", "rA denied");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("walk");
	TCase *tc = tcase_create("walk");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, levels);
	tcase_add_test(tc, which_route);
	tcase_add_test(tc, where_clients_are);
	tcase_add_test(tc, what_a_line_fits);
	tcase_add_test(tc, access_lists);
	tcase_add_test(tc, lists_and_equal_levels);
	tcase_add_test(tc, translations);
	tcase_add_test(tc, both_ends);
	tcase_add_test(tc, clients);
	tcase_add_test(tc, to_ourselves);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
