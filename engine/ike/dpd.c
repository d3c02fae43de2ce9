/* Questions and answers of dead peer detection (RFC 3706); see dpd.h. */
#include "engine/ike/dpd.h"

#include "engine/ike/send.h"

#define SMALL_STEP 256 /* of a client that counts: it does not come around within a phase 1 */

static void dpd_send(struct ike_sa *sa, uint16_t type, uint32_t seq, struct answered *last)
{
	uint8_t body[32];
	struct wr w = wr_init(body, sizeof body);
	struct sa_cookies cookies = sa_cookies(sa);

	wr_notify(&w, PROTO_ISAKMP, (struct chunk){cookies.b, sizeof cookies.b}, type);
	wr_u32(&w, seq);
	trace_ike_debug(TRACE_OF(sa), 715036, GROUP_OF(sa),
	    "Sending keep-alive of type DPD R-U-THERE%s (seq number 0x%x)",
	    type == NOTIFY_R_U_THERE_ACK ? "-ACK" : "", seq);
	send_notify_body(sa, (struct chunk){body, wr_len(&w)}, last);
}

static bool dpd_read(const struct notify *n, uint32_t *seq)
{
	struct rd r = rd_init(n->data.p, n->data.len);

	*seq = rd_u32(&r);
	return rd_done(&r);
}

/* Is this number among the questions since the last sign of life? */
static bool asked(const struct sa_rest *rest, uint32_t seq)
{
	return rest->dpd_seq - 1 - seq < rest->dpd_tries;
}

bool dpd_stale(const struct ike_sa *sa, const struct message *m)
{
	const struct sa_rest *rest = sa->rest;
	const struct payload *p;
	struct notify n;
	uint32_t seq;

	for (size_t i = 0; (p = message_get(m, HAS_NOTIFY, i)) != NULL; i++) {
		if (!notify_read(p->body, &n) || !dpd_read(&n, &seq))
			continue;
		if (n.type == NOTIFY_R_U_THERE && rest->dpd_asked &&
		    (int32_t)(seq - rest->dpd_theirs) < 0)
			return true;
		if (n.type == NOTIFY_R_U_THERE_ACK && !asked(rest, seq))
			return true;
	}
	return false;
}

struct msgids *dpd_ids(struct ike_sa *sa, const struct message *m)
{
	struct notify n;
	uint32_t seq;

	if (m->n == 2 && m->pay[1].type == PAY_NOTIFY && notify_read(m->pay[1].body, &n) &&
	    dpd_read(&n, &seq)) {
		if (n.type == NOTIFY_R_U_THERE)
			return &sa->rest->dpd_ids;
		if (n.type == NOTIFY_R_U_THERE_ACK)
			return NULL;
	}
	return &sa->rest->info_ids;
}

/* What came with a smaller number is stale from now on, unless numbers leap and may come around. */
static void question(struct sa_rest *rest, uint32_t seq, uint32_t msgid)
{
	uint32_t step = seq - rest->dpd_theirs;

	if (rest->dpd_asked && step > SMALL_STEP)
		rest->dpd_leaps = true;
	else if (rest->dpd_asked && step > 0 && !rest->dpd_leaps)
		msgids_only(&rest->dpd_ids, msgid);
	rest->dpd_theirs = seq;
	rest->dpd_asked = true;
}

void dpd_receive(struct ike_sa *sa, const struct notify *n, const struct incoming *in)
{
	bool ack = n->type == NOTIFY_R_U_THERE_ACK;
	uint32_t seq;

	if (!dpd_read(n, &seq) || sa->state != MM_ACTIVE)
		return;
	trace_ike_debug(TRACE_OF(sa), 715036, GROUP_OF(sa),
	    "Received keep-alive of type DPD R-U-THERE%s (seq number 0x%x)", ack ? "-ACK" : "",
	    seq);
	if (ack) { /* that it came is the sign of life; it is none a second time */
		if (asked(sa->rest, seq))
			sa->rest->dpd_tries = sa->rest->dpd_seq - 1 - seq;
		return;
	}
	question(sa->rest, seq, in->m.h.msgid);
	answered_note(&sa->rest->info, in->digest);
	dpd_send(sa, NOTIFY_R_U_THERE_ACK, seq, &sa->rest->info);
}

bool dpd_ask(struct ike_sa *sa)
{
	struct sa_rest *rest = sa->rest;

	if (sa->dead || sa->state != MM_ACTIVE || !sa->dpd)
		return false;
	if (rest->dpd_seq == 0) {
		ike_random(sa->ike, &rest->dpd_seq, sizeof rest->dpd_seq);
		rest->dpd_seq &= 0x7fffffff; /* RFC 3706 7: the high bit starts clear */
	}
	if (rest->dpd_tries < DPD_OPEN)
		rest->dpd_tries++;
	dpd_send(sa, NOTIFY_R_U_THERE, rest->dpd_seq++, NULL);
	return true;
}
