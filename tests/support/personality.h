/*
 * Clients of the field as rows of a table: what each offers, says and is silent about, in IKE, L2TP
 * and PPP. The simulated clients (client_like() in world.h) and those on real sockets
 * (winclient --like NAME) speak by the same rows.
 */
#ifndef GATEHOUSE_TESTS_PERSONALITY_H
#define GATEHOUSE_TESTS_PERSONALITY_H

#include "engine/base/profile.h"
#include "tests/support/ike_initiator.h"
#include "tests/support/lac.h"

struct personality {
	const char *name;
	enum client_profile family; /* what the gateway takes it for, once it is up */
	bool dpd;                   /* announces it */
	const struct initiator_offer *p1, *p2; /* p1 NULL: Windows 8's bytes */
	size_t n_p1, n_p2;
	uint32_t p1_seconds, p2_seconds, p2_kilobytes; /* kilobytes 0: does not speak of them */
	uint16_t my_port; /* of its identity of phase 2 */
	struct ike_manners ike;
	struct lac_manners lac;
};

/* NULL when there is none of that name: "windows-10", "ios" ... */
const struct personality *personality_find(const char *name);
/* All of them, by number from 0; NULL behind the last. */
const struct personality *personality_at(size_t n);
/* An initiator after initiator_init() takes its offers and manners; whoever uses the initiator
 * gives p->lac to its lac (struct lac_config). */
void personality_ike(const struct personality *, struct ike_initiator *);

#endif
