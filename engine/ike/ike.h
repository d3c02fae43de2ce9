/*
 * IKEv1 (RFC 2408, 2409, 3947, 3706), responder, and initiator where an SA of
 * a peer that is there is to be renewed. This is the whole of what the
 * rest of the engine knows of it: datagrams in, calls out.
 *
 * Identity: an IKE SA is its cookie pair. A peer (session/peer.h) is whom one
 * or more IKE SAs have authenticated; IKE holds the pointer and never looks in.
 */
#ifndef GATEHOUSE_IKE_H
#define GATEHOUSE_IKE_H

#include "engine/ike/ops.h"

/* What `show` and the peer's matching need of one SA; strings valid until the SA goes. */
struct ike_sa_info {
	struct path path;
	const char *state;        /* "MM_ACTIVE", "AM_ACTIVE", "MM_WAIT_MSG3", ... */
	const char *tunnel_group; /* NULL before message 5 */
	struct peer *peer;        /* NULL before phase 1 is up, unless we began it */
	enum cipher cipher;
	enum hash hash;
	uint16_t group;
	uint32_t lifetime, remaining; /* seconds */
	bool rekey;                   /* being replaced or replacing */
	bool initiator;               /* we began it */
	bool aggressive;              /* the mode of phase 1 */
	bool nat_remote, nat_local, dpd;
	bool masquerade;              /* the client believes that we are behind no NAT, ... */
	bool masquerade_late;         /* ... or he should, and aggressive mode has told him */
	uint8_t id_type;        /* IDii of message 5 (RFC 2407 4.6.2.1) ... */
	const uint8_t *id;      /* ... and its bytes, protocol and port left out */
	size_t id_len;
	enum client_profile client;
};

/* What a phase 1 was agreed on, by which a next one with the same peer is begun. */
struct ike_terms {
	enum cipher cipher;
	enum hash hash;
	uint16_t auth, group;
	uint32_t lifetime; /* seconds */
	uint16_t natt;     /* flavour of NAT-T, 0 = none */
	enum client_profile client;
	/* Ours would not be his: it was aggressive mode, or he shall not hear of our NAT. */
	bool his_alone;
};

/* Everything that is handed over outlives it, `ops` too. NULL when out of memory. */
struct ike *ike_create(struct env *, const struct config *, struct trace *, const struct crypto *,
    const struct ike_ops *, void *owner);
void ike_destroy(struct ike *);
/* One datagram of UDP 500, or of 4500 with the non-ESP marker taken off. */
void ike_receive(struct ike *, const struct path *, const uint8_t *msg, size_t len);
/* So many datagrams came and were not read: they are counted. */
void ike_shed(struct ike *, size_t n);
/* Ends an SA: sends Delete under it, calls phase1_down, frees it. */
void ike_sa_delete(struct ike *, struct ike_sa *, enum reason);
/* What the next one may be begun with. */
void ike_sa_terms(const struct ike_sa *, struct ike_terms *);
/* Begins a phase 1 with a peer that has or had one, to where he is. phase1_up tells when it is up,
 * phase1_down when it goes or comes to nothing; until then the SA may be ended or moved like any.
 * NULL: the configuration does not allow it any more, only he may begin one, or memory is short. */
struct ike_sa *ike_sa_renew(struct ike *, struct peer *, const struct path *,
    const char *tunnel_group, const struct ike_terms *);
/* Begins a quick mode that is to replace `old`, from child_reserve to child_up or child_abort like
 * any. The new inbound SPI; 0: not now, or not any more as the configuration stands. */
uint32_t ike_child_renew(struct ike *, struct ike_sa *, const struct child *old);
/* The SA pair that carries what leaves is about to go: child_up is called now for this one, if it
 * was begun by us and waits only for the client's first ESP. With `proved`, because the client has
 * deleted the old one himself, also if his message 3 is missing. */
void ike_child_hurry(struct ike *, uint32_t spi_in, bool proved);
/* Sends a Delete for one of our inbound SPIs under this SA. */
void ike_child_delete(struct ike *, struct ike_sa *, uint32_t spi_in);
/* Good ESP came in on this SPI of ours. It proves what message 3 of its quick mode proves:
 * when that is still missing a second later, child_up is called without it. */
void ike_child_confirmed(struct ike *, uint32_t spi_in);
/* An SPI was taken back, before child_up or after: its quick mode ends without child_abort. */
void ike_child_gone(struct ike *, uint32_t spi_in);
/* One R-U-THERE (RFC 3706); what is heard of the peer then is for the owner to judge. False: the
 * peer does not speak DPD, or the SA is not active. */
bool ike_sa_ask(struct ike_sa *);
/* When its newest authentic message came since phase 1 (monotonic); 0: none has. */
uint64_t ike_sa_heard(const struct ike_sa *);
/* Any authenticated traffic of the peer counts as a sign of life: tell the SA. */
void ike_sa_alive(struct ike_sa *);
/* The peer is there now: this SA sends there too, if it uses NAT-T. */
void ike_sa_move(struct ike_sa *, const struct path *);
/* It has turned out to be that peer's, with all that is under way under it. */
void ike_sa_give(struct ike_sa *, struct peer *);
void ike_sa_get(struct ike *, const struct ike_sa *, struct ike_sa_info *);
/* The attempt that began with this SA's message 1, until it is closed or handed on. */
struct attempt **ike_sa_attempt(struct ike_sa *);
/* Iterates all SAs, half-open ones too: pass NULL first; NULL ends. */
struct ike_sa *ike_sa_next(struct ike *, struct ike_sa *);
const struct ike_stats *ike_stats(const struct ike *);
struct ike_admission ike_admission(const struct ike *);
/* The most that were under way at a time is counted from now on. */
void ike_admission_clear(struct ike *);

#endif
