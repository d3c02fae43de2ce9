/*
 * The aaa role with a group of servers that do what they are told, through the same messages as the
 * engine's. `struct fakes` is the test program's own.
 */
#ifndef GATEHOUSE_TESTS_FAKES_H
#define GATEHOUSE_TESTS_FAKES_H

#include "engine/aaa/aaa.h"
#include "engine/aaa/conversation.h"
#include "tests/support/env_sim.h"

#define FAKES 4
#define FAKES_SECONDS 20
#define FAKES_DEADLINE (FAKES_SECONDS * SEC)
#define FAKES_DEAD (600 * SEC)

struct fakes;

struct fake {
	char plan;  /* A accept, R reject, E err, C challenge, S say nothing */
	char after; /* the plan once it was asked */
	unsigned started, nexts, cancels;
	struct conversation *open; /* whom it owes an answer */
	struct aaa_request request;
	char text[64];
	uint8_t response[1500];
	size_t response_len;
	uint8_t wanted;
	uint16_t challenge_len;
};

/* What a server is to the group. */
struct fake_place {
	struct fakes *of;
	size_t n;
};

struct fakes {
	struct fake fake[FAKES];
	struct fake_place place[FAKES];
	char asked[64]; /* the servers in the order in which they were asked */
	struct sim sim;
	struct aaa *aaa;
	struct aaa_server server[FAKES], *servers[FAKES];
	struct cfg_aaa_host host;
	struct aaa_group group;
	struct {
		unsigned replies, logs;
		enum role to;
		struct msg_auth_reply last;
		char user[64], message[64], policy[64], log[512];
	} heard; /* since the last request */
};

/* A checked fixture's halves: one user in LOCAL, and the group FAKE of one server. */
void fakes_setup(struct fakes *);
void fakes_teardown(struct fakes *);
/* Requests under this number; what was heard and asked before is forgotten. */
void fakes_ask_as(struct fakes *, enum role from, uint32_t id, bool fallback);
void fakes_ask(struct fakes *, uint32_t id, bool fallback);
/* The client's answer to a challenge, with a packet of three bytes. */
void fakes_say(struct fakes *, uint32_t id, const char *text);
/* Cancels a request. */
void fakes_take_back(struct fakes *, uint32_t id);

#endif
