/* Users' packets; see inner.h. The sums are this file's own, byte by byte. */
#include "tests/support/inner.h"

#include <string.h>

#include "engine/wire/wire.h"

static uint32_t sum(uint32_t so_far, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		so_far += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
	return so_far;
}

static uint16_t end(uint32_t so_far)
{
	while (so_far >> 16)
		so_far = (so_far & 0xffff) + (so_far >> 16);
	return (uint16_t)~so_far;
}

static uint32_t pseudo(const uint8_t *ip, size_t l4)
{
	return sum(sum(0, ip + 12, 8), (uint8_t[]){0, ip[9], (uint8_t)(l4 >> 8), (uint8_t)l4}, 4);
}

void inner_pseudo(uint8_t *ip)
{
	size_t at = ip[9] == 17 ? 26 : 36;
	uint16_t is = (uint16_t)~end(pseudo(ip, (size_t)(ip[2] << 8 | ip[3]) - 20));

	ip[at] = (uint8_t)(is >> 8);
	ip[at + 1] = (uint8_t)is;
}

static void l4(const struct inner *p, struct wr *w, size_t payload)
{
	wr_u16(w, 1000);
	wr_u16(w, 2000u + p->port);
	if (p->udp) {
		wr_u16(w, (unsigned)(8 + payload));
		wr_u16(w, 0);
		return;
	}
	wr_u32(w, p->sequence);
	wr_u32(w, p->acknowledged);
	wr_u8(w, (5 + p->tcp_options / 4) << 4);
	wr_u8(w, p->flags);
	wr_u16(w, p->window);
	wr_u16(w, 0);
	wr_u16(w, p->urgent);
	for (unsigned i = 0; i < p->tcp_options; i++)
		wr_u8(w, i % 4 ? p->stamp : 1);
}

size_t inner_make(const struct inner *p, uint8_t *ip, size_t payload)
{
	size_t header = 20 + p->ip_options, l4s = p->udp ? 8 : 20 + p->tcp_options;
	size_t total = header + l4s + payload, at = header + (p->udp ? 6 : 16);
	struct wr w = wr_init(ip, total);
	uint16_t is;

	wr_u8(&w, 0x40 | (unsigned)header / 4);
	wr_u8(&w, p->tos);
	wr_u16(&w, (unsigned)total);
	wr_u16(&w, p->id);
	wr_u16(&w, p->df ? 0x4000 : 0);
	wr_u8(&w, 60u + p->ttl);
	wr_u8(&w, p->udp ? 17 : 6);
	wr_u16(&w, 0);
	wr_u32(&w, 0x0a000001 + p->src);
	wr_u32(&w, 0xac100001 + p->dst);
	for (unsigned i = 0; i < p->ip_options; i++)
		wr_u8(&w, 1);
	wr_patch16(&w, 10, end(sum(0, ip, header)));
	l4(p, &w, payload);
	for (size_t i = 0; i < payload; i++)
		wr_u8(&w, (unsigned)((p->at + i) * 7 + (p->at + i) / 251));
	is = end(sum(pseudo(ip, total - header), ip + header, total - header));
	wr_patch16(&w, at, is == 0 && p->udp ? 0xffff : is);
	return total;
}
