/* Connections to a TACACS+ server: shared or not, in line, closed, silent, configured anew. */
#include "tests/support/tacacs_sim.h"

/* ---- connections
 * ----------------------------------------------------------------------------------- */

START_TEST(no_connection)
{
	struct aaa_request r = tacacs_pap();

	switch (_i) {
	case 0:
		tacacs_ask(&r);
		netsim_hang_up(S(0), "Connection reset by peer", false);
		ck_assert_str_eq(tacacs_got.why, "Connection reset by peer");
		break;
	case 1:
		tacacs_net.no_sockets = true;
		tacacs_ask(&r);
		break;
	default:
		tacacs_server.address = (struct addr){0};
		tacacs_ask(&r);
		break;
	}
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	ck_assert_uint_eq(tacacs_server.failed, 1);
}
END_TEST

START_TEST(no_answer_in_time)
{
	struct aaa_request r = tacacs_pap();

	tacacs_ask(&r);
	sim_run(&tacacs_time, 11 * SEC);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	ck_assert_int_eq(tacacs_got.reason, REASON_AUTH_TIMEOUT);
	ck_assert(!S(0)->open);
}
END_TEST

/* A connection that the server lets sessions share: agreed by its first answer. */
static void share(void)
{
	struct aaa_request r = tacacs_pap();

	tacacs_host.single_connection = 1;
	tacacs_ask(&r);
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.flags, TACACS_SINGLE_CONNECT);
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert(S(0)->open);
}

START_TEST(one_connection)
{
	struct aaa_request r = tacacs_pap();
	struct tacacs_header first;

	share();
	tacacs_ask(&r);
	tacacs_ask_as(&tacacs_others[0], &r);
	ck_assert_uint_eq(tacacs_net.n_stream, 1);
	tacacs_hear(0);
	first = tacacs_head;
	tacacs_hear(0);
	ck_assert_uint_ne(first.session, tacacs_head.session);
	tacacs_authen(0, TACACS_PASS, 0, "second");
	ck_assert_str_eq(tacacs_got.message, "second");
	tacacs_head = first;
	tacacs_authen(0, TACACS_PASS, 0, "first");
	ck_assert_str_eq(tacacs_got.message, "first");
	ck_assert(S(0)->open);
	tacacs_authen(0, TACACS_PASS, 0, "replayed");
	ck_assert_uint_eq(tacacs_server.counters.unrecognized, 1);
}
END_TEST

/* Until it has agreed, and when it does not, each session has its own. */
START_TEST(not_agreed)
{
	struct aaa_request r = tacacs_pap();

	tacacs_host.single_connection = 1;
	tacacs_ask(&r);
	tacacs_ask_as(&tacacs_others[0], &r);
	ck_assert_uint_eq(tacacs_net.n_stream, 2);
	tacacs_hear(0);
	tacacs_head.flags = 0;
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert(!S(0)->open);
	tacacs_hear(1);
	tacacs_authen(1, TACACS_PASS, 0, "");
	ck_assert(S(1)->open);
}
END_TEST

/* The server closes it while nobody asks, and just as somebody does: he asks again, once. */
START_TEST(closed_by_the_server)
{
	struct aaa_request r = tacacs_pap();

	share();
	tacacs_ask(&r);
	netsim_hang_up(S(0), "Connection reset by peer", false);
	ck_assert_uint_eq(tacacs_got.n, 0);
	ck_assert_uint_eq(tacacs_net.n_stream, 2);
	ck_assert_uint_eq(tacacs_server.counters.retransmissions, 1);
	tacacs_hear(1);
	BODY_IS("\1\1\2\3\5\4\x9\xb"
		"alice"
		"4097"
		"192.0.2.1"
		"Wonderland1");
	ck_assert_uint_eq(tacacs_head.seq, 1);
	if (_i) {
		tacacs_authen(1, TACACS_PASS, 0, "");
		ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
		netsim_hang_up(S(1), "Connection reset by peer", false);
	} else {
		netsim_hang_up(S(1), "Connection reset by peer", false);
		ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	}
	ck_assert_uint_eq(tacacs_net.n_stream, 2);
}
END_TEST

/* A server that sits over one login does not hold the next. */
START_TEST(a_slow_one_holds_nobody)
{
	struct aaa_request r = tacacs_pap();

	share();
	tacacs_ask(&r);
	sim_run(&tacacs_time, 2 * SEC);
	tacacs_ask_as(&tacacs_others[0], &r);
	ck_assert_uint_eq(tacacs_net.n_stream, 2);
	tacacs_hear(1);
	tacacs_head.flags = 0;
	tacacs_authen(1, TACACS_PASS, 0, "");
	ck_assert_uint_eq(tacacs_got.n, 1);
	tacacs_hear(0);
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(tacacs_got.n, 2);
	ck_assert(S(0)->open);
}
END_TEST

/* A shared connection that is dead without a word is not used for ever. */
START_TEST(a_silent_connection)
{
	struct aaa_request r = tacacs_pap();

	share();
	tacacs_ask(&r);
	sim_run(&tacacs_time, 11 * SEC);
	ck_assert_int_eq(tacacs_got.reason, REASON_AUTH_TIMEOUT);
	ck_assert(!S(0)->open);
	tacacs_ask(&r);
	ck_assert_uint_eq(tacacs_net.n_stream, 2);
}
END_TEST

/* Who hangs up takes nothing from the others: the connection stays, and what the server still
 * says to him is left alone. */
START_TEST(cancelled_on_a_shared_connection)
{
	struct aaa_request r = tacacs_pap();

	share();
	tacacs_ask(&r);
	tacacs_hear(0);
	conversation_cancel(&tacacs_talk);
	ck_assert(S(0)->open);
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(tacacs_server.counters.unrecognized, 1);
	tacacs_ask(&r);
	ck_assert_uint_eq(tacacs_net.n_stream, 1);
}
END_TEST

/* A server that offers to share what was not asked for: each session has its own connection. */
START_TEST(sharing_not_wanted)
{
	struct aaa_request r = tacacs_pap();

	tacacs_ask(&r);
	tacacs_hear(0);
	tacacs_head.flags = TACACS_SINGLE_CONNECT;
	tacacs_authen(0, TACACS_PASS, 0, "");
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
	ck_assert(!S(0)->open);
}
END_TEST

/* More logins than connections: they wait in line. */
START_TEST(in_line)
{
	struct aaa_request r = tacacs_pap();

	for (size_t i = 0; i < 260; i++)
		tacacs_ask_as(&tacacs_others[i], &r);
	ck_assert_uint_eq(tacacs_net.n_stream, 256);
	conversation_cancel(&tacacs_others[258]);
	for (size_t i = 0; i < 259; i++) {
		tacacs_hear(i);
		tacacs_authen(i, TACACS_PASS, 0, "");
	}
	ck_assert_uint_eq(tacacs_net.n_stream, 259);
	ck_assert_uint_eq(tacacs_got.n, 259);
}
END_TEST

/* The configuration changes, or goes: whoever waits hears of it. */
START_TEST(reconfigured)
{
	struct aaa_request r = tacacs_by(AAA_ASCII, "ssh");

	tacacs_ask(&r);
	tacacs_hear(0);
	if (_i)
		tacacs_authen(0, TACACS_GETDATA, 0, "?");
	tacacs_got.n = 0;
	tacacs_protocol.changed(&tacacs_server);
	ck_assert(!S(0)->open);
	ck_assert_uint_eq(tacacs_got.n, _i ? 0 : 1);
	tacacs_protocol.close(&tacacs_server);
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	ck_assert(tacacs_protocol.open(&tacacs_world, &tacacs_server));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_tacacs_link");
	TCase *tc = tcase_create("aaa_tacacs");
	SRunner *r = srunner_create(s);
	int failures;

	tcase_add_checked_fixture(tc, tacacs_setup, tacacs_teardown);
	tcase_add_loop_test(tc, no_connection, 0, 3);
	tcase_add_test(tc, no_answer_in_time);
	tcase_add_test(tc, one_connection);
	tcase_add_test(tc, not_agreed);
	tcase_add_loop_test(tc, closed_by_the_server, 0, 2);
	tcase_add_test(tc, a_slow_one_holds_nobody);
	tcase_add_test(tc, a_silent_connection);
	tcase_add_test(tc, cancelled_on_a_shared_connection);
	tcase_add_test(tc, sharing_not_wanted);
	tcase_add_test(tc, in_line);
	tcase_add_loop_test(tc, reconfigured, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failures = srunner_ntests_failed(r);
	srunner_free(r);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
