/*
 * A group of servers: the order in which they are asked, who is dead, its deadline, and how
 * many groups there are.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fakes.h"

static struct fakes w;

static void setup(void)
{
	fakes_setup(&w);
}

static void teardown(void)
{
	fakes_teardown(&w);
}

/* ---- the order of a group --------------------------------------------------------------- */

static const struct {
	const char *plans;
	bool fallback;
	const char *asked;
	uint8_t result;
	enum reason reason;
	const char *log;
} orders[] = {
    {"A", false, "0", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"R", true, "0", AUTH_REJECT, REASON_AUTH_REJECTED, "fake server"}, /* a no is an answer */
    {"E", false, "0", AUTH_ERROR, REASON_NO_MEMORY, "not accessible"},
    {"E", true, "0", AUTH_ACCEPT, REASON_NONE, "local database"},
    {"EA", true, "01", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"EER", true, "012", AUTH_REJECT, REASON_AUTH_REJECTED, "fake server"},
    {"EEA", false, "012", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"EEEE", false, "0123", AUTH_ERROR, REASON_NO_MEMORY, "not accessible"},
    {"EEEE", true, "0123", AUTH_ACCEPT, REASON_NONE, "local database"},
    {"AE", true, "0", AUTH_ACCEPT, REASON_NONE, "fake server"},
    {"", false, "", AUTH_ERROR, REASON_AUTH_NO_SERVER, "not accessible"},
    {"", true, "", AUTH_ACCEPT, REASON_NONE, "local database"},
};

START_TEST(a_group_in_its_order)
{
	w.group.n = strlen(orders[_i].plans);
	for (size_t i = 0; i < w.group.n; i++)
		w.fake[i].plan = orders[_i].plans[i];
	fakes_ask(&w, 1, orders[_i].fallback);
	ck_assert_str_eq(w.asked, orders[_i].asked);
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_uint_eq(w.heard.last.id, 1);
	ck_assert_uint_eq(w.heard.last.result, orders[_i].result);
	ck_assert_uint_eq(w.heard.last.reason, orders[_i].reason);
	ck_assert_ptr_nonnull(strstr(w.heard.log, orders[_i].log));
	if (orders[_i].plans[0]) /* who has erred has a last failure to show, and nobody else */
		ck_assert(!w.server[0].why[0] == (orders[_i].plans[0] != 'E'));
}
END_TEST

/* Who erred is passed over for a while; the others go on. */
START_TEST(the_dead_are_passed_over)
{
	w.group.n = 3;
	w.fake[0].plan = 'E';
	w.fake[1].plan = w.fake[2].plan = 'A';
	fakes_ask(&w, 1, false);
	ck_assert_str_eq(w.asked, "01");
	w.fake[0].plan = 'A';
	fakes_ask(&w, 2, false);
	ck_assert_str_eq(w.asked, "1");
	sim_run(&w.sim, 2 * FAKES_DEAD); /* depletion: until all are dead */
	fakes_ask(&w, 3, false);
	ck_assert_str_eq(w.asked, "1");
	aaa_group_set(&w.group, &w.server[0], true, w.sim.now);
	fakes_ask(&w, 4, false);
	ck_assert_str_eq(w.asked, "0");
}
END_TEST

/* By `timed` each one comes back half a minute later. */
START_TEST(the_dead_come_back)
{
	w.group.n = 2;
	w.group.timed = true;
	w.fake[0].plan = 'E';
	w.fake[1].plan = 'A';
	fakes_ask(&w, 1, false);
	w.fake[0].plan = 'A';
	sim_run(&w.sim, 30 * SEC - 1);
	fakes_ask(&w, 2, false);
	ck_assert_str_eq(w.asked, "1");
	sim_run(&w.sim, 1);
	fakes_ask(&w, 3, false);
	ck_assert_str_eq(w.asked, "0");
}
END_TEST

/* One failure is none while there are more to come; an answer between starts the count anew. */
START_TEST(so_many_failures_in_a_row)
{
	w.group.n = 2;
	w.group.max_failed = 2;
	w.fake[1].plan = 'A';
	for (uint32_t i = 0; i < 2; i++) {
		w.fake[0].plan = i ? 'A' : 'E';
		fakes_ask(&w, 1 + i, false);
		ck_assert_str_eq(w.asked, i ? "0" : "01");
	}
	w.fake[0].plan = 'E';
	for (uint32_t i = 0; i < 3; i++) {
		fakes_ask(&w, 3 + i, false);
		ck_assert_str_eq(w.asked, i < 2 ? "01" : "1");
	}
}
END_TEST

/* When all are dead LOCAL answers without a word to them; without it they get another chance. */
START_TEST(when_all_are_dead)
{
	w.group.n = 2;
	w.fake[0].plan = w.fake[1].plan = 'E';
	fakes_ask(&w, 1, true);
	ck_assert_str_eq(w.asked, "01");
	fakes_ask(&w, 2, true);
	ck_assert_str_eq(w.asked, "");
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
	w.fake[1].plan = 'A';
	fakes_ask(&w, 3, false);
	ck_assert_str_eq(w.asked, "01");
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
	fakes_ask(&w, 4, false);
	ck_assert_str_eq(w.asked, "1");
	w.fake[1].plan = 'E';
	fakes_ask(&w, 5, true);
	ck_assert_str_eq(w.asked, "1");
	sim_run(&w.sim, FAKES_DEAD - 1);
	fakes_ask(&w, 6, true);
	ck_assert_str_eq(w.asked, "");
	sim_run(&w.sim, 1);
	fakes_ask(&w, 7, true);
	ck_assert_str_eq(w.asked, "01");
}
END_TEST

/* ---- the deadline ----------------------------------------------------------------------- */

/* Each server has its own time; then the next one is asked. */
/* What waits anyhow tries the dead in turn, and they stay dead until one answers. */
START_TEST(the_dead_are_tried_in_turn)
{
	uint64_t now = w.sim.now;

	w.group.n = 2;
	for (size_t i = 0; i < 2; i++)
		aaa_group_set(&w.group, w.group.server[i], false, now);
	for (size_t i = 0; i < 4; i++)
		ck_assert_ptr_eq(
		    aaa_group_first_of_all(&w.group, now), w.group.server[(i + 1) % 2]);
	ck_assert(!aaa_group_failed(&w.group, w.group.server[0], now));
	ck_assert_ptr_eq(aaa_group_first(&w.group, &w.server[3], now), &w.server[3]);
	aaa_group_answered(w.group.server[1]);
	ck_assert_ptr_eq(aaa_group_first_of_all(&w.group, now), w.group.server[1]);
	w.group.n = 0;
	ck_assert_ptr_null(aaa_group_first_of_all(&w.group, now));
}
END_TEST

START_TEST(the_silent_are_left)
{
	w.group.n = 2;
	w.fake[0].plan = 'S';
	w.fake[1].plan = 'A';
	fakes_ask(&w, 1, true);
	sim_run(&w.sim, FAKES_DEADLINE - 1);
	ck_assert_uint_eq(w.heard.replies, 0);
	ck_assert_uint_eq(w.fake[0].cancels, 0);
	sim_run(&w.sim, 1);
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
	ck_assert_uint_eq(w.fake[0].cancels, 1);
	ck_assert_uint_eq(w.server[0].counters.timeouts, 1);
	ck_assert_uint_eq(w.server[0].pending, 0);
	fakes_ask(&w, 2, true); /* the silent one is dead */
	ck_assert_str_eq(w.asked, "1");
	sim_run(&w.sim, FAKES_DEADLINE);
	ck_assert_uint_eq(w.heard.replies, 1);
	w.fake[1].plan = 'S';
	fakes_ask(&w, 3, false);
	sim_run(&w.sim, FAKES_DEADLINE);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ERROR);
	ck_assert_uint_eq(w.heard.last.reason, REASON_AUTH_TIMEOUT);
	ck_assert_str_eq(w.heard.log,
	    "AAA authentication server not accessible : fake server : user = local\n");
}
END_TEST

/* The client may think as long as its protocol lets it; then the server's time begins anew. */
START_TEST(a_challenge_stops_the_clock)
{
	w.fake[0] = (struct fake){.plan = 'C', .after = 'S', .wanted = CHALLENGE_TEXT};
	sim_run(&w.sim, SEC);
	fakes_ask(&w, 1, false);
	sim_run(&w.sim, 100 * FAKES_DEADLINE);
	ck_assert_uint_eq(w.heard.replies, 1);
	fakes_say(&w, 1, "at last");
	sim_run(&w.sim, FAKES_DEADLINE - 1);
	ck_assert_uint_eq(w.heard.replies, 0);
	sim_run(&w.sim, 1);
	ck_assert_uint_eq(w.heard.replies, 1);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ERROR);
	ck_assert_uint_eq(w.fake[0].cancels, 1);
}
END_TEST

START_TEST(groups_are_counted)
{
	unsigned n = 2; /* LOCAL and FAKE */

	while (aaa_group_add(w.aaa, "MORE", &w.group))
		n++;
	ck_assert_uint_eq(n, 8);
	w.fake[0].plan = 'A';
	fakes_ask(&w, 1, false);
	ck_assert_uint_eq(w.heard.last.result, AUTH_ACCEPT);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_group");
	TCase *tc = tcase_create("aaa_group");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_group_in_its_order, 0, sizeof orders / sizeof *orders);
	tcase_add_test(tc, the_dead_are_passed_over);
	tcase_add_test(tc, when_all_are_dead);
	tcase_add_test(tc, the_dead_are_tried_in_turn);
	tcase_add_test(tc, the_silent_are_left);
	tcase_add_test(tc, the_dead_come_back);
	tcase_add_test(tc, so_many_failures_in_a_row);
	tcase_add_test(tc, a_challenge_stops_the_clock);
	tcase_add_test(tc, groups_are_counted);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
