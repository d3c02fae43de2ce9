/*
 * Whose worker an address is: entries come and go, and what is there is found
 * at any time, by another thread too.
 */
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/dataplane/whose.h"

#define ADDRESSES 64 /* far more than there is room for at a time */
#define ENTRIES 8

START_TEST(of_the_same_and_of_others)
{
	struct whose *w = whose_create(ENTRIES, -1);
	unsigned worker = 99;

	ck_assert_ptr_nonnull(w);
	ck_assert(!whose_find(w, 7, &worker));
	whose_add(w, 7, 3);
	ck_assert(whose_find(w, 7, &worker));
	ck_assert_uint_eq(worker, 3);
	whose_add(w, 7, 0); /* two sessions have it */
	whose_remove(w, 7, 5);
	whose_remove(w, 8, 3);
	whose_remove(w, 7, 3);
	ck_assert(whose_find(w, 7, &worker));
	ck_assert_uint_eq(worker, 0);
	whose_remove(w, 7, 0);
	ck_assert(!whose_find(w, 7, &worker));
	whose_add(w, UINT32_MAX, 15);
	whose_add(w, 0, 1);
	ck_assert(whose_find(w, UINT32_MAX, &worker));
	ck_assert_uint_eq(worker, 15);
	ck_assert(whose_find(w, 0, &worker));
	ck_assert_uint_eq(worker, 1);
	whose_destroy(w);
}
END_TEST

/* Where nobody walks over them any more, graves are free places again, all of a row. */
START_TEST(graves_are_cleared)
{
	size_t places = whose_places(ENTRIES), bytes = places * sizeof(uint64_t);
	int table = memfd_create("table", MFD_CLOEXEC);
	const uint64_t *place;
	struct whose *w;

	ck_assert_int_eq(ftruncate(table, (off_t)bytes), 0);
	place = mmap(NULL, bytes, PROT_READ, MAP_SHARED, table, 0);
	ck_assert(place != MAP_FAILED);
	w = whose_create(ENTRIES, table);
	ck_assert_ptr_nonnull(w);
	for (unsigned i = 0; i < 4; i++) /* of one address: side by side */
		whose_add(w, 7, i);
	for (unsigned i = 0; i < 4; i++)
		whose_remove(w, 7, i);
	for (size_t i = 0; i < places; i++)
		ck_assert_uint_eq(place[i], WHOSE_FREE);
	whose_destroy(w);
	munmap((void *)(uintptr_t)place, bytes);
	close(table);
}
END_TEST

/* As a table that is simple would have it, in any order of coming and going. */
START_TEST(like_a_simple_one)
{
	struct whose *w = whose_create(ENTRIES, -1);
	unsigned has[ADDRESSES] = {0}, n = 0, worker;

	for (unsigned i = 0; i < 100000; i++) {
		unsigned a = (unsigned)rand() % ADDRESSES;

		if (has[a]) {
			whose_remove(w, a, has[a] - 1);
			has[a] = 0;
			n--;
		} else if (n < ENTRIES) {
			has[a] = 1 + (unsigned)rand() % 16;
			whose_add(w, a, has[a] - 1);
			n++;
		} else { /* it ends, and takes nothing, where nothing is free either */
			whose_remove(w, a, 0);
			whose_remove(w, ADDRESSES + a, 0);
		}
		for (a = 0; a < ADDRESSES; a++)
			if (whose_find(w, a, &worker) != (has[a] > 0) ||
			    (has[a] && worker != has[a] - 1))
				ck_abort_msg("round %u, address %u", i, a);
	}
	whose_destroy(w);
}
END_TEST

static struct whose *shared;
static atomic_bool over;
static atomic_uint looks, wrong;

/* Half of the entries stay; whatever happens to the others, those are found. */
static void *look(void *arg)
{
	(void)arg;
	while (!atomic_load(&over)) {
		for (unsigned a = 0; a < ENTRIES / 2; a++) {
			unsigned worker = 99;

			if (!whose_find(shared, a, &worker) || worker != a)
				atomic_fetch_add(&wrong, 1);
		}
		atomic_fetch_add(&looks, 1);
	}
	return NULL;
}

START_TEST(found_at_any_time)
{
	pthread_t thread;

	shared = whose_create(ENTRIES, -1);
	for (unsigned a = 0; a < ENTRIES / 2; a++)
		whose_add(shared, a, a);
	ck_assert_int_eq(pthread_create(&thread, NULL, look, NULL), 0);
	for (unsigned i = 0; i < 200000 || atomic_load(&looks) < 1000; i++) {
		unsigned at[ENTRIES / 2];

		for (unsigned k = 0; k < ENTRIES / 2; k++)
			whose_add(shared, at[k] = 100 + (unsigned)rand() % 1000, 9);
		for (unsigned k = 0; k < ENTRIES / 2; k++)
			whose_remove(shared, at[(k + i) % (ENTRIES / 2)], 9);
	}
	atomic_store(&over, true);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(atomic_load(&wrong), 0);
	whose_destroy(shared);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("whose");
	TCase *tc = tcase_create("whose");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, of_the_same_and_of_others);
	tcase_add_test(tc, graves_are_cleared);
	tcase_add_test(tc, like_a_simple_one);
	tcase_add_test(tc, found_at_any_time);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
