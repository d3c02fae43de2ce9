/*
 * Passwords checked by binding as the user, one at a time on each of a few connections, which are
 * kept for the next. Who finds them all busy waits his turn.
 */
#ifndef GATEHOUSE_AAA_LDAP_CHECK_H
#define GATEHOUSE_AAA_LDAP_CHECK_H

#include <sys/queue.h>

#include "engine/aaa/ldap/link.h"

#define LDAP_SLOTS 16

struct ldap_slot;

/* A password on its way, embedded in its owner. */
struct ldap_check {
	TAILQ_ENTRY(ldap_check) link;
	struct rd dn;	      /* lives as long, as does the password */
	const char *password; /* not empty: that would be a bind as nobody, which succeeds */
	bool again;
	uint64_t asked;
	struct ldap_slot *slot; /* NULL: it waits */
	/* Its end, one of them. The check may be freed within. */
	void (*done)(struct ldap_check *, const struct ldap_result *);
	void (*failed)(struct ldap_check *, enum reason, const char *why);
};

struct ldap_checker {
	const struct aaa_world *world;
	struct aaa_server *server;
	TAILQ_HEAD(, ldap_check) waiting;
	struct ldap_slot {
		struct ldap_checker *checker;
		struct ldap_link *link; /* NULL: none */
		bool open, used;	/* connected; a bind has been answered on it */
		uint32_t bind;
		struct ldap_check *check; /* NULL: it is free */
	} slot[LDAP_SLOTS];
};

void ldap_checker_init(struct ldap_checker *, const struct aaa_world *, struct aaa_server *);
void ldap_checker_ask(struct ldap_checker *, struct ldap_check *);
/* Nobody wants its answer any more: a bind cannot be abandoned, so its connection goes. */
void ldap_checker_forget(struct ldap_checker *, struct ldap_check *);
/* Closes the connections; checks that wait fail. */
void ldap_checker_close(struct ldap_checker *, const char *why);

#endif
