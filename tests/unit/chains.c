/* Tables of embedded links, against a plain array as the model. */
#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>

#include "engine/base/chains.h"

START_TEST(agrees_with_a_model)
{
	enum { KEYS = 300, STEPS = 40000 };
	static struct chain_link link[KEYS];
	bool in[KEYS] = {false};
	struct chains h;
	size_t used = 0, seen = 0;

	srand(7);
	ck_assert(chains_init(&h, 100, _i ? 0x123456789abcdef0 : 0)); /* chains grow beyond one */
	ck_assert_uint_eq(h.size, 128);
	for (int i = 0; i < STEPS; i++) {
		uint64_t n = (uint64_t)rand() % KEYS, key = n << 40 | n;
		struct chain_link *found = chains_find(&h, key);

		ck_assert_ptr_eq(found, in[n] ? &link[n] : NULL);
		if (rand() % 2)
			continue;
		if (in[n])
			chains_remove(&h, &link[n]);
		else
			chains_add(&h, &link[n], key);
		in[n] = !in[n];
		used += in[n] ? 1 : (size_t)-1;
	}
	for (struct chain_link *l = NULL; (l = chains_next(&h, l)); seen++)
		ck_assert(in[l - link]);
	ck_assert_uint_eq(seen, used);
	chains_fini(&h);
}
END_TEST

START_TEST(the_newest_of_equals)
{
	struct chain_link a, b, other;
	struct chains h;

	ck_assert(chains_init(&h, 0, 0));
	ck_assert_uint_eq(h.size, 1);
	ck_assert_ptr_null(chains_next(&h, NULL));
	chains_add(&h, &other, 6);
	chains_add(&h, &a, 5);
	chains_add(&h, &b, 5);
	ck_assert_ptr_eq(chains_find(&h, 5), &b);
	chains_remove(&h, &b);
	ck_assert_ptr_eq(chains_find(&h, 5), &a);
	ck_assert_ptr_eq(chains_find(&h, 6), &other);
	chains_remove(&h, &a);
	ck_assert_ptr_null(chains_find(&h, 5));
	chains_fini(&h);
}
END_TEST

/* Numbers, addresses in either order of bytes, and both with something before or behind: as many
 * keys as chains, and no chain is long. */
START_TEST(neighbours_are_spread)
{
	enum { KEYS = 4096 };
	static struct chain_link link[KEYS];
	struct chains h;
	size_t longest = 0;

	ck_assert(chains_init(&h, KEYS, _i >= 4 ? 0x9e3779b97f4a7c16 : 0));
	for (uint32_t n = 0; n < KEYS; n++) {
		uint64_t key = 0x0a010000 + n;

		if (_i & 1)
			key = htonl((uint32_t)key);
		chains_add(&h, &link[n], _i & 2 ? key << 32 | 24 : key);
	}
	for (size_t i = 0; i < h.size; i++) {
		size_t n = 0;

		for (const struct chain_link *l = h.head[i]; l; l = l->next)
			n++;
		if (n > longest)
			longest = n;
	}
	ck_assert_uint_lt(longest, 16);
	chains_fini(&h);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("chains");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(tc, agrees_with_a_model, 0, 2);
	tcase_add_test(tc, the_newest_of_equals);
	tcase_add_loop_test(tc, neighbours_are_spread, 0, 8);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
