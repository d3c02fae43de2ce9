/*
 * TACACS+: the input's first byte says what is asked; then parts follow, each
 * behind a byte that says how and its length in two bytes: the body of an
 * answer, hidden by the right key under a right header; or bytes as they are;
 * or what a person types. /
 */
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/report.h"
#include "engine/aaa/tacacs/tacacs.h"
#include "engine/aaa/tacacs/packet.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define S(i) (&net.stream[(i) % NETSIM_OPEN])

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct netsim net;
static struct sim sim;
static struct crypto *crypto;
static struct aaa_listener listener;
static struct aaa_world world;
static struct cfg_aaa_host config = {
    .host = "10.0.0.1", .secret_key = "key", .timeout = 10, .retry = 10, .single_connection = 1};
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group = {.name = "T", .server = servers, .n = 1};
static struct conversation talk;
static unsigned ends, conversations;

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	if (m->type == MSG_TRACE_LINE && strchr(m->trace_line.text, '\033'))
		abort();
}

static void done(struct conversation *c, const struct aaa_answer *a)
{
	struct rd r = rd_init(a->attributes.bytes, a->attributes.len);
	struct aaa_value v;

	(void)c;
	while (rd_left(&r))
		if (!aaa_attribute_next(&r, &v))
			abort(); /* what we say ourselves is well-formed */
	if (a->message && strchr(a->message, '\033'))
		abort();
	if (a->result != AUTH_CHALLENGE)
		ends++;
}

static void ask(uint8_t what)
{
	static const struct msg_account record = {.what = ACCOUNT_STOP,
	    .key = "k",
	    .service = "ppp",
	    .user = "u",
	    .port = "",
	    .method = "",
	    .command = ""};
	struct aaa_request r = {.kind = what % AAA_KINDS,
	    .method = what & 4 ? AAA_ASCII : AAA_PAP,
	    .user = "alice",
	    .password = "Secret1",
	    .command = "show version",
	    .account = &record};

	strcpy(r.service, what & 8 ? "ppp" : what & 16 ? "enable" : "ssh");
	conversations++;
	conversation_start(&talk, &sim.env, &group, NULL, NULL, &r, done);
}

/* Under the header that the last packet's answer has. */
static void answer(struct aaa_stream *s, struct rd *r, size_t len)
{
	struct rd in = rd_init(s->sent, s->sent_len);
	struct tacacs_header h;
	uint8_t *packet = malloc(TACACS_HEADER + len);
	struct wr w = wr_init(packet, TACACS_HEADER + len);

	while (rd_left(&in) && tacacs_header_read(&in, &h))
		rd_skip(&in, h.length);
	h.seq++;
	h.length = (uint32_t)len;
	tacacs_header_write(&w, &h);
	rd_copy(r, packet + TACACS_HEADER, len);
	tacacs_hide(crypto, config.secret_key, &h, packet + TACACS_HEADER);
	netsim_say(s, packet, TACACS_HEADER + len);
	free(packet);
}

static void part(struct rd *r)
{
	struct aaa_stream *s = S(net.n_stream - 1);
	uint8_t how = rd_u8(r);
	size_t len = rd_u16(r) % (rd_left(r) + 1);
	char text[300];

	if (how & 1 && talk.state == CONVERSATION_CHALLENGED) {
		len = len < sizeof text ? len : sizeof text - 1;
		rd_copy(r, text, len);
		text[len] = '\0';
		conversation_next(&talk, &(struct aaa_next){.text = text});
	} else if (!s->open) {
		rd_skip(r, len);
	} else if (how & 2) {
		netsim_say(s, rd_bytes(r, len), len);
	} else if (how & 4 && net.n_stream < 8) {
		netsim_hang_up(s, "closed", false);
	} else {
		answer(s, r, len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_init(data, size);

	if (!crypto)
		crypto = crypto_create();
	sim_init(&sim, 1, NULL, NULL);
	listener = (struct aaa_listener){.send = hear, .debug = {[TRACE_TACACS] = 255}};
	world = (struct aaa_world){
	    .env = &sim.env, .net = &net.net, .crypto = crypto, .listener = &listener};
	server = (struct aaa_server){.protocol = &tacacs_protocol,
	    .config = &config,
	    .group = &group,
	    .address = addr_v4(0x0a000001)};
	memset(&talk, 0, sizeof talk);
	netsim_init(&net);
	ends = conversations = 0;
	if (!tacacs_protocol.open(&world, &server))
		abort();
	ask(rd_u8(&r));
	while (rd_left(&r) > 3 && net.n_stream && net.n_stream < 16) {
		part(&r);
		if (talk.state == CONVERSATION_OVER)
			ask(rd_u8(&r));
	}
	conversation_cancel(&talk);
	tacacs_protocol.close(&server);
	netsim_fini(&net);
	if (ends > conversations || timer_next(&sim.env) != UINT64_MAX)
		abort();
	sim_fini(&sim);
	return 0;
}
