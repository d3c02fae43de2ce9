/* Which message goes where: levels, classes, lists, messages with a level of their own, as a
 * table. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/settings.h"

static struct log_settings s;

static void setup(void)
{
	settings_init(&s);
	s.enabled = true;
}

static void teardown(void)
{
	settings_fini(&s);
}

START_TEST(levels_have_words)
{
	for (int i = 0; i <= LEVEL_DEBUGGING; i++)
		ck_assert_int_eq(log_level(log_level_word(i)), i);
	ck_assert_int_eq(log_level("emergencies"), 0);
	ck_assert_int_eq(log_level("debugging"), 7);
	ck_assert_int_eq(log_level("mylist"), LEVEL_UNSET);
	ck_assert_int_eq(log_level(NULL), LEVEL_UNSET);
}
END_TEST

START_TEST(classes_of_numbers)
{
	static const struct {
		uint32_t number;
		const char *class;
	} row[] = {{113019, "auth"}, {109005, "auth"}, {111008, "config"}, {713119, "vpn"},
	    {602303, "vpn"}, {402117, "vpn"}, {603106, "vpdn"}, {737026, "ipaa"},
	    {605005, "sys"}, {199002, "sys"}, {302015, "session"}, {999999, ""}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(log_class_word(log_class_of(row[i].number)), row[i].class);
	for (enum log_id id = 0; id < LOG_COUNT; id++)
		ck_assert_int_ge(log_class_of(log_about(id)->number), 0);
	ck_assert_int_eq(log_class("vpn"), log_class_of(713119));
	ck_assert_int_eq(log_class("nothing"), -1);
}
END_TEST

START_TEST(the_catalogue)
{
	for (enum log_id id = 0; id < LOG_COUNT; id++) {
		const struct log_about *a = log_about(id);

		ck_assert_uint_le(a->severity, 7);
		ck_assert_uint_ge(a->lines, 1);
		ck_assert(id == 0 || log_about(id - 1)->number < a->number);
	}
}
END_TEST

/* A level for a destination, one of a class for it, or a list in its place. */
START_TEST(destinations)
{
	static const struct log_host host = {.ifname = "inside", .port = 514};
	static const struct log_item items[] = {
	    {.list = "l", .level = 3, .of_class = -1},
	    {.list = "l", .level = LEVEL_UNSET, .of_class = -1, .first = 713000, .last = 713999},
	    {.list = "other", .level = 7, .of_class = -1},
	};
	static const struct {
		const char *what;
		int level;
		const char *list;
		int vpn; /* the class's level */
		uint32_t number;
		int severity;
		bool passes;
	} row[] = {
	    {"off", LEVEL_OFF, "", LEVEL_UNSET, 113019, 0, false},
	    {"at the level", 4, "", LEVEL_UNSET, 113019, 4, true},
	    {"below it", 4, "", LEVEL_UNSET, 113019, 5, false},
	    {"all", 7, "", LEVEL_UNSET, 713906, 7, true},
	    {"the class has more", 2, "", 7, 713906, 7, true},
	    {"the class has less", 7, "", 2, 713906, 3, false},
	    {"other classes as before", 4, "", 7, 113019, 5, false},
	    {"only a class", LEVEL_OFF, "", 5, 713119, 5, true},
	    {"only a class, another's", LEVEL_OFF, "", 5, 113019, 0, false},
	    {"list: by level", LEVEL_OFF, "l", LEVEL_UNSET, 113019, 3, true},
	    {"list: not by level", LEVEL_OFF, "l", LEVEL_UNSET, 113019, 4, false},
	    {"list: by number", LEVEL_OFF, "l", LEVEL_UNSET, 713906, 7, true},
	    {"list: beside the numbers", LEVEL_OFF, "l", LEVEL_UNSET, 714000, 7, false},
	    {"list: the class has its own", LEVEL_OFF, "l", 2, 713906, 7, false},
	    {"a list of nothing", LEVEL_OFF, "none", LEVEL_UNSET, 113019, 0, false},
	};

	for (size_t i = 0; i < 3; i++)
		ck_assert(settings_add_item(&s, &items[i]));
	ck_assert(settings_add_host(&s, &host));
	for (enum log_dest d = 0; d < DEST_COUNT; d++)
		for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
			struct log_filter *f = &s.to[d];

			memset(f->of_class, LEVEL_UNSET, sizeof f->of_class);
			f->level = (int8_t)row[i].level;
			strcpy(f->list, row[i].list);
			f->of_class[log_class("vpn")] = (int8_t)row[i].vpn;
			ck_assert_msg(settings_pass(&s, d, row[i].number, row[i].severity) ==
				row[i].passes,
			    "%s at destination %d", row[i].what, (int)d);
		}
}
END_TEST

/* A list's level may be of one class only. */
START_TEST(a_class_in_a_list)
{
	const struct log_item i = {
	    .list = "l", .level = 7, .of_class = (int8_t)log_class("vpn")};

	ck_assert(settings_add_item(&s, &i));
	strcpy(s.to[DEST_BUFFER].list, "l");
	ck_assert(settings_pass(&s, DEST_BUFFER, 713906, 7));
	ck_assert(!settings_pass(&s, DEST_BUFFER, 113019, 0));
}
END_TEST

/* Nothing goes anywhere without `logging enable`, and to servers without one; the journal hears. */
START_TEST(what_is_closed)
{
	static const struct log_host host = {.ifname = "inside", .port = 514};

	for (enum log_dest d = 0; d < DEST_COUNT; d++)
		s.to[d].level = 7;
	ck_assert(!settings_open(&s, DEST_TRAP));
	ck_assert(settings_add_host(&s, &host));
	for (enum log_dest d = 0; d < DEST_COUNT; d++)
		ck_assert(settings_open(&s, d));
	s.enabled = false;
	for (enum log_dest d = 0; d < DEST_COUNT; d++) {
		ck_assert(settings_open(&s, d) == (d == DEST_JOURNAL));
		ck_assert(settings_pass(&s, d, 113019, 4) == (d == DEST_JOURNAL));
	}
}
END_TEST

START_TEST(messages_of_their_own)
{
	static const struct log_exception e[] = {{713120, 1, false}, {113019, LEVEL_UNSET, true},
	    {713119, 6, false}, {602303, 2, true}};

	for (size_t i = 0; i < 4; i++)
		ck_assert(settings_add_exception(&s, &e[i]));
	ck_assert_int_eq(settings_severity(&s, 713120, 5), 1);
	ck_assert_int_eq(settings_severity(&s, 713119, 5), 6);
	ck_assert_int_eq(settings_severity(&s, 113019, 4), LEVEL_OFF);
	ck_assert_int_eq(settings_severity(&s, 602303, 6), LEVEL_OFF);
	ck_assert_int_eq(settings_severity(&s, 737026, 6), 6);
	s.to[DEST_BUFFER].level = 7;
	ck_assert(!settings_pass(&s, DEST_BUFFER, 113019, LEVEL_OFF));
}
END_TEST

static bool wanted(bool journal, enum log_id id)
{
	uint8_t bits[LOG_BITS];
	struct log l;

	settings_wanted(&s, journal, bits);
	log_want(&l, bits, sizeof bits);
	return log_wants(&l, id);
}

/* Can it be said at that level, or a more severe one? */
static bool might(enum log_id id, unsigned level)
{
	return log_varies(id) || log_about(id)->severity <= level;
}

/* The roles say what goes anywhere, and nothing else. */
START_TEST(what_the_roles_are_told)
{
	static const struct log_exception e[] = {
	    {106102, 7, false}, {713906, 3, false}, {713119, LEVEL_UNSET, true}};

	for (enum log_id id = 0; id < LOG_COUNT; id++) {
		ck_assert(!wanted(false, id));
		ck_assert(wanted(true, id) == might(id, LEVEL_INFORMATIONAL));
	}
	s.to[DEST_MONITOR].level = 5;
	for (enum log_id id = 0; id < LOG_COUNT; id++)
		ck_assert(wanted(false, id) == might(id, 5));
	s.to[DEST_MONITOR].level = 0;
	ck_assert(wanted(false, LOG_106100)); /* an element may say so */
	ck_assert(wanted(false, LOG_106102));
	ck_assert(!wanted(false, LOG_106023));
	s.to[DEST_MONITOR].level = 5;
	for (size_t i = 0; i < 3; i++)
		ck_assert(settings_add_exception(&s, &e[i]));
	ck_assert(!wanted(false, LOG_106102)); /* whatever it says */
	ck_assert(wanted(false, LOG_713906));
	ck_assert(!wanted(true, LOG_713119));
	ck_assert(!wanted(false, LOG_715047));
}
END_TEST

START_TEST(bits_that_are_missing)
{
	static const uint8_t all[] = {0xff};
	struct log l = {0};

	memset(l.wanted, 1, sizeof l.wanted);
	log_want(&l, all, 1);
	for (enum log_id id = 0; id < LOG_COUNT; id++)
		ck_assert(log_wants(&l, id) == (id < 8));
}
END_TEST

START_TEST(too_often)
{
	struct log_rate r = {0};
	uint32_t left;
	const uint16_t lines = log_about(LOG_713903)->lines;

	for (uint16_t i = 0; i < lines; i++)
		ck_assert(log_rate_pass(&r, LOG_713903, 5, &left) && left == 0);
	for (int i = 0; i < 7; i++)
		ck_assert(!log_rate_pass(&r, LOG_713903, 5 + 999999, &left));
	ck_assert(log_rate_pass(&r, LOG_713903, 5 + 1000000, &left));
	ck_assert_uint_eq(left, 7);
	ck_assert(log_rate_pass(&r, LOG_713903, 5 + 1000000, &left));
	ck_assert_uint_eq(left, 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {levels_have_words, classes_of_numbers, the_catalogue,
	    destinations, a_class_in_a_list, what_is_closed, messages_of_their_own,
	    what_the_roles_are_told, bits_that_are_missing, too_often};
	Suite *suite = suite_create("log_settings");
	TCase *tc = tcase_create("log_settings");
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
