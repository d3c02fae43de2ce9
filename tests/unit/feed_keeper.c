/*
 * What the keeper hears of interfaces, routes and forwarding: only what differs from what it
 * was told.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/firewall.h"
#include "tests/support/feeding.h"

START_TEST(keeper_hears_differences)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w,
	    "interface g0/0\nnameif outside\nip address 172.16.1.2 255.255.255.0\nno shutdown\n"
	    "interface g0/1\nnameif inside\nip address 10.1.1.1 255.255.255.0\n"
	    "route outside 0 0 172.16.1.1\n",
	    (const char *const[]){"keeper: KEEP_INTERFACE", "eth0", "172.16.1.2",
		"keeper: KEEP_INTERFACE", "eth1", "keeper: KEEP_ROUTE", "eth0", "172.16.1.1",
		NULL});
	feeding_says(&w,
	    "object network N\nsubnet 192.168.1.0 255.255.255.0\n"
	    "nat (inside,outside) source static any any destination static N N\n",
	    (const char *const[]){
		"keeper: KEEP_NAT", "eth1", "eth0", "dest_mapped=192.168.1.0-192.168.1.255", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_ROUTE"));
	/* 10.0.0.3 - 10.0.0.8 */
	feeding_says(&w, "object network N\nrange 10.0.0.3 10.0.0.8\n",
	    (const char *const[]){"KEEP_NAT", "dest_mapped=10.0.0.3-10.0.0.8", NULL});
	feeding_says(&w, "nat (inside,outside) after-auto source dynamic any interface\n",
	    (const char *const[]){"KEEP_NAT", "kind=1 to=2", NULL});
	/* The device goes: what stood on it is taken back, and comes back with it. */
	text_clear(&w.heard);
	w.gone = "GigabitEthernet0/0";
	feed_devices_changed(w.feed, w.t.db);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "KEEP_ROUTE"));
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "CFG_INTERFACE"));
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "CFG_AAA_INTERFACE"));
	text_clear(&w.heard);
	w.gone = NULL;
	feed_devices_changed(w.feed, w.t.db);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "KEEP_ROUTE"));
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "kind=1 to=2"));
	/* Those who send by it hear of it, too. */
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "engine: CFG_INTERFACE"));
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "aaa: CFG_AAA_INTERFACE"));
	text_clear(&w.heard);
	feed_keeper(w.feed, w.t.db);
	ck_assert_str_eq(text_str(&w.heard), "");
	feed_snapshot(w.feed, w.t.db, ROLE_KEEPER);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "KEEP_INTERFACE"));
	feeding_close(&w);
}
END_TEST

/* Of an interface that was only entered nothing is asked; of one with two names once. */
START_TEST(keeper_hears_what_was_said)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w, "interface g0/0\n", (const char *const[]){NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_INTERFACE"));
	feeding_says(&w, "interface g0/0\nshutdown\n",
	    (const char *const[]){"KEEP_INTERFACE", "up=0", NULL});
	feeding_says(&w, "interface g0/0\nno shutdown\n",
	    (const char *const[]){"KEEP_INTERFACE", "op=2", NULL});
	feeding_says(&w, "interface g0/0\nnameif outside\n",
	    (const char *const[]){"KEEP_INTERFACE", "op=1", "up=1", NULL});
	feeding_says(
	    &w, "interface eth0\nip address 10.9.9.1 255.255.255.0\n", (const char *const[]){NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "keeper:"));
	feeding_says(
	    &w, "no interface g0/0\n", (const char *const[]){"KEEP_INTERFACE", "10.9.9.1", NULL});
	feeding_close(&w);
}
END_TEST

/* One interface is a host; two, or one with a crypto map, are a gateway. */
START_TEST(keeper_hears_of_forwarding)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w,
	    "interface g0/0\nnameif outside\nip address 172.16.1.2 255.255.255.0\n"
	    "interface eth0\nnameif again\nip address 172.16.2.2 255.255.255.0\n",
	    (const char *const[]){"KEEP_INTERFACE", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_FORWARDING"));
	feeding_says(&w, "interface g0/1\nnameif inside\nip address 10.1.1.1 255.255.255.0\n",
	    (const char *const[]){
		"KEEP_FORWARDING", "op=1", "eth0", "KEEP_FORWARDING", "op=1", "eth1", NULL});
	feeding_says(&w, "interface g0/1\nshutdown\n",
	    (const char *const[]){
		"KEEP_FORWARDING", "op=2", "eth1", "KEEP_FORWARDING", "op=2", "eth0", NULL});
	feeding_says(&w, "crypto map M interface outside\n",
	    (const char *const[]){"KEEP_FORWARDING", "op=1", "eth0", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "eth1"));
	feeding_says(&w, "no crypto map M interface outside\n",
	    (const char *const[]){"KEEP_FORWARDING", "op=2", "eth0", NULL});
	feeding_close(&w);
}
END_TEST

/* Zones by their levels; lists that hold somewhere, in steps; and what is kept of both here. */
START_TEST(keeper_hears_of_lists)
{
	const struct firewall *f;
	struct feeding w;

	feeding_open(&w);
	f = feed_firewall(w.feed);
	feeding_says(&w,
	    "interface g0/0\nnameif outside\ninterface g0/1\nnameif inside\n"
	    "security-level 90\n",
	    (const char *const[]){"KEEP_ZONE", "eth0", "outside", "level=0", "KEEP_ZONE", "eth1",
		"inside", "level=90", NULL});
	ck_assert(f->permit_vpn && !f->intra && !f->inter);
	feeding_says(&w, "same-security-traffic permit intra-interface\n",
	    (const char *const[]){"KEEP_TRAFFIC", "intra=1", "permit_vpn=1", NULL});
	feeding_says(&w, "no sysopt connection permit-vpn\ncrypto map M interface outside\n",
	    (const char *const[]){"KEEP_TRAFFIC", "permit_vpn=0", "KEEP_ZONE", "vpn=1", NULL});
	feeding_says(&w,
	    "access-list A extended permit tcp any host 10.1.1.1 eq www\n"
	    "access-list A extended deny ip any any\n",
	    (const char *const[]){NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_ACCESS"));
	feeding_says(&w, "access-group A in interface outside\n",
	    (const char *const[]){"KEEP_ACCESS_LIST", "at=0", "removed=0", "total=2",
		"KEEP_ACCESS_GROUP", "eth0", "way=0", "A", NULL});
	ck_assert_uint_eq(firewall_list(f, "A")->n, 2);
	ck_assert_str_eq(firewall_group(f, "eth0", ACCESS_IN), "A");
	feeding_says(&w, "access-list A line 1 extended permit icmp any any\n",
	    (const char *const[]){"KEEP_ACCESS_LIST", "at=0", "removed=0", "total=3", NULL});
	ck_assert_uint_eq(firewall_list(f, "A")->n, 3);
	feeding_says(&w, "no access-list A extended deny ip any any\n",
	    (const char *const[]){"KEEP_ACCESS_LIST", "at=2", "removed=1", "total=2", NULL});
	feeding_says(&w, "access-group A out interface inside\n",
	    (const char *const[]){"KEEP_ACCESS_GROUP", "eth1", "way=1", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_ACCESS_LIST"));
	feeding_says(&w, "no access-group A in interface outside\n",
	    (const char *const[]){"KEEP_ACCESS_GROUP", "op=2", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_ACCESS_LIST"));
	feeding_says(&w, "no access-group A out interface inside\n",
	    (const char *const[]){"KEEP_ACCESS_GROUP", "op=2", "KEEP_ACCESS_LIST", "op=2", NULL});
	ck_assert_uint_eq(f->n_lists, 0);
	text_clear(&w.heard);
	feeding_says(&w, "access-group A global\n",
	    (const char *const[]){"KEEP_ACCESS_LIST", "total=2", "KEEP_ACCESS_GROUP", NULL});
	text_clear(&w.heard);
	feed_snapshot(w.feed, w.t.db, ROLE_KEEPER);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "total=2"));
	ck_assert_uint_eq(firewall_list(f, "A")->n, 2);
	feeding_close(&w);
}
END_TEST

/* MTU, VLANs, addresses by DHCP, who answers ARP for clients. */
START_TEST(keeper_hears_of_links)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w, "interface g0/0\nnameif outside\nip address dhcp setroute\n",
	    (const char *const[]){"KEEP_CLIENT_ARP", "op=1", "eth0", "KEEP_INTERFACE", "op=1",
		"eth0", "dhcp=1", "metric=1", NULL});
	feeding_says(&w, "interface g0/0\ndhcp client route distance 9\n",
	    (const char *const[]){"KEEP_INTERFACE", "dhcp=1", "metric=9", NULL});
	feeding_says(&w, "interface g0/0\nip address dhcp\n",
	    (const char *const[]){"KEEP_INTERFACE", "dhcp=1", "metric=0", NULL});
	feeding_says(&w, "interface g0/0\nip address 172.16.1.2 255.255.255.0\n",
	    (const char *const[]){"KEEP_INTERFACE", "172.16.1.2", "dhcp=0", NULL});
	feeding_says(&w, "mtu outside 1400\n",
	    (const char *const[]){"KEEP_MTU", "op=1", "eth0", "mtu=1400", NULL});
	feeding_says(&w, "no mtu outside 1400\n", (const char *const[]){"KEEP_MTU", "op=2", NULL});
	feeding_says(&w, "sysopt noproxyarp outside\n",
	    (const char *const[]){"KEEP_CLIENT_ARP", "op=2", "eth0", NULL});
	feeding_says(&w, "no sysopt noproxyarp outside\n",
	    (const char *const[]){"KEEP_CLIENT_ARP", "op=1", "eth0", NULL});
	feeding_says(&w, "interface eth0.100\nvlan 100\nnameif staff\n",
	    (const char *const[]){NULL}); /* no such device here */
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_VLAN"));
	feeding_close(&w);
}
END_TEST

/* What the host gives a link is the address of an interface without one. */
START_TEST(addresses_of_the_host)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w, "interface g0/0\nnameif outside\n",
	    (const char *const[]){"CFG_AAA_INTERFACE", "address=-", NULL});
	text_clear(&w.heard);
	strcpy(w.live, "172.16.1.9");
	feed_devices_changed(w.feed, w.t.db);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "address=172.16.1.9"));
	feeding_says(&w, "interface g0/0\nip address 172.16.1.2 255.255.255.0\n",
	    (const char *const[]){"CFG_AAA_INTERFACE", "address=172.16.1.2", NULL});
	feeding_close(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed_keeper");
	TCase *tc = tcase_create("feed_keeper");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, keeper_hears_differences);
	tcase_add_test(tc, keeper_hears_what_was_said);
	tcase_add_test(tc, keeper_hears_of_forwarding);
	tcase_add_test(tc, keeper_hears_of_links);
	tcase_add_test(tc, addresses_of_the_host);
	tcase_add_test(tc, keeper_hears_of_lists);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
