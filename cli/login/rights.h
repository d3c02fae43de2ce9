/*
 * What each privilege level may type. Without `aaa authorization command` there are two: user mode
 * and all; with LOCAL a command needs the level that the configuration (`privilege`) or else the
 * grammar gives it; with a server group its servers are asked, and where the line says so the
 * levels stand in for them.
 */
#ifndef GATEHOUSE_LOGIN_RIGHTS_H
#define GATEHOUSE_LOGIN_RIGHTS_H

#include "cli/manager/manager.h"

/* The level at which that one's lines are matched: in privileged mode all commands exist, whoever
 * may not type them. */
int rights_match(struct manager *, int privilege);
/* The level at which he is helped: he sees what he may type. */
int rights_seen(struct manager *, int privilege);
/* May he type this command, as far as that is decided here? */
bool rights_allow(struct manager *, int privilege, const struct gram_command *);
/* The server group that is asked for each command; NULL: none is. `fallback`: the levels stand in
 * for it. */
const char *rights_group(struct manager *, bool *fallback);
/* May he by the levels, whoever is asked? */
bool rights_allow_by_level(struct manager *, int privilege, const struct gram_command *);

#endif
