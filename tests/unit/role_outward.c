/* Debug and log lines on their way to a manager that does not read: bounded, and it is told. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/role/outward.h"

#define ROOM (1 << 20) /* bytes that may wait */

static struct engine e;
static struct ipc_channel *manager;
static unsigned traces, logs, told, last, classes;
static uint32_t numbers;

static void heard(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	unsigned n;

	(void)arg;
	(void)ch;
	if (m->type == MSG_LOG_LINE) {
		logs++;
		numbers = m->log_line.number * 10 + m->log_line.severity;
		return;
	}
	ck_assert_int_eq(m->type, MSG_TRACE_LINE);
	classes = m->trace_line.class * 1000u + m->trace_line.level;
	if (sscanf(m->trace_line.text, "(%u debug lines were lost)", &n) == 1) {
		told += n;
		return;
	}
	ck_assert_int_eq(sscanf(m->trace_line.text, "line %u", &n), 1);
	ck_assert_uint_gt(n, last); /* in order */
	last = n;
	traces++;
}

static void setup(void)
{
	memset(&e, 0, sizeof e);
	traces = logs = told = last = 0;
	ck_assert(ipc_channel_pair(NULL, &e.role[ROLE_MANAGER], &manager));
	ipc_channel_listen(manager, heard, NULL, NULL);
}

static void teardown(void)
{
	ipc_channel_close(e.role[ROLE_MANAGER]);
	ipc_channel_close(manager);
}

static void line(unsigned n)
{
	char text[200];

	snprintf(text, sizeof text, "line %u %0150d", n, 0);
	outward_trace(&e, TRACE_IKE, 127, text);
}

START_TEST(a_manager_that_does_not_read)
{
	unsigned sent = 0, kept;

	while (e.lost_lines == 0) {
		line(++sent);
		ck_assert_uint_lt(sent, ROOM / 100);
	}
	/* As many as have room, and not one more. */
	ck_assert_uint_ge(ipc_queued(e.role[ROLE_MANAGER]), ROOM);
	ck_assert_uint_lt(ipc_queued(e.role[ROLE_MANAGER]), ROOM + 400);
	for (int i = 0; i < 99; i++)
		line(++sent);
	ck_assert_uint_eq(e.lost_lines, 100);
	outward_log(&e, 4, 113019, "a log line has no more room than they");
	kept = sent - 100;
	ipc_channel_run(manager);
	ck_assert_uint_eq(traces, kept);
	ck_assert_uint_eq(logs, 0);
	ck_assert_uint_eq(told, 0);
	/* The next line comes behind the count of those that are missing, once. */
	line(++sent);
	ck_assert_uint_eq(e.lost_lines, 0);
	line(++sent);
	ipc_channel_run(manager);
	ck_assert_uint_eq(told, 100);
	ck_assert_uint_eq(traces, kept + 2);
	ck_assert_uint_eq(last, sent);
	ck_assert_uint_eq(classes, TRACE_IKE * 1000u + 127);
	outward_log(&e, 4, 113019, "now it has");
	ipc_channel_run(manager);
	ck_assert_uint_eq(logs, 2); /* and before it, that one was lost */
	ck_assert_uint_eq(numbers, 1130194);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("role_outward");
	TCase *tc = tcase_create("outward");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_manager_that_does_not_read);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
