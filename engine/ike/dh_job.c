/* The queue of Diffie-Hellman jobs; see dh_job.h. */
#include "engine/ike/dh_job.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/clock.h"

struct dh_queue *dh_queue_create(
    struct env *env, const struct crypto *crypto, struct dh_use use[DH_GROUPS])
{
	static const struct share_limits limit[DH_LINES] = {
	    [DH_STRANGERS] = {DH_STRANGERS_MAX, DH_STRANGERS_NETWORK, DH_STRANGERS_ADDRESS},
	    [DH_PEERS] = {DH_PEERS_MAX, 0, DH_PEER},
	};
	struct dh_queue *dh = calloc(1, sizeof *dh);

	if (!dh)
		return NULL;
	dh->env = env;
	dh->crypto = crypto;
	dh->use = use;
	for (unsigned i = 0; i < DH_LINES; i++) {
		dh->line[i].shares = shares_create(env, &limit[i]);
		if (!dh->line[i].shares) {
			dh_queue_destroy(dh);
			return NULL;
		}
	}
	return dh;
}

void dh_queue_destroy(struct dh_queue *dh)
{
	if (!dh)
		return;
	for (unsigned i = 0; i < DH_RUNNING; i++)
		if (dh->running[i])
			dh->running[i]->queue = NULL;
	for (unsigned i = 0; i < DH_LINES; i++)
		shares_destroy(dh->line[i].shares);
	free(dh);
}

static struct dh_line *line_of(const struct dh_job *j)
{
	return &j->queue->line[j->work.line];
}

static void job_free(struct dh_job *j)
{
	crypto_wipe(j, sizeof *j);
	free(j);
}

/* ---- running ------------------------------------------------------------------- */

static struct dh_job **running_place(struct dh_queue *dh, const struct dh_job *j)
{
	for (unsigned i = 0; i < DH_RUNNING; i++)
		if (dh->running[i] == j)
			return &dh->running[i];
	return NULL;
}

/* Runs in any thread: touches the job alone. */
static void compute(struct job *job)
{
	struct dh_job *j = container_of(job, struct dh_job, job);
	uint64_t began = clock_thread();

	j->ok = (!j->work.peer ||
	            dh_shared(j->crypto, j->work.group, j->secret, j->peer, j->shared)) &&
	    (j->work.secret ||
	        dh_public(j->crypto, j->work.group, j->secret, j->public_value));
	j->spent = clock_thread() - began;
}

static void run(struct dh_job *j, struct dh_job **place)
{
	*place = j;
	j->queue->env->offload(j->queue->env, &j->job);
}

/* ---- waiting ------------------------------------------------------------------- */

static void line_leave(struct dh_job *j)
{
	struct dh_line *l = line_of(j);

	*(j->prev ? &j->prev->next : &l->head) = j->next;
	*(j->next ? &j->next->prev : &l->tail) = j->prev;
	shares_give(l->shares, &j->share);
}

static void push_out(struct dh_job *j)
{
	struct dh_work work = j->work;

	dh_job_orphan(j->slot);
	work.put_off(work.owner);
}

static bool line_enter(struct dh_job *j)
{
	struct dh_line *l = line_of(j);
	struct share *gone;

	while ((gone = shares_victim(l->shares, j->work.key)))
		push_out(container_of(gone, struct dh_job, share));
	if (!shares_take(l->shares, &j->share, j->work.key))
		return false;
	j->prev = l->tail;
	*(l->tail ? &l->tail->next : &l->head) = j;
	l->tail = j;
	return true;
}

/* A thread is free: whose turn is it? */
static void run_next(struct dh_queue *dh)
{
	struct dh_job **place = running_place(dh, NULL), *j = NULL;

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

static void count(const struct dh_job *j)
{
	struct dh_use *u = &j->queue->use[dh_group_place(j->work.group)];

	u->jobs++;
	u->failed += !j->ok;
	u->spent += j->spent;
}

static void finished(struct job *job)
{
	struct dh_job *j = container_of(job, struct dh_job, job);
	struct dh_queue *dh = j->queue;

	if (dh) {
		*running_place(dh, j) = NULL;
		count(j);
	}
	if (j->slot) {
		*j->slot = NULL;
		j->work.ready(j);
	}
	job_free(j);
	if (dh)
		run_next(dh);
}

bool dh_job_start(struct dh_queue *dh, const struct dh_work *work, struct dh_job **slot)
{
	struct dh_job *j = calloc(1, sizeof *j), **place = running_place(dh, NULL);

	if (!j)
		return false;
	j->job.work = compute;
	j->job.done = finished;
	j->queue = dh;
	j->crypto = dh->crypto;
	j->work = *work;
	j->slot = slot;
	if (work->secret)
		memcpy(j->secret, work->secret, work->group->secret_len);
	else
		dh->env->random(dh->env, j->secret, work->group->secret_len);
	if (work->peer)
		memcpy(j->peer, work->peer, work->group->public_len);
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
	if (running_place(j->queue, j)) {
		j->slot = NULL;
		return;
	}
	line_leave(j);
	job_free(j);
}
