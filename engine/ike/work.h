/* What the cryptography of IKE was asked for, counted where it is done (keymat.c). */
#ifndef GATEHOUSE_IKE_WORK_H
#define GATEHOUSE_IKE_WORK_H

#include "engine/crypto/dh.h"

/* Jobs of a group that came to an end, of them those whose peer's value was none of the group, and
 * the nanoseconds of processor time that all of them took. */
struct dh_use {
	uint64_t jobs, failed, spent;
};

struct ike_work {
	uint64_t encrypts, decrypts; /* messages; each key that is tried on message 5 is one */
	uint64_t hmacs;              /* the prf, whatever for (RFC 2409 4) */
	uint64_t child_keys;         /* directions of SA pairs that got keys */
	uint64_t randoms;            /* nonces, cookies, message ids */
	struct dh_use dh[DH_GROUPS]; /* counted in dh_job.c */
};

#endif
