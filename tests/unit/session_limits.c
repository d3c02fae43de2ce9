/*
 * What ends a session in time, the word before it, and the reason that each end has.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

static struct world *w;
static struct world_client *c;
static struct cfg_group_policy policy;

static void setup(void)
{
	w = world_create(14);
	policy = (struct cfg_group_policy){.op = CFG_SET, .name = "L2TP-VPN",
	    .protocols = PROTO_L2TP_IPSEC, .split_policy = "", .split_list = "", .group_lock = "",
	    .intercept = ATTR_UNSET, .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET,
	    .idle_alert = ATTR_UNSET, .session_alert = ATTR_UNSET, .sleep_timeout = ATTR_UNSET,
	    .logins = ATTR_UNSET};
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static void connected(void)
{
	world_config(w, MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = policy});
	c = world_client(w, true);
	client_connect(c);
	sim_run(&w->sim, SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
}

static unsigned times(const char *text)
{
	unsigned n = 0;

	for (const char *p = w->log; (p = strstr(p, text)); p++)
		n++;
	return n;
}

static size_t sessions(void)
{
	return world_query(w, "session", NULL);
}

/* Told once, two minutes before; traffic puts both off, and then it is told again. */
START_TEST(idle_alert)
{
	policy.idle_timeout = 10;
	policy.idle_alert = 2;
	connected();
	sim_run(&w->sim, 470 * SEC);
	ck_assert_uint_eq(times("about to end"), 0);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_uint_eq(times("Session is about to end in 120 seconds. Reason: Idle Timeout"), 1);
	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, 470 * SEC);
	ck_assert_uint_eq(times("about to end"), 1);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_uint_eq(times("about to end"), 2);
	sim_run(&w->sim, 100 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_eq(times("Session disconnected"), 1);
	ck_assert_uint_eq(times("Bytes rcv: 28, Reason: Idle Timeout"), 1);
}
END_TEST

/* One that is no shorter than the time is none: an end that is not near is not told. */
START_TEST(idle_alert_of_all_the_time)
{
	policy.idle_timeout = 10;
	policy.idle_alert = 10 + _i;
	connected();
	sim_run(&w->sim, 590 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_eq(times("about to end"), 0);
}
END_TEST

/* Traffic does not put that one off. An alert that is no shorter than the time is none. */
START_TEST(session_alert)
{
	policy.session_timeout = 10;
	policy.session_alert = _i ? 10 : 3;
	connected();
	for (unsigned k = 0; k < 41; k++) {
		sim_run(&w->sim, 10 * SEC);
		ck_assert(client_send(c, 0x0a0a0a0a));
	}
	ck_assert_uint_eq(times("about to end"), 0);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_uint_eq(
	    times("Session is about to end in 180 seconds. Reason: Max time exceeded"), !_i);
	sim_run(&w->sim, 160 * SEC);
	ck_assert_uint_eq(sessions(), 1);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_eq(times("Reason: Max time exceeded"), _i ? 2 : 3); /* 713259, 113019 */
}
END_TEST

/* The hours end: so does the session, and says why; nobody comes in then. */
START_TEST(hours)
{
	struct ipc_msg range = {
	    .cfg_time_range = {.op = CFG_SET, .name = "OFFICE", .active = true}};

	world_config(w, MSG_CFG_TIME_RANGE, range);
	policy.access_hours = "OFFICE";
	policy.access_hours_state = STATE_VALUE;
	connected();
	range.cfg_time_range.active = false;
	world_config(w, MSG_CFG_TIME_RANGE, range);
	gateway_hours_changed(w->gw);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_eq(times("Reason: Max time exceeded"), 2);
	c = world_client(w, true);
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_eq(w->gw->failures[REASON_ACCESS_HOURS], 1);
}
END_TEST

/* Who does not renew his SA in time. */
START_TEST(sa_expired)
{
	policy.idle_timeout = ATTR_NONE;
	connected();
	sim_run(&w->sim, 3700 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_ge(times("Reason: IPSec SA Max Time Exceeded"), 1);
}
END_TEST

static void hangs_up(void)
{
	client_leave(c);
}

static void deletes_its_sa(void)
{
	struct initiator_message m;

	initiator_delete_child(&c->ike, c->tunnel.spi_in, &m);
	client_say(c, &m);
}

static void logged_off(void)
{
	ck_assert_uint_eq(gateway_logoff(w->gw, "index", "1"), 1);
}

static void cleared(void)
{
	ck_assert_uint_eq(gateway_clear_ipsec(w->gw, "", ""), 1);
}

static void ike_cleared(void)
{
	ck_assert_uint_eq(gateway_clear_ike(w->gw, &(struct addr){0}), 1);
}

START_TEST(each_end_has_its_reason)
{
	static const struct {
		void (*end)(void);
		const char *reason;
	} row[] = {
	    {hangs_up, "Reason: User Requested"},
	    {deletes_its_sa, "Reason: Peer Terminate"},
	    {logged_off, "Reason: Administrator Reset"},
	    {cleared, "Reason: Administrator Reset"},
	    {ike_cleared, "Reason: Administrator Reset"},
	};

	connected();
	row[_i].end();
	sim_run(&w->sim, 20 * SEC);
	ck_assert_uint_eq(sessions(), 0);
	ck_assert_uint_eq(times("Session disconnected"), 1);
	ck_assert_ptr_nonnull(strstr(strstr(w->log, "Session disconnected"), row[_i].reason));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("session_limits");
	TCase *tc = tcase_create("limits");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, idle_alert);
	tcase_add_loop_test(tc, idle_alert_of_all_the_time, 0, 2);
	tcase_add_loop_test(tc, session_alert, 0, 2);
	tcase_add_test(tc, hours);
	tcase_add_test(tc, sa_expired);
	tcase_add_loop_test(tc, each_end_has_its_reason, 0, 5);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
