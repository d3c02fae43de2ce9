/*
 * The exchange table of the responder and its one dispatcher. A message is
 * decrypted as its row says, its payloads are put in buckets and held against
 * what the row requires and tolerates, and only then a handler uses them. A
 * message that fails anywhere leaves its exchange as it was.
 */
#include <string.h>

#include "engine/ike/internal.h"

enum { CLEAR = 1, ENCRYPTED = 2, FIND_KEY = 4, HASH_FIRST = 8, STARTS_QM = 16 };

struct row {
	uint8_t exchange, state;
	const char *message;
	unsigned required, optional, flags;
	enum outcome (*handler)(struct ike_sa *, struct qm *, struct incoming *);
	uint8_t next;
};

/* In phase 1 vendor ids and private payloads may come with anything. */
#define ANYWHERE (HAS_VENDOR | HAS_OTHER)
#define P2_SA (HAS_HASH | HAS_SA | HAS_NONCE)

static const struct row table[] = {
	/* exchange, state, message, required, optional, flags, handler, next */
	{XCHG_MAIN, MM_WAIT_MSG3, "HDR, KE, Ni [, NAT-D, NAT-D] -->",
	    HAS_KE | HAS_NONCE, HAS_NATD | HAS_CERT, CLEAR, mm3_receive, MM_WAIT_MSG5},
	{XCHG_MAIN, MM_WAIT_MSG5, "HDR*, IDii, HASH_I [, N] -->",
	    HAS_ID | HAS_HASH, HAS_NOTIFY | HAS_CERT, ENCRYPTED | FIND_KEY, mm5_receive, MM_ACTIVE},
	{XCHG_QUICK, QM_START, "HDR*, HASH(1), SA, Ni [, KE] [, IDci, IDcr] [, NAT-OA] -->",
	    P2_SA, HAS_KE | HAS_ID | HAS_NATOA | HAS_NOTIFY, ENCRYPTED | HASH_FIRST | STARTS_QM,
	    qm1_receive, QM_WAIT_MSG3},
	{XCHG_QUICK, QM_WAIT_MSG3, "HDR*, HASH(3) -->",
	    HAS_HASH, HAS_NOTIFY, ENCRYPTED | HASH_FIRST, qm3_receive, QM_ACTIVE},
	{XCHG_INFORMATIONAL, MM_ACTIVE, "HDR*, HASH(1), N/D -->",
	    HAS_HASH, HAS_NOTIFY | HAS_DELETE, ENCRYPTED | HASH_FIRST, informational_receive,
	    MM_ACTIVE},
};

static const struct row *row_find(uint8_t exchange, unsigned state)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].exchange == exchange && table[i].state == state)
			return &table[i];
	return NULL;
}

void sa_step(struct ike_sa *sa, enum ike_state next)
{
	if (trace_on(TRACE_OF(sa), TRACE_IKE, TRACE_DUMP))
		trace_tagged(TRACE_OF(sa), TRACE_IKE, TRACE_DUMP, "IKEv1 DEBUG", GROUP_OF(sa),
		    "IKE SA %02x%02x%02x%02x: %s --> %s", sa->cky_r[0], sa->cky_r[1],
		    sa->cky_r[2], sa->cky_r[3], sa_state_name(sa->state), sa_state_name(next));
	sa->state = next;
}

void qm_step(struct qm *q, enum qm_state next)
{
	static const char *const name[] = {"QM_START", "QM_BLD_MSG2", "QM_WAIT_MSG3", "QM_ACTIVE"};
	struct ike_sa *sa = q->sa;

	if (trace_on(TRACE_OF(sa), TRACE_IKE, TRACE_DUMP))
		trace_tagged(TRACE_OF(sa), TRACE_IKE, TRACE_DUMP, "IKEv1 DEBUG", GROUP_OF(sa),
		    "QM %08x: %s --> %s", q->msgid, name[q->state], name[next]);
	q->state = next;
}

/* Only who uses NAT-T may move (RFC 3947 7): without it the addresses are those that were proved. */
static bool may_move(const struct ike_sa *sa, const struct path *path)
{
	return sa->natt && sa->path.local.port == NATT_PORT && path->local.port == NATT_PORT &&
	    !path_equal(&sa->path, path);
}

void sa_seen(struct ike_sa *sa, const struct path *path)
{
	ike_sa_alive(sa);
	if (!may_move(sa, path))
		return;
	sa->path = *path;
	if (sa->peer)
		sa->ike->ops->moved(sa->ike->owner, sa->peer, sa, path);
}

void ike_sa_move(struct ike_sa *sa, const struct path *path)
{
	if (!sa->dead && may_move(sa, path))
		sa->path = *path;
}

bool exchange_begins(struct ike_sa *sa, struct msgids *ids, const struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	struct chunk got = in->m.pay[0].body;
	size_t size = hash_info[sa->hash].size;
	uint8_t hash[CRYPTO_HASH_MAX];

	trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa), "processing hash payload");
	if (got.len != size ||
	    !keymat_hash1(sa->ike->crypto, &sa->rest->keys, in->m.h.msgid, in->m.rest, hash) ||
	    !crypto_equal(hash, got.p, size)) {
		stats->hash_fails++;
		stats->in_drops++;
		return false;
	}
	if (msgids_add(ids, in->m.h.msgid))
		return true;
	stats->duplicates++;
	stats->in_drops++;
	return false;
}

static enum outcome refuse(struct ike_sa *sa, uint64_t *counter)
{
	++*counter;
	sa->ike->stats.in_drops++;
	return GO_STAY;
}

/* Decrypts a phase 2 message with the IV of its exchange. */
static bool decrypt(struct ike_sa *sa, const struct qm *q, struct incoming *in)
{
	const struct crypto *c = sa->ike->crypto;
	const struct ike_keys *keys = &sa->rest->keys;

	if (q && q->state == QM_WAIT_MSG3)
		memcpy(in->iv, q->iv, sizeof in->iv);
	else if (!keymat_iv_phase2(c, keys, in->m.h.msgid, in->iv))
		return false;
	return keymat_crypt(c, keys, false, in->iv, in->body, in->body_len);
}

static bool payloads_fit(const struct row *row, const struct message *m)
{
	unsigned has = message_has(m);

	return (has & row->required) == row->required &&
	    (has & ~(row->required | row->optional | ANYWHERE)) == 0 &&
	    (!(row->flags & HASH_FIRST) || m->pay[0].type == PAY_HASH);
}

/* From bytes to a handler; GO_STAY when anything on the way does not fit. */
static enum outcome run(const struct row *row, struct ike_sa *sa, struct qm *q,
    struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	bool encrypted = row->flags & ENCRYPTED;

	if (encrypted != ((in->m.h.flags & FLAG_ENCRYPTED) != 0))
		return refuse(sa, &stats->malformed);
	if (row->flags & FIND_KEY)
		return row->handler(sa, q, in);
	if ((encrypted && !decrypt(sa, q, in)) ||
	    !isakmp_payloads_read(&in->m, in->body, in->body_len, encrypted)) {
		trace_ike(TRACE_OF(sa), GROUP_OF(sa),
		    "Received %s with invalid payloads, MessID = %u",
		    encrypted ? "encrypted packet" : "packet", in->m.h.msgid);
		return refuse(sa, encrypted ? &stats->decrypt_fails : &stats->malformed);
	}
	if (row->flags & STARTS_QM)
		trace_ike_decode(TRACE_OF(sa), IP_OF(sa),
		    "IKE Responder starting QM: msg id = %08x", in->m.h.msgid);
	trace_received(sa->ike, in->path, &in->m);
	if (!payloads_fit(row, &in->m))
		return refuse(sa, &stats->malformed);
	return row->handler(sa, q, in);
}

static void receive_main(struct ike_sa *sa, struct incoming *in)
{
	const struct row *row = row_find(XCHG_MAIN, sa->state);

	if (sa->rest && answered_is(&sa->rest->last, in->digest)) {
		sa->ike->stats.duplicates++;
		trace_ike(TRACE_OF(sa), IP_OF(sa),
		    "Duplicate Phase 1 packet detected.  Retransmitting last packet.");
		send_again(sa, in->path, &sa->rest->last);
		return;
	}
	/* Another message 3, when a damaged one was taken for good. */
	if (sa->state == MM_WAIT_MSG5 && !(in->m.h.flags & FLAG_ENCRYPTED))
		row = row_find(XCHG_MAIN, MM_WAIT_MSG3);
	if (!row || in->m.h.msgid != 0)
		refuse(sa, &sa->ike->stats.malformed);
	else if (run(row, sa, NULL, in) == GO_NEXT && !sa->dead)
		sa_step(sa, row->next);
}

static void receive_quick(struct ike_sa *sa, struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	struct qm *q = qm_find(sa, in->m.h.msgid);
	const struct row *row = row_find(XCHG_QUICK, q ? q->state : QM_START);

	if (q && answered_is(&q->last, in->digest)) {
		stats->duplicates++;
		trace_ike(TRACE_OF(sa), GROUP_OF(sa),
		    "Duplicate Phase 2 packet detected.  Retransmitting last packet.");
		send_again(sa, in->path, &q->last);
		return;
	}
	if (!row || (!q && msgids_has(&sa->rest->quick_ids, in->m.h.msgid))) {
		/* parked, or finished: late, doubled and replayed packets */
		stats->duplicates++;
		return;
	}
	if (!q)
		q = qm_new(sa, in->m.h.msgid);
	if (!q) {
		stats->in_drops++;
		return;
	}
	switch (run(row, sa, q, in)) {
	case GO_NEXT:
		if (!sa->dead)
			qm_step(q, row->next);
		break;
	case GO_STAY:
		if (!sa->dead && q->state == QM_START)
			qm_end(q, REASON_IKE_MALFORMED);
		break;
	case GO_WAIT:
	case GO_END:
		break;
	}
}

static void receive_informational(struct ike_sa *sa, struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;

	if (answered_is(&sa->rest->info, in->digest)) {
		stats->duplicates++;
		send_again(sa, in->path, &sa->rest->info);
	} else if (msgids_has(&sa->rest->info_ids, in->m.h.msgid)) {
		stats->duplicates++;
	} else {
		run(row_find(XCHG_INFORMATIONAL, MM_ACTIVE), sa, NULL, in);
	}
}

/* No id is left that could be told from a replayed one: the client begins a new phase 1. */
static void end_when_worn_out(struct ike_sa *sa)
{
	if (!msgids_full(&sa->rest->quick_ids) && !msgids_full(&sa->rest->info_ids))
		return;
	trace_ike(TRACE_OF(sa), GROUP_OF(sa), "Message ids of the IKE SA are used up");
	ike_sa_delete(sa->ike, sa, REASON_PHASE1_LIFETIME);
}

void exchange_receive(struct ike_sa *sa, struct incoming *in)
{
	struct ike_stats *stats = &sa->ike->stats;
	bool encrypted = in->m.h.flags & FLAG_ENCRYPTED;

	if (in->m.h.exchange == XCHG_MAIN) {
		receive_main(sa, in);
	} else if (in->m.h.exchange == XCHG_INFORMATIONAL && !encrypted) {
		informational_clear(sa->ike, sa, in);
	} else if (sa->state != MM_ACTIVE || in->m.h.msgid == 0) {
		refuse(sa, &stats->malformed);
	} else if (in->m.h.exchange == XCHG_QUICK) {
		receive_quick(sa, in);
	} else if (in->m.h.exchange == XCHG_INFORMATIONAL) {
		receive_informational(sa, in);
	} else {
		refuse(sa, &stats->malformed);
	}
	if (!sa->dead && sa->state == MM_ACTIVE)
		end_when_worn_out(sa);
}
