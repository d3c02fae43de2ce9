/* Which line the words mean: what may stand before one, lists, keywords and values that a word may
 * be. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/grammar.h"

static struct parse_state state;
static struct gram_match m;

/* Which lines `no` and `default` may stand before, and which a family begins: those of rows that
 * are printed. */
START_TEST(what_may_stand_before_a_line)
{
	static const char text[] =
	    "table t single\n col a int 1-9\n col b int 1-9\n"
	    "mode exec\nmode config\n parent exec\n"
	    "command exec\n show running-config <what:family>\n - family show\n"
	    "command config\n"
	    " plain <a>\n - row t\n none <a>\n - row t\n - no none\n"
	    " act <x:int 1-9>\n - run r\n - no act\n run <x:int 1-9>\n - run r\n"
	    " hidden <b>\n - row t\n - hidden\n never <b>\n - row t\n - show never\n";
	static const struct {
		const char *line;
		bool plain, no, by_default, family;
	} rows[] = {
	    {"plain 1", true, true, true, true},
	    {"none 1", true, false, false, true},
	    {"act 1", true, true, false, false},
	    {"run 1", true, false, false, false},
	    {"hidden 1", true, true, true, false},
	    {"never 1", true, true, true, false},
	};
	static const char *const heads[] = {"", "no ", "default ", "show running-config "};
	char error[200], line[100];
	struct gram *own = gram_read(text, sizeof(text) - 1, error, sizeof(error));

	ck_assert_msg(own != NULL, "%s", error);
	parse_state_init(&state, own, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const bool want[] = {rows[i].plain, rows[i].no, rows[i].by_default, rows[i].family};

		for (size_t k = 0; k < sizeof(heads) / sizeof(heads[0]); k++) {
			snprintf(line, sizeof(line), "%s%s", heads[k], rows[i].line);
			gram_match(own, &state, 15, line, &m);
			ck_assert_msg((m.status == GRAM_OK) == want[k], "%s: %d", line, m.status);
			ck_assert(!want[k] || m.negated == (k == 1));
			ck_assert(!want[k] || m.defaulted == (k == 2));
			gram_match_done(&m);
		}
	}
	gram_free(own);
}
END_TEST

/* A list takes so many words and no more, `none` stands alone; a set takes each of its own. */
START_TEST(words_of_a_list)
{
	static const char text[] = "mode exec\nmode config\n parent exec\n"
				   "command config\n"
				   " list <x:list 2-3 name, none>\n - run r\n"
				   " set <x:set one two three, none>\n - run r\n"
				   " text <x:text 8>\n - run r\n"
				   " then <x:list 1-2 name> end\n - run r\n"
				   " line <x:line 8>\n - run r\n"
				   " other <x:word one|uno|un two|due, none|nil>\n - run r\n";
	static const struct {
		const char *line, *value; /* NULL: refused */
		enum gram_status status;
	} rows[] = {
	    {"list a", NULL, GRAM_INCOMPLETE},
	    {"list a b", "a b", GRAM_OK},
	    {"list a b c", "a b c", GRAM_OK},
	    {"list a b c d", NULL, GRAM_INVALID},
	    {"list none", "none", GRAM_OK},
	    {"list none a", NULL, GRAM_INVALID},
	    {"set three o", "one three", GRAM_OK},
	    {"set t", NULL, GRAM_AMBIGUOUS},
	    {"set one two three", "one two three", GRAM_OK},
	    {"set one one", "one", GRAM_OK},
	    {"set three two one", "one two three", GRAM_OK},
	    {"set none", "none", GRAM_OK},
	    {"set none one", NULL, GRAM_INVALID},
	    {"set one two three one", NULL, GRAM_INVALID},
	    {"text a b  c", "a b  c", GRAM_OK},
	    {"text 12345678", "12345678", GRAM_OK},
	    {"text 1234 6789", NULL, GRAM_INVALID},
	    {"then a end", "a", GRAM_OK},
	    {"then a b end", "a b", GRAM_OK},
	    {"then a b c end", NULL, GRAM_INVALID},
	    {"line  a", " a", GRAM_OK},
	    {"line a b ", "a b", GRAM_OK},
	    {"line   1234567", NULL, GRAM_INVALID},
	    {"line   123456", "  123456", GRAM_OK},
	    {"other uno", "one", GRAM_OK},
	    {"other UN", "one", GRAM_OK},
	    {"other due", "two", GRAM_OK},
	    {"other nil", "none", GRAM_OK},
	    {"other du", NULL, GRAM_INVALID},
	    {"other o", "one", GRAM_OK},
	    {"then a", NULL, GRAM_INCOMPLETE},
	    {"then end end", "end", GRAM_OK},
	};
	char error[200];
	struct gram *own = gram_read(text, sizeof(text) - 1, error, sizeof(error));

	ck_assert_msg(own != NULL, "%s", error);
	parse_state_init(&state, own, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		gram_match(own, &state, 15, rows[i].line, &m);
		ck_assert_msg(m.status == rows[i].status, "%s: %d", rows[i].line, m.status);
		if (rows[i].value)
			ck_assert_str_eq(gram_arg(&m, "x"), rows[i].value);
	}
	gram_free(own);
}
END_TEST

/* A keyword spelled out is meant before all; one cut short where no other, or a value, can be; what
 * is hidden only where nothing else begins so. */
START_TEST(what_a_word_may_be)
{
	static const char text[] =
	    "mode exec\nmode config\n parent exec\n"
	    "command config\n"
	    " p alpha <n:int 1-9>\n - run a\n p alfa <n:int>\n - run b\n - hidden\n"
	    " p hidea\n - run c\n - hidden\n p hideb\n - run d\n - hidden\n"
	    " q all\n - run e\n q alt\n - run f\n q <x:name>\n - run g\n"
	    " r one two\n - run h\n r <x:name> three\n - run i\n"
	    " s <x:word red green grey>\n - run j\n s <x:int 1-9> more\n - run k\n"
	    " s Large\n - run l\n";
	static const struct {
		const char *line, *run; /* NULL: refused */
		enum gram_status status;
		unsigned caret;
	} rows[] = {
	    {"p al 1", "a", GRAM_OK, 0},
	    {"p alf 1", "b", GRAM_OK, 0},
	    {"p alfa 10", "b", GRAM_OK, 0},
	    {"p al 10", NULL, GRAM_INVALID, 5},
	    {"p a", NULL, GRAM_INCOMPLETE, 0},
	    {"p hid", NULL, GRAM_AMBIGUOUS, 0},
	    {"p hidea", "c", GRAM_OK, 0},
	    {"p hideb", "d", GRAM_OK, 0},
	    {"p x", NULL, GRAM_INVALID, 2},
	    {"p alx", NULL, GRAM_INVALID, 4},
	    {"q all", "e", GRAM_OK, 0},
	    {"q alt", "f", GRAM_OK, 0},
	    {"q al", "g", GRAM_OK, 0},
	    {"q zz", "g", GRAM_OK, 0},
	    {"q all x", NULL, GRAM_INVALID, 6},
	    {"r one two", "h", GRAM_OK, 0},
	    {"r on two", "h", GRAM_OK, 0},
	    {"r on three", "i", GRAM_OK, 0},
	    {"r one three", NULL, GRAM_INVALID, 7},
	    {"r xx th", "i", GRAM_OK, 0},
	    {"r xx tw", NULL, GRAM_INVALID, 6},
	    {"r on t", NULL, GRAM_AMBIGUOUS, 0},
	    {"s r", "j", GRAM_OK, 0},
	    {"s gre", NULL, GRAM_AMBIGUOUS, 0},
	    {"s gree", "j", GRAM_OK, 0},
	    {"s RED", "j", GRAM_OK, 0},
	    {"s reds", NULL, GRAM_INVALID, 5},
	    {"s 3 m", "k", GRAM_OK, 0},
	    {"s 3", NULL, GRAM_INCOMPLETE, 0},
	    {"s l", "l", GRAM_OK, 0},
	    {"s", NULL, GRAM_INCOMPLETE, 0},
	};
	char error[200];
	struct gram *own = gram_read(text, sizeof(text) - 1, error, sizeof(error));

	ck_assert_msg(own != NULL, "%s", error);
	parse_state_init(&state, own, true);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		gram_match(own, &state, 15, rows[i].line, &m);
		ck_assert_msg(m.status == rows[i].status, "%s: %d", rows[i].line, m.status);
		if (rows[i].run)
			ck_assert_str_eq(m.command->run, rows[i].run);
		if (m.status == GRAM_INVALID)
			ck_assert_msg(m.caret == rows[i].caret, "%s: at %u", rows[i].line, m.caret);
	}
	gram_free(own);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("parser_words");
	TCase *t = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(t, what_may_stand_before_a_line);
	tcase_add_test(t, words_of_a_list);
	tcase_add_test(t, what_a_word_may_be);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
