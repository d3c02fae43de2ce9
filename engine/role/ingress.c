/* The few of a flood that are heard; see ingress.h. */
#include "engine/role/ingress.h"

#include <string.h>

#include "engine/base/shares.h"

#define COOKIE 8

bool ingress_is_first(const uint8_t *msg, size_t len)
{
	static const uint8_t zero[COOKIE];

	return len < 2 * COOKIE || memcmp(msg + COOKIE, zero, COOKIE) == 0;
}

static uint64_t network(const struct addr *a)
{
	return share_key_of(a).network;
}

static bool is_taken(
    const struct addr *const from[], size_t n, uint64_t network_of_it, const bool takes[])
{
	for (size_t k = 0; k < n; k++)
		if (takes[k] && network(from[k]) == network_of_it)
			return true;
	return false;
}

void ingress_choose(const struct addr *const from[], size_t n, size_t begin, bool takes[])
{
	size_t left = INGRESS_FIRSTS, i = begin;

	memset(takes, 0, n * sizeof *takes);
	for (size_t k = 0; k < n && left; k++, i++)
		if (!is_taken(from, n, network(from[i % n]), takes)) {
			takes[i % n] = true;
			left--;
		}
	for (size_t k = 0; k < n && left; k++, i++)
		if (!takes[i % n]) {
			takes[i % n] = true;
			left--;
		}
}
