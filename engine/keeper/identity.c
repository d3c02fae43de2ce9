/* The users of the roles. Their fixed numbers are in no user database, and may be those of one of
 * systemd's dynamic users; so an installed appliance has users by name. */
#include "engine/keeper/identity.h"

#include <pwd.h>

#define CHILD ROLE_COUNT /* the short-lived children's row */

static const struct {
	const char *name;
	uid_t number;
} WHO[ROLE_COUNT + 1] = {
    [ROLE_MANAGER] = {"_gatehouse-manager", 64101},
    [ROLE_ENGINE] = {"_gatehouse-engine", 64102},
    [ROLE_AAA] = {"_gatehouse-aaa", 64103},
    [CHILD] = {"_gatehouse-tool", 64105},
    [ROLE_SSH] = {"_gatehouse-ssh", 64104},
};

/* Root is never a role's. */
static const struct passwd *user(unsigned role)
{
	const struct passwd *p = WHO[role].name ? getpwnam(WHO[role].name) : NULL;

	return p && p->pw_uid != 0 && p->pw_gid != 0 ? p : NULL;
}

uid_t identity_uid(enum role role)
{
	const struct passwd *p = user(role);

	return p ? p->pw_uid : WHO[role].number;
}

gid_t identity_gid(enum role role)
{
	const struct passwd *p = user(role);

	return p ? p->pw_gid : WHO[role].number;
}

uid_t identity_child_uid(void)
{
	const struct passwd *p = user(CHILD);

	return p ? p->pw_uid : WHO[CHILD].number;
}

gid_t identity_child_gid(void)
{
	const struct passwd *p = user(CHILD);

	return p ? p->pw_gid : WHO[CHILD].number;
}

bool identity_was(enum role role, uid_t uid)
{
	return uid == WHO[role].number && uid != identity_uid(role);
}
