/* A client that dies and dials again with ids that it had before: nothing of what is still said to
 * the dead reaches it. */
#include <check.h>
#include <stdlib.h>

#include "tests/support/consistent.h"
#include "tests/support/world.h"

static struct world *w;

static void setup(void)
{
	w = world_create(5);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

/* As a router, without serial number, speed and framing; INITIAL-CONTACT, or only a newer SA. */
static bool bare, contact;

static void dials(struct world_client *c, uint16_t tunnel)
{
	client_again(c);
	c->tunnel_id = tunnel;
	c->bare = bare;
	c->ike.initial_contact = contact;
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	client_vanish(c);
}

/* The second call ends the first one's tunnel: its StopCCN is repeated while the third, whose id is
 * the first one's, is built. */
START_TEST(of_a_tunnel_that_is_being_closed)
{
	struct world_client *c = world_client(w, false);

	dials(c, 1);
	dials(c, 2);
	dials(c, 1);
}
END_TEST

START_TEST(at_once)
{
	struct world_client *c = world_client(w, _i & 1);

	bare = _i & 2;
	contact = _i & 4;
	for (unsigned n = 0; n < 5; n++) {
		dials(c, 1);
		ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("reused_ids");
	TCase *tc = tcase_create("reused_ids");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, of_a_tunnel_that_is_being_closed);
	tcase_add_loop_test(tc, at_once, 0, 8);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
