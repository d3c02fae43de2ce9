/* Going to the background once the appliance serves, and telling who waits for that. */
#ifndef GATEHOUSE_BACKGROUND_H
#define GATEHOUSE_BACKGROUND_H

#include <stdbool.h>

struct background {
	int ready; /* in the background: how the waiting parent is told; else -1 */
};

/* Forks. In the child true comes back: it goes on as the appliance, in a session of its own. The
 * parent prints what the child complains of, waits until it serves (`ready` is printed) or fails,
 * and gets false with its exit status. */
bool background_start(struct background *, int *status);
/* The appliance serves: prints `ready`, or lets the parent print it; tells systemd (sd_notify). */
void background_ready(struct background *);

#endif
