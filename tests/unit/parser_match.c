/* Matching: abbreviations, carets, ambiguity, walk-up, values, negation. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/grammar.h"

static struct gram *g;
static struct parse_state state;
static struct gram_match m;

static void at(bool config, const char *line)
{
	parse_state_init(&state, g, config);
	if (!line)
		return;
	gram_match(g, &state, 15, line, &m);
	ck_assert_msg(m.status == GRAM_OK, "%s: %d at %u", line, m.status, m.caret);
	ck_assert(parse_state_advance(g, &state, &m));
}

static void match(const char *line)
{
	gram_match(g, &state, 15, line, &m);
}

static void accepts(const char *line)
{
	match(line);
	ck_assert_msg(m.status == GRAM_OK, "%s: %d at %u", line, m.status, m.caret);
}

static void caret(const char *prompt, const char *line, unsigned column)
{
	char error[400];

	match(line);
	ck_assert_msg(m.status == GRAM_INVALID, "%s: status %d", line, m.status);
	gram_error(&m, line, (unsigned)strlen(prompt), error, sizeof(error));
	ck_assert_uint_eq(strcspn(error, "^"), column);
	ck_assert_str_eq(error + column, "^\nERROR: % Invalid input detected at '^' marker.\n");
}

START_TEST(caret_columns_of_the_device)
{
	at(false, NULL);
	caret("HQ-FW1# ", "show cdp neighbors", 14);
	caret("HQ-FW12345# ", "show running-config lldp", 33);
	parse_state_init(&state, g, false);
	gram_match(g, &state, 1, "reload", &m);
	ck_assert_int_eq(m.status, GRAM_INVALID);
	ck_assert_uint_eq(m.caret, 0);
	caret("FWSM/ceige# ", "show conduit", 18);
}
END_TEST

START_TEST(caret_of_bad_values_and_surplus)
{
	at(true, NULL);
	caret("", "hostname a\033[31mb", 10); /* a control character is part of nothing */
	caret("", "crypto ikev1 policy 70000", 20);
	caret("", "crypto ikev1 policy 10 more", 23);
	caret("", "route outside 1.2.3.400 0 1.1.1.1", 14);
	caret("", "ip local pool P 1.1.1.9-1.1.1.1", 16);
	caret("", "xyz", 0);
}
END_TEST

START_TEST(abbreviations)
{
	at(false, NULL);
	accepts("sh cry isa sa");
	ck_assert_str_eq(m.command->run, "show_isakmp");
	ck_assert(!gram_typed(&m, "detail"));
	accepts("SH CRY isa sa det");
	ck_assert(gram_typed(&m, "detail"));
	accepts("conf t");
	ck_assert_ptr_eq(m.command->enter, g->config);
	match("e");
	ck_assert_int_eq(m.status, GRAM_AMBIGUOUS);
	char error[200];
	gram_error(&m, "e", 0, error, sizeof(error));
	ck_assert_str_eq(error, "ERROR: % Ambiguous command:  \"e\"\n");
	match("show crypto isakmp");
	ck_assert_int_eq(m.status, GRAM_INCOMPLETE);
	gram_error(&m, "", 0, error, sizeof(error));
	ck_assert_str_eq(error, "ERROR: % Incomplete command\n");
	at(true, "crypto ikev1 policy 10");
	accepts("enc aes"); /* a whole keyword is not ambiguous with aes-192 */
	ck_assert_str_eq(gram_arg(&m, "encryption"), "aes");
	accepts("enc aes-2");
	ck_assert_str_eq(gram_arg(&m, "encryption"), "aes-256");
	match("enc aes-");
	ck_assert_int_eq(m.status, GRAM_AMBIGUOUS);
}
END_TEST

START_TEST(walk_up)
{
	at(true, "group-policy P attributes");
	ck_assert_str_eq(parse_state_prompt(&state), "(config-group-policy)");
	ck_assert_str_eq(parse_state_key(&state, 0), "P");
	accepts("show curpriv"); /* exec commands run everywhere and move nothing */
	ck_assert(!m.global);
	parse_state_advance(g, &state, &m);
	ck_assert_str_eq(parse_state_prompt(&state), "(config-group-policy)");
	accepts("username test password test mschap");
	ck_assert(m.global);
	parse_state_advance(g, &state, &m);
	ck_assert_str_eq(parse_state_prompt(&state), "(config)");
	accepts("exit"); /* stays: the submode has been left already */
	ck_assert(parse_state_advance(g, &state, &m));
	ck_assert_str_eq(parse_state_prompt(&state), "(config)");
	accepts("exit");
	ck_assert(parse_state_advance(g, &state, &m));
	ck_assert_str_eq(parse_state_prompt(&state), "");
	accepts("exit");
	ck_assert(!parse_state_advance(g, &state, &m));
	at(true, "tunnel-group DefaultRAGroup ppp-attributes");
	accepts("tunnel-group DefaultRAGroup ipsec-attributes");
	parse_state_advance(g, &state, &m);
	ck_assert_str_eq(parse_state_prompt(&state), "(config-tunnel-ipsec)");
	accepts("end");
	parse_state_advance(g, &state, &m);
	ck_assert_str_eq(parse_state_prompt(&state), "");
}
END_TEST

START_TEST(comments_and_glued_parenthesis)
{
	at(true, NULL);
	match("! a comment");
	ck_assert_int_eq(m.status, GRAM_EMPTY);
	match("  : Saved");
	ck_assert_int_eq(m.status, GRAM_EMPTY);
	match("");
	ck_assert_int_eq(m.status, GRAM_EMPTY);
}
END_TEST

START_TEST(values)
{
	at(true, NULL);
	accepts("route outside 0 0 1.2.3.4");
	ck_assert_str_eq(gram_arg(&m, "dest"), "0.0.0.0");
	ck_assert_str_eq(gram_arg(&m, "mask"), "0.0.0.0");
	accepts("crypto ipsec ikev1 transform-set T esp-sha-hmac esp-3des");
	ck_assert_str_eq(gram_arg(&m, "enc"), "esp-3des");
	ck_assert_str_eq(gram_arg(&m, "auth"), "esp-sha-hmac");
	accepts("crypto ipsec ikev1 transform-set T esp-aes");
	match("crypto ipsec ikev1 transform-set T esp-sha-hmac");
	ck_assert_int_eq(m.status, GRAM_INCOMPLETE);
	match("crypto ipsec ikev1 transform-set T esp-3des esp-aes");
	ck_assert_int_eq(m.status, GRAM_INVALID);
	accepts("crypto dynamic-map d 1 set ikev1 transform-set A B C");
	ck_assert_str_eq(gram_arg(&m, "sets"), "A B C");
	at(true, "group-policy P attributes");
	accepts("vpn-tunnel-protocol l2tp-ipsec ikev1 l2tp");
	ck_assert_str_eq(gram_arg(&m, "protocols"), "ikev1 l2tp-ipsec");
	accepts("banner value  two  blanks kept   ");
	ck_assert_str_eq(gram_arg(&m, "banner"), "two  blanks kept");
	match("dns-server value 1.1.1.1 2.2.2.2 3.3.3.3");
	ck_assert_int_eq(m.status, GRAM_INVALID);
	ck_assert_uint_eq(m.caret, 33);
}
END_TEST

START_TEST(negation)
{
	at(true, NULL);
	accepts("no crypto ikev1 policy 10");
	ck_assert(m.negated);
	match("no crypto ikev1 policy");
	ck_assert_int_eq(m.status, GRAM_INCOMPLETE);
	accepts("no username test");
	ck_assert_int_eq(m.command->no, NO_DELETE);
	accepts("no ip local pool P");
	accepts("no tunnel-group G");
	match("no tunnel-group");
	ck_assert_int_eq(m.status, GRAM_INCOMPLETE);
	accepts("no crypto dynamic-map d 10 set pfs");
	accepts("no crypto isakmp identity");
	match("no crypto isakmp");
	ck_assert_int_eq(m.status, GRAM_INCOMPLETE);
	accepts("no debug crypto");
	ck_assert_ptr_nonnull(m.command->run);
	match("no show curpriv");
	ck_assert_int_eq(m.status, GRAM_INVALID);
	at(true, "group-policy P attributes");
	accepts("no dns-server");
	accepts("default banner");
	ck_assert(m.defaulted);
}
END_TEST

START_TEST(aliases_are_hidden_but_work)
{
	at(true, "crypto isakmp policy 5");
	ck_assert_str_eq(parse_state_prompt(&state), "(config-ikev1-policy)");
	ck_assert_str_eq(parse_state_key(&state, 0), "5");
}
END_TEST

/* What the submode knows spelled out is no abbreviation further up, at the first word and behind
 * it. */
START_TEST(known_words_are_not_guessed_at)
{
	static const char text[] =
	    "mode exec\nmode config\n parent exec\nmode sub\n parent config\n"
	    "command exec\n reset\n - run reset\n"
	    "command config\n sub\n - enter sub\n"
	    "command config\n hostname <x:name>\n - run a\n"
	    "command config\n ip address-book <x:name>\n - run b\n"
	    "command config\n ip name <x:name>\n - run c\n"
	    "command sub\n host <x:addr>\n - run d\n"
	    "command sub\n ip address <x:addr>\n - run e\n";
	static const struct {
		const char *line, *run; /* NULL: refused */
		unsigned caret;
	} rows[] = {
	    {"host 1.2.3.4", "d", 0},
	    {"host x", NULL, 5},
	    {"hos x", NULL, 4},
	    {"hostn x", "a", 0},
	    {"ip address 1.2.3.4", "e", 0},
	    {"ip address x", NULL, 11},
	    {"ip address-b x", "b", 0},
	    {"ip address-book x", "b", 0},
	    {"ip n x", "c", 0},
	    {"no host x", NULL, 3},
	};
	char error[200];
	struct gram *own = gram_read(text, sizeof(text) - 1, error, sizeof(error));

	ck_assert_msg(own != NULL, "%s", error);
	parse_state_init(&state, own, true);
	gram_match(own, &state, 15, "sub", &m);
	parse_state_advance(own, &state, &m);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		gram_match(own, &state, 15, rows[i].line, &m);
		ck_assert_msg(
		    m.status == (rows[i].run ? GRAM_OK : GRAM_INVALID), "%s", rows[i].line);
		if (rows[i].run)
			ck_assert_str_eq(m.command->run, rows[i].run);
		else
			ck_assert_uint_eq(m.caret, rows[i].caret);
	}
	gram_free(own);
}
END_TEST

START_TEST(families)
{
	at(true, NULL);
	accepts("show running-config");
	ck_assert(m.family_all);
	accepts("show run all crypto map");
	ck_assert(!m.family_all);
	ck_assert_str_eq(m.command->run, "show_running");
	ck_assert_uint_eq(m.n_branches, 2);
	gram_match_done(&m);
	accepts("clear conf crypto ikev1 pol 10");
	ck_assert_uint_eq(m.n_branches, 1);
	ck_assert_str_eq(m.branches[0].args[0].text, "10");
	gram_match_done(&m);
	accepts("clear conf all");
	ck_assert_uint_eq(m.n_branches, 0);
	match("clear configure");
	ck_assert_int_eq(m.status, GRAM_INCOMPLETE);
}
END_TEST

START_TEST(privilege)
{
	parse_state_init(&state, g, false);
	gram_match(g, &state, 1, "show curpriv", &m);
	ck_assert_int_eq(m.status, GRAM_OK);
	gram_match(g, &state, 1, "show running-config", &m);
	ck_assert_int_eq(m.status, GRAM_INVALID);
}
END_TEST

START_TEST(every_example_and_random_line_matches)
{
	uint64_t seed = 7;
	char line[GRAM_LINE_MAX];

	for (unsigned i = 0; i < g->n_commands; i++) {
		const struct gram_command *c = g->commands[i];

		parse_state_init(&state, g, c->mode != g->exec);
		for (char **x = gram_lead(c); x && *x; x++)
			at(true, *x);
		for (char **x = c->examples; x && *x; x++)
			accepts(*x);
		for (unsigned k = 0; k < 50; k++) {
			if (!gram_random_line(c, &seed, NULL, NULL, line, sizeof(line)))
				continue;
			accepts(line);
			gram_match_done(&m);
		}
	}
}
END_TEST

/* Modes within modes, as many as a session has room for; a line that would lead deeper leaves it
 * where it is. Rows of two keys keep both. */
START_TEST(as_deep_as_there_is_room)
{
	static const char text[] =
	    "table t\n key a name 255\n key b name 255\n"
	    "mode exec\nmode config\n parent exec\nmode m2\n parent config\n row t\n prompt 2\n"
	    "mode m3\n parent m2\n prompt 3\nmode m4\n parent m3\n prompt 4\n"
	    "mode m5\n parent m4\n prompt 5\n"
	    "command config\n go <a> <b>\n - enter m2\n"
	    "command m2\n go3\n - enter m3\ncommand m3\n go4\n - enter m4\n"
	    "command m4\n go5\n - enter m5\n"
	    "command m4\n act\n - run act\n";
	static const struct {
		const char *line, *prompt;
	} rows[] = {
	    {"go A BB", "2"},
	    {"go3", "3"},
	    {"nonsense", "3"},
	    {"go4", "4"},
	    {"go5", "4"},
	    {"act", "4"},
	    {"no act", "4"},
	    {"go4", "4"},
	    {"go C D", "2"},
	};
	char error[200], longest[520];
	struct gram *own = gram_read(text, sizeof(text) - 1, error, sizeof(error));

	ck_assert_msg(own != NULL, "%s", error);
	parse_state_init(&state, own, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		gram_match(own, &state, 15, rows[i].line, &m);
		ck_assert(parse_state_advance(own, &state, &m));
		ck_assert_msg(!strcmp(parse_state_prompt(&state), rows[i].prompt), "row %zu: %s", i,
		    parse_state_prompt(&state));
		if (i)
			continue;
		ck_assert_str_eq(parse_state_key(&state, 0), "A");
		ck_assert_str_eq(parse_state_key(&state, 1), "BB");
		ck_assert_ptr_null(parse_state_key(&state, 2));
	}
	/* GRAM_ROW_MAX bytes of keys */
	memset(longest, 'x', sizeof(longest));
	memcpy(longest, "go ", 3);
	longest[3 + 255] = ' ';
	longest[3 + 255 + 1 + 255] = '\0';
	gram_match(own, &state, 15, longest, &m);
	ck_assert(parse_state_advance(own, &state, &m));
	ck_assert_uint_eq(strlen(parse_state_key(&state, 1)), 255);
	gram_free(own);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_match");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	g = test_grammar();
	tcase_add_test(t, caret_columns_of_the_device);
	tcase_add_test(t, caret_of_bad_values_and_surplus);
	tcase_add_test(t, abbreviations);
	tcase_add_test(t, walk_up);
	tcase_add_test(t, comments_and_glued_parenthesis);
	tcase_add_test(t, values);
	tcase_add_test(t, negation);
	tcase_add_test(t, aliases_are_hidden_but_work);
	tcase_add_test(t, known_words_are_not_guessed_at);
	tcase_add_test(t, as_deep_as_there_is_room);
	tcase_add_test(t, families);
	tcase_add_test(t, privilege);
	tcase_add_test(t, every_example_and_random_line_matches);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	gram_free(g);
	return failed ? 1 : 0;
}
