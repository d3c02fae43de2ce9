/*
 * Accounting waits for its servers: through their absence, the death of this process and of the
 * appliance; in order, to one server or to all.
 */
#include "tests/support/accounting_sim.h"

/* ---- while all is well
 * ------------------------------------------------------------------------------- */

START_TEST(told_at_once)
{
	acct_put(ACCOUNT_START, "one", 0);
	acct_put(ACCOUNT_INTERIM, "one", 10);
	acct_put(ACCOUNT_COMMAND, "two", 0);
	acct_put(ACCOUNT_STOP, "one", 20);
	acct_expect(0, "oneS oneI twoC oneP/1/20/2");
	ck_assert_uint_eq(acct_waiting(), 0);
	ck_assert_uint_eq(acct_n_logs, 0);
}
END_TEST

/* Many at once; but of one session the next is told when the one before is there. */
START_TEST(in_order)
{
	struct conversation *one;

	acct_plan[0] = 'S';
	acct_put(ACCOUNT_START, "one", 0);
	acct_put(ACCOUNT_STOP, "one", 20);
	acct_put(ACCOUNT_START, "two", 0);
	ck_assert_uint_eq(acct_n_asked[0], 2);
	ck_assert_str_eq(acct_asked[0][0]->request.account->key, "one");
	ck_assert_str_eq(acct_asked[0][1]->request.account->key, "two");
	one = acct_asked[0][0];
	acct_n_asked[0] = 1;
	acct_answer(acct_asked[0][1], 0, 'A');
	acct_n_asked[0] = 0;
	acct_answer(one, 0, 'A');
	acct_expect(0, "twoS oneS");
	ck_assert_uint_eq(acct_n_asked[0], 1); /* the stop */
	acct_plan[0] = 'A';
	sim_run(&acct_sim, 60 * SEC);
	acct_expect(0, "oneP/1/20/2");
}
END_TEST

/* ---- servers that are away
 * ------------------------------------------------------------------------------ */

START_TEST(away_for_a_minute)
{
	char key[16], all[4096] = "";

	acct_plan[0] = 'S';
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof key, "k%d", i);
		acct_put(ACCOUNT_START, key, 0);
		sprintf(all + strlen(all), "%s%sS", i ? " " : "", key);
	}
	ck_assert_uint_eq(acct_n_asked[0], 64);
	sim_run(&acct_sim, 60 * SEC);
	ck_assert_uint_le(acct_n_asked[0], 1); /* one tries */
	acct_expect(0, "");
	ck_assert_uint_eq(acct_waiting(), 100);
	acct_plan[0] = 'A';
	sim_run(&acct_sim, 60 * SEC);
	acct_expect(0, all);
	ck_assert_uint_eq(acct_waiting(), 0);
	ck_assert_uint_eq(acct_lost(), 0);
}
END_TEST

/* What a server refuses, it will refuse for ever. */
START_TEST(refused)
{
	acct_plan[0] = 'R';
	acct_put(ACCOUNT_START, "one", 0);
	ck_assert_uint_eq(acct_waiting(), 0);
	ck_assert_uint_eq(acct_lost(), 1);
	ck_assert_uint_eq(acct_n_logs, 1);
	acct_plan[0] = 'E';
	acct_put(ACCOUNT_START, "two", 0);
	ck_assert_uint_eq(acct_waiting(), 1);
	sim_run(&acct_sim, 300 * SEC);
	ck_assert_uint_eq(acct_waiting(), 0);
	ck_assert_uint_eq(acct_lost(), 2);
	accounting_clear(acct_a, &acct_server[0]);
	ck_assert_uint_eq(acct_lost(), 0);
}
END_TEST

START_TEST(to_all_of_them)
{
	uint64_t queued, n;

	acct_config.accounting_mode = "simultaneous";
	acct_group.n = 2;
	acct_plan[1] = 'S';
	acct_put(ACCOUNT_START, "one", 0);
	acct_put(ACCOUNT_STOP, "one", 20);
	acct_expect(0, "oneS oneP/1/20/2");
	ck_assert_uint_eq(acct_waiting(), 0);
	accounting_count(acct_a, &acct_server[1], &queued, &n);
	ck_assert_uint_eq(queued, 2);
	acct_die(); /* who has it and who has not is kept, too */
	acct_live(false);
	acct_expect(0, "");
	acct_plan[1] = 'A';
	sim_run(&acct_sim, 60 * SEC);
	acct_expect(1, "oneS oneP/1/20/2");
	acct_expect(0, "");
	accounting_count(acct_a, &acct_server[1], &queued, &n);
	ck_assert_uint_eq(queued, 0);
	/* A server that was to have it is none any more. */
	acct_plan[1] = 'S';
	acct_put(ACCOUNT_START, "two", 0);
	ck_assert_ptr_nonnull(TAILQ_FIRST(&account_queue_find(&acct_a->queue, "RAD")->records));
	accounting_server_goes(acct_a, &acct_server[1]);
	acct_group.n = 1;
	accounting_configured(acct_a);
	ck_assert_ptr_null(TAILQ_FIRST(&account_queue_find(&acct_a->queue, "RAD")->records));
	ck_assert_uint_eq(acct_lost(), 0);
}
END_TEST

START_TEST(a_group_goes)
{
	acct_plan[0] = 'S';
	acct_put(ACCOUNT_START, "one", 0);
	accounting_server_goes(acct_a, &acct_server[0]);
	ck_assert_uint_eq(acct_n_asked[0], 0);
	accounting_configured(acct_a); /* it was only changed */
	ck_assert_uint_eq(acct_n_asked[0], 1);
	accounting_group_goes(acct_a, &acct_group);
	acct_known = false;
	accounting_configured(acct_a);
	ck_assert_uint_eq(acct_waiting(), 0);
	ck_assert_uint_eq(acct_lost(), 1);
}
END_TEST

/* ---- deaths
 * --------------------------------------------------------------------------------------------- */

START_TEST(this_process_dies)
{
	acct_plan[0] = 'S';
	acct_put(ACCOUNT_START, "one", 0);
	acct_put(ACCOUNT_STOP, "two", 7);
	acct_die();
	acct_plan[0] = 'A';
	acct_live(false);
	acct_expect(0, "oneS twoP/1/7/0");
	acct_die();
	acct_live(false); /* what was done with does not come again */
	acct_expect(0, "");
	acct_put(ACCOUNT_STOP, "one", 30);
	acct_expect(0, "oneP/1/30/3");
	acct_die();
	acct_live(true); /* nothing is open */
	acct_expect(0, "");
}
END_TEST

/* Who says a record is told when it is kept; one that comes once more was kept before. */
START_TEST(taken)
{
	acct_sim.slow_jobs = true;
	acct_plan[0] = 'S';
	acct_next_id = 7;
	acct_put(ACCOUNT_START, "one", 0);
	ck_assert_str_eq(acct_takens, "");
	ck_assert(accounting_busy(acct_a));
	sim_run(&acct_sim, 1);
	ck_assert_str_eq(acct_takens, "7 ");
	acct_next_id = 8;
	acct_put(ACCOUNT_COMMAND, "two", 0);
	sim_run(&acct_sim, 1);
	ck_assert(!accounting_busy(acct_a));
	acct_die();
	acct_sim.slow_jobs = false;
	acct_plan[0] = 'A';
	acct_live(false);
	acct_expect(0, "oneS twoC");
	acct_takens[0] = 0;
	acct_put(ACCOUNT_COMMAND, "two", 0);
	acct_next_id = 7;
	acct_put(ACCOUNT_START, "one", 0); /* its session is known to be open */
	ck_assert_str_eq(acct_takens, "8 7 ");
	acct_expect(0, "twoC"); /* nothing is known of that any more */
}
END_TEST

/* Sessions that were open get a stop with what was known of them last. */
START_TEST(the_appliance_dies)
{
	acct_put(ACCOUNT_START, "one", 0);
	acct_put(ACCOUNT_INTERIM, "one", 50);
	acct_put(ACCOUNT_START, "two", 0);
	acct_put(ACCOUNT_STOP, "two", 60);
	acct_put(ACCOUNT_START, "three", 0);
	acct_expect(0, "oneS oneI twoS twoP/1/60/6 threeS");
	acct_die();
	sim_run(&acct_sim, 100 * SEC);
	acct_live(true);
	ck_assert(strcmp(acct_said[0], "oneP/11/50/5 threeP/11/0/0") == 0 ||
		  strcmp(acct_said[0], "threeP/11/0/0 oneP/11/50/5") == 0);
	acct_said[0][0] = 0;
	acct_die();
	acct_live(true);
	acct_expect(0, "");
}
END_TEST

START_TEST(the_engine_dies)
{
	acct_put(ACCOUNT_START, "one", 50);
	sim_run(&acct_sim, 100 * SEC);
	accounting_role_gone(acct_a, ROLE_MANAGER);
	accounting_role_gone(acct_a, ROLE_ENGINE);
	accounting_role_gone(acct_a, ROLE_ENGINE);
	acct_expect(0, "oneS oneP/9/50/105");
	/* It died together with this process: the first session of the next one tells. */
	acct_put(ACCOUNT_START, "AAAAAAAABBBB00000001", 0);
	acct_die();
	acct_live(false);
	acct_put(ACCOUNT_START, "CCCCCCCCBBBB00000001", 0);
	acct_put(ACCOUNT_START, "CCCCCCCCBBBB00000002", 0);
	acct_expect(0, "AAAAAAAABBBB00000001S AAAAAAAABBBB00000001P/9/0/0 CCCCCCCCBBBB00000001S "
		       "CCCCCCCCBBBB00000002S");
}
END_TEST

/* A RADIUS server hears that the appliance serves, once, before all else; and when it does no more.
 * Not of a new process of an old appliance. */
START_TEST(on_and_off)
{
	const char *at;

	acct_config.protocol = "radius";
	acct_put(ACCOUNT_START, "one", 0);
	acct_put(ACCOUNT_STOP, "one", 0);
	ck_assert_int_eq(strncmp(acct_said[0], "aaa", 3), 0);
	at = strchr(acct_said[0], ' ');
	ck_assert_int_eq(at[-1], 'N');
	ck_assert_str_eq(at, " oneS oneP/1/0/0");
	acct_said[0][0] = 0;
	accounting_off(acct_a);
	accounting_off(acct_a);
	ck_assert_ptr_null(strchr(acct_said[0], ' '));
	ck_assert_int_eq(acct_said[0][strlen(acct_said[0]) - 1], 'F');
	acct_die();
	acct_said[0][0] = 0;
	acct_live(false);
	acct_put(ACCOUNT_COMMAND, "two", 0);
	accounting_off(acct_a);
	acct_expect(0, "twoC");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("accounting");
	TCase *t = tcase_create("accounting");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, acct_setup, acct_teardown);
	tcase_add_test(t, told_at_once);
	tcase_add_test(t, in_order);
	tcase_add_test(t, away_for_a_minute);
	tcase_add_test(t, refused);
	tcase_add_test(t, to_all_of_them);
	tcase_add_test(t, a_group_goes);
	tcase_add_test(t, this_process_dies);
	tcase_add_test(t, taken);
	tcase_add_test(t, the_appliance_dies);
	tcase_add_test(t, the_engine_dies);
	tcase_add_test(t, on_and_off);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
