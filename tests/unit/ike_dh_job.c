/*
 * The lines of Diffie-Hellman jobs: strangers and peers take turns, whoever asks for too much is
 * put off, and an owner may go while his job waits or runs.
 */
#include <check.h>
#include <stdlib.h>

#include "engine/ike/dh_job.h"
#include "tests/support/env_sim.h"

static struct sim sim;
static struct crypto *crypto;
static struct job *lent[64];
static size_t n_lent;
static unsigned ready, put_off;
static struct dh_use use[DH_GROUPS];
static void *who;

static void offload(struct env *env, struct job *job)
{
	(void)env;
	lent[n_lent++] = job;
}

static void on_ready(struct dh_job *j)
{
	ready++;
	who = j->work.owner;
	ck_assert(j->ok);
}

static void on_put_off(void *owner)
{
	put_off++;
	who = owner;
}

static bool start(struct dh_queue *dh, unsigned line, uint64_t key, struct dh_job **slot)
{
	static uint8_t peer[DH_PUBLIC_MAX] = {[127] = 3};
	struct dh_work work = {.line = line,
	    .key = {key, key},
	    .group = dh_group_find(2),
	    .peer = peer,
	    .ready = on_ready,
	    .put_off = on_put_off,
	    .owner = slot};

	return dh_job_start(dh, &work, slot);
}

static void finish(size_t at)
{
	lent[at]->work(lent[at]);
	lent[at]->done(lent[at]);
}

START_TEST(jobs_wait_in_two_lines)
{
	struct dh_job *slot[DH_RUNNING], *stranger[2], *peer[2];
	struct dh_queue *dh;

	dh = dh_queue_create(&sim.env, crypto, use);
	for (size_t k = 0; k < DH_RUNNING; k++)
		ck_assert(start(dh, DH_STRANGERS, k, &slot[k]));
	ck_assert_uint_eq(n_lent, DH_RUNNING);
	for (size_t k = 0; k < 2; k++) {
		ck_assert(start(dh, DH_STRANGERS, 100, &stranger[k]));
		ck_assert(start(dh, DH_PEERS, 7, &peer[k]));
	}
	ck_assert_uint_eq(n_lent, DH_RUNNING);
	/* Whoever finishes makes room for one of each line in turn, the oldest first. */
	for (size_t k = 0; k < 3; k++)
		finish(k);
	ck_assert_uint_eq(ready, 3);
	ck_assert_uint_eq(n_lent, DH_RUNNING + 3);
	ck_assert_ptr_null(slot[2]);
	ck_assert_ptr_eq(lent[DH_RUNNING], &peer[0]->job);
	ck_assert_ptr_eq(lent[DH_RUNNING + 1], &stranger[0]->job);
	ck_assert_ptr_eq(lent[DH_RUNNING + 2], &peer[1]->job);
	/* The owner of one that waits goes: it is taken back; of one that runs: it is not told. */
	dh_job_orphan(&stranger[1]);
	ck_assert_ptr_null(stranger[1]);
	ck_assert_ptr_null(dh->line[DH_STRANGERS].head);
	dh_job_orphan(&slot[3]);
	finish(3);
	ck_assert_uint_eq(ready, 3);
	ck_assert_uint_eq(n_lent, DH_RUNNING + 3);
	ck_assert_uint_eq(use[dh_group_place(dh_group_find(2))].jobs, 4);
	ck_assert_uint_eq(use[dh_group_place(dh_group_find(2))].failed, 0);
	ck_assert_uint_gt(use[dh_group_place(dh_group_find(2))].spent, 0);
	/* The queue goes: what runs ends by itself. */
	for (size_t k = 4; k < DH_RUNNING; k++)
		dh_job_orphan(&slot[k]);
	dh_job_orphan(&peer[0]);
	dh_job_orphan(&stranger[0]);
	dh_job_orphan(&peer[1]);
	dh_queue_destroy(dh);
	for (size_t k = 4; k < n_lent; k++) {
		ck_assert_ptr_null(container_of(lent[k], struct dh_job, job)->queue);
		finish(k);
	}
	ck_assert_uint_eq(ready, 3);
	ck_assert_uint_eq(put_off, 0);
}
END_TEST

START_TEST(greedy_peers_are_put_off)
{
	static struct dh_job *slot[DH_RUNNING + DH_PEER + 2], *other;
	struct dh_queue *dh;
	size_t n = DH_RUNNING + DH_PEER;

	dh = dh_queue_create(&sim.env, crypto, use);
	for (size_t k = 0; k < n; k++)
		ck_assert(start(dh, DH_PEERS, 7, &slot[k]));
	ck_assert(start(dh, DH_PEERS, 8, &other));
	ck_assert_uint_eq(put_off, 0);
	ck_assert(start(dh, DH_PEERS, 7, &slot[n]));
	ck_assert_uint_eq(put_off, 1);
	ck_assert_ptr_ne(who, &other);
	ck_assert_ptr_null(*(struct dh_job **)who);
	ck_assert_ptr_nonnull(slot[n]);
	ck_assert_uint_eq(shares_total(dh->line[DH_PEERS].shares), DH_PEER + 1);
	for (size_t k = 0; k <= n; k++)
		dh_job_orphan(&slot[k]);
	dh_job_orphan(&other);
	ck_assert_uint_eq(shares_total(dh->line[DH_PEERS].shares), 0);
	dh_queue_destroy(dh);
	for (size_t k = 0; k < n_lent; k++)
		finish(k);
	ck_assert_uint_eq(ready, 0);
}
END_TEST

static void setup(void)
{
	sim_init(&sim, 7, NULL, NULL);
	sim.env.offload = offload;
	crypto = crypto_create();
	ck_assert_ptr_nonnull(crypto);
	n_lent = ready = put_off = 0;
}

static void teardown(void)
{
	crypto_destroy(crypto);
	sim_fini(&sim);
}

int main(void)
{
	Suite *s = suite_create("ike_dh_job");
	TCase *tc = tcase_create("dh_job");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, jobs_wait_in_two_lines);
	tcase_add_test(tc, greedy_peers_are_put_off);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
