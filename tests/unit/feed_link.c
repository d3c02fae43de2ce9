/*
 * The link of messages and tables: every type of field is filled from a column of its name, a
 * setting is one column and one field, and what does not fit is refused with the right word.
 */
#include <check.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_private.h"

static const char grammar[] = "#file a.gram\n"
			      "table thing\n"
			      "\tkey name  name\n"
			      "\tcol level  int 1-9, none  default 3\n"
			      "\tcol limit  int 1-99, none\n"
			      "\tcol group  word 1 2 14\n"
			      "\tcol size  int 1-4000000000, unlimited\n"
			      "\tcol on  bool  default 1\n"
			      "\tcol kind  word big small  default small\n"
			      "\tcol key  secret 20\n"
			      "\tcol pools  list 1-3 addr, none\n"
			      "\tcol address  addr\n"
			      "\tcol range  range\n"
			      "\tcol parts  set one two\n"
			      "\tcol owner  name\n"
			      "\tnotify engine\n"
			      "table other\n"
			      "\tkey name  name\n"
			      "mode exec\n"
			      "mode config\n"
			      "\tparent exec\n";

struct thing {
	uint8_t op;
	const char *name;
	uint8_t level;
	int64_t limit;
	uint16_t group;
	uint32_t size;
	uint8_t on;
	const char *kind, *key;
	struct strlist pools;
	uint8_t pools_state;
	struct addr address;
	struct range range;
	uint32_t parts;
	const char *owner;
	uint8_t owner_state;
};

#define AT(f) offsetof(struct thing, f)

static struct ipc_field fields[20];
static struct ipc_shape things;
static struct feed_exception exceptions[4];
static char text[sizeof grammar + 200];

static void fill_parts(
    struct feed *f, const struct feed_column *c, const struct db_row *row, void *at)
{
	(void)f;
	*(uint32_t *)at = row->values[c->column->index] && row->values[c->other->index] ? 7 : 0;
}

/* Everything as it should be, before a test spoils a part of it. */
static void setup(void)
{
	static const struct ipc_field right[] = {
	    {"op", IPC_U8, PART_OP, AT(op), 0},
	    {"name", IPC_STR, PART_KEY, AT(name), 0},
	    {"level", IPC_U8, PART_VALUE, AT(level), 0},
	    {"limit", IPC_I64, PART_VALUE, AT(limit), 0},
	    {"group", IPC_U16, PART_VALUE, AT(group), 0},
	    {"size", IPC_U32, PART_VALUE, AT(size), 0},
	    {"on", IPC_U8, PART_VALUE, AT(on), 0},
	    {"kind", IPC_STR, PART_VALUE, AT(kind), 0},
	    {"key", IPC_SECRET, PART_VALUE, AT(key), 0},
	    {"pools", IPC_LIST, PART_VALUE, AT(pools), 0},
	    {"pools", IPC_STATE, PART_VALUE, AT(pools_state), 0},
	    {"address", IPC_ADDR, PART_VALUE, AT(address), 0},
	    {"range", IPC_RANGE, PART_VALUE, AT(range), 0},
	    {"parts", IPC_U32, PART_VALUE, AT(parts), 0},
	    {"owner", IPC_STR, PART_VALUE, AT(owner), 0},
	    {"owner", IPC_STATE, PART_VALUE, AT(owner_state), 0},
	};

	memcpy(fields, right, sizeof right);
	things = (struct ipc_shape){"CFG_THING", fields, sizeof right / sizeof *right,
	    sizeof(struct thing), "thing", ROLE_ENGINE};
	memset(exceptions, 0, sizeof exceptions);
	exceptions[0] = (struct feed_exception){"CFG_THING", "parts", "parts", "owner", fill_parts};
	strcpy(text, grammar);
}

static const struct ipc_shape *shape(enum msg_type type)
{
	return type == MSG_CFG_POOL ? &things : NULL;
}

static struct feed_link *link_all(struct gram **g, char error[400])
{
	struct feed_lists lists = {NULL, shape, exceptions};

	*g = gram_read(text, strlen(text), error, 400);
	ck_assert_msg(*g != NULL, "%s", error);
	lists.gram = *g;
	return feed_links(&lists, error, 400);
}

static void refused(const char *why)
{
	char error[400];
	struct gram *g;
	struct feed_link *links = link_all(&g, error);

	ck_assert_msg(links == NULL, "not refused: %s", why);
	ck_assert_msg(strstr(error, why) != NULL, "%s\nnot: %s", error, why);
	gram_free(g);
	setup();
}

/* In the text of the grammar. */
static void change(const char *from, const char *to)
{
	char *at = strstr(text, from), rest[sizeof text];

	ck_assert_ptr_nonnull(at);
	strcpy(rest, at + strlen(from));
	sprintf(at, "%s%s", to, rest);
}

static struct ipc_field *field(const char *name)
{
	for (unsigned i = 0; i < things.n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return &fields[i];
	ck_abort_msg("%s", name);
}

START_TEST(every_type_is_filled)
{
	static const char *const values[] = {"a", "9", "none", "14", "unlimited", "0", "big",
	    "psst", "10.0.0.1 10.0.0.2", "10.1.1.1", "10.2.0.1-10.2.0.9", "one", ""};
	static const char *const unset[13] = {"b"};
	struct feed f = {0};
	struct thing t;
	struct gram *g;
	char error[400], a[ADDR_TEXT_MAX];
	struct feed_link *links = link_all(&g, error);
	struct db_row row = {gram_table(g, "thing"), values};

	ck_assert_msg(links != NULL, "%s", error);
	ck_assert_ptr_eq(feed_link_of(links, row.table, ROLE_ENGINE), links);
	ck_assert_ptr_null(feed_link_of(links, row.table, ROLE_AAA));
	for (unsigned i = 0; i < things.n; i++)
		if (links->columns[i].fill)
			links->columns[i].fill(
			    &f, &links->columns[i], &row, (char *)&t + fields[i].offset);
	ck_assert_str_eq(t.name, "a");
	ck_assert_int_eq(t.level, 9);
	ck_assert_int_eq(t.limit, ATTR_NONE);
	ck_assert_int_eq(t.group, 14);
	ck_assert_uint_eq(t.size, 0);
	ck_assert_int_eq(t.on, 0);
	ck_assert_str_eq(t.kind, "big");
	ck_assert_str_eq(t.key, "psst");
	ck_assert_uint_eq(t.pools.n, 2);
	ck_assert_str_eq(t.pools.v[0], "10.0.0.1");
	ck_assert_str_eq(t.pools.v[1], "10.0.0.2");
	ck_assert_int_eq(t.pools_state, STATE_VALUE);
	ck_assert_str_eq(addr_text(&t.address, a), "10.1.1.1");
	ck_assert_uint_eq(t.range.first, 0x0a020001);
	ck_assert_uint_eq(t.range.last, 0x0a020009);
	ck_assert_uint_eq(t.parts, 7);
	ck_assert_int_eq(
	    t.owner_state, STATE_NONE); /* a name may be called none, the empty one is not */

	row.values = unset;
	for (unsigned i = 0; i < things.n; i++)
		if (links->columns[i].fill)
			links->columns[i].fill(
			    &f, &links->columns[i], &row, (char *)&t + fields[i].offset);
	ck_assert_int_eq(t.level, 3); /* the grammar's default */
	ck_assert_int_eq(t.limit, ATTR_UNSET);
	ck_assert_int_eq(t.group, 0);
	ck_assert_int_eq(t.on, 1);
	ck_assert_str_eq(t.kind, "small");
	ck_assert_str_eq(t.key, "");
	ck_assert_uint_eq(t.pools.n, 0);
	ck_assert_int_eq(t.pools_state, STATE_INHERIT);
	ck_assert_uint_eq(t.address.family + t.range.first + t.range.last + t.parts, 0);
	ck_assert_int_eq(t.owner_state, STATE_INHERIT);
	feed_links_free(links);
	gram_free(g);
}
END_TEST

START_TEST(a_setting_is_a_column_and_a_field)
{
	static const char *const values[14] = {"a", [13] = "42"};
	static uint16_t fresh;
	struct feed_link *links;
	struct db_row row = {NULL, values};
	char error[400];
	struct gram *g;

	change("\tnotify", "\tcol fresh  int 1-99\n\tnotify");
	fields[things.n++] = (struct ipc_field){"fresh", IPC_U16, PART_VALUE, 0, 0};
	links = link_all(&g, error);
	ck_assert_msg(links != NULL, "%s", error);
	row.table = links->table;
	links->columns[things.n - 1].fill(NULL, &links->columns[things.n - 1], &row, &fresh);
	ck_assert_uint_eq(fresh, 42);
	feed_links_free(links);
	gram_free(g);
}
END_TEST

START_TEST(names_that_nobody_has)
{
	field("level")->name = "lvel";
	refused("CFG_THING: lvel: table thing has no column `lvel`; did you mean `level`?");
	change("col limit", "col limits");
	refused("CFG_THING: limit: table thing has no column `limit`; did you mean `limits`?");
	things.table = "thin";
	refused("CFG_THING: there is no table `thin`; did you mean `thing`?");
	exceptions[0].message = "CFG_THNG";
	refused("there is no message `CFG_THNG`; did you mean `CFG_THING`?");
	exceptions[0].field = "part";
	refused("CFG_THING has no field `part`; did you mean `parts`?");
	exceptions[0].column = "prats";
	refused("table thing has no column `prats`; did you mean `parts`?");
	exceptions[0].other = "onwer";
	refused("table thing has no column `onwer`; did you mean `owner`?");
}
END_TEST

START_TEST(types_that_do_not_fit)
{
	static const struct {
		const char *field, *from, *to;
	} row[] = {
	    {"level", "int 1-9, none", "int 1-256"},
	    {"level", "int 1-9, none", "int 1-9, forever"},
	    {"group", "word 1 2 14", "word 1 2 x14"},
	    {"group", "word 1 2 14", "word 1 2 65536"},
	    {"level", "int 1-9, none", "int 1-9, 256"},
	    {"size", "int 1-4000000000, unlimited", "int 1-4294967296"},
	    {"kind", "word big small  default small", "secret 9"}, /* it would be printed */
	    {"key", "secret 20", "name 20"},
	    {"pools", "list 1-3 addr, none", "addr"},
	    {"address", "addr\n\tcol range", "list 1-2 addr\n\tcol range"},
	    {"range", "range\n\tcol parts", "addr\n\tcol parts"},
	};
	char why[100];

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		change(row[i].from, row[i].to);
		snprintf(why, sizeof why,
		    "CFG_THING: %s: the column of table thing is of another type", row[i].field);
		refused(why);
	}
	change("col owner  name", "col owner  name  default me");
	refused("CFG_THING: owner: the column of table thing has a default");
}
END_TEST

/* Each fault has a line; what has no room is cut, and nothing is written behind the end. */
START_TEST(faults_in_little_room)
{
	static const char want[] =
	    "CFG_THING: lvel: table thing has no column `lvel`; did you mean `level`?\n"
	    "CFG_THING: limit: table thing has no column `limit`; did you mean `limits`?";
	struct feed_lists lists = {NULL, shape, exceptions};
	char error[400];
	struct gram *g;

	field("level")->name = "lvel";
	change("col limit", "col limits");
	g = gram_read(text, strlen(text), error, sizeof error);
	ck_assert_msg(g != NULL, "%s", error);
	lists.gram = g;
	for (size_t size = 0; size <= sizeof want + 1; size++) {
		size_t len = size < sizeof want ? size - 1 : sizeof want - 1;

		memset(error, '!', sizeof error);
		ck_assert_ptr_null(feed_links(&lists, error, size));
		ck_assert_int_eq(error[size], '!');
		if (!size)
			continue;
		ck_assert_uint_eq(strlen(error), len);
		ck_assert_int_eq(strncmp(error, want, len), 0);
	}
	gram_free(g);
	setup();
}
END_TEST

/* As many as a message has room for. */
START_TEST(lists_that_are_long)
{
	struct feed f = {0};
	struct gram *g;
	char error[400], list[100] = "";
	struct feed_link *links = link_all(&g, error);
	const char *values[13] = {"a"};
	struct db_row row = {gram_table(g, "thing"), values};
	struct strlist l;

	ck_assert_msg(links != NULL, "%s", error);
	values[8] = list;
	for (unsigned n = 1; n <= STRLIST_MAX + 2; n++) {
		sprintf(list + strlen(list), "%sw%u", n > 1 ? " " : "", n);
		for (unsigned i = 0; i < things.n; i++)
			if (fields[i].kind == IPC_LIST)
				links->columns[i].fill(&f, &links->columns[i], &row, &l);
		ck_assert_uint_eq(l.n, n < STRLIST_MAX ? n : STRLIST_MAX);
		ck_assert_str_eq(l.v[0], "w1");
		ck_assert_int_eq(atoi(l.v[l.n - 1] + 1), (int)l.n);
		feed_forget_texts(&f);
	}
	feed_links_free(links);
	gram_free(g);
}
END_TEST

START_TEST(keys_and_heads)
{
	field("name")->part = PART_VALUE;
	refused("a key of the message or of table thing, not of both");
	field("owner")->part = PART_KEY;
	refused("CFG_THING: 2 keys, but table thing has 1");
	change("\tcol level", "\tkey second  name\n\tcol level");
	refused("CFG_THING: 1 keys, but table thing has 2");
	fields[0] = fields[1];
	refused("CFG_THING: has no op, but table thing is not single");
	change("table thing\n\tkey name", "table thing single\n\tcol name");
	refused("CFG_THING: has an op, but table thing is single");
}
END_TEST

START_TEST(who_hears)
{
	change("notify engine", "notify keeper");
	refused("CFG_THING: table thing does not `notify engine`");
	things.role = ROLE_AAA;
	refused("table thing: `notify engine`, but no message of messages.def tells of it");
	change("table other\n\tkey name  name\n", "table other\n\tkey name  name\n\tnotify aaa\n");
	refused("table other: `notify aaa`, but no message of messages.def tells of it");
}
END_TEST

/* What is filled by hand needs no columns, but its table. */
START_TEST(a_message_by_hand)
{
	char error[400];
	struct gram *g;
	struct feed_link *links;

	field("level")->name = "no such column";
	exceptions[1] = (struct feed_exception){"CFG_THING", NULL, NULL, NULL, NULL};
	links = link_all(&g, error);
	ck_assert_msg(links != NULL, "%s", error);
	ck_assert_ptr_null(feed_link_of(links, links->table, ROLE_ENGINE));
	feed_links_free(links);
	gram_free(g);
	exceptions[1].message = "CFG_OTHER";
	refused("there is no message `CFG_OTHER`");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed_link");
	TCase *c = tcase_create("link");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, NULL);
	tcase_add_test(c, every_type_is_filled);
	tcase_add_test(c, a_setting_is_a_column_and_a_field);
	tcase_add_test(c, names_that_nobody_has);
	tcase_add_test(c, types_that_do_not_fit);
	tcase_add_test(c, faults_in_little_room);
	tcase_add_test(c, lists_that_are_long);
	tcase_add_test(c, keys_and_heads);
	tcase_add_test(c, who_hears);
	tcase_add_test(c, a_message_by_hand);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
