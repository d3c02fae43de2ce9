/* What is kept once: equal things are one, as long as anybody holds them. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/interned.h"

/* What was overwritten last, as it was. */
static char wiped[64];

void explicit_bzero(void *p, size_t len)
{
	memcpy(wiped, p, len < sizeof wiped ? len : sizeof wiped);
	memset(p, 0, len);
}

struct pair {
	char kind;
	int number;
};

static bool equal(const void *a, const void *b)
{
	const struct pair *p = a, *q = b;

	return p->kind == q->kind && p->number == q->number;
}

START_TEST(equal_texts_are_one)
{
	struct interned in;
	const char *a, *b, *c;
	char other[] = "Windows";

	ck_assert(interned_init(&in, 42));
	a = intern_text(&in, "Windows");
	b = intern_text(&in, other);
	c = intern_text(&in, "Window");
	ck_assert_ptr_eq(a, b);
	ck_assert_ptr_ne(a, c);
	ck_assert_str_eq(c, "Window");
	intern_drop(&in, a);
	ck_assert_str_eq(b, "Windows");
	intern_drop(&in, b);
	intern_drop(&in, c);
	intern_drop(&in, NULL);
	ck_assert_ptr_null(chains_next(&in.chains, NULL));
	interned_fini(&in);
}
END_TEST

/* A key is equal of objects that are; others may have it too. */
START_TEST(equal_objects_are_one)
{
	struct interned in;
	const struct pair *a, *b, *c;
	struct pair p, q;

	ck_assert(interned_init(&in, 42));
	memset(&p, 0, sizeof p);
	memset(&q, 0xff, sizeof q); /* what lies between the fields says nothing */
	p.kind = q.kind = 'x';
	p.number = q.number = 7;
	a = intern_object(&in, "x", &p, sizeof p, equal);
	b = intern_object(&in, "x", &q, sizeof q, equal);
	q.number++;
	c = intern_object(&in, "x", &q, sizeof q, equal);
	ck_assert_ptr_eq(a, b);
	ck_assert_ptr_ne(a, c);
	ck_assert_int_eq(c->number, 8);
	ck_assert_uint_eq((uintptr_t)c % _Alignof(struct pair), 0);
	intern_drop(&in, b);
	ck_assert_int_eq(a->number, 7);
	intern_drop(&in, a);
	intern_drop(&in, c);
	ck_assert_ptr_null(chains_next(&in.chains, NULL));
	interned_fini(&in);
}
END_TEST

/* What others choose as a name falls where they cannot know. */
START_TEST(places_are_secret)
{
	uint64_t key[3];

	for (unsigned i = 0; i < 3; i++) {
		struct interned in;
		const char *held;

		ck_assert(interned_init(&in, i == 1 ? 43 : 42));
		held = intern_text(&in, i == 2 ? "Window" : "Windows");
		key[i] = chains_next(&in.chains, NULL)->key;
		intern_drop(&in, held);
		interned_fini(&in);
	}
	ck_assert_uint_ne(key[0], key[1]);
	ck_assert_uint_ne(key[0], key[2]);
}
END_TEST

/* A password may be among it: it goes with its last holder. */
START_TEST(nothing_stays)
{
	static const char secret[] = "top secret";
	struct interned in;
	const char *held;

	ck_assert(interned_init(&in, 42));
	held = intern_text(&in, secret);
	ck_assert_ptr_eq(intern_text(&in, secret), held);
	intern_drop(&in, held);
	ck_assert_ptr_null(memmem(wiped, sizeof wiped, secret, sizeof secret));
	intern_drop(&in, held);
	ck_assert_ptr_nonnull(memmem(wiped, sizeof wiped, secret, sizeof secret));
	interned_fini(&in);
}
END_TEST

START_TEST(many_are_found_again)
{
	enum { MANY = 20000 };
	static const char *held[MANY];
	struct interned in;
	char name[32];

	ck_assert(interned_init(&in, 1));
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < MANY; i++) {
			snprintf(name, sizeof name, "user%d@example.com", i);
			if (round)
				ck_assert_ptr_eq(intern_text(&in, name), held[i]);
			else
				held[i] = intern_text(&in, name);
		}
	for (int i = 0; i < 2 * MANY; i++)
		intern_drop(&in, held[i % MANY]);
	ck_assert_ptr_null(chains_next(&in.chains, NULL));
	interned_fini(&in);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("interned");
	TCase *c = tcase_create("interned");
	SRunner *r = srunner_create(s);
	int failed;

	suite_add_tcase(s, c);
	tcase_add_test(c, equal_texts_are_one);
	tcase_add_test(c, equal_objects_are_one);
	tcase_add_test(c, places_are_secret);
	tcase_add_test(c, nothing_stays);
	tcase_add_test(c, many_are_found_again);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
