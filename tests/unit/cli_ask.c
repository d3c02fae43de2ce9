/* Questions to other roles: each gets its one answer, whatever happens to the role or to whom it
 * is for; and the table of network devices that the keeper's news make. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/ask.h"
#include "cli/manager/links.h"
#include "cli/manager/machine.h"
#include "engine/ipc/channel.h"

static uv_loop_t loop;
static struct ipc_channel *channel[ROLE_COUNT], *engine;
static struct asks asks;
static uint32_t asked;        /* the id of the last question that came to the engine */
static uint32_t cursor;       /* ... and its page */
static unsigned questions;

/* What came back. */
static struct {
	unsigned calls;
	enum ask_status status;
	uint32_t count, error;
	char why[300];
	size_t records;
} got;

static void done(void *arg, const struct answer *a)
{
	ck_assert_ptr_eq(arg, &got);
	got.calls++;
	got.status = a->status;
	got.count = a->count;
	got.error = a->error;
	got.records = a->n;
	snprintf(got.why, sizeof got.why, "%s", answer_refusal(a) ? answer_refusal(a) : "");
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)arg;
	(void)ch;
	questions++;
	asked = m->type == MSG_QUERY ? m->query.id : m->act_logoff.id;
	cursor = m->type == MSG_QUERY ? m->query.cursor : 0;
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

static void turn(void)
{
	for (int i = 0; i < 4; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static void setup(void)
{
	memset(&got, 0, sizeof got);
	memset(&asks, 0, sizeof asks);
	questions = 0;
	uv_loop_init(&loop);
	asks.loop = &loop;
	asks.channel = channel;
	ck_assert(ipc_channel_pair(&loop, &channel[ROLE_ENGINE], &engine));
	ipc_channel_listen(engine, on_message, on_close, NULL);
	ipc_channel_listen(channel[ROLE_ENGINE], on_message, on_close, NULL);
}

static void teardown(void)
{
	ask_close_all(&asks);
	ipc_channel_close(channel[ROLE_ENGINE]);
	ipc_channel_close(engine);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

static bool message(enum role from, enum msg_type type, uint32_t id, uint32_t value)
{
	struct ipc_msg m = {.type = type, .fd = -1};

	switch (type) {
	case MSG_QUERY_END:
		m.query_end.id = id;
		m.query_end.cursor = value;
		break;
	case MSG_REC_COUNTER:
		m.rec_counter.id = id;
		m.rec_counter.name = "n";
		m.rec_counter.value = value;
		break;
	case MSG_KEEP_REPLY:
		m.keep_reply.id = id;
		m.keep_reply.error = value;
		m.keep_reply.text = value == EBUSY ? "is in use" : "";
		break;
	default:
		m.act_done.id = id;
		m.act_done.count = value;
		break;
	}
	return ask_message(&asks, from, &m);
}

START_TEST(pages_are_collected)
{
	ask_query(&asks, ROLE_ENGINE, "stats", NULL, "v", done, &got);
	turn();
	ck_assert(message(ROLE_ENGINE, MSG_REC_COUNTER, asked, 1));
	ck_assert(message(
	    ROLE_ENGINE, MSG_REC_COUNTER, asked + 1, 1));	 /* of nobody: is taken, and lost */
	ck_assert(message(ROLE_AAA, MSG_REC_COUNTER, asked, 1)); /* not from whom it was asked */
	ck_assert(message(ROLE_ENGINE, MSG_QUERY_END, asked, 9));
	turn();
	ck_assert_uint_eq(questions, 2);
	ck_assert_uint_eq(cursor, 9);
	ck_assert_uint_eq(got.calls, 0);
	message(ROLE_ENGINE, MSG_REC_COUNTER, asked, 2);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 0);
	ck_assert_uint_eq(got.calls, 1);
	ck_assert_int_eq(got.status, ASK_DONE);
	ck_assert_uint_eq(got.records, 2);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 0); /* once */
	ck_assert_uint_eq(got.calls, 1);
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
}
END_TEST

START_TEST(what_is_no_answer_is_left_to_others)
{
	struct ipc_msg m = {.type = MSG_TRACE_LINE, .fd = -1};

	ck_assert(!ask_message(&asks, ROLE_ENGINE, &m));
}
END_TEST

START_TEST(an_act_is_counted)
{
	struct ipc_msg m = {
	    .type = MSG_ACT_LOGOFF, .fd = -1, .act_logoff = {.filter = "all", .value = ""}};

	ask_send(&asks, ROLE_ENGINE, &m, done, &got);
	turn();
	ck_assert_uint_ne(asked, 0);
	message(ROLE_ENGINE, MSG_ACT_DONE, asked, 3);
	ck_assert_uint_eq(got.calls, 1);
	ck_assert_uint_eq(got.count, 3);
	ck_assert_str_eq(got.why, "");
}
END_TEST

START_TEST(a_refusal_says_why)
{
	struct ipc_msg m = {
	    .type = MSG_ACT_LOGOFF, .fd = -1, .act_logoff = {.filter = "", .value = ""}};

	for (int i = 0; i < 2; i++) {
		ask_send(&asks, ROLE_ENGINE, &m, done, &got);
		turn();
		message(ROLE_ENGINE, MSG_KEEP_REPLY, asked, i ? EBUSY : EPERM);
		ck_assert_int_eq(got.status, ASK_FAILED);
		ck_assert_uint_eq(got.error, (uint32_t)(i ? EBUSY : EPERM));
		ck_assert_str_eq(got.why, i ? "is in use" : strerror(EPERM));
	}
	ask_send(&asks, ROLE_ENGINE, &m, done, &got);
	turn();
	message(ROLE_ENGINE, MSG_KEEP_REPLY, asked, 0);
	ck_assert_int_eq(got.status, ASK_DONE);
	ck_assert_str_eq(got.why, "");
}
END_TEST

START_TEST(a_role_that_is_not_there)
{
	ask_query(&asks, ROLE_AAA, "x", NULL, NULL, done, &got);
	ck_assert_uint_eq(got.calls, 0); /* never from within the call */
	ck_assert(ask_is_open(&asks, ROLE_AAA));
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
	turn();
	ck_assert_uint_eq(got.calls, 1);
	ck_assert_int_eq(got.status, ASK_AWAY);
	ck_assert_str_eq(got.why, "the keeper is away");
}
END_TEST

START_TEST(a_role_that_goes)
{
	ask_query(&asks, ROLE_ENGINE, "a", NULL, NULL, done, &got);
	ask_query(&asks, ROLE_ENGINE, "b", NULL, NULL, done, &got);
	ask_role_gone(&asks, ROLE_KEEPER);
	ck_assert_uint_eq(got.calls, 0);
	ask_role_gone(&asks, ROLE_ENGINE);
	ck_assert_uint_eq(got.calls, 2);
	ck_assert_int_eq(got.status, ASK_AWAY);
}
END_TEST

START_TEST(nobody_waits_any_more)
{
	struct ask *a = ask_query(&asks, ROLE_ENGINE, "a", NULL, NULL, done, &got);

	turn();
	ask_cancel(a);
	ask_cancel(NULL);
	message(ROLE_ENGINE, MSG_QUERY_END, asked, 5); /* its other pages nobody reads */
	turn();
	ck_assert_uint_eq(questions, 1);
	ck_assert_uint_eq(got.calls, 0);
	ck_assert(!ask_is_open(&asks, ROLE_ENGINE));
}
END_TEST

/* ---- links ---------------------------------------------------------------------- */

static bool news(struct links *t, const char *device, const char *hardware, const char *mac)
{
	const struct msg_link_state s = {.device = device,
	    .hardware = hardware,
	    .mac = mac,
	    .last = "",
	    .ifindex = *device ? 3 : 0};

	return links_note(t, &s);
}

START_TEST(the_table_of_devices_is_bounded)
{
	static struct links t;
	char name[16];

	for (int i = 0; i < LINKS_MAX; i++) {
		snprintf(name, sizeof name, "eth%d", i);
		ck_assert(news(&t, name, "", "52:54:00:00:00:01"));
	}
	ck_assert_uint_eq(t.n, LINKS_MAX);
	ck_assert(!news(&t, "more", "", "52:54:00:00:00:01"));
	ck_assert_ptr_null(links_find(&t, "more"));
	ck_assert(!news(&t, "eth7", "", "52:54:00:00:00:02")); /* known, and under the same name */
	ck_assert_str_eq(links_find(&t, "eth7")->mac, "52:54:00:00:00:02");
	ck_assert_ptr_null(links_find(&t, ""));
}
END_TEST

START_TEST(cards_keep_their_numbers)
{
	static struct links t;

	ck_assert(news(&t, "eth0", "GigabitEthernet0/0", "52:54:00:00:00:01"));
	ck_assert_str_eq(links_find(&t, "gigabitethernet0/0")->device, "eth0");
	ck_assert(!news(&t, "eth0", "GigabitEthernet0/0", "52:54:00:00:00:01"));
	ck_assert(
	    news(&t, "", "GigabitEthernet0/0", "52:54:00:00:00:01")); /* the card is missing */
	ck_assert_uint_eq(t.n, 1);
	ck_assert(news(&t, "eth5", "GigabitEthernet0/0", "52:54:00:00:00:01"));
	ck_assert(
	    news(&t, "eth5", "GigabitEthernet0/1", "52:54:00:00:00:01")); /* it is another's now */
	ck_assert_str_eq(links_find(&t, "GigabitEthernet0/0")->device, "");
	ck_assert_str_eq(links_find(&t, "eth5")->hardware, "GigabitEthernet0/1");
	ck_assert(news(&t, "", "GigabitEthernet0/0", "")); /* the number is given back */
	ck_assert_ptr_null(links_find(&t, "GigabitEthernet0/0"));
	ck_assert_uint_eq(t.n, 1);
}
END_TEST

START_TEST(addresses_of_a_device)
{
	struct net_link l = {.addresses = {"10.1.1.1/24", "10.2.2.2/16"}, .n_addresses = 2};
	struct addr a, mask;

	ck_assert(addr_parse("10.2.2.2", &a) && addr_parse("255.255.0.0", &mask));
	ck_assert(link_has(&l, &a, &mask));
	ck_assert(addr_parse("255.255.255.0", &mask));
	ck_assert(!link_has(&l, &a, &mask));
	l.n_addresses = STRLIST_MAX; /* there may be more than were told */
	ck_assert(link_has(&l, &a, &mask));
}
END_TEST

/* ---- the machine ------------------------------------------------------------------ */

START_TEST(the_serial_number_is_made_up_once)
{
	char dir[] = "/tmp/gatehouse-unit.XXXXXX", path[64];
	struct machine first = {0}, again = {0};
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/serial", dir);
	machine_read(&first, dir);
	ck_assert_uint_eq(strlen(first.serial), 11);
	ck_assert_uint_eq(strspn(first.serial, "0123456789ABCDEFGHJKLMNPQRSTUVWX"), 11);
	ck_assert_uint_gt(first.memory_mb, 0);
	ck_assert_uint_gt(strlen(first.cpu), 0);
	ck_assert_int_ne(first.cpu[0], ' ');
	ck_assert_int_ne(first.cpu[strlen(first.cpu) - 1], ' ');
	machine_read(&again, dir);
	ck_assert_str_eq(again.serial, first.serial);
	f = fopen(path, "w"); /* damaged: it gets another, for good */
	fputs("short", f);
	fclose(f);
	machine_read(&again, dir);
	ck_assert_uint_eq(strlen(again.serial), 11);
	ck_assert_str_ne(again.serial, first.serial);
	machine_read(&first, dir);
	ck_assert_str_eq(again.serial, first.serial);
	remove(path);
	ck_assert_int_eq(remove(dir), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_ask");
	TCase *tc = tcase_create("cli_ask"), *links = tcase_create("links");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, pages_are_collected);
	tcase_add_test(tc, what_is_no_answer_is_left_to_others);
	tcase_add_test(tc, an_act_is_counted);
	tcase_add_test(tc, a_refusal_says_why);
	tcase_add_test(tc, a_role_that_is_not_there);
	tcase_add_test(tc, a_role_that_goes);
	tcase_add_test(tc, nobody_waits_any_more);
	tcase_add_test(links, the_table_of_devices_is_bounded);
	tcase_add_test(links, cards_keep_their_numbers);
	tcase_add_test(links, addresses_of_a_device);
	tcase_add_test(links, the_serial_number_is_made_up_once);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, links);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
