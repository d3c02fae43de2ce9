/* The system calls that a role may make, and the end of one that makes another. */
#ifndef GATEHOUSE_SECCOMP_H
#define GATEHOUSE_SECCOMP_H

#include <stdbool.h>

#include "engine/ipc/message.h"

/*
 * From here on this process (all its threads, for good) makes only the calls
 * that the table of seccomp.c lists for `role`; any other kills it with SIGSYS.
 * The last step before a role serves, after confine() and before its first
 * thread. False, with errno, when the kernel cannot do it: the role must not go
 * on. Does nothing in sanitizer builds, whose run-time makes calls of its own.
 */
bool seccomp_enter(enum role role);

#endif
