/* From message 2 to both directions; see quick_mode_up.h. */
#include "engine/ike/quick_mode_up.h"

#include "engine/ike/send.h"

#define QM_EMBRYONIC (240 * SEC) /* for message 3 */
#define QM_RESEND (4 * SEC)      /* message 2, doubled each time */
#define QM_LATE (1 * SEC)        /* message 3 may be that far behind the first ESP */

static void trace_rule_lookup(struct ike_sa *sa, const struct qm *q)
{
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa),
	    "NP encrypt rule look up for crypto map %s %u matching ACL %s: returned cs_id=%08x; "
	    "encrypt_rule=00000000; tunnelFlow_rule=00000000",
	    q->map, q->child.map_seq, q->acl, q->cs_id);
}

/* Both directions work. The `debug crypto ipsec` blocks come from inside the two calls. */
static void child_up(struct ike_sa *sa, struct qm *q)
{
	struct ike *ike = sa->ike;
	const struct child *c = &q->child;

	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "loading all IPSEC SAs");
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Generating Quick Mode Key!");
	trace_rule_lookup(sa, q);
	trace_ike_debug(TRACE_OF(sa), 713906, GROUP_OF(sa), "Generating Quick Mode Key!");
	ike->ops->child_up(ike->owner, sa->peer, c);
	if (sa->dead)
		return;
	trace_rule_lookup(sa, q);
	trace_ike(TRACE_OF(sa), 713049, GROUP_OF(sa),
	    "Security negotiation complete for User () %s, Inbound SPI = 0x%08x, "
	    "Outbound SPI = 0x%08x",
	    q->role == ROLE_INITIATOR ? "Initiator" : "Responder", c->spi_in, c->spi_out);
	trace_ike_debug(TRACE_OF(sa), 715007, GROUP_OF(sa),
	    "IKE got a KEY_ADD msg for SA: SPI = 0x%08x", c->spi_out);
	if (ike->ops->child_trace_inbound)
		ike->ops->child_trace_inbound(ike->owner, sa->peer, c);
	trace_ike_debug(TRACE_OF(sa), 715077, GROUP_OF(sa),
	    "Pitcher: received KEY_UPDATE, spi 0x%08x", c->spi_in);
	trace_ike_debug(TRACE_OF(sa), 715080, GROUP_OF(sa), "Starting P2 rekey timer: %u seconds.",
	    (unsigned)((uint64_t)c->seconds * 95 / 100));
	trace_ike(TRACE_OF(sa), 713120, GROUP_OF(sa), "PHASE 2 COMPLETED (msgid=%08x)", q->msgid);
	if (q->l2tp) {
		struct trace_ctx about = {.group = sa->group_name, .ip = &sa->path.remote.addr,
		    .unsaid = true};
		char text[ADDR_TEXT_MAX];

		trace_ike(TRACE_OF(sa), 713906, &about,
		    "IKEQM_Active() Add L2TP classification rules: ip <%s> mask <0xFFFFFFFF> "
		    "port <%u>",
		    addr_text(&sa->path.remote.addr, text), c->remote.port);
	}
}

/* Is his message 2 still to be answered? */
static void still_unheard(struct timer *t)
{
	struct qm *q = container_of(t, struct qm, timer);

	if (qm_kept(q))
		timer_start(q->sa->ike->env, t, QM_EMBRYONIC);
	else
		qm_end(q, REASON_NONE);
}

/* Both directions are up. He may have slept through our message 3, and repeats message 2 until he
 * has it: what comes on the SA tells. */
static void finish(struct qm *q)
{
	qm_step(q, QM_ACTIVE);
	if (q->role == ROLE_INITIATOR && !q->confirmed && qm_kept(q)) {
		child_wipe(&q->child);
		q->timer.fire = still_unheard;
		timer_start(q->sa->ike->env, &q->timer, QM_EMBRYONIC);
	} else {
		qm_end(q, REASON_NONE);
	}
}

void qm_complete(struct qm *q)
{
	struct ike_sa *sa = q->sa;

	sa_hold(sa);
	sa->rest->children++;
	q->reserved = false;
	child_up(sa, q);
	if (!sa->dead)
		finish(q);
	sa_release(sa);
}

/* He has had his time, and if he sleeps he gets more: message 3, or message 1 again, may come
 * whenever he wakes. */
static void overdue(struct qm *q)
{
	if (qm_kept(q)) {
		timer_start(q->sa->ike->env, &q->timer, QM_EMBRYONIC);
		return;
	}
	qm_trace_error(q);
	qm_fail(q, REASON_QM_TIMEOUT);
}

/* Message 3 may have been lost: message 2 again makes the client repeat it. */
static void qm_timer(struct timer *t)
{
	struct qm *q = container_of(t, struct qm, timer);
	struct ike_sa *sa = q->sa;
	struct env *env = sa->ike->env;
	uint64_t now = env->now(env), left;

	if (q->confirmed) {
		qm_complete(q);
		return;
	}
	if (now >= q->deadline) {
		overdue(q);
		return;
	}
	left = q->deadline - now;
	if (q->resends < QM_RESENDS) {
		uint64_t pause = QM_RESEND << ++q->resends;

		send_again(sa, &sa->path, &q->last);
		left = pause < left ? pause : left;
	}
	timer_start(env, &q->timer, left);
}

void qm_wait_for_message3(struct qm *q)
{
	struct env *env = q->sa->ike->env;

	q->deadline = env->now(env) + QM_EMBRYONIC;
	q->timer.fire = qm_timer;
	timer_start(env, &q->timer, QM_RESEND);
}

void qm_confirmed(struct ike *ike, uint32_t spi_in)
{
	struct qm *q = table_get(&ike->children, spi_in);

	if (q && q->state == QM_ACTIVE) {
		qm_end(q, REASON_NONE);
		return;
	}
	if (!q || (q->state != QM_WAIT_MSG3 && q->state != QM_CONFIRM) || q->confirmed)
		return;
	q->confirmed = true;
	timer_start(ike->env, &q->timer, q->state == QM_CONFIRM || q->late ? 0 : QM_LATE);
}

void qm_hurry(struct ike *ike, uint32_t spi_in, bool proved)
{
	struct qm *q = table_get(&ike->children, spi_in);

	if (q && (q->state == QM_CONFIRM || (proved && q->state == QM_WAIT_MSG3 && !q->late)))
		qm_complete(q);
}

void qm_gone(struct ike *ike, uint32_t spi_in)
{
	struct qm *q = table_get(&ike->children, spi_in);

	if (!q || (!q->reserved && q->state != QM_ACTIVE))
		return;
	q->reserved = false;
	qm_end(q, REASON_QM_TIMEOUT);
}
