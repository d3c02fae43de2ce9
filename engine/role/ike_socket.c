/* The UDP socket of port 500; see ike_socket.h. */
#include "engine/role/ike_socket.h"

#include <stdlib.h>
#include <string.h>
#include "engine/net/sock.h"

static void readable(uv_poll_t *p, int status, int events)
{
	struct ike_socket *s = p->data;
	struct mmsghdr msg[IKE_BATCH];
	struct iovec iov[IKE_BATCH];
	struct sock_ends ends[IKE_BATCH];
	int n;

	(void)events;
	if (status < 0)
		return;
	for (size_t i = 0; i < IKE_BATCH; i++) {
		iov[i] = (struct iovec){s->buffers + i * IKE_DATAGRAM_MAX, IKE_DATAGRAM_MAX};
		sock_to_receive(&msg[i].msg_hdr, &ends[i], &iov[i]);
	}
	n = recvmmsg(s->fd, msg, IKE_BATCH, MSG_DONTWAIT, NULL);
	if (n > 0 && s->before)
		s->before(s->arg);
	for (int i = 0; i < n; i++) {
		struct path path = sock_received(&msg[i].msg_hdr);

		path.local.port = 500;
		if (path.local.addr.family && !(msg[i].msg_hdr.msg_flags & MSG_TRUNC))
			s->packet(s->arg, &path, iov[i].iov_base, msg[i].msg_len);
	}
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
