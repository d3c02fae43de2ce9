/* Owns a connection's stream and its half a message. LDAPMessages on TCP: RFC 4511 5.2. */
#include "engine/aaa/ldap/link.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/aaa/directory.h"
#include "engine/crypto/crypto.h"

#define PORT 389
#define PORT_TLS 636
#define ANSWER_MAX (1 << 20) /* bytes of one message of the server */
#define REQUEST_MAX 4096
#define ID_MAX 0x7fffffff

static void lost(struct ldap_link *l, const char *why, bool certificate, bool malformed)
{
	l->events->closed(l, why, certificate, malformed);
}

static void on_opened(void *arg)
{
	struct ldap_link *l = arg;

	l->heard = l->env->now(l->env);
	l->events->opened(l);
}

static void on_closed(void *arg, const char *why, bool certificate)
{
	struct ldap_link *l = arg;

	l->stream = NULL;
	lost(l, why, certificate, false);
}

static bool keep(struct ldap_link *l, const uint8_t *p, size_t len)
{
	size_t size = l->in_size ? l->in_size : 1024;
	uint8_t *in;

	while (size < l->in_len + len)
		size *= 2;
	if (size != l->in_size) {
		in = realloc(l->in, size);
		if (!in)
			return false;
		l->in = in;
		l->in_size = size;
	}
	memcpy(l->in + l->in_len, p, len);
	l->in_len += len;
	return true;
}

/* Hands whole messages on; false when it is no LDAP. `gone`: the link went meanwhile. */
static bool take_messages(struct ldap_link *l, const bool *gone)
{
	struct ldap_message m;
	size_t at = 0, len = 0;

	while (!*gone && (len = ber_length(l->in + at, l->in_len - at)) != 0) {
		if (l->in[at] != BER_SEQUENCE || len > ANSWER_MAX)
			return false;
		if (len > l->in_len - at)
			break;
		if (!ldap_read(l->in + at, len, &m))
			return false;
		at += len;
		l->events->message(l, &m);
	}
	if (!*gone) {
		memmove(l->in, l->in + at, l->in_len - at);
		l->in_len -= at;
	}
	return true;
}

static void on_received(void *arg, const uint8_t *p, size_t len)
{
	struct ldap_link *l = arg;
	bool gone = false, ok;

	l->heard = l->env->now(l->env);
	l->got_bytes += len;
	l->gone = &gone;
	ok = keep(l, p, len) && take_messages(l, &gone);
	if (gone)
		return;
	l->gone = NULL;
	if (!ok)
		lost(l, "it does not speak LDAP", false, true);
}

static void open_stream(struct ldap_link *l, const struct aaa_world *w, const struct aaa_server *s)
{
	static const struct aaa_stream_events events = {on_opened, on_received, on_closed};
	const struct cfg_aaa_host *h = s->config;
	struct aaa_place place = {.address = s->address,
	    .port = h->port	       ? h->port
		    : h->ldap_over_ssl ? PORT_TLS
				       : PORT};
	struct aaa_tls tls = {.name = h->host};
	uint8_t *trust = NULL;

	snprintf(place.device, sizeof place.device, "%s", s->device);
	if (h->ldap_over_ssl)
		tls.trust = trust = aaa_directory_trust(
		    w->directory, h->trustpoint, &tls.trust_len);
	l->stream = w->net->stream_open(w->net, &place, h->ldap_over_ssl ? &tls : NULL, &events, l);
	free(trust);
}

struct ldap_link *ldap_link_open(const struct aaa_world *w, const struct aaa_server *s,
    const struct ldap_link_events *events, void *owner)
{
	struct ldap_link *l = calloc(1, sizeof *l);

	if (!l)
		return NULL;
	*l = (struct ldap_link){.net = w->net,
	    .env = w->env,
	    .events = events,
	    .owner = owner,
	    .heard = w->env->now(w->env)};
	open_stream(l, w, s);
	if (!l->stream) {
		free(l);
		return NULL;
	}
	return l;
}

static uint32_t next_id(struct ldap_link *l)
{
	l->last_id = l->last_id % ID_MAX + 1;
	return l->last_id;
}

static bool send_message(struct ldap_link *l, const struct wr *w)
{
	bool ok = !w->full && l->stream && l->net->stream_send(l->stream, w->base, wr_len(w));

	l->sent_bytes += ok ? wr_len(w) : 0;
	return ok;
}

uint32_t ldap_link_bind(struct ldap_link *l, struct rd dn, const char *password)
{
	uint8_t buf[REQUEST_MAX];
	struct wr w = wr_init(buf, sizeof buf);
	uint32_t id = next_id(l);
	bool ok;

	ldap_write_bind(&w, id, dn, password);
	ok = send_message(l, &w);
	crypto_wipe(buf, sizeof buf);
	return ok ? id : 0;
}

uint32_t ldap_link_search(struct ldap_link *l, const struct ldap_search *s)
{
	uint8_t buf[2 * REQUEST_MAX];
	struct wr w = wr_init(buf, sizeof buf);
	uint32_t id = next_id(l);

	ldap_write_search(&w, id, s);
	return send_message(l, &w) ? id : 0;
}

void ldap_link_abandon(struct ldap_link *l, uint32_t id)
{
	uint8_t buf[32];
	struct wr w = wr_init(buf, sizeof buf);

	ldap_write_abandon(&w, next_id(l), id);
	send_message(l, &w);
}

bool ldap_link_silent(const struct ldap_link *l, uint64_t asked, const struct cfg_aaa_host *h)
{
	return l->heard <= asked && l->env->now(l->env) - asked >= h->timeout * SEC / 2;
}

void ldap_link_close(struct ldap_link *l)
{
	if (!l)
		return;
	if (l->gone)
		*l->gone = true;
	l->net->stream_close(l->stream);
	free(l->in);
	free(l);
}
