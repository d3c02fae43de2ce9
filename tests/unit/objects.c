/* Objects and groups: what they say to an operator, what they stand for. */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/config/cover.h"
#include "cli/config/fqdns.h"
#include "engine/base/addr.h"
#include "tests/support/config.h"

static const char some[] = "object network A\nhost 10.1.1.1\n"
			   "object network B\nsubnet 10.2.0.0 255.255.0.0\ndescription the branch\n"
			   "object network R\nrange 10.3.0.5 10.3.0.9\n"
			   "object network F\nfqdn v4 www.example.com\n"
			   "object network EMPTY\n"
			   "object service S\nservice tcp source gt 1023 destination eq 443\n"
			   "object service P\nservice icmp unreachable 4\n"
			   "object-group network G1\n"
			   "network-object host 1.1.1.1\n"
			   "network-object 10.9.0.0 255.255.0.0\n"
			   "network-object object A\n"
			   "object-group network G2\n"
			   "network-object object R\ngroup-object G1\n"
			   "network-object object F\nnetwork-object host 2.2.2.2\n"
			   "object-group service W tcp\n"
			   "port-object eq 80\nport-object range 8000 8080\n"
			   "object-group service D tcp-udp\nport-object eq domain\n"
			   "object-group service X\n"
			   "service-object tcp destination neq 443\n"
			   "service-object tcp-udp destination eq domain\n"
			   "service-object udp source eq ntp destination lt 1024\n"
			   "service-object icmp echo\nservice-object object S\n"
			   "service-object 50\nservice-object icmp\n"
			   "object-group protocol TU\nprotocol-object tcp\nprotocol-object 17\n"
			   "object-group icmp-type I\nicmp-object echo\nicmp-object 3\n";

/* ---- what they stand for ---------------------------------------------------------- */

static struct config_test t;
static struct cover cover;

static void begin(void)
{
	t = (struct config_test){0};
	config_open(&t);
	cover = (struct cover){.db = t.db};
}

static void end(void)
{
	config_close(&t);
}

static const char *networks(const char *name)
{
	static char text[512];
	struct ranges r = {0};

	text[0] = 0;
	ck_assert(cover_network(&cover, name, &r));
	for (size_t i = 0; i < r.n; i++) {
		struct addr first = addr_v4(r.v[i].first), last = addr_v4(r.v[i].last);
		char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX];

		addr_text(&first, a);
		addr_text(&last, b);
		snprintf(text + strlen(text), sizeof text - strlen(text),
		    r.v[i].first == r.v[i].last ? "%s " : "%s-%s ", a, b);
	}
	ranges_free(&r);
	return text;
}

static const char *services(const char *name, uint8_t protocol)
{
	static char text[1024];
	struct services s = {0};

	text[0] = 0;
	ck_assert(cover_services(&cover, name, protocol, &s));
	for (size_t i = 0; i < s.n; i++) {
		size_t at = strlen(text);

		at += (size_t)snprintf(text + at, sizeof text - at, "%u", s.v[i].protocol);
		if (s.v[i].source_low || s.v[i].source_high != UINT16_MAX)
			at += (size_t)snprintf(text + at, sizeof text - at, " from %u-%u",
			    s.v[i].source_low, s.v[i].source_high);
		if (s.v[i].dest_low || s.v[i].dest_high != UINT16_MAX)
			at += (size_t)snprintf(text + at, sizeof text - at, " to %u-%u",
			    s.v[i].dest_low, s.v[i].dest_high);
		snprintf(text + at, sizeof text - at, "; ");
	}
	services_free(&s);
	return text;
}

START_TEST(networks_are_covered)
{
	static const struct {
		const char *name, *covers;
	} row[] = {{"A", "10.1.1.1 "}, {"B", "10.2.0.0-10.2.255.255 "}, {"R", "10.3.0.5-10.3.0.9 "},
	    {"F", ""}, {"EMPTY", ""}, {"NOBODY", ""}, {"S", ""}, {"W", ""},
	    {"G1", "1.1.1.1 10.9.0.0-10.9.255.255 10.1.1.1 "},
	    {"G2", "10.3.0.5-10.3.0.9 1.1.1.1 10.9.0.0-10.9.255.255 10.1.1.1 2.2.2.2 "}};

	begin();
	config_paste(&t, some);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(networks(row[i].name), row[i].covers);
	end();
}
END_TEST

START_TEST(services_are_covered)
{
	static const struct {
		const char *name;
		uint8_t protocol;
		const char *covers;
	} row[] = {{"S", 0, "6 from 1024-65535 to 443-443; "}, {"P", 0, "1 to 772-772; "},
	    {"W", 0, "6 to 80-80; 6 to 8000-8080; "}, {"W", IPPROTO_UDP, ""},
	    {"D", 0, "6 to 53-53; 17 to 53-53; "}, {"D", IPPROTO_UDP, "17 to 53-53; "},
	    {"X", 0,
		"6 to 444-442; 6 to 53-53; 17 to 53-53; 17 from 123-123 to 0-1023; 1 to 2048-2303; "
		"6 from 1024-65535 to 443-443; 50; 1; "},
	    {"TU", 0, "6; 17; "}, {"I", 0, "1 to 2048-2303; 1 to 768-1023; "}, {"A", 0, ""},
	    {"G1", 0, ""}};

	begin();
	config_paste(&t, some);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_str_eq(services(row[i].name, row[i].protocol), row[i].covers);
	end();
}
END_TEST

/* ---- host names ------------------------------------------------------------------- */

START_TEST(a_name_keeps_its_addresses)
{
	static const uint32_t two[] = {0x0a000002, 0x0a000001};
	struct fqdns f = {0};

	begin();
	config_paste(&t, some);
	cover.fqdns = &f;
	ck_assert(fqdns_want(&f, "www.example.com") && fqdns_want(&f, "b.example.com"));
	ck_assert_uint_eq(fqdns_next(&f)->due, 0);
	ck_assert(fqdns_answer(&f, "WWW.example.com", two, 2, 5, 100));
	ck_assert_str_eq(networks("F"), "10.0.0.1 10.0.0.2 ");
	ck_assert_uint_eq(fqdns_entry(&f, "www.example.com")->due, 160); /* a minute at least */
	ck_assert_str_eq(fqdns_next(&f)->name, "b.example.com");
	ck_assert(!fqdns_answer(&f, "www.example.com", two, 2, 300, 160));
	ck_assert_uint_eq(fqdns_entry(&f, "www.example.com")->due, 460);
	ck_assert(!fqdns_answer(&f, "www.example.com", NULL, 0, 0, 460)); /* what was known stays */
	ck_assert_uint_eq(fqdns_entry(&f, "www.example.com")->due, 462); /* soon, then less often */
	ck_assert(!fqdns_answer(&f, "www.example.com", NULL, 0, 0, 462));
	ck_assert_uint_eq(fqdns_entry(&f, "www.example.com")->due, 466);
	for (int i = 0; i < 9; i++)
		ck_assert(!fqdns_answer(&f, "www.example.com", NULL, 0, 0, 466));
	ck_assert_uint_eq(fqdns_entry(&f, "www.example.com")->due, 526);
	ck_assert_str_eq(networks("F"), "10.0.0.1 10.0.0.2 ");
	ck_assert(fqdns_answer(&f, "www.example.com", two, 1, 300, 520));
	ck_assert_str_eq(networks("F"), "10.0.0.2 ");
	ck_assert(!fqdns_answer(&f, "c.example.com", two, 1, 300, 520)); /* nobody asked */
	fqdns_begin(&f);
	ck_assert(fqdns_want(&f, "b.example.com"));
	fqdns_forget(&f);
	ck_assert_str_eq(networks("F"), "");
	ck_assert_ptr_nonnull(fqdns_entry(&f, "b.example.com"));
	fqdns_free(&f);
	end();
}
END_TEST

/* ---- time ranges ------------------------------------------------------------------ */

/* Is the range active at that time of UTC? */
static bool active_at(const char *when, const char *range)
{
	struct hours h = {0};
	struct tm tm = {0};
	bool changed, is;

	ck_assert_ptr_nonnull(strptime(when, "%Y-%m-%d %H:%M", &tm));
	ck_assert(hours_look(&h, t.db, timegm(&tm), &changed));
	is = hours_active(&h, range);
	hours_free(&h);
	return is;
}

START_TEST(times_of_ranges)
{
	static const char ranges[] =
	    "time-range EMPTY\n"
	    "time-range YEAR\nabsolute start 8:00 1 January 2026 end 12:30 31 December 2026\n"
	    "time-range UNTIL\nabsolute end 23:59 28 February 2026\n"
	    "time-range WORK\nperiodic weekdays 8:00 to 17:59\nperiodic Saturday 9:00 to 12:00\n"
	    "time-range NIGHT\nperiodic daily 22:00 to 5:59\n"
	    "time-range WEEK\nperiodic Monday 7:59 to Friday 17:01\n"
	    "time-range OVER\nperiodic Friday 18:00 to Monday 6:00\n"
	    "time-range TWO\nperiodic Monday Wednesday 8:00 to 10:00\n"
	    "time-range BOTH\nabsolute start 0:00 1 March 2026\nperiodic weekend 0:00 to 23:59\n";
	/* 2026-03-02 is a Monday */
	static const struct {
		const char *when, *range;
		bool active;
	} row[] = {{"2026-03-02 12:00", "EMPTY", true}, {"2026-03-02 12:00", "NONE", false},
	    {"2026-01-01 07:59", "YEAR", false}, {"2026-01-01 08:00", "YEAR", true},
	    {"2026-12-31 12:30", "YEAR", true}, {"2026-12-31 12:31", "YEAR", false},
	    {"2026-02-28 23:59", "UNTIL", true}, {"2026-03-01 00:00", "UNTIL", false},
	    {"2026-03-02 07:59", "WORK", false}, {"2026-03-02 08:00", "WORK", true},
	    {"2026-03-06 17:59", "WORK", true}, {"2026-03-06 18:00", "WORK", false},
	    {"2026-03-07 09:00", "WORK", true}, {"2026-03-07 12:01", "WORK", false},
	    {"2026-03-08 10:00", "WORK", false}, {"2026-03-02 21:59", "NIGHT", false},
	    {"2026-03-02 22:00", "NIGHT", true}, {"2026-03-03 05:59", "NIGHT", true},
	    {"2026-03-08 00:30", "NIGHT", true}, {"2026-03-03 06:00", "NIGHT", false},
	    {"2026-03-02 07:58", "WEEK", false}, {"2026-03-04 03:00", "WEEK", true},
	    {"2026-03-06 17:01", "WEEK", true}, {"2026-03-06 17:02", "WEEK", false},
	    {"2026-03-06 17:59", "OVER", false}, {"2026-03-07 12:00", "OVER", true},
	    {"2026-03-08 12:00", "OVER", true}, {"2026-03-09 06:00", "OVER", true},
	    {"2026-03-09 06:01", "OVER", false}, {"2026-03-02 09:00", "TWO", true},
	    {"2026-03-03 09:00", "TWO", false}, {"2026-03-04 09:00", "TWO", true},
	    {"2026-02-28 12:00", "BOTH", false}, {"2026-03-01 12:00", "BOTH", true},
	    {"2026-03-02 12:00", "BOTH", false}};

	begin();
	config_paste(&t, ranges);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		ck_assert_msg(active_at(row[i].when, row[i].range) == row[i].active, "%s at %s",
		    row[i].range, row[i].when);
	end();
}
END_TEST

/* ---- what is said ------------------------------------------------------------------- */

START_TEST(the_devices_words)
{
	static const struct {
		const char *lines, *says; /* of the last of them */
		bool refused;
	} row[] = {
	    {"object-group network G1\nnetwork-object host 1.1.1.1\n",
		"WARNING: Adding obj (network-object host 1.1.1.1) to grp (G1) failed; object "
		"already exists\n",
		false},
	    {"object-group network G1\ngroup-object G2\n",
		"Adding obj (group-object G2) to grp (G1) failed; cause a loop in grp hierarchy\n",
		true},
	    {"object-group network G1\ngroup-object G1\n",
		"Adding obj (group-object G1) to grp (G1) failed; cause a loop in grp hierarchy\n",
		true},
	    {"object-group network E\nobject-group network G1\ngroup-object E\n",
		"object-group (E) is empty. Cannot add an empty group-object to object-group\n",
		true},
	    {"no object-group network G1\n",
		"Removing object-group (G1) not allowed, it is being used.\n", true},
	    {"no object-group network NONE\n",
		"Removing object-group (NONE) failed; it does not exist\n", true},
	    {"no object-group service G1\n",
		"Removing object-group (G1) failed; it does not exist\n", true},
	    {"no object network A\n", "ERROR: unable to delete object (A). object is being used.\n",
		true},
	    {"no object network NONE\n", "ERROR: specified object (NONE) does not exist\n", true},
	    {"object network A\nno host 10.1.1.1\n",
		"ERROR: object (A) is being used and cannot be left empty\n", true},
	    {"object service S\nno service tcp source gt 1023 destination eq 443\n",
		"ERROR: object (S) is being used and cannot be left empty\n", true},
	    {"object network B\nno subnet 10.2.0.0 255.255.0.0\n", "", false},
	    {"object network A\nsubnet 10.1.1.0 255.255.255.0\n", "", false},
	    {"object network V\nfqdn v6 www.example.com\n",
		"WARNING: object (V): IPv6 is not filtered, it stands for no address\n", false},
	    {"object network V\nfqdn v4 www.example.com\n", "", false},
	    {"object network T\nhost 10.7.7.7\nnat (any,any) static 10.7.7.8\nno host 10.7.7.7\n",
		"ERROR: object (T) is being used and cannot be left empty\n", true},
	    {"object network T\nno nat (any,any) static 10.7.7.8\nno host 10.7.7.7\n", "", false},
	    {"object network T\nhost 10.7.7.7\nnat (any,any) source static T T\n"
	     "object network T\nno host 10.7.7.7\n",
		"ERROR: object (T) is being used and cannot be left empty\n", true},
	    {"no object service A\n", "ERROR: specified object (A) does not exist\n", true},
	    {"object-group network ONE\nnetwork-object host 9.9.9.9\nobject-group network TWO\n"
	     "group-object ONE\nobject-group network ONE\nno network-object host 9.9.9.9\n",
		"Removing obj from object-group not allowed;\nobject-group (ONE),  being used in "
		"access-list or threat-detection or NAT, would become empty\n",
		true},
	    {"object-group network G2\ngroup-object W\n",
		"ERROR: object-group (W) is not of the type of object-group (G2)\n", true},
	    {"object-group network G2\nnetwork-object object S\n",
		"ERROR: specified object (S) does not exist\n", true},
	    {"object-group service W udp\n",
		"ERROR: object-group (W) exists already and is of another type\n", true},
	    {"object-group service W tcp\nport-object eq ntp\n",
		"ERROR: ntp is not a port of tcp\n", true},
	    {"object-group service X\nservice-object udp destination eq ntp\n", "", false},
	    {"object-group network G1\nnetwork-object 10.1.1.1 255.255.0.0\n",
		"ERROR: IP address,mask <10.1.1.1,255.255.0.0> doesn't pair\n", true},
	    {"time-range R\nabsolute start 8:00 31 February 2026\n",
		"ERROR: the month of the start has no such day\n", true},
	    {"time-range R\nabsolute start 8:00 2 March 2026 end 8:00 1 March 2026\n",
		"ERROR: the end of the time range is not after its start\n", true},
	    {"time-range R\nperiodic daily Monday 8:00 to 9:00\n",
		"ERROR: daily, weekdays and weekend stand alone\n", true},
	    {"time-range R\nperiodic weekdays 8:00 to Friday 9:00\n",
		"ERROR: a day to end on needs a single day to start on\n", true},
	    {"no object-group network G2\n", "", false},
	    {"no object-group network G1\n", "", false},
	    {"no object network A\n", "", false},
	};

	begin();
	config_paste(&t, some);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *at = row[i].lines;
		enum db_status s = DB_OK;

		while (*at) {
			char line[256];
			int n = (int)strcspn(at, "\n");

			snprintf(line, sizeof line, "%.*s", n, at);
			s = config_line(&t, line);
			at += n + 1;
		}
		ck_assert_str_eq(text_str(&t.out), row[i].says);
		ck_assert_int_eq(s, row[i].refused ? DB_REFUSED : DB_OK);
	}
	end();
}
END_TEST

/* Members stand in the order in which they came; a group may name one that comes later, in a
 * configuration that is loaded. */
START_TEST(shown_and_loaded_again)
{
	static const char wanted[] =
	    "object-group network G1\n network-object host 1.1.1.1\n"
	    " network-object 10.9.0.0 255.255.0.0\n network-object object A\n group-object LATER\n"
	    " network-object host 3.3.3.3\n";
	char *first;

	begin();
	config_paste(&t, some);
	config_paste(&t,
	    "object-group network LATER\nnetwork-object host 8.8.8.8\n"
	    "object-group network G1\ngroup-object LATER\nnetwork-object host 3.3.3.3\n");
	first = strdup(config_show(&t, 0, ""));
	ck_assert_ptr_nonnull(strstr(first, wanted));
	ck_assert_ptr_nonnull(strstr(first, " service tcp source gt 1023 destination eq https\n"));
	ck_assert_ptr_nonnull(strstr(first, " port-object eq www\n"));
	ck_assert_uint_eq(config_load(&t, first), 0);
	ck_assert_str_eq(config_show(&t, 0, ""), first);
	ck_assert_str_eq(config_show(&t, 0, "object-group protocol TU"),
	    "object-group protocol TU\n protocol-object tcp\n protocol-object udp\n");
	free(first);
	end();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("objects");
	TCase *tc = tcase_create("objects");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, networks_are_covered);
	tcase_add_test(tc, services_are_covered);
	tcase_add_test(tc, a_name_keeps_its_addresses);
	tcase_add_test(tc, times_of_ranges);
	tcase_add_test(tc, the_devices_words);
	tcase_add_test(tc, shown_and_loaded_again);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
