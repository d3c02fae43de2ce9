/*
 * The manager's side of the SSH door, which a taken-over door may tell
 * anything: a sequence of any messages of its kinds, on a few connections. No
 * crash, no session in the list, and a token only behind a login by a right
 * key. /
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/login/login.h"
#include "cli/operator/door.h"
#include "cli/operator/tokens.h"
#include "tests/support/one_crypto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

extern const char grammars_all[], grammars_all_end[];

static const char config[] = "interface GigabitEthernet0/0\n"
			     "nameif inside\n"
			     "username ann password secret7\n"
			     "aaa authentication ssh console LOCAL\n"
			     "ssh 0.0.0.0 0.0.0.0 inside\n";

static uv_loop_t loop;
static struct manager *m;
static struct tokens tokens;
static struct door *door;
static char dir[] = "/tmp/fuzz-door.XXXXXX";

static void begin(void)
{
	const struct msg_link_state link = {.device = "eth0",
	    .hardware = "GigabitEthernet0/0",
	    .mac = "",
	    .last = "",
	    .ifindex = 1,
	    .up = 1,
	    .carrier = 1,
	    .addresses = {1, {"10.0.0.1/24"}}};
	struct manager_start start = {.loop = &loop,
	    .grammar = grammars_all,
	    .grammar_len = (size_t)(grammars_all_end - grammars_all),
	    .boot_id = "boot",
	    .state = mkdtemp(dir),
	    .crypto = one_crypto(),
	    .config = config,
	    .config_len = sizeof config - 1};
	char error[500] = "";

	uv_loop_init(&loop);
	m = start.state && start.crypto ? manager_open(&start, error, sizeof error) : NULL;
	door = m ? door_open(m, &tokens) : NULL;
	if (!door) {
		fprintf(stderr, "%s\n", error);
		abort();
	}
	links_note(&m->links, &link);
}

static void over(void)
{
	char command[64];

	door_close(door);
	login_close_all(m);
	manager_close(m);
	uv_run(&loop, UV_RUN_DEFAULT);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	if (system(command) != 0)
		fprintf(stderr, "%s is left\n", dir);
}

/* The next message: one byte says which, two how long; half of the connections come from where
 * they may. */
static void one(const uint8_t **p, size_t *left)
{
	static const enum msg_type kinds[] = {MSG_DOOR_CONNECT, MSG_DOOR_LOGIN, MSG_DOOR_SESSION,
	    MSG_DOOR_END, MSG_DOOR_TOKEN, MSG_LOG_LINE, MSG_KEEP_REPLY, MSG_SHUTDOWN};
	uint8_t bytes[512];
	struct ipc_msg msg;
	size_t len;

	bytes[0] = 0;
	bytes[1] = (uint8_t)kinds[(*p)[0] % (sizeof kinds / sizeof kinds[0])];
	len = (*p)[1];
	*p += 2;
	*left -= 2;
	len = len < *left ? len : *left;
	memcpy(bytes + 2, *p, len);
	*p += len;
	*left -= len;
	if (!ipc_decode(&msg, bytes, len + 2))
		return;
	if (ipc_id(&msg))
		*ipc_id(&msg) %= 4;
	if (msg.type == MSG_DOOR_CONNECT && msg.door_connect.port % 2) {
		msg.door_connect.from = msg.door_connect.to = addr_v4(0x0a000001);
		msg.door_connect.ifindex = 1;
	}
	msg.fd = -1;
	m->door.said(m->door.ctx, &msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!door) {
		begin();
		atexit(over);
	}
	while (size > 2)
		one(&data, &size);
	for (int i = 0; i < 3; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
	if (tokens.issued || m->operators)
		abort();
	m->door.gone(m->door.ctx);
	return 0;
}
