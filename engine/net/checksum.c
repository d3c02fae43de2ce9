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

/* Words of eight bytes in the machine's order, in strands that do not wait for each other: the sum
 * comes out in that order, too (RFC 1071 2). */
static uint64_t words(const uint8_t *p, size_t n)
{
	uint64_t strand[4] = {0}, v[4];

	for (; n >= 4; n -= 4, p += sizeof v) {
		memcpy(v, p, sizeof v);
		for (int i = 0; i < 4; i++)
			strand[i] = with_carry(strand[i], v[i]);
	}
	for (; n; n--, p += sizeof *v) {
		memcpy(v, p, sizeof *v);
		strand[0] = with_carry(strand[0], *v);
	}
	return with_carry(with_carry(strand[0], strand[1]), with_carry(strand[2], strand[3]));
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
