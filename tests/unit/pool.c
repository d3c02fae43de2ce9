/* Address pools: sizes against counting, and a pool that is listed in pages. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/pool.h"
#include "tests/support/world.h"

static struct addr a(const char *text)
{
	struct addr x;

	ck_assert(addr_parse(text, &x));
	return x;
}

START_TEST(sizes)
{
	static const uint32_t mask[] = {
	    0, 0xff000000, 0xffff0000, 0xffffff00, 0xfffffff0, 0xfffffffc, 0xfffffffe, 0xffffffff};
	struct pools s = {0};
	struct sim sim;

	sim_init(&sim, 3, NULL, NULL);
	for (int i = 0; i < 4000; i++) {
		uint32_t base = i % 5 == 0   ? 0
				: i % 5 == 1 ? 0xfffff000
					     : sim_below(&sim, 0xfffff000);
		struct cfg_pool p = {
		    .mask = addr_v4(mask[i % 8]), .range.first = base + sim_below(&sim, 600)};
		uint32_t n = 0;

		p.range.last = p.range.first + sim_below(&sim, 600);
		for (uint64_t x = p.range.first; x <= p.range.last; x++)
			n += pool_usable(&s, &p, (uint32_t)x);
		ck_assert_msg(pool_size(&s, &p) == n, "%x-%x/%x: %u, counted %u", p.range.first,
		    p.range.last, mask[i % 8], pool_size(&s, &p), n);
	}
	sim_fini(&sim);
}
END_TEST

/* What is given back rests, by the clock; who is to have that very address gets it all the same. */
START_TEST(reuse_delay)
{
	struct config c = {.addr_assign = {.local = 1, .reuse_delay = 10}};
	struct cfg_pool p = {.mask = addr_v4(0xffffff00), .range = {0xc0a80101, 0xc0a80102}};
	struct pools s;
	struct sim sim;
	uint32_t x = 0;
	int me;

	sim_init(&sim, 3, NULL, NULL);
	pools_init(&s, &c, &sim.env);
	ck_assert(pool_take(&s, &p, &me, &x) && x == 0xc0a80101);
	pool_give(&s, x, true);
	ck_assert(pool_rests(&s, x));
	ck_assert_uint_eq(pool_held(&s, &p), 1);
	ck_assert(pool_take(&s, &p, &me, &x) && x == 0xc0a80102);
	ck_assert(!pool_take(&s, &p, &me, &x));
	sim_run(&sim, 599 * SEC);
	ck_assert(!pool_take(&s, &p, &me, &x));
	sim_run(&sim, SEC);
	ck_assert_uint_eq(pool_held(&s, &p), 0);
	ck_assert(pool_take(&s, &p, &me, &x) && x == 0xc0a80101);
	pool_give(&s, x, true);
	ck_assert(pool_take_fixed(&s, &me, 0xc0a80101));
	ck_assert_uint_eq(pool_held(&s, &p), 0);
	pool_give(&s, x, false); /* not a pool's: it does not rest */
	ck_assert(pool_take(&s, &p, &me, &x));
	pool_give(&s, x, true);
	c.addr_assign.reuse_delay = 0; /* it holds for those that rest already */
	ck_assert(pool_take(&s, &p, &me, &x) && x == 0xc0a80101);
	c.addr_assign.reuse_delay = 480;
	pool_give(&s, x, true);
	pool_give(&s, 0xc0a80102, true);
	pools_fini(&s);
	sim_fini(&sim);
}
END_TEST

/* Random logins and ends under a configuration that changes: nobody has what another has, what is
 * given back comes back after its rest, and all of it in the end. */
START_TEST(nothing_twice_nothing_lost)
{
	enum { CLIENTS = 64 };
	struct config c = {0};
	struct cfg_pool p[2] = {{.mask = addr_v4(0xfffffff0), .range = {0x0a000000, 0x0a00001f}},
	    {.mask = addr_v4(0xffffffe0), .range = {0x0a000010, 0x0a00002f}}};
	uint32_t has[CLIENTS] = {0}, size;
	struct pools s;
	struct sim sim;

	sim_init(&sim, 11, NULL, NULL);
	pools_init(&s, &c, &sim.env);
	size = pool_size(&s, &p[0]);
	ck_assert_uint_eq(size, 28);
	for (int i = 0; i < 200000; i++) {
		uint32_t n = sim_below(&sim, CLIENTS), what = sim_below(&sim, 100), x = 0;

		if (what < 2)
			c.addr_assign.reuse_delay = sim_below(&sim, 3);
		if (what < 4)
			p[1].range.last = 0x0a000010 + sim_below(&sim, 32);
		sim_run(&sim, sim_below(&sim, 2000) * MSEC);
		if (has[n]) {
			pool_give(&s, has[n], sim_below(&sim, 2));
			has[n] = 0;
		} else if (what < 10 ? pool_take_fixed(&s, &has[n], x = 0x0a000000 +
		                           sim_below(&sim, 48))
		                     : pool_take(&s, &p[what % 2], &has[n], &x)) {
			has[n] = x;
		}
		for (uint32_t k = 0; has[n] && k < CLIENTS; k++)
			ck_assert(k == n || has[k] != has[n]);
		ck_assert(!has[n] || pool_holder(&s, has[n]) == &has[n]);
		ck_assert(!has[n] || !pool_rests(&s, has[n]));
	}
	for (uint32_t n = 0; n < CLIENTS; n++)
		pool_give(&s, has[n], true);
	ck_assert_uint_eq(pool_taken(&s, &p[0]), 0);
	sim_run(&sim, 121 * SEC);
	ck_assert_uint_eq(pool_held(&s, &p[0]), 0);
	ck_assert_uint_eq(s.taken.used, 0);
	ck_assert_uint_eq(s.resting.used, 0);
	pools_fini(&s);
	sim_fini(&sim);
}
END_TEST

struct listing {
	uint32_t pages, addresses, in_use, pools, free, cursor, here;
	struct addr last;
};

static void list(void *arg, const struct ipc_msg *m)
{
	struct listing *l = arg;

	if (m->type == MSG_QUERY_END) {
		ck_assert_uint_eq(m->query_end.records, l->here);
		ck_assert_uint_le(l->here, 100);
		l->cursor = m->query_end.cursor;
		l->pages++;
		l->here = 0;
		return;
	}
	l->here++;
	if (m->type == MSG_REC_POOL) {
		l->pools++;
		l->free += m->rec_pool.free;
		memset(&l->last, 0, sizeof l->last);
		return;
	}
	ck_assert_int_eq(m->type, MSG_REC_POOL_ADDR);
	ck_assert_uint_gt(addr_to_v4(&m->rec_pool_addr.address), addr_to_v4(&l->last));
	l->last = m->rec_pool_addr.address;
	l->addresses++;
	l->in_use += m->rec_pool_addr.state == POOL_ADDRESS_IN_USE;
}

static struct listing listed(struct world *w, const char *name)
{
	struct msg_query q = {
	    .id = 1, .what = "pool", .filter = *name ? "name" : "", .value = name};
	struct listing l = {0};

	do {
		q.cursor = l.cursor;
		gateway_query(w->gw, &q, list, &l);
	} while (l.cursor);
	return l;
}

START_TEST(pages)
{
	struct world *w = world_create(1);
	struct world_client *c = world_client(w, false);
	struct listing l;

	world_config(w, MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Large",
	    {0x0a140001, 0x0a14ea60}, a("255.255.0.0")}}); /* 10.20.0.1-10.20.234.96 */
	world_config(w, MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Small",
	    {0x0a1e00fa, 0x0a1e0105}, a("255.255.255.0")}}); /* 10.30.0.250-10.30.1.5 */
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	l = listed(w, "Large");
	ck_assert_uint_eq(l.addresses, 60000);
	ck_assert_uint_eq(l.pools, 1);
	ck_assert_uint_eq(l.free, 60000);
	ck_assert_uint_eq(l.in_use, 0);
	ck_assert_uint_eq(l.pages, 601);
	l = listed(w, "Small");
	ck_assert_uint_eq(l.addresses, 10);
	l = listed(w, "");
	ck_assert_uint_eq(l.pools, 3);
	ck_assert_uint_eq(l.addresses, 60000 + 10 + 254);
	ck_assert_uint_eq(l.in_use, 1);
	ck_assert_uint_eq(l.free, 60000 + 10 + 254 - 1);
	world_destroy(w);
}
END_TEST

/* The lowest free one, however many there are below that: each is found without a walk past those
 * that are taken, and what comes back is not overlooked. */
START_TEST(a_large_pool)
{
	enum { FIRST = 0x0a000000, MANY = 60000 };
	const struct cfg_pool large = {.name = "large", .range = {FIRST, FIRST + 0xffff}},
			      part = {.name = "part", .range = {FIRST + 100, FIRST + 200}};
	struct pools s;
	uint32_t a;
	int holder;

	pools_init(&s, NULL, NULL);
	for (uint32_t n = 0; n < MANY; n++) {
		ck_assert(pool_take(&s, &large, &holder, &a));
		ck_assert_uint_eq(a, FIRST + n);
	}
	ck_assert(!pool_take(&s, &part, &holder, &a));
	pool_give(&s, FIRST + 150, false);
	pool_give(&s, FIRST + 70, false);
	pool_give(&s, FIRST + 40000, false);
	ck_assert(pool_take(&s, &part, &holder, &a));
	ck_assert_uint_eq(a, FIRST + 150);
	ck_assert(pool_take(&s, &large, &holder, &a));
	ck_assert_uint_eq(a, FIRST + 70);
	ck_assert(pool_take(&s, &large, &holder, &a));
	ck_assert_uint_eq(a, FIRST + 40000);
	ck_assert(pool_take(&s, &large, &holder, &a));
	ck_assert_uint_eq(a, FIRST + MANY);
	pools_fini(&s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pool");
	TCase *tc = tcase_create("pool");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, reuse_delay);
	tcase_add_test(tc, nothing_twice_nothing_lost);
	tcase_add_test(tc, pages);
	tcase_add_test(tc, a_large_pool);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
