#include "tests/support/radius_bench.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "tests/support/one_crypto.h"

/* ---- the network -------------------------------------------------------------------------- */

static struct bench_socket *open_socket(
    struct aaa_net *net, const struct aaa_place *place, void *arg)
{
	struct radius_bench *b = (struct radius_bench *)(void *)net;
	struct bench_socket *s = &b->socket[b->sockets++];

	ck_assert_uint_lt(b->sockets, sizeof b->socket / sizeof *b->socket);
	*s = (struct bench_socket){.of = b, .place = *place, .arg = arg, .open = true};
	return s;
}

static struct aaa_udp *udp_open(struct aaa_net *net, const struct aaa_place *place,
    const struct aaa_udp_events *events, void *arg)
{
	struct bench_socket *s = open_socket(net, place, arg);

	s->udp = events;
	return (struct aaa_udp *)(void *)s;
}

static struct aaa_udp *udp_listen(
    struct aaa_net *net, uint16_t port, const struct aaa_udp_events *events, void *arg)
{
	return udp_open(net, &(struct aaa_place){.port = port}, events, arg);
}

static void note(struct bench_socket *s, const struct aaa_place *to, const void *p, size_t len)
{
	struct radius_bench *b = s->of;
	struct bench_sent *sent = &b->sent[b->n++ % BENCH_SENT];

	ck_assert(s->open);
	free(sent->bytes);
	*sent = (struct bench_sent){.socket = s, .bytes = malloc(len), .len = len};
	if (to)
		sent->to = *to;
	memcpy(sent->bytes, p, len);
}

static bool udp_send(struct aaa_udp *u, const struct aaa_place *to, const void *p, size_t len)
{
	note((struct bench_socket *)(void *)u, to, p, len);
	return true;
}

static void close_socket(struct bench_socket *s)
{
	if (s)
		s->open = false;
}

static void udp_close(struct aaa_udp *u)
{
	close_socket((struct bench_socket *)(void *)u);
}

static struct aaa_stream *stream_open(struct aaa_net *net, const struct aaa_place *place,
    const struct aaa_tls *tls, const struct aaa_stream_events *events, void *arg)
{
	struct bench_socket *s = open_socket(net, place, arg);

	ck_assert(tls != NULL);
	s->stream = events;
	return (struct aaa_stream *)(void *)s;
}

static bool stream_send(struct aaa_stream *s, const void *p, size_t len)
{
	note((struct bench_socket *)(void *)s, NULL, p, len);
	return true;
}

static void stream_close(struct aaa_stream *s)
{
	close_socket((struct bench_socket *)(void *)s);
}

/* ---- the world ---------------------------------------------------------------------------- */

static void on_message(void *arg, enum role to, const struct ipc_msg *m)
{
	struct radius_bench *b = arg;
	size_t n = strlen(b->debug);

	(void)to;
	if (m->type == MSG_TRACE_LINE)
		snprintf(b->debug + n, sizeof b->debug - n, "%s\n", m->trace_line.text);
}

static void on_change(
    const struct aaa_world *w, struct aaa_server *s, const struct aaa_change *change)
{
	struct radius_bench *b = container_of(w, struct radius_bench, world);

	ck_assert_ptr_eq(s, &b->server);
	b->change = *change;
	b->changes++;
	snprintf(b->change_user, sizeof b->change_user, "%s", change->user);
	snprintf(b->change_key, sizeof b->change_key, "%s", change->key);
	if (b->sessions != UINT32_MAX)
		change->done(change->arg, b->sessions);
}

void bench_setup(struct radius_bench *b)
{
	*b = (struct radius_bench){.net = {udp_open, udp_listen, udp_send, udp_close, stream_open,
				       stream_send, stream_close, NULL, NULL},
	    .host = {.group_name = "RAD",
		.host = "10.10.10.21",
		.interface = "",
		.secret_key = "xyzzy5461",
		.timeout = 30,
		.retry = 3,
		.common_pw = "",
		.acl_netmask_convert = "standard",
		.mschapv2_capable = 1,
		.message_authenticator = 1,
		.trustpoint = ""},
	    .cfg = {.name = "RAD", .protocol = "radius"},
	    .server = {.protocol = &radius_protocol, .address = addr_v4(0x0a0a0a15)},
	    .group = {.name = "RAD", .n = 1, .max_failed = 3}};
	sim_init(&b->sim, 1, NULL, NULL);
	b->servers[0] = &b->server;
	b->group.server = b->servers;
	b->group.config = &b->cfg;
	b->server.group = &b->group;
	b->server.config = &b->host;
	b->listener = (struct aaa_listener){.send = on_message, .arg = b};
	log_init(&b->listener.log, aaa_report_log, &b->listener);
	b->world = (struct aaa_world){.env = &b->sim.env,
	    .net = &b->net,
	    .crypto = one_crypto(),
	    .listener = &b->listener,
	    .directory = aaa_directory_create(),
	    .change = on_change};
	b->sessions = 1;
	ck_assert(radius_protocol.open(&b->world, &b->server));
}

void bench_teardown(struct radius_bench *b)
{
	if (b->server.server)
		radius_protocol.close(&b->server);
	aaa_directory_destroy((struct aaa_directory *)(uintptr_t)b->world.directory);
	ck_assert(timer_next(&b->sim.env) == UINT64_MAX);
	for (size_t i = 0; i < b->sockets; i++)
		ck_assert(!b->socket[i].open);
	for (size_t i = 0; i < BENCH_SENT; i++)
		free(b->sent[i].bytes);
	sim_fini(&b->sim);
}

/* ---- logins ------------------------------------------------------------------------------- */

struct aaa_request bench_request(enum aaa_method method)
{
	struct aaa_request r = {.kind = AAA_AUTHENTICATE,
	    .method = method,
	    .session = 4711,
	    .user = "alice",
	    .sent = "alice",
	    .client = addr_v4(0x0a010102),
	    .local = addr_v4(0xac100102),
	    .tunnel_group = "DefaultRAGroup",
	    .service = "ppp"};

	if (method == AAA_PAP)
		strcpy(r.password, "Wonderland1");
	return r;
}

static void keep(uint8_t *to, size_t size, struct bytes *b)
{
	ck_assert_uint_le(b->len, size);
	if (b->len)
		memcpy(to, b->p, b->len);
	b->p = to;
}

static void on_answer(struct conversation *c, const struct aaa_answer *a)
{
	struct bench_login *l = container_of(c, struct bench_login, c);

	l->answers++;
	l->last = *a;
	snprintf(l->message, sizeof l->message, "%s", a->message ? a->message : "");
	snprintf(l->why, sizeof l->why, "%s", a->why ? a->why : "");
	keep(l->cookie, sizeof l->cookie, &l->last.cookie);
	keep(l->challenge, sizeof l->challenge, &l->last.challenge);
}

void bench_ask(struct radius_bench *b, struct bench_login *l, const struct aaa_request *r)
{
	*l = (struct bench_login){0};
	conversation_start(&l->c, &b->sim.env, &b->group, NULL, NULL, r, on_answer);
}

/* ---- the server --------------------------------------------------------------------------- */

const struct bench_sent *bench_last(const struct radius_bench *b)
{
	ck_assert_uint_gt(b->n, 0);
	return &b->sent[(b->n - 1) % BENCH_SENT];
}

bool bench_find(const struct bench_sent *s, uint32_t vendor, uint8_t type, struct radius_value *v)
{
	struct radius_packet p;
	struct radius_cursor c;

	ck_assert(radius_read(&p, s->bytes, s->len));
	c = radius_cursor(&p);
	while (radius_next(&c, v))
		if (v->vendor == vendor && v->type == type)
			return true;
	return false;
}

struct wr bench_begin(const struct bench_sent *s, enum radius_code code, uint8_t *buffer)
{
	struct wr w = wr_init(buffer, RADIUS_PACKET_MAX);

	radius_begin(&w, code, s->bytes[1], NULL);
	return w;
}

void bench_answer(struct radius_bench *b, const struct bench_sent *s, struct wr *w,
    const char *secret, bool with_ma)
{
	const char *key = secret ? secret : b->host.tls ? "radsec" : b->host.secret_key;
	struct chunk k = {key, strlen(key)}, part[2];
	uint8_t *ma = NULL;

	if (with_ma) {
		wr_u8(w, RADIUS_MESSAGE_AUTHENTICATOR);
		wr_u8(w, 18);
		ma = wr_room(w, 16);
		memset(ma, 0, 16);
	}
	wr_patch16(w, 2, wr_len(w));
	memcpy(w->base + 4, s->bytes + 4, 16);
	part[0] = (struct chunk){w->base, wr_len(w)};
	part[1] = k;
	if (ma)
		crypto_hmac(one_crypto(), HASH_MD5, k, part, 1, ma);
	crypto_hash(one_crypto(), HASH_MD5, part, 2, w->base + 4);
	if (s->socket->stream)
		s->socket->stream->received(s->socket->arg, w->base, wr_len(w));
	else
		s->socket->udp->received(s->socket->arg, &s->socket->place, w->base, wr_len(w));
}

void bench_plain(struct radius_bench *b, const struct bench_sent *s, enum radius_code code)
{
	uint8_t buffer[RADIUS_PACKET_MAX];
	struct wr w = bench_begin(s, code, buffer);

	bench_answer(b, s, &w, NULL, code != RADIUS_ACCOUNTING_RESPONSE);
}
