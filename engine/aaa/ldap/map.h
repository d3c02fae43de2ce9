/*
 * What the attributes of a user's LDAP entry mean here, by the server's `ldap attribute-map`:
 * names of the device's attributes (with or without "cVPN3000-") to those of attribute.def.
 */
#ifndef GATEHOUSE_AAA_LDAP_MAP_H
#define GATEHOUSE_AAA_LDAP_MAP_H

#include "engine/aaa/attribute.h"
#include "engine/aaa/directory.h"
#include "engine/aaa/ldap/codec.h"

struct ldap_map {
	const struct aaa_directory *directory;
	const char *name; /* of the attribute-map, "" = none */
	/* NULL, or told what was read, for debug lines; `cisco` NULL: the map says nothing of it;
	 * `value` NULL: it cannot be used as that attribute. */
	void (*say)(void *arg, const char *ldap, const char *cisco, const char *value);
	void *arg;
};

/* Names the LDAP attributes that the map speaks of, at most `max`; they live as long as the
 * directory is not changed. */
size_t ldap_map_wanted(const struct ldap_map *, const char **names, size_t max);
/* Adds what those of an entry mean; what is in the list already stays as it is. Of several values
 * the first counts that a map-value names, else the first. */
void ldap_map_entry(const struct ldap_map *, struct rd attributes, struct aaa_attributes *);
/* The same of one attribute with one value: a group that the user was found in. False when the map
 * has no map-value for it. */
bool ldap_map_group(
    const struct ldap_map *, const char *ldap, struct rd value, struct aaa_attributes *);

/* Active Directory's attribute that says when a password ends: to be wanted, too. */
extern const char ldap_map_expiry_name[];
/* How many seconds that is from now on; -1: it does not say, or never. */
int64_t ldap_map_expiry(struct rd attributes, int64_t now);

#endif
