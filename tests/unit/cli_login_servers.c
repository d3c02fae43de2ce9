/*
 * Logins by server groups: whom the servers let in, as what; questions that
 * they ask, by SSH's door, at the serial console and at `enable`; a server that
 * says nothing holds nobody else. /
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cli/login/login.h"
#include "engine/aaa/attribute.h"
#include "tests/support/screens.h"
#include "tests/support/unread.h"

static struct screens w;
static struct screen s, person;
static struct operator* script;

/* What the servers were asked last, and how they answer: A accept, R reject, E nobody answers, C
 * with a question, S not at all. */
static struct {
	unsigned asked, authorized, nexts, cancels;
	uint32_t id;
	struct msg_auth_request request;
	char group[32], method[32], user[64], password[64], service[32], text[64];
	const char *plan; /* a letter for each, the last one again */
	struct aaa_attributes attributes;
	const char *message, *by, *named; /* NULL: it knows him by the name that he has typed */
} server;

static void serve(uint32_t id)
{
	char plan = server.plan[0];
	struct ipc_msg m = {.type = MSG_AUTH_REPLY,
	    .fd = -1,
	    .auth_reply = {.id = id,
		.user = server.named ? server.named : server.user,
		.message = "", .by = server.by}};

	if (server.plan[1])
		server.plan++;
	switch (plan) {
	case 'A':
		m.auth_reply.result = AUTH_ACCEPT;
		m.auth_reply.message = server.message;
		m.auth_reply.attributes = (struct bytes){
		    (uint16_t)server.attributes.len, server.attributes.bytes};
		break;
	case 'C':
		m.auth_reply.result = AUTH_CHALLENGE;
		m.auth_reply.wanted = CHALLENGE_TEXT;
		m.auth_reply.message = "The token's clock is off.\nNext token: ";
		break;
	case 'R':
	case 'E':
		m.auth_reply.result = plan == 'R' ? AUTH_REJECT : AUTH_ERROR;
		m.auth_reply.message = server.message;
		break;
	default:
		return;
	}
	ipc_send(w.to_aaa, &m);
}

#define KEEP(field, from) snprintf(server.field, sizeof server.field, "%s", from)

static bool overheard(struct screens *all, const struct ipc_msg *m)
{
	(void)all;
	if (m->type == MSG_AUTH_REQUEST && strcmp(m->auth_request.server_group, "LOCAL") != 0) {
		server.asked++;
		server.authorized += m->auth_request.kind == ASK_AUTHORIZE;
		server.id = m->auth_request.id;
		server.request = m->auth_request;
		KEEP(group, m->auth_request.server_group);
		KEEP(method, m->auth_request.method);
		KEEP(user, m->auth_request.user);
		KEEP(password, m->auth_request.password);
		KEEP(service, m->auth_request.service);
		serve(m->auth_request.id);
	} else if (m->type == MSG_AUTH_NEXT) {
		server.nexts++;
		KEEP(text, m->auth_next.text);
		serve(m->auth_next.id);
	} else if (m->type == MSG_AUTH_CANCEL) {
		server.cancels++;
	} else {
		return false;
	}
	return true;
}

static void types(const char *line)
{
	ck_assert_str_eq(screen_type(script, &s, line), "");
}

static void setup(void)
{
	memset(&server, 0, sizeof server);
	server.plan = "A";
	server.message = "";
	server.by = "10.1.1.21";
	screens_setup(&w);
	w.overheard = overheard;
	script = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	screen_type(script, &s, "configure terminal");
	screen_type(script, &s, "username ann password annspw privilege 15");
	types("aaa-server RAD protocol radius");
	types("aaa-server TAC protocol tacacs+");
	types("aaa authentication ssh console RAD LOCAL");
}

static void teardown(void)
{
	screen_leave(script, &s);
	screens_teardown(&w);
}

static void attribute(enum aaa_attribute which, const char *text, uint32_t number)
{
	ck_assert(aaa_attribute_add(&server.attributes,
	    &(struct aaa_value){.which = which, .text = text, .number = number}));
}

/* ---- tries ------------------------------------------------------------------------ */

struct outcome {
	unsigned called, questions;
	struct login_result r;
	char question[128];
};

static void note(void *ctx, const struct login_result *r)
{
	struct outcome *o = ctx;

	o->called++;
	o->r = *r;
}

static void asks(void *ctx, const char *text, bool echo)
{
	struct outcome *o = ctx;

	ck_assert(!echo);
	o->questions++;
	snprintf(o->question, sizeof o->question, "%s", text);
}

static struct login *begin(
    enum login_way way, const char *user, const char *password, struct outcome *o, bool interactive)
{
	static unsigned last;
	struct login_request r = {
	    .way = way, .user = user, .password = password, .asks = interactive ? asks : NULL};
	char from[32];
	struct login *l;

	*o = (struct outcome){0};
	snprintf(from, sizeof from, "10.%u.%u.1", last / 250 % 250, last % 250);
	last++;
	if (way == LOGIN_SSH)
		addr_parse(from, &r.from);
	l = login_begin(w.m, &r, note, o);
	ck_assert_ptr_nonnull(l);
	return l;
}

static struct login_result try(enum login_way way, const char *user)
{
	struct outcome o;

	begin(way, user, "pw", &o, false);
	while (!o.called)
		uv_run(&w.loop, UV_RUN_ONCE);
	return o.r;
}

START_TEST(a_server_lets_in)
{
	struct login_result r = try(LOGIN_SSH, "eve");

	ck_assert(r.accepted && !r.enabled && r.by_server);
	ck_assert_int_eq(r.privilege, 1);
	ck_assert_str_eq(server.group, "RAD");
	ck_assert_str_eq(server.method, "pap");
	ck_assert_str_eq(server.service, "ssh");
	ck_assert(server.request.fallback_local);
	ck_assert_uint_eq(server.request.client.family, AF_INET);
	types("aaa authentication ssh console TAC");
	server.plan = "R";
	server.message = "Account disabled";
	r = try(LOGIN_SSH, "eve");
	ck_assert(!r.accepted);
	ck_assert_str_eq(r.message, "Account disabled");
	ck_assert_str_eq(server.method, "ascii");
	ck_assert(!server.request.fallback_local);
	types("no aaa authentication ssh console TAC");
	server.plan = "A";
	ck_assert(!try(LOGIN_SSH, "eve").accepted); /* the way is shut */
	ck_assert_uint_eq(server.asked, 2);
	ck_assert_ptr_nonnull(strstr(screen_type(script, &s, "aaa authentication ssh console NONE"),
	    "ERROR: aaa-server group NONE does not exist"));
}
END_TEST

/* Where LOCAL has stood in for the servers, its users are as always. */
START_TEST(local_stands_in)
{
	struct login_result r;

	server.by = "";
	types("aaa authorization exec authentication-server auto-enable");
	r = try(LOGIN_SSH, "ann");
	ck_assert(r.accepted && r.enabled && !r.by_server);
	ck_assert_int_eq(r.privilege, 15);
	ck_assert(!try(LOGIN_SSH, "eve").accepted); /* no local user */
}
END_TEST

START_TEST(what_a_server_says_he_may)
{
	struct login_result r;

	types("aaa authorization exec authentication-server auto-enable");
	attribute(AAA_PRIVILEGE, NULL, 7);
	r = try(LOGIN_SSH, "eve");
	ck_assert(r.accepted && r.enabled);
	ck_assert_int_eq(r.privilege, 7);
	types("no aaa authorization exec authentication-server auto-enable");
	ck_assert_int_eq(try(LOGIN_SSH, "eve").privilege, 1); /* nobody asked what he may */
	types("aaa authorization exec authentication-server auto-enable");
	attribute(AAA_SERVICE_TYPE, "nas-prompt", 0);
	attribute(AAA_PASSWORD_DAYS, NULL, 3);
	r = try(LOGIN_SSH, "eve");
	ck_assert(r.accepted && !r.enabled && r.prompt_only);
	ck_assert_str_eq(r.message, "Your password will expire in 3 days.");
	types("aaa authentication enable console RAD");
	ck_assert(!try(LOGIN_ENABLE, "eve").accepted);
	server.attributes.len = 0;
	attribute(AAA_SERVICE_TYPE, "remote-access", 0);
	ck_assert(!try(LOGIN_SSH, "eve").accepted);
	types("aaa authorization exec LOCAL"); /* of our own users */
	ck_assert(!try(LOGIN_SSH, "eve").accepted);
	ck_assert_int_eq(try(LOGIN_SSH, "ann").privilege, 15);
}
END_TEST

/* Who types another's name and then, at the server's own question, his: he is himself. */
START_TEST(whom_the_server_has_let_in)
{
	static const char longest[] =
	    "sixty-five-characters-are-more-than-a-name-can-have-in-a-session-";
	struct login_result r;

	types("aaa authentication ssh console TAC LOCAL");
	types("aaa authorization exec authentication-server auto-enable");
	server.named = "joe";
	r = try(LOGIN_SSH, "ann");
	ck_assert(r.accepted);
	ck_assert_str_eq(r.user, "joe");
	ck_assert_uint_eq(server.authorized, 1);
	ck_assert_str_eq(server.user, "joe"); /* what he may, not what ann may */
	types("aaa authorization exec LOCAL");
	ck_assert(!try(LOGIN_SSH, "ann").accepted);
	ck_assert_uint_eq(sizeof longest, 66);
	server.named = longest;
	types("no aaa authorization exec LOCAL");
	ck_assert(!try(LOGIN_SSH, "ann").accepted);
}
END_TEST

/* TACACS+ is asked for it by itself, and has to say yes. */
START_TEST(what_is_asked_for_apart)
{
	struct login_result r;

	types("aaa authentication ssh console TAC LOCAL");
	ck_assert_int_eq(try(LOGIN_SSH, "eve").privilege, 1);
	ck_assert_uint_eq(server.authorized, 0);
	types("aaa authorization exec authentication-server auto-enable");
	attribute(AAA_PRIVILEGE, NULL, 9);
	r = try(LOGIN_SSH, "eve");
	ck_assert(r.accepted && r.enabled);
	ck_assert_int_eq(r.privilege, 9);
	ck_assert_uint_eq(server.authorized, 1);
	ck_assert_str_eq(server.password, "");
	server.plan = "AR";
	ck_assert(!try(LOGIN_SSH, "eve").accepted);
}
END_TEST

/* Whatever of the configuration cannot be read meanwhile: he may not do more than else. */
static void never_more(const char *plan, bool accepted)
{
	struct login_result r;
	unsigned n = 0;

	do {
		server.plan = plan;
		unread_nth(w.m->running.db, ++n);
		r = try(LOGIN_SSH, "eve");
		ck_assert_msg(accepted || !r.accepted, "statement %u", n);
		ck_assert_msg(!r.enabled && (!r.accepted || r.prompt_only), "statement %u", n);
	} while (unread_was());
	unread_nth(w.m->running.db, 0);
	ck_assert(r.accepted == accepted);
	ck_assert_uint_gt(n, 4);
}

START_TEST(what_cannot_be_read_lets_nobody_do_more)
{
	types("aaa authorization exec authentication-server auto-enable");
	attribute(AAA_PRIVILEGE, NULL, 15);
	attribute(AAA_SERVICE_TYPE, "nas-prompt", 0);
	never_more("A", true);
	server.attributes.len = 0;
	attribute(AAA_SERVICE_TYPE, "remote-access", 0);
	never_more("A", false);
	types("aaa authorization exec LOCAL");
	never_more("A", false);
	types("aaa authorization exec authentication-server auto-enable");
	types("aaa authentication ssh console TAC LOCAL");
	server.attributes.len = 0;
	never_more("AR", false);
}
END_TEST

START_TEST(a_server_asks)
{
	struct outcome o;
	struct login *l;

	server.plan = "CCA";
	l = begin(LOGIN_SSH, "eve", "123456", &o, true);
	while (o.questions < 1)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_str_eq(server.password, "123456");
	ck_assert_str_eq(o.question, "The token's clock is off.\nNext token: ");
	login_say(l, "654321");
	login_say(l, "twice"); /* there is no question any more */
	while (o.questions < 2)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert_str_eq(server.text, "654321");
	login_say(l, "777777");
	while (!o.called)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert(o.r.accepted);
	ck_assert_uint_eq(server.nexts, 2);
	ck_assert_uint_eq(server.cancels, 0);
}
END_TEST

START_TEST(nobody_can_be_asked)
{
	struct outcome o;
	struct login *l;

	server.plan = "C";
	ck_assert(!try(LOGIN_SSH, "eve").accepted);
	screens_turn(&w);
	ck_assert_uint_eq(server.cancels, 1);
	l = begin(LOGIN_SSH, "eve", "pw", &o, true); /* asks without end */
	while (!o.called) {
		uv_run(&w.loop, UV_RUN_ONCE);
		login_say(l, "again");
		ck_assert_uint_le(o.questions, LOGIN_QUESTIONS);
	}
	ck_assert(!o.r.accepted);
	l = begin(LOGIN_SSH, "eve", "pw", &o, true); /* he goes while he is asked */
	while (!o.questions)
		uv_run(&w.loop, UV_RUN_ONCE);
	login_cancel(l);
	screens_turn(&w);
	ck_assert_uint_eq(o.called, 0);
	ck_assert_ptr_null(w.m->logins_open);
	ck_assert_uint_eq(server.cancels, 3);
}
END_TEST

/* A server that says nothing, and whoever fills its places by SSH, holds nobody else. */
START_TEST(a_hung_server_holds_its_own)
{
	static struct outcome hung[LOGIN_QUEUE + 10];
	struct outcome o;
	unsigned called = 0;

	types("aaa authentication serial console LOCAL");
	server.plan = "S";
	for (unsigned i = 0; i < LOGIN_QUEUE + 10; i++)
		begin(LOGIN_SSH, "eve", "pw", &hung[i], false);
	while (called < 10) {
		uv_run(&w.loop, UV_RUN_ONCE);
		called = 0;
		for (unsigned i = 0; i < LOGIN_QUEUE + 10; i++)
			called += hung[i].called;
	}
	ck_assert_uint_eq(called, 10); /* the places are full */
	while (server.asked < LOGIN_QUEUE)
		uv_run(&w.loop, UV_RUN_ONCE); /* all at once */
	begin(LOGIN_SERIAL, "ann", "annspw", &o, false);
	while (!o.called)
		uv_run(&w.loop, UV_RUN_ONCE);
	ck_assert(o.r.accepted);
	types("aaa authentication serial console RAD");
	server.plan = "A";
	ck_assert(try(LOGIN_SERIAL, "eve").accepted);
	login_close_all(w.m);
}
END_TEST

/* Who goes away while a server says nothing leaves his place to others, and has tried all the
 * same. */
START_TEST(who_goes_away_holds_nothing)
{
	struct outcome o;
	struct login *l;

	server.plan = "S";
	l = begin(LOGIN_SSH, "ann", "pw", &o, false);
	while (!server.asked)
		uv_run(&w.loop, UV_RUN_ONCE);
	login_cancel(l);
	for (int i = 0; i < 100 && w.m->logins_open; i++)
		screens_turn(&w);
	ck_assert_ptr_null(w.m->logins_open);
	screens_turn(&w);
	ck_assert_uint_eq(server.cancels, 1);
	ck_assert_uint_eq(o.called, 0);
	ck_assert_uint_eq(logins_find(&w.m->logins, "ann")->failed, 1);
}
END_TEST

/* ---- persons ----------------------------------------------------------------------- */

START_TEST(questions_at_the_serial_console)
{
	struct operator* op;

	types("aaa authentication serial console RAD");
	types("aaa authorization exec authentication-server");
	server.plan = "CA";
	server.message = "Welcome, \x1b[2Jeve";
	op = screen_enter(&w, &person, CONSOLE_KIND_CONSOLE);
	screen_answer(op, &person, "eve");
	screen_answer(op, &person, "123456");
	screen_wait(op, &person);
	ck_assert_ptr_nonnull(strstr(text_str(&person.t), "clock is off.\nNext token: "));
	ck_assert_str_eq(op->session.user, "");
	screen_answer(op, &person, "654321");
	screen_wait(op, &person);
	ck_assert_str_eq(server.text, "654321");
	ck_assert_str_eq(op->session.user, "eve");
	ck_assert_ptr_nonnull(strstr(text_str(&person.t), "Welcome, ?[2Jeve\n"));
	types("aaa authentication enable console TAC");
	server.plan = "A";
	screen_type(op, &person, "enable");
	screen_answer(op, &person, "evespw");
	screen_wait(op, &person);
	ck_assert_int_eq(op->session.privilege, 15);
	ck_assert_str_eq(server.user, "eve");
	ck_assert_str_eq(server.service, "enable");
	ck_assert_uint_eq(server.request.level, 15);
	screen_leave(op, &person);
}
END_TEST

START_TEST(who_may_only_look)
{
	struct operator* op;

	types("aaa authentication serial console RAD");
	types("aaa authorization exec authentication-server");
	attribute(AAA_SERVICE_TYPE, "nas-prompt", 0);
	op = screen_enter(&w, &person, CONSOLE_KIND_CONSOLE);
	screen_answer(op, &person, "eve");
	screen_answer(op, &person, "pw");
	screen_wait(op, &person);
	ck_assert_str_eq(op->session.user, "eve");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &person, "enable"),
	    "ERROR: the service-type of user eve allows no privileged commands"));
	screen_leave(op, &person);
}
END_TEST

/* A local user may what his service-type says, whoever has proved him. */
START_TEST(a_local_user_who_may_only_look)
{
	struct operator* op;

	types("aaa authentication serial console RAD");
	types("aaa authorization exec LOCAL");
	types("username pat password patspw privilege 15");
	types("username pat attributes");
	types("service-type nas-prompt");
	op = screen_enter(&w, &person, CONSOLE_KIND_CONSOLE);
	screen_answer(op, &person, "pat");
	screen_answer(op, &person, "pw");
	screen_wait(op, &person);
	ck_assert_str_eq(op->session.user, "pat");
	ck_assert_ptr_nonnull(strstr(screen_type(op, &person, "enable"),
	    "ERROR: the service-type of user pat allows no privileged commands"));
	ck_assert_int_eq(op->session.privilege, 1);
	screen_leave(op, &person);
}
END_TEST

/* Whom a server has proved at `enable` is not the local user of his name. */
START_TEST(whom_enable_makes_known)
{
	struct operator* op = screen_enter(&w, &person, CONSOLE_KIND_CONSOLE);

	types("aaa authentication enable console RAD");
	screen_type(op, &person, "enable");
	screen_answer(op, &person, "ann");
	screen_answer(op, &person, "pw");
	screen_wait(op, &person);
	ck_assert_int_eq(op->session.privilege, 15);
	ck_assert_str_eq(op->session.user, "ann");
	ck_assert(op->session.by_server);
	screen_leave(op, &person);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("logins by servers");
	TCase *t = tcase_create("logins");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_server_lets_in);
	tcase_add_test(t, local_stands_in);
	tcase_add_test(t, what_a_server_says_he_may);
	tcase_add_test(t, what_cannot_be_read_lets_nobody_do_more);
	tcase_add_test(t, what_is_asked_for_apart);
	tcase_add_test(t, whom_the_server_has_let_in);
	tcase_add_test(t, a_server_asks);
	tcase_add_test(t, nobody_can_be_asked);
	tcase_add_test(t, a_hung_server_holds_its_own);
	tcase_add_test(t, questions_at_the_serial_console);
	tcase_add_test(t, who_may_only_look);
	tcase_add_test(t, a_local_user_who_may_only_look);
	tcase_add_test(t, whom_enable_makes_known);
	tcase_add_test(t, who_goes_away_holds_nothing);
	suite_add_tcase(suite, t);

	SRunner *r = srunner_create(suite);

	srunner_run_all(r, CK_ENV);
	int failed = srunner_ntests_failed(r);

	srunner_free(r);
	return failed != 0;
}
