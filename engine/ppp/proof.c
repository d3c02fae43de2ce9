/* A proof that is asked for beside the link; see proof.h. Identity and life: its owner's. */
#include "engine/ppp/proof.h"

#include <string.h>

#include "engine/ppp/frame.h"
#include "engine/ppp/method.h"
#include "engine/ppp/objects.h"

bool ppp_proof_begin(struct ppp *p, struct ppp_proof *to)
{
	const struct auth_method *m = auth_method(p->method);

	if (!m || !m->challenge || p->auth.state != AUTH_ACCEPTED || p->phase != PHASE_NETWORK)
		return false;
	*to = (struct ppp_proof){.method = p->method, .challenge_len = m->challenge};
	do /* another one than what is out, or was, on the link (RFC 1994 4.1) */
		p->env->random(p->env, &to->id, sizeof to->id);
	while (to->id == p->auth.id);
	p->env->random(p->env, to->challenge, to->challenge_len);
	return true;
}

/* A packet of CHAP with its frame; its length. */
static size_t frame_of(uint8_t code, uint8_t id, const uint8_t *body, size_t len,
    uint8_t *frame, size_t room)
{
	struct wr w = wr_init(frame, room);

	ppp_put_header(&w, PROTO_CHAP);
	wr_u8(&w, code);
	wr_u8(&w, id);
	wr_u16(&w, (unsigned)len + 4);
	wr_bytes(&w, body, len);
	return wr_len(&w);
}

size_t ppp_proof_challenge(const struct ppp *p, const struct ppp_proof *f,
    uint8_t *frame, size_t room)
{
	uint8_t body[1 + sizeof f->challenge + CHAP_NAME_MAX];
	size_t len =
	    chap_challenge_write(f->challenge, f->challenge_len, p->config.name, body, sizeof body);

	return frame_of(CHAP_CHALLENGE, f->id, body, len, frame, room);
}

bool ppp_proof_response(const struct ppp *p, const struct ppp_proof *f, const uint8_t *frame,
    size_t len, struct ppp_auth_request *q)
{
	const struct auth_method *m = auth_method(f->method);
	struct rd r = rd_init(frame, len);
	uint8_t code, id;

	*q = (struct ppp_auth_request){.method = f->method, .chap_id = f->id,
	    .challenge_len = f->challenge_len};
	memcpy(q->challenge, f->challenge, f->challenge_len);
	return ppp_unframe(&r) == PROTO_CHAP && !r.bad && auth_packet_open(&r, &code, &id) &&
	    code == CHAP_RESPONSE && id == f->id && m->packets->read(&r, m->response, q) &&
	    strcmp(q->user, p->auth.user) == 0;
}

size_t ppp_proof_success(const struct ppp_proof *f, const struct ppp_auth_reply *r,
    uint8_t *frame, size_t room)
{
	const struct auth_method *m = auth_method(f->method);
	char text[256];
	uint8_t body[sizeof text];
	size_t len;

	m->good(text, sizeof text, r, "", false);
	len = m->packets->write(text, body, sizeof body);
	return frame_of(CHAP_SUCCESS, f->id, body, len, frame, room);
}
