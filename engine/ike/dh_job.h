/*
 * Diffie-Hellman away from the control loop. The environment's threads are lent a few jobs at a
 * time; the others wait in two lines that are served in turn, strangers' main modes and quick modes
 * of peers, each shared out. A job belongs to its owner through `slot`; one whose owner goes is
 * taken back while it waits, and finishes, wipes and frees itself when it runs.
 */
#ifndef GATEHOUSE_IKE_DH_JOB_H
#define GATEHOUSE_IKE_DH_JOB_H

#include "engine/base/shares.h"
#include "engine/crypto/dh.h"
#include "engine/ike/limits.h"
#include "engine/ike/work.h"

struct dh_job;

/* Jobs that wait for a thread, the oldest first. */
struct dh_line {
	struct dh_job *head, *tail;
	struct shares *shares;
};
enum { DH_STRANGERS, DH_PEERS, DH_LINES };

/* What waits can be taken back, the threads are lent no more than they have in hand. */
struct dh_queue {
	struct env *env;
	const struct crypto *crypto;
	struct dh_use *use; /* DH_GROUPS of them */
	struct dh_line line[DH_LINES];
	struct dh_job *running[DH_RUNNING];
	unsigned last; /* the line that was served last */
};

/* What is to be computed, and for whom. */
struct dh_work {
	unsigned line;
	struct share_key key; /* strangers': the address that was proved; peers': who they are */
	const struct dh_group *group;
	const uint8_t *peer;  /* the other side's public value, `group->public_len` bytes; NULL: it
	                       * is to come, only ours is wanted */
	/* Whose public value the other side has already; NULL: one is drawn. Copied. */
	const uint8_t *secret;
	void (*ready)(struct dh_job *);
	/* It was pushed out of its line: as if the message that asked for it had been lost on the
	 * way. The job is gone already. */
	void (*put_off)(void *owner);
	void *owner;
};

struct dh_job {
	struct job job;
	struct dh_queue *queue;     /* NULL: it is gone */
	struct dh_job *prev, *next; /* in its line, while it waits */
	struct share share;
	struct dh_job **slot;       /* where its owner keeps it; NULL: an orphan */
	struct dh_work work;
	const struct crypto *crypto;
	uint8_t secret[DH_SECRET_MAX], peer[DH_PUBLIC_MAX];
	/* Of use in `ready`, and the secret, which who begins an exchange has to keep. */
	uint8_t public_value[DH_PUBLIC_MAX], shared[DH_PUBLIC_MAX];
	bool ok; /* false: the other side's value is none of the group */
	uint64_t spent; /* ns of processor time */
};

/* What it does is counted in `use`, a place for each group. NULL when out of memory. */
struct dh_queue *dh_queue_create(
    struct env *, const struct crypto *, struct dh_use use[DH_GROUPS]);
/* No job has an owner any more; what is running finishes by itself. NULL is allowed. */
void dh_queue_destroy(struct dh_queue *);
/* False when out of memory. `*slot` is set before `ready` is called and NULL in it. */
bool dh_job_start(struct dh_queue *, const struct dh_work *, struct dh_job **slot);
/* The owner goes: what waits is taken back, the result of what runs is dropped. */
void dh_job_orphan(struct dh_job **slot);

#endif
