/*
 * One PPP link, and a client that is written out packet by packet. What the link did is counted
 * and kept.
 */
#ifndef GATEHOUSE_TESTS_ONE_LINK_H
#define GATEHOUSE_TESTS_ONE_LINK_H

#include "engine/ppp/auth_packet.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/objects.h"
#include "tests/support/env_sim.h"

struct one_link {
	struct sim sim;
	struct trace trace;
	struct ppp *p;
	struct ppp_config config;
	struct ppp_ip given;
	bool have_address;
	char lines[16384]; /* of the trace, each with a newline */
	unsigned asked, cancelled, ups, closed, downs;
	enum reason why;
	struct ppp_auth_request request;
	unsigned nexts;
	uint8_t next[1700], next_challenge[16]; /* of EAP the first Response, too */
	size_t next_len, next_challenge_len;
	struct {
		unsigned n; /* frames since one_link_setup() */
		uint16_t protocol;
		uint8_t code, id, data[1700];
		size_t len;
	} sent;
};

/* The link's owner is a struct one_link. */
extern const struct ppp_ops one_link_ops;

/* A fixture: a link that has not begun, with PAP alone. */
void one_link_setup(struct one_link *);
void one_link_teardown(struct one_link *);
/* The link anew, by `config` as it is now. */
void one_link_create_again(struct one_link *);

/* A packet from the client. */
void one_link_hear(
    struct one_link *, uint16_t protocol, uint8_t code, uint8_t id, const void *data, size_t len);
/* This is what was sent last. */
void one_link_expect(struct one_link *, uint16_t protocol, uint8_t code);
/* Our Configure-Request is acknowledged, and the client asks for what it wishes. */
void one_link_agree(struct one_link *, uint16_t protocol, const void *wish, size_t len);
/* The client's PAP request, and the owner's answer to it. */
void one_link_prove(struct one_link *, uint8_t id);
void one_link_accept_user(struct one_link *);

/* From the start to that phase; open is with IPCP up. */
void one_link_until_authenticate(struct one_link *);
void one_link_until_network(struct one_link *);
void one_link_until_open(struct one_link *);

/* The end comes now, with that reason. */
void one_link_ended_with(struct one_link *, enum reason);

#endif
