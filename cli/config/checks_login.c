/* Checks of who may come in. */
#include "cli/config/checks.h"

bool check_local_users(struct db_line *l)
{
	if (!l->negated && !l->whole && !row_there(l, "user", NULL, NULL, 0))
		db_say(l, "WARNING: local database is empty! Use 'username' command to define "
			  "local users.");
	return true;
}
