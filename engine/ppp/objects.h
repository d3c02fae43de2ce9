/*
 * One PPP link as plain data, shared by the protocols that run on it. Identity:
 * its owner's session. The phase is link.c's to change; an automaton's state is
 * fsm.c's.
 */
#ifndef GATEHOUSE_PPP_OBJECTS_H
#define GATEHOUSE_PPP_OBJECTS_H

#include "engine/ppp/fsm.h"
#include "engine/ppp/ppp.h"

enum phase { PHASE_DEAD, PHASE_ESTABLISH, PHASE_AUTHENTICATE, PHASE_NETWORK, PHASE_TERMINATE };

#define PPP_FRAME_MAX 1600 /* the longest control frame we build */
#define PPP_MRU_DEFAULT 1500
#define PPP_MRU_LEAST 128

/* What a protocol tells its link; the link decides what that means for the others. */
struct link_events {
	void (*established)(struct ppp *);   /* LCP is open ... */
	void (*broken)(struct ppp *);        /* ... and no longer open */
	/* The owner owes an answer: it takes its time; then the client owes one to a challenge. */
	void (*asked)(struct ppp *);
	void (*challenged)(struct ppp *);
	void (*authenticated)(struct ppp *); /* the user is known */
	void (*rejected)(struct ppp *, uint16_t protocol); /* by the client (RFC 1661 5.7) */
	/* The client says farewell: LCP lingers, then ends. */
	void (*leaving)(struct ppp *, enum reason);
	/* It has to end, with a farewell: ppp_close(). */
	void (*close)(struct ppp *, enum reason);
	void (*end)(struct ppp *, enum reason);     /* it is over now, without a farewell */
};

/* Waiting is for the client, asked is the owner. */
enum auth_state { AUTH_IDLE, AUTH_WAITING, AUTH_ASKED, AUTH_ACCEPTED, AUTH_REFUSED };

#define EAP_PACKET_MAX 1500

#define AUTH_ANSWER_MAX 256

struct auth {
	enum auth_state state;
	bool open;  /* the owner's question has not ended */
	bool stale; /* it is of an earlier negotiation */
	bool changing; /* MS-CHAP: the client was told to choose a new password */
	unsigned tries; /* how often our packet was sent */
	unsigned rounds; /* EAP: Responses handed on */
	struct timer timer;
	/* From LCP's opening on; once IPCP is open the request is gone, and the answer is as long
	 * as it is: of the Success or Ack, for repetitions (RFC 1334 2.2.1). */
	struct ppp_auth_request *request;
	char *answer;
	uint8_t challenge[16], id; /* of our Challenge or EAP Request; of the PAP request */
	size_t challenge_len;
	char *user; /* NULL = he has not said it */
	uint8_t *eap; /* our Request that is out; there with EAP only */
	size_t eap_len;
};

struct ppp {
	struct env *env;
	struct trace *trace;
	struct ppp_config config;
	const struct ppp_ops *ops;
	void *owner;
	const struct link_events *link;
	char label[16];

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
	unsigned asked; /* methods of its Naks, 1 << enum ppp_auth */
	/* LCP, the peer's */
	uint16_t peer_mru;
	bool pfc, acfc;
	/* liveness */
	struct timer echo;
	uint64_t heard; /* when */
	unsigned echo_missed;
	uint8_t echo_id; /* below PPP_PROBES; those of probes are above */

	struct auth auth;

	/* IPCP */
	struct ppp_ip ip;
	bool ask_address, peer_address, was_open;
	/* The client has begun the network phase, so it knows that it is accepted. */
	bool ncp_heard;
};

/* A debug line of that class, about the link's client. */
#define ppp_log_class(p, cls, level, ...) \
	do { \
		if (trace_on((p)->trace, cls, level)) { \
			struct trace_ctx about_ = ppp_about(p); \
\
			trace_text((p)->trace, &about_, cls, level, __VA_ARGS__); \
		} \
	} while (0)
#define ppp_log(p, level, ...) ppp_log_class(p, TRACE_PPP, level, __VA_ARGS__)

/* What is known of the client; the user as soon as he has said his name. */
struct trace_ctx ppp_about(const struct ppp *);

#endif
