/*
 * The reliable channel of L2TP: retransmission, the window, the arithmetic of sequence numbers and
 * what its owner hears (RFC 2661 5.8).
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/avp.h"
#include "engine/l2tp/channel.h"

static uint64_t now_us;
static uint64_t now(struct env *e)
{
	(void)e;
	return now_us;
}

static struct env env;
static struct channel ch;
static unsigned sent, failures;
static uint16_t last_ns, last_nr;
static uint64_t sent_at[64];

static void transmit(struct channel *c, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct l2tp_header h;

	(void)c;
	ck_assert(l2tp_read_header(&r, &h));
	last_ns = h.ns;
	last_nr = h.nr;
	sent_at[sent++ % 64] = now_us;
}

static void gave_up(struct channel *c)
{
	failures++;
	channel_fini(c);
}

static void channel_setup(uint16_t window)
{
	now_us = 0;
	sent = failures = 0;
	env = (struct env){.now = now};
	memset(&ch, 0, sizeof ch);
	channel_init(&ch, &env, window);
	ch.transmit = transmit;
	ch.failed = gave_up;
}

static bool queue(void)
{
	uint8_t buf[32];
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, 1, 0, L2TP_HELLO);
	l2tp_end(&w);
	return channel_send(&ch, buf, wr_len(&w));
}

static void clock_to(uint64_t t)
{
	while (timer_next(&env) <= t) {
		now_us = timer_next(&env);
		timer_run(&env);
	}
	now_us = t;
}

START_TEST(retransmission)
{
	static const uint64_t at[] = {0, 1, 3, 7, 15, 23};

	channel_setup(4);
	ck_assert(queue());
	clock_to(30 * SEC);
	ck_assert_uint_eq(sent, CHANNEL_TRIES + 1);
	for (size_t i = 0; i < sizeof at / sizeof *at; i++)
		ck_assert_uint_eq(sent_at[i], at[i] * SEC);
	ck_assert_uint_eq(failures, 0);
	clock_to(31 * SEC);
	ck_assert_uint_eq(failures, 1);
	ck_assert_uint_eq(timer_next(&env), UINT64_MAX);
	timer_fini(&env);
}
END_TEST

START_TEST(window_and_acknowledgement)
{
	channel_setup(2);
	for (int i = 0; i < 5; i++)
		ck_assert(queue());
	ck_assert_uint_eq(sent, 2);
	/* Nr never sent: nothing */
	ck_assert_int_eq(channel_receive(&ch, 0, 9, true), ARRIVAL_ACK);
	ck_assert_uint_eq(sent, 2);
	channel_receive(&ch, 0, 1, true);
	ck_assert_uint_eq(sent, 3);
	ck_assert_uint_eq(last_ns, 2);
	channel_receive(&ch, 0, 3, true);
	ck_assert_uint_eq(sent, 5);
	channel_receive(&ch, 0, 2, true); /* an old one, late */
	channel_receive(&ch, 0, 5, true);
	ck_assert(channel_idle(&ch));
	clock_to(60 * SEC);
	ck_assert_uint_eq(sent, 5);
	for (int i = 0; i < CHANNEL_QUEUE_MAX; i++)
		ck_assert(queue());
	ck_assert(!queue());
	channel_fini(&ch);
	timer_fini(&env);
}
END_TEST

START_TEST(arrivals)
{
	channel_setup(4);
	ch.nr = 0xfffe; /* across the wrap */
	ck_assert_int_eq(channel_receive(&ch, 0xfffe, 0, false), ARRIVAL_NEW);
	ck_assert(channel_take_ack(&ch));
	ck_assert(!channel_take_ack(&ch));
	ck_assert_int_eq(channel_receive(&ch, 0xfffe, 0, false), ARRIVAL_DUPLICATE);
	ck_assert(channel_take_ack(&ch)); /* acknowledged again */
	ck_assert_int_eq(channel_receive(&ch, 0, 0, false), ARRIVAL_OUTSIDE);
	ck_assert(!channel_take_ack(&ch));
	ck_assert_int_eq(channel_receive(&ch, 0xffff, 0, false), ARRIVAL_NEW);
	ck_assert_int_eq(channel_receive(&ch, 0, 0, false), ARRIVAL_NEW);
	ck_assert_uint_eq(ch.nr, 1);
	ck_assert_int_eq(channel_receive(&ch, 0xfffe, 0, false), ARRIVAL_DUPLICATE);
	/* a ZLB advances nothing */
	ck_assert_int_eq(channel_receive(&ch, 1, 0, true), ARRIVAL_ACK);
	ck_assert_uint_eq(ch.nr, 1);
	/* A message of ours carries the acknowledgement. */
	ck_assert(queue());
	ck_assert_uint_eq(last_nr, 1);
	ck_assert(!channel_take_ack(&ch));
	channel_fini(&ch);
	timer_fini(&env);
}
END_TEST

static unsigned drains;

static void drained(struct channel *c)
{
	ck_assert(channel_idle(c));
	drains++;
}

/* The owner hears once that all is acknowledged, not while something is left. */
START_TEST(all_acknowledged)
{
	channel_setup(0); /* a client without a window has one of 1 */
	ch.drained = drained;
	drains = 0;
	channel_receive(&ch, 0, 0, true); /* nothing was sent yet */
	ck_assert_uint_eq(drains, 0);
	ck_assert(queue());
	ck_assert(queue());
	ck_assert_uint_eq(sent, 1);
	ck_assert_int_eq(channel_receive(&ch, 0, 1, true), ARRIVAL_ACK);
	ck_assert_uint_eq(drains, 0);
	ck_assert_uint_eq(sent, 2);
	ck_assert_int_eq(channel_receive(&ch, 0, 2, true), ARRIVAL_ACK);
	ck_assert_uint_eq(drains, 1);
	channel_receive(&ch, 0, 2, true);
	ck_assert_uint_eq(drains, 1);
	ck_assert(queue()); /* behind an empty queue as behind a full one */
	ck_assert_uint_eq(last_ns, 2);
	channel_receive(&ch, 0, 3, true);
	ck_assert_uint_eq(drains, 2);
	channel_fini(&ch);
	timer_fini(&env);
}
END_TEST

/* Only what is on its way is said again, each counted; an acknowledgement begins the periods
 * anew. */
START_TEST(repetitions_are_counted)
{
	uint64_t again = 0;

	channel_setup(2);
	channel_resend(&ch);
	ch.retransmits = &again;
	for (int i = 0; i < 3; i++)
		ck_assert(queue());
	channel_resend(&ch);
	ck_assert_uint_eq(again, 2);
	ck_assert_uint_eq(sent, 4);
	clock_to(3 * SEC);
	ck_assert_uint_eq(again, 6);
	ck_assert_uint_eq(ch.tries, 2);
	channel_receive(&ch, 0, 1, true);
	ck_assert_uint_eq(ch.tries, 0);
	ck_assert_uint_eq(timer_left(&env, &ch.timer), SEC);
	channel_fini(&ch);
	timer_fini(&env);
}
END_TEST

/* Ns and Nr go around (RFC 2661 5.8): what is behind is old, what is far ahead is not yet. */
START_TEST(around_the_circle)
{
	channel_setup(4);
	ch.ns = ch.una = ch.next = 0xffff;
	ck_assert(queue());
	ck_assert(queue());
	ck_assert_uint_eq(last_ns, 0);
	channel_receive(&ch, 0, 0xfffe, true);
	channel_receive(&ch, 0, 2, true); /* never sent */
	ck_assert(!channel_idle(&ch));
	channel_receive(&ch, 0, 1, true);
	ck_assert(channel_idle(&ch));
	ck_assert_int_eq(channel_receive(&ch, 0x8000, 1, false), ARRIVAL_DUPLICATE);
	ck_assert_int_eq(channel_receive(&ch, 0x7fff, 1, false), ARRIVAL_OUTSIDE);
	channel_fini(&ch);
	timer_fini(&env);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_channel");
	TCase *tc = tcase_create("l2tp_channel");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, retransmission);
	tcase_add_test(tc, window_and_acknowledgement);
	tcase_add_test(tc, arrivals);
	tcase_add_test(tc, all_acknowledged);
	tcase_add_test(tc, repetitions_are_counted);
	tcase_add_test(tc, around_the_circle);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
