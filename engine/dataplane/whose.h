/*
 * Whose worker a client's inside address is: what a packet that came in by
 * another worker's TUN queue is sent on by. The control side writes, any worker
 * reads at any time, and nobody waits: an entry stays in its place as long as
 * it is there, so who looks for it finds it, whatever comes and goes beside it.
 */
#ifndef GATEHOUSE_WHOSE_H
#define GATEHOUSE_WHOSE_H

#include <stdbool.h>
#include <stdint.h>

struct whose;

/* Room for `entries`. NULL: out of memory. */
struct whose *whose_create(uint32_t entries);
/* NULL is allowed. */
void whose_destroy(struct whose *);
/* One entry for each time that it is said; no more than there is room for. */
void whose_add(struct whose *, uint32_t address, unsigned worker);
/* One of those that are the same; nothing happens when there is none. */
void whose_remove(struct whose *, uint32_t address, unsigned worker);
/* Any thread. False: there is no entry. */
bool whose_find(const struct whose *, uint32_t address, unsigned *worker);

#endif
