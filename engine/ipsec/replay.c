/*
 * The anti-replay window: see replay.h. A number's bit is seq % 64 of word
 * (seq / 64) % REPLAY_WORDS; one word more than the window needs, so that the
 * word which is being filled never overlaps the oldest one that still counts.
 */
#include "engine/ipsec/replay.h"

#include <string.h>

static uint32_t word_of(uint32_t seq)
{
	return seq / 64 % REPLAY_WORDS;
}

static uint64_t bit_of(uint32_t seq)
{
	return 1ULL << (seq % 64);
}

void replay_init(struct replay *r, uint32_t size)
{
	memset(r, 0, sizeof *r);
	r->size = size > REPLAY_MAX ? REPLAY_MAX : size;
}

bool replay_check(const struct replay *r, uint32_t seq)
{
	if (r->size == 0)
		return true;
	if (seq == 0)
		return false; /* a sender's first packet is number 1 (RFC 4303 3.3.3) */
	if (seq > r->top)
		return true;
	if (r->top - seq >= r->size)
		return false;
	return (r->seen[word_of(seq)] & bit_of(seq)) == 0;
}

bool replay_update(struct replay *r, uint32_t seq)
{
	uint32_t steps;

	if (!replay_check(r, seq))
		return false;
	if (seq > r->top) {
		steps = seq / 64 - r->top / 64;
		if (steps > REPLAY_WORDS)
			steps = REPLAY_WORDS;
		for (uint32_t i = 0; i < steps; i++)
			r->seen[word_of(seq - 64 * i)] = 0;
		r->top = seq;
	} else if (r->top - seq >= REPLAY_MAX) {
		return true; /* unchecked and older than what is remembered */
	}
	r->seen[word_of(seq)] |= bit_of(seq);
	return true;
}

/* The top bit becomes bit 0: neighbours change places, then pairs, halves of bytes, and bytes. */
static uint64_t reversed(uint64_t x)
{
	x = (x >> 1 & 0x5555555555555555u) | (x & 0x5555555555555555u) << 1;
	x = (x >> 2 & 0x3333333333333333u) | (x & 0x3333333333333333u) << 2;
	x = (x >> 4 & 0x0f0f0f0f0f0f0f0fu) | (x & 0x0f0f0f0f0f0f0f0fu) << 4;
	return __builtin_bswap64(x);
}

uint64_t replay_bitmap(const struct replay *r)
{
	uint32_t low = r->top % 64;
	uint64_t newest = r->seen[word_of(r->top)], older = 0, both;

	if (r->top >= 64)
		older = r->seen[word_of(r->top - 64)];
	/* `both` has the newest number in its top bit, the other 63 below. */
	both = newest << (63 - low);
	if (low < 63)
		both |= older >> (low + 1);
	return reversed(both);
}
