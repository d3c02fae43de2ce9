/*
 * An operator's terminal: its prompt, its width, how long he may be away, and the lines that he
 * typed in earlier sessions.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/operator/idle.h"
#include "tests/support/box.h"

static struct box box;

/* What the person's terminal was sent besides text. */
static struct box person;
static struct text earlier; /* HISTORY lines */
static int width;
static bool closed;

static void take(void *ctx, enum console_type type, const void *data, size_t len)
{
	const uint8_t *b = data;

	if (type == CONSOLE_HISTORY)
		text_addf(&earlier, "%.*s\n", (int)len, (const char *)data);
	else if (type == CONSOLE_WIDTH)
		width = b[0] << 8 | b[1];
	else if (type == CONSOLE_CLOSE)
		closed = true;
	else if (type == CONSOLE_ASYNC)
		text_addn(&person.screen, data, len);
	else
		box_show(ctx, type, data, len);
}

static void enter_window(uint16_t columns, bool interactive)
{
	struct console_hello hello = {
	    .kind = CONSOLE_KIND_CONSOLE, .interactive = interactive, .width = columns};

	person = (struct box){.m = box.m};
	text_clear(&earlier);
	width = -1;
	closed = false;
	person.op = operator_new(box.m, &hello, take, &person);
	ck_assert_ptr_nonnull(person.op);
	box_turn();
	text_clear(&person.screen);
}

static void leave(void)
{
	operator_free(person.op);
	text_free(&person.screen);
	box_turn();
}

static void setup(void)
{
	box_setup(&box);
	box_type(&box, "configure terminal");
}

static void teardown(void)
{
	box_teardown(&box);
	text_free(&earlier);
}

/* ---- prompt ------------------------------------------------------------------------------ */

START_TEST(prompts)
{
	static const struct {
		const char *line, *prompt;
	} row[] = {
	    {"prompt hostname context", "fw(config)# "},
	    {"prompt hostname domain", "fw(config)# "},
	    {"domain-name example.com", "fw/example.com(config)# "},
	    {"prompt domain hostname state priority", "example.com/fw/actNoFailover/pri(config)# "},
	    {"prompt context", "(config)# "},
	    {"no prompt", "fw(config)# "},
	};

	box_ok(&box, "hostname fw");
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		box_ok(&box, row[i].line);
		ck_assert_str_eq(box.prompt, row[i].prompt);
	}
	box_ok(&box, "prompt state");
	ck_assert(box_shows(&box, "show running-config prompt", "prompt state \n"));
	/* The caret stands below, behind that prompt. */
	enter_window(80, true);
	person.op->session.privilege = PRIVILEGE_MAX;
	ck_assert_str_eq(box_type(&person, "show running-config ~rob"),
	    "                                   ^\n"
	    "ERROR: % Invalid input detected at '^' marker.\n");
	leave();
}
END_TEST

/* ---- width -------------------------------------------------------------------------------- */

START_TEST(widths)
{
	enter_window(132, true);
	ck_assert_int_eq(width, 132);
	box_type(&person, "show terminal");
	ck_assert_str_eq(
	    text_str(&person.screen), "\nWidth = 132, no monitor\nterminal interactive\n");
	box_type(&person, "terminal width 0");
	ck_assert_int_eq(width, 0);
	operator_winsize(person.op, 100);
	ck_assert_uint_eq(person.op->session.width, 100);
	operator_winsize(person.op, 0);
	ck_assert_uint_eq(person.op->session.width, 100);
	leave();

	/* As a line of the configuration: for him at once, however often he types it. */
	box_ok(&box, "terminal width 511");
	enter_window(80, true);
	ck_assert_int_eq(width, 80); /* the window is known */
	person.op->session.privilege = PRIVILEGE_MAX;
	box_type(&person, "configure terminal");
	box_type(&person, "terminal width 511");
	ck_assert_int_eq(width, 511);
	width = -1;
	box_type(&person, "hostname fw");
	ck_assert_int_eq(width, -1);
	box_type(&person, "no terminal width");
	ck_assert_int_eq(width, 80);
	box_type(&person, "terminal width 39");
	ck_assert_uint_eq(person.status, 1);
	ck_assert_int_eq(width, 80);
	box_type(&person, "terminal width 40");
	leave();
	enter_window(0, true); /* it is not known: as configured */
	ck_assert_int_eq(width, 40);
	leave();
	enter_window(0, false);
	ck_assert_int_eq(width, -1);
	ck_assert_uint_eq(person.op->session.width, 40);
	leave();
}
END_TEST

/* ---- idle time ----------------------------------------------------------------------------- */

START_TEST(idle_sessions_end)
{
	uint64_t now = uv_now(box.m->loop);

	enter_window(80, true);
	ck_assert(!idle_over(person.op, person.op->idle, now + 86400000));
	box_ok(&box, "console timeout 5"); /* holds for who is here already */
	ck_assert(!idle_over(person.op, person.op->idle, now + 299000));
	ck_assert(idle_over(person.op, person.op->idle, now + 302000));
	person.op->busy = true; /* a command of his runs */
	ck_assert(!idle_over(person.op, person.op->idle, now + 302000));
	person.op->busy = false;
	box_send(&person, "enable"); /* it waits for his answer */
	ck_assert(person.question);
	ck_assert(idle_over(person.op, person.op->idle, now + 302000));
	operator_interrupt(person.op);
	operator_expire(person.op);
	ck_assert_ptr_nonnull(strstr(text_str(&person.screen), "\n\nLogoff\n\n"));
	ck_assert(closed);
	leave();
	box_ok(&box, "no console timeout");
	ck_assert(box_shows(&box, "show running-config console", "console timeout 0\n"));
}
END_TEST

/* ---- history -------------------------------------------------------------------------------- */

START_TEST(lines_of_earlier_sessions)
{
	enter_window(80, true);
	ck_assert_str_eq(text_str(&earlier), "");
	box_type(&person, "show clock | include UTC");
	box_type(&person, "show clock | include UTC"); /* once is enough */
	box_type(&person, "no such thing");
	person.op->session.privilege = PRIVILEGE_MAX;
	box_type(&person, "configure terminal");
	box_type(&person, "enable password cisco123");
	box_type(&person, "show history");
	ck_assert_ptr_nonnull(strstr(text_str(&person.screen), "  enable password *****\n"));
	leave();
	enter_window(80, true);
	ck_assert_str_eq(text_str(&earlier),
	    "show clock | include UTC\nno such thing\nconfigure terminal\nshow history\n");
	leave();
	enter_window(80, false); /* without keys there is no arrow-up */
	ck_assert_str_eq(text_str(&earlier), "");
	box_type(&person, "show pager");
	leave();
	box_again(&box, "another boot");
	enter_window(80, true);
	ck_assert_str_eq(text_str(&earlier),
	    "show clock | include UTC\nno such thing\nconfigure terminal\nshow history\n");
	leave();
}
END_TEST

START_TEST(histories_are_bounded_and_private)
{
	struct histories h = {0}, again = {0};
	char path[100], line[40];
	unsigned n;
	struct stat st;

	snprintf(path, sizeof(path), "%s/lines", box.dir);
	histories_read(&h, path);
	ck_assert_ptr_null(histories_of(&h, "", &n));
	ck_assert_uint_eq(n, 0);
	for (unsigned i = 0; i < HISTORIES_LINES + 5; i++) {
		snprintf(line, sizeof(line), "line %u", i);
		histories_add(&h, "anna", line);
	}
	ck_assert_str_eq(histories_of(&h, "anna", &n)[0], "line 5");
	ck_assert_uint_eq(n, HISTORIES_LINES);
	histories_add(&h, "", "console");
	ck_assert(histories_write(&h, path));
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_mode & 0777, 0600);
	histories_read(&again, path);
	ck_assert_uint_eq((histories_of(&again, "anna", &n), n), HISTORIES_LINES);
	ck_assert_str_eq(histories_of(&again, "anna", &n)[n - 1], "line 104");
	ck_assert_str_eq(histories_of(&again, "", &n)[0], "console");
	for (unsigned i = 0; i < HISTORIES_USERS - 1; i++) {
		snprintf(line, sizeof(line), "user%u", i);
		histories_add(&again, line, "x");
	}
	ck_assert_ptr_nonnull(histories_of(&again, "", &n));
	ck_assert_ptr_null(histories_of(&again, "anna", &n)); /* he was here longest ago */
	snprintf(path, sizeof(path), "%s/none/lines", box.dir);
	ck_assert(!histories_write(&again, path));
	ck_assert(again.changed);
	histories_free(&h);
	histories_free(&again);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_terminal");
	TCase *tc = tcase_create("cli_terminal");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, prompts);
	tcase_add_test(tc, widths);
	tcase_add_test(tc, idle_sessions_end);
	tcase_add_test(tc, lines_of_earlier_sessions);
	tcase_add_test(tc, histories_are_bounded_and_private);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
