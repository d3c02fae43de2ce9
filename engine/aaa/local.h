/* The local user database as a login server. */
#ifndef GATEHOUSE_AAA_LOCAL_H
#define GATEHOUSE_AAA_LOCAL_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/users.h"

/* What such a server is: aaa_server.server. */
struct local {
	const struct crypto *crypto;
	struct aaa_users users;
};

extern const struct aaa_protocol local_protocol;

#endif
