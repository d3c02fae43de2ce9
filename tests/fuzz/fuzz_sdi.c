/*
 * SDI: the input is what the server sends on each connection, behind a byte that says how and its
 * length in two bytes: the JSON of an answer, or bytes of HTTP as they are; a challenge is
 * answered with the input's next bytes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/report.h"
#include "engine/aaa/sdi/sdi.h"
#include "engine/wire/wire.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define S(i) (&net.stream[(i) % NETSIM_OPEN])

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct netsim net;
static struct sim sim;
static struct aaa_listener listener;
static struct aaa_world world;
static struct cfg_aaa_host config = {.host = "10.0.0.1",
    .secret_key = "key",
    .timeout = 10,
    .retry = 10,
    .agent = "asa",
    .trustpoint = ""};
static struct aaa_server server, *servers[1] = {&server};
static struct aaa_group group = {.name = "S", .server = servers, .n = 1};
static struct conversation talk;

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg, (void)to;
	if (m->type == MSG_TRACE_LINE && strchr(m->trace_line.text, '\033'))
		abort();
}

static void done(struct conversation *c, const struct aaa_answer *a)
{
	(void)c;
	if (a->message && strchr(a->message, '\033'))
		abort();
}

static void ask(bool ppp)
{
	struct aaa_request r = {.method = AAA_PAP, .user = "alice", .password = "Secret1"};

	strcpy(r.service, ppp ? "ppp" : "ssh");
	conversation_start(&talk, &sim.env, &group, NULL, NULL, &r, done);
}

static void answer(struct aaa_stream *s, struct rd *r, uint8_t how, size_t len)
{
	char head[64];
	uint8_t *exact = malloc(len ? len : 1);
	int n;

	rd_copy(r, exact, len);
	if (how & 2) {
		n = snprintf(head, sizeof head, "HTTP/1.1 %u OK\r\nContent-Length: %zu\r\n\r\n",
		    how & 4 ? 403U : 200U, len);
		netsim_say(s, (const uint8_t *)head, (size_t)n);
	}
	if (s->open)
		netsim_say(s, exact, len);
	free(exact);
}

static void part(struct rd *r)
{
	struct aaa_stream *s = S(net.n_stream - 1);
	uint8_t how = rd_u8(r);
	size_t len = rd_u16(r) % (rd_left(r) + 1);
	char text[200];

	if (talk.state == CONVERSATION_CHALLENGED) {
		len = len < sizeof text ? len : sizeof text - 1;
		rd_copy(r, text, len);
		text[len] = '\0';
		conversation_next(&talk, &(struct aaa_next){.text = text});
	} else if (!s->open) {
		rd_skip(r, len);
	} else if (how & 8) {
		netsim_hang_up(s, "closed", how & 16);
	} else {
		answer(s, r, how, len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rd r = rd_init(data, size);

	sim_init(&sim, 1, NULL, NULL);
	listener = (struct aaa_listener){.send = hear, .debug = {[TRACE_SDI] = 255}};
	world = (struct aaa_world){.env = &sim.env,
	    .net = &net.net,
	    .listener = &listener,
	    .directory = aaa_directory_create()};
	server = (struct aaa_server){.protocol = &sdi_protocol,
	    .config = &config,
	    .group = &group,
	    .address = addr_v4(0x0a000001)};
	memset(&talk, 0, sizeof talk);
	netsim_init(&net);
	if (!sdi_protocol.open(&world, &server))
		abort();
	ask(rd_u8(&r) & 1);
	while (rd_left(&r) > 3 && net.n_stream && net.n_stream < 16) {
		part(&r);
		if (talk.state == CONVERSATION_OVER)
			ask(rd_u8(&r) & 1);
	}
	conversation_cancel(&talk);
	sdi_protocol.close(&server);
	netsim_fini(&net);
	if (timer_next(&sim.env) != UINT64_MAX)
		abort();
	aaa_directory_destroy((struct aaa_directory *)world.directory);
	sim_fini(&sim);
	return 0;
}
