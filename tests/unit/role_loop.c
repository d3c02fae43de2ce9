/*
 * The engine's turn of the loop: work done elsewhere, timers, packets, and which of what has come
 * in one turn goes first.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/loopback.h"
#include "tests/support/role_end.h"

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
	struct env *env = &role_end.engine->world.env;
	struct slow s = {.job = {.work = work, .done = work_done}};
	uv_thread_t self = uv_thread_self();
	uint64_t from = env->now(env);

	env->offload(env, &s.job);
	ck_assert_uint_eq(s.done, 0);
	for (int i = 0; i < 30000 && !s.done; i++) {
		uv_run(&role_end.loop, UV_RUN_NOWAIT);
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
	rang = role_end.engine->world.env.now(&role_end.engine->world.env);
}

START_TEST(timers_ring_in_time)
{
	struct env *env = &role_end.engine->world.env;
	struct timer t = {.fire = ring};
	uint64_t from = env->now(env);

	rang = 0;
	timer_start(env, &t, 30 * MSEC);
	while (!rang)
		uv_run(&role_end.loop, UV_RUN_ONCE);
	ck_assert_uint_ge(rang, from + 30 * MSEC);
}
END_TEST

static struct timer set_off;

static void happen(struct timer *t)
{
	struct ipc_msg m = {.type = MSG_ACT_DONE, .fd = -1, .act_done = {.id = 1}};

	(void)t;
	ipc_send(role_end.engine->role[ROLE_MANAGER], &m);
}

static void set_it_off(uv_async_t *a)
{
	timer_start(&role_end.engine->world.env, &set_off, 0);
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
	uv_async_init(&role_end.loop, &first, set_it_off);
	role_turn();
	text_clear(&role_end.told);
	uv_async_send(&first);
	ck_assert(ipc_send(role_end.manager, &q));
	ipc_flush(role_end.manager);
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told), "manager: ACT_DONE id=1 count=0\n"
					  "manager: QUERY_END id=2 cursor=0 records=0\n");
}
END_TEST

/* RFC 3948 2.2, 2.3: port 4500 has a marker before IKE, and a byte that keeps the mapping alive. */
START_TEST(datagrams_have_their_marker)
{
	struct env *env = &role_end.engine->world.env;
	int to = role_socket(AF_INET);
	struct sockaddr_in a;
	socklen_t len = sizeof a;
	struct path p = {{addr_v4(INADDR_LOOPBACK), 500}, {addr_v4(INADDR_LOOPBACK), 0}};
	uint8_t buf[16];

	ck_assert_int_eq(getsockname(to, (struct sockaddr *)&a, &len), 0);
	p.remote.port = ntohs(a.sin_port);
	env->send(env, &p, "abc", 3);
	loopback_settle();
	ck_assert_int_eq(recv(to, buf, sizeof buf, 0), 3);
	ck_assert_mem_eq(buf, "abc", 3);
	p.local.port = 4500;
	env->send(env, &p, "abc", 3);
	loopback_settle();
	ck_assert_int_eq(recv(to, buf, sizeof buf, 0), 7);
	ck_assert_mem_eq(buf, "\0\0\0\0abc", 7);
	env->keepalive(env, &p);
	loopback_settle();
	ck_assert_int_eq(recv(to, buf, sizeof buf, 0), 1);
	ck_assert_uint_eq(buf[0], 0xff);
	ck_assert_uint_eq(role_end.engine->world.send_errors, 0);
	p.remote.port = 0;
	env->send(env, &p, "abc", 3);
	ck_assert_uint_eq(role_end.engine->world.send_errors, 1);
	close(to);
}
END_TEST

static void is_malformed(const char *count)
{
	char line[64];

	snprintf(line, sizeof line, "name=\"Malformed Packets\" value=%s", count);
	ck_assert_msg(role_heard(line), "not %s", count);
}

/* What the manager had said when a packet is taken from the socket counts for it, though the loop
 * comes to the socket first. */
START_TEST(the_manager_is_heard_before_packets)
{
	int fd = role_end.engine->fd[OPEN_UDP500], from = role_socket(AF_INET), on = 1;
	struct ipc_msg q = {.type = MSG_QUERY,
	    .fd = -1,
	    .query = {.id = 2, .what = "stats", .filter = "", .value = ""}};
	struct sockaddr_in a;
	socklen_t len = sizeof a;

	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	ck_assert_int_eq(sendto(from, "abc", 3, 0, (struct sockaddr *)&a, len), 3);
	loopback_settle();
	text_clear(&role_end.told);
	ck_assert(ipc_send(role_end.manager, &q));
	ipc_flush(role_end.manager);
	role_turn();
	is_malformed("0");
	role_tell(role_end.manager, q);
	is_malformed("1");
	close(from);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("role_loop");
	TCase *tc = tcase_create("engine");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, role_engine_setup, role_teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, slow_work_is_done_elsewhere);
	tcase_add_test(tc, timers_ring_in_time);
	tcase_add_test(tc, what_is_due_is_done_before_a_question);
	tcase_add_test(tc, datagrams_have_their_marker);
	tcase_add_test(tc, the_manager_is_heard_before_packets);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
