/* show interface in its forms, ip address, arp: byte by byte. */
#include <check.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "cli/show/show.h"

static struct text t;

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	return a;
}

static struct show_link outside(void)
{
	return (struct show_link){.hardware = "GigabitEthernet0/0",
	    .nameif = "outside",
	    .address = ip("10.99.99.2"),
	    .mask = ip("255.255.255.0"),
	    .method = "CONFIG",
	    .up = true,
	    .mac = "52:54:00:0d:da:4c",
	    .mtu = 1500,
	    .device = "eth0",
	    .present = true,
	    .ifindex = 2,
	    .description = "to iosv-1"};
}

static const struct msg_rec_link seen = {.device = "eth0",
    .driver = "virtio_net",
    .speed = 1000,
    .duplex = LINK_DUPLEX_FULL,
    .counted_for = 10,
    .in_packets = 107,
    .in_bytes = 35506,
    .in_errors = 9,
    .in_dropped = 3,
    .multicast = 5,
    .in_crc = 2,
    .in_frame = 1,
    .in_overrun = 4,
    .in_length = 6,
    .out_packets = 6,
    .out_bytes = 612,
    .out_errors = 7,
    .out_dropped = 8,
    .collisions = 10,
    .out_underruns = 11,
    .in_packets_1 = 12,
    .in_bytes_1 = 1300,
    .out_packets_1 = 14,
    .out_bytes_1 = 1500,
    .dropped_1 = 16,
    .in_packets_5 = 17,
    .in_bytes_5 = 1800,
    .out_packets_5 = 19,
    .out_bytes_5 = 2000,
    .dropped_5 = 21};

#define TOP \
	"Interface GigabitEthernet0/0 \"outside\", is up, line protocol is up\n" \
	"  Hardware is virtio_net, BW 1000 Mbps, DLY 10 usec\n" \
	"\tAuto-Duplex(Full-duplex), Auto-Speed(1000 Mbps)\n" \
	"\tInput flow control is unsupported, output flow control is unsupported\n" \
	"\tDescription: to iosv-1\n" \
	"\tMAC address 5254.000d.da4c, MTU 1500\n" \
	"\tIP address 10.99.99.2, subnet mask 255.255.255.0\n"
#define COUNTERS \
	"\t107 packets input, 35506 bytes, 0 no buffer\n" \
	"\tReceived 5 broadcasts, 0 runts, 6 giants\n" \
	"\t9 input errors, 2 CRC, 1 frame, 4 overrun, 0 ignored, 0 abort\n" \
	"\t0 pause input, 0 resume input\n" \
	"\t0 L2 decode drops\n" \
	"\t6 packets output, 612 bytes, 11 underruns\n" \
	"\t0 pause output, 0 resume output\n" \
	"\t7 output errors, 10 collisions, 0 interface resets\n" \
	"\t0 late collisions, 0 deferred\n" \
	"\t0 input reset drops, 0 output reset drops\n" \
	"\tinput queue (blocks free curr/low): hardware (0/0)\n" \
	"\toutput queue (blocks free curr/low): hardware (0/0)\n"
/* What IP has seen is without the 14 bytes of each Ethernet header. */
#define TRAFFIC \
	"  Traffic Statistics for \"outside\":\n" \
	"\t107 packets input, 34008 bytes\n" \
	"\t6 packets output, 528 bytes\n" \
	"\t11 packets dropped\n" \
	"      1 minute input rate 12 pkts/sec,  1132 bytes/sec\n" \
	"      1 minute output rate 14 pkts/sec,  1304 bytes/sec\n" \
	"      1 minute drop rate, 16 pkts/sec\n" \
	"      5 minute input rate 17 pkts/sec,  1562 bytes/sec\n" \
	"      5 minute output rate 19 pkts/sec,  1734 bytes/sec\n" \
	"      5 minute drop rate, 21 pkts/sec\n"

START_TEST(all_of_it)
{
	struct show_link l = outside();

	show_interface(&t, &l, &seen, SHOW_INTERFACE_STATS);
	ck_assert_str_eq(text_str(&t), TOP COUNTERS TRAFFIC);
	text_clear(&t);
	show_interface(&t, &l, &seen, SHOW_INTERFACE_DETAIL);
	ck_assert_str_eq(text_str(&t),
	    TOP COUNTERS TRAFFIC "  Control Point Interface States:\n"
				 "\tInterface number is 2\n"
				 "\tInterface config status is active\n"
				 "\tInterface state is active\n"
				 "\tDevice of the host is eth0\n");
	text_free(&t);
}
END_TEST

/* Without a name there is no traffic of it; half a duplex is told, an unknown one is not. */
START_TEST(less_of_it)
{
	struct show_link l = outside();
	struct msg_rec_link c = seen;

	l.nameif = NULL;
	l.description = NULL;
	l.address = (struct addr){0};
	l.shutdown = true;
	c.duplex = LINK_DUPLEX_HALF;
	show_interface(&t, &l, &c, SHOW_INTERFACE_DETAIL);
	ck_assert_ptr_null(strstr(text_str(&t), "Traffic"));
	ck_assert_ptr_null(strstr(text_str(&t), "Description"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\tAuto-Duplex(Half-duplex), Auto-Speed(1000 "));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\tAvailable but not configured via nameif\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\tIP address unassigned\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "config status is not active\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&t), "state is not active\n"));
	c.speed = 0;
	c.driver = "";
	text_clear(&t);
	show_interface(&t, &l, &c, SHOW_INTERFACE_STATS);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "  Hardware is unknown, BW 0 Mbps, DLY 10 "
						   "usec\n\tAuto-Duplex, Auto-Speed\n"));
	/* Fewer bytes than headers: none. */
	l.nameif = "inside";
	c.in_bytes = 100;
	text_clear(&t);
	show_interface(&t, &l, &c, SHOW_INTERFACE_STATS);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\t107 packets input, 0 bytes\n"));
	/* Not there: neither counters nor a device. */
	l.present = false;
	text_clear(&t);
	show_interface(&t, &l, NULL, SHOW_INTERFACE_DETAIL);
	ck_assert_ptr_nonnull(strstr(text_str(&t),
	    "  Hardware is not present, last seen as eth0, BW 0 Mbps, DLY 10 usec\n"));
	ck_assert_ptr_null(strstr(text_str(&t), "packets"));
	ck_assert_ptr_null(strstr(text_str(&t), "Device of the host"));
	text_free(&t);
}
END_TEST

START_TEST(addresses)
{
	static const char table[] =
	    "Interface                Name                   IP address      Subnet mask     "
	    "Method \n"
	    "GigabitEthernet0/0       outside                10.99.99.2      255.255.255.0   "
	    "CONFIG\n";
	char both[512];
	struct show_link l[3] = {outside(), outside(), outside()};

	l[1].nameif = "";
	l[2].address = (struct addr){0};
	show_ip_address(&t, l, 3);
	snprintf(both, sizeof both, "System IP Addresses:\n%sCurrent IP Addresses:\n%s", table,
	    table);
	ck_assert_str_eq(text_str(&t), both);
	text_free(&t);
}
END_TEST

START_TEST(neighbours)
{
	struct msg_rec_neighbour n = {
	    .address = ip("10.99.99.1"), .mac = "00:50:56:aa:bb:cc", .age = 62};

	show_arp(&t, "outside", &n);
	n.permanent = 1;
	show_arp(&t, "outside", &n);
	ck_assert_str_eq(text_str(&t), "\toutside 10.99.99.1 0050.56aa.bbcc 62\n"
				       "\toutside 10.99.99.1 0050.56aa.bbcc -\n");
	text_free(&t);
}
END_TEST

START_TEST(traffic)
{
	struct msg_rec_link c = seen;

	show_traffic(&t, "outside", &c);
	ck_assert_ptr_eq(strstr(text_str(&t), "outside:\n"
	    "\treceived (in 10.000 secs):\n"
	    "\t\t107 packets\t34008 bytes\n"
	    "\t\t10 pkts/sec\t3400 bytes/sec\n"
	    "\ttransmitted (in 10.000 secs):\n"
	    "\t\t6 packets\t528 bytes\n"
	    "\t\t0 pkts/sec\t52 bytes/sec\n"
	    "      1 minute input rate 12 pkts/sec,  1132 bytes/sec\n"), text_str(&t));
	text_clear(&t);
	c.counted_for = 0;
	show_traffic(&t, "outside", &c);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\t\t107 pkts/sec\t34008 bytes/sec\n"));
	text_free(&t);
}
END_TEST

/* As the device lays it out. */
START_TEST(leases)
{
	struct msg_rec_dhcp r = {.device = "eth0",
	    .state = "Bound",
	    .address = ip("209.165.201.57"),
	    .mask = ip("255.255.255.224"), .gateway = ip("209.165.201.1"),
	    .server = ip("209.165.200.225"), .lease = 7200, .renew = 3600, .rebind = 6300,
	    .next = 1540, .xid = 0x4123, .client_id = "01525400000001", .hostname = "device1",
	    .domain = "cisco.com", .dns = {.v = {"171.69.161.23", "171.69.161.24"}, .n = 2},
	    .offers = 1, .requests = 17, .acks = 17};

	text_clear(&t);
	show_dhcp_lease(&t, "outside", &r);
	ck_assert_str_eq(text_str(&t),
	    "Temp IP Addr:209.165.201.57 for peer on interface:outside\n"
	    "Temp sub net mask:255.255.255.224\n"
	    "DHCP Lease server:209.165.200.225, state:3 Bound\n"
	    "DHCP Transaction id:0x4123\n"
	    "Lease:7200 secs, Renewal:3600 secs, Rebind:6300 secs\n"
	    "Temp default-gateway addr:209.165.201.1\n"
	    "Next timer fires after:1540 secs\n"
	    "Retry count:0, Client-ID:01525400000001\n"
	    "Proxy: FALSE\n"
	    "Hostname: device1\n");
	text_clear(&t);
	show_dhcp_server(&t, &r);
	ck_assert_str_eq(text_str(&t),
	    "DHCP server: 209.165.200.225\n"
	    "  Leases: 1\n"
	    "  Offers: 1      Requests: 17     Acks: 17     Naks: 0\n"
	    "  Declines: 0    Releases: 0     Bad: 0\n"
	    "DNS0: 171.69.161.23, DNS1: 171.69.161.24\n"
	    "Subnet: 255.255.255.224 DNS Domain: cisco.com\n");
}
END_TEST

/* A subinterface tells its VLAN, or that it has none yet. */
START_TEST(vlans)
{
	struct show_link l = outside();

	l.sub = true;
	text_clear(&t);
	show_interface(&t, &l, NULL, SHOW_INTERFACE_STATS);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\tVLAN identifier none\n"));
	l.vlan = 100;
	text_clear(&t);
	show_interface(&t, &l, NULL, SHOW_INTERFACE_STATS);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "\tVLAN identifier 100\n"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_interface");
	TCase *c = tcase_create("show_interface");
	SRunner *r;
	int failed;

	tcase_add_test(c, all_of_it);
	tcase_add_test(c, leases);
	tcase_add_test(c, vlans);
	tcase_add_test(c, less_of_it);
	tcase_add_test(c, addresses);
	tcase_add_test(c, neighbours);
	tcase_add_test(c, traffic);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
