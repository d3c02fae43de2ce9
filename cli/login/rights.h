/*
 * What each privilege level may type. Without `aaa authorization command LOCAL` there are two: user
 * mode and all; with it a command needs the level that the configuration (`privilege`) or else the
 * grammar gives it.
 */
#ifndef GATEHOUSE_LOGIN_RIGHTS_H
#define GATEHOUSE_LOGIN_RIGHTS_H

#include "cli/manager/manager.h"

/* The level at which that one's lines are matched: in privileged mode all commands exist, whoever
 * may not type them. */
int rights_match(struct manager *, int privilege);
/* The level at which he is helped: he sees what he may type. */
int rights_seen(struct manager *, int privilege);
/* May he type this command? */
bool rights_allow(struct manager *, int privilege, const struct gram_command *);

#endif
