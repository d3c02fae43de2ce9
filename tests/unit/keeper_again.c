/* The keeper's next look is only ever brought forward: a long wait for one thing delays no other.
 */
#include "engine/keeper/private.h"

#include <check.h>
#include <stdlib.h>

static struct keeper k;
static unsigned looks;

static void look(uv_timer_t *t)
{
	(void)t;
	looks++;
}

static void say(void *arg, unsigned severity, const char *text)
{
	(void)arg;
	(void)severity;
	(void)text;
}

static void setup(void)
{
	struct news news = {.say = say};

	k = (struct keeper){.look = look};
	looks = 0;
	guard_init(&k.objects.guard, &news);
	ck_assert_int_eq(uv_loop_init(&k.loop), 0);
	uv_timer_init(&k.loop, &k.again);
}

static void teardown(void)
{
	uv_close((uv_handle_t *)&k.again, NULL);
	uv_run(&k.loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&k.loop), 0);
}

/* So often that it may not be put back at once any more. */
static void wear_out(const char *what)
{
	while (guard_may(&k.objects.guard, what))
		;
}

START_TEST(brought_forward)
{
	keeper_look_within(&k, 60000);
	ck_assert_uint_gt(uv_timer_get_due_in(&k.again), 50000);
	keeper_look_within(&k, 50);
	ck_assert_uint_le(uv_timer_get_due_in(&k.again), 50);
}
END_TEST

START_TEST(not_put_off)
{
	keeper_look_within(&k, 50);
	keeper_look_within(&k, 60000);
	ck_assert_uint_le(uv_timer_get_due_in(&k.again), 50);
	wear_out("a route");
	keeper_look_again(&k);
	ck_assert_uint_le(uv_timer_get_due_in(&k.again), 50);
}
END_TEST

START_TEST(one_look_for_all)
{
	keeper_look_within(&k, 0);
	keeper_look_within(&k, 0);
	uv_run(&k.loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(looks, 1);
}
END_TEST

START_TEST(waits_for_what_wore_out)
{
	keeper_look_again(&k);
	ck_assert(!uv_is_active((uv_handle_t *)&k.again));
	wear_out("a route");
	keeper_look_again(&k);
	ck_assert(uv_is_active((uv_handle_t *)&k.again));
}
END_TEST

START_TEST(none_at_the_end)
{
	wear_out("a route");
	k.stopping = true;
	keeper_look_again(&k);
	keeper_look_within(&k, 0);
	ck_assert(!uv_is_active((uv_handle_t *)&k.again));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_again");
	TCase *t = tcase_create("timer");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, brought_forward);
	tcase_add_test(t, not_put_off);
	tcase_add_test(t, one_look_for_all);
	tcase_add_test(t, waits_for_what_wore_out);
	tcase_add_test(t, none_at_the_end);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
