/* The UDP socket of port 500; see ike_socket.h. */
#include "engine/role/ike_socket.h"

#include <stdlib.h>
#include <string.h>
#include "engine/net/sock.h"

struct batch {
	struct mmsghdr msg[IKE_BATCH];
	struct iovec iov[IKE_BATCH];
	struct sock_ends ends[IKE_BATCH];
	struct path path[IKE_BATCH];
};

/* How many came; of one that is not whole, or came to no address of ours, the length becomes 0. */
static size_t receive(struct ike_socket *s, struct batch *b)
{
	int n;

	for (size_t i = 0; i < IKE_BATCH; i++) {
		b->iov[i] = (struct iovec){s->buffers + i * IKE_DATAGRAM_MAX, IKE_DATAGRAM_MAX};
		sock_to_receive(&b->msg[i].msg_hdr, &b->ends[i], &b->iov[i]);
	}
	n = recvmmsg(s->fd, b->msg, IKE_BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		b->path[i] = sock_received(&b->msg[i].msg_hdr);
		b->path[i].local.port = 500;
		if (!b->path[i].local.addr.family || b->msg[i].msg_hdr.msg_flags & MSG_TRUNC)
			b->msg[i].msg_len = 0;
	}
	return n < 0 ? 0 : (size_t)n;
}

/* Of a flood's first messages those that are not heard get no length. */
static void shed(struct ike_socket *s, struct batch *b, size_t n)
{
	const struct addr *from[IKE_BATCH];
	size_t first[IKE_BATCH], firsts = 0, left = 0;
	bool takes[IKE_BATCH];
	uint8_t begin;

	for (size_t i = 0; i < n; i++) {
		if (!ingress_is_first(b->iov[i].iov_base, b->msg[i].msg_len))
			continue;
		from[firsts] = &b->path[i].remote.addr;
		first[firsts++] = i;
	}
	s->env->random(s->env, &begin, sizeof begin);
	ingress_choose(from, firsts, begin, takes);
	for (size_t i = 0; i < firsts; i++) {
		if (takes[i])
			continue;
		b->msg[first[i]].msg_len = 0;
		left++;
	}
	if (left)
		s->shed(s->arg, left);
}

static void readable(uv_poll_t *p, int status, int events)
{
	struct ike_socket *s = p->data;
	struct batch b;
	size_t n;

	(void)events;
	if (status < 0)
		return;
	n = receive(s, &b);
	s->full = n == IKE_BATCH ? s->full + 1 : 0;
	if (n > 0 && s->before)
		s->before(s->arg);
	if (s->shed && s->full > INGRESS_PATIENCE)
		shed(s, &b, n);
	for (size_t i = 0; i < n; i++)
		if (b.msg[i].msg_len)
			s->packet(s->arg, &b.path[i], b.iov[i].iov_base, b.msg[i].msg_len);
	if (n > 0 && s->after)
		s->after(s->arg);
}

bool ike_socket_start(
    struct ike_socket *s, uv_loop_t *loop, int fd, ike_packet_cb *packet, void *arg)
{
	s->fd = fd;
	s->packet = packet;
	s->arg = arg;
	s->buffers = malloc((size_t)IKE_BATCH * IKE_DATAGRAM_MAX);
	if (!s->buffers || uv_poll_init(loop, &s->poll, fd))
		return false;
	s->poll.data = s;
	return uv_poll_start(&s->poll, UV_READABLE, readable) == 0;
}

static void closed(uv_handle_t *h)
{
	struct ike_socket *s = h->data;

	free(s->buffers);
	s->buffers = NULL;
}

void ike_socket_stop(struct ike_socket *s)
{
	if (s->buffers)
		uv_close((uv_handle_t *)&s->poll, closed);
}
