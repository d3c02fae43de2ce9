/*
 * The running-config in parts: every family by its words, with its names, and the parts that no
 * first words begin.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"
#include "tests/support/one_act.h"

/* ---- families ------------------------------------------------------------------------------ */

static bool has_line(const char *text, const char *line, size_t len)
{
	for (const char *at = text; *at; at += strcspn(at, "\n") + 1)
		if (strcspn(at, "\n") == len && strncmp(at, line, len) == 0)
			return true;
	return false;
}

/* Each line of the part stands in the whole, and those of global configuration begin as asked. */
static void is_part(const char *part, const char *whole, const char *word)
{
	for (const char *at = part; *at; at += strcspn(at, "\n") + 1) {
		size_t len = strcspn(at, "\n");
		const char *first = strncmp(at, "no ", 3) == 0 ? at + 3 : at;

		ck_assert_msg(has_line(whole, at, len), "%.*s: not in the whole", (int)len, at);
		ck_assert_msg(*at == ' ' || strncmp(first, word, strlen(word)) == 0,
		    "show running-config %s: %.*s", word, (int)len, at);
	}
}

static const char *first_word(const char *line, char buf[64])
{
	if (strncmp(line, "no ", 3) == 0)
		line += 3;
	snprintf(buf, 64, "%.*s", (int)strcspn(line, " "), line);
	return buf;
}

/* What an example made is shown by the first word of its line, or of the block that it is in. */
START_TEST(every_family_is_shown)
{
	struct config_test t = {0};
	unsigned n = 0;

	config_open(&t);
	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];
		const char *head = c->mode->example && *c->mode->example ? c->mode->example[0]
									 : NULL;
		char *before, *after, *part, word[64];

		if (!c->table || !c->examples || c->is_alias || c->hidden || c->show == SHOW_NEVER)
			continue;
		first_word(head ? head : c->examples[0], word);
		if (strcmp(word, "nat") == 0)
			continue; /* what that shows is more than a family: nat_of_objects_too */
		config_reset(&t);
		config_paste(&t, config_prelude);
		parse_state_init(&t.state, t.gram, true);
		for (char **e = gram_lead(c); e && *e; e++)
			config_paste(&t, *e);
		before = strdup(config_show(&t, 0, ""));
		config_paste(&t, c->examples[0]);
		after = strdup(config_show(&t, 0, ""));
		part = strdup(config_show(&t, 0, word));
		is_part(part, after, word);
		ck_assert_msg(strcmp(before, after) == 0 || *part, "%s: %s", word, c->examples[0]);
		n += strcmp(before, after) != 0;
		free(before);
		free(after);
		free(part);
	}
	ck_assert_uint_gt(n, 80);
	config_close(&t);
}
END_TEST

/* A name limits it to what has that name, in whatever column it stands. */
START_TEST(names_limit_it)
{
	static const char lines[] =
	    "interface g0/0\n nameif outside\ninterface g0/1\n nameif inside\n"
	    "crypto dynamic-map D 10 set reverse-route\n"
	    "crypto map A 5 ipsec-isakmp dynamic D\ncrypto map A interface outside\n"
	    "crypto map B 7 ipsec-isakmp dynamic D\ncrypto map B interface inside\n"
	    "username bob password secretsecret\nusername bob attributes\n"
	    " vpn-framed-ip-address 10.1.1.1 255.255.255.0\nusername eve nopassword\n";
	static const struct {
		const char *words;
		unsigned lines;
		const char *has;
	} row[] = {
	    {"crypto map", 4, NULL},
	    {"crypto map A", 2, "crypto map A interface outside"},
	    {"crypto map A 5", 1, "crypto map A 5 ipsec-isakmp dynamic D"},
	    {"crypto map A 6", 0, NULL},
	    {"crypto map B interface", 1, "crypto map B interface inside"},
	    {"crypto map C", 0, NULL},
	    {"cry ma B", 2, NULL},
	    {"username bob", 3, NULL},
	    {"username bob attributes", 2, "username bob attributes"},
	    {"username nobody", 0, NULL},
	    {"interface GigabitEthernet0/1", 4, " nameif inside"},
	    {"pager lines 24", 1, "pager lines 24"},
	    {"pager lines 25", 0, NULL},
	};
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, lines);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		const char *said = config_show(&t, 0, row[i].words);
		unsigned n = 0;

		for (const char *at = said; *at; at++)
			n += *at == '\n';
		ck_assert_msg(n == row[i].lines, "%s: %s", row[i].words, said);
		ck_assert_msg(!row[i].has || has_line(said, row[i].has, strlen(row[i].has)),
		    "%s: %s", row[i].words, said);
	}
	config_close(&t);
}
END_TEST

/* ---- other parts ------------------------------------------------------------------------------
 */

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

START_TEST(parts_without_a_family)
{
	static const struct {
		const char *line, *said;
	} row[] = {
	    {"show running-config nameif",
		"interface GigabitEthernet0/0\n nameif outside\n security-level 0\n!\n"
		"interface GigabitEthernet0/1\n nameif inside\n security-level 100\n!\n"},
	    {"show run ip address",
		"interface GigabitEthernet0/0\n nameif outside\n security-level 0\n"
		" no ip address\n!\n"
		"interface GigabitEthernet0/1\n nameif inside\n security-level 100\n"
		" no ip address\n!\n"},
	    {"show run object id IN",
		"object network IN\n subnet 10.0.0.0 255.0.0.0\n"
		"object network IN\n nat (inside,outside) dynamic interface\n"},
	    {"show run all object id FAR", "object network FAR\n subnet 10.9.0.0 255.255.0.0\n"},
	    {"show run object id NONE", ""},
	    {"show run interface GigabitEthernet 0/1",
		"interface GigabitEthernet0/1\n nameif inside\n security-level 100\n"
		" no ip address\n"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		box_type(&one.box, row[i].line);
		ck_assert_str_eq(text_str(&one.box.screen), row[i].said);
	}
}
END_TEST

/* Rules of both kinds. */
START_TEST(nat_of_objects_too)
{
	const char *said, *object;

	one_act_run(&one, "show running-config nat");
	said = one_act_said(&one);
	ck_assert_int_eq(strncmp(said, "nat (inside,outside) source ", 28), 0);
	object = strstr(said, "\nobject network IN\n nat (inside,outside) dynamic interface\n");
	ck_assert_msg(object != NULL, "%s", said);
	ck_assert_ptr_nonnull(strstr(said, "\n!\nobject network "));
	ck_assert_ptr_null(strstr(said, "subnet"));
	one_act_run(&one, "show running-config nat (inside,outside)");
	ck_assert_ptr_null(strstr(one_act_said(&one), "object network"));
}
END_TEST

/* The hexadecimal digits behind the word, without their blanks. */
static const char *checksum_in(const char *text, char sum[33])
{
	const char *at = strstr(text, "Cryptochecksum:");
	size_t n = 0;

	ck_assert_ptr_nonnull(at);
	for (at += strlen("Cryptochecksum:"); *at != '\n' && n < 32; at++)
		if (*at != ' ')
			sum[n++] = *at;
	sum[n] = '\0';
	ck_assert_uint_eq(strspn(sum, "0123456789abcdef"), 32);
	return sum;
}

START_TEST(one_checksum)
{
	static const char *const lines[] = {"show running-config", "show running-config all",
	    "write terminal", "write memory", "show startup-config"};
	char sum[33], other[33];

	one_act_run(&one, "show checksum");
	checksum_in(one_act_said(&one), sum);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		one_act_run(&one, lines[i]);
		ck_assert_str_eq(checksum_in(one_act_said(&one), other), sum);
	}
	box_type(&one.box, "hostname other");
	one_act_run(&one, "show checksum");
	ck_assert_str_ne(checksum_in(one_act_said(&one), other), sum);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_acts_running");
	TCase *tc = tcase_create("families"), *parts = tcase_create("parts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_family_is_shown);
	tcase_add_test(tc, names_limit_it);
	suite_add_tcase(s, tc);
	tcase_add_checked_fixture(parts, setup, teardown);
	tcase_set_timeout(parts, 30);
	tcase_add_test(parts, parts_without_a_family);
	tcase_add_test(parts, nat_of_objects_too);
	tcase_add_test(parts, one_checksum);
	suite_add_tcase(s, parts);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
