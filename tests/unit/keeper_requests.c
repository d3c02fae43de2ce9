/* What a role may ask of the keeper: who, and with which values; device names; the nft text. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/devices.h"
#include "engine/keeper/nft.h"
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
	    {MSG_KEEP_INTERFACE, 1 << ROLE_MANAGER},
	    {MSG_KEEP_ROUTE, 1 << ROLE_MANAGER},
	    {MSG_QUERY, 1 << ROLE_MANAGER},
	    {MSG_KEEP_FORWARDING, 1 << ROLE_MANAGER},
	    {MSG_KEEP_DHCP, 1 << ROLE_ENGINE},
	    {MSG_KEEP_LEASE, 1 << ROLE_ENGINE},
	    {MSG_KEEP_CLIENT_ROUTE, 1 << ROLE_ENGINE},
	    {MSG_KEEP_CLIENT_ARP, 1 << ROLE_MANAGER},
	    {MSG_KEEP_PROXY_ARP, 1 << ROLE_MANAGER},
	    {MSG_KEEP_NAT, 1 << ROLE_MANAGER},
	    {MSG_KEEP_MAPPING, 1 << ROLE_MANAGER},
	    {MSG_KEEP_CLEAR, 1 << ROLE_MANAGER},
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
	static const struct {
		const char *kind, *real_if, *source, *mask, *mapped;
		int error;
	} row[] = {
	    {"exempt", "inside", "10.0.0.0", "255.0.0.0", "", 0},
	    {"exempt", "", "", "", "", 0},
	    {"dynamic-interface", "inside", "", "", "", 0},
	    {"dynamic", "inside", "10.0.0.0", "255.0.0.0", "172.16.1.9", 0},
	    {"dynamic", "inside", "10.0.0.0", "255.0.0.0", "", EINVAL},
	    {"static", "inside", "10.0.0.1", "", "172.16.1.9", 0},
	    {"static", "inside", "", "", "172.16.1.9", EINVAL},
	    {"masquerade", "inside", "", "", "", EINVAL},
	    {"exempt", "in side", "", "", "", EINVAL},
	    {"exempt", "inside", "10.0.0.0", "255.0.255.0", "", EINVAL},
	    {"exempt", "inside", "", "255.0.0.0", "", EINVAL},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct ipc_msg m = {.type = MSG_KEEP_NAT,
		    .keep_nat = {.op = CFG_SET, .kind = row[i].kind, .real_if = row[i].real_if,
		        .mapped_if = "", .source = a(row[i].source), .source_mask = a(row[i].mask),
		        .mapped = a(row[i].mapped)}};

		ck_assert_msg(check(ROLE_MANAGER, &m) == row[i].error, "row %zu", i);
	}
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

START_TEST(table_text)
{
	struct nat_rule rule[3] = {
	    {.order = 30,
		.kind = NAT_DYNAMIC_INTERFACE,
		.real_if = "inside",
		.mapped_if = "outside"},
	    {.order = 10,
		.kind = NAT_EXEMPT,
		.real_if = "inside",
		.mapped_if = "outside",
		.source = a("10.1.0.0"),
		.source_mask = a("255.255.0.0"),
		.dest = a("192.168.1.0"),
		.dest_mask = a("255.255.255.0")},
	    {.order = 20,
		.kind = NAT_STATIC,
		.real_if = "inside",
		.mapped_if = "outside",
		.source = a("10.1.0.5"),
		.mapped = a("172.16.1.9")},
	};
	char *text = nft_table_text(rule, 3, "gatehouse0");

	ck_assert_str_eq(text,
	    "add table inet gatehouse\n"
	    "delete table inet gatehouse\n"
	    "table inet gatehouse {\n"
	    "\tchain input {\n"
	    "\t\ttype filter hook input priority filter - 10; policy accept;\n"
	    "\t\tudp dport 1701 counter drop comment \"L2TP outside IPsec\"\n"
	    "\t}\n"
	    "\tchain prerouting {\n"
	    "\t\ttype nat hook prerouting priority dstnat; policy accept;\n"
	    "\t\tiifname \"outside\" ip daddr 172.16.1.9 counter dnat ip to 10.1.0.5 "
	    "comment \"untranslated 20\"\n"
	    "\t}\n"
	    "\tchain postrouting {\n"
	    "\t\ttype nat hook postrouting priority srcnat; policy accept;\n"
	    "\t\tiifname { \"outside\", \"gatehouse0\" } oifname \"inside\" "
	    "ip saddr 192.168.1.0/24 ip daddr 10.1.0.0/16 counter comment \"untranslated 10\"\n"
	    "\t\tiifname \"inside\" oifname { \"outside\", \"gatehouse0\" } "
	    "ip saddr 10.1.0.0/16 ip daddr 192.168.1.0/24 counter accept "
	    "comment \"translated 10\"\n"
	    "\t\tiifname \"inside\" oifname \"outside\" ip saddr 10.1.0.5/32 counter "
	    "snat ip to 172.16.1.9 comment \"translated 20\"\n"
	    "\t\tiifname \"inside\" oifname \"outside\" counter masquerade "
	    "comment \"translated 30\"\n"
	    "\t}\n"
	    "}\n");
	free(text);
	rule[0].real_if[0] = 0;
	strcpy(rule[0].real_if, "outside");
	text = nft_table_text(rule, 1, "gatehouse0");
	ck_assert_ptr_nonnull(strstr(text,
	    "iifname { \"outside\", \"gatehouse0\" } oifname \"outside\" counter masquerade"));
	free(text);
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
	tcase_add_test(tc, descriptors_and_flushes);
	tcase_add_test(tc, what_is_cleared);
	tcase_add_test(tc, table_text);
	tcase_add_test(tc, leases);
	tcase_add_test(tc, mappings);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
