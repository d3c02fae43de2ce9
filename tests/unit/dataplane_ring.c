/* The ring at its edges, and the backlog of commands that finds no room in it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/commands.h"
#include "engine/dataplane/control.h"
#include "tests/support/one_worker.h"

static struct ring *ring;

static void ring_open(void)
{
	ring = ring_create(256); /* of which 16 before each record */
	ck_assert_ptr_nonnull(ring);
}

static void ring_close(void)
{
	ring_destroy(ring);
}

static void put(size_t len)
{
	ck_assert_ptr_nonnull(ring_reserve(ring, len, 0));
	ring_commit(ring);
}

static void get_one(size_t len)
{
	size_t is;

	ck_assert_ptr_nonnull(ring_peek(ring, &is));
	ck_assert_uint_eq(is, len);
	ring_release(ring);
}

/* A ring may be filled to its last byte, and no further. */
START_TEST(ring_filled)
{
	size_t len;

	ck_assert(ring_empty(ring));
	ck_assert_ptr_null(ring_peek(ring, &len));
	ck_assert_ptr_null(ring_reserve(ring, 241, 0));
	ck_assert_ptr_null(ring_reserve(ring, SIZE_MAX, 0)); /* its size would not be a number */
	put(240);
	ck_assert(!ring_empty(ring));
	ck_assert_ptr_null(ring_reserve(ring, 0, 0));
	get_one(240);
	ck_assert(ring_empty(ring));
	for (int i = 0; i < 16; i++)
		put(0);
	ck_assert_ptr_null(ring_reserve(ring, 0, 0));
	for (int i = 0; i < 16; i++)
		get_one(0);
	ck_assert(ring_empty(ring));
}
END_TEST

START_TEST(ring_spare)
{
	ck_assert_ptr_null(ring_reserve(ring, 112, 129));
	ck_assert_ptr_nonnull(ring_reserve(ring, 112, 128));
	ring_commit(ring);
	ck_assert_ptr_null(ring_reserve(ring, 0, 113));
	ck_assert_ptr_nonnull(ring_reserve(ring, 0, 112));
}
END_TEST

/* A record is in one piece: what does not fit before the end begins at the front. */
START_TEST(ring_wraps)
{
	char *first = ring_reserve(ring, 176, 0), *last, *front; /* 192 bytes */

	ring_commit(ring);
	get_one(176);
	last = ring_reserve(ring, 48, 0); /* the 64 that are left, exactly */
	ck_assert_ptr_eq(last, first + 192);
	ring_commit(ring);
	front = ring_reserve(ring, 16, 0);
	ck_assert_ptr_eq(front, first);
	ring_commit(ring);
	get_one(48);
	get_one(16);
	put(144); /* up to 192 again */
	get_one(144);
	ck_assert_ptr_null(ring_reserve(ring, 177, 0)); /* 64 are lost, and 192 are left */
	front = ring_reserve(ring, 176, 0);
	ck_assert_ptr_eq(front, first);
	memset(front, 0xaa, 176);
	ring_commit(ring);
	ck_assert_ptr_null(ring_reserve(ring, 0, 0));
	get_one(176);
	ck_assert(ring_empty(ring));
	put(3);
	get_one(3);
}
END_TEST

/* ---- the backlog of commands --------------------------------------------------- */

static struct handoff handoff;
static struct one_worker w;
static struct worker *worker;

static void worker_open(void)
{
	one_worker_open(&w);
	worker = w.worker;
	handoff_init(&handoff, worker, NULL);
	pthread_mutex_lock(&worker->turn); /* awake, but carries nothing out */
}

static void worker_close(void)
{
	pthread_mutex_unlock(&worker->turn);
	one_worker_close(&w);
}

static uint32_t said, heard;

static void say(void)
{
	ck_assert(handoff_command(&handoff,
	    &(struct command){.type = COMMAND_PEER_FIT, .peer = 1, .fit = {.mtu = ++said}}));
}

static void hear(uint32_t most)
{
	const struct command *c;
	size_t len;

	while (most-- && (c = ring_peek(worker->commands, &len)) != NULL) {
		ck_assert_uint_eq(c->fit.mtu, ++heard);
		ring_release(worker->commands);
	}
}

/* Who is read at once comes back to the front, and has all of the room there at once. */
START_TEST(ring_leaps)
{
	enum { SIZE = 1 << 16, RECORD = SIZE / 16 };
	struct ring *large = ring_create(SIZE);
	char *first = NULL, *at;
	size_t len, times_first = 0;

	for (int i = 0; i < 100; i++) {
		at = ring_reserve(large, RECORD - 16, 0);
		ck_assert_ptr_nonnull(at);
		first = first ? first : at;
		ck_assert_uint_lt((size_t)(at - first), SIZE / 2);
		times_first += at == first;
		memset(at, i, RECORD - 16);
		ring_commit(large);
		ck_assert_ptr_eq(ring_peek(large, &len), at);
		ck_assert_uint_eq(len, RECORD - 16);
		ring_release(large);
		ck_assert(ring_empty(large));
	}
	ck_assert_uint_gt(times_first, 20);
	while ((at = ring_reserve(large, 0, 0)) != first) { /* to where it leaps next */
		ring_commit(large);
		ck_assert_ptr_eq(ring_peek(large, &len), at);
		ring_release(large);
	}
	/* Asked twice it is the same place, and nothing is seen before it is filled. */
	ck_assert_ptr_eq(ring_reserve(large, 0, 0), first);
	ck_assert_ptr_null(ring_peek(large, &len));
	for (int i = 0; i < 16; i++) {
		ck_assert_ptr_eq(ring_reserve(large, RECORD - 16, 0), first + i * RECORD);
		ring_commit(large);
	}
	ck_assert_ptr_null(ring_reserve(large, 0, 0));
	for (int i = 0; i < 16; i++) {
		ck_assert_ptr_eq(ring_peek(large, &len), first + i * RECORD);
		ring_release(large);
	}
	ck_assert_ptr_null(ring_peek(large, &len));
	ring_destroy(large);
}
END_TEST

/* Where it has leapt once it goes on, when it comes there again and is full. */
START_TEST(ring_leaps_once)
{
	enum { SIZE = 1 << 16, RECORDS = 4 * SIZE / 32 };
	struct ring *large = ring_create(SIZE);
	unsigned *at, *first = NULL, put_in = 0, got = 0;
	size_t len;
	bool leapt = false;

	while (got < RECORDS) {
		at = put_in < RECORDS ? ring_reserve(large, sizeof *at, 0) : NULL;
		if (at) {
			leapt = leapt || at == first;
			first = first ? first : at;
			*at = put_in++;
			ring_commit(large);
			if (leapt) /* from now on it is filled before it is read */
				continue;
		}
		at = ring_peek(large, &len);
		ck_assert_ptr_nonnull(at);
		if (*at != got++)
			ck_abort_msg("record %u is %u", got - 1, *at);
		ring_release(large);
	}
	ck_assert(leapt);
	ck_assert(ring_empty(large));
	ring_destroy(large);
}
END_TEST

/* Nothing is lost to a full ring and nothing overtakes, the second time as the first. */
START_TEST(backlog)
{
	said = heard = 0;
	for (int round = 0; round < 3; round++) {
		while (!handoff.backlog)
			say();
		for (int i = 0; i < 5; i++)
			say();
		ck_assert(!handoff_send(
		    &handoff, &(struct command){.type = COMMAND_SEND}, (const uint8_t *)"x", 1));
		handoff_flush(&handoff);
		ck_assert_ptr_nonnull(handoff.backlog);
		hear(2); /* room for two of the six */
		handoff_flush(&handoff);
		ck_assert_ptr_nonnull(handoff.backlog);
		say(); /* behind those that wait */
		hear(UINT32_MAX);
		ck_assert_uint_lt(heard, said);
		handoff_flush(&handoff);
		ck_assert_ptr_null(handoff.backlog);
		hear(UINT32_MAX);
		ck_assert_uint_eq(heard, said);
		handoff_flush(&handoff);
		ck_assert(ring_empty(worker->commands));
	}
	ck_assert(handoff_send(
	    &handoff, &(struct command){.type = COMMAND_SEND}, (const uint8_t *)"x", 1));
}
END_TEST

/* The control side may sleep with a backlog: once there is room it is told. */
START_TEST(backlog_comes_back)
{
	said = heard = 0;
	while (!handoff.backlog)
		say();
	handoff_flush(&handoff);
	ck_assert_ptr_nonnull(handoff.backlog);
	ck_assert(!worker->outbox.news);
	commands_run(worker);
	ck_assert(worker->outbox.news);
	worker->outbox.news = false;
	handoff_flush(&handoff);
	ck_assert_ptr_null(handoff.backlog);
	commands_run(worker);
	ck_assert(ring_empty(worker->commands));
	ck_assert(!worker->outbox.news); /* nobody waits for it now */
}
END_TEST

/* At the end all is carried out, the backlog too. */
START_TEST(backlog_at_the_end)
{
	said = heard = 0;
	while (!handoff.backlog)
		say();
	say();
	handoff_finish(&handoff);
	ck_assert(ring_empty(worker->commands));
	ck_assert_ptr_null(handoff.backlog);
}
END_TEST

/* What is said in a turn of the loop is done at its end, or when it has become much: by the worker
 * who is awake, in place of one who sleeps. */
START_TEST(in_place_of_a_sleeper)
{
	handoff_command(&handoff, &(struct command){.type = COMMAND_PEER_FIT});
	handoff_flush(&handoff);
	ck_assert(!ring_empty(worker->commands));
	pthread_mutex_unlock(&worker->turn);
	handoff_command(&handoff, &(struct command){.type = COMMAND_PEER_FIT});
	ck_assert(!ring_empty(worker->commands));
	handoff_flush(&handoff);
	ck_assert(ring_empty(worker->commands));
	for (unsigned i = 0; i < 100; i++)
		handoff_command(&handoff, &(struct command){.type = COMMAND_PEER_FIT});
	ck_assert_uint_lt(handoff.owed, 100);
	ck_assert_int_eq(pthread_mutex_trylock(&worker->turn), 0); /* it was given back */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_ring");
	TCase *tc;
	SRunner *r = srunner_create(s);
	int failed;

	tc = tcase_create("ring");
	tcase_add_checked_fixture(tc, ring_open, ring_close);
	tcase_add_test(tc, ring_filled);
	tcase_add_test(tc, ring_spare);
	tcase_add_test(tc, ring_wraps);
	tcase_add_test(tc, ring_leaps);
	tcase_add_test(tc, ring_leaps_once);
	suite_add_tcase(s, tc);
	tc = tcase_create("backlog");
	tcase_add_checked_fixture(tc, worker_open, worker_close);
	tcase_add_test(tc, backlog);
	tcase_add_test(tc, backlog_comes_back);
	tcase_add_test(tc, backlog_at_the_end);
	tcase_add_test(tc, in_place_of_a_sleeper);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
