/*
 * One quick mode on its way (RFC 2409 5.5). Identity: its message id within the phase 1. Born by
 * message 1, gone when both directions of its SA pair are up, or when it fails: the phase 1
 * remembers its message id, which is all that is needed then.
 */
#ifndef GATEHOUSE_IKE_QM_H
#define GATEHOUSE_IKE_QM_H

#include "engine/ike/dh_job.h"
#include "engine/ike/payload.h"
#include "engine/ike/sa.h"

enum qm_state { QM_START, QM_BLD_MSG2, QM_WAIT_MSG3, QM_ACTIVE };

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

/* One that the peer begins. NULL when out of memory. */
struct qm *qm_new(struct ike_sa *, uint32_t msgid);
struct qm *qm_find(struct ike_sa *, uint32_t msgid);
/* Forgets it; its reserved SPI is aborted when it never came up. */
void qm_end(struct qm *, enum reason);
/* Too many are unfinished: the oldest gives way to this one, which is new and authentic. */
void qm_make_room(struct qm *);
/* The one place where a quick mode changes its state. */
void qm_step(struct qm *, enum qm_state);
/* Where the device prints pointers: ids of our own that tell nothing of memory. */
uint32_t qm_opaque_id(const struct qm *, const char *name, uint32_t number);
void qm_trace_error(const struct qm *);

#endif
