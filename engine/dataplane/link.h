/*
 * An L2TP session in the packet path: the link between a client's inner address
 * and its peer. Identity: the session id that we assigned. It lives from
 * dp_session_add() to dp_session_remove(), allocated and freed by the control side.
 */
#ifndef GATEHOUSE_LINK_H
#define GATEHOUSE_LINK_H

#include "engine/dataplane/ip.h"
#include "engine/dataplane/pair.h"
#include "engine/net/acl.h"

/* The list that a session's packets have to pass: the link's until it gets another or goes. */
struct dp_filter {
	struct object object;
	struct acl *acl; /* held by the control side */
	struct acl_flows flows;
};

struct dp_link {
	struct object object;
	unsigned owner;	   /* the control side's: its peer's worker */
	uint32_t known_by; /* and the address by which the others find that one, 0 = none */
	struct chain_link by_session;
	struct chain_link by_client; /* while the session is open */
	struct dp_peer *peer;
	struct dp_session is;
	struct dp_filter *filter; /* NULL = none */
	uint32_t client; /* host order */
	uint16_t header; /* of L2TP and PPP in front of a user's packet, in bytes */
	uint16_t ns;     /* of the next data message, where they are numbered */
	counter packets_in, bytes_in, packets_out, bytes_out, drop_in, drop_out, last_in, last_out;
};

/* Takes over what the session is from now on. */
void link_set(struct dp_link *, const struct dp_session *);
/* The largest packet that the session's client takes and that fits on the pair in use. */
uint16_t link_mtu(const struct dp_link *);
/* What TCP's SYNs of that session are held to, given its MTU. */
struct mss_limits link_mss(const struct dp_link *, uint16_t mtu);
/* What its counters are now; any thread. */
void link_counters(const struct dp_link *, struct dp_session_counters *);

#endif
