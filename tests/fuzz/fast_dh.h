/*
 * The double of engine/crypto/dh.c, which is nine tenths of a connection's time: an exclusive or
 * commutes, too. One file of a fuzzer includes it.
 */
#ifndef GATEHOUSE_FUZZ_FAST_DH_H
#define GATEHOUSE_FUZZ_FAST_DH_H

#include "engine/crypto/dh.h"
#include "engine/crypto/internal.h"

static const struct dh_group groups[] = {
	{1, 24, 96, 96}, {2, 24, 128, 128}, {5, 28, 192, 192}, {14, 28, 256, 256}, {19, 40, 64, 32},
};

bool dh_setup(struct crypto *c)
{
	(void)c;
	return true;
}

void dh_teardown(struct crypto *c)
{
	(void)c;
}

const struct dh_group *dh_group_find(uint64_t number)
{
	for (size_t n = 0; n < sizeof groups / sizeof *groups; n++)
		if (groups[n].number == number)
			return &groups[n];
	return NULL;
}

static void mix(const struct dh_group *g, const uint8_t *secret, const uint8_t *with, uint8_t *to,
    size_t len)
{
	for (size_t n = 0; n < len; n++)
		to[n] = secret[n % g->secret_len] ^ with[n];
}

const struct dh_group *dh_group_at(size_t n)
{
	return &groups[n % (sizeof groups / sizeof *groups)];
}

size_t dh_group_place(const struct dh_group *g)
{
	return (size_t)(g - groups);
}

bool dh_public(const struct crypto *c, const struct dh_group *g, const uint8_t *secret,
    uint8_t *public_value)
{
	static const uint8_t generator[DH_PUBLIC_MAX] = {2};

	(void)c;
	mix(g, secret, generator, public_value, g->public_len);
	return true;
}

bool dh_shared(const struct crypto *c, const struct dh_group *g, const uint8_t *secret,
    const uint8_t *peer_value, uint8_t *shared)
{
	(void)c;
	mix(g, secret, peer_value, shared, g->shared_len);
	return peer_value[0] != 0xff; /* some values are out of range */
}

#endif
