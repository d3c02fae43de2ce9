/* Lines of refused blocks: whose they are, where the session stands after them, which `exit` is
 * theirs. Each row is one line of a pasted text, and what becomes of it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/grammar.h"

/* `c` and `s`: global configuration and the submode; what stands in both is `both`. */
static const char text[] =
    "table t single\n col n int 1-9\n"
    "mode exec\nmode config\n parent exec\n prompt c\nmode sub\n parent config\n prompt s\n"
    "mode deep\n parent sub\n prompt d\n"
    "command exec\n exit\n - everywhere\n - leave one\n"
    "command config\n sub\n - enter sub\n"
    "command sub\n deep\n - enter deep\n"
    "command config\n domain-name <n>\n - row t\n"
    "command config\n both <n>\n - row t\n"
    "command config\n hostname <n>\n - row t\n"
    "command config\n mappe <n>\n - row t\n"
    "command config\n cafe <n>\n - row t\n"
    "command sub\n value <n>\n - row t\n"
    "command sub\n isakmp keepalive <n>\n - row t\n"
    "command sub\n both <n>\n - row t\n"
    "command deep\n value <n>\n - row t\n"
    /* of the device */
    "device-block router bgp\n opens address-family\n holds both domain-name\n"
    "device-block isakmp policy\n"
    "device-block value\n"
    "device-block ftp-map\n"
    "device-block route-map *\n"
    "device-block chain * in *\n holds hostname\n"
    "device-block inner\n inside sub\n holds hostname\n"
    "device-block nested\n inside deep\n"
    "device-block same x\n holds hostname\n"
    "device-block same x\n inside sub\n holds domain-name\n"
    "device-block same x\n holds mappe\n"
    "device-block import * pem\n until quit\n"
    "device-block one two three four five six seven eight\n holds hostname\n";

enum becomes { DONE, WRONG, OWNED };

struct row {
	const char *line;
	enum becomes becomes;
	const char *prompt; /* behind it */
};

static struct gram *g;
static struct parse_state state;
static struct gram_match m;

static void start(void)
{
	char error[400];

	g = gram_read(text, sizeof(text) - 1, error, sizeof(error));
	ck_assert_msg(g != NULL, "%s", error);
	parse_state_init(&state, g, true);
}

static void stop(void)
{
	gram_free(g);
}

static void play(const struct row *rows, size_t n)
{
	parse_state_init(&state, g, true);
	for (size_t i = 0; i < n; i++) {
		const struct row *r = &rows[i];

		gram_match(g, &state, 15, r->line, &m);
		ck_assert_msg((m.status == GRAM_OK) == (r->becomes == DONE) &&
				  (m.status == GRAM_ORPHAN) == (r->becomes == OWNED),
		    "row %zu, %s: status %d", i, r->line, m.status);
		if (m.status == GRAM_OK)
			parse_state_advance(g, &state, &m);
		else
			parse_state_refused(g, &state, r->line);
		ck_assert_msg(!strcmp(parse_state_prompt(&state), r->prompt),
		    "row %zu, %s: stands at '%s'", i, r->line, parse_state_prompt(&state));
	}
}

#define PLAY(rows) play(rows, sizeof(rows) / sizeof((rows)[0]))

/* The submode is left: what follows would fit there, too. */
START_TEST(a_head_leaves_the_submode)
{
	static const struct row rows[] = {
	    {"sub", DONE, "s"},
	    {"router bgp 1", WRONG, "c"},
	    {"isakmp keepalive 1", WRONG, "c"},
	    {"both 1", OWNED, "c"},
	    {"no domain-name 1", OWNED, "c"},
	    {"default both 1", OWNED, "c"},
	    {"bo 1", OWNED, "c"},
	    {"hostname 1", DONE, "c"}, /* it closes the block: nothing more is held */
	    {"both 1", DONE, "c"},
	};

	PLAY(rows);
}
END_TEST

/* What is wrong in a line of the submode leaves it where it was. */
START_TEST(a_wrong_line_is_no_head)
{
	static const struct row rows[] = {
	    {"sub", DONE, "s"},
	    {"nonsense 1", WRONG, "s"},
	    {"value x", WRONG, "s"}, /* the device has such a block, the submode such a line */
	    {"isakmp keepalive x", WRONG, "s"},
	    {"isakmp x", WRONG, "s"},
	    {"both x", WRONG, "s"},
	    {"both 1", DONE, "s"},
	    {"isakmp policy 1", WRONG, "c"},
	};

	PLAY(rows);
}
END_TEST

/* How much of a head has to be there, word by word. */
START_TEST(heads_cut_short)
{
	static const struct {
		const char *line;
		bool head;
	} rows[] = {
	    {"router bgp", true},
	    {"ROUTER BGP", true},
	    {"rou b", true},
	    {"rou bg 1", true},
	    {"ro bgp", false},
	    {"route bgp", true},
	    {"routers bgp", false},
	    {"router", false},
	    {"router ospf", false},
	    {"router bgpx", false},
	    {"route", false}, /* a word of its own besides route-map */
	    {"route-", true},
	    {"route-m x", true},
	    {"ftp", false},
	    {"ftp-", true},
	    {"ftp-map", true},
	    {"fpt-map", false},
	    {"sub x", true}, /* a block of ours */
	    {"su x", false},
	    {"chain a in b", true},
	    {"chain a out b", true}, /* up to the first name it is that head */
	    {"chain", true},
	    {"chain a", true},
	    {"nested", false},
	    {"inner", true},
	    {"import ca pem 01", true},
	    {"one two three four five six seven eight", true},
	    {"one two three four five six seven eight nine ten", true},
	    {"one two three four five six seven nine", false},
	    {"one two three four five six seven", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parse_state_init(&state, g, true);
		gram_match(g, &state, 15, "sub", &m);
		parse_state_advance(g, &state, &m);
		parse_state_refused(g, &state, rows[i].line);
		ck_assert_msg(!strcmp(parse_state_prompt(&state), rows[i].head ? "c" : "s"),
		    "%s: stands at %s", rows[i].line, parse_state_prompt(&state));
	}
}
END_TEST

/* In global configuration, too, its lines are its own; but only where the head is all there. */
START_TEST(heads_in_global_configuration)
{
	static const struct row rows[] = {
	    {"chain a out b", WRONG, "c"},
	    {"hostname 1", DONE, "c"},
	    {"chain a in b", WRONG, "c"},
	    {"hostname 1", OWNED, "c"},
	    {"domain-name 1", DONE, "c"},
	    {"router bgp", WRONG, "c"},
	    {"both 1", OWNED, "c"},
	    {"hostna 1", WRONG, "c"}, /* nothing is guessed while it is open */
	    {"both 1", OWNED, "c"},
	    {"one two three four five six seven eight nine", WRONG, "c"},
	    {"hostname 1", OWNED, "c"},
	    {"both 1", DONE, "c"},
	    {"hostna 1", DONE, "c"},
	};

	PLAY(rows);
}
END_TEST

/* Of two heads that fit, the one of this mode; else the first. */
START_TEST(the_nearest_head)
{
	static const struct row in_sub[] = {
	    {"sub", DONE, "s"},
	    {"same x", WRONG, "c"},
	    {"hostname 1", DONE, "c"},
	    {"sub", DONE, "s"},
	    {"same x", WRONG, "c"},
	    {"mappe 1", DONE, "c"},
	    {"sub", DONE, "s"},
	    {"same x", WRONG, "c"},
	    {"domain-name 1", OWNED, "c"},
	};
	static const struct row global[] = {
	    {"same x", WRONG, "c"},
	    {"domain-name 1", DONE, "c"},
	    {"same x", WRONG, "c"},
	    {"mappe 1", DONE, "c"},
	    {"same x", WRONG, "c"},
	    {"hostname 1", OWNED, "c"},
	    {"inner", WRONG, "c"}, /* not of this mode: a line like any other */
	    {"hostname 1", OWNED, "c"},
	};

	PLAY(in_sub);
	PLAY(global);
}
END_TEST

/* A block closes with `exit`; that of one which was refused closes nothing of ours. */
START_TEST(exits_of_what_was_refused)
{
	static const struct row one[] = {
	    {"sub", DONE, "s"},
	    {"router bgp", WRONG, "c"},
	    {"exit", DONE, "c"},
	    {"both 1", DONE, "c"},
	    {"exit", DONE, ""},
	};
	static const struct row family[] = {
	    {"router bgp", WRONG, "c"},
	    {"address-family x", WRONG, "c"},
	    {"both 1", OWNED, "c"},
	    {"exit", DONE, "c"},
	    {"both 1", OWNED, "c"}, /* the family's `exit`: the block goes on */
	    {"address-family x", WRONG, "c"},
	    {"exit", DONE, "c"},
	    {"exit", DONE, "c"},
	    {"both 1", DONE, "c"},
	    {"exit", DONE, ""},
	};
	static const struct row inner[] = {
	    {"sub", DONE, "s"},
	    {"inner", WRONG, "c"},
	    {"exit", DONE, "c"},
	    {"hostname 1", OWNED, "c"},
	    {"exit", DONE, "c"},
	    {"exit", DONE, ""},
	};
	static const struct row deep[] = {
	    {"sub", DONE, "s"},
	    {"deep", DONE, "d"},
	    {"nested", WRONG, "c"},
	    {"exit", DONE, "c"},
	    {"exit", DONE, "c"},
	    {"exit", DONE, "c"},
	    {"exit", DONE, ""},
	};
	static const struct row ours[] = {
	    {"sub x", WRONG, "c"},
	    {"exit", DONE, "c"},
	    {"nonsense", WRONG, "c"},
	    {" more", OWNED, "c"}, /* so it was a head */
	    {"exit", DONE, "c"},
	    {"hostname x", WRONG, "c"}, /* so may be what only looks like a line of ours */
	    {" more", OWNED, "c"},
	    {"exit", DONE, "c"},
	    {"hostname x", WRONG, "c"},
	    {"exit", DONE, ""},
	};

	PLAY(one);
	PLAY(ours);
	PLAY(family);
	PLAY(inner);
	PLAY(deep);
}
END_TEST

/* What stands deeper than a refused line is refused with it. */
START_TEST(indented_lines)
{
	static const struct row rows[] = {
	    {"nonsense", WRONG, "c"},
	    {" hostname 1", OWNED, "c"},
	    {"\thostname 1", OWNED, "c"},
	    {"   hostname 1", OWNED, "c"},
	    {"hostname 1", DONE, "c"},
	    {" hostname 1", DONE, "c"},
	    {"  nonsense", WRONG, "c"},
	    {"  hostname 1", DONE, "c"}, /* beside it, not below */
	    {"  nonsense", WRONG, "c"},
	    {"   hostname 1", OWNED, "c"},
	    {" hostname 1", DONE, "c"},
	    {"   hostname 1", DONE, "c"},
	};
	/* A word of the submode that is wrong is a leaf of it: what stands below is no block. */
	static const struct row leaf[] = {
	    {"sub", DONE, "s"},
	    {"value x", WRONG, "s"},
	    {" more", OWNED, "s"},
	    {"value 1", DONE, "s"},
	    {"nonsense", WRONG, "s"},
	    {" more", OWNED, "c"}, /* it was another block's head */
	    {"exit", DONE, "c"},
	};
	/* The head of a block within the submode leaves the submode only where nothing is indented.
	 */
	static const struct row within[] = {
	    {"sub", DONE, "s"},
	    {" router bgp", WRONG, "s"},
	    {"  value 1", OWNED, "s"},
	    {" value 1", DONE, "s"},
	    {"  nonsense", WRONG, "s"},
	    {"   value 1", OWNED, "s"},
	    {"  value 1", DONE, "s"},
	};

	PLAY(rows);
	PLAY(leaf);
	PLAY(within);
}
END_TEST

/* A certificate is no configuration, though its words may be those of lines: up to `quit`. */
START_TEST(data_goes_on_to_its_end)
{
	static const struct row rows[] = {
	    {"import ca pem", WRONG, "c"}, {"cafe 1", OWNED, "c"},
	    {"0123456789 abcdef ABCDEF", OWNED, "c"}, {"cafe", OWNED, "c"},
	    {"-----BEGIN CERTIFICATE-----", OWNED, "c"}, {"MIIB+/zz8A==", OWNED, "c"},
	    {"-----END CERTIFICATE-----", OWNED, "c"}, {"quit", OWNED, "c"}, {"cafe 1", DONE, "c"},
	    {"sub", DONE, "s"}, {"import ca pem", WRONG, "c"}, {"quit", OWNED, "c"},
	    {"exit", DONE, ""}, /* data has none of its own */
	};
	/* Where the end was left out, a line that cannot be data is one again. */
	static const struct row endless[] = {
	    {"import ca pem", WRONG, "c"},
	    {"00 11", OWNED, "c"},
	    {"hostname 1", DONE, "c"},
	    {"cafe 1", DONE, "c"},
	    {"import ca pem", WRONG, "c"},
	    {"MIIB z", WRONG, "c"}, /* base 64 is one word */
	    {"cafe 1", DONE, "c"},
	    {"import ca pem", WRONG, "c"},
	    {"MIIBz", WRONG, "c"}, /* of four characters each */
	    {"cafe 1", DONE, "c"},
	    {"import ca pem", WRONG, "c"},
	    {"quit x", WRONG, "c"},
	    {"cafe 1", DONE, "c"},
	    {"import ca pem", WRONG, "c"},
	    {"----- x", OWNED, "c"},
	    {"---- x", WRONG, "c"},
	    {"cafe 1", DONE, "c"},
	    {"import ca pem", WRONG, "c"},
	    {"1 2 3 4 5 6 7 8", OWNED, "c"},
	    {"cafe x 1", WRONG, "c"},
	    {"cafe 1", DONE, "c"},
	};
	/* Only its head begins it, here or indented. */
	static const struct row heads[] = {
	    {"import ca", WRONG, "c"},
	    {"cafe 1", DONE, "c"},
	    {"nonsense", WRONG, "c"},
	    {" import ca", OWNED, "c"},
	    {"cafe 1", DONE, "c"},
	    {"nonsense", WRONG, "c"},
	    {" router bgp", OWNED, "c"},
	    {"cafe 1", DONE, "c"},
	    {"nonsense", WRONG, "c"},
	    {" import ca pem", OWNED, "c"},
	    {"cafe 1", OWNED, "c"}, /* data is not indented */
	    {" quit", OWNED, "c"},
	    {"cafe 1", DONE, "c"},
	    {" import ca pem", WRONG, "c"},
	    {"cafe 1", OWNED, "c"},
	    {"quit", OWNED, "c"},
	    {"cafe 1", DONE, "c"},
	};

	PLAY(rows);
	PLAY(endless);
	PLAY(heads);
}
END_TEST

/* A line without words (it was too long, or NUL bytes), and a comment, open nothing; exec has no
 * blocks. */
START_TEST(nothing_is_no_head)
{
	static const char *const nothing[] = {"", "  ", "! router bgp", " : router bgp"};
	struct parse_state before;

	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++) {
		before = state;
		parse_state_refused(g, &state, nothing[i]);
		ck_assert_msg(!memcmp(&before, &state, sizeof(state)), "%s", nothing[i]);
	}
	parse_state_init(&state, g, false);
	before = state;
	parse_state_refused(g, &state, "router bgp");
	ck_assert_mem_eq(&before, &state, sizeof(state));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_refused");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(t, start, stop);
	tcase_add_test(t, a_head_leaves_the_submode);
	tcase_add_test(t, a_wrong_line_is_no_head);
	tcase_add_test(t, heads_cut_short);
	tcase_add_test(t, heads_in_global_configuration);
	tcase_add_test(t, the_nearest_head);
	tcase_add_test(t, exits_of_what_was_refused);
	tcase_add_test(t, indented_lines);
	tcase_add_test(t, data_goes_on_to_its_end);
	tcase_add_test(t, nothing_is_no_head);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
