/*
 * Access-Requests (RFC 2865 5; MS-CHAP: RFC 2548 2; EAP: RFC 3579 3.1) and Accounting-Requests
 * (RFC 2866 5, RFC 2869 5.1-5.3), with the device's own attributes of vendor 3076.
 */
#include "engine/aaa/radius/request.h"

#include <stdio.h>
#include <string.h>

#include "engine/aaa/directory.h"

enum { LOGIN = 1, FRAMED = 2, NAS_PROMPT = 7, AUTHORIZE_ONLY = 17 }; /* Service-Type */
enum { PPP = 1 };
enum { VIRTUAL = 5 };
enum { ASA_TUNNEL_GROUP = 146, ASA_CLIENT_TYPE = 150 };
enum { CLIENT_L2TP = 5 };
enum { AUTHENTIC_RADIUS = 1, AUTHENTIC_LOCAL };
enum { STATUS_START = 1, STATUS_STOP, STATUS_INTERIM, STATUS_ON = 7, STATUS_OFF };

/* Microsoft's */
enum {
	MS_CHAP_RESPONSE = 1,
	MS_CHAP_CPW2 = 4,
	MS_CHAP_LM_ENC_PW,
	MS_CHAP_NT_ENC_PW,
	MS_CHAP_CHALLENGE = 11,
	MS_CHAP2_RESPONSE = 25,
	MS_CHAP2_CPW = 27
};

#define MS_CHAP_VALUE 49 /* two halves of 24, flags */
#define ENC_PW 516
#define ENC_PW_PART 243

static void put_microsoft(struct wr *w, uint8_t type, const void *p, size_t len)
{
	radius_put_vendor(w, RADIUS_VENDOR_MICROSOFT, type, p, len);
}

static void put_avpair(struct wr *w, const char *text)
{
	radius_put_vendor(w, RADIUS_VENDOR_CISCO, RADIUS_CISCO_AVPAIR, text, strlen(text));
}

static void put_address_text(struct wr *w, enum radius_attribute type, const struct addr *a)
{
	char text[ADDR_TEXT_MAX];

	if (a->family)
		radius_put_text(w, type, addr_text(a, text));
}

/* ---- who asks, for whom, from where ------------------------------------------------------ */

struct radius_nas radius_nas_of(const struct aaa_world *w, const struct aaa_server *s)
{
	const char *nameif = s->config->interface;
	const struct cfg_aaa_interface *i = NULL;
	struct radius_nas nas = {.name = aaa_directory_hostname(w->directory)};

	if (nameif && nameif[0])
		i = aaa_directory_interface(w->directory, nameif);
	if (i)
		nas.address = i->address;
	return nas;
}

static void put_nas(struct wr *w, const struct radius_nas *nas)
{
	radius_put_address(w, RADIUS_NAS_IP_ADDRESS, &nas->address);
	radius_put_text(w, RADIUS_NAS_IDENTIFIER, nas->name[0] ? nas->name : "gatehouse");
	radius_put_u32(w, RADIUS_NAS_PORT_TYPE, VIRTUAL);
}

/* Of a session or a login: what both kinds of requests say. */
struct place {
	uint32_t session;
	const struct addr *client, *local;
	const char *tunnel_group, *service, *port;
};

static void put_place(struct wr *w, const struct place *p)
{
	bool ppp = strcmp(p->service, "ppp") == 0;
	uint8_t client_type[4] = {0, 0, 0, CLIENT_L2TP};
	char pair[32 + ADDR_TEXT_MAX], ip[ADDR_TEXT_MAX];

	if (p->session)
		radius_put_u32(w, RADIUS_NAS_PORT, p->session);
	radius_put_text(w, RADIUS_NAS_PORT_ID, p->port[0] || ppp ? p->port : p->service);
	put_address_text(w, RADIUS_CALLED_STATION, p->local);
	put_address_text(w, RADIUS_CALLING_STATION, p->client);
	if (ppp)
		put_address_text(w, RADIUS_TUNNEL_CLIENT, p->client);
	if (p->client->family) {
		snprintf(pair, sizeof pair, "ip:source-ip=%s", addr_text(p->client, ip));
		put_avpair(w, pair);
	}
	radius_put_vendor(
	    w, RADIUS_VENDOR_ASA, ASA_TUNNEL_GROUP, p->tunnel_group, strlen(p->tunnel_group));
	if (ppp)
		radius_put_vendor(
		    w, RADIUS_VENDOR_ASA, ASA_CLIENT_TYPE, client_type, sizeof client_type);
}

static void put_service(struct wr *w, const char *service, bool authorize_only)
{
	bool ppp = strcmp(service, "ppp") == 0;

	radius_put_u32(w, RADIUS_SERVICE_TYPE,
	    authorize_only ? AUTHORIZE_ONLY
	    : ppp	   ? FRAMED
			   : LOGIN);
	if (ppp)
		radius_put_u32(w, RADIUS_FRAMED_PROTOCOL, PPP);
}

static void put_who(
    struct wr *w, const struct radius_nas *nas, const struct aaa_request *r, bool authorize_only)
{
	struct place p = {.session = r->session,
	    .client = &r->client,
	    .local = &r->local,
	    .tunnel_group = r->tunnel_group,
	    .service = r->service,
	    .port = r->port};

	radius_put_text(w, RADIUS_USER_NAME, r->user);
	put_nas(w, nas);
	put_service(w, r->service, authorize_only);
	put_place(w, &p);
}

/* ---- passwords and responses ------------------------------------------------------------- */

static void put_chap(struct wr *w, const struct aaa_request *r)
{
	uint8_t value[1 + AAA_RESPONSE_MAX];

	value[0] = r->chap_id;
	memcpy(value + 1, r->response, r->response_len);
	radius_put(w, RADIUS_CHAP_PASSWORD, value, 1 + r->response_len);
	radius_put(w, RADIUS_CHAP_CHALLENGE, r->challenge, r->challenge_len);
}

/* PPP has the flags behind the two halves, RADIUS in front of them. */
static bool put_mschap(struct wr *w, const struct aaa_request *r, uint8_t type)
{
	uint8_t value[1 + MS_CHAP_VALUE];

	if (r->response_len != MS_CHAP_VALUE)
		return false;
	value[0] = r->chap_id;
	value[1] = type == MS_CHAP_RESPONSE ? r->response[MS_CHAP_VALUE - 1] : 0;
	memcpy(value + 2, r->response, MS_CHAP_VALUE - 1);
	put_microsoft(w, MS_CHAP_CHALLENGE, r->challenge, r->challenge_len);
	put_microsoft(w, type, value, sizeof value);
	return true;
}

bool radius_put_login(struct wr *w, const struct radius_key *key, const struct radius_nas *nas,
    const struct aaa_request *r, const char *password, bool authorize_only)
{
	put_who(w, nas, r, authorize_only);
	if (r->kind == AAA_AUTHORIZE)
		return radius_put_password(w, key, password);
	switch (r->method) {
	case AAA_PAP:
		return radius_put_password(w, key, r->password);
	case AAA_CHAP:
		put_chap(w, r);
		return true;
	case AAA_MSCHAPV1:
		return put_mschap(w, r, MS_CHAP_RESPONSE);
	case AAA_MSCHAPV2:
		return put_mschap(w, r, MS_CHAP2_RESPONSE);
	case AAA_EAP:
		radius_put_u32(w, RADIUS_FRAMED_MTU, 1400);
		radius_put_long(w, RADIUS_EAP_MESSAGE, r->eap, r->eap_len);
		return r->eap_len != 0;
	default:
		return false;
	}
}

/* ---- a new password (RFC 2548 2.1.5, 2.1.6, 2.3.4) ---------------------------------------- */

static void put_enc_pw(struct wr *w, uint8_t type, uint8_t id, struct rd *r)
{
	uint8_t value[4 + ENC_PW_PART] = {6, id};
	size_t left = ENC_PW;

	for (uint8_t part = 1; left; part++) {
		size_t len = left < ENC_PW_PART ? left : ENC_PW_PART;

		value[3] = part;
		rd_copy(r, value + 4, len);
		put_microsoft(w, type, value, 4 + len);
		left -= len;
	}
}

/* A Change-Password packet of version 2 (RFC 2759 7) or 1 (RFC 2433 9.2) behind its header. */
static bool put_new_password(struct wr *w, const struct aaa_request *r, const struct aaa_next *n)
{
	struct rd in = rd_init(n->response.p, n->response.len);
	uint8_t value[2 + 84] = {r->method == AAA_MSCHAPV2 ? 7 : 6, r->chap_id};

	put_microsoft(w, MS_CHAP_CHALLENGE, n->challenge.p, n->challenge.len);
	put_enc_pw(w, MS_CHAP_NT_ENC_PW, r->chap_id, &in);
	if (r->method == AAA_MSCHAPV2) {
		rd_copy(&in, value + 2, 66);
		put_microsoft(w, MS_CHAP2_CPW, value, 2 + 66);
	} else {
		rd_copy(&in, value + 2, 16); /* the old password's NT hash */
		put_enc_pw(w, MS_CHAP_LM_ENC_PW, r->chap_id, &in);
		rd_copy(&in, value + 18, 16 + 24 + 24 + 2);
		put_microsoft(w, MS_CHAP_CPW2, value, 2 + 82);
	}
	return rd_done(&in);
}

bool radius_put_answer(struct wr *w, const struct radius_key *key, const struct radius_nas *nas,
    const struct aaa_request *r, const struct aaa_next *n, struct bytes state)
{
	put_who(w, nas, r, false);
	radius_put(w, RADIUS_STATE, state.p, state.len);
	switch (r->method) {
	case AAA_EAP:
		radius_put_u32(w, RADIUS_FRAMED_MTU, 1400);
		radius_put_long(w, RADIUS_EAP_MESSAGE, n->response.p, n->response.len);
		return n->response.len != 0;
	case AAA_MSCHAPV1:
	case AAA_MSCHAPV2:
		return put_new_password(w, r, n);
	default:
		return radius_put_password(w, key, n->text ? n->text : "");
	}
}

bool radius_put_acl(struct wr *w, const struct radius_key *key, const struct radius_nas *nas,
    const char *name, struct bytes state)
{
	radius_put_text(w, RADIUS_USER_NAME, name);
	put_nas(w, nas);
	put_avpair(w, "aaa:service=ip_admission");
	put_avpair(w, "aaa:event=acl-download");
	radius_put(w, RADIUS_STATE, state.p, state.len);
	return radius_put_password(w, key, "");
}

/* ---- accounting -------------------------------------------------------------------------- */

static void put_counters(struct wr *w, const struct msg_account *a)
{
	radius_put_u32(w, RADIUS_ACCT_SESSION_TIME, a->duration);
	radius_put_u32(w, RADIUS_ACCT_INPUT_OCTETS, (uint32_t)a->bytes_in);
	radius_put_u32(w, RADIUS_ACCT_OUTPUT_OCTETS, (uint32_t)a->bytes_out);
	radius_put_u32(w, RADIUS_ACCT_INPUT_PACKETS, (uint32_t)a->pkts_in);
	radius_put_u32(w, RADIUS_ACCT_OUTPUT_PACKETS, (uint32_t)a->pkts_out);
	radius_put_u32(w, RADIUS_ACCT_INPUT_GIGAWORDS, (uint32_t)(a->bytes_in >> 32));
	radius_put_u32(w, RADIUS_ACCT_OUTPUT_GIGAWORDS, (uint32_t)(a->bytes_out >> 32));
}

/* What came with the acceptance goes back, attribute by attribute (see radius_reply.c). */
static void put_cookie(struct wr *w, struct bytes cookie)
{
	struct rd r = rd_init(cookie.p, cookie.len);

	while (rd_left(&r)) {
		size_t len = rd_u8(&r);
		const uint8_t *p = rd_bytes(&r, len);

		if (p)
			radius_put(w, RADIUS_CLASS, p, len);
	}
}

static uint32_t status_of(const struct msg_account *a)
{
	switch (a->what) {
	case ACCOUNT_START:
		return STATUS_START;
	case ACCOUNT_INTERIM:
		return STATUS_INTERIM;
	case ACCOUNT_STOP:
		return STATUS_STOP;
	case ACCOUNT_ON:
		return STATUS_ON;
	case ACCOUNT_OFF:
		return STATUS_OFF;
	default:
		return 0;
	}
}

/* Who has let him in (RFC 2866 5.6). */
static bool by_local(const struct msg_account *a)
{
	return !*a->auth_group || strcmp(a->auth_group, "LOCAL") == 0;
}

bool radius_put_account(
    struct wr *w, const struct radius_nas *nas, const struct msg_account *a, int64_t now)
{
	struct place p = {.session = a->session,
	    .client = &a->client,
	    .local = &a->local,
	    .tunnel_group = a->tunnel_group,
	    .service = a->service,
	    .port = a->port};
	uint32_t status = status_of(a);

	if (!status)
		return false;
	radius_put_u32(w, RADIUS_ACCT_STATUS_TYPE, status);
	radius_put_text(w, RADIUS_ACCT_SESSION_ID, a->key);
	radius_put_text(w, RADIUS_USER_NAME, a->user);
	put_nas(w, nas);
	put_service(w, a->service, false);
	put_place(w, &p);
	radius_put_address(w, RADIUS_FRAMED_IP, &a->assigned);
	radius_put_u32(w, RADIUS_EVENT_TIMESTAMP, (uint32_t)a->time);
	radius_put_u32(w, RADIUS_ACCT_DELAY_TIME,
	    now > (int64_t)a->time ? (uint32_t)(now - (int64_t)a->time) : 0);
	radius_put_u32(w, RADIUS_ACCT_AUTHENTIC, by_local(a) ? AUTHENTIC_LOCAL : AUTHENTIC_RADIUS);
	if (status == STATUS_INTERIM || status == STATUS_STOP)
		put_counters(w, a);
	if (status == STATUS_STOP && a->cause)
		radius_put_u32(w, RADIUS_ACCT_TERMINATE_CAUSE, a->cause);
	put_cookie(w, a->cookie);
	return true;
}
