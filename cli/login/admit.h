/* What an accepted user may do here, and the log lines of logins: the pure half of a login. */
#ifndef GATEHOUSE_LOGIN_ADMIT_H
#define GATEHOUSE_LOGIN_ADMIT_H

#include "cli/login/login.h"

/* Whom aaa has accepted: his privilege and whether he starts at `#` into the result. False: he may
 * not come in by this way all the same. */
bool login_admit(struct manager *, const struct login_request *, const struct msg_auth_reply *,
    struct login_result *);
/* The log lines of how it ended: permitted or denied. */
void login_log(struct manager *, const struct login_request *, const struct login_result *);

#endif
