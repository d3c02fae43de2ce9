/*
 * Commands that login servers allow, and what login servers are told of
 * operators: each line is asked for as it is meant, whoever may not gets
 * nothing done, and dead servers lock nobody out who may stay by the levels. /
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/screens.h"

static struct screens w;
static struct screen s, person;
static struct operator *script, *op;

static struct {
	unsigned asked, cancels;
	uint32_t id;
	char plan; /* A accept, R reject, L accepted by LOCAL, E nobody answers, S not at all */
	char command[600], user[64], group[32];
	unsigned level, fallback;
} server;

static struct {
	unsigned n;
	char all[2048]; /* what, service, user, command of each */
	char key[16][32];
} records;

static void answer(uint32_t id)
{
	struct ipc_msg m = {.type = MSG_AUTH_REPLY,
	    .fd = -1,
	    .auth_reply = {.id = id,
		.result = server.plan == 'R'   ? AUTH_REJECT
			  : server.plan == 'E' ? AUTH_ERROR
					       : AUTH_ACCEPT,
		.message = "",
		.by = server.plan == 'A' || server.plan == 'R' ? "10.1.1.21" : ""}};

	ipc_send(w.to_aaa, &m);
}

static void note_record(const struct msg_account *r)
{
	size_t n = strlen(records.all);

	ck_assert_uint_lt(records.n, 16);
	snprintf(records.key[records.n++], sizeof records.key[0], "%s", r->key);
	snprintf(records.all + n, sizeof records.all - n, "%u %s %s %s %s\n", r->what,
	    r->server_group, r->service, r->user, r->command);
	ck_assert_uint_ge(r->time, r->since);
}

static bool overheard(struct screens *all, const struct ipc_msg *m)
{
	(void)all;
	if (m->type == MSG_AUTH_REQUEST && m->auth_request.kind == ASK_COMMAND) {
		server.asked++;
		server.id = m->auth_request.id;
		server.level = m->auth_request.level;
		server.fallback = m->auth_request.fallback_local;
		snprintf(server.command, sizeof server.command, "%s", m->auth_request.command);
		snprintf(server.user, sizeof server.user, "%s", m->auth_request.user);
		snprintf(server.group, sizeof server.group, "%s", m->auth_request.server_group);
		if (server.plan != 'S')
			answer(server.id);
	} else if (m->type == MSG_AUTH_CANCEL) {
		server.cancels++;
	} else if (m->type == MSG_ACCOUNT) {
		note_record(&m->account);
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
	memset(&records, 0, sizeof records);
	server.plan = 'A';
	screens_setup(&w);
	w.overheard = overheard;
	script = screen_enter(&w, &s, CONSOLE_KIND_SCRIPT);
	screen_type(script, &s, "configure terminal");
	screen_type(script, &s, "username ann password annspw privilege 15");
	types("aaa-server RAD protocol radius");
	types("aaa-server TAC protocol tacacs+");
	types("aaa authorization command TAC LOCAL");
	op = screen_enter(&w, &person, CONSOLE_KIND_CONSOLE);
	operator_set_privilege(op, 15);
	snprintf(op->session.user, sizeof op->session.user, "ann");
}

static void teardown(void)
{
	screen_leave(op, &person);
	screen_leave(script, &s);
	screens_teardown(&w);
}

static bool failed(const char *line)
{
	return strstr(screen_type(op, &person, line), "Command authorization failed");
}

START_TEST(each_line_as_it_is_meant)
{
	static const struct {
		const char *typed, *asked;
	} row[] = {
	    {"  sh   clo", "show clock"},
	    {"show clock | include x", "show clock"},
	    {"conf t", "configure terminal"},
	    {"username bob password secret99 priv 3", "username bob password ***** privilege 3"},
	    {"no username bob", "no username bob"},
	    {"hostname show", "hostname show"},
	    {"int g0/0", "interface g0/0"},
	    {"nameif inside", "nameif inside"},
	    {"no nameif", "no nameif"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		ck_assert_msg(!failed(row[i].typed), "%s", text_str(&person.t));
		ck_assert_str_eq(server.command, row[i].asked);
		ck_assert_uint_eq(server.asked, i + 1);
	}
	ck_assert_str_eq(server.group, "TAC");
	ck_assert_str_eq(server.user, "ann");
	ck_assert_uint_eq(server.level, 15);
	ck_assert_uint_eq(server.fallback, 1);
	screen_type(op, &person, "nonsense"); /* is no command */
	ck_assert_uint_eq(server.asked, sizeof row / sizeof *row);
}
END_TEST

START_TEST(who_may_not)
{
	server.plan = 'R';
	ck_assert(failed("show clock"));
	ck_assert_uint_eq(person.status, 1);
	screen_type(script, &s, "show clock"); /* the host's own user is asked nothing */
	ck_assert_uint_eq(s.status, 0);
	ck_assert_uint_eq(server.asked, 1);
	server.plan = 'A';
	screen_type(op, &person, "configure terminal");
	server.plan = 'R';
	ck_assert(failed("hostname taken"));
	ck_assert_str_ne(w.m->running.delivery.own.hostname, "taken");
	ck_assert(!failed("exit")); /* whoever may nothing may go */
	operator_file(op, "hostname taken\n", 15); /* no other way round */
	screens_turn(&w);
	ck_assert_str_ne(w.m->running.delivery.own.hostname, "taken");
}
END_TEST

START_TEST(dead_servers)
{
	for (const char *plan = "EL"; *plan; plan++) {
		server.plan = *plan;
		ck_assert(!failed("show clock"));
		types("privilege show level 9 mode exec command clock");
		operator_set_privilege(op, 5);
		ck_assert(failed("show clock"));
		operator_set_privilege(op, 15);
		types("no privilege show level 9 mode exec command clock");
	}
	op->session.by_server = true; /* the servers had let him in: he counts as the local ann */
	ck_assert(!failed("show clock"));
	snprintf(op->session.user, sizeof op->session.user, "eve");
	ck_assert(failed("show clock"));
	ck_assert_ptr_nonnull(strstr(
	    text_str(&person.t), "Fallback authorization. Username 'eve' not in LOCAL database\n"));
	op->session.by_server = false;
	ck_assert_ptr_nonnull(strstr(screen_type(script, &s, "aaa authorization command TAC"),
	    "WARNING: while no server of group TAC answers, no command is allowed"));
	ck_assert(failed("show clock"));
	ck_assert_ptr_nonnull(strstr(text_str(&person.t), "no server answers of group TAC"));
}
END_TEST

/* What could not be told whole is not asked for. */
START_TEST(longer_than_can_be_asked)
{
	char line[900] = "ssh authentication publickey ";

	screen_type(op, &person, "configure terminal");
	screen_type(op, &person, "username ann attributes");
	ck_assert_uint_eq(server.asked, 2);
	memset(line + strlen(line), 'A', 600);
	ck_assert_msg(failed(line), "%s", text_str(&person.t));
	ck_assert_uint_eq(server.asked, 2);
}
END_TEST

START_TEST(broken_off)
{
	server.plan = 'S';
	screen_type(op, &person, "configure terminal");
	ck_assert(op->busy);
	operator_interrupt(op);
	screens_turn(&w);
	ck_assert(!op->busy);
	ck_assert_uint_eq(server.cancels, 1);
	answer(server.id); /* too late */
	screens_turn(&w);
	ck_assert_uint_eq(op->session.place.depth, 0);
}
END_TEST

START_TEST(what_they_are_told)
{
	struct operator* second;
	struct screen t;

	types("no aaa authorization command TAC LOCAL");
	types("aaa accounting command privilege 15 TAC");
	types("aaa accounting enable console TAC");
	types("aaa accounting serial console RAD");
	records.n = 0;
	records.all[0] = 0;
	second = screen_enter(&w, &t, CONSOLE_KIND_CONSOLE);
	snprintf(second->session.user, sizeof second->session.user, "bob");
	operator_set_privilege(second, 15);
	screen_type(second, &t, "show clock");
	screen_type(second, &t, "conf t");
	screen_type(second, &t, "username bob password secret99");
	screen_type(second, &t, "end");
	operator_set_privilege(second, 1);
	screen_leave(second, &t);
	screens_turn(&w);
	ck_assert_str_eq(records.all, "1 RAD serial enable_1 \n"
				      "1 TAC enable bob \n"
				      "4 TAC serial bob configure terminal\n"
				      "4 TAC serial bob username bob password *****\n"
				      "4 TAC serial bob end\n"
				      "3 TAC enable bob \n"
				      "3 RAD serial enable_1 \n");
	ck_assert_str_eq(records.key[1], records.key[5]);
	ck_assert_str_eq(records.key[0], records.key[6]);
	ck_assert_str_ne(records.key[2], records.key[3]);
	ck_assert_uint_eq(w.m->untaken.n, 9); /* nobody has said to have them yet */
	for (uint32_t id = 1; id <= 9; id++)
		ipc_send(w.to_aaa, &(struct ipc_msg){.type = MSG_ACCOUNT_TAKEN, .fd = -1,
				       .account_taken = {.id = id}});
	screens_turn(&w);
	ck_assert_uint_eq(w.m->untaken.n, 0);
	ck_assert_ptr_nonnull(strstr(screen_type(script, &s, "aaa accounting command RAD"),
	    "ERROR: aaa-server group RAD is of protocol radius: only tacacs+ servers know "
	    "commands"));
	types("aaa-server KRB protocol kerberos");
	ck_assert_ptr_nonnull(strstr(screen_type(script, &s, "aaa accounting ssh console KRB"),
	    "which knows no accounting"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("commands by servers");
	TCase *t = tcase_create("commands");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, each_line_as_it_is_meant);
	tcase_add_test(t, who_may_not);
	tcase_add_test(t, dead_servers);
	tcase_add_test(t, longer_than_can_be_asked);
	tcase_add_test(t, broken_off);
	tcase_add_test(t, what_they_are_told);
	suite_add_tcase(suite, t);

	SRunner *r = srunner_create(suite);

	srunner_run_all(r, CK_ENV);
	int bad = srunner_ntests_failed(r);

	srunner_free(r);
	return bad != 0;
}
