/* Tables of embedded links, against a plain array as the model. */
#include <check.h>
#include <stdlib.h>

#include "engine/base/hash.h"

START_TEST(agrees_with_a_model)
{
	enum { KEYS = 300, STEPS = 40000 };
	static struct hash_link link[KEYS];
	bool in[KEYS] = {false};
	struct hash h;
	size_t used = 0, seen = 0;

	srand(7);
	ck_assert(hash_init(&h, 100, _i ? 0x123456789abcdef0 : 0)); /* chains grow beyond one */
	ck_assert_uint_eq(h.size, 128);
	for (int i = 0; i < STEPS; i++) {
		uint64_t n = (uint64_t)rand() % KEYS, key = n << 40 | n;
		struct hash_link *found = hash_find(&h, key);

		ck_assert_ptr_eq(found, in[n] ? &link[n] : NULL);
		if (rand() % 2)
			continue;
		if (in[n])
			hash_remove(&h, &link[n]);
		else
			hash_add(&h, &link[n], key);
		in[n] = !in[n];
		used += in[n] ? 1 : (size_t)-1;
	}
	for (struct hash_link *l = NULL; (l = hash_next(&h, l)); seen++)
		ck_assert(in[l - link]);
	ck_assert_uint_eq(seen, used);
	hash_fini(&h);
}
END_TEST

START_TEST(the_newest_of_equals)
{
	struct hash_link a, b, other;
	struct hash h;

	ck_assert(hash_init(&h, 0, 0));
	ck_assert_uint_eq(h.size, 1);
	ck_assert_ptr_null(hash_next(&h, NULL));
	hash_add(&h, &other, 6);
	hash_add(&h, &a, 5);
	hash_add(&h, &b, 5);
	ck_assert_ptr_eq(hash_find(&h, 5), &b);
	hash_remove(&h, &b);
	ck_assert_ptr_eq(hash_find(&h, 5), &a);
	ck_assert_ptr_eq(hash_find(&h, 6), &other);
	hash_remove(&h, &a);
	ck_assert_ptr_null(hash_find(&h, 5));
	hash_fini(&h);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hash");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(tc, agrees_with_a_model, 0, 2);
	tcase_add_test(tc, the_newest_of_equals);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
