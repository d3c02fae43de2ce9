/* Sets of addresses against a bit for each address. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/net/networks.h"

#define N 256

static uint32_t seed = 5;

static uint32_t below(uint32_t n)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % n;
}

/* The networks are those of the set, whole, none larger possible, in order. */
static void ck_is(const struct networks *s, const bool is[N], uint32_t base)
{
	bool seen[N] = {0};
	uint64_t at = 0;
	uint32_t net;
	int width;
	bool bad = false;

	while (networks_next(s, &at, &net, &width)) {
		uint64_t n = (uint64_t)1 << (32 - width);

		ck_assert_uint_eq(net % n, 0);
		for (uint64_t a = net; !bad && a < net + n; a++) {
			bad = bad || a < base || a >= (uint64_t)base + N || seen[a - base];
			if (!bad)
				seen[a - base] = true;
		}
	}
	ck_assert(!bad);
	ck_assert_mem_eq(seen, is, sizeof seen);
	for (size_t i = 1; i < s->n; i++)
		ck_assert((uint64_t)s->v[i].first > (uint64_t)s->v[i - 1].last + 1);
}

START_TEST(as_bits)
{
	static const uint32_t base[] = {0, 0xc0a80100, 0xffffff00};

	for (int run = 0; run < 90; run++) {
		struct networks s = {0};
		bool is[N] = {0};

		for (int i = 0; i < 40; i++) {
			uint32_t b = base[run % 3], x = below(N), y = below(N), add = below(3);

			ck_assert(add ? networks_add(&s, b + x, b + y)
				      : networks_remove(&s, b + x, b + y));
			for (uint32_t k = x; k <= y && k < N; k++)
				is[k] = add;
			ck_is(&s, is, b);
		}
		networks_free(&s);
	}
}
END_TEST

START_TEST(everything)
{
	struct networks s = {0};
	uint64_t at = 0;
	uint32_t net = 1;
	int width = 9;

	ck_assert(networks_add(&s, 0, UINT32_MAX));
	ck_assert(networks_next(&s, &at, &net, &width));
	ck_assert(net == 0 && width == 0);
	ck_assert(!networks_next(&s, &at, &net, &width));
	ck_assert(networks_remove(&s, 0x0a000000, 0x0affffff));
	ck_assert_uint_eq(s.n, 2);
	ck_assert(networks_add(&s, 0x0a000000, 0x0affffff));
	ck_assert_uint_eq(s.n, 1);
	ck_assert(networks_remove(&s, 0, UINT32_MAX));
	ck_assert_uint_eq(s.n, 0);
	networks_free(&s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("networks");
	TCase *tc = tcase_create("networks");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, as_bits);
	tcase_add_test(tc, everything);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
