/* The client proves himself, and wants proof of the server (RFC 1334, 1994, 2433, 2759; of EAP,
 * RFC 3748, he has MD5). */
#include "tests/support/lac_inside.h"

#include <stdio.h>
#include <string.h>

#include "engine/crypto/mschap_change.h"

void lac_pap_request(struct timer *t)
{
	struct lac *c = container_of(t, struct lac, pap);
	uint8_t buf[260];
	struct wr w = wr_init(buf, sizeof buf);

	if (c->stage != LAC_AUTH)
		return;
	wr_u8(&w, (unsigned)strlen(c->user));
	wr_bytes(&w, c->user, strlen(c->user));
	wr_u8(&w, (unsigned)strlen(c->password));
	wr_bytes(&w, c->password, strlen(c->password));
	lac_send_ppp(c, PROTO_PAP, 1, ++c->other_id, buf, wr_len(&w));
	timer_start(c->env, t, 3 * SEC);
}

void lac_network(struct lac *c)
{
	static const uint8_t interface_id[] = {1, 10, 0x02, 0, 0, 0, 0, 0, 0, 1};
	static const uint8_t mppe[] = {18, 6, 1, 0, 0, 1};

	memset(&c->ip, 0, sizeof c->ip);
	c->ip.client = c->wish;
	c->ask[ADDRESS] = c->ask[DNS1] = true;
	c->ask[DNS2] = c->m.dns2;
	c->ask[WINS1] = c->ask[WINS2] = c->m.wins;
	c->ask_vj = c->m.van_jacobson;
	lac_send_ppp(c, PROTO_IPV6CP, CONF_REQUEST, 5, interface_id, sizeof interface_id);
	if (c->m.mppe)
		lac_send_ppp(c, PROTO_CCP, CONF_REQUEST, 6, mppe, sizeof mppe);
	fsm_event(&c->ipcp, FSM_OPEN);
	fsm_event(&c->ipcp, FSM_UP);
}

static bool respond(struct lac *c, const uint8_t *challenge, size_t len)
{
	uint8_t hash[16], peer[16];

	mschap_nt_hash(c->crypto, c->password, hash);
	memcpy(c->challenge, challenge, len < sizeof c->challenge ? len : sizeof c->challenge);
	c->response_len = 49;
	switch (c->method) {
	case PPP_AUTH_MSCHAPV2:
		c->env->random(c->env, peer, sizeof peer);
		return len == 16 &&
		       mschap_respond_v2(c->crypto, hash, challenge, peer, c->user, c->response);
	case PPP_AUTH_MSCHAPV1:
		return len == 8 && mschap_respond_v1(c->crypto, hash, challenge, c->response);
	case PPP_AUTH_CHAP:
		c->response_len = hash_info[HASH_MD5].size;
		return crypto_hash(c->crypto, HASH_MD5,
		    (struct chunk[]){{&c->auth_id, 1}, {c->password, strlen(c->password)},
		        {challenge, len}}, 3, c->response);
	default:
		return false;
	}
}

static void challenged(struct lac *c, uint8_t id, struct rd r)
{
	size_t len = rd_u8(&r);
	const uint8_t *challenge = rd_bytes(&r, len);
	uint8_t buf[256];
	struct wr w = wr_init(buf, sizeof buf);

	if (!challenge)
		return;
	if (id != c->auth_id || c->response_len == 0) {
		c->auth_id = id;
		if (!respond(c, challenge, len))
			return;
	}
	wr_u8(&w, (unsigned)c->response_len);
	wr_bytes(&w, c->response, c->response_len);
	wr_bytes(&w, c->user, strlen(c->user));
	lac_send_ppp(c, PROTO_CHAP, 2, id, buf, wr_len(&w));
}

/* The server must prove that it knows the password, too (RFC 2759 5). */
static bool genuine(struct lac *c)
{
	char want[MSCHAP_SUCCESS];
	uint8_t hash[16];

	if (c->method != PPP_AUTH_MSCHAPV2)
		return true;
	mschap_nt_hash(c->crypto, c->password, hash);
	mschap_authenticator(
	    c->crypto, hash, c->response + 24, c->response, c->challenge, c->user, want);
	return strncmp(c->answer, want, 42) == 0;
}

/* Type 4 is Challenge of CHAP with MD5 (RFC 3748 5.4); another one is declined (5.3.1). */
static void eap_requested(struct lac *c, uint8_t id, struct rd r)
{
	uint8_t type = rd_u8(&r), size = type == 4 ? rd_u8(&r) : 0;
	const uint8_t *challenge = rd_bytes(&r, size);
	uint8_t buf[256];
	struct wr w = wr_init(buf, sizeof buf);

	wr_u8(&w, type == 1 || type == 4 ? type : 3);
	if (type == 1) {
		wr_bytes(&w, c->user, strlen(c->user));
	} else if (type == 4) {
		crypto_hash(c->crypto, HASH_MD5,
		    (struct chunk[]){{&id, 1}, {c->password, strlen(c->password)},
		        {challenge, size}}, 3, c->response);
		wr_u8(&w, 16);
		wr_bytes(&w, c->response, 16);
	} else {
		c->eap_unknown = rd_left(&r) + 5;
		wr_u8(&w, 4);
	}
	lac_send_ppp(c, PROTO_EAP, 2, id, buf, wr_len(&w));
}

/* The whole packet, for somebody else to answer. */
static void eap_handed_on(struct lac *c, struct rd r)
{
	uint8_t response[1500];
	size_t len = c->ops->eap(c->owner, r.p, rd_left(&r), response, sizeof response);

	if (len)
		lac_data(c, PROTO_EAP, false, response, len);
}

/* RFC 2759 7, for the challenge of the Failure; from now on it is his password. */
static void change_to(struct lac *c, uint8_t id, const char *new)
{
	const char *hex = strstr(c->answer, "C=");
	uint8_t packet[MSCHAP_CHANGE], old[16];
	unsigned byte;

	for (unsigned i = 0; hex && i < 16 && sscanf(hex + 2 + 2 * i, "%2x", &byte) == 1; i++)
		c->challenge[i] = (uint8_t)byte;
	mschap_nt_hash(c->crypto, c->password, old);
	mschap_change_write(c->crypto, new, old, c->challenge, c->user, packet);
	memcpy(c->response, packet + 532, 48); /* for the server's proof */
	snprintf(c->password, sizeof c->password, "%s", new);
	lac_send_ppp(c, PROTO_CHAP, 7, (uint8_t)(id + 1), packet, sizeof packet);
}

/* The Failure that wants a new password; false: it is another one. */
static bool change(struct lac *c, uint8_t id)
{
	const struct auth_method *m = auth_method(c->method);

	if (c->config.new_password && strncmp(c->answer, "E=648 R=1 ", 10) == 0) {
		change_to(c, id, c->config.new_password);
		return true;
	}
	if (!c->config.change || strncmp(c->answer, "E=648 R=1 ", 10) != 0)
		return false;
	lac_send_ppp(c, PROTO_CHAP, m->change, (uint8_t)(id + 1), c->config.change,
	    c->config.change_len);
	return true;
}

void lac_auth_receive(struct lac *c, uint16_t protocol, struct rd r)
{
	struct rd whole = r;
	uint8_t code = rd_u8(&r), id = rd_u8(&r);
	size_t len = rd_u16(&r), text;
	struct rd body = rd_sub(&r, len < 4 ? SIZE_MAX : len - 4);

	if (body.bad || c->stage < LAC_AUTH || c->stage == LAC_DOWN)
		return;
	if (protocol == PROTO_CHAP && code == 1) {
		challenged(c, id, body);
		return;
	}
	if (protocol == PROTO_EAP && c->ops->eap)
		eap_handed_on(c, rd_sub(&whole, len));
	else if (protocol == PROTO_EAP && code == 1)
		eap_requested(c, id, body);
	if (protocol == PROTO_EAP && code == 1)
		return;
	text = protocol == PROTO_PAP ? rd_u8(&body) : rd_left(&body);
	if (text >= sizeof c->answer || rd_left(&body) < text)
		return;
	rd_copy(&body, c->answer, text);
	c->answer[text] = '\0';
	if (c->stage != LAC_AUTH)
		return;
	timer_stop(c->env, &c->pap);
	if (code == 4 && protocol == PROTO_CHAP && change(c, id))
		return;
	if (code != (protocol == PROTO_PAP ? 2 : 3) || !genuine(c))
		return;
	c->stage = LAC_IPCP;
	if (!c->m.early_ipcp)
		lac_network(c);
}
