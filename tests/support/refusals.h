/*
 * Everything for which an attempt to connect is refused, as rows of a table: what is wrong, and
 * what is told of it (`show vpn failures`).
 */
#ifndef GATEHOUSE_TESTS_REFUSALS_H
#define GATEHOUSE_TESTS_REFUSALS_H

#include "engine/base/attempt.h"
#include "tests/support/world.h"

struct refusal {
	const char *name;
	void (*wrong)(void); /* NULL: nothing is but what he does */
	enum reason why;
	enum attempt_stage stage;
	int code;         /* of Windows */
	const char *cure; /* a part of it */
	unsigned silent_after; /* so many datagrams, 0 = he is not */
	void (*dial)(struct world_client *); /* NULL: as everybody */
};

/* NULL behind the last. */
const struct refusal *refusal_at(size_t n);
/* A new client of that world dials, and all is over. He lives as long as the world. */
struct world_client *refusal_provoke(const struct refusal *, struct world *);
/* One of the attempts that failed is told with that reason, that number and a cure. */
bool refusal_told(const struct gateway *, enum reason, int code);

#endif
