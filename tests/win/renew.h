/*
 * A client on real sockets that stays for long: it renews its SA pair and its phase 1 by itself,
 * answers when the server begins either, and takes what comes on the SA pair that was replaced
 * until it is deleted.
 */
#ifndef GATEHOUSE_TESTS_WIN_RENEW_H
#define GATEHOUSE_TESTS_WIN_RENEW_H

#include "engine/base/env.h"
#include "tests/support/ike_initiator.h"
#include "tests/support/tunnel.h"

struct client;

#define RENEW_OLD 2 /* SA pairs and phase 1s that are remembered */

struct renew {
	struct client *c;
	struct tunnel_count carried; /* by SA pairs that are remembered no more */
	uint8_t dialled[COOKIE_LEN]; /* of the phase 1 that it dialled with */
	/* Phase 1s before client->ike, and SA pairs before client->tunnel, the newest first. */
	struct ike_initiator before[RENEW_OLD];
	struct tunnel old[RENEW_OLD];
	size_t n_before, n_old;
	/* A main mode that is on its way: the message that comes next, 0 = there is none. */
	struct ike_initiator ike;
	unsigned expect;
	/* Quick modes: the client's own and the server's. */
	struct initiator_qm ours, theirs;
	bool ours_open, theirs_open;
	/* What is repeated until it is answered, of the client's own exchanges; what the server's
	 * last request in main and in quick mode was answered with. */
	struct initiator_message main_said, quick_said, main_asked, main_reply, quick_asked,
	    quick_reply;
	struct timer quick, main, again, gone;
	unsigned tries;
	/* How often it came to an end, by who began it. */
	unsigned quick_ours, quick_theirs, main_ours, main_theirs;
};

/* The client's link is up. */
void renew_start(struct client *);
/* It begins nothing more; has what was begun, by it or by the server, not come to its end? */
void renew_no_more(struct client *);
bool renew_is_open(const struct client *);
void renew_stop(struct client *);
/* An IKE message of the server; false: it belongs to nothing here. */
bool renew_heard(struct client *, const uint8_t *msg, size_t len);
/* Which of the client's SA pairs an ESP packet is for. */
struct tunnel *renew_tunnel(struct client *, const uint8_t *esp, size_t len);
/* What all SA pairs have carried that the client has had. */
struct tunnel_count renew_carried(const struct client *);

#endif
