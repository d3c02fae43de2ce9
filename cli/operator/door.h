/*
 * The manager's side of the SSH door (cli/ssh/ is the program): who may connect
 * from where, whose login is right, and a one-time token for his terminal. A door
 * that was taken over can ask for logins, and nothing else; but that somebody has
 * proved his key is the word of its process: it could claim the key of any user
 * whose public key it knows.
 */
#ifndef GATEHOUSE_OPERATOR_DOOR_H
#define GATEHOUSE_OPERATOR_DOOR_H

#include <stdbool.h>

struct manager;
struct tokens;
struct door;

/* Takes its place in the manager: hears the door, the configuration, the host keys. Issues into
 * `tokens`, which must outlive it. NULL without memory. */
struct door *door_open(struct manager *, struct tokens *);
/* Leaves it; the memory goes in the loop's close callbacks. NULL is allowed. */
void door_close(struct door *);

#endif
