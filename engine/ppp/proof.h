/*
 * Who is on a link says once more who he is, elsewhere than on the link: what its authenticator may
 * ask at any time (RFC 1994 2), as frames that the owner brings to where the client seems to be.
 * Nothing of the link changes by it. The methods with a challenge alone have this: with PAP the
 * client begins, and EAP is between him and a login server.
 */
#ifndef GATEHOUSE_PPP_PROOF_H
#define GATEHOUSE_PPP_PROOF_H

#include "engine/ppp/ppp.h"

#define PPP_PROOF_MAX 512 /* bytes of a frame */

struct ppp_proof {
	enum ppp_auth method;
	uint8_t id;
	uint8_t challenge[16];
	size_t challenge_len;
};

/* By the link's method, with a challenge that nobody has seen. False: the method has none, or
 * nobody is logged in on the link. */
bool ppp_proof_begin(struct ppp *, struct ppp_proof *);
/* The Challenge, in that room; its length. */
size_t ppp_proof_challenge(const struct ppp *, const struct ppp_proof *,
    uint8_t *frame, size_t room);
/* A frame is the Response to that: what is to be checked. The name is the one that the link's user
 * gave, else it is no Response to it. */
bool ppp_proof_response(const struct ppp *, const struct ppp_proof *, const uint8_t *frame,
    size_t len, struct ppp_auth_request *);
/* The Success for an answer that accepts, likewise. */
size_t ppp_proof_success(const struct ppp_proof *, const struct ppp_auth_reply *,
    uint8_t *frame, size_t room);

#endif
