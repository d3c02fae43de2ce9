/* Every line of the grammar with all its values at their longest: taken, or refused for a reason
 * that is no limit of ours; what was taken comes back to the letter. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed.h"
#include "tests/support/config.h"
#include "tests/support/grammar.h"

/* Names as long as they may be, one for each that a list of names holds. */
static const struct {
	const char *table, *line;
} makers[] = {
	{"object", "object network %s\nhost 10.9.9.%u\n"},
	{"access_list", "access-list %s standard permit 10.1.%u.0 255.255.255.0\n"},
	{"transform_set", "crypto ipsec ikev1 transform-set %s esp-3des esp-sha-hmac\n"},
	{"pool", "ip local pool %s 192.166.%u.1-192.166.%2$u.254 mask 255.255.255.0\n"},
	{"group_policy", "group-policy %s internal\n"},
	{"aaa_group", "aaa-server %s protocol radius\n"},
	{"dynamic_map", "crypto dynamic-map %s 10 set pfs group2\n"},
};
#define NAMES 11

#define MAKERS (sizeof(makers) / sizeof(*makers))
#define CHOICES 12

struct names {
	char text[MAKERS][NAMES][256];
	bool used[MAKERS][NAMES];
	unsigned next;
};

/* As many characters as the table's first key takes. */
static size_t name_length(const struct config_test *t, const char *table)
{
	size_t n = gram_table(t->gram, table)->columns[0].type.max;

	ck_assert_uint_lt(n, 256);
	return n;
}

static void think_of_names(const struct config_test *t, struct names *n)
{
	memset(n, 0, sizeof(*n));
	for (size_t i = 0; i < MAKERS; i++)
		for (unsigned k = 0; k < NAMES; k++) {
			char *name = n->text[i][k];
			size_t length = name_length(t, makers[i].table);

			memset(name, 'n', length);
			name[0] = (char)('A' + k);
			name[length] = '\0';
		}
}

/* Those that the line has. */
static void make_names(struct config_test *t, const struct names *n)
{
	char lines[1024];

	for (size_t i = 0; i < MAKERS; i++)
		for (unsigned k = 0; k < NAMES; k++) {
			if (!n->used[i][k])
				continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
			snprintf(lines, sizeof(lines), makers[i].line, n->text[i][k], k + 1);
#pragma GCC diagnostic pop
			parse_state_init(&t->state, t->gram, true);
			config_paste(t, lines);
		}
}

static const char *long_name(void *ctx, const struct gram_type *type)
{
	struct names *n = ctx;

	for (size_t i = 0; i < MAKERS; i++)
		if (!strcmp(makers[i].table, type->ref_table)) {
			unsigned k = n->next++ % NAMES;

			n->used[i][k] = true;
			return n->text[i][k];
		}
	if (!strcmp(type->ref_table, "interface"))
		return "outside";
	return "DefaultRAGroup";
}

/* What the line tells the other roles travels whole. */
static void travels(void *ctx, enum role to, struct ipc_msg *m)
{
	static uint8_t packet[IPC_PACKET_MAX];
	struct ipc_msg copy;
	size_t len = ipc_encode(m, packet, sizeof(packet));

	(void)ctx;
	(void)to;
	ck_assert_uint_gt(len, 0);
	ck_assert(ipc_decode(&copy, packet, len));
}

static const char *device(void *ctx, const char *hardware)
{
	(void)ctx;
	(void)hardware;
	return "eth0";
}

static void lead_into(struct config_test *t, const struct gram_command *c, const struct names *n)
{
	config_reset(t);
	config_paste(t, config_prelude);
	make_names(t, n);
	parse_state_init(&t->state, t->gram, true);
	for (char **e = gram_lead(c); e && *e; e++)
		config_line(t, *e);
}

static void tell(struct config_test *t)
{
	const struct feed_sink sink = {travels, device, NULL, NULL, NULL};
	struct feed *feed = feed_create(&sink, t->gram);

	for (enum role r = 0; r < ROLE_COUNT; r++)
		feed_snapshot(feed, t->db, r);
	feed_destroy(feed);
}

/* The line of that choice, and the names that it has. */
static void longest(const struct config_test *t, const struct gram_command *c, unsigned choice,
    struct names *names, char line[2 * GRAM_LINE_MAX])
{
	think_of_names(t, names);
	ck_assert_msg(gram_longest_line(c, choice, long_name, names, line, 2 * GRAM_LINE_MAX),
	    "%s:%d: %.99s", c->file, c->line, line);
	ck_assert_msg(
	    strlen(line) < GRAM_LINE_MAX, "%s:%d can be longer than a line", c->file, c->line);
}

static bool try_line(struct config_test *t, const struct gram_command *c, const char *line,
    const struct names *names)
{
	char *before;
	const char *said;

	lead_into(t, c, names);
	if (config_line(t, line) == DB_REFUSED) {
		said = text_str(&t->out);
		ck_assert_msg(!strstr(said, "% Invalid input") && !strstr(said, "too long"),
		    "%s:%d: %s\n%s", c->file, c->line, line, said);
		return false;
	}
	tell(t);
	before = strdup(config_show(t, RENDER_CLEAR, ""));
	ck_assert_msg(config_load(t, before) == 0, "%s\n%.1000s", line, text_str(&t->out));
	ck_assert_str_eq(config_show(t, RENDER_CLEAR, ""), before);
	free(before);
	return true;
}

/* All choices of a command, each once: one with fewer begins anew behind its last. */
static void try_command(
    struct config_test *t, const struct gram_command *c, unsigned *taken, unsigned *refused)
{
	static char line[CHOICES][2 * GRAM_LINE_MAX];
	struct names names;

	for (unsigned k = 0; k < CHOICES; k++) {
		unsigned seen = 0;

		longest(t, c, k, &names, line[k]);
		while (seen < k && strcmp(line[seen], line[k]) != 0)
			seen++;
		if (seen == k)
			++*(try_line(t, c, line[k], &names) ? taken : refused);
	}
}

START_TEST(lines)
{
	struct config_test t = {0};
	unsigned taken = 0, refused = 0;

	config_open(&t);
	for (unsigned i = 0; i < t.gram->n_commands; i++) {
		const struct gram_command *c = t.gram->commands[i];

		if (c->table && !c->is_alias)
			try_command(&t, c, &taken, &refused);
	}
	/* by checks across fields: two subnets that overlap */
	ck_assert_uint_gt(taken, 4 * refused);
	config_close(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("grammar_longest");
	TCase *tc = tcase_create("longest");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, lines);
	tcase_set_timeout(tc, 400);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
