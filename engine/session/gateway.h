/*
 * The gateway: where the protocol machines meet. It owns the peers (whom phase
 * 1 authenticated), their SA pairs, L2TP sessions with their PPP links, and
 * the addresses in use; it answers what operators ask and does what they order.
 *
 * It sees the world through `struct env`, the packet path through the
 * dataplane's interface, and everybody else through `struct gateway_ops`.
 */
#ifndef GATEHOUSE_GATEWAY_H
#define GATEHOUSE_GATEWAY_H

#include "engine/config/config.h"
#include "engine/crypto/crypto.h"
#include "engine/dataplane/dataplane.h"
#include "engine/dhcp/message.h"
#include "engine/base/env.h"
#include "engine/ipc/message.h"
#include "engine/ppp/ppp.h"
#include "engine/base/trace.h"

struct flow_log;
struct gateway;

struct gateway_ops {
	/* Ask the login servers; the answer comes with gateway_auth_done(). */
	void (*authenticate)(void *owner, const struct msg_auth_request *);
	/* What the client says to a challenge (AUTH_CHALLENGE). */
	void (*next)(void *owner, const struct msg_auth_next *);
	/* The question of that id needs no answer any more. One that comes all the same decides
	 * nothing. */
	void (*cancel)(void *owner, uint32_t id);
	/* A record for the servers that account for a login; nothing is answered. */
	void (*account)(void *owner, const struct msg_account *);
	/* A session came up, or ended: for the history. */
	void (*session)(void *owner, const struct msg_session_record *);
	/* A host route to the TUN device for that client appears or goes. */
	void (*route)(void *owner, bool add, const struct addr *client);
	/* A DHCP server is to be asked through us, as a relay agent that speaks from `scope`
	 * (unset: from the address that the route says); gateway_relay() tells when that can be
	 * done. Each open has one end. */
	void (*relay_open)(void *owner, const struct addr *server, const struct addr *scope);
	void (*relay_end)(void *owner, const struct addr *server, const struct addr *scope);
	/* One message, without IP and UDP. */
	void (*relay_send)(void *owner, const struct addr *server, const struct addr *scope,
	    const uint8_t *msg, size_t len);
};

/* What it leans on outlives it. NULL when out of memory. */
struct gateway *gateway_create(struct env *, const struct config *, struct trace *,
    const struct crypto *, const struct gateway_ops *, void *owner);
void gateway_destroy(struct gateway *);
/* The packet path, made with gateway_dp_ops and this gateway as owner. Once, before any packet. */
void gateway_set_dataplane(struct gateway *, struct dataplane *);
extern const struct dp_ops gateway_dp_ops;
/* Flows that elements with `log` have fit; the gateway's, and lives as long. */
struct flow_log *gateway_flows(struct gateway *);

/* One IKE datagram of port 500. */
void gateway_ike(struct gateway *, const struct path *, const uint8_t *msg, size_t len);
/* So many more that came in a flood and were not read. */
void gateway_ike_shed(struct gateway *, size_t n);
/* What came by ICMP, the IP packet. */
void gateway_icmp(struct gateway *, const uint8_t *ip, size_t len);
void gateway_auth_done(struct gateway *, const struct msg_auth_reply *);
/* Whoever was asked is gone: all questions that are out are answered with AUTH_TIMEOUT. */
void gateway_auth_lost(struct gateway *);

/* What relay_open asked for is there: `own` is the address it speaks from; unset: it cannot be had.
 * Also from inside relay_open. */
void gateway_relay(struct gateway *, const struct addr *server, const struct addr *scope,
    const struct addr *own);
/* A message of a DHCP server. */
void gateway_dhcp(struct gateway *, const struct addr *from, const struct dhcp_message *);

/* An interface's address or MTU in the configuration is another now. */
void gateway_links_changed(struct gateway *);

/* Acts of operators; the number of things that went. */
uint32_t gateway_clear_ike(struct gateway *, const struct addr *peer);
uint32_t gateway_clear_list(struct gateway *, const char *name); /* hits of its rules */
uint32_t gateway_clear_failures(struct gateway *); /* what is listed; what is counted stays */
uint32_t gateway_clear_stats(struct gateway *, const char *what); /* lists of counters */
uint32_t gateway_clear_ipsec(struct gateway *, const char *filter, const char *value);
uint32_t gateway_logoff(struct gateway *, const char *filter, const char *value);
/* What a login server orders; the number of sessions that it was done to: 0 when none is meant,
 * or not all of it can be done. */
uint32_t gateway_change(struct gateway *, const struct msg_session_change *);
/* Access lists of the configuration are others now: sessions that are held to them follow. */
void gateway_lists_changed(struct gateway *);
/* So are the times at which sessions may be there: those whose time is over end. */
void gateway_hours_changed(struct gateway *);
/* So is the silence after which clients are asked, or how long they may serve nobody. */
void gateway_alive_changed(struct gateway *);
/* Ends everything, for that reason: clients are told. */
void gateway_shutdown(struct gateway *, enum reason);
/* What the keys of its sessions begin with: those of no other life of the engine. */
const char *gateway_life(const struct gateway *);

/* Answers a query: records, then QUERY_END, each through `emit` and valid during the call. */
typedef void gateway_emit(void *arg, const struct ipc_msg *);
void gateway_query(struct gateway *, const struct msg_query *, gateway_emit *, void *arg);

#endif
