/*
 * The real world for the machines: libuv's loop, one uv_timer for the whole
 * timer heap, its thread pool for slow work, the two IKE sockets for sending.
 */
#ifndef GATEHOUSE_ENV_UV_H
#define GATEHOUSE_ENV_UV_H

#include <uv.h>

#include "engine/base/env.h"
#include "engine/crypto/crypto.h"

#define ENV_RANDOM_SMALL 16

struct env_uv {
	struct env env; /* what the machines get */
	uv_loop_t *loop;
	const struct crypto *crypto; /* the source of random bytes */
	uv_timer_t timer;
	uv_prepare_t prepare;
	int udp500, udp4500; /* -1 until the keeper gave them; not owned */
	struct send_queue *queue;
	bool holds; /* what is sent waits in the queue */
	uint64_t send_errors;
	uint8_t random[64 * ENV_RANDOM_SMALL]; /* the first `random_left` are not given yet */
	size_t random_left;
};

/* False when the loop refuses its handles. The object must stay there until the loop ended. */
bool env_uv_init(struct env_uv *, uv_loop_t *, const struct crypto *);
/* From here on what is sent waits, so that it leaves by one system call ... */
void env_uv_hold(struct env_uv *);
/* ... now: before the loop does anything else. */
void env_uv_flush(struct env_uv *);
/* Closes its handles; run the loop once more before its memory goes. */
void env_uv_close(struct env_uv *);

#endif
