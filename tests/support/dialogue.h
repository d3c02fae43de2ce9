/*
 * Dialogues in memory: the L2TP server and PPP against clients with the manners of Windows and of
 * xl2tpd/pppd, on a network that loses, doubles and reorders from a seeded generator, under a
 * virtual clock. One at a time: that which was set up last.
 */
#ifndef GATEHOUSE_TESTS_DIALOGUE_H
#define GATEHOUSE_TESTS_DIALOGUE_H

#include "engine/l2tp/l2tp.h"
#include "engine/ppp/ppp.h"
#include "tests/support/lac.h"

enum { DIALOGUE_CLIENTS = 6, DIALOGUE_FLIGHT = 4096 };

#define DIALOGUE_BIT(m) (1U << PPP_AUTH_##m)

struct peer {
	int number;
	uint32_t sa;
};

struct dialogue_served { /* what the owner of the server keeps of a session */
	struct ppp *ppp;
	uint16_t id, remote_tunnel, remote_session;
	int client;
	bool up;
	enum reason why;
	struct timer reap;
	const struct ppp_auth_request *asked;
	struct timer answer;
};

struct dialogue_packet {
	uint64_t due;
	bool to_server;
	int client;
	uint8_t *bytes;
	size_t len;
};

struct dialogue {
	struct env env;
	uint64_t now, seed;
	unsigned lose, twice, late; /* per mille */
	struct config config;
	struct trace trace;
	struct crypto *crypto;
	struct l2tp *l2tp;
	struct peer peers[DIALOGUE_CLIENTS];
	struct lac *lac[DIALOGUE_CLIENTS];
	struct dialogue_served *served[DIALOGUE_CLIENTS];
	struct dialogue_packet flight[DIALOGUE_FLIGHT];
	size_t n_flight;
	struct ppp_config ppp;
	struct ppp_ip ip;
	bool no_address, mute_auth;
	unsigned sessions_up, sessions_down, links_up, links_closed, said, said_when_closed,
	    tunnels_down, ups, lac_down, asked;
	enum reason last_reason, tunnel_reason;
	enum ppp_auth last_method;
	struct l2tp_session_info info;
	char host[64], vendor[64], trace_text[65536];
	size_t ip_bytes;
	uint8_t last[2048]; /* to a client */
	size_t last_len;
};

/* A fixture; in the end no tunnel, session or timer may be left. */
void dialogue_setup(struct dialogue *);
void dialogue_teardown(void);

/* The next number of the generator. */
uint64_t dialogue_dice(void);
/* A message on its way through the network. */
void dialogue_launch(bool to_server, int client, const uint8_t *bytes, size_t len);
/* One that arrives now, on the newest SA of that client. */
void dialogue_to_server(int client, const uint8_t *msg, size_t len);
void dialogue_run(uint64_t duration);
/* What a client's owner does, for a test that has a `send` of its own. */
void dialogue_lac_up(void *owner, const struct ppp_ip *);
void dialogue_lac_down(void *owner, enum lac_stage at);
struct lac *dialogue_dial(
    int n, enum lac_kind, unsigned methods, const char *user, const char *password);
/* The same by a configuration of the test's and, when given, by other operations. */
struct lac *dialogue_dial_as(int n, const struct lac_config *, const struct lac_ops *);
bool dialogue_traced(const char *text);

#endif
