/*
 * Compiled access lists: rules in, verdict out. A list is written as seen from
 * a client: he is the source, what is inside is the destination, and each rule
 * holds for both ways. The first rule that fits decides; none: no.
 */
#ifndef GATEHOUSE_ACL_H
#define GATEHOUSE_ACL_H

#include <stdbool.h>

#include "engine/net/ipv4.h"

struct acl_rule {
	uint32_t source, source_mask, dest, dest_mask; /* host order */
	/* Of TCP, UDP and SCTP; of ICMP `dest` is the type, times 256, and the code. A low above
	 * its high: all but those between. */
	uint16_t source_low, source_high, dest_low, dest_high;
	uint8_t protocol; /* 0 = any */
	bool permit;
};

struct acl {
	size_t n;
	struct acl_rule rule[];
};

/* Bytes of a list with so many rules. */
static inline size_t acl_size(size_t n)
{
	return sizeof(struct acl) + n * sizeof(struct acl_rule);
}
/* NULL is no list, and equals only itself. */
bool acl_equal(const struct acl *, const struct acl *);

/* May this packet pass? `header` is what ipv4_parse() said of it; `inward`: from the client. An
 * answer or an error of ICMP may if what it is about may. Neither allocates nor keeps anything. */
bool acl_permits(const struct acl *, const uint8_t *ip, const struct ipv4 *header, bool inward);

/* Reads a rule as the device writes it, "permit tcp any host 10.1.1.1 eq www", with or without
 * "access-list NAME extended" in front; what it is to be logged by means nothing here. False: it is
 * none, or one whose meaning is not known. */
bool acl_read(const char *text, struct acl_rule *);

#endif
