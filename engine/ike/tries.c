/* Debts for wrong keys; see tries.h. */
#include "engine/ike/tries.h"

static size_t place_of(const struct tries *t, struct share_key key)
{
	uint64_t x = (key.address ^ t->secret) * 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 32) * (t->secret | 1);
	return (x >> 40) % TRIES_PLACES;
}

static uint64_t owed(const struct tries_debt *d, uint64_t now)
{
	uint64_t forgiven = (now - d->since) / SEC * TRIES_FORGIVEN;

	return forgiven < d->keys ? d->keys - forgiven : 0;
}

bool tries_allowed(const struct tries *t, struct share_key key, uint64_t now)
{
	return owed(&t->debt[place_of(t, key)], now) < TRIES_MAX;
}

void tries_charge(struct tries *t, struct share_key key, uint64_t now, size_t keys)
{
	struct tries_debt *d = &t->debt[place_of(t, key)];

	d->keys = (uint32_t)(owed(d, now) + keys);
	d->since = now;
}
