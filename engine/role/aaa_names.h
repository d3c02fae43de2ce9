/*
 * Names of login servers: the host's own list first, then its name servers, whose addresses the
 * keeper tells when they are needed (they may have changed since).
 */
#ifndef GATEHOUSE_ROLE_AAA_NAMES_H
#define GATEHOUSE_ROLE_AAA_NAMES_H

#include <sys/queue.h>

#include "engine/aaa/net.h"
#include "engine/base/env.h"
#include "engine/net/dns.h"

#define AAA_NAME_SERVERS 3
#define AAA_HOSTS_MAX 65536

struct aaa_names {
	struct env *env;
	struct aaa_net *net;
	void (*ask)(void *arg);
	void *arg;
	bool asked; /* the keeper, who has not answered yet */
	struct addr server[AAA_NAME_SERVERS];
	unsigned n;
	char domain[256]; /* of names without a dot, "" = none */
	char *hosts;	  /* /etc/hosts, NULL = none */
	LIST_HEAD(, aaa_lookup) open;
};

void aaa_names_init(
    struct aaa_names *, struct env *, struct aaa_net *, void (*ask)(void *arg), void *arg);
void aaa_names_fini(struct aaa_names *);
/* What stands in /etc/hosts, and last in /etc/resolv.conf; NULL: there is none. Lookups that wait
 * go on. */
void aaa_names_hosts(struct aaa_names *, const char *text);
void aaa_names_resolver(struct aaa_names *, const char *text);
/* As lookup and lookup_cancel of struct aaa_net: the first of the addresses. */
struct aaa_lookup *aaa_names_lookup(
    struct aaa_names *, const char *name, void (*done)(void *arg, const struct addr *), void *arg);
/* The same for all of them; none: there is no such name, or nobody could tell. It is not
 * cancelled, but ends with the names. */
bool aaa_names_all(struct aaa_names *, const char *name,
    void (*all)(void *arg, const char *name, const struct dns_found *), void *arg);
void aaa_names_cancel(struct aaa_lookup *);

#endif
