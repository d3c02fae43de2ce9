/*
 * No memory: the n-th allocation fails, for all n, and nothing loops, is lost or is believed to be
 * there. The linker leads the allocations of our objects here (see the Makefile).
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/pool.h"
#include "engine/session/objects.h"
#include "engine/base/shares.h"
#include "tests/support/one_crypto.h"
#include "tests/support/refusals.h"

static size_t left, none; /* `left` succeed, then `none` fail */
static bool held;         /* nothing is counted: Check itself allocates */
static bool no_tables;    /* those of a new struct table fail, but for the first `tables` */
static unsigned tables;

static bool fails(void)
{
	if (held)
		return false;
	if (left > 0) {
		left--;
		return false;
	}
	if (none == 0)
		return false;
	none--;
	return true;
}

static bool no_table(size_t n, size_t size)
{
	if (!no_tables || n != 64 || size != sizeof(struct table_slot))
		return false;
	if (tables == 0)
		return true;
	tables--;
	return false;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails() || no_table(n, size) ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return fails() ? NULL : __real_realloc(p, size);
}

static void after(size_t n, size_t times)
{
	left = n;
	none = times;
}

/* True when no allocation failed: all `n` are through. */
static bool over(void)
{
	bool all = none > 0;

	left = none = 0;
	return all;
}

START_TEST(table)
{
	struct table t = {0};
	int x;

	after(0, 1);
	ck_assert(!table_add(&t, 5, &x));
	ck_assert_ptr_null(table_get(&t, 5));
	for (uint32_t k = 1; k <= 48; k++)
		ck_assert(table_add(&t, k, &x));
	after(0, 1);
	ck_assert(!table_add(&t, 49, &x)); /* it would have to grow */
	for (uint32_t k = 1; k <= 48; k++)
		ck_assert_ptr_eq(table_get(&t, k), &x);
	ck_assert(table_add(&t, 49, &x));
	ck_assert_uint_eq(t.used, 49);
	table_fini(&t);
}
END_TEST

START_TEST(pool)
{
	struct pools s = {0};
	struct cfg_pool p = {.range = {0x0a000001, 0x0a0000fe}, .mask = addr_v4(0xffffff00)};
	uint32_t address = 0;
	int x;

	after(0, 1);
	ck_assert(!pool_take(&s, &p, &x, &address));
	ck_assert_uint_eq(address, 0); /* what is not taken is not given */
	ck_assert(pool_take(&s, &p, &x, &address));
	ck_assert_uint_eq(address, 0x0a000001);
	pools_fini(&s);
}
END_TEST

START_TEST(shares)
{
	struct share_limits limit = {8, 0, 0};
	struct share one[8];
	struct shares *s;
	struct sim sim;

	sim_init(&sim, 1, NULL, NULL);
	for (size_t n = 0;; n++) {
		memset(one, 0, sizeof one);
		after(n, 1);
		s = shares_create(&sim.env, &limit);
		for (uint64_t k = 0; s && k < 8; k++) {
			size_t before = shares_total(s);
			bool in = shares_take(s, &one[k], (struct share_key){k / 3, k / 2});

			held = true;
			ck_assert_uint_eq(shares_total(s), before + in);
			ck_assert_int_eq(one[k].group != NULL, in);
			held = false;
		}
		for (size_t k = 0; s && k < 8; k++)
			shares_give(s, &one[k]);
		shares_destroy(s);
		if (over())
			break;
	}
	sim_fini(&sim);
}
END_TEST

static const struct dp_ops no_ops;

/* What was refused is not there, and can be said again. */
static void install_all(struct dataplane *dp)
{
	struct path path = {{addr_v4(1), 4500}, {addr_v4(2), 4500}};
	struct child c = {.cipher = CIPHER_AES128, .auth = HASH_SHA1, .transport = true,
	    .spi_in = dp_spi_reserve(dp, 1), .spi_out = 0x1000};
	struct dp_session s = {.peer = 1, .session = 5, .open = true, .client = addr_v4(3)};
	struct dp_session_counters counters;
	struct dp_census census;
	bool in = dp_sa_inbound(dp, 1, &path, &c, 64), out = in && dp_sa_outbound(dp, 1, &c);
	bool added = dp_session_add(dp, &s);

	held = true;
	ck_assert_int_eq(dp_sa_counters(dp, c.spi_in, NULL, NULL), in);
	ck_assert_int_eq(dp_session_counters(dp, s.session, &counters), added);
	ck_assert(dp_consistent(dp, &census));
	ck_assert_uint_eq(census.sas, in);
	ck_assert_uint_eq(census.sessions, added);
	ck_assert(in || dp_sa_inbound(dp, 1, &path, &c, 64));
	ck_assert(out || dp_sa_outbound(dp, 1, &c));
	ck_assert(added || dp_session_add(dp, &s));
	held = false;
}

START_TEST(packet_path)
{
	struct dp_output output = {0};
	struct sim sim;

	sim_init(&sim, 1, NULL, NULL);
	for (size_t n = 0;; n++) {
		struct dataplane *dp;

		one_crypto(); /* made before */
		after(n, 1);
		dp = dp_create_inline(&sim.env, one_crypto(), &output, &no_ops, NULL);
		if (dp) {
			install_all(dp);
			dp_destroy(dp);
		}
		if (over())
			break;
	}
	sim_fini(&sim);
}
END_TEST

/* A login while the table of questions, or that of addresses, cannot be made: refused and told, and
 * the next one comes up. */
START_TEST(login)
{
	struct world *w = world_create(2);
	struct world_client *c = world_client(w, false), *next = world_client(w, true);
	enum reason why = _i ? REASON_NO_ADDRESS : REASON_NO_MEMORY;

	client_connect(c);
	for (int k = 0; k < 5000 && c->stage != CLIENT_L2TP; k++)
		sim_run(&w->sim, MSEC);
	no_tables = true;
	tables = 3 + (unsigned)_i; /* L2TP has three, then come the questions', the addresses' */
	sim_run(&w->sim, 10 * SEC);
	no_tables = false;
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_ge(w->gw->failures[why], 1);
	ck_assert(_i ? refusal_told(w->gw, REASON_NO_ADDRESS, 720) :
	               refusal_told(w->gw, REASON_NO_MEMORY, 691));
	ck_assert_uint_eq(w->gw->auths.used + w->gw->pools.taken.used, 0);
	client_connect(next);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(next->stage, CLIENT_UP);
	ck_assert_uint_eq(w->gw->auths.used, 0);
	ck_assert_uint_eq(w->gw->pools.taken.used, 1);
	world_destroy(w);
}
END_TEST

/* Quick mode while the table of SA pairs cannot be made: what Windows shows is another number. */
START_TEST(quick_mode)
{
	struct world *w = world_create(2);
	struct world_client *c = world_client(w, false);

	no_tables = true;
	tables = 0;
	client_connect(c);
	sim_run(&w->sim, 60 * SEC);
	no_tables = false;
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert(refusal_told(w->gw, REASON_NO_MEMORY, 788));
	client_again(c);
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("shortage");
	TCase *tc = tcase_create("shortage");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, table);
	tcase_add_test(tc, pool);
	tcase_add_test(tc, shares);
	tcase_add_test(tc, packet_path);
	tcase_add_loop_test(tc, login, 0, 2);
	tcase_add_test(tc, quick_mode);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
