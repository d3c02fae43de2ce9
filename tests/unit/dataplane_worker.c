/* A packet worker alone: in which order it is told what to do, and where its IVs come from. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/dataplane/handoff.h"
#include "tests/support/one_worker.h"

static struct one_worker one;

static void open_one(void)
{
	one_worker_open(&one);
}

static void close_one(void)
{
	one_worker_close(&one);
}

/* As the worker: what is in its ring, which is to go on behind `heard`. */
static uint32_t hear(uint32_t heard)
{
	const struct command *c;
	size_t len;

	for (; (c = ring_peek(one.worker->commands, &len)); ring_release(one.worker->commands))
		ck_assert_uint_eq(c->spi, ++heard);
	return heard;
}

/* More commands than the ring has room for wait, each in its place, and none is lost; what may be
 * lost does not go ahead of them. A worker that is at work is told that its room is wanted. */
START_TEST(nothing_overtakes)
{
	enum { MANY = 4000 };
	struct command c = {.type = COMMAND_PEER_USE};
	uint32_t said = 0, heard = 0, before;
	struct handoff h;

	handoff_init(&h, one.worker, NULL);
	pthread_mutex_lock(&one.worker->turn); /* at work */
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			c.spi = ++said;
			ck_assert(handoff_command(&h, &c));
		}
		ck_assert_ptr_nonnull(h.backlog);
		ck_assert(!handoff_send(&h, &c, (const uint8_t *)"x", 1));
		do {
			before = heard;
			heard = hear(heard);
			atomic_store(&one.worker->wanted, false);
			handoff_flush(&h);
			ck_assert_int_eq(atomic_load(&one.worker->wanted), h.backlog != NULL);
		} while (heard > before);
		ck_assert_uint_eq(heard, said);
		c.spi = ++said;
		ck_assert(handoff_send(&h, &c, (const uint8_t *)"x", 1));
		ck_assert_uint_eq(heard = hear(heard), said);
	}
	pthread_mutex_unlock(&one.worker->turn);
}
END_TEST

/* As long as others follow some wait, and are done together: time after time as many. */
START_TEST(several_at_once)
{
	struct command c = {.type = COMMAND_PEER_USE};
	struct worker *w = one.worker;
	unsigned many = 0, n;
	struct handoff h;

	w->io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	handoff_init(&h, w, NULL);
	for (int round = 0; round < 3; round++) {
		n = 0;
		do {
			ck_assert(handoff_command(&h, &c));
			n++;
		} while (!ring_empty(w->commands));
		if (round == 0)
			many = n;
		ck_assert_uint_gt(n, 1);
		ck_assert_uint_eq(n, many);
	}
}
END_TEST

/* One that sleeps is worked for, and the control side hears at once what came of it. */
START_TEST(the_turn_is_borrowed)
{
	struct command c = {.type = COMMAND_SA_REMOVE, .spi = 0x10001};
	struct handoff h;
	uint64_t n;

	one.worker->io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	one_worker_add(&one, c.spi, 7, true);
	handoff_init(&h, one.worker, NULL);
	ck_assert(handoff_command(&h, &c));
	ck_assert_ptr_nonnull(tables_sa(&one.worker->tables, c.spi));
	handoff_flush(&h);
	ck_assert_ptr_null(tables_sa(&one.worker->tables, c.spi));
	ck_assert_int_eq(read(io_event_fd(one.worker->io), &n, sizeof n), sizeof n);
	ck_assert_int_eq(pthread_mutex_trylock(&one.worker->turn), 0); /* and given back */
	pthread_mutex_unlock(&one.worker->turn);
	ck_assert_uint_gt(one_worker_dead(&one), 0);
}
END_TEST

/* Packets have rooms of their own, when they are new and after a rest. */
START_TEST(rooms_of_their_own)
{
	struct worker *w = one.worker;
	bool taken[BATCH + OUT_PLACES + 1] = {false};

	w->io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	if (_i)
		worker_rest(w);
	for (size_t i = 0; i < BATCH + OUT_PLACES + 1; i++) {
		const struct packet *p = i < BATCH		  ? &w->rx[i]
					 : i < BATCH + OUT_PLACES ? &w->out[i - BATCH]
								  : &w->scratch;
		size_t room = (size_t)(p->base - w->rooms->buf) / sizeof *w->rooms;

		ck_assert_uint_lt(room, BATCH + OUT_PLACES + 1);
		ck_assert_ptr_eq(p->base, w->rooms[room].buf);
		ck_assert(!taken[room]);
		taken[room] = true;
	}
}
END_TEST

/* Who sleeps is woken, once; who is awake is not rung for. */
START_TEST(called)
{
	struct worker *w = one.worker;

	w->io = io_create(&(struct dp_sockets){-1, -1, -1, -1, NULL});
	worker_call(w);
	ck_assert_uint_eq(io_wait(w->io, 0), 0);
	atomic_store(&w->sleeping, true);
	worker_call(w);
	ck_assert(!atomic_load(&w->sleeping));
	ck_assert_uint_eq(io_wait(w->io, 0), IO_BELL);
	worker_call(w);
	ck_assert_uint_eq(io_wait(w->io, 0), 0);
}
END_TEST

/* Every byte of a pool is part of one IV, and then there are others. */
START_TEST(no_iv_twice)
{
	struct iv_pool *v = &one.worker->iv;
	static uint8_t before[sizeof v->bytes];

	for (int round = 0; round < 3; round++) {
		for (size_t at = 0; at < sizeof v->bytes; at += CRYPT_IV_MAX)
			ck_assert_ptr_eq(worker_iv(one.worker), v->bytes + at);
		for (size_t at = 0; at < sizeof v->bytes; at += CRYPT_IV_MAX)
			ck_assert_mem_ne(v->bytes + at, before + at, CRYPT_IV_MAX);
		memcpy(before, v->bytes, sizeof before);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_worker");
	TCase *tc = tcase_create("worker");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, open_one, close_one);
	tcase_add_test(tc, nothing_overtakes);
	tcase_add_test(tc, several_at_once);
	tcase_add_test(tc, the_turn_is_borrowed);
	tcase_add_loop_test(tc, rooms_of_their_own, 0, 2);
	tcase_add_test(tc, called);
	tcase_add_test(tc, no_iv_twice);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
