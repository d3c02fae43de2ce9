/*
 * The first rule of a long list that fits a packet, without a look at all the others. Each rule
 * stands where it says most: among those for addresses of its source, of its destination, or for
 * its ports; what says little in all of them stands with those that are always looked at.
 */
#ifndef GATEHOUSE_ACL_INDEX_H
#define GATEHOUSE_ACL_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct acl_rule;

/* A packet as rules see it: from the client to the inside. */
struct acl_seen {
	uint32_t source, dest;
	uint16_t source_port,
	    dest_port; /* of ICMP `dest_port` is the type, times 256, and the code */
	uint8_t protocol;
	bool ported; /* a protocol with ports, of which a rule may speak */
	bool later;  /* a piece without them */
};

bool acl_fits(const struct acl_rule *, const struct acl_seen *);

struct acl_index;

/* Of so many rules, which are not copied. NULL: no memory. */
struct acl_index *acl_index_new(const struct acl_rule *, size_t n);
void acl_index_free(struct acl_index *);
/* The place of the first rule that fits; `n`: none does. Index NULL: all are looked at. */
size_t acl_first(
    const struct acl_index *, const struct acl_rule *, size_t n, const struct acl_seen *);

#endif
