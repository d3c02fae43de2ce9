/*
 * One tunnel (RFC 2661 section 5 and 7.2), the answering side. Identity: the id
 * that we assigned. Life: SCCRQ to StopCCN, loss of the peer's answers, or the
 * loss of the peer. The owner hears of the end at once; what has still to be
 * delivered or acknowledged then lingers in CLOSED for some seconds.
 */
#include <stdio.h>
#include <stdlib.h>

#include "engine/l2tp/ids.h"
#include "engine/l2tp/messages.h"
#include "engine/l2tp/session.h"
#include "engine/l2tp/tunnel.h"

#define WINDOW_DEFAULT 4 /* of a client that does not say (RFC 2661 4.4.3) */
#define LINGER (8 * SEC) /* a dead tunnel that still acknowledges */

static const char *const state_name[TUNNEL_STATES] = {
    "idle", "wait-ctl-conn", "established", "closed"};

static void enter(struct tunnel *t, enum tunnel_state to)
{
	struct l2tp *l = t->l2tp;

	if (t->state == to)
		return;
	l2tp_log(l, t->peer, TRACE_EVENT, "L2TP tunnel %u: %s -> %s", t->id, state_name[t->state],
	    state_name[to]);
	if (t->state == TUNNEL_IDLE && to != TUNNEL_CLOSED)
		l->live++;
	if (to == TUNNEL_CLOSED && t->state != TUNNEL_IDLE)
		l->live--;
	t->state = to;
}

/* ---- the end ---------------------------------------------------------- */

static void free_later(struct timer *timer)
{
	tunnel_free(container_of(timer, struct tunnel, linger));
}

/* Not freed on the spot: a caller up the stack may still hold it. */
static void dies_now(struct tunnel *t)
{
	t->dead = true;
	channel_fini(&t->channel);
	timer_start(t->l2tp->env, &t->linger, 0);
}

static void drained(struct channel *c)
{
	struct tunnel *t = container_of(c, struct tunnel, channel);

	if (t->state == TUNNEL_CLOSED && !t->dead && !c->ack_due)
		dies_now(t);
}

static bool last_of_peer(const struct tunnel *gone)
{
	const struct tunnel *t;

	LIST_FOREACH(t, l2tp_bucket(gone->l2tp, gone->peer), link)
		if (t->peer == gone->peer && t->state != TUNNEL_CLOSED)
			return false;
	return true;
}

void tunnel_over(struct tunnel *t, enum reason why)
{
	struct l2tp *l = t->l2tp;
	bool refused = t->state == TUNNEL_IDLE;

	if (t->state == TUNNEL_CLOSED)
		return;
	enter(t, TUNNEL_CLOSED);
	l2tp_log(
	    l, t->peer, TRACE_EVENT, "L2TP tunnel %u: over, %s", t->id, reason_text(why)->plain);
	timer_stop(l->env, &t->setup);
	timer_start(l->env, &t->linger, LINGER);
	session_over(t, why);
	if (!refused && t->peer && last_of_peer(t))
		l->ops->tunnel_down(l->owner, t->peer, why);
}

void tunnel_stop(struct tunnel *t, uint16_t result, uint16_t error, const char *text,
    enum reason why)
{
	if (t->state == TUNNEL_CLOSED)
		return;
	tunnel_send_stopccn(t, result, error, text);
	tunnel_over(t, why);
}

void tunnel_abandon(struct tunnel *t, enum reason why)
{
	enum tunnel_state was = t->state;

	t->peer = NULL;
	if (was != TUNNEL_CLOSED)
		tunnel_over(t, why);
	if (!t->dead)
		dies_now(t);
}

static void lost(struct channel *c)
{
	struct tunnel *t = container_of(c, struct tunnel, channel);
	struct l2tp *l = t->l2tp;

	l2tp_log(l, t->peer, TRACE_EVENT, "L2TP tunnel %u: the client does not acknowledge", t->id);
	if (t->state == TUNNEL_ESTABLISHED && t->session.object &&
	    l->ops->unanswered && l->ops->unanswered(l->owner, t->session.object))
		return;
	tunnel_over(t, REASON_L2TP_TIMEOUT);
	if (!t->dead)
		dies_now(t);
}

static void too_late(struct timer *timer)
{
	tunnel_stop(container_of(timer, struct tunnel, setup), STOP_CLEAR, ERROR_NONE,
	    "no call was established", REASON_L2TP_TIMEOUT);
}

/* ---- receiving: the state table --------------------------------------- */

static void got_sccrq(struct tunnel *t, const struct l2tp_msg *m)
{
	if (m->version >> 8 != L2TP_PROTOCOL_VERSION >> 8) {
		tunnel_stop(t, STOP_VERSION, L2TP_PROTOCOL_VERSION, "protocol version",
		    REASON_L2TP_PROTOCOL);
	} else if (l2tp_has(m, AVP_CHALLENGE)) { /* there is no secret to answer it with */
		tunnel_stop(t, STOP_NOT_AUTHORIZED, ERROR_NONE, "no tunnel authentication",
		    REASON_L2TP_PROTOCOL);
	} else {
		tunnel_send_sccrp(t);
	}
}

static void got_scccn(struct tunnel *t, const struct l2tp_msg *m)
{
	(void)t, (void)m; /* whether anybody is there, the owner asks (l2tp_hello) */
}

static void got_stopccn(struct tunnel *t, const struct l2tp_msg *m)
{
	l2tp_log(t->l2tp, t->peer, TRACE_EVENT,
	    "L2TP tunnel %u: client closes, result %u error %u %s", t->id, m->result,
	    m->result_error, m->result_text);
	tunnel_over(t, m->result == STOP_CLEAR || m->result == STOP_SHUTDOWN
			   ? REASON_USER_REQUESTED
			   : REASON_L2TP_PROTOCOL);
}

static void got_hello(struct tunnel *t, const struct l2tp_msg *m)
{
	(void)t, (void)m; /* its acknowledgement is the answer */
}

static void bad_state(struct tunnel *t, const struct l2tp_msg *m)
{
	l2tp_log(t->l2tp, t->peer, TRACE_EVENT, "L2TP tunnel %u: %s in state %s", t->id,
	    l2tp_message_name(m->type), state_name[t->state]);
	tunnel_stop(t, STOP_FSM, ERROR_NONE, "unexpected message", REASON_L2TP_PROTOCOL);
}

/* RFC 2661 7.2.1, the columns of a responder. Any message that is in no row is ignored in IDLE and
 * CLOSED, and ends the tunnel in the two others. */
static const struct row {
	enum l2tp_message message;
	enum tunnel_state in;
	void (*act)(struct tunnel *, const struct l2tp_msg *);
	enum tunnel_state out;
} table[] = {
    /* message    state                 action           next */
    {L2TP_SCCRQ, TUNNEL_IDLE, got_sccrq, TUNNEL_WAIT_CTL_CONN},
    {L2TP_SCCCN, TUNNEL_WAIT_CTL_CONN, got_scccn, TUNNEL_ESTABLISHED},
    {L2TP_STOPCCN, TUNNEL_WAIT_CTL_CONN, got_stopccn, TUNNEL_CLOSED},
    {L2TP_STOPCCN, TUNNEL_ESTABLISHED, got_stopccn, TUNNEL_CLOSED},
    {L2TP_HELLO, TUNNEL_WAIT_CTL_CONN, got_hello, TUNNEL_WAIT_CTL_CONN},
    {L2TP_HELLO, TUNNEL_ESTABLISHED, got_hello, TUNNEL_ESTABLISHED},
    {L2TP_ICRQ, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_ICCN, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_CDN, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_OCRQ, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_ICRP, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_OCRP, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_OCCN, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_WEN, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
    {L2TP_SLI, TUNNEL_ESTABLISHED, session_receive, TUNNEL_ESTABLISHED},
};

static void step(struct tunnel *t, const struct l2tp_msg *m)
{
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].message == m->type && table[i].in == t->state) {
			if (table[i].out != TUNNEL_CLOSED) /* the end is tunnel_over's to enter */
				enter(t, table[i].out);
			table[i].act(t, m);
			return;
		}
	if (t->state == TUNNEL_WAIT_CTL_CONN || t->state == TUNNEL_ESTABLISHED)
		bad_state(t, m);
}

/* RFC 2661 4.1: what cannot be accepted ends the tunnel, or only the call it speaks of. */
static void refuse(struct tunnel *t, const struct l2tp_msg *m)
{
	char text[L2TP_TEXT_MAX];

	snprintf(text, sizeof text, "AVP %u (%s)", m->error_avp, avp_name(m->error_avp));
	l2tp_log(t->l2tp, t->peer, TRACE_EVENT, "L2TP tunnel %u: %s refused, %s, error %u", t->id,
	    l2tp_message_name(m->type), text, m->error);
	t->l2tp->stats.malformed++;
	if (m->type >= L2TP_OCRQ && t->state == TUNNEL_ESTABLISHED)
		session_receive(t, m);
	else
		tunnel_stop(t, STOP_ERROR, m->error, text, REASON_L2TP_PROTOCOL);
}

static void process(struct tunnel *t, const struct l2tp_msg *m)
{
	if (!l2tp_message_known(m->type)) {
		if (m->mandatory)
			tunnel_stop(t, STOP_ERROR, ERROR_UNKNOWN_AVP, "unknown message type",
			    REASON_L2TP_PROTOCOL);
	} else if (m->error != ERROR_NONE && m->type != L2TP_STOPCCN && m->type != L2TP_CDN) {
		refuse(t, m);
	} else {
		step(t, m);
	}
}

void tunnel_receive(struct tunnel *t, const struct l2tp_msg *m)
{
	struct l2tp *l = t->l2tp;
	enum arrival kind;

	if (t->dead)
		return;
	l2tp_log_class(l, t->peer, TRACE_L2TP_PACKET, TRACE_DEBUG,
	    "L2TP tunnel %u: rcvd %s session %u, Ns %u Nr %u", t->id,
	    l2tp_message_name(m->type), m->header.session, m->header.ns, m->header.nr);
	kind = channel_receive(&t->channel, m->header.ns, m->header.nr, m->type == L2TP_ZLB);
	if (kind == ARRIVAL_DUPLICATE)
		l->stats.duplicates++;
	else if (kind == ARRIVAL_OUTSIDE)
		l->stats.out_of_window++;
	else if (kind == ARRIVAL_NEW && t->state != TUNNEL_CLOSED)
		process(t, m);
	if (!t->dead && channel_take_ack(&t->channel))
		tunnel_send_zlb(t);
}

/* A client that has not heard our id yet says it to tunnel 0, and may count from 0 once more. */
void tunnel_stopped(struct tunnel *t, const struct l2tp_msg *m)
{
	tunnel_receive(t, m);
	if (t->state == TUNNEL_WAIT_CTL_CONN)
		got_stopccn(t, m);
}

/* ---- life ------------------------------------------------------------- */

struct tunnel *tunnel_create(struct l2tp *l, const struct l2tp_origin *from,
    const struct l2tp_msg *m)
{
	uint16_t id = l2tp_new_id(l->env, &l->by_tunnel);
	struct tunnel *t = id ? calloc(1, sizeof *t) : NULL;

	if (!t || !table_add(&l->by_tunnel, id, t)) {
		free(t);
		return NULL;
	}
	t->l2tp = l;
	t->peer = from->peer;
	t->sa = from->sa;
	t->id = id;
	t->remote = m->tunnel_id;
	t->local_port = from->local_port;
	t->remote_port = from->remote_port;
	t->born = l->env->now(l->env);
	t->firmware = m->firmware;
	t->order = m->order;
	t->has_firmware = l2tp_has(m, AVP_FIRMWARE_REVISION);
	memcpy(t->host, m->host, sizeof t->host);
	memcpy(t->vendor, m->vendor, sizeof t->vendor);
	channel_init(&t->channel, l->env,
	    l2tp_has(m, AVP_RECEIVE_WINDOW_SIZE) ? m->window : WINDOW_DEFAULT);
	t->channel.retransmits = &l->stats.retransmits;
	t->channel.transmit = tunnel_transmit;
	t->channel.failed = lost;
	t->channel.drained = drained;
	t->setup.fire = too_late;
	t->linger.fire = free_later;
	/* Even if this SCCRQ is not its first message. */
	timer_start(l->env, &t->setup, L2TP_SETUP_TIME);
	LIST_INSERT_HEAD(l2tp_bucket(l, from->peer), t, link);
	l2tp_log(l, t->peer, TRACE_EVENT, "L2TP tunnel %u: client %s (%s), its tunnel %u", id,
	    t->host, *t->vendor ? t->vendor : "no vendor", t->remote);
	return t;
}

void tunnel_free(struct tunnel *t)
{
	struct l2tp *l = t->l2tp;

	timer_stop(l->env, &t->setup);
	timer_stop(l->env, &t->linger);
	channel_fini(&t->channel);
	table_remove(&l->by_tunnel, t->id);
	if (t->session.id)
		table_remove(&l->by_session, t->session.id);
	LIST_REMOVE(t, link);
	free(t);
}
