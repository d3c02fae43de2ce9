/*
 * How a manager starts: what it needs, whom it meets before it has a configuration, and when it is
 * ready. The keeper and the roles that it introduces are played.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "cli/manager/manager.h"
#include "tests/support/one_crypto.h"

extern const char grammars_all[], grammars_all_end[];

static uv_loop_t loop;
static char dir[64];
static struct ipc_channel *keeper, *to_keeper;
static struct text said[ROLE_COUNT]; /* what each role was told, by name */
static uint32_t open_id[8];	     /* of requests without answer */
static unsigned n_open;

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct text *t = arg;

	(void)ch;
	text_addf(t, "%s ", ipc_name(m->type));
	if (m->type == MSG_KEEP_FLUSH) {
		ck_assert_uint_lt(n_open, 8);
		open_id[n_open++] = m->keep_flush.id;
	}
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

static void turn(void)
{
	for (int i = 0; i < 8; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static void setup(void)
{
	uv_loop_init(&loop);
	snprintf(dir, sizeof dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert(ipc_channel_pair(&loop, &to_keeper, &keeper));
	ipc_channel_listen(keeper, on_message, on_close, &said[ROLE_KEEPER]);
	n_open = 0;
}

static void teardown(void)
{
	char command[128];

	ipc_channel_close(keeper);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	for (int r = 0; r < ROLE_COUNT; r++)
		text_free(&said[r]);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	ck_assert_int_eq(system(command), 0);
}

static struct manager_start start(void)
{
	return (struct manager_start){.loop = &loop,
	    .grammar = grammars_all,
	    .grammar_len = (size_t)(grammars_all_end - grammars_all),
	    .state = dir,
	    .boot_id = "boot",
	    .crypto = one_crypto(),
	    .keeper = to_keeper};
}

/* The keeper introduces a role; its end. */
static struct ipc_channel *introduce(enum role role)
{
	struct ipc_msg m = {.type = MSG_PEER_ROLE, .peer_role = {.role = (uint8_t)role}};
	struct ipc_channel *end;
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	m.fd = fd[0];
	ck_assert(ipc_send(keeper, &m));
	end = ipc_channel_open(&loop, fd[1], on_message, on_close, &said[role]);
	ck_assert_ptr_nonnull(end);
	return end;
}

/* What a role was told after which of its log lines are wanted. */
static const char *behind_log_levels(enum role role)
{
	const char *at = text_str(&said[role]);

	while (strncmp(at, "LOG_SET ", 8) == 0)
		at += 8;
	return at;
}

/* Whom the keeper introduced before is told everything, each once, and nothing before it is known
 * what the configuration is. */
START_TEST(roles_that_were_there_before)
{
	struct manager_start s = start();
	struct ipc_channel *engine = introduce(ROLE_ENGINE), *aaa = introduce(ROLE_AAA);
	struct manager *m;
	const char *first;
	char error[300] = "";

	s.config = "username u password test mschap\n";
	s.config_len = strlen(s.config);
	m = manager_open(&s, error, sizeof error);
	ck_assert_msg(m != NULL, "%s", error);
	turn();
	first = behind_log_levels(ROLE_ENGINE);
	ck_assert_int_eq(strncmp(first, "CFG_BEGIN ", 10), 0);
	ck_assert_ptr_null(strstr(first + 1, "CFG_BEGIN"));
	ck_assert_str_eq(behind_log_levels(ROLE_AAA),
	    "CFG_BEGIN CFG_AAA_SYSTEM CFG_USER CFG_LOCAL "
	    "CFG_PASSWORD_POLICY CFG_KERBEROS CFG_END ");
	manager_close(m);
	ipc_channel_close(engine);
	ipc_channel_close(aaa);
}
END_TEST

/* Ready is who has been told by the keeper that the kernel is as the configuration says. */
START_TEST(ready_when_the_keeper_has_answered)
{
	struct manager_start s = start();
	struct ipc_msg reply = {.type = MSG_KEEP_REPLY, .fd = -1};
	struct manager *m;
	char error[300] = "";

	m = manager_open(&s, error, sizeof error);
	ck_assert_msg(m != NULL, "%s", error);
	turn();
	ck_assert_str_eq(text_str(&said[ROLE_KEEPER]), "KEEP_FLUSH KEEP_FLUSH ");
	reply.keep_reply.text = "";
	for (unsigned i = 0; i < 2; i++) {
		manager_ready(m);
		ck_assert(!m->ready);
		reply.keep_reply.id = open_id[i];
		ipc_send(keeper, &reply);
		turn();
	}
	ck_assert(m->ready);
	ck_assert_str_eq(text_str(&said[ROLE_KEEPER]), "KEEP_FLUSH KEEP_FLUSH ROLE_READY ");
	manager_close(m);
}
END_TEST

static void heard(void *arg, const struct answer *a)
{
	(void)a;
	++*(unsigned *)arg;
}

/* Whatever it is that the keeper answers last: no other answer may come that would ask again. */
START_TEST(ready_when_the_last_answer_is_another)
{
	struct ipc_msg reply = {.type = MSG_KEEP_REPLY, .fd = -1, .keep_reply = {.text = ""}};
	struct ipc_msg clear = {.type = MSG_KEEP_CLEAR, .fd = -1,
	    .keep_clear = {.what = "arp", .device = ""}};
	struct manager_start s = start();
	unsigned answers = 0;
	struct manager *m;
	char error[300] = "";

	m = manager_open(&s, error, sizeof error);
	ck_assert_msg(m != NULL, "%s", error);
	turn();
	ask_send(&m->asks, ROLE_KEEPER, &clear, heard, &answers);
	for (unsigned i = 0; i < 2; i++) {
		reply.keep_reply.id = open_id[i];
		ipc_send(keeper, &reply);
		turn();
	}
	ck_assert(!m->ready);
	reply.keep_reply.id = clear.keep_clear.id;
	ipc_send(keeper, &reply);
	turn();
	ck_assert_uint_eq(answers, 1);
	ck_assert(m->ready);
	manager_close(m);
}
END_TEST

static unsigned is_wrong(const struct gram *g, char *error, size_t size)
{
	ck_assert_ptr_nonnull(g);
	snprintf(error, size, "an act is missing");
	return 1;
}

static unsigned is_right(const struct gram *g, char *error, size_t size)
{
	(void)g;
	(void)error;
	(void)size;
	return 0;
}

/* Without a grammar, its acts, or a place for the configuration there is no manager, and it is told
 * why. */
START_TEST(starts_that_fail)
{
	struct manager_start s = start();
	char error[300] = "", state[80];
	struct manager *m;
	FILE *f;

	snprintf(state, sizeof state, "%s/file", dir);
	f = fopen(state, "w");
	ck_assert_ptr_nonnull(f);
	fclose(f);
	if (_i == 0)
		s.grammar_len = 200; /* cut in the middle */
	else if (_i == 1)
		s.check = is_wrong;
	else if (_i == 2)
		s.state = state; /* no folder */
	else
		s.check = is_right;
	m = manager_open(&s, error, sizeof error);
	ck_assert((m != NULL) == (_i == 3));
	ck_assert((error[0] != 0) == (_i != 3));
	if (_i == 1)
		ck_assert_str_eq(error, "an act is missing");
	if (m)
		manager_close(m);
	turn();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_start");
	TCase *tc = tcase_create("cli_start");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, roles_that_were_there_before);
	tcase_add_test(tc, ready_when_the_keeper_has_answered);
	tcase_add_test(tc, ready_when_the_last_answer_is_another);
	tcase_add_loop_test(tc, starts_that_fail, 0, 4);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
