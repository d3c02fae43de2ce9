/* Datagrams that leave together; see send_queue.h. */
#include "engine/role/send_queue.h"

#include <stdlib.h>
#include <string.h>

#include "engine/net/sock.h"

struct send_queue {
	unsigned n;
	int fd[SEND_QUEUE_MAX];
	struct mmsghdr msg[SEND_QUEUE_MAX];
	struct iovec part[SEND_QUEUE_MAX];
	struct sock_ends ends[SEND_QUEUE_MAX];
	uint8_t bytes[SEND_QUEUE_MAX][SEND_QUEUE_BYTES];
};

struct send_queue *send_queue_create(void)
{
	return calloc(1, sizeof(struct send_queue));
}

void send_queue_destroy(struct send_queue *q)
{
	free(q);
}

bool send_queue_put(struct send_queue *q, int fd, const struct path *path, struct chunk front,
    struct chunk msg)
{
	unsigned i = q->n;

	if (i == SEND_QUEUE_MAX || front.len + msg.len > SEND_QUEUE_BYTES)
		return false;
	memcpy(q->bytes[i], front.p, front.len);
	memcpy(q->bytes[i] + front.len, msg.p, msg.len);
	q->fd[i] = fd;
	q->part[i] = (struct iovec){q->bytes[i], front.len + msg.len};
	sock_to_send(&q->msg[i].msg_hdr, &q->ends[i], &q->part[i], 1, path, 0);
	q->n++;
	return true;
}

/* Those from `at` on that leave by the same socket. */
static unsigned run_of(const struct send_queue *q, unsigned at)
{
	unsigned n = 1;

	while (at + n < q->n && q->fd[at + n] == q->fd[at])
		n++;
	return n;
}

unsigned send_queue_flush(struct send_queue *q)
{
	unsigned at = 0, lost = 0;

	while (at < q->n) {
		int sent = sock_send_whole(q->fd[at], &q->msg[at], run_of(q, at));

		lost += sent <= 0; /* the first of them has an error of its own */
		at += sent > 0 ? (unsigned)sent : 1;
	}
	q->n = 0;
	return lost;
}
