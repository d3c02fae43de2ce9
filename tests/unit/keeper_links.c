/* What the keeper reads of a link: what it is, and which of its addresses stands for it. */
#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/netlink.h"

static struct netlink *nl;
static struct link *links;
static size_t n_links;

static void sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

static void setup(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	nl = netlink_open();
	ck_assert_ptr_nonnull(nl);
	sh("ip link add card address 02:00:00:00:00:01 type veth peer name cable");
	sh("ip link set card up");
}

static void teardown(void)
{
	free(links);
	links = NULL;
	netlink_close(nl);
}

static const struct link *look(const char *name)
{
	free(links);
	links = NULL;
	ck_assert_int_eq(netlink_links(nl, &links, &n_links), 0);
	for (size_t i = 1; i < n_links; i++)
		ck_assert_uint_lt(links[i - 1].ifindex, links[i].ifindex);
	for (size_t i = 0; i < n_links; i++)
		if (!strcmp(links[i].name, name))
			return &links[i];
	return NULL;
}

static void address(const char *text, int prefix, bool ours)
{
	struct addr a, mask = prefix_mask(prefix);
	char command[96];

	ck_assert(addr_parse(text, &a));
	if (ours) {
		ck_assert_int_eq(netlink_address(nl, look("card")->ifindex, &a, &mask, true), 0);
		return;
	}
	snprintf(command, sizeof command, "ip address add %s/%d dev card", text, prefix);
	sh(command);
}

static void stands_for_card(const char *text, int prefix, bool ours)
{
	const struct link *k = look("card");
	struct addr a, mask = prefix_mask(prefix);

	ck_assert(addr_parse(text, &a));
	ck_assert_msg(addr_equal(&k->address, &a), "not %s", text);
	ck_assert(addr_equal(&k->mask, &mask));
	ck_assert(k->ours == ours);
}

START_TEST(the_first_address_but_ours_before)
{
	ck_assert(!look("card")->address.family);
	address("10.1.0.1", 24, false);
	stands_for_card("10.1.0.1", 24, false);
	address("10.2.0.1", 24, false);
	stands_for_card("10.1.0.1", 24, false);
	address("10.3.0.1", 25, true);
	stands_for_card("10.3.0.1", 25, true);
	address("10.4.0.1", 24, true);
	address("10.5.0.1", 24, false);
	stands_for_card("10.3.0.1", 25, true);
	ck_assert_uint_eq(look("card")->n_addresses, 5);
	ck_assert_uint_eq(look("cable")->n_addresses, 0);
}
END_TEST

START_TEST(an_address_is_known_with_its_mask)
{
	struct addr a, other, mask = prefix_mask(24), wider = prefix_mask(16);
	const struct link_address *found;

	address("10.1.0.1", 24, false);
	address("10.2.0.1", 24, true);
	ck_assert(addr_parse("10.2.0.1", &a));
	ck_assert(addr_parse("10.2.0.2", &other));
	found = link_address(look("card"), &a, &mask);
	ck_assert_ptr_nonnull(found);
	ck_assert(found->ours);
	ck_assert_ptr_null(link_address(look("card"), &a, &wider));
	ck_assert_ptr_null(link_address(look("card"), &other, &mask));
	ck_assert_ptr_null(link_address(look("cable"), &a, &mask));
}
END_TEST

START_TEST(more_addresses_than_are_seen)
{
	char text[32];

	for (unsigned i = 1; i <= LINK_ADDRESSES_MAX + 3; i++) {
		snprintf(text, sizeof text, "10.%u.0.1", i);
		address(text, 24, false);
		ck_assert_uint_eq(
		    look("card")->n_addresses, i < LINK_ADDRESSES_MAX ? i : LINK_ADDRESSES_MAX);
	}
	address("10.99.0.1", 24, true); /* not among them, and stands for the link all the same */
	stands_for_card("10.99.0.1", 24, true);
}
END_TEST

/* Numbers are for cards; a card in a bridge has no address of its own to be asked for. */
START_TEST(what_is_a_card)
{
	static const struct {
		const char *name, *make;
		bool card, ethernet;
	} row[] = {
	    {"lo", "true", false, false}, {"card", "true", true, true},
	    {"cable", "ip link add bridge0 type bridge && ip link set cable master bridge0", true,
		false},
	    {"bridge0", "true", false, false},
	    {"tap0", "ip tuntap add tap0 mode tap", false, false}, /* as ethernet, but no card */
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const struct link *k;

		sh(row[i].make);
		k = look(row[i].name);
		ck_assert_ptr_nonnull(k);
		ck_assert_msg(k->card == row[i].card, "%s", k->name);
		ck_assert_msg(k->ethernet == row[i].ethernet, "%s", k->name);
	}
	ck_assert_str_eq(look("card")->mac, "02:00:00:00:00:01");
	ck_assert_uint_eq(look("card")->mtu, 1500);
}
END_TEST

/* Up is what the administrator says; a carrier is what the cable says. */
START_TEST(up_and_carrier)
{
	bool up;

	ck_assert(look("card")->up && !look("card")->carrier);
	ck_assert(!look("cable")->up);
	ck_assert_int_eq(netlink_link(nl, look("cable")->ifindex, true), 0);
	/* the kernel tells a little later, and of each by itself */
	for (int i = 0; i < 3000 && !(look("card")->carrier && look("cable")->carrier); i++)
		sh("sleep 0.01");
	ck_assert(look("card")->carrier && look("cable")->carrier);
	ck_assert_int_eq(netlink_link(nl, look("card")->ifindex, false), 0);
	ck_assert(!look("card")->up && !look("card")->carrier);
	ck_assert_int_eq(netlink_link_state(nl, look("card")->ifindex, &up), 0);
	ck_assert(!up);
	ck_assert_int_eq(netlink_link_state(nl, look("cable")->ifindex, &up), 0);
	ck_assert(up);
	ck_assert_int_ne(netlink_link_state(nl, 9999, &up), 0);
	ck_assert_int_eq(netlink_mtu(nl, look("card")->ifindex, 1400), 0);
	ck_assert_uint_eq(look("card")->mtu, 1400);
	ck_assert_int_ne(netlink_mtu(nl, 9999, 1400), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_links");
	TCase *tc = tcase_create("links");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_first_address_but_ours_before);
	tcase_add_test(tc, an_address_is_known_with_its_mask);
	tcase_add_test(tc, more_addresses_than_are_seen);
	tcase_add_test(tc, what_is_a_card);
	tcase_add_test(tc, up_and_carrier);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
