/* Lines under a head that was refused change nothing: in files, typed with and without indentation,
 * for every block of the device and of ours. And texts as editors leave them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/cases.h"
#include "tests/support/grammar.h"

#define ORPHAN "ERROR: line belongs to a refused block\n"

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

static const char *const cases[] = {"host-typo", "orphan-block", "certificate-quit", "bom", "bom2",
	"crlf", "failover-subif", "nested"};

START_TEST(a_case)
{
	case_play(&t, cases[_i], 0);
}
END_TEST

/* ---- the ways of a text ---------------------------------------------------- */

struct numbers {
	unsigned n, at[200];
	char text[40]; /* of the last */
};

static void number(void *ctx, unsigned line, const char *text, bool refused, const char *says)
{
	struct numbers *n = ctx;

	(void)text;
	if (!refused)
		return;
	ck_assert_uint_lt(n->n, 200);
	n->at[n->n++] = line;
	snprintf(n->text, sizeof(n->text), "%s", says);
}

/* Applies a text; the numbers of the lines that were refused. */
static void apply(const char *text, size_t len, unsigned flags, struct numbers *n)
{
	struct db_report report = {.line = number, .ctx = n};

	n->n = 0;
	config_reset(&t);
	ck_assert_int_eq(db_apply(t.db, text, len, 15, flags, &report), (int)n->n);
}

/* The text with other line ends, or something before it. */
static void ck_same_result(const char *text, size_t len, const struct numbers *n, const char *show)
{
	struct numbers other;

	apply(text, len, 0, &other);
	ck_assert_uint_eq(other.n, n->n);
	for (unsigned i = 0; i < n->n; i++)
		ck_assert_uint_eq(other.at[i], n->at[i]);
	ck_assert_str_eq(config_show(&t, 0, ""), show);
}

static void replace_ends(const char *text, const char *end, struct text *to)
{
	text_clear(to);
	for (; *text; text++)
		if (*text == '\n')
			text_add(to, end);
		else if (*text != '\r')
			text_addc(to, *text);
}

/* However its lines end, with a mark or without, a text means the same. */
START_TEST(ends_and_marks_mean_nothing)
{
	static const char *const ends[] = {"\n", "\r\n", "\r", "\r\r\n"};
	char *text = case_text(cases[_i]), *show;
	struct text other = {0};
	struct numbers n;

	apply(text, strlen(text), 0, &n);
	show = strdup(config_show(&t, 0, ""));
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t len;

		replace_ends(text, ends[i], &other);
		ck_same_result(text_str(&other), other.len, &n, show);
		len = other.len - strlen(ends[i]); /* the last line ends with the text */
		ck_same_result(text_str(&other), len, &n, show);
	}
	text_clear(&other);
	if (strncmp(text, "\xef\xbb\xbf", 3) != 0)
		text_add(&other, "\xef\xbb\xbf");
	text_add(&other, text);
	ck_same_result(text_str(&other), other.len, &n, show);
	text_free(&other);
	free(show);
	free(text);
}
END_TEST

static void kept(void *ctx, unsigned line, const char *text)
{
	struct numbers *n = ctx;

	ck_assert_uint_lt(n->n, 200);
	ck_assert_uint_eq(line, n->at[n->n++]);
	ck_assert_ptr_nonnull(text);
}

/* As a startup-config: what was refused is kept with its number. */
START_TEST(what_is_refused_is_kept)
{
	char *text = case_text(cases[_i]);
	struct numbers n;
	unsigned refused;

	apply(text, strlen(text), DB_APPLY_WHOLE | DB_APPLY_KEEP, &n);
	refused = n.n;
	n.n = 0;
	ck_assert_uint_eq(db_startup_errors(t.db, kept, &n), refused);
	free(text);
}
END_TEST

/* A command that is no configuration is refused in a file, but no block begins with it. */
START_TEST(no_block_begins_with_an_act)
{
	static const char text[] =
	    "configure terminal\n hostname under\n show version\n  domain-name d\nend\n"
	    "hostname behind\n";
	struct numbers n;

	apply(text, sizeof(text) - 1, 0, &n);
	ck_assert_uint_eq(n.n, 2);
	ck_assert_uint_eq(n.at[0], 1);
	ck_assert_uint_eq(n.at[1], 3);
	ck_assert_str_eq(config_show(&t, 0, "hostname"), "hostname behind\n");
	ck_assert_str_eq(config_show(&t, 0, "domain-name"), "domain-name d\n");
}
END_TEST

/* ---- typed ----------------------------------------------------------------------- */

/* Types all lines of a text, `strip`: without their indentation, up to line `last`. */
static void type_text(const char *text, bool strip, unsigned last)
{
	char line[GRAM_LINE_MAX];

	for (unsigned i = 0; *text && i < last; i++) {
		size_t n = strcspn(text, "\n");
		size_t blanks = strip ? strspn(text, " ") : 0;

		snprintf(line, sizeof(line), "%.*s", (int)(n - blanks), text + blanks);
		config_line(&t, line);
		text += n + (text[n] == '\n');
	}
}

START_TEST(a_paste_is_like_a_file)
{
	static const char *const pasted[] = {
	    "host-typo", "orphan-block", "certificate-quit", "nested"};
	char *text = case_text(pasted[_i]), *show;
	struct numbers n;

	apply(text, strlen(text), 0, &n);
	show = strdup(config_show(&t, 0, ""));
	config_reset(&t);
	type_text(text, false, UINT32_MAX);
	ck_assert_str_eq(config_show(&t, 0, ""), show);
	ck_assert_str_ne(parse_state_prompt(&t.state), "");
	free(show);
	free(text);
}
END_TEST

/* Without indentation the heads alone protect: all up to the line whose head nobody knows. */
START_TEST(typed_without_indentation)
{
	static const char *const typed[] = {"host-typo", "orphan-block", "certificate-quit"};
	static const unsigned last[] = {UINT32_MAX, 27, UINT32_MAX};
	char *text = case_text(typed[_i]), *show;
	struct numbers n;

	apply(text, strlen(text), 0, &n);
	show = strdup(config_show(&t, 0, ""));
	config_reset(&t);
	type_text(text, true, last[_i]);
	ck_assert_str_eq(config_show(&t, 0, ""), show);
	free(show);
	free(text);
}
END_TEST

struct step {
	/* NULL: accepted; else refused, and the end of what was said */
	const char *line, *prompt, *says;
};

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
		{"object-group network PARTNERS", "(config)", INVALID},
		{"description partners", "(config)", INVALID},
		{"exit", "(config)", NULL}, /* closes the refused block */
		{"interface g0/1", "(config-if)", NULL},
		{"dns server-group GUEST", "(config)", INVALID},
		{"name-server 192.0.2.53", "(config)", INVALID},
		{"domain-name guest.example.net", "(config)", ORPHAN},
		{"no domain-name", "(config)", ORPHAN},
		{"exit", "(config)", NULL},
		{"domain-name corp.example.com", "(config)", NULL},
		{"dns server-group GUEST", "(config)", INVALID},
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
		{" shutdown", "(config)", ORPHAN},	   /* ... until something stands below it */
		{" nameif x", "(config)", ORPHAN},
		{"interface g0/1", "(config-if)", NULL},
		{"nameif a b", "(config-if)", INVALID}, /* a mistake within the block */
		{"nameif a", "(config-if)", NULL},
		{"no crypto ikev2 policy 1", "(config-if)", INVALID},
		{"cry ikev2 pol 1", "(config)", INVALID},
		{"exit", "(config)", NULL},
		{"exit", "", NULL},
	};

	STEPS(s);
	ck_assert_str_eq(config_show(&t, 0, "domain-name"), "domain-name corp.example.net\n");
	ck_assert_str_eq(config_show(&t, 0, "object network"),
	    "object network SRV\n description web\n");
}
END_TEST

/* Each block has its `exit`, refused or not: none of them ends configuration. */
START_TEST(exits_of_refused_blocks)
{
	static const struct step s[] = {
		{"policy-map global_policy", "(config)", INVALID},
		{"class inspection_default", "(config)", INVALID},
		{"inspect icmp", "(config)", INVALID},
		{"log", "(config)", ORPHAN}, /* no logout */
		{"exit", "(config)", NULL},
		{"class other", "(config)", INVALID},
		{"exit", "(config)", NULL},
		{"exit", "(config)", NULL},
		{"group-policy G internal", "(config)", NULL},
		{"group-policy G attributes", "(config-group-policy)", NULL},
		{"webvpn", "(config)", INVALID},
		{"url-list none", "(config)", INVALID},
		{"exit", "(config)", NULL},
		{"default-domain value x", "(config)", INVALID},
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
		{"crypto ca certificate chain ROOT", "(config)", INVALID},
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
		{"crypto ca authenticate ROOT", "(config)", INVALID},
		{"MIIJ", "(config)", ORPHAN},
		{"hostname unended", "(config)", NULL}, /* no such line is data */
		{"quit", "", NULL},
	};

	STEPS(s);
}
END_TEST

/* ---- derived ----------------------------------------------------------------------- */

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
			if (!is_inside(&t.gram->blocks[k], mode->name))
				continue;
			for (unsigned blanks = 0; blanks < 2; blanks++) {
				parse_state_init(&t.state, t.gram, true);
				for (char **e = mode->example; e && *e; e++)
					config_line(&t, *e);
				head_line(&t.gram->blocks[k], head, sizeof(head));
				ck_assert_int_eq(config_line(&t, head), DB_REFUSED);
				for (unsigned c = 0; c < mode->n_commands; c++)
					for (char **e = mode->commands[c]->examples; e && *e; e++) {
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
			ck_assert_str_eq(text_str(&t.out), ORPHAN);
			snprintf(line, sizeof(line), "%s x", *h);
			ck_assert_int_eq(config_line(&t, line), DB_REFUSED);
			config_paste(&t, "exit\nhostname free\nno hostname");
			ck_assert_str_eq(config_show(&t, 0, ""), show);
		}
	ck_assert_uint_gt(tried, 3);
	free(show);
}
END_TEST

/* ---- bytes ------------------------------------------------------------------------------ */

START_TEST(bytes_that_are_no_text)
{
	static const char text[] =
	    "\xef\xbb\xbfhostname one\r\n"
	    "domain\0-name x\n"
	    "domain-name \xff\xfe\n"
	    "domain-name a\033[31m\n"
	    "domain-name \xc2\x9b" "31m\n"
	    "domain-name \xed\xa0\x80\n"
	    "domain-name \xc0\xaf\n"
	    "\xef\xbb\xbfinterface g0/1\n"
	    " description caf\xc3\xa9 \xe2\x80\x94 \xf0\x9f\x98\x80\n"
	    "\0\n"
	    " nameif x\n"
	    "hostname two\r";
	static const unsigned refused[] = {2, 3, 4, 5, 6, 7, 10};
	struct numbers n;

	apply(text, sizeof(text) - 1, 0, &n);
	ck_assert_uint_eq(n.n, sizeof(refused) / sizeof(refused[0]));
	for (unsigned i = 0; i < n.n; i++)
		ck_assert_uint_eq(n.at[i], refused[i]);
	ck_assert_str_eq(config_show(&t, 0, "hostname"), "hostname two\n");
	ck_assert_str_eq(config_show(&t, 0, "domain-name"), "");
	ck_assert_ptr_nonnull(strstr(config_show(&t, 0, "interface"),
	    "\n description caf\xc3\xa9 \xe2\x80\x94 \xf0\x9f\x98\x80\n"));
	apply("domain\0-name x", 14, 0, &n);
	ck_assert_int_eq(strncmp(n.text, GRAM_NUL_ERROR, strlen(n.text)), 0);
	ck_assert_uint_gt(strlen(n.text), 20);
}
END_TEST

/* Every byte sequence of up to three bytes: what is clean comes back as it was, what is not is
 * refused at the byte that RFC 3629 says. */
START_TEST(clean_is_what_utf8_is)
{
	unsigned clean = 0;

	for (unsigned v = 0; v < 0x1000000; v++) {
		char b[3] = {(char)(v >> 16), (char)(v >> 8), (char)v};
		unsigned c = (v >> 16 & 0x0f) << 12 | (v >> 8 & 0x3f) << 6 | (v & 0x3f);
		bool three = (v & 0xf0c0c0) == 0xe08080 && c >= 0x800 && (c < 0xd800 || c > 0xdfff);

		if ((v >> 16 & 0xf0) != 0xe0)
			continue;
		ck_assert_msg((gram_clean(b, 3) == 3) == three, "%06x", v);
		clean += three;
	}
	ck_assert_uint_eq(clean, 0x10000 - 0x800 - 0x800);
	for (unsigned v = 0; v < 0x10000; v++) {
		char b[2] = {(char)(v >> 8), (char)v};
		unsigned c = (v >> 8 & 0x1f) << 6 | (v & 0x3f);
		bool two = (v & 0xe0c0) == 0xc080 && c >= 0xa0;

		if (v >> 8 >= 0x80)
			ck_assert_msg((gram_clean(b, 2) == 2) == two, "%04x", v);
	}
	for (unsigned v = 0; v < 256; v++) {
		char b = (char)v;

		ck_assert((gram_clean(&b, 1) == 1) == (v == '\t' || (v >= ' ' && v < 127)));
	}
	ck_assert_uint_eq(gram_clean("\xf0\x9f\x98\x80", 4), 4);
	ck_assert_uint_eq(gram_clean("a\xf4\x90\x80\x80", 5), 1);
	ck_assert_uint_eq(gram_clean("a\xf0\x9f\x98", 4), 1);
}
END_TEST

/* The caret counts characters, not bytes. */
START_TEST(the_caret_counts_characters)
{
	ck_assert_int_eq(config_line(&t, "ip local pool caf\xc3\xa9 10.0.0.300"), DB_REFUSED);
	ck_assert_str_eq(text_str(&t.out), "                   " INVALID);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("orphans");
	TCase *c = tcase_create("orphans");
	SRunner *r = srunner_create(s);
	int failed, n = sizeof(cases) / sizeof(cases[0]);

	suite_add_tcase(s, c);
	tcase_set_timeout(c, 120);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, a_case, 0, n);
	tcase_add_loop_test(c, ends_and_marks_mean_nothing, 0, n);
	tcase_add_loop_test(c, what_is_refused_is_kept, 0, n);
	tcase_add_test(c, no_block_begins_with_an_act);
	tcase_add_loop_test(c, a_paste_is_like_a_file, 0, 4);
	tcase_add_loop_test(c, typed_without_indentation, 0, 3);
	tcase_add_test(c, a_refused_head_leaves_the_submode);
	tcase_add_test(c, exits_of_refused_blocks);
	tcase_add_test(c, a_certificate_ends_at_its_quit);
	tcase_add_test(c, no_head_leads_into_the_block_before);
	tcase_add_test(c, held_words_change_nothing);
	tcase_add_test(c, bytes_that_are_no_text);
	tcase_add_test(c, clean_is_what_utf8_is);
	tcase_add_test(c, the_caret_counts_characters);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
