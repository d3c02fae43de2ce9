/* Lines and rows: storing, refusing, references, no/default/clear, changes, hooks. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/database.h"
#include "tests/support/grammar.h"

static struct gram *g;
static struct test_db t;

static void start(void)
{
	memset(&t, 0, sizeof(t));
	test_db_open(&t, g, "boot-1");
}

static void stop(void)
{
	test_db_close(&t);
	test_db_remove(&t);
}

static void ok(const char *line)
{
	enum db_status s = test_line(&t, line);

	ck_assert_msg(s == DB_OK, "%s: %d %s", line, s, t.said);
}

static void refused(const char *line, const char *said)
{
	ck_assert_int_eq(test_line(&t, line), DB_REFUSED);
	ck_assert_str_eq(t.said, said);
	ck_assert_str_eq(t.changes, "");
}

static void shows(const char *show, const char *text)
{
	ck_assert_str_eq(test_render(&t, 0, show), text);
}

static const char *const guide[] = {
	"interface g0/0", "nameif outside", "ip address 172.16.1.2 255.255.255.0", "no shutdown",
	"interface GigabitEthernet0/1", "nameif inside", "shutdown",
	"crypto ikev1 policy 10", "authentication pre-share", "encryption 3des", "group 2",
	"lifetime 86400", "exit",
	"crypto ipsec ikev1 transform-set TRANS esp-sha-hmac esp-3des",
	"crypto ipsec ikev1 transform-set TRANS mode transport",
	"crypto dynamic-map dyn 10 set ikev1 transform-set TRANS",
	"crypto map outside_map 65535 ipsec-isakmp dynamic dyn",
	"crypto map outside_map interface outside",
	"crypto ikev1 enable outside",
	"ip local pool Address-pool 192.168.1.1-192.168.1.254 mask 255.255.255.0",
	"group-policy L2TP-VPN internal", "group-policy L2TP-VPN attributes",
	"vpn-tunnel-protocol l2tp-ipsec", "default-domain value cisco.com",
	"username test password test mschap", "exit",
	"tunnel-group DefaultRAGroup general-attributes", "default-group-policy L2TP-VPN", "exit",
	"tunnel-group DefaultRAGroup ipsec-attributes", "ikev1 pre-shared-key C!sc0@123", "exit",
	"tunnel-group DefaultRAGroup ppp-attributes", "no authentication chap",
	"authentication pap", "exit",
	"object network L2TP-Pool", "subnet 192.168.1.0 255.255.255.0", "nat interface", "exit",
	"access-list SPLIT standard permit 10.1.1.0 255.255.255.0",
};

static const char guide_text[] =
    "hostname ciscoasa\n"
    "ip local pool Address-pool 192.168.1.1-192.168.1.254 mask 255.255.255.0\n"
    "!\n"
    "interface GigabitEthernet0/0\n"
    " nameif outside\n"
    " no security-level\n"
    " ip address 172.16.1.2 255.255.255.0\n"
    "!\n"
    "interface GigabitEthernet0/1\n"
    " nameif inside\n"
    " no security-level\n"
    " no ip address\n"
    " shutdown\n"
    "!\n"
    "object network L2TP-Pool\n"
    " subnet 192.168.1.0 255.255.255.0\n"
    "access-list SPLIT standard permit 10.1.1.0 255.255.255.0 \n"
    "pager lines 24\n"
    "object network L2TP-Pool\n"
    " nat interface\n"
    "!\n"
    "crypto ipsec ikev1 transform-set TRANS esp-3des esp-sha-hmac \n"
    "crypto ipsec ikev1 transform-set TRANS mode transport\n"
    "crypto dynamic-map dyn 10 set ikev1 transform-set TRANS\n"
    "crypto map outside_map 65535 ipsec-isakmp dynamic dyn\n"
    "crypto map outside_map interface outside\n"
    "crypto ikev1 enable outside\n"
    "crypto ikev1 policy 10\n"
    " authentication pre-share\n"
    " encryption 3des\n"
    " group 2\n"
    " lifetime 86400\n"
    "group-policy L2TP-VPN internal\n"
    "group-policy L2TP-VPN attributes\n"
    " vpn-tunnel-protocol l2tp-ipsec \n"
    " default-domain value cisco.com\n"
    "username test password hashed-test nt-encrypted\n"
    "tunnel-group DefaultRAGroup general-attributes\n"
    " default-group-policy L2TP-VPN\n"
    "tunnel-group DefaultRAGroup ipsec-attributes\n"
    " ikev1 pre-shared-key *****\n"
    "tunnel-group DefaultRAGroup ppp-attributes\n"
    " authentication pap\n"
    " no authentication chap\n"
    "!\n";

static void type_guide(void)
{
	for (size_t i = 0; i < sizeof(guide) / sizeof(*guide); i++)
		ok(guide[i]);
}

START_TEST(the_guide_prints_as_the_device_does)
{
	type_guide();
	ck_assert_str_eq(test_render(&t, 0, NULL), guide_text);
}
END_TEST

START_TEST(text_loads_back_to_the_same)
{
	static char text[20000];
	char before[33], after[33];

	type_guide();
	db_checksum(t.db, before);
	strcpy(text, test_render(&t, RENDER_CLEAR, NULL));
	ck_assert_ptr_nonnull(strstr(text, "pre-shared-key C!sc0@123"));
	db_clear(t.db);
	db_checksum(t.db, after);
	ck_assert_str_ne(before, after);
	t.changes[0] = '\0';
	ck_assert_int_eq(db_apply(t.db, text, strlen(text), 15, DB_APPLY_WHOLE, NULL), 0);
	db_checksum(t.db, after);
	ck_assert_str_eq(before, after);
	ck_assert_str_eq(test_render(&t, RENDER_CLEAR, NULL), text);
	ck_assert_str_eq(strchr(t.changes, '|'), "|"); /* one delivery, at the end */
}
END_TEST

START_TEST(sections)
{
	type_guide();
	shows("show running-config crypto map",
	    "crypto map outside_map 65535 ipsec-isakmp dynamic dyn\n"
	    "crypto map outside_map interface outside\n");
	shows("show running-config username test",
	    "username test password hashed-test nt-encrypted\n");
	shows("show running-config username other", "");
	shows("show running-config tunnel-group DefaultL2LGroup", "");
	shows("show running-config object network L2TP-Pool",
	    "object network L2TP-Pool\n subnet 192.168.1.0 255.255.255.0\n"
	    "object network L2TP-Pool\n nat interface\n");
	ck_assert_str_eq(test_render(&t, RENDER_ALL, "show run all group-policy DfltGrpPolicy"),
	    "group-policy DfltGrpPolicy internal\ngroup-policy DfltGrpPolicy attributes\n"
	    " banner none\n dns-server none\n vpn-simultaneous-logins 3\n"
	    " vpn-tunnel-protocol ikev1 l2tp-ipsec \n");
	shows("show run group-policy DfltGrpPolicy", "");
	ok("group-policy DfltGrpPolicy attributes");
	ok("vpn-simultaneous-logins 9");
	shows("show run group-policy DfltGrpPolicy",
	    "group-policy DfltGrpPolicy attributes\n vpn-simultaneous-logins 9\n");
	ok("no vpn-simultaneous-logins");
	shows("show run group-policy DfltGrpPolicy", "");
}
END_TEST

START_TEST(refused_lines_leave_nothing)
{
	refused("crypto dynamic-map d 1 set ikev1 transform-set NONE",
	    "ERROR: transform set with tag \"NONE\" does not exist.\n");
	refused("crypto ikev1 enable nowhere",
	    "                    ^\nERROR: % Invalid input detected at '^' marker.\n");
	refused("crypto ipsec ikev1 transform-set T mode transport",
	    "ERROR: transform set with tag \"T\" does not exist.\n");
	ok("crypto ipsec ikev1 transform-set T esp-3des");
	refused("crypto dynamic-map d 1 set ikev1 transform-set T NONE T",
	    "ERROR: transform set with tag \"NONE\" does not exist.\n");
	ok("group-policy P internal");
	ok("group-policy P attributes");
	ok("ip local pool A 1.1.1.1");
	ok("group-policy P attributes");
	refused("address-pools value A B",
	    "                      ^\nERROR: % Invalid input detected at '^' marker.\n");
	refused("tunnel-group X general-attributes", "ERROR: tunnel-group X does not exist\n");
	ok("crypto ikev1 policy 5");
	ck_assert_str_eq(t.changes, "+ikev1_policy:5 |");
	refused("group 1", "ERROR: group 1 is not for policy 5\n");
	shows("show run crypto ikev1 policy",
	    "crypto ikev1 policy 5\n authentication pre-share\n encryption 3des\n group 2\n"
	    " lifetime 86400\n");
	ok("encryption des");
	ck_assert_str_eq(t.said, "WARNING: des is weak\n");
	ok("encryption des");
	ck_assert_str_eq(t.changes, ""); /* the same again is no change */
	ok("no encryption");
	ck_assert_str_eq(t.changes, "*ikev1_policy:5 |");
}
END_TEST

START_TEST(what_is_in_use_stays)
{
	type_guide();
	refused("no crypto ipsec ikev1 transform-set TRANS",
	    "ERROR: transform set TRANS is in use.\n");
	refused("no crypto map outside_map 65535", "ERROR: outside_map is being used\n");
	refused("no group-policy L2TP-VPN", "ERROR: L2TP-VPN is being used\n");
	refused("clear configure crypto ipsec", "ERROR: transform set TRANS is in use.\n");
	ck_assert_str_eq(test_render(&t, 0, NULL), guide_text);
	ok("tunnel-group DefaultRAGroup general-attributes");
	ok("no default-group-policy");
	ok("no group-policy L2TP-VPN");
	refused("no ip local pool NONE", "ERROR: pool NONE does not exist\n");
	refused("ip local pool Address-pool 1.1.1.1", "ERROR: pool exists\n");
}
END_TEST

START_TEST(names_go_and_change_with_their_interface)
{
	type_guide();
	ok("interface g0/0");
	ok("nameif external");
	shows("show run crypto ikev1 enable", "crypto ikev1 enable external\n");
	ok("no nameif");
	shows("show run crypto ikev1 enable", "");
	ck_assert_ptr_nonnull(strstr(t.said, "") );
	shows("show run crypto map", "crypto map outside_map 65535 ipsec-isakmp dynamic dyn\n");
}
END_TEST

START_TEST(no_default_and_clear)
{
	type_guide();
	ok("no crypto dynamic-map dyn 10 set pfs");
	ok("crypto dynamic-map dyn 20 set pfs");
	shows("show run crypto dynamic-map",
	    "crypto dynamic-map dyn 10 set ikev1 transform-set TRANS\n"
	    "crypto dynamic-map dyn 20 set pfs group2\n");
	ok("no crypto dynamic-map dyn 20 set pfs"); /* the last line: the row vanishes */
	ck_assert_str_eq(t.changes, "-dynamic_map:dyn |");
	ok("no tunnel-group DefaultRAGroup ppp-attributes");
	shows("show run tunnel-group DefaultRAGroup",
	    "tunnel-group DefaultRAGroup general-attributes\n default-group-policy L2TP-VPN\n"
	    "tunnel-group DefaultRAGroup ipsec-attributes\n ikev1 pre-shared-key *****\n");
	ok("no tunnel-group DefaultRAGroup"); /* always there: only put back */
	shows("show run tunnel-group", "");
	ok("clear configure crypto ikev1 policy 10");
	ck_assert_str_eq(t.changes, "-ikev1_policy:10 |");
	ok("clear configure username");
	shows("show run username", "");
	ok("no sysopt connection permit-vpn");
	shows("show run sysopt", "no sysopt connection permit-vpn\n");
	ok("default sysopt connection permit-vpn");
	shows("show run sysopt", "");
	ok("no crypto isakmp nat-traversal");
	shows("show run crypto isakmp", "no crypto isakmp nat-traversal\n");
	ok("crypto isakmp nat-traversal");
	shows("show run crypto isakmp", "");
	ok("clear configure all");
	ck_assert_str_eq(test_render(&t, 0, "show run hostname"), "hostname ciscoasa\n");
	shows("show run crypto", "");
}
END_TEST

START_TEST(access_lists_keep_their_order)
{
	ok("access-list A standard permit 10.0.0.0 255.0.0.0");
	ok("access-list A standard deny any4");
	ok("access-list A line 2 standard permit host 1.1.1.1");
	ok("access-list A line 1 remark first");
	shows("show run access-list",
	    "access-list A remark first \n"
	    "access-list A standard permit 10.0.0.0 255.0.0.0 \n"
	    "access-list A standard permit host 1.1.1.1 \n"
	    "access-list A standard deny any4 \n");
	ok("no access-list A standard permit host 1.1.1.1");
	ok("access-list A line 3 standard permit host 2.2.2.2");
	shows("show run access-list A",
	    "access-list A remark first \n"
	    "access-list A standard permit 10.0.0.0 255.0.0.0 \n"
	    "access-list A standard permit host 2.2.2.2 \n"
	    "access-list A standard deny any4 \n");
	refused("no access-list A standard permit host 9.9.9.9",
	    "Specified access-list does not exist\n");
	/* many at once, as a file has them: the numbers go on without a hole */
	ck_assert(db_begin(t.db));
	ok("access-list B standard permit host 1.1.1.1");
	ok("access-list B standard permit host 2.2.2.2");
	ok("access-list B standard permit host 3.3.3.3");
	ok("access-list B line 3 standard permit host 4.4.4.4");
	ok("access-list B line 9 standard permit host 5.5.5.5");
	ok("access-list B line 5 standard permit host 6.6.6.6");
	ck_assert(db_commit(t.db));
	shows("show run access-list B", "access-list B standard permit host 1.1.1.1 \n"
					"access-list B standard permit host 2.2.2.2 \n"
					"access-list B standard permit host 4.4.4.4 \n"
					"access-list B standard permit host 3.3.3.3 \n"
					"access-list B standard permit host 6.6.6.6 \n"
					"access-list B standard permit host 5.5.5.5 \n");
}
END_TEST

START_TEST(created_by_its_attributes_with_a_warning)
{
	ok("group-policy New attributes");
	ck_assert_str_eq(t.said,
	    "WARNING: group-policy New did not exist; it has been created.\n");
	ok("group-policy New attributes");
	ck_assert_str_eq(t.said, "");
	ok("vpn-filter value LATER"); /* may be made afterwards */
	ok("banner value  two  blanks");
	shows("show run group-policy New",
	    "group-policy New internal\ngroup-policy New attributes\n banner value two  blanks\n"
	    " vpn-filter value LATER\n");
}
END_TEST

START_TEST(members_of_a_group)
{
	ok("object-group network G");
	ok("network-object host 2.2.2.2");
	ok("network-object host 1.1.1.1");
	ok("object-group network H");
	ok("network-object host 3.3.3.3");
	shows("show run object-group",
	    "object-group network G\n network-object host 1.1.1.1\n network-object host 2.2.2.2\n"
	    "object-group network H\n network-object host 3.3.3.3\n");
	ok("no network-object host 3.3.3.3");
	shows("show run object-group network H", "object-group network H\n");
}
END_TEST

/* In an indented text a comment in column 0 ends no block; a line that fits global configuration
 * ends it, though it is refused. */
START_TEST(what_ends_a_block_of_a_text)
{
	static const char kept[] = "group-policy P internal\ngroup-policy P attributes\n"
				   " vpn-filter value F\n!\n vpn-simultaneous-logins 7\n";
	static const char ended[] =
	    "group-policy Q internal\ngroup-policy Q attributes\n"
	    " vpn-filter value F\ncrypto ikev1 enable nowhere\nvpn-simultaneous-logins 9\n";

	ck_assert_int_eq(db_apply(t.db, kept, sizeof(kept) - 1, 15, 0, NULL), 0);
	ck_assert_int_eq(db_apply(t.db, ended, sizeof(ended) - 1, 15, 0, NULL), 2);
	shows("show run group-policy",
	    "group-policy P internal\ngroup-policy P attributes\n"
	    " vpn-simultaneous-logins 7\n vpn-filter value F\n"
	    "group-policy Q internal\ngroup-policy Q attributes\n vpn-filter value F\n");
}
END_TEST

START_TEST(several_lines_in_one_transaction)
{
	ck_assert(db_begin(t.db));
	ck_assert(!db_begin(t.db));
	ok("hostname one");
	ck_assert_str_eq(t.changes, "");
	db_abort(t.db);
	shows("show run hostname", "hostname ciscoasa\n");
	ck_assert(db_begin(t.db));
	ok("hostname two");
	refused("crypto ikev1 enable nowhere",
	    "                    ^\nERROR: % Invalid input detected at '^' marker.\n");
	db_commit(t.db);
	ck_assert_str_eq(t.changes, "*system: |");
	shows("show run hostname", "hostname two\n");
}
END_TEST

static char records[2000];

static void record(void *ctx, const struct db_record *r)
{
	size_t used = strlen(records);

	(void)ctx;
	snprintf(records + used, sizeof(records) - used, "%lld %lld %s %s: %s",
	    (long long)r->number, (long long)r->when, r->who, r->from, r->lines);
}

static const char *history(unsigned newest)
{
	records[0] = '\0';
	ck_assert(db_history(t.db, newest, record, NULL));
	return records;
}

/* Every accepted line is recorded with what it changed; a refused one, and one that was taken back,
 * is not; nor is what nobody typed. */
START_TEST(who_changed_what)
{
	static const char file[] = "interface g0/0\n nameif outside\n nonsense\n"
	    "tunnel-group DefaultRAGroup ipsec-attributes\n ikev1 pre-shared-key topsecret\n";

	ok("hostname nobody");
	ck_assert_str_eq(history(9), "");
	db_author(t.db, "enable_15", "console", 1500);
	ok("hostname one");
	refused("crypto ikev1 enable nowhere",
	    "                    ^\nERROR: % Invalid input detected at '^' marker.\n");
	ok("crypto ikev1 policy 10");
	ok("lifetime 3600");
	ck_assert(db_begin(t.db));
	ok("hostname two");
	db_abort(t.db);
	db_author(t.db, "bob", "10.1.1.2", 2500);
	ck_assert_int_eq(db_apply(t.db, file, sizeof(file) - 1, 15, 0, NULL), 1);
	ok("clear configure crypto ikev1 policy 10");
	ck_assert_str_eq(history(9),
	    "1 1500 enable_15 console: hostname one\n"
	    "2 1500 enable_15 console: crypto ikev1 policy 10\n"
	    "3 1500 enable_15 console: [ikev1-policy 10]\n lifetime 3600\n"
	    "4 2500 bob 10.1.1.2: interface g0/0\n nameif outside\ntunnel-group DefaultRAGroup "
	    "ipsec-attributes\n ikev1 pre-shared-key *****\n"
	    "5 2500 bob 10.1.1.2: clear configure crypto ikev1 policy 10\n");
	ck_assert_str_eq(
	    history(1), "5 2500 bob 10.1.1.2: clear configure crypto ikev1 policy 10\n");
	db_author(t.db, NULL, NULL, 0);
	ok("hostname nobody");
	test_db_close(&t);
	test_db_open(&t, g, "boot-2");
	ck_assert_str_eq(
	    history(1), "5 2500 bob 10.1.1.2: clear configure crypto ikev1 policy 10\n");
}
END_TEST

/* Bounded by number and by bytes; the newest stays, however long. */
START_TEST(history_is_bounded)
{
	size_t size = 5 << 20, used = 0;
	char *text = malloc(size + 100), line[64];

	db_author(t.db, "me", "console", 1);
	for (unsigned i = 0; i < 1100; i++) {
		snprintf(line, sizeof(line), "hostname h%u", i);
		ok(line);
	}
	ck_assert_int_ge(atoi(history(2000)), 1100 - 1000 - 32);
	while (used < size)
		used += (size_t)sprintf(text + used, "object network o%zu\nhost 10.1.1.1\n", used);
	for (unsigned i = 0; i < 32; i++)
		ck_assert_int_eq(db_apply(t.db, text, i ? 32 : used, 15, 0, NULL), 0);
	ck_assert_int_ge(atoi(history(2000)), 1100);
	free(text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("db_lines");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	g = test_grammar();
	tcase_add_checked_fixture(c, start, stop);
	tcase_set_timeout(c, 60);
	tcase_add_test(c, the_guide_prints_as_the_device_does);
	tcase_add_test(c, text_loads_back_to_the_same);
	tcase_add_test(c, sections);
	tcase_add_test(c, refused_lines_leave_nothing);
	tcase_add_test(c, what_is_in_use_stays);
	tcase_add_test(c, names_go_and_change_with_their_interface);
	tcase_add_test(c, no_default_and_clear);
	tcase_add_test(c, access_lists_keep_their_order);
	tcase_add_test(c, created_by_its_attributes_with_a_warning);
	tcase_add_test(c, members_of_a_group);
	tcase_add_test(c, what_ends_a_block_of_a_text);
	tcase_add_test(c, several_lines_in_one_transaction);
	tcase_add_test(c, who_changed_what);
	tcase_add_test(c, history_is_bounded);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	gram_free(g);
	return failed ? 1 : 0;
}
