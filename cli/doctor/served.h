/*
 * Whom the configuration serves, as the checks ask for it: interfaces that clients come by, maps,
 * tunnel groups, and attributes with what they inherit. Of this room only.
 */
#ifndef GATEHOUSE_DOCTOR_SERVED_H
#define GATEHOUSE_DOCTOR_SERVED_H

#include "cli/doctor/exam.h"

/* The interface that clients are meant to come by: that of a crypto map, else one that IKEv1 is
 * enabled on, else the one of the lowest level. When none has a name: what the map is bound to, or
 * "outside". */
const char *served_interface(struct exam *);
/* The row of an interface by its nameif, or NULL. */
const struct db_row *served_named(struct exam *, const char *nameif);

/* Is that dynamic map, or crypto map, there with at least one entry (that `column` is set in; NULL:
 * any)? */
bool served_map(struct exam *, const char *table, const char *name, const char *column);
/* Tunnel groups by which a client with a pre-shared key comes: those that have one, else
 * DefaultRAGroup. */
bool served_group(struct exam *, const struct db_row *group);
#define EACH_SERVED_GROUP(e, g) EACH_ROW(e, "tunnel_group", g) if (served_group(e, g))

/* The policy of a tunnel group; that of a user (its own, or NULL). Never NULL: DfltGrpPolicy. */
const struct db_row *served_policy(struct exam *, const struct db_row *group);
/* An attribute of a policy with what it inherits: the row that says it. */
const struct db_row *served_says(struct exam *, const struct db_row *policy, const char *column);

/* "group-policy NAME attributes" or "username NAME attributes", as the first line of a cure. */
void cure_enter(struct exam *, const struct db_row *);
/* "tunnel-group NAME PART-attributes". */
void cure_group(struct exam *, const struct db_row *group, const char *part);

/* Users who log in by PPP: not those who operate, unless their password is for that as well (nobody
 * is refused for his service-type there). */
bool served_user(const struct db_row *user);

#endif
