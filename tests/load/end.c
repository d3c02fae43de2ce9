/* A user's end under load; see end.h. RFC 3948, 4303, 2661 from the client's side. */
#include "tests/load/end.h"

#include <errno.h>
#include <netinet/udp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "engine/net/ipv4.h"

#define BUFFERS 8       /* received in one call */
#define BUFFER_LEN 65535
#define SOCKET_BUFFER (32 << 20)
#define L2TP_PORT 1701
#define L2TP_LENGTH 0x4000 /* flags of RFC 2661 3.1 */
#define L2TP_CONTROL 0x8000
#define L2TP_SEQUENCE 0x0800
#define L2TP_OFFSET 0x0200
#define L2TP_VERSION 2
#define L2TP_HEADER 8 /* with a length, as Windows says it */
#define PPP_IP 0x21

union segment_control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(int))];
};

struct end_bench {
	struct crypt *crypt;
	struct packet packet[CRYPT_BATCH];
	struct packet_room room[CRYPT_BATCH];
	struct esp_job job[CRYPT_BATCH];
	struct iovec iov[CRYPT_BATCH];
	struct mmsghdr msg[CRYPT_BATCH];
	uint8_t iv[CRYPT_BATCH][CRYPT_IV_MAX];
	uint8_t plain[STREAM_SUPER];
	union segment_control control[BUFFERS];
	uint8_t in[BUFFERS][BUFFER_LEN];
	unsigned n; /* packets that wait to be opened */
};

struct end_bench *end_bench_create(struct crypt *crypt)
{
	struct end_bench *b = calloc(1, sizeof *b);

	if (b)
		b->crypt = crypt;
	return b;
}

void end_bench_destroy(struct end_bench *b)
{
	free(b);
}

bool end_prepare(struct end *e)
{
	int size = SOCKET_BUFFER, on = 1;

	return setsockopt(e->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0 &&
	       setsockopt(e->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) == 0 &&
	       (!e->udp || setsockopt(e->fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on) == 0);
}

void end_release(struct end *e)
{
	int off = 0;

	if (e->udp)
		setsockopt(e->fd, IPPROTO_UDP, UDP_GRO, &off, sizeof off);
}

/* ---- out ----------------------------------------------------------------------- */

/* The next packet of the user in L2TP and UDP, and its job. */
static bool seal(struct end_bench *b, struct end *e, unsigned i)
{
	struct packet *p = &b->packet[i];
	struct esp_header h = {e->tunnel->spi_out, ++e->tunnel->sequence};
	size_t len;
	struct wr w;

	len = stream_packet(&e->up, b->plain);
	*p = packet_in(&b->room[i]);
	if (!packet_fill(p, b->plain, len))
		return false;
	w = packet_push_wr(p, UDP_HEADER + L2TP_HEADER + 1);
	udp_header(&w, L2TP_PORT, L2TP_PORT, L2TP_HEADER + 1 + len);
	wr_u16(&w, L2TP_LENGTH | L2TP_VERSION);
	wr_u16(&w, (unsigned)(L2TP_HEADER + 1 + len));
	wr_u16(&w, e->tunnel_id);
	wr_u16(&w, e->session_id);
	wr_u8(&w, PPP_IP);
	return !w.full && esp_seal(p, e->tunnel->out, &h, b->iv[i], ESP_NEXT_UDP, &b->job[i]);
}

static unsigned send_each(struct end_bench *b, struct end *e, unsigned n)
{
	unsigned done = 0;

	for (unsigned i = 0; i < n; i++)
		b->msg[i].msg_hdr = (struct msghdr){.msg_iov = &b->iov[i], .msg_iovlen = 1};
	while (done < n) {
		int sent = sendmmsg(e->fd, b->msg + done, n - done, 0);

		if (sent < 0 && errno != EINTR)
			break;
		done += sent > 0 ? (unsigned)sent : 0;
	}
	return done;
}

/* Packets from `at` that one call takes: of one length, the last may be shorter. */
static unsigned train(const struct end_bench *b, unsigned at, unsigned n)
{
	size_t all = 0, each = b->iov[at].iov_len;
	unsigned k = 0;

	while (at + k < n && b->iov[at + k].iov_len <= each && all + each < 65000) {
		all += b->iov[at + k].iov_len;
		if (b->iov[at + k++].iov_len < each)
			break;
	}
	return k;
}

static unsigned send_trains(struct end_bench *b, struct end *e, unsigned n)
{
	unsigned at = 0;

	while (at < n) {
		unsigned k = train(b, at, n);
		union segment_control c = {.align = {.cmsg_len = CMSG_LEN(sizeof(uint16_t)),
		    .cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT}};
		struct msghdr m = {.msg_iov = &b->iov[at], .msg_iovlen = k};
		uint16_t each = (uint16_t)b->iov[at].iov_len;

		memcpy(CMSG_DATA(&c.align), &each, sizeof each);
		if (k > 1) {
			m.msg_control = &c;
			m.msg_controllen = CMSG_SPACE(sizeof each);
		}
		if (sendmsg(e->fd, &m, 0) < 0 && errno != EINTR)
			break;
		at += k;
	}
	return at;
}

unsigned end_send(struct end_bench *b, struct end *e, unsigned n, bool trains)
{
	if (getrandom(b->iv, n * sizeof *b->iv, 0) != (ssize_t)(n * sizeof *b->iv))
		return 0;
	for (unsigned i = 0; i < n; i++)
		if (!seal(b, e, i))
			return 0;
	crypt_run(b->crypt, b->job, n, true);
	for (unsigned i = 0; i < n; i++)
		b->iov[i] = (struct iovec){b->packet[i].data, b->packet[i].len};
	return trains && e->udp ? send_trains(b, e, n) : send_each(b, e, n);
}

/* ---- in ------------------------------------------------------------------------ */

/* Behind the headers of L2TP's data and of PPP; NULL: it is something else. */
static const uint8_t *user_packet(const struct packet *p, size_t *len)
{
	struct rd r = packet_rd(p);
	uint16_t flags = rd_u16(&r);
	struct rd peek;

	if (flags & L2TP_CONTROL)
		return NULL;
	rd_skip(&r, (flags & L2TP_LENGTH ? 2u : 0u) + 4 + (flags & L2TP_SEQUENCE ? 4u : 0u));
	if (flags & L2TP_OFFSET)
		rd_skip(&r, rd_u16(&r));
	peek = r;
	if (rd_u16(&peek) == 0xff03)
		r = peek;
	peek = r;
	if (rd_u8(&peek) == 0)
		r = peek;
	if (rd_u8(&r) != PPP_IP || r.bad)
		return NULL;
	*len = rd_left(&r);
	return r.p;
}

/* Takes the UDP header off; false: it is not L2TP's. */
static bool l2tp(struct packet *p)
{
	struct rd r = packet_rd(p);
	struct udp h;

	if (!udp_parse(&r, &h) || h.src != L2TP_PORT || h.dst != L2TP_PORT)
		return false;
	p->data += UDP_HEADER;
	p->len = rd_left(&r);
	return true;
}

/* Its number has to be higher than all before: nothing on the way may change their order. */
static bool in_turn(struct end *e, const struct esp_job *j)
{
	struct rd r = rd_init(j->esp + 4, 4);
	uint32_t sequence = rd_u32(&r);

	if (!j->ok || sequence <= e->heard)
		return false;
	e->heard = sequence;
	return true;
}

static unsigned opened(struct end *e, struct packet *p, const struct esp_job *j)
{
	static const struct stream_cut whole = {0};
	const uint8_t *ip;
	uint8_t next;
	size_t len;

	e->opened += j->ok;
	if (!in_turn(e, j)) {
		e->disordered += j->ok;
		e->bad += !j->ok;
		return 0;
	}
	if (!esp_strip(p, e->tunnel->in, &next) || next != ESP_NEXT_UDP || !l2tp(p)) {
		e->bad++;
		return 0;
	}
	if ((ip = user_packet(p, &len)))
		return stream_check(&e->down, ip, len, &whole);
	if (e->ops && e->ops->l2tp)
		e->ops->l2tp(e->owner, p->data, p->len);
	return 0;
}

static unsigned open_all(struct end_bench *b, struct end *e)
{
	unsigned got = 0;

	crypt_run(b->crypt, b->job, b->n, false);
	for (unsigned i = 0; i < b->n; i++)
		got += opened(e, &b->packet[i], &b->job[i]);
	b->n = 0;
	return got;
}

/* One datagram of 4500, or one ESP packet. */
static void take(struct end_bench *b, struct end *e, uint8_t *msg, size_t len)
{
	struct packet *p = &b->packet[b->n];
	struct rd r = rd_init(msg, len);
	struct esp_header h;

	e->datagrams++;
	if (e->udp && rd_u32(&r) == 0 && !r.bad) {
		if (e->ops && e->ops->ike)
			e->ops->ike(e->owner, r.p, rd_left(&r));
		return;
	}
	*p = (struct packet){.data = msg, .len = len, .base = msg, .end = msg + len};
	if (esp_peek(p, &h) && h.spi == e->tunnel->spi_in &&
	    esp_open(p, e->tunnel->in, &b->job[b->n]))
		b->n++;
	else if (len > 1) /* one byte keeps a NAT's state (RFC 3948 4) */
		e->bad++;
}

/* How long the datagrams are that came as one. */
static size_t segment(struct msghdr *m, size_t len)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(m);
	int each;

	if (!c || c->cmsg_level != IPPROTO_UDP || c->cmsg_type != UDP_GRO)
		return len;
	memcpy(&each, CMSG_DATA(c), sizeof each);
	return each > 0 ? (size_t)each : len;
}

static unsigned taken(struct end_bench *b, struct end *e, struct mmsghdr *m)
{
	uint8_t *from = m->msg_hdr.msg_iov->iov_base;
	size_t len = m->msg_len, each = segment(&m->msg_hdr, len);
	unsigned got = 0;

	if (!e->udp) { /* a raw socket hands over the IP header too */
		size_t header = (from[0] & 15u) * 4u;

		from += header;
		each = len -= header < len ? header : len;
	}
	e->trains += each < len;
	for (size_t at = 0; at < len; at += each) {
		take(b, e, from + at, len - at < each ? len - at : each);
		if (b->n == CRYPT_BATCH)
			got += open_all(b, e);
	}
	return got + open_all(b, e);
}

unsigned end_receive(struct end_bench *b, struct end *e)
{
	unsigned got = 0;
	int n;

	do {
		for (unsigned i = 0; i < BUFFERS; i++) {
			b->iov[i] = (struct iovec){b->in[i], BUFFER_LEN};
			b->msg[i].msg_hdr = (struct msghdr){.msg_iov = &b->iov[i],
			    .msg_iovlen = 1,
			    .msg_control = &b->control[i],
			    .msg_controllen = sizeof b->control[i]};
		}
		n = recvmmsg(e->fd, b->msg, BUFFERS, MSG_DONTWAIT, NULL);
		e->calls++;
		for (int i = 0; i < n; i++)
			got += taken(b, e, &b->msg[i]);
	} while (n > 0); /* n stays for its iov */
	return got;
}
