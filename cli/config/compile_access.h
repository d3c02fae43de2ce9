/*
 * One element of an access list, compiled: its row, and what the names in it stand for now, become
 * rules of engine/net/acl.h, one for each combination of members.
 */
#ifndef GATEHOUSE_COMPILE_ACCESS_H
#define GATEHOUSE_COMPILE_ACCESS_H

#include "db/db.h"
#include "engine/ipc/message.h"
#include "engine/net/acl_list.h"

struct access_names {
	struct db *db;
	const struct gram *gram;
};

/* Nobody's traffic: people read it. */
bool access_is_remark(const struct db_row *);
/* Does it stand for something else after another row has changed (an interface's address)? */
bool access_has_names(const struct db_row *);
/* Its rules, added to `to`; none when it is inactive, or no packet of IPv4 can fit it. False: no
 * memory, or the database could not be read; then what was added says nothing. `names` may be NULL
 * for one that has none. */
bool access_compile(const struct access_names *, const struct db_row *, struct acl_list *to);
/* What hits are counted under: of the list's name, and of what a rule says. */
uint32_t access_hash(const char *name, const struct acl_rule *);

#endif
