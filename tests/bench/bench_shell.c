/*
 * The operator's shell: `?` and Tab of long and short lines, and 10,000 lines of running-config
 * shown to an operator, in one process with the real grammar and database; CPU time. `gatesh -c`
 * and a log-in over SSH against fork and exec are in tests/bench/run.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/gatesh/row.h"
#include "tests/support/box.h"

#define OBJECTS 5000
#define TIMES 2000

static double cpu_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static size_t sent;

static void count(void *ctx, enum console_type type, const void *data, size_t len)
{
	(void)ctx;
	(void)type;
	(void)data;
	sent += len;
}

static void row(const char *what, double us, const char *aim)
{
	printf("%-42s %9.1f us, %9.0f /s        %s\n", what, us, 1e6 / us, aim);
}

static void ask(struct operator* op, const char *line, const char *what)
{
	double t = cpu_now();

	for (unsigned i = 0; i < TIMES; i++)
		operator_help(op, line, strlen(line));
	row(what, (cpu_now() - t) / TIMES, "aim 1,000 us");
}

static void complete(struct operator* op, const char *line, const char *what)
{
	double t = cpu_now();

	for (unsigned i = 0; i < TIMES; i++)
		operator_complete(op, line, strlen(line));
	row(what, (cpu_now() - t) / TIMES, "aim 1,000 us");
}

/* A line of 300 characters, key by key, as the terminal draws it. */
static void type_keys(void)
{
	static struct row laid;
	static struct drawn drawn;
	wchar_t text[301];
	unsigned shift = 0;
	double t = cpu_now();
	size_t bytes = 0;

	wmemset(text, L'x', 300);
	for (unsigned k = 0; k < 100; k++)
		for (size_t i = 0; i <= 300; i++) {
			struct row_line l = {
			    L"ciscoasa# ", text, .prompt_len = 10, .text_len = i, .cursor = i};
			struct text out = {0};

			row_lay(&laid, &l, 80, &shift);
			drawn_show(&drawn, &laid, &out);
			bytes += out.len;
			text_free(&out);
		}
	row("a key of a line of 300, drawn", (cpu_now() - t) / 100 / 301, "");
	printf("%-42s %9.1f bytes\n", "  sent to the terminal", (double)bytes / 100 / 301);
}

START_TEST(figures)
{
	static struct box box;
	struct console_hello hello = {.kind = CONSOLE_KIND_SCRIPT};
	struct text file = {0};
	struct operator* op;
	double t;

	box_setup(&box);
	for (unsigned i = 0; i < OBJECTS; i++)
		text_addf(
		    &file, "object network o-%u\n host 10.1.%u.%u\n", i, i / 250, i % 250 + 1);
	operator_file(box.op, file.p, file.len);
	box_turn();
	op = operator_new(box.m, &hello, count, NULL);
	ask(op, "", "? on an empty line");
	ask(op, "show ", "show ?");
	ask(op, "show crypto ipsec sa pe", "show crypto ipsec sa pe?");
	operator_line(op, "configure terminal", 18);
	ask(op, "crypto map M 10 set ", "crypto map M 10 set ?");
	complete(op, "show run", "Tab: show run");
	complete(op, "crypto map M 10 set pf", "Tab: crypto map M 10 set pf");
	complete(op, "object network o-49", "Tab: object network o-49, of 5,000 objects");
	sent = 0;
	t = cpu_now();
	for (unsigned i = 0; i < 10; i++)
		operator_line(op, "show running-config", 19);
	row("show running-config, 10,000 lines", (cpu_now() - t) / 10, "aim 100,000 us");
	printf("%-42s %9zu bytes\n", "  sent to the client", sent / 10);
	type_keys();
	operator_free(op);
	text_free(&file);
	box_teardown(&box);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("bench_shell");
	TCase *tc = tcase_create("bench_shell");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 0);
	tcase_add_test(tc, figures);
	suite_add_tcase(s, tc);
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
