/* Who goes first of a batch, and that nobody's own packets change their order. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/dataplane/fair.h"
#include "engine/dataplane/inbound.h"
#include "engine/dataplane/outbound.h"
#include "tests/support/one_crypto.h"
#include "tests/support/one_worker.h"

enum { MOST = 256, OWNERS = 40 };

static struct fair fair;
static const void *whose[MOST];
static uint16_t order[MOST];
static char owner[OWNERS];

static size_t count_of(const void *who, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		k += whose[i] == who;
	return k;
}

/* All are in it once, and those of one owner as they came. */
static void check_order(size_t n)
{
	bool seen[MOST] = {false}, ok = true;
	int last[OWNERS];

	memset(last, -1, sizeof last);
	for (size_t i = 0; i < n; i++) {
		ptrdiff_t who = (const char *)whose[order[i]] - owner;

		ok = ok && order[i] < n && !seen[order[i]] && last[who] < order[i];
		seen[order[i]] = true;
		last[who] = order[i];
	}
	ck_assert(ok);
}

static void check_forgotten(void)
{
	static const uint16_t none[FAIR_PLACES];

	ck_assert_mem_eq(fair.held, none, sizeof none);
}

/* A ping behind and in the midst of a bulk flow goes before it. */
START_TEST(few_go_first)
{
	for (size_t i = 0; i < MOST; i++)
		whose[i] = &owner[0];
	whose[100] = whose[255] = &owner[1];
	whose[200] = &owner[2];
	ck_assert_uint_eq(fair_order(&fair, whose, MOST, order, 5), 3);
	ck_assert_uint_eq(order[0], 100);
	ck_assert_uint_eq(order[1], 200);
	ck_assert_uint_eq(order[2], 255);
	ck_assert_uint_eq(order[3], 0);
	check_order(MOST);
	check_forgotten();
}
END_TEST

/* One alone, two in bulk, many who all send little, a short batch: as they came. */
START_TEST(nobody_has_to_wait)
{
	for (size_t i = 0; i < MOST; i++)
		whose[i] = &owner[0];
	ck_assert_uint_eq(fair_order(&fair, whose, MOST, order, 5), 0);
	for (size_t i = 0; i < MOST; i += 2)
		whose[i] = &owner[1];
	ck_assert_uint_eq(fair_order(&fair, whose, MOST, order, 5), 0);
	for (size_t i = 0; i < OWNERS; i++)
		whose[i] = &owner[i];
	ck_assert_uint_eq(fair_order(&fair, whose, OWNERS, order, 5), 0);
	whose[1] = whose[2] = whose[3] = whose[4] = whose[5] = &owner[0];
	ck_assert_uint_eq(fair_order(&fair, whose, FAIR_BATCH - 1, order, 5), 0);
	check_forgotten();
}
END_TEST

/* The shortest batch that has an order, and the longest that has none. */
START_TEST(from_so_many_on)
{
	for (size_t i = 0; i < FAIR_BATCH; i++)
		whose[i] = &owner[i == 9];
	ck_assert_uint_eq(fair_order(&fair, whose, FAIR_BATCH - 1, order, 5), 0);
	ck_assert_uint_eq(fair_order(&fair, whose, FAIR_BATCH, order, 5), 1);
	ck_assert_uint_eq(order[0], 9);
	check_order(FAIR_BATCH);
	for (size_t few = FAIR_BATCH / FAIR_SHARE; few < FAIR_BATCH; few++) {
		for (size_t i = 0; i < FAIR_BATCH; i++)
			whose[i] = &owner[i < few ? 1 + i : 0];
		ck_assert_uint_eq(fair_order(&fair, whose, FAIR_BATCH, order, 5),
		    few > FAIR_BATCH / FAIR_SHARE ? 0 : few);
	}
}
END_TEST

/* In front of a page that nobody may touch. */
static void *at_the_edge(size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *two = mmap(
	    NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert(two != MAP_FAILED && len <= page);
	ck_assert_int_eq(mprotect(two + page, page, PROT_NONE), 0);
	return two + page - len;
}

START_TEST(no_further_than_the_batch)
{
	const void **few = at_the_edge(FAIR_BATCH * sizeof *few);
	uint16_t *of_few = at_the_edge(FAIR_BATCH * sizeof *of_few);

	for (size_t i = 0; i < FAIR_BATCH; i++)
		few[i] = &owner[i == 9];
	ck_assert_uint_eq(fair_order(&fair, few, FAIR_BATCH, of_few, 5), 1);
	ck_assert_uint_eq(of_few[0], 9);
	ck_assert_uint_eq(of_few[FAIR_BATCH - 1], FAIR_BATCH - 1);
}
END_TEST

/* Any mix: whoever is first has few packets, and they are few of all. */
START_TEST(any_mix)
{
	srand((unsigned)_i);
	for (int round = 0; round < 200; round++) {
		size_t others = (size_t)(rand() % OWNERS) + 1;
		size_t n = (size_t)(rand() % MOST) + 1, first;

		for (size_t i = 0; i < n; i++)
			whose[i] = &owner[rand() % 8 ? 0 : (size_t)rand() % others];
		first = fair_order(&fair, whose, n, order, 5);
		check_forgotten();
		if (first == 0)
			continue;
		check_order(n);
		ck_assert_uint_ge(n, FAIR_BATCH);
		ck_assert_uint_le(first, n / FAIR_SHARE);
		for (size_t i = 0; i < first; i++)
			ck_assert_uint_le(count_of(whose[order[i]], n), FAIR_FEW);
	}
}
END_TEST

/* While somebody is there who sends little a step is as many packets as its time is worth, of what
 * they took of late; else as many as there are. */
START_TEST(steps)
{
	struct fair f = {.until = 0};

	ck_assert_uint_eq(fair_step(&f, 2 * MOST, 0), FAIR_STEP_MOST);
	ck_assert_uint_eq(fair_step(&f, 100, 0), 100);
	f.until = 10;
	ck_assert_uint_eq(fair_step(&f, 100, 9), 100); /* nothing is known yet */
	for (int i = 0; i < 100; i++)
		fair_took(&f, 40, 80);
	ck_assert_uint_ge(fair_step(&f, 100, 9), FAIR_STEP_US / 2);
	ck_assert_uint_le(fair_step(&f, 100, 9), FAIR_STEP_US / 2 + 2);
	fair_took(&f, FAIR_STEP_LEAST - 1, 100000); /* says nothing of packets */
	ck_assert_uint_le(fair_step(&f, 100, 9), FAIR_STEP_US / 2 + 2);
	ck_assert_uint_eq(fair_step(&f, 40, 9), 40);
	fair_took(&f, FAIR_STEP_LEAST, 100000);
	ck_assert_uint_lt(fair_step(&f, 100, 9), FAIR_STEP_US / 2);
	f.nanoseconds = FAIR_STEP_US * 1000;
	ck_assert_uint_eq(fair_step(&f, 100, 9), FAIR_STEP_LEAST);
	ck_assert_uint_eq(fair_step(&f, 100, 10), 100);
	for (size_t i = 0; i < MOST; i++)
		whose[i] = &owner[i == 9];
	ck_assert_uint_eq(fair_order(&f, whose, MOST, order, 100), 1);
	ck_assert_uint_eq(f.until, 100 + FAIR_WHILE);
}
END_TEST

/* A batch is as many pieces as it takes steps' times, while somebody waits. */
START_TEST(pieces)
{
	struct fair f = {.until = 10, .nanoseconds = 4000};

	ck_assert_uint_eq(fair_pieces(&f, MOST, 10), 1);
	ck_assert_uint_eq(fair_pieces(&f, 1, 9), 1);
	ck_assert_uint_eq(fair_pieces(&f, FAIR_STEP_US, 9), 5);
	ck_assert_uint_eq(fair_pieces(&f, MOST, 9), FAIR_PIECES);
}
END_TEST

/* ---- the worker does it ------------------------------------------------------------------ */

static struct one_worker one;

/* A datagram that is no good, but whose SA is there: it is counted when its turn comes. */
static void comes(size_t at, uint32_t spi)
{
	struct packet *p = &one.worker->rx[at];
	uint8_t esp[37];
	struct wr w = wr_init(esp, sizeof esp);

	wr_u32(&w, spi);
	wr_u32(&w, (uint32_t)at + 1);
	wr_zero(&w, sizeof esp - 8);
	*p = packet_in(&one.worker->rooms[at]);
	ck_assert(packet_fill(p, esp, sizeof esp));
	p->udp = true;
	inbound_udp(one.worker, p);
}

/* Of a bulk flow and one packet of somebody else behind it the latter has its turn first, and after
 * it the others in steps. */
START_TEST(the_last_is_first)
{
	const struct dp_sa *bulk, *little;
	size_t n = 0;

	one_worker_open(&one);
	bulk = one_worker_add(&one, 0x10001, 1, false);
	little = one_worker_add(&one, 0x10002, 2, false);
	for (; n < FAIR_STEP_MOST - 1; n++)
		comes(n, 0x10001);
	comes(n, 0x10002);
	ck_assert(inbound_step(one.worker));
	ck_assert_uint_eq(get(&little->in.malformed), 1);
	ck_assert_uint_eq(get(&bulk->in.malformed), 0);
	for (size_t done = 100; done < n; done += 100) {
		one.worker->fair.nanoseconds = FAIR_STEP_US * 1000 / 100;
		ck_assert(inbound_step(one.worker));
		ck_assert_uint_eq(get(&bulk->in.malformed), done);
	}
	one.worker->fair.nanoseconds = FAIR_STEP_US * 1000 / 100;
	ck_assert(!inbound_step(one.worker));
	ck_assert_uint_eq(get(&bulk->in.malformed), n);
	ck_assert_uint_eq(one.worker->ins, 0);
	one.worker->now += FAIR_WHILE; /* the next batch begins anew; one user alone has no steps */
	for (n = 0; n < FAIR_STEP_MOST; n++)
		comes(n, 0x10001);
	ck_assert(!inbound_step(one.worker));
	one_worker_finish(&one);
	one_worker_close(&one);
}
END_TEST

/* ---- on the way out ---------------------------------------------------------------------- */

enum { SPI = 0x20001, USERS = 5, SENT = 5000 };

static struct dp_peer *user[USERS];
static uint32_t left[USERS]; /* packets that left to each, and so the newest's number */
static size_t last;	     /* who had the last one */
static unsigned all;

static void on_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	struct rd r = rd_init(esp, len);

	(void)arg, (void)path, (void)udp;
	last = rd_u32(&r) - SPI - 1;
	ck_assert_uint_lt(last, USERS);
	ck_assert_uint_eq(rd_u32(&r), ++left[last]);
	all++;
}

static void users_open(void)
{
	one_worker_open(&one);
	crypt_destroy(one.worker->crypt);
	one.worker->crypt = crypt_create(one_crypto(), CRYPT_DES_BITS128);
	ck_assert_ptr_nonnull(one.worker->crypt);
	one.worker->io = io_create_inline(&(struct dp_output){.wire = on_wire});
	ck_assert_ptr_nonnull(one.worker->io);
	for (uint32_t i = 0; i < USERS; i++) {
		user[i] = one_worker_add(&one, SPI + i, i + 1, true)->peer;
		tables_peer_use(&one.worker->tables, i + 1, SPI + i);
		left[i] = 0;
	}
	all = 0;
}

static void leaves(size_t to)
{
	outbound_l2tp(one.worker, user[to], 1701, 1701, (const uint8_t *)"x", 1);
}

static void takes_each(uint64_t ns)
{
	one.worker->fair.nanoseconds = ns;
}

/* Whoever has few goes before all that wait already, not only before those who came with him; the
 * others leave in steps, and at once when he is gone. */
START_TEST(few_pass_those_that_wait)
{
	users_open();
	for (int i = 0; i < 200; i++)
		leaves(0);
	leaves(1);
	ck_assert_uint_eq(all, 0);
	takes_each(FAIR_STEP_US * 1000 / 50);
	ck_assert(outbound_run(one.worker));
	ck_assert_uint_eq(left[1], 1);
	ck_assert_uint_eq(left[0], 50);
	ck_assert_uint_lt(outbound_ahead(one.worker), OUT_AHEAD - 150);
	ck_assert_uint_gt(outbound_ahead(one.worker), OUT_AHEAD - BATCH);
	leaves(0);
	leaves(1);
	takes_each(FAIR_STEP_US * 1000 / 50);
	ck_assert(outbound_step(one.worker));
	ck_assert_uint_eq(left[1], 2);
	ck_assert_uint_eq(left[0], 100);
	one.worker->now += FAIR_WHILE;
	ck_assert(!outbound_run(one.worker));
	ck_assert_uint_eq(left[0], 201);
	ck_assert(!outbound_step(one.worker));
	for (int i = 0; i < BATCH - 1; i++)
		leaves(0);
	ck_assert_uint_eq(all, 203);
	leaves(0); /* alone he has a full batch at once */
	ck_assert_uint_eq(all, 203 + BATCH);
	one_worker_finish(&one);
	one_worker_close(&one);
}
END_TEST

/* Whatever comes and however long steps are: all of it leaves, nobody's own in another order, be it
 * of one who had few a moment ago. */
START_TEST(nobody_passes_himself)
{
	srand((unsigned)_i);
	users_open();
	for (int i = 0; i < SENT; i++) {
		leaves(rand() % 16 ? (size_t)(i / 700) % 2 : (size_t)rand() % USERS);
		takes_each((uint64_t)(rand() % 8 + 1) * 1000);
		if (rand() % 64 == 0)
			outbound_step(one.worker);
		if (rand() % 512 == 0)
			one.worker->now += FAIR_WHILE / 2;
	}
	outbound_flush(one.worker);
	ck_assert_uint_eq(all, SENT);
	one_worker_finish(&one);
	one_worker_close(&one);
}
END_TEST

static unsigned paused;

/* More comes, and those who have few and nothing in flight leave. */
static void meanwhile(void *arg)
{
	(void)arg;
	paused++;
	leaves(0);
	leaves(1);
	leaves(2);
	ck_assert(outbound_few(one.worker));
	ck_assert_uint_eq(left[1], paused + 1);
	ck_assert_uint_eq(left[0] + left[2], 0);
}

/* In the pauses of a long batch whoever has few passes it, but not his own in it. */
START_TEST(few_pass_what_is_being_encrypted)
{
	users_open();
	one.worker->pause = meanwhile;
	paused = 0;
	for (int i = 0; i < 200; i++)
		leaves(i % 10 ? 0 : 2);
	leaves(1);
	takes_each(2000);
	one.worker->fair.until = FAIR_WHILE + one.worker->now;
	outbound_step(one.worker);
	ck_assert_uint_eq(paused, 200 * 2000 / (FAIR_STEP_US * 1000));
	one.worker->pause = NULL;
	outbound_flush(one.worker);
	ck_assert_uint_eq(all, 201 + 3 * paused);
	one_worker_finish(&one);
	one_worker_close(&one);
}
END_TEST

/* What is taken may be a piece of a packet whose rest is to follow: no pause comes between. */
START_TEST(nobody_is_taken_in_between)
{
	users_open();
	one.worker->pause = meanwhile;
	one.worker->fair.until = FAIR_WHILE + one.worker->now;
	paused = 0;
	for (int i = 0; i < SENT; i++) {
		takes_each(2000);
		leaves(0);
	}
	ck_assert_uint_eq(paused, 0);
	ck_assert_uint_gt(all, SENT - OUT_AHEAD);
	one.worker->pause = NULL;
	outbound_flush(one.worker);
	ck_assert_uint_eq(all, SENT);
	one_worker_finish(&one);
	one_worker_close(&one);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("fair");
	TCase *tc = tcase_create("fair");
	SRunner *r = srunner_create(s);
	int bad;

	tcase_add_test(tc, few_go_first);
	tcase_add_test(tc, nobody_has_to_wait);
	tcase_add_test(tc, from_so_many_on);
	tcase_add_test(tc, no_further_than_the_batch);
	tcase_add_test(tc, steps);
	tcase_add_test(tc, pieces);
	tcase_add_test(tc, the_last_is_first);
	tcase_add_loop_test(tc, any_mix, 0, 8);
	tcase_add_test(tc, few_pass_those_that_wait);
	tcase_add_test(tc, few_pass_what_is_being_encrypted);
	tcase_add_test(tc, nobody_is_taken_in_between);
	tcase_add_loop_test(tc, nobody_passes_himself, 0, 8);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	bad = srunner_ntests_failed(r);
	srunner_free(r);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
