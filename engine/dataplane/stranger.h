/*
 * A packet that came to one worker and is another's: it goes there through the
 * ring between the two, and is lost where that is full. With one worker there
 * are no strangers.
 */
#ifndef GATEHOUSE_STRANGER_H
#define GATEHOUSE_STRANGER_H

#include "engine/dataplane/worker.h"

enum stranger_from { STRANGER_NOBODY, STRANGER_WIRE, STRANGER_TUN };

/* `w` hands it to the worker with that number, who hears of it by
 * stranger_call(), or at once when the ring between them becomes full. */
void stranger_give(struct worker *w, unsigned owner, enum stranger_from, const struct packet *);
/* Wakes those to whom something was handed. */
void stranger_call(struct worker *w);
/* Where the next packet that others have for `w` came from. */
enum stranger_from stranger_next(const struct worker *w);
/* Takes that one; there must be one. */
void stranger_take(struct worker *w, struct packet *to);

#endif
