/* The real world for the machines; see env_uv.h. */
#include "engine/role/env_uv.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/base/clock.h"
#include "engine/net/sock.h"
#include "engine/role/send_queue.h"

static struct env_uv *of(struct env *e)
{
	return container_of(e, struct env_uv, env);
}

/* CLOCK_MONOTONIC, as the packet worker's counters use it. */
static uint64_t now(struct env *e)
{
	(void)e;
	return clock_monotonic();
}

static int64_t wall(struct env *e)
{
	(void)e;
	return time(NULL);
}

static void draw(struct env_uv *u, void *to, size_t len)
{
	if (!crypto_random(u->crypto, to, len))
		abort(); /* keys from anything less are no keys */
}

/* Cookies and ids are few bytes each, and asking for them costs more than making them: they come
 * from a store, where none is left once it was given. */
static void random_bytes(struct env *e, void *to, size_t len)
{
	struct env_uv *u = of(e);
	uint8_t *from;

	if (len > ENV_RANDOM_SMALL) {
		draw(u, to, len);
		return;
	}
	if (u->random_left < len) {
		draw(u, u->random, sizeof u->random);
		u->random_left = sizeof u->random;
	}
	u->random_left -= len;
	from = u->random + u->random_left;
	memcpy(to, from, len);
	crypto_wipe(from, len);
}

/* ---- sending -------------------------------------------------------------------- */

static void flush(struct env_uv *u)
{
	u->send_errors += send_queue_flush(u->queue);
}

/* Both parts in one datagram, from the path's own address. Lost on the way: the peer asks again. */
static void send_parts(struct env_uv *u, const struct path *path, struct chunk front,
    struct chunk msg)
{
	int fd = path->local.port == 4500 ? u->udp4500 : u->udp500;
	struct iovec part[2] = {
	    {.iov_base = (void *)(uintptr_t)front.p, .iov_len = front.len},
	    {.iov_base = (void *)(uintptr_t)msg.p, .iov_len = msg.len},
	};
	struct sock_ends ends;
	struct mmsghdr m = {.msg_len = 0};

	if (u->holds && send_queue_put(u->queue, fd, path, front, msg))
		return;
	flush(u); /* full, or this one is too long for it: order is kept */
	sock_to_send(&m.msg_hdr, &ends, part, 2, path, 0);
	if (sock_send_whole(fd, &m, 1) < 0) /* the packet path sends by it, too */
		u->send_errors++;
}

static void send_ike(struct env *e, const struct path *path, const void *msg, size_t len)
{
	static const uint8_t marker[4];

	send_parts(of(e), path,
	    (struct chunk){marker, path->local.port == 4500 ? sizeof marker : 0},
	    (struct chunk){msg, len});
}

static void send_keepalive(struct env *e, const struct path *path)
{
	static const uint8_t byte = 0xff;

	send_parts(of(e), path, (struct chunk){&byte, 1}, (struct chunk){&byte, 0});
}

void env_uv_hold(struct env_uv *u)
{
	u->holds = true;
}

void env_uv_flush(struct env_uv *u)
{
	u->holds = false;
	flush(u);
}

/* ---- slow work --------------------------------------------------------------------- */

struct work {
	uv_work_t request;
	struct job *job;
};

static void work(uv_work_t *w)
{
	struct job *j = container_of(w, struct work, request)->job;

	j->work(j);
}

static void work_done(uv_work_t *w, int status)
{
	struct work *p = container_of(w, struct work, request);
	struct job *j = p->job;

	(void)status;
	free(p);
	j->done(j);
}

static void offload(struct env *e, struct job *j)
{
	struct work *p = malloc(sizeof *p);

	if (p) {
		p->job = j;
		if (uv_queue_work(of(e)->loop, &p->request, work, work_done) == 0)
			return;
		free(p);
	}
	j->work(j);
	j->done(j);
}

/* ---- timers ------------------------------------------------------------------------- */

static void due(uv_timer_t *t)
{
	timer_run(&((struct env_uv *)t->data)->env);
}

/* Before the loop sleeps: as long as the next timer allows. */
static void rearm(uv_prepare_t *p)
{
	struct env_uv *u = p->data;
	uint64_t next = timer_next(&u->env), at = now(&u->env);

	if (next == UINT64_MAX) {
		uv_timer_stop(&u->timer);
		return;
	}
	uv_update_time(u->loop);
	uv_timer_start(&u->timer, due, next > at ? (next - at + MSEC - 1) / MSEC : 0, 0);
}

bool env_uv_init(struct env_uv *u, uv_loop_t *loop, const struct crypto *crypto)
{
	*u = (struct env_uv){
	    .env = {.now = now, .wall = wall, .random = random_bytes, .send = send_ike,
	        .keepalive = send_keepalive, .offload = offload},
	    .loop = loop,
	    .crypto = crypto,
	    .udp500 = -1,
	    .udp4500 = -1,
	    .queue = send_queue_create(),
	};
	if (!u->queue || uv_timer_init(loop, &u->timer) || uv_prepare_init(loop, &u->prepare))
		return false;
	u->timer.data = u->prepare.data = u;
	return uv_prepare_start(&u->prepare, rearm) == 0;
}

void env_uv_close(struct env_uv *u)
{
	uv_close((uv_handle_t *)&u->timer, NULL);
	uv_close((uv_handle_t *)&u->prepare, NULL);
	timer_fini(&u->env);
	send_queue_destroy(u->queue);
	crypto_wipe(u->random, sizeof u->random);
}
