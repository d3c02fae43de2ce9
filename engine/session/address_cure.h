/* The cure of a client who gets no address of a pool. */
#ifndef GATEHOUSE_SESSION_ADDRESS_CURE_H
#define GATEHOUSE_SESSION_ADDRESS_CURE_H

#include "engine/base/cure.h"
#include "engine/session/objects.h"

/* Of REASON_NO_POOL and NO_ADDRESS, as it is told: a pool is made, or named, where his tunnel group
 * or group policy names pools. Pure. */
void address_cure(const struct session *, enum reason, char cure[CURE_MAX]);

#endif
