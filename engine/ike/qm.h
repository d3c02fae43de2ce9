/*
 * One quick mode on its way (RFC 2409 5.5). Identity: its message id within the phase 1. Born by
 * message 1, the peer's or our own, gone when both directions of its SA pair are up, or when it
 * fails: the phase 1 remembers its message id, which is all that is needed then. One of our own
 * whose message 3 nothing has acknowledged stays on as QM_ACTIVE, to repeat it.
 */
#ifndef GATEHOUSE_IKE_QM_H
#define GATEHOUSE_IKE_QM_H

#include "engine/ike/dh_job.h"
#include "engine/ike/payload.h"
#include "engine/ike/sa.h"

enum qm_state {
	QM_START,
	/* responder */
	QM_BLD_MSG2,
	QM_WAIT_MSG3,
	/* initiator */
	QM_BLD_MSG1,
	QM_WAIT_MSG2,
	QM_BLD_MSG3,
	QM_CONFIRM, /* message 3 has left, nothing has come on the new SA yet */

	QM_ACTIVE
};

struct qm {
	struct qm *next;
	struct ike_sa *sa;
	uint32_t msgid;
	const enum qm_state state; /* written by qm_step() alone */
	enum ike_role role;
	uint8_t iv[CRYPTO_BLOCK_MAX];
	struct answered last;
	struct timer timer;
	unsigned resends;
	uint64_t deadline;
	struct dh_job *job;
	struct child child;
	bool reserved, l2tp, ids;
	bool confirmed; /* ESP has come, message 3 has not */
	bool late;      /* its time is over, and its client may be asleep */
	uint32_t notify_seconds, notify_kilobytes; /* for RESPONDER-LIFETIME; 0 = nothing */
	uint8_t proposal;                   /* chosen: number, ... */
	struct transform transform;         /* ... and transform, to be echoed */
	const struct dh_group *pfs;
	uint8_t ni[NONCE_MAX], nr[NONCE_MAX];
	size_t ni_len, nr_len;
	uint8_t *ke;                        /* the client's value, then ours; initiator: ours */
	uint8_t *secret;                    /* initiator: of our value */
	uint8_t idci[64], idcr[64];         /* ID bodies, returned unchanged */
	size_t idci_len, idcr_len;
	uint32_t cs_id;                     /* opaque id of the map entry, for the trace */
	char map[64], acl[64];
	struct attempt_terms *terms;        /* why it is refused; its own, NULL = nothing to say */
};

/* One that the peer begins, or we. NULL when out of memory. */
struct qm *qm_new(struct ike_sa *, uint32_t msgid, enum ike_role);
struct qm *qm_find(struct ike_sa *, uint32_t msgid);
/* After a call to the owner, who may have ended it, or its SA, which is held: is it still there? */
bool qm_lives(const struct ike_sa *, const struct qm *);
/* Forgets it; its reserved SPI is aborted when it never came up. */
void qm_end(struct qm *, enum reason);
/* An inbound SPI of ours for `child`; false: there is none. */
bool qm_reserve_spi(struct qm *);
/* Both directions of its SA pair are up, though nothing has confirmed it: its phase 1 ends after
 * our message 3, which the peer may have. */
void qm_hand_over(struct qm *);
/* The same, and the owner hears that it failed: its attempt has. */
void qm_fail(struct qm *, enum reason);
/* What it is going to fail with; a copy is kept. */
void qm_terms(struct qm *, const struct attempt_terms *);
/* Too many are unfinished: the oldest gives way to this one, which is new and authentic. */
void qm_make_room(struct qm *);
/* Its time is over: is it kept, because its client may be asleep? Few of an SA are, the newest. */
bool qm_kept(struct qm *);
/* The one place where a quick mode changes its state. */
void qm_step(struct qm *, enum qm_state);
/* Where the device prints pointers: ids of our own that tell nothing of memory. */
uint32_t qm_opaque_id(const struct qm *, const char *name, uint32_t number);
void qm_trace_error(const struct qm *);

#endif
