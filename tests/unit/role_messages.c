/*
 * The roles engine and aaa at the end of their channels: what they ask for at
 * their start, whom they listen to, what they answer, and what ends them. The
 * keeper and the manager are played here.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/ipc/shape.h"
#include "engine/role/aaa.h"
#include "engine/role/outward.h"
#include "parser/text.h"
#include "tests/support/one_crypto.h"

static uv_loop_t loop;
static struct ipc_channel *keeper, *manager, *other; /* our ends */
static struct engine *engine;
static struct aaa_uv *aaa;
static struct text told;
static int stops, status;
static bool deaf; /* the keeper does not answer what is to be opened */

static void stopped(void *arg, int s)
{
	ck_assert_ptr_eq(arg, &stops);
	stops++;
	status = s;
}

static int a_socket(int family)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	ck_assert_int_ge(fd, 0);
	if (family == AF_INET)
		ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

static void give(uint32_t id, int fd, uint32_t error)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = fd,
	    .keep_reply = {.id = id, .error = error, .text = "no"}};

	ipc_send(keeper, &m);
	if (fd >= 0)
		close(fd);
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	char line[512];

	(void)ch;
	if (m->type == MSG_LOG_LINE) {
		ck_assert_uint_ne(m->log_line.time, 0);
		m->log_line.time = 0;
	}
	ipc_print(m, line, sizeof line);
	text_addf(&told, "%s: %s\n", (const char *)arg, line);
	if (m->type == MSG_KEEP_OPEN && !deaf)
		give(m->keep_open.id, a_socket(strncmp(m->keep_open.what, "udp", 3) ? AF_UNIX :
		    AF_INET), 0);
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)ch;
	text_addf(&told, "%s: closed\n", (const char *)arg);
}

static void turn(void)
{
	for (int i = 0; i < 12; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

/* What was told since the last look. */
static bool heard(const char *what)
{
	return strstr(text_str(&told), what) != NULL;
}

static void tell(struct ipc_channel *to, struct ipc_msg m)
{
	m.fd = -1;
	text_clear(&told);
	ck_assert(ipc_send(to, &m));
	turn();
}

/* A new channel to that role as the keeper gives it; our end. */
static struct ipc_channel *peer(enum role role, const char *name)
{
	struct ipc_msg m = {.type = MSG_PEER_ROLE, .peer_role = {.role = (uint8_t)role}};
	struct ipc_channel *ch;
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	m.fd = fd[1];
	text_clear(&told);
	ck_assert(ipc_send(keeper, &m));
	close(fd[1]);
	ch = ipc_channel_open(&loop, fd[0], on_message, on_close, (void *)(uintptr_t)name);
	ck_assert_ptr_nonnull(ch);
	turn();
	return ch;
}

static struct ipc_channel *keeper_pair(void)
{
	static char name[] = "keeper";
	struct ipc_channel *end;

	uv_loop_init(&loop);
	ck_assert(ipc_channel_pair(&loop, &keeper, &end));
	ipc_channel_listen(keeper, on_message, on_close, name);
	stops = 0;
	status = -1;
	return end;
}

static void engine_setup(void)
{
	struct engine_start start = {.loop = &loop, .keeper = keeper_pair(),
	    .crypto = one_crypto(), .stopped = stopped, .arg = &stops};

	engine = engine_open(&start);
	ck_assert_ptr_nonnull(engine);
	turn();
	if (!deaf)
		manager = peer(ROLE_MANAGER, "manager");
}

static void deaf_setup(void)
{
	deaf = true;
	engine_setup();
}

static void aaa_setup(void)
{
	struct aaa_start start = {.loop = &loop, .keeper = keeper_pair(),
	    .crypto = one_crypto(), .stopped = stopped, .arg = &stops};

	aaa = aaa_open(&start);
	ck_assert_ptr_nonnull(aaa);
	turn();
	ck_assert_str_eq(text_str(&told), "keeper: KEEP_OPEN id=3 what=\"accounting\"\n"
	    "keeper: KEEP_OPEN id=4 what=\"accounting-2\"\nkeeper: ROLE_READY role=3\n");
	manager = peer(ROLE_MANAGER, "manager");
}

static void teardown(void)
{
	if (engine)
		engine_close(engine);
	if (aaa)
		aaa_close(aaa);
	ipc_channel_close(keeper);
	ipc_channel_close(manager);
	ipc_channel_close(other);
	engine = NULL;
	aaa = NULL;
	manager = other = NULL;
	deaf = false;
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	text_free(&told);
}

/* ---- engine --------------------------------------------------------------------------- */

START_TEST(it_is_ready_when_all_is_open)
{
	ck_assert_str_eq(text_str(&told), "keeper: KEEP_OPEN id=1 what=\"udp500\"\n"
	    "keeper: KEEP_OPEN id=2 what=\"udp4500\"\nkeeper: KEEP_OPEN id=3 what=\"esp\"\n"
	    "keeper: KEEP_OPEN id=4 what=\"df\"\nkeeper: KEEP_OPEN id=5 what=\"icmp\"\n"
	    "keeper: KEEP_OPEN id=6 what=\"tun\"\nkeeper: KEEP_OPEN id=7 what=\"told\"\n");
	text_clear(&told);
	give(0, a_socket(AF_INET), 0); /* not what was asked for */
	give(8, a_socket(AF_INET), 0);
	give(9, -1, 5);
	for (uint32_t id = 7; id > 0; id--) {
		turn();
		ck_assert_str_eq(text_str(&told), "");
		give(id, a_socket(id < 3 ? AF_INET : AF_UNIX), 0);
	}
	turn();
	ck_assert_str_eq(text_str(&told), "keeper: ROLE_READY role=2\n");
	ck_assert_int_eq(stops, 0);
}
END_TEST

START_TEST(what_cannot_be_opened_ends_it)
{
	if (_i)
		give(2, -1, 0); /* done, and no descriptor */
	else
		give(2, a_socket(AF_INET), 13);
	turn();
	ck_assert_int_eq(stops, 1);
	ck_assert_int_eq(status, 1);
	give(3, -1, 13); /* once */
	turn();
	ck_assert_int_eq(stops, 1);
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
		tell(manager, (struct ipc_msg){.type = MSG_QUERY,
				  .query = {.id = 20, .what = what[i], .filter = "", .value = ""}});
		ck_assert_msg(heard("manager: QUERY_END id=20 cursor=0 "), "%s", what[i]);
	}
	for (size_t i = 0; i < sizeof act / sizeof *act; i++) {
		tell(manager, act[i]);
		ck_assert_str_eq(text_str(&told), "manager: ACT_DONE id=30 count=0\n");
	}
}

/* Another program has both ports: it is ready and answers; it asks again by itself, and at once
 * when the configuration changes. */
START_TEST(a_port_that_another_program_has_is_waited_for)
{
	for (uint32_t id = 1; id < 8; id++)
		give(id, id < 3 ? -1 : a_socket(AF_UNIX), id < 3 ? EADDRINUSE : 0);
	text_clear(&told);
	turn();
	ck_assert_str_eq(text_str(&told), "keeper: ROLE_READY role=2\n");
	manager = peer(ROLE_MANAGER, "manager");
	tell(manager, (struct ipc_msg){.type = MSG_QUERY,
			  .query = {.id = 10, .what = "serving", .filter = "", .value = ""}});
	ck_assert(heard("manager: REC_COUNTER id=10 name=\"serving\" value=0 "));
	all_is_answered();
	while (!heard("keeper: KEEP_OPEN id=2 what=\"udp4500\"\n"))
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert(heard("keeper: KEEP_OPEN id=1 what=\"udp500\"\n"));
	tell(manager, (struct ipc_msg){.type = MSG_CFG_END}); /* while it waits for the answer */
	ck_assert_str_eq(text_str(&told), "");
	give(1, a_socket(AF_INET), 0);
	give(2, -1, EADDRINUSE);
	turn();
	uv_update_time(&loop);
	tell(manager, (struct ipc_msg){.type = MSG_CFG_END});
	ck_assert_str_eq(text_str(&told), "keeper: KEEP_OPEN id=2 what=\"udp4500\"\n");
	give(2, a_socket(AF_INET), 0);
	turn();
	tell(manager, (struct ipc_msg){.type = MSG_QUERY,
			  .query = {.id = 11, .what = "serving", .filter = "", .value = ""}});
	ck_assert(heard("manager: REC_COUNTER id=11 name=\"serving\" value=1 "));
	ck_assert(!heard("ROLE_READY")); /* once */
	ck_assert_int_eq(stops, 0);
}
END_TEST

START_TEST(acts_are_answered_with_their_numbers)
{
	tell(manager, (struct ipc_msg){.type = MSG_ACT_CLEAR_IKE, .act_clear_ike = {.id = 7}});
	ck_assert_str_eq(text_str(&told), "manager: ACT_DONE id=7 count=0\n");
	tell(manager, (struct ipc_msg){.type = MSG_ACT_CLEAR_IPSEC,
	    .act_clear_ipsec = {.id = 8, .filter = "", .value = ""}});
	ck_assert_str_eq(text_str(&told), "manager: ACT_DONE id=8 count=0\n");
	tell(manager, (struct ipc_msg){.type = MSG_ACT_LOGOFF,
	    .act_logoff = {.id = 9, .filter = "all", .value = ""}});
	ck_assert_str_eq(text_str(&told), "manager: ACT_DONE id=9 count=0\n");
	tell(manager, (struct ipc_msg){.type = MSG_QUERY,
	    .query = {.id = 10, .what = "session", .filter = "", .value = ""}});
	ck_assert_str_eq(text_str(&told), "manager: QUERY_END id=10 cursor=0 records=0\n");
	tell(keeper, (struct ipc_msg){.type = MSG_ACT_LOGOFF, /* not the manager's word */
	    .act_logoff = {.id = 9, .filter = "all", .value = ""}});
	ck_assert_str_eq(text_str(&told), "");
}
END_TEST

START_TEST(debug_lines_go_to_the_manager)
{
	tell(manager, (struct ipc_msg){.type = MSG_TRACE_SET, .trace_set = {1, 127}});
	tell(manager, (struct ipc_msg){.type = MSG_TRACE_SET, .trace_set = {TRACE_CLASSES, 255}});
	ck_assert_uint_eq(engine->trace.level[1], 127);
	text_clear(&told);
	outward_trace(engine, 1, 5, "a line");
	engine->lost_lines = 3;
	outward_trace(engine, 1, 5, "another");
	outward_trace(engine, 1, 5, "last");
	turn();
#define LINE(text, about) "manager: TRACE_LINE class=1 level=5 text=\"" text "\" " about "\n"
#define NOBODY "peer=- user=\"\" group=\"\" "
	ck_assert_str_eq(text_str(&told), LINE("a line", NOBODY "note=0")
	    LINE("(3 debug lines were lost)", NOBODY "note=1") LINE("another", NOBODY "note=0")
	    LINE("last", NOBODY "note=0"));
	/* With conditions only lines about those who are meant are made. */
	tell(manager, (struct ipc_msg){.type = MSG_TRACE_FILTER,
	    .trace_filter = {.on = 1, .users = {.n = 1, .v = {"ann"}}}});
	text_clear(&told);
	for (int i = 0; i < 3; i++) {
		static const char *const user[] = {"ann", "bob", NULL};
		struct addr ip = addr_v4(0x0a010102);
		struct trace_ctx about = {.group = "G", .user = user[i], .ip = &ip};

		trace_plain(&engine->trace, &about, TRACE_IPSEC, 5, "%d", i);
	}
	turn();
	ck_assert_str_eq(text_str(&told),
	    LINE("0", "peer=10.1.1.2 user=\"ann\" group=\"G\" note=0"));
	tell(manager, (struct ipc_msg){.type = MSG_TRACE_FILTER});
	ck_assert_ptr_null(engine->trace.filter);
	ipc_channel_close(manager);
	manager = NULL;
	turn();
	ck_assert_uint_eq(engine->trace.level[1], 0); /* nobody listens */
	ck_assert_ptr_null(engine->role[ROLE_MANAGER]);
	ck_assert_int_eq(stops, 0);
}
END_TEST

START_TEST(the_ways_out)
{
	const struct addr client = addr_v4(0xc0a80105);
	const struct msg_auth_request q = {.id = 4, .server_group = "LOCAL", .method = "pap",
	    .user = "u", .password = "p", .service = "l2tp"};

	text_clear(&told);
	outward_ops.route(engine, true, &client);
	outward_ops.route(engine, false, &client);
	outward_log(engine, 6, 113004, "text");
	outward_ops.authenticate(engine, &q); /* there is nobody: it is answered */
	other = peer(ROLE_AAA, "aaa");
	outward_ops.authenticate(engine, &q);
	outward_ops.cancel(engine, 4);
	turn();
	ck_assert(heard("aaa: AUTH_REQUEST id=4 "));
	ck_assert(heard("aaa: AUTH_CANCEL id=4\n"));
	text_clear(&told);
	outward_ops.route(engine, true, &client);
	outward_ops.route(engine, false, &client);
	outward_log(engine, 6, 113004, "text");
	turn();
	ck_assert_str_eq(text_str(&told),
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

	outward_ops.account(engine, &a); /* there is nobody yet */
	a.key = "k2";
	outward_ops.account(engine, &a);
	other = peer(ROLE_AAA, "aaa");
	ck_assert(heard("aaa: ACCOUNT id=1 what=1 server_group=\"RAD\" key=\"k1\""));
	ck_assert(heard("aaa: ACCOUNT id=2 what=1 server_group=\"RAD\" key=\"k2\""));
	tell(other, (struct ipc_msg){.type = MSG_ACCOUNT_TAKEN, .account_taken = {1}});
	tell(other, (struct ipc_msg){.type = MSG_ACCOUNT_TAKEN, .account_taken = {7}});
	tell(manager, (struct ipc_msg){.type = MSG_ACCOUNT_TAKEN, .account_taken = {2}});
	ck_assert_uint_eq(engine->untaken.n, 1);
	ipc_channel_close(other);
	turn();
	a.key = "k3";
	outward_ops.account(engine, &a);
	other = peer(ROLE_AAA, "next");
	ck_assert(!heard("key=\"k1\""));
	ck_assert(heard("next: ACCOUNT id=2 what=1 server_group=\"RAD\" key=\"k2\""));
	ck_assert(heard("next: ACCOUNT id=3 what=1 server_group=\"RAD\" key=\"k3\""));
}
END_TEST

/* The oldest go when there are far too many; no id is 0. */
START_TEST(too_many_records)
{
	struct msg_account a = {.what = ACCOUNT_STOP, .server_group = "", .key = "", .user = ""};

	engine->untaken.last = UINT32_MAX - 5000;
	for (int i = 0; i < 20001; i++)
		outward_ops.account(engine, &a);
	ck_assert_uint_eq(engine->untaken.n, 20000);
	ck_assert_uint_eq(engine->untaken.lost, 1);
	untaken_taken(&engine->untaken, 0);
	ck_assert_uint_eq(engine->untaken.n, 20000);
	untaken_taken(&engine->untaken, UINT32_MAX - 5000 + 1); /* went */
	untaken_taken(&engine->untaken, UINT32_MAX - 5000 + 2);
	ck_assert_uint_eq(engine->untaken.n, 19999);
}
END_TEST

START_TEST(a_new_peer_takes_the_place_of_the_old)
{
	text_clear(&told);
	other = peer(ROLE_MANAGER, "new");
	ck_assert(heard("manager: closed\n"));
	tell(other, (struct ipc_msg){.type = MSG_ACT_CLEAR_IKE, .act_clear_ike = {.id = 7}});
	ck_assert_str_eq(text_str(&told), "new: ACT_DONE id=7 count=0\n");
}
END_TEST

START_TEST(nobody_else_is_a_peer)
{
	other = peer(_i ? ROLE_KEEPER : ROLE_ENGINE, "stranger");
	ck_assert(heard("stranger: closed\n"));
	ck_assert_int_eq(stops, 0);
	tell(keeper, (struct ipc_msg){.type = MSG_PEER_ROLE, .peer_role = {ROLE_MANAGER}});
	ck_assert_str_eq(text_str(&told), ""); /* without a descriptor: it has its manager yet */
	tell(keeper, (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"reload", 1}});
	ck_assert_int_eq(stops, 1);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(without_a_keeper_it_ends)
{
	ipc_channel_close(keeper);
	keeper = NULL;
	turn();
	ck_assert_int_eq(stops, 1);
	ck_assert_int_eq(status, aaa ? 1 : 0);
	if (aaa)
		ck_assert(!heard("manager: closed"));
}
END_TEST

/* What the others say at their end is heard before aaa ends. */
START_TEST(last_words)
{
	other = peer(ROLE_ENGINE, "engine");
	tell(keeper, (struct ipc_msg){.type = MSG_SHUTDOWN, .shutdown = {"reload", 1}});
	ck_assert_int_eq(stops, 0);
	ipc_channel_close(other);
	other = NULL;
	turn();
	ck_assert_int_eq(stops, 0);
	ipc_channel_close(manager);
	manager = NULL;
	turn();
	ck_assert_int_eq(stops, 1);
	ck_assert_int_eq(status, 0);
}
END_TEST

/* ---- the real world --------------------------------------------------------------------- */

struct slow {
	struct job job;
	uv_thread_t thread;
	unsigned worked, done;
};

static void work(struct job *j)
{
	struct slow *s = container_of(j, struct slow, job);

	s->worked++;
	s->thread = uv_thread_self();
}

static void work_done(struct job *j)
{
	container_of(j, struct slow, job)->done++;
}

START_TEST(slow_work_is_done_elsewhere)
{
	struct env *env = &engine->world.env;
	struct slow s = {.job = {.work = work, .done = work_done}};
	uv_thread_t self = uv_thread_self();
	uint64_t from = env->now(env);

	env->offload(env, &s.job);
	ck_assert_uint_eq(s.done, 0);
	for (int i = 0; i < 30000 && !s.done; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	ck_assert_uint_eq(s.worked, 1);
	ck_assert_uint_eq(s.done, 1);
	ck_assert(!uv_thread_equal(&s.thread, &self));
	ck_assert_uint_ge(env->now(env), from);
	ck_assert_int_ge(env->wall(env), 1500000000);
}
END_TEST

static uint64_t rang;

static void ring(struct timer *t)
{
	(void)t;
	rang = engine->world.env.now(&engine->world.env);
}

START_TEST(timers_ring_in_time)
{
	struct env *env = &engine->world.env;
	struct timer t = {.fire = ring};
	uint64_t from = env->now(env);

	rang = 0;
	timer_start(env, &t, 30 * MSEC);
	while (!rang)
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_ge(rang, from + 30 * MSEC);
}
END_TEST

static struct timer set_off;

static void happen(struct timer *t)
{
	struct ipc_msg m = {.type = MSG_ACT_DONE, .fd = -1, .act_done = {.id = 1}};

	(void)t;
	ipc_send(engine->role[ROLE_MANAGER], &m);
}

static void set_it_off(uv_async_t *a)
{
	timer_start(&engine->world.env, &set_off, 0);
	uv_close((uv_handle_t *)a, NULL);
}

/* An end that waits for the stack to unwind, and the question that comes in the same turn. */
START_TEST(what_is_due_is_done_before_a_question)
{
	struct ipc_msg q = {.type = MSG_QUERY,
	    .fd = -1,
	    .query = {.id = 2, .what = "session", .filter = "", .value = ""}};
	uv_async_t first;

	set_off = (struct timer){.fire = happen};
	uv_async_init(&loop, &first, set_it_off);
	turn();
	text_clear(&told);
	uv_async_send(&first);
	ck_assert(ipc_send(manager, &q));
	ipc_flush(manager);
	turn();
	ck_assert_str_eq(text_str(&told), "manager: ACT_DONE id=1 count=0\n"
					  "manager: QUERY_END id=2 cursor=0 records=0\n");
}
END_TEST

/* RFC 3948 2.2, 2.3: port 4500 has a marker before IKE, and a byte that keeps the mapping alive. */
START_TEST(datagrams_have_their_marker)
{
	struct env *env = &engine->world.env;
	int to = a_socket(AF_INET);
	struct sockaddr_in a;
	socklen_t len = sizeof a;
	struct path p = {{addr_v4(INADDR_LOOPBACK), 500}, {addr_v4(INADDR_LOOPBACK), 0}};
	uint8_t buf[16];

	ck_assert_int_eq(getsockname(to, (struct sockaddr *)&a, &len), 0);
	p.remote.port = ntohs(a.sin_port);
	env->send(env, &p, "abc", 3);
	ck_assert_int_eq(recv(to, buf, sizeof buf, 0), 3);
	ck_assert_mem_eq(buf, "abc", 3);
	p.local.port = 4500;
	env->send(env, &p, "abc", 3);
	ck_assert_int_eq(recv(to, buf, sizeof buf, 0), 7);
	ck_assert_mem_eq(buf, "\0\0\0\0abc", 7);
	env->keepalive(env, &p);
	ck_assert_int_eq(recv(to, buf, sizeof buf, 0), 1);
	ck_assert_uint_eq(buf[0], 0xff);
	ck_assert_uint_eq(engine->world.send_errors, 0);
	p.remote.port = 0;
	env->send(env, &p, "abc", 3);
	ck_assert_uint_eq(engine->world.send_errors, 1);
	close(to);
}
END_TEST

static void is_malformed(const char *count)
{
	char line[64];

	snprintf(line, sizeof line, "name=\"Malformed Packets\" value=%s", count);
	ck_assert_msg(heard(line), "not %s", count);
}

/* What the manager had said when a packet is taken from the socket counts for it, though the loop
 * comes to the socket first. */
START_TEST(the_manager_is_heard_before_packets)
{
	int fd = engine->fd[OPEN_UDP500], from = a_socket(AF_INET), on = 1;
	struct ipc_msg q = {.type = MSG_QUERY,
	    .fd = -1,
	    .query = {.id = 2, .what = "stats", .filter = "", .value = ""}};
	struct sockaddr_in a;
	socklen_t len = sizeof a;

	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	ck_assert_int_eq(sendto(from, "abc", 3, 0, (struct sockaddr *)&a, len), 3);
	text_clear(&told);
	ck_assert(ipc_send(manager, &q));
	ipc_flush(manager);
	turn();
	is_malformed("0");
	tell(manager, q);
	is_malformed("1");
	close(from);
}
END_TEST

/* ---- aaa ----------------------------------------------------------------------------------- */

static void request(uint32_t id, const char *password)
{
	tell(other, (struct ipc_msg){.type = MSG_AUTH_REQUEST, .auth_request = {.id = id,
	    .server_group = "LOCAL", .method = "pap", .user = "anna", .password = password,
	    .service = "l2tp"}});
}

static bool answered(const char *what)
{
	for (int i = 0; i < 30000 && !heard(what); i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(1000);
	}
	return heard(what);
}

START_TEST(it_answers_whom_it_was_asked_by)
{
	char accepted[64], rejected[64];

	snprintf(accepted, sizeof accepted, "engine: AUTH_REPLY id=5 result=%d ", AUTH_ACCEPT);
	snprintf(rejected, sizeof rejected, "engine: AUTH_REPLY id=6 result=%d ", AUTH_REJECT);
	other = peer(ROLE_ENGINE, "engine");
	tell(manager, (struct ipc_msg){.type = MSG_CFG_BEGIN, .cfg_begin = {1}});
	tell(manager, (struct ipc_msg){.type = MSG_CFG_USER, .cfg_user = {.op = CFG_SET,
	    .name = "anna", .form = "nt-encrypted", .password = "DLaUiAX3l78qgoB5c7iVNw==",
	    .privilege = 1, .service_type = ""}});
	tell(manager, (struct ipc_msg){.type = MSG_CFG_END});
	request(5, "test");
	ck_assert_msg(answered(accepted), "%s", text_str(&told));
	ck_assert(!heard("manager: AUTH_REPLY"));
	request(6, "tesT");
	ck_assert_msg(answered(rejected), "%s", text_str(&told));
}
END_TEST

/* The engine says more of a login once it is answered; the log has the lines as they happened. */
START_TEST(its_lines_go_ahead_of_the_answer)
{
	static uint8_t all[64];
	const char *line, *answer;

	memset(all, 0xff, sizeof all);
	other = peer(ROLE_ENGINE, "engine");
	tell(manager,
	    (struct ipc_msg){.type = MSG_LOG_SET, .log_set = {.wanted = {sizeof all, all}}});
	request(5, "test"); /* of a user whom nobody knows */
	ck_assert_msg(answered("engine: AUTH_REPLY"), "%s", text_str(&told));
	line = strstr(text_str(&told), "manager: LOG_LINE");
	answer = strstr(text_str(&told), "engine: AUTH_REPLY");
	ck_assert_msg(line && line < answer, "%s", text_str(&told));
}
END_TEST

static void add(Suite *s, const char *name, SFun setup, TCase **tc)
{
	*tc = tcase_create(name);
	tcase_add_checked_fixture(*tc, setup, teardown);
	tcase_set_timeout(*tc, 30);
	suite_add_tcase(s, *tc);
}

int main(void)
{
	Suite *s = suite_create("role_messages");
	TCase *tc;
	SRunner *r = srunner_create(s);
	int failed;

	add(s, "opening", deaf_setup, &tc);
	tcase_add_test(tc, it_is_ready_when_all_is_open);
	tcase_add_loop_test(tc, what_cannot_be_opened_ends_it, 0, 2);
	tcase_add_test(tc, a_port_that_another_program_has_is_waited_for);
	add(s, "engine", engine_setup, &tc);
	tcase_add_test(tc, acts_are_answered_with_their_numbers);
	tcase_add_test(tc, debug_lines_go_to_the_manager);
	tcase_add_test(tc, the_ways_out);
	tcase_add_test(tc, records_until_they_are_taken);
	tcase_add_test(tc, too_many_records);
	tcase_add_test(tc, a_new_peer_takes_the_place_of_the_old);
	tcase_add_loop_test(tc, nobody_else_is_a_peer, 0, 2);
	tcase_add_test(tc, without_a_keeper_it_ends);
	tcase_add_test(tc, slow_work_is_done_elsewhere);
	tcase_add_test(tc, timers_ring_in_time);
	tcase_add_test(tc, what_is_due_is_done_before_a_question);
	tcase_add_test(tc, the_manager_is_heard_before_packets);
	tcase_add_test(tc, datagrams_have_their_marker);
	add(s, "aaa", aaa_setup, &tc);
	tcase_add_test(tc, it_answers_whom_it_was_asked_by);
	tcase_add_test(tc, its_lines_go_ahead_of_the_answer);
	tcase_add_test(tc, last_words);
	tcase_add_test(tc, without_a_keeper_it_ends);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
