/*
 * Compiled access lists: rules in, verdict out. A list is written as seen from
 * a client: he is the source, what is inside is the destination, and each rule
 * holds for both ways. The first rule that fits decides; none: no.
 */
#ifndef GATEHOUSE_ACL_H
#define GATEHOUSE_ACL_H

#include <stdbool.h>

#include "engine/net/acl_index.h"
#include "engine/net/ipv4.h"

/* What of a packet that fits is told. */
enum {
	ACL_LOG_DEFAULT, /* one that is refused, by 106023 */
	ACL_LOG_NONE,    /* `log disable` */
	ACL_LOG_LEVEL,   /* and on: 106100, of the severity that is added */
};

/* One element, expanded: of object groups there is one for each combination of their members. */
struct acl_rule {
	uint32_t source_first, source_last, dest_first, dest_last; /* host order, both included */
	/* Of TCP, UDP and SCTP; of ICMP `dest` is the type, times 256, and the code. A low above
	 * its high: all but those between. */
	uint16_t source_low, source_high, dest_low, dest_high;
	uint8_t protocol; /* 0 = any */
	bool permit;
	uint8_t log;	   /* ACL_LOG_DEFAULT, ... */
	uint16_t interval; /* seconds between two 106100 of one flow */
	uint32_t line;	   /* of the element that it was made of, as it is shown */
	uint32_t hash;	   /* of the list's name and of what it says: hits are counted under it */
};

struct acl_hits {
	_Atomic uint64_t flows; /* that this rule has let through, or not */
	_Atomic uint64_t last;  /* when it did, by the clock that its user has */
};

/* Shared by all that are held to it; never changed. Who holds it counts; the packet path writes
 * nothing but the hits. */
struct acl {
	unsigned holders;	 /* the control side's */
	struct acl_hits *hits;	 /* of each rule; NULL: nothing is counted */
	struct acl_index *index; /* of a long one */
	size_t n;
	struct acl_rule rule[];
};

/* Bytes of a list with so many rules. */
static inline size_t acl_size(size_t n)
{
	return sizeof(struct acl) + n * sizeof(struct acl_rule);
}
/* A list of these rules, which the caller holds. NULL: no memory. */
struct acl *acl_new(const struct acl_rule *, size_t n);
/* One more holds it; one less (NULL: nothing): after the last it is gone. */
struct acl *acl_hold(struct acl *);
void acl_let_go(struct acl *);
/* NULL is no list, and equals only itself. */
bool acl_equal(const struct acl *, const struct acl *);

/* Flows that were looked at: what a rule has said of one is said again without a look at the list.
 * Of one list for all its life; zeroed memory knows none. */
#define ACL_FLOWS 256
struct acl_flow {
	struct acl_seen seen;
	bool known;
	const struct acl_rule *rule; /* that fits it; NULL: none does */
};
struct acl_flows {
	uint64_t now; /* the time of hits */
	/* Of what was asked last: the rule that has decided (NULL: none fits), and whether it is
	 * the first packet of its flow. */
	const struct acl_rule *rule;
	bool first;
	struct acl_flow flow[ACL_FLOWS];
};

/* May this packet pass? `header` is what ipv4_parse() said of it; `inward`: from the client. An
 * answer or an error of ICMP may if what it is about may. It does not allocate. Flows NULL: none
 * is remembered, and nothing counted. */
bool acl_permits(const struct acl *, struct acl_flows *, const uint8_t *ip,
    const struct ipv4 *header, bool inward);

/* A rule in a message: so many bytes, and so many of them in a BYTES field of one message. */
#define ACL_RULE_BYTES 37
#define ACL_RULES_TOLD 1024
void acl_rule_write(struct wr *, const struct acl_rule *);
/* False: cut short, or no rule. */
bool acl_rule_take(struct rd *, struct acl_rule *);

/* Reads a rule as the device writes it, "permit tcp any host 10.1.1.1 eq www", with or without
 * "access-list NAME extended" in front; what it is to be logged by means nothing here. False: it is
 * none, or one whose meaning is not known. */
bool acl_read(const char *text, struct acl_rule *);

#endif
