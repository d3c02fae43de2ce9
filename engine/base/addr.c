/* Addresses as a type; see addr.h. */
#include "engine/base/addr.h"

#include <arpa/inet.h>
#include <string.h>

struct addr addr_v4(uint32_t host_order)
{
	struct addr a;

	memset(&a, 0, sizeof a);
	a.family = AF_INET;
	a.v4 = htonl(host_order);
	return a;
}

uint32_t addr_to_v4(const struct addr *a)
{
	return a->family == AF_INET ? ntohl(a->v4) : 0;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	size_t len = a->family == AF_INET6 ? 16 : 4;

	if (a->family != b->family)
		return false;
	return a->family == 0 || memcmp(a->b, b->b, len) == 0;
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

bool path_equal(const struct path *a, const struct path *b)
{
	return endpoint_equal(&a->local, &b->local) && endpoint_equal(&a->remote, &b->remote);
}

const char *addr_text(const struct addr *a, char buf[ADDR_TEXT_MAX])
{
	if (a->family == 0 || !inet_ntop(a->family, a->b, buf, ADDR_TEXT_MAX))
		strcpy(buf, "0.0.0.0");
	return buf;
}

bool addr_parse(const char *text, struct addr *a)
{
	memset(a, 0, sizeof *a);
	if (inet_pton(AF_INET, text, a->b) == 1)
		a->family = AF_INET;
	else if (inet_pton(AF_INET6, text, a->b) == 1)
		a->family = AF_INET6;
	return a->family != 0;
}

int mask_prefix(const struct addr *mask)
{
	uint32_t m = addr_to_v4(mask);
	uint32_t host = ~m;

	if (mask->family != AF_INET || (host & (host + 1)) != 0)
		return -1;
	return m ? 32 - __builtin_ctz(m) : 0;
}

struct addr prefix_mask(int prefix)
{
	return addr_v4(prefix <= 0 ? 0 : prefix >= 32 ? UINT32_MAX : ~(UINT32_MAX >> prefix));
}
