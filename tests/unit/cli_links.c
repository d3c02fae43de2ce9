/* The table of network devices that the keeper's news make. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/links.h"

static bool news(struct links *t, const char *device, const char *hardware, const char *mac)
{
	const struct msg_link_state s = {.device = device,
	    .hardware = hardware,
	    .mac = mac,
	    .last = "",
	    .ifindex = *device ? 3 : 0};

	return links_note(t, &s);
}

START_TEST(the_table_of_devices_is_bounded)
{
	static struct links t;
	char name[16];

	for (int i = 0; i < LINKS_MAX; i++) {
		snprintf(name, sizeof name, "eth%d", i);
		ck_assert(news(&t, name, "", "52:54:00:00:00:01"));
	}
	ck_assert_uint_eq(t.n, LINKS_MAX);
	ck_assert(!news(&t, "more", "", "52:54:00:00:00:01"));
	ck_assert_ptr_null(links_find(&t, "more"));
	ck_assert(!news(&t, "eth7", "", "52:54:00:00:00:02")); /* known, and under the same name */
	ck_assert_str_eq(links_find(&t, "eth7")->mac, "52:54:00:00:00:02");
	ck_assert_ptr_null(links_find(&t, ""));
}
END_TEST

START_TEST(cards_keep_their_numbers)
{
	static struct links t;

	ck_assert(news(&t, "eth0", "GigabitEthernet0/0", "52:54:00:00:00:01"));
	ck_assert_str_eq(links_find(&t, "gigabitethernet0/0")->device, "eth0");
	ck_assert(!news(&t, "eth0", "GigabitEthernet0/0", "52:54:00:00:00:01"));
	ck_assert(
	    news(&t, "", "GigabitEthernet0/0", "52:54:00:00:00:01")); /* the card is missing */
	ck_assert_uint_eq(t.n, 1);
	ck_assert(news(&t, "eth5", "GigabitEthernet0/0", "52:54:00:00:00:01"));
	ck_assert(
	    news(&t, "eth5", "GigabitEthernet0/1", "52:54:00:00:00:01")); /* it is another's now */
	ck_assert_str_eq(links_find(&t, "GigabitEthernet0/0")->device, "");
	ck_assert_str_eq(links_find(&t, "eth5")->hardware, "GigabitEthernet0/1");
	ck_assert(news(&t, "", "GigabitEthernet0/0", "")); /* the number is given back */
	ck_assert_ptr_null(links_find(&t, "GigabitEthernet0/0"));
	ck_assert_uint_eq(t.n, 1);
}
END_TEST

/* The device of a subinterface: of its link's name, there or not; one too long for Linux is made of
 * the whole name. */
START_TEST(vlans_have_a_device)
{
	static struct links t;
	char made[32];

	ck_assert(news(&t, "ens18", "GigabitEthernet0/1", "52:54:00:00:00:01"));
	ck_assert(news(&t, "enp129s0f0np0", "", "52:54:00:00:00:02"));
	ck_assert_str_eq(links_device(&t, "GigabitEthernet0/1"), "ens18");
	ck_assert_str_eq(links_device(&t, "GigabitEthernet0/1.100"), "ens18.100");
	ck_assert_str_eq(links_device(&t, "ens18.7"), "ens18.7");
	ck_assert_str_eq(links_device(&t, "enp129s0f0np0.1"), "enp129s0f0np0.1");
	snprintf(made, sizeof made, "%s", links_device(&t, "enp129s0f0np0.12"));
	ck_assert_int_eq(strncmp(made, "vlan", 4), 0);
	ck_assert_uint_eq(strlen(made), 12);
	ck_assert_str_ne(links_device(&t, "enp129s0f0np0.13"), made);
	ck_assert_str_eq(links_device(&t, "GigabitEthernet0/2.100"), "");
	ck_assert_str_eq(links_device(&t, "eth9"), "");
	ck_assert_ptr_null(links_find(&t, "GigabitEthernet0/1.100"));
	ck_assert(news(&t, "ens18.100", "", "52:54:00:00:00:01"));
	ck_assert_str_eq(links_find(&t, "GigabitEthernet0/1.100")->device, "ens18.100");
}
END_TEST

/* Another address is told of, the same is not. */
START_TEST(another_address)
{
	static struct links t;
	struct msg_link_state s = {.device = "eth1", .hardware = "", .mac = "", .last = "",
	    .ifindex = 4, .address = addr_v4(0x0a000001), .mask = prefix_mask(24)};

	ck_assert(links_note(&t, &s));
	ck_assert(!links_note(&t, &s));
	s.address = addr_v4(0x0a000002);
	ck_assert(links_note(&t, &s));
	s.mask = prefix_mask(25);
	ck_assert(links_note(&t, &s));
	ck_assert(!links_note(&t, &s));
}
END_TEST

/* Who stays in the table: a device that is there, and a number whose card is known. */
START_TEST(who_is_gone)
{
	static const struct {
		uint32_t ifindex;
		const char *device, *hardware, *mac;
		bool stays;
	} row[] = {
	    {3, "eth0", "", "", true},
	    {3, "eth0", "", "52:54:00:00:00:01", true},
	    {3, "eth0", "GigabitEthernet0/0", "52:54:00:00:00:01", true},
	    {3, "eth0", "GigabitEthernet0/0", "", true},
	    {0, "", "GigabitEthernet0/0", "52:54:00:00:00:01", true},
	    {0, "eth0", "GigabitEthernet0/0", "52:54:00:00:00:01", true},
	    {0, "", "GigabitEthernet0/0", "", false},
	    {0, "eth0", "", "52:54:00:00:00:01", false},
	    {0, "", "", "52:54:00:00:00:01", false},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		static struct links t;
		struct msg_link_state s = {.device = row[i].device,
		    .hardware = row[i].hardware,
		    .mac = row[i].mac,
		    .last = "",
		    .ifindex = row[i].ifindex};

		memset(&t, 0, sizeof t);
		ck_assert(links_note(&t, &s) || row[i].stays);
		ck_assert_msg(t.n == row[i].stays, "%zu: %u", i, t.n);
		/* What is gone is not found, although it may lie in memory yet. */
		ck_assert((links_find(&t, "eth0") != NULL) == (row[i].stays && *row[i].device));
		ck_assert(!links_note(&t, &s) || !row[i].stays);
		ck_assert_uint_eq(t.n, row[i].stays);
	}
}
END_TEST

/* One of several goes: the others stay, each with what it had. */
START_TEST(one_device_of_several_goes)
{
	static struct links t;
	const struct msg_link_state gone = {
	    .device = "eth1", .hardware = "", .mac = "", .last = ""};

	for (int i = 0; i < 4; i++) {
		char name[] = "eth0", mac[] = "52:54:00:00:00:00";

		name[3] = mac[16] = (char)('0' + i);
		news(&t, name, "", mac);
	}
	ck_assert(links_note(&t, &gone));
	ck_assert_uint_eq(t.n, 3);
	ck_assert_ptr_null(links_find(&t, "eth1"));
	for (int i = 0; i < 4; i++) {
		char name[] = "eth0";
		const struct net_link *l;

		name[3] = (char)('0' + i);
		l = links_find(&t, name);
		ck_assert((l != NULL) == (i != 1));
		ck_assert(!l || l->mac[16] == '0' + i);
	}
	/* The last of the table goes, and comes back. */
	ck_assert(
	    links_note(&t, &(struct msg_link_state){
			       .device = t.v[2].device, .hardware = "", .mac = "", .last = ""}));
	ck_assert_uint_eq(t.n, 2);
	for (int i = 1; i < 4; i++) {
		char name[] = "eth0";

		name[3] = (char)('0' + i);
		news(&t, name, "", "52:54:00:00:00:00");
		ck_assert_ptr_nonnull(links_find(&t, name));
	}
	ck_assert_uint_eq(t.n, 4);
	/* A device that gets a number leaves its old entry, and nothing of it stays. */
	ck_assert(news(&t, "eth2", "GigabitEthernet0/2", "52:54:00:00:00:02"));
	ck_assert_uint_eq(t.n, 4);
	ck_assert_str_eq(links_find(&t, "eth2")->hardware, "GigabitEthernet0/2");
}
END_TEST

START_TEST(news_of_addresses)
{
	static struct links t;
	struct msg_link_state s = {.device = "eth0",
	    .hardware = "",
	    .mac = "",
	    .last = "",
	    .ifindex = 3,
	    .mtu = 1400,
	    .up = 1,
	    .addresses = {.n = 2, .v = {"10.1.1.1/24", "10.2.2.2/16"}}};
	struct addr a, mask;
	const struct net_link *l;

	ck_assert(addr_parse("10.2.2.2", &a) && addr_parse("255.255.0.0", &mask));
	links_note(&t, &s);
	l = links_find(&t, "eth0");
	ck_assert(l && l->up && !l->carrier && l->mtu == 1400 && l->ifindex == 3);
	ck_assert(link_has(l, &a, &mask));
	s.addresses.n = 1; /* the second was taken away */
	links_note(&t, &s);
	ck_assert(!link_has(l, &a, &mask));
	ck_assert_uint_eq(l->n_addresses, 1);
	for (s.addresses.n = 0; s.addresses.n < STRLIST_MAX; s.addresses.n++)
		s.addresses.v[s.addresses.n] = "10.3.3.3/24";
	links_note(&t, &s);
	ck_assert_uint_eq(l->n_addresses, STRLIST_MAX);
	ck_assert_str_eq(l->addresses[STRLIST_MAX - 1], "10.3.3.3/24");
}
END_TEST

START_TEST(addresses_of_a_device)
{
	struct net_link l = {.addresses = {"10.1.1.1/24", "10.2.2.2/16"}, .n_addresses = 2};
	struct addr a, mask;

	ck_assert(addr_parse("10.2.2.2", &a) && addr_parse("255.255.0.0", &mask));
	ck_assert(link_has(&l, &a, &mask));
	ck_assert(addr_parse("255.255.255.0", &mask));
	ck_assert(!link_has(&l, &a, &mask));
	l.n_addresses = STRLIST_MAX; /* there may be more than were told */
	ck_assert(link_has(&l, &a, &mask));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_links");
	TCase *tc = tcase_create("cli_links");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, vlans_have_a_device);
	tcase_add_test(tc, another_address);
	tcase_add_test(tc, the_table_of_devices_is_bounded);
	tcase_add_test(tc, cards_keep_their_numbers);
	tcase_add_test(tc, who_is_gone);
	tcase_add_test(tc, one_device_of_several_goes);
	tcase_add_test(tc, news_of_addresses);
	tcase_add_test(tc, addresses_of_a_device);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
