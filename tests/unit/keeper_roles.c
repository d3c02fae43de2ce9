/*
 * The supervisor with real processes: this program, started again, plays the
 * roles. It reports with LOG_LINE to the keeper whom it was introduced to and
 * whom it heard on the channels between the roles.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/stop.h"
#include "engine/keeper/confine.h"
#include "engine/keeper/supervisor.h"

/* ---- a role ---- */

struct actor {
	uv_loop_t loop;
	enum role me;
	struct ipc_channel *ch[ROLE_COUNT];
};

static void report(struct actor *a, uint32_t number, const char *text)
{
	struct ipc_msg m = {
	    .type = MSG_LOG_LINE, .fd = -1, .log_line = {.number = number, .text = text}};

	ipc_send(a->ch[ROLE_KEEPER], &m);
}

static void actor_closed(void *arg, struct ipc_channel *ch)
{
	struct actor *a = arg;

	for (int r = 0; r < ROLE_COUNT; r++)
		if (a->ch[r] == ch)
			a->ch[r] = NULL;
	ipc_channel_close(ch);
	if (!a->ch[ROLE_KEEPER])
		uv_stop(&a->loop);
}

static void actor_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct actor *a = arg;

	if (m->type == MSG_ROLE_READY)
		report(a, m->role_ready.role, "heard");
	if (ch != a->ch[ROLE_KEEPER])
		return;
	if (m->type == MSG_PEER_ROLE && m->fd >= 0) {
		enum role peer = (enum role)m->peer_role.role;
		struct ipc_msg hello = {.type = MSG_ROLE_READY, .fd = -1,
		    .role_ready = {.role = (uint8_t)a->me}};

		ipc_channel_close(a->ch[peer]);
		a->ch[peer] = ipc_channel_open(&a->loop, m->fd, actor_message, actor_closed, a);
		m->fd = -1;
		report(a, peer, "met");
		ipc_send(a->ch[peer], &hello);
	}
	if (m->type == MSG_SHUTDOWN && a->me != ROLE_AAA) /* aaa is the one who does not listen */
		uv_stop(&a->loop);
}

static int play(const char *name)
{
	static struct actor a;
	struct ipc_msg ready = {.type = MSG_ROLE_READY, .fd = -1};

	signal(SIGPIPE, SIG_IGN);
	confine_descriptors(ROLE_FD_COUNT);
	a.me = !strcmp(name, "manager")	 ? ROLE_MANAGER
	       : !strcmp(name, "engine") ? ROLE_ENGINE
	       : !strcmp(name, "aaa")	 ? ROLE_AAA
					 : ROLE_SSH;
	uv_loop_init(&a.loop);
	a.ch[ROLE_KEEPER] = ipc_channel_open(
	    &a.loop, ROLE_FD_KEEPER, actor_message, actor_closed, &a);
	ipc_send(a.ch[ROLE_KEEPER], &ready);
	uv_run(&a.loop, UV_RUN_DEFAULT);
	return 0;
}

/* ---- the keeper's side ---- */

struct world {
	uv_loop_t loop;
	struct supervisor *s;
	unsigned started[ROLE_COUNT], died[ROLE_COUNT];
	unsigned met[ROLE_COUNT][ROLE_COUNT], heard[ROLE_COUNT][ROLE_COUNT];
	bool ready, stopped;
};

static void on_started(void *arg, enum role role)
{
	((struct world *)arg)->started[role]++;
}

static void on_died(void *arg, enum role role)
{
	((struct world *)arg)->died[role]++;
}

static void on_message(void *arg, enum role from, struct ipc_msg *m)
{
	struct world *w = arg;

	ck_assert_int_eq(m->type, MSG_LOG_LINE);
	ck_assert_uint_lt(m->log_line.number, ROLE_COUNT);
	if (!strcmp(m->log_line.text, "met"))
		w->met[from][m->log_line.number]++;
	else
		w->heard[from][m->log_line.number]++;
}

static void on_ready(void *arg)
{
	((struct world *)arg)->ready = true;
}

static void on_stopped(void *arg)
{
	((struct world *)arg)->stopped = true;
}

static const struct supervisor_ops ops = {on_started, on_message, on_died, on_ready, on_stopped};

/* Each pair has had `n` channels, and words came through both ways. */
static bool acquainted(const struct world *w, enum role a, enum role b, unsigned n)
{
	return w->met[a][b] == n && w->met[b][a] == n && w->heard[a][b] == n && w->heard[b][a] == n;
}

static void on_tick(uv_timer_t *t)
{
	(void)t;
}

/* Runs the loop until the condition holds, at most `ms`. */
#define RUN_UNTIL(w, ms, condition) \
	do { \
		uint64_t end_ = uv_hrtime() + (uint64_t)(ms) * 1000000; \
		while (!(condition) && uv_hrtime() < end_) \
			uv_run(&(w)->loop, UV_RUN_ONCE); \
		ck_assert(condition); \
	} while (0)

START_TEST(born_killed_and_born_again)
{
	struct world w = {.ready = false};
	struct supervisor_config cfg = {.exe = "/proc/self/exe", .door = "/proc/self/exe",
	    .console = -1, .config = -1, .tokens = -1,
	    .ops = &ops, .arg = &w};
	uv_timer_t tick;
	int pid;

	uv_loop_init(&w.loop);
	uv_timer_init(&w.loop, &tick);
	uv_timer_start(&tick, on_tick, 10, 10);
	w.s = supervisor_start(&w.loop, &cfg);
	ck_assert_ptr_nonnull(w.s);
	RUN_UNTIL(&w, 30000, w.ready && acquainted(&w, ROLE_MANAGER, ROLE_ENGINE, 1) &&
	    acquainted(&w, ROLE_MANAGER, ROLE_AAA, 1) && acquainted(&w, ROLE_ENGINE, ROLE_AAA, 1));

	pid = supervisor_pid(w.s, ROLE_ENGINE);
	ck_assert_int_gt(pid, 0);
	kill(pid, SIGKILL);
	RUN_UNTIL(&w, 20000, acquainted(&w, ROLE_MANAGER, ROLE_ENGINE, 2) &&
	    acquainted(&w, ROLE_ENGINE, ROLE_AAA, 2));
	ck_assert_int_ne(supervisor_pid(w.s, ROLE_ENGINE), pid);
	ck_assert_uint_eq(w.died[ROLE_ENGINE], 1);
	ck_assert_uint_eq(w.started[ROLE_ENGINE], 2);
	ck_assert(acquainted(&w, ROLE_MANAGER, ROLE_AAA, 1)); /* the others did not notice */

	/* Killed again and again it still comes back in time. */
	for (unsigned i = 2; i < 5; i++) {
		kill(supervisor_pid(w.s, ROLE_MANAGER), SIGKILL);
		RUN_UNTIL(&w, 20000, w.started[ROLE_MANAGER] == i &&
		    acquainted(&w, ROLE_MANAGER, ROLE_AAA, i));
	}

	supervisor_stop(w.s, "test", false);
	RUN_UNTIL(&w, STOP_ROLE_MS + 20000, w.stopped);
	for (int r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		ck_assert_int_eq(supervisor_pid(w.s, (enum role)r), 0);
	ck_assert_uint_eq(w.started[ROLE_AAA], 1);
	supervisor_free(w.s);
	uv_close((uv_handle_t *)&tick, NULL);
	uv_run(&w.loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&w.loop), 0);
}
END_TEST

int main(int argc, char **argv)
{
	Suite *s;
	TCase *tc;
	SRunner *r;
	int failed;

	if (argc > 2 && !strcmp(argv[1], "--role"))
		return play(argv[2]);
	s = suite_create("keeper_roles");
	tc = tcase_create("supervisor");
	r = srunner_create(s);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, born_killed_and_born_again);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
