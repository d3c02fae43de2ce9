/*
 * The appliance in one process: the real manager, engine and aaa on one loop
 * and the in-memory bus; only the keeper is played here. What an operator types
 * reaches the packet path, and what the engine knows reaches the operator.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/manager/manager.h"
#include "cli/operator/operator.h"
#include "engine/aaa/aaa.h"
#include "engine/role/engine.h"
#include "engine/role/env_uv.h"
#include "tests/support/ike_initiator.h"

extern const char grammars_all[], grammars_all_end[];

static uv_loop_t loop;
static struct manager *manager;
static struct engine *engine;
static struct env_uv aaa_world;
static struct aaa *aaa;
static struct crypto *crypto;
static struct ipc_channel *to_manager, *to_engine; /* the keeper's ends */
static struct ipc_channel *aaa_manager, *aaa_engine;
static unsigned ready, routes, engine_stopped;
static uint16_t port500; /* where the engine's port 500 really is, on loopback */
static char dir[64];

/* ---- the keeper ---------------------------------------------------------------- */

static int udp_socket(uint16_t *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof a;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ntohs(a.sin_port);
	return fd;
}

/* Something that reads and writes like a TUN device or a raw socket; its far end is dropped. */
static int device(void)
{
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fd), 0);
	close(fd[1]);
	return fd[0];
}

static void give(struct ipc_channel *ch, uint32_t id, int fd)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = fd};

	m.keep_reply.id = id;
	ipc_send(ch, &m);
	if (fd >= 0)
		close(fd);
}

static void keeper_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	uint16_t unused;

	(void)arg;
	switch (m->type) {
	case MSG_KEEP_OPEN:
		give(ch, m->keep_open.id,
		    strcmp(m->keep_open.what, "udp500") == 0	? udp_socket(&port500)
		    : strcmp(m->keep_open.what, "udp4500") == 0 ? udp_socket(&unused)
								: device());
		break;
	case MSG_KEEP_CLIENT_ROUTE:
		routes++;
		break;
	case MSG_KEEP_FLUSH:
		give(ch, m->keep_flush.id, -1);
		break;
	case MSG_ROLE_READY:
		ready |= 1u << m->role_ready.role;
		break;
	default:
		if (strncmp(ipc_name(m->type), "KEEP_", 5) == 0 && ipc_id(m))
			give(ch, *ipc_id(m), -1);
		break;
	}
}

static void gone(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

/* ---- aaa ----------------------------------------------------------------------- */

static void from_aaa(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg;
	ipc_send(to == ROLE_ENGINE ? aaa_engine : aaa_manager, m);
}

static void to_aaa(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)arg;
	aaa_message(aaa, ch == aaa_engine ? ROLE_ENGINE : ROLE_MANAGER, m);
}

/* ---- the operator ----------------------------------------------------------------- */

struct screen {
	struct text t;
	unsigned done, status;
};

static void show(void *ctx, enum console_type type, const void *data, size_t len)
{
	struct screen *s = ctx;

	if (type == CONSOLE_TEXT)
		text_addn(&s->t, data, len);
	if (type == CONSOLE_DONE) {
		s->done++;
		s->status = *(const uint8_t *)data;
	}
}

static struct screen screen;
static struct operator *op;

/* Runs the loop until the line is done. */
static const char *type_line(const char *line)
{
	unsigned before = screen.done;

	text_clear(&screen.t);
	operator_line(op, line, strlen(line));
	for (int i = 0; i < 150000 && screen.done == before; i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(200);
	}
	ck_assert_uint_eq(screen.done, before + 1);
	return text_str(&screen.t);
}

static void type_all(const char *const *line)
{
	for (; *line; line++) {
		const char *said = type_line(*line);

		ck_assert_msg(screen.status == 0, "%s: %s", *line, said);
	}
}

static const char *const configuration[] = {"configure terminal", "interface lo", "nameif outside",
    "ip address 127.0.0.1 255.0.0.0", "no shutdown", "crypto ikev1 policy 10",
    "authentication pre-share", "encryption 3des", "hash sha", "group 2",
    "crypto ipsec ikev1 transform-set T esp-3des esp-sha-hmac",
    "crypto ipsec ikev1 transform-set T mode transport",
    "crypto dynamic-map dyn 10 set ikev1 transform-set T",
    "crypto map m 65535 ipsec-isakmp dynamic dyn", "crypto map m interface outside",
    "crypto ikev1 enable outside", "ip local pool P 192.168.1.1-192.168.1.2 mask 255.255.255.0",
    "tunnel-group DefaultRAGroup general-attributes", "address-pool P",
    "tunnel-group DefaultRAGroup ipsec-attributes", "ikev1 pre-shared-key C!sc0@123", "end", NULL};

/* ---- life ---------------------------------------------------------------------------- */

static void stopped(void *arg, int status)
{
	(void)arg;
	(void)status;
	engine_stopped++;
}

static void start_engine(void)
{
	struct ipc_channel *engine_end, *manager_end, *e;
	struct engine_start s = {.loop = &loop, .crypto = crypto, .stopped = stopped};

	ck_assert(ipc_channel_pair(&loop, &to_engine, &s.keeper));
	ipc_channel_listen(to_engine, keeper_message, gone, NULL);
	engine = engine_open(&s);
	ck_assert_ptr_nonnull(engine);
	ck_assert(ipc_channel_pair(&loop, &engine_end, &manager_end));
	engine_peer(engine, ROLE_MANAGER, engine_end);
	manager_peer(manager, ROLE_ENGINE, manager_end);
	ck_assert(ipc_channel_pair(&loop, &e, &aaa_engine));
	engine_peer(engine, ROLE_AAA, e);
	ipc_channel_listen(aaa_engine, to_aaa, gone, NULL);
	ready &= ~(1u << ROLE_ENGINE);
	for (int i = 0; i < 150000 && !(ready & 1u << ROLE_ENGINE); i++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(200);
	}
	ck_assert_uint_ne(ready & 1u << ROLE_ENGINE, 0);
}

static void stop_engine(void)
{
	engine_close(engine);
	ipc_channel_close(to_engine);
	ipc_channel_close(aaa_engine);
	uv_run(&loop, UV_RUN_NOWAIT);
}

static void setup(void)
{
	struct console_hello hello = {.kind = CONSOLE_KIND_SCRIPT};
	struct ipc_msg link = {.type = MSG_LINK_STATE,
	    .fd = -1,
	    .link_state = {
		.device = "lo", .hardware = "lo", .ifindex = 1, .up = 1, .mtu = 1500, .mac = ""}};
	struct ipc_channel *m;
	char error[1024];
	struct manager_start start = {.loop = &loop,
	    .grammar = grammars_all,
	    .grammar_len = (size_t)(grammars_all_end - grammars_all),
	    .state = dir,
	    .boot_id = "boot"};

	uv_loop_init(&loop);
	snprintf(dir, sizeof dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	start.crypto = crypto = crypto_create();
	ck_assert(crypto && env_uv_init(&aaa_world, &loop, crypto));
	aaa = aaa_create(&aaa_world.env, crypto, NULL, NULL, from_aaa, NULL);
	ck_assert_ptr_nonnull(aaa);
	ck_assert(ipc_channel_pair(&loop, &to_manager, &start.keeper));
	ipc_channel_listen(to_manager, keeper_message, gone, NULL);
	ipc_send(to_manager, &link);
	manager = manager_open(&start, error, sizeof error);
	ck_assert_msg(manager != NULL, "%s", error);
	ck_assert(ipc_channel_pair(&loop, &m, &aaa_manager));
	manager_peer(manager, ROLE_AAA, m);
	ipc_channel_listen(aaa_manager, to_aaa, gone, NULL);
	start_engine();
	op = operator_new(manager, &hello, show, &screen);
	ck_assert_ptr_nonnull(op);
}

static void teardown(void)
{
	char command[128];

	operator_free(op);
	stop_engine();
	manager_close(manager);
	ipc_channel_close(to_manager);
	ipc_channel_close(aaa_manager);
	aaa_destroy(aaa);
	env_uv_close(&aaa_world);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	crypto_destroy(crypto);
	text_free(&screen.t);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	ck_assert_int_eq(system(command), 0);
}

/* Sends message 1 of main mode to the engine; message 2 comes within so many half milliseconds. */
static bool main_mode_within(int turns)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons(port500)};
	struct ike_initiator i;
	struct initiator_message m;
	uint8_t answer[2048];
	uint16_t unused;
	int fd = udp_socket(&unused);
	ssize_t n = -1;

	initiator_init(&i, crypto, (uint64_t)rand());
	initiator_mm1(&i, &m);
	ck_assert_int_gt(sendto(fd, m.b, m.len, 0, (struct sockaddr *)&to, sizeof to), 0);
	for (int t = 0; t < turns && n < 0; t++) {
		uv_run(&loop, UV_RUN_NOWAIT);
		usleep(500);
		n = recv(fd, answer, sizeof answer, 0);
	}
	close(fd);
	return n > 0 && initiator_mm2(&i, answer, (size_t)n);
}

static bool main_mode_answers(void)
{
	return main_mode_within(20000);
}

static bool main_mode_is_silent(void)
{
	return !main_mode_within(200);
}

START_TEST(what_is_typed_reaches_the_packet_path)
{
	ck_assert(main_mode_is_silent());
	type_all(configuration);
	ck_assert(main_mode_answers());
	ck_assert_ptr_nonnull(strstr(type_line("show crypto ikev1 sa"), "MM_WAIT_MSG3"));
	ck_assert_ptr_nonnull(strstr(type_line("show ip local pool P"),
	    "192.168.1.1     192.168.1.2     255.255.255.0       2        0        0\n"));
	type_line("configure terminal");
	type_line("no crypto ikev1 enable outside");
	ck_assert(main_mode_is_silent());
}
END_TEST

START_TEST(a_new_engine_is_told_everything)
{
	type_all(configuration);
	stop_engine();
	ck_assert_ptr_nonnull(strstr(type_line("show crypto ikev1 sa"), "ERROR"));
	start_engine();
	ck_assert(main_mode_answers());
	ck_assert_uint_eq(engine_stopped, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("appliance");
	TCase *tc = tcase_create("appliance");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, what_is_typed_reaches_the_packet_path);
	tcase_add_test(tc, a_new_engine_is_told_everything);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
