/* The idle time of a session: `console timeout`, `ssh timeout`. */
#ifndef GATEHOUSE_OPERATOR_IDLE_H
#define GATEHOUSE_OPERATOR_IDLE_H

#include <stdbool.h>
#include <stdint.h>

struct operator;
struct idle;

/* Begins to watch him; `expired` is called when he has been away for too long. NULL without
 * memory. */
struct idle *idle_open(struct operator*, void (*expired)(struct operator*));
/* No more; NULL is allowed. */
void idle_close(struct idle *);
/* He is there. */
void idle_touch(struct idle *);
/* Has he been away for too long, `now` (ms of the loop's clock)? While a command of his runs he is
 * not, unless it waits for his answer. */
bool idle_over(const struct operator*, const struct idle *, uint64_t now);

#endif
