/* Lines of `logging` become the log's settings as they are typed, and what they say is shown. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/logging.h"
#include "tests/support/box.h"

static struct box box;

static void setup(void)
{
	box_setup(&box);
	box_ok(&box, "configure terminal");
	box_ok(&box, "interface GigabitEthernet0/0");
	box_ok(&box, "nameif inside");
	box_ok(&box, "ip address 10.9.8.7 255.255.255.0");
	box_ok(&box, "exit");
}

static void teardown(void)
{
	box_teardown(&box);
}

static const struct log_settings *settings(void)
{
	return &box.m->audit.settings;
}

static void is_shown(const char *line)
{
	char want[200];

	snprintf(want, sizeof want, "%s\n", line);
	ck_assert_msg(box_shows(&box, "show running-config logging", want), "%s", line);
}

START_TEST(as_it_is_without_a_line)
{
	ck_assert(!settings()->enabled && settings()->hide && !settings()->timestamp);
	ck_assert_uint_eq(settings()->facility, 20);
	ck_assert_uint_eq(settings()->queue, 512);
	ck_assert_uint_eq(settings()->buffer_size, 4096);
	for (enum log_dest d = 0; d < DEST_JOURNAL; d++)
		ck_assert(!settings_open(settings(), d));
	ck_assert_int_eq(settings()->to[DEST_JOURNAL].level, LEVEL_INFORMATIONAL);
}
END_TEST

/* Each line acts at once, and is shown as the device shows it. */
START_TEST(lines)
{
	box_ok(&box, "logging enable");
	ck_assert(settings()->enabled);
	box_ok(&box, "logging timestamp rfc5424");
	ck_assert(settings()->timestamp && settings()->rfc5424);
	is_shown("logging timestamp rfc5424");
	box_ok(&box, "logging timestamp");
	ck_assert(settings()->timestamp && !settings()->rfc5424);
	box_ok(&box, "no logging hide username");
	ck_assert(!settings()->hide);
	is_shown("no logging hide username");
	box_ok(&box, "logging buffered 7");
	is_shown("logging buffered debugging");
	ck_assert_int_eq(settings()->to[DEST_BUFFER].level, 7);
	box_ok(&box, "logging trap err");
	ck_assert_int_eq(settings()->to[DEST_TRAP].level, 3);
	ck_assert_int_eq(settings()->to[DEST_JOURNAL].level, 3); /* as the servers */
	box_ok(&box, "no logging trap");
	ck_assert_int_eq(settings()->to[DEST_TRAP].level, LEVEL_OFF);
	box_ok(&box, "logging queue 0");
	ck_assert_uint_eq(settings()->queue, 8192);
	box_ok(&box, "clear configure logging");
	ck_assert(!settings()->enabled && settings()->hide);
	box_refused(&box, "logging facility 15", "");
	box_refused(&box, "logging buffer-size 10", "");
}
END_TEST

START_TEST(lists)
{
	box_refused(&box, "logging trap mine", "Logging list \"mine\" does not exist");
	box_ok(&box, "logging list mine level errors class vpn");
	box_ok(&box, "logging list mine message 113000-113999");
	box_ok(&box, "logging list mine message 602303");
	box_refused(&box, "logging list mine message 5", "is no message number");
	box_refused(&box, "logging list mine message 713999-713000", "is no message number");
	box_refused(&box, "logging list mine message 713000-x", "is no message number");
	box_ok(&box, "logging trap mine");
	ck_assert_str_eq(settings()->to[DEST_TRAP].list, "mine");
	ck_assert_uint_eq(settings()->n_items, 3);
	ck_assert_int_eq(settings()->items[0].of_class, log_class("vpn"));
	ck_assert_uint_eq(settings()->items[1].first, 113000);
	ck_assert_uint_eq(settings()->items[1].last, 113999);
	ck_assert_uint_eq(settings()->items[2].last, 602303);
	box_ok(&box, "no logging list mine message 602303");
	ck_assert_uint_eq(settings()->n_items, 2);
}
END_TEST

/* A destination that a line does not name keeps its level. */
START_TEST(classes)
{
	int vpn = log_class("vpn");

	box_ok(&box, "logging class vpn trap errors buffered 7");
	box_ok(&box, "logging class vpn trap debugging");
	is_shown("logging class vpn buffered debugging trap debugging");
	ck_assert_int_eq(settings()->to[DEST_TRAP].of_class[vpn], 7);
	ck_assert_int_eq(settings()->to[DEST_BUFFER].of_class[vpn], 7);
	ck_assert_int_eq(settings()->to[DEST_ASDM].of_class[vpn], LEVEL_UNSET);
	box_ok(&box, "no logging class vpn");
	ck_assert_int_eq(settings()->to[DEST_TRAP].of_class[vpn], LEVEL_UNSET);
}
END_TEST

/* A message is on without a line of its own: `no` makes one. */
START_TEST(messages)
{
	box_ok(&box, "no logging message 713119");
	is_shown("no logging message 713119");
	ck_assert_int_eq(settings_severity(settings(), 713119, 5), LEVEL_OFF);
	box_ok(&box, "logging message 713119");
	ck_assert_int_eq(settings_severity(settings(), 713119, 5), 5);
	box_ok(&box, "logging message 713120 level alerts");
	is_shown("logging message 713120 level alerts");
	ck_assert_int_eq(settings_severity(settings(), 713120, 5), 1);
	box_ok(&box, "no logging message 713120 level alerts");
	ck_assert_int_eq(settings_severity(settings(), 713120, 5), 5);
	ck_assert(!box_shows(&box, "show running-config logging", "713120"));
	ck_assert(box_shows(&box, "show logging message 713120",
	    "syslog 713120: default-level notifications (enabled)"));
	box_refused(&box, "do show logging message 100001", "");
}
END_TEST

START_TEST(hosts)
{
	box_ok(&box, "logging host inside 10.9.8.1");
	box_ok(&box, "logging host inside 10.9.8.2 17/514");
	is_shown("logging host inside 10.9.8.2");
	box_ok(&box, "logging host inside 10.9.8.3 6/1470");
	is_shown("logging host inside 10.9.8.3 tcp/1470");
	box_ok(&box, "logging host inside 10.9.8.4 format emblem");
	is_shown("logging host inside 10.9.8.4 format emblem");
	ck_assert_uint_eq(settings()->n_hosts, 4);
	box_refused(&box, "logging host inside 10.9.8.5 tcp/0", "is no protocol and port");
	box_refused(&box, "logging host inside 10.9.8.5 sctp/1", "is no protocol and port");
	box_refused(
	    &box, "logging host inside 10.9.8.5 tcp/1470 format emblem", "UDP servers only");
	box_refused(&box, "logging host nowhere 10.9.8.5", "");
	box_ok(&box, "no logging host inside 10.9.8.1");
	ck_assert_uint_eq(settings()->n_hosts, 3);
}
END_TEST

/* The device id follows what it is made of. */
START_TEST(device_ids)
{
	box_ok(&box, "logging device-id hostname");
	box_ok(&box, "hostname fw1");
	ck_assert_str_eq(settings()->device, "fw1");
	box_ok(&box, "logging device-id ipaddress inside");
	ck_assert_str_eq(settings()->device, "10.9.8.7");
	box_ok(&box, "logging device-id string here");
	ck_assert_str_eq(settings()->device, "here");
	ck_assert(box_shows(&box, "show logging setting", "    Device ID: string \"here\"\n"));
	box_ok(&box, "no logging device-id");
	ck_assert_str_eq(settings()->device, "");
}
END_TEST

/* `show logging` has what was said up to its own line, and `clear logging buffer` forgets it. */
START_TEST(the_buffer)
{
	box_ok(&box, "logging enable");
	box_ok(&box, "logging buffered informational");
	box_ok(&box, "hostname other");
	ck_assert(box_shows(&box, "show logging",
	    "%ASA-5-111008: User 'enable_15' executed the 'hostname other' command.\n"));
	ck_assert(box_shows(&box, "show logging", "    Buffer logging: level informational, "));
	box_ok(&box, "clear logging buffer");
	ck_assert(!box_shows(&box, "show logging", "hostname other"));
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {as_it_is_without_a_line, lines, lists, classes, messages,
	    hosts, device_ids, the_buffer};
	Suite *suite = suite_create("cli_config_logging");
	TCase *tc = tcase_create("cli_config_logging");
	SRunner *r = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	for (size_t i = 0; i < sizeof tests / sizeof *tests; i++)
		tcase_add_test(tc, tests[i]);
	suite_add_tcase(suite, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
