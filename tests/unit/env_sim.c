/* The simulator itself: time passes in order, and one seed gives one run. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/env_sim.h"

struct ticker {
	struct timer timer;
	struct sim *sim;
	unsigned fired;
};

static void tick(struct timer *t)
{
	struct ticker *k = container_of(t, struct ticker, timer);

	k->fired++;
	timer_start(&k->sim->env, t, 60 * SEC);
}

START_TEST(a_month_passes)
{
	struct sim s;
	struct ticker k = {.timer.fire = tick, .sim = &s};
	int64_t wall;

	sim_init(&s, 1, NULL, NULL);
	wall = s.env.wall(&s.env);
	timer_start(&s.env, &k.timer, 60 * SEC);
	sim_run(&s, 30 * 86400 * SEC);
	ck_assert_uint_eq(k.fired, 30 * 1440);
	ck_assert_int_eq(s.env.wall(&s.env) - wall, 30 * 86400);
	timer_stop(&s.env, &k.timer);
	sim_fini(&s);
}
END_TEST

struct log {
	char text[64];
	size_t len;
};

static void record(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct log *log = arg;

	ck_assert_uint_eq(path->local.port, 500);
	ck_assert_uint_eq(len, 1);
	if (log->len < sizeof log->text - 1)
		log->text[log->len++] = (char)msg[0];
}

static void exchange(uint64_t seed, struct log *log, struct sim *s)
{
	struct path path = {.local.port = 500};

	memset(log, 0, sizeof *log);
	sim_init(s, seed, record, log);
	s->latency = 20 * MSEC;
	s->jitter = 50 * MSEC;
	s->loss = 200;
	s->doubled = 100;
	for (char c = 'a'; c <= 'z'; c++) {
		s->env.send(&s->env, &path, &c, 1);
		sim_run(s, 10 * MSEC);
	}
	sim_run_idle(s, SEC);
}

START_TEST(one_seed_one_run)
{
	struct sim s;
	struct log a, b, c;

	exchange(7, &a, &s);
	ck_assert_uint_eq(s.sent, 26);
	ck_assert_uint_gt(s.lost, 0);
	ck_assert_uint_eq(s.delivered, a.len);
	sim_fini(&s);
	exchange(7, &b, &s);
	sim_fini(&s);
	exchange(8, &c, &s);
	sim_fini(&s);
	ck_assert_str_eq(a.text, b.text);
	ck_assert_str_ne(a.text, c.text);
}
END_TEST

struct work {
	struct job job;
	int worked, done;
};

static void work(struct job *j)
{
	container_of(j, struct work, job)->worked++;
}

static void done(struct job *j)
{
	container_of(j, struct work, job)->done++;
}

START_TEST(jobs_inline_or_later)
{
	struct sim s;
	struct work w = {.job = {work, done}};

	sim_init(&s, 1, NULL, NULL);
	s.env.offload(&s.env, &w.job);
	ck_assert_int_eq(w.done, 1);
	s.slow_jobs = true;
	s.env.offload(&s.env, &w.job);
	ck_assert_int_eq(w.worked, 2);
	ck_assert_int_eq(w.done, 1);
	sim_run(&s, 0);
	ck_assert_int_eq(w.done, 2);
	sim_fini(&s);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("env_sim");
	TCase *tc = tcase_create("env_sim");
	SRunner *runner;
	int failed;

	tcase_add_test(tc, a_month_passes);
	tcase_add_test(tc, one_seed_one_run);
	tcase_add_test(tc, jobs_inline_or_later);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
