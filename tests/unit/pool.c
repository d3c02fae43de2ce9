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
	l->in_use += m->rec_pool_addr.in_use;
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

int main(void)
{
	Suite *s = suite_create("pool");
	TCase *tc = tcase_create("pool");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, pages);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
