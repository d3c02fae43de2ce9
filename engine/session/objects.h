/*
 * The objects of the gateway as plain data; DESIGN.md tells who owns which.
 *
 *   gateway   one                                     gateway.c
 *   peer      our own id; found by any of its SAs     peer.c
 *   sa_pair   the inbound SPI that we chose           sa_pair.c
 *   session   the peer's L2TP session                 call.c
 *   login     the session's accepted user             login.c
 *
 * Objects die in a timer of zero delay, never under a caller's feet. Nothing
 * outside engine/session includes this.
 */
#ifndef GATEHOUSE_SESSION_OBJECTS_H
#define GATEHOUSE_SESSION_OBJECTS_H

#include <sys/queue.h>

#include "engine/firewall/flow_log.h"
#include "engine/ike/ike.h"
#include "engine/ipsec/sa_trace.h"
#include "engine/l2tp/l2tp.h"
#include "engine/session/failures.h"
#include "engine/session/lists.h"
#include "engine/session/pool.h"
#include "engine/session/gateway.h"
#include "engine/session/policy.h"
#include "engine/base/interned.h"
#include "engine/base/shares.h"

#define BUCKETS 4096
/* Peers without a session that is up: in total, of a /24, of an address. All that it takes to make
 * one is the pre-shared key, and hundreds of clients may dial from behind one NAT at once. */
#define IDLE_PEERS_MAX 4096
#define IDLE_PEERS_NETWORK 2048
#define IDLE_PEERS_ADDRESS 1024
/* SA pairs of one of them, finished or not: all of them leave three quarters of the SPIs. They are
 * fewer where workers are many (sa_pair.c). */
#define IDLE_PAIRS_MAX 8
#define PEER_PAIRS_MAX 16 /* SA pairs of one peer that are up: with those that no Delete came for */
#define PLACE_ASKED 8 /* sessions of a user that a login of his waits for */
#define PEER_LOGINS_MAX 5 /* logins in a row that may fail under one peer */
#define PEER_IKE_MAX 4 /* IKE SAs of one peer at a time: the live one, its successor, latecomers */

/* The rows of `show vpn-sessiondb summary`. */
enum tally_row {
	TALLY_SESSION,
	TALLY_IKE,
	TALLY_IPSEC,
	TALLY_IPSEC_NAT,
	TALLY_L2TP,
	TALLY_L2TP_NAT,
	TALLY_ROWS
};

/* Counters that are shown together (view.h), and how many of them have a zero of their own. */
enum view_kind {
	VIEW_IKE,
	VIEW_IPSEC,
	VIEW_PROTOCOL_IKE,
	VIEW_PROTOCOL_IPSEC,
	VIEW_ACCELERATOR,
	VIEWS
};
#define VIEW_ROWS 512

struct tally {
	uint32_t active, cumulative, peak;
};

struct zero {
	struct dp_sa_counters in, out;
};

struct sa_pair {
	LIST_ENTRY(sa_pair) link; /* the newest first; once removed: of those that are leaving */
	struct gateway *gw;
	struct peer *peer; /* NULL once it is removed */
	/* Keys are wiped once the packet path has them; the map is held. */
	struct child child;
	bool installed;   /* the packet path has it, and gives the SPI back itself */
	bool up;          /* message 3 came */
	bool ours;        /* we began its quick mode */
	bool doubtful;    /* a neighbour's it may be (join.c): nothing leaves on it yet (renew.c) */
	uint64_t born, in_at, up_at; /* monotonic; the second: its last message but theirs left */
	uint16_t number;  /* n of "Tunnel ID : Index.n" */
	struct sa_trace ids;
	struct zero *zero; /* where `clear crypto ipsec sa counters` set it; NULL = it never did */
	struct timer life; /* its lifetime; once removed: the next try to take it out */
	uint64_t expires;  /* monotonic, 0 = not by time */
	/* renew.c: when we renew it, or, once another one has replaced it, take it out. */
	struct timer renew;
	uint32_t heir; /* inbound SPI of the one that is to replace it, or has; 0 = none */
	unsigned tries;
	bool renewed_now; /* the quick mode of its successor begins: it gives way to none */
};

/* One phase 1 of a peer. */
struct phase1 {
	struct ike_sa *sa;
	uint64_t since;  /* monotonic */
	uint16_t number; /* n of "Tunnel ID : Index.n" */
	/* It looked like the peer's, but quick mode has not told yet whether it is ... */
	bool joined;
	bool contact; /* ... and INITIAL-CONTACT came meanwhile */
	bool renewal; /* when it came the peer had a session that was up: nobody dialled */
	bool alike;   /* nothing told it from the peer's: it may be another client's all the same */
};

/* What ESP carried in a direction; drops: what could not be used, or sent. */
struct carried {
	uint64_t packets, bytes, drops;
};

/* Whether a client still lives (alive.c). */
enum alive_kind { ALIVE_DPD, ALIVE_HELLO, ALIVE_ECHO, ALIVE_KINDS };

struct alive {
	struct timer timer;
	uint64_t asked; /* since when he is asked; 0 = he is not */
	enum alive_kind now; /* that is asked, ALIVE_KINDS = none */
	unsigned times; /* that it was asked so far */
	/* Kinds, a bit each: done with; of those, asked in vain; not answered while another was. */
	uint8_t tried, vain, deaf;
	bool hurried; /* somebody waits for the verdict */
	bool asleep;  /* all were asked in vain, and he is waited for */
};

struct peer {
	LIST_ENTRY(peer) there; /* peers with the same outer address and port, or nearly */
	struct gateway *gw;
	uint32_t id;
	uint32_t index; /* operators see this */
	struct path path;
	const char *tunnel_group; /* held */
	uint8_t *ident; /* IDii: type, then its bytes */
	size_t ident_len;
	struct phase1 ike[PEER_IKE_MAX]; /* the newest last */
	size_t n_ike;
	struct ike_sa *renewing;   /* a phase 1 that we have begun */
	struct ike_terms terms;    /* of the last phase 1 that went */
	uint16_t numbers; /* tunnel ids given so far */
	bool nat_t;
	struct dp_fit fit; /* as the packet path was told */
	struct {
		uint32_t learned;        /* 0 = nothing less than the link's */
		bool silent;             /* what is too big with DF vanishes */
		uint32_t heard, refused; /* messages of routers */
		struct timer age;
	} path_mtu;
	LIST_HEAD(, sa_pair) pairs;
	struct carried in, out; /* of pairs that were removed */
	struct sa_pair *use; /* carries what leaves; NULL = none */
	struct session *session;
	struct attempt *attempt; /* from phase 1 until a session has it */
	enum client_profile client; /* as IKE tells it */
	struct share share; /* among those without a session; counted for ... */
	struct share_key origin; /* ... where its first phase 1 came from */
	unsigned failed_logins; /* in a row */
	unsigned strays; /* it spoke of sessions that are not its own (elsewhere.c) */
	uint32_t had; /* the address of this client's last session, 0 = none: he gets it again */
	uint64_t born;
	uint64_t last_heard; /* on IKE SAs and pairs that are gone, at least (peer_last_heard) */
	struct alive alive;
	/* Half of it is missing: no SA for the session, or a login that failed. */
	struct timer orphan;
	enum reason orphan_why;
	uint64_t orphan_heard; /* the peer, when that was looked at last ... */
	bool orphan_awake;     /* ... and since the time before */
	struct timer keepalive; /* NAT-T: keeps the mappings between us open (RFC 3948 4) */
	struct timer reap;
	bool lapsed; /* its last SA pair reached its end, and nobody renewed it */
	bool ending; /* close everything at the reap */
	enum reason why;
};

/* What the servers that account for a login are told it by. */
struct account {
	char key[24];          /* from the acceptance on */
	const char *server_group; /* while it is up, held; NULL = nobody is told */
	const char *auth_group;   /* who has accepted it, held ... */
	const char *method;    /* ... by what; a constant */
	uint8_t *cookie;       /* of the server that did; NULL = none */
	uint16_t cookie_len;
	struct timer interim;
};

enum address_origin { ADDRESS_AAA, ADDRESS_DHCP, ADDRESS_LOCAL };

struct session {
	LIST_ENTRY(session) link, same_user, same_self;
	uint32_t *named; /* where it is counted among those of its name */
	struct gateway *gw;
	struct peer *peer;
	uint16_t tunnel, id, remote_tunnel, remote_id, local_port, remote_port;
	const char *host, *vendor; /* its tunnel's */
	uint16_t firmware;
	bool has_firmware;
	enum client_profile client; /* as IKE and L2TP tell it */
	bool sequencing; /* data messages are numbered */
	struct ppp *ppp;
	const char *hostname; /* ours, as PPP was told it; held */
	struct attempt *attempt; /* until the first traffic may flow */
	uint32_t auth_id; /* the question that is out, 0 = none */
	struct acceptance *accepted; /* what he may have is being asked */
	struct proof *proof; /* that is asked of somebody who speaks of it elsewhere (proof.c) */
	struct welcome *welcome; /* his acceptance, while his address is asked for */
	bool refused; /* a login failed, the first or a later one */
	bool proof_refused; /* a login server refused a proof: it is the last one */
	/* His login waits until others of his sessions have answered (place.c, question.c). */
	struct {
		struct timer timer;
		uint64_t since, until;
		uint32_t asked[PLACE_ASKED]; /* ids of peers */
		unsigned n;
		bool done;
		char user[PPP_USER_MAX];
		struct acceptance *said, *over;
	} place;

	/* The login. */
	bool known;      /* `user` is accepted and among the sessions of that name */
	uint64_t known_at; /* monotonic */
	/* Texts and policies that many have alike are held in `gw`; "" and policy_none are not. */
	const char *user;
	const struct session_policy *policy;
	struct addr framed_ip; /* his own, of his policy */
	uint32_t address; /* taken from the pools, host order, 0 = none */
	enum address_origin origin; /* where it is from ... */
	struct lease *lease;        /* of a DHCP server, asked for or held */
	const char *pool;           /* ... and which pool, held; NULL = none */
	bool open; /* IPCP is open: packets pass */
	bool up;   /* IPCP was open since the acceptance */
	/* Where it is counted while up: a rekey may change the peer's encapsulation. */
	enum tally_row row;
	struct dp_session_counters zero; /* of the packet path when the login came up */
	struct acl *filter; /* what its packets have to pass; NULL = nothing */
	bool filter_sent;   /* by a login server, rule by rule; else its name is in the policy */
	struct account account;
	int64_t login;        /* Unix seconds */
	uint64_t up_at;       /* monotonic */
	uint16_t number;      /* n of "Tunnel ID : Index.n" */
	struct {
		struct timer wait;
		unsigned round, answered; /* a bit for each question */
		uint32_t mtu; /* that the path was thought to have in this round */
	} probe;
	struct timer idle, limit, reap;
	uint64_t ends; /* when vpn-session-timeout is over */
	bool idle_told; /* of the end that comes */
	enum reason why;
};

struct gateway {
	struct env *env;
	const struct config *config;
	struct trace *trace;
	const struct gateway_ops *ops;
	void *owner;
	struct dataplane *dp;
	struct ike *ike;
	struct l2tp *l2tp;
	struct pools pools;
	struct interned texts, policies; /* that many objects have alike */
	struct lists lists;
	struct flow_log flows; /* of elements with `log` */
	LIST_HEAD(, lease) leases;
	struct table lease_numbers; /* the same, as DHCP servers know them */
	LIST_HEAD(, peer) there[BUCKETS]; /* by outer address and port: only for joining phase 1s */
	/* Sessions by the name of their user, and by what else they call themselves (names.c). */
	LIST_HEAD(, session) users[BUCKETS], selves[BUCKETS];
	uint32_t named[BUCKETS], n_known; /* of the names of a bucket; of all */
	struct peer **peers; /* sorted by id */
	size_t n_peers, peers_size;
	struct shares *idle; /* peers without a session that is up */
	struct table pairs; /* by inbound SPI */
	LIST_HEAD(, sa_pair) leaving; /* removed, but the packet path could not be told yet */
	struct table auths; /* sessions whose question is out, by its id */
	LIST_HEAD(, session) sessions;
	struct elsewhere {
		uint64_t moved, unproved, guesses;
	} elsewhere; /* of sessions of which somebody spoke elsewhere (elsewhere.c) */
	/* SA pairs that took the place of others, that there was no room for; messages about
	 * MTUs. */
	uint64_t pairs_rekeyed, pairs_failed, mtus_heard;
	uint32_t last_peer, last_pair, last_auth, last_account;
	char life[16]; /* of this engine: what keys of accounting begin with */
	struct tally tally[TALLY_ROWS];
	struct attempt_sink attempts; /* told of each that is closed */
	uint64_t failures[REASON_COUNT];
	uint32_t served[PROFILE_COUNT]; /* sessions that were up, by their clients */
	struct failures failed; /* the newest of them, and why */
	uint64_t zero[VIEWS][VIEW_ROWS]; /* where operators set it */
	struct telling strangers_told, known_told;
};

/* A place among BUCKETS for these bytes; `h` goes on from an earlier call, 0 at first. */
static inline uint32_t bucket_of(uint32_t h, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ ((const uint8_t *)bytes)[i]) * 16777619u;
	return (h ^ h >> 16) % BUCKETS;
}

#endif
