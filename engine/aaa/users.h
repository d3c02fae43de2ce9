/* The local users (CFG_USER), by name, with their stored passwords. */
#ifndef GATEHOUSE_AAA_USERS_H
#define GATEHOUSE_AAA_USERS_H

#include "engine/crypto/password.h"
#include "engine/ipc/message.h"

struct aaa_user {
	char *name;
	struct password password;
	uint8_t privilege;
	char *service_type; /* NULL: memory was short */
	bool stale; /* not named yet by the snapshot that is arriving */
};

/* Zeroed memory is a database without users. */
struct aaa_users {
	struct aaa_user *user; /* sorted by name */
	size_t n, size;
};

/* One user more, another form of one, or one less. */
void aaa_users_apply(struct aaa_users *, const struct cfg_user *);
/* A snapshot arrives; until it has ended nobody is missing. */
void aaa_users_begin(struct aaa_users *);
/* It has: whom it did not name is gone. */
void aaa_users_end(struct aaa_users *);
/* By the whole name, else by what stands behind a backslash; NULL = unknown. */
const struct aaa_user *aaa_user_find(const struct aaa_users *, const char *name);
/* Wipes. */
void aaa_users_fini(struct aaa_users *);

#endif
