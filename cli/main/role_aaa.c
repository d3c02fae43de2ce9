/* aaa as a role of this binary: its loop and its channels. */
#include <stdlib.h>
#include <uv.h>

#include "cli/main/roles.h"
#include "engine/aaa/aaa.h"
#include "engine/ipc/channel.h"

struct aaa_process {
	uv_loop_t loop;
	struct aaa *aaa;
	struct ipc_channel *channel[ROLE_COUNT]; /* NULL while that role is away */
	int status;
};

static void to_role(void *arg, enum role to, const struct ipc_msg *m)
{
	struct aaa_process *p = arg;

	ipc_send(p->channel[to], m);
}

static enum role role_of(const struct aaa_process *p, const struct ipc_channel *ch)
{
	int r;

	for (r = ROLE_KEEPER; r < ROLE_AAA && p->channel[r] != ch; r++)
		;
	return (enum role)r;
}

static void on_message(void *arg, struct ipc_channel *, struct ipc_msg *);

static void on_close(void *arg, struct ipc_channel *ch)
{
	struct aaa_process *p = arg;
	enum role role = role_of(p, ch);

	ipc_channel_close(ch);
	p->channel[role] = NULL;
	if (role == ROLE_KEEPER) {
		p->status = 1;
		uv_stop(&p->loop);
	}
}

static void on_peer(struct aaa_process *p, struct ipc_msg *m)
{
	uint8_t role = m->peer_role.role;
	struct ipc_channel *ch;

	if (m->fd < 0 || (role != ROLE_MANAGER && role != ROLE_ENGINE))
		return;
	ch = ipc_channel_open(&p->loop, m->fd, on_message, on_close, p);
	if (!ch)
		return;
	m->fd = -1;
	ipc_channel_close(p->channel[role]);
	p->channel[role] = ch;
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct aaa_process *p = arg;
	enum role from = role_of(p, ch);

	if (from != ROLE_KEEPER)
		aaa_message(p->aaa, from, m);
	else if (m->type == MSG_PEER_ROLE)
		on_peer(p, m);
	else if (m->type == MSG_SHUTDOWN)
		uv_stop(&p->loop);
}

int aaa_role(const struct role_start *start)
{
	struct aaa_process p = {0};
	struct ipc_msg ready = {.type = MSG_ROLE_READY, .fd = -1, .role_ready = {.role = ROLE_AAA}};

	if (uv_loop_init(&p.loop) < 0)
		return 1;
	p.aaa = aaa_create(start->crypto, to_role, &p);
	p.channel[ROLE_KEEPER] = ipc_channel_open(&p.loop, start->keeper, on_message, on_close, &p);
	if (!p.aaa || !p.channel[ROLE_KEEPER])
		return 1;
	ipc_send(p.channel[ROLE_KEEPER], &ready);
	uv_run(&p.loop, UV_RUN_DEFAULT);
	for (int r = 0; r < ROLE_COUNT; r++)
		ipc_channel_close(p.channel[r]);
	uv_run(&p.loop, UV_RUN_DEFAULT);
	uv_loop_close(&p.loop);
	aaa_destroy(p.aaa);
	return p.status;
}
