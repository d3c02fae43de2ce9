/* The cursor, the builder, addresses and the timer heap. */
#include <check.h>
#include <stdlib.h>

#include "engine/base/env.h"
#include "engine/wire/wire.h"

START_TEST(cursor_is_sticky)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5};
	struct rd r = rd_init(bytes, sizeof bytes), sub;

	ck_assert_uint_eq(rd_u16(&r), 0x0102);
	sub = rd_sub(&r, 2);
	ck_assert_uint_eq(rd_u16(&sub), 0x0304);
	ck_assert(rd_done(&sub));
	ck_assert_uint_eq(rd_u32(&r), 0);
	ck_assert(r.bad);
	ck_assert_uint_eq(rd_u8(&r), 0); /* one byte is left, but the error stays */
	ck_assert_uint_eq(rd_left(&r), 0);
}
END_TEST

START_TEST(builder_patches_lengths)
{
	uint8_t buf[8];
	struct wr w = wr_init(buf, sizeof buf);

	wr_u16(&w, 0);
	wr_u32(&w, 0xa1b2c3d4);
	wr_patch16(&w, 0, wr_len(&w));
	ck_assert_uint_eq(wr_len(&w), 6);
	ck_assert_mem_eq(buf, "\x00\x06\xa1\xb2\xc3\xd4", 6);
	wr_u32(&w, 1);
	ck_assert(w.full);
	ck_assert_uint_eq(wr_len(&w), 6);
}
END_TEST

START_TEST(masks)
{
	static const struct {
		const char *text;
		int prefix;
	} row[] = {{"255.255.255.255", 32}, {"255.255.255.0", 24}, {"0.0.0.0", 0}, {"128.0.0.0", 1},
	    {"255.0.255.0", -1}, {"0.0.0.255", -1}};
	struct addr a, m;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert(addr_parse(row[i].text, &a));
		ck_assert_int_eq(mask_prefix(&a), row[i].prefix);
		if (row[i].prefix >= 0) {
			m = prefix_mask(row[i].prefix);
			ck_assert(addr_equal(&a, &m));
		}
	}
	ck_assert(!addr_parse("10.1.1.", &a));
}
END_TEST

static uint64_t fake_now;
static uint64_t now(struct env *e)
{
	(void)e;
	return fake_now;
}

static uint64_t last_due;
static int fired;
static void fire(struct timer *t)
{
	ck_assert_uint_ge(t->due, last_due);
	last_due = t->due;
	fired++;
}

START_TEST(timers_fire_in_order)
{
	enum { N = 500 };
	static struct timer t[N];
	struct env env = {.now = now};
	int stopped = 0;

	fake_now = 1;
	fired = 0;
	last_due = 0;
	srand(1);
	for (int i = 0; i < N; i++) {
		t[i].fire = fire;
		timer_start(&env, &t[i], (uint64_t)(rand() % 1000));
	}
	for (int i = 0; i < N; i += 3, stopped++)
		timer_stop(&env, &t[i]);
	for (int i = 1; i < N; i += 3)
		timer_start(&env, &t[i], (uint64_t)(rand() % 1000));
	fake_now = 500;
	timer_run(&env);
	ck_assert_uint_gt(timer_next(&env), 500);
	fake_now = 5000;
	timer_run(&env);
	ck_assert_int_eq(fired, N - stopped);
	ck_assert_uint_eq(timer_next(&env), UINT64_MAX);
	timer_fini(&env);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("wire");
	TCase *tc = tcase_create("wire");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, cursor_is_sticky);
	tcase_add_test(tc, builder_patches_lengths);
	tcase_add_test(tc, masks);
	tcase_add_test(tc, timers_fire_in_order);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
