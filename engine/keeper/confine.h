/* How a role gives up what it must not have. */
#ifndef GATEHOUSE_CONFINE_H
#define GATEHOUSE_CONFINE_H

#include <stdbool.h>

#include "engine/ipc/message.h"

/*
 * Root goes, for good: the manager's root directory becomes `state`, that of
 * the others a directory that is empty and already removed, so nothing can ever
 * be in it; own uid, no groups, no capabilities, no way back by set-uid files, no core.
 * What has to be read from the file system (legacy.so, zone data is done here)
 * must be loaded before. When not started as root (tests) only `state` is
 * entered. False, with errno, when any step fails: the role must not go on.
 */
bool confine(enum role, const char *state);
/* Closes every descriptor from `first` on. */
void confine_descriptors(int first);

#endif
