/* The access list that a session's packets have to pass, compiled for the packet path. */
#ifndef GATEHOUSE_SESSION_ACCESS_H
#define GATEHOUSE_SESSION_ACCESS_H

#include "engine/config/config.h"
#include "engine/net/acl.h"

/* The list of that name as it is configured now; the caller frees it. NULL: there is none, or no
 * memory. One whose elements are all inactive permits nothing. */
struct acl *access_configured(const struct config *, const char *name);
/* The lines that a login server sent for a user (AAA_FILTER_LINE of these attributes), in their
 * order; the caller frees it. NULL: no memory, or a line that says nothing that we know. */
struct acl *access_sent(const struct bytes *attributes);

#endif
