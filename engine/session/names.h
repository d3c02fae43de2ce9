/*
 * Sessions whose user is known, by his name: how many there are of one, and which of them may be
 * the same client. Thousands may have the same name; those that call themselves alike are few.
 */
#ifndef GATEHOUSE_SESSION_NAMES_H
#define GATEHOUSE_SESSION_NAMES_H

#include "engine/session/objects.h"

/* From when its `user` is known to when it is not any more. */
void names_enter(struct session *);
void names_leave(struct session *);
/* No fewer than there are sessions of that name. */
uint32_t names_bound(const struct gateway *, const char *user);
/* The next of that name after `o`, or the first (NULL), but `s` itself and what ends. NULL: there
 * is none. */
struct session *names_next(const struct session *s, const char *user, struct session *o);
/* The same of those only that may call themselves in IKE and L2TP as `s` does. */
struct session *names_next_alike(const struct session *s, const char *user, struct session *o);

#endif
