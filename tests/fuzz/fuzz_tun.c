/*
 * Users' packets are hostile: what is merged must come out of the kernel as it went in, and what is
 * split must not run away. The input is packets, each behind two bytes of its length and a byte
 * that says whether it is to have right sums and follow the one before; and it is what a TUN gave.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/tun_merge.h"
#include "engine/dataplane/tun_split.h"
#include "engine/net/checksum.h"
#include "engine/net/l4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tun_merge m;
static uint8_t bytes[MERGE_PACKETS][2048];
static size_t len[MERGE_PACKETS];

static void put16(uint8_t *to, uint16_t v)
{
	to[0] = (uint8_t)(v >> 8);
	to[1] = (uint8_t)v;
}

/* Lengths and sums as they should be, as far as it has such. */
static void mend(uint8_t *ip, size_t n)
{
	struct ipv4 h;

	if (n < IP_HEADER)
		return;
	ip[0] = 0x45;
	put16(ip + 2, (uint16_t)n);
	put16(ip + 10, 0);
	put16(ip + 10, ip_checksum(ip, IP_HEADER));
	if (!ipv4_parse(ip, n, &h) || n < IP_HEADER + l4_sum_at(h.protocol) + 2)
		return;
	if (h.protocol == IPPROTO_UDP)
		put16(ip + IP_HEADER + UDP_LENGTH_AT, (uint16_t)(n - IP_HEADER));
	put16(ip + IP_HEADER + l4_sum_at(h.protocol), 0);
	put16(ip + IP_HEADER + l4_sum_at(h.protocol), l4_sum_sent(h.protocol, l4_sum(ip, &h, n)));
}

/* The packet before, further on: so that runs are found soon. */
static void follow(size_t i, size_t n)
{
	const uint8_t *was = bytes[i - 1];
	uint8_t *is = bytes[i];
	size_t headers = was[9] == IPPROTO_UDP ? 28 : 20 + (size_t)(was[32] >> 4) * 4;
	struct rd r = rd_init(was + 24, 4), id = rd_init(was + 4, 2);
	uint32_t sequence = rd_u32(&r) + (uint32_t)(len[i - 1] - headers);

	if (len[i - 1] < headers || n < headers)
		return;
	memcpy(is, was, headers);
	put16(is + 4, (uint16_t)(rd_u16(&id) + 1));
	if (was[9] != IPPROTO_TCP)
		return;
	put16(is + 24, (uint16_t)(sequence >> 16));
	put16(is + 26, (uint16_t)sequence);
}

static void check(const struct tun_super *s)
{
	static uint8_t written[TUN_SPLIT_ROOM];
	struct iovec part[MERGE_PACKETS + 1];
	uint8_t header[MERGE_HEADER];
	size_t n = tun_merge_parts(&m, s, header, part), all = 0;
	uint16_t of = s->first;
	struct tun_split split;
	PACKET_HERE(p);

	for (size_t i = 0; i < n; i++) {
		memcpy(written + all, part[i].iov_base, part[i].iov_len);
		all += part[i].iov_len;
	}
	tun_split(&split, written, all);
	for (n = 0; tun_split_next(&split, &p); n++, of = m.next[of]) {
		uint8_t *was = bytes[of];

		if (was[6] & 0x40) { /* with DF identification means nothing */
			memcpy(was + 4, p.data + 4, 2);
			mend(was, len[of]);
		}
		if (p.len != len[of] || memcmp(p.data, was, p.len) != 0)
			abort();
	}
	if (n != s->packets)
		abort();
}

static void merge(struct rd r)
{
	m.tcp = m.udp = true;
	tun_merge_clear(&m);
	while (rd_left(&r) && m.packets < MERGE_PACKETS) {
		size_t i = m.packets, n = rd_u16(&r) % 1600;
		uint8_t how = rd_u8(&r);

		n = n < rd_left(&r) ? n : rd_left(&r);
		rd_copy(&r, bytes[i], n);
		if (how & 1 && i)
			follow(i, n);
		if (how & 2)
			mend(bytes[i], n);
		len[i] = n;
		tun_merge_add(&m, bytes[i], n);
	}
	for (size_t i = 0; i < m.supers; i++)
		if (m.super[i].packets > 1)
			check(&m.super[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tun_split s;
	size_t n = 0;
	PACKET_HERE(p);

	tun_split(&s, data, size);
	while (tun_split_next(&s, &p))
		if (n++ > size)
			abort();
	merge(rd_init(data, size));
	return 0;
}
