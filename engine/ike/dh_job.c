/*
 * Diffie-Hellman away from the control loop. A job belongs to its SA (or to one
 * of its quick modes) through `slot`; when the owner goes first, the job is an
 * orphan, finishes, wipes and frees itself.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ike/internal.h"

/* Runs in any thread: touches the job alone. */
static void compute(struct job *job)
{
	struct dh_job *j = container_of(job, struct dh_job, job);

	j->ok = dh_shared(j->crypto, j->group, j->secret, j->peer, j->shared) &&
	    dh_public(j->crypto, j->group, j->secret, j->public_value);
}

static void finished(struct job *job)
{
	struct dh_job *j = container_of(job, struct dh_job, job);
	struct ike_sa *sa = j->sa;

	if (sa) {
		sa_hold(sa);
		j->ready(j);
		sa_release(sa);
	}
	crypto_wipe(j, sizeof *j);
	free(j);
}

bool dh_job_start(struct ike_sa *sa, struct qm *qm, const struct dh_group *group,
    const uint8_t *peer, void (*ready)(struct dh_job *), struct dh_job **slot)
{
	struct ike *ike = sa->ike;
	struct dh_job *j = calloc(1, sizeof *j);

	if (!j)
		return false;
	j->job.work = compute;
	j->job.done = finished;
	j->crypto = ike->crypto;
	j->group = group;
	j->sa = sa;
	j->qm = qm;
	j->ready = ready;
	ike->env->random(ike->env, j->secret, group->secret_len);
	memcpy(j->peer, peer, group->public_len);
	*slot = j;
	ike->env->offload(ike->env, &j->job);
	return true;
}

void dh_job_orphan(struct dh_job **slot)
{
	if (*slot)
		(*slot)->sa = NULL;
	*slot = NULL;
}
