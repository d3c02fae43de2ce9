/*
 * The engine's side of a login's conversation: a question that nobody needs any more is taken back,
 * and what a login server says of a user comes into his session.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

static struct world *w;
static struct world_client *c;

/* A client whose question is out: the answer waits. */
static void setup(void)
{
	w = world_create(1);
	w->hold_auth = true;
	c = world_client(w, false);
	c->methods = 1u << PPP_AUTH_MSCHAPV1;
	client_connect(c);
	sim_run(&w->sim, SEC);
	ck_assert_str_eq(w->held.user, "test");
	ck_assert_uint_eq(w->held_cancel, 0);
}

static void teardown(void)
{
	world_destroy(w);
}

static void answer(uint8_t result, const struct aaa_attributes *l)
{
	struct msg_auth_reply r = {
	    .id = w->held.id, .result = result, .message = "", .user = "", .by = "", .group = ""};

	if (l)
		r.attributes = (struct bytes){(uint16_t)l->len, l->bytes};
	gateway_auth_done(w->gw, &r);
	sim_run(&w->sim, SEC);
}

static struct msg_rec_session shown(void)
{
	struct ipc_msg m = {0};

	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	return m.rec_session;
}

static void hangs_up(void)
{
	client_leave(c);
}

static void is_shut_down(void)
{
	gateway_shutdown(w->gw, REASON_ADMIN_SHUTDOWN);
}

static void opens_lcp_again(void)
{
	lac_renegotiate(c->lac);
}

static const struct {
	void (*end)(void);
	bool stays;
} ends[] = {{hangs_up, false}, {is_shut_down, false}, {opens_lcp_again, true}};

START_TEST(taken_back)
{
	uint32_t id = w->held.id;

	ends[_i].end();
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->held_cancel, id);
	ck_assert_uint_eq(w->held.id, id); /* nothing is asked before that question has ended */
	answer(AUTH_ACCEPT, NULL);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	if (!ends[_i].stays)
		return;
	w->hold_auth = false;
	sim_run(&w->sim, 10 * SEC);
	ck_assert_uint_ne(w->held.id, id);
	ck_assert_int_eq(c->stage, CLIENT_UP);
}
END_TEST

/* It really is: the login server has said so, and the next question follows at once. */
START_TEST(taken_back_and_asked_again)
{
	uint32_t id = w->held.id;

	lac_renegotiate(c->lac);
	sim_run(&w->sim, SEC);
	answer(AUTH_CANCELLED, NULL);
	w->hold_auth = false;
	sim_run(&w->sim, 10 * SEC);
	ck_assert_uint_gt(w->held.id, id);
	ck_assert_int_eq(c->stage, CLIENT_UP);
}
END_TEST

/* None of PPP's methods can show one yet: the conversation is ended, and so is the login. */
START_TEST(a_challenge_is_declined)
{
	uint32_t id = w->held.id;

	answer(AUTH_CHALLENGE, NULL);
	ck_assert_uint_eq(w->held_cancel, id);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
}
END_TEST

START_TEST(what_is_asked)
{
	ck_assert_str_eq(w->held.method, "ms-chap-v1");
	ck_assert_str_eq(w->held.service, "ppp");
	ck_assert_str_eq(w->held.server_group, "LOCAL");
	ck_assert_uint_eq(addr_to_v4(&w->held.client), 0x0a010102);
	answer(AUTH_ACCEPT, NULL);
	ck_assert_uint_eq(w->held.session, shown().index);
	ck_assert_uint_ne(w->held.session, 0);
	ck_assert_str_eq(shown().user, "test"); /* as the client said */
}
END_TEST

START_TEST(attributes_come_into_the_session)
{
	struct aaa_attributes l = {.len = 0};

	world_config(w, MSG_CFG_GROUP_POLICY,
	    (struct ipc_msg){.cfg_group_policy = {.op = CFG_SET,
				 .name = "Gold",
				 .protocols = PROTO_L2TP_IPSEC,
				 .domain = "",
				 .split_policy = "",
				 .split_list = "",
				 .group_lock = "",
				 .intercept = ATTR_UNSET,
				 .idle_timeout = 7,
				 .session_timeout = ATTR_UNSET,
				 .logins = ATTR_UNSET}});
	aaa_attribute_add(
	    &l, &(struct aaa_value){.which = AAA_FRAMED_IP, .address = addr_v4(0xc0a80177)});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_GROUP_POLICY, .text = "Gold"});
	aaa_attribute_add(&l, &(struct aaa_value){.which = AAA_SESSION_TIMEOUT, .number = 90});
	answer(AUTH_ACCEPT, &l);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(addr_to_v4(&c->ip.client), 0xc0a80177);
	ck_assert_str_eq(shown().group_policy, "Gold");
	ck_assert_uint_eq(shown().idle_timeout, 7 * 60);
	sim_run(&w->sim, 85 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
}
END_TEST

/* A gate that cannot be moved: nobody's packets may pass, so all is over. */
START_TEST(the_packet_path_does_not_follow)
{
	answer(AUTH_ACCEPT, NULL);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(dp_session_remove(w->gw->dp, LIST_FIRST(&w->gw->sessions)->id));
	lac_renegotiate(c->lac);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	ck_assert_uint_eq(w->routes, 0);
	ck_assert_ptr_nonnull(strstr(w->log, reason_text(REASON_NO_MEMORY)->device));
}
END_TEST

/* A reason that is none of ours is a plain no; a question's number is never that of another. */
START_TEST(nonsense_from_the_login_server)
{
	struct msg_auth_reply r = {.id = w->held.id, .result = AUTH_REJECT, .reason = REASON_COUNT,
	    .message = "", .user = "", .by = "", .group = ""};

	r.id++;
	gateway_auth_done(w->gw, &r);
	ck_assert_uint_eq(w->gw->auths.used, 1);
	r.id--;
	gateway_auth_done(w->gw, &r);
	ck_assert_uint_eq(w->gw->auths.used, 0);
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_REJECTED], 1);
}
END_TEST

/* The numbers of questions begin anew: 0 is none, and one that is out is passed over. */
START_TEST(numbers_begin_anew)
{
	struct world_client *other = world_client(w, true);
	uint32_t first = w->held.id;

	w->gw->last_auth = UINT32_MAX;
	other->methods = c->methods;
	client_connect(other);
	sim_run(&w->sim, SEC);
	ck_assert_uint_ne(w->held.id, 0);
	ck_assert_uint_ne(w->held.id, first);
	ck_assert_uint_eq(w->gw->auths.used, 2);
}
END_TEST

/* A proof of the server that is longer than any is none, and takes no room that it has not. */
START_TEST(a_proof_that_is_too_long)
{
	static const uint8_t bytes[1000] = "S=";
	static const uint16_t lens[] = {0, 42, 43, sizeof bytes};
	struct msg_auth_reply r = {.id = w->held.id, .result = AUTH_ACCEPT, .message = "",
	    .user = "", .by = "", .group = "", .mschap_success = {lens[_i], bytes}};

	gateway_auth_done(w->gw, &r);
	sim_run(&w->sim, SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_str_eq(shown().user, "test"); /* the server named nobody else */
}
END_TEST

/* The answer of a server that is gone is the same for all who wait. */
START_TEST(all_servers_lost)
{
	struct world_client *other = world_client(w, true);

	other->methods = c->methods;
	client_connect(other);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->gw->auths.used, 2);
	gateway_auth_lost(w->gw);
	ck_assert_uint_eq(w->gw->auths.used, 0);
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_TIMEOUT], 2);
	gateway_auth_lost(w->gw); /* nobody asks */
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_TIMEOUT], 2);
}
END_TEST

/* The right password is not enough: not of a user whose policy has no L2TP, nor of one who is
 * locked to another tunnel group. */
START_TEST(not_for_this_user)
{
	struct cfg_user_policy u = {.op = CFG_SET, .name = "test", .group_policy = "",
	    .group_lock = _i == 2 ? "DefaultRAGroup" : "Other", .protocols = PROTO_L2TP_IPSEC,
	    .idle_timeout = ATTR_UNSET, .session_timeout = ATTR_UNSET, .logins = ATTR_UNSET};

	if (_i == 0)
		u.protocols = PROTO_IKEV1;
	else
		u.group_lock_state = STATE_VALUE;
	world_config(w, MSG_CFG_USER_POLICY, (struct ipc_msg){.cfg_user_policy = u});
	answer(AUTH_ACCEPT, NULL);
	ck_assert_int_eq(c->stage == CLIENT_UP, _i == 2);
	ck_assert_uint_eq(w->gw->failures[REASON_IPSEC_PROTOCOL_OFF], _i == 0);
	ck_assert_uint_eq(w->gw->failures[REASON_GROUP_LOCK], _i == 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_question");
	TCase *tc = tcase_create("question");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, taken_back, 0, sizeof ends / sizeof *ends);
	tcase_add_test(tc, taken_back_and_asked_again);
	tcase_add_test(tc, a_challenge_is_declined);
	tcase_add_test(tc, what_is_asked);
	tcase_add_test(tc, the_packet_path_does_not_follow);
	tcase_add_test(tc, nonsense_from_the_login_server);
	tcase_add_test(tc, numbers_begin_anew);
	tcase_add_test(tc, attributes_come_into_the_session);
	tcase_add_loop_test(tc, a_proof_that_is_too_long, 0, 4);
	tcase_add_test(tc, all_servers_lost);
	tcase_add_loop_test(tc, not_for_this_user, 0, 3);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
