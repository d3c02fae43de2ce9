/*
 * A packet that came to one worker and is another's: it goes there through the
 * ring between the two, and is lost where that is full. With one worker there
 * are no strangers.
 */
#ifndef GATEHOUSE_STRANGER_H
#define GATEHOUSE_STRANGER_H

#include "engine/dataplane/worker.h"

/* `w` hands it to the worker with that number. */
void stranger_give(struct worker *w, unsigned owner, const struct packet *);
/* The next that others took off the wire for `w`; false: there is none. */
bool stranger_take(struct worker *w, struct packet *to);
/* Is there one? */
bool stranger_waits(const struct worker *w);

#endif
