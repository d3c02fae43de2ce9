/* Selectors against what an operator has written, and the keys of a pair; see sa.h. */
#include "engine/ipsec/sa.h"

#include "engine/crypto/crypto.h"

#define PROTO_UDP 17
#define L2TP_PORT 1701

bool selector_equal(const struct selector *a, const struct selector *b)
{
	return addr_equal(&a->addr, &b->addr) && addr_equal(&a->mask, &b->mask) &&
	    a->protocol == b->protocol && a->port == b->port;
}

bool selector_within(const struct selector *s, uint32_t first, uint32_t last)
{
	uint32_t mask = addr_to_v4(&s->mask), from = addr_to_v4(&s->addr) & mask;

	return first <= from && (from | ~mask) <= last;
}

bool selector_ports_within(const struct selector *s, uint16_t low, uint16_t high)
{
	if (s->port == 0)
		return low == 0 && high == UINT16_MAX;
	return low <= high ? s->port >= low && s->port <= high : s->port >= low || s->port <= high;
}

bool selectors_are_l2tp(const struct selector *local, const struct selector *remote)
{
	return local->protocol == PROTO_UDP &&
	    (local->port == L2TP_PORT || (local->port == 0 && remote->port == L2TP_PORT));
}

void child_wipe(struct child *c)
{
	crypto_wipe(c->enc_in, sizeof c->enc_in);
	crypto_wipe(c->enc_out, sizeof c->enc_out);
	crypto_wipe(c->auth_in, sizeof c->auth_in);
	crypto_wipe(c->auth_out, sizeof c->auth_out);
}
