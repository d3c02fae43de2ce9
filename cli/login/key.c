/* Logins by public keys: the user's row says which are his, and what he may do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/login/admit.h"

bool login_key_known(struct manager *m, const char *user, const uint8_t *key, size_t len)
{
	/* No table of keys yet: the configuration has no line that brings one. */
	return m && user[0] && key && len && false;
}

bool login_by_key(struct manager *m, const struct login_request *r, struct login_result *out)
{
	const char *keys[] = {r->user};
	char privilege[8];

	*out = (struct login_result){0};
	snprintf(out->user, sizeof(out->user), "%.64s", r->user);
	out->accepted = db_get(m->running.db, "user", "privilege", keys, 1, privilege,
	    sizeof(privilege));
	if (out->accepted)
		out->privilege = atoi(privilege);
	login_log(m, r, out);
	return out->accepted;
}
