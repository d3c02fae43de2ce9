/* Which card a number means: over restarts, new and missing cards, changed names and addresses. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/keeper/devices.h"

static char dir[64];
static struct devices d;
static struct link cards[80];
static size_t n;

static void setup(void)
{
	snprintf(dir, sizeof dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert(devices_open(&d, dir));
	n = 0;
}

static void teardown(void)
{
	char path[128];

	devices_close(&d);
	snprintf(path, sizeof path, "%s/interfaces" LEDGER_SUFFIX, dir);
	(void)unlink(path);
	ck_assert_int_eq(rmdir(dir), 0);
}

static void restart(void)
{
	devices_close(&d);
	ck_assert(devices_open(&d, dir));
}

/* A veth: its MAC address is drawn by lot unless somebody gave it one. */
static void veth(const char *name, const char *mac)
{
	cards[n] = (struct link){.ethernet = true, .card = true};
	snprintf(cards[n].name, sizeof cards[n].name, "%s", name);
	snprintf(cards[n++].mac, sizeof cards[0].mac, "%s", mac);
}

static void card(const char *name, const char *mac)
{
	veth(name, mac);
	memcpy(cards[n - 1].burned_in, cards[n - 1].mac, sizeof cards[0].mac);
}

/* The links as they are now, by ifindex; and their numbers, "0 1 - 2 ", "-" = none. */
static const char *numbers(void)
{
	static char text[400];

	text[0] = 0;
	ck_assert_int_eq(devices_assign(&d, cards, n), 0);
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s ",
		    cards[i].hardware[0] ? cards[i].hardware + strlen(HARDWARE_NAME) : "-");
	n = 0;
	return text;
}

START_TEST(first_come)
{
	cards[n++] = (struct link){.name = "lo"};
	card("eth0", "52:54:00:00:00:01");
	cards[n++] = (struct link){.name = "br0", .mac = "52:54:00:00:00:01"};
	veth("inside", "02:00:00:00:00:01");
	card("eth1", "52:54:00:00:00:03");
	cards[n - 1].ethernet = false; /* in a bridge */
	ck_assert_str_eq(numbers(), "- 0 - 1 - ");
	ck_assert_str_eq(devices_linux(&d, "GigabitEthernet0/1"), "inside");
	ck_assert_str_eq(devices_linux(&d, "br0"), "br0");
	ck_assert_ptr_null(devices_linux(&d, "GigabitEthernet0/2"));
	ck_assert_ptr_null(devices_linux(&d, "GigabitEthernet0/x"));
	ck_assert_ptr_null(devices_linux(&d, "GigabitEthernet0/"));
	ck_assert_ptr_null(devices_linux(&d, "Management0/0"));
}
END_TEST

/* With a new link of a lower ifindex, and after a restart, each has its number. */
START_TEST(a_new_card_shifts_nobody)
{
	for (int again = 0; again < 2; again++) {
		card("eth1", "52:54:00:00:00:01");
		veth("inside", "02:00:00:00:00:01");
		ck_assert_str_eq(numbers(), "0 1 ");
	}
	restart();
	card("eth0", "52:54:00:00:00:00");
	card("eth1", "52:54:00:00:00:01");
	veth("inside", "02:00:00:00:00:01");
	ck_assert_str_eq(numbers(), "2 0 1 ");
}
END_TEST

START_TEST(a_missing_card_keeps_its_number)
{
	card("eth0", "52:54:00:00:00:01");
	card("eth1", "52:54:00:00:00:02");
	ck_assert_str_eq(numbers(), "0 1 ");
	restart();
	card("eth0", "52:54:00:00:00:02"); /* has moved up */
	card("eth1", "52:54:00:00:00:09"); /* is new */
	ck_assert_str_eq(numbers(), "1 2 ");
	ck_assert_ptr_null(devices_linux(&d, "GigabitEthernet0/0"));
	card("eth0", "52:54:00:00:00:02");
	card("eth1", "52:54:00:00:00:09");
	card("eth7", "52:54:00:00:00:01"); /* is back */
	ck_assert_str_eq(numbers(), "1 2 0 ");
	ck_assert_str_eq(devices_linux(&d, "GigabitEthernet0/0"), "eth7");
}
END_TEST

/* Renamed, exchanged names, in a bridge: by MAC. A veth that was made anew: by name. */
START_TEST(known_again)
{
	card("a", "52:54:00:00:00:01");
	card("b", "52:54:00:00:00:02");
	veth("c", "02:00:00:00:00:03");
	veth("d", "02:00:00:00:00:04");
	ck_assert_str_eq(numbers(), "0 1 2 3 ");
	card("b", "52:54:00:00:00:01");
	card("a", "52:54:00:00:00:02");
	cards[1].ethernet = false;
	veth("c", "02:00:00:00:00:13");
	veth("x", "02:00:00:00:00:04");
	ck_assert_str_eq(numbers(), "0 1 2 3 ");
	restart();
	veth("x", "02:00:00:00:00:24");
	veth("c", "02:00:00:00:00:04"); /* the last MAC of x: surer than the name */
	ck_assert_str_eq(numbers(), "4 3 ");
}
END_TEST

/* Two cards with one address: the name tells them apart. */
START_TEST(the_same_address_twice)
{
	card("a", "52:54:00:00:00:01");
	card("b", "52:54:00:00:00:01");
	ck_assert_str_eq(numbers(), "0 1 ");
	restart();
	card("b", "52:54:00:00:00:01");
	card("a", "52:54:00:00:00:01");
	ck_assert_str_eq(numbers(), "1 0 ");
}
END_TEST

/* The address that it was made with counts, not the one that somebody gave it. */
START_TEST(a_changed_address)
{
	card("a", "52:54:00:00:00:01");
	ck_assert_str_eq(numbers(), "0 ");
	card("x", "52:54:00:00:00:01");
	strcpy(cards[0].mac, "02:00:00:00:00:77");
	ck_assert_str_eq(numbers(), "0 ");
}
END_TEST

START_TEST(numbers_run_out)
{
	for (unsigned round = 0; round < 3; round++) { /* containers come and go */
		n = 0;
		card("eth0", "52:54:00:00:00:01");
		for (unsigned i = 0; i < 40; i++) {
			char name[16], mac[18];

			snprintf(name, sizeof name, "veth%u.%u", round, i);
			snprintf(mac, sizeof mac, "02:00:00:00:%02x:%02x", round, i);
			veth(name, mac);
		}
		ck_assert_ptr_null(strchr(numbers(), '-')); /* all have one */
		ck_assert_str_eq(cards[0].hardware, HARDWARE_NAME "0");
	}
}
END_TEST

START_TEST(by_hand)
{
	card("eth0", "52:54:00:00:00:01");
	card("eth1", "52:54:00:00:00:02");
	cards[n++] = (struct link){.name = "br0", .mac = "52:54:00:00:00:01"};
	ck_assert_str_eq(numbers(), "0 1 - ");
	ck_assert_int_eq(devices_map(&d, 0, "", "eth1", cards, 3), 0); /* they change places */
	n = 3;
	ck_assert_str_eq(numbers(), "1 0 - ");
	restart();
	card("eth0", "52:54:00:00:00:01");
	card("eth1", "52:54:00:00:00:02");
	ck_assert_str_eq(numbers(), "1 0 ");
	ck_assert_int_eq(devices_map(&d, 7, "52:54:00:00:00:01", "", cards, 2), 0);
	n = 2;
	ck_assert_str_eq(numbers(), "7 0 ");
	/* it will come */
	ck_assert_int_eq(devices_map(&d, 0, "52:54:00:00:00:99", "", cards, 2), 0);
	n = 2;
	ck_assert_str_eq(numbers(), "7 1 ");
	ck_assert_int_eq(devices_unmap(&d, 7), EBUSY);
	ck_assert_int_eq(devices_map(&d, 3, "", "eth9", cards, 2), ENODEV);
	ck_assert_int_eq(devices_map(&d, 3, "", "br0", cards, 3), EINVAL);
	n = 2;
	card("new", "52:54:00:00:00:99");
	ck_assert_str_eq(numbers(), "7 1 0 ");
	n = 2;
	ck_assert_str_eq(numbers(), "7 1 ");
	ck_assert_int_eq(devices_unmap(&d, 0), 0);
	n = 2;
	card("other", "52:54:00:00:00:55");
	ck_assert_str_eq(numbers(), "7 1 0 ");
}
END_TEST

/* What cannot be written down is not changed. */
START_TEST(no_room)
{
	char temp[160];

	card("eth0", "52:54:00:00:00:01");
	card("eth1", "52:54:00:00:00:02");
	ck_assert_str_eq(numbers(), "0 1 ");
	snprintf(temp, sizeof temp, "%s/interfaces" LEDGER_SUFFIX ".new", dir);
	ck_assert_int_eq(mkdir(temp, 0700), 0);
	ck_assert_int_ne(devices_map(&d, 0, "", "eth1", cards, 2), 0);
	n = 2;
	ck_assert_str_eq(numbers(), "0 1 ");
	ck_assert_int_eq(rmdir(temp), 0);
	ck_assert_int_eq(devices_map(&d, 0, "", "eth1", cards, 2), 0);
	n = 2;
	ck_assert_str_eq(numbers(), "1 0 ");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("devices");
	TCase *tc = tcase_create("devices");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, first_come);
	tcase_add_test(tc, a_new_card_shifts_nobody);
	tcase_add_test(tc, a_missing_card_keeps_its_number);
	tcase_add_test(tc, known_again);
	tcase_add_test(tc, the_same_address_twice);
	tcase_add_test(tc, a_changed_address);
	tcase_add_test(tc, numbers_run_out);
	tcase_add_test(tc, by_hand);
	tcase_add_test(tc, no_room);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
