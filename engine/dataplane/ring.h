/*
 * A ring of records between one producer thread and one consumer thread. A
 * record is any number of bytes in one piece, aligned for any type; it is
 * written in place and read in place. Neither side locks, waits or allocates.
 */
#ifndef GATEHOUSE_RING_H
#define GATEHOUSE_RING_H

#include <stdbool.h>
#include <stddef.h>

struct ring;

/* `size` in bytes, a power of two. NULL when out of memory. */
struct ring *ring_create(size_t size);
void ring_destroy(struct ring *);
/* Producer: room for a record of `len` bytes, provided that `spare` more stay free. NULL when
 * there is not that much. Nothing is visible before ring_commit(). */
void *ring_reserve(struct ring *, size_t len, size_t spare);
void ring_commit(struct ring *);
/* Consumer: the oldest record, NULL when there is none; it stays until ring_release(). */
void *ring_peek(struct ring *, size_t *len);
void ring_release(struct ring *);
/* Producer, now and then: an empty ring keeps no more memory than its front. */
void ring_rest(struct ring *);
/* Either side: has the consumer something to do? */
bool ring_empty(struct ring *);

#endif
