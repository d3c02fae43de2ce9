/* What the manager tells LOCAL and asks it: its configuration, who has typed wrong passwords. */
#ifndef GATEHOUSE_AAA_LOCAL_ADMIN_H
#define GATEHOUSE_AAA_LOCAL_ADMIN_H

#include "engine/aaa/local.h"

/* A message of the manager's; what is none of LOCAL's is ignored. Answers go by its listener. */
void local_message(struct local *, const struct ipc_msg *);

#endif
