/*
 * Interfaces at the manager, by the keeper's news: how they are shown, and the cards behind
 * their numbers.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/screens.h"

static struct screens w;

static void setup(void)
{
	screens_setup(&w);
}

static void teardown(void)
{
	screens_teardown(&w);
}

static void link_news(const char *device, const char *hardware, const char *mac, uint8_t up,
    uint8_t carrier, const char *address)
{
	struct ipc_msg link = {.type = MSG_LINK_STATE,
	    .fd = -1,
	    .link_state = {.device = device,
		.hardware = hardware,
		.mac = mac,
		.ifindex = *device ? 5 : 0,
		.up = up,
		.carrier = carrier,
		.mtu = 1500,
		.last = *device ? "" : "eth9"}};

	if (*address)
		link.link_state.addresses = (struct strlist){1, {address}};
	ipc_send(w.keeper.ch, &link);
	screens_turn(&w);
}

START_TEST(interfaces_are_shown_as_they_are)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	static const char brief[] = "show interface ip brief | include 0/1";

	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 1, "10.1.1.1/24");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, brief), " up                    up"));
	screen_type(op, &s, "configure terminal");
	screen_type(op, &s, "interface g0/1");
	/* nothing was said of it */
	ck_assert_ptr_null(strstr(text_str(&w.keeper.got), "KEEP_INTERFACE"));
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, brief), " up                    up"));
	screen_type(op, &s, "ip address 10.1.1.1 255.255.255.0");
	ck_assert_ptr_nonnull(strstr(text_str(&w.keeper.got), "KEEP_INTERFACE"));
	ck_assert_ptr_nonnull(strstr(
	    screen_type(op, &s, brief), "10.1.1.1        YES CONFIG up                    up"));
	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 0, "10.1.1.1/24");
	ck_assert_ptr_nonnull(strstr(
	    screen_type(op, &s, brief), "10.1.1.1        YES CONFIG down                  down"));
	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 1, "");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, brief), "unassigned      YES CONFIG up"));
	screen_type(op, &s, "shutdown");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, brief), "administratively down down"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show run interface g0/1"), " shutdown\n"));
	screen_leave(op, &s);
}
END_TEST

START_TEST(cards_and_numbers)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);

	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 1, "");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show interface mapping"), "0/0 "));
	screen_type(op, &s, "configure terminal");
	text_clear(&w.keeper.got);
	ck_assert_str_eq(screen_type(op, &s, "interface mapping g0/1 mac 5254.000D.da4c"), "");
	ck_assert_ptr_nonnull(
	    strstr(text_str(&w.keeper.got), "KEEP_MAPPING GigabitEthernet0/1 52:54:00:0d:da:4c"));
	/* The keeper's news: they have changed places. */
	link_news("eth7", "GigabitEthernet0/1", "52:54:00:0d:da:4c", 1, 1, "");
	link_news("eth8", "GigabitEthernet0/0", "52:54:00:00:00:01", 0, 0, "");
	ck_assert_str_eq(screen_type(op, &s, "show interface mapping"),
	    "Interface                  MAC-Address     Device           Status\n"
	    "GigabitEthernet0/0         5254.0000.0001  eth8             down\n"
	    "GigabitEthernet0/1         5254.000d.da4c  eth7             up\n");
	/* Gone: first the device, then what is kept of it; it comes back under another name. */
	link_news("eth8", "", "", 0, 0, "");
	link_news("", "GigabitEthernet0/0", "52:54:00:00:00:01", 0, 0, "");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show interface mapping"),
	    "GigabitEthernet0/0         5254.0000.0001  eth9             not present\n"));
	ck_assert_ptr_null(strstr(screen_type(op, &s, "show interface ip brief"), "0/0"));
	link_news("eth3", "GigabitEthernet0/0", "52:54:00:00:00:01", 1, 1, "");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show interface mapping"),
	    "GigabitEthernet0/0         5254.0000.0001  eth3             up\n"));
	ck_assert_ptr_nonnull(
	    strstr(screen_type(op, &s, "show interface detail"), "\tDevice of the host is eth3\n"));
	/* Its number is given back. */
	link_news("", "GigabitEthernet0/0", "", 0, 0, "");
	ck_assert_ptr_null(strstr(screen_type(op, &s, "show interface mapping"), "0/0"));
	for (int i = 0; i < 4; i++) {
		static const char *const wrong[] = {"interface mapping g0/1 mac 5254.000D.da4",
		    "interface mapping g0/64 device eth7", "interface mapping eth7 device eth7",
		    "interface mapping g0/1"};

		text_clear(&w.keeper.got);
		ck_assert_ptr_nonnull(strstr(screen_type(op, &s, wrong[i]), "ERROR: "));
		ck_assert_ptr_null(strstr(text_str(&w.keeper.got), "KEEP_MAPPING"));
	}
	w.keeper.error = ENODEV;
	ck_assert_str_eq(screen_type(op, &s, "interface mapping g0/1 device eth77"),
	    "ERROR: there is no device eth77\n");
	w.keeper.error = EBUSY;
	ck_assert_str_eq(screen_type(op, &s, "no interface mapping g0/1"),
	    "ERROR: the card of this interface is present\n");
	w.keeper.error = 0;
	screen_leave(op, &s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_manager_interfaces");
	TCase *tc = tcase_create("cli_manager_interfaces");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, interfaces_are_shown_as_they_are);
	tcase_add_test(tc, cards_and_numbers);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
