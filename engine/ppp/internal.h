/* One PPP link from the inside: what lcp.c, auth.c, ipcp.c, link.c and decode.c share. */
#ifndef GATEHOUSE_PPP_INTERNAL_H
#define GATEHOUSE_PPP_INTERNAL_H

#include "engine/ppp/frame.h"
#include "engine/ppp/fsm.h"
#include "engine/ppp/ppp.h"
#include "engine/wire/wire.h"

enum { CHAP_MD5 = 5, CHAP_MSCHAPV1 = 0x80, CHAP_MSCHAPV2 = 0x81 };

enum phase { PHASE_DEAD, PHASE_ESTABLISH, PHASE_AUTHENTICATE, PHASE_NETWORK, PHASE_TERMINATE };

#define PPP_FRAME_MAX 1600 /* the longest control frame we build */
#define PPP_MRU_DEFAULT 1500

enum auth_state { AUTH_IDLE, AUTH_WAITING, AUTH_ASKED, AUTH_ACCEPTED, AUTH_REFUSED };

struct auth {
	enum auth_state state;
	bool stale; /* a question of an earlier negotiation is still unanswered */
	unsigned tries;
	struct timer timer;
	struct ppp_auth_request request;
	uint8_t challenge[16], id; /* of our Challenge; of the PAP request */
	size_t challenge_len;
	char answer[256]; /* of the Success or Ack, for repetitions */
	char user[PPP_USER_MAX];
};

struct ppp {
	struct env *env;
	struct trace *trace;
	struct ppp_config config;
	const struct ppp_ops *ops;
	void *owner;
	char label[64], name[64];

	enum phase phase;
	struct fsm lcp, ipcp;
	struct timer deadline; /* of the negotiation as a whole */
	struct timer over;     /* zero delay: the owner hears of the end outside our calls */
	bool ended;
	enum reason reason;

	/* LCP, ours */
	uint32_t magic;
	uint16_t mru;
	bool ask_mru, ask_magic;
	unsigned methods; /* bits 1 << enum ppp_auth: allowed and not refused by the peer */
	enum ppp_auth method;
	bool auth_naked;
	/* LCP, the peer's */
	uint16_t peer_mru;
	bool pfc, acfc;
	/* liveness */
	struct timer echo;
	uint64_t heard; /* when */
	unsigned echo_missed;
	uint8_t echo_id;

	struct auth auth;

	/* IPCP */
	struct ppp_ip ip;
	bool ask_address, peer_address, was_open;
	bool ncp_heard; /* the client has begun the network phase, so it knows that it is accepted */
};

/* link.c: builds ff 03, protocol, code, identifier, length, data, and sends it. */
void ppp_send(struct ppp *, uint16_t protocol, uint8_t code, uint8_t id, const void *data, size_t len);
/* link.c: the link is over now, without a farewell. */
void ppp_end(struct ppp *, enum reason);
/* link.c: LCP is open / no longer open; the user is known. */
void ppp_established(struct ppp *);
void ppp_broken(struct ppp *);
void ppp_authenticated(struct ppp *);
void ppp_trace_state(struct ppp *, const struct fsm *, enum fsm_event, enum fsm_state, enum fsm_state);
/* link.c: a Protocol-Reject from the peer (RFC 1661 5.7). */
void ppp_protocol_rejected(struct ppp *, uint16_t protocol);

/* lcp.c */
void lcp_init(struct ppp *);
/* What we ask for at the start of a negotiation. The peer's side is reset by each of its requests,
 * the first of which may be what ended the last negotiation. */
void lcp_reset(struct ppp *);
void lcp_reject_protocol(struct ppp *, uint16_t protocol, struct rd info);
/* (Re)arms the echo timer after a frame was heard. */
void lcp_echo_start(struct ppp *);

/* ipcp.c */
void ipcp_init(struct ppp *);

/* auth.c */
void auth_init(struct ppp *);
void auth_start(struct ppp *);
void auth_stop(struct ppp *);
void auth_fini(struct ppp *);
/* Sends the Success or Ack once more; nothing when the user is not accepted. */
void auth_repeat(struct ppp *);
bool auth_receive_pap(struct ppp *, struct rd packet);
bool auth_receive_chap(struct ppp *, struct rd packet);
/* Protocol and algorithm of a method on the wire: `algorithm` 0 for none. */
struct auth_method {
	enum ppp_auth method;
	uint16_t protocol;
	uint8_t algorithm, challenge, response; /* bytes of the values */
	const char *name;
};
const struct auth_method *auth_method(enum ppp_auth);
/* By the option's words; NULL when we have no such method. */
const struct auth_method *auth_method_by_wire(uint16_t protocol, uint8_t algorithm);

/* decode.c: one line for a control packet, e.g. "LCP Configure-Request id 1 <mru 1400>". */
const char *ppp_decode(char *buf, size_t size, uint16_t protocol, struct rd packet);

#define ppp_log(p, level, ...) trace_plain((p)->trace, TRACE_PPP, level, __VA_ARGS__)

#endif
