/*
 * show vpn doctor: the guide's configuration has nothing wrong; each of many ways to break it is
 * found as exactly that, and goes by the cure, pasted as it is printed.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor/doctor.h"
#include "engine/base/addr.h"
#include "tests/support/feeding.h"

static struct feeding w;
static struct links links;
static struct walk_route routes[6];
static struct doctor_facts facts;
static struct doctor_findings found;

/* ---- a machine on which all is well -------------------------------------------------------- */

static uint32_t v4(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	return addr_to_v4(&a);
}

static void link_there(unsigned i, const char *device, const char *hardware, const char *address)
{
	struct net_link *l = &links.v[i];

	links.n = i + 1;
	strcpy(l->device, device);
	strcpy(l->hardware, hardware);
	l->ifindex = i + 2;
	l->up = l->carrier = true;
	ck_assert(addr_parse(address, &l->address));
	l->mask = prefix_mask(24);
}

static void route_there(
    unsigned i, const char *device, const char *dest, uint32_t mask, const char *gw, uint8_t kind)
{
	struct walk_route *r = &routes[i];

	*r = (struct walk_route){.dest = v4(dest), .mask = mask, .gateway = v4(gw), .kind = kind};
	strcpy(r->device, device);
	facts.n_routes = i + 1;
}

static void paste_file(const char *path)
{
	char *text = config_file(path);

	config_paste(&w.t, text);
	free(text);
}

static void machine(void)
{
	memset(&links, 0, sizeof links);
	link_there(0, "eth0", "GigabitEthernet0/0", "172.16.1.2");
	link_there(1, "eth1", "GigabitEthernet0/1", "10.10.10.1");
	facts = (struct doctor_facts){.links = &links, .routes = routes};
	route_there(0, "eth0", "172.16.1.2", UINT32_MAX, "0.0.0.0", ROUTE_LOCAL);
	route_there(1, "eth0", "172.16.1.0", 0xffffff00, "0.0.0.0", ROUTE_CONNECTED);
	route_there(2, "eth1", "10.10.10.1", UINT32_MAX, "0.0.0.0", ROUTE_LOCAL);
	route_there(3, "eth1", "10.10.10.0", 0xffffff00, "0.0.0.0", ROUTE_CONNECTED);
	route_there(4, "eth0", "0.0.0.0", 0, "172.16.1.1", ROUTE_STATIC);
}

static void setup(void)
{
	feeding_open(&w);
	machine();
}

static void teardown(void)
{
	doctor_findings_free(&found);
	feeding_close(&w);
}

static void guide(void)
{
	paste_file("tests/data/lab.conf");
	paste_file("tests/data/guide.conf");
}

/* ---- what the doctor says ------------------------------------------------------------------ */

static size_t examine(void)
{
	doctor_findings_free(&found);
	facts.rules = feed_firewall(w.feed);
	facts.lists = w.feed;
	ck_assert(doctor_examine(w.t.db, w.t.gram, &facts, &found));
	return found.n;
}

/* All that was found, for the one who reads a failure. */
static const char *all(void)
{
	static char text[8000];
	size_t used = 0;

	text[0] = 0;
	for (size_t i = 0; i < found.n && used < sizeof text - 600; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "%.60s: %.200s\n%.300s",
		    found.v[i].check, text_str(&found.v[i].what), text_str(&found.v[i].cure));
	return text;
}

/* Pastes the cure of a finding; at (config)# again. */
static void treat(const struct doctor_finding *f)
{
	char *lines = strdup(text_str(&f->cure));

	config_paste(&w.t, lines);
	parse_state_init(&w.t.state, w.t.gram, true);
	free(lines);
}

static void only(const char *check, enum doctor_severity severity, const char *what)
{
	ck_assert_msg(examine() == 1, "%s: %zu found\n%s", check, found.n, all());
	ck_assert_str_eq(found.v[0].check, check);
	ck_assert_msg(
	    found.v[0].severity == severity, "%s: severity %d", check, found.v[0].severity);
	ck_assert_msg(strstr(text_str(&found.v[0].what), what), "%s\nis not in %s", what, all());
	ck_assert(*found.v[0].sees);
}

static void none(const char *when)
{
	ck_assert_msg(examine() == 0, "%s:\n%s", when, all());
}

/* ---- the guide, broken --------------------------------------------------------------------- */

/* clang-format off */
static const struct {
	const char *check;
	enum doctor_severity severity;
	const char *lines; /* what a new user may have typed or left out */
	const char *what;
} broken[] = {
#define P DOCTOR_PREVENTS
#define STRONG "crypto ipsec ikev1 transform-set STRONG esp-aes-256 esp-sha256-hmac\n"
#define M DOCTOR_MAY_PREVENT
    {"interface_name", P, "interface GigabitEthernet0/1\nno nameif\ninterface GigabitEthernet0/0\nno nameif\nexit\ncrypto map outside_map interface outside\ncrypto ikev1 enable outside\n", "no interface has the name outside"},
    {"interface_shutdown", P, "interface GigabitEthernet0/0\nshutdown\n", "outside is shut down"},
    {"transform_mode", P, "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode tunnel\n", "TRANS-ESP-3DES-SHA is in tunnel mode"},
    {"transform_offered", P, "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-aes-256 esp-sha256-hmac\n", "offers a transform-set"},
    {"transform_offered", P, "crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-3des esp-md5-hmac\n", "outside_dyn_map"},
    {"dynamic_missing", P, "crypto map outside_map 65535 ipsec-isakmp dynamic other_map\n", "other_map, which does not exist"},
    {"dynamic_empty", P, "crypto dynamic-map outside_dyn_map 10 set reverse-route\nno crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA\n", "outside_dyn_map has no transform-set"},
    {"pfs", P, "crypto dynamic-map outside_dyn_map 10 set pfs group14\n", "outside_dyn_map 10"},
    {"match_missing", P, "crypto dynamic-map outside_dyn_map 10 match address NOBODY\n", "NOBODY"},
    {"transform_offered", P, STRONG "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set STRONG\n", "crypto dynamic-map outside_dyn_map 5"},
    {"transform_offered", P, STRONG "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set STRONG\ncrypto dynamic-map outside_dyn_map 10 set ikev1 transform-set STRONG\n", "crypto dynamic-map outside_dyn_map 5"},
    {"transform_offered", P, STRONG "crypto map outside_map 20 set ikev1 transform-set STRONG\n", "crypto map outside_map 20"},
    {"pfs", P, "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set TRANS-ESP-3DES-SHA\ncrypto dynamic-map outside_dyn_map 5 set pfs\n", "outside_dyn_map 5"},
    {"match_refuses", P, "access-list L2TP extended permit tcp any any\ncrypto dynamic-map outside_dyn_map 10 match address L2TP\n", "L2TP, which does not permit"},
    {"map_missing", P, "no crypto map outside_map 65535\n", "no crypto map"},
    {"map_unbound", P, "no crypto map outside_map interface outside\n", "outside_map is not bound"},
    {"map_unbound", P, "no crypto map outside_map interface outside\ncrypto map typo_map interface outside\n", "outside_map is not bound"},
    {"map_static", P, "no crypto map outside_map 65535\ncrypto map outside_map 10 set peer 203.0.113.1\n", "no dynamic entry"},
    {"ike_disabled", P, "no crypto ikev1 enable outside\n", "not enabled on interface outside"},
    {"ike_disabled", P, "no crypto ikev1 enable outside\ncrypto ikev1 enable inside\n", "not enabled on interface outside"},
    {"policy_none", P, "no crypto ikev1 policy 10\n", "no crypto ikev1 policy"},
    {"policy_offered", P, "crypto ikev1 policy 10\ngroup 5\n", "policy 10: 3des, sha, group 5"},
    {"policy_offered", P, "crypto ikev1 policy 10\nencryption aes-256\nhash sha256\ngroup 14\n", "sha256"},
    {"policy_offered", P, "crypto ikev1 policy 10\nencryption aes-192\n", "aes-192"},
    {"nat_traversal", M, "no crypto isakmp nat-traversal\n", "NAT traversal is off"},
    {"pool_none", P, "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\n", "no address pool"},
    {"pool_none", P, "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nno ip local pool Address-pool\n", "no address pool"},
    {"pool_none", M, "aaa-server RAD protocol radius\nexit\naaa-server RAD (inside) host 10.10.10.5\nkey s3cret\nexit\ntunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nauthentication-server-group RAD\n", "login server"},
    {"pool_unused", P, "no vpn-addr-assign local\n", "not given"},
    {"pool_elsewhere", M, "route inside 192.168.1.0 255.255.255.0 10.10.10.254\n", "leads away from pool Address-pool"},
    {"pool_arp", M, "ip local pool Near 10.10.10.100-10.10.10.150 mask 255.255.255.0\nsysopt noproxyarp inside\n", "pool Near"},
    {"key_none", P, "tunnel-group DefaultRAGroup ipsec-attributes\nno ikev1 pre-shared-key\n", "no pre-shared key"},
    {"protocol_l2tp", P, "group-policy L2TP-VPN attributes\nvpn-tunnel-protocol ikev1 ssl-client\n", "group-policy L2TP-VPN does not permit"},
    {"protocol_l2tp", P, "group-policy L2TP-VPN attributes\nno vpn-tunnel-protocol\nexit\ngroup-policy DfltGrpPolicy attributes\nvpn-tunnel-protocol ikev1\n", "group-policy DfltGrpPolicy does not permit"},
    {"protocol_l2tp", M, "username test attributes\nvpn-tunnel-protocol ikev2\n", "username test"},
    {"logins_none", P, "group-policy L2TP-VPN attributes\nvpn-simultaneous-logins 0\n", "L2TP-VPN permits no login"},
    {"logins_none", M, "username test attributes\nvpn-simultaneous-logins 0\n", "username test"},
    {"group_lock", P, "tunnel-group Other type remote-access\ngroup-policy L2TP-VPN attributes\ngroup-lock value Other\n", "locked to tunnel-group Other"},
    {"group_lock", M, "username test attributes\ngroup-lock value Nowhere\n", "username test"},
    {"filter_missing", P, "group-policy L2TP-VPN attributes\nvpn-filter value NOLIST\n", "NOLIST"},
    {"filter_missing", M, "username test attributes\nvpn-filter value NOLIST\n", "username test"},
    {"hours_missing", P, "group-policy L2TP-VPN attributes\nvpn-access-hours value NEVER\n", "NEVER"},
    {"split_missing", M, "group-policy L2TP-VPN attributes\nsplit-tunnel-policy tunnelspecified\n", "names none"},
    {"split_missing", M, "group-policy L2TP-VPN attributes\nsplit-tunnel-policy tunnelspecified\nsplit-tunnel-network-list value NOLIST\n", "NOLIST"},
    {"users_none", P, "no username test\n", "no user"},
    {"users_none", P, "username test attributes\nservice-type admin\n", "no user"},
    {"users_mschap", P, "username test password test\n", "1 user(s)"},
    {"users_mschap", M, "username other password secret12\n", "1 user(s)"},
    {"servers_none", P, "aaa-server RAD protocol radius\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group RAD\n", "aaa-server group RAD"},
    {"servers_none", M, "aaa-server RAD protocol radius\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group RAD LOCAL\n", "aaa-server group RAD"},
    {"servers_key", P, "aaa-server RAD protocol radius\nexit\naaa-server RAD (inside) host 10.10.10.5\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group RAD\n", "server 10.10.10.5"},
    {"servers_key", M, "aaa-server TAC protocol tacacs+\nexit\naaa-server TAC (inside) host 10.10.10.6\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group TAC LOCAL\nexit\ntunnel-group DefaultRAGroup ppp-attributes\nauthentication pap\n", "server 10.10.10.6"},
    {"policy_unused", DOCTOR_ADVICE, "tunnel-group DefaultRAGroup general-attributes\nno default-group-policy\n", "group-policy L2TP-VPN"},
    {"methods_unserved", P, "tunnel-group DefaultRAGroup ppp-attributes\nauthentication chap\nno authentication ms-chap-v1\nno authentication ms-chap-v2\n", "none of the PPP methods"},
    {"methods_unserved", P, "aaa-server DIR protocol ldap\nexit\naaa-server DIR (inside) host 10.10.10.5\nexit\ntunnel-group DefaultRAGroup general-attributes\nauthentication-server-group DIR\n", "server group DIR"},
    {"methods_windows", P, "tunnel-group DefaultRAGroup ppp-attributes\nno authentication ms-chap-v2\n", "only ms-chap-v1"},
    {"control_plane", P, "access-list BOX extended permit tcp any any eq ssh\naccess-list BOX extended deny ip any any\naccess-group BOX in interface outside control-plane\n", "BOX refuses UDP 500 UDP 4500 ESP"},
    {"control_plane", P, "access-list BOX extended deny udp any any eq 4500\naccess-list BOX extended permit ip any any\naccess-group BOX in interface outside control-plane\n", "BOX refuses UDP 4500 to"},
    {"permit_vpn", M, "no sysopt connection permit-vpn\n", "at interface outside"},
    {"nat_exemption", M, "no nat (inside,outside) source static any any destination static L2TP-Pool L2TP-Pool no-proxy-arp route-lookup\nnat (inside,outside) source dynamic any interface\n", "NAT of interface inside"},
    {"nat_exemption", M, "no nat (inside,outside) source static any any destination static L2TP-Pool L2TP-Pool no-proxy-arp route-lookup\nobject network Inner\nsubnet 10.10.10.0 255.255.255.0\nnat (inside,outside) dynamic interface\n", "pool Address-pool"},
#undef P
#undef STRONG
#undef M
};
/* clang-format on */

START_TEST(a_break_is_found_and_cured)
{
	guide();
	config_paste(&w.t, broken[_i].lines);
	parse_state_init(&w.t.state, w.t.gram, true);
	only(broken[_i].check, broken[_i].severity, broken[_i].what);
	ck_assert_msg(found.v[0].cure.len, "%s has no cure", broken[_i].check);
	treat(&found.v[0]);
	none(broken[_i].lines);
}
END_TEST

/* ---- what is well -------------------------------------------------------------------------- */

/* Additions to the guide that are no mistake. */
static const char *const well[] = {
    "",
    "nat (inside,outside) after-auto source dynamic any interface\n",
    "sysopt noproxyarp inside\n",
    "route inside 10.20.0.0 255.255.0.0 10.10.10.254\n",
    "route inside 192.168.0.0 255.255.0.0 10.10.10.254\n",
    "crypto ikev1 policy 5\nencryption aes-256\nhash sha256\ngroup 14\n",
    "crypto ipsec ikev1 transform-set STRONG esp-aes-256 esp-sha256-hmac\n"
    "crypto dynamic-map outside_dyn_map 15 set ikev1 transform-set STRONG\n"
    "crypto dynamic-map outside_dyn_map 15 set pfs\n",
    "crypto ipsec ikev1 transform-set STRONG esp-aes-256 esp-sha256-hmac\n"
    "access-list SITE extended permit ip 10.10.10.0 255.255.255.0 10.40.0.0 255.255.0.0\n"
    "crypto dynamic-map outside_dyn_map 5 match address SITE\n"
    "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set STRONG\n",
    "crypto dynamic-map outside_dyn_map 5 set reverse-route\n",
    "crypto dynamic-map outside_dyn_map 5 match address NOBODY\n"
    "crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set TRANS-ESP-3DES-SHA\n",
    "access-list L2TP extended permit udp any eq 1701 any\n"
    "crypto dynamic-map outside_dyn_map 10 match address L2TP\n",
    "crypto dynamic-map unused 1 set pfs\n",
    "username boss password secret123\nusername boss attributes\nservice-type admin\n",
    "access-list SPLIT standard permit 10.10.10.0 255.255.255.0\n"
    "group-policy L2TP-VPN attributes\nsplit-tunnel-policy tunnelspecified\n"
    "split-tunnel-network-list value SPLIT\n",
    "access-list BOX extended permit udp any any eq 500\n"
    "access-list BOX extended permit udp any any eq 4500\n"
    "access-list BOX extended permit esp any any\naccess-list BOX extended deny ip any any\n"
    "access-group BOX in interface outside control-plane\n",
    "no sysopt connection permit-vpn\naccess-list IN extended permit ip any any\n"
    "access-group IN in interface outside\n",
    "group-policy L2TP-VPN attributes\ngroup-lock value DefaultRAGroup\n",
    "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nexit\n"
    "group-policy L2TP-VPN attributes\naddress-pools value Address-pool\n",
    "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\n"
    "dhcp-server 10.10.10.5\n",
    "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nexit\n"
    "username test attributes\nvpn-framed-ip-address 192.168.1.9 255.255.255.0\n",
    "interface GigabitEthernet0/0\nno ip address\nip address dhcp setroute\n",
    "tunnel-group Unkeyed type remote-access\n",
    "group-policy Boss internal\nusername test attributes\nvpn-group-policy Boss\n",
    "tunnel-group DefaultRAGroup ppp-attributes\nauthentication chap\n",
};

START_TEST(what_is_well_is_not_talked_of)
{
	guide();
	config_paste(&w.t, well[_i]);
	parse_state_init(&w.t.state, w.t.gram, true);
	none(well[_i]);
	ck_assert_uint_gt(found.checks, 30);
}
END_TEST

/* From an appliance that has but interfaces to one that serves, by cures alone, in order. */
START_TEST(all_cures_make_a_configuration)
{
	size_t n;

	paste_file("tests/data/lab.conf");
	n = examine();
	ck_assert_uint_ge(n, 6);
	for (size_t i = 0; i < n; i++)
		treat(&found.v[i]);
	none("after all cures");
}
END_TEST

START_TEST(nothing_at_all_is_configured)
{
	ck_assert_uint_ge(examine(), 7);
	ck_assert_str_eq(found.v[0].check, "interface_name");
}
END_TEST

/* ---- the host ------------------------------------------------------------------------------ */

START_TEST(interface_without_carrier_or_card)
{
	guide();
	links.v[0].carrier = false;
	only("interface_carrier", DOCTOR_PREVENTS, "outside (eth0) has no carrier");
	links.v[0].carrier = true;
	none("carrier");
	links.v[0].hardware[0] = links.v[0].device[0] = 0;
	only("interface_carrier", DOCTOR_PREVENTS, "no card for interface outside");
}
END_TEST

START_TEST(no_address)
{
	guide();
	config_paste(&w.t, "interface GigabitEthernet0/0\nno ip address\nexit\n");
	none("somebody else has given it one");
	links.v[0].address.family = 0;
	only("interface_address", DOCTOR_PREVENTS, "outside has no address");
	treat(&found.v[0]);
	ck_assert(addr_parse("172.16.1.7", &links.v[0].address));
	none("a lease");
}
END_TEST

START_TEST(no_lease)
{
	guide();
	config_paste(
	    &w.t, "interface GigabitEthernet0/0\nno ip address\nip address dhcp setroute\n");
	links.v[0].address.family = 0;
	only("interface_address", DOCTOR_PREVENTS, "no address from a DHCP server");
	ck_assert_uint_eq(found.v[0].cure.len, 0);
}
END_TEST

START_TEST(no_default_route)
{
	guide();
	config_paste(&w.t, "no route outside 0.0.0.0 0.0.0.0 172.16.1.1\n");
	none("somebody else has made one");
	facts.n_routes--;
	only("route_outside", DOCTOR_MAY_PREVENT, "no default route");
	treat(&found.v[0]);
	none("cured");
}
END_TEST

START_TEST(no_engine)
{
	guide();
	facts.engine_away = true;
	only("engine_away", DOCTOR_PREVENTS, "does not run");
}
END_TEST

START_TEST(host_firewall_drops)
{
	struct msg_rec_host_chain chain = {.family = "inet", .table = "filter", .chain = "input"};

	guide();
	facts.chains = &chain;
	facts.n_chains = 1;
	only("host_firewall", DOCTOR_MAY_PREVENT, "UDP 500, UDP 4500 and ESP");
	chain.forward = 1;
	only("host_firewall", DOCTOR_MAY_PREVENT, "between clients and inside");
}
END_TEST

START_TEST(pool_is_used_up)
{
	struct msg_rec_pool pool = {.name = "Address-pool", .free = 1, .in_use = 253};

	guide();
	facts.pools = &pool;
	facts.n_pools = 1;
	none("one is left");
	pool.free = 0;
	only("pool_exhausted", DOCTOR_PREVENTS, "no address of pool Address-pool");
	treat(&found.v[0]);
	none("another pool");
}
END_TEST

START_TEST(servers_do_not_answer)
{
	struct msg_rec_aaa_server server[2] = {{.group_name = "RAD", .active = 1, .why = ""},
	    {.group_name = "RAD", .active = 0, .why = "no answer"}};

	guide();
	config_paste(&w.t,
	    "aaa-server RAD protocol radius\nexit\naaa-server RAD (inside) host 10.10.10.5\n"
	    "key s3cret\nexit\ntunnel-group DefaultRAGroup general-attributes\n"
	    "authentication-server-group RAD\n");
	facts.servers = server;
	facts.n_servers = 2;
	none("one of them answers");
	server[0].active = 0;
	only("servers_failed", DOCTOR_PREVENTS, "no answer");
}
END_TEST

START_TEST(network_of_a_split_tunnel_without_route)
{
	guide();
	config_paste(&w.t, "access-list SPLIT standard permit 10.30.0.0 255.255.0.0\n"
			   "group-policy L2TP-VPN attributes\nsplit-tunnel-policy tunnelspecified\n"
			   "split-tunnel-network-list value SPLIT\nexit\n");
	only("route_split", DOCTOR_MAY_PREVENT, "10.30.0.0 255.255.0.0");
	config_paste(&w.t, "route inside 10.30.0.0 255.255.0.0 10.10.10.254\n");
	none("a route");
}
END_TEST

/* ---- numbers of Windows ---------------------------------------------------------------------- */

START_TEST(a_mistake_of_one_user_or_method_has_its_own_number)
{
	guide();
	config_paste(&w.t, "username test attributes\nvpn-tunnel-protocol ikev2\nexit\n");
	ck_assert_uint_eq(examine(), 1);
	ck_assert_uint_eq(found.v[0].code, 691); /* a user is known at the login only */
	config_paste(&w.t, "username test attributes\n"
			   "no vpn-tunnel-protocol\nexit\ngroup-policy L2TP-VPN attributes\n"
			   "vpn-tunnel-protocol ikev1\nexit\n");
	ck_assert_uint_eq(examine(), 1);
	ck_assert_uint_eq(found.v[0].code, 788);
	config_paste(&w.t,
	    "group-policy L2TP-VPN attributes\nvpn-tunnel-protocol l2tp-ipsec\nexit\n"
	    "tunnel-group DefaultRAGroup ppp-attributes\nauthentication chap\n"
	    "no authentication ms-chap-v1\nno authentication ms-chap-v2\nexit\n");
	ck_assert_uint_eq(examine(), 1);
	ck_assert_uint_eq(found.v[0].code, 734); /* chap alone is not asked for with LOCAL */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("doctor");
	TCase *tc = tcase_create("doctor");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_break_is_found_and_cured, 0, sizeof broken / sizeof *broken);
	tcase_add_loop_test(tc, what_is_well_is_not_talked_of, 0, sizeof well / sizeof *well);
	tcase_add_test(tc, all_cures_make_a_configuration);
	tcase_add_test(tc, nothing_at_all_is_configured);
	tcase_add_test(tc, interface_without_carrier_or_card);
	tcase_add_test(tc, no_address);
	tcase_add_test(tc, no_lease);
	tcase_add_test(tc, no_default_route);
	tcase_add_test(tc, no_engine);
	tcase_add_test(tc, host_firewall_drops);
	tcase_add_test(tc, pool_is_used_up);
	tcase_add_test(tc, servers_do_not_answer);
	tcase_add_test(tc, network_of_a_split_tunnel_without_route);
	tcase_add_test(tc, a_mistake_of_one_user_or_method_has_its_own_number);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
