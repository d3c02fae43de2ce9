/* The ones' complement sum of the Internet protocols; see checksum.h. Nothing is kept. */
#include "engine/net/checksum.h"

#include <arpa/inet.h>

#include "engine/wire/wire.h"

static uint32_t folded(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)((sum & 0xffff) + (sum >> 16));
}

/* Carries go round; the complement goes into the packet. */
uint16_t ip_sum_end(uint32_t sum)
{
	return (uint16_t)~folded(sum);
}

static uint64_t with_carry(uint64_t a, uint64_t b)
{
	a += b;
	return a + (a < b);
}

static uint64_t word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* Words of eight bytes in the machine's order, in strands that do not wait for each other: the sum
 * comes out in that order, too (RFC 1071 2). */
static uint64_t words(const uint8_t *p, size_t n)
{
	uint64_t a = 0, b = 0, c = 0, d = 0;

	for (; n >= 4; n -= 4, p += 4 * sizeof a) {
		a = with_carry(a, word(p));
		b = with_carry(b, word(p + sizeof a));
		c = with_carry(c, word(p + 2 * sizeof a));
		d = with_carry(d, word(p + 3 * sizeof a));
	}
	for (; n; n--, p += sizeof a)
		a = with_carry(a, word(p));
	return with_carry(with_carry(a, b), with_carry(c, d));
}

uint32_t ip_sum(uint32_t sum, const void *bytes, size_t len)
{
	size_t whole = len / sizeof(uint64_t);
	struct rd r = rd_init(bytes, len);

	if (whole) {
		uint16_t part = (uint16_t)folded(words(bytes, whole));

		sum += ntohs(part);
		rd_skip(&r, whole * sizeof(uint64_t));
	}
	while (rd_left(&r) >= 2)
		sum += rd_u16(&r);
	if (rd_left(&r))
		sum += (uint32_t)rd_u8(&r) << 8;
	return sum;
}

uint16_t ip_checksum(const uint8_t *bytes, size_t len)
{
	return ip_sum_end(ip_sum(0, bytes, len));
}

static uint16_t swapped(uint16_t v)
{
	return (uint16_t)(v << 8 | v >> 8);
}

/* RFC 1624 equation 3. */
uint16_t ip_checksum_update(uint16_t sum, uint16_t was, uint16_t is, bool odd)
{
	if (odd) {
		was = swapped(was);
		is = swapped(is);
	}
	return ip_sum_end((uint32_t)(uint16_t)~sum + (uint16_t)~was + is);
}
