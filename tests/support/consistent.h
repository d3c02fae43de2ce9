/*
 * Are all tables of a simulated engine consistent? Every entry's key is its
 * object's, every object is found under its key, every pointer between two rooms
 * is answered by the one that points back, and the counts agree. The reader knows
 * the insides of every room; nothing else in the tests has to.
 */
#ifndef GATEHOUSE_TESTS_CONSISTENT_H
#define GATEHOUSE_TESTS_CONSISTENT_H

#include "engine/session/gateway.h"

/* Fails the running test with what is wrong. Not inside a callback of the engine. `routes` is how
 * many host routes there are. */
void gateway_consistent(struct gateway *, size_t routes);
/* Nothing is left of any client: no object, no table entry, no timer, no address, no route. */
void gateway_is_empty(struct gateway *);

#endif
