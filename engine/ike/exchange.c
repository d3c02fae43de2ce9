/* Messages and their rows (RFC 2408 4, RFC 2409 5); see exchange.h. */
#include "engine/ike/exchange.h"

#include "engine/ike/informational.h"
#include "engine/ike/life.h"
#include "engine/ike/send.h"

/* In phase 1 vendor ids and private payloads may come with anything. */
#define ANYWHERE (HAS_VENDOR | HAS_OTHER)

const struct exchange_row *exchange_row(const struct exchange_table *t, uint8_t exchange,
    unsigned state, enum ike_role role, uint16_t auth, bool encrypted)
{
	const struct exchange_row *found = NULL;

	for (size_t i = 0; i < t->n; i++) {
		const struct exchange_row *row = &t->row[i];

		if (row->exchange != exchange || row->state != state || !(row->role & role) ||
		    (row->auth != AUTH_ANY && row->auth != auth))
			continue;
		found = row;
		if (((row->flags & ENCRYPTED) != 0) == encrypted)
			break;
	}
	return found;
}

static bool is_encrypted(const struct incoming *in)
{
	return in->m.h.flags & FLAG_ENCRYPTED;
}

static bool payloads_fit(const struct exchange_row *row, const struct message *m)
{
	unsigned has = message_has(m);

	return (has & row->required) == row->required &&
	    (has & ~(row->required | row->optional | ANYWHERE)) == 0 &&
	    (!(row->flags & HASH_FIRST) || m->pay[0].type == PAY_HASH);
}

/* From bytes to a handler; GO_STAY when anything on the way does not fit. */
static enum outcome run(const struct exchange_row *row, struct ike_sa *sa, struct qm *q,
    struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	enum outcome opened;

	if (((row->flags & ENCRYPTED) != 0) != is_encrypted(in))
		return sa_refuse(sa, &stats->malformed);
	opened = row->open(sa, q, in);
	if (opened != GO_NEXT)
		return opened;
	if (row->flags & STARTS_QM)
		trace_ike_decode(TRACE_OF(sa), 714003, IP_OF(sa),
		    "IKE Responder starting QM: msg id = %08x", in->m.h.msgid);
	trace_received(sa->ike, in->path, &in->m);
	if (!payloads_fit(row, &in->m))
		return sa_refuse(sa, &stats->malformed);
	return row->receive(sa, q, in);
}

static void receive_phase1(const struct exchange_table *t, struct ike_sa *sa, struct incoming *in)
{
	const struct exchange_row *row =
	    exchange_row(t, in->m.h.exchange, sa->state, sa->role, sa->auth, is_encrypted(in));

	if (sa->rest && answered_is(&sa->rest->last, in->digest)) {
		sa->ike->stats.duplicates++;
		trace_ike(TRACE_OF(sa), 713201, IP_OF(sa),
		    "Duplicate Phase 1 packet detected.  Retransmitting last packet.");
		send_again(sa, in->path, &sa->rest->last);
		return;
	}
	if (!row || in->m.h.msgid != 0)
		sa_refuse(sa, &sa->ike->stats.malformed);
	else if (run(row, sa, NULL, in) == GO_NEXT && !sa->dead)
		sa_step(sa, row->next);
}

/* A message of a quick mode that is there, new or not. */
static void run_quick(const struct exchange_row *row, struct qm *q, struct incoming *in)
{
	struct ike_sa *sa = q->sa;
	enum outcome outcome = run(row, sa, q, in);

	if (sa->dead)
		return;
	if (outcome == GO_NEXT) {
		qm_step(q, row->next);
	} else if (outcome == GO_STAY && q->state == QM_START) {
		sa->ike->stats.quick_mode_invalids++;
		qm_end(q, REASON_IKE_MALFORMED);
	}
}

static void receive_quick(const struct exchange_table *t, struct ike_sa *sa, struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	struct qm *q = qm_find(sa, in->m.h.msgid);
	const struct exchange_row *row = exchange_row(t, XCHG_QUICK, q ? q->state : QM_START,
	    q ? q->role : ROLE_RESPONDER, sa->auth, is_encrypted(in));

	if (q && answered_is(&q->last, in->digest)) {
		stats->duplicates++;
		trace_ike(TRACE_OF(sa), 713201, GROUP_OF(sa),
		    "Duplicate Phase 2 packet detected.  Retransmitting last packet.");
		send_again(sa, in->path, &q->last);
		return;
	}
	if (!row || (!q && msgids_has(&sa->rest->quick_ids, in->m.h.msgid))) {
		/* parked, or finished: late, doubled and replayed packets */
		sa_refuse(sa, &stats->duplicates);
		return;
	}
	if (!q)
		q = qm_new(sa, in->m.h.msgid, ROLE_RESPONDER);
	if (q)
		run_quick(row, q, in);
	else
		sa_refuse(sa, &stats->capacity_fails);
}

static void receive_informational(const struct exchange_table *t, struct ike_sa *sa,
    struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	const struct exchange_row *row =
	    exchange_row(t, XCHG_INFORMATIONAL, sa->state, sa->role, sa->auth, true);

	if (answered_is(&sa->rest->info, in->digest)) {
		stats->duplicates++;
		send_again(sa, in->path, &sa->rest->info);
	} else if (!row || msgids_has(&sa->rest->info_ids, in->m.h.msgid) ||
	    msgids_has(&sa->rest->dpd_ids, in->m.h.msgid)) {
		sa_refuse(sa, &stats->duplicates);
	} else {
		run(row, sa, NULL, in);
	}
}

/* No id is left that could be told from a replayed one: the client begins a new phase 1. */
static void end_when_worn_out(struct ike_sa *sa)
{
	const struct sa_rest *rest = sa->rest;

	if (!msgids_full(&rest->quick_ids) && !msgids_full(&rest->info_ids) &&
	    !msgids_full(&rest->dpd_ids))
		return;
	trace_ike(TRACE_OF(sa), 713903, GROUP_OF(sa), "Message ids of the IKE SA are used up");
	sa_delete(sa, REASON_PHASE1_LIFETIME);
}

void exchange_receive(const struct exchange_table *t, struct ike_sa *sa, struct incoming *in)
{
	uint8_t exchange = in->m.h.exchange;

	if (exchange == XCHG_MAIN || exchange == XCHG_AGGRESSIVE)
		receive_phase1(t, sa, in);
	else if (exchange == XCHG_INFORMATIONAL && !is_encrypted(in))
		informational_clear(sa->ike, sa, in);
	else if (sa->state != MM_ACTIVE || in->m.h.msgid == 0)
		sa_refuse(sa, &sa->ike->stats.malformed);
	else if (exchange == XCHG_QUICK)
		receive_quick(t, sa, in);
	else if (exchange == XCHG_INFORMATIONAL)
		receive_informational(t, sa, in);
	else
		sa_refuse(sa, &sa->ike->stats.malformed);
	if (!sa->dead && sa->state == MM_ACTIVE)
		end_when_worn_out(sa);
}
