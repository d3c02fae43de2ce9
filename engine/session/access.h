/* The access list that a session's packets have to pass, compiled for the packet path. */
#ifndef GATEHOUSE_SESSION_ACCESS_H
#define GATEHOUSE_SESSION_ACCESS_H

#include "engine/session/lists.h"
#include "engine/session/policy.h"

/* What a session is held to. */
struct access {
	struct acl *list; /* NULL = nothing */
	bool sent;        /* rule by rule by a login server; else configured under its name */
};

/* That of a user, by these attributes and the policy that they were laid over, which gets the name
 * of the list: rules that the server sent go before the name of a list. The caller holds it
 * (acl_let_go()). False: what was said cannot be held to. */
bool access_of(struct lists *, const struct bytes *attributes, const char *user,
    struct session_policy *, struct access *);

#endif
