/* Messages and the packets in them; see received.h. Nothing waits here. */
#include "engine/dataplane/received.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "engine/base/give_back.h"
#include "engine/ipsec/crypt.h"
#include "engine/net/sock.h"

#define MESSAGES CRYPT_BATCH
#define LINE 64
#define FEW 8 /* messages whose memory is kept when it is quiet */
/* Equal strides of a power of two would crowd the same cache sets. */
#define JOINED_STRIDE ((1 << 16) + LINE)
#define SINGLE_STRIDE (PACKET_ROOM + LINE)

struct received {
	size_t stride, room;   /* from message to message; of one of them, bytes */
	unsigned used;	       /* messages that packets were made of, or will be: [0, used) */
	unsigned next;	       /* the first that is not used up: ... */
	size_t at;	       /* ... so far */
	struct path path;      /* its, ... */
	size_t each;	       /* ... and where it is to be cut; 0 = nowhere */
	unsigned packets_each; /* were in the last messages */
	struct mmsghdr msg[MESSAGES];
	struct iovec iov[MESSAGES];
	struct sock_ends ends[MESSAGES];
	uint8_t *bytes; /* touched, and so paid for, as far as messages are long */
};

struct received *received_create(bool joined)
{
	struct received *r = calloc(1, sizeof *r);

	if (!r)
		return NULL;
	r->stride = joined ? JOINED_STRIDE : SINGLE_STRIDE;
	r->room = joined ? 1 << 16 : PACKET_ROOM;
	r->packets_each = 1;
	r->bytes = calloc(MESSAGES, r->stride);
	if (r->bytes)
		return r;
	free(r);
	return NULL;
}

void received_destroy(struct received *r)
{
	if (r)
		free(r->bytes);
	free(r);
}

void received_rest(struct received *r)
{
	if (r && !received_waits(r))
		give_back(r->bytes + FEW * r->stride, (MESSAGES - FEW) * r->stride);
}

bool received_waits(const struct received *r)
{
	return r->next < r->used;
}

/* The next packet of the message at hand. */
static void cut(struct received *r, struct packet *p)
{
	struct mmsghdr *m = &r->msg[r->next];
	uint8_t *from = (uint8_t *)r->iov[r->next].iov_base + r->at;
	size_t len = m->msg_len - r->at;

	if (r->at == 0) {
		r->path = sock_received(&m->msg_hdr);
		r->each = sock_received_cut(&m->msg_hdr);
	}
	if (r->each && r->each < len)
		len = r->each;
	*p = (struct packet){
	    .data = from, .len = len, .base = from, .end = from + len, .path = r->path};
	if ((m->msg_hdr.msg_flags & MSG_TRUNC) || len > PACKET_ROOM)
		p->len = 0;
	r->at += len;
	if (r->at == m->msg_len) {
		r->next++;
		r->at = 0;
	}
}

/* False: the socket has no more behind these. */
static bool ask(struct received *r, int fd, size_t packets)
{
	size_t most = packets / r->packets_each + 1;
	unsigned first = r->used;
	int n;

	most = most < MESSAGES - first ? most : MESSAGES - first;
	for (unsigned i = first; i < first + most; i++) {
		r->iov[i] = (struct iovec){r->bytes + i * r->stride, r->room};
		sock_to_receive(&r->msg[i].msg_hdr, &r->ends[i], &r->iov[i]);
	}
	n = recvmmsg(fd, &r->msg[first], (unsigned)most, MSG_DONTWAIT, NULL);
	if (n > 0)
		r->used += (unsigned)n;
	return n == (int)most && r->used < MESSAGES;
}

size_t received_more(struct received *r, int fd, struct packet *to, size_t most)
{
	bool more = true;
	unsigned first;
	size_t n = 0;

	if (r->next == r->used)
		r->next = r->used = 0;
	first = r->next;
	for (;;) {
		while (n < most && r->next < r->used)
			cut(r, &to[n++]);
		if (n == most || !more)
			break;
		more = ask(r, fd, most - n);
	}
	if (r->next > first)
		r->packets_each = (unsigned)(n / (r->next - first)); /* at least one each */
	return n;
}
