/*
 * The manager's side of the SSH door, which a taken-over door may tell anything: a sequence of any messages of its
 * kinds, on a few connections. No crash, no session in the list, and a token only behind a login by a right key.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/login/login.h"
#include "cli/operator/door.h"
#include "cli/operator/tokens.h"
#include "tests/support/box.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct box box;
static struct tokens tokens;
static struct door *door;

static void begin(void)
{
	struct ipc_msg link = {.type = MSG_LINK_STATE,
	    .fd = -1,
	    .link_state = {.device = "eth0",
		.hardware = "GigabitEthernet0/0",
		.mac = "",
		.ifindex = 1,
		.up = 1,
		.carrier = 1,
		.addresses = {1, {"10.0.0.1/24"}}}};

	box_setup(&box);
	ipc_send(box.keeper, &link);
	box_type(&box, "configure terminal");
	box_type(&box, "interface GigabitEthernet0/0");
	box_type(&box, "nameif inside");
	box_type(&box, "username ann password secret7");
	box_type(&box, "aaa authentication ssh console LOCAL");
	box_type(&box, "ssh 0.0.0.0 0.0.0.0 inside");
	door = door_open(box.m, &tokens);
	if (!door)
		abort();
}

static void over(void)
{
	door_close(door);
	login_close_all(box.m);
	box_turn();
	box_teardown(&box);
}

/* The next message: one byte says which, two how long; half of the connections come from where they may. */
static void one(const uint8_t **p, size_t *left)
{
	static const enum msg_type kinds[] = {MSG_DOOR_CONNECT, MSG_DOOR_LOGIN, MSG_DOOR_SESSION,
	    MSG_DOOR_END, MSG_DOOR_TOKEN, MSG_LOG_LINE, MSG_KEEP_REPLY, MSG_SHUTDOWN};
	uint8_t bytes[512];
	struct ipc_msg m;
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
	if (!ipc_decode(&m, bytes, len + 2))
		return;
	if (ipc_id(&m))
		*ipc_id(&m) %= 4;
	if (m.type == MSG_DOOR_CONNECT && m.door_connect.port % 2) {
		m.door_connect.from = m.door_connect.to = addr_v4(0x0a000001);
		m.door_connect.ifindex = 1;
	}
	m.fd = -1;
	box.m->door.said(box.m->door.ctx, &m);
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
		uv_run(&box_loop, UV_RUN_NOWAIT);
	if (tokens.issued || !box.m->operators || box.m->operators->next)
		abort(); /* the box' own operator, and nobody besides */
	box.m->door.gone(box.m->door.ctx);
	return 0;
}
