/* What the control side hands to the packet path, and what it reads back: plain values, copied. */
#ifndef GATEHOUSE_DATAPLANE_RECORDS_H
#define GATEHOUSE_DATAPLANE_RECORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/addr.h"

/* Why a packet that came by ESP was dropped. */
enum dp_refusal {
	DP_REFUSED_SPI,
	DP_REFUSED_REPLAY,
	DP_REFUSED_AUTH,
	DP_REFUSED_SHORT_ICV,
	DP_REFUSALS
};

/* DF in the outer header of a user's packet: as in his own; in none, and his own means nothing; in
 * all; in none, but who says DF is told what fits. */
enum dp_df { DP_DF_COPY, DP_DF_CLEAR, DP_DF_SET, DP_DF_NEVER };

/* How what is sent to a peer is made to fit. */
struct dp_fit {
	uint32_t mtu;   /* of the path towards it, an outer packet's bytes */
	enum dp_df df;
	bool after; /* packets that may be cut are cut when they are encrypted, by the kernel */
};

/* A user's packet that the access list of his session did not permit, or that is to be told, or
 * that was not from his address (spoofed). */
struct dp_denied {
	uint16_t session;
	bool inward, spoofed; /* inward: it came from him */
	uint8_t protocol;
	uint16_t src_port, dst_port; /* of ICMP type and code; 0 where there are none */
	uint32_t src, dst;           /* host order */
	bool permitted; /* it did, and the rule says that this is to be told */
	bool logged;	/* by a rule that says so */
	uint8_t severity; /* what it says, */
	uint16_t interval; /* and how often of one flow, seconds */
	uint32_t hash;	/* of that rule */
};

/* One L2TP session's place in the packet path. Ids are those we assigned, unless `remote`. */
struct dp_session {
	uint32_t peer;
	uint16_t tunnel, session, remote_tunnel, remote_session;
	uint16_t local_port, remote_port; /* inner UDP, from the SA's selectors and SCCRQ */
	bool sequencing;                  /* number our data messages (RFC 2661 5.4) */
	bool open;           /* IPCP is open: users' packets may pass, both ways */
	struct addr client;  /* inner address: source check, and TUN look-up */
	bool pfc, acfc;      /* may we compress the PPP header towards the client */
	uint16_t mtu;        /* largest inner IP packet that the client takes, its MRU */
	bool intercept_dhcp; /* hand UDP to port 67 to the control side, as L2TP data */
	bool filtered;       /* only what its filter permits passes; nothing, if it has none */
	/* TCP's SYNs are held to this if it is less than what fits (0: to what fits), and raised to
	 * `mss_least` as far as that fits. */
	uint16_t mss, mss_least;
};

struct dp_sa_counters {
	uint64_t packets, bytes; /* bytes of ESP payload (inner IP payload of transport mode) */
	uint64_t errors, replay_failed, auth_failed, malformed, policy_failed;
	uint64_t authentic;           /* inbound: whose ICV was right, accepted or not */
	uint64_t bad_pad;             /* of `malformed`: behind the decryption */
	uint64_t bad_next, bad_inner; /* of `policy_failed`: what it says that it carries, is not */
	uint64_t rollover;            /* of `errors`, outbound: no sequence number was left */
	/* Outbound: packets that were cut, into how many pieces; that were refused as too big. */
	uint64_t cut, pieces, too_big;
	uint64_t bitmap; /* anti-replay window, newest = bit 0; outbound: 1 once used */
	uint32_t sequence;
	uint64_t last_used; /* monotonic microseconds of the last good packet, 0 = never */
};

struct dp_session_counters {
	uint64_t packets_in, bytes_in, packets_out, bytes_out, drop_in, drop_out;
	uint64_t last_in, last_out; /* monotonic microseconds of user traffic */
};

/* What was dropped before it belonged to anybody. */
struct dp_stats {
	uint64_t unknown_spi, short_esp, clear_l2tp, nat_keepalives, not_for_session, bad_source,
	    not_unicast, no_client, filtered, rx_packets, tx_packets;
	uint64_t ring_full,
	    ike_full; /* no room on the way to the control side; for IKE in its part */
	uint64_t stranger_full;         /* nor on the way to the worker whose packet it is */
	uint64_t handed_over;           /* what found its way there from another */
	uint64_t too_fast;              /* a peer's L2TP control above its rate */
	uint64_t short_icv, short_icv_refused; /* SAs; packets (short_icv.h) */
	uint64_t tx_failed, tun_failed; /* the kernel did not take it */
	uint64_t tx_df;                 /* of tx_packets, with DF */
};

/* Descriptors from the keeper; -1 = none. All non-blocking. Closed by dp_destroy. */
struct dp_sockets {
	int udp4500, esp, tun;
	int df; /* raw, sends whole IP packets */
	struct write_ring *ring; /* for the TUN; NULL = none; lent */
};

/* Where the inline form's packets go. */
struct dp_output {
	void (*wire)(void *arg, const struct path *, bool udp, const uint8_t *esp, size_t len);
	void (*tun)(void *arg, const uint8_t *ip, size_t len);
	void *arg;
};

/* What SA pairs have carried together; bitmap, sequence and time of use mean nothing here. */
struct dp_totals {
	struct dp_sa_counters in, out;
	uint64_t cut_after; /* of out.cut: in transport mode */
};

/* What is in the tables: SPIs reserved or installed, the workers' SAs, sessions and peers. */
struct dp_census {
	size_t spis, sas, sessions, peers;
};

#endif
