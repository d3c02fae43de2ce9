/*
 * Logins at an LDAP server that the test plays: what is asked on which
 * connection, what is kept, and what becomes of a server that refuses, errs,
 * closes or is silent. /
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/ldap/ldap.h"
#include "engine/aaa/ldap/check.h"
#include "engine/aaa/report.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define LOGINS 20
#define NO_POLICY (-1)

enum { BIND = 0x60, SEARCH = 0x63, ABANDON = 0x50 };

static struct sim sim;
static struct netsim net;
static struct aaa_listener listener;
static struct aaa_world world;
static struct cfg_aaa_host host;
static struct cfg_aaa_group config;
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group = {.name = "DIR", .config = &config, .server = servers, .n = 1};

/* A login, and how it ended. */
static struct login {
	struct conversation c;
	unsigned ends;
	uint8_t result;
	enum reason reason;
	struct aaa_attributes attributes;
	char message[64], why[256];
} logins[LOGINS];

static void done(struct conversation *c, const struct aaa_answer *a)
{
	struct login *l = container_of(c, struct login, c);

	l->ends++;
	l->result = a->result;
	l->reason = a->reason;
	l->attributes = a->attributes;
	snprintf(l->message, sizeof l->message, "%s", a->message ? a->message : "");
	snprintf(l->why, sizeof l->why, "%s", a->why ? a->why : "");
}

static void heard(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	ck_assert_int_eq(m->type, MSG_TRACE_LINE);
	ck_assert_ptr_null(strstr(m->trace_line.text, "secret"));
}

static void tell(const struct ipc_msg *m)
{
	ck_assert(aaa_directory_message((struct aaa_directory *)(uintptr_t)world.directory, m));
}

static void map_name(const char *ldap, const char *cisco)
{
	tell(&(struct ipc_msg){.type = MSG_CFG_LDAP_NAME,
	    .fd = -1,
	    .cfg_ldap_name = {.op = CFG_SET, .name = "MAP", .ldap = ldap, .cisco = cisco}});
}

static void map_value(const char *ldap, const char *value, const char *cisco)
{
	tell(&(struct ipc_msg){.type = MSG_CFG_LDAP_VALUE,
	    .fd = -1,
	    .cfg_ldap_value = {
		.op = CFG_SET, .name = "MAP", .ldap = ldap, .value = value, .cisco = cisco}});
}

static void setup(void)
{
	memset(logins, 0, sizeof logins);
	sim_init(&sim, 1, NULL, NULL);
	netsim_init(&net);
	listener = (struct aaa_listener){.send = heard, .debug = {[TRACE_LDAP] = TRACE_EVENT}};
	world = (struct aaa_world){.env = &sim.env,
	    .net = &net.net,
	    .listener = &listener,
	    .directory = aaa_directory_create()};
	host = (struct cfg_aaa_host){.host = "10.0.0.9",
	    .base_dn = "dc=x",
	    .scope = "subtree",
	    .group_base_dn = "",
	    .login_dn = "cn=asa",
	    .login_password = "own-secret",
	    .naming_attribute = "uid",
	    .server_type = "",
	    .attribute_map = "MAP",
	    .trustpoint = "",
	    .timeout = 10};
	server = (struct aaa_server){.protocol = &ldap_protocol,
	    .group = &group,
	    .config = &host,
	    .address = addr_v4(0x0a000009)};
	ck_assert(ldap_protocol.open(&world, &server));
}

static void teardown(void)
{
	for (size_t i = 0; i < LOGINS; i++)
		conversation_cancel(&logins[i].c);
	ldap_protocol.close(&server);
	netsim_fini(&net);
	aaa_directory_destroy((struct aaa_directory *)(uintptr_t)world.directory);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
	sim_fini(&sim);
}

static struct login *ask_for(size_t i, enum aaa_kind kind, const char *user, const char *password)
{
	struct aaa_request r = {.kind = kind, .method = AAA_PAP, .service = "ppp"};

	snprintf(r.user, sizeof r.user, "%s", user);
	snprintf(r.password, sizeof r.password, "%s", password);
	conversation_start(&logins[i].c, &sim.env, &group, &server, NULL, &r, done);
	return &logins[i];
}

static struct login *ask(size_t i)
{
	return ask_for(i, AAA_AUTHENTICATE, "erin", "users-secret");
}

/* ---- the server --------------------------------------------------------------------------- */

/* The next request on that connection, which has to be `op`: its number. */
static uint32_t wanted(struct aaa_stream *s, uint8_t op, struct rd *body)
{
	static uint8_t copy[4096];
	struct ldap_message m;
	size_t len = ber_length(s->sent, s->sent_len);

	ck_assert_uint_gt(len, 0);
	ck_assert_uint_le(len, s->sent_len);
	ck_assert_uint_le(len, sizeof copy);
	memcpy(copy, s->sent, len);
	netsim_take(s, len);
	ck_assert(ldap_read(copy, len, &m));
	ck_assert_uint_eq(m.op, op);
	if (body)
		*body = m.body;
	return m.id;
}

static void result(struct aaa_stream *s, uint32_t id, uint8_t op, uint32_t code, const char *text)
{
	uint8_t buf[512];
	struct wr w = wr_init(buf, sizeof buf);
	size_t message = ber_begin(&w, BER_SEQUENCE), body;

	ber_put_number(&w, BER_INTEGER, id);
	body = ber_begin(&w, op);
	ber_put_number(&w, BER_ENUMERATED, code);
	ber_put(&w, BER_OCTETS, NULL, 0);
	ber_put(&w, BER_OCTETS, text, strlen(text));
	ber_end(&w, body);
	ber_end(&w, message);
	netsim_say(s, buf, wr_len(&w));
}

/* An entry with one attribute, of up to two values; NULL: none. */
static void entry(struct aaa_stream *s, uint32_t id, const char *dn, const char *name,
    const char *value, const char *other)
{
	uint8_t buf[1024];
	struct wr w = wr_init(buf, sizeof buf);
	size_t message = ber_begin(&w, BER_SEQUENCE), body, list, attribute, values;

	ber_put_number(&w, BER_INTEGER, id);
	body = ber_begin(&w, LDAP_SEARCH_ENTRY);
	ber_put(&w, BER_OCTETS, dn, strlen(dn));
	list = ber_begin(&w, BER_SEQUENCE);
	if (name) {
		attribute = ber_begin(&w, BER_SEQUENCE);
		ber_put(&w, BER_OCTETS, name, strlen(name));
		values = ber_begin(&w, BER_SET);
		ber_put(&w, BER_OCTETS, value, strlen(value));
		if (other)
			ber_put(&w, BER_OCTETS, other, strlen(other));
		ber_end(&w, values);
		ber_end(&w, attribute);
	}
	ber_end(&w, list);
	ber_end(&w, body);
	ber_end(&w, message);
	netsim_say(s, buf, wr_len(&w));
}

static struct aaa_stream *connection(size_t i)
{
	ck_assert_uint_gt(net.n_stream, i);
	return &net.stream[i];
}

/* Takes the first connection up, and our own bind on it. */
static struct aaa_stream *searcher(void)
{
	struct aaa_stream *s = connection(0);

	netsim_accept(s);
	result(s, wanted(s, BIND, NULL), LDAP_BIND_RESPONSE, 0, "");
	return s;
}

static void found(struct aaa_stream *s)
{
	uint32_t id = wanted(s, SEARCH, NULL);

	entry(s, id, "uid=erin,dc=x", NULL, NULL, NULL);
	result(s, id, LDAP_SEARCH_DONE, 0, "");
}

static void bound(struct aaa_stream *s, uint32_t code, const char *text)
{
	result(s, wanted(s, BIND, NULL), LDAP_BIND_RESPONSE, code, text);
}

static void ck_end(const struct login *l, uint8_t expected, enum reason reason)
{
	ck_assert_uint_eq(l->ends, 1);
	ck_assert_int_eq(l->reason, reason);
	ck_assert_int_eq(l->result, expected);
}

static void ck_bytes(struct rd *r, uint8_t tag, const char *expected)
{
	struct rd got = ber_expect(r, tag);

	ck_assert_uint_eq(rd_left(&got), strlen(expected));
	ck_assert_mem_eq(got.p, expected, strlen(expected));
}

/* ---- logins ------------------------------------------------------------------------------- */

START_TEST(search_then_bind)
{
	struct login *l = ask(0);
	struct aaa_stream *s = connection(0), *user;
	struct rd r;
	uint32_t id;

	ck_assert_uint_eq(s->to.port, 389);
	ck_assert(!s->tls);
	netsim_accept(s);
	id = wanted(s, BIND, &r);
	ck_assert_int_eq(ber_number(&r, BER_INTEGER), 3);
	ck_bytes(&r, BER_OCTETS, "cn=asa");
	ck_bytes(&r, 0x80, "own-secret");
	ck_assert_uint_eq(s->sent_len, 0); /* no search before it is bound */
	result(s, id, LDAP_BIND_RESPONSE, 0, "");
	found(s);
	user = connection(1);
	netsim_accept(user);
	id = wanted(user, BIND, &r);
	ber_number(&r, BER_INTEGER);
	ck_bytes(&r, BER_OCTETS, "uid=erin,dc=x");
	ck_bytes(&r, 0x80, "users-secret");
	ck_assert_uint_eq(l->ends, 0);
	result(user, id, LDAP_BIND_RESPONSE, 0, "");
	ck_end(l, AUTH_ACCEPT, REASON_NONE);
	/* The next one opens nothing; a minute later nothing is open. */
	l = ask(1);
	found(s);
	bound(user, 49, "");
	ck_end(l, AUTH_REJECT, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(net.n_stream, 2);
	sim_run(&sim, 59 * SEC);
	ck_assert(s->open && user->open);
	sim_run(&sim, 2 * SEC);
	ck_assert(!s->open && !user->open);
}
END_TEST

START_TEST(as_nobody_and_authorization)
{
	struct login *l;

	host.login_dn = "";
	l = ask_for(0, AAA_AUTHORIZE, "erin", "");
	netsim_accept(connection(0));
	found(connection(0));
	ck_end(l, AUTH_ACCEPT, REASON_NONE);
	ck_assert_uint_eq(net.n_stream, 1);
}
END_TEST

/* Servers take a bind without a password for one as nobody, and say yes. */
START_TEST(an_empty_password)
{
	ck_end(ask_for(0, AAA_AUTHENTICATE, "erin", ""), AUTH_REJECT, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(net.n_stream, 0);
}
END_TEST

START_TEST(many_at_once)
{
	struct login *l[LOGINS];
	struct aaa_stream *s;
	uint32_t id[LOGINS];

	for (size_t i = 0; i < LOGINS; i++)
		l[i] = ask(i);
	s = searcher();
	for (size_t i = 0; i < LOGINS; i++)
		id[i] = wanted(s, SEARCH, NULL);
	for (size_t i = LOGINS; i-- > 0;) {
		entry(s, id[i], "uid=erin,dc=x", NULL, NULL, NULL);
		result(s, id[i], LDAP_SEARCH_DONE, 0, "");
	}
	/* So many passwords at once; the others wait for who is done. */
	ck_assert_uint_eq(net.n_stream, 1 + LDAP_SLOTS);
	for (size_t i = 1; i <= LDAP_SLOTS; i++) {
		netsim_accept(connection(i));
		bound(connection(i), 0, "");
	}
	for (size_t i = 1; i <= LOGINS - LDAP_SLOTS; i++)
		bound(connection(i), 0, "");
	ck_assert_uint_eq(net.n_stream, 1 + LDAP_SLOTS);
	for (size_t i = 0; i < LOGINS; i++)
		ck_end(l[i], AUTH_ACCEPT, REASON_NONE);
}
END_TEST

START_TEST(not_exactly_one)
{
	struct login *none = ask(0), *two = ask(1), *more = ask(2);
	struct aaa_stream *s = searcher();
	uint32_t id = wanted(s, SEARCH, NULL);
	struct login *first = none;

	/* Which of them is asked for first is no matter: they ask the same. */
	result(s, id, LDAP_SEARCH_DONE, 0, "");
	id = wanted(s, SEARCH, NULL);
	entry(s, id, "cn=one", NULL, NULL, NULL);
	entry(s, id, "cn=two", NULL, NULL, NULL);
	result(s, id, LDAP_SEARCH_DONE, 0, "");
	id = wanted(s, SEARCH, NULL);
	entry(s, id, "cn=one", NULL, NULL, NULL);
	result(s, id, LDAP_SEARCH_DONE, LDAP_SIZE_LIMIT, "");
	if (first->reason != REASON_AUTH_UNKNOWN_USER) {
		none = more;
		more = first;
	}
	ck_end(none, AUTH_REJECT, REASON_AUTH_UNKNOWN_USER);
	ck_end(two, AUTH_REJECT, REASON_AUTH_AMBIGUOUS);
	ck_end(more, AUTH_REJECT, REASON_AUTH_AMBIGUOUS);
	ck_assert_uint_eq(net.n_stream, 1);
}
END_TEST

/* ---- what goes wrong ---------------------------------------------------------------------- */

START_TEST(our_own_bind_is_refused)
{
	struct login *l = ask(0);
	struct aaa_stream *s = connection(0);

	netsim_accept(s);
	bound(s, 49, "");
	ck_end(l, AUTH_ERROR, REASON_AUTH_OWN_LOGIN);
	ck_assert(!s->open);
}
END_TEST

START_TEST(no_connection)
{
	struct login *l = ask(0);

	netsim_hang_up(connection(0), "Connection refused", false);
	ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ck_assert_str_eq(l->why, "Connection refused");
	host.ldap_over_ssl = 1;
	l = ask(1);
	ck_assert_uint_eq(connection(1)->to.port, 636);
	ck_assert(connection(1)->tls);
	ck_assert_str_eq(connection(1)->name, "10.0.0.9");
	netsim_hang_up(connection(1), "self-signed certificate", true);
	ck_end(l, AUTH_ERROR, REASON_AUTH_CERTIFICATE);
}
END_TEST

/* An old connection that turns out to be gone is nobody's failure; a new one that goes, is. */
START_TEST(closed_meanwhile)
{
	struct login *l = ask(0);
	struct aaa_stream *s = searcher(), *user;

	found(s);
	netsim_accept(connection(1));
	bound(connection(1), 0, "");
	l = ask(1);
	netsim_hang_up(s, "it closed the connection", false);
	ck_assert_uint_eq(l->ends, 0);
	s = connection(2);
	netsim_accept(s);
	bound(s, 0, "");
	found(s);
	netsim_hang_up(connection(1), "it closed the connection", false);
	ck_assert_uint_eq(l->ends, 0);
	user = connection(3);
	netsim_accept(user);
	netsim_hang_up(user, "it closed the connection", false);
	ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
	l = ask(2);
	netsim_hang_up(s, "it closed the connection", false);
	netsim_hang_up(connection(4), "it closed the connection", false);
	ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
}
END_TEST

/* A server that hears and says nothing: its connection is not tried with the next one. */
START_TEST(silent)
{
	struct login *l = ask(0);
	struct aaa_stream *s = searcher();

	sim_run(&sim, 11 * SEC);
	ck_end(l, AUTH_ERROR, REASON_AUTH_TIMEOUT);
	ck_assert(!s->open);
	l = ask(1);
	sim_run(&sim, 11 * SEC); /* not even connected */
	ck_end(l, AUTH_ERROR, REASON_AUTH_TIMEOUT);
	ck_assert(!connection(1)->open);
}
END_TEST

START_TEST(cancelled)
{
	struct login *l = ask(0);
	struct aaa_stream *s = searcher();
	uint32_t id = wanted(s, SEARCH, NULL);

	conversation_cancel(&l->c);
	wanted(s, ABANDON, NULL);
	entry(s, id, "uid=erin,dc=x", NULL, NULL, NULL); /* it comes all the same */
	result(s, id, LDAP_SEARCH_DONE, 0, "");
	ck_assert_uint_eq(l->ends, 0);
	l = ask(1);
	found(s);
	netsim_accept(connection(1));
	conversation_cancel(&l->c); /* a bind cannot be abandoned */
	ck_assert(!connection(1)->open);
	ck_assert(s->open);
	ck_assert_uint_eq(server.counters.unrecognized, 0);
}
END_TEST

START_TEST(no_ldap)
{
	struct login *l = ask(0);

	netsim_accept(connection(0));
	netsim_say(connection(0), "220 smtp ready\r\n", 16);
	ck_end(l, AUTH_ERROR, REASON_AUTH_SERVER_ERROR);
	ck_assert(!connection(0)->open);
	ck_assert_uint_eq(server.counters.malformed, 1);
}
END_TEST

/* A message in pieces, and two in one. */
START_TEST(in_pieces)
{
	struct login *l = ask(0);
	struct aaa_stream *s = searcher(), *to = s;
	uint32_t id = wanted(s, SEARCH, NULL);
	const uint8_t done_bytes[] = {0x30, 0x0c, 0x02, 0x01, (uint8_t)id, 0x65, 0x07, 0x0a, 0x01,
	    0x00, 0x04, 0x00, 0x04, 0x00};

	ck_assert_uint_lt(id, 128);
	for (size_t i = 0; i < sizeof done_bytes; i++)
		netsim_say(to, &done_bytes[i], 1);
	ck_end(l, AUTH_REJECT, REASON_AUTH_UNKNOWN_USER);
}
END_TEST

START_TEST(configured_anew)
{
	struct login *l = ask(0);

	ldap_protocol.changed(&server);
	ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ck_assert(!connection(0)->open);
}
END_TEST

/* ---- attributes --------------------------------------------------------------------------- */

static const struct {
	const char *ldap, *cisco, *value, *other;
	enum aaa_attribute which;
	const char *text; /* NULL: a number */
	uint32_t number;
} MAPPED[] = {
    {"department", "Group-Policy", "SALES", NULL, AAA_GROUP_POLICY, "SALES", 0},
    {"department", "IETF-Radius-Class", "OU=SALES;", NULL, AAA_GROUP_POLICY, "SALES", 0},
    {"DEPARTMENT", "cVPN3000-IETF-Radius-Class", "ou=Gold", NULL, AAA_GROUP_POLICY, "Gold", 0},
    {"memberOf", "Group-Policy", "cn=other", "cn=vip", AAA_GROUP_POLICY, "VIP", 0},
    {"memberOf", "Group-Policy", "cn=other", "cn=none", AAA_GROUP_POLICY, "cn=other", 0},
    {"ip", "IETF-Radius-Framed-IP-Address", "-1062731443", NULL, AAA_FRAMED_IP, "", 0xc0a8014d},
    {"ip", "IETF-Radius-Framed-IP-Address", "192.168.1.77", NULL, AAA_FRAMED_IP, "", 0xc0a8014d},
    {"title", "Privilege-Level", "15", NULL, AAA_PRIVILEGE, NULL, 15},
    {"t", "Authenticated-User-Idle-Timeout", "10", NULL, AAA_IDLE_TIMEOUT, NULL, 600},
    {"t", "Tunneling-Protocols", "8", NULL, AAA_PROTOCOLS, NULL, PROTO_L2TP_IPSEC},
    {"t", "IETF-Radius-Service-Type", "7", NULL, AAA_SERVICE_TYPE, "nas-prompt", 0},
};

static bool authorized(size_t i, const char *name, const char *value, const char *other,
    enum aaa_attribute which, struct aaa_value *v)
{
	struct login *l = ask_for(i, AAA_AUTHORIZE, "erin", "");
	struct aaa_stream *s = i ? connection(0) : searcher();
	uint32_t id = wanted(s, SEARCH, NULL);

	entry(s, id, "uid=erin,dc=x", name, value, other);
	result(s, id, LDAP_SEARCH_DONE, 0, "");
	ck_end(l, AUTH_ACCEPT, REASON_NONE);
	return aaa_attribute_find(
	    &(struct bytes){.len = (uint16_t)l->attributes.len, .p = l->attributes.bytes}, which,
	    v);
}

START_TEST(mapped)
{
	struct aaa_value v;

	map_name(MAPPED[_i].ldap, MAPPED[_i].cisco);
	map_value("memberOf", "cn=vip", "VIP");
	ck_assert(authorized(
	    0, MAPPED[_i].ldap, MAPPED[_i].value, MAPPED[_i].other, MAPPED[_i].which, &v));
	if (MAPPED[_i].which == AAA_FRAMED_IP)
		ck_assert_uint_eq(addr_to_v4(&v.address), MAPPED[_i].number);
	else if (MAPPED[_i].text)
		ck_assert_str_eq(v.text, MAPPED[_i].text);
	else
		ck_assert_uint_eq(v.number, MAPPED[_i].number);
}
END_TEST

/* Active Directory says when a password ends; one that does not, or not soon, is not told. */
START_TEST(the_end_of_a_password)
{
	static const struct {
		const char *value;
		uint32_t days; /* 0: not told */
	} of[] = {{"133494048100000000", 10}, {"9223372036854775807", 0}, {"0", 0}, {"", 0},
	    {"x", 0}, {"133485407999999999", 0}, {"143485409000000000", 0}};
	struct aaa_value v = {0};

	sim.wall = 1704067200; /* 2024 */
	ck_assert_int_eq(authorized(0, "msDS-UserPasswordExpiryTimeComputed", of[_i].value, NULL,
			     AAA_PASSWORD_DAYS, &v),
	    of[_i].days != 0);
	ck_assert_uint_eq(v.number, of[_i].days);
}
END_TEST

/* What is no number is no privilege; what the map does not name is nothing. */
START_TEST(of_no_use)
{
	static const char *const bad[] = {"", "fifteen", "15x", "-1", "4294967296", " 15"};
	struct aaa_value v;

	map_name("title", "Privilege-Level");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert(!authorized(i, "title", bad[i], NULL, AAA_PRIVILEGE, &v));
	ck_assert(!authorized(7, "Privilege-Level", "15", NULL, AAA_PRIVILEGE, &v));
}
END_TEST

/* Groups that say who their members are, not the members. */
START_TEST(groups)
{
	struct login *l;
	struct aaa_stream *s;
	struct aaa_value v;
	uint32_t id;

	host.group_base_dn = "ou=Groups,dc=x";
	map_name("memberOf", "Group-Policy");
	map_value("memberOf", "cn=vip,ou=Groups,dc=x", "VIP");
	l = ask_for(0, AAA_AUTHORIZE, "erin", "");
	s = searcher();
	found(s);
	id = wanted(s, SEARCH, NULL);
	entry(s, id, "cn=all,ou=Groups,dc=x", NULL, NULL, NULL);
	entry(s, id, "cn=vip,ou=Groups,dc=x", NULL, NULL, NULL);
	result(s, id, LDAP_SEARCH_DONE, 0, "");
	ck_end(l, AUTH_ACCEPT, REASON_NONE);
	ck_assert(aaa_attribute_find(
	    &(struct bytes){.len = (uint16_t)l->attributes.len, .p = l->attributes.bytes},
	    AAA_GROUP_POLICY, &v));
	ck_assert_str_eq(v.text, "VIP");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_ldap");
	TCase *tc = tcase_create("aaa_ldap");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, search_then_bind);
	tcase_add_test(tc, as_nobody_and_authorization);
	tcase_add_test(tc, an_empty_password);
	tcase_add_test(tc, many_at_once);
	tcase_add_test(tc, not_exactly_one);
	tcase_add_test(tc, our_own_bind_is_refused);
	tcase_add_test(tc, no_connection);
	tcase_add_test(tc, closed_meanwhile);
	tcase_add_test(tc, silent);
	tcase_add_test(tc, cancelled);
	tcase_add_test(tc, no_ldap);
	tcase_add_test(tc, in_pieces);
	tcase_add_test(tc, configured_anew);
	tcase_add_loop_test(tc, mapped, 0, sizeof MAPPED / sizeof *MAPPED);
	tcase_add_loop_test(tc, the_end_of_a_password, 0, 7);
	tcase_add_test(tc, of_no_use);
	tcase_add_test(tc, groups);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
