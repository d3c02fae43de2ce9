/* The UDP socket of port 500; see ike_socket.h. */
#include "engine/role/ike_socket.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

union control {
	char room[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct cmsghdr align;
};

static struct addr from_in(struct in_addr in)
{
	return addr_v4(ntohl(in.s_addr));
}

/* The address that the datagram was sent to; unset when the kernel does not tell. */
static struct addr destination(struct msghdr *m)
{
	struct in_pktinfo info;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
		if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
			continue;
		memcpy(&info, CMSG_DATA(c), sizeof info);
		return from_in(info.ipi_addr);
	}
	return (struct addr){0};
}

static void readable(uv_poll_t *p, int status, int events)
{
	struct ike_socket *s = p->data;
	struct mmsghdr msg[IKE_BATCH];
	struct iovec iov[IKE_BATCH];
	struct sockaddr_in from[IKE_BATCH];
	union control control[IKE_BATCH];
	int n;

	(void)events;
	if (status < 0)
		return;
	memset(msg, 0, sizeof msg);
	for (size_t i = 0; i < IKE_BATCH; i++) {
		iov[i] = (struct iovec){s->buffers + i * IKE_DATAGRAM_MAX, IKE_DATAGRAM_MAX};
		msg[i].msg_hdr = (struct msghdr){
		    .msg_name = &from[i],
		    .msg_namelen = sizeof from[i],
		    .msg_iov = &iov[i],
		    .msg_iovlen = 1,
		    .msg_control = &control[i],
		    .msg_controllen = sizeof control[i].room,
		};
	}
	n = recvmmsg(s->fd, msg, IKE_BATCH, MSG_DONTWAIT, NULL);
	for (int i = 0; i < n; i++) {
		struct path path = {
		    .local = {.addr = destination(&msg[i].msg_hdr), .port = 500},
		    .remote = {.addr = from_in(from[i].sin_addr), .port = ntohs(from[i].sin_port)},
		};

		if (path.local.addr.family && !(msg[i].msg_hdr.msg_flags & MSG_TRUNC))
			s->packet(s->arg, &path, iov[i].iov_base, msg[i].msg_len);
	}
}

bool ike_socket_start(struct ike_socket *s, uv_loop_t *loop, int fd, ike_packet_cb *packet, void *arg)
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
