/*
 * A refused head leaves the submode, for every block of the device and of ours, whatever is
 * typed below it, up to its `exit` or `quit`.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parser/internal.h"
#include "tests/support/config.h"

static struct config_test t;

static void setup(void)
{
	memset(&t, 0, sizeof(t));
	config_open(&t);
}

static void teardown(void)
{
	config_close(&t);
}

#define ORPHAN "ERROR: line belongs to a refused block\n"

struct step {
	/* NULL: accepted; else refused, and the end of what was said */
	const char *line, *prompt, *says;
};

#define USERS "ERROR: groups of users are not served: "
#define INVALID "^\nERROR: % Invalid input detected at '^' marker.\n"

static void steps(const struct step *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool refused = config_line(&t, s[i].line) == DB_REFUSED;

		ck_assert_msg(
		    refused == (s[i].says != NULL), "%s: %s", s[i].line, text_str(&t.out));
		ck_assert_msg(!s[i].says || strstr(text_str(&t.out), s[i].says), "%s: %s",
		    s[i].line, text_str(&t.out));
		ck_assert_msg(strcmp(parse_state_prompt(&t.state), s[i].prompt) == 0, "%s: %s",
		    s[i].line, parse_state_prompt(&t.state));
	}
}

#define STEPS(s) steps(s, sizeof(s) / sizeof((s)[0]))

START_TEST(a_refused_head_leaves_the_submode)
{
	static const struct step s[] = {
	    {"object network SRV", "(config-network-object)", NULL},
	    {"description web", "(config-network-object)", NULL},
	    {"object-group user PARTNERS", "(config)", USERS},
	    {"description partners", "(config)", INVALID},
	    {"exit", "(config)", NULL}, /* closes the refused block */
	    {"interface g0/1", "(config-if)", NULL},
	    {"dns server-group", "(config)", "Incomplete command"},
	    {"name-server 192.0.2.53", "(config)", INVALID},
	    {"domain-name guest.example.net", "(config)", ORPHAN},
	    {"no domain-name", "(config)", ORPHAN},
	    {"exit", "(config)", NULL},
	    {"domain-name corp.example.com", "(config)", NULL},
	    {"dns server-group", "(config)", "Incomplete command"},
	    {" name-server 192.0.2.53", "(config)", ORPHAN},
	    {" domain-name guest.example.net", "(config)", ORPHAN},
	    {"! a comment", "(config)", NULL},
	    {" exit", "(config)", ORPHAN},
	    {"domain-name corp.example.net", "(config)", NULL},
	    {"interface g0/1", "(config-if)", NULL},
	    {"crypto ikev1 policy 65536", "(config)", INVALID},
	    {"shutdown", "(config)", INVALID},
	    {"interface g0/1", "(config-if)", NULL},
	    {"username NONE attributes", "(config)", "ERROR: username <NONE> does not exist\n"},
	    {"interface g0/1", "(config-if)", NULL},
	    {"nosuch-head 1", "(config-if)", INVALID}, /* nothing knows it ... */
	    {" shutdown", "(config)", ORPHAN},	       /* ... until something stands below it */
	    {" nameif x", "(config)", ORPHAN},
	    {"interface g0/1", "(config-if)", NULL},
	    {"nameif a b", "(config-if)", INVALID}, /* a mistake within the block */
	    {"nameif a", "(config-if)", NULL},
	    {"no object-group user R", "(config-if)", INVALID},
	    {"object-group user R", "(config)", USERS},
	    {"exit", "(config)", NULL},
	    {"exit", "", NULL},
	};

	STEPS(s);
	ck_assert_str_eq(config_show(&t, 0, "domain-name"), "domain-name corp.example.net\n");
	ck_assert_str_eq(
	    config_show(&t, 0, "object network"), "object network SRV\n description web\n");
}
END_TEST

/* Each block has its `exit`, refused or not: none of them ends configuration. */
START_TEST(exits_of_refused_blocks)
{
	static const struct step s[] = {
	    {"policy-map", "(config)", "ERROR: % Incomplete command\n"},
	    {"class inspection_default", "(config)", INVALID},
	    {"inspect icmp", "(config)", INVALID},
	    {"log", "(config)", "ERROR: % "}, /* no logout */
	    {"exit", "(config)", NULL},
	    {"class other", "(config)", INVALID},
	    {"exit", "(config)", NULL},
	    {"exit", "(config)", NULL},
	    {"group-policy G internal", "(config)", NULL},
	    {"group-policy G attributes", "(config-group-policy)", NULL},
	    {"webvpn", "(config-group-webvpn)", NULL},
	    {"url-list none", "(config-group-webvpn)", NULL},
	    {"exit", "(config-group-policy)", NULL},
	    {"default-domain value x", "(config-group-policy)", NULL},
	    {"exit", "(config)", NULL},
	    {"hostname still", "(config)", NULL},
	    {"exit", "", NULL},
	};

	STEPS(s);
}
END_TEST

START_TEST(a_certificate_ends_at_its_quit)
{
	static const struct step s[] = {
	    {"interface g0/1", "(config-if)", NULL},
	    {"crypto ca certificate chain", "(config)", "Incomplete command"},
	    {"certificate ca 0011", "(config)", INVALID},
	    {"308205ec 308204d4 a0030201", "(config)", ORPHAN},
	    {"dead", "(config)", ORPHAN},
	    {"quit", "(config)", ORPHAN},
	    {"hostname after", "(config)", NULL},
	    {"interface g0/1", "(config-if)", NULL},
	    {"crypto ca import ID pkcs12 secret", "(config)", INVALID},
	    {"-----BEGIN PKCS12-----", "(config)", ORPHAN},
	    {"MIIJ+/==", "(config)", ORPHAN},
	    {"-----END PKCS12-----", "(config)", ORPHAN},
	    {"quit", "(config)", ORPHAN},
	    {"crypto ca import ROOT pkcs12 secret", "(config)", INVALID},
	    {"MIIJ", "(config)", ORPHAN},
	    {"hostname unended", "(config)", NULL}, /* no such line is data */
	    {"quit", "", NULL},
	};

	STEPS(s);
}
END_TEST

/* ---- derived ---------------------------------------------------------------------------- */

/* The head of a block as a line. */
static void head_line(const struct gram_block *b, char *line, size_t size)
{
	size_t used = 0;

	line[0] = '\0';
	for (char **w = b->words; *w; w++)
		used += (size_t)snprintf(line + used, size - used, "%s%s", used ? " " : "",
		    strcmp(*w, "*") ? *w : "NAME");
	/* refused even where the head is one of ours */
	snprintf(line + used, size - used, " \x7f");
}

static void stand_in(const struct gram_mode *mode)
{
	config_reset(&t);
	for (char **e = mode->example; e && *e; e++)
		config_paste(&t, *e);
}

static bool is_inside(const struct gram_block *b, const char *mode)
{
	bool found = !b->inside;

	for (char **m = b->inside; m && *m; m++)
		found = found || strcmp(*m, mode) == 0;
	return found;
}

/* Without indentation a whole command of global configuration is just that. */
static bool is_global(const char *line)
{
	struct parse_state at;
	bool fits;

	parse_state_init(&at, t.gram, true);
	gram_match(t.gram, &at, 15, line, &t.match);
	fits = t.match.status == GRAM_OK;
	gram_match_done(&t.match);
	return fits && strncmp(line, "log", 4) != 0;
}

/* `class` in a policy map, with a mistake in it, is a line of the map. */
static bool is_own_line(const struct gram_block *b, const struct gram_mode *mode)
{
	bool known = false;

	for (unsigned c = 0; c < mode->n_commands; c++)
		known = known || (mode->commands[c] != mode->any &&
		    !strcmp(mode->commands[c]->syntax->kids[0]->text, b->words[0]));
	return known && !b->words[1];
}

/* In each submode, below each head: no line of the submode reaches the block before, whether it is
 * indented or not. */
START_TEST(no_head_leads_into_the_block_before)
{
	char head[200], line[GRAM_LINE_MAX], *show;
	unsigned tried = 0;

	for (unsigned i = 0; i < t.gram->n_modes; i++) {
		const struct gram_mode *mode = t.gram->modes[i];

		if (mode == t.gram->exec || mode == t.gram->config)
			continue;
		stand_in(mode);
		show = strdup(config_show(&t, RENDER_CLEAR, ""));
		for (unsigned k = 0; k < t.gram->n_blocks; k++) {
			if (!is_inside(&t.gram->blocks[k], mode->name) ||
			    is_own_line(&t.gram->blocks[k], mode))
				continue;
			for (unsigned blanks = 0; blanks < 2; blanks++) {
				parse_state_init(&t.state, t.gram, true);
				for (char **e = mode->example; e && *e; e++)
					config_line(&t, *e);
				head_line(&t.gram->blocks[k], head, sizeof(head));
				ck_assert_int_eq(config_line(&t, head), DB_REFUSED);
				for (unsigned c = 0; c < mode->n_commands; c++)
					for (char **e = mode->commands[c]->examples; e && *e; e++) {
						if (!blanks && is_global(*e))
							continue;
						snprintf(line, sizeof(line), "%s%s",
						    blanks ? " " : "", *e);
						ck_assert_msg(config_line(&t, line) == DB_REFUSED,
						    "%s, %s", head, line);
						ck_assert_str_eq(
						    parse_state_prompt(&t.state), "(config)");
						tried++;
					}
			}
		}
		ck_assert_str_eq(config_show(&t, RENDER_CLEAR, ""), show);
		free(show);
	}
	ck_assert_uint_gt(tried, 5000);
}
END_TEST

/* What a block holds beside its own words changes nothing that is not the block's. */
START_TEST(held_words_change_nothing)
{
	char head[200], line[200], *show = strdup(config_show(&t, 0, ""));
	unsigned tried = 0;

	for (unsigned k = 0; k < t.gram->n_blocks; k++)
		for (char **h = t.gram->blocks[k].holds; h && *h; h++, tried++) {
			head_line(&t.gram->blocks[k], head, sizeof(head));
			config_reset(&t);
			config_line(&t, head);
			snprintf(line, sizeof(line), "%s x password abc", *h);
			ck_assert_int_eq(config_line(&t, line), DB_REFUSED);
			ck_assert_msg(!strcmp(text_str(&t.out), ORPHAN), "%s, %s: %s", head, line,
			    text_str(&t.out));
			snprintf(line, sizeof(line), "%s x", *h);
			ck_assert_int_eq(config_line(&t, line), DB_REFUSED);
			config_paste(&t, "exit\nhostname free\nno hostname");
			ck_assert_str_eq(config_show(&t, 0, ""), show);
		}
	ck_assert_uint_gt(tried, 3);
	free(show);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("orphans_submode");
	TCase *tc = tcase_create("orphans_submode");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, a_refused_head_leaves_the_submode);
	tcase_add_test(tc, exits_of_refused_blocks);
	tcase_add_test(tc, a_certificate_ends_at_its_quit);
	tcase_add_test(tc, no_head_leads_into_the_block_before);
	tcase_add_test(tc, held_words_change_nothing);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
