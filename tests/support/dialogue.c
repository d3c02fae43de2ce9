#include <check.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/wire/wire.h"
#include "tests/support/dialogue.h"

static struct dialogue *w;

uint64_t dialogue_dice(void)
{
	w->seed ^= w->seed << 13;
	w->seed ^= w->seed >> 7;
	w->seed ^= w->seed << 17;
	return w->seed;
}

static uint64_t env_now(struct env *e)
{
	(void)e;
	return w->now;
}

static int64_t env_wall(struct env *e)
{
	(void)e;
	return (int64_t)(w->now / SEC);
}

static void env_random(struct env *e, void *to, size_t len)
{
	uint8_t *p = to;

	(void)e;
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(dialogue_dice() >> 24);
}

static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	size_t at = strlen(w->trace_text);

	(void)arg, (void)cls, (void)level;
	snprintf(w->trace_text + at, sizeof w->trace_text - at, "%s\n", text);
	if (getenv("TRACE"))
		fprintf(stderr, "%9.3f %s\n", (double)w->now / 1e6, text);
}

/* ---- the network ------------------------------------------------------- */

void dialogue_launch(bool to_server, int client, const uint8_t *bytes, size_t len)
{
	int copies = dialogue_dice() % 1000 < w->lose	 ? 0
		     : dialogue_dice() % 1000 < w->twice ? 2
							 : 1;

	while (copies--) {
		struct dialogue_packet *p = &w->flight[w->n_flight++];

		ck_assert_uint_lt(w->n_flight, DIALOGUE_FLIGHT);
		*p = (struct dialogue_packet){
		    w->now + 5 * MSEC, to_server, client, malloc(len ? len : 1), len};
		if (dialogue_dice() % 1000 < w->late)
			p->due += dialogue_dice() % (100 * MSEC);
		memcpy(p->bytes, bytes, len);
	}
}

/* On the newest SA of that client. */
void dialogue_to_server(int client, const uint8_t *msg, size_t len)
{
	struct addr a = addr_v4(0x0a010102);
	struct trace_ctx ctx = {.group = "DefaultRAGroup", .ip = &a};
	struct l2tp_origin from = {&w->peers[client], w->peers[client].sa, 1701, 1701, &ctx};

	l2tp_receive(w->l2tp, &from, msg, len);
}

static void deliver(struct dialogue_packet p)
{
	if (p.to_server)
		dialogue_to_server(p.client, p.bytes, p.len);
	else if (w->lac[p.client])
		lac_receive(w->lac[p.client], p.bytes, p.len);
	free(p.bytes);
}

void dialogue_run(uint64_t duration)
{
	uint64_t end = w->now + duration;

	for (;;) {
		uint64_t next = timer_next(&w->env);
		size_t first = DIALOGUE_FLIGHT;

		for (size_t i = 0; i < w->n_flight; i++)
			if (w->flight[i].due <= next &&
			    (first == DIALOGUE_FLIGHT || w->flight[i].due < w->flight[first].due))
				first = i;
		if (first != DIALOGUE_FLIGHT)
			next = w->flight[first].due;
		if (next > end)
			break;
		if (next > w->now)
			w->now = next;
		if (first != DIALOGUE_FLIGHT) {
			struct dialogue_packet p = w->flight[first];

			memmove(&w->flight[first], &w->flight[first + 1],
			    (--w->n_flight - first) * sizeof *w->flight);
			deliver(p);
		}
		timer_run(&w->env);
	}
	w->now = end;
}

/* ---- the owner of the server ------------------------------------------- */

static void ppp_out(void *owner, const uint8_t *frame, size_t len)
{
	struct dialogue_served *s = owner;
	uint8_t msg[2048];
	struct wr to = wr_init(msg, sizeof msg);

	wr_u16(&to, 0x4002);
	wr_u16(&to, (unsigned)(8 + len));
	wr_u16(&to, s->remote_tunnel);
	wr_u16(&to, s->remote_session);
	wr_bytes(&to, frame, len);
	w->said++;
	dialogue_launch(false, s->client, msg, wr_len(&to));
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
	struct dialogue_served *s = container_of(t, struct dialogue_served, answer);
	const struct ppp_auth_request *r = s->asked;
	struct ppp_auth_reply reply = {.reason = REASON_AUTH_REJECTED};
	uint8_t hash[16];

	ck_assert(mschap_nt_hash(w->crypto, "test", hash));
	switch (r->method) {
	case PPP_AUTH_PAP:
		reply.accepted = strcmp(r->password, "test") == 0;
		break;
	case PPP_AUTH_CHAP:
		reply.accepted = md5_fits(r, "test");
		break;
	case PPP_AUTH_MSCHAPV1:
		ck_assert_uint_eq(r->response_len, 49);
		reply.accepted = mschap_check_v1(w->crypto, hash, r->challenge, r->response);
		break;
	case PPP_AUTH_MSCHAPV2:
		ck_assert_uint_eq(r->response_len, 49);
		reply.accepted = mschap_check_v2(
		    w->crypto, hash, r->challenge, r->response, r->user, reply.mschap_success);
		break;
	default:
		ck_abort();
	}
	reply.accepted = reply.accepted && strcmp(r->user, "test") == 0;
	ppp_auth_done(s->ppp, &reply);
}

static void authenticate(void *owner, const struct ppp_auth_request *r)
{
	struct dialogue_served *s = owner;

	w->asked++;
	w->last_method = r->method;
	s->asked = r;
	if (!w->mute_auth)
		timer_start(&w->env, &s->answer, 20 * MSEC);
}

/* The answer comes all the same. */
static void cancel(void *owner)
{
	(void)owner;
}

static bool address(void *owner, struct ppp_ip *ip)
{
	(void)owner;
	*ip = w->ip;
	return !w->no_address;
}

static void link_up(void *owner)
{
	struct dialogue_served *s = owner;

	ck_assert(!s->up);
	w->links_up++;
	s->up = true;
}

static void link_closed(void *owner)
{
	struct dialogue_served *s = owner;

	ck_assert(s->up); /* never twice, never before it was up */
	s->up = false;
	w->links_closed++;
	w->said_when_closed = w->said;
}

static void reap(struct timer *t)
{
	struct dialogue_served *s = container_of(t, struct dialogue_served, reap);

	l2tp_session_close(w->l2tp, s->id, s->why);
}

static void link_down(void *owner, enum reason why)
{
	struct dialogue_served *s = owner;

	ck_assert(!s->up); /* closed before it is over */
	s->why = why;
	timer_start(&w->env, &s->reap, 0);
}

static const struct ppp_ops link_ops = {
    .send = ppp_out, .authenticate = authenticate, .cancel = cancel, .address = address,
    .up = link_up, .closed = link_closed, .down = link_down};

static void l2tp_out(
    void *owner, struct peer *p, uint16_t lport, uint16_t rport, const uint8_t *msg, size_t len)
{
	(void)owner;
	ck_assert_uint_eq(lport, 1701);
	ck_assert_uint_eq(rport, 1701);
	memcpy(w->last, msg, len);
	w->last_len = len;
	dialogue_launch(false, p->number, msg, len);
}

static void *session_up(void *owner, struct peer *p, const struct l2tp_session_info *i)
{
	struct dialogue_served *s = calloc(1, sizeof *s);

	(void)owner;
	w->sessions_up++;
	w->info = *i;
	snprintf(w->host, sizeof w->host, "%s", i->host);
	snprintf(w->vendor, sizeof w->vendor, "%s", i->vendor);
	s->id = i->session;
	s->remote_tunnel = i->remote_tunnel;
	s->remote_session = i->remote_session;
	s->client = p->number;
	s->reap.fire = reap;
	s->answer.fire = answer_now;
	s->ppp = ppp_create(&w->env, &w->trace, &w->ppp, &link_ops, s, "1");
	w->served[p->number] = s;
	ppp_start(s->ppp);
	return s;
}

static void ppp_in(void *owner, void *session, const uint8_t *frame, size_t len)
{
	struct dialogue_served *s = session;

	(void)owner;
	if (len > 4 && s->up &&
	    (memcmp(frame, "\x21", 1) == 0 || memcmp(frame, "\xff\x03\x00\x21", 4) == 0))
		w->ip_bytes += len;
	ppp_receive(s->ppp, frame, len);
}

static void session_down(void *owner, void *session, enum reason why)
{
	struct dialogue_served *s = session;

	(void)owner;
	w->sessions_down++;
	w->last_reason = s->why ? s->why : why;
	ppp_lower_down(s->ppp);
	ppp_destroy(s->ppp);
	timer_stop(&w->env, &s->reap);
	timer_stop(&w->env, &s->answer);
	w->served[s->client] = NULL;
	free(s);
}

static void tunnel_down(void *owner, struct peer *p, enum reason why)
{
	(void)owner, (void)p;
	w->tunnels_down++;
	w->tunnel_reason = why;
}

static const struct l2tp_ops l2tp_ops = {.send = l2tp_out, .session_up = session_up,
    .ppp = ppp_in, .session_down = session_down, .tunnel_down = tunnel_down};

/* ---- the owner of a client --------------------------------------------- */

static void lac_out(void *owner, const uint8_t *msg, size_t len)
{
	dialogue_launch(true, ((struct peer *)owner)->number, msg, len);
}

void dialogue_lac_up(void *owner, const struct ppp_ip *ip)
{
	(void)owner;
	w->ups++;
	ck_assert(addr_equal(&ip->client, &w->ip.client));
	for (int i = 0; i < 2; i++) {
		ck_assert_uint_eq(addr_to_v4(&ip->dns[i]), addr_to_v4(&w->ip.dns[i]));
		ck_assert_uint_eq(addr_to_v4(&ip->wins[i]), addr_to_v4(&w->ip.wins[i]));
	}
}

void dialogue_lac_down(void *owner, enum lac_stage at)
{
	(void)owner, (void)at;
	w->lac_down++;
}

static const struct lac_ops lac_ops = {
    .send = lac_out, .up = dialogue_lac_up, .down = dialogue_lac_down};

struct lac *dialogue_dial(
    int n, enum lac_kind kind, unsigned methods, const char *user, const char *password)
{
	struct lac_config c = {
	    .kind = kind, .methods = methods, .user = user, .password = password};

	w->lac[n] = lac_create(&w->env, w->crypto, &c, &lac_ops, &w->peers[n]);
	lac_start(w->lac[n]);
	return w->lac[n];
}

static char hostname[] = "ciscoasa";

void dialogue_setup(struct dialogue *d)
{
	w = d;
	memset(w, 0, sizeof *w);
	w->seed = 88172645463325252ULL;
	w->now = 1000 * SEC;
	w->env = (struct env){.now = env_now, .wall = env_wall, .random = env_random};
	w->config.system.hostname = hostname;
	w->config.system.hello = 60;
	w->trace = (struct trace){.env = &w->env, .sink = sink};
	for (int cls = TRACE_L2TP; cls <= TRACE_PPP_PACKET; cls++)
		w->trace.level[cls] = TRACE_DEBUG;
	w->crypto = crypto_create();
	w->ppp = (struct ppp_config){.mschapv2 = true,
	    .mschapv1 = true,
	    .pap = true,
	    .mru = 1400,
	    .local = addr_v4(0xac100102),
	    .name = hostname,
	    .echo_seconds = 30};
	w->ip = (struct ppp_ip){
	    .client = addr_v4(0xc0a80101), .dns = {addr_v4(0x0a0a0a0a), {0}}, .wins = {{0}, {0}}};
	w->l2tp = l2tp_create(&w->env, &w->config, &w->trace, &l2tp_ops, NULL);
	for (int i = 0; i < DIALOGUE_CLIENTS; i++)
		w->peers[i].number = i;
}

void dialogue_teardown(void)
{
	for (int i = 0; i < DIALOGUE_CLIENTS; i++) {
		l2tp_peer_gone(w->l2tp, &w->peers[i], REASON_ADMIN_RESET);
		ck_assert_ptr_null(w->served[i]);
	}
	ck_assert_uint_eq(l2tp_tunnels(w->l2tp), 0);
	for (int i = 0; i < DIALOGUE_CLIENTS; i++)
		lac_destroy(w->lac[i]);
	l2tp_destroy(w->l2tp);
	crypto_destroy(w->crypto);
	for (size_t i = 0; i < w->n_flight; i++)
		free(w->flight[i].bytes);
	ck_assert_uint_eq(timer_next(&w->env), UINT64_MAX); /* nobody left a timer behind */
	timer_fini(&w->env);
}

bool dialogue_traced(const char *text)
{
	return strstr(w->trace_text, text) != NULL;
}

struct lac *dialogue_dial_as(int n, const struct lac_config *c, const struct lac_ops *other)
{
	w->lac[n] = lac_create(&w->env, w->crypto, c, other ? other : &lac_ops, &w->peers[n]);
	lac_start(w->lac[n]);
	return w->lac[n];
}
