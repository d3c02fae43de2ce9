/*
 * What strangers can make us hold is shared out. A `struct shares` counts who
 * holds how much, per address, per network (IPv4 /24, IPv6 /48; an address there
 * is a /64) and in total, and names who has to go when a limit is reached: one
 * at random of the greediest address of the greediest network. Whoever floods
 * pushes himself out; a client who holds one of many is never the greediest.
 *
 * It owns nothing but the counts: `struct share` is embedded in what is held.
 */
#ifndef GATEHOUSE_SHARES_H
#define GATEHOUSE_SHARES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/env.h"
#include "engine/base/addr.h"

struct shares;
struct share_group;

/* Zeroed memory holds no share. */
struct share {
	struct share_group *group; /* of its address; NULL = not counted */
	size_t place, member;      /* among all, among those of the group */
};

/* Whom a share is counted for. */
struct share_key {
	uint64_t network, address;
};

struct share_limits {
	size_t total, network, address; /* none is 0 */
};

struct share_key share_key_of(const struct addr *);
/* NULL when out of memory. `random` of the environment is used once. */
struct shares *shares_create(struct env *, const struct share_limits *);
/* Whatever is still counted is forgotten, not freed. */
void shares_destroy(struct shares *);
/* Who must go before one more of this key is taken in: NULL, there is room. The caller gives its
 * share back (shares_give()) and asks again. */
struct share *shares_victim(struct shares *, struct share_key);
/* Counts it; false when out of memory or at a limit. */
bool shares_take(struct shares *, struct share *, struct share_key);
/* Harmless when it is not counted. */
void shares_give(struct shares *, struct share *);
size_t shares_total(const struct shares *);
/* How many that address holds. */
size_t shares_of(const struct shares *, struct share_key);

#endif
