/*
 * A client that has logged in attacks: the others do not notice, what is held stays bounded and
 * goes with it, and what is refused is counted. The attacks are the programs' of tests/unit; here
 * are the world in which they happen and the judge.
 */
#ifndef GATEHOUSE_TESTS_ATTACKS_H
#define GATEHOUSE_TESTS_ATTACKS_H

#include "tests/support/tap.h"

struct attack {
	const char *what;
	void (*act)(unsigned n); /* the nth time */
	unsigned refused;	 /* of a hundred, how many have to be counted somewhere at least */
};

extern struct world_client *attacker;
extern struct tap attack_tap; /* hears all clients */

/* One of the others. */
struct world_client *attacked(unsigned n);
/* Numbers of the world's seed: below a bound, and bytes. */
uint32_t attack_below(uint32_t);
uint8_t attack_any(void);
/* Each attack is a test; what main() returns. */
int attacks_run(const char *name, const struct attack *, size_t n);

#endif
