/*
 * A place among the sessions of a user: who is dead takes none, who lives is not taken for dead,
 * and the same client that comes anew finds its old session gone and its address free.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/login.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/world.h"

static struct world *w;

static void setup(void)
{
	w = world_create(12);
}

static void teardown(void)
{
	gateway_consistent(w->gw, w->routes);
	world_destroy(w);
}

static struct world_client *dial(uint64_t time)
{
	struct world_client *c = world_client(w, true);

	c->ike.dpd = true;
	client_connect(c);
	sim_run(&w->sim, time);
	return c;
}

static struct world_client *connected(void)
{
	struct world_client *c = dial(2 * SEC);

	ck_assert_int_eq(c->stage, CLIENT_UP);
	return c;
}

static void logins(int64_t most)
{
	world_config(w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET, .name = "L2TP-VPN",
	    .protocols = PROTO_L2TP_IPSEC, .split_policy = "", .split_list = "", .group_lock = "",
	    .intercept = ATTR_UNSET, .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET,
	    .idle_alert = ATTR_UNSET, .session_alert = ATTR_UNSET,
	    .sleep_timeout = ATTR_NONE, .logins = most}});
}

static bool passes(struct world_client *c)
{
	uint64_t in = w->to_tun;

	client_send(c, 0x0a0a0a0a);
	sim_run(&w->sim, 10 * MSEC);
	return w->to_tun == in + 1;
}

static bool logged(const char *text)
{
	return strstr(w->log, text) != NULL;
}

/* They are sorted by their ids, which grow. */
static struct peer *newest_peer(void)
{
	return w->gw->peers[w->gw->n_peers - 1];
}

/* It dials until it is up or refused, and waits for nobody meanwhile. */
static void dials_without_waiting(struct world_client *c)
{
	const uint64_t *refused = &w->gw->failures[REASON_TOO_MANY_LOGINS];

	client_connect(c);
	for (int i = 0; i < 5000 && c->stage != CLIENT_UP && *refused == 0; i++) {
		sim_run(&w->sim, MSEC);
		for (size_t k = 0; k < w->gw->n_peers; k++)
			if (w->gw->peers[k]->session)
				ck_assert_ptr_null(w->gw->peers[k]->session->place.said);
	}
}

/* One more dials, until `n` of the others are asked. */
static struct world_client *asks(unsigned n)
{
	struct world_client *c = world_client(w, true);
	struct peer *other = newest_peer();

	client_connect(c);
	for (int i = 0; i < 2000; i++) {
		sim_run(&w->sim, MSEC);
		if (newest_peer() != other && newest_peer()->session &&
		    newest_peer()->session->place.n)
			break;
	}
	ck_assert_uint_eq(newest_peer()->session->place.n, n);
	return c;
}

/* Another machine of the same user: it calls itself otherwise in quick and main mode. */
static void elsewhere(struct world_client *c, unsigned last)
{
	c->ike.path.local.addr = addr_v4(0x0a010200 + last);
}

/* The one that does not answer goes, though it is not the oldest. */
START_TEST(dead_before_the_oldest)
{
	struct world_client *old, *dead, *c;

	logins(2);
	elsewhere(old = world_client(w, true), 3);
	client_connect(old);
	sim_run(&w->sim, 2 * SEC);
	dead = connected();
	dead->silent = true;
	elsewhere(c = world_client(w, true), 5);
	client_connect(c);
	sim_run(&w->sim, 3 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP); /* it waits */
	ck_assert(!logged("Session disconnected"));
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(logged("Reason: Lost Service"));
	ck_assert(!logged("Reason: Port Preempted"));
	ck_assert(passes(old));
	ck_assert(passes(c));
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
	ck_assert_uint_eq(w->gw->n_peers, 2);
}
END_TEST

/* All live: the oldest goes, and the login waits no longer than it takes to hear that. */
START_TEST(the_oldest_when_all_live)
{
	struct world_client *old, *young, *c;

	logins(2);
	old = connected();
	young = connected();
	c = dial(SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	sim_run(&w->sim, 5 * SEC);
	ck_assert(logged("Reason: Port Preempted"));
	ck_assert(!logged("Reason: Lost Service"));
	ck_assert(passes(young));
	ck_assert_int_ne(old->stage, CLIENT_UP);
}
END_TEST

/* Below the limit nobody is asked, and nobody waits, unless it looks like the same machine. */
START_TEST(below_the_limit)
{
	struct world_client *one = connected(), *c;

	one->silent = true;
	elsewhere(c = world_client(w, true), 5);
	dials_without_waiting(c);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(one->notices, 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
}
END_TEST

/* Another user whose name stands at the same place counts with him no more than any other. */
START_TEST(names_of_one_place)
{
	struct world_client *one, *c;
	char name[16];
	unsigned n = 0;

	do
		snprintf(name, sizeof name, "user%u", n++);
	while (bucket_of(0, name, strlen(name)) != bucket_of(0, "test", 4));
	world_user(w, name);
	logins(1);
	one = connected();
	c = world_client(w, true);
	c->user = name;
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(one->notices, 0);
	ck_assert(passes(one));
	ck_assert(passes(c));
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
}
END_TEST

/* Who is leaving holds no place. */
START_TEST(not_who_leaves)
{
	struct world_client *c;

	logins(1);
	(void)connected();
	newest_peer()->ending = _i == 0;
	newest_peer()->session->why = _i == 0 ? REASON_NONE : REASON_USER_REQUESTED;
	c = dial(2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(!logged("Port Preempted"));
	w->gw->peers[0]->ending = false;
	if (w->gw->peers[0]->session)
		w->gw->peers[0]->session->why = REASON_NONE;
}
END_TEST

/* Who may have none at all is told so without waiting for anybody. */
START_TEST(none_at_all)
{
	struct world_client *c = world_client(w, true);

	logins(0);
	dials_without_waiting(c);
	ck_assert_uint_eq(w->gw->failures[REASON_TOO_MANY_LOGINS], 1);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_eq(w->gw->failures[REASON_TOO_MANY_LOGINS], 1);
}
END_TEST

/* Of many that are silent those are asked, and give way, that were so for the longest, and no more
 * than there is room for. */
START_TEST(not_all_of_many)
{
	struct world_client *c;

	logins(PLACE_ASKED + 2);
	for (unsigned i = 0; i < PLACE_ASKED + 2; i++)
		(void)connected();
	for (unsigned i = 0; i < PLACE_ASKED + 2; i++)
		w->client[i].silent = true;
	sim_run(&w->sim, SEC);
	for (unsigned i = 0; i < PLACE_ASKED + 2; i++)
		w->gw->peers[i]->last_heard = w->gw->env->now(w->gw->env) - SEC / 2 + i;
	c = asks(PLACE_ASKED);
	for (unsigned i = 0; i < PLACE_ASKED; i++)
		ck_assert_uint_eq(newest_peer()->session->place.asked[i], w->gw->peers[i]->id);
	sim_run(&w->sim, 8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 2 + 1);
}
END_TEST

/* It was heard in the very moment in which the new one came, or was asked about: the first tells
 * that it is another one, the second tells nothing. */
START_TEST(in_the_same_moment)
{
	struct world_client *c;
	struct peer *old;

	(void)connected();
	old = newest_peer();
	w->client[0].silent = true;
	logins(3);
	c = world_client(w, true);
	client_connect(c);
	for (int i = 0; i < 1000 && newest_peer() == old; i++)
		sim_run(&w->sim, MSEC);
	ck_assert_ptr_ne(newest_peer(), old);
	old->last_heard = newest_peer()->born - (_i == 0);
	sim_run(&w->sim, 8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_int_eq(logged("Reason: Peer Reconnected"), _i == 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), _i == 0 ? 1 : 2);
}
END_TEST

START_TEST(heard_when_it_was_asked)
{
	struct world_client *c;
	struct peer *old;

	(void)connected();
	old = newest_peer();
	w->client[0].silent = true;
	logins(1);
	c = asks(1);
	old->last_heard = newest_peer()->session->place.since + (unsigned)_i;
	sim_run(&w->sim, 8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_int_eq(logged("Reason: Lost Service"), _i == 0);
	ck_assert_int_eq(logged("Reason: Port Preempted"), _i == 1);
}
END_TEST

/* It negotiates LCP anew while it waits, and proves itself again: the others are asked again, and
 * one that was silent then and lives now is not taken for dead. */
START_TEST(asked_again)
{
	struct world_client *old = connected(), *c;

	old->silent = true;
	logins(1);
	c = asks(1);
	lac_renegotiate(c->lac);
	old->silent = false;
	sim_run(&w->sim, 8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(!logged("Reason: Lost Service"));
	ck_assert(logged("Reason: Port Preempted"));
}
END_TEST

/* Two of one name at other addresses are silent; as there is need of one place, one goes. It was
 * another machine's: the new one has the address that comes first. */
START_TEST(one_of_two_of_its_name)
{
	struct world_client *first = connected(), *c;
	struct addr free_one = first->ip.client;

	logins(3);
	for (unsigned i = 0; i < 2; i++) {
		c = world_client(w, true);
		c->outer500.addr = c->outer4500.addr = addr_v4(0xac100102 + i);
		client_connect(c);
		sim_run(&w->sim, 2 * SEC);
		ck_assert_int_eq(c->stage, CLIENT_UP);
		c->silent = true;
	}
	client_leave(first);
	logins(2);
	c = dial(8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(addr_equal(&c->ip.client, &free_one));
	ck_assert(logged("Reason: Lost Service"));
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
}
END_TEST

/* After a crash the same machine comes from another port of its NAT: its own session never counts,
 * and it has its address again. A twin behind the same NAT that lives keeps its session. */
START_TEST(same_client_anew)
{
	bool lives = _i;
	struct world_client *first, *old, *c;
	struct addr had;

	logins(2);
	first = connected();
	old = connected();
	had = old->ip.client;
	old->silent = !lives;
	if (!lives) /* so that there is another address that would come first */
		client_leave(first);
	c = dial(8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_int_eq(addr_equal(&c->ip.client, &had), !lives);
	ck_assert_int_eq(logged("Reason: Peer Reconnected"), !lives);
	ck_assert_int_eq(logged("Reason: Port Preempted"), lives);
	ck_assert_uint_eq(world_query(w, "session", NULL), lives ? 2 : 1);
	ck_assert(passes(c));
}
END_TEST

/* Two machines of one user behind one NAT that call themselves the same in IKE: who has another
 * name in L2TP is another one, and a session that is silent sleeps. */
START_TEST(only_who_has_the_same_name)
{
	static struct personality one, two;
	bool same = _i == 0;
	struct world_client *old, *c;

	one = two = *personality_find("windows-10");
	one.lac.host = "ONE";
	two.lac.host = same ? "ONE" : "TWO";
	logins(3);
	old = world_client(w, true);
	old->like = &one;
	client_connect(old);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(old->stage, CLIENT_UP);
	old->silent = true;
	c = world_client(w, true);
	c->like = &two;
	client_connect(c);
	sim_run(&w->sim, 8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_int_eq(logged("Reason: Peer Reconnected"), same);
	ck_assert_uint_eq(world_query(w, "session", NULL), same ? 1 : 2);
}
END_TEST

/* Five seconds are too short to judge: who need not give way is asked again, and lives. */
START_TEST(only_as_many_as_needed)
{
	struct world_client *a, *b, *c;

	logins(2);
	a = connected();
	b = connected();
	for (size_t i = 0; i < w->gw->n_peers; i++) {
		struct session_policy short_sleep = *w->gw->peers[i]->session->policy;

		short_sleep.sleep_timeout = 0;
		ck_assert(login_policy(w->gw->peers[i]->session, &short_sleep));
	}
	a->silent = b->silent = true;
	elsewhere(c = world_client(w, true), 5);
	client_connect(c);
	sim_run(&w->sim, 8 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
	b->silent = false;
	sim_run(&w->sim, 30 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
	ck_assert(passes(b));
}
END_TEST

/* The same machine from the same port, ten seconds after a crash and with the same ids, without a
 * farewell: at once, and with its address. */
START_TEST(redial_with_the_same_ids)
{
	struct world_client *old, *c;
	struct addr had;

	(void)connected();
	old = connected();
	had = old->ip.client;
	client_vanish(old);
	sim_run(&w->sim, (unsigned)_i * SEC);
	c = world_client(w, true);
	c->outer500 = old->outer500;
	c->outer4500 = old->outer4500;
	old->outer4500.port = old->outer500.port = 9; /* the NAT's mapping is the new one's */
	c->ike.initial_contact = _i != 2;
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(addr_equal(&c->ip.client, &had));
	ck_assert(passes(c));
	ck_assert(logged("Reason: Peer Reconnected"));
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
	ck_assert(passes(c));
}
END_TEST

/* vpn-sessiondb max-other-vpn-limit: of all users; what gives way to a login does not count. */
START_TEST(limit_of_the_appliance)
{
	struct world_client *c, *other;

	world_config(w, MSG_CFG_VPN_SESSIONDB,
	    (struct ipc_msg){.cfg_vpn_sessiondb = {.max_other = 2}});
	world_user(w, "other");
	(void)connected();
	(void)connected();
	other = world_client(w, true);
	other->user = "other";
	client_connect(other);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_ne(other->stage, CLIENT_UP);
	ck_assert_uint_eq(w->gw->failures[REASON_SESSION_LIMIT], 1);
	ck_assert(logged("113029: Group <L2TP-VPN> User <other> IP <172.16.1.1> Session could not "
			 "be established: session limit of 2 reached."));
	logins(2);
	c = dial(5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
}
END_TEST

/* The limit was lowered below what there is: the user's oldest does not end for a login that the
 * appliance then refuses. */
START_TEST(limit_below_what_there_is)
{
	struct world_client *c;

	world_user(w, "other");
	logins(1);
	(void)connected();
	c = world_client(w, true);
	c->user = "other";
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	world_config(w, MSG_CFG_VPN_SESSIONDB,
	    (struct ipc_msg){.cfg_vpn_sessiondb = {.max_other = 1}});
	c = dial(5 * SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	ck_assert_uint_eq(w->gw->failures[REASON_SESSION_LIMIT], 1);
	ck_assert_uint_eq(world_query(w, "session", NULL), 2);
	ck_assert(!logged("Port Preempted"));
}
END_TEST

/* It hangs up, or negotiates LCP anew, while it waits. */
START_TEST(not_any_more)
{
	struct world_client *dead, *c;

	logins(1);
	dead = connected();
	dead->silent = true;
	c = dial(SEC);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	if (_i)
		lac_renegotiate(c->lac);
	else
		client_leave(c);
	sim_run(&w->sim, 15 * SEC);
	ck_assert_int_eq(c->stage == CLIENT_UP, _i);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("place");
	TCase *tc = tcase_create("place");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, dead_before_the_oldest);
	tcase_add_test(tc, the_oldest_when_all_live);
	tcase_add_test(tc, below_the_limit);
	tcase_add_test(tc, names_of_one_place);
	tcase_add_loop_test(tc, not_who_leaves, 0, 2);
	tcase_add_test(tc, none_at_all);
	tcase_add_test(tc, not_all_of_many);
	tcase_add_loop_test(tc, in_the_same_moment, 0, 2);
	tcase_add_loop_test(tc, heard_when_it_was_asked, 0, 2);
	tcase_add_test(tc, asked_again);
	tcase_add_test(tc, one_of_two_of_its_name);
	tcase_add_loop_test(tc, same_client_anew, 0, 2);
	tcase_add_loop_test(tc, only_who_has_the_same_name, 0, 2);
	tcase_add_test(tc, only_as_many_as_needed);
	tcase_add_loop_test(tc, redial_with_the_same_ids, 0, 10);
	tcase_add_test(tc, limit_of_the_appliance);
	tcase_add_test(tc, limit_below_what_there_is);
	tcase_add_loop_test(tc, not_any_more, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
