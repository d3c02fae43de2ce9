/*
 * Diffie-Hellman away from the control loop. A job belongs to its SA (or to one
 * of its quick modes) through `slot`. The environment's threads are lent a few at
 * a time; the others wait here in two lines that are served in turn, strangers'
 * main modes and quick modes of peers, each shared out. So a job whose owner goes
 * is taken back, but for those that run: they finish, wipe and free themselves.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ike/internal.h"

bool dh_queue_init(struct ike *ike)
{
	static const struct share_limits limit[DH_LINES] = {
	    [DH_STRANGERS] = {DH_STRANGERS_MAX, DH_STRANGERS_NETWORK, DH_STRANGERS_ADDRESS},
	    [DH_PEERS] = {DH_PEERS_MAX, 0, DH_PEER},
	};

	for (unsigned i = 0; i < DH_LINES; i++) {
		ike->dh.line[i].shares = shares_create(ike->env, &limit[i]);
		if (!ike->dh.line[i].shares)
			return false;
	}
	return true;
}

void dh_queue_fini(struct ike *ike)
{
	for (unsigned i = 0; i < DH_RUNNING; i++)
		if (ike->dh.running[i])
			ike->dh.running[i]->ike = NULL;
	for (unsigned i = 0; i < DH_LINES; i++)
		shares_destroy(ike->dh.line[i].shares);
}

static struct dh_line *line_of(const struct dh_job *j)
{
	return &j->ike->dh.line[j->qm ? DH_PEERS : DH_STRANGERS];
}

/* Strangers by the address that they have proved, peers by who they are. */
static struct share_key key_of(const struct dh_job *j)
{
	uint64_t peer = (uintptr_t)j->sa->peer;

	return j->qm ? (struct share_key){peer, peer} : j->sa->origin;
}

static void job_free(struct dh_job *j)
{
	crypto_wipe(j, sizeof *j);
	free(j);
}

/* ---- running ------------------------------------------------------------------- */

static struct dh_job **running_place(struct ike *ike, const struct dh_job *j)
{
	for (unsigned i = 0; i < DH_RUNNING; i++)
		if (ike->dh.running[i] == j)
			return &ike->dh.running[i];
	return NULL;
}

/* Runs in any thread: touches the job alone. */
static void compute(struct job *job)
{
	struct dh_job *j = container_of(job, struct dh_job, job);

	j->ok = dh_shared(j->crypto, j->group, j->secret, j->peer, j->shared) &&
	    dh_public(j->crypto, j->group, j->secret, j->public_value);
}

static void run(struct dh_job *j, struct dh_job **place)
{
	*place = j;
	j->ike->env->offload(j->ike->env, &j->job);
}

/* ---- waiting ------------------------------------------------------------------- */

static void line_leave(struct dh_job *j)
{
	struct dh_line *l = line_of(j);

	*(j->prev ? &j->prev->next : &l->head) = j->next;
	*(j->next ? &j->next->prev : &l->tail) = j->prev;
	shares_give(l->shares, &j->share);
}

/* As if the message that asked for it had been lost on the way. */
static void push_out(struct dh_job *j)
{
	struct ike_sa *sa = j->sa;
	struct qm *qm = j->qm;

	sa->ike->stats.dh_put_off++;
	dh_job_orphan(j->slot);
	if (qm) {
		qm_end(qm, REASON_SHARE_USED_UP);
		return;
	}
	answered_drop(&sa->rest->last);
	sa->rest->hs->restarts--;
	sa_step(sa, MM_WAIT_MSG3);
}

static bool line_enter(struct dh_job *j)
{
	struct dh_line *l = line_of(j);
	struct share *gone;

	while ((gone = shares_victim(l->shares, key_of(j))))
		push_out(container_of(gone, struct dh_job, share));
	if (!shares_take(l->shares, &j->share, key_of(j)))
		return false;
	j->prev = l->tail;
	*(l->tail ? &l->tail->next : &l->head) = j;
	l->tail = j;
	return true;
}

/* A thread is free: whose turn is it? */
static void run_next(struct ike *ike)
{
	struct dh_queue *dh = &ike->dh;
	struct dh_job **place = running_place(ike, NULL), *j = NULL;

	for (unsigned i = 0; i < DH_LINES && !j; i++) {
		dh->last = (dh->last + 1) % DH_LINES;
		j = dh->line[dh->last].head;
	}
	if (!j || !place)
		return;
	line_leave(j);
	run(j, place);
}

/* ---- life ---------------------------------------------------------------------- */

static void finished(struct job *job)
{
	struct dh_job *j = container_of(job, struct dh_job, job);
	struct ike *ike = j->ike;
	struct ike_sa *sa = j->sa;

	if (ike)
		*running_place(ike, j) = NULL;
	if (sa) {
		sa_hold(sa);
		j->ready(j);
		sa_release(sa);
	}
	job_free(j);
	if (ike)
		run_next(ike);
}

bool dh_job_start(struct ike_sa *sa, struct qm *qm, const struct dh_group *group,
    const uint8_t *peer, void (*ready)(struct dh_job *), struct dh_job **slot)
{
	struct ike *ike = sa->ike;
	struct dh_job *j = calloc(1, sizeof *j), **place = running_place(ike, NULL);

	if (!j)
		return false;
	j->job.work = compute;
	j->job.done = finished;
	j->ike = ike;
	j->crypto = ike->crypto;
	j->group = group;
	j->sa = sa;
	j->qm = qm;
	j->ready = ready;
	j->slot = slot;
	ike->env->random(ike->env, j->secret, group->secret_len);
	memcpy(j->peer, peer, group->public_len);
	if (!place && !line_enter(j)) {
		job_free(j);
		return false;
	}
	*slot = j;
	if (place)
		run(j, place);
	return true;
}

void dh_job_orphan(struct dh_job **slot)
{
	struct dh_job *j = *slot;

	*slot = NULL;
	if (!j)
		return;
	if (running_place(j->ike, j)) {
		j->sa = NULL;
		return;
	}
	line_leave(j);
	job_free(j);
}
