/* Number tables, against a plain array as the model. */
#include <arpa/inet.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/table.h"

START_TEST(agrees_with_a_model)
{
	enum { KEYS = 300, STEPS = 40000 };
	static char mark[KEYS + 1];
	void *model[KEYS + 1] = {0};
	struct table t = {0};
	size_t used = 0;

	srand(7);
	for (int i = 0; i < STEPS; i++) {
		uint32_t key = (uint32_t)(rand() % KEYS + 1);

		switch (rand() % 3) {
		case 0:
			ck_assert_int_eq(table_add(&t, key * 128, &mark[key]), model[key] == NULL);
			used += model[key] == NULL;
			model[key] = &mark[key];
			break;
		case 1:
			ck_assert_ptr_eq(table_remove(&t, key * 128), model[key]);
			used -= model[key] != NULL;
			model[key] = NULL;
			break;
		default:
			ck_assert_ptr_eq(table_get(&t, key * 128), model[key]);
		}
		ck_assert_uint_eq(t.used, used);
	}
	table_fini(&t);
}
END_TEST

START_TEST(iterates_over_all)
{
	struct table t = {0};
	struct table_slot *s;
	size_t at = 0, sum = 0;
	int x;

	for (uint32_t k = 1; k <= 100; k++)
		ck_assert(table_add(&t, k, &x));
	while ((s = table_next(&t, &at)))
		sum += s->key;
	ck_assert_uint_eq(sum, 5050);
	ck_assert(!table_add(&t, 0, &x));
	ck_assert(!table_add(&t, 100, &x));
	ck_assert_ptr_null(table_get(&t, 0));
	table_fini(&t);
	ck_assert_ptr_null(table_get(&t, 1));
}
END_TEST

/* Neighbours are spread, however the bytes of an address stand: a look-up meets few others. */
START_TEST(neighbours_are_spread)
{
	struct table t = {0};
	size_t run = 0, longest = 0;
	int x;

	for (uint32_t k = 0; k < 4000; k++)
		ck_assert(table_add(&t, _i ? htonl(0x0a010000 + k) : 0x0a010000 + k, &x));
	for (size_t i = 0; i < t.size; i++) {
		run = t.slot[i].key ? run + 1 : 0;
		if (run > longest)
			longest = run;
	}
	ck_assert_uint_lt(longest, 100);
	table_fini(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("table");
	TCase *tc = tcase_create("table");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, agrees_with_a_model);
	tcase_add_test(tc, iterates_over_all);
	tcase_add_loop_test(tc, neighbours_are_spread, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
