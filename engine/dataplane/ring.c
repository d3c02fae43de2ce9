/*
 * The ring: see ring.h. Two positions that only grow, one a side; a record is
 * a 16-byte head with its length, then its bytes. What does not fit before the
 * end of the buffer starts again at the front, after a filler record.
 *
 * Who finds it empty, and the front left behind, goes back there: so little of
 * the buffer is ever touched where the consumer keeps up. That is no record,
 * which would have to stay until it is read, but a leap which both know of:
 * the producer leaps only when all is read, and the consumer looks where to
 * only when there is something behind it.
 */
#include "engine/dataplane/ring.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#include "engine/base/give_back.h"

#define UNIT 16
#define FILLER UINT32_MAX
#define FRONT 16384 /* bytes that it goes through before it goes back */

struct head {
	_Alignas(UNIT) uint32_t size; /* with this head, a multiple of UNIT */
	uint32_t len;                 /* as asked for, or FILLER */
};

struct ring {
	_Alignas(64) _Atomic size_t put; /* written by the producer */
	size_t next;                     /* end of the record being written */
	size_t leap_from, leap_to;       /* the last leap; read by both */
	_Alignas(64) _Atomic size_t got; /* written by the consumer */
	_Alignas(64) size_t size;
	struct head *heads;
};

static struct head *head_at(struct ring *r, size_t at)
{
	return &r->heads[(at & (r->size - 1)) / UNIT];
}

struct ring *ring_create(size_t size)
{
	struct ring *r = aligned_alloc(64, sizeof *r);

	if (!r)
		return NULL;
	*r = (struct ring){.size = size, .leap_from = SIZE_MAX,
	    .heads = aligned_alloc(64, size)};
	if (!r->heads) {
		free(r);
		return NULL;
	}
	return r;
}

void ring_destroy(struct ring *r)
{
	if (r)
		free(r->heads);
	free(r);
}

/* Where a side is that has come to `at`. */
static size_t leapt(const struct ring *r, size_t at)
{
	return at == r->leap_from ? r->leap_to : at;
}

/* Where the next record goes, in a ring that was read as far as `got`. */
static size_t next_put(struct ring *r, size_t got)
{
	size_t put = atomic_load_explicit(&r->put, memory_order_relaxed);
	size_t at = put & (r->size - 1);

	if (put == got && at >= FRONT) {
		r->leap_from = put;
		r->leap_to = put - at + r->size;
	}
	return leapt(r, put);
}

void *ring_reserve(struct ring *r, size_t len, size_t spare)
{
	size_t got = atomic_load_explicit(&r->got, memory_order_acquire);
	size_t put = next_put(r, got);
	size_t size = sizeof(struct head) + (len + UNIT - 1) / UNIT * UNIT;
	size_t to_end = r->size - (put & (r->size - 1)), skip = to_end < size ? to_end : 0;

	got = leapt(r, got);
	if (len >= FILLER || r->size - (put - got) < skip + size + spare)
		return NULL;
	if (skip)
		*head_at(r, put) = (struct head){.size = (uint32_t)skip, .len = FILLER};
	*head_at(r, put + skip) = (struct head){.size = (uint32_t)size, .len = (uint32_t)len};
	r->next = put + skip + size;
	return head_at(r, put + skip) + 1;
}

void ring_commit(struct ring *r)
{
	atomic_store_explicit(&r->put, r->next, memory_order_release);
}

void *ring_peek(struct ring *r, size_t *len)
{
	size_t got = atomic_load_explicit(&r->got, memory_order_relaxed), at;
	struct head *h;

	if (atomic_load_explicit(&r->put, memory_order_acquire) == got)
		return NULL;
	at = leapt(r, got);
	h = head_at(r, at);
	if (h->len == FILLER) { /* a filler is committed together with the record behind it */
		at += h->size;
		h = head_at(r, at);
	}
	if (at != got)
		atomic_store_explicit(&r->got, at, memory_order_release);
	*len = h->len;
	return h + 1;
}

void ring_release(struct ring *r)
{
	size_t got = atomic_load_explicit(&r->got, memory_order_relaxed);

	atomic_store_explicit(&r->got, got + head_at(r, got)->size, memory_order_release);
}

void ring_rest(struct ring *r)
{
	if (ring_empty(r) && r->size > FRONT)
		give_back((uint8_t *)r->heads + FRONT, r->size - FRONT);
}

bool ring_empty(struct ring *r)
{
	return atomic_load_explicit(&r->put, memory_order_acquire) ==
	    atomic_load_explicit(&r->got, memory_order_acquire);
}
