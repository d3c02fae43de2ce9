/*
 * A simulated client that lives long: it renews its SAs by itself, answers when the server renews
 * them, refuses or ignores it, and accepts what comes on the SAs that were replaced until they are
 * deleted. Without this a client of world.h hears nothing that the server begins, and drops its old
 * SA pair for the new one.
 */
#ifndef GATEHOUSE_TESTS_CLIENT_RENEWAL_H
#define GATEHOUSE_TESTS_CLIENT_RENEWAL_H

#include "engine/base/env.h"
#include "engine/wire/wire.h"

struct initiator_message;
struct tunnel;
struct world_client;
struct client_renewal;

enum client_answer { CLIENT_IGNORES, CLIENT_ANSWERS, CLIENT_REFUSES };

struct client_life {
	enum client_answer answer; /* to quick modes and main modes of the server */
	bool late;                 /* it installs both of its SAs when message 3 comes */
	bool keeps;                /* it never deletes what it has replaced */
	bool crosses;              /* it begins the same when it hears that the server begins */
	/* IKE messages that are lost, counted from now on, a bit each: to it, from it. */
	uint32_t lost_in, lost_out;
	/* It begins a quick mode when its SA pair is that old, or has carried that many kilobytes
	 * out, and a main mode when its phase 1 is that old; 0 = it does not. */
	uint32_t seconds, kilobytes, phase1_seconds;
};

/* How it lives from now on; again for another way. It is up, or about to dial. */
void client_lives(struct world_client *, const struct client_life *);
/* It was silent for a while, and goes on to repeat what nobody has answered. */
void renewal_wakes(struct world_client *);

/* What world.c asks. A message of the server: true when it belonged to what is done here. */
bool renewal_heard(struct world_client *, const uint8_t *msg, size_t len);
/* A message of the client's is lost on the way. */
bool renewal_loses(struct world_client *);
/* Which SA pair of the client an ESP packet is for; NULL = none. */
struct tunnel *renewal_tunnel(struct world_client *, const uint8_t *esp, size_t len);
/* Its SA pair is about to be replaced by a new one: takes it over. */
void renewal_keep(struct world_client *);
/* There is a new one, which the client began; this was his message 3. */
void renewal_begins(struct world_client *, const struct initiator_message *);
/* It has sent so many bytes on it. */
void renewal_sent(struct world_client *, size_t len);
/* It hangs up: what it has besides its newest SAs is deleted, too. */
void renewal_leaves(struct world_client *);
void renewal_free(struct world_client *);

#endif
