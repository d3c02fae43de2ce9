/*
 * What the manager does when another role says something unasked, and what it says itself: it is
 * ready, who is whose peer, and the end.
 */
#include <check.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/one_act.h"

static struct one_act one;

static void setup(void)
{
	one_act_setup(&one);
}

static void teardown(void)
{
	one_act_teardown(&one);
}

/* The manager is ready once, and not while the keeper thinks about what it was asked. */
START_TEST(ready_is_said_once)
{
	ck_assert(one.box.m->ready);
	manager_ready(one.box.m);
	box_turn();
	ck_assert_uint_eq(one.readies, 0); /* it was before anybody listened here */
	one.box.m->ready = false;
	one_act_run(&one, "show route");
	manager_ready(one.box.m);
	ck_assert(!one.box.m->ready);
	one_act_end(&one, ROLE_KEEPER);
	manager_ready(one.box.m);
	manager_ready(one.box.m);
	box_turn();
	ck_assert(one.box.m->ready);
	ck_assert_uint_eq(one.readies, 1);
}
END_TEST

static unsigned stops;

static void stopping(void *ctx, bool restart)
{
	ck_assert_ptr_eq(ctx, &stops);
	ck_assert(!restart);
	stops++;
}

static void say(struct ipc_channel *from, struct ipc_msg m)
{
	m.fd = -1;
	ipc_send(from, &m);
	box_turn();
}

START_TEST(only_the_keeper_introduces)
{
	struct ipc_channel *was = one.box.m->channel[ROLE_AAA], *end, *ours;
	struct ipc_msg m = {.type = MSG_PEER_ROLE, .peer_role = {.role = ROLE_AAA}};
	int fd[2];

	say(one.box.keeper, m); /* without a descriptor */
	ck_assert_ptr_eq(one.box.m->channel[ROLE_AAA], was);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	m.fd = fd[0];
	ipc_send(one.box.engine, &m);
	box_turn();
	ck_assert_ptr_eq(one.box.m->channel[ROLE_AAA], was);
	ipc_send(one.box.keeper, &m);
	box_turn();
	ck_assert_ptr_ne(one.box.m->channel[ROLE_AAA], was);
	ck_assert_ptr_nonnull(one.box.m->channel[ROLE_AAA]);
	close(fd[0]);
	close(fd[1]);
	box_turn();
	ck_assert_ptr_null(one.box.m->channel[ROLE_AAA]); /* it is gone again */
	was = one.box.m->channel[ROLE_KEEPER];
	ck_assert(ipc_channel_pair(&box_loop, &ours, &end));
	manager_peer(one.box.m, ROLE_KEEPER, end); /* nobody takes the keeper's place */
	ck_assert_ptr_eq(one.box.m->channel[ROLE_KEEPER], was);
	ipc_channel_close(ours);
}
END_TEST

/* Of the machine and of the end only the keeper's word counts: the others talk to strangers. */
START_TEST(what_is_only_the_keepers_to_say)
{
	struct ipc_channel *others[] = {one.box.engine, one.box.aaa};
	const struct ipc_msg link = {.type = MSG_LINK_STATE,
	    .link_state = {.device = "eth9", .hardware = "", .mac = "", .last = "", .ifindex = 9}};

	for (int i = 0; i < 2; i++) {
		say(others[i], link);
		ck_assert_ptr_null(links_find(&one.box.m->links, "eth9"));
		say(others[i], (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"over", 0}});
		ck_assert(!one.box.m->stopping);
	}
	say(one.box.keeper, link);
	ck_assert_ptr_nonnull(links_find(&one.box.m->links, "eth9"));
}
END_TEST

START_TEST(the_keeper_ends_it)
{
	struct stop_listener listener = {.stopping = stopping, .ctx = &stops};
	struct stop_listener others[2] = {listener, listener}; /* they leave before */

	stops = 0;
	manager_on_stop(one.box.m, &others[0]);
	manager_on_stop(one.box.m, &listener);
	manager_on_stop(one.box.m, &others[1]);
	manager_off_stop(one.box.m, &others[0]);
	manager_off_stop(one.box.m, &others[1]);
	manager_off_stop(one.box.m, &others[1]);
	if (_i == 0)
		say(one.box.keeper,
		    (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"over", 0}});
	else
		ipc_channel_close(one.box.keeper);
	box_turn();
	ck_assert_uint_eq(stops, 1);
	ck_assert(one.box.m->stopping);
	if (_i == 0)
		say(one.box.keeper,
		    (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"over", 0}});
	else
		one.box.keeper = NULL;
	ck_assert_uint_eq(stops, 1);
	manager_off_stop(one.box.m, &listener);
	for (struct stop_listener *l = one.box.m->stop_listeners; l; l = l->next)
		ck_assert_ptr_ne(l, &listener);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_roles");
	TCase *tc = tcase_create("cli_roles");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, ready_is_said_once);
	tcase_add_test(tc, only_the_keeper_introduces);
	tcase_add_test(tc, what_is_only_the_keepers_to_say);
	tcase_add_loop_test(tc, the_keeper_ends_it, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
