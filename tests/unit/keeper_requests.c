/* What a role may ask of the keeper: who, and with which values; device names; the nft text. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/firewall.h"
#include "engine/keeper/devices.h"
#include "engine/keeper/held.h"
#include "engine/keeper/requests.h"

static struct addr a(const char *text)
{
	struct addr r = {0};

	if (*text)
		ck_assert(addr_parse(text, &r));
	return r;
}

/* Every message of the bus against every role: only the listed pairs pass the door. */
START_TEST(only_the_listed_may_ask)
{
	static const struct {
		enum msg_type type;
		unsigned who;
	} row[] = {
	    {MSG_KEEP_OPEN, 1 << ROLE_ENGINE | 1 << ROLE_AAA},
	    {MSG_KEEP_WORKERS, 1 << ROLE_ENGINE},
	    {MSG_KEEP_PART, 1 << ROLE_ENGINE},
	    {MSG_KEEP_INTERFACE, 1 << ROLE_MANAGER},
	    {MSG_KEEP_ROUTE, 1 << ROLE_MANAGER},
	    {MSG_QUERY, 1 << ROLE_MANAGER},
	    {MSG_KEEP_FORWARDING, 1 << ROLE_MANAGER},
	    {MSG_KEEP_DHCP, 1 << ROLE_ENGINE},
	    {MSG_KEEP_LEASE, 1 << ROLE_ENGINE},
	    {MSG_KEEP_RELAY, 1 << ROLE_ENGINE},
	    {MSG_KEEP_CLIENT_ROUTE, 1 << ROLE_ENGINE},
	    {MSG_KEEP_MTU, 1 << ROLE_MANAGER},
	    {MSG_KEEP_VLAN, 1 << ROLE_MANAGER},
	    {MSG_KEEP_CLIENT_ARP, 1 << ROLE_MANAGER},
	    {MSG_KEEP_PROXY_ARP, 1 << ROLE_MANAGER},
	    {MSG_KEEP_ZONE, 1 << ROLE_MANAGER},
	    {MSG_KEEP_TRAFFIC, 1 << ROLE_MANAGER},
	    {MSG_KEEP_ACCESS_LIST, 1 << ROLE_MANAGER},
	    {MSG_KEEP_ACCESS_GROUP, 1 << ROLE_MANAGER},
	    {MSG_KEEP_NAT, 1 << ROLE_MANAGER},
	    {MSG_KEEP_MAPPING, 1 << ROLE_MANAGER},
	    {MSG_KEEP_CLEAR, 1 << ROLE_MANAGER},
	    {MSG_KEEP_CLEAR_CONN, 1 << ROLE_MANAGER},
	    {MSG_KEEP_FLUSH, 1 << ROLE_MANAGER | 1 << ROLE_ENGINE},
	    {MSG_KEEP_PING, 1 << ROLE_MANAGER},
	    {MSG_KEEP_TRACEROUTE, 1 << ROLE_MANAGER},
	    {MSG_KEEP_TRANSFER, 1 << ROLE_MANAGER},
	    {MSG_KEEP_CHILD_END, 1 << ROLE_MANAGER | 1 << ROLE_AAA},
	    {MSG_KEEP_CLOCK, 1 << ROLE_MANAGER},
	    {MSG_KEEP_LISTEN, 1 << ROLE_MANAGER},
	    {MSG_KEEP_SYSLOG, 1 << ROLE_MANAGER},
	    {MSG_KEEP_STOP, 1 << ROLE_MANAGER},
	    {MSG_KEEP_NT, 1 << ROLE_AAA},
	};

	for (int type = 0; type < MSG_COUNT; type++) {
		static const uint8_t zero[512];
		uint8_t packet[512] = {(uint8_t)(type >> 8), (uint8_t)type};
		struct ipc_msg m;
		const char *why;
		unsigned who = 0;

		/* A message of this type with empty fields: found by length. */
		for (size_t len = 2; len < sizeof zero && !ipc_decode(&m, packet, len); len++)
			;
		ck_assert(type == MSG_NONE || m.type == (enum msg_type)type);
		for (size_t i = 0; i < sizeof row / sizeof *row; i++)
			if (row[i].type == (enum msg_type)type)
				who = row[i].who;
		for (int role = 0; role < ROLE_COUNT; role++) {
			int error = request_check((enum role)role, &m, &why);

			ck_assert_msg((error == EPERM) == !(who & 1u << role), "%s of role %d: %d",
			    ipc_name((enum msg_type)type), role, error);
			ck_assert(error == 0 || why != NULL);
		}
	}
}
END_TEST

static int check(enum role role, struct ipc_msg *m)
{
	const char *why;

	m->fd = -1;
	return request_check(role, m, &why);
}

START_TEST(interfaces)
{
	static const struct {
		uint8_t op;
		const char *device, *address, *mask;
		uint8_t up;
		int error;
	} row[] = {
	    {CFG_SET, "outside", "172.16.1.2", "255.255.255.0", 1, 0},
	    {CFG_SET, "GigabitEthernet0/0", "172.16.1.2", "255.255.255.0", 1, 0},
	    {CFG_SET, "eth0.5@eth0", "", "", 0, 0},
	    {CFG_DELETE, "eth0", "", "", 0, 0},
	    {CFG_SET, "GigabitEthernet0/", "", "", 1, EINVAL},
	    {CFG_SET, "GigabitEthernet0/1;x", "", "", 1, EINVAL},
	    {CFG_SET, "GigabitEthernet0/63", "", "", 1, 0},
	    {CFG_SET, "GigabitEthernet0/64", "", "", 1, EINVAL},
	    {CFG_SET, "GigabitEthernet0/123", "", "", 1, EINVAL},
	    {CFG_SET, "", "", "", 1, EINVAL},
	    {CFG_SET, "lo", "", "", 1, EINVAL},
	    {CFG_SET, "gatehouse0", "", "", 1, EINVAL},
	    {CFG_SET, "a\"; flush ruleset", "", "", 1, EINVAL},
	    {CFG_SET, "abcdefghijklmnop", "", "", 1, EINVAL},
	    {CFG_SET, "..", "", "", 1, EINVAL},
	    {0, "eth0", "", "", 1, EINVAL},
	    {3, "eth0", "", "", 1, EINVAL},
	    {CFG_SET, "eth0", "", "", KEEP_LINK_HOST, 0},
	    {CFG_SET, "eth0", "", "", KEEP_LINK_HOST + 1, EINVAL},
	    {CFG_SET, "eth0", "172.16.1.2", "", 1, EINVAL},
	    {CFG_SET, "eth0", "172.16.1.2", "255.0.255.0", 1, EINVAL},
	    {CFG_SET, "eth0", "172.16.1.2", "0.0.0.0", 1, EINVAL},
	    {CFG_SET, "eth0", "127.0.0.2", "255.0.0.0", 1, EINVAL},
	    {CFG_SET, "eth0", "224.0.0.2", "255.0.0.0", 1, EINVAL},
	    {CFG_SET, "eth0", "::1", "255.0.0.0", 1, EINVAL},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_INTERFACE,
		    .keep_interface = {.op = row[i].op, .device = row[i].device,
		        .address = a(row[i].address), .mask = a(row[i].mask), .up = row[i].up}};

		ck_assert_msg(check(ROLE_MANAGER, &m) == row[i].error, "row %zu", i);
	}
}
END_TEST

START_TEST(leases)
{
	static const struct {
		uint8_t op;
		const char *device, *address, *mask, *gateway;
		int error;
	} row[] = {
	    {CFG_SET, "eth0", "172.16.1.2", "255.255.255.0", "172.16.1.1", 0},
	    {CFG_SET, "eth0", "172.16.1.2", "255.255.255.0", "", 0},
	    {CFG_SET, "eth0", "172.16.1.2", "128.0.0.0", "", 0},
	    {CFG_DELETE, "eth0", "", "", "", 0},
	    {CFG_SET, "GigabitEthernet0/0", "172.16.1.2", "255.255.255.0", "", EINVAL},
	    {CFG_SET, "lo", "172.16.1.2", "255.255.255.0", "", EINVAL},
	    {CFG_SET, "gatehouse0", "172.16.1.2", "255.255.255.0", "", EINVAL},
	    {CFG_SET, "eth0", "", "", "", EINVAL},
	    {CFG_SET, "eth0", "127.0.0.1", "255.0.0.0", "", EINVAL},
	    {CFG_SET, "eth0", "224.0.0.1", "255.0.0.0", "", EINVAL},
	    {CFG_SET, "eth0", "172.16.1.2", "0.0.0.0", "", EINVAL},
	    {CFG_SET, "eth0", "172.16.1.2", "255.0.255.0", "", EINVAL},
	    {CFG_SET, "eth0", "172.16.1.2", "255.255.255.0", "0.0.0.1", EINVAL},
	    {CFG_SET, "eth0", "172.16.1.2", "255.255.255.0", "255.255.255.255", EINVAL},
	    {7, "eth0", "172.16.1.2", "255.255.255.0", "", EINVAL},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_LEASE,
		    .keep_lease = {.op = row[i].op, .device = row[i].device,
		        .address = a(row[i].address), .mask = a(row[i].mask),
		        .gateway = a(row[i].gateway)}};

		ck_assert_msg(check(ROLE_ENGINE, &m) == row[i].error, "row %zu", i);
	}
}
END_TEST

START_TEST(mappings)
{
	static const struct {
		uint8_t op;
		const char *hardware, *mac, *device;
		int error;
	} row[] = {
	    {CFG_SET, "GigabitEthernet0/0", "52:54:00:0d:da:4c", "", 0},
	    {CFG_SET, "GigabitEthernet0/63", "", "eth3", 0},
	    {CFG_DELETE, "GigabitEthernet0/0", "", "", 0},
	    {CFG_SET, "GigabitEthernet0/64", "", "eth3", EINVAL},
	    {CFG_SET, "eth0", "", "eth3", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "", "", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "", "lo", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "", "gatehouse0", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "52:54:00:0d:da:4C", "", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "52:54:00:0d:da:4", "", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "52:54:00:0d:da:4c0", "", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "52-54-00-0d-da-4c", "", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "00:00:00:00:00:00", "", EINVAL},
	    {CFG_SET, "GigabitEthernet0/0", "ff:ff:ff:ff:ff:ff", "", EINVAL},
	    {7, "GigabitEthernet0/0", "", "eth3", EINVAL},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_MAPPING, .keep_mapping = {.op = row[i].op,
		    .hardware = row[i].hardware, .mac = row[i].mac, .device = row[i].device}};

		ck_assert_msg(check(ROLE_MANAGER, &m) == row[i].error, "row %zu", i);
	}
}
END_TEST

START_TEST(routes)
{
	static const struct {
		const char *dest, *mask, *gateway;
		int error;
	} row[] = {
	    {"0.0.0.0", "0.0.0.0", "172.16.1.1", 0},
	    {"10.0.0.0", "255.0.0.0", "", 0},
	    {"10.0.0.1", "255.0.0.0", "", EINVAL},
	    {"10.0.0.0", "255.0.255.0", "", EINVAL},
	    {"", "255.0.0.0", "", EINVAL},
	    {"10.0.0.0", "", "", EINVAL},
	    {"10.0.0.0", "255.0.0.0", "0.0.0.1", EINVAL},
	};
	static const struct {
		const char *client;
		int error;
	} client[] = {{"192.168.1.1", 0}, {"0.0.0.0", EINVAL}, {"255.255.255.255", EINVAL},
	    {"127.0.0.1", EINVAL}, {"", EINVAL}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_ROUTE,
		    .keep_route = {.op = CFG_SET, .device = "eth0", .dest = a(row[i].dest),
		        .mask = a(row[i].mask), .gateway = a(row[i].gateway)}};

		ck_assert_msg(check(ROLE_MANAGER, &m) == row[i].error, "row %zu", i);
	}
	for (size_t i = 0; i < sizeof client / sizeof *client; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_CLIENT_ROUTE,
		    .keep_client_route = {.op = CFG_SET, .client = a(client[i].client)}};

		ck_assert_msg(check(ROLE_ENGINE, &m) == client[i].error, "client %zu", i);
	}
}
END_TEST

START_TEST(nat)
{
#define ANY_RANGE {0, UINT32_MAX}
#define NET(a, b) {0x0a000000 + (a), 0x0a000000 + (b)}
	static const struct {
		struct msg_keep_nat m;
		int error;
	} row[] = {
	    {{.to = NAT_TO_ADDRESSES, .real_if = "inside", .real = NET(0, 255),
		 .mapped = NET(256, 511)}, 0},
	    {{.to = NAT_TO_ADDRESSES, .real = ANY_RANGE, .mapped = ANY_RANGE}, 0},
	    {{.to = NAT_TO_ADDRESSES, .real = NET(0, 255), .mapped = NET(0, 254)}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .real = NET(9, 8), .mapped = NET(9, 8)}, EINVAL},
	    {{.kind = NAT_DYNAMIC, .to = NAT_TO_INTERFACE, .real = ANY_RANGE}, 0},
	    {{.kind = NAT_DYNAMIC, .to = NAT_TO_ADDRESSES | NAT_TO_INTERFACE | NAT_TO_PAT,
		 .real = NET(0, 9), .mapped = NET(77, 77)}, 0},
	    {{.kind = NAT_DYNAMIC, .real = NET(0, 9)}, EINVAL},
	    {{.kind = NAT_DYNAMIC, .to = 0x20 | NAT_TO_ADDRESSES, .real = NET(0, 9)}, EINVAL},
	    {{.kind = NAT_KINDS, .to = NAT_TO_ADDRESSES}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES | NAT_TO_INTERFACE, .mapped_if = "outside"}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES | NAT_TO_PAT}, EINVAL},
	    {{.kind = NAT_DYNAMIC, .to = NAT_TO_PAT}, EINVAL},
	    {{.kind = NAT_DYNAMIC, .to = NAT_TO_ADDRESSES | 16}, EINVAL},
	    {{.kind = NAT_DYNAMIC, .to = NAT_TO_ADDRESSES, .real = NET(9, 8)}, EINVAL},
	    {{.kind = NAT_DYNAMIC, .to = NAT_TO_ADDRESSES, .mapped = NET(9, 8)}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .dest_real = NET(9, 8), .dest_mapped = NET(9, 8)}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .dest_real = NET(8, 9), .dest_mapped = NET(8, 8)}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .dest_real = NET(8, 9), .dest_mapped = NET(7, 8)}, 0},
	    {{.to = NAT_TO_ADDRESSES, .protocol = 6, .real_low = 2, .real_high = 1,
		 .mapped_low = 2, .mapped_high = 1}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .protocol = 6, .dest_real_low = 2, .dest_real_high = 1,
		 .dest_mapped_low = 2, .dest_mapped_high = 1}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .mapped_if = "out side"}, EINVAL},
	    {{.to = NAT_TO_INTERFACE, .mapped_if = "outside", .real = NET(9, 9)}, 0},
	    {{.to = NAT_TO_INTERFACE, .real = NET(9, 9)}, EINVAL},
	    {{.to = NAT_TO_INTERFACE, .mapped_if = "outside", .real = NET(8, 9)}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .real_if = "in side", .real = ANY_RANGE, .mapped = ANY_RANGE},
		EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .protocol = 6, .real_low = 80, .real_high = 81,
		 .mapped_low = 90, .mapped_high = 91}, 0},
	    {{.to = NAT_TO_ADDRESSES, .protocol = 6, .real_low = 80, .real_high = 81,
		 .mapped_low = 90, .mapped_high = 90}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .protocol = 1, .real_high = 81, .mapped_high = 81}, EINVAL},
	    /* 65536 pairs of what the kernel maps, and one more */
	    {{.to = NAT_TO_ADDRESSES, .real = NET(1, 65536), .mapped = NET(65536, 131071)}, 0},
	    {{.to = NAT_TO_ADDRESSES, .real = NET(1, 65537), .mapped = NET(65536, 131072)}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .dest_real = NET(1, 65537),
		 .dest_mapped = NET(65536, 131072)}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .real = NET(0, 0x7fffff),
		 .mapped = NET(0x800000, 0xffffff)}, 0},
	    {{.to = NAT_TO_ADDRESSES, .real = NET(0, 0x7fffff), .mapped = NET(0x800000, 0xffffff),
		 .protocol = 6, .real_low = 80, .real_high = 80, .mapped_low = 80,
		 .mapped_high = 80}, 0},
	    {{.to = NAT_TO_ADDRESSES, .real = NET(0, 0x7fffff), .mapped = NET(0x800000, 0xffffff),
		 .protocol = 6, .real_low = 80, .real_high = 80, .mapped_low = 81,
		 .mapped_high = 81}, EINVAL},
	    {{.to = NAT_TO_ADDRESSES, .real = NET(0, 0xffff), .mapped = NET(0x10000, 0x1ffff),
		 .protocol = 6, .real_low = 80, .real_high = 80, .mapped_low = 81,
		 .mapped_high = 81}, 0},
	    {{.kind = NAT_DYNAMIC, .to = NAT_TO_ADDRESSES, .real = ANY_RANGE, .mapped = NET(0, 9)},
		0},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_NAT, .keep_nat = row[i].m};

		m.keep_nat.op = CFG_SET;
		m.keep_nat.real_if = row[i].m.real_if ? row[i].m.real_if : "";
		m.keep_nat.mapped_if = row[i].m.mapped_if ? row[i].m.mapped_if : "";
		ck_assert_msg(check(ROLE_MANAGER, &m) == row[i].error, "row %zu", i);
	}
}
END_TEST

START_TEST(zones_and_lists)
{
	static char name[243];
	static const uint8_t rule[2 * ACL_RULE_BYTES];
	struct ipc_msg zone = {.type = MSG_KEEP_ZONE,
	    .keep_zone = {.op = CFG_SET, .device = "eth0", .nameif = "inside", .level = 100}};
	struct ipc_msg list = {.type = MSG_KEEP_ACCESS_LIST,
	    .keep_access_list = {.op = CFG_SET, .name = "A", .rules = {sizeof rule, rule}}};
	struct ipc_msg group = {.type = MSG_KEEP_ACCESS_GROUP,
	    .keep_access_group = {.op = CFG_SET, .device = "eth0", .name = "A"}};

	ck_assert_int_eq(check(ROLE_MANAGER, &zone), 0);
	zone.keep_zone.level = 101;
	ck_assert_int_eq(check(ROLE_MANAGER, &zone), EINVAL);
	zone.keep_zone.op = CFG_DELETE;
	ck_assert_int_eq(check(ROLE_MANAGER, &zone), 0);
	zone.keep_zone.device = TUN_NAME;
	ck_assert_int_eq(check(ROLE_MANAGER, &zone), EINVAL);
	ck_assert_int_eq(check(ROLE_MANAGER, &list), 0);
	list.keep_access_list.rules.len--;
	ck_assert_int_eq(check(ROLE_MANAGER, &list), EINVAL);
	list.keep_access_list.rules.len = 0;
	list.keep_access_list.total = FIREWALL_RULES_MAX + 1;
	ck_assert_int_eq(check(ROLE_MANAGER, &list), EINVAL);
	list.keep_access_list.total = 0;
	list.keep_access_list.name = name;
	ck_assert_int_eq(check(ROLE_MANAGER, &list), EINVAL);
	memset(name, 'A', 242);
	ck_assert_int_eq(check(ROLE_MANAGER, &list), EINVAL);
	name[241] = 0;
	ck_assert_int_eq(check(ROLE_MANAGER, &list), 0);
	ck_assert_int_eq(check(ROLE_MANAGER, &group), 0);
	group.keep_access_group.device = "";
	ck_assert_int_eq(check(ROLE_MANAGER, &group), 0);
	group.keep_access_group.way = ACCESS_OUT;
	ck_assert_int_eq(check(ROLE_MANAGER, &group), EINVAL);
	group.keep_access_group.device = "eth0";
	ck_assert_int_eq(check(ROLE_MANAGER, &group), 0);
	group.keep_access_group.way = ACCESS_CONTROL + 1;
	ck_assert_int_eq(check(ROLE_MANAGER, &group), EINVAL);
	group.keep_access_group.way = ACCESS_IN;
	group.keep_access_group.name = "";
	ck_assert_int_eq(check(ROLE_MANAGER, &group), EINVAL);
}
END_TEST

START_TEST(descriptors_and_flushes)
{
	struct ipc_msg open = {.type = MSG_KEEP_OPEN, .keep_open = {.what = "/etc/shadow"}};
	struct ipc_msg flush = {.type = MSG_KEEP_FLUSH, .keep_flush = {.what = "everything"}};

	ck_assert_int_eq(check(ROLE_ENGINE, &open), EINVAL);
	open.keep_open.what = "tun";
	ck_assert_int_eq(check(ROLE_ENGINE, &open), 0);
	ck_assert_int_eq(check(ROLE_ENGINE, &flush), EINVAL);
	flush.keep_flush.what = "clients";
	ck_assert_int_eq(check(ROLE_ENGINE, &flush), 0);
}
END_TEST

START_TEST(what_a_packet_worker_has)
{
	static const struct {
		const char *what;
		uint8_t part;
		int error;
	} row[] = {{"udp4500", 1, 0}, {"esp", 15, 0}, {"df", 2, 0}, {"tun", 2, 0},
	    {"udp4500", 0, EINVAL}, {"udp4500", 16, EINVAL}, {"udp500", 1, EINVAL},
	    {"told", 1, EINVAL}, {"/etc/shadow", 1, EINVAL}, {"", 1, EINVAL}};
	struct ipc_msg workers = {.type = MSG_KEEP_WORKERS}, part = {.type = MSG_KEEP_PART};

	for (unsigned n = 0; n < 256; n++) {
		workers.keep_workers.workers = (uint8_t)n;
		ck_assert_int_eq(
		    check(ROLE_ENGINE, &workers), n >= 1 && n <= 16 ? 0 : EINVAL);
	}
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		part.keep_part.what = row[i].what;
		part.keep_part.part = row[i].part;
		ck_assert_msg(check(ROLE_ENGINE, &part) == row[i].error, "%zu", i);
	}
}
END_TEST

START_TEST(what_is_cleared)
{
	static const struct {
		const char *what, *device;
		int error;
	} row[] = {{"interface", "", 0}, {"interface", "eth0", 0},
	    {"interface", "GigabitEthernet0/3", 0}, {"arp", "", 0}, {"nat", "", 0},
	    {"arp", "a b", EINVAL}, {"interface", "GigabitEthernet0/64", EINVAL},
	    {"routes", "", EINVAL}, {"", "", EINVAL}};
	struct ipc_msg m = {.type = MSG_KEEP_CLEAR};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		m.keep_clear.what = row[i].what;
		m.keep_clear.device = row[i].device;
		ck_assert_msg(check(ROLE_MANAGER, &m) == row[i].error, "%zu", i);
	}
}
END_TEST

/* The least and the most of each number, and what is one beyond. */
START_TEST(limits)
{
	static const struct {
		struct ipc_msg m;
		int error;
	} row[] = {
#define TRAFFIC(...) {.type = MSG_KEEP_TRAFFIC, .keep_traffic = {__VA_ARGS__}}
	    {TRAFFIC(.intra = 1, .inter = 1, .permit_vpn = 1, .mss = 48), 0},
	    {TRAFFIC(.mss = 0), 0},
	    {TRAFFIC(.mss = 1), EINVAL},
	    {TRAFFIC(.mss = 47), EINVAL},
	    {TRAFFIC(.intra = 2), EINVAL},
	    {TRAFFIC(.inter = 2), EINVAL},
	    {TRAFFIC(.permit_vpn = 2), EINVAL},
#define CONN(...) {.type = MSG_KEEP_CLEAR_CONN, .keep_clear_conn = {__VA_ARGS__}}
	    {CONN(.one = {5, 5}, .other = {6, 7}, .one_low = 1, .one_high = 1), 0},
	    {CONN(.one = {5, 4}), EINVAL},
	    {CONN(.other = {5, 4}), EINVAL},
	    {CONN(.one_low = 1), EINVAL},
	    {CONN(.other_low = 1), EINVAL},
#define MTU(...) {.type = MSG_KEEP_MTU, .keep_mtu = {__VA_ARGS__}}
	    {MTU(.op = CFG_SET, .device = "eth0", .mtu = 64), 0},
	    {MTU(.op = CFG_SET, .device = "eth0", .mtu = 65535), 0},
	    {MTU(.op = CFG_SET, .device = "eth0", .mtu = 63), EINVAL},
	    {MTU(.op = CFG_SET, .device = "eth0", .mtu = 65536), EINVAL},
	    {MTU(.op = CFG_DELETE, .device = "eth0"), 0},
	    {MTU(.op = CFG_SET, .device = "", .mtu = 1500), EINVAL},
#define VLAN(...) {.type = MSG_KEEP_VLAN, .keep_vlan = {.op = CFG_SET, __VA_ARGS__}}
	    {VLAN(.device = "eth0.1", .parent = "eth0", .vlan = 1), 0},
	    {VLAN(.device = "eth0.1", .parent = "eth0", .vlan = 4094), 0},
	    {VLAN(.device = "eth0.1", .parent = "eth0", .vlan = 0), EINVAL},
	    {VLAN(.device = "eth0.1", .parent = "eth0", .vlan = 4095), EINVAL},
	    {VLAN(.device = "lo", .parent = "eth0", .vlan = 1), EINVAL},
	    {VLAN(.device = "a b", .parent = "eth0", .vlan = 1), EINVAL},
	    {VLAN(.device = "GigabitEthernet0/1", .parent = "eth0", .vlan = 1), EINVAL},
	    {VLAN(.device = "eth0.1", .parent = "gatehouse0", .vlan = 1), EINVAL},
#define ARP(...) {.type = MSG_KEEP_PROXY_ARP,                                                      \
	.keep_proxy_arp = {.op = CFG_SET, .device = "eth0", .addresses = {__VA_ARGS__}}}
	    {ARP(0x0a000000, 0x0a00ffff), 0},
	    {ARP(0x0a000000, 0x0a010000), EINVAL},
	    {ARP(0x0a000001, 0x0a000000), EINVAL},
	    {ARP(0, 9), EINVAL},
	    {ARP(0xdfffffff, 0xe0000000), EINVAL},
#define CLOCK(time) {.type = MSG_KEEP_CLOCK, .keep_clock = {.when = (time)}}
	    {CLOCK(725846400), 0},
	    {CLOCK(725846399), EINVAL},
	    {CLOCK(2082758399), 0},
	    {CLOCK(2082758400), EINVAL},
#define IF(...) {.type = MSG_KEEP_INTERFACE,                                                      \
	.keep_interface = {.op = CFG_SET, .device = "eth0", __VA_ARGS__}}
	    {IF(.dhcp = 1), 0},
	    {IF(.dhcp = 2), EINVAL},
	    {IF(.dhcp = 1, .address = {.family = AF_INET, .v4 = 10},
		 .mask = {.family = AF_INET, .v4 = 255}), EINVAL},
	    {IF(.address = {.family = AF_INET, .v4 = 10},
		 .mask = {.family = AF_INET, .v4 = 128}), 0},
#define SYSLOG(...) {.type = MSG_KEEP_SYSLOG, .keep_syslog = {__VA_ARGS__}}
	    {SYSLOG(.kind = KEEP_SYSLOG_JOURNAL, .device = ""), 0},
	    {SYSLOG(.kind = KEEP_SYSLOG_JOURNAL + 1, .device = ""), EINVAL},
	    {SYSLOG(.device = "", .port = 514), EINVAL},
	    {SYSLOG(.device = "", .address = {.family = AF_INET, .v4 = 7}), EINVAL},
	    {SYSLOG(.device = "", .address = {.family = AF_INET, .v4 = 10}, .port = 514), 0},
	    {SYSLOG(.device = "lo", .address = {.family = AF_INET, .v4 = 10}, .port = 514), EINVAL},
#define LISTEN(number) {.type = MSG_KEEP_LISTEN, .keep_listen = {.port = (number)}}
	    {LISTEN(0), 0},
	    {LISTEN(22), 0},
	    {LISTEN(21), EINVAL},
	    {LISTEN(1023), EINVAL},
	    {LISTEN(1024), 0},
#define ZONE(...) {.type = MSG_KEEP_ZONE, .keep_zone = {.op = CFG_SET, __VA_ARGS__}}
	    {ZONE(.device = "eth0", .nameif = "x", .vpn = 1), 0},
	    {ZONE(.device = "eth0", .nameif = "x", .vpn = 2), EINVAL},
	    {ZONE(.device = "eth0", .nameif = ""), EINVAL},
	    {ZONE(.device = "eth0", .nameif = "x23456789012345678901234567890123456789012345678"),
		0},
	    {ZONE(.device = "eth0", .nameif = "x234567890123456789012345678901234567890123456789"),
		EINVAL},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = row[i].m;

		ck_assert_msg(check(ROLE_MANAGER, &m) == row[i].error, "row %zu", i);
	}
}
END_TEST

/* To set and to remove: there is nothing else to do with a thing. */
START_TEST(operations)
{
	static const uint8_t none[] = {0, 3, 255};

	for (size_t i = 0; i < sizeof none; i++) {
		struct ipc_msg m[] = {
		    {.type = MSG_KEEP_MTU,
			.keep_mtu = {.op = none[i], .device = "eth0", .mtu = 1500}},
		    {.type = MSG_KEEP_VLAN,
			.keep_vlan =
			    {.op = none[i], .device = "eth0.1", .parent = "eth0", .vlan = 1}},
		    {.type = MSG_KEEP_PROXY_ARP,
			.keep_proxy_arp = {.op = none[i],
			    .device = "eth0",
			    .addresses = {0x0a000000, 0x0a000000}}},
		    {.type = MSG_KEEP_CLIENT_ARP,
			.keep_client_arp = {.op = none[i], .device = "eth0"}},
		    {.type = MSG_KEEP_ZONE,
			.keep_zone = {.op = none[i], .device = "eth0", .nameif = "x"}},
		    {.type = MSG_KEEP_ACCESS_LIST,
			.keep_access_list = {.op = none[i], .name = "A"}},
		    {.type = MSG_KEEP_ACCESS_GROUP,
			.keep_access_group = {.op = none[i], .device = "eth0", .name = "A"}},
		    {.type = MSG_KEEP_ROUTE,
			.keep_route = {.op = none[i],
			    .device = "eth0",
			    .dest = a("10.0.0.0"),
			    .mask = a("255.0.0.0")}},
		    {.type = MSG_KEEP_NAT,
			.keep_nat = {.op = none[i],
			    .to = NAT_TO_ADDRESSES,
			    .real_if = "",
			    .mapped_if = ""}}};

		for (size_t k = 0; k < sizeof m / sizeof *m; k++)
			ck_assert_msg(check(ROLE_MANAGER, &m[k]) == EINVAL, "row %zu", k);
	}
}
END_TEST

/* A name of a DHCP client's link is both legal and that of no link of ours. */
START_TEST(links_of_dhcp)
{
	static const struct {
		const char *device;
		int error;
	} row[] = {{"eth0", 0}, {"lo", EINVAL}, {"gatehouse0", EINVAL}, {"", EINVAL},
	    {"GigabitEthernet0/1", EINVAL}, {"a b", EINVAL}};
	struct ipc_msg m = {.type = MSG_KEEP_DHCP};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		m.keep_dhcp.device = row[i].device;
		ck_assert_msg(check(ROLE_ENGINE, &m) == row[i].error, "row %zu", i);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_requests");
	TCase *tc = tcase_create("requests");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, only_the_listed_may_ask);
	tcase_add_test(tc, interfaces);
	tcase_add_test(tc, routes);
	tcase_add_test(tc, nat);
	tcase_add_test(tc, zones_and_lists);
	tcase_add_test(tc, limits);
	tcase_add_test(tc, operations);
	tcase_add_test(tc, links_of_dhcp);
	tcase_add_test(tc, descriptors_and_flushes);
	tcase_add_test(tc, what_a_packet_worker_has);
	tcase_add_test(tc, what_is_cleared);
	tcase_add_test(tc, leases);
	tcase_add_test(tc, mappings);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
