/* What the door's processes may still ask of the kernel. */
#ifndef GATESSH_SANDBOX_H
#define GATESSH_SANDBOX_H

#include <stdbool.h>

/* The listener, which accepts and forks and reads no network bytes; the process of a connection,
 * whose filter comes on top of the listener's. */
enum sandbox { SANDBOX_LISTENER, SANDBOX_CONNECTION, SANDBOX_COUNT };

/* For good: limits of what it may use, and a list of allowed system calls; another one ends the
 * process. Root, file system and descriptors must have been given up before. False with errno. */
bool sandbox_enter(enum sandbox);

#endif
