/* `clear configure`, for every example of the grammar: the line goes, its block with it, and
 * nothing else; what cannot be understood, or names nothing, clears nothing. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/config.h"

struct lines {
	char *text, **at;
	size_t n;
};

static struct lines split(const char *text)
{
	struct lines l = {.text = strdup(text)};

	l.at = calloc(strlen(text) + 1, sizeof(*l.at));
	for (char *s = strtok(l.text, "\n"); s; s = strtok(NULL, "\n"))
		if (strcmp(s, "!") != 0)
			l.at[l.n++] = s;
	return l;
}

static void lines_free(struct lines *l)
{
	free(l->at);
	free(l->text);
}

/* All but most of the many kept lines, which are all alike. */
static bool is_tried(const struct gram_command *c)
{
	return !c->kept || c->index % 8 == 0;
}

/* What the examples refer to, and every example that may stand beside the others. */
static void load_all(struct config_test *t)
{
	config_reset(t);
	config_paste(t, config_prelude);
	for (unsigned i = 0; i < t->gram->n_commands; i++) {
		const struct gram_command *c = t->gram->commands[i];

		for (char **e = c->examples; e && *e && is_tried(c); e++) {
			parse_state_init(&t->state, t->gram, true);
			for (char **m = gram_lead(c); m && *m; m++)
				config_line(t, *m);
			config_line(t, *e);
		}
	}
	parse_state_init(&t->state, t->gram, true);
}

/* Does the n-th line of `a`, under the same head, stand in `b` too? */
static bool stands_in(const struct lines *a, size_t n, const struct lines *b)
{
	const char *head = NULL, *want = NULL;

	for (size_t i = 0; i <= n; i++)
		want = a->at[i][0] != ' ' ? a->at[i] : want;
	for (size_t i = 0; i < b->n; i++) {
		head = b->at[i][0] != ' ' ? b->at[i] : head;
		if (!strcmp(a->at[n], b->at[i]) && !strcmp(head, want))
			return true;
	}
	return false;
}

static const char *head_of(const struct lines *l, size_t n)
{
	while (n && l->at[n][0] == ' ')
		n--;
	return l->at[n];
}

/* An example, and what is shown without it and with nothing else. */
struct tried {
	const char *example;
	struct lines without, alone;
};

/* A user, a policy, a tunnel group: what stands under the same name goes with its first line. */
static bool is_its_own(const char *head, const char *example)
{
	static const char *const owners[] = {"username ", "group-policy ", "tunnel-group ",
	    "aaa-server "};

	for (size_t i = 0; i < sizeof(owners) / sizeof(*owners); i++) {
		size_t word = strlen(owners[i]), len = word + strcspn(example + word, " ");

		if (!strncmp(example, owners[i], word))
			return !strncmp(head, example, len) && head[len] == ' ';
	}
	return false;
}

/* May the line go when the example is cleared? It is what the example makes, or in its block, or
 * stands on a name that goes with an interface, as on the device. */
static bool may_go(const struct lines *before, size_t n, const struct tried *t)
{
	const char *example = t->example, *line = before->at[n];
	size_t len = strlen(example);

	return (!strncmp(line, example, len) && (!line[len] || line[len] == ' ')) ||
	       (stands_in(before, n, &t->alone) && !stands_in(before, n, &t->without)) ||
	       !strcmp(head_of(before, n), example) || is_its_own(head_of(before, n), example) ||
	       !strncmp(example, "interface ", 10);
}

/* What is gone of `before` is the example's, and nothing is new but a default in its place. */
static void ck_gone(const struct tried *t, const struct lines *before, const struct lines *after)
{
	const char *example = t->example;
	size_t word = strcspn(example, " ");
	bool gone = false, shows = false;

	for (size_t i = 0; i < before->n; i++) {
		if (stands_in(before, i, after))
			continue;
		ck_assert_msg(may_go(before, i, t), "clear configure %s took `%s`", example,
		    before->at[i]);
		gone = true;
	}
	for (size_t i = 0; i < after->n; i++)
		ck_assert_msg(stands_in(after, i, before) || !strncmp(after->at[i], example, word),
		    "clear configure %s made `%s`", example, after->at[i]);
	for (size_t i = 0; i < t->alone.n; i++)
		shows = shows || !stands_in(&t->alone, i, &t->without);
	ck_assert_msg(gone || !shows, "clear configure %s took nothing", example);
}

static char *shown(struct config_test *t)
{
	return strdup(config_show(t, RENDER_CLEAR, ""));
}

/* The line is there beside all others, and then cleared. False: clearing it was refused, as it is
 * in use, and nothing has changed. */
static bool clear_one(struct config_test *t, const char *example)
{
	struct tried tried = {.example = example};
	struct lines before, after;
	char line[GRAM_LINE_MAX], *text;
	bool refused;

	config_reset(t);
	config_paste(t, config_prelude);
	parse_state_init(&t->state, t->gram, true);
	tried.without = split(config_show(t, RENDER_CLEAR, ""));
	config_line(t, example);
	tried.alone = split(config_show(t, RENDER_CLEAR, ""));
	load_all(t);
	ck_assert_msg(config_line(t, example) == DB_OK, "%s: %s", example, text_str(&t->out));
	parse_state_init(&t->state, t->gram, true);
	text = shown(t);
	before = split(text);
	snprintf(line, sizeof(line), "clear configure %s", example);
	refused = config_line(t, line) == DB_REFUSED;
	ck_assert_msg(
	    !refused || strstr(text_str(&t->out), "use"), "%s: %s", line, text_str(&t->out));
	if (refused) {
		ck_assert_str_eq(config_show(t, RENDER_CLEAR, ""), text);
	} else {
		after = split(config_show(t, RENDER_CLEAR, ""));
		ck_gone(&tried, &before, &after);
		lines_free(&after);
	}
	lines_free(&before);
	lines_free(&tried.without);
	lines_free(&tried.alone);
	free(text);
	return !refused;
}

START_TEST(examples)
{
	struct config_test t = {0};
	unsigned cleared = 0, kept = 0;

	config_open(&t);
	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];

		for (char **e = c->examples;
		     e && *e && c->mode == t.gram->config && c->table && is_tried(c); e++)
			if (strncmp(*e, "no ", 3) != 0)
				++*(clear_one(&t, *e) ? &cleared : &kept);
	}
	ck_assert_uint_gt(cleared, 50);
	ck_assert_uint_lt(kept, 10);
	config_close(&t);
}
END_TEST

static void refused(struct config_test *t, const char *line, const char *says)
{
	char *before = shown(t);

	ck_assert_msg(config_line(t, line) == DB_REFUSED, "%s", line);
	ck_assert_msg(strstr(text_str(&t->out), says) != NULL, "%s: %s", line, text_str(&t->out));
	ck_assert_str_eq(config_show(t, RENDER_CLEAR, ""), before);
	free(before);
}

/* Words that name nothing, or more than a line holds, mean nothing: least of all everything. */
START_TEST(nothing_means_all)
{
	struct config_test t = {0};
	char line[2 * GRAM_LINE_MAX];
	int n;

	config_open(&t);
	load_all(&t);
	strcpy(line, "clear configure access-list X remark a");
	for (int i = 0; i < 33; i++)
		strcat(line, " bb");
	refused(&t, line, "no such line");
	strcat(line, " bb");
	refused(&t, line, "                                     ^\nERROR: % Invalid input");
	n = snprintf(
	    line, sizeof(line), "clear configure crypto dynamic-map D 10 set ikev1 transform-set");
	for (int i = 0; i < 11; i++)
		n += sprintf(line + n, " %c%062d", 'A' + i, i);
	refused(&t, line, "no such line");
	memset(line + n, ' ', GRAM_LINE_MAX);
	strcpy(line + GRAM_LINE_MAX, "x");
	refused(&t, line, "too long");
	refused(&t, "clear configure", "Incomplete");
	refused(&t, "clear configure alle", "Invalid input");
	refused(&t, "clear configure no all", "Invalid input");
	refused(&t, "clear configure access-list NOSUCH", "no such line");
	refused(&t, "clear configure username nobody", "no such line");
	refused(&t, "clear configure hostname another", "no such line");
	ck_assert_int_eq(config_line(&t, "clear configure a"), DB_REFUSED);
	ck_assert_int_eq(config_line(&t, "clear configure all"), DB_OK);
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "access-list"), "");
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "username"), "");
	config_close(&t);
}
END_TEST

/* A line of many words, and one of many names, is found and goes alone. */
START_TEST(long_lines)
{
	struct config_test t = {0};
	char remark[600] = "access-list X remark a", set[900], line[1000];
	int n = 0;

	config_open(&t);
	config_paste(&t, config_prelude);
	parse_state_init(&t.state, t.gram, true);
	for (int i = 0; i < 49; i++)
		strcat(remark, " b");
	ck_assert_int_eq(config_line(&t, remark), DB_OK);
	ck_assert_int_eq(config_line(&t, "access-list X remark a"), DB_OK);
	n = sprintf(set, "crypto dynamic-map D 10 set ikev1 transform-set");
	for (int i = 0; i < 11; i++) {
		char name[64];

		sprintf(name, "%c%062d", 'A' + i, i);
		snprintf(line, sizeof(line),
		    "crypto ipsec ikev1 transform-set %s esp-aes esp-sha-hmac", name);
		ck_assert_int_eq(config_line(&t, line), DB_OK);
		n += sprintf(set + n, " %s", name);
	}
	ck_assert_msg(config_line(&t, set) == DB_OK, "%s", text_str(&t.out));
	ck_assert(strstr(config_show(&t, RENDER_CLEAR, ""), set));
	snprintf(line, sizeof(line), "clear configure %s", remark);
	ck_assert_msg(config_line(&t, line) == DB_OK, "%s", text_str(&t.out));
	ck_assert_str_eq(
	    config_show(&t, RENDER_CLEAR, "access-list X"), "access-list X remark a\n");
	snprintf(line, sizeof(line), "clear configure %s", set);
	ck_assert_msg(config_line(&t, line) == DB_OK, "%s", text_str(&t.out));
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "crypto dynamic-map D"), "");
	ck_assert(strstr(config_show(&t, RENDER_CLEAR, "crypto dynamic-map"), "outside_dyn_map"));
	ck_assert(strstr(config_show(&t, RENDER_CLEAR, "interface"), "nameif outside"));
	config_close(&t);
}
END_TEST

/* One line of a list, and not those that begin like it. */
START_TEST(a_whole_line_is_that_line)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, "access-list X extended permit tcp any any\n"
	    "access-list X extended permit tcp any any eq 8080\n"
	    "access-list X remark a\n");
	config_paste(&t, "clear configure access-list X permit tcp any any\n");
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "access-list X"),
	    "access-list X extended permit tcp any any eq 8080 \naccess-list X remark a\n");
	config_paste(&t, "clear configure access-list X\n");
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "access-list X"), "");
	config_close(&t);
}
END_TEST

/* Kinds of one table: words that name a kind by their beginning leave the others. */
START_TEST(other_kinds_stay)
{
	static const char objects[] = "object network A\nhost 10.1.1.1\n"
				      "object service S\nservice tcp destination eq www\n",
			  groups[] = "object-group network G\nnetwork-object host 10.1.1.2\n";
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, objects);
	config_paste(&t, groups);
	config_paste(&t, "clear configure object-group\n");
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "object-group"), "");
	ck_assert_ptr_nonnull(strstr(config_show(&t, RENDER_CLEAR, "object"), "object network A"));
	ck_assert_ptr_nonnull(strstr(config_show(&t, RENDER_CLEAR, "object"), "object service S"));
	config_paste(&t, groups);
	config_paste(&t, "clear configure object\n");
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "object"), "");
	ck_assert_ptr_nonnull(
	    strstr(config_show(&t, RENDER_CLEAR, "object-group"), "object-group network G"));
	config_close(&t);
}
END_TEST

/* A group that loses a member refuses or permits less than what is written. */
START_TEST(members_of_groups_stay)
{
	struct config_test t = {0};

	config_open(&t);
	config_paste(&t, "object network A\nhost 10.1.1.1\n"
	    "object-group network G\nnetwork-object object A\n"
	    "access-list X extended deny ip object-group G any\n");
	ck_assert_int_eq(config_line(&t, "clear configure object"), DB_REFUSED);
	ck_assert_ptr_nonnull(strstr(text_str(&t.out), "(A). object is being used."));
	ck_assert_ptr_nonnull(strstr(config_show(&t, RENDER_CLEAR, "object"), "host 10.1.1.1"));
	config_paste(&t, "clear configure access-list\nclear configure object-group\n"
	    "clear configure object\n");
	ck_assert_str_eq(config_show(&t, RENDER_CLEAR, "object"), "");
	config_close(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar_clear");
	TCase *tc = tcase_create("clear");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, examples);
	tcase_add_test(tc, nothing_means_all);
	tcase_add_test(tc, members_of_groups_stay);
	tcase_add_test(tc, long_lines);
	tcase_add_test(tc, a_whole_line_is_that_line);
	tcase_add_test(tc, other_kinds_stay);
	tcase_set_timeout(tc, 60);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
