/*
 * One PPP link, server side (RFC 1661, 1332, 1877, 1334, 1994, 2433, 2759, 3748).
 * Frames in, frames out; who the user is, is asked of the owner and answered
 * later; addresses come from the owner as well.
 */
#ifndef GATEHOUSE_PPP_H
#define GATEHOUSE_PPP_H

#include "engine/base/env.h"
#include "engine/base/reason.h"
#include "engine/base/trace.h"

struct ppp;

enum ppp_auth {
	PPP_AUTH_NONE,
	PPP_AUTH_PAP,
	PPP_AUTH_CHAP,
	PPP_AUTH_MSCHAPV1,
	PPP_AUTH_MSCHAPV2,
	PPP_AUTH_EAP
};

#define PPP_USER_MAX 256
#define PPP_PASSWORD_MAX 256
#define PPP_PROBES 128

struct ppp_config {
	/* Allowed methods; the strongest is offered first. */
	bool pap, chap, mschapv1, mschapv2, eap;
	uint16_t mru; /* we ask for; what we say ourselves is held to it, too */
	struct addr local;                  /* our IPCP address */
	const char *name; /* in CHAP challenges: the host name; lives as long as the link */
	uint32_t echo_seconds;              /* LCP echo when nothing was heard, 0 = off */
};

/* What the client proved; the owner checks it. Strings are NUL-terminated. */
struct ppp_auth_request {
	enum ppp_auth method;
	char user[PPP_USER_MAX];         /* as sent, DOMAIN\ included */
	char password[PPP_PASSWORD_MAX]; /* PAP */
	uint8_t chap_id;
	uint8_t challenge[16];
	size_t challenge_len;
	uint8_t response[64];
	size_t response_len;
	const uint8_t *eap; /* EAP: the client's Response, whole; valid in the call only */
	size_t eap_len;
};

/* What the client says to a challenge: the EAP packet, or an MS-CHAP Change-Password packet behind
 * its header (RFC 2759 7, RFC 2433 8) with the challenge that it answers. Valid in the call. */
struct ppp_auth_next {
	const uint8_t *response, *challenge;
	size_t response_len, challenge_len;
};

struct ppp_auth_reply {
	bool accepted;
	enum reason reason;      /* of a refusal */
	int windows_error;       /* E= of MS-CHAP failures: 691, 648, 709 ...; 0: the reason's */
	const char *message;     /* PAP/CHAP text, M= of MS-CHAP; may be NULL */
	char mschap_success[43]; /* MS-CHAPv2: "S=" and 40 hex digits, NUL */
};

/* What IPCP may give; unset addresses are rejected when the client asks. */
struct ppp_ip {
	struct addr client, dns[2], wins[2];
};

struct ppp_ops {
	/* Begins with ff 03 or protocol. */
	void (*send)(void *owner, const uint8_t *frame, size_t len);
	/* Ask; answer once with ppp_auth_done(), after any number of challenges. `request` is the
	 * link's, valid until then. */
	void (*authenticate)(void *owner, const struct ppp_auth_request *);
	/* The client's answer to a challenge. */
	void (*next)(void *owner, const struct ppp_auth_next *);
	/* What was asked needs no answer any more; ppp_auth_done() ends it all the same, and
	 * nothing is asked before. Not once ppp_lower_down() has returned. */
	void (*cancel)(void *owner);
	/* After success, before IPCP: false ends the link with NO_ADDRESS. */
	bool (*address)(void *owner, struct ppp_ip *);
	/* IPCP is open: traffic may flow. Again after each `closed`. */
	void (*up)(void *owner);
	/* IPCP is no longer open, whatever the reason: no traffic until the next `up`. Comes before
	 * anything leaves that tells the client so. */
	void (*closed)(void *owner);
	/* The link is over; the owner frees it with ppp_destroy (not from inside a ppp_ call). */
	void (*down)(void *owner, enum reason);
	/* The client has the ppp_probe() of that number. May be NULL. */
	void (*echoed)(void *owner, unsigned number);
	/* Whom the link is about, for debug lines; NULL: nobody says. */
	void (*about)(void *owner, struct trace_ctx *);
};

/* What was negotiated, for `show` and the packet path. */
struct ppp_info {
	enum ppp_auth method;
	bool pfc, acfc; /* the client accepts compressed headers */
	uint16_t mru;   /* the client's */
	unsigned asked; /* methods that the client wanted instead of ours, 1 << enum ppp_auth */
	const char *user;
	bool open;      /* IPCP is open */
	const char *phase; /* "Establish", "Authenticate", "Network", "Terminate", "Dead" */
};

struct ppp *ppp_create(struct env *, struct trace *, const struct ppp_config *,
    const struct ppp_ops *, void *owner, const char *label);
void ppp_destroy(struct ppp *);
/* The lower layer is up: LCP starts. */
void ppp_start(struct ppp *);
void ppp_receive(struct ppp *, const uint8_t *frame, size_t len);
void ppp_auth_done(struct ppp *, const struct ppp_auth_reply *);
/* Challenges, instead of that answer: an EAP Request; the wish for a new password, with a text for
 * the user or NULL. False: the method cannot put it to the client, or it is malformed; the question
 * is open as before. */
bool ppp_auth_eap(struct ppp *, const uint8_t *packet, size_t len);
bool ppp_auth_new_password(struct ppp *, const char *message);
/* False: the negotiation in which the owner was asked is over; his answer decides nothing. */
bool ppp_auth_expected(const struct ppp *);
/* Another path: the MRU to ask for when LCP is negotiated again, and the limit of what we say. */
void ppp_set_mru(struct ppp *, uint16_t mru);
/* Sends Terminate-Request and ends with that reason once acknowledged or timed out. */
void ppp_close(struct ppp *, enum reason);
/* The lower layer is gone: ends at once, without sending, and without calling `down`. */
void ppp_lower_down(struct ppp *);
/* Writes an Echo-Request of so many bytes behind the PPP header, a frame; its length. 0: there is
 * no room, the client takes no such frame, or LCP is not open. number: below PPP_PROBES. */
size_t ppp_probe(struct ppp *, uint8_t *frame, size_t room, size_t len, unsigned number);
/* One LCP Echo-Request (RFC 1661 5.8); whoever asks notices what comes. False: LCP is not open. */
bool ppp_ask(struct ppp *);
void ppp_get(const struct ppp *, struct ppp_info *);

#endif
