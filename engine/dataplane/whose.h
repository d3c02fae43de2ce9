/*
 * Whose worker a client's inside address is: what the kernel chooses the TUN
 * queue of a packet by (steer.h), and what one that came in by another worker's
 * is sent on by. The control side writes, any worker and the kernel read at any
 * time, and nobody waits: an entry stays in its place as long as it is there, so
 * who looks for it finds it, whatever comes and goes beside it.
 */
#ifndef GATEHOUSE_WHOSE_H
#define GATEHOUSE_WHOSE_H

#include <stdbool.h>
#include <stdint.h>

struct whose;

/* The form that the kernel knows, too. A place is 64 bits: the address, host order, above, and
 * below it its worker's number and WHOSE_FIRST; or one of the first two alone. The search for an
 * address begins at the upper half of its product with WHOSE_HASH, and goes on upwards, all modulo
 * the number of places, to a place that is free. */
#define WHOSE_FREE 0u
#define WHOSE_GRAVE 1u
#define WHOSE_FIRST 2u
#define WHOSE_HASH 0x9e3779b97f4a7c15u

/* How many places there are for so many entries: a power of two, and half of them stay free, so
 * that walks are short. */
uint32_t whose_places(uint32_t entries);
/* Room for `entries`; `table`: a descriptor of the memory for them that the kernel reads, of
 * whose_places(), -1: it reads none. That stays the caller's, and what is in it goes. NULL: out of
 * memory, or with errno. */
struct whose *whose_create(uint32_t entries, int table);
/* NULL is allowed. */
void whose_destroy(struct whose *);
/* One entry for each time that it is said; no more than there is room for. */
void whose_add(struct whose *, uint32_t address, unsigned worker);
/* One of those that are the same; nothing happens when there is none. */
void whose_remove(struct whose *, uint32_t address, unsigned worker);
/* Any thread. False: there is no entry. */
bool whose_find(const struct whose *, uint32_t address, unsigned *worker);

#endif
