/*
 * The whole gateway while a login server thinks, asks back by EAP or for a new password, and what a
 * second server, that of authorization, has to say.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

static struct world *w;
static struct world_client *c;

static void setup(void)
{
	w = world_create(1);
	w->hold_auth = true;
	c = world_client(w, false);
}

static void teardown(void)
{
	world_destroy(w);
}

static void configure(struct ipc_msg m)
{
	m.cfg_tunnel_group.auth_group = "RAD";
	world_config(w, MSG_CFG_TUNNEL_GROUP, m);
}

static void until_asked(enum ppp_auth method)
{
	c->methods = 1u << method;
	client_connect(c);
	sim_run(&w->sim, SEC);
	ck_assert_str_eq(w->held.user, "test");
}

static struct msg_auth_reply reply(uint8_t result)
{
	return (struct msg_auth_reply){
	    .id = w->held.id, .result = result, .message = "", .user = "", .by = "", .group = ""};
}

static void answer(struct msg_auth_reply r)
{
	gateway_auth_done(w->gw, &r);
	sim_run(&w->sim, SEC);
}

static struct session *session(void)
{
	return LIST_FIRST(&w->gw->sessions);
}

/* ---- time ------------------------------------------------------------------------- */

static const unsigned waits[] = {59, 61, 290};

START_TEST(however_long_it_takes)
{
	struct ipc_msg m = world_tunnel_group();
	uint32_t id;

	m.cfg_tunnel_group.pap = 1;
	configure(m);
	until_asked(_i % 2 ? PPP_AUTH_MSCHAPV1 : PPP_AUTH_PAP);
	id = w->held.id;
	sim_run(&w->sim, waits[_i / 2] * SEC);
	ck_assert_uint_eq(w->held.id, id);
	ck_assert_uint_eq(w->held_cancel, 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
	answer(reply(AUTH_ACCEPT));
	ck_assert_int_eq(c->stage, CLIENT_UP);
}
END_TEST

/* The question is over at once when who was asked dies, however long it was waited for. */
START_TEST(aaa_dies)
{
	until_asked(PPP_AUTH_MSCHAPV1);
	sim_run(&w->sim, 200 * SEC);
	gateway_auth_lost(w->gw);
	sim_run(&w->sim, SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_TIMEOUT], 1);
}
END_TEST

/* ---- EAP -------------------------------------------------------------------------- */

static const uint8_t md5[] = {
    1, 77, 0, 22, 4, 16, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

static void challenge(const uint8_t *packet, size_t len)
{
	struct msg_auth_reply r = reply(AUTH_CHALLENGE);

	r.wanted = CHALLENGE_EAP;
	r.challenge = (struct bytes){.len = (uint16_t)len, .p = packet};
	answer(r);
}

static void eap_group(void)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.eap = 1;
	configure(m);
}

START_TEST(eap_is_relayed)
{
	uint8_t tls[1400] = {1, 78, 0x05, 0x78, 13};

	eap_group();
	until_asked(PPP_AUTH_EAP);
	ck_assert_str_eq(w->held.method, "eap");
	ck_assert_uint_eq(w->held.eap.len, 9);
	challenge(md5, sizeof md5);
	ck_assert_uint_eq(w->nexts, 1);
	ck_assert_uint_eq(w->next.id, w->held.id);
	ck_assert_uint_eq(w->next_len, 22);
	ck_assert_mem_eq(w->next_response, "\2\115\0\26\4\20", 6);
	challenge(tls, sizeof tls);
	ck_assert_uint_eq(lac_eap_unknown(c->lac), sizeof tls);
	ck_assert_uint_eq(w->nexts, 2);
	ck_assert_mem_eq(w->next_response, "\2\116\0\6\3\4", 6);
	sim_run(&w->sim, 100 * SEC);
	if (_i) {
		struct msg_auth_reply no = reply(AUTH_REJECT);

		no.reason = REASON_AUTH_DISABLED;
		answer(no);
		ck_assert_int_eq(c->stage, CLIENT_GONE);
		ck_assert_uint_eq(w->gw->failures[REASON_AUTH_DISABLED], 1);
		return;
	}
	answer(reply(AUTH_ACCEPT));
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
}
END_TEST

/* LOCAL has no EAP: it is not offered, and a client that has nothing else is told. */
START_TEST(local_has_no_eap)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.eap = 1;
	world_config(w, MSG_CFG_TUNNEL_GROUP, m);
	c->methods = 1u << PPP_AUTH_EAP;
	client_connect(c);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
	ck_assert_uint_eq(w->gw->failures[REASON_PPP_NO_AUTH_PROTOCOL], 1);
}
END_TEST

/* ---- what a method cannot show ------------------------------------------------------ */

static const struct {
	enum ppp_auth method;
	uint8_t wanted;
	bool management;
	enum reason why; /* NONE: it is shown */
} shown[] = {
    {PPP_AUTH_PAP, CHALLENGE_TEXT, true, REASON_AUTH_NEEDS_PROMPT},
    {PPP_AUTH_PAP, CHALLENGE_EAP, true, REASON_AUTH_SERVER_ERROR},
    {PPP_AUTH_PAP, CHALLENGE_NEW_PASSWORD, true, REASON_AUTH_EXPIRED},
    {PPP_AUTH_EAP, CHALLENGE_NEW_PASSWORD, true, REASON_AUTH_EXPIRED},
    {PPP_AUTH_EAP, CHALLENGE_TEXT, true, REASON_AUTH_NEEDS_PROMPT},
    {PPP_AUTH_MSCHAPV2, CHALLENGE_TEXT, true, REASON_AUTH_NEEDS_PROMPT},
    {PPP_AUTH_MSCHAPV2, CHALLENGE_NEW_PASSWORD, false, REASON_AUTH_EXPIRED},
    {PPP_AUTH_MSCHAPV1, CHALLENGE_NEW_PASSWORD, false, REASON_AUTH_EXPIRED},
    {PPP_AUTH_MSCHAPV2, CHALLENGE_NEW_PASSWORD, true, REASON_NONE},
    {PPP_AUTH_MSCHAPV1, CHALLENGE_NEW_PASSWORD, true, REASON_NONE},
};

START_TEST(what_can_be_shown)
{
	static const uint8_t packet[1114] = {9};
	struct ipc_msg m = world_tunnel_group();
	struct msg_auth_reply r;
	bool v2 = shown[_i].method == PPP_AUTH_MSCHAPV2;

	m.cfg_tunnel_group.pap = m.cfg_tunnel_group.eap = 1;
	m.cfg_tunnel_group.password_management = shown[_i].management;
	configure(m);
	c->change = packet;
	c->change_len = v2 ? 582 : 1114;
	until_asked(shown[_i].method);
	r = reply(AUTH_CHALLENGE);
	r.wanted = shown[_i].wanted;
	answer(r);
	if (shown[_i].why) {
		ck_assert_uint_eq(w->held_cancel, w->held.id);
		ck_assert_int_eq(c->stage, CLIENT_GONE);
		ck_assert_uint_eq(w->gw->failures[shown[_i].why], 1);
		return;
	}
	ck_assert_uint_eq(w->nexts, 1);
	ck_assert_uint_eq(w->next_len, c->change_len);
	ck_assert_uint_eq(w->next.challenge.len, v2 ? 16 : 8);
	r = reply(AUTH_REJECT);
	r.mschap_error = 709;
	r.reason = REASON_AUTH_NEW_PASSWORD;
	answer(r);
	ck_assert_mem_eq(lac_answer(c->lac), "E=709 R=0 ", 10);
	ck_assert_int_eq(c->stage, CLIENT_GONE);
}
END_TEST

/* What the server wrote for the user reaches him, and so does its number. */
START_TEST(the_servers_words)
{
	struct msg_auth_reply r;

	until_asked(PPP_AUTH_MSCHAPV2);
	r = reply(AUTH_REJECT);
	r.reason = REASON_AUTH_REJECTED;
	r.mschap_error = 647;
	r.message = "come back tomorrow";
	answer(r);
	ck_assert_mem_eq(lac_answer(c->lac), "E=647 R=0 C=", 12);
	ck_assert_ptr_nonnull(strstr(lac_answer(c->lac), " V=3 M=come back tomorrow"));
}
END_TEST

/* ---- authorization -------------------------------------------------------------------- */

static void authorization(bool required)
{
	struct ipc_msg m = world_tunnel_group();

	m.cfg_tunnel_group.authorization_group = "LDAP";
	m.cfg_tunnel_group.authorization_required = required;
	m.cfg_tunnel_group.strip_realm = 1;
	m.cfg_tunnel_group.auth_fallback = 1;
	configure(m);
}

static struct msg_auth_reply accepted(void)
{
	static const uint8_t cookie[] = {1, 0, 2};
	static struct aaa_attributes list;
	struct msg_auth_reply r = reply(AUTH_ACCEPT);

	list.len = 0;
	aaa_attribute_add(&list, &(struct aaa_value){.which = AAA_SESSION_TIMEOUT, .number = 900});
	aaa_attribute_add(&list, &(struct aaa_value){.which = AAA_DEFAULT_DOMAIN, .text = "one"});
	aaa_attribute_add(
	    &list, &(struct aaa_value){.which = AAA_FRAMED_IP, .address = addr_v4(0xc0a80150)});
	r.attributes = (struct bytes){(uint16_t)list.len, list.bytes};
	r.cookie = (struct bytes){sizeof cookie, cookie};
	r.by = "10.1.1.9";
	r.group = "RAD";
	return r;
}

/* Two servers: the second one's attributes stand over the first one's. */
START_TEST(authorized)
{
	struct aaa_attributes list = {.len = 0};
	struct msg_auth_reply r;
	uint32_t first;

	authorization(true);
	until_asked(PPP_AUTH_MSCHAPV1);
	first = w->held.id;
	ck_assert_uint_eq(w->held.kind, ASK_AUTHENTICATE);
	ck_assert_str_eq(w->held.server_group, "RAD");
	ck_assert_uint_eq(w->held.strip_realm, 1);
	ck_assert_uint_eq(w->held.fallback_local, 1);
	ck_assert_str_eq(w->held.tunnel_group, "DefaultRAGroup");
	ck_assert_uint_eq(addr_to_v4(&w->held.local), 0xac100102);
	answer(accepted());
	ck_assert_uint_ne(w->held.id, first);
	ck_assert_uint_eq(w->held.kind, ASK_AUTHORIZE);
	ck_assert_str_eq(w->held.server_group, "LDAP");
	ck_assert_str_eq(w->held.user, "test");
	ck_assert_uint_eq(w->held.strip_realm, 1);
	ck_assert_uint_eq(w->held.fallback_local, 0);
	ck_assert_int_ne(c->stage, CLIENT_UP);
	sim_run(&w->sim, 100 * SEC);
	aaa_attribute_add(&list, &(struct aaa_value){.which = AAA_DEFAULT_DOMAIN, .text = "two"});
	aaa_attribute_add(&list, &(struct aaa_value){.which = AAA_IDLE_TIMEOUT, .number = 77});
	r = reply(AUTH_ACCEPT);
	r.attributes = (struct bytes){(uint16_t)list.len, list.bytes};
	r.by = "10.1.1.8";
	answer(r);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_str_eq(session()->policy->domain, "two");
	ck_assert_uint_eq(session()->policy->session_timeout, 900);
	ck_assert_uint_eq(session()->policy->idle_timeout, 77);
	ck_assert_uint_eq(session()->address, 0xc0a80150);
	ck_assert_str_eq(session()->account.auth_group, "RAD");
	ck_assert_uint_eq(session()->account.cookie_len, 3);
	ck_assert_ptr_null(session()->accepted);
	ck_assert_uint_eq(w->gw->auths.used, 0);
}
END_TEST

static const struct {
	bool required;
	uint8_t result;
	bool in;
} verdicts[] = {{true, AUTH_REJECT, false}, {true, AUTH_ERROR, false},
    {true, AUTH_CHALLENGE, false}, {false, AUTH_REJECT, true}, {false, AUTH_ERROR, true},
    {false, AUTH_CHALLENGE, true}};

START_TEST(not_authorized)
{
	struct msg_auth_reply r;

	authorization(verdicts[_i].required);
	until_asked(PPP_AUTH_MSCHAPV1);
	answer(accepted());
	r = reply(verdicts[_i].result);
	r.reason = REASON_AUTH_UNKNOWN_USER;
	answer(r);
	ck_assert_int_eq(c->stage, verdicts[_i].in ? CLIENT_UP : CLIENT_GONE);
	ck_assert_uint_eq(w->gw->failures[REASON_AUTH_NOT_AUTHORIZED], !verdicts[_i].in);
	ck_assert_uint_eq(w->gw->auths.used, 0);
	if (verdicts[_i].in)
		ck_assert_str_eq(session()->policy->domain, "one");
}
END_TEST

/* The client goes, or negotiates anew, while the second question is out. */
START_TEST(authorization_taken_back)
{
	uint32_t id;

	authorization(true);
	until_asked(PPP_AUTH_MSCHAPV1);
	answer(accepted());
	id = w->held.id;
	if (_i)
		lac_renegotiate(c->lac);
	else
		client_leave(c);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->held_cancel, id);
	answer(reply(AUTH_CANCELLED));
	ck_assert_int_ne(c->stage, CLIENT_UP);
	if (!_i)
		return;
	sim_run(&w->sim, 10 * SEC);
	ck_assert_uint_gt(w->held.id, id);
	ck_assert_uint_eq(w->held.kind, ASK_AUTHENTICATE);
	answer(accepted());
	answer(reply(AUTH_ACCEPT));
	ck_assert_int_eq(c->stage, CLIENT_UP);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_waits");
	TCase *tc = tcase_create("waits");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, however_long_it_takes, 0, 6);
	tcase_add_test(tc, aaa_dies);
	tcase_add_loop_test(tc, eap_is_relayed, 0, 2);
	tcase_add_test(tc, local_has_no_eap);
	tcase_add_loop_test(tc, what_can_be_shown, 0, sizeof shown / sizeof *shown);
	tcase_add_test(tc, the_servers_words);
	tcase_add_test(tc, authorized);
	tcase_add_loop_test(tc, not_authorized, 0, sizeof verdicts / sizeof *verdicts);
	tcase_add_loop_test(tc, authorization_taken_back, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
