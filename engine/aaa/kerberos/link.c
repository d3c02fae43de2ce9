/*
 * Owns the sockets of one login at a Kerberos server. Each request has a new one, so that a late
 * answer to an earlier one goes nowhere.
 */
#include "engine/aaa/kerberos/link.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/aaa/kerberos/exchange.h"
#include "engine/wire/wire.h"

#define PORT 88
#define LENGTH 4
#define ANSWER_MAX 65536

void kerberos_link_close(struct kerberos_link *l)
{
	struct aaa_net *net = l->world->net;

	timer_stop(l->world->env, &l->again);
	net->udp_close(l->udp);
	net->stream_close(l->stream);
	free(l->request);
	free(l->in);
	l->udp = NULL;
	l->stream = NULL;
	l->request = l->in = NULL;
	l->in_len = 0;
}

static void fail(struct kerberos_link *l, const char *why)
{
	kerberos_link_close(l);
	l->failed(l, why);
}

/* Hands the answer on; `p` may be in what is closed. */
static void answer(struct kerberos_link *l, const uint8_t *p, size_t len)
{
	uint8_t *copy = malloc(len);

	if (!copy) {
		fail(l, "no memory");
		return;
	}
	memcpy(copy, p, len);
	kerberos_link_close(l);
	l->answered(l, copy, len);
	free(copy);
}

/* ---- datagrams -------------------------------------------------------------------------- */

static void on_datagram(void *arg, const struct aaa_place *from, const uint8_t *p, size_t len)
{
	struct kerberos_link *l = arg;

	(void)from;
	if (kerberos_is_answer(p, len))
		answer(l, p, len);
	else
		l->server->counters.malformed++;
}

static void on_refused(void *arg, int error)
{
	fail(arg, strerror(error));
}

static void repeat(struct timer *t)
{
	struct kerberos_link *l = container_of(t, struct kerberos_link, again);

	l->server->counters.retransmissions++;
	l->world->net->udp_send(l->udp, NULL, l->request, l->request_len);
	timer_start(l->world->env, &l->again, l->server->config->retry * SEC);
}

static bool ask_datagram(struct kerberos_link *l, const struct aaa_place *to)
{
	static const struct aaa_udp_events events = {on_datagram, on_refused};
	struct aaa_net *net = l->world->net;

	l->udp = net->udp_open(net, to, &events, l);
	l->again.fire = repeat;
	if (!l->udp)
		return false;
	net->udp_send(l->udp, NULL, l->request, l->request_len); /* if it is lost, it is repeated */
	timer_start(l->world->env, &l->again, l->server->config->retry * SEC);
	return true;
}

/* ---- streams ---------------------------------------------------------------------------- */

static void on_opened(void *arg)
{
	(void)arg; /* the request is on its way already */
}

/* How long the answer is with its length; 0 while that is not known, SIZE_MAX: too long. */
static size_t whole(const struct kerberos_link *l)
{
	struct rd r = rd_init(l->in, l->in_len);
	size_t len = rd_u32(&r);

	if (r.bad)
		return 0;
	return len > ANSWER_MAX ? SIZE_MAX : LENGTH + len;
}

static bool keep(struct kerberos_link *l, const uint8_t *p, size_t len)
{
	uint8_t *in;

	if (len > LENGTH + ANSWER_MAX - l->in_len)
		return false;
	in = realloc(l->in, l->in_len + len);
	if (!in)
		return false;
	memcpy(in + l->in_len, p, len);
	l->in = in;
	l->in_len += len;
	return true;
}

static void on_bytes(void *arg, const uint8_t *p, size_t len)
{
	struct kerberos_link *l = arg;
	size_t wanted;

	if (!keep(l, p, len)) {
		l->server->counters.malformed++;
		fail(l, "its answer is too long");
		return;
	}
	wanted = whole(l);
	if (wanted == 0 || (wanted != SIZE_MAX && wanted > l->in_len))
		return;
	if (wanted != SIZE_MAX && kerberos_is_answer(l->in + LENGTH, wanted - LENGTH)) {
		answer(l, l->in + LENGTH, wanted - LENGTH);
		return;
	}
	l->server->counters.malformed++;
	fail(l, "it does not speak Kerberos");
}

static void on_closed(void *arg, const char *why, bool certificate)
{
	struct kerberos_link *l = arg;

	(void)certificate;
	l->stream = NULL;
	fail(l, why);
}

static bool ask_stream(struct kerberos_link *l, const struct aaa_place *to)
{
	static const struct aaa_stream_events events = {on_opened, on_bytes, on_closed};
	struct aaa_net *net = l->world->net;
	uint8_t length[LENGTH];
	struct wr w = wr_init(length, sizeof length);

	wr_u32(&w, (uint32_t)l->request_len);
	l->stream = net->stream_open(net, to, NULL, &events, l);
	return l->stream && net->stream_send(l->stream, length, sizeof length) &&
	       net->stream_send(l->stream, l->request, l->request_len);
}

bool kerberos_link_ask(struct kerberos_link *l, const uint8_t *p, size_t len, bool stream)
{
	const struct cfg_aaa_host *h = l->server->config;
	struct aaa_place to = {.address = l->server->address, .port = h->port ? h->port : PORT};

	kerberos_link_close(l);
	snprintf(to.device, sizeof to.device, "%s", l->server->device);
	l->request = malloc(len);
	if (!l->request)
		return false;
	memcpy(l->request, p, len);
	l->request_len = len;
	if (stream ? ask_stream(l, &to) : ask_datagram(l, &to))
		return true;
	kerberos_link_close(l);
	return false;
}
