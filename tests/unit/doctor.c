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
#include "tests/support/doctor_cases.h"
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
	facts = (struct doctor_facts){.links = &links, .routes = routes, .now = 1800000000};
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

/* Pastes the cure of a finding, with what only a person knows; such lines stand behind `! `. At
 * (config)# again. */
static void treat(const struct doctor_finding *f)
{
	static const char *const known[] = {
	    "!  ikev1 pre-shared-key KEY", "! username ", "!  authentication ",
	    "!  group-lock none", "!  vpn-access-hours none", "! access-list "};
	char *lines = strdup(text_str(&f->cure));

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		for (char *at = lines; (at = strstr(at, known[i])); at++)
			*at = ' ';
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
	route_there(4, "ppp0", "0.0.0.0", 0, "0.0.0.0", ROUTE_STATIC);
	none("one without a router");
	route_there(4, "eth1", "0.0.0.0", 0, "10.10.10.254", ROUTE_STATIC);
	only("route_outside", DOCTOR_MAY_PREVENT, "no default route by interface outside");
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

/* The engine waits then, which is no finding of its own. */
START_TEST(a_port_is_another_programs)
{
	struct msg_rec_port port[2] = {{.port = 500, .ours = 1, .program = "", .unit = ""},
	    {.port = 4500, .ours = 1, .program = "", .unit = ""}};

	guide();
	facts.ports = port;
	facts.n_ports = 2;
	none("both are ours");
	facts.engine_away = true;
	port[1] = (struct msg_rec_port){.port = 4500,
	    .taken = 1,
	    .pid = 123,
	    .program = "charon",
	    .unit = "strongswan.service"};
	only("port_taken", DOCTOR_PREVENTS,
	    "UDP port 4500 belongs to another program of this host: charon (process 123)");
	ck_assert_ptr_nonnull(
	    strstr(text_str(&found.v[0].advice), "systemctl disable --now strongswan.service\n"));
	port[1].pid = 0; /* of several processes one */
	only("port_taken", DOCTOR_PREVENTS, "of this host, of strongswan.service");
	ck_assert_ptr_nonnull(
	    strstr(text_str(&found.v[0].advice), "systemctl disable --now strongswan.service\n"));
	port[1].pid = 123;
	port[1].unit = "";
	only("port_taken", DOCTOR_PREVENTS, "charon (process 123)");
	ck_assert_ptr_null(strstr(text_str(&found.v[0].advice), "systemctl"));
	port[1].pid = 0;
	only("port_taken", DOCTOR_PREVENTS, "UDP port 4500 belongs to another program");
	ck_assert_ptr_nonnull(strstr(text_str(&found.v[0].advice), "ss -ulpn sport = :4500"));
	port[1].taken = 0; /* he has just gone */
	only("port_taken", DOCTOR_PREVENTS, "UDP port 4500 is not open yet");
	port[0] = (struct msg_rec_port){.port = 500, .taken = 1, .program = "", .unit = ""};
	ck_assert_uint_eq(examine(), 2);
}
END_TEST

START_TEST(host_firewall_drops)
{
	struct msg_rec_host_chain chain = {.family = "inet", .table = "filter", .chain = "input"};

	guide();
	facts.chains = &chain;
	facts.n_chains = 1;
	only("host_firewall", DOCTOR_ADVICE, "UDP 500, UDP 4500 and ESP");
	ck_assert_uint_eq(found.problems, 0); /* the chain may well permit it */
	chain.forward = 1;
	only("host_firewall", DOCTOR_ADVICE, "between clients and inside");
}
END_TEST

START_TEST(who_does_not_answer_is_told)
{
	guide();
	facts.missing = 1U << DOCTOR_NEEDS_ROUTES | 1U << DOCTOR_NEEDS_POOLS;
	ck_assert_uint_eq(examine(), 2);
	ck_assert_uint_eq(found.problems, 0);
	ck_assert_uint_eq(found.unmade, 6);
	ck_assert_str_eq(doctor_severity_text(found.v[0].severity), "not known");
	ck_assert_ptr_nonnull(strstr(text_str(&found.v[0].what), "control_plane"));
	ck_assert_ptr_nonnull(strstr(text_str(&found.v[1].what), "pool_exhausted"));
}
END_TEST

START_TEST(the_cure_of_an_operator_keeps_his_privilege)
{
	guide();
	config_paste(&w.t, "username other password secret12 privilege 5\n");
	only("users_mschap", DOCTOR_MAY_PREVENT, "1 user(s)");
	ck_assert_str_eq(
	    text_str(&found.v[0].cure), "! username other password PASSWORD mschap privilege 5\n");
}
END_TEST

/* Two mistakes of one kind are two findings. */
START_TEST(each_group_is_told)
{
	guide();
	config_paste(&w.t,
	    "tunnel-group DefaultRAGroup general-attributes\nno address-pool Address-pool\nexit\n"
	    "no ip local pool Address-pool\ntunnel-group Two type remote-access\n"
	    "tunnel-group Two ipsec-attributes\nikev1 pre-shared-key another\nexit\n"
	    "tunnel-group Two ppp-attributes\nauthentication ms-chap-v2\nexit\n");
	ck_assert_msg(examine() == 2, "%s", all());
	treat(&found.v[0]);
	treat(&found.v[1]);
	none("both");
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
	tcase_add_test(tc, a_port_is_another_programs);
	tcase_add_test(tc, host_firewall_drops);
	tcase_add_test(tc, who_does_not_answer_is_told);
	tcase_add_test(tc, the_cure_of_an_operator_keeps_his_privilege);
	tcase_add_test(tc, each_group_is_told);
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
