/*
 * The questions that other roles have open: each a conversation under the role that asked and the
 * id of its request.
 */
#ifndef GATEHOUSE_AAA_LOGIN_H
#define GATEHOUSE_AAA_LOGIN_H

#include <sys/queue.h>

#include "engine/aaa/conversation.h"
#include "engine/aaa/report.h"

#define LOGIN_BUCKETS 256 /* by their id */

struct login;

struct logins {
	struct env *env;
	struct aaa_listener *listener;
	struct aaa_server *local;      /* LOCAL, which may stand in */
	struct aaa_group *local_group; /* its group */
	/* NULL: there is no such group. */
	struct aaa_group *(*find)(void *arg, const char *name);
	/* A server has been given up, or has answered. */
	void (*news)(void *arg);
	void *arg;
	struct aaa_group nobody; /* a group without servers */
	LIST_HEAD(, login) open[LOGIN_BUCKETS];
};

void logins_request(struct logins *, enum role from, const struct msg_auth_request *);
void logins_next(struct logins *, enum role from, const struct msg_auth_next *);
void logins_cancel(struct logins *, enum role from, uint32_t id);
/* That role is gone: what it asked is forgotten. */
void logins_role_gone(struct logins *, enum role);
/* That server goes: the next one is asked. */
void logins_server_goes(struct logins *, struct aaa_server *);
void logins_group_goes(struct logins *, struct aaa_group *);

#endif
