/*
 * Searches at one LDAP server, all on one connection that is bound as `ldap-login-dn`: opened by
 * the first, kept for those that follow, any number at once. A search whose connection turns out
 * to be an old one that the server has closed is sent once more on a new one.
 */
#ifndef GATEHOUSE_AAA_LDAP_FIND_H
#define GATEHOUSE_AAA_LDAP_FIND_H

#include <sys/queue.h>

#include "engine/aaa/ldap/link.h"

/* A search on its way, embedded in its owner. */
struct ldap_find {
	LIST_ENTRY(ldap_find) link;
	struct ldap_search search; /* what it points to lives as long */
	uint32_t id;		   /* 0: not sent */
	bool again;
	uint64_t asked;
	void (*entry)(struct ldap_find *, struct rd dn, struct rd attributes);
	/* Its end, one of them. The find may be freed within. */
	void (*done)(struct ldap_find *, const struct ldap_result *);
	void (*failed)(struct ldap_find *, enum reason, const char *why);
};

struct ldap_finder {
	const struct aaa_world *world;
	struct aaa_server *server;
	LIST_HEAD(ldap_finds, ldap_find) finds;
	struct ldap_link *link; /* NULL: none */
	uint32_t login;		/* the bind that is on its way */
	bool ready, used;	/* it is bound; a search has been answered on it */
};

void ldap_finder_ask(struct ldap_finder *, struct ldap_find *);
/* Nobody wants its answer any more. When the server has been silent for long its connection goes.
 */
void ldap_finder_forget(struct ldap_finder *, struct ldap_find *);
/* Closes the connection; finds that wait fail. */
void ldap_finder_close(struct ldap_finder *, const char *why);

#endif
