/* The local user database as a login server. */
#ifndef GATEHOUSE_AAA_LOCAL_H
#define GATEHOUSE_AAA_LOCAL_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/report.h"
#include "engine/aaa/users.h"
#include "engine/crypto/password_policy.h"

#define LOCAL_LEVELS 16

/* The service of a request for a privilege level by its own password; its user is the name of that
 * level, "enable_15". */
#define LOCAL_ENABLE "enable-password"

/* What such a server is: aaa_server.server. */
struct local {
	const struct crypto *crypto;
	struct aaa_users users;
	struct password enable[LOCAL_LEVELS]; /* PASSWORD_NONE: there is none */
	uint32_t stale_enable; /* bits of those that the snapshot has not named yet */
	struct password_policy policy; /* of new passwords */
	uint32_t lifetime, since; /* of passwords: days, 0 = for ever; the day from when on */
	unsigned max_fail;     /* wrong passwords that lock a user out, 0 = none do */
	struct aaa_listener *listener;
};

/* The password of a level (0: of 15), or that it has none. */
void local_enable_apply(struct local *, const struct cfg_enable *);

extern const struct aaa_protocol local_protocol;

#endif
