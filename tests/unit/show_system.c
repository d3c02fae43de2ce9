/* show ip local pool, version, nameif, interface, route: byte by byte. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/show.h"

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	return a;
}

START_TEST(pool)
{
	struct msg_rec_pool r = {.name = "P",
	    .first = ip("192.168.1.144"),
	    .last = ip("192.168.1.147"),
	    .mask = ip("255.255.255.252"),
	    .free = 2,
	    .in_use = 2};
	struct msg_rec_pool_addr a[] = {
	    {.address = ip("192.168.1.144"), .state = POOL_ADDRESS_IN_USE},
	    {.address = ip("192.168.1.145")},
	    {.address = ip("192.168.1.146")},
	    {.address = ip("192.168.1.147"), .state = POOL_ADDRESS_IN_USE},
	    {.address = ip("10.9.9.1"), .state = POOL_ADDRESS_IN_USE}, /* of the next pool */
	};
	struct text t = {0};

	show_pool(&t, &r, a, 4);
	ck_assert_str_eq(text_str(&t),
	    "Begin           End             Mask            Free     Held     In use\n"
	    "192.168.1.144   192.168.1.147   255.255.255.252     2        0        2\n"
	    "\n"
	    "Available Addresses:\n"
	    "192.168.1.145\n"
	    "192.168.1.146\n"
	    "\n"
	    "In Use Addresses:\n"
	    "192.168.1.144\n"
	    "192.168.1.147\n");
	text_clear(&t);
	show_pool(&t, &r, a + 1, 2); /* nobody has one: nothing is headed */
	ck_assert_ptr_null(strstr(text_str(&t), "In Use"));
	text_clear(&t);
	show_pool(&t, &r, a, 1);
	ck_assert_ptr_null(strstr(text_str(&t), "Available"));
	text_free(&t);
}
END_TEST

START_TEST(aaa_servers)
{
	struct msg_rec_aaa_server r[] = {
	    {.group_name = "LOCAL", .protocol = "", .host = "", .active = 1, .last = 1720490553,
		.authentications = 11, .authorizations = 4, .accepts = 10, .rejects = 5, .why = ""},
	    {.group_name = "RAD", .protocol = "radius", .host = "rad.example.com",
		.address = ip("10.1.1.21"), .port = 1645, .acct_port = 1646, .disabled = 1720490553,
		.pending = 2, .round_trip_ms = 4, .timeouts = 3, .queued = 7, .why = "no route"},
	    {.group_name = "TAC", .protocol = "tacacs+", .host = "10.1.1.22",
		.address = ip("10.1.1.22"), .port = 49, .active = 1, .why = ""},
	};
	struct text t = {0};

	show_aaa_server(&t, r, 3);
	ck_assert_str_eq(text_str(&t),
	    "Server Group:    LOCAL\n"
	    "Server Protocol: Local database\n"
	    "Server Address:  None\n"
	    "Server port:     None\n"
	    "Server status:   ACTIVE, Last transaction at 02:02:33 UTC Tue Jul 9 2024\n"
	    "Number of pending requests              0\n"
	    "Average round trip time                 0ms\n"
	    "Number of authentication requests       11\n"
	    "Number of authorization requests        4\n"
	    "Number of accounting requests           0\n"
	    "Number of retransmissions               0\n"
	    "Number of accepts                       10\n"
	    "Number of rejects                       5\n"
	    "Number of challenges                    0\n"
	    "Number of malformed responses           0\n"
	    "Number of bad authenticators            0\n"
	    "Number of timeouts                      0\n"
	    "Number of unrecognized responses        0\n"
	    "\n"
	    "Server Group:    RAD\n"
	    "Server Protocol: radius\n"
	    "Server Hostname: rad.example.com\n"
	    "Server Address:  10.1.1.21\n"
	    "Server port:     1645(authentication), 1646(accounting)\n"
	    "Server status:   FAILED, Server disabled at 02:02:33 UTC Tue Jul 9 2024\n"
	    "Number of pending requests              2\n"
	    "Average round trip time                 4ms\n"
	    "Number of authentication requests       0\n"
	    "Number of authorization requests        0\n"
	    "Number of accounting requests           0\n"
	    "Number of retransmissions               0\n"
	    "Number of accepts                       0\n"
	    "Number of rejects                       0\n"
	    "Number of challenges                    0\n"
	    "Number of malformed responses           0\n"
	    "Number of bad authenticators            0\n"
	    "Number of timeouts                      3\n"
	    "Number of unrecognized responses        0\n"
	    "Number of accounting records waiting    7\n"
	    "Last failure:    no route\n"
	    "\n"
	    "Server Group:    TAC\n"
	    "Server Protocol: tacacs+\n"
	    "Server Address:  10.1.1.22\n"
	    "Server port:     49\n"
	    "Server status:   ACTIVE, Last transaction at unknown\n"
	    "Number of pending requests              0\n"
	    "Average round trip time                 0ms\n"
	    "Number of authentication requests       0\n"
	    "Number of authorization requests        0\n"
	    "Number of accounting requests           0\n"
	    "Number of retransmissions               0\n"
	    "Number of accepts                       0\n"
	    "Number of rejects                       0\n"
	    "Number of challenges                    0\n"
	    "Number of malformed responses           0\n"
	    "Number of bad authenticators            0\n"
	    "Number of timeouts                      0\n"
	    "Number of unrecognized responses        0\n");
	text_free(&t);
}
END_TEST

static const struct show_link *links(void)
{
	static struct show_link l[3];

	l[0] = (struct show_link){.hardware = "GigabitEthernet0/0", .nameif = "outside",
	    .address = ip("10.99.99.2"), .mask = ip("255.255.255.0"), .method = "CONFIG",
	    .up = true, .mac = "52:54:00:0d:da:4c", .mtu = 1500, .device = "eth3", .present = true,
	    .ifindex = 2, .description = ""};
	l[1] = (struct show_link){.hardware = "GigabitEthernet0/1", .nameif = "inside",
	    .security_level = 100, .address = ip("192.168.1.1"), .mask = ip("255.255.255.0"),
	    .method = "manual", .shutdown = true, .up = true, .mac = "52:54:00:0d:da:4d",
	    .mtu = 1500, .device = "eth5", .present = true, .ifindex = 3,
	    .description = "to the office"};
	l[2] = (struct show_link){ .hardware = "GigabitEthernet0/2", .security_level = -1,
		.method = "unset", .mac = "", .mtu = 1500, .device = "eth7" };
	return l;
}

START_TEST(interfaces)
{
	struct text t = {0};

	show_nameif(&t, links(), 1);
	ck_assert_str_eq(text_str(&t),
	    "Interface                Name                     Security\n"
	    "GigabitEthernet0/0       outside                    0\n");
	text_clear(&t);
	show_nameif(&t, links(), 3);
	ck_assert_str_eq(text_str(&t),
	    "Interface                Name                     Security\n"
	    "GigabitEthernet0/0       outside                    0\n"
	    "GigabitEthernet0/1       inside                   100\n");
	text_clear(&t);
	show_interface_brief(&t, links(), 3);
	ck_assert_str_eq(text_str(&t),
	    "Interface                  IP-Address      OK? Method Status                Protocol\n"
	    "GigabitEthernet0/0         10.99.99.2      YES CONFIG up                    up  \n"
	    "GigabitEthernet0/1         192.168.1.1     YES manual administratively down down\n"
	    "GigabitEthernet0/2         unassigned      YES unset  down                  down\n");
	text_clear(&t);
	for (size_t i = 0; i < 3; i++)
		show_interface(&t, &links()[i], NULL, SHOW_INTERFACE_SUMMARY);
	ck_assert_str_eq(text_str(&t),
	    "Interface GigabitEthernet0/0 \"outside\", is up, line protocol is up\n"
	    "\tMAC address 5254.000d.da4c, MTU 1500\n"
	    "\tIP address 10.99.99.2, subnet mask 255.255.255.0\n"
	    "Interface GigabitEthernet0/1 \"inside\", is administratively down, line protocol is "
	    "down\n"
	    "\tMAC address 5254.000d.da4d, MTU 1500\n"
	    "\tIP address 192.168.1.1, subnet mask 255.255.255.0\n"
	    "Interface GigabitEthernet0/2 \"\", is down, line protocol is down\n"
	    "\tAvailable but not configured via nameif\n"
	    "\tMAC address 0000.0000.0000, MTU 1500\n"
	    "\tIP address unassigned\n");
	text_free(&t);
}
END_TEST

/* Up is who has a carrier and is not shut; whose level nobody set has the lowest. */
START_TEST(states_of_interfaces)
{
	static const struct {
		bool shutdown, up;
		const char *status, *protocol;
	} row[] = {{false, false, "down", "down"}, {false, true, "up", "up"},
	    {true, false, "administratively down", "down"},
	    {true, true, "administratively down", "down"}};
	struct show_link l = links()[1];
	struct text t = {0};
	char line[120];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		l.shutdown = row[i].shutdown;
		l.up = row[i].up;
		snprintf(line, sizeof line, " manual %-22s%s", row[i].status, row[i].protocol);
		text_clear(&t);
		show_interface_brief(&t, &l, 1);
		ck_assert_msg(strstr(text_str(&t), line) != NULL, "%s", text_str(&t));
		snprintf(line, sizeof line, "\"inside\", is %s, line protocol is %s\n",
		    row[i].status, row[i].protocol);
		text_clear(&t);
		show_interface(&t, &l, NULL, SHOW_INTERFACE_STATS);
		ck_assert_msg(strstr(text_str(&t), line) != NULL, "%s", text_str(&t));
	}
	l.security_level = -1;
	text_clear(&t);
	show_nameif(&t, &l, 1);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&t), "GigabitEthernet0/1       inside                     0\n"));
	l.nameif = "";
	text_clear(&t);
	show_nameif(&t, &l, 1);
	ck_assert_ptr_null(strstr(text_str(&t), "Gigabit"));
	show_interface(&t, &l, NULL, SHOW_INTERFACE_STATS);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\tAvailable but not configured via nameif\n"));
	l.device = "";
	l.present = false;
	text_clear(&t);
	show_interface(&t, &l, NULL, SHOW_INTERFACE_STATS);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&t), "  Hardware is not present, BW 0 Mbps, DLY 10 usec\n"));
	text_free(&t);
}
END_TEST

START_TEST(mapping)
{
	static const struct show_card card[] = {
		{ "GigabitEthernet0/0", "52:54:00:0d:da:4c", "eth0", true, true },
		{ "GigabitEthernet0/1", "52:54:00:0d:da:4d", "eth3", true, false },
		{ "GigabitEthernet0/12", "52:54:00:0d:da:4e", "eth1", false, false },
		{ "GigabitEthernet0/13", "52:54:00:0d:da:4f", "", false, false },
	};
	struct text t = {0};

	show_mapping(&t, card, 4);
	ck_assert_str_eq(text_str(&t),
	    "Interface                  MAC-Address     Device           Status\n"
	    "GigabitEthernet0/0         5254.000d.da4c  eth0             up\n"
	    "GigabitEthernet0/1         5254.000d.da4d  eth3             down\n"
	    "GigabitEthernet0/12        5254.000d.da4e  eth1             not present\n"
	    "GigabitEthernet0/13        5254.000d.da4f  -                not present\n");
	text_free(&t);
}
END_TEST

#define CODES \
	"\nCodes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n" \
	"       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area \n" \
	"       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2\n" \
	"       E1 - OSPF external type 1, E2 - OSPF external type 2, V - VPN\n" \
	"       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2\n" \
	"       ia - IS-IS inter area, * - candidate default, U - per-user static route\n" \
	"       o - ODR, P - periodic downloaded static route, + - replicated route\n"

START_TEST(routes)
{
	struct show_route_entry r[] = {
		{ 'S', ip("0.0.0.0"), ip("0.0.0.0"), ip("10.3.0.1"), 1, "outside" },
		{ 'C', ip("192.168.1.0"), ip("255.255.255.0"), { 0 }, 0, "inside" },
		{ 'L', ip("192.168.1.1"), ip("255.255.255.255"), { 0 }, 0, "inside" },
		{ 'V', ip("192.168.1.1"), ip("255.255.255.255"), { 0 }, 0, "mouth" },
		{ 'V', ip("192.168.100.101"), ip("255.255.255.255"), { 0 }, 0, "outside" },
	};
	struct text t = {0};

	show_route(&t, r, 5);
	ck_assert_str_eq(text_str(&t), CODES
	    "Gateway of last resort is 10.3.0.1 to network 0.0.0.0\n"
	    "\n"
	    "S*       0.0.0.0 0.0.0.0 [1/0] via 10.3.0.1, outside\n"
	    "C        192.168.1.0 255.255.255.0 is directly connected, inside\n"
	    "L        192.168.1.1 255.255.255.255 is directly connected, inside\n"
	    "V        192.168.1.1 255.255.255.255 connected by VPN (advertised), mouth\n"
	    "V        192.168.100.101 255.255.255.255 \n"
	    "           connected by VPN (advertised), outside\n");
	text_clear(&t);
	/* The host's own: its code is explained where it is used; the lower metric is what packets
	 * take. */
	struct show_route_entry own[] = {
		{ 'S', ip("0.0.0.0"), ip("0.0.0.0"), ip("10.3.0.1"), 5, "outside" },
		{ 'K', ip("0.0.0.0"), ip("0.0.0.0"), ip("10.4.0.1"), 0, "eth9" },
		{ 'K', ip("10.7.0.0"), ip("255.255.0.0"), ip("10.4.0.9"), 100, "eth9" },
		{ 'K', ip("10.8.0.0"), ip("255.255.0.0"), { 0 }, 0, "eth9" },
	};

	show_route(&t, own, 4);
	ck_assert_str_eq(text_str(&t), CODES
	    "       K - route of the host, not of this configuration\n"
	    "Gateway of last resort is 10.4.0.1 to network 0.0.0.0\n"
	    "\n"
	    "S*       0.0.0.0 0.0.0.0 [5/0] via 10.3.0.1, outside\n"
	    "S*K      0.0.0.0 0.0.0.0 [0/0] via 10.4.0.1, eth9\n"
	    "S K      10.7.0.0 255.255.0.0 [0/100] via 10.4.0.9, eth9\n"
	    "S K      10.8.0.0 255.255.0.0 is directly connected, eth9\n");
	text_clear(&t);
	show_route(&t, own, 0); /* what stands behind the last is none of them */
	ck_assert_str_eq(text_str(&t), CODES "Gateway of last resort is not set\n\n");
	text_clear(&t);
	show_route(&t, r + 1, 1);
	ck_assert_str_eq(text_str(&t), CODES
	    "Gateway of last resort is not set\n"
	    "\n"
	    "C        192.168.1.0 255.255.255.0 is directly connected, inside\n");
	text_free(&t);
}
END_TEST

/* The default route has a gateway and is for everything: half of everything is not. */
START_TEST(gateways_of_last_resort)
{
	static const struct {
		const char *dest, *mask, *gateway, *says;
		uint32_t metric;
	} row[] = {
	    {"0.0.0.0", "128.0.0.0", "10.3.0.1", "is not set", 1},
	    {"128.0.0.0", "0.0.0.0", "10.3.0.1", "is not set", 1},
	    {"0.0.0.0", "0.0.0.0", NULL, "is not set", 1},
	    {"0.0.0.0", "0.0.0.0", "10.3.0.1", "is 10.3.0.1 to", 1},
	    /* of two as good as each other the first; only a better one takes its place */
	    {"0.0.0.0", "0.0.0.0", "10.3.0.2", "is 10.3.0.1 to", 1},
	    {"0.0.0.0", "0.0.0.0", "10.3.0.3", "is 10.3.0.1 to", 2},
	    {"0.0.0.0", "0.0.0.0", "10.3.0.4", "is 10.3.0.4 to", 0},
	};
	struct show_route_entry r[sizeof row / sizeof *row];
	struct text t = {0};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		r[i] = (struct show_route_entry){.code = 'S',
		    .dest = ip(row[i].dest),
		    .mask = ip(row[i].mask),
		    .metric = row[i].metric,
		    .ifname = "outside"};
		if (row[i].gateway)
			r[i].gateway = ip(row[i].gateway);
		text_clear(&t);
		show_route(&t, r, i + 1);
		ck_assert_msg(
		    strstr(text_str(&t), row[i].says) != NULL, "%zu: %s", i, text_str(&t));
		ck_assert(!!strstr(text_str(&t), "S*") == (i > 2));
	}
	text_free(&t);
}
END_TEST

/* A row of 74 columns stands, a longer one is broken before what it says of the way. */
START_TEST(rows_of_routes_are_broken)
{
	struct show_route_entry r = {'C', ip("192.168.100.0"), ip("255.255.255.0"), {0}, 0, NULL};
	struct text t = {0};
	const char *row = NULL;

	for (int i = 0; i < 2; i++) {
		r.ifname = i ? "fifteen.letters" : "fourteen.chars";
		text_clear(&t);
		show_route(&t, &r, 1);
		row = strstr(text_str(&t), "\nC   ");
		ck_assert_ptr_nonnull(row);
		ck_assert_uint_eq(strcspn(row + 1, "\n"), i ? 37 : 74);
	}
	ck_assert_str_eq(row + 38, "\n           is directly connected, fifteen.letters\n");
	text_free(&t);
}
END_TEST

/* The most precise, of those the one of the lowest metric, of those all. */
START_TEST(route_to_an_address)
{
	struct show_route_entry r[] = {
	    {'S', ip("0.0.0.0"), ip("0.0.0.0"), ip("10.3.0.1"), 7, "outside"},
	    {'S', ip("0.0.0.0"), ip("0.0.0.0"), ip("10.4.0.1"), 254, "backup"},
	    {'K', ip("10.0.0.0"), ip("255.0.0.0"), ip("10.4.0.9"), 100, "eth9"},
	    {'O', ip("172.16.0.0"), ip("255.240.0.0"), ip("10.4.0.9"), 20, "inside"},
	    {'O', ip("172.16.0.0"), ip("255.240.0.0"), ip("10.4.0.8"), 20, "inside"},
	    {'C', ip("192.168.1.0"), ip("255.255.255.0"), {0}, 0, "inside"},
	    {'V', ip("192.168.1.9"), ip("255.255.255.255"), {0}, 0, "outside"},
	};
	static const struct {
		size_t first, n;
		const char *says;
	} row[] = {
	    {0, 0, "% Network not in table\n"},
	    {0, 2, "\nRouting entry for 0.0.0.0 0.0.0.0, supernet\n"
		   "  Known via \"static\", distance 7, metric 0, candidate default path\n"
		   "  Routing Descriptor Blocks:\n"
		   "  * 10.3.0.1, via outside\n"
		   "      Route metric is 0, traffic share count is 1\n"},
	    {0, 3, "\nRouting entry for 10.0.0.0 255.0.0.0\n"
		   "  Known via \"kernel\", distance 0, metric 100\n"
		   "  Routing Descriptor Blocks:\n"
		   "  * 10.4.0.9, via eth9\n"
		   "      Route metric is 100, traffic share count is 1\n"},
	    {3, 2, "\nRouting entry for 172.16.0.0 255.240.0.0, supernet\n"
		   "  Known via \"ospf\", distance 0, metric 20\n"
		   "  Routing Descriptor Blocks:\n"
		   "  * 10.4.0.9, via inside\n"
		   "      Route metric is 20, traffic share count is 1\n"
		   "    10.4.0.8, via inside\n"
		   "      Route metric is 20, traffic share count is 1\n"},
	    {5, 1, "\nRouting entry for 192.168.1.0 255.255.255.0\n"
		   "  Known via \"connected\", distance 0, metric 0 (connected, via interface)\n"
		   "  Routing Descriptor Blocks:\n"
		   "  * directly connected, via inside\n"
		   "      Route metric is 0, traffic share count is 1\n"},
	    {5, 2, "\nRouting entry for 192.168.1.9 255.255.255.255\n"
		   "  Known via \"vpn\", distance 0, metric 0\n"
		   "  Routing Descriptor Blocks:\n"
		   "  * connected by VPN (advertised), via outside\n"
		   "      Route metric is 0, traffic share count is 1\n"},
	};
	struct text t = {0};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		text_clear(&t);
		show_route_to(&t, r + row[i].first, row[i].n);
		ck_assert_str_eq(text_str(&t), row[i].says);
	}
	text_free(&t);
}
END_TEST

START_TEST(host_firewall)
{
	struct msg_rec_host_chain rec[] = {
		{.family = "inet", .table = "filter", .chain = "input", .policy = 1},
		{.family = "ip", .table = "fw", .chain = "fwd", .forward = 1},
	};
	struct text t = {0};

	show_host_firewall(&t, rec, 2);
	ck_assert_str_eq(text_str(&t),
	    "WARNING: chain inet filter input drops what it does not accept (policy).\n"
	    "         It has to accept UDP 500, UDP 4500 and protocol ESP.\n"
	    "WARNING: chain ip fw fwd drops what it does not accept (last rule).\n"
	    "         It has to accept what VPN clients send and get, and what passes between "
	    "interfaces.\n");
	text_clear(&t);
	show_host_firewall(&t, rec, 0);
	ck_assert_str_eq(text_str(&t),
	    "No chain of the host drops packets by its policy or its last rule.\n");
	text_free(&t);
}
END_TEST

START_TEST(times)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} v[] = {{3 * 86400 + 22 * 3600 + 59, "3 days 22 hours"}, {39060, "10 hours 51 mins"},
	    {312, "5 mins 12 secs"}, {0, "0 mins 0 secs"}, {90000, "1 day 1 hour"},
	    {86400, "1 day 0 hours"}, {86399, "23 hours 59 mins"}, {3600, "1 hour 0 mins"},
	    {3599, "59 mins 59 secs"}, {61, "1 min 1 sec"}};
	struct text t = {0};

	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		text_clear(&t);
		show_uptime(&t, v[i].seconds);
		ck_assert_str_eq(text_str(&t), v[i].text);
	}
	text_free(&t);
}
END_TEST

START_TEST(version)
{
	struct show_version_info v = { .product = "Gatehouse 1.5", .version = "1.5",
		.language = "9.12(4)", .compiled = "Tue 20-Aug-19 12:46 UTC",
		.hostname = "ciscoasa", .hardware = "Gatehouse", .config_file = "startup-config",
		.uptime = 312, .memory_mb = 2048, .capacity = 250, .cpu = "x86_64 2400 MHz",
		.serial = "9A5BHB00D2D", .link = links(), .links = 1 };
	struct text t = {0};

	show_version(&t, &v);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "Gatehouse 1.5, with the command language of "
	    "Cisco Adaptive Security Appliance Software Version 9.12(4)\n"
	    "\n"
	    "Compiled on Tue 20-Aug-19 12:46 UTC by builders\n"
	    "System image file is \"boot:/gatehouse\"\n"
	    "Config file at boot was \"startup-config\"\n"
	    "\n"
	    "ciscoasa up 5 mins 12 secs\n"
	    "\n"
	    "Hardware:   Gatehouse, 2048 MB RAM, CPU x86_64 2400 MHz,\n"
	    "\n"
	    "\n"
	    " 0: Ext: GigabitEthernet0/0  : address is 5254.000d.da4c, irq 0\n"
	    "\n"
	    "Licensed features for this platform:\n"
	    "Maximum VLANs                     : 0              \n"
	    "Inside Hosts                      : Unlimited      \n"
	    "Failover                          : Disabled       \n"
	    "Encryption-DES                    : Enabled        \n"
	    "Encryption-3DES-AES               : Enabled        \n"
	    "Security Contexts                 : 0              \n"
	    "Carrier                           : Disabled       \n"
	    "AnyConnect Premium Peers          : 0              \n"
	    "AnyConnect Essentials             : Disabled       \n"
	    "Other VPN Peers                   : 250            \n"
	    "Total VPN Peers                   : 250            \n"
	    "AnyConnect for Mobile             : Disabled       \n"
	    "AnyConnect for Cisco VPN Phone    : Disabled       \n"
	    "Advanced Endpoint Assessment      : Disabled       \n"
	    "Shared License                    : Disabled       \n"
	    "Total TLS Proxy Sessions          : 0              \n"
	    "Botnet Traffic Filter             : Disabled       \n"
	    "Cluster                           : Disabled       \n"
	    "\n"
	    "Serial Number: 9A5BHB00D2D\n"
	    "\n"
	    "Configuration has not been modified since last system restart.\n");
	text_clear(&t);
	show_inventory(&t, &v);
	ck_assert_str_eq(text_str(&t),
	    "Name: \"Chassis\", DESCR: \"VPN appliance on x86_64 2400 MHz, 2048 MB RAM\"\n"
	    "PID: Gatehouse         , VID: 1.5     , SN: 9A5BHB00D2D\n");
	text_free(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_system");
	TCase *c = tcase_create("show_system");
	SRunner *r;
	int failed;

	tcase_add_test(c, aaa_servers);
	tcase_add_test(c, pool);
	tcase_add_test(c, interfaces);
	tcase_add_test(c, states_of_interfaces);
	tcase_add_test(c, mapping);
	tcase_add_test(c, routes);
	tcase_add_test(c, gateways_of_last_resort);
	tcase_add_test(c, rows_of_routes_are_broken);
	tcase_add_test(c, route_to_an_address);
	tcase_add_test(c, host_firewall);
	tcase_add_test(c, times);
	tcase_add_test(c, version);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
