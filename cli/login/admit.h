/* What a user who was proved may do here, and the log lines of logins. */
#ifndef GATEHOUSE_LOGIN_ADMIT_H
#define GATEHOUSE_LOGIN_ADMIT_H

#include "cli/login/login.h"

/* How the running-config has him and the way in: privilege, whether he starts at `#`, accepted or
 * not, into the result; false: not. */
bool login_admit(struct manager *, const struct login_request *, struct login_result *);
/* Is there a local user of that name? */
bool login_is_user(struct manager *, const char *user);
/* The log lines of how it ended: permitted or denied. */
void login_log(struct manager *, const struct login_request *, const struct login_result *);

#endif
