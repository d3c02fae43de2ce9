/* The ones' complement sum of the Internet protocols; see checksum.h. Nothing is kept. */
#include "engine/net/checksum.h"

#include "engine/wire/wire.h"

/* Carries go round; the complement goes into the packet. */
static uint16_t finish(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum += sum >> 16;
	return (uint16_t)~sum;
}

uint16_t ip_checksum(const uint8_t *bytes, size_t len)
{
	struct rd r = rd_init(bytes, len);
	uint32_t sum = 0;

	while (rd_left(&r) >= 2)
		sum += rd_u16(&r);
	if (rd_left(&r))
		sum += (uint32_t)rd_u8(&r) << 8;
	return finish(sum);
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
	return finish((uint32_t)(uint16_t)~sum + (uint16_t)~was + is);
}
