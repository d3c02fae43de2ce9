/* Which real addresses become which: what the sides of a NAT line stand for, paired. */
#ifndef GATEHOUSE_CONFIG_NAT_PAIRS_H
#define GATEHOUSE_CONFIG_NAT_PAIRS_H

#include "cli/config/cover.h"

struct nat_pair {
	struct range real, mapped;
};

struct nat_pairs {
	struct nat_pair *v;
	size_t n, size;
	bool cut; /* there were more than NAT_PAIRS_MAX */
};

enum { NAT_PAIRS_MAX = 4096 };

/* Address by address in the order of both, for static rules; each pair is of two ranges that are
 * short, or prefixes of one length. Real addresses that are left over have no mapped one; a real
 * one that has several is reached by all of them and leaves by the first. False: no memory. */
bool nat_pairs_fixed(const struct ranges *real, const struct ranges *mapped, struct nat_pairs *);
/* Each real range with each of the pool, for dynamic ones. */
bool nat_pairs_pool(const struct ranges *real, const struct ranges *pool, struct nat_pairs *);
void nat_pairs_free(struct nat_pairs *);

/* Addresses in all of them. */
uint64_t ranges_count(const struct ranges *);

#endif
