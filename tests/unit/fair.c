/* Who goes first of a batch, and that nobody's own packets change their order. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/fair.h"
#include "engine/dataplane/inbound.h"
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

	ck_assert_uint_eq(fair_step(&f, 0), FAIR_STEP_MOST);
	f.until = 10;
	ck_assert_uint_eq(fair_step(&f, 9), FAIR_STEP_MOST); /* nothing is known yet */
	for (int i = 0; i < 100; i++) {
		f.packets = 40; /* not a full step */
		fair_took(&f, 80, 9);
		ck_assert_uint_eq(f.packets, 0);
	}
	ck_assert_uint_ge(fair_step(&f, 9), FAIR_STEP_US / 2);
	ck_assert_uint_le(fair_step(&f, 9), FAIR_STEP_US / 2 + 2);
	f.packets = 1; /* says nothing of packets */
	fair_took(&f, 100000, 9);
	ck_assert_uint_le(fair_step(&f, 9), FAIR_STEP_US / 2 + 2);
	for (size_t most = fair_step(&f, 9); most < FAIR_STEP_MOST; most *= 2) {
		ck_assert_uint_eq(fair_step(&f, 9), most); /* they are not kept up with: longer */
		for (int i = 0; i < FAIR_FULL; i++) {
			f.packets = FAIR_STEP_MOST;
			fair_took(&f, 2 * FAIR_STEP_MOST, 9);
		}
	}
	ck_assert_uint_eq(fair_step(&f, 9), FAIR_STEP_MOST);
	f.packets = 3; /* that is over */
	fair_took(&f, 10, 9);
	ck_assert_uint_le(fair_step(&f, 9), FAIR_STEP_US / 2 + 2);
	f.nanoseconds = FAIR_STEP_US * 1000;
	ck_assert_uint_eq(fair_step(&f, 9), FAIR_STEP_LEAST);
	ck_assert_uint_eq(fair_step(&f, 10), FAIR_STEP_MOST);
	for (size_t i = 0; i < MOST; i++)
		whose[i] = &owner[i == 9];
	ck_assert_uint_eq(fair_order(&f, whose, MOST, order, 100), 1);
	ck_assert_uint_eq(f.packets, MOST);
	ck_assert_uint_eq(f.until, 100 + FAIR_WHILE);
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
	one.worker->fair.nanoseconds = FAIR_STEP_US * 1000 / 100;
	for (size_t done = 100; done < n; done += 100) {
		ck_assert(inbound_step(one.worker));
		ck_assert_uint_eq(get(&bulk->in.malformed), done);
	}
	ck_assert(!inbound_step(one.worker));
	ck_assert_uint_eq(get(&bulk->in.malformed), n);
	ck_assert_uint_eq(one.worker->ins, 0);
	one.worker->now += FAIR_WHILE; /* the next batch begins anew; one user alone has no steps */
	for (n = 0; n < FAIR_STEP_MOST; n++)
		comes(n, 0x10001);
	ck_assert(!inbound_step(one.worker));
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
	tcase_add_test(tc, steps);
	tcase_add_test(tc, the_last_is_first);
	tcase_add_loop_test(tc, any_mix, 0, 8);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	bad = srunner_ntests_failed(r);
	srunner_free(r);
	return bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
