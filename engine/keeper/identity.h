/* Who a role is to the kernel. */
#ifndef GATEHOUSE_IDENTITY_H
#define GATEHOUSE_IDENTITY_H

#include <sys/types.h>

#include "engine/ipc/message.h"

/* The uid and gid of a role that has given up root: those of the users that `make install` makes
 * (_gatehouse-manager, ...), or where there is no such user fixed numbers, so that the appliance
 * runs without being installed. Reads the user database: to be asked before the chroot. */
uid_t identity_uid(enum role);
gid_t identity_gid(enum role);

/* The same of the short-lived children (_gatehouse-tool). */
uid_t identity_child_uid(void);
gid_t identity_child_gid(void);

/* Was this the number of a role in an earlier life, before its user was made? */
bool identity_was(enum role, uid_t);

#endif
