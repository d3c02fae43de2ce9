#include <check.h>
#include <string.h>

#include "tests/support/l2tp_client.h"

static void on_send(
    void *owner, struct peer *p, uint16_t local, uint16_t remote, const uint8_t *msg, size_t len)
{
	struct l2tp_client *c = owner;
	struct rd r = rd_init(msg, len);
	struct l2tp_msg *m = &c->seen[c->n_seen++];

	(void)p, (void)local, (void)remote;
	ck_assert_uint_lt(c->n_seen, SEEN);
	ck_assert(l2tp_read_header(&r, &m->header));
	ck_assert(l2tp_read_avps(r, m));
}

static void *on_up(void *owner, struct peer *p, const struct l2tp_session_info *i)
{
	struct l2tp_client *c = owner;

	(void)i;
	c->ups++;
	return c->refuse_calls ? NULL : p;
}

static void on_ppp(void *owner, void *session, const uint8_t *frame, size_t len)
{
	struct l2tp_client *c = owner;

	(void)session, (void)frame, (void)len;
	c->frames++;
}

static void on_down(void *owner, void *session, enum reason why)
{
	struct l2tp_client *c = owner;

	(void)session;
	c->why = why;
	c->downs++;
}

static bool on_unanswered(void *owner, void *session)
{
	(void)session;
	return ((const struct l2tp_client *)owner)->keeps;
}

static void on_tunnel_down(void *owner, struct peer *p, enum reason why)
{
	(void)owner, (void)p, (void)why;
}

static void on_line(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	struct l2tp_client *c = arg;

	(void)level;
	ck_assert(cls == TRACE_L2TP || cls == TRACE_L2TP_PACKET);
	strncat(c->lines, text, sizeof c->lines - strlen(c->lines) - 2);
	strcat(c->lines, "\n");
}

void l2tp_client_setup(struct l2tp_client *c)
{
	static const struct l2tp_ops ops = {.send = on_send, .session_up = on_up, .ppp = on_ppp,
	    .unanswered = on_unanswered, .session_down = on_down, .tunnel_down = on_tunnel_down};

	sim_init(&c->sim, 1, NULL, NULL);
	memset(&c->config, 0, sizeof c->config);
	c->l = l2tp_create(&c->sim.env, &c->config, &c->trace, &ops, c);
	c->n_seen = c->ups = c->downs = c->frames = c->ns = c->nr = 0;
	c->trace = (struct trace){.sink = on_line, .arg = c};
	c->lines[0] = '\0';
	c->peers[0].sa = c->peers[1].sa = 1;
	c->refuse_calls = c->keeps = false;
}

void l2tp_client_teardown(struct l2tp_client *c)
{
	l2tp_peer_gone(c->l, &c->peers[0], REASON_ADMIN_RESET);
	l2tp_peer_gone(c->l, &c->peers[1], REASON_ADMIN_RESET);
	ck_assert_uint_eq(l2tp_tunnels(c->l), 0);
	l2tp_destroy(c->l);
	sim_fini(&c->sim);
}

struct wr l2tp_client_begin(
    struct l2tp_client *c, uint16_t tunnel, uint16_t session, enum l2tp_message type)
{
	struct wr w = wr_init(c->buf, sizeof c->buf);

	l2tp_begin(&w, tunnel, session, type);
	return w;
}

void l2tp_client_send_from(struct l2tp_client *c, int peer, struct wr *w, uint16_t as)
{
	const struct l2tp_origin from = {&c->peers[peer], c->peers[peer].sa, 1701, 1701, NULL};

	ck_assert(l2tp_end(w));
	l2tp_stamp(c->buf, wr_len(w), as, c->nr);
	c->n_seen = 0;
	l2tp_receive(c->l, &from, c->buf, wr_len(w));
	sim_run(&c->sim, MSEC);
}

void l2tp_client_say(struct l2tp_client *c, struct wr *w)
{
	l2tp_client_send_from(c, 0, w, c->ns++);
}

struct wr l2tp_client_sccrq(struct l2tp_client *c, uint16_t id)
{
	struct wr w = l2tp_client_begin(c, 0, 0, L2TP_SCCRQ);

	l2tp_put_u16(&w, AVP_PROTOCOL_VERSION, 0x0100);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, id);
	return w;
}

uint16_t l2tp_client_ask(struct l2tp_client *c, uint16_t id)
{
	struct wr w = l2tp_client_sccrq(c, id);

	c->ns = c->nr = 0;
	l2tp_client_say(c, &w);
	return c->n_seen && c->seen[0].type == L2TP_SCCRP ? c->seen[0].tunnel_id : 0;
}

uint16_t l2tp_client_connected(struct l2tp_client *c)
{
	uint16_t tunnel = l2tp_client_ask(c, CLIENT_TUNNEL);
	struct wr w = l2tp_client_begin(c, tunnel, 0, L2TP_SCCCN);

	ck_assert_uint_ne(tunnel, 0);
	c->nr = 1;
	l2tp_client_say(c, &w);
	ck_assert_uint_eq(c->n_seen, 1);
	ck_assert_uint_eq(c->seen[0].type, L2TP_ZLB);
	return tunnel;
}

uint16_t l2tp_client_call(struct l2tp_client *c, uint16_t tunnel)
{
	struct wr w = l2tp_client_begin(c, tunnel, 0, L2TP_ICRQ);
	uint16_t session;

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	l2tp_client_say(c, &w);
	ck_assert_uint_eq(c->n_seen, 1);
	ck_assert_uint_eq(c->seen[0].type, L2TP_ICRP);
	session = c->seen[0].session_id;
	c->nr++;
	w = l2tp_client_begin(c, tunnel, session, L2TP_ICCN);
	l2tp_client_say(c, &w);
	ck_assert_uint_eq(c->ups, 1);
	return session;
}

void l2tp_client_put_unknown(struct wr *w, bool mandatory, unsigned vendor, bool hidden)
{
	wr_u16(w, (mandatory ? 0x8000u : 0) | (hidden ? 0x4000u : 0) | 8u);
	wr_u16(w, vendor);
	wr_u16(w, hidden ? AVP_VENDOR_NAME : 99);
	wr_u16(w, 1);
}

void l2tp_client_stopped(struct l2tp_client *c, uint16_t result, uint16_t error)
{
	ck_assert_uint_ge(c->n_seen, 1);
	ck_assert_uint_eq(c->seen[0].type, L2TP_STOPCCN);
	ck_assert_uint_eq(c->seen[0].result, result);
	ck_assert_uint_eq(c->seen[0].result_error, error);
	ck_assert_uint_ne(c->seen[0].tunnel_id, 0);
	ck_assert_uint_eq(l2tp_tunnels(c->l), 0);
}
