/*
 * The roles engine and aaa at the end of their channels: what they ask for at
 * their start, whom they listen to, what they answer, and what ends them. The
 * keeper and the manager are played here.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/role_end.h"

/* ---- engine --------------------------------------------------------------------------- */

START_TEST(it_is_ready_when_all_is_open)
{
	ck_assert_str_eq(text_str(&role_end.told), "keeper: KEEP_OPEN id=1 what=\"udp500\"\n"
	    "keeper: KEEP_OPEN id=2 what=\"udp4500\"\nkeeper: KEEP_OPEN id=3 what=\"esp\"\n"
	    "keeper: KEEP_OPEN id=4 what=\"df\"\nkeeper: KEEP_OPEN id=5 what=\"icmp\"\n"
	    "keeper: KEEP_OPEN id=6 what=\"tun\"\nkeeper: KEEP_OPEN id=7 what=\"told\"\n");
	role_configured();
	text_clear(&role_end.told);
	role_give(0, role_socket(AF_INET), 0); /* not what was asked for */
	role_give(8, role_socket(AF_INET), 0);
	role_give(9, -1, 5);
	for (uint32_t id = 7; id > 0; id--) {
		role_turn();
		ck_assert_str_eq(text_str(&role_end.told), "");
		role_give(id, role_socket(id < 3 ? AF_INET : AF_UNIX), 0);
	}
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told), "keeper: ROLE_READY role=2\n");
	ck_assert_int_eq(role_end.stops, 0);
}
END_TEST

/* Before the first configuration nobody knows how many packet workers there are. */
START_TEST(it_waits_for_a_configuration)
{
	for (uint32_t id = 1; id < 8; id++)
		role_give(id, role_socket(id < 3 ? AF_INET : AF_UNIX), 0);
	text_clear(&role_end.told);
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told), "");
	role_configured();
	ck_assert(role_heard("keeper: ROLE_READY role=2\n"));
	ck_assert(!role_heard("KEEP_"));
}
END_TEST

#define CREW 134217728u /* the first number of what is asked for other workers */

/* All that the first worker has, and a configuration with so many. */
static void want_workers(uint8_t workers, int udp4500)
{
	for (uint32_t id = 1; id < 8; id++)
		role_give(id, id == 2 ? udp4500 : role_socket(id < 2 ? AF_INET : AF_UNIX), 0);
	role_end.manager = role_peer(ROLE_MANAGER, "manager");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_CRYPTO_ENGINE,
				    .cfg_crypto_engine = {.workers = workers}});
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_END});
}

/* With the table by which the kernel steers, or without. */
START_TEST(each_worker_is_equipped)
{
	int first = role_socket(AF_INET), second = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0),
	    table = _i ? memfd_create("table", MFD_CLOEXEC) : -1, on = 1;
	struct sockaddr_in name;
	socklen_t len = sizeof name;

	ck_assert_int_eq(setsockopt(first, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
	ck_assert_int_eq(setsockopt(second, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on), 0);
	ck_assert_int_eq(getsockname(first, (struct sockaddr *)&name, &len), 0);
	ck_assert_int_eq(bind(second, (struct sockaddr *)&name, len), 0);
	want_workers(2, first);
	ck_assert(role_heard("keeper: KEEP_WORKERS id=134217728 workers=2\n"));
	text_clear(&role_end.told);
	if (table >= 0)
		ck_assert_int_eq(ftruncate(table, 1 << 20), 0);
	role_give(CREW, table, 0);
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told),
	    "keeper: KEEP_PART id=134217732 what=\"udp4500\" part=1\n"
	    "keeper: KEEP_PART id=134217733 what=\"esp\" part=1\n"
	    "keeper: KEEP_PART id=134217734 what=\"df\" part=1\n"
	    "keeper: KEEP_PART id=134217735 what=\"tun\" part=1\n");
	text_clear(&role_end.told);
	role_give(CREW + 4, second, 0);
	for (uint32_t i = 5; i < 8; i++) {
		ck_assert_str_eq(text_str(&role_end.told), "");
		role_give(CREW + i, role_socket(AF_UNIX), 0);
		role_turn();
	}
	ck_assert_str_eq(text_str(&role_end.told), "keeper: KEEP_OPEN id=6 what=\"tun\"\n");
	text_clear(&role_end.told);
	role_give(6, role_socket(AF_UNIX), 0);
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told), "keeper: ROLE_READY role=2\n");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_QUERY,
			  .query = {.id = 9, .what = "accelerator", .filter = "", .value = ""}});
	ck_assert(role_heard("manager: REC_WORKER id=9 number=0 "));
	ck_assert(role_heard("manager: REC_WORKER id=9 number=1 "));
	ck_assert(!role_heard("number=2"));
}
END_TEST

/* Whatever the others lack, the first serves alone. */
START_TEST(without_equipment_one_works)
{
	want_workers(3, role_socket(AF_INET));
	role_give(CREW, -1, _i == 0 ? 22 : 0);
	role_turn();
	text_clear(&role_end.told);
	for (uint32_t i = 4; _i && i < 12; i++)
		role_give(CREW + i, i % 4 == 1 ? -1 : role_socket(AF_UNIX), _i == 1 && i % 4 == 1);
	if (_i == 0)
		role_give(CREW, -1, 22);
	role_turn();
	role_give(6, role_socket(AF_UNIX), 0);
	role_turn();
	if (_i)
		ck_assert(role_heard("keeper: KEEP_WORKERS id=0 workers=1\n"));
	ck_assert(role_heard("keeper: ROLE_READY role=2\n"));
	ck_assert_int_eq(role_end.stops, 0);
}
END_TEST

START_TEST(what_cannot_be_opened_ends_it)
{
	if (_i)
		role_give(2, -1, 0); /* done, and no descriptor */
	else
		role_give(2, role_socket(AF_INET), 13);
	role_turn();
	ck_assert_int_eq(role_end.stops, 1);
	ck_assert_int_eq(role_end.status, 1);
	role_give(3, -1, 13); /* once */
	role_turn();
	ck_assert_int_eq(role_end.stops, 1);
}
END_TEST

/* Whatever the operator looks at or does is answered, and all is zero. */
static void all_is_answered(void)
{
	static const char *const what[] = {"ike", "ipsec", "session", "summary", "pool",
	    "access-hits", "access-flows", "failures", "client-filter", "client-profiles", "stats",
	    "ipsec-stats", "accelerator", "protocol"};
	const struct ipc_msg act[] = {{.type = MSG_ACT_CLEAR_IKE, .act_clear_ike = {.id = 30}},
	    {.type = MSG_ACT_CLEAR_IPSEC, .act_clear_ipsec = {.id = 30, .filter = "", .value = ""}},
	    {.type = MSG_ACT_CLEAR_STATS, .act_clear_stats = {.id = 30, .what = "stats"}},
	    {.type = MSG_ACT_CLEAR_FAILURES, .act_clear_failures = {.id = 30}},
	    {.type = MSG_ACT_LOGOFF, .act_logoff = {.id = 30, .filter = "all", .value = ""}}};

	for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
		role_tell(role_end.manager, (struct ipc_msg){.type = MSG_QUERY,
				  .query = {.id = 20, .what = what[i], .filter = "", .value = ""}});
		ck_assert_msg(role_heard("manager: QUERY_END id=20 cursor=0 "), "%s", what[i]);
	}
	for (size_t i = 0; i < sizeof act / sizeof *act; i++) {
		role_tell(role_end.manager, act[i]);
		ck_assert_str_eq(text_str(&role_end.told), "manager: ACT_DONE id=30 count=0\n");
	}
}

/* Another program has both ports: it is ready and answers; it asks again by itself, and at once
 * when the configuration changes. */
START_TEST(a_port_that_another_program_has_is_waited_for)
{
	for (uint32_t id = 1; id < 8; id++)
		role_give(id, id < 3 ? -1 : role_socket(AF_UNIX), id < 3 ? EADDRINUSE : 0);
	text_clear(&role_end.told);
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told), "keeper: ROLE_READY role=2\n");
	role_end.manager = role_peer(ROLE_MANAGER, "manager");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_QUERY,
			  .query = {.id = 10, .what = "serving", .filter = "", .value = ""}});
	ck_assert(role_heard("manager: REC_COUNTER id=10 name=\"serving\" value=0 "));
	all_is_answered();
	while (!role_heard("keeper: KEEP_OPEN id=2 what=\"udp4500\"\n"))
		uv_run(&role_end.loop, UV_RUN_ONCE);
	ck_assert(role_heard("keeper: KEEP_OPEN id=1 what=\"udp500\"\n"));
	/* while it waits for the answer */
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_CRYPTO_ENGINE,
				    .cfg_crypto_engine = {.workers = 1}});
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_END});
	ck_assert_str_eq(text_str(&role_end.told), "");
	role_give(1, role_socket(AF_INET), 0);
	role_give(2, -1, EADDRINUSE);
	role_turn();
	uv_update_time(&role_end.loop);
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_END});
	ck_assert_str_eq(text_str(&role_end.told), "keeper: KEEP_OPEN id=2 what=\"udp4500\"\n");
	role_give(2, role_socket(AF_INET), 0);
	role_turn();
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_QUERY,
			  .query = {.id = 11, .what = "serving", .filter = "", .value = ""}});
	ck_assert(role_heard("manager: REC_COUNTER id=11 name=\"serving\" value=1 "));
	ck_assert(!role_heard("ROLE_READY")); /* once */
	ck_assert_int_eq(role_end.stops, 0);
}
END_TEST

START_TEST(acts_are_answered_with_their_numbers)
{
	role_tell(role_end.manager,
	    (struct ipc_msg){.type = MSG_ACT_CLEAR_IKE, .act_clear_ike = {.id = 7}});
	ck_assert_str_eq(text_str(&role_end.told), "manager: ACT_DONE id=7 count=0\n");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_ACT_CLEAR_IPSEC,
	    .act_clear_ipsec = {.id = 8, .filter = "", .value = ""}});
	ck_assert_str_eq(text_str(&role_end.told), "manager: ACT_DONE id=8 count=0\n");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_ACT_LOGOFF,
	    .act_logoff = {.id = 9, .filter = "all", .value = ""}});
	ck_assert_str_eq(text_str(&role_end.told), "manager: ACT_DONE id=9 count=0\n");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_QUERY,
	    .query = {.id = 10, .what = "session", .filter = "", .value = ""}});
	ck_assert_str_eq(text_str(&role_end.told), "manager: QUERY_END id=10 cursor=0 records=0\n");
	/* not the manager's word */
	role_tell(role_end.keeper, (struct ipc_msg){.type = MSG_ACT_LOGOFF,
	    .act_logoff = {.id = 9, .filter = "all", .value = ""}});
	ck_assert_str_eq(text_str(&role_end.told), "");
}
END_TEST

START_TEST(debug_lines_go_to_the_manager)
{
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_TRACE_SET, .trace_set = {1, 127}});
	role_tell(role_end.manager,
	    (struct ipc_msg){.type = MSG_TRACE_SET, .trace_set = {TRACE_CLASSES, 255}});
	ck_assert_uint_eq(role_end.engine->trace.level[1], 127);
	text_clear(&role_end.told);
	outward_trace(role_end.engine, 1, 5, "a line");
	role_end.engine->lost_lines = 3;
	outward_trace(role_end.engine, 1, 5, "another");
	outward_trace(role_end.engine, 1, 5, "last");
	role_turn();
#define LINE(text, about) "manager: TRACE_LINE class=1 level=5 text=\"" text "\" " about "\n"
#define NOBODY "peer=- user=\"\" group=\"\" "
	ck_assert_str_eq(text_str(&role_end.told), LINE("a line", NOBODY "note=0")
	    LINE("(3 debug lines were lost)", NOBODY "note=1") LINE("another", NOBODY "note=0")
	    LINE("last", NOBODY "note=0"));
	/* With conditions only lines about those who are meant are made. */
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_TRACE_FILTER,
	    .trace_filter = {.on = 1, .users = {.n = 1, .v = {"ann"}}}});
	text_clear(&role_end.told);
	for (int i = 0; i < 3; i++) {
		static const char *const user[] = {"ann", "bob", NULL};
		struct addr ip = addr_v4(0x0a010102);
		struct trace_ctx about = {.group = "G", .user = user[i], .ip = &ip};

		trace_plain(&role_end.engine->trace, &about, TRACE_IPSEC, 5, "%d", i);
	}
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told),
	    LINE("0", "peer=10.1.1.2 user=\"ann\" group=\"G\" note=0"));
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_TRACE_FILTER});
	ck_assert_ptr_null(role_end.engine->trace.filter);
	ipc_channel_close(role_end.manager);
	role_end.manager = NULL;
	role_turn();
	ck_assert_uint_eq(role_end.engine->trace.level[1], 0); /* nobody listens */
	ck_assert_ptr_null(role_end.engine->role[ROLE_MANAGER]);
	ck_assert_int_eq(role_end.stops, 0);
}
END_TEST

START_TEST(the_ways_out)
{
	const struct addr client = addr_v4(0xc0a80105);
	const struct msg_auth_request q = {.id = 4, .server_group = "LOCAL", .method = "pap",
	    .user = "u", .password = "p", .service = "l2tp"};

	text_clear(&role_end.told);
	outward_ops.route(role_end.engine, true, &client);
	outward_ops.route(role_end.engine, false, &client);
	outward_log(role_end.engine, 6, 113004, "text");
	outward_ops.authenticate(role_end.engine, &q); /* there is nobody: it is answered */
	role_end.other = role_peer(ROLE_AAA, "aaa");
	outward_ops.authenticate(role_end.engine, &q);
	outward_ops.cancel(role_end.engine, 4);
	role_turn();
	ck_assert(role_heard("aaa: AUTH_REQUEST id=4 "));
	ck_assert(role_heard("aaa: AUTH_CANCEL id=4\n"));
	text_clear(&role_end.told);
	outward_ops.route(role_end.engine, true, &client);
	outward_ops.route(role_end.engine, false, &client);
	outward_log(role_end.engine, 6, 113004, "text");
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told),
	    "keeper: KEEP_CLIENT_ROUTE id=0 op=1 client=192.168.1.5\n"
	    "keeper: KEEP_CLIENT_ROUTE id=0 op=2 client=192.168.1.5\n"
	    "manager: LOG_LINE severity=6 number=113004 text=\"text\" time=0\n");
}
END_TEST

/* A record that aaa has not said to have is heard again by the next one, one that it has is not. */
START_TEST(records_until_they_are_taken)
{
	struct msg_account a = {.what = ACCOUNT_START,
	    .server_group = "RAD",
	    .key = "k1",
	    .user = "u",
	    .cookie = {3, (const uint8_t *)"a\0b"}};

	outward_ops.account(role_end.engine, &a); /* there is nobody yet */
	a.key = "k2";
	outward_ops.account(role_end.engine, &a);
	role_end.other = role_peer(ROLE_AAA, "aaa");
	ck_assert(role_heard("aaa: ACCOUNT id=1 what=1 server_group=\"RAD\" key=\"k1\""));
	ck_assert(role_heard("aaa: ACCOUNT id=2 what=1 server_group=\"RAD\" key=\"k2\""));
	role_tell(role_end.other,
	    (struct ipc_msg){.type = MSG_ACCOUNT_TAKEN, .account_taken = {1}});
	role_tell(role_end.other,
	    (struct ipc_msg){.type = MSG_ACCOUNT_TAKEN, .account_taken = {7}});
	role_tell(role_end.manager,
	    (struct ipc_msg){.type = MSG_ACCOUNT_TAKEN, .account_taken = {2}});
	ck_assert_uint_eq(role_end.engine->untaken.n, 1);
	ipc_channel_close(role_end.other);
	role_turn();
	a.key = "k3";
	outward_ops.account(role_end.engine, &a);
	role_end.other = role_peer(ROLE_AAA, "next");
	ck_assert(!role_heard("key=\"k1\""));
	ck_assert(role_heard("next: ACCOUNT id=2 what=1 server_group=\"RAD\" key=\"k2\""));
	ck_assert(role_heard("next: ACCOUNT id=3 what=1 server_group=\"RAD\" key=\"k3\""));
}
END_TEST

/* The oldest go when there are far too many; no id is 0. */
START_TEST(too_many_records)
{
	struct msg_account a = {.what = ACCOUNT_STOP, .server_group = "", .key = "", .user = ""};

	role_end.engine->untaken.last = UINT32_MAX - 5000;
	for (int i = 0; i < 20001; i++)
		outward_ops.account(role_end.engine, &a);
	ck_assert_uint_eq(role_end.engine->untaken.n, 20000);
	ck_assert_uint_eq(role_end.engine->untaken.lost, 1);
	untaken_taken(&role_end.engine->untaken, 0);
	ck_assert_uint_eq(role_end.engine->untaken.n, 20000);
	untaken_taken(&role_end.engine->untaken, UINT32_MAX - 5000 + 1); /* went */
	untaken_taken(&role_end.engine->untaken, UINT32_MAX - 5000 + 2);
	ck_assert_uint_eq(role_end.engine->untaken.n, 19999);
}
END_TEST

START_TEST(a_new_peer_takes_the_place_of_the_old)
{
	text_clear(&role_end.told);
	role_end.other = role_peer(ROLE_MANAGER, "new");
	ck_assert(role_heard("manager: closed\n"));
	role_tell(role_end.other,
	    (struct ipc_msg){.type = MSG_ACT_CLEAR_IKE, .act_clear_ike = {.id = 7}});
	ck_assert_str_eq(text_str(&role_end.told), "new: ACT_DONE id=7 count=0\n");
}
END_TEST

START_TEST(nobody_else_is_a_peer)
{
	role_end.other = role_peer(_i ? ROLE_KEEPER : ROLE_ENGINE, "stranger");
	ck_assert(role_heard("stranger: closed\n"));
	ck_assert_int_eq(role_end.stops, 0);
	role_tell(role_end.keeper,
	    (struct ipc_msg){.type = MSG_PEER_ROLE, .peer_role = {ROLE_MANAGER}});
	/* without a descriptor: it has its manager yet */
	ck_assert_str_eq(text_str(&role_end.told), "");
	role_tell(role_end.keeper,
	    (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"reload", 1}});
	ck_assert_int_eq(role_end.stops, 1);
	ck_assert_int_eq(role_end.status, 0);
}
END_TEST

START_TEST(without_a_keeper_it_ends)
{
	ipc_channel_close(role_end.keeper);
	role_end.keeper = NULL;
	role_turn();
	ck_assert_int_eq(role_end.stops, 1);
	ck_assert_int_eq(role_end.status, role_end.aaa ? 1 : 0);
	if (role_end.aaa)
		ck_assert(!role_heard("manager: closed"));
}
END_TEST

/* What the others say at their end is heard before aaa ends. */
START_TEST(last_words)
{
	role_end.other = role_peer(ROLE_ENGINE, "engine");
	role_tell(role_end.keeper,
	    (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"reload", 1}});
	ck_assert_int_eq(role_end.stops, 0);
	ipc_channel_close(role_end.other);
	role_end.other = NULL;
	role_turn();
	ck_assert_int_eq(role_end.stops, 0);
	ipc_channel_close(role_end.manager);
	role_end.manager = NULL;
	role_turn();
	ck_assert_int_eq(role_end.stops, 1);
	ck_assert_int_eq(role_end.status, 0);
}
END_TEST

/* ---- the real world --------------------------------------------------------------------- */

/* ---- aaa ----------------------------------------------------------------------------------- */

static void request(uint32_t id, const char *password)
{
	role_tell(role_end.other,
	    (struct ipc_msg){.type = MSG_AUTH_REQUEST, .auth_request = {.id = id,
	    .server_group = "LOCAL", .method = "pap", .user = "anna", .password = password,
	    .service = "l2tp"}});
}

static bool answered(const char *what)
{
	for (int i = 0; i < 30000 && !role_heard(what); i++) {
		uv_run(&role_end.loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	return role_heard(what);
}

START_TEST(it_answers_whom_it_was_asked_by)
{
	char accepted[64], rejected[64];

	snprintf(accepted, sizeof accepted, "engine: AUTH_REPLY id=5 result=%d ", AUTH_ACCEPT);
	snprintf(rejected, sizeof rejected, "engine: AUTH_REPLY id=6 result=%d ", AUTH_REJECT);
	role_end.other = role_peer(ROLE_ENGINE, "engine");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_BEGIN, .cfg_begin = {1}});
	role_tell(role_end.manager,
	    (struct ipc_msg){.type = MSG_CFG_USER, .cfg_user = {.op = CFG_SET,
	    .name = "anna", .form = "nt-encrypted", .password = "DLaUiAX3l78qgoB5c7iVNw==",
	    .privilege = 1, .service_type = ""}});
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_END});
	request(5, "test");
	ck_assert_msg(answered(accepted), "%s", text_str(&role_end.told));
	ck_assert(!role_heard("manager: AUTH_REPLY"));
	request(6, "tesT");
	ck_assert_msg(answered(rejected), "%s", text_str(&role_end.told));
}
END_TEST

/* The engine says more of a login once it is answered; the log has the lines as they happened. */
START_TEST(its_lines_go_ahead_of_the_answer)
{
	static uint8_t all[64];
	const char *line, *answer;

	memset(all, 0xff, sizeof all);
	role_end.other = role_peer(ROLE_ENGINE, "engine");
	role_tell(role_end.manager,
	    (struct ipc_msg){.type = MSG_LOG_SET, .log_set = {.wanted = {sizeof all, all}}});
	request(5, "test"); /* of a user whom nobody knows */
	ck_assert_msg(answered("engine: AUTH_REPLY"), "%s", text_str(&role_end.told));
	line = strstr(text_str(&role_end.told), "manager: LOG_LINE");
	answer = strstr(text_str(&role_end.told), "engine: AUTH_REPLY");
	ck_assert_msg(line && line < answer, "%s", text_str(&role_end.told));
}
END_TEST

static void add(Suite *s, const char *name, SFun setup, TCase **tc)
{
	*tc = tcase_create(name);
	tcase_add_checked_fixture(*tc, setup, role_teardown);
	tcase_set_timeout(*tc, 30);
	suite_add_tcase(s, *tc);
}

int main(void)
{
	Suite *s = suite_create("role_messages");
	TCase *tc;
	SRunner *r = srunner_create(s);
	int failed;

	add(s, "opening", role_deaf_setup, &tc);
	tcase_add_test(tc, it_is_ready_when_all_is_open);
	tcase_add_test(tc, it_waits_for_a_configuration);
	tcase_add_loop_test(tc, each_worker_is_equipped, 0, 2);
	tcase_add_loop_test(tc, without_equipment_one_works, 0, 3);
	tcase_add_loop_test(tc, what_cannot_be_opened_ends_it, 0, 2);
	tcase_add_test(tc, a_port_that_another_program_has_is_waited_for);
	add(s, "engine", role_engine_setup, &tc);
	tcase_add_test(tc, acts_are_answered_with_their_numbers);
	tcase_add_test(tc, debug_lines_go_to_the_manager);
	tcase_add_test(tc, the_ways_out);
	tcase_add_test(tc, records_until_they_are_taken);
	tcase_add_test(tc, too_many_records);
	tcase_add_test(tc, a_new_peer_takes_the_place_of_the_old);
	tcase_add_loop_test(tc, nobody_else_is_a_peer, 0, 2);
	tcase_add_test(tc, without_a_keeper_it_ends);
	add(s, "aaa", role_aaa_setup, &tc);
	tcase_add_test(tc, it_answers_whom_it_was_asked_by);
	tcase_add_test(tc, its_lines_go_ahead_of_the_answer);
	tcase_add_test(tc, last_words);
	tcase_add_test(tc, without_a_keeper_it_ends);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
