/*
 * What a pair of SAs has so much of: its lifetimes in bytes, told once each, its sequence numbers,
 * and random bytes for IVs.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_worker.h"

static struct one_worker w;
static struct worker *worker;

static void worker_open(void)
{
	one_worker_open(&w);
	worker = w.worker;
}

static void worker_close(void)
{
	one_worker_close(&w);
}

static struct dp_sa *pair(uint32_t spi, uint32_t peer)
{
	struct child child = one_worker_child();

	return one_worker_pair(&w, &child, spi, peer);
}

/* Each is told once, of each direction: nearly used up, and used up (RFC 4301 4.4.2.1). */
START_TEST(lifetimes)
{
	static const struct {
		uint64_t bytes;
		uint32_t sequence;
		int told; /* 0 nothing, 1 soft, 2 hard */
	} table[] = {
	    {972 - 1, 1, 0},
	    {972, 1, 1}, /* 95 of 100 of 1024 */
	    {1023, 2, 0},
	    {1024, 3, 2},
	    {1025, 4, 0},
	};
	struct child child = one_worker_child();
	struct dp_sa *sa;
	const struct event *e;
	size_t len;

	child.kilobytes = 1;
	sa = one_worker_pair(&w, &child, 0x10000, 1);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		set(&sa->in.bytes, table[i].bytes);
		sa->in.sequence = table[i].sequence;
		pair_lifetime(sa, &sa->in, &worker->outbox);
		e = ring_peek(worker->outbox.events, &len);
		ck_assert_msg((e != NULL) == (table[i].told != 0), "row %zu", i);
		if (!e)
			continue;
		ck_assert_int_eq(e->type, EVENT_EXHAUSTED);
		ck_assert_uint_eq(e->spi, 0x10000);
		ck_assert_int_eq(e->hard, table[i].told == 2);
		ring_release(worker->outbox.events);
	}
	ck_assert(!sa->out.said_soft && !sa->out.said_hard);
	pair_free(sa);
}
END_TEST

START_TEST(sequence_numbers_run_out)
{
	static const struct {
		uint32_t sequence;
		bool soft, hard;
	} table[] = {
	    {0xefffffff, false, false},
	    {0xf0000000, true, false},
	    {UINT32_MAX - 1, true, false},
	    {UINT32_MAX, true, true},
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct dp_sa *sa = pair(0x10000, 1);
		const struct event *e;
		size_t len;

		set(&sa->out.bytes, UINT64_MAX / 2); /* without a limit of bytes */
		sa->out.sequence = table[i].sequence;
		pair_lifetime(sa, &sa->out, &worker->outbox);
		ck_assert_int_eq(sa->out.said_soft, table[i].soft);
		ck_assert_int_eq(sa->out.said_hard, table[i].hard);
		e = ring_peek(worker->outbox.events, &len);
		ck_assert_int_eq(e != NULL, table[i].soft);
		if (e) {
			ck_assert_int_eq(e->hard, table[i].hard);
			ring_release(worker->outbox.events);
		}
		ck_assert(ring_empty(worker->outbox.events));
		pair_free(sa);
	}
}
END_TEST

/* What finds no room is told by the next packet. */
START_TEST(lifetime_told_later)
{
	struct dp_sa *sa = pair(0x10000, 1);
	size_t len;

	sa->hard_bytes = sa->soft_bytes = 0;
	while (outbox_event(&worker->outbox, EVENT_MOVED, 0))
		outbox_commit(&worker->outbox);
	pair_lifetime(sa, &sa->in, &worker->outbox);
	ck_assert(!sa->in.said_soft && !sa->in.said_hard);
	while (ring_peek(worker->outbox.events, &len))
		ring_release(worker->outbox.events);
	pair_lifetime(sa, &sa->in, &worker->outbox);
	ck_assert(sa->in.said_soft && sa->in.said_hard);
	ck_assert_ptr_nonnull(ring_peek(worker->outbox.events, &len));
	pair_free(sa);
}
END_TEST

/* A batch of random bytes for IVs serves its last, and no byte is given twice. */
START_TEST(ivs)
{
	static uint8_t seen[4096 / CRYPT_IV_MAX + 1][CRYPT_IV_MAX];
	size_t n = sizeof seen / sizeof *seen;

	for (size_t i = 0; i < n; i++) {
		memcpy(seen[i], worker_iv(worker), CRYPT_IV_MAX);
		for (size_t k = 0; k < i; k++)
			ck_assert_mem_ne(seen[i], seen[k], CRYPT_IV_MAX);
		ck_assert_uint_le(worker->iv.used, sizeof worker->iv.bytes);
		if (i == n - 2)
			ck_assert_uint_eq(worker->iv.used, sizeof worker->iv.bytes);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_lifetimes");
	TCase *tc = tcase_create("dataplane_lifetimes");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, worker_open, worker_close);
	tcase_add_test(tc, lifetimes);
	tcase_add_test(tc, sequence_numbers_run_out);
	tcase_add_test(tc, lifetime_told_later);
	tcase_add_test(tc, ivs);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
