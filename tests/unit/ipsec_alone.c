/*
 * A client that has the pre-shared key, and never comes to L2TP: its SA pairs are bounded, its
 * phase 1s are its own before quick mode has said so, and who is busy is not idle.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/control.h"
#include "engine/dataplane/worker.h"
#include "engine/session/alive.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

static struct world *w;
static struct ike_initiator one;
static struct initiator_qm q;
static struct path path;
static uint8_t reply[2048];
static size_t reply_len;

static void say(const struct initiator_message *m)
{
	path.local.port = initiator_floats(&one) ? 4500 : 500;
	gateway_ike(w->gw, &path, m->b, m->len);
}

/* What the server says to it; it answers by itself when it is asked whether it lives. */
static void from_server(
    void *arg, const struct path *to, bool esp, const uint8_t *msg, size_t len)
{
	struct initiator_notice n;
	struct initiator_message m;

	(void)arg, (void)to;
	if (esp || len > sizeof reply || memcmp(msg, one.cky_i, COOKIE_LEN) != 0)
		return;
	memcpy(reply, msg, len);
	reply_len = len;
	if (!one.dpd || !initiator_notice(&one, msg, len, &n) || n.type != NOTIFY_R_U_THERE)
		return;
	initiator_dpd(&one, true, n.seq, &m);
	say(&m);
}

static void ask(const struct initiator_message *m)
{
	reply_len = 0;
	say(m);
	sim_run(&w->sim, 5 * MSEC);
}

static void phase1(uint64_t seed)
{
	struct initiator_message m;

	initiator_init(&one, w->crypto, seed);
	one.path = (struct path){.local = path.remote, .remote = path.local};
	one.dpd = true;
	initiator_mm1(&one, &m);
	ask(&m);
	ck_assert(initiator_mm2(&one, reply, reply_len));
	initiator_mm3(&one, &m);
	ask(&m);
	ck_assert(initiator_mm4(&one, reply, reply_len));
	initiator_mm5(&one, &m);
	ask(&m);
	ck_assert(initiator_mm6(&one, reply, reply_len));
}

static struct sa_pair *quick_mode(uint16_t port, uint32_t seconds)
{
	struct initiator_message m;

	one.my_port = port;
	one.seconds = seconds;
	initiator_qm1(&one, &q, &m);
	ask(&m);
	ck_assert(initiator_qm2(&one, &q, reply, reply_len));
	initiator_qm3(&one, &q, &m);
	ask(&m);
	ck_assert(table_get(&w->gw->pairs, q.child.spi_out) != NULL);
	return table_get(&w->gw->pairs, q.child.spi_out);
}

static void setup(void)
{
	w = world_create(14);
	w->spy.from_server = from_server;
	path = (struct path){.local = {addr_v4(0xac100102), 500},
	    .remote = {addr_v4(0x0a010102), 500}};
	phase1(5);
	ck_assert_uint_eq(w->gw->n_peers, 1);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

/* There is room for no more pairs when its oldest one is renewed: that one is not who makes room
 * for its own successor. */
START_TEST(renewed_without_room)
{
	const struct sa_pair *p = quick_mode(1701, 120);
	uint32_t spi = p->child.spi_in;

	sim_run(&w->sim, 20 * SEC);
	for (uint16_t n = 1; n < IDLE_PAIRS_MAX; n++)
		quick_mode((uint16_t)(1701 + n), 120);
	ck_assert_uint_eq(w->gw->pairs.used, IDLE_PAIRS_MAX);
	for (unsigned s = 0; s < 100 && !w->gw->failures[REASON_SHARE_USED_UP]; s++)
		sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->gw->failures[REASON_SHARE_USED_UP], 1);
	ck_assert_uint_eq(w->gw->pairs.used, IDLE_PAIRS_MAX);
	p = table_get(&w->gw->pairs, spi);
	ck_assert(p != NULL);
	ck_assert(p->heir && table_get(&w->gw->pairs, p->heir));
	gateway_consistent(w->gw, w->routes);
	sim_run(&w->sim, 200 * SEC);
	ck_assert_uint_eq(w->gw->pairs.used, 0);
}
END_TEST

/* Who asks for less than operators may configure has to renew by himself. */
START_TEST(short_lives_are_his_own_work)
{
	quick_mode(1701, 119);
	quick_mode(1702, 120);
	sim_run(&w->sim, 110 * SEC);
	ck_assert_uint_eq(ike_stats(w->gw->ike)->quick_modes_out, 1);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(w->gw->pairs.used, 0);
}
END_TEST

static struct ipc_msg minutes(int64_t idle)
{
	return (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET, .name = "L2TP-VPN",
	    .protocols = PROTO_L2TP_IPSEC, .split_policy = "", .split_list = "", .group_lock = "",
	    .intercept = ATTR_UNSET, .idle_timeout = idle, .session_timeout = ATTR_UNSET,
	    .idle_alert = ATTR_UNSET, .session_alert = ATTR_UNSET,
	    .sleep_timeout = ATTR_UNSET, .logins = ATTR_UNSET}};
}

/* The packet path hears it while it is looked at: later than the look began. */
START_TEST(busy_in_this_moment)
{
	struct dp_sa *sa;
	struct peer *p;

	world_config(w, MSG_CFG_GROUP_POLICY, minutes(5));
	quick_mode(1701, 3600);
	sa = tables_sa(&w->dp->worker[0]->tables, q.child.spi_out);
	p = w->gw->peers[0];
	for (unsigned n = 0; n < 4; n++) {
		sa->in.last_used = w->sim.now + 1;
		alive_look(p);
		sim_run(&w->sim, 0);
		ck_assert(!p->ending);
		ck_assert_uint_eq(p->alive.asked, 0);
		sim_run(&w->sim, 60 * SEC);
	}
	sim_run(&w->sim, 300 * SEC); /* nothing comes any more */
	ck_assert_uint_eq(w->gw->n_peers, 0);
}
END_TEST

/* It has renewed its phase 1 and deleted the old one; no quick mode has come under the new one. */
START_TEST(asked_over_its_new_phase1)
{
	struct initiator_message old;

	world_config(w, MSG_CFG_GROUP_POLICY, minutes(ATTR_NONE));
	quick_mode(1701, 28800);
	initiator_delete_sa(&one, &old);
	phase1(6);
	say(&old);
	sim_run(&w->sim, 1200 * SEC);
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(w->gw->peers[0]->n_ike, 1);
	ck_assert_uint_eq(w->gw->pairs.used, 1);
	one.dpd = false; /* it does not answer any more */
	sim_run(&w->sim, 400 * SEC);
	ck_assert_uint_eq(w->gw->n_peers, 0);
}
END_TEST

/* Nor is it asked over one that may be somebody else's while it has another. */
START_TEST(asked_over_what_is_its_own)
{
	struct ike_initiator first;

	world_config(w, MSG_CFG_GROUP_POLICY, minutes(ATTR_NONE));
	quick_mode(1701, 28800);
	first = one;
	phase1(6);
	one = first;
	sim_run(&w->sim, 1200 * SEC);
	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_uint_eq(w->gw->pairs.used, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ipsec_alone");
	TCase *tc = tcase_create("ipsec_alone");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, renewed_without_room);
	tcase_add_test(tc, short_lives_are_his_own_work);
	tcase_add_test(tc, busy_in_this_moment);
	tcase_add_test(tc, asked_over_its_new_phase1);
	tcase_add_test(tc, asked_over_what_is_its_own);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
