/*
 * The ring: see ring.h. Two positions that only grow, one a side; a record is
 * a 16-byte head with its length, then its bytes. What does not fit before the
 * end of the buffer starts again at the front, after a filler record.
 */
#include "engine/dataplane/ring.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#define UNIT 16
#define FILLER UINT32_MAX

struct head {
	_Alignas(UNIT) uint32_t size; /* with this head, a multiple of UNIT */
	uint32_t len;                 /* as asked for, or FILLER */
};

struct ring {
	_Alignas(64) _Atomic size_t put; /* written by the producer */
	size_t next;                     /* end of the record being written */
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
	*r = (struct ring){.size = size, .heads = aligned_alloc(64, size)};
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

void *ring_reserve(struct ring *r, size_t len, size_t spare)
{
	size_t put = atomic_load_explicit(&r->put, memory_order_relaxed);
	size_t got = atomic_load_explicit(&r->got, memory_order_acquire);
	size_t size = sizeof(struct head) + (len + UNIT - 1) / UNIT * UNIT;
	size_t to_end = r->size - (put & (r->size - 1)), skip = to_end < size ? to_end : 0;

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
	size_t got = atomic_load_explicit(&r->got, memory_order_relaxed);
	struct head *h;

	if (atomic_load_explicit(&r->put, memory_order_acquire) == got)
		return NULL;
	h = head_at(r, got);
	if (h->len == FILLER) { /* a filler is committed together with the record behind it */
		got += h->size;
		atomic_store_explicit(&r->got, got, memory_order_release);
		h = head_at(r, got);
	}
	*len = h->len;
	return h + 1;
}

void ring_release(struct ring *r)
{
	size_t got = atomic_load_explicit(&r->got, memory_order_relaxed);

	atomic_store_explicit(&r->got, got + head_at(r, got)->size, memory_order_release);
}

bool ring_empty(struct ring *r)
{
	return atomic_load_explicit(&r->put, memory_order_acquire) ==
	    atomic_load_explicit(&r->got, memory_order_acquire);
}
