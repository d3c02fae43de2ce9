/* A text that takes the place of the startup-config. */
#ifndef GATEHOUSE_ACTS_STARTUP_H
#define GATEHOUSE_ACTS_STARTUP_H

#include "cli/acts/act.h"

/* Looks through it line by line, tells those that the next start would refuse, and stores it;
 * false, and refused, when it is no configuration at all or cannot be stored. */
bool startup_put(struct act *, const char *text, size_t len);

#endif
