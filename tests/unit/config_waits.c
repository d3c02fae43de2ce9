/*
 * What is still being settled is in no saved or shown configuration: whatever looks at it
 * waits.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"
#include "tests/support/box.h"
#include "tests/support/grammar.h"

static struct box box;

static void setup(void)
{
	box_setup(&box);
	box_ok(&box, "configure terminal");
}

static void teardown(void)
{
	box_teardown(&box);
}

/* A second operator, with a screen of his own. */
static struct box other;

static void enter_other(void)
{
	struct console_hello hello = {.kind = CONSOLE_KIND_CONSOLE};

	memset(&other, 0, sizeof other);
	other.m = box.m;
	other.op = operator_new(box.m, &hello, box_show, &other);
	operator_set_privilege(other.op, PRIVILEGE_MAX);
}

static void leave_other(void)
{
	operator_free(other.op);
	text_free(&other.screen);
}

/* A route that the keeper thinks about, and will refuse. */
static void line_that_waits(void)
{
	box_ok(&box, "interface GigabitEthernet0/0");
	box_ok(&box, "nameif outside");
	box_ok(&box, "ip address 10.0.0.1 255.255.255.0");
	box_ok(&box, "exit");
	box.mute = true;
	box_send(&box, "route outside 10.5.0.0 255.255.0.0 10.0.0.9");
	box_turn();
	ck_assert(box.m->running.settle.turns.taken);
}

static void keeper_refuses(void)
{
	box.error = 101;
	box_answer(&box);
	box.error = 0;
	ck_assert(!box.m->running.settle.turns.taken);
	ck_assert(strstr(text_str(&box.screen), "ERROR: the kernel said no"));
}

START_TEST(the_answer_to_an_open_question_waits)
{
	char *text;

	enter_other();
	box_send(&other, "copy running-config startup-config");
	ck_assert(other.question);
	line_that_waits();
	operator_answer(other.op, "", 0);
	box_turn();
	text = box_slurp(&box, "startup-config");
	ck_assert_str_eq(text, "");
	free(text);
	keeper_refuses();
	ck_assert(strstr(text_str(&other.screen), "[OK]"));
	text = box_slurp(&box, "startup-config");
	ck_assert(strstr(text, "10.0.0.1"));
	ck_assert(!strstr(text, "10.5.0.0"));
	free(text);
	leave_other();
}
END_TEST

START_TEST(reload_that_saves_waits)
{
	char *text;

	enter_other();
	box_ok(&box, "hostname changed");
	box_send(&other, "reload");
	ck_assert(strstr(text_str(&other.screen), "Save?"));
	line_that_waits();
	operator_answer(other.op, "y", 1);
	operator_answer(other.op, "y", 1); /* nothing is answered twice */
	box_turn();
	ck_assert(!strstr(text_str(&other.screen), "Proceed"));
	keeper_refuses();
	ck_assert(strstr(text_str(&other.screen), "Proceed with reload? [confirm]"));
	text = box_slurp(&box, "startup-config");
	ck_assert(!strstr(text, "10.5.0.0"));
	free(text);
	operator_interrupt(other.op);
	leave_other();
}
END_TEST

START_TEST(an_answer_that_waits_may_be_broken_off)
{
	char *text;

	enter_other();
	box_send(&other, "copy running-config startup-config");
	line_that_waits();
	operator_answer(other.op, "", 0);
	operator_interrupt(other.op);
	ck_assert_uint_eq(other.done, 2);
	keeper_refuses();
	text = box_slurp(&box, "startup-config");
	ck_assert_str_eq(text, "");
	free(text);
	leave_other();
}
END_TEST

/* SQLite tells of every statement. */
static unsigned statements;

static int traced(unsigned what, void *ctx, void *statement, void *text)
{
	(void)what;
	(void)ctx;
	(void)statement;
	(void)text;
	statements++;
	return 0;
}

/*
 * Every act of the grammar by random lines, while a line settles: what is let through looks at
 * nothing that is stored, all others wait, and nothing that was shown or saved knew of the line.
 */
START_TEST(whatever_looks_at_the_configuration_waits)
{
	const struct gram *g = box.m->gram;
	unsigned waited = 0, passed = 0;
	char line[GRAM_LINE_MAX];
	uint64_t seed = 1;

	line_that_waits();
	sqlite3_trace_v2(box.m->running.db->sql, SQLITE_TRACE_STMT, traced, NULL);
	for (unsigned i = 0; i < g->n_commands; i++) {
		const struct gram_command *c = g->commands[i];

		for (int k = 0; k < 10 && c->run && c->mode == g->exec; k++) {
			if (!gram_random_line(c, &seed, NULL, NULL, line, sizeof line))
				continue;
			enter_other();
			statements = 0;
			operator_line(other.op, line, strlen(line));
			waited += other.op->turn.waiting;
			passed += !other.op->turn.waiting;
			box_turn();
			ck_assert_msg(!statements, "%s looked at what may be taken back", line);
			leave_other();
		}
	}
	ck_assert_uint_gt(waited, 5);
	ck_assert_uint_gt(passed, 5);
	sqlite3_trace_v2(box.m->running.db->sql, 0, NULL, NULL);
	keeper_refuses();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("config_waits");
	TCase *tc = tcase_create("config_waits");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, the_answer_to_an_open_question_waits);
	tcase_add_test(tc, reload_that_saves_waits);
	tcase_add_test(tc, an_answer_that_waits_may_be_broken_off);
	tcase_add_test(tc, whatever_looks_at_the_configuration_waits);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
