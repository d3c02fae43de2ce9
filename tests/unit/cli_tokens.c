/* One-time tokens: one opens one session, soon, once; everything else is refused and counted. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/operator/tokens.h"

static struct tokens all;
static const struct operator_login ann = {.way = WAY_SSH, .user = "ann", .privilege = 15};

static struct console_hello shown(const uint8_t *token)
{
	struct console_hello h = {.kind = CONSOLE_KIND_TOKEN};

	memcpy(h.token, token, sizeof h.token);
	return h;
}

static void setup(void)
{
	memset(&all, 0, sizeof all);
}

START_TEST(once)
{
	struct operator_login who;
	struct console_hello h;
	uint8_t token[CONSOLE_TOKEN];

	ck_assert(tokens_issue(&all, &ann, 1000, token));
	h = shown(token);
	ck_assert(tokens_take(&all, &h, 1000 + TOKEN_MS - 1, &who));
	ck_assert_str_eq(who.user, "ann");
	ck_assert_int_eq(who.privilege, 15);
	ck_assert(!tokens_take(&all, &h, 1001, &who));
	ck_assert_uint_eq(all.refused, 1);
}
END_TEST

START_TEST(not_late)
{
	struct operator_login who;
	struct console_hello h;
	uint8_t token[CONSOLE_TOKEN];

	ck_assert(tokens_issue(&all, &ann, 1000, token));
	h = shown(token);
	ck_assert(!tokens_take(&all, &h, 1000 + TOKEN_MS, &who));
	ck_assert(!tokens_take(&all, &h, 1000, &who)); /* it is gone for good */
	ck_assert_uint_eq(all.refused, 2);
}
END_TEST

START_TEST(no_other)
{
	struct operator_login who;
	struct console_hello h, none = {.kind = CONSOLE_KIND_TOKEN};
	uint8_t token[CONSOLE_TOKEN];

	ck_assert(!tokens_take(&all, &none, 1000, &who)); /* zeros are no token */
	ck_assert(tokens_issue(&all, &ann, 1000, token));
	ck_assert(!tokens_take(&all, &none, 1000, &who));
	h = shown(token);
	h.token[CONSOLE_TOKEN - 1] ^= 1;
	ck_assert(!tokens_take(&all, &h, 1000, &who));
	ck_assert_uint_eq(all.refused, 3);
	h = shown(token);
	ck_assert(tokens_take(&all, &h, 1000, &who));
}
END_TEST

START_TEST(not_without_number)
{
	uint8_t token[CONSOLE_TOKEN], first[CONSOLE_TOKEN];

	for (unsigned i = 0; i < TOKENS_MAX; i++) {
		ck_assert(tokens_issue(&all, &ann, 1000, token));
		if (i == 0)
			memcpy(first, token, sizeof first);
		else
			ck_assert(memcmp(first, token, sizeof first) != 0);
	}
	ck_assert(!tokens_issue(&all, &ann, 1000, token));
	ck_assert(tokens_issue(&all, &ann, 1000 + TOKEN_MS, token)); /* the old ones went */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tokens");
	TCase *t = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, once);
	tcase_add_test(t, not_late);
	tcase_add_test(t, no_other);
	tcase_add_test(t, not_without_number);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
