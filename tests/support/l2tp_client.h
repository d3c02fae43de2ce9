/* A client of L2TP, control message by control message, against the server alone. */
#ifndef GATEHOUSE_TESTS_L2TP_CLIENT_H
#define GATEHOUSE_TESTS_L2TP_CLIENT_H

#include "engine/l2tp/avp.h"
#include "engine/l2tp/l2tp.h"
#include "tests/support/env_sim.h"

enum { SEEN = 64, CLIENT_TUNNEL = 7, CLIENT_SESSION = 9 };

struct peer {
	uint32_t sa;
};

struct l2tp_client {
	struct sim sim;
	struct l2tp *l;
	struct config config;
	struct trace trace;
	struct peer peers[2];
	struct l2tp_msg seen[SEEN]; /* what the server sent, the oldest first */
	size_t n_seen;
	unsigned ups, downs, frames;
	bool refuse_calls;
	bool keeps; /* a tunnel whose messages are not acknowledged */
	enum reason why; /* of the last end of a call */
	uint16_t ns, nr;  /* the client's */
	char lines[8192]; /* of the trace, each with a newline */
	uint8_t buf[512]; /* the message that is being made */
};

/* A fixture: a server without tunnels; in the end none may be left. */
void l2tp_client_setup(struct l2tp_client *);
void l2tp_client_teardown(struct l2tp_client *);

/* Begins a message in `buf`. */
struct wr l2tp_client_begin(
    struct l2tp_client *, uint16_t tunnel, uint16_t session, enum l2tp_message);
/* Ends and sends it as that peer, with that Ns. */
void l2tp_client_send_from(struct l2tp_client *, int peer, struct wr *, uint16_t as);
/* The next in order. */
void l2tp_client_say(struct l2tp_client *, struct wr *);
/* Begins a request for a tunnel. */
struct wr l2tp_client_sccrq(struct l2tp_client *, uint16_t id);
/* Asks for a tunnel as one that begins to count; the server's id, 0 when it gives none. */
uint16_t l2tp_client_ask(struct l2tp_client *, uint16_t id);
/* A tunnel that is established; the server's id. */
uint16_t l2tp_client_connected(struct l2tp_client *);
/* A call in it; the server's id of the session. */
uint16_t l2tp_client_call(struct l2tp_client *, uint16_t tunnel);
/* An AVP that nobody knows, or one that is hidden. */
void l2tp_client_put_unknown(struct wr *, bool mandatory, unsigned vendor, bool hidden);
/* The server has ended the only tunnel, for that. */
void l2tp_client_stopped(struct l2tp_client *, uint16_t result, uint16_t error);

#endif
