/*
 * What becomes of what an operator types: a line that cannot be one, filters,
 * the history, and a file or an answer that has to wait for another's change.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/box.h"

static struct box box, person; /* the second one is only a screen */

static struct operator *enter(enum console_kind kind)
{
	struct console_hello hello = {.kind = (uint8_t)kind};

	person = (struct box){0};
	person.op = operator_new(box.m, &hello, box_show, &person);
	ck_assert_ptr_nonnull(person.op);
	box_turn();
	return person.op;
}

static void leave(void)
{
	operator_free(person.op);
	text_free(&person.screen);
}

static void setup(void)
{
	char error[300];

	uv_loop_init(&box_loop);
	box = (struct box){0};
	box_folder(&box);
	ck_assert_msg(box_start(&box, "boot", error, sizeof error), "%s", error);
}

static void teardown(void)
{
	box_stop(&box);
	box_remove(&box);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
}

START_TEST(lines_that_cannot_be)
{
	char line[GRAM_LINE_MAX + 1];

	memset(line, 'x', sizeof line);
	operator_line(box.op, line, GRAM_LINE_MAX);
	ck_assert_str_eq(text_str(&box.screen), "ERROR: % Line too long\n");
	ck_assert_uint_eq(box.status, 1);
	text_clear(&box.screen);
	memset(line, ' ', sizeof line);
	operator_line(box.op, line, GRAM_LINE_MAX - 1); /* an empty line is one */
	ck_assert_str_eq(text_str(&box.screen), "");
	ck_assert_uint_eq(box.status, 0);
	operator_line(box.op, line, GRAM_LINE_MAX); /* ... up to there */
	ck_assert_str_eq(text_str(&box.screen), "ERROR: % Line too long\n");
	text_clear(&box.screen);
	operator_line(box.op, "show clock\0x", 12);
	ck_assert_str_eq(text_str(&box.screen), GRAM_NUL_ERROR "\n");
	box_type(&box, "configure terminal");
	operator_line(box.op, "hostname R\r\n", 12);
	box_turn();
	ck_assert_str_eq(text_str(&box.screen), "");
	ck_assert_str_eq(box.m->running.delivery.own.hostname, "R");
	ck_assert_uint_eq(box.done, 7); /* with the first prompt */
}
END_TEST

START_TEST(filters_of_lines)
{
	static const struct {
		const char *line, *said;
	} row[] = {
	    {"show running-config hostname | include host", "hostname ciscoasa\n"},
	    {"show running-config hostname | exclude host", ""},
	    {"show running-config hostname | include", "ERROR: % Incomplete command\n"},
	    {"show running-config hostname | include (", "ERROR: invalid regular expression\n"},
	    {"show running-config hostname | include a\x1b[2J",
	        "                                        ^\n"
	        "ERROR: % Invalid input detected at '^' marker.\n"},
	    {"show running-config hostname | frob x",
	        "                               ^\n"
	        "ERROR: % Invalid input detected at '^' marker.\n"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert_str_eq(box_type(&box, row[i].line), row[i].said);
		ck_assert_uint_eq(box.status, *row[i].said == 'E' || *row[i].said == ' ');
	}
}
END_TEST

/* What strangers call themselves stands in lines and tables: no terminal obeys it. */
static void note_told(void *ctx, enum console_type type, const void *data, size_t len)
{
	if (type == CONSOLE_ASYNC)
		text_addn(ctx, data, len);
}

START_TEST(no_terminal_obeys)
{
	static const char name[] = "a\x1b]0;x\x07\xc2\x9b" "2J\r\n\tz\xc3\xa4\n";
	struct console_hello hello = {.kind = CONSOLE_KIND_SCRIPT};
	struct text told = {0};
	struct operator* op = operator_new(box.m, &hello, note_told, &told);

	operator_tell(op, name, sizeof name - 1);
	ck_assert_str_eq(text_str(&told), "a?]0;x???2J\n\tz\xc3\xa4\n");
	operator_free(op);
	text_free(&told);
	box_type(&box, "show hostname");
	text_clear(&box.screen);
	box.op->busy = true;
	text_add(&box.op->act.out, name);
	operator_done(&box.op->act);
	ck_assert_str_eq(text_str(&box.screen), "a?]0;x???2J\n\tz\xc3\xa4\n");
}
END_TEST

static void says(const char *line)
{
	text_clear(&person.screen);
	operator_line(person.op, line, strlen(line));
	box_turn();
}

static char completion[64];

static void note_completion(void *ctx, enum console_type type, const void *data, size_t len)
{
	(void)ctx;
	if (type == CONSOLE_COMPLETION)
		snprintf(completion, sizeof completion, "%.*s", (int)len, (const char *)data);
}

/* What is too long to be a line is completed, as far as there is one. */
START_TEST(the_longest_line_that_is_completed)
{
	struct console_hello hello = {.kind = CONSOLE_KIND_SCRIPT};
	struct operator* op = operator_new(box.m, &hello, note_completion, NULL);
	char text[GRAM_LINE_MAX];
	const size_t word = sizeof "show hostn" - 1;

	memset(text, ' ', sizeof text);
	memcpy(text + GRAM_LINE_MAX - 1 - word, "show hostn", word);
	operator_complete(op, text, GRAM_LINE_MAX - 1);
	ck_assert_str_eq(completion, "ame ");
	memset(text, ' ', sizeof text);
	memcpy(text + GRAM_LINE_MAX - word, "show hostn", word); /* cut to `host`: several words */
	operator_complete(op, text, GRAM_LINE_MAX);
	ck_assert_str_eq(completion, "");
	operator_free(op);
}
END_TEST

START_TEST(a_history_of_fifty)
{
	char line[40], want[OPERATOR_HISTORY * 40] = "";

	enter(CONSOLE_KIND_CONSOLE);
	ck_assert_str_eq(person.prompt, "ciscoasa> ");
	says("   ");
	says("show history");
	ck_assert_str_eq(text_str(&person.screen), "  show history\n");
	says("username u password geheim");
	for (int i = 0; i < OPERATOR_HISTORY - 2; i++) {
		snprintf(line, sizeof line, "show %d | inc x", i);
		says(line);
		if (i > 0)
			sprintf(want + strlen(want), "  show %d | inc x\n", i);
	}
	ck_assert_uint_eq(person.op->session.n_history, OPERATOR_HISTORY);
	ck_assert_ptr_null(strstr(person.op->history[1], "geheim"));
	says("show clock");
	ck_assert_str_ne(person.op->history[0], "show history");
	ck_assert_uint_eq(person.op->session.n_history, OPERATOR_HISTORY);
	ck_assert_str_eq(person.op->history[OPERATOR_HISTORY - 1], "show clock");
	strcat(want, "  show clock\n  show history\n");
	says("show history");
	ck_assert_ptr_nonnull(strstr(text_str(&person.screen), want));
	leave();
}
END_TEST

/* ---- the terminal ----------------------------------------------------------------------- */

static unsigned pager;

static void note_pager(void *ctx, enum console_type type, const void *data, size_t len)
{
	const uint8_t *b = data;

	(void)ctx;
	if (type == CONSOLE_PAGER && len == 2)
		pager = (unsigned)b[0] << 8 | b[1];
}

/* A terminal has the pager of the configuration, a script none. */
START_TEST(pagers_of_terminals)
{
	static const struct {
		const char *line;
		bool interactive;
		unsigned pager;
	} row[] = {{"hostname a", true, 24}, {"pager lines 300", true, 300},
	    {"hostname a", false, 7777}, {"no pager", true, 0}, {"pager lines 1", true, 1}};

	box_type(&box, "configure terminal");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct console_hello hello = {
		    .kind = CONSOLE_KIND_CONSOLE, .interactive = row[i].interactive, .width = 100};
		struct operator* op;

		ck_assert_str_eq(box_type(&box, row[i].line), "");
		pager = 7777;
		op = operator_new(box.m, &hello, note_pager, NULL);
		ck_assert_uint_eq(pager, row[i].pager);
		ck_assert_uint_eq(op->session.width, row[i].interactive ? 100 : 80);
		operator_winsize(op, 0); /* says nothing */
		ck_assert_uint_eq(op->session.width, row[i].interactive ? 100 : 80);
		operator_winsize(op, 132);
		ck_assert_uint_eq(op->session.width, row[i].interactive ? 132 : 80);
		operator_free(op);
	}
}
END_TEST

START_TEST(prompts_and_questions_are_cut)
{
	char buf[32], text[600], *end = buf + 9;

	memset(buf, '!', sizeof buf);
	ck_assert_uint_eq(operator_prompt(box.op, buf, 11), 10); /* `ciscoasa# ` */
	ck_assert_str_eq(buf, "ciscoasa# ");
	memset(buf, '!', sizeof buf);
	ck_assert_uint_eq(operator_prompt(box.op, buf, 10), 9);
	ck_assert_str_eq(buf, "ciscoasa#");
	ck_assert_int_eq(end[1], '!');
	ck_assert_uint_eq(operator_prompt(box.op, buf, 5), 4);
	memset(text, 'x', sizeof text);
	text[511] = 0;
	for (int i = 0; i < 2; i++) {
		text_clear(&box.screen);
		operator_ask(&box.op->act, ACT_ASK_KEY, text);
		ck_assert_uint_eq(box.screen.len, 511);
		text[511] = 'x';
		text[599] = 0;
	}
}
END_TEST

/* What only looks is logged as such, its filter cut off; what acts as who did it and whence. */
START_TEST(acts_are_logged)
{
	const char *t;

	box_type(&box, "show hostname | include x");
	box_type(&box, "terminal width 100");
	t = trail_text(&box.trail);
	ck_assert_ptr_nonnull(
	    strstr(t, "%ASA-7-111009: User 'enable_15' executed cmd: show hostname\n"));
	ck_assert_ptr_nonnull(strstr(t,
	    "%ASA-5-111008: User 'enable_15' executed the 'terminal width 100' command.\n"));
	ck_assert_ptr_null(strstr(t, "executed the 'show"));
	ck_assert_ptr_null(strstr(t, "cmd: terminal"));
}
END_TEST

START_TEST(files_are_for_those_who_may)
{
	static const char file[] = "hostname Other\n";

	enter(CONSOLE_KIND_CONSOLE);
	text_clear(&person.screen);
	operator_file(person.op, file, strlen(file));
	ck_assert_str_eq(text_str(&person.screen), "Command authorization failed\n");
	ck_assert_uint_eq(person.status, 1);
	ck_assert_str_eq(box.m->running.delivery.own.hostname, "ciscoasa");
	leave();
}
END_TEST

/* While the keeper thinks about one operator's change the other's waits, whole, for its turn. */
START_TEST(a_file_waits_for_its_turn)
{
	char file[] = "hostname First\nhostname Other\n";
	char *running;

	enter(CONSOLE_KIND_SCRIPT);
	box_type(&box, "configure terminal");
	box_type(&box, "interface g0/0");
	box.mute = true;
	box_send(&box, "ip address 10.0.0.1 255.255.255.0");
	box_turn();
	person.done = 0;
	operator_file(person.op, file, strlen(file));
	memset(file, '!', strlen(file)); /* it is kept */
	box_turn();
	ck_assert_uint_eq(person.done, 0);
	ck_assert_str_eq(box.m->running.delivery.own.hostname, "ciscoasa");
	if (_i == 0) {
		box_answer(&box);
		ck_assert_uint_eq(person.done, 1);
		ck_assert_str_eq(box.m->running.delivery.own.hostname, "Other");
	} else { /* he goes: nobody applies it */
		leave();
		box_answer(&box);
		ck_assert_str_eq(box.m->running.delivery.own.hostname, "ciscoasa");
	}
	running = box_running(&box);
	ck_assert_ptr_nonnull(strstr(running, " ip address 10.0.0.1 255.255.255.0\n"));
	free(running);
	if (_i == 0)
		leave();
}
END_TEST

START_TEST(long_answers_are_cut)
{
	char answer[2 * GRAM_LINE_MAX];

	enter(CONSOLE_KIND_CONSOLE);
	says("enable");
	ck_assert(person.question);
	memset(answer, 'x', sizeof answer);
	text_clear(&person.screen);
	operator_answer(person.op, answer, sizeof answer);
	box_turn();
	ck_assert_ptr_null(strstr(text_str(&person.screen), "xx"));
	ck_assert_str_eq(person.prompt, "ciscoasa> ");
	operator_answer(person.op, "", 0);
	box_turn();
	ck_assert_str_eq(person.prompt, "ciscoasa# ");
	operator_answer(person.op, "", 0); /* to nothing */
	leave();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_operator");
	TCase *tc = tcase_create("cli_operator");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, lines_that_cannot_be);
	tcase_add_test(tc, filters_of_lines);
	tcase_add_test(tc, no_terminal_obeys);
	tcase_add_test(tc, the_longest_line_that_is_completed);
	tcase_add_test(tc, a_history_of_fifty);
	tcase_add_test(tc, pagers_of_terminals);
	tcase_add_test(tc, prompts_and_questions_are_cut);
	tcase_add_test(tc, acts_are_logged);
	tcase_add_test(tc, files_are_for_those_who_may);
	tcase_add_loop_test(tc, a_file_waits_for_its_turn, 0, 2);
	tcase_add_test(tc, long_answers_are_cut);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
