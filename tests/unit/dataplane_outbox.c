/* What a packet worker has to say to the control side: who finds room, and the dead. */
#include <check.h>
#include <stdlib.h>

#include "engine/dataplane/outbox.h"

/* How many events of that kind find room, each with `len` bytes. */
static size_t fill(struct outbox *b, enum event_type type, size_t len)
{
	size_t n = 0;

	while (outbox_event(b, type, len)) {
		outbox_commit(b);
		n++;
	}
	return n;
}

/* Strangers' IKE leaves room for IKE in progress, that for peers' L2TP, that for what must be
 * told. */
START_TEST(room_for_the_better)
{
	struct outbox b = {0};
	const struct event *e;
	size_t first, ike, l2tp, state, len, n = 0;

	ck_assert(outbox_init(&b));
	first = fill(&b, EVENT_IKE_FIRST, 1000);
	ike = fill(&b, EVENT_IKE, 1000);
	l2tp = fill(&b, EVENT_L2TP, 1000);
	state = fill(&b, EVENT_MOVED, 1000);
	ck_assert_uint_le((first > ike ? first - ike : ike - first), 1); /* a quarter each */
	ck_assert_uint_gt(l2tp, first + first / 2);
	ck_assert_uint_lt(l2tp, first * 2);
	ck_assert_uint_gt(state, first / 8);
	ck_assert_uint_lt(state, first / 2);
	ck_assert_uint_eq(get(&b.ike_full), 2);
	ck_assert_uint_eq(get(&b.ring_full), 2);
	ck_assert(b.news);
	for (; (e = ring_peek(b.events, &len)); n++) {
		ck_assert_uint_eq(len, sizeof *e + 1000);
		ck_assert_int_eq(e->type, n < first		   ? EVENT_IKE_FIRST
					  : n < first + ike	   ? EVENT_IKE
					  : n < first + ike + l2tp ? EVENT_L2TP
								   : EVENT_MOVED);
		ck_assert_uint_eq(e->spi | e->local_port | e->remote_port | e->hard, 0);
		ring_release(b.events);
	}
	ck_assert_uint_eq(n, first + ike + l2tp + state);
	outbox_fini(&b);
}
END_TEST

/* What anybody can cause, a packet that is refused or denied, has no more room than strangers'
 * IKE. */
START_TEST(room_for_anybody)
{
	static const enum event_type types[] = {EVENT_IKE_FIRST, EVENT_REFUSED, EVENT_DENIED};
	size_t n[3];

	for (int i = 0; i < 3; i++) {
		struct outbox b = {0};

		ck_assert(outbox_init(&b));
		n[i] = fill(&b, types[i], 1000);
		outbox_fini(&b);
	}
	ck_assert_uint_gt(n[0], 0);
	ck_assert_uint_eq(n[1], n[0]);
	ck_assert_uint_eq(n[2], n[0]);
}
END_TEST

/* The dead come back, the last first, and once. */
START_TEST(burials)
{
	struct object one = {.kind = OBJECT_SA}, two = {.kind = OBJECT_PEER};
	struct outbox b = {0};

	ck_assert_ptr_null(outbox_dead(&b));
	outbox_bury(&b, &one);
	ck_assert(b.news);
	outbox_bury(&b, &two);
	ck_assert_ptr_eq(outbox_dead(&b), &two);
	ck_assert_ptr_eq(two.next, &one);
	ck_assert_ptr_null(one.next);
	ck_assert_ptr_null(outbox_dead(&b));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_outbox");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_test(tc, room_for_the_better);
	tcase_add_test(tc, room_for_anybody);
	tcase_add_test(tc, burials);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
