/*
 * One session (RFC 2661 section 6.6-6.12 and 7.4.2): an incoming call at the
 * network server. Identity: the id that we assigned, unique across all
 * tunnels. A tunnel carries one, as on the device; a second is refused.
 */
#include <stdio.h>

#include "engine/l2tp/ids.h"
#include "engine/l2tp/messages.h"
#include "engine/l2tp/session.h"

static const char *const state_name[SESSION_STATES] = {"idle", "wait-connect", "established"};

static void enter(struct tunnel *t, enum session_state to)
{
	if (t->session.state != to)
		l2tp_log(t->l2tp, t->peer, TRACE_EVENT, "L2TP session %u: %s -> %s", t->session.id,
		    state_name[t->session.state], state_name[to]);
	t->session.state = to;
}

static uint16_t new_id(const struct tunnel *t)
{
	return l2tp_new_id(t->l2tp->env, &t->l2tp->by_session);
}

/* ---- the end ---------------------------------------------------------- */

void session_over(struct tunnel *t, enum reason why)
{
	struct l2tp *l = t->l2tp;
	void *object = t->session.object;

	if (t->session.state == SESSION_IDLE)
		return;
	enter(t, SESSION_IDLE);
	table_remove(&l->by_session, t->session.id);
	t->session = (struct session_part){0};
	if (object)
		l->ops->session_down(l->owner, object, why);
}

/* The tunnel has time for a new call, or it goes. */
static void call_over(struct tunnel *t, enum reason why)
{
	session_over(t, why);
	if (t->state == TUNNEL_ESTABLISHED)
		timer_start(t->l2tp->env, &t->setup, L2TP_SETUP_TIME);
}

void session_hang_up(struct tunnel *t, uint16_t result, uint16_t error, const char *text,
    enum reason why)
{
	if (t->session.state == SESSION_IDLE)
		return;
	tunnel_send_cdn(t, t->session.remote, t->session.id, result, error, text);
	call_over(t, why);
}

/* ---- the state table -------------------------------------------------- */

static void got_icrq(struct tunnel *t, const struct l2tp_msg *m)
{
	uint16_t id = new_id(t);

	if (m->session_id == 0 || !table_add(&t->l2tp->by_session, id, t)) {
		t->l2tp->stats.calls++;
		tunnel_send_cdn(t, m->session_id, id, CDN_ERROR,
		    m->session_id ? ERROR_RESOURCES : ERROR_VALUE, "no session id");
		return;
	}
	t->session.id = id;
	t->session.remote = m->session_id;
	enter(t, SESSION_WAIT_CONNECT);
	tunnel_send_icrp(t);
}

/* The owner may send PPP frames, or end everything, before session_up returns. */
static void got_iccn(struct tunnel *t, const struct l2tp_msg *m)
{
	struct l2tp *l = t->l2tp;
	struct l2tp_session_info info = {
	    .tunnel = t->id,
	    .session = t->session.id,
	    .remote_tunnel = t->remote,
	    .remote_session = t->session.remote,
	    .local_port = t->local_port,
	    .remote_port = t->remote_port,
	    .host = t->host,
	    .vendor = t->vendor,
	    .firmware = t->firmware,
	    .has_firmware = t->has_firmware,
	    .order = t->order,
	    .sequencing = l2tp_has(m, AVP_SEQUENCING_REQUIRED),
	};
	uint16_t id = t->session.id;
	void *object;

	timer_stop(l->env, &t->setup);
	enter(t, SESSION_ESTABLISHED);
	object = l->ops->session_up(l->owner, t->peer, &info);
	if (t->session.id != id) { /* ended inside the call: nobody knows the object yet */
		if (object)
			l->ops->session_down(l->owner, object, REASON_L2TP_PROTOCOL);
	} else if (object) {
		t->session.object = object;
	} else {
		session_hang_up(t, CDN_ADMINISTRATIVE, ERROR_NONE, "refused", REASON_L2TP_PROTOCOL);
	}
}

static void got_cdn(struct tunnel *t, const struct l2tp_msg *m)
{
	l2tp_log(t->l2tp, t->peer, TRACE_EVENT,
	    "L2TP session %u: client hangs up, result %u error %u %s", t->session.id, m->result,
	    m->result_error, m->result_text);
	call_over(t, m->result == CDN_ERROR ? REASON_L2TP_PROTOCOL : REASON_USER_REQUESTED);
}

static void second_call(struct tunnel *t, const struct l2tp_msg *m)
{
	t->l2tp->stats.calls++;
	l2tp_log(t->l2tp, t->peer, TRACE_EVENT,
	    "L2TP tunnel %u: call refused. Multiple sessions per tunnel are not supported", t->id);
	tunnel_send_cdn(t, m->session_id, new_id(t), CDN_NO_FACILITIES, ERROR_NONE,
	    "Multiple sessions per tunnel are not supported");
}

static void outgoing_call(struct tunnel *t, const struct l2tp_msg *m)
{
	t->l2tp->stats.calls++;
	tunnel_send_cdn(t, m->session_id, new_id(t), CDN_NEVER_FACILITIES,
	    ERROR_NONE, "no outgoing calls");
}

/* RFC 2661 7.4.2. A message that is in no row is ignored: stray CDN, WEN and SLI do no harm. */
static const struct row {
	enum l2tp_message message;
	enum session_state in;
	void (*act)(struct tunnel *, const struct l2tp_msg *);
} table[] = {
    /* message  state                 action          next: set by the action */
    {L2TP_ICRQ, SESSION_IDLE, got_icrq},              /* wait-connect */
    {L2TP_ICRQ, SESSION_WAIT_CONNECT, second_call},   /* wait-connect */
    {L2TP_ICRQ, SESSION_ESTABLISHED, second_call},    /* established */
    {L2TP_ICCN, SESSION_WAIT_CONNECT, got_iccn},      /* established */
    {L2TP_CDN, SESSION_WAIT_CONNECT, got_cdn},        /* idle */
    {L2TP_CDN, SESSION_ESTABLISHED, got_cdn},         /* idle */
    {L2TP_OCRQ, SESSION_IDLE, outgoing_call},         /* idle */
    {L2TP_OCRQ, SESSION_WAIT_CONNECT, outgoing_call}, /* wait-connect */
    {L2TP_OCRQ, SESSION_ESTABLISHED, outgoing_call},  /* established */
};

/* ICRQ and OCRQ bring a new call; all else speaks of the one in the header. Clients that leave the
 * header's session at 0 in a CDN mean the only one there is. */
static bool is_ours(const struct tunnel *t, const struct l2tp_msg *m)
{
	return m->type == L2TP_ICRQ || m->type == L2TP_OCRQ || m->header.session == t->session.id ||
	    (m->type == L2TP_CDN && m->header.session == 0 && m->session_id == t->session.remote);
}

void session_receive(struct tunnel *t, const struct l2tp_msg *m)
{
	char text[L2TP_TEXT_MAX];

	if (!is_ours(t, m))
		return;
	if (m->error != ERROR_NONE && m->type != L2TP_CDN && m->type != L2TP_OCRQ) {
		snprintf(text, sizeof text, "AVP %u (%s)", m->error_avp, avp_name(m->error_avp));
		if (m->type == L2TP_ICRQ)
			tunnel_send_cdn(t, m->session_id, new_id(t), CDN_ERROR, m->error,
			    text);
		else
			session_hang_up(t, CDN_ERROR, m->error, text, REASON_L2TP_PROTOCOL);
		return;
	}
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].message == m->type && table[i].in == t->session.state) {
			table[i].act(t, m);
			return;
		}
}
