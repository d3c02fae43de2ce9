/* See tacacs_sim.h. */
#include "tests/support/tacacs_sim.h"

struct netsim tacacs_net;
struct sim tacacs_time;
struct crypto *tacacs_crypto;
static struct aaa_listener listener;
struct aaa_world tacacs_world;
struct cfg_aaa_host tacacs_host;
struct aaa_server tacacs_server, *tacacs_servers[1] = {&tacacs_server};
static struct aaa_group group;
struct conversation tacacs_talk, tacacs_others[260];
static char debug[8192];
struct tacacs_outcome tacacs_got;

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	if (m->type == MSG_TRACE_LINE) {
		strncat(debug, m->trace_line.text, sizeof debug - strlen(debug) - 1);
		strncat(debug, "\n", sizeof debug - strlen(debug) - 1);
	}
}

static void done(struct conversation *c, const struct aaa_answer *a)
{
	(void)c;
	tacacs_got.n++;
	tacacs_got.result = a->result;
	tacacs_got.reason = a->reason;
	tacacs_got.echo = a->echo;
	tacacs_got.attributes = a->attributes;
	snprintf(tacacs_got.message, sizeof tacacs_got.message, "%s", a->message ? a->message : "");
	snprintf(tacacs_got.user, sizeof tacacs_got.user, "%s", a->user ? a->user : "");
}

void tacacs_failed(
    struct conversation *c, struct aaa_server *s, const struct aaa_answer *a, bool dead)
{
	(void)c, (void)s, (void)dead;
	snprintf(tacacs_got.why, sizeof tacacs_got.why, "%s", a->why ? a->why : "");
}

void tacacs_setup(void)
{
	sim_init(&tacacs_time, 1, NULL, NULL);
	tacacs_crypto = crypto_create();
	listener = (struct aaa_listener){.send = hear, .debug = {[TRACE_TACACS] = 255}};
	tacacs_world = (struct aaa_world){.env = &tacacs_time.env,
	    .net = &tacacs_net.net,
	    .crypto = tacacs_crypto,
	    .listener = &listener};
	tacacs_host = (struct cfg_aaa_host){
	    .host = "10.10.10.22", .secret_key = "tacacsKey1", .timeout = 10, .retry = 10};
	tacacs_server = (struct aaa_server){.protocol = &tacacs_protocol,
	    .config = &tacacs_host,
	    .group = &group,
	    .address = addr_v4(0x0a0a0a16),
	    .device = "eth1"};
	group = (struct aaa_group){
	    .name = "TAC", .server = tacacs_servers, .n = 1, .max_failed = 5};
	netsim_init(&tacacs_net);
	memset(&tacacs_got, 0, sizeof tacacs_got);
	memset(&tacacs_talk, 0, sizeof tacacs_talk);
	memset(tacacs_others, 0, sizeof tacacs_others);
	debug[0] = '\0';
	ck_assert(tacacs_protocol.open(&tacacs_world, &tacacs_server));
}

void tacacs_teardown(void)
{
	if (tacacs_talk.state != CONVERSATION_OVER)
		conversation_cancel(&tacacs_talk);
	tacacs_protocol.close(&tacacs_server);
	netsim_fini(&tacacs_net);
	ck_assert_ptr_null(strstr(debug, "Wonderland1"));
	ck_assert_ptr_null(strstr(debug, "tacacsKey1"));
	crypto_destroy(tacacs_crypto);
	sim_fini(&tacacs_time);
}

struct aaa_request tacacs_pap(void)
{
	return (struct aaa_request){.method = AAA_PAP,
	    .user = "alice",
	    .sent = "alice",
	    .password = "Wonderland1",
	    .client = addr_v4(0xc0000201),
	    .service = "ppp",
	    .session = 4097};
}

void tacacs_ask_as(struct conversation *c, const struct aaa_request *r)
{
	c->failed = tacacs_failed;
	conversation_start(c, &tacacs_time.env, &group, NULL, NULL, r, done);
}

void tacacs_ask(const struct aaa_request *r)
{
	memset(&tacacs_got, 0, sizeof tacacs_got);
	tacacs_ask_as(&tacacs_talk, r);
}

struct aaa_request tacacs_by(enum aaa_method method, const char *service)
{
	struct aaa_request r = tacacs_pap();

	r.method = method;
	snprintf(r.service, sizeof r.service, "%s", service);
	r.session = 0;
	return r;
}

struct tacacs_header tacacs_head;
uint8_t tacacs_body[4096];

void tacacs_hear(size_t i)
{
	struct rd r = rd_init(S(i)->sent, S(i)->sent_len);
	size_t whole;

	ck_assert(tacacs_header_read(&r, &tacacs_head));
	ck_assert_uint_ge(rd_left(&r), tacacs_head.length);
	memcpy(tacacs_body, r.p, tacacs_head.length);
	ck_assert(tacacs_hide(tacacs_crypto, tacacs_host.secret_key, &tacacs_head, tacacs_body));
	whole = TACACS_HEADER + tacacs_head.length;
	netsim_take(S(i), whole);
}

uint8_t tacacs_answer[8192];
size_t tacacs_answer_len;

void tacacs_build(const char *key, const void *p, size_t len)
{
	struct wr w = wr_init(tacacs_answer, sizeof tacacs_answer);
	struct tacacs_header h = tacacs_head;

	h.seq++;
	h.length = (uint32_t)len;
	tacacs_header_write(&w, &h);
	wr_bytes(&w, p, len);
	ck_assert(tacacs_hide(tacacs_crypto, key, &h, tacacs_answer + TACACS_HEADER));
	tacacs_answer_len = wr_len(&w);
}

void tacacs_deliver(size_t i)
{
	netsim_say(S(i), tacacs_answer, tacacs_answer_len);
}

void tacacs_authen_body(struct wr *w, uint8_t status, uint8_t flags, const char *text)
{
	wr_u8(w, status);
	wr_u8(w, flags);
	wr_u16(w, (unsigned)strlen(text));
	wr_u16(w, 0);
	wr_bytes(w, text, strlen(text));
}

void tacacs_authen(size_t i, uint8_t status, uint8_t flags, const char *text)
{
	uint8_t b[2048];
	struct wr w = wr_init(b, sizeof b);

	tacacs_authen_body(&w, status, flags, text);
	tacacs_build(tacacs_host.secret_key, b, wr_len(&w));
	tacacs_deliver(i);
}

void tacacs_body_is(const char *bytes, size_t len)
{
	ck_assert_uint_eq(tacacs_head.length, len);
	ck_assert_mem_eq(tacacs_body, bytes, len);
}

const struct aaa_value *tacacs_value(enum aaa_attribute which)
{
	static struct aaa_value v;
	struct bytes b = {
	    .len = (uint16_t)tacacs_got.attributes.len, .p = tacacs_got.attributes.bytes};

	return aaa_attribute_find(&b, which, &v) ? &v : NULL;
}
