/* A role at the end of its channels; see role_end.h. */
#include "tests/support/role_end.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/support/one_crypto.h"

struct role_end role_end;

static void stopped(void *arg, int s)
{
	ck_assert_ptr_eq(arg, &role_end.stops);
	role_end.stops++;
	role_end.status = s;
}

int role_socket(int family)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	ck_assert_int_ge(fd, 0);
	if (family == AF_INET)
		ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

void role_give(uint32_t id, int fd, uint32_t error)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = fd,
	    .keep_reply = {.id = id, .error = error, .text = "no"}};

	ipc_send(role_end.keeper, &m);
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
	text_addf(&role_end.told, "%s: %s\n", (const char *)arg, line);
	if (m->type == MSG_KEEP_OPEN && !role_end.deaf)
		role_give(m->keep_open.id,
		    role_socket(strncmp(m->keep_open.what, "udp", 3) ? AF_UNIX : AF_INET), 0);
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)ch;
	text_addf(&role_end.told, "%s: closed\n", (const char *)arg);
}

void role_turn(void)
{
	for (int i = 0; i < 12; i++)
		uv_run(&role_end.loop, UV_RUN_NOWAIT);
}

/* What was told since the last look. */
bool role_heard(const char *what)
{
	return strstr(text_str(&role_end.told), what) != NULL;
}

void role_tell(struct ipc_channel *to, struct ipc_msg m)
{
	m.fd = -1;
	text_clear(&role_end.told);
	ck_assert(ipc_send(to, &m));
	role_turn();
}

/* A new channel to that role as the keeper gives it; our end. */
struct ipc_channel *role_peer(enum role role, const char *name)
{
	struct ipc_msg m = {.type = MSG_PEER_ROLE, .peer_role = {.role = (uint8_t)role}};
	struct ipc_channel *ch;
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	m.fd = fd[1];
	text_clear(&role_end.told);
	ck_assert(ipc_send(role_end.keeper, &m));
	close(fd[1]);
	ch = ipc_channel_open(&role_end.loop, fd[0], on_message, on_close, (void *)(uintptr_t)name);
	ck_assert_ptr_nonnull(ch);
	role_turn();
	return ch;
}

static struct ipc_channel *keeper_pair(void)
{
	static char name[] = "keeper";
	struct ipc_channel *end;

	uv_loop_init(&role_end.loop);
	ck_assert(ipc_channel_pair(&role_end.loop, &role_end.keeper, &end));
	ipc_channel_listen(role_end.keeper, on_message, on_close, name);
	role_end.stops = 0;
	role_end.status = -1;
	return end;
}

void role_engine_setup(void)
{
	struct engine_start start = {.loop = &role_end.loop, .keeper = keeper_pair(),
	    .crypto = one_crypto(), .stopped = stopped, .arg = &role_end.stops};

	role_end.engine = engine_open(&start);
	ck_assert_ptr_nonnull(role_end.engine);
	role_turn();
	if (!role_end.deaf)
		role_configured();
}

void role_configured(void)
{
	role_end.manager = role_peer(ROLE_MANAGER, "manager");
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_CRYPTO_ENGINE,
				    .cfg_crypto_engine = {.workers = 1}});
	role_tell(role_end.manager, (struct ipc_msg){.type = MSG_CFG_END});
}

void role_deaf_setup(void)
{
	role_end.deaf = true;
	role_engine_setup();
}

void role_aaa_setup(void)
{
	struct aaa_start start = {.loop = &role_end.loop, .keeper = keeper_pair(),
	    .crypto = one_crypto(), .stopped = stopped, .arg = &role_end.stops};

	role_end.aaa = aaa_open(&start);
	ck_assert_ptr_nonnull(role_end.aaa);
	role_turn();
	ck_assert_str_eq(text_str(&role_end.told), "keeper: KEEP_OPEN id=3 what=\"accounting\"\n"
	    "keeper: KEEP_OPEN id=4 what=\"accounting-2\"\nkeeper: ROLE_READY role=3\n");
	role_end.manager = role_peer(ROLE_MANAGER, "manager");
}

void role_teardown(void)
{
	if (role_end.engine)
		engine_close(role_end.engine);
	if (role_end.aaa)
		aaa_close(role_end.aaa);
	ipc_channel_close(role_end.keeper);
	ipc_channel_close(role_end.manager);
	ipc_channel_close(role_end.other);
	role_end.engine = NULL;
	role_end.aaa = NULL;
	role_end.manager = role_end.other = NULL;
	role_end.deaf = false;
	uv_run(&role_end.loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&role_end.loop), 0);
	text_free(&role_end.told);
}
