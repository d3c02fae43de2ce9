/*
 * Acts on the configuration: what is shown of the running one, the startup-config with what saves,
 * shows and erases it, and the history.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/config/nat_lines.h"
#include "tests/support/one_act.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

/* ---- the running-config ----------------------------------------------------------------- */

static void show_lists(const char *line)
{
	one_act_run(&one, line);
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
}

/* Counts that are not told are not none. */
START_TEST(counts_that_are_missing)
{
	static const char list[] = "access-list A line 1 extended permit ip any any (hitcnt=0) 0x";
	static const char engine[] = "ERROR: The VPN engine is not running";

	box_type(&one.box, "access-list A extended permit ip any any\n");
	one_act_run(&one, "show access-list A");
	ask_role_gone(&one.box.m->asks, ROLE_KEEPER);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "ERROR: The keeper does not answer.\n"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), list));
	ck_assert(one.act.refused);
	for (unsigned told = 0; told < 2; told++) { /* its hits; its flows */
		one_act_run(&one, "show access-list A");
		one_act_end(&one, ROLE_KEEPER);
		box_turn();
		if (told) {
			one_act_end(&one, ROLE_ENGINE);
			box_turn();
		}
		ask_role_gone(&one.box.m->asks, ROLE_ENGINE);
		ck_assert_ptr_nonnull(strstr(one_act_said(&one), engine));
		ck_assert_ptr_null(strstr(strstr(one_act_said(&one), engine) + 1, engine));
		ck_assert_ptr_nonnull(strstr(one_act_said(&one), list));
		ck_assert(one.act.refused);
	}
	ck_assert_uint_eq(one.done, 3);
}
END_TEST

START_TEST(elements_of_access_lists)
{
	box_type(&one.box, "access-list A extended permit ip any any\n"
			   "access-list B remark two\naccess-list A extended deny ip any any\n");
	show_lists("show access-list");
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "access-list A; 2 elements; name hash: 0x"));
	ck_assert_ptr_nonnull(strstr(
	    one_act_said(&one), "access-list A line 1 extended permit ip any any (hitcnt=0) 0x"));
	ck_assert_ptr_nonnull(strstr(
	    one_act_said(&one), "access-list A line 2 extended deny ip any any (hitcnt=0) 0x"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "access-list B line 1 remark two\n"));
	/* One head for a list, of whatever its elements are. */
	box_type(&one.box, "access-list B extended permit ip any any\n");
	show_lists("show access-list B");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "access-list B; 1 elements; name hash: 0xc70bfb85\n"
	    "access-list B line 1 remark two\n"
	    "access-list B line 2 extended permit ip any any (hitcnt=0) 0x"));
	box_type(&one.box, "no access-list B extended permit ip any any\n");
	/* A name that begins another is not the other. */
	box_type(&one.box, "access-list AB standard permit any4\n");
	show_lists("show access-list");
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "access-list A; 2 elements; name hash: 0xc40bf6cc\n"
				       "access-list A line 1 "));
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "access-list AB; 1 elements; name hash: 0x2cd5218a\n"
				       "access-list AB line 1 standard permit any4 (hitcnt=0) 0x"));
	ck_assert_int_eq(strncmp(one_act_said(&one),
	                     "access-list cached ACL log flows: total 0, denied 0 "
	                     "(deny-flow-max 4096)\n            alert-interval 300\n", 103), 0);
	show_lists("show access-list B");
	ck_assert_ptr_null(strstr(one_act_said(&one), "access-list A"));
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "access-list B; 0 elements; name hash: 0x"));
	show_lists("show access-list A brief");
	ck_assert_str_eq(
	    one_act_said(&one), "access-list A; 2 elements; name hash: 0xc40bf6cc\n");
	box_type(&one.box, "access-list C extended deny ip any any inactive\n");
	show_lists("show access-list C");
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "deny ip any any inactive (hitcnt=0) (inactive) 0x"));
}
END_TEST

/* What lines with names stand for, under them, and what both roles have counted. */
START_TEST(access_lists_expanded)
{
	struct ipc_msg m = {.type = MSG_REC_ACCESS_HITS, .fd = -1};

	box_type(&one.box,
	    "object-group network SERVERS\nnetwork-object host 10.1.1.1\n"
	    "network-object 10.2.0.0 255.255.0.0\n"
	    "object network SOME\nrange 10.3.0.5 10.3.0.9\n"
	    "object-group service WEB tcp\nport-object eq www\nport-object range 8000 8100\nexit\n"
	    "access-list X remark to the servers\n"
	    "access-list X extended permit tcp object SOME object-group SERVERS "
	    "object-group WEB log\n"
	    "access-list X extended deny icmp any any echo log errors interval 60\n"
	    "access-list X extended permit tcp any interface inside eq 22 inactive\n");
	show_lists("show access-list X");
	ck_assert_str_eq(one_act_said(&one),
	    "access-list X; 6 elements; name hash: 0xdd0c1e27\n"
	    "access-list X line 1 remark to the servers\n"
	    "access-list X line 2 extended permit tcp object SOME object-group SERVERS "
	    "object-group "
	    "WEB log informational interval 300 0x432dc1ee \n"
	    "  access-list X line 2 extended permit tcp range 10.3.0.5 10.3.0.9 host 10.1.1.1 eq "
	    "www log informational interval 300 (hitcnt=0) 0x2d1b40bc \n"
	    "  access-list X line 2 extended permit tcp range 10.3.0.5 10.3.0.9 10.2.0.0 "
	    "255.255.0.0 eq www log informational interval 300 (hitcnt=0) 0xd7cf908a \n"
	    "  access-list X line 2 extended permit tcp range 10.3.0.5 10.3.0.9 host 10.1.1.1 "
	    "range 8000 8100 log informational interval 300 (hitcnt=0) 0xa28b4400 \n"
	    "  access-list X line 2 extended permit tcp range 10.3.0.5 10.3.0.9 10.2.0.0 "
	    "255.255.0.0 range 8000 8100 log informational interval 300 (hitcnt=0) 0xdb462836 \n"
	    "access-list X line 3 extended deny icmp any any echo log errors interval 60 "
	    "(hitcnt=0) 0x525bcf08 \n"
	    "access-list X line 4 extended permit tcp any interface inside eq ssh inactive "
	    "(hitcnt=0) (inactive) 0xb9bd8c88 \n");
	one_act_run(&one, "show access-list X");
	m.rec_access_hits = (struct msg_rec_access_hits){
	    .name = "X", .hash = 0x525bcf08, .hits = 5, .last = 1000};
	one_act_reply(&one, ROLE_KEEPER, m);
	m.rec_access_hits.name = "Y"; /* of another list */
	one_act_reply(&one, ROLE_KEEPER, m);
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	m.rec_access_hits = (struct msg_rec_access_hits){
	    .name = "X", .hash = 0x525bcf08, .hits = 2, .last = 2000};
	one_act_reply(&one, ROLE_ENGINE, m);
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "(hitcnt=7) 0x525bcf08"));
	show_lists("show access-list X brief");
	ck_assert_str_eq(
	    one_act_said(&one), "access-list X; 6 elements; name hash: 0xdd0c1e27\n");
	one_act_run(&one, "show access-list X brief");
	m.rec_access_hits.hash = 0xd7cf908a;
	one_act_reply(&one, ROLE_KEEPER, m);
	one_act_end(&one, ROLE_KEEPER);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	box_turn();
	one_act_end(&one, ROLE_ENGINE);
	ck_assert_str_eq(one_act_said(&one),
	    "access-list X; 6 elements; name hash: 0xdd0c1e27\n"
	    "d7cf908a 432dc1ee 00000002 000007d0\n");
}
END_TEST

static void hits(enum nat_section section, uint32_t number, uint64_t translated, uint64_t back)
{
	struct nat_lines lines;

	ck_assert(nat_lines_read(one.box.m->running.db, &lines));
	for (size_t i = 0; i < lines.n; i++)
		if (lines.v[i].section == section && lines.v[i].number == number)
			one_act_reply(&one, ROLE_KEEPER,
			    (struct ipc_msg){.type = MSG_REC_NAT_HITS,
				.rec_nat_hits = {.line = lines.v[i].id, .translated = translated,
				    .untranslated = back}});
	nat_lines_free(&lines);
}

#define HITS(t, u) "    translate_hits = " #t ", untranslate_hits = " #u "\n"

START_TEST(policies_of_nat)
{
	ck_assert_str_eq(one_act_run(&one, "show nat"), "keeper: nat-hits =\n");
	hits(NAT_SECTION_MANUAL, 2, 7, 1);
	hits(NAT_SECTION_OBJECT, 2, 9, 0);
	hits(NAT_SECTION_AFTER, 1, 3, 4);
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_str_eq(one_act_said(&one),
	    "Manual NAT Policies (Section 1)\n"
	    "1 (inside) to (outside) source dynamic any interface \n" HITS(0, 0)
	    "2 (inside) to (outside) source static any any   destination static FAR FAR"
	    " no-proxy-arp route-lookup\n" HITS(7, 1)
	    "3 (any) to (outside) source static any any \n" HITS(0, 0)
	    "4 (inside) to (any) source static FAR FAR \n" HITS(0, 0)
	    "5 (any) to (any) source static FAR FAR   destination static FAR FAR\n" HITS(0, 0)
	    "\nAuto NAT Policies (Section 2)\n"
	    "1 (inside) to (outside) source static H 172.16.1.9 \n" HITS(0, 0)
	    "2 (inside) to (outside) source dynamic IN interface \n" HITS(9, 0)
	    "\nManual NAT Policies (Section 3)\n"
	    "1 (inside) to (outside) source dynamic IN interface  inactive\n" HITS(3, 4));
}
END_TEST

/* `show nat` of some: by interfaces, names, a real address. */
START_TEST(policies_that_are_asked_for)
{
	static const struct {
		const char *asked, *rules;
	} row[] = {
	    {"interface outside", ""},
	    {"interface inside",
		"1 (inside) 2 (inside) 4 (inside) 1 (inside) 2 (inside) 1 (inside) "},
	    {"object IN", "2 (inside) 1 (inside) "},
	    {"object-group FAR", "4 (inside) 5 (any) "},
	    {"10.9.0.0 255.255.255.0",
		"1 (inside) 2 (inside) 3 (any) 4 (inside) 5 (any) 2 (inside) 1 (inside) "},
	    {"10.3.3.3 translated interface outside",
		"1 (inside) 2 (inside) 3 (any) 1 (inside) 2 (inside) 1 (inside) "},
	    {"192.0.2.1", "1 (inside) 2 (inside) 3 (any) "},
	    {"object FAR translated object IN", ""},
	};
	struct text rules = {0};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		char line[100];

		snprintf(line, sizeof line, "show nat %s", row[i].asked);
		one_act_run(&one, line);
		one_act_end(&one, ROLE_KEEPER);
		text_clear(&rules);
		for (const char *at = one_act_said(&one); *at; at += strcspn(at, "\n"), at += !!*at)
			if (*at >= '0' && *at <= '9')
				text_addf(&rules, "%.*s ", (int)(strchr(at, ')') + 1 - at), at);
		ck_assert_str_eq(text_str(&rules), row[i].rules);
	}
	text_free(&rules);
}
END_TEST

/* What stands as long as its rule does, in the order of the rules. */
START_TEST(translations_that_stand)
{
	box_send(&one.box, "object network W\nhost 10.3.3.4\n"
			   "nat (inside,outside) static 172.16.1.10 service tcp www 8080\n");
	for (int i = 0; i < 30; i++)
		box_turn();
	one_act_run(&one, "show xlate");
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "NAT from inside:0.0.0.0/0 to outside:0.0.0.0/0\n    flags sIT idle 0:00:00"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "NAT from outside:10.9.0.0/16 to inside:10.9.0.0/16\n    flags sIT idle"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "NAT from inside:10.3.3.3 to outside:172.16.1.9\n    flags s idle"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "TCP PAT from inside:10.3.3.4 80-80 to outside:172.16.1.10 8080-8080\n    flags sr "));
	one_act_run(&one, "show xlate local 10.3.3.4");
	one_act_end(&one, ROLE_KEEPER);
	ck_assert_ptr_null(strstr(one_act_said(&one), "172.16.1.9"));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "172.16.1.10 8080-8080"));
}
END_TEST

START_TEST(what_names_of_nat_stand_for)
{
	one_act_run(&one, "show nat detail");
	one_act_end(&one, ROLE_KEEPER);
	/* An interface without an address stands for none. */
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    " interface \n" HITS(0, 0) "    Source - Origin: 0.0.0.0/0, Translated: \n2 "));
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "    Source - Origin: 0.0.0.0/0, Translated: 0.0.0.0/0\n"
	    "    Destination - Origin: 10.9.0.0/16, Translated: 10.9.0.0/16\n3 "));
	/* Of the objects, those with a fixed address come first. */
	ck_assert_ptr_nonnull(strstr(one_act_said(&one),
	    "(Section 2)\n1 (inside) to (outside) source static H 172.16.1.9 \n" HITS(0, 0)
	    "    Source - Origin: 10.3.3.3/32, Translated: 172.16.1.9/32\n"
	    "2 (inside) to (outside) source dynamic IN interface \n"));
	ck_assert_str_eq(one_act_run(&one, "clear nat counters"), "keeper: clear nat \n");
}
END_TEST

START_TEST(the_newest_of_the_history)
{
	unsigned all = 0, two = 0;

	box_type(&one.box, "hostname a");
	box_type(&one.box, "hostname b");
	one_act_run(&one, "show configuration history");
	for (const char *s = one_act_said(&one); (s = strstr(s, " by enable_15 from script\n"));
	     s++)
		all++;
	ck_assert_uint_gt(all, 2);
	one_act_run(&one, "show configuration history 2");
	for (const char *s = one_act_said(&one); (s = strstr(s, " by enable_15 from script\n"));
	     s++)
		two++;
	ck_assert_uint_eq(two, 2);
	ck_assert(!one.act.refused);
	ck_assert_ptr_null(strstr(one_act_said(&one), "ERROR"));
}
END_TEST

/* ---- the startup-config ----------------------------------------------------------------- */

START_TEST(copying_asks_for_the_source)
{
	static const char line[] = "copy running-config startup-config";

	one_act_run(&one, line);
	ck_assert_str_eq(text_str(&one.question), "\nSource filename [running-config]? ");
	one_act_person(&one, "other");
	ck_assert_str_eq(one_act_said(&one), "%Error: Invalid file name\n");
	one_act_run(&one, line);
	one_act_person(&one, NULL);
	ck_assert_str_eq(one_act_said(&one), "");
	one_act_run(&one, line);
	one_act_person(&one, "running-config");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "[OK]\n"));
	one_act_run(&one, "copy /noconfirm running-config startup-config");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "[OK]\n"));
	ck_assert_str_eq(text_str(&one.question), "");
	one.session.script = true;
	one_act_run(&one, line);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "[OK]\n"));
	ck_assert_uint_eq(one.done, 5);
}
END_TEST

START_TEST(a_reload_asks_whether_to_save)
{
	one_act_run(&one, "reload");
	ck_assert_str_eq(
	    text_str(&one.question), "System config has been modified. Save? [Y]es/[N]o:  ");
	one_act_person(&one, NULL);
	ck_assert_uint_eq(one.done, 1);
	one_act_run(&one, "reload");
	one_act_person(&one, "y");
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), "[OK]\n"));
	ck_assert_str_eq(text_str(&one.question), "Proceed with reload? [confirm] ");
	one_act_person(&one, "n");
	ck_assert(!one.box.m->restart);
	one_act_run(&one, "reload"); /* it is saved */
	ck_assert_str_eq(text_str(&one.question), "Proceed with reload? [confirm] ");
	one_act_person(&one, "");
	ck_assert(one.box.m->restart);
	ck_assert(!one.box.m->stopping); /* that the keeper says */
	ck_assert_uint_eq(one.done, 3);
	one.box.m->restart = false;
}
END_TEST

static void put_startup(const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/startup-config", one.box.dir);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

/* Line by line as it stands there, but for secrets, also those of lines that are none. */
START_TEST(a_saved_configuration_is_shown)
{
	put_startup("hostname a\n\n! x\ninterface g0/0\n nameif b\n"
		    "tunnel-group DefaultRAGroup ipsec-attributes\n"
		    " ikev1 pre-shared-key hidden\nenable passwrd hidden\n\nhostname b\n");
	one_act_run(&one, "show startup-config");
	ck_assert_str_eq(one_act_said(&one),
	    "hostname a\n\n! x\ninterface g0/0\n nameif b\n"
	    "tunnel-group DefaultRAGroup ipsec-attributes\n"
	    " ikev1 pre-shared-key *****\nenable passwrd *****\n\nhostname b\n");
	put_startup("hostname a"); /* its last line has no end */
	one_act_run(&one, "show startup-config");
	ck_assert_str_eq(one_act_said(&one), "hostname a\n");
}
END_TEST

/* Where the file should be stands something else. */
START_TEST(a_place_that_is_taken)
{
	char path[128];

	snprintf(path, sizeof path, "%s/startup-config", one.box.dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	one_act_run(&one, "show startup-config");
	ck_assert_str_eq(
	    one_act_said(&one), "ERROR: Unable to read the startup-config: Is a directory\n");
	ck_assert(one.act.refused);
	one_act_run(&one, "write memory");
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "\nERROR: Unable to save the configuration: "));
	ck_assert(one.act.refused);
	one_act_run(&one, "reload");
	one_act_person(&one, "y"); /* what cannot be saved is not lost by a reload */
	ck_assert_ptr_nonnull(
	    strstr(one_act_said(&one), "ERROR: Unable to save the configuration: "));
	ck_assert_str_eq(text_str(&one.question), "");
	ck_assert_uint_eq(one.done, 3);
	one_act_run(&one, "reload");
	one_act_person(&one, "n");
	ck_assert_str_eq(text_str(&one.question), "Proceed with reload? [confirm] ");
	one_act_person(&one, "n");
	ck_assert_uint_eq(one.done, 4);
	one_act_run(&one, "write erase noconfirm"); /* it is put aside */
	ck_assert_str_eq(one_act_said(&one), "[OK]\n");
	one_act_run(&one, "show startup-config");
	ck_assert_str_eq(one_act_said(&one), "No Configuration\n");
	ck_assert(!one.box.m->restart);
}
END_TEST

/* What was saved is not asked for again, and what was noted of the state is not told any more. */
START_TEST(saving_settles)
{
	text_add(&one.box.m->running.notes, "WARNING: x\n");
	one_act_run(&one, "write memory");
	ck_assert_int_eq(
	    strncmp(one_act_said(&one), "Building configuration...\nCryptochecksum: ", 42), 0);
	ck_assert_ptr_nonnull(strstr(one_act_said(&one), " bytes copied in 0."));
	ck_assert_str_eq(text_str(&one.box.m->running.notes), "");
	one_act_run(&one, "write erase");
	ck_assert_uint_eq(one.flags, ACT_ASK_KEY);
	one_act_person(&one, "n");
	ck_assert_str_eq(one_act_said(&one), "");
	one_act_run(&one, "show startup-config");
	ck_assert_str_ne(one_act_said(&one), "No Configuration\n");
	one_act_run(&one, "write erase");
	one_act_person(&one, "");
	ck_assert_str_eq(one_act_said(&one), "[OK]\n");
	one_act_run(&one, "show startup-config");
	ck_assert_str_eq(one_act_said(&one), "No Configuration\n");
}
END_TEST

START_TEST(a_configuration_that_is_not_there)
{
	one_act_run(&one, "show startup-config");
	ck_assert_str_eq(one_act_said(&one), "No Configuration\n");
	one_act_run(&one, "show startup-config errors");
	ck_assert_str_eq(one_act_said(&one), "");
	ck_assert_uint_eq(one.done, 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_config");
	TCase *tc = tcase_create("cli_acts_config");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, elements_of_access_lists);
	tcase_add_test(tc, counts_that_are_missing);
	tcase_add_test(tc, access_lists_expanded);
	tcase_add_test(tc, policies_of_nat);
	tcase_add_test(tc, policies_that_are_asked_for);
	tcase_add_test(tc, translations_that_stand);
	tcase_add_test(tc, what_names_of_nat_stand_for);
	tcase_add_test(tc, copying_asks_for_the_source);
	tcase_add_test(tc, a_reload_asks_whether_to_save);
	tcase_add_test(tc, a_saved_configuration_is_shown);
	tcase_add_test(tc, a_place_that_is_taken);
	tcase_add_test(tc, saving_settles);
	tcase_add_test(tc, the_newest_of_the_history);
	tcase_add_test(tc, a_configuration_that_is_not_there);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
