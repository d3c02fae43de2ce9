/*
 * The objects of the IKE room and what its files offer each other. Outside of
 * engine/ike only ike.h is known.
 *
 * An SA is born by a good message 1 and lives in one of three lists, each in
 * order of birth: half-open (not one byte beyond HALF_OPEN_BYTES, no
 * Diffie-Hellman), negotiating (message 3 has come with our cookie: who sent
 * message 1 is where he says), active. The first two are shared out by the address
 * of message 1, each for itself: whoever has proved where he is can be pushed out
 * only by others who have.
 */
#ifndef GATEHOUSE_IKE_INTERNAL_H
#define GATEHOUSE_IKE_INTERNAL_H

#include "engine/crypto/dh.h"
#include "engine/ike/codec.h"
#include "engine/ike/ike.h"
#include "engine/ike/keymat.h"
#include "engine/ike/msgid.h"
#include "engine/ike/vendor.h"
#include "engine/base/shares.h"
#include "engine/base/table.h"

#define MESSAGE_MAX 8192 /* a longer datagram is not IKE of our peers */
#define HALF_OPEN_BYTES 4608 /* with an offer of a hundred transforms */
/* In total, of a /24, of an address: hundreds of clients may dial from behind one NAT at once. */
#define HALF_OPEN_MAX 4096
#define HALF_OPEN_NETWORK 3072
#define HALF_OPEN_ADDRESS 2048
#define NEGOTIATING_MAX 2048
#define NEGOTIATING_NETWORK 1536
#define NEGOTIATING_ADDRESS 1024
#define FRAGMENTED_MAX 256 /* messages that are being put together, of all SAs */
#define FRAGMENTED_NETWORK 192
#define FRAGMENTED_ADDRESS 128
/* Diffie-Hellman: in the hands of the environment's threads, and waiting for them. */
#define DH_RUNNING 8
#define DH_STRANGERS_MAX 512
#define DH_STRANGERS_NETWORK 384
#define DH_STRANGERS_ADDRESS 256
#define DH_PEERS_MAX 2048
#define DH_PEER 32
#define QUICK_MODES_MAX 32 /* unfinished ones of one SA */
#define PSK_CANDIDATES_MAX 64
#define DIGEST_LEN 16
#define COOKIE_BUCKETS 4096

#define MM3_RESTARTS 3
#define MM5_TRIES 3 /* different messages 5 that are none */

#define MM_TIMEOUT (30 * SEC)      /* for the client's next message */
#define QM_EMBRYONIC (240 * SEC)   /* for message 3 of quick mode */
#define QM_RESEND (4 * SEC)        /* message 2, doubled each time */
#define QM_RESENDS 3
#define QM_LATE (1 * SEC)           /* message 3 may be that far behind the first ESP */
#define DPD_TRIES 3

enum ike_state { MM_START, MM_WAIT_MSG3, MM_BLD_MSG4, MM_WAIT_MSG5, MM_ACTIVE, IKE_STATES };
enum qm_state { QM_START, QM_BLD_MSG2, QM_WAIT_MSG3, QM_ACTIVE };

/* A message as it was sent, and what the trace says of it. */
struct reply {
	size_t len, plain;
	uint8_t types[PAYLOADS_MAX];
	size_t n;
	uint32_t msgid;
	uint8_t bytes[];
};

/* The last request of an exchange and what was answered: a repeated request gets it again. */
struct answered {
	uint8_t digest[DIGEST_LEN];
	struct reply *reply; /* NULL: nothing was answered, or not yet */
};

struct dh_job;

/* Phase 1 between message 3 and message 5. */
struct handshake {
	uint8_t gxi[DH_PUBLIC_MAX], gxr[DH_PUBLIC_MAX], gxy[DH_PUBLIC_MAX];
	uint8_t ni[NONCE_MAX], nr[NONCE_LEN];
	size_t ni_len;
	struct dh_job *job;
	uint8_t tried[MM5_TRIES][DIGEST_LEN]; /* messages 5: their repetitions are not tried again */
	unsigned n_tried;
	bool psk_failed;           /* one of them fitted no key: already told */
	int restarts;              /* other messages 3 after the first; one that was put off counts not */
};

struct qm {
	struct qm *next;
	struct ike_sa *sa;
	uint32_t msgid;
	enum qm_state state;
	uint8_t iv[CRYPTO_BLOCK_MAX];
	struct answered last;
	struct timer timer;
	unsigned resends;
	uint64_t deadline;
	struct dh_job *job;
	struct child child;
	bool reserved, l2tp, ids;
	bool confirmed; /* ESP has come, message 3 has not */
	uint32_t notify_seconds, notify_kilobytes; /* for RESPONDER-LIFETIME; 0 = nothing */
	uint8_t proposal;                   /* chosen: number, ... */
	struct transform transform;         /* ... and transform, to be echoed */
	const struct dh_group *pfs;
	uint8_t ni[NONCE_MAX], nr[NONCE_LEN];
	size_t ni_len;
	uint8_t *ke;                        /* the client's value, then ours */
	uint8_t idci[64], idcr[64];         /* ID bodies, returned unchanged */
	size_t idci_len, idcr_len;
	uint32_t cs_id;                     /* opaque id of the map entry, for the trace */
	char map[64], acl[64];
};

struct ike_list {
	struct ike_sa *head, *tail;
	size_t n;
	struct shares *shares; /* NULL: it is not shared out */
};

struct fragments;
enum { FRAGMENTS_HERE, FRAGMENTS_ELSEWHERE, FRAGMENT_PLACES };

/* What an SA gets when message 3 has come with our cookie: until then it is small. */
struct sa_rest {
	struct ike_sa *sa;
	struct answered last; /* of main mode */
	struct answered info; /* the last informational that wanted an answer */
	struct fragments *fragments[FRAGMENT_PLACES];
	struct handshake *hs; /* until message 5 is good */

	/* From message 5 on. */
	struct ike_keys keys;
	uint8_t *id; /* data of IDii */
	size_t id_len;
	uint8_t id_type;
	struct qm *qms;
	size_t n_qms;
	uint64_t children; /* quick modes completed */
	struct msgids quick_ids, info_ids; /* of all exchanges so far, by their kind */

	/* RFC 3706 */
	struct timer dpd_timer;
	uint32_t dpd_seq;     /* our next number */
	unsigned dpd_tries;   /* numbers below it that may be acknowledged now */
	uint32_t dpd_theirs;  /* the client's newest number ... */
	bool dpd_asked;       /* ... if there was any */
};

struct ike_sa {
	struct ike *ike;
	struct ike_list *list;
	struct share share;             /* of that list, ... */
	struct share_key origin;        /* ... counted for the address of message 1 */
	struct ike_sa *prev, *next;     /* in list */
	struct ike_sa *next_i, *next_r; /* in the buckets of the two cookies */
	struct path path;
	uint8_t cky_i[COOKIE_LEN], cky_r[COOKIE_LEN];
	struct timer timer; /* the next message's, the rekey mark's, the end's */
	enum ike_state state;
	uint16_t vids;              /* VID_* seen */
	uint16_t natt_agreed, natt; /* NAT-T flavour of message 2, and in use; 0 = none */
	uint16_t refs;
	bool dead, authenticated, rekey, nat_local, nat_remote, dpd;
	uint8_t proposal_at, transform_at; /* what was chosen: ordinals in the offer */
	const char *client;

	/* Phase 1 parameters */
	enum cipher cipher;
	enum hash hash;
	const struct dh_group *group;
	uint8_t *sai; /* body of the SA payload of message 1 */
	size_t sai_len;
	uint32_t lifetime;
	uint64_t expires; /* monotonic, when active */

	struct sa_rest *rest;
	char *group_name; /* tunnel group: provisional from message 3, final from message 5 */
	struct peer *peer;
	struct ike_sa *next_p; /* in the bucket of the peer */
};

/* Jobs that wait for a thread, the oldest first. */
struct dh_line {
	struct dh_job *head, *tail;
	struct shares *shares;
};
enum { DH_STRANGERS, DH_PEERS, DH_LINES };

/* Work for the environment's threads: what waits can be taken back, they are lent no more than they
 * have in hand. */
struct dh_queue {
	struct dh_line line[DH_LINES];
	struct dh_job *running[DH_RUNNING];
	unsigned last; /* the line that was served last */
};

struct ike {
	struct env *env;
	const struct config *config;
	struct trace *trace;
	const struct crypto *crypto;
	const struct ike_ops *ops;
	void *owner;
	struct ike_stats stats;
	struct ike_list half_open, negotiating, active;
	struct shares *fragmented;
	struct dh_queue dh;
	struct ike_sa *by_i[COOKIE_BUCKETS], *by_r[COOKIE_BUCKETS], *by_peer[COOKIE_BUCKETS];
	struct table children; /* quick modes by our SPI */
	uint64_t secret; /* mixes the client's cookie, which he may choose */
};

/* Diffie-Hellman, waiting for env->offload or on its way through it. An orphan (`sa` NULL), whose
 * `ike` may be gone as well, ends by itself. */
struct dh_job {
	struct job job;
	struct ike *ike;
	struct dh_job *prev, *next; /* in its line, while it waits */
	struct share share;
	struct dh_job **slot;       /* where its owner keeps it */
	const struct crypto *crypto;
	const struct dh_group *group;
	struct ike_sa *sa;
	struct qm *qm;
	void (*ready)(struct dh_job *);
	uint8_t secret[DH_SECRET_MAX], peer[DH_PUBLIC_MAX];
	uint8_t public_value[DH_PUBLIC_MAX], shared[DH_PUBLIC_MAX];
	bool ok;
};

/* One datagram on its way through the exchanges. */
struct incoming {
	const struct path *path;
	uint8_t digest[DIGEST_LEN];
	struct message m;
	uint8_t iv[CRYPTO_BLOCK_MAX]; /* of what follows this message */
	uint8_t body[MESSAGE_MAX];   /* what is behind the header, decrypted */
	size_t body_len;
};

/* What a handler made of a message. */
enum outcome {
	GO_NEXT, /* accepted: the exchange steps to the row's next state */
	GO_STAY, /* refused or ignored: nothing has happened */
	GO_WAIT, /* accepted and parked: a job will take the step */
	GO_END   /* the exchange is over, or its SA is gone */
};

#define IP_OF(sa) (&(struct trace_ctx){.ip = &(sa)->path.remote.addr})
#define GROUP_OF(sa) \
	(&(struct trace_ctx){.group = (sa)->group_name, .ip = &(sa)->path.remote.addr})
#define TRACE_OF(sa) ((sa)->ike->trace)

/* sa.c */
struct ike_sa *sa_new(struct ike *, const struct path *, const uint8_t *cky_i, struct chunk sai);
/* False when that list is shared out and there is no memory to count it. */
bool sa_move(struct ike_sa *, struct ike_list *);
/* Out of the half-open ones: gets its rest. False when out of memory; it may be dead then. */
bool sa_grow(struct ike_sa *);
void sa_hold(struct ike_sa *);
void sa_release(struct ike_sa *);
/* Takes it out of all tables; freed with the last sa_release(). Tells nobody. */
void sa_kill(struct ike_sa *);
struct ike_sa *sa_by_cookies(struct ike *, const uint8_t *cky_i, const uint8_t *cky_r);
struct ike_sa *sa_by_initiator(struct ike *, const struct endpoint *, const uint8_t *cky_i);
/* Gives an SA to its peer, away from the one it had; NULL is allowed. */
void sa_join(struct ike_sa *, struct peer *);
/* The other SAs of its peer, one after the other: pass NULL first; NULL ends. */
struct ike_sa *sa_sibling(const struct ike_sa *, const struct ike_sa *last);
/* Ends an SA: failed() or phase1_down() is told, then it is killed. */
void sa_end(struct ike_sa *, enum reason);
/* The handshake's secrets are no longer needed. */
void sa_drop_handshake(struct ike_sa *);
struct ike_exchanged sa_exchanged(const struct ike_sa *);
const char *sa_state_name(enum ike_state);
struct qm *qm_new(struct ike_sa *, uint32_t msgid);
struct qm *qm_find(struct ike_sa *, uint32_t msgid);
/* Forgets a quick mode; its reserved SPI is aborted when it never came up. */
void qm_end(struct qm *, enum reason);
/* Too many are unfinished: the oldest gives way to this one, which is new and authentic. */
void qm_make_room(struct qm *);

/* ike.c */
/* Header, body and digest of a datagram; false when it is not an ISAKMP message. */
bool incoming_read(struct incoming *, const struct ike *, const uint8_t *msg, size_t len);

/* exchange.c */
void exchange_receive(struct ike_sa *, struct incoming *);
/* The one place where a main mode changes its state. */
void sa_step(struct ike_sa *, enum ike_state);
void qm_step(struct qm *, enum qm_state);
/* An authenticated message that was never seen before came this way: the peer is alive, and
 * there, if NAT-T allows him to move. */
void sa_seen(struct ike_sa *, const struct path *);
/* The HASH(1) of a message that begins an exchange of phase 2 fits, and none that ever began one
 * had its id: noted. False: counted, to be dropped. */
bool exchange_begins(struct ike_sa *, struct msgids *, const struct incoming *);

/* send.c */
void trace_received(const struct ike *, const struct path *, const struct message *);
/* Finishes and sends a message in clear, keeps it in `last` (may be NULL) for duplicates. */
bool send_clear(struct ike_sa *, struct out *, struct answered *last);
/* The same encrypted; `iv` moves on. */
bool send_encrypted(struct ike_sa *, struct out *, uint8_t *iv, struct answered *last);
/* Sends a message in clear that was built anew, byte for byte. */
void send_clear_again(struct ike_sa *, const struct path *, struct out *);
/* Before the client has proved anything, to where he repeated himself; later to where he is. */
void send_again(struct ike_sa *, const struct path *, const struct answered *);
void answered_note(struct answered *, const uint8_t digest[DIGEST_LEN]);
bool answered_is(const struct answered *, const uint8_t digest[DIGEST_LEN]);
void answered_drop(struct answered *);
/* One protected informational (RFC 2409 5.7) with one payload behind the HASH. */
bool send_informational(struct ike_sa *, uint8_t type, struct chunk body, struct answered *);
/* NO-PROPOSAL-CHOSEN and its like, unprotected: before there are keys. */
void send_notify_clear(struct ike *, const struct path *, const uint8_t *cky_i,
    const uint8_t *cky_r, uint16_t type);
/* The same protected, about a phase 2 proposal. */
void send_notify(struct ike_sa *, uint8_t protocol, struct chunk spi, uint16_t type);
void send_delete(struct ike_sa *, uint8_t protocol, struct chunk spi);

/* dh_job.c */
bool dh_queue_init(struct ike *);
/* Every SA is gone; what is running finishes by itself. */
void dh_queue_fini(struct ike *);
/* False when out of memory. A main mode that is pushed out of its line waits for message 3 again, a
 * quick mode ends. */
bool dh_job_start(struct ike_sa *, struct qm *, const struct dh_group *,
    const uint8_t *peer, void (*ready)(struct dh_job *), struct dh_job **slot);
/* The owner goes: what waits is taken back, the result of what runs is dropped. */
void dh_job_orphan(struct dh_job **slot);

/* main_mode.c */
void main_mode_start(struct ike *, struct incoming *);
void main_mode_repeat(struct ike_sa *, const struct path *);
void vendors_receive(struct ike_sa *, const struct message *);
enum outcome mm3_receive(struct ike_sa *, struct qm *, struct incoming *);
enum outcome mm5_receive(struct ike_sa *, struct qm *, struct incoming *);

/* psk.c */
/* The group where a connection lands for now, by its address; NULL: no group has a key. */
const struct cfg_tunnel_group *psk_first(const struct ike *, const struct path *);
/* Finds the key that decrypts message 5 and fits its HASH_I; fills rest->keys and in->m. */
const struct cfg_tunnel_group *psk_find(struct ike_sa *, struct incoming *);

/* proposal.c */
struct oakley { /* a phase 1 transform as we understand it */
	bool known; /* every attribute is */
	enum cipher cipher;
	enum hash hash;
	uint16_t auth, group;
	uint32_t lifetime; /* 0 = not offered */
};
struct phase1_choice {
	const struct ike_policy *policy; /* NULL = nothing fits */
	unsigned entry;                  /* its place in the list, as the device counts */
	uint8_t proposal_at, transform_at;
	uint8_t proposal, transform;     /* their numbers */
	struct oakley oakley;
};
struct phase2_choice {
	const struct map_entry *entry;
	const struct transform_set *set;
	const struct proposal *proposal;
	struct transform transform;
	uint16_t encapsulation, group;
	uint32_t seconds, kilobytes; /* offered, 0 = not */
};
void phase1_choose(const struct config *, const struct proposal *, size_t n,
    struct phase1_choice *);
/* Prints why transforms did not fit; all of them when nothing was chosen. */
void phase1_trace(struct trace *, const struct config *, const struct proposal *, size_t n,
    const struct phase1_choice *);
/* Writes the SA payload body that accepts one transform of `sai`. */
bool phase1_accept(struct out *, struct chunk sai, uint8_t proposal_at, uint8_t transform_at,
    bool shorten);
/* The same for quick mode, with our SPI. */
void phase2_accept(struct out *, uint8_t number, uint32_t spi, const struct transform *);
/* proposal_esp.c: chooses by the entry's transform sets, then the client's order. */
bool phase2_choose(struct ike_sa *, const struct map_entry *, bool l2tp,
    const struct proposal *, size_t n, struct phase2_choice *);

/* natt.c */
uint16_t natt_choose(const struct config *, const struct interface *, uint16_t vids);
bool natt_hash(const struct ike_sa *, const struct endpoint *, uint8_t *out);
/* Compares the NAT-D payloads of message 3 with what we see. */
void natt_detect(struct ike_sa *, const struct message *);
void natt_write_natd(struct ike_sa *, struct out *);
void natt_write_natoa(const struct ike_sa *, struct out *);
/* What the attribute says; false when it does not fit this SA. */
bool natt_encapsulation(const struct ike_sa *, uint64_t value, bool *transport, bool *udp);

/* quick_mode.c */
enum outcome qm1_receive(struct ike_sa *, struct qm *, struct incoming *);
enum outcome qm3_receive(struct ike_sa *, struct qm *, struct incoming *);

/* selector.c */
/* "ID_IPV4_ADDR ID received" and its value. */
void ident_trace(struct ike_sa *, const struct ident *);
/* Reads and traces the client identities; the packet's own addresses when there are none. */
bool selectors_read(struct ike_sa *, struct qm *, const struct message *);
/* May this map entry serve these selectors? Traced. */
bool selectors_match(struct ike_sa *, const struct qm *, const struct map_entry *);
bool selectors_l2tp(const struct qm *);

/* informational.c */
enum outcome informational_receive(struct ike_sa *, struct qm *, struct incoming *);
void informational_clear(struct ike *, struct ike_sa *, struct incoming *);
/* Notifies that may ride in message 5. */
void notify_receive(struct ike_sa *, const struct payload *, const uint8_t *digest);

/* foreign.c */
void aggressive_receive(struct ike *, const struct incoming *);
/* False: it is no first message of IKEv2. */
bool version2_receive(struct ike *, const struct path *, const uint8_t *msg, size_t len);

/* dpd.c */
/* A question older than one that came before, or an answer to none of ours. */
bool dpd_stale(const struct ike_sa *, const struct message *);
void dpd_receive(struct ike_sa *, const struct notify *, const uint8_t *digest);

/* fragment.c */
/* Takes a fragment; true when `in` now holds the whole message instead. */
bool fragment_receive(struct ike_sa *, struct incoming *);
void fragments_free(struct ike_sa *);

#endif
