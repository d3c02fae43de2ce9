/*
 * Rules of NAT as the keeper hears them: each line as the ranges that its names stand for, one
 * to one where it is static, in the device's order.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/feeding.h"
#include "tests/support/unread.h"

static const char SETUP[] = "interface g0/0\nnameif outside\nip address 172.16.1.2 255.255.255.0\n"
			    "interface g0/1\nnameif inside\nip address 10.1.1.1 255.255.255.0\n"
			    "object network N\nsubnet 192.168.1.0 255.255.255.0\n"
			    "object network M\nsubnet 172.20.1.0 255.255.255.0\n"
			    "object network H\nhost 10.1.1.7\n"
			    "object network J\nhost 172.16.1.77\n"
			    "object network P\nrange 172.16.1.80 172.16.1.82\n"
			    "object network E\ndescription nothing yet\n"
			    "object network A\nhost 10.7.0.1\n"
			    "object network any-host\nhost 10.7.0.2\n"
			    "object network in\nhost 10.7.0.3\n"
			    "object service S80\nservice tcp source eq 80\n"
			    "object service S8080\nservice tcp source eq 8080\n"
			    "object service D80\nservice tcp destination eq 80\n"
			    "object service D8080\nservice tcp destination eq 8080\n"
			    "object network R\nrange 10.6.0.1 10.6.0.9\n"
			    "object network BIG\nrange 10.0.0.0 10.255.255.254\n"
			    "object network ODD\nrange 11.0.0.1 11.255.255.255\n"
			    "object network W8\nsubnet 8.0.0.0 255.254.0.0\n"
			    "object network W9\nsubnet 10.8.0.0 255.254.0.0\n"
			    "object-group network G1\nnetwork-object host 10.8.0.1\n"
			    "network-object 10.8.0.4 255.255.255.252\n"
			    "object-group network G2\nnetwork-object 10.9.0.0 255.255.255.252\n";

/* order, kind, real, mapped, destinations: of what is sent for one line. */
struct heard {
	const char *line;
	const char *say[4]; /* parts of what is heard, in this order; NULL: nothing at all */
};

static void hears(const struct heard *h, size_t n)
{
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	for (size_t i = 0; i < n; i++) {
		const char *at;

		text_clear(&w.heard);
		config_paste(&w.t, h[i].line);
		at = text_str(&w.heard);
		if (!h[i].say[0])
			ck_assert_msg(!strstr(at, "KEEP_NAT"), "%s: %s", h[i].line, at);
		for (size_t k = 0; k < 4 && h[i].say[k]; k++) {
			const char *found = strstr(at, h[i].say[k]);

			ck_assert_msg(
			    found, "%s: no %s in %s", h[i].line, h[i].say[k], text_str(&w.heard));
			at = found + 1;
		}
	}
	feeding_close(&w);
}

START_TEST(lines_of_nat)
{
	static const struct heard row[] = {
	    {"nat (inside,outside) source static H J\n",
		{"order=4096 ", "kind=0 to=1 real_if=\"eth1\" mapped_if=\"eth0\"",
		    "real=10.1.1.7-10.1.1.7 mapped=172.16.1.77-172.16.1.77 "
		    "dest_mapped=0.0.0.0-255.255.255.255 "}},
	    {"nat (inside,outside) source static N N\n",
		{"order=8192 ", "kind=0 to=1 ",
		    "real=192.168.1.0-192.168.1.255 mapped=192.168.1.0-192.168.1.255"}},
	    {"nat (inside,outside) source static any any destination static N N\n",
		{"order=12288 ", "real=0.0.0.0-255.255.255.255",
		    "dest_mapped=192.168.1.0-192.168.1.255 dest_real=192.168.1.0-192.168.1.255"}},
	    {"nat (inside,outside) source dynamic N J destination static H H\n",
		{"order=16384 ", "kind=1 to=5 ",
		    "mapped=172.16.1.77-172.16.1.77 dest_mapped=10.1.1.7-10.1.1.7"}},
	    {"nat (inside,outside) after-auto source dynamic any interface\n",
		{"order=2147487744 ", "kind=1 to=2"}},
	    {"nat (inside,outside) source dynamic N interface inactive\n", {NULL}},
	    {"nat (nowhere,outside) source dynamic any interface\n", {NULL}},
	    {"nat (any,nowhere) source dynamic any interface\n", {NULL}},
	    {"nat (any,any) source static E E\n", {NULL}},
	    {"nat (any,outside) source dynamic N P\n",
		{"kind=1 to=1 real_if=\"\"", "mapped=172.16.1.80-172.16.1.82", "share=0 "}},
	    {"nat (inside,outside) source static N M\n",
		{"real=192.168.1.0-192.168.1.255 mapped=172.20.1.0-172.20.1.255"}},
	    {"nat (inside,outside) source dynamic N pat-pool P round-robin interface\n",
		{"kind=1 to=15 ", "mapped=172.16.1.80-172.16.1.82"}},
	    {"nat (inside,outside) source static H interface service S80 S8080\n",
		{"kind=0 to=2 ", "protocol=6 real_low=80 real_high=80 mapped_low=8080 "
				 "mapped_high=8080 dest_real_low=0 dest_real_high=65535"}},
	    {"nat (inside,outside) source static any any destination static J H "
	     "service D80 D8080\n",
		{"dest_mapped=172.16.1.77-172.16.1.77 dest_real=10.1.1.7-10.1.1.7 protocol=6 ",
		    "dest_real_low=8080 dest_real_high=8080 dest_mapped_low=80"}},
	    {"nat (inside,outside) source dynamic any interface destination static interface H\n",
		{"dest_mapped=10.1.1.1-10.1.1.1 dest_real=10.1.1.7-10.1.1.7"}},
	    {"nat (inside,outside) source static H J unidirectional no-proxy-arp\n",
		{"unidirectional=1 no_proxy_arp=1"}},
	    /* Names that begin like a word of the line, or are one but for their case. */
	    {"nat (inside,outside) source dynamic A interface\n", {"real=10.7.0.1-10.7.0.1"}},
	    {"nat (inside,outside) source dynamic any-host interface\n",
		{"real=10.7.0.2-10.7.0.2"}},
	    {"nat (inside,outside) source static A in\n",
		{"real=10.7.0.1-10.7.0.1 mapped=10.7.0.3-10.7.0.3"}},
	    /* Groups: in their order, address by address. */
	    {"nat (inside,outside) source static G1 G2\n",
		{"real=10.8.0.1-10.8.0.1 mapped=10.9.0.0-10.9.0.0",
		    "real=10.8.0.4-10.8.0.6 mapped=10.9.0.1-10.9.0.3"}},
	    /* A pool of several ranges: the hosts are dealt out. */
	    {"nat (inside,outside) source dynamic N G1\n",
		{"mapped=10.8.0.1-10.8.0.1 ", "share=2 ", "mapped=10.8.0.4-10.8.0.7 ", "share=1 "}},
	    {"object network H\nnat (inside,outside) static interface service tcp 80 8080\n",
		{"order=1073745920 ", "to=2 ",
		    "protocol=6 real_low=80 real_high=80 mapped_low=8080"}},
	    {"object network N\nnat (inside,outside) static 172.20.7.0 no-proxy-arp\n",
		{"real=192.168.1.0-192.168.1.255 mapped=172.20.7.0-172.20.7.255",
		    "no_proxy_arp=1"}},
	    {"object network H\nnat (inside,outside) static M\n",
		{"real=10.1.1.7-10.1.1.7 mapped=172.20.1.0-172.20.1.0",
		    "real=10.1.1.7-10.1.1.7 mapped=172.20.1.1-172.20.1.1"}},
	    {"object network N\nnat (inside,outside) dynamic pat-pool P flat interface\n",
		{"order=1073750016 ", "kind=1 to=7"}},
	};

	hears(row, sizeof row / sizeof *row);
}
END_TEST

/* Static before dynamic, few addresses before many, low before high, then the names. */
START_TEST(objects_in_the_device_s_order)
{
	static const char *const lines[] = {
	    "object network N\nnat (inside,outside) dynamic interface\n",
	    "object network M\nnat (inside,outside) dynamic 172.16.1.91\n",
	    "object network J\nnat (inside,outside) static 192.168.8.1\n",
	    "object network H\nnat (inside,outside) static 192.168.8.2\n",
	    "object network A\nhost 10.1.1.7\nnat (any,outside) dynamic 172.16.1.90\n"};
	static const char *const expect[] = {"order=1073745920 ", "real=10.1.1.7", /* H */
	    "order=1073750016 ", "real=172.16.1.77",				   /* J */
	    "order=1073754112 ", "kind=1", "real=10.1.1.7",			   /* A */
	    "order=1073758208 ", "kind=1", "real=172.20.1.0",			   /* M */
	    "order=1073762304 ", "kind=1", "real=192.168.1.0", NULL};		   /* N */
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		config_paste(&w.t, lines[i]);
	text_clear(&w.heard);
	feed_snapshot(w.feed, w.t.db, ROLE_KEEPER);
	for (size_t i = 0, at = 0; expect[i]; i++) {
		const char *found = strstr(text_str(&w.heard) + at, expect[i]);

		ck_assert_msg(found, "no %s in %s", expect[i], text_str(&w.heard));
		at = (size_t)(found - text_str(&w.heard));
	}
	feeding_close(&w);
}
END_TEST

/* VPN clients are behind the interface that has the crypto map. */
START_TEST(clients_behind_an_interface)
{
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	feeding_says(&w, "nat (inside,outside) source dynamic any interface\n",
	    (const char *const[]){"real_clients=0 mapped_clients=0", NULL});
	feeding_says(&w, "crypto map M interface outside\n",
	    (const char *const[]){"real_clients=0 mapped_clients=1", NULL});
	feeding_close(&w);
}
END_TEST

/* The interface before which an address is looked for answers for it; of `any` each. */
static const struct {
	const char *lines;
	unsigned at[2]; /* how many ranges, before each interface */
} answered[] = {
    {"nat (inside,outside) source static H J\n", {1, 0}},
    {"nat (inside,outside) source static H J no-proxy-arp\n", {0, 0}},
    {"nat (inside,outside) source static H H\n", {0, 0}},
    {"nat (inside,outside) source dynamic N P\n", {1, 0}},
    {"nat (inside,outside) source dynamic N interface\n", {0, 0}},
    {"nat (inside,outside) source static H H destination static M N\n", {0, 1}},
    {"nat (inside,outside) source static H J destination static M N\n", {1, 1}},
    {"nat (inside,outside) source static H J\n"
     "nat (inside,outside) source static A P\n",
	{4, 0}},
    /* once for two lines of the same */
    {"nat (inside,outside) source static H J\n"
     "nat (inside,outside) source static H J service S80 S8080\n",
	{1, 0}},
    {"nat (any,any) source static H J\n", {1, 1}},
    {"interface g0/1\nshutdown\nnat (any,any) source static H J\n", {1, 0}},
    {"sysopt noproxyarp outside\nnat (any,any) source static H J\n", {0, 1}},
    {"sysopt noproxyarp outside\nnat (inside,outside) source static H J\n", {0, 0}},
    /* As long as a network of ours may be, and longer. */
    {"object network L\nsubnet 172.30.0.0 255.255.0.0\nobject network K\n"
     "subnet 172.31.0.0 255.255.0.0\nnat (inside,outside) source static L K\n",
	{1, 0}},
    {"object network K\nrange 12.0.0.0 12.1.0.0\n"
     "nat (inside,outside) source dynamic N K\n",
	{0, 0}},
};

START_TEST(addresses_that_are_answered_for)
{
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	config_paste(&w.t, answered[_i].lines);
	text_clear(&w.heard);
	feed_snapshot(w.feed, w.t.db, ROLE_KEEPER);
	for (unsigned k = 0; k < 2; k++) {
		char what[60];

		snprintf(what, sizeof what, "KEEP_PROXY_ARP id=0 op=1 device=\"eth%u\" ", k);
		ck_assert_msg(feeding_count(&w, what) == answered[_i].at[k], "%s: %s in\n%s",
		    answered[_i].lines, what, text_str(&w.heard));
	}
	feeding_close(&w);
}
END_TEST

/* Rules of which something cannot be read are not told at all: else the keeper would have
 * others. */
START_TEST(rules_that_cannot_be_read)
{
	struct feeding w;
	unsigned n = 0;
	bool told;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	config_paste(&w.t, "nat (inside,outside) source static N M\n"
			   "nat (inside,outside) source dynamic any interface\n"
			   "object network H\n nat (inside,outside) static J\n"
			   "crypto map M interface outside\nsysopt noproxyarp outside\n");
	do {
		text_clear(&w.heard);
		unread_nth(w.t.db, ++n);
		told = feed_snapshot(w.feed, w.t.db, ROLE_KEEPER);
		ck_assert_msg(told != unread_was(), "statement %u", n);
		ck_assert_msg(told || !strstr(text_str(&w.heard), "KEEP_NAT"), "statement %u", n);
	} while (!told);
	unread_nth(w.t.db, 0);
	ck_assert_uint_gt(n, 20);
	feeding_close(&w);
}
END_TEST

/* The interface's address where DHCP or the host gives it one. */
START_TEST(an_interface_without_an_address_here)
{
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, "interface g0/0\nnameif outside\nip address dhcp\nexit\n"
			   "interface g0/1\nnameif inside\nobject network H\nhost 10.1.1.7\n"
			   "nat (outside,inside) source static any any destination static "
			   "interface H\n");
	ck_assert_uint_eq(feeding_count(&w, "KEEP_NAT"), 0);
	strcpy(w.live, "172.16.1.9");
	feed_devices_changed(w.feed, w.t.db);
	ck_assert_uint_eq(
	    feeding_count(&w, "dest_mapped=172.16.1.9-172.16.1.9 dest_real=10.1.1.7-10.1.1.7"), 1);
	feeding_close(&w);
}
END_TEST

#define NAMED                                                                                      \
	"nat (inside,outside) source static H J\n"                                                 \
	"nat (outside,inside) source static J H\n"                                                 \
	"nat (inside,inside) source static H H\n"                                                  \
	"nat (any,outside) source static N N\n"                                                    \
	"object network A\nnat (any,inside) static 10.3.3.3\n"

/* NAT lines name interfaces as they were typed: whoever takes such a name away hears of it. */
START_TEST(a_name_that_goes)
{
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	config_paste(&w.t, NAMED "interface g0/1\n");
	config_line(&w.t, "no nameif");
	ck_assert_msg(strstr(text_str(&w.t.out),
			  "WARNING: 4 NAT rules of the interface name \"inside\" take no "
			  "effect until an interface has it"),
	    "%s", text_str(&w.t.out));
	feeding_close(&w);
}
END_TEST

/* What names an interface follows when it gets another name, and is fed so. */
START_TEST(a_name_that_becomes_another)
{
	struct feeding w;
	const char *shown;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	config_paste(&w.t, NAMED
	    "access-list L extended permit ip interface inside interface outside\n"
	    "access-list L extended permit ip any interface inside\n"
	    "access-group L in interface inside\n"
	    "ntp server 10.1.1.9 source inside\ninterface g0/1\n");
	text_clear(&w.heard);
	config_line(&w.t, "nameif lan");
	ck_assert_str_eq(text_str(&w.t.out), "");
	shown = config_show(&w.t, 0, "");
	ck_assert_ptr_null(strstr(shown, "inside"));
	ck_assert_ptr_nonnull(strstr(shown, "nat (lan,outside) source static H J\n"
					    "nat (outside,lan) source static J H\n"
					    "nat (lan,lan) source static H H\n"
					    "nat (any,outside) source static N N\n"));
	ck_assert_ptr_nonnull(strstr(shown, "nat (any,lan) static 10.3.3.3\n"));
	ck_assert_ptr_nonnull(
	    strstr(shown, "access-list L extended permit ip interface lan interface outside \n"
			  "access-list L extended permit ip any interface lan \n"));
	ck_assert_ptr_nonnull(strstr(shown, "access-group L in interface lan\n"));
	ck_assert_ptr_nonnull(strstr(shown, "ntp server 10.1.1.9 source lan\n"));
	ck_assert_uint_eq(feeding_count(&w, "real_if=\"eth1\" mapped_if=\"eth0\""), 1);
	/* what is named by the new name is the row that a line with it means */
	config_paste(&w.t, "no nat (lan,outside) source static H J\n"
			   "no access-list L extended permit ip any interface lan\n");
	ck_assert_ptr_null(strstr(config_show(&w.t, 0, ""), "nat (lan,outside) source static H"));
	feeding_close(&w);
}
END_TEST

/* Real addresses that static NAT leaves over are told of. */
START_TEST(addresses_that_are_left_over)
{
	static const struct {
		const char *line;
		unsigned left;
		const char *of;
	} row[] = {
	    {"nat (inside,outside) source static R4 R4", 0, NULL},
	    {"nat (inside,outside) source static R4 M3", 1, "R4"},
	    {"nat (inside,outside) source static M3 R4", 0, NULL},
	    {"nat (inside,outside) source dynamic R4 M3", 0, NULL},
	    {"nat (inside,outside) source static any any destination static M1 R4", 3, "R4"},
	    {"nat (inside,outside) source static M1 interface", 0, NULL},
	    {"object network R4\nnat (inside,outside) static M3", 1, "R4"},
	    {"object network R4\nnat (inside,outside) static 172.16.9.1", 0, NULL},
	    {"object network R4\nnat (inside,outside) dynamic M3", 0, NULL},
	};
	struct feeding w;
	char says[100];

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	config_paste(&w.t, "object network R4\nrange 10.1.1.1 10.1.1.4\n"
			   "object network M3\nrange 172.16.9.1 172.16.9.3\n"
			   "object network M1\nhost 172.16.9.8\nexit\n");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		config_paste(&w.t, row[i].line);
		snprintf(says, sizeof says,
		    "WARNING: the last %u addresses of %s have no mapped address", row[i].left,
		    row[i].of ? row[i].of : "");
		ck_assert_msg(!strstr(text_str(&w.t.out),
				  row[i].of ? says : "have no mapped") == !row[i].of,
		    "%s: %s", row[i].line, text_str(&w.t.out));
	}
	feeding_close(&w);
}
END_TEST

/* A line by its place, in its section. */
START_TEST(a_line_by_its_place)
{
	static const struct {
		const char *line, *says;
	} row[] = {
	    {"no nat 4", "ERROR: NAT rule does not exist"},
	    {"no nat (outside,inside) 1", "ERROR: NAT rule does not exist"},
	    {"nat 1", "ERROR: % Incomplete command"},
	    {"no nat (inside,outside)", "ERROR: % Incomplete command"},
	    {"no nat after-auto", "ERROR: % Incomplete command"},
	    {"no nat 2", ""},
	    {"no nat (inside,outside) after-auto 1", ""},
	    {"no nat (inside,outside) source static A A", ""},
	    {"no nat 1", ""},
	    {"no nat 1", "ERROR: NAT rule does not exist"},
	    {"no nat after-auto 1", ""},
	};
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	config_paste(&w.t, "nat (inside,outside) source static H J\n"
			   "nat (outside,inside) source static J H\n"
			   "nat (inside,outside) source static A A\n"
			   "nat (inside,outside) after-auto source dynamic any interface\n"
			   "nat (any,outside) after-auto source dynamic H interface\n");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		config_line(&w.t, row[i].line);
		ck_assert_msg(strstr(text_str(&w.t.out), row[i].says) &&
				  !text_str(&w.t.out)[0] == !row[i].says[0],
		    "%s: %s", row[i].line, text_str(&w.t.out));
		if (i == 5)
			ck_assert_ptr_null(
			    strstr(config_show(&w.t, 0, ""), "nat (outside,inside) source"));
		if (i == 6)
			ck_assert_ptr_nonnull(
			    strstr(config_show(&w.t, 0, ""), "nat (any,outside) after-auto"));
	}
	ck_assert_ptr_null(strstr(config_show(&w.t, 0, ""), "nat ("));
	feeding_close(&w);
}
END_TEST

/* What would end behind the last address, or be more rules than a line may have. */
/* As many addresses, where no port of theirs becomes another: they are one pair of prefixes. */
START_TEST(large_networks_with_ports)
{
	static const char *const line[] = {
	    "nat (inside,outside) source static W8 W9 service S80 S80",
	    "nat (inside,outside) source static W8 W9 service D80 D8080",
	    "nat (inside,outside) source static W8 W8 service S80 S8080",
	    "nat (inside,outside) source static any any destination static W8 W9 service S80 S8080",
	};
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	for (size_t i = 0; i < sizeof line / sizeof *line; i++)
		ck_assert_msg(config_line(&w.t, line[i]) != DB_REFUSED, "%s: %s", line[i],
		    text_str(&w.t.out));
	ck_assert_uint_eq(feeding_count(&w, "KEEP_NAT"), sizeof line / sizeof *line);
	feeding_close(&w);
}
END_TEST

START_TEST(lines_that_are_refused)
{
	static const char *const row[][2] = {
	    {"object network R\nnat (inside,outside) static 255.255.255.250",
		"would end behind 255.255.255.255"},
	    {"nat (inside,outside) source static BIG ODD", "more than 4096 rules"},
	    {"object network BIG\nnat (inside,outside) static ODD", "more than 4096 rules"},
	    {"nat (inside,outside) source static any any destination static BIG ODD",
		"more than 4096 rules"},
	    {"object network BIG\nnat (inside,outside) static 11.0.0.1", "more than 4096 rules"},
	    {"nat (inside,outside) source static W8 W9 service S80 S8080",
		"ports of more than 65536"},
	    {"nat (inside,outside) source dynamic N interface destination static W8 W9 service "
	     "D80 D8080",
		"ports of more than 65536"},
	    {"object network W8\nnat (inside,outside) static W9 service tcp 80 8080",
		"ports of more than 65536"}};
	struct feeding w;

	feeding_open(&w);
	config_paste(&w.t, SETUP);
	text_clear(&w.heard);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		char line[128];
		char *nat;

		snprintf(line, sizeof line, "%s", row[i][0]);
		nat = strrchr(line, '\n');
		if (nat) {
			*nat++ = 0;
			ck_assert_int_ne(config_line(&w.t, line), DB_REFUSED);
		}
		ck_assert_int_eq(config_line(&w.t, nat ? nat : line), DB_REFUSED);
		ck_assert_msg(
		    strstr(text_str(&w.t.out), row[i][1]), "%s: %s", row[i][0], text_str(&w.t.out));
	}
	ck_assert_uint_eq(feeding_count(&w, "KEEP_NAT"), 0);
	feeding_close(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed_nat");
	TCase *tc = tcase_create("feed_nat");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, lines_of_nat);
	tcase_add_test(tc, objects_in_the_device_s_order);
	tcase_add_test(tc, clients_behind_an_interface);
	tcase_add_loop_test(
	    tc, addresses_that_are_answered_for, 0, sizeof answered / sizeof *answered);
	tcase_add_test(tc, rules_that_cannot_be_read);
	tcase_add_test(tc, an_interface_without_an_address_here);
	tcase_add_test(tc, lines_that_are_refused);
	tcase_add_test(tc, large_networks_with_ports);
	tcase_add_test(tc, a_name_that_goes);
	tcase_add_test(tc, a_name_that_becomes_another);
	tcase_add_test(tc, a_line_by_its_place);
	tcase_add_test(tc, addresses_that_are_left_over);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
