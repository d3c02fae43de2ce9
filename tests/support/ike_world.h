/*
 * A responder in a simulated world, for tests of IKE: the guide's configuration,
 * callbacks that remember what they were told, everything sent kept in a list,
 * the trace kept as lines.
 */
#ifndef GATEHOUSE_IKE_WORLD_H
#define GATEHOUSE_IKE_WORLD_H

#include "engine/ike/ike.h"
#include "tests/support/env_sim.h"
#include "tests/support/ike_initiator.h"

#define WORLD_SENT 64
#define WORLD_TRACE (256 * 1024)

struct ike_world {
	struct sim sim;
	struct config config;
	struct trace trace;
	struct crypto *crypto;
	struct ike *ike;
	/* The configuration's rows, to be changed by a test before it starts. */
	struct ike_policy policy[2];
	struct transform_set set[2];
	struct map_entry dynamic[1], map[1];
	struct cfg_crypto_map_interface binding[1];
	struct cfg_tunnel_group group[3];
	struct interface ifc[1];
	struct cfg_ike_enable ike_ifs[1];

	struct {
		struct path path;
		size_t len;
		uint8_t b[2048];
	} sent[WORLD_SENT];
	size_t n_sent; /* all of them; the list keeps the first */
	char *text;    /* trace lines */
	size_t text_len;

	unsigned up, down, contact, reserved, inbound, child_up, aborted, deleted, moved, failed;
	enum reason reason;     /* of the last failed, down or abort */
	struct child child;     /* of the last child_inbound */
	uint32_t deleted_spi, next_spi;
	struct path moved_to;
	struct ike_sa *sa;      /* of the last phase1_up */
	bool refuse_peer, refuse_l2tp, refuse_spi, refuse_inbound, same_peer;
	uintptr_t peers;
	struct peer *settled; /* what quick_mode() answers instead of the peer it has */
	bool refuse_settled;
	const char *connected; /* tunnel group of a peer at the address of any client, or NULL */
};

void ike_world_init(struct ike_world *, uint64_t seed);
void ike_world_fini(struct ike_world *);
/* Delivers a message of the client and returns the first answer; its length is 0 when none came. */
const uint8_t *ike_world_ask(struct ike_world *, const struct path *from_server,
    const struct initiator_message *, size_t *len);

#endif
