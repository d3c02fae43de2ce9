/*
 * EAP on one link (RFC 3748), relayed: we ask for the identity, and everything
 * behind that is between the client and a login server. Identity: the link's
 * proof. One Request is out at a time, known by its Identifier; it is repeated
 * until its Response comes (RFC 3748 4.3), which goes to the server as it is,
 * once. Success and Failure are said by what the server decides (RFC 3579
 * 2.6.3), under the Identifier of the last Response (RFC 3748 4.2).
 */
#include "engine/ppp/eap.h"

#include <stdlib.h>
#include <string.h>

#include "engine/crypto/crypto.h"
#include "engine/ppp/auth_ask.h"
#include "engine/ppp/auth_packet.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/send.h"

#define PERIOD_FIRST (3 * SEC)
#define PERIOD_MAX (20 * SEC)
#define TRIES 10
#define ROUNDS 100 /* Responses of one login: a chain of certificates in small fragments */

static void send_request(struct ppp *p)
{
	struct auth *a = &p->auth;
	uint64_t period = a->tries < 3 ? PERIOD_FIRST << a->tries : PERIOD_MAX;

	a->tries++;
	ppp_send(p, PROTO_EAP, EAP_REQUEST, a->id, a->eap + 4, a->eap_len - 4);
	timer_start(p->env, &a->timer, period);
}

void eap_start(struct ppp *p)
{
	struct auth *a = &p->auth;

	a->rounds = 0;
	if (!a->eap && !(a->eap = malloc(EAP_PACKET_MAX))) {
		p->link->close(p, REASON_NO_MEMORY);
		return;
	}
	a->eap[4] = EAP_TYPE_IDENTITY; /* its header is written as it is sent */
	a->eap_len = 5;
	send_request(p);
}

bool eap_repeat(struct ppp *p)
{
	if (p->auth.tries >= TRIES)
		return false;
	send_request(p);
	return true;
}

bool eap_response(struct ppp *p, uint8_t id, struct rd packet)
{
	struct auth *a = &p->auth;

	if (id != a->id || a->state != AUTH_WAITING)
		return true; /* late, or repeated while the server thinks */
	if (rd_left(&packet) < 5 || rd_left(&packet) > EAP_PACKET_MAX)
		return false;
	if (++a->rounds > ROUNDS)
		p->link->close(p, REASON_AUTH_REJECTED);
	else
		auth_tell(p, &(struct ppp_auth_next){
				 .response = packet.p, .response_len = rd_left(&packet)});
	return true;
}

void eap_forget(struct ppp *p)
{
	if (p->auth.eap)
		crypto_wipe(p->auth.eap, EAP_PACKET_MAX);
	free(p->auth.eap);
	p->auth.eap = NULL;
}

/* The packet is well-formed: a Request with a type. */
static bool is_request(const uint8_t *packet, size_t len)
{
	struct rd r = rd_init(packet, len);
	uint8_t code;

	code = rd_u8(&r);
	rd_skip(&r, 1);
	return code == EAP_REQUEST && rd_u16(&r) == len && len > 4 && !r.bad;
}

bool ppp_auth_eap(struct ppp *p, const uint8_t *packet, size_t len)
{
	struct auth *a = &p->auth;

	if (a->state != AUTH_ASKED || !a->eap || len > EAP_PACKET_MAX || !is_request(packet, len))
		return false;
	memcpy(a->eap, packet, len);
	a->eap_len = len;
	a->id = packet[1];
	a->tries = 0;
	a->state = AUTH_WAITING;
	p->link->challenged(p);
	send_request(p);
	return true;
}
