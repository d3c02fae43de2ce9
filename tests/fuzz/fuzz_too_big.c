/* What is said to come from a router; the input may be behind a right beginning, or be all of
 * it. */
#include <string.h>

#include "engine/net/checksum.h"
#include "engine/net/ipv4.h"
#include "engine/net/too_big.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t ip[2048];
	struct wr w = wr_init(ip, sizeof ip);
	struct too_big b;

	(void)too_big_read(data, size, &b);
	if (size < 2 || size > 1500)
		return 0;
	ipv4_header(&w, 1, 0x0a090001, 0xac100102, 0, 1, size + 6);
	wr_u16(&w, 0x0304);
	wr_u32(&w, 0);
	wr_bytes(&w, data, size);
	wr_patch16(&w, IP_HEADER + 2, ip_checksum(ip + IP_HEADER, wr_len(&w) - IP_HEADER));
	(void)too_big_read(ip, wr_len(&w), &b);
	return 0;
}
