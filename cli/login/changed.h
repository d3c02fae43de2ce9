/* A local user has changed his password, at aaa or by a command: the running-config follows. */
#ifndef GATEHOUSE_LOGIN_CHANGED_H
#define GATEHOUSE_LOGIN_CHANGED_H

#include "cli/manager/manager.h"

/* Stores it as his, in the form in which it is kept, as soon as it is nobody else's turn; `by`: who
 * did it, by which way, NULL: himself, as he logged in. */
void password_changed(
    struct manager *, const struct msg_password_changed *, const struct author *by);
/* Changes that still wait end: the manager closes. */
void password_changed_close(struct manager *);

#endif
