/*
 * One packet on its way through the worker: a window [data, data + len) into
 * storage [base, end) that somebody else has. In storage of its own (struct
 * packet_room) it has room in front for the headers that the way out adds
 * (inner IP, UDP, L2TP, PPP, ESP and its IV) and room behind for padding and
 * ICV; what was received among others in one datagram has its own bytes and no
 * more. So nothing is ever copied, and none reaches into its neighbour. Layers
 * move the window's borders with the four functions below and read or write
 * inside it through `struct rd` and `struct wr`.
 */
#ifndef GATEHOUSE_PACKET_H
#define GATEHOUSE_PACKET_H

#include "engine/base/addr.h"
#include "engine/wire/wire.h"

#define PACKET_HEAD 128
#define PACKET_ROOM 4096 /* largest datagram taken */
#define PACKET_TAIL 64
#define PACKET_BUF (PACKET_HEAD + PACKET_ROOM + PACKET_TAIL)

struct packet {
	uint8_t *data;
	size_t len;
	uint8_t *base, *end; /* the storage; not owned */
	struct path path; /* outer; of a received packet or where it is to go */
	bool udp;         /* in UDP 4500 rather than plain ESP */
	uint8_t tos;      /* of the outer IP header */
	bool df;          /* in the outer IP header */
	bool follows;	  /* one of many that came as one, but not the first */
	void *sa;         /* whose it is, once known: its SA; of one that leaves, its peer */
	void *session;
};

/* An odd number of cache lines apart: equal strides would crowd the same cache sets. */
struct packet_room {
	_Alignas(64) uint8_t buf[PACKET_BUF];
};

_Static_assert(sizeof(struct packet_room) / 64 % 2 == 1, "packets must not share cache sets");

/* An empty packet in this storage, which has to outlive it. */
static inline struct packet packet_in(struct packet_room *room)
{
	return (struct packet){.data = room->buf + PACKET_HEAD,
	    .base = room->buf,
	    .end = room->buf + sizeof room->buf};
}

/* Declares a packet with storage of its own. */
#define PACKET_HERE(name) \
	struct packet_room name##_room; \
	struct packet name = packet_in(&name##_room)

/* Empties it: the window stands behind the head room, `len` 0. Of one in a room only. */
static inline void packet_reset(struct packet *p)
{
	p->data = p->base + PACKET_HEAD;
	p->len = 0;
	p->sa = p->session = NULL;
	p->tos = 0;
	p->df = p->follows = false;
}

/* Fills it with a copy; false, and empty, when it does not fit. */
static inline bool packet_fill(struct packet *p, const void *bytes, size_t len)
{
	packet_reset(p);
	if (len > PACKET_ROOM)
		return false;
	if (len)
		memcpy(p->data, bytes, len);
	p->len = len;
	return true;
}

/* `n` more bytes in front; the caller fills them in. NULL when the head room is used up. */
static inline uint8_t *packet_push(struct packet *p, size_t n)
{
	if ((size_t)(p->data - p->base) < n)
		return NULL;
	p->data -= n;
	p->len += n;
	return p->data;
}

/* The same as a builder over the new bytes, which is full from birth when there is no room. */
static inline struct wr packet_push_wr(struct packet *p, size_t n)
{
	uint8_t *front = packet_push(p, n);

	return (struct wr){.base = front, .p = front, .end = front ? front + n : NULL,
	    .full = front == NULL};
}

/* Takes `n` bytes off the front; false, and nothing happens, when there are fewer. */
static inline bool packet_pull(struct packet *p, size_t n)
{
	if (p->len < n)
		return false;
	p->data += n;
	p->len -= n;
	return true;
}

/* `n` more bytes behind; NULL when the room is used up. */
static inline uint8_t *packet_put(struct packet *p, size_t n)
{
	uint8_t *tail = p->data + p->len;

	if ((size_t)(p->end - tail) < n)
		return NULL;
	p->len += n;
	return tail;
}

/* Cuts it down to `len` bytes; never makes it longer. */
static inline void packet_trim(struct packet *p, size_t len)
{
	if (len < p->len)
		p->len = len;
}

/* A cursor over the window. */
static inline struct rd packet_rd(const struct packet *p)
{
	return rd_init(p->data, p->len);
}

#endif
