/* What a user who was proved may do here, and the log lines of logins. */
#ifndef GATEHOUSE_LOGIN_ADMIT_H
#define GATEHOUSE_LOGIN_ADMIT_H

#include "cli/login/login.h"

/* Who proves logins by a way in. */
struct login_by {
	char group[17]; /* "": nobody, the way is shut */
	const char *method;
	bool fallback;	/* LOCAL stands in */
	bool local;	/* the group is LOCAL */
	bool authorizes; /* what the user may is asked for by itself (TACACS+), and has to be */
};
void login_by(struct manager *, enum login_way, struct login_by *);

/* How the running-config has a local user and the way in: privilege, whether he starts at `#`,
 * accepted or not, into the result; false: not. */
bool login_admit(struct manager *, const struct login_request *, struct login_result *);
/* The same for whom a server has accepted, by what it says of him. */
bool login_admit_by_server(struct manager *, const struct login_request *,
    const struct msg_auth_reply *, struct login_result *);
/* Is there a local user of that name? */
bool login_is_user(struct manager *, const char *user);
/* The log lines of how it ended: permitted or denied. */
void login_log(struct manager *, const struct login_request *, const struct login_result *);

#endif
