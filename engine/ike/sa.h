/*
 * The IKE SA as a record. Identity: the cookie pair. What makes, moves and ends it is in life.h,
 * where it is found in sa_table.h; here are its memory, its state and what it says about itself.
 *
 * Callbacks may end an SA that is being worked on, so whoever works holds it, and a dead one is
 * freed by the last.
 */
#ifndef GATEHOUSE_IKE_SA_H
#define GATEHOUSE_IKE_SA_H

#include "engine/crypto/dh.h"
#include "engine/ike/answered.h"
#include "engine/ike/context.h"
#include "engine/ike/family.h"
#include "engine/ike/handshake.h"
#include "engine/ike/keymat.h"
#include "engine/ike/msgid.h"

enum ike_state {
	MM_START,
	/* responder */
	MM_WAIT_MSG3,
	MM_BLD_MSG4,
	MM_WAIT_MSG5,
	/* of aggressive mode */
	AM_BLD_MSG2,
	AM_WAIT_MSG3,
	/* initiator */
	MM_WAIT_MSG2,
	MM_BLD_MSG3,
	MM_WAIT_MSG4,
	MM_BLD_MSG5,
	MM_WAIT_MSG6,

	MM_ACTIVE, /* phase 1 is up, by either mode */
	IKE_STATES
};
/* Our own role in an exchange. */
enum ike_role { ROLE_RESPONDER = 1, ROLE_INITIATOR = 2 };

struct qm;
struct fragments;
enum { FRAGMENTS_HERE, FRAGMENTS_ELSEWHERE, FRAGMENT_PLACES };

/* What an SA gets when message 3 has come with our cookie: until then it is small. */
struct sa_rest {
	struct ike_sa *sa;
	struct answered last; /* of main mode */
	unsigned resends;     /* of our newest message, when we began */
	struct answered info; /* the last informational that wanted an answer */
	struct fragments *fragments[FRAGMENT_PLACES];
	uint16_t piece_id; /* of our own last message */
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

	uint64_t heard; /* monotonic: the newest authentic message since phase 1, 0 = none */
	/* RFC 3706 */
	uint32_t dpd_seq;     /* our next number */
	unsigned dpd_tries;   /* numbers below it that may be acknowledged now */
	uint32_t dpd_theirs;  /* the client's newest number ... */
	bool dpd_asked;       /* ... if there was any */
	bool dpd_leaps;       /* ... and they did not always rise by small steps */
	struct msgids dpd_ids; /* of questions alone: with the newest number, or of all that leap */
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
	const enum ike_state state; /* written by sa_step() alone */
	enum ike_role role;
	uint16_t auth;              /* how phase 1 authenticates: AUTH_* of the chosen transform */
	uint16_t vids;              /* VID_* seen */
	uint16_t natt_agreed, natt; /* NAT-T flavour of message 2, and in use; 0 = none */
	uint16_t refs;
	bool aggressive; /* mode */
	bool dead, authenticated, rekey, replaced, nat_local, nat_remote, dpd,
	    masquerade; /* our own NAT is kept from the client: `natd` is what he wants to hear */
	uint8_t proposal_at, transform_at; /* what was chosen: ordinals in the offer */
	struct family_signs signs;
	enum client_profile client; /* what they tell */
	struct attempt *attempt; /* until a peer has it */

	/* Phase 1 parameters */
	enum cipher cipher;
	enum hash hash;
	const struct dh_group *group;
	uint8_t *sai; /* body of the SA payload of message 1 */
	size_t sai_len;
	uint32_t lifetime;
	uint64_t expires; /* monotonic; 0 until it is active */

	struct sa_rest *rest;
	char *group_name; /* tunnel group: provisional from message 3, final from message 5 */
	struct peer *peer;
	struct ike_sa *next_p; /* in the bucket of the peer */
};

/* Who speaks in the trace. */
#define TRACE_OF(sa) ((sa)->ike->trace)
#define IP_OF(sa) (&(struct trace_ctx){.ip = &(sa)->path.remote.addr})
#define GROUP_OF(sa) \
	(&(struct trace_ctx){.group = (sa)->group_name, .ip = &(sa)->path.remote.addr})

/* Memory alone, in no table. `sai` is copied. NULL when out of memory. */
struct ike_sa *sa_alloc(struct ike *, const struct path *, const uint8_t *cky_i, struct chunk sai);
/* Its rest, with a handshake; false when out of memory. */
bool sa_alloc_rest(struct ike_sa *);
/* It is in no table (any more). */
void sa_free(struct ike_sa *);
void sa_hold(struct ike_sa *);
void sa_release(struct ike_sa *);
/* The handshake's secrets are no longer needed. */
void sa_drop_handshake(struct ike_sa *);

/* The one place where a main mode changes its state. */
void sa_step(struct ike_sa *, enum ike_state);
const char *sa_state_name(enum ike_state);
/* What debug says when we begin to renew phase 1 or 2; of phase 1 without addresses and map. */
void sa_trace_renewal(const struct ike_sa *, unsigned phase, const struct addr *local,
    const struct addr *remote, const char *map);
/* Counts a message that is dropped: always GO_STAY. */
enum outcome sa_refuse(struct ike_sa *, uint64_t *counter);
/* Authentic traffic of the peer: no question of ours is open any longer. */
void sa_alive(struct ike_sa *);

/* Both keep a copy; false when out of memory. */
bool sa_set_group_name(struct ike_sa *, const char *name);
bool sa_set_identity(struct ike_sa *, uint8_t type, struct chunk data);
/* Valid while the handshake is. */
struct ike_exchanged sa_exchanged(const struct ike_sa *);
/* Both cookies: how notifications and deletions of phase 1 name it. */
struct sa_cookies {
	uint8_t b[2 * COOKIE_LEN];
};
struct sa_cookies sa_cookies(const struct ike_sa *);

#endif
