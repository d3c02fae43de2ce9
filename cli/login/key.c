/* Logins by public keys: the user's row says which is his, and what he may do. */
#include <stdio.h>
#include <string.h>

#include "cli/config/public_key.h"
#include "cli/login/admit.h"

bool login_key_known(struct manager *m, const char *user, const uint8_t *key, size_t len)
{
	const char *keys[] = {user};
	char kept[PUBLIC_KEY_PRINT + 16], shown[PUBLIC_KEY_PRINT];

	return len <= PUBLIC_KEY_MAX && public_key_print(m->crypto, key, len, shown) &&
	    db_get(m->running.db, "user", "key", keys, 1, kept, sizeof(kept)) &&
	    strlen(kept) > sizeof(shown) && kept[sizeof(shown) - 1] == ' ' &&
	    crypto_equal(kept, shown, sizeof(shown) - 1);
}

bool login_by_key(struct manager *m, const struct login_request *r, struct login_result *out)
{
	*out = (struct login_result){0};
	snprintf(out->user, sizeof(out->user), "%.64s", r->user);
	login_admit(m, r, out);
	if (!out->accepted)
		out->enabled = false;
	login_log(m, r, out);
	return out->accepted;
}
