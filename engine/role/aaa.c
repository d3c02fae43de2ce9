/* aaa's messages in and out; what they do is engine/aaa's. See aaa.h. */
#include "engine/role/aaa.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/aaa/aaa.h"
#include "engine/base/stop.h"
#include "engine/role/aaa_net.h"
#include "engine/role/aaa_protocols.h"
#include "engine/role/env_uv.h"
#include "engine/wire/wire.h"

/* What the keeper opens for us. */
enum { OPEN_HOSTS = 1, OPEN_RESOLVER, OPEN_ACCOUNTING, OPEN_ACCOUNTING_2 };

#define FILE_MAX AAA_HOSTS_MAX
#define ENDING_LOOK_MS 10

struct aaa_uv {
	uv_loop_t *loop;
	struct env_uv world;
	struct aaa_net_uv net;
	struct aaa *aaa;
	bool reborn;       /* the whole appliance is new */
	int accounting[2]; /* its files, as the keeper gives them */
	uv_timer_t ending; /* since SHUTDOWN: is all on the disk? */
	uint64_t patience; /* uv_now() until which that may take */
	struct ipc_channel *channel[ROLE_COUNT]; /* NULL while that role is away */
	void (*stopped)(void *arg, int status);
	void *arg;
};

/* What it says to the log of a login goes ahead of the answer, which others say more about. */
static void to_role(void *arg, enum role to, const struct ipc_msg *m)
{
	struct aaa_uv *p = arg;

	if (to == ROLE_ENGINE)
		ipc_flush(p->channel[ROLE_MANAGER]);
	ipc_send(p->channel[to], m);
}

static enum role role_of(const struct aaa_uv *p, const struct ipc_channel *ch)
{
	int r;

	for (r = ROLE_KEEPER; r < ROLE_AAA && p->channel[r] != ch; r++)
		;
	return (enum role)r;
}

/* ---- files of the host ------------------------------------------------------------------ */

static void ask_keeper(struct aaa_uv *p, uint32_t id, const char *what)
{
	struct ipc_msg m = {.type = MSG_KEEP_OPEN, .fd = -1, .keep_open = {.id = id, .what = what}};

	ipc_send(p->channel[ROLE_KEEPER], &m);
}

/* What the host knows of names; it may have changed since. */
static void ask_names(void *arg)
{
	ask_keeper(arg, OPEN_HOSTS, "hosts");
	ask_keeper(arg, OPEN_RESOLVER, "resolver");
}

/* The whole text of a file, which is the caller's; NULL: there is none. Closes it. */
static char *read_all(int fd)
{
	char *text = fd < 0 ? NULL : malloc(FILE_MAX + 1);
	size_t len = 0;
	ssize_t n = 1;

	while (text && len < FILE_MAX && (n = read(fd, text + len, FILE_MAX - len)) > 0)
		len += (size_t)n;
	if (text)
		text[len] = 0;
	if (fd >= 0)
		close(fd);
	return text;
}

static void to_keeper(void *arg, const struct ipc_msg *m)
{
	to_role(arg, ROLE_KEEPER, m);
}

/* The second one comes last. */
static void on_accounting(struct aaa_uv *p, struct ipc_msg *m)
{
	unsigned which = m->keep_reply.id - OPEN_ACCOUNTING;

	p->accounting[which] = m->fd;
	m->fd = -1;
	if (which == 1)
		aaa_accounting_files(p->aaa, p->accounting, p->reborn);
}

static void on_answer(struct aaa_uv *p, struct ipc_msg *m)
{
	char *text;

	if (aaa_nt_reply(&p->net.nt, m))
		return;

	if (m->keep_reply.id >= OPEN_ACCOUNTING && m->keep_reply.id <= OPEN_ACCOUNTING_2) {
		on_accounting(p, m);
		return;
	}
	text = read_all(m->fd);
	m->fd = -1;
	if (m->keep_reply.id == OPEN_HOSTS)
		aaa_names_hosts(&p->net.names, text);
	else if (m->keep_reply.id == OPEN_RESOLVER)
		aaa_names_resolver(&p->net.names, text);
	free(text);
}

/* ---- names that objects of the configuration mean ----------------------------------------- */

static void tell_addresses(void *arg, const char *name, const struct dns_found *found)
{
	uint8_t bytes[4 * DNS_ADDRESSES];
	struct wr w = wr_init(bytes, sizeof bytes);
	struct ipc_msg m = {.type = MSG_NAME_ANSWER,
	    .fd = -1,
	    .name_answer = {.name = name, .lives = found->lives}};

	for (unsigned i = 0; i < found->n; i++)
		wr_u32(&w, addr_to_v4(&found->address[i]));
	m.name_answer.addresses = (struct bytes){(uint16_t)wr_len(&w), bytes};
	to_role(arg, ROLE_MANAGER, &m);
}

static void on_name(struct aaa_uv *p, const struct msg_name_ask *m)
{
	aaa_names_all(&p->net.names, m->name, tell_addresses, p);
}

/* ---- the other roles -------------------------------------------------------------------- */

static void on_message(void *arg, struct ipc_channel *, struct ipc_msg *);

static void drop(struct aaa_uv *p, enum role role)
{
	ipc_channel_close(p->channel[role]);
	p->channel[role] = NULL;
	aaa_role_gone(p->aaa, role);
}

/* The others end, too, and tell what their sessions have used; that has to be on the disk. */
static void on_ending(uv_timer_t *t)
{
	struct aaa_uv *p = t->data;
	bool alone = !p->channel[ROLE_ENGINE] && !p->channel[ROLE_MANAGER];

	if (alone)
		aaa_alone(p->aaa);
	if ((!alone || aaa_busy(p->aaa) || aaa_flies(p->aaa)) && uv_now(p->loop) < p->patience)
		return;
	uv_timer_stop(t);
	p->stopped(p->arg, 0);
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	struct aaa_uv *p = arg;
	enum role role = role_of(p, ch);

	drop(p, role);
	if (role == ROLE_KEEPER)
		p->stopped(p->arg, 1);
	else if (uv_is_active((uv_handle_t *)&p->ending))
		on_ending(&p->ending);
}

static void on_peer(struct aaa_uv *p, struct ipc_msg *m)
{
	uint8_t role = m->peer_role.role;
	struct ipc_channel *ch;

	if (m->fd < 0 || (role != ROLE_MANAGER && role != ROLE_ENGINE))
		return;
	ch = ipc_channel_open(p->loop, m->fd, on_message, on_close, p);
	if (!ch)
		return;
	m->fd = -1;
	drop(p, role);
	p->channel[role] = ch;
	aaa_role_here(p->aaa, role);
}

static void on_shutdown(struct aaa_uv *p)
{
	aaa_ending(p->aaa);
	p->patience = uv_now(p->loop) + STOP_WORDS_MS;
	uv_timer_start(&p->ending, on_ending, 0, ENDING_LOOK_MS);
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct aaa_uv *p = arg;
	enum role from = role_of(p, ch);

	if (from == ROLE_MANAGER && m->type == MSG_NAME_ASK)
		on_name(p, &m->name_ask);
	else if (from != ROLE_KEEPER)
		aaa_message(p->aaa, from, m);
	else if (m->type == MSG_PEER_ROLE)
		on_peer(p, m);
	else if (m->type == MSG_KEEP_REPLY)
		on_answer(p, m);
	else if (m->type == MSG_SHUTDOWN)
		on_shutdown(p);
}

void aaa_close(struct aaa_uv *p)
{
	for (int r = 0; r < ROLE_COUNT; r++)
		ipc_channel_close(p->channel[r]);
	while (p->aaa && aaa_busy(p->aaa)) /* a job is on its way */
		uv_run(p->loop, UV_RUN_ONCE);
	aaa_destroy(p->aaa);
	uv_close((uv_handle_t *)&p->ending, NULL);
	aaa_net_uv_fini(&p->net);
	env_uv_close(&p->world);
	uv_run(p->loop, UV_RUN_NOWAIT); /* handles inside `p` close before it goes */
	free(p);
}

struct aaa_uv *aaa_open(const struct aaa_start *start)
{
	struct ipc_msg ready = {.type = MSG_ROLE_READY, .fd = -1, .role_ready = {.role = ROLE_AAA}};
	struct aaa_uv *p = calloc(1, sizeof *p);

	if (!p || !env_uv_init(&p->world, start->loop, start->crypto)) {
		free(p);
		return NULL;
	}
	p->loop = start->loop;
	p->stopped = start->stopped;
	p->arg = start->arg;
	p->channel[ROLE_KEEPER] = start->keeper;
	p->reborn = start->reborn;
	p->accounting[0] = p->accounting[1] = -1;
	uv_timer_init(start->loop, &p->ending);
	p->ending.data = p;
	aaa_net_uv_init(&p->net, start->loop, &p->world.env, ask_names, to_keeper, p);
	p->aaa = aaa_create(&p->world.env, start->crypto, &p->net.on.net, aaa_protocol_find,
	    to_role, p);
	if (!p->aaa) {
		aaa_close(p);
		return NULL;
	}
	ipc_channel_listen(start->keeper, on_message, on_close, p);
	ask_keeper(p, OPEN_ACCOUNTING, "accounting");
	ask_keeper(p, OPEN_ACCOUNTING_2, "accounting-2");
	ipc_send(start->keeper, &ready);
	return p;
}
