/*
 * The manager between its operators and the other roles: queries, debug lines, and lines that
 * the keeper thinks about or refuses.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/screens.h"

static struct screens w;

static void setup(void)
{
	screens_setup(&w);
}

static void teardown(void)
{
	screens_teardown(&w);
}

START_TEST(queries_collect_their_pages)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	const char *t = screen_type(op, &s, "show crypto ikev1 stats");

	ck_assert_ptr_nonnull(strstr(t, "First Page"));
	ck_assert_ptr_nonnull(strstr(t, "41"));
	ck_assert_ptr_nonnull(strstr(t, "Second Page"));
	ck_assert_ptr_nonnull(strstr(t, "48"));
	ck_assert_str_eq(text_str(&w.engine.got), "QUERY QUERY ");
	t = screen_type(op, &s, "show crypto ikev1 stats | include Second");
	ck_assert_ptr_null(strstr(t, "First"));
	ck_assert_ptr_nonnull(strstr(t, "Second"));
	screen_leave(op, &s);
}
END_TEST

/* The records themselves; a command that has none says so, one that is refused why, and the next
 * line is an ordinary one. */
START_TEST(records_as_json)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	const char *t = screen_type(op, &s, "show crypto ikev1 stats | json");

	ck_assert_str_eq(t, "[{\"record\": \"counter\", \"name\": \"First Page\", \"value\": 41, "
	    "\"section\": \"\"},\n"
	    " {\"record\": \"counter\", \"name\": \"Second Page\", \"value\": 48, "
	    "\"section\": \"\"}]\n");
	t = screen_type(op, &s, "show curpriv | json");
	ck_assert_str_eq(t, "ERROR: This command has no records to show as JSON\n");
	t = screen_type(op, &s, "show ip local pool nosuch | json");
	ck_assert_str_eq(t, "ERROR: Pool (nosuch) does not exist\n");
	t = screen_type(op, &s, "show crypto ikev1 stats");
	ck_assert_ptr_nonnull(strstr(t, "Second Page"));
	ck_assert_ptr_null(strstr(t, "record"));
	screen_leave(op, &s);
}
END_TEST

START_TEST(an_engine_that_is_away_is_said)
{
	struct screen s;
	struct operator *op = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	unsigned done = s.done;

	w.engine.mute = true;
	screen_type(op, &s, "show crypto ikev1 stats");
	ck_assert_uint_eq(s.done, done);
	operator_interrupt(op); /* ^C ends the waiting */
	ck_assert_uint_eq(s.done, done + 1);
	screen_type(op, &s, "show crypto ikev1 stats");
	ipc_channel_close(w.engine.ch);
	w.engine.ch = NULL;
	screens_turn(&w);
	ck_assert_uint_eq(s.done, done + 2);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "ERROR: The VPN engine is not running"));
	ck_assert_ptr_nonnull(strstr(screen_type(op, &s, "show crypto ikev1 stats"), "ERROR: "));
	screen_leave(op, &s);
}
END_TEST

START_TEST(debug_levels_merge_and_lines_go_to_those_who_asked)
{
	struct screen a, b;
	struct operator *one = screen_enter(&w, &a, CONSOLE_KIND_SCRIPT),
			 *two = screen_enter(&w, &b, CONSOLE_KIND_SCRIPT);
	struct ipc_msg line = {.type = MSG_TRACE_LINE, .fd = -1};

	screen_type(one, &a, "debug crypto ikev1 127");
	screen_type(two, &b, "debug crypto ikev1");
	ck_assert_uint_eq(w.engine.level[TRACE_IKE], 127);
	ck_assert_str_eq(
	    screen_type(two, &b, "show debug"), "debug crypto ikev1 enabled at level 1\n");
	text_clear(&a.t);
	text_clear(&b.t);
	line.trace_line.class = TRACE_IKE;
	line.trace_line.level = 127;
	line.trace_line.text = "detail";
	ipc_send(w.engine.ch, &line);
	line.trace_line.level = 1;
	line.trace_line.text = "event";
	ipc_send(w.engine.ch, &line);
	line.trace_line.class = TRACE_IPSEC;
	line.trace_line.text = "other";
	ipc_send(w.engine.ch, &line);
	screens_turn(&w);
	ck_assert_str_eq(text_str(&a.t), "detail\nevent\n");
	ck_assert_str_eq(text_str(&b.t), "event\n");
	screen_leave(one, &a);
	screens_turn(&w);
	ck_assert_uint_eq(w.engine.level[TRACE_IKE], 1);
	screen_type(two, &b, "undebug all");
	ck_assert_uint_eq(w.engine.level[TRACE_IKE], 0);
	screen_leave(two, &b);
}
END_TEST

START_TEST(what_the_kernel_refuses_changes_nothing)
{
	struct screen a, b;
	struct operator *one = screen_enter(&w, &a, CONSOLE_KIND_SCRIPT),
			 *two = screen_enter(&w, &b, CONSOLE_KIND_SCRIPT);
	unsigned done;

	screen_type(one, &a, "configure terminal");
	screen_type(one, &a, "interface GigabitEthernet0/0");
	ck_assert_uint_eq(a.status, 0);
	w.keeper.error = 99;
	ck_assert_str_eq(screen_type(one, &a, "ip address 10.9.8.7 255.255.255.0"),
	    "ERROR: the kernel said no\n");
	ck_assert_uint_eq(a.status, 1);
	ck_assert_ptr_nonnull(
	    strstr(screen_type(two, &b, "show running-config interface"), "no ip address"));
	w.keeper.error = 0;
	w.keeper.mute = true;
	done = a.done;
	screen_type(one, &a, "ip address 10.9.8.7 255.255.255.0");
	ck_assert_uint_eq(a.done, done); /* the keeper has not answered yet */
	done = b.done;
	screen_type(two, &b, "show hostname");
	ck_assert_uint_eq(b.done, done + 1);
	screen_type(two, &b, "configure terminal");
	ck_assert_uint_eq(b.done, done + 1); /* waits its turn */
	w.keeper.mute = false;
	screens_reply(&w.keeper, w.keeper.last_id);
	screens_turn(&w);
	ck_assert_uint_eq(a.status, 0);
	ck_assert_uint_eq(b.done, done + 2);
	ck_assert_ptr_nonnull(strstr(screen_type(two, &b, "show running-config interface"),
	    " ip address 10.9.8.7 255.255.255.0"));
	ck_assert_uint_eq(addr_to_v4(&w.keeper.address), 0x0a090807);
	ck_assert_ptr_nonnull(strstr(text_str(&w.engine.got), "CFG_INTERFACE"));
	screen_leave(one, &a);
	screen_leave(two, &b);
}
END_TEST

START_TEST(an_operator_who_leaves_while_the_keeper_thinks)
{
	struct screen a, b;
	struct operator *one = screen_enter(&w, &a, CONSOLE_KIND_SCRIPT),
			 *two = screen_enter(&w, &b, CONSOLE_KIND_SCRIPT);

	screen_type(one, &a, "configure terminal");
	screen_type(one, &a, "interface GigabitEthernet0/0");
	w.keeper.mute = true;
	screen_type(one, &a, "ip address 10.9.8.7 255.255.255.0");
	screen_leave(one, &a);
	w.keeper.mute = false;
	screens_reply(&w.keeper, w.keeper.last_id);
	screens_turn(&w);
	ck_assert(!w.m->running.settle.turns.taken);
	ck_assert_ptr_nonnull(
	    strstr(screen_type(two, &b, "show running-config interface"), "10.9.8.7"));
	ck_assert_ptr_nonnull(strstr(screen_type(two, &b, "show configuration history"),
	    "[interface GigabitEthernet0/0]\n   ip address 10.9.8.7 255.255.255.0\n"));
	ck_assert_ptr_nonnull(strstr(trail_text(&w.trail),
	    "User 'enable_15' executed the 'ip address 10.9.8.7 255.255.255.0' command."));
	screen_leave(two, &b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_manager");
	TCase *tc = tcase_create("cli_manager");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, queries_collect_their_pages);
	tcase_add_test(tc, records_as_json);
	tcase_add_test(tc, an_engine_that_is_away_is_said);
	tcase_add_test(tc, debug_levels_merge_and_lines_go_to_those_who_asked);
	tcase_add_test(tc, what_the_kernel_refuses_changes_nothing);
	tcase_add_test(tc, an_operator_who_leaves_while_the_keeper_thinks);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
