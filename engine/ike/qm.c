/* Quick modes of an IKE SA; see qm.h. */
#include "engine/ike/qm.h"

#include <stdlib.h>

struct qm *qm_new(struct ike_sa *sa, uint32_t msgid, enum ike_role role)
{
	struct qm *q = calloc(1, sizeof *q);

	if (!q)
		return NULL;
	q->sa = sa;
	q->msgid = msgid;
	q->role = role;
	q->next = sa->rest->qms;
	sa->rest->qms = q;
	sa->rest->n_qms++;
	return q;
}

struct qm *qm_find(struct ike_sa *sa, uint32_t msgid)
{
	struct qm *q = sa->rest->qms;

	while (q && q->msgid != msgid)
		q = q->next;
	return q;
}

bool qm_lives(const struct ike_sa *sa, const struct qm *q)
{
	const struct qm *at = sa->dead ? NULL : sa->rest->qms;

	while (at && at != q)
		at = at->next;
	return at != NULL;
}

void qm_end(struct qm *q, enum reason reason)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;
	struct qm **at = &sa->rest->qms;
	bool abort = q->reserved;
	uint32_t spi = q->child.spi_in;

	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	sa->rest->n_qms--;
	timer_stop(ike->env, &q->timer);
	if (table_get(&ike->children, spi) == q)
		table_remove(&ike->children, spi);
	dh_job_orphan(&q->job);
	answered_drop(&q->last);
	free(q->ke);
	if (q->secret)
		crypto_wipe(q->secret, q->pfs->secret_len);
	free(q->secret);
	free(q->terms);
	crypto_wipe(q, sizeof *q);
	free(q);
	if (abort)
		ike->ops->child_abort(ike->owner, sa->peer, spi, reason);
}

bool qm_reserve_spi(struct qm *q)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;

	trace_ike(TRACE_OF(sa), 713906, GROUP_OF(sa), "IKE: requesting SPI!");
	q->reserved = ike->ops->child_reserve(ike->owner, sa->peer, &q->child.spi_in);
	if (!q->reserved || !table_add(&ike->children, q->child.spi_in, q))
		return false;
	trace_ike_debug(TRACE_OF(sa), 715006, GROUP_OF(sa),
	    "IKE got SPI from key engine: SPI = 0x%08x", q->child.spi_in);
	return true;
}

void qm_hand_over(struct qm *q)
{
	struct ike *ike = q->sa->ike;

	q->reserved = false;
	ike->ops->child_up(ike->owner, q->sa->peer, &q->child);
}

void qm_terms(struct qm *q, const struct attempt_terms *terms)
{
	if (!q->terms)
		q->terms = malloc(sizeof *q->terms);
	if (q->terms)
		*q->terms = *terms;
}

void qm_fail(struct qm *q, enum reason reason)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;

	if (sa->peer)
		ike->ops->quick_mode_failed(ike->owner, sa->peer, sa, reason, q->terms);
	qm_end(q, reason);
}

void qm_make_room(struct qm *keep)
{
	struct ike_sa *sa = keep->sa;
	struct qm *oldest = keep; /* the newest, which comes first */

	if (sa->rest->n_qms <= QUICK_MODES_MAX)
		return;
	while (oldest->next)
		oldest = oldest->next;
	trace_ike(TRACE_OF(sa), 713903, GROUP_OF(sa),
	    "Too many unfinished quick modes: msg id = %08x gives way", oldest->msgid);
	sa->ike->stats.quick_mode_rejects++;
	qm_end(oldest, REASON_QM_TIMEOUT);
}

bool qm_kept(struct qm *q)
{
	struct ike_sa *sa = q->sa;
	const struct ike *ike = sa->ike;
	struct qm *oldest = NULL;
	size_t late = 0;

	if (!ike->ops->waited_for || !ike->ops->waited_for(ike->owner, sa->peer))
		return false;
	q->late = true;
	for (struct qm *at = sa->rest->qms; at; at = at->next)
		if (at->late) {
			oldest = at;
			late++;
		}
	if (late <= QUICK_MODES_LATE)
		return true;
	if (oldest == q)
		return false;
	if (oldest->state == QM_ACTIVE)
		qm_end(oldest, REASON_NONE);
	else
		qm_fail(oldest, REASON_QM_TIMEOUT);
	return true;
}

void qm_step(struct qm *q, enum qm_state next)
{
	static const char *const name[] = {"QM_START", "QM_BLD_MSG2", "QM_WAIT_MSG3", "QM_BLD_MSG1",
	    "QM_WAIT_MSG2", "QM_BLD_MSG3", "QM_CONFIRM", "QM_ACTIVE"};
	struct ike_sa *sa = q->sa;

	trace_ike_dump(TRACE_OF(sa), GROUP_OF(sa),
	    "QM %08x: %s --> %s", q->msgid, name[q->state], name[next]);
	*(enum qm_state *)&q->state = next;
}

uint32_t qm_opaque_id(const struct qm *q, const char *name, uint32_t number)
{
	uint64_t x = q->sa->ike->secret ^ number;

	for (; *name; name++)
		x = (x ^ (uint8_t)*name) * 0x100000001b3ULL;
	return (uint32_t)(x ^ x >> 32);
}

void qm_trace_error(const struct qm *q)
{
	trace_ike(TRACE_OF(q->sa), 713902, GROUP_OF(q->sa),
	    "QM FSM error (P2 struct &0x%08x, mess id 0x%x)!", qm_opaque_id(q, "qm", q->msgid),
	    q->msgid);
}
