/*
 * aaa, the role that proves who somebody is: a request comes from a role, becomes a
 * conversation with the login servers of its group, and is answered once unless that role
 * cancels it; before that it may be challenged. The groups are those of the configuration, and
 * LOCAL, the local user database.
 */
#ifndef GATEHOUSE_AAA_H
#define GATEHOUSE_AAA_H

#include "engine/aaa/net.h"
#include "engine/base/env.h"
#include "engine/crypto/crypto.h"
#include "engine/ipc/message.h"

struct aaa;
struct aaa_group;
struct aaa_protocol;

/* How aaa speaks: answers, log and debug lines. The message's strings live during the call. */
typedef void aaa_send(void *arg, enum role to, const struct ipc_msg *);

/* The protocol of a word of the configuration ("radius"), NULL: there is none. */
typedef const struct aaa_protocol *aaa_find(const char *word);

/* NULL when out of memory or without MD4. `env` (its time and timers), `crypto` and `net` must live
 * as long; without `find` and `net` (NULL) there is LOCAL only. */
struct aaa *aaa_create(struct env *env, const struct crypto *crypto, struct aaa_net *net,
    aaa_find *, aaa_send *, void *arg);
void aaa_destroy(struct aaa *);
/* One more group of servers under a name that requests may say, before those of the configuration;
 * "LOCAL" is there already. Name and group must live as long. False when there are too many. */
bool aaa_group_add(struct aaa *, const char *name, struct aaa_group *);
/* A message of that role: configuration and debug levels from the manager only, requests from
 * manager and engine; anything else is ignored. */
void aaa_message(struct aaa *, enum role from, const struct ipc_msg *);
/* The two files in which accounting waits, which are taken over; both -1: there are none. `reborn`:
 * the whole appliance is new, not only this process. Once. */
void aaa_accounting_files(struct aaa *, const int fd[2], bool reborn);
/* The appliance stops: what roles leave open ends with it. */
void aaa_ending(struct aaa *);
/* They are gone: servers hear that nobody is served any more. */
void aaa_alone(struct aaa *);
/* Something is not on the disk yet; or a record is on its way to a server. */
bool aaa_busy(const struct aaa *);
bool aaa_flies(const struct aaa *);
/* That role is there now. */
void aaa_role_here(struct aaa *, enum role);
/* That role is gone, or another one in its place: what it asked is forgotten. */
void aaa_role_gone(struct aaa *, enum role);

#endif
