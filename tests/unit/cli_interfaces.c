/*
 * Interfaces as operators see them: what the configuration says and what the keeper tells of the
 * machine's devices become one list; and which words name an interface and a card.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/hooks.h"
#include "tests/support/box.h"

static struct box box;
static struct text asked; /* of the keeper, of cards */
static uint32_t error;	  /* ... and what it answers */

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct ipc_msg reply = {.type = MSG_KEEP_REPLY, .fd = -1};

	(void)arg;
	if (m->type != MSG_KEEP_MAPPING)
		return;
	text_addf(&asked, "%s=%s%s", m->keep_mapping.hardware, m->keep_mapping.mac,
	    m->keep_mapping.device);
	reply.keep_reply.id = m->keep_mapping.id;
	reply.keep_reply.error = error;
	reply.keep_reply.text = "no room";
	ipc_send(ch, &reply);
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

static void setup(void)
{
	char why[300];

	uv_loop_init(&box_loop);
	box = (struct box){0};
	error = 0;
	box_folder(&box);
	ck_assert_msg(box_start(&box, "boot", why, sizeof why), "%s", why);
	box_type(&box, "configure terminal");
}

static void teardown(void)
{
	box_stop(&box);
	box_remove(&box);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	text_free(&asked);
}

/* ---- names ---------------------------------------------------------------------------- */

START_TEST(names_of_cards)
{
	static const struct {
		const char *typed, *full; /* NULL: it is none */
	} row[] = {
	    {"g0/0", "GigabitEthernet0/0"},
	    {"GIGABITETHERNET0/63", "GigabitEthernet0/63"},
	    {"gigabitEthernet0/10", "GigabitEthernet0/10"},
	    {"0/7", "GigabitEthernet0/7"}, /* behind a word of its own */
	    {"g0/07", "GigabitEthernet0/7"},
	    {"g0/64", NULL},
	    {"g0/99999999999999999999", NULL},
	    {"g1/0", NULL},
	    {"g0", NULL},
	    {"g00", NULL},
	    {"g0/", NULL},
	    {"g/0", NULL},
	    {"g0/1x", NULL},
	    {"g0/1/1", NULL},
	    {"g0/-1", NULL},
	    {"g0/+1", NULL},
	    {"g0/ 1", NULL},
	    {"x0/1", NULL},
	    {"gx0/1", NULL},
	    {"GigabitEthernets0/1", NULL},
	    {"gigabit", NULL},
	    {"", NULL},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		char full[32] = "";

		ck_assert_msg(
		    interface_spell(row[i].typed, full, sizeof full) == (row[i].full != NULL),
		    "%s: %s", row[i].typed, full);
		ck_assert_str_eq(full, row[i].full ? row[i].full : "");
	}
}
END_TEST

/* ---- cards ------------------------------------------------------------------------------ */

/* What the keeper was asked after the line. */
static const char *maps(const char *line)
{
	text_clear(&asked);
	box_type(&box, line);
	return text_str(&asked);
}

START_TEST(addresses_of_cards)
{
	static const struct {
		const char *typed, *mac; /* NULL: it is none */
	} row[] = {
	    {"5254.000d.da4c", "52:54:00:0d:da:4c"},
	    {"52:54:00:0D:DA:4C", "52:54:00:0d:da:4c"},
	    {"52-54-00-0d-da-4c", "52:54:00:0d:da:4c"},
	    {"5254000dda4c", "52:54:00:0d:da:4c"},
	    {"0000.0000.0001", "00:00:00:00:00:01"},
	    {"0000.0000.0000", NULL},
	    {"5254.000d.da4", NULL},
	    {"5254.000d.da4c0", NULL},
	    {"5254.000d.da4g", NULL},
	    {"....", NULL},
	};
	char line[80], want[80];

	ipc_channel_listen(box.keeper, on_message, on_close, NULL);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		snprintf(line, sizeof line, "interface mapping g0/1 mac %s", row[i].typed);
		snprintf(want, sizeof want, "GigabitEthernet0/1=%s", row[i].mac ? row[i].mac : "");
		ck_assert_str_eq(maps(line), row[i].mac ? want : "");
		ck_assert_uint_eq(box.status, row[i].mac == NULL);
	}
	for (unsigned digit = 0; digit < 16; digit++) { /* an odd one is a group's, and no card's */
		snprintf(line, sizeof line, "interface mapping g0/1 mac 0%x11.1111.1111", digit);
		ck_assert_int_eq(!!*maps(line), digit % 2 == 0);
	}
}
END_TEST

START_TEST(mappings_are_refused)
{
	static const struct {
		const char *line;
		uint32_t error;
		const char *said;
	} row[] = {
	    {"interface mapping g0/1 device eth7", 0, ""},
	    {"interface mapping g0/1 device eth7", ENODEV, "ERROR: there is no device eth7\n"},
	    {"interface mapping g0/1 mac 5254.000d.da4c", ENODEV, "ERROR: there is no device \n"},
	    {"interface mapping g0/1 device lo", EINVAL,
		"ERROR: lo is no Ethernet card; it is configured by its own name\n"},
	    {"interface mapping g0/1 mac 5254.000d.da4c", EINVAL,
		"ERROR: this is no Ethernet card; it is configured by its own name\n"},
	    {"no interface mapping g0/1", EBUSY, "ERROR: the card of this interface is present\n"},
	    {"no interface mapping g0/1", ENOSPC, "ERROR: the mapping was not changed: no room\n"},
	    {"interface mapping g0/1", 0, "ERROR: % Incomplete command\n"},
	    {"interface mapping g0/64 device eth7", 0,
		"ERROR: this is not one of GigabitEthernet0/0 to GigabitEthernet0/63\n"},
	};

	ipc_channel_listen(box.keeper, on_message, on_close, NULL);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		error = row[i].error;
		ck_assert_str_eq(box_type(&box, row[i].line), row[i].said);
		ck_assert_uint_eq(box.status, *row[i].said != 0);
	}
	box_send(&box, "interface mapping g0/1 device eth7");
	ask_role_gone(&box.m->asks, ROLE_KEEPER);
	ck_assert_str_eq(text_str(&box.screen), "ERROR: The keeper does not answer.\n");
}
END_TEST

/* ---- the list ----------------------------------------------------------------------------- */

static void news(struct msg_link_state s)
{
	s.mac = s.mac ? s.mac : "";
	s.last = s.last ? s.last : "";
	s.hardware = s.hardware ? s.hardware : "";
	s.device = s.device ? s.device : "";
	links_note(&box.m->links, &s);
}

static struct msg_link_state link_of(
    const char *device, const char *hardware, uint8_t up, uint8_t carrier, const char *address)
{
	struct msg_link_state s = {.device = device,
	    .hardware = hardware,
	    .ifindex = 9,
	    .mac = "52:54:00:00:00:09",
	    .up = up,
	    .carrier = carrier};

	if (*address) {
		ck_assert(addr_parse(address, &s.address));
		s.mask = prefix_mask(24);
	}
	return s;
}

/* Who is listed, in which order and state: configured or not, there or not. */
START_TEST(what_is_listed)
{
	news(link_of("eth10", "GigabitEthernet0/10", 1, 1, "10.1.1.10"));
	news(link_of("eth2", "GigabitEthernet0/2", 1, 0, ""));
	news(link_of("eth3", "GigabitEthernet0/3", 0, 1, ""));
	news(link_of("", "GigabitEthernet0/4", 1, 1, "")); /* a number without its card */
	news(link_of("wlan0", "", 1, 1, "10.1.1.11"));	   /* nobody has named it here */
	box_type(&box, "interface eth10\ninterface dmz\nip address 10.2.2.2 255.255.255.0\n"
		       "interface g0/1\nshutdown\n");
	ck_assert_str_eq(box_type(&box, "show interface ip brief"),
	    "Interface                  IP-Address      OK? Method Status                Protocol\n"
	    "GigabitEthernet0/0         unassigned      YES unset  up                    up  \n"
	    "GigabitEthernet0/1         unassigned      YES unset  administratively down down\n"
	    "GigabitEthernet0/2         unassigned      YES unset  down                  down\n"
	    "GigabitEthernet0/3         unassigned      YES unset  down                  down\n"
	    "dmz                        10.2.2.2        YES CONFIG down                  down\n"
	    "eth10                      10.1.1.10       YES manual up                    up  \n");
}
END_TEST

/* An address that was set and is not there any more is not shown as if it were. */
START_TEST(addresses_that_are_there)
{
	struct msg_link_state s = link_of("eth2", "GigabitEthernet0/2", 1, 1, "");
	static const char line[] = "show interface ip brief | include 0/2";

	box_type(&box, "interface g0/2\nip address 10.2.2.2 255.255.255.0\n");
	ck_assert_ptr_nonnull(strstr(box_type(&box, line), " 10.2.2.2        YES CONFIG down "));
	news(s);
	ck_assert_ptr_nonnull(strstr(box_type(&box, line), " unassigned      YES CONFIG up "));
	s.addresses = (struct strlist){1, {"10.2.2.2/24"}};
	news(s);
	ck_assert_ptr_nonnull(strstr(box_type(&box, line), " 10.2.2.2        YES CONFIG up "));
	s.addresses = (struct strlist){1, {"10.2.2.2/25"}};
	news(s);
	ck_assert_ptr_nonnull(strstr(box_type(&box, line), " unassigned      YES CONFIG up "));
	s.device = ""; /* its card was taken out */
	news(s);
	ck_assert_ptr_nonnull(strstr(box_type(&box, line), " 10.2.2.2        YES CONFIG "));
}
END_TEST

static unsigned lines(const char *text)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* As many are shown as there can be, and no more. */
START_TEST(a_list_that_is_full)
{
	struct text t = {0};
	char name[32];

	for (int i = 0; i < LINKS_MAX; i++) {
		snprintf(name, sizeof name, "GigabitEthernet0/%d", i);
		news(link_of(name + 8, name, 1, 1, ""));
	}
	ck_assert_uint_eq(lines(box_type(&box, "show interface mapping")), 1 + LINKS_MAX);
	ck_assert_uint_eq(lines(box_type(&box, "show interface ip brief")), 1 + LINKS_MAX);
	box_type(&box, "interface dmz");
	ck_assert_uint_eq(lines(box_type(&box, "show interface ip brief")), 1 + LINKS_MAX);
	for (int i = 0; i <= LINKS_MAX; i++)
		text_addf(&t, "interface vlan%d\n", i);
	box_type(&box, text_str(&t));
	ck_assert_uint_eq(lines(box_type(&box, "show interface ip brief")), 1 + LINKS_MAX);
	text_free(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_interfaces");
	TCase *tc = tcase_create("cli_interfaces");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, names_of_cards);
	tcase_add_test(tc, addresses_of_cards);
	tcase_add_test(tc, mappings_are_refused);
	tcase_add_test(tc, what_is_listed);
	tcase_add_test(tc, addresses_that_are_there);
	tcase_add_test(tc, a_list_that_is_full);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
