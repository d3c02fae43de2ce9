/*
 * A client of the world that stays for weeks: what nobody answers it says again, and it renews both
 * of its phases before they end, as the machines of people do.
 */
#ifndef GATEHOUSE_TESTS_STEADY_H
#define GATEHOUSE_TESTS_STEADY_H

#include "tests/support/world.h"

struct steady {
	struct world_client *c;
	uint64_t phase1_every, phase2_every; /* microseconds */
	struct timer resend, phase1, phase2, tidy;
	struct initiator_message said; /* the last of main or quick mode ... */
	unsigned tries;                /* ... how often by now ... */
	uint64_t hearing, answers;     /* ... and which message of the server it answers */
	bool resending;
	uint32_t old_spi; /* of the SA pair before, to be deleted soon; 0 = none */
	unsigned renewed, rekeyed, given_up;
};

/* Connects it. Both end with the client; forget it before the steady goes. */
void steady_begin(struct steady *, struct world_client *);
/* No timer of it runs any more. */
void steady_end(struct steady *);

/* For the world: it says that; it hears that, true: a repetition that is dealt with. */
void steady_said(struct steady *, const struct initiator_message *);
bool steady_hears(struct steady *, const uint8_t *msg, size_t len);

#endif
