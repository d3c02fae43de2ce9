/* Kept lines: stored and shown in their place, told once, replaced by the words that decide,
 * masked, taken back; blocks of them with what stands below. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

static void ck_shows(struct config_test *t, unsigned flags, const char *section, const char *want)
{
	ck_assert_str_eq(config_show(t, flags, section), want);
}

static void ck_line(struct config_test *t, const char *line, const char *says)
{
	ck_assert_msg(config_line(t, line) == DB_OK, "%s: %s", line, text_str(&t->out));
	ck_assert_str_eq(text_str(&t->out), says);
}

START_TEST(told_once)
{
	struct config_test t = {0};

	config_open(&t);
	ck_line(&t, "timeout xlate 3:00:00",
	    "INFO: \"timeout\" is kept in the configuration; this appliance does not act on it\n");
	ck_line(&t, "no timeout xlate", "");
	ck_line(&t, "failover lan unit primary",
	    "INFO: \"failover lan\" is kept in the configuration; "
	    "this appliance does not act on it\n");
	ck_line(&t, "policy-map global_policy",
	    "INFO: \"policy-map\" is kept in the configuration; "
	    "this appliance does not act on it\n");
	ck_line(&t, "class inspection_default", "");
	ck_line(&t, "inspect ftp", "");
	config_close(&t);
}
END_TEST

/* The same words with another value replace the line; others stand beside it. */
START_TEST(words_decide)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, "timeout xlate 3:00:00\n"
	    "timeout conn 1:00:00 half-closed 0:10:00\n"
	    "TIMEOUT   conn   2:00:00\n"
	    "timeout xlate 3:00:00\n");
	ck_shows(&t, 0, "timeout", "timeout xlate 3:00:00\ntimeout conn   2:00:00\n");
	config_paste(&t, "no timeout conn\nno timeout nothing\n");
	ck_shows(&t, 0, "timeout", "timeout xlate 3:00:00\n");
	config_paste(&t, "clear configure timeout\n");
	ck_shows(&t, 0, "timeout", "");
	config_paste(&t,
	    "icmp permit any outside\nicmp permit any inside\nicmp permit any outside\n"
	    "no icmp permit any inside\n");
	ck_shows(&t, 0, "icmp", "icmp permit any outside\n");
	config_close(&t);
}
END_TEST

/* Where the device prints `no`, it is a line of its own. */
START_TEST(off_is_a_line)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, "no failover\nno failover\n");
	ck_shows(&t, 0, "failover", "no failover\n");
	config_paste(&t, "failover\n");
	ck_shows(&t, 0, "failover", "failover\n");
	config_paste(&t, "no asdm history enable\nno monitor-interface dmz\nmonitor-interface x\n");
	ck_shows(&t, 0, "asdm", "no asdm history enable\n");
	ck_shows(&t, 0, "monitor-interface", "no monitor-interface dmz\nmonitor-interface x\n");
	config_paste(&t, "default failover\n");
	ck_shows(&t, 0, "failover", "");
	config_close(&t);
}
END_TEST

static const char block[] = "policy-map global_policy\n"
			    " description all of it\n"
			    " class inspection_default\n"
			    "  inspect ftp \n"
			    "  inspect dns preset_dns_map\n"
			    "  something new\n"
			    "  no something newer\n"
			    " class other\n"
			    "  inspect ftp\n"
			    " unknown at this depth\n"
			    "policy-map type inspect dns preset_dns_map\n"
			    " parameters\n"
			    "  message-length maximum client auto\n"
			    "  message-length maximum 512\n"
			    "  no tcp-inspection\n";

START_TEST(blocks)
{
	static const char want[] = "policy-map global_policy\n"
				   " description all of it\n"
				   " class inspection_default\n"
				   "  inspect ftp\n"
				   "  inspect dns preset_dns_map\n"
				   "  something new\n"
				   "  no something newer\n"
				   " class other\n"
				   "  inspect ftp\n"
				   " unknown at this depth\n"
				   "policy-map type inspect dns preset_dns_map\n"
				   " parameters\n"
				   "  message-length maximum client auto\n"
				   "  message-length maximum 512\n"
				   "  no tcp-inspection\n";
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, block);
	ck_shows(&t, 0, "policy-map", want);
	ck_assert_str_eq(parse_state_prompt(&t.state), "(config-pmap-p)");
	parse_state_init(&t.state, t.gram, true);
	config_paste(&t, block);
	ck_shows(&t, 0, "policy-map", want);
	ck_assert_uint_eq(config_load(&t, want), 0);
	ck_shows(&t, 0, "policy-map", want);
	/* typed without indentation */
	parse_state_init(&t.state, t.gram, true);
	config_paste(&t, "policy-map global_policy\nclass other\ninspect sip\nno inspect ftp\n"
	    "class third\nset connection timeout idle 1:00:00\nexit\nexit\nhostname x\n");
	ck_assert_ptr_nonnull(strstr(config_show(&t, 0, "policy-map"),
	    " class other\n  inspect sip\n"
	    " unknown at this depth\n class third\n  set connection timeout idle 1:00:00\n"));
	ck_assert_int_eq(t.state.depth, 1);
	config_paste(&t, "no policy-map global_policy\n");
	ck_assert_int_eq(strncmp(config_show(&t, 0, "policy-map"), "policy-map type", 15), 0);
	config_paste(&t, "policy-map global_policy\n");
	ck_assert_ptr_null(strstr(config_show(&t, 0, "policy-map"), "inspect ftp"));
	config_close(&t);
}
END_TEST

/* Secrets in kept lines are masked where lines are shown, and come back from what was shown. */
START_TEST(secrets)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, "failover key swordfish\npasswd 2KFQnbNIdI.2KYOU encrypted\n");
	ck_shows(&t, 0, "failover", "failover key *****\n");
	ck_shows(&t, 0, "passwd", "passwd ***** encrypted\n");
	ck_shows(&t, RENDER_CLEAR, "passwd", "passwd 2KFQnbNIdI.2KYOU encrypted\n");
	config_paste(&t, "failover key *****\npasswd ***** encrypted\n");
	ck_shows(&t, RENDER_CLEAR, "passwd", "passwd 2KFQnbNIdI.2KYOU encrypted\n");
	ck_shows(&t, RENDER_CLEAR, "failover", "failover key swordfish\n");
	config_paste(&t, "interface g0/1\n authentication key eigrp 100 swordfish key-id 1\n"
			 "ddns update method D\n web update-url https://u:swordfish@d.example/x\n"
			 "snmp-server user m G v3 auth sha swordfish priv aes 128 swordfish\n"
			 "vpdn username u password swordfish store-local\n");
	ck_assert_ptr_null(strstr(config_show(&t, 0, ""), "swordfish"));
	ck_assert_ptr_nonnull(strstr(config_show(&t, 0, ""), " key eigrp 100 ***** key-id 1\n"));
	ck_assert_ptr_nonnull(
	    strstr(config_show(&t, 0, ""), "v3 auth sha ***** priv aes 128 *****\n"));
	config_paste(&t, "ddns update method D\n web update-url https://u:*@d.example/x\n");
	ck_assert_ptr_nonnull(strstr(config_show(&t, RENDER_CLEAR, ""), "u:swordfish@d.example"));
	config_paste(&t, "passwd other\n");
	ck_shows(&t, RENDER_CLEAR, "passwd", "passwd other\n");
	config_close(&t);
}
END_TEST

/* A certificate in its chain: data up to `quit`, replaced when it is entered again. */
START_TEST(certificates)
{
	static const char chain[] = "crypto ca certificate chain ROOT\n"
				    " certificate ca 0a1b\n"
				    "    308201e5 3082014e a0030201 02020400\n"
				    "    00\n"
				    "    00\n"
				    "    dead\n"
				    "  quit\n"
				    " certificate 31d9a14b\n"
				    "    ca\n"
				    "  quit\n";
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, "crypto ca trustpoint ROOT\n enrollment terminal\n crl configure\n"
			 "  protocol http\n no ca-check\n something else\n");
	config_paste(&t, chain);
	config_paste(&t, "hostname after\n");
	ck_shows(&t, 0, "crypto ca certificate", chain);
	ck_shows(&t, 0, "crypto ca trustpoint", "crypto ca trustpoint ROOT\n"
	    " enrollment terminal\n crl configure\n  protocol http\n no ca-check\n"
	    " something else\n");
	config_paste(&t, chain);
	ck_shows(&t, 0, "crypto ca certificate", chain);
	/* typed without indentation: `quit` closes the data, `exit` the chain */
	config_paste(
	    &t, "crypto ca certificate chain ROOT\ncertificate ca 0a1b\ndead\ne0d0\nquit\n");
	ck_assert_str_eq(parse_state_prompt(&t.state), "(config-cert-chain)");
	config_paste(&t, "exit\nhostname still\n");
	ck_shows(&t, 0, "crypto ca certificate", "crypto ca certificate chain ROOT\n"
	    " certificate ca 0a1b\n    dead\n    e0d0\n  quit\n"
	    " certificate 31d9a14b\n    ca\n  quit\n");
	ck_assert_uint_eq(config_load(&t, chain), 0);
	ck_shows(&t, 0, "crypto ca certificate", chain);
	config_paste(&t, "crypto ca certificate chain ROOT\nno certificate ca 0a1b\n"
	    "no crypto ca certificate chain ROOT\n");
	ck_shows(&t, 0, "crypto ca certificate", "");
	config_close(&t);
}
END_TEST

/* Words that a kept block and global configuration both know. */
START_TEST(whose_line)
{
	struct config_test t = {0};

	config_open(&t);
	/* indented: what stands in the column of the head is no line of the block */
	config_paste(&t, "dns server-group DefaultDNS\n name-server 192.0.2.53\n timeout 3\n"
			 "timeout xlate 3:00:00\n"
			 "crypto ca trustpoint T\n enrollment self\n"
			 "ip local pool A 10.0.0.1-10.0.0.9\n");
	ck_shows(
	    &t, 0, "dns", "dns server-group DefaultDNS\n name-server 192.0.2.53\n timeout 3\n");
	ck_shows(&t, 0, "timeout", "timeout xlate 3:00:00\n");
	/* without indentation the block's own words are its own, and longer ones are not guessed */
	config_paste(&t, "dns server-group OTHER\ntimeout 5\n"
			 "crypto ca trustpoint T\nip local pool B 10.0.1.1-10.0.1.9\n");
	ck_shows(&t, 0, "dns server-group OTHER", "dns server-group OTHER\n timeout 5\n");
	ck_shows(&t, 0, "ip local pool", "ip local pool A 10.0.0.1-10.0.0.9\n"
	    "ip local pool B 10.0.1.1-10.0.1.9\n");
	/* a line of an interface is no global one */
	config_paste(&t, "interface g0/1\n speed 1000\n mac-address 000c.f142.4cde\n");
	ck_assert_int_eq(config_line(&t, " snmp-server location x"), DB_REFUSED);
	ck_shows(&t, 0, "snmp-server", "");
	ck_shows(&t, 0, "mac-address", "");
	/* a client's lines in a group policy, and what goes with the policy */
	config_paste(&t,
	    "group-policy G internal\ngroup-policy G attributes\n nem enable\n webvpn\n"
	    "  anyconnect keep-installer installed\n  unheard of\n"
	    " default-domain value example.com\n");
	ck_shows(&t, 0, "group-policy G", "group-policy G internal\ngroup-policy G attributes\n"
	    " default-domain value example.com\n nem enable\n webvpn\n"
	    "  anyconnect keep-installer installed\n  unheard of\n");
	config_paste(&t, "no group-policy G\ngroup-policy G internal\n");
	ck_shows(&t, 0, "group-policy G", "group-policy G internal\n");
	config_close(&t);
}
END_TEST

/* A line that a block takes as it is needs the level of its command, as others do. */
START_TEST(needs_its_level)
{
	struct config_test t = {0};
	struct gram_match m;

	config_open(&t);
	config_paste(&t, "crypto ca certificate chain ROOT\n certificate ca 01\n");
	gram_match(t.gram, &t.state, 15, "  30820122", &m);
	ck_assert_int_eq(m.status, GRAM_OK);
	gram_match_done(&m);
	gram_match(t.gram, &t.state, 10, "  30820122", &m);
	ck_assert_int_ne(m.status, GRAM_OK);
	gram_match_done(&m);
	config_close(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("kept");
	TCase *c = tcase_create("kept");
	SRunner *r;
	int failed;

	tcase_add_test(c, told_once);
	tcase_add_test(c, words_decide);
	tcase_add_test(c, off_is_a_line);
	tcase_add_test(c, blocks);
	tcase_add_test(c, secrets);
	tcase_add_test(c, certificates);
	tcase_add_test(c, whose_line);
	tcase_add_test(c, needs_its_level);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
