/*
 * What an address owes for wrong keys that it made us try. Trying a key costs a few hashes, and
 * main mode may have dozens of candidates: they are tried for whoever owes little, and time
 * forgives. Fixed memory: addresses that meet in a place, which a secret chooses, owe together.
 */
#ifndef GATEHOUSE_IKE_TRIES_H
#define GATEHOUSE_IKE_TRIES_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/base/shares.h"
#include "engine/ike/limits.h"

struct tries {
	uint64_t secret;
	struct tries_debt {
		uint64_t since; /* monotonic: from then on time forgives */
		uint32_t keys;
	} debt[TRIES_PLACES];
};

/* May keys be tried for this address that only cost when they are wrong? */
bool tries_allowed(const struct tries *, struct share_key, uint64_t now);
/* So many were wrong. */
void tries_charge(struct tries *, struct share_key, uint64_t now, size_t keys);

#endif
