/* Elements of access lists as the device writes them. Pure. */
#ifndef GATEHOUSE_SHOW_ACCESS_LIST_H
#define GATEHOUSE_SHOW_ACCESS_LIST_H

#include "db/db.h"
#include "engine/net/acl.h"
#include "parser/text.h"

/* Names that are printed in the place of addresses; `of` NULL: none are. */
struct show_names {
	const char *(*of)(void *ctx, const char *address); /* NULL: it has none */
	void *ctx;
};

/* What of a host name (`fqdn`) one side of a rule is. */
struct show_host {
	const char *name; /* NULL: it is of none */
	/* The name itself, with or without addresses; else one of its addresses. */
	enum { HOST_ADDRESS, HOST_RESOLVED, HOST_UNRESOLVED } as;
};

/* A row of table access_list, behind the list's name: "extended permit tcp any any eq www log
 * informational interval 300". */
void show_access_row(struct text *, const struct db_row *, const struct show_names *);
/* How it is logged, and when it holds: what stands behind what it fits, with a blank before it. */
void show_access_tail(struct text *, const struct db_row *);
/* A rule that a row was expanded to: "permit tcp host 10.1.1.1 any eq www". */
void show_access_rule(struct text *, const struct acl_rule *, const struct show_names *,
    const struct show_host *source, const struct show_host *dest);

#endif
