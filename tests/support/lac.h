/*
 * The client's side of L2TP and PPP: an access concentrator and a PPP client in
 * one, env-driven like the server, with the manners of Windows or of
 * xl2tpd and pppd. Every message it sends and expects is one L2TP message, as
 * it stands in a UDP payload.
 */
#ifndef GATEHOUSE_TESTS_LAC_H
#define GATEHOUSE_TESTS_LAC_H

#include "engine/base/env.h"
#include "engine/crypto/mschap.h"
#include "engine/ppp/ppp.h"
#include "tests/support/lac_manners.h"

struct lac;

enum lac_kind { LAC_WINDOWS, LAC_PPPD };

struct lac_config {
	enum lac_kind kind;
	const struct lac_manners *manners; /* NULL: the kind's */
	const char *host; /* the name of its computer, NULL: that of its manners */
	unsigned methods;           /* bits 1 << enum ppp_auth that it accepts */
	const char *user, *password; /* copied */
	uint16_t tunnel_id;         /* assigned to the server, 0 = 1 */
	bool eap;                   /* naks every method once with EAP */
	/* a router's ICRQ and ICCN: without serial, speed and framing */
	bool bare;
	/* Its Change-Password packet behind the header, when the server wants a new password. */
	const char *new_password; /* of MS-CHAPv2, made into that packet; or the packet itself: */
	const uint8_t *change;
	size_t change_len;
	bool sequencing;            /* numbers its data messages and requires that we do */
};

enum lac_stage { LAC_IDLE, LAC_TUNNEL, LAC_SESSION, LAC_LCP, LAC_AUTH, LAC_IPCP, LAC_UP, LAC_DOWN };

struct lac_ops {
	void (*send)(void *owner, const uint8_t *msg, size_t len);
	/* IPCP is open; the addresses are those the server gave, unset = rejected. */
	void (*up)(void *owner, const struct ppp_ip *);
	void (*ip)(void *owner, const uint8_t *packet, size_t len); /* may be NULL */
	void (*down)(void *owner, enum lac_stage failed_at);        /* may be NULL */
	/* NULL, or says the Response to an EAP Request instead of us; 0: nothing. */
	size_t (*eap)(void *owner, const uint8_t *request, size_t len, uint8_t *response,
	    size_t size);
};

/* `crypto` may be shared. Nothing is sent before lac_start(). */
struct lac *lac_create(struct env *, const struct crypto *, const struct lac_config *,
    const struct lac_ops *, void *owner);
/* Safe outside callbacks, at any time. */
void lac_destroy(struct lac *);
void lac_start(struct lac *);
void lac_receive(struct lac *, const uint8_t *msg, size_t len);
/* One IP packet through the open link; false when it is not open. */
bool lac_send_ip(struct lac *, const uint8_t *packet, size_t len);
/* The same whether it is open or not. */
void lac_force_ip(struct lac *, const uint8_t *packet, size_t len);
/* Windows: Terminate-Request, CDN, StopCCN. pppd: StopCCN, then a stray Terminate-Request. */
void lac_hangup(struct lac *);
/* The server has acknowledged every control message up to now. */
bool lac_acknowledged(const struct lac *);
/* One LCP packet (Echo-Request, Terminate-Request ...), for tests of single behaviours. */
void lac_send_ppp(
    struct lac *, uint16_t protocol, uint8_t code, uint8_t id, const void *data, size_t len);
/* LCP from the start again on the open session; lac_like() says what will be different then. */
void lac_renegotiate(struct lac *);
/* IPCP alone from the start again. */
void lac_renegotiate_ipcp(struct lac *);
struct lac_like {
	const char *user, *password; /* NULL as before */
	uint16_t mru;
	bool plain;     /* asks for no compressed headers */
	bool agreeable; /* asks for nothing that is rejected */
};
void lac_like(struct lac *, const struct lac_like *);
/* What the client asks for itself: its next Configure-Request of IPCP names this address. */
void lac_wish(struct lac *, struct addr);

enum lac_stage lac_stage(const struct lac *);
enum ppp_auth lac_method(const struct lac *);
/* Text of the last CHAP Failure or Success, PAP Ack or Nak; "" before. */
const char *lac_answer(const struct lac *);
/* The ids that the server assigned. */
uint16_t lac_server_tunnel(const struct lac *);
uint16_t lac_server_session(const struct lac *);
/* EAP: the length of the last Request whose type we have not; it was answered with a Nak. */
size_t lac_eap_unknown(const struct lac *);
/* How often the server answered: Protocol-Rejects, Echo-Replies, LCP Terminate-Requests and Acks.
 */
struct lac_seen {
	/* data messages; with Ns; with one that is not the next */
	unsigned data, numbered, misnumbered;
	unsigned protocol_rejects, echo_replies, echo_requests, terminate_requests, terminate_acks,
	    hellos, stopccn, cdn;
	uint8_t rejected[64]; /* the options of the last LCP Configure-Reject */
	size_t rejected_len;
	uint16_t mru;          /* the server's wish, 0 = none */
	uint64_t sccrp, icrp;  /* bits 1 << AVP of these messages (struct l2tp_msg) */
	uint16_t version;      /* of SCCRP */
	uint8_t vj_rejects;    /* IPCP Configure-Rejects of Van Jacobson's option */
};
const struct lac_seen *lac_seen(const struct lac *);
/* From now on it says and hears nothing: a client that vanished. */
void lac_vanish(struct lac *);

#endif
