/*
 * Turns: what stores, shows or saves configuration waits while a change is
 * being settled, because that change may yet be taken back.
 */
#ifndef GATEHOUSE_CONFIG_TURNS_H
#define GATEHOUSE_CONFIG_TURNS_H

#include <stdbool.h>

/* One who waits; the owner's memory. */
struct waiter {
	struct waiter *next;
	bool waiting;
	void (*go)(void *ctx); /* his turn has come; he may take it, or be done at once */
	void *ctx;
};

struct turns { /* zeroed: free, and nobody waits */
	bool taken;
	struct waiter *first; /* who came first goes first */
};

/* He waits; harmless for one who does already. */
void turns_wait(struct turns *, struct waiter *);
/* He waits no more; harmless for one who does not. */
void turns_leave(struct turns *, struct waiter *);
/* It is free: those who wait go, one after the other, until one of them takes it. */
void turns_next(struct turns *);

#endif
