/*
 * The option negotiation automaton of RFC 1661 section 4, shared by LCP and
 * IPCP. A protocol is a table of options and a handful of callbacks; the
 * automaton owns states, restart timer, identifiers and the three answers to
 * a Configure-Request.
 */
#ifndef GATEHOUSE_PPP_FSM_H
#define GATEHOUSE_PPP_FSM_H

#include "engine/base/env.h"
#include "engine/wire/wire.h"

enum fsm_state {
	FSM_INITIAL,
	FSM_STARTING,
	FSM_CLOSED,
	FSM_STOPPED,
	FSM_CLOSING,
	FSM_STOPPING,
	FSM_REQ_SENT,
	FSM_ACK_RCVD,
	FSM_ACK_SENT,
	FSM_OPENED,
	FSM_STATES
};

enum fsm_event {
	FSM_UP,
	FSM_DOWN,
	FSM_OPEN,
	FSM_CLOSE,
	FSM_TO_PLUS,
	FSM_TO_MINUS,
	FSM_RCR_PLUS,
	FSM_RCR_MINUS,
	FSM_RCA,
	FSM_RCN,
	FSM_RTR,
	FSM_RTA,
	FSM_RUC,
	FSM_RXJ_PLUS,
	FSM_RXJ_MINUS,
	FSM_RXR,
	FSM_EVENTS
};

enum fsm_code {
	CONF_REQUEST = 1,
	CONF_ACK,
	CONF_NAK,
	CONF_REJECT,
	TERM_REQUEST,
	TERM_ACK,
	CODE_REJECT,
	PROTOCOL_REJECT, /* from here on LCP only */
	ECHO_REQUEST,
	ECHO_REPLY,
	DISCARD_REQUEST,
	IDENTIFICATION, /* RFC 1570 */
	TIME_REMAINING
};

#define FSM_MAX_CONFIGURE 10
#define FSM_MAX_TERMINATE 2
#define FSM_MAX_FAILURE 5  /* Naks sent before they become Rejects */
#define FSM_MAX_REFUSED 20 /* Naks and Rejects received before we give up */

enum verdict { OPTION_ACK, OPTION_NAK, OPTION_REJECT };

struct fsm;

/* One configuration option, both directions. NULL functions: not asked for by us, or rejected when
 * the peer asks. */
struct fsm_option {
	uint8_t type, len; /* len of the whole option, 0 = any */
	/* The peer's request. For OPTION_NAK the wanted value has been written to `nak`. */
	enum verdict (*check)(struct fsm *, struct rd *value, struct wr *nak);
	/* Our request: writes the value, false leaves the option out this time. */
	bool (*ask)(struct fsm *, struct wr *value);
	/* The peer suggests another value, or will not have the option at all. */
	void (*naked)(struct fsm *, struct rd *value);
	void (*rejected)(struct fsm *);
};

struct fsm_ops {
	const char *name;
	uint16_t protocol;
	const struct fsm_option *options; /* ends with type 0 */
	void (*send)(struct fsm *, uint8_t code, uint8_t id, const void *data, size_t len);
	/* A Configure-Request begins: forget what the last one asked for. */
	void (*fresh)(struct fsm *);
	/* It ended without a Reject: options to suggest on top, as whole options; may be NULL. */
	void (*missing)(struct fsm *, struct wr *nak);
	/* Codes from 8 on; false = unknown code. May be NULL. */
	bool (*extra)(struct fsm *, uint8_t code, uint8_t id, struct rd data);
	void (*up)(struct fsm *);       /* tlu */
	void (*down)(struct fsm *);     /* tld */
	void (*finished)(struct fsm *, bool timed_out); /* tlf */
	/* Terminate-Request arrived, before the automaton acts on it; may be NULL. */
	void (*terminated)(struct fsm *, struct rd data);
	/* Trace. */
	void (*state)(struct fsm *, enum fsm_event, enum fsm_state from, enum fsm_state to);
};

struct fsm_reply; /* the packet being answered */

struct fsm {
	const struct fsm_ops *ops;
	struct env *env;
	enum fsm_state state;
	struct timer restart;
	unsigned count;           /* the RFC's restart counter */
	unsigned tries;           /* since irc, for the growing period */
	unsigned failures;        /* Naks we sent in a row */
	unsigned refused;         /* Naks and Rejects received in a row */
	uint8_t id;               /* of our last request */
	uint8_t sent[48];         /* its options */
	size_t sent_len;
	bool answered;            /* that request has had its answer: a duplicate is nothing new */
	enum fsm_event event;     /* being handled */
	const struct fsm_reply *reply;
};

/* The cells of RFC 1661 4.1 as text, "actions/state". */
extern const char *const fsm_table[FSM_EVENTS][FSM_STATES];
extern const char *const fsm_state_name[FSM_STATES];
extern const char *const fsm_event_name[FSM_EVENTS];

void fsm_init(struct fsm *, const struct fsm_ops *, struct env *);
/* Stops the timer and goes to that state, without a callback or a word to the peer. */
void fsm_halt(struct fsm *, enum fsm_state);
/* Up, Down, Open, Close, and RXJ- for a Protocol-Reject of this protocol. */
void fsm_event(struct fsm *, enum fsm_event);
/* For fsm_ops.extra: RXR, and in Opened an Echo-Reply with that data. */
void fsm_echo(struct fsm *, uint8_t id, const void *data, size_t len);
/* One packet of this protocol: code, identifier, length, data. False when it is malformed. */
bool fsm_receive(struct fsm *, struct rd packet);

#endif
