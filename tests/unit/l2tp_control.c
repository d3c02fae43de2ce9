/*
 * Control messages one by one: what ends a tunnel, what only a call, what is
 * ignored, and what whoever is refused is told (RFC 2661 4.1, 4.4, 5, 7).
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/avp.h"
#include "engine/l2tp/l2tp.h"
#include "tests/support/env_sim.h"

enum { SEEN = 64, CLIENT_TUNNEL = 7, CLIENT_SESSION = 9 };

struct peer {
	uint32_t sa;
};

static struct sim sim;
static struct l2tp *l;
static struct config config;
static struct trace trace;
static struct peer peers[2];
static struct l2tp_msg seen[SEEN]; /* what the server sent, the oldest first */
static size_t n_seen;
static unsigned ups, downs, frames;
static bool refuse_calls;
static uint16_t ns, nr; /* the client's */

static void on_send(
    void *owner, struct peer *p, uint16_t local, uint16_t remote, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct l2tp_msg *m = &seen[n_seen++];

	(void)owner, (void)p, (void)local, (void)remote;
	ck_assert_uint_lt(n_seen, SEEN);
	ck_assert(l2tp_read_header(&r, &m->header));
	ck_assert(l2tp_read_avps(r, m));
}

static void *on_up(void *owner, struct peer *p, const struct l2tp_session_info *i)
{
	(void)owner, (void)i;
	ups++;
	return refuse_calls ? NULL : p;
}

static void on_ppp(void *owner, void *session, const uint8_t *frame, size_t len)
{
	(void)owner, (void)session, (void)frame, (void)len;
	frames++;
}

static void on_down(void *owner, void *session, enum reason why)
{
	(void)owner, (void)session, (void)why;
	downs++;
}

static void on_tunnel_down(void *owner, struct peer *p, enum reason why)
{
	(void)owner, (void)p, (void)why;
}

static char lines[8192]; /* of the trace, each with a newline */
static void on_line(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	(void)arg, (void)level;
	ck_assert_int_eq(cls, TRACE_L2TP);
	strncat(lines, text, sizeof lines - strlen(lines) - 2);
	strcat(lines, "\n");
}

static void setup(void)
{
	static const struct l2tp_ops ops = {on_send, on_up, on_ppp, on_down, on_tunnel_down};

	sim_init(&sim, 1, NULL, NULL);
	memset(&config, 0, sizeof config);
	l = l2tp_create(&sim.env, &config, &trace, &ops, NULL);
	n_seen = ups = downs = frames = ns = nr = 0;
	trace = (struct trace){.sink = on_line};
	lines[0] = '\0';
	peers[0].sa = peers[1].sa = 1;
	refuse_calls = false;
}

static void teardown(void)
{
	l2tp_peer_gone(l, &peers[0], REASON_ADMIN_RESET);
	l2tp_peer_gone(l, &peers[1], REASON_ADMIN_RESET);
	ck_assert_uint_eq(l2tp_tunnels(l), 0);
	l2tp_destroy(l);
	sim_fini(&sim);
}

/* ---- the client ------------------------------------------------------------ */

static uint8_t buf[512];

static struct wr begin(uint16_t tunnel, uint16_t session, enum l2tp_message type)
{
	struct wr w = wr_init(buf, sizeof buf);

	l2tp_begin(&w, tunnel, session, type);
	return w;
}

static void send_from(int peer, struct wr *w, uint16_t as)
{
	const struct l2tp_origin from = {&peers[peer], peers[peer].sa, 1701, 1701, NULL};

	ck_assert(l2tp_end(w));
	l2tp_stamp(buf, wr_len(w), as, nr);
	n_seen = 0;
	l2tp_receive(l, &from, buf, wr_len(w));
	sim_run(&sim, MSEC);
}

/* The next in order. */
static void say(struct wr *w)
{
	send_from(0, w, ns++);
}

static struct wr sccrq(uint16_t id)
{
	struct wr w = begin(0, 0, L2TP_SCCRQ);

	l2tp_put_u16(&w, AVP_PROTOCOL_VERSION, 0x0100);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, id);
	return w;
}

/* Asks for a tunnel as one that begins to count; the server's id, 0 when it gives none. */
static uint16_t ask(uint16_t id)
{
	struct wr w = sccrq(id);

	ns = nr = 0;
	say(&w);
	return n_seen && seen[0].type == L2TP_SCCRP ? seen[0].tunnel_id : 0;
}

static uint16_t connected(void)
{
	uint16_t tunnel = ask(CLIENT_TUNNEL);
	struct wr w = begin(tunnel, 0, L2TP_SCCCN);

	ck_assert_uint_ne(tunnel, 0);
	nr = 1;
	say(&w);
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_ZLB);
	return tunnel;
}

static uint16_t call(uint16_t tunnel)
{
	struct wr w = begin(tunnel, 0, L2TP_ICRQ);
	uint16_t session;

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	say(&w);
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_ICRP);
	session = seen[0].session_id;
	nr++;
	w = begin(tunnel, session, L2TP_ICCN);
	say(&w);
	ck_assert_uint_eq(ups, 1);
	return session;
}

static void put_unknown(struct wr *w, bool mandatory, unsigned vendor, bool hidden)
{
	wr_u16(w, (mandatory ? 0x8000u : 0) | (hidden ? 0x4000u : 0) | 8u);
	wr_u16(w, vendor);
	wr_u16(w, hidden ? AVP_VENDOR_NAME : 99);
	wr_u16(w, 1);
}

static void stopped(uint16_t result, uint16_t error)
{
	ck_assert_uint_ge(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_STOPCCN);
	ck_assert_uint_eq(seen[0].result, result);
	ck_assert_uint_eq(seen[0].result_error, error);
	ck_assert_uint_ne(seen[0].tunnel_id, 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 0);
}

/* ---- dialling anew ----------------------------------------------------------- */

START_TEST(sccrq_on_a_newer_sa_is_a_new_dial)
{
	uint16_t first = connected(), again;

	ck_assert_uint_eq(ask(CLIENT_TUNNEL), 0); /* on the same one: late on the way */
	ck_assert_uint_eq(seen[0].type, L2TP_ZLB);
	peers[0].sa = 2;
	again = ask(CLIENT_TUNNEL);
	ck_assert_uint_ne(again, 0);
	ck_assert_uint_ne(again, first);
	ck_assert_uint_eq(seen[0].header.nr, 1);
	ck_assert_uint_eq(seen[0].header.tunnel, CLIENT_TUNNEL);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
	peers[0].sa = 1; /* a latecomer of the old SA ends nothing */
	ck_assert_uint_eq(ask(CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
}
END_TEST

/* An answer that never arrived answers the new dial as well, and at once. */
START_TEST(unacknowledged_answer_serves_both)
{
	uint16_t first = ask(CLIENT_TUNNEL);
	struct wr w;

	sim_run(&sim, 8 * SEC);
	peers[0].sa = 2;
	ck_assert_uint_eq(ask(CLIENT_TUNNEL), first);
	w = begin(first, 0, L2TP_SCCCN);
	nr = 1;
	say(&w);
	call(first);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
}
END_TEST

START_TEST(acknowledged_answer_does_not)
{
	uint16_t first = ask(CLIENT_TUNNEL), again;
	struct wr w = begin(first, 0, L2TP_ZLB);

	nr = 1;
	send_from(0, &w, 1);
	peers[0].sa = 2;
	again = ask(CLIENT_TUNNEL);
	ck_assert_uint_ne(again, 0);
	ck_assert_uint_ne(again, first);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
}
END_TEST

/* ---- refusals ---------------------------------------------------------------- */

START_TEST(too_many_tunnels_are_refused_in_words)
{
	for (uint16_t i = 1; i <= 8; i++)
		ck_assert_uint_ne(ask(i), 0);
	for (int twice = 0; twice < 2; twice++) {
		ck_assert_uint_eq(ask(99), 0);
		ck_assert_uint_eq(n_seen, 1);
		ck_assert_uint_eq(seen[0].type, L2TP_STOPCCN);
		ck_assert_uint_eq(seen[0].result, STOP_ERROR);
		ck_assert_uint_eq(seen[0].result_error, ERROR_RESOURCES);
		ck_assert_uint_eq(seen[0].header.tunnel, 99);
		ck_assert_uint_eq(seen[0].header.ns, 0);
		ck_assert_uint_eq(seen[0].header.nr, 1);
	}
	ck_assert_uint_eq(l2tp_tunnels(l), 8);
}
END_TEST

/* The limit is each peer's own, though they share a bucket of the table. */
START_TEST(tunnels_of_others_do_not_count)
{
	static struct {
		struct peer peer;
		char gap[4096 - sizeof(struct peer)];
	} other[12];

	for (uint16_t i = 0; i < 12; i++) {
		const struct l2tp_origin from = {&other[i].peer, 1, 1701, 1701, NULL};
		struct wr w = sccrq(1);

		ck_assert(l2tp_end(&w));
		n_seen = 0;
		l2tp_receive(l, &from, buf, wr_len(&w));
		ck_assert_uint_eq(seen[0].type, L2TP_SCCRP);
		ck_assert_uint_eq(l2tp_tunnels(l), i + 1);
	}
	for (uint16_t i = 0; i < 12; i++)
		l2tp_peer_gone(l, &other[i].peer, REASON_ADMIN_RESET);
}
END_TEST

/* A tunnel that is over makes room for another at once. */
START_TEST(tunnels_that_are_dead_do_not_count)
{
	for (uint16_t i = 1; i <= 40; i++) {
		uint16_t id = ask(i);
		struct wr w = begin(id, 0, L2TP_STOPCCN);

		ck_assert_uint_ne(id, 0);
		nr = 1;
		l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, i);
		l2tp_put_result(&w, STOP_CLEAR, ERROR_NONE, "");
		say(&w);
		ck_assert_uint_eq(l2tp_tunnels(l), 0);
		l2tp_forget(l, &peers[0], UINT64_MAX, REASON_PEER_RECONNECTED);
	}
}
END_TEST

START_TEST(refused_requests_are_told_why)
{
	struct wr w = sccrq(CLIENT_TUNNEL);
	uint16_t result = STOP_ERROR, error = ERROR_UNKNOWN_AVP;

	switch (_i) {
	case 0:
		put_unknown(&w, true, 0, false);
		break;
	case 1:
		put_unknown(&w, true, 311, false);
		break;
	case 2:
		put_unknown(&w, true, 0, true);
		break;
	case 3:
		wr_u16(&w, 0x8000 | 10);
		wr_u32(&w, AVP_CHALLENGE);
		wr_u32(&w, 0x01020304);
		result = STOP_NOT_AUTHORIZED;
		error = ERROR_NONE;
		break;
	case 4:
		w = begin(0, 0, L2TP_SCCRQ);
		l2tp_put_u16(&w, AVP_PROTOCOL_VERSION, 0x0200);
		l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
		result = STOP_VERSION;
		error = 0x0100;
		break;
	}
	say(&w);
	stopped(result, error);
	ck_assert_uint_eq(seen[0].header.tunnel, CLIENT_TUNNEL);
	w = begin(seen[0].tunnel_id, 0, L2TP_ZLB);
	nr = 1;
	send_from(0, &w, 1);
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_eq(n_seen, 0); /* told once, acknowledged, gone */
}
END_TEST

START_TEST(what_is_not_mandatory_is_ignored)
{
	struct wr w = sccrq(CLIENT_TUNNEL);

	put_unknown(&w, false, _i == 1 ? 311 : 0, _i == 2);
	say(&w);
	ck_assert_uint_eq(seen[0].type, L2TP_SCCRP);
}
END_TEST

/* ---- StopCCN ------------------------------------------------------------------- */

/* From a client that has not heard our id: its own tells the tunnel (RFC 2661 4.4.3). */
START_TEST(stopccn_to_tunnel_0)
{
	struct wr w;

	ck_assert_uint_ne(ask(CLIENT_TUNNEL), 0);
	w = begin(0, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
	l2tp_put_result(&w, STOP_CLEAR, 0, "");
	send_from(1, &w, 1); /* somebody else's says nothing about it */
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
	send_from(0, &w, _i ? 0 : 1);
	ck_assert_uint_eq(l2tp_tunnels(l), 0);
	ck_assert_uint_eq(seen[n_seen - 1].type, L2TP_ZLB);
	ck_assert_uint_eq(seen[n_seen - 1].header.tunnel, CLIENT_TUNNEL);
	sim_run(&sim, 60 * SEC);
	send_from(0, &w, 1); /* and once more, long after: acknowledged, or it comes for ever */
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_ZLB);
	ck_assert_uint_eq(seen[0].header.tunnel, CLIENT_TUNNEL);
	ck_assert_uint_eq(seen[0].header.nr, 2);
}
END_TEST

START_TEST(late_stopccn_is_acknowledged)
{
	uint16_t tunnel = connected();
	struct wr w = begin(tunnel, 0, L2TP_STOPCCN);

	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
	l2tp_put_result(&w, STOP_SHUTDOWN, 0, "");
	send_from(1, &w, ns); /* a foreign tunnel is not even confirmed to exist */
	ck_assert_uint_eq(n_seen, 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
	say(&w);
	ck_assert_uint_eq(l2tp_tunnels(l), 0);
	sim_run(&sim, 60 * SEC);
	send_from(0, &w, (uint16_t)(ns - 1));
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_ZLB);
}
END_TEST

/* Neither is one of an established tunnel that does not know the id it was given. */
START_TEST(stopccn_of_the_past)
{
	struct wr w;

	connected();
	w = begin(0, 0, L2TP_STOPCCN);
	l2tp_put_u16(&w, AVP_ASSIGNED_TUNNEL_ID, CLIENT_TUNNEL);
	l2tp_put_result(&w, STOP_CLEAR, 0, "");
	send_from(0, &w, 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
}
END_TEST

/* ---- the unknown in each message ------------------------------------------------- */

static const struct {
	enum l2tp_message message;
	bool ends_call, ends_tunnel;
} mandatory[] = {
    {L2TP_HELLO, true, true},
    {L2TP_SCCCN, true, true}, /* there was one */
    {L2TP_ICCN, true, false},
    {L2TP_WEN, true, false},
    {L2TP_SLI, true, false},
    {L2TP_CDN, true, false},
    {L2TP_ICRP, true, false},
    {L2TP_ICRQ, false, false}, /* only the call that it asks for */
    {L2TP_OCRQ, false, false},
    {L2TP_STOPCCN, true, true},
};

START_TEST(unknown_mandatory_avp)
{
	uint16_t tunnel = connected(), session = call(tunnel);
	struct wr w = begin(tunnel, session, mandatory[_i].message);

	if (mandatory[_i].message == L2TP_ICRQ || mandatory[_i].message == L2TP_OCRQ)
		l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 77);
	put_unknown(&w, true, 0, false);
	say(&w);
	ck_assert_uint_eq(downs, mandatory[_i].ends_call);
	ck_assert_uint_eq(l2tp_tunnels(l), !mandatory[_i].ends_tunnel);
	if (mandatory[_i].message == L2TP_ICRQ || mandatory[_i].message == L2TP_OCRQ) {
		ck_assert_uint_eq(seen[0].type, L2TP_CDN);
		ck_assert_uint_eq(seen[0].header.session, 77);
	}
}
END_TEST

/* ---- calls ------------------------------------------------------------------------ */

START_TEST(outgoing_calls_are_refused)
{
	uint16_t tunnel = connected();
	struct wr w = begin(tunnel, 0, L2TP_OCRQ);

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 77);
	say(&w);
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_CDN);
	ck_assert_uint_eq(seen[0].result, CDN_NEVER_FACILITIES);
	ck_assert_uint_eq(seen[0].header.session, 77);
	nr++;
	call(tunnel);
}
END_TEST

START_TEST(strays_do_no_harm)
{
	static const enum l2tp_message stray[] = {
	    L2TP_ICRP, L2TP_ICCN, L2TP_OCRP, L2TP_OCCN, L2TP_CDN, L2TP_WEN, L2TP_SLI};
	static const uint8_t zero[] = {0, 2, 0, 0, 0, 0, 0xff, 0x03, 0xc0, 0x21};
	uint16_t tunnel = connected(), session = call(tunnel);
	const struct l2tp_origin from = {&peers[0], 1, 1701, 1701, NULL};
	struct wr w;

	for (size_t i = 0; i < sizeof stray / sizeof *stray; i++)
		for (uint16_t to = 0; to < 2; to++) {
			w = begin(tunnel, to ? (uint16_t)(session + 1) : 0, stray[i]);
			l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 5555);
			l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
			say(&w);
			ck_assert_uint_eq(n_seen, 1);
			ck_assert_uint_eq(seen[0].type, L2TP_ZLB);
		}
	w = begin(tunnel, 0, L2TP_ICRQ); /* no session id */
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, 0);
	say(&w);
	ck_assert_uint_eq(seen[0].type, L2TP_CDN);
	nr++;
	w = begin(tunnel, 0, L2TP_ZLB);
	send_from(0, &w, ns);
	ck_assert_uint_eq(n_seen, 0);
	l2tp_receive(l, &from, zero, sizeof zero);
	ck_assert_uint_eq(frames, 0);
	ck_assert_uint_eq(downs, 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
}
END_TEST

/* With Sequencing Required data messages bring Ns and Nr; without it they may as well. */
START_TEST(numbered_data_is_taken)
{
	uint16_t tunnel = connected(), session = call(tunnel);
	const struct l2tp_origin from = {&peers[0], 1, 1701, 1701, NULL};
	uint8_t msg[] = {0x08, 2, (uint8_t)(tunnel >> 8), (uint8_t)tunnel, (uint8_t)(session >> 8),
	    (uint8_t)session, 0x12, 0x34, 0xff, 0xff, 0xff, 0x03, 0xc0, 0x21, 9, 1, 0, 4};

	l2tp_receive(l, &from, msg, sizeof msg);
	msg[0] = 0;
	memmove(msg + 6, msg + 10, 8);
	l2tp_receive(l, &from, msg, sizeof msg - 4);
	ck_assert_uint_eq(frames, 2);
}
END_TEST

/* ---- what nobody goes on with --------------------------------------------------- */

/* A request that is out of order makes no tunnel that stays. */
START_TEST(unbegun_tunnels_go)
{
	for (uint16_t id = 100; id < 108; id++) {
		struct wr w = sccrq(id);

		send_from(0, &w, 3);
	}
	ck_assert_uint_eq(ask(CLIENT_TUNNEL), 0);
	sim_run(&sim, 70 * SEC);
	ck_assert_uint_ne(ask(CLIENT_TUNNEL), 0);
}
END_TEST

/* Once a call was ended by us there is time for another one, but not without end. */
START_TEST(tunnels_without_a_call_go)
{
	uint16_t tunnel = connected(), session;
	struct wr w;

	refuse_calls = _i == 1;
	session = call(tunnel);
	if (_i == 0) {
		w = begin(tunnel, session, L2TP_WEN);
		put_unknown(&w, true, 0, false);
		say(&w);
	}
	ck_assert_uint_ge(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_CDN);
	nr++;
	w = begin(tunnel, 0, L2TP_ZLB);
	send_from(0, &w, ns);
	sim_run(&sim, 50 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
	sim_run(&sim, 11 * SEC);
	stopped(STOP_CLEAR, ERROR_NONE);
}
END_TEST

/* A CDN whose header names no session means the only one there is, if it gives its own id. */
START_TEST(cdn_without_a_session)
{
	uint16_t tunnel = connected(), session = call(tunnel);
	struct wr w = begin(tunnel, 0, L2TP_CDN);

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION + 1);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	say(&w);
	ck_assert_uint_eq(downs, 0);
	w = begin(tunnel, (uint16_t)(session + 1), L2TP_CDN);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	say(&w);
	ck_assert_uint_eq(downs, 0);
	w = begin(tunnel, 0, L2TP_CDN);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "");
	say(&w);
	ck_assert_uint_eq(downs, 1);
	ck_assert_uint_eq(l2tp_tunnels(l), 1); /* it has time for another call */
}
END_TEST

/* A tunnel carries one call; a second is refused in words and the first goes on. */
START_TEST(a_second_call)
{
	uint16_t tunnel = connected(), session = call(tunnel);
	struct wr w = begin(tunnel, 0, L2TP_ICRQ);

	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION + 1);
	say(&w);
	ck_assert_uint_eq(seen[0].type, L2TP_CDN);
	ck_assert_uint_eq(seen[0].result, CDN_NO_FACILITIES);
	ck_assert_uint_eq(seen[0].header.session, CLIENT_SESSION + 1);
	ck_assert_uint_ne(seen[0].session_id, 0);
	ck_assert_uint_ne(seen[0].session_id, session);
	ck_assert_uint_eq(downs, 0);
}
END_TEST

/* What began before a moment goes, what began in it stays: the client's newer dial. */
START_TEST(forgotten_since)
{
	uint64_t since;

	ck_assert_uint_ne(ask(1), 0);
	since = sim.env.now(&sim.env);
	ck_assert_uint_ne(ask(2), 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 2);
	l2tp_forget(l, &peers[1], UINT64_MAX, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(l), 2);
	l2tp_forget(l, &peers[0], since, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
	l2tp_forget(l, &peers[0], since + 1, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(l), 0);
}
END_TEST

/* A message type that nobody knows ends the tunnel if it must be understood (RFC 2661 4.4.1). */
START_TEST(unknown_messages)
{
	uint16_t tunnel = connected();
	struct wr w = begin(tunnel, 0, L2TP_ZLB);

	wr_u16(&w, _i ? 0x8008 : 8);
	wr_u32(&w, 0);
	wr_u16(&w, 17);
	say(&w);
	ck_assert_uint_eq(l2tp_tunnels(l), !_i);
	ck_assert_uint_eq(seen[0].type, _i ? L2TP_STOPCCN : L2TP_ZLB);
}
END_TEST

/* The Hello after a silence (RFC 2661 6.5): of the client as a whole, data too, and not beside
 * another message that is unacknowledged. */
START_TEST(hello)
{
	uint16_t tunnel, session;
	struct wr w;

	config.system.hello = 60;
	tunnel = connected();
	session = call(tunnel);
	n_seen = 0;
	sim_run(&sim, 40 * SEC);
	l2tp_alive(l, session);
	l2tp_alive(l, (uint16_t)(session + 1));
	sim_run(&sim, 60 * SEC - MSEC);
	ck_assert_uint_eq(n_seen, 0);
	sim_run(&sim, MSEC);
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_HELLO);
	nr++;
	w = begin(tunnel, 0, L2TP_ZLB);
	send_from(0, &w, ns);
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_eq(n_seen, 1);
	config.system.hello = 0; /* turned off meanwhile */
	nr++;
	send_from(0, &w, ns);
	sim_run(&sim, 1000 * SEC);
	ck_assert_uint_eq(n_seen, 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
}
END_TEST

/* Nobody acknowledges: the tunnel is over and its call with it. */
START_TEST(never_acknowledged)
{
	uint16_t tunnel = connected();

	call(tunnel);
	l2tp_session_close(l, 0, REASON_IDLE_TIMEOUT); /* nobody's */
	ck_assert_uint_eq(downs, 0);
	config.system.hello = 60;
	l2tp_session_close(l, seen[0].session_id, REASON_IDLE_TIMEOUT);
	sim_run(&sim, 100 * SEC);
	ck_assert_uint_eq(ask(CLIENT_TUNNEL + 1) != 0, 1);
}
END_TEST

/* When the same SCCRQ can only be a new dial: soon once the tunnel is established, for only what
 * was late on the way repeats then; later while nobody has gone on with it. */
START_TEST(when_it_is_a_new_dial)
{
	static const uint64_t since[] = {40 * SEC, 10 * SEC};
	uint64_t born = sim.now;
	uint16_t first = _i ? connected() : ask(CLIENT_TUNNEL), again;
	struct wr w = begin(first, 0, L2TP_ZLB);

	ck_assert_uint_ne(first, 0);
	nr = 1;
	send_from(0, &w, _i ? 2 : 1);
	sim_run(&sim, since[_i] - (sim.now - born) - 1);
	ck_assert_uint_eq(ask(CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
	ck_assert_uint_ge(sim.now - born, since[_i]);
	again = ask(CLIENT_TUNNEL);
	ck_assert_uint_ne(again, 0);
	ck_assert_uint_ne(again, first);
	ck_assert_uint_eq(l2tp_tunnels(l), 1); /* the old one is over */
}
END_TEST

/* A repetition on the same SA is acknowledged; our answer has its own timer. On a newer SA it is
 * said again at once: it may have died with the old one. */
START_TEST(repetitions_of_a_request)
{
	ck_assert_uint_ne(ask(CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(ask(CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(seen[0].type, L2TP_ZLB);
	ck_assert_uint_eq(l2tp_stats(l)->duplicates, 1);
	ck_assert_uint_eq(l2tp_stats(l)->retransmits, 0);
	peers[0].sa = 2;
	ck_assert_uint_ne(ask(CLIENT_TUNNEL), 0);
	ck_assert_uint_eq(l2tp_stats(l)->retransmits, 1);
	ck_assert_uint_eq(l2tp_tunnels(l), 1);
}
END_TEST

/* What is dropped is counted where it belongs, and a tunnel of somebody else is no way in. */
START_TEST(dropped_and_counted)
{
	uint16_t tunnel = connected(), session = call(tunnel);
	const struct l2tp_origin mine = {&peers[0], 1, 1701, 1701, NULL},
				 others = {&peers[1], 1, 1701, 1701, NULL};
	uint8_t data[] = {0, 2, (uint8_t)(tunnel >> 8), (uint8_t)tunnel, (uint8_t)(session >> 8),
	    (uint8_t)session, 0xff, 3, 0xc0, 0x21};
	const struct l2tp_stats *s = l2tp_stats(l);
	struct wr w;

	l2tp_receive(l, &mine, data, sizeof data);
	ck_assert_uint_eq(frames, 1);
	l2tp_receive(l, &others, data, sizeof data);
	ck_assert_uint_eq(s->foreign_peer, 1);
	data[5]++; /* another session */
	l2tp_receive(l, &mine, data, sizeof data);
	ck_assert_uint_eq(s->unknown_tunnel, 1);
	data[3]++; /* another tunnel */
	l2tp_receive(l, &mine, data, sizeof data);
	ck_assert_uint_eq(s->unknown_tunnel, 2);
	l2tp_receive(l, &mine, data, 5);
	ck_assert_uint_eq(s->malformed, 1);
	w = begin(tunnel, 0, L2TP_HELLO);
	send_from(0, &w, (uint16_t)(ns + 1));
	ck_assert_uint_eq(s->out_of_window, 1);
	ck_assert_uint_eq(n_seen, 0); /* RFC 2661 5.8: not acknowledged, so it comes again */
	send_from(0, &w, (uint16_t)(ns - 1));
	ck_assert_uint_eq(s->duplicates, 1);
	ck_assert_uint_eq(n_seen, 1);
	ck_assert_uint_eq(frames, 1);
	ck_assert_uint_eq(downs, 0);
}
END_TEST

/* `debug l2tp` tells of each change of state, once, and of nothing that is no change. */
START_TEST(changes_are_traced)
{
	uint16_t tunnel, session;
	char want[512];
	struct wr w;

	trace.level[TRACE_L2TP] = TRACE_EVENT;
	tunnel = connected();
	session = call(tunnel);
	w = begin(tunnel, session, L2TP_CDN);
	l2tp_put_u16(&w, AVP_ASSIGNED_SESSION_ID, CLIENT_SESSION);
	l2tp_put_result(&w, CDN_ADMINISTRATIVE, 0, "bye");
	say(&w);
	snprintf(want, sizeof want,
	    "L2TP tunnel %u: idle -> wait-ctl-conn\n"
	    "L2TP tunnel %u: wait-ctl-conn -> established\n"
	    "L2TP session %u: idle -> wait-connect\n"
	    "L2TP session %u: wait-connect -> established\n"
	    "L2TP session %u: client hangs up, result 3 error 0 bye\n"
	    "L2TP session %u: established -> idle\n",
	    tunnel, tunnel, session, session, session, session);
	ck_assert_str_eq(strchr(lines, '\n') + 1, want); /* behind what the client is */
	lines[0] = '\0';
	trace.level[TRACE_L2TP] = TRACE_DEBUG;
	w = begin(tunnel, 0, L2TP_HELLO);
	say(&w);
	ck_assert_ptr_nonnull(strstr(lines, "rcvd HELLO session 0, Ns 5 Nr"));
	lines[0] = '\0';
	l2tp_peer_gone(l, &peers[0], REASON_ADMIN_RESET);
	snprintf(want, sizeof want, "L2TP tunnel %u: established -> closed\n", tunnel);
	ck_assert_ptr_nonnull(strstr(lines, want));
	ck_assert_ptr_null(strstr(lines, "idle -> idle"));
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	l2tp_destroy(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_control");
	TCase *tc = tcase_create("control");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sccrq_on_a_newer_sa_is_a_new_dial);
	tcase_add_test(tc, unacknowledged_answer_serves_both);
	tcase_add_test(tc, acknowledged_answer_does_not);
	tcase_add_test(tc, too_many_tunnels_are_refused_in_words);
	tcase_add_test(tc, tunnels_of_others_do_not_count);
	tcase_add_test(tc, tunnels_that_are_dead_do_not_count);
	tcase_add_loop_test(tc, refused_requests_are_told_why, 0, 5);
	tcase_add_loop_test(tc, what_is_not_mandatory_is_ignored, 0, 3);
	tcase_add_loop_test(tc, stopccn_to_tunnel_0, 0, 2);
	tcase_add_test(tc, late_stopccn_is_acknowledged);
	tcase_add_test(tc, stopccn_of_the_past);
	tcase_add_loop_test(tc, unknown_mandatory_avp, 0, sizeof mandatory / sizeof *mandatory);
	tcase_add_test(tc, outgoing_calls_are_refused);
	tcase_add_test(tc, strays_do_no_harm);
	tcase_add_test(tc, numbered_data_is_taken);
	tcase_add_test(tc, unbegun_tunnels_go);
	tcase_add_loop_test(tc, tunnels_without_a_call_go, 0, 2);
	tcase_add_test(tc, cdn_without_a_session);
	tcase_add_test(tc, a_second_call);
	tcase_add_test(tc, forgotten_since);
	tcase_add_loop_test(tc, unknown_messages, 0, 2);
	tcase_add_test(tc, hello);
	tcase_add_test(tc, never_acknowledged);
	tcase_add_loop_test(tc, when_it_is_a_new_dial, 0, 2);
	tcase_add_test(tc, repetitions_of_a_request);
	tcase_add_test(tc, dropped_and_counted);
	tcase_add_test(tc, changes_are_traced);
	tcase_add_test(tc, nothing_is_destroyed);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
