/*
 * Wrong passwords lately, by the address that they came from and by the name: how long the next
 * try of an address has to wait, and a refusal. The memory is fixed, whatever strangers make up:
 * names (and addresses) that fall into the same slot share their delay. Nothing here says whether
 * a user exists.
 */
#ifndef GATEHOUSE_LOG_ATTEMPTS_H
#define GATEHOUSE_LOG_ATTEMPTS_H

#include <stdbool.h>
#include <stdint.h>

#define ATTEMPT_SLOTS 1024
#define ATTEMPT_FREE 2		 /* so many wrong ones cost nothing */
#define ATTEMPT_DELAY_MAX 8000	 /* milliseconds */
#define ATTEMPT_HOLD_MAX 30000	 /* an address whose turn comes later than that is refused */
#define ATTEMPT_FORGET_MS 60000	 /* after this without one the number of wrong ones is halved */

struct attempt_slot {
	uint32_t wrong;
	uint64_t at;   /* when it was counted last */
	uint64_t free; /* when the next try may begin */
};

struct attempts { /* zeroed: no wrong ones yet */
	uint64_t seed; /* of the slots' choice; 0: to be made */
	struct attempt_slot from[ATTEMPT_SLOTS], name[ATTEMPT_SLOTS];
};

/* A try of that address begins: how many milliseconds it has to wait for its turn, -1: too many of
 * its tries wait already. `now`: monotonic milliseconds, here and below. */
int64_t attempts_hold(struct attempts *, const char *from, uint64_t now);
/* It was wrong: how many milliseconds the refusal has to wait. */
uint32_t attempts_wrong(struct attempts *, const char *from, const char *name, uint64_t now);
/* It was right: the name begins anew. What the address did before still counts. */
void attempts_right(struct attempts *, const char *name);

#endif
