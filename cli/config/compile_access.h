/*
 * One element of an access list, compiled: its row, and what the names in it stand for now, become
 * rules of engine/net/acl.h, one for each combination of members.
 */
#ifndef GATEHOUSE_COMPILE_ACCESS_H
#define GATEHOUSE_COMPILE_ACCESS_H

#include "cli/config/cover.h"
#include "engine/net/acl_list.h"

/* Of one element there are no more rules: one that would have more refuses all traffic that comes
 * to it. */
#define ACCESS_RULES_MAX 65536

/* Nobody's traffic: people read it. */
bool access_is_remark(const struct db_row *);
/* One that is not in force now. */
bool access_is_off(const struct cover *, const struct db_row *);
/* Does it name objects, or groups of them? */
bool access_has_objects(const struct db_row *);
/* Does it stand for something else after another row has changed (an object, an interface's
 * address)? */
bool access_has_names(const struct db_row *);
/* Would it be more rules than there may be? */
bool access_is_too_much(const struct cover *, const struct db_row *);
/* Is what rows of that table say part of what such an element stands for? */
bool access_may_name(const char *table);
/* What an element stands for, whether it is in force or not: each combination of these is a rule,
 * the destinations being the first to change, the services the last. */
struct access_meaning {
	struct ranges from, into;
	struct services services;
};
/* False: no memory, or the database could not be read; what there is has to be freed, too. */
bool access_mean(const struct cover *, const struct db_row *, struct access_meaning *);
void access_meaning_free(struct access_meaning *);
/* Its rules, added to `to`; none when it is inactive, or no packet of IPv4 can fit it. False: no
 * memory, or the database could not be read; then what was added says nothing. */
bool access_compile(const struct cover *, const struct db_row *, struct acl_list *to);
/* What hits are counted under: of the list's name, and of what a rule says. */
uint32_t access_hash(const char *name, const struct acl_rule *);

#endif
