/* Routes of the keeper's answer, as the walk of a packet wants them. */
#ifndef GATEHOUSE_ACTS_ROUTES_OF_H
#define GATEHOUSE_ACTS_ROUTES_OF_H

#include "cli/manager/ask.h"
#include "engine/firewall/walk.h"

/* Malloc'ed, `n` of them. */
struct walk_route *routes_of_answer(const struct answer *, size_t *n);

#endif
