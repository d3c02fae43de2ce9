/*
 * Whole dialogues in memory: the L2TP server and PPP against clients with the
 * manners of Windows and of xl2tpd/pppd, on a network that loses, doubles and
 * reorders from a seeded generator, under a virtual clock.
 */
#include <check.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/l2tp.h"
#include "engine/ppp/ppp.h"
#include "engine/wire/wire.h"
#include "tests/support/lac.h"

enum { CLIENTS = 6, FLIGHT = 4096, PROTO_LCP = 0xc021 };

struct peer {
	int number;
	uint32_t sa;
};

struct served { /* what the owner of the server keeps of a session */
	struct ppp *ppp;
	uint16_t id, remote_tunnel, remote_session;
	int client;
	bool up;
	enum reason why;
	struct timer reap;
	const struct ppp_auth_request *asked;
	struct timer answer;
};

struct packet {
	uint64_t due;
	bool to_server;
	int client;
	uint8_t *bytes;
	size_t len;
};

struct world {
	struct env env;
	uint64_t now, seed;
	unsigned lose, twice, late; /* per mille */
	struct config config;
	struct trace trace;
	struct crypto *crypto;
	struct l2tp *l2tp;
	struct peer peers[CLIENTS];
	struct lac *lac[CLIENTS];
	struct served *served[CLIENTS];
	struct packet flight[FLIGHT];
	size_t n_flight;
	struct ppp_config ppp;
	struct ppp_ip ip;
	bool no_address, mute_auth;
	unsigned sessions_up, sessions_down, links_up, links_closed, said, said_when_closed,
	    tunnels_down, ups, lac_down, asked;
	enum reason last_reason, tunnel_reason;
	enum ppp_auth last_method;
	struct l2tp_session_info info;
	char host[64], vendor[64], trace_text[65536];
	size_t ip_bytes;
	uint8_t last[2048]; /* to a client */
	size_t last_len;
};

static struct world w;

static uint64_t dice(void)
{
	w.seed ^= w.seed << 13;
	w.seed ^= w.seed >> 7;
	w.seed ^= w.seed << 17;
	return w.seed;
}

static uint64_t env_now(struct env *e)
{
	(void)e;
	return w.now;
}

static int64_t env_wall(struct env *e)
{
	(void)e;
	return (int64_t)(w.now / SEC);
}

static void env_random(struct env *e, void *to, size_t len)
{
	uint8_t *p = to;

	(void)e;
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(dice() >> 24);
}

static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	size_t at = strlen(w.trace_text);

	(void)arg, (void)cls, (void)level;
	snprintf(w.trace_text + at, sizeof w.trace_text - at, "%s\n", text);
	if (getenv("TRACE"))
		fprintf(stderr, "%9.3f %s\n", (double)w.now / 1e6, text);
}

/* ---- the network ------------------------------------------------------- */

static void launch(bool to_server, int client, const uint8_t *bytes, size_t len)
{
	int copies = dice() % 1000 < w.lose ? 0 : dice() % 1000 < w.twice ? 2 : 1;

	while (copies--) {
		struct packet *p = &w.flight[w.n_flight++];

		ck_assert_uint_lt(w.n_flight, FLIGHT);
		*p = (struct packet){
		    w.now + 5 * MSEC, to_server, client, malloc(len ? len : 1), len};
		if (dice() % 1000 < w.late)
			p->due += dice() % (100 * MSEC);
		memcpy(p->bytes, bytes, len);
	}
}

/* On the newest SA of that client. */
static void to_server(int client, const uint8_t *msg, size_t len)
{
	struct addr a = addr_v4(0x0a010102);
	struct trace_ctx ctx = {.group = "DefaultRAGroup", .ip = &a};
	struct l2tp_origin from = {&w.peers[client], w.peers[client].sa, 1701, 1701, &ctx};

	l2tp_receive(w.l2tp, &from, msg, len);
}

static void deliver(struct packet p)
{
	if (p.to_server)
		to_server(p.client, p.bytes, p.len);
	else if (w.lac[p.client])
		lac_receive(w.lac[p.client], p.bytes, p.len);
	free(p.bytes);
}

static void run(uint64_t duration)
{
	uint64_t end = w.now + duration;

	for (;;) {
		uint64_t next = timer_next(&w.env);
		size_t first = FLIGHT;

		for (size_t i = 0; i < w.n_flight; i++)
			if (w.flight[i].due <= next &&
			    (first == FLIGHT || w.flight[i].due < w.flight[first].due))
				first = i;
		if (first != FLIGHT)
			next = w.flight[first].due;
		if (next > end)
			break;
		if (next > w.now)
			w.now = next;
		if (first != FLIGHT) {
			struct packet p = w.flight[first];

			memmove(&w.flight[first], &w.flight[first + 1],
			    (--w.n_flight - first) * sizeof *w.flight);
			deliver(p);
		}
		timer_run(&w.env);
	}
	w.now = end;
}

/* ---- the owner of the server ------------------------------------------- */

static void ppp_out(void *owner, const uint8_t *frame, size_t len)
{
	struct served *s = owner;
	uint8_t msg[2048];
	struct wr to = wr_init(msg, sizeof msg);

	wr_u16(&to, 0x4002);
	wr_u16(&to, (unsigned)(8 + len));
	wr_u16(&to, s->remote_tunnel);
	wr_u16(&to, s->remote_session);
	wr_bytes(&to, frame, len);
	w.said++;
	launch(false, s->client, msg, wr_len(&to));
}

static bool md5_fits(const struct ppp_auth_request *r, const char *password)
{
	uint8_t want[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok;

	EVP_DigestInit_ex(md, EVP_md5(), NULL);
	EVP_DigestUpdate(md, &r->chap_id, 1);
	EVP_DigestUpdate(md, password, strlen(password));
	EVP_DigestUpdate(md, r->challenge, r->challenge_len);
	EVP_DigestFinal_ex(md, want, NULL);
	EVP_MD_CTX_free(md);
	ok = r->response_len == 16 && memcmp(want, r->response, 16) == 0;
	return ok;
}

static void answer_now(struct timer *t)
{
	struct served *s = container_of(t, struct served, answer);
	const struct ppp_auth_request *r = s->asked;
	struct ppp_auth_reply reply = {.reason = REASON_AUTH_REJECTED};
	uint8_t hash[16];

	ck_assert(mschap_nt_hash(w.crypto, "test", hash));
	switch (r->method) {
	case PPP_AUTH_PAP:
		reply.accepted = strcmp(r->password, "test") == 0;
		break;
	case PPP_AUTH_CHAP:
		reply.accepted = md5_fits(r, "test");
		break;
	case PPP_AUTH_MSCHAPV1:
		ck_assert_uint_eq(r->response_len, 49);
		reply.accepted = mschap_check_v1(w.crypto, hash, r->challenge, r->response);
		break;
	case PPP_AUTH_MSCHAPV2:
		ck_assert_uint_eq(r->response_len, 49);
		reply.accepted = mschap_check_v2(
		    w.crypto, hash, r->challenge, r->response, r->user, reply.mschap_success);
		break;
	default:
		ck_abort();
	}
	reply.accepted = reply.accepted && strcmp(r->user, "test") == 0;
	ppp_auth_done(s->ppp, &reply);
}

static void authenticate(void *owner, const struct ppp_auth_request *r)
{
	struct served *s = owner;

	w.asked++;
	w.last_method = r->method;
	s->asked = r;
	if (!w.mute_auth)
		timer_start(&w.env, &s->answer, 20 * MSEC);
}

/* The answer comes all the same. */
static void cancel(void *owner)
{
	(void)owner;
}

static bool address(void *owner, struct ppp_ip *ip)
{
	(void)owner;
	*ip = w.ip;
	return !w.no_address;
}

static void link_up(void *owner)
{
	struct served *s = owner;

	ck_assert(!s->up);
	w.links_up++;
	s->up = true;
}

static void link_closed(void *owner)
{
	struct served *s = owner;

	ck_assert(s->up); /* never twice, never before it was up */
	s->up = false;
	w.links_closed++;
	w.said_when_closed = w.said;
}

static void reap(struct timer *t)
{
	struct served *s = container_of(t, struct served, reap);

	l2tp_session_close(w.l2tp, s->id, s->why);
}

static void link_down(void *owner, enum reason why)
{
	struct served *s = owner;

	ck_assert(!s->up); /* closed before it is over */
	s->why = why;
	timer_start(&w.env, &s->reap, 0);
}

static const struct ppp_ops link_ops = {
    ppp_out, authenticate, cancel, address, link_up, link_closed, link_down};

static void l2tp_out(
    void *owner, struct peer *p, uint16_t lport, uint16_t rport, const uint8_t *msg, size_t len)
{
	(void)owner;
	ck_assert_uint_eq(lport, 1701);
	ck_assert_uint_eq(rport, 1701);
	memcpy(w.last, msg, len);
	w.last_len = len;
	launch(false, p->number, msg, len);
}

static void *session_up(void *owner, struct peer *p, const struct l2tp_session_info *i)
{
	struct served *s = calloc(1, sizeof *s);

	(void)owner;
	w.sessions_up++;
	w.info = *i;
	snprintf(w.host, sizeof w.host, "%s", i->host);
	snprintf(w.vendor, sizeof w.vendor, "%s", i->vendor);
	s->id = i->session;
	s->remote_tunnel = i->remote_tunnel;
	s->remote_session = i->remote_session;
	s->client = p->number;
	s->reap.fire = reap;
	s->answer.fire = answer_now;
	s->ppp = ppp_create(&w.env, &w.trace, &w.ppp, &link_ops, s, "1");
	w.served[p->number] = s;
	ppp_start(s->ppp);
	return s;
}

static void ppp_in(void *owner, void *session, const uint8_t *frame, size_t len)
{
	struct served *s = session;

	(void)owner;
	if (len > 4 && s->up &&
	    (memcmp(frame, "\x21", 1) == 0 || memcmp(frame, "\xff\x03\x00\x21", 4) == 0))
		w.ip_bytes += len;
	ppp_receive(s->ppp, frame, len);
}

static void session_down(void *owner, void *session, enum reason why)
{
	struct served *s = session;

	(void)owner;
	w.sessions_down++;
	w.last_reason = s->why ? s->why : why;
	ppp_lower_down(s->ppp);
	ppp_destroy(s->ppp);
	timer_stop(&w.env, &s->reap);
	timer_stop(&w.env, &s->answer);
	w.served[s->client] = NULL;
	free(s);
}

static void tunnel_down(void *owner, struct peer *p, enum reason why)
{
	(void)owner, (void)p;
	w.tunnels_down++;
	w.tunnel_reason = why;
}

static const struct l2tp_ops l2tp_ops = {l2tp_out, session_up, ppp_in, session_down, tunnel_down};

/* ---- the owner of a client --------------------------------------------- */

static void lac_out(void *owner, const uint8_t *msg, size_t len)
{
	launch(true, ((struct peer *)owner)->number, msg, len);
}

static void lac_up(void *owner, const struct ppp_ip *ip)
{
	(void)owner;
	w.ups++;
	ck_assert(addr_equal(&ip->client, &w.ip.client));
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(addr_to_v4(&ip->dns[i]), addr_to_v4(&w.ip.dns[i]));
		ck_assert_uint_eq(addr_to_v4(&ip->wins[i]), addr_to_v4(&w.ip.wins[i]));
	}
}

static void lac_down(void *owner, enum lac_stage at)
{
	(void)owner, (void)at;
	w.lac_down++;
}

static const struct lac_ops lac_ops = {.send = lac_out, .up = lac_up, .down = lac_down};

static struct lac *dial(
    int n, enum lac_kind kind, unsigned methods, const char *user, const char *password)
{
	struct lac_config c = {
	    .kind = kind, .methods = methods, .user = user, .password = password};

	w.lac[n] = lac_create(&w.env, w.crypto, &c, &lac_ops, &w.peers[n]);
	lac_start(w.lac[n]);
	return w.lac[n];
}

#define BIT(m) (1U << PPP_AUTH_##m)

static char hostname[] = "ciscoasa";

static void setup(void)
{
	memset(&w, 0, sizeof w);
	w.seed = 88172645463325252ULL;
	w.now = 1000 * SEC;
	w.env = (struct env){.now = env_now, .wall = env_wall, .random = env_random};
	w.config.system.hostname = hostname;
	w.config.system.hello = 60;
	w.trace = (struct trace){.env = &w.env, .sink = sink};
	w.trace.level[TRACE_L2TP] = w.trace.level[TRACE_PPP] = TRACE_DEBUG;
	w.crypto = crypto_create();
	w.ppp = (struct ppp_config){.mschapv2 = true,
	    .mschapv1 = true,
	    .pap = true,
	    .mru = 1400,
	    .local = addr_v4(0xac100102),
	    .name = hostname,
	    .echo_seconds = 30};
	w.ip = (struct ppp_ip){.client = addr_v4(0xc0a80101),
	    .dns = {addr_v4(0x0a0a0a0a), {0}},
	    .wins = {{0}, {0}}};
	w.l2tp = l2tp_create(&w.env, &w.config, &w.trace, &l2tp_ops, NULL);
	for (int i = 0; i < CLIENTS; i++)
		w.peers[i].number = i;
}

static void teardown(void)
{
	for (int i = 0; i < CLIENTS; i++) {
		l2tp_peer_gone(w.l2tp, &w.peers[i], REASON_ADMIN_RESET);
		ck_assert_ptr_null(w.served[i]);
	}
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
	for (int i = 0; i < CLIENTS; i++)
		lac_destroy(w.lac[i]);
	l2tp_destroy(w.l2tp);
	crypto_destroy(w.crypto);
	for (size_t i = 0; i < w.n_flight; i++)
		free(w.flight[i].bytes);
	ck_assert_uint_eq(timer_next(&w.env), UINT64_MAX); /* nobody left a timer behind */
	timer_fini(&w.env);
}

static bool traced(const char *text)
{
	return strstr(w.trace_text, text) != NULL;
}

/* ---- good dialogues ----------------------------------------------------- */

START_TEST(windows_connects_and_leaves)
{
	struct lac *c = dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	struct ppp_info info;

	run(1 * SEC);
	ck_assert_int_eq(lac_stage(c), LAC_UP);
	ck_assert_uint_eq(w.links_up, 1);
	ck_assert_int_eq(w.last_method, PPP_AUTH_MSCHAPV2);
	ck_assert_str_eq(w.vendor, "Microsoft");
	ck_assert_str_eq(w.host, "DESKTOP-TESTING");
	ck_assert_uint_eq(w.info.firmware, 0x0602);
	ck_assert(w.info.has_firmware);
	ck_assert_uint_eq(w.info.remote_tunnel, 1);
	ppp_get(w.served[0]->ppp, &info);
	ck_assert(info.open && info.pfc && info.acfc);
	ck_assert_uint_eq(info.mru, 1400);
	ck_assert_str_eq(info.user, "test");
	ck_assert_str_eq(info.phase, "Network");
	ck_assert_uint_eq(lac_seen(c)->rejected_len, 3); /* callback, and nothing else */
	ck_assert_mem_eq(lac_seen(c)->rejected, "\x0d\x03\x06", 3);
	ck_assert_uint_eq(lac_seen(c)->protocol_rejects, 2); /* IPV6CP and CCP */
	ck_assert(lac_send_ip(c, (const uint8_t *)"\x45 a packet", 10));
	run(1 * SEC);
	ck_assert_uint_gt(w.ip_bytes, 0);
	lac_hangup(c);
	run(2 * SEC);
	ck_assert_uint_eq(w.sessions_down, 1);
	ck_assert_uint_eq(w.tunnels_down, 1);
	ck_assert_int_eq(w.last_reason, REASON_USER_REQUESTED);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
	ck_assert(traced("its error number is 0"));
	ck_assert(traced("client identifies itself: MSRASV5.20"));
}
END_TEST

START_TEST(pppd_connects_and_leaves)
{
	struct lac *c = dial(0, LAC_PPPD, BIT(MSCHAPV2), "test", "test");

	run(2 * SEC);
	ck_assert_int_eq(lac_stage(c), LAC_UP);
	ck_assert_uint_eq(lac_seen(c)->echo_replies, 1); /* before it was authenticated */
	ck_assert_uint_eq(lac_seen(c)->protocol_rejects, 1);
	lac_hangup(c); /* StopCCN alone, and a stray Terminate-Request behind it */
	run(1 * SEC);
	ck_assert_uint_eq(w.sessions_down, 1);
	ck_assert_uint_eq(w.tunnels_down, 1);
	ck_assert_int_eq(w.last_reason, REASON_USER_REQUESTED);
	ck_assert_uint_gt(l2tp_stats(w.l2tp)->unknown_tunnel, 0);
}
END_TEST

START_TEST(every_method)
{
	static const struct {
		unsigned client;
		bool v2, v1, chap, pap;
		enum ppp_auth want;
	} row[] = {
	    {BIT(MSCHAPV2) | BIT(MSCHAPV1) | BIT(PAP), 1, 1, 0, 1, PPP_AUTH_MSCHAPV2},
	    {BIT(MSCHAPV2) | BIT(MSCHAPV1) | BIT(PAP), 0, 1, 0, 1, PPP_AUTH_MSCHAPV1},
	    {BIT(MSCHAPV1), 1, 1, 0, 1, PPP_AUTH_MSCHAPV1},
	    {BIT(PAP), 1, 1, 0, 1, PPP_AUTH_PAP},
	    {BIT(PAP), 0, 0, 0, 1, PPP_AUTH_PAP},
	    {BIT(CHAP) | BIT(PAP), 1, 1, 1, 1, PPP_AUTH_CHAP},
	    {BIT(CHAP) | BIT(PAP), 1, 1, 0, 1, PPP_AUTH_PAP},
	    {BIT(MSCHAPV1), 1, 0, 0, 1, PPP_AUTH_NONE},
	    {BIT(PAP), 1, 1, 1, 0, PPP_AUTH_NONE},
	    {BIT(MSCHAPV2), 0, 0, 0, 0, PPP_AUTH_NONE},
	};

	w.ppp.mschapv2 = row[_i].v2;
	w.ppp.mschapv1 = row[_i].v1;
	w.ppp.chap = row[_i].chap;
	w.ppp.pap = row[_i].pap;
	dial(0, _i & 1 ? LAC_PPPD : LAC_WINDOWS, row[_i].client, "test", "test");
	run(5 * SEC);
	ck_assert_int_eq(w.last_method, row[_i].want);
	ck_assert_int_eq(lac_stage(w.lac[0]), row[_i].want ? LAC_UP : LAC_DOWN);
	if (!row[_i].want)
		ck_assert_int_eq(w.last_reason, REASON_PPP_NO_AUTH_PROTOCOL);
}
END_TEST

START_TEST(eap_is_naked_away)
{
	struct lac_config c = {.kind = LAC_WINDOWS,
	    .methods = BIT(MSCHAPV2) | BIT(MSCHAPV1),
	    .user = "test",
	    .password = "test",
	    .eap = true};

	w.lac[0] = lac_create(&w.env, w.crypto, &c, &lac_ops, &w.peers[0]);
	lac_start(w.lac[0]);
	run(5 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
}
END_TEST

START_TEST(name_servers)
{
	w.ip.dns[1] = addr_v4(0x0a0a0a0b);
	w.ip.wins[0] = addr_v4(0x0a0a0a0c);
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(5 * SEC);
	ck_assert_uint_eq(w.ups, 1); /* lac_up() compares */
}
END_TEST

/* ---- refusals ----------------------------------------------------------- */

START_TEST(wrong_password)
{
	static const enum ppp_auth methods[] = {PPP_AUTH_MSCHAPV2, PPP_AUTH_MSCHAPV1, PPP_AUTH_PAP};
	static const char *const prefix[] = {
	    "E=691 R=0 C=", "E=691 R=0 C=", "Authentication failed"};
	static const char *const suffix[] = {" V=3 M=Authentication failed", " V=2", "failed"};
	static const size_t len[] = {12 + 32 + 7 + 21, 12 + 16 + 4, 21};
	const char *answer;

	dial(0, LAC_PPPD, 1U << methods[_i], "test", "wrong");
	run(5 * SEC);
	answer = lac_answer(w.lac[0]);
	ck_assert_int_eq(strncmp(answer, prefix[_i], strlen(prefix[_i])), 0);
	ck_assert_uint_eq(strlen(answer), len[_i]);
	ck_assert_str_eq(answer + strlen(answer) - strlen(suffix[_i]), suffix[_i]);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_DOWN);
	ck_assert_int_eq(w.last_reason, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(lac_seen(w.lac[0])->cdn, 1);
	ck_assert_uint_eq(w.links_up, 0);
}
END_TEST

START_TEST(no_address)
{
	w.no_address = true;
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(5 * SEC);
	ck_assert_int_eq(w.last_reason, REASON_NO_ADDRESS);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_DOWN);
}
END_TEST

START_TEST(silent_login_server)
{
	w.mute_auth = true;
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(70 * SEC);
	ck_assert_int_eq(w.last_reason, REASON_AUTH_TIMEOUT);
	ck_assert_uint_eq(w.sessions_down, 1);
}
END_TEST

START_TEST(client_vanishes_in_negotiation)
{
	dial(0, LAC_PPPD, BIT(MSCHAPV2), "test", "test");
	run(100 * MSEC);
	lac_vanish(w.lac[0]);
	run(100 * SEC);
	ck_assert_uint_eq(w.sessions_down, w.sessions_up);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

/* ---- liveness and renewal ------------------------------------------------ */

START_TEST(vanished_client_is_noticed)
{
	w.ppp.echo_seconds = _i ? 30 : 0;
	w.config.system.hello = _i ? 300 : 60;
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(3 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	lac_vanish(w.lac[0]);
	run(55 * SEC);
	if (!_i)
		ck_assert_uint_eq(w.sessions_down, 0);
	run(35 * SEC);
	ck_assert_uint_eq(w.sessions_down, 1);
	ck_assert_int_eq(w.last_reason, _i ? REASON_LOST_SERVICE : REASON_L2TP_TIMEOUT);
	run(10 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

START_TEST(idle_client_stays)
{
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(3600 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_eq(w.sessions_down, 0);
	ck_assert_uint_gt(lac_seen(w.lac[0])->echo_requests, 50);
	ck_assert_uint_eq(l2tp_stats(w.l2tp)->retransmits, 0);
}
END_TEST

START_TEST(hello_is_answered)
{
	w.ppp.echo_seconds = 0;
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(3600 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_ge(lac_seen(w.lac[0])->hellos, 55);
	ck_assert_uint_le(lac_seen(w.lac[0])->hellos, 60);
}
END_TEST

START_TEST(renegotiation)
{
	unsigned said;

	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(3 * SEC);
	ck_assert_uint_eq(w.links_up, 1);
	said = w.said;
	lac_renegotiate(w.lac[0]);
	run(5 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_eq(w.links_up, 2);
	ck_assert_uint_eq(w.links_closed, 1);
	ck_assert_uint_eq(w.said_when_closed, said); /* before a word of it left */
	ck_assert_uint_eq(w.asked, 2); /* the user had to prove himself again */
	ck_assert_uint_eq(w.sessions_down, 0);
	run(3600 * SEC); /* and is asked for a sign of life as before */
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_gt(lac_seen(w.lac[0])->echo_requests, 50);
}
END_TEST

START_TEST(operator_ends_a_session)
{
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(3 * SEC);
	ppp_close(w.served[0]->ppp, REASON_ADMIN_RESET);
	run(3 * SEC);
	ck_assert_int_eq(w.last_reason, REASON_ADMIN_RESET);
	ck_assert_uint_eq(lac_seen(w.lac[0])->terminate_requests, 1);
	ck_assert_uint_eq(lac_seen(w.lac[0])->cdn, 1);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_DOWN);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

/* ---- identities ---------------------------------------------------------- */

START_TEST(same_ids_of_different_clients)
{
	for (int i = 0; i < CLIENTS; i++)
		dial(i, i & 1 ? LAC_PPPD : LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(5 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), CLIENTS);
	for (int i = 0; i < CLIENTS; i++) {
		ck_assert_int_eq(lac_stage(w.lac[i]), LAC_UP);
		for (int k = 0; k < i; k++) {
			ck_assert_uint_ne(lac_server_tunnel(w.lac[i]), lac_server_tunnel(w.lac[k]));
			ck_assert_uint_ne(
			    lac_server_session(w.lac[i]), lac_server_session(w.lac[k]));
		}
	}
	lac_hangup(w.lac[2]);
	run(2 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), CLIENTS - 1);
	l2tp_peer_gone(w.l2tp, &w.peers[3], REASON_PEER_DELETE);
	run(2 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), CLIENTS - 2);
	ck_assert_int_eq(w.last_reason, REASON_PEER_DELETE);
}
END_TEST

START_TEST(foreign_peer_is_refused)
{
	uint8_t stop[64] = {0xc8, 0x02, 0, 0, 0, 0, 0, 0, 0, 2, 0, 1};

	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(3 * SEC);
	stop[4] = (uint8_t)(lac_server_tunnel(w.lac[0]) >> 8);
	stop[5] = (uint8_t)lac_server_tunnel(w.lac[0]);
	memcpy(stop + 12, "\x80\x08\x00\x00\x00\x00\x00\x04\x80\x08\x00\x00\x00\x09\x00\x01"
	                  "\x80\x08\x00\x00\x00\x01\x00\x06", 24);
	stop[3] = 36;
	to_server(1, stop, 36);
	run(1 * SEC);
	ck_assert_uint_eq(l2tp_stats(w.l2tp)->foreign_peer, 1);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_uint_eq(w.sessions_down, 0);
}
END_TEST

START_TEST(repeated_sccrq_makes_one_tunnel)
{
	/* SCCRQ: version, framing 1, host "PC", assigned tunnel id 7 */
	static const uint8_t sccrq[] = "\xc8\x02\x00\x3a\x00\x00\x00\x00\x00\x00\x00\x00"
	    "\x80\x08\x00\x00\x00\x00\x00\x01" "\x80\x08\x00\x00\x00\x02\x01\x00"
	    "\x80\x0a\x00\x00\x00\x03\x00\x00\x00\x01" "\x80\x08\x00\x00\x00\x07PC"
	    "\x80\x08\x00\x00\x00\x09\x00\x07";
	uint8_t first[2048];
	size_t len;

	ck_assert_uint_eq(sizeof sccrq - 1, 54);
	uint8_t msg[54];
	memcpy(msg, sccrq, 54);
	msg[3] = 54;
	to_server(0, msg, 54);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 1);
	len = w.last_len;
	memcpy(first, w.last, len);
	ck_assert_uint_gt(len, 60); /* SCCRP */
	for (int i = 0; i < 5; i++)
		to_server(0, msg, 54);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 1);
	ck_assert_uint_eq(l2tp_stats(w.l2tp)->duplicates, 5);
	run(1500 * MSEC); /* nobody acknowledged: the same SCCRP again, with the same id */
	ck_assert_uint_eq(w.last_len, len);
	ck_assert_mem_eq(w.last, first, len);
	/* Another peer with the same numbers is another tunnel. */
	to_server(1, msg, 54);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 2);
	run(60 * SEC);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
	ck_assert_int_eq(w.tunnel_reason, REASON_L2TP_TIMEOUT);
}
END_TEST

START_TEST(client_dials_anew_without_farewell)
{
	struct lac *old;

	old = dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(60 * SEC);
	lac_vanish(old);
	lac_destroy(old);
	dial(0, LAC_WINDOWS, BIT(MSCHAPV2), "test", "test");
	run(3 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[0]), LAC_UP);
	ck_assert_int_eq(w.last_reason, REASON_PEER_RECONNECTED);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 1);
}
END_TEST

/* ---- a bad network -------------------------------------------------------- */

START_TEST(bad_network)
{
	unsigned up = 0;

	w.seed = 0x9e3779b97f4a7c15ULL * (unsigned)(_i + 1);
	w.lose = 100;
	w.twice = 100;
	w.late = 200;
	w.trace.level[TRACE_L2TP] = w.trace.level[TRACE_PPP] = getenv("TRACE") ? 127 : 0;
	for (int i = 0; i < CLIENTS; i++)
		dial(i, i & 1 ? LAC_PPPD : LAC_WINDOWS, i % 3 ? BIT(MSCHAPV2) : BIT(PAP), "test",
		    "test");
	run(58 * SEC);
	for (int i = 0; i < CLIENTS; i++)
		up += lac_stage(w.lac[i]) == LAC_UP;
	ck_assert_uint_ge(up, CLIENTS - 1); /* a tenth lost both ways: at most one is unlucky */
	for (int i = 0; i < CLIENTS; i++)
		lac_hangup(w.lac[i]);
	run(120 * SEC);
	ck_assert_uint_eq(w.sessions_down, w.sessions_up);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

/* Every message of a good dialogue, cut short at every length and with every byte spoilt, thrown at
 * a server in the state of that moment: it may refuse, never crash, and other clients go on. */
static void lac_out_mangled(void *owner, const uint8_t *msg, size_t len)
{
	uint8_t copy[2048];

	for (size_t n = 0; n < len; n++) {
		memcpy(copy, msg, len);
		copy[n] ^= (uint8_t)(1 + dice() % 255);
		uint8_t *exact = malloc(n ? n : 1);
		memcpy(exact, msg, n);
		to_server(1, exact, n);
		free(exact);
		to_server(1, copy, len);
	}
	launch(true, ((struct peer *)owner)->number, msg, len);
}

START_TEST(mangled_messages)
{
	static const struct lac_ops mangle = {
	    .send = lac_out_mangled, .up = lac_up, .down = lac_down};
	struct lac_config c = {
	    .kind = LAC_WINDOWS, .methods = BIT(MSCHAPV2), .user = "test", .password = "test"};

	w.trace.level[TRACE_L2TP] = w.trace.level[TRACE_PPP] = 0;
	dial(2, LAC_PPPD, BIT(MSCHAPV2), "test", "test");
	/* The mangling peer: spoilt copies reach its own tunnel. */
	w.lac[1] = lac_create(&w.env, w.crypto, &c, &mangle, &w.peers[1]);
	lac_start(w.lac[1]);
	run(20 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[2]), LAC_UP);
	ck_assert_uint_gt(l2tp_stats(w.l2tp)->malformed, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp and ppp dialogues");
	TCase *tc = tcase_create("dialogue");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, windows_connects_and_leaves);
	tcase_add_test(tc, pppd_connects_and_leaves);
	tcase_add_loop_test(tc, every_method, 0, 10);
	tcase_add_test(tc, eap_is_naked_away);
	tcase_add_test(tc, name_servers);
	tcase_add_loop_test(tc, wrong_password, 0, 3);
	tcase_add_test(tc, no_address);
	tcase_add_test(tc, silent_login_server);
	tcase_add_test(tc, client_vanishes_in_negotiation);
	tcase_add_loop_test(tc, vanished_client_is_noticed, 0, 2);
	tcase_add_test(tc, idle_client_stays);
	tcase_add_test(tc, hello_is_answered);
	tcase_add_test(tc, renegotiation);
	tcase_add_test(tc, operator_ends_a_session);
	tcase_add_test(tc, same_ids_of_different_clients);
	tcase_add_test(tc, foreign_peer_is_refused);
	tcase_add_test(tc, repeated_sccrq_makes_one_tunnel);
	tcase_add_test(tc, client_dials_anew_without_farewell);
	tcase_add_loop_test(tc, bad_network, 0, 30);
	tcase_add_test(tc, mangled_messages);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
