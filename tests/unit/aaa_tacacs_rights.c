/* What a TACACS+ server lets a user do, and what it is told of it: RFC 8907 6 and 7. */
#include "tests/support/tacacs_sim.h"

/* ---- the server's side
 * -------------------------------------------------------------------------- */

static void author(size_t i, uint8_t status, const char *const *args)
{
	uint8_t b[2048];
	struct wr w = wr_init(b, sizeof b);
	size_t n = 0;

	while (args[n])
		n++;
	wr_u8(&w, status);
	wr_u8(&w, (unsigned)n);
	wr_u32(&w, 0);
	for (size_t a = 0; a < n; a++)
		wr_u8(&w, (unsigned)strlen(args[a]));
	for (size_t a = 0; a < n; a++)
		wr_bytes(&w, args[a], strlen(args[a]));
	tacacs_build(tacacs_host.secret_key, b, wr_len(&w));
	tacacs_deliver(i);
}

/* ---- authorization
 * --------------------------------------------------------------------------------- */

START_TEST(what_a_ppp_user_may_have)
{
	static const char *const args[] = {"service=ppp", "protocol=ip", "addr=192.168.1.77",
	    "inacl=SALES-ACL", "inacl#1=permit ip any any", "timeout=60", "idletime=10",
	    "dns-servers*10.1.1.53 10.1.1.54", "addr-pool=A B", "routing*false", NULL};
	struct aaa_request r = tacacs_pap();

	r.kind = AAA_AUTHORIZE;
	tacacs_ask(&r);
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.version, 0xc0);
	ck_assert_uint_eq(tacacs_head.type, TACACS_AUTHOR);
	BODY_IS("\6\1\2\3\5\4\x9\2\xb\xb"
		"alice"
		"4097"
		"192.0.2.1"
		"service=pppprotocol=ip");
	author(0, TACACS_PASS_ADD, args);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
	ck_assert_uint_eq(addr_to_v4(&tacacs_value(AAA_FRAMED_IP)->address), 0xc0a8014d);
	ck_assert_str_eq(tacacs_value(AAA_FILTER)->text, "SALES-ACL");
	ck_assert_str_eq(tacacs_value(AAA_FILTER_LINE)->text, "permit ip any any");
	ck_assert_uint_eq(tacacs_value(AAA_SESSION_TIMEOUT)->number, 3600);
	ck_assert_uint_eq(tacacs_value(AAA_IDLE_TIMEOUT)->number, 600);
	ck_assert_uint_eq(addr_to_v4(&tacacs_value(AAA_DNS1)->address), 0x0a010135);
	ck_assert_uint_eq(addr_to_v4(&tacacs_value(AAA_DNS2)->address), 0x0a010136);
	ck_assert_str_eq(tacacs_value(AAA_POOL)->text, "A");
	ck_assert_uint_eq(tacacs_server.counters.authorizations, 1);
}
END_TEST

/* RFC 8907 6.1: what has to be obeyed and is not understood is a refusal. */
START_TEST(what_has_to_be_obeyed)
{
	static const struct {
		const char *arg;
		uint8_t result;
	} row[] = {{"outacl=X", AUTH_REJECT}, {"outacl*X", AUTH_ACCEPT},
	    {"addr=nonsense", AUTH_REJECT}, {"addr*nonsense", AUTH_ACCEPT},
	    {"addr=0.0.0.0", AUTH_ACCEPT}, {"noseparator", AUTH_REJECT},
	    {"timeout=99999999999", AUTH_REJECT}, {"timeout=-1", AUTH_REJECT},
	    {"timeout=9", AUTH_ACCEPT}, {"inacl=", AUTH_REJECT},
	    {"dns-servers=10.1.1.1 10.1.1.2 10.1.1.3", AUTH_REJECT}};
	const char *const args[] = {row[_i].arg, NULL};
	struct aaa_request r = tacacs_pap();

	r.kind = AAA_AUTHORIZE;
	tacacs_ask(&r);
	tacacs_hear(0);
	author(0, TACACS_PASS_ADD, args);
	ck_assert_uint_eq(tacacs_got.result, row[_i].result);
	if (row[_i].result == AUTH_REJECT)
		ck_assert_int_eq(tacacs_got.reason, REASON_AUTH_NOT_AUTHORIZED);
}
END_TEST

START_TEST(exec)
{
	static const char *const args[] = {"priv-lvl=7", "idletime=5", NULL};
	static const char *const none[] = {NULL};
	struct aaa_request r = tacacs_by(AAA_PAP, "ssh");

	r.kind = AAA_AUTHORIZE;
	tacacs_ask(&r);
	tacacs_hear(0);
	BODY_IS("\6\1\2\1\5\3\x9\2\xd\4"
		"alicessh192.0.2.1"
		"service=shellcmd=");
	if (_i) {
		author(0, TACACS_AUTHOR_FAIL, none);
		ck_assert_uint_eq(tacacs_got.result, AUTH_REJECT);
		return;
	}
	author(0, TACACS_PASS_ADD, args);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
	ck_assert_uint_eq(tacacs_value(AAA_PRIVILEGE)->number, 7);
	ck_assert_uint_eq(tacacs_value(AAA_IDLE_TIMEOUT)->number, 300);
}
END_TEST

static void ask_command(const char *command)
{
	struct aaa_request r = tacacs_by(AAA_PAP, "ssh");

	r.kind = AAA_COMMAND;
	r.level = 15;
	snprintf(r.command, sizeof r.command, "%s", command);
	tacacs_ask(&r);
}

START_TEST(commands)
{
	static const char *const none[] = {NULL};
	static const char *const echo[] = {"service=shell", "cmd=show", "cmd-arg=version", NULL};
	static const char *const other[] = {"service=shell", "cmd=show", "cmd-arg=history", NULL};
	static const struct {
		uint8_t status;
		const char *const *args;
		uint8_t result;
	} row[] = {{TACACS_PASS_ADD, none, AUTH_ACCEPT}, {TACACS_PASS_REPL, echo, AUTH_ACCEPT},
	    {TACACS_PASS_REPL, other, AUTH_REJECT}, {TACACS_PASS_REPL, none, AUTH_REJECT},
	    {TACACS_AUTHOR_FAIL, none, AUTH_REJECT}, {TACACS_FOLLOW, none, AUTH_REJECT},
	    {TACACS_AUTHOR_ERROR, none, AUTH_ERROR}};

	ask_command("show version");
	tacacs_hear(0);
	BODY_IS("\6\xf\2\1\5\3\x9\3\xd\x8\xf"
		"alicessh192.0.2.1"
		"service=shellcmd=showcmd-arg=version");
	author(0, row[_i].status, row[_i].args);
	ck_assert_uint_eq(tacacs_got.n, 1);
	ck_assert_uint_eq(tacacs_got.result, row[_i].result);
}
END_TEST

/* A beginning that is allowed would let any end pass. */
START_TEST(a_command_that_does_not_fit)
{
	char line[300];

	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\0';
	ask_command(line);
	ck_assert_uint_eq(tacacs_net.n_stream, 0);
	ck_assert_uint_eq(tacacs_got.result, AUTH_REJECT);
}
END_TEST

/* ---- accounting
 * ------------------------------------------------------------------------------------- */

static const struct msg_account record = {.key = "5f00-2a",
    .session = 4097,
    .service = "ppp",
    .user = "alice",
    .port = "",
    .method = "TAC",
    .tunnel_group = "",
    .group_policy = "",
    .server_group = "",
    .command = "",
    .since = 1000,
    .time = 1060,
    .duration = 60,
    .bytes_in = 5000000000,
    .bytes_out = 2,
    .pkts_in = 3,
    .pkts_out = 4,
    .cause = 1};

static void account(uint8_t what)
{
	static struct msg_account m;
	struct aaa_request r = {.kind = AAA_ACCOUNT, .account = &m, .user = "alice"};

	m = record;
	m.what = what;
	m.client = addr_v4(0xc0000201);
	m.assigned = addr_v4(0xc0a8014d);
	if (what == ACCOUNT_COMMAND) {
		m.service = "ssh";
		m.command = "show version";
		m.level = 15;
		m.session = 0;
		m.assigned = (struct addr){0};
	}
	tacacs_ask(&r);
}

START_TEST(records)
{
	static const char *const says[] = {[ACCOUNT_START] = "start_time=1000addr=192.168.1.77",
	    [ACCOUNT_INTERIM] = "start_time=1000addr=192.168.1.77elapsed_time=60bytes_in=5000000000"
				"bytes_out=2paks_in=3paks_out=4",
	    [ACCOUNT_STOP] = "start_time=1000addr=192.168.1.77elapsed_time=60bytes_in=5000000000"
			     "bytes_out=2paks_in=3paks_out=4stop_time=1060disc-cause=1",
	    [ACCOUNT_COMMAND] = "start_time=1060priv-lvl=15cmd=show version"};
	static const uint8_t flags[] = {
	    [ACCOUNT_START] = 2, [ACCOUNT_INTERIM] = 8, [ACCOUNT_STOP] = 4, [ACCOUNT_COMMAND] = 4};
	char want[300];
	size_t len;

	account((uint8_t)_i);
	tacacs_hear(0);
	ck_assert_uint_eq(tacacs_head.type, TACACS_ACCT);
	ck_assert_uint_eq(tacacs_head.version, 0xc0);
	ck_assert_uint_eq(tacacs_body[0], flags[_i]);
	ck_assert_uint_eq(tacacs_body[1], 6); /* who has authenticated him: TACACS+ */
	len = (size_t)snprintf(want, sizeof want,
	    "alice%s192.0.2.1task_id=5f00-2atimezone=UTCservice=%s%s",
	    _i == ACCOUNT_COMMAND ? "ssh" : "4097",
	    _i == ACCOUNT_COMMAND ? "shell" : "pppprotocol=ip", says[_i]);
	ck_assert_uint_ge(tacacs_head.length, len + 9);
	ck_assert_mem_eq(tacacs_body + tacacs_head.length - len, want, len);
	tacacs_build(tacacs_host.secret_key, "\0\0\0\0\1", 5);
	tacacs_deliver(0);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
	ck_assert_uint_eq(tacacs_server.counters.accountings, 1);
}
END_TEST

/* None of a long line is lost. */
START_TEST(a_long_command)
{
	static char line[501];
	static struct msg_account m;
	struct aaa_request r = {.kind = AAA_ACCOUNT, .account = &m, .user = "oper"};
	const char *text = (const char *)tacacs_body;

	memset(line, 'x', sizeof line - 1);
	line[499] = 'y';
	m = record;
	m.what = ACCOUNT_COMMAND;
	m.command = line;
	m.method = "LOCAL";
	tacacs_ask(&r);
	tacacs_hear(0);
	ck_assert_mem_eq(text + tacacs_head.length - 28, "cmd-arg=xxxxxxxxxxxxxxxxxxxy", 28);
	ck_assert_ptr_nonnull(memmem(text, tacacs_head.length, "cmd=x", 5));
	ck_assert_uint_eq(tacacs_body[1], 5);
	ck_assert_uint_eq(tacacs_body[8], 9); /* arguments */
	tacacs_build(tacacs_host.secret_key, "\0\0\0\0\1", 5);
	tacacs_deliver(0);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ACCEPT);
}
END_TEST

START_TEST(a_record_not_taken)
{
	account(ACCOUNT_STOP);
	tacacs_hear(0);
	tacacs_build(tacacs_host.secret_key, _i ? "\0\0\0\0\x21" : "\0\0\0\0\2", 5);
	tacacs_deliver(0);
	ck_assert_uint_eq(tacacs_got.result, AUTH_ERROR);
	ck_assert_str_eq(tacacs_got.why, "the server says ERROR");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("aaa_tacacs_rights");
	TCase *tc = tcase_create("aaa_tacacs");
	SRunner *r = srunner_create(s);
	int failures;

	tcase_add_checked_fixture(tc, tacacs_setup, tacacs_teardown);
	tcase_add_test(tc, what_a_ppp_user_may_have);
	tcase_add_loop_test(tc, what_has_to_be_obeyed, 0, 11);
	tcase_add_loop_test(tc, exec, 0, 2);
	tcase_add_loop_test(tc, commands, 0, 7);
	tcase_add_test(tc, a_command_that_does_not_fit);
	tcase_add_loop_test(tc, records, ACCOUNT_START, ACCOUNT_COMMAND + 1);
	tcase_add_test(tc, a_long_command);
	tcase_add_loop_test(tc, a_record_not_taken, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failures = srunner_ntests_failed(r);
	srunner_free(r);
	return failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
