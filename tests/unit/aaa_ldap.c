/*
 * Logins at an LDAP server that the test plays: what is asked on which connection, what is
 * kept, and what becomes of a server that refuses, errs, closes or is silent.
 */
#include "tests/support/ldap_sim.h"

static struct login *ask(size_t i)
{
	return ldap_ask_for(i, AAA_AUTHENTICATE, "erin", "users-secret");
}

/* ---- the server --------------------------------------------------------------------------- */

static void bound(struct aaa_stream *s, uint32_t code, const char *text)
{
	ldap_result(s, ldap_wanted(s, BIND, NULL), LDAP_BIND_RESPONSE, code, text);
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
	struct aaa_stream *s = ldap_connection(0), *user;
	struct rd r;
	uint32_t id;

	ck_assert_uint_eq(s->to.port, 389);
	ck_assert(!s->tls);
	netsim_accept(s);
	id = ldap_wanted(s, BIND, &r);
	ck_assert_int_eq(ber_number(&r, BER_INTEGER), 3);
	ck_bytes(&r, BER_OCTETS, "cn=asa");
	ck_bytes(&r, 0x80, "own-secret");
	ck_assert_uint_eq(s->sent_len, 0); /* no search before it is bound */
	ldap_result(s, id, LDAP_BIND_RESPONSE, 0, "");
	ldap_found(s);
	user = ldap_connection(1);
	netsim_accept(user);
	id = ldap_wanted(user, BIND, &r);
	ber_number(&r, BER_INTEGER);
	ck_bytes(&r, BER_OCTETS, "uid=erin,dc=x");
	ck_bytes(&r, 0x80, "users-secret");
	ck_assert_uint_eq(l->ends, 0);
	ldap_result(user, id, LDAP_BIND_RESPONSE, 0, "");
	ldap_ck_end(l, AUTH_ACCEPT, REASON_NONE);
	/* The next one opens nothing; a minute later nothing is open. */
	l = ask(1);
	ldap_found(s);
	bound(user, 49, "");
	ldap_ck_end(l, AUTH_REJECT, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(ldap_net.n_stream, 2);
	sim_run(&ldap_sim, 59 * SEC);
	ck_assert(s->open && user->open);
	sim_run(&ldap_sim, 2 * SEC);
	ck_assert(!s->open && !user->open);
}
END_TEST

START_TEST(as_nobody_and_authorization)
{
	struct login *l;

	ldap_host.login_dn = "";
	l = ldap_ask_for(0, AAA_AUTHORIZE, "erin", "");
	netsim_accept(ldap_connection(0));
	ldap_found(ldap_connection(0));
	ldap_ck_end(l, AUTH_ACCEPT, REASON_NONE);
	ck_assert_uint_eq(ldap_net.n_stream, 1);
}
END_TEST

/* Servers take a bind without a password for one as nobody, and say yes. */
START_TEST(an_empty_password)
{
	ldap_ck_end(
	    ldap_ask_for(0, AAA_AUTHENTICATE, "erin", ""), AUTH_REJECT, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(ldap_net.n_stream, 0);
}
END_TEST

START_TEST(many_at_once)
{
	struct login *l[LOGINS];
	struct aaa_stream *s;
	uint32_t id[LOGINS];

	for (size_t i = 0; i < LOGINS; i++)
		l[i] = ask(i);
	s = ldap_searcher();
	for (size_t i = 0; i < LOGINS; i++)
		id[i] = ldap_wanted(s, SEARCH, NULL);
	for (size_t i = LOGINS; i-- > 0;) {
		ldap_entry(s, id[i], "uid=erin,dc=x", NULL, NULL, NULL);
		ldap_result(s, id[i], LDAP_SEARCH_DONE, 0, "");
	}
	/* So many passwords at once; the others wait for who is done. */
	ck_assert_uint_eq(ldap_net.n_stream, 1 + LDAP_SLOTS);
	for (size_t i = 1; i <= LDAP_SLOTS; i++) {
		netsim_accept(ldap_connection(i));
		bound(ldap_connection(i), 0, "");
	}
	for (size_t i = 1; i <= LOGINS - LDAP_SLOTS; i++)
		bound(ldap_connection(i), 0, "");
	ck_assert_uint_eq(ldap_net.n_stream, 1 + LDAP_SLOTS);
	for (size_t i = 0; i < LOGINS; i++)
		ldap_ck_end(l[i], AUTH_ACCEPT, REASON_NONE);
}
END_TEST

START_TEST(not_exactly_one)
{
	struct login *none = ask(0), *two = ask(1), *more = ask(2);
	struct aaa_stream *s = ldap_searcher();
	uint32_t id = ldap_wanted(s, SEARCH, NULL);
	struct login *first = none;

	/* Which of them is asked for first is no matter: they ask the same. */
	ldap_result(s, id, LDAP_SEARCH_DONE, 0, "");
	id = ldap_wanted(s, SEARCH, NULL);
	ldap_entry(s, id, "cn=one", NULL, NULL, NULL);
	ldap_entry(s, id, "cn=two", NULL, NULL, NULL);
	ldap_result(s, id, LDAP_SEARCH_DONE, 0, "");
	id = ldap_wanted(s, SEARCH, NULL);
	ldap_entry(s, id, "cn=one", NULL, NULL, NULL);
	ldap_result(s, id, LDAP_SEARCH_DONE, LDAP_SIZE_LIMIT, "");
	if (first->reason != REASON_AUTH_UNKNOWN_USER) {
		none = more;
		more = first;
	}
	ldap_ck_end(none, AUTH_REJECT, REASON_AUTH_UNKNOWN_USER);
	ldap_ck_end(two, AUTH_REJECT, REASON_AUTH_AMBIGUOUS);
	ldap_ck_end(more, AUTH_REJECT, REASON_AUTH_AMBIGUOUS);
	ck_assert_uint_eq(ldap_net.n_stream, 1);
}
END_TEST

/* ---- what goes wrong ---------------------------------------------------------------------- */

START_TEST(our_own_bind_is_refused)
{
	struct login *l = ask(0);
	struct aaa_stream *s = ldap_connection(0);

	netsim_accept(s);
	bound(s, 49, "");
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_OWN_LOGIN);
	ck_assert(!s->open);
}
END_TEST

START_TEST(no_connection)
{
	struct login *l = ask(0);

	netsim_hang_up(ldap_connection(0), "Connection refused", false);
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ck_assert_str_eq(l->why, "Connection refused");
	ldap_host.ldap_over_ssl = 1;
	l = ask(1);
	ck_assert_uint_eq(ldap_connection(1)->to.port, 636);
	ck_assert(ldap_connection(1)->tls);
	ck_assert_str_eq(ldap_connection(1)->name, "10.0.0.9");
	netsim_hang_up(ldap_connection(1), "self-signed certificate", true);
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_CERTIFICATE);
}
END_TEST

/* An old connection that turns out to be gone is nobody's failure; a new one that goes, is. */
START_TEST(closed_meanwhile)
{
	struct login *l = ask(0);
	struct aaa_stream *s = ldap_searcher(), *user;

	ldap_found(s);
	netsim_accept(ldap_connection(1));
	bound(ldap_connection(1), 0, "");
	l = ask(1);
	netsim_hang_up(s, "it closed the connection", false);
	ck_assert_uint_eq(l->ends, 0);
	s = ldap_connection(2);
	netsim_accept(s);
	bound(s, 0, "");
	ldap_found(s);
	netsim_hang_up(ldap_connection(1), "it closed the connection", false);
	ck_assert_uint_eq(l->ends, 0);
	user = ldap_connection(3);
	netsim_accept(user);
	netsim_hang_up(user, "it closed the connection", false);
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
	l = ask(2);
	netsim_hang_up(s, "it closed the connection", false);
	netsim_hang_up(ldap_connection(4), "it closed the connection", false);
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
}
END_TEST

/* A server that hears and says nothing: its connection is not tried with the next one. */
START_TEST(silent)
{
	struct login *l = ask(0);
	struct aaa_stream *s = ldap_searcher();

	sim_run(&ldap_sim, 11 * SEC);
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_TIMEOUT);
	ck_assert(!s->open);
	l = ask(1);
	sim_run(&ldap_sim, 11 * SEC); /* not even connected */
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_TIMEOUT);
	ck_assert(!ldap_connection(1)->open);
}
END_TEST

START_TEST(cancelled)
{
	struct login *l = ask(0);
	struct aaa_stream *s = ldap_searcher();
	uint32_t id = ldap_wanted(s, SEARCH, NULL);

	conversation_cancel(&l->c);
	ldap_wanted(s, ABANDON, NULL);
	ldap_entry(s, id, "uid=erin,dc=x", NULL, NULL, NULL); /* it comes all the same */
	ldap_result(s, id, LDAP_SEARCH_DONE, 0, "");
	ck_assert_uint_eq(l->ends, 0);
	l = ask(1);
	ldap_found(s);
	netsim_accept(ldap_connection(1));
	conversation_cancel(&l->c); /* a bind cannot be abandoned */
	ck_assert(!ldap_connection(1)->open);
	ck_assert(s->open);
	ck_assert_uint_eq(ldap_server.counters.unrecognized, 0);
}
END_TEST

START_TEST(no_ldap)
{
	struct login *l = ask(0);

	netsim_accept(ldap_connection(0));
	netsim_say(ldap_connection(0), "220 smtp ready\r\n", 16);
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_SERVER_ERROR);
	ck_assert(!ldap_connection(0)->open);
	ck_assert_uint_eq(ldap_server.counters.malformed, 1);
}
END_TEST

/* A message in pieces, and two in one. */
START_TEST(in_pieces)
{
	struct login *l = ask(0);
	struct aaa_stream *s = ldap_searcher(), *to = s;
	uint32_t id = ldap_wanted(s, SEARCH, NULL);
	const uint8_t done_bytes[] = {0x30, 0x0c, 0x02, 0x01, (uint8_t)id, 0x65, 0x07, 0x0a, 0x01,
	    0x00, 0x04, 0x00, 0x04, 0x00};

	ck_assert_uint_lt(id, 128);
	for (size_t i = 0; i < sizeof done_bytes; i++)
		netsim_say(to, &done_bytes[i], 1);
	ldap_ck_end(l, AUTH_REJECT, REASON_AUTH_UNKNOWN_USER);
}
END_TEST

START_TEST(configured_anew)
{
	struct login *l = ask(0);

	ldap_protocol.changed(&ldap_server);
	ldap_ck_end(l, AUTH_ERROR, REASON_AUTH_NO_SERVER);
	ck_assert(!ldap_connection(0)->open);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_ldap");
	TCase *tc = tcase_create("aaa_ldap");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, ldap_setup, ldap_teardown);
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
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
