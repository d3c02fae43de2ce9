/*
 * TACACS+ on the wire, RFC 8907; see tacacs_packet.h.
 *
 *    1 2 3 4 5 6 7 8  1 2 3 4 5 6 7 8  1 2 3 4 5 6 7 8  1 2 3 4 5 6 7 8
 *   +----------------+----------------+----------------+----------------+
 *   |major  | minor  |      type      |     seq_no     |   flags        |
 *   +----------------+----------------+----------------+----------------+
 *   |                            session_id                             |
 *   +----------------+----------------+----------------+----------------+
 *   |                              length                               |
 *   +----------------+----------------+----------------+----------------+
 *
 * The body is XORed with MD5(session_id, key, version, seq_no), MD5(the same and the block
 * before), ... (4.5).
 */
#include "engine/aaa/tacacs/packet.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define MAJOR 0xf0
#define MD5_SIZE 16
#define TEXT_MAX 255 /* a length of one byte */
#define LOGIN 1
#define BY_TACACS 6 /* authen_method: who has authenticated the user, 6.1 */
#define BY_LOCAL 5
#define LEVEL_USER 1
#define NO_ECHO 1
#define CONTINUE_ABORT 1

enum authen_service { SERVICE_LOGIN = 1, SERVICE_ENABLE, SERVICE_PPP };

/* authen_type and the header's version, by our methods. MS-CHAPv2 could be asked, but no reply has
 * the server's half of it. */
static const struct {
	uint8_t type, version;
} methods[AAA_METHODS] = {
    [AAA_PAP] = {2, TACACS_VERSION_ONE},
    [AAA_CHAP] = {3, TACACS_VERSION_ONE},
    [AAA_MSCHAPV1] = {5, TACACS_VERSION_ONE},
    [AAA_MSCHAPV2] = {6, TACACS_VERSION_ONE},
    [AAA_ASCII] = {1, TACACS_VERSION},
};

/* ---- header and body ------------------------------------------------------------------- */

void tacacs_header_write(struct wr *w, const struct tacacs_header *h)
{
	wr_u8(w, h->version);
	wr_u8(w, h->type);
	wr_u8(w, h->seq);
	wr_u8(w, h->flags);
	wr_u32(w, h->session);
	wr_u32(w, h->length);
}

bool tacacs_header_read(struct rd *r, struct tacacs_header *h)
{
	h->version = rd_u8(r);
	h->type = rd_u8(r);
	h->seq = rd_u8(r);
	h->flags = rd_u8(r);
	h->session = rd_u32(r);
	h->length = rd_u32(r);
	return !r->bad && (h->version & MAJOR) == TACACS_VERSION && h->type >= TACACS_AUTHEN &&
	       h->type <= TACACS_ACCT && h->length <= TACACS_BODY_MAX;
}

bool tacacs_hide(
    const struct crypto *c, const char *key, const struct tacacs_header *h, uint8_t *body)
{
	uint32_t session = htonl(h->session);
	uint8_t pad[MD5_SIZE];
	struct chunk part[] = {{&session, sizeof session}, {key, strlen(key)}, {&h->version, 1},
	    {&h->seq, 1}, {pad, 0}};
	bool ok = true;

	for (size_t at = 0; ok && at < h->length; at += MD5_SIZE) {
		size_t n = h->length - at < MD5_SIZE ? h->length - at : MD5_SIZE;

		ok = crypto_hash(c, HASH_MD5, part, sizeof part / sizeof part[0], pad);
		part[4].len = MD5_SIZE;
		for (size_t i = 0; ok && i < n; i++)
			body[at + i] ^= pad[i];
	}
	crypto_wipe(pad, sizeof pad);
	return ok;
}

/* ---- requests ---------------------------------------------------------------------------- */

void tacacs_arg(struct tacacs_args *a, const char *fmt, ...)
{
	size_t room = sizeof a->bytes - a->used;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(a->bytes + a->used, room, fmt, ap);
	va_end(ap);
	if (n < 0 || n > TEXT_MAX || (size_t)n >= room || a->n == TACACS_ARGS_MAX) {
		a->full = true;
		return;
	}
	a->len[a->n++] = (uint8_t)n;
	a->used += (size_t)n;
}

static enum authen_service service(const char *word)
{
	return strcmp(word, "enable") == 0 ? SERVICE_ENABLE
	       : strcmp(word, "ppp") == 0  ? SERVICE_PPP
					   : SERVICE_LOGIN;
}

bool tacacs_asks(const struct aaa_request *r)
{
	return r->method == AAA_ASCII || service(r->service) == SERVICE_ENABLE;
}

static enum aaa_method method(const struct aaa_request *r)
{
	return tacacs_asks(r) ? AAA_ASCII : r->method;
}

uint8_t tacacs_version(const struct aaa_request *r)
{
	return r->kind == AAA_AUTHENTICATE ? methods[method(r)].version : TACACS_VERSION;
}

/* Who he is, for which port and from where: the three texts that all requests have. */
struct identity {
	const char *user, *port, *from;
	char number[12], address[ADDR_TEXT_MAX];
};

static void identify(struct identity *i, const char *user, const char *port, uint32_t session,
    const char *word, const struct addr *client)
{
	snprintf(i->number, sizeof i->number, "%u", session);
	i->user = user;
	i->port = *port ? port : session ? i->number : word;
	i->from = client->family ? addr_text(client, i->address) : "async"; /* a serial line */
}

static void lengths(struct wr *w, const struct identity *i)
{
	wr_u8(w, (unsigned)strnlen(i->user, TEXT_MAX));
	wr_u8(w, (unsigned)strnlen(i->port, TEXT_MAX));
	wr_u8(w, (unsigned)strnlen(i->from, TEXT_MAX));
}

static void texts(struct wr *w, const struct identity *i)
{
	wr_bytes(w, i->user, strnlen(i->user, TEXT_MAX));
	wr_bytes(w, i->port, strnlen(i->port, TEXT_MAX));
	wr_bytes(w, i->from, strnlen(i->from, TEXT_MAX));
}

/* 5.4.2.2 to 5.4.2.4: the password; or identifier, challenge, response. */
static void proof(struct wr *w, const struct aaa_request *r)
{
	switch (method(r)) {
	case AAA_PAP:
		wr_bytes(w, r->password, strlen(r->password));
		break;
	case AAA_CHAP:
	case AAA_MSCHAPV1:
		wr_u8(w, r->chap_id);
		wr_bytes(w, r->challenge, r->challenge_len);
		wr_bytes(w, r->response, r->response_len);
		break;
	default:
		break;
	}
}

void tacacs_start_write(struct wr *w, const struct aaa_request *r)
{
	enum authen_service s = service(r->service);
	struct identity i;
	size_t at, len;

	identify(&i, r->user, r->port, r->session, r->service, &r->client);
	wr_u8(w, LOGIN);
	wr_u8(w, s == SERVICE_ENABLE ? r->level : LEVEL_USER);
	wr_u8(w, methods[method(r)].type);
	wr_u8(w, s);
	lengths(w, &i);
	at = wr_len(w);
	wr_u8(w, 0);
	texts(w, &i);
	len = wr_len(w);
	proof(w, r);
	wr_patch8(w, at, (unsigned)(wr_len(w) - len));
}

void tacacs_continue_write(struct wr *w, const char *text, bool abort)
{
	wr_u16(w, (unsigned)strlen(text));
	wr_u16(w, 0);
	wr_u8(w, abort ? CONTINUE_ABORT : 0);
	wr_bytes(w, text, strlen(text));
}

static void args_write(struct wr *w, const struct identity *i, const struct tacacs_args *a)
{
	lengths(w, i);
	wr_u8(w, (unsigned)a->n);
	wr_bytes(w, a->len, a->n);
	texts(w, i);
	wr_bytes(w, a->bytes, a->used);
}

void tacacs_author_write(struct wr *w, const struct aaa_request *r, const struct tacacs_args *a)
{
	struct identity i;

	identify(&i, r->user, r->port, r->session, r->service, &r->client);
	wr_u8(w, BY_TACACS);
	wr_u8(w, r->kind == AAA_COMMAND ? r->level : LEVEL_USER);
	wr_u8(w, methods[r->method].type);
	wr_u8(w, service(r->service));
	args_write(w, &i, a);
}

void tacacs_acct_write(struct wr *w, const struct msg_account *m, const struct tacacs_args *a)
{
	static const uint8_t flags[] = {[ACCOUNT_START] = TACACS_START,
	    [ACCOUNT_INTERIM] = TACACS_WATCHDOG,
	    [ACCOUNT_STOP] = TACACS_STOP,
	    [ACCOUNT_COMMAND] = TACACS_STOP};
	struct identity i;

	identify(&i, m->user, m->port, m->session, m->service, &m->client);
	wr_u8(w, m->what < sizeof flags ? flags[m->what] : 0);
	wr_u8(w, strcasecmp(m->method, "local") == 0 ? BY_LOCAL : BY_TACACS);
	wr_u8(w, m->level ? m->level : LEVEL_USER);
	wr_u8(w, methods[AAA_PAP].type);
	wr_u8(w, service(m->service));
	args_write(w, &i, a);
}

/* ---- replies ----------------------------------------------------------------------------- */

void tacacs_text(char *to, size_t size, const void *from, size_t len)
{
	const uint8_t *p = from;
	size_t n = 0;

	for (size_t i = 0; p && i < len && n < size - 1; i++)
		if ((p[i] >= ' ' && p[i] != 0x7f) || p[i] == '\n' || p[i] == '\t')
			to[n++] = (char)p[i];
	to[n] = '\0';
}

static void message(struct tacacs_reply *to, const uint8_t *p, size_t len)
{
	tacacs_text(to->message, sizeof to->message, p, len);
}

bool tacacs_authen_read(struct rd r, struct tacacs_reply *to)
{
	size_t text, data;

	*to = (struct tacacs_reply){.status = rd_u8(&r)};
	to->noecho = rd_u8(&r) & NO_ECHO;
	text = rd_u16(&r);
	data = rd_u16(&r);
	message(to, rd_bytes(&r, text), text);
	rd_skip(&r, data);
	return rd_done(&r) && ((to->status >= TACACS_PASS && to->status <= TACACS_ERROR) ||
				  to->status == TACACS_FOLLOW);
}

bool tacacs_author_read(struct rd r, struct tacacs_reply *to)
{
	size_t text, data;
	struct rd sizes;

	*to = (struct tacacs_reply){.status = rd_u8(&r)};
	to->n_args = rd_u8(&r);
	text = rd_u16(&r);
	data = rd_u16(&r);
	sizes = rd_sub(&r, to->n_args);
	message(to, rd_bytes(&r, text), text);
	rd_skip(&r, data);
	for (size_t i = 0; i < to->n_args; i++) {
		size_t len = rd_u8(&sizes);

		to->arg[i] = (struct chunk){rd_bytes(&r, len), len};
	}
	return rd_done(&r) && !sizes.bad &&
	       (to->status == TACACS_PASS_ADD || to->status == TACACS_PASS_REPL ||
		   to->status == TACACS_AUTHOR_FAIL || to->status == TACACS_AUTHOR_ERROR ||
		   to->status == TACACS_FOLLOW);
}

bool tacacs_acct_read(struct rd r, struct tacacs_reply *to)
{
	size_t text = rd_u16(&r), data = rd_u16(&r);

	*to = (struct tacacs_reply){.status = rd_u8(&r)};
	message(to, rd_bytes(&r, text), text);
	rd_skip(&r, data);
	return rd_done(&r) && (to->status == TACACS_ACCT_SUCCESS ||
				  to->status == TACACS_ACCT_ERROR || to->status == TACACS_FOLLOW);
}
