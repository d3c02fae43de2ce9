/*
 * Super-packets that the TUN gives: what is split has every byte of what one would have sent by
 * itself, and whatever is none is left as it is.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "engine/dataplane/tun_split.h"
#include "engine/net/checksum.h"
#include "engine/net/l4.h"
#include "tests/support/inner.h"

static uint8_t super[TUN_SPLIT_ROOM];

/* As the kernel hands it over: sums of pseudo headers, of a packet that would be too long alone. */
static size_t kernel_super(const struct inner *of, uint16_t size, size_t payload, uint8_t flags)
{
	struct virtio_net_hdr v = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .gso_type = of->udp ? VIRTIO_NET_HDR_GSO_UDP_L4
				: VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
	    .gso_size = size};
	struct inner all = *of;
	size_t len;

	all.flags = flags;
	len = inner_make(&all, super + sizeof v, payload);
	memcpy(super, &v, sizeof v);
	return sizeof v + len;
}

static void splits_into(const struct inner *of, uint16_t size, size_t payload)
{
	const uint8_t flags = TCP_ACK | TCP_PSH | TCP_FIN | TCP_CWR;
	size_t len = kernel_super(of, size, payload, flags), at = 0;
	struct inner one = *of;
	uint8_t want[4096];
	struct tun_split s;
	PACKET_HERE(p);

	tun_split(&s, super, len);
	while (at < payload) {
		size_t part = payload - at < size ? payload - at : size;

		one.flags = TCP_ACK;
		if (at == 0)
			one.flags |= TCP_CWR;
		if (at + part == payload)
			one.flags |= TCP_PSH | TCP_FIN;
		ck_assert_int_eq(tun_split_first(&s), at == 0);
		ck_assert(tun_split_next(&s, &p));
		len = inner_make(&one, want, part);
		ck_assert_uint_eq(p.len, len);
		ck_assert_mem_eq(p.data, want, len);
		at += part;
		one.at += part;
		one.sequence += (uint32_t)part;
		one.id++;
	}
	ck_assert(!tun_split_next(&s, &p));
}

START_TEST(splits)
{
	for (int udp = 0; udp < 2; udp++)
		for (unsigned options = 0; options <= 40; options += 20) {
			struct inner of = {.udp = udp,
			    .id = 0xfffe,
			    .sequence = 0xfffffff0,
			    .ip_options = options,
			    .tcp_options = udp ? 0 : options,
			    .df = options == 0};

			for (uint16_t size = 1; size <= 1460; size++)
				splits_into(&of, size, 1 + (size_t)size * 13 / 4);
			splits_into(&of, 1400, 64000);
			splits_into(&of, 536, 536 * 64);
			splits_into(&of, 1400, 1);
		}
}
END_TEST

/* What is one packet is as it came, its checksum completed where that was left to us. */
START_TEST(singles)
{
	struct virtio_net_hdr v = {0};
	struct inner of = {.udp = true};
	uint8_t want[2048];
	struct tun_split s;
	PACKET_HERE(p);
	size_t len = inner_make(&of, want, 100);

	memcpy(super, &v, sizeof v);
	memcpy(super + sizeof v, want, len);
	tun_split(&s, super, sizeof v + len);
	ck_assert(tun_split_next(&s, &p));
	ck_assert_uint_eq(p.len, len);
	ck_assert_mem_eq(p.data, want, len);
	ck_assert(!tun_split_next(&s, &p));
	v = (struct virtio_net_hdr){.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = IP_HEADER,
	    .csum_offset = UDP_SUM_AT};
	memcpy(super, &v, sizeof v);
	inner_pseudo(super + sizeof v);
	tun_split(&s, super, sizeof v + len);
	ck_assert(tun_split_next(&s, &p));
	ck_assert_mem_eq(p.data, want, len);
	for (uint16_t start = 0; start < 200; start++) { /* outside of the packet is nothing done */
		v.csum_start = start;
		v.csum_offset = (uint16_t)(len - 1);
		memcpy(super, &v, sizeof v);
		tun_split(&s, super, sizeof v + len);
		ck_assert(tun_split_next(&s, &p));
		ck_assert_mem_eq(p.data, super + sizeof v, len);
	}
	tun_split(&s, super, 3);
	ck_assert(tun_split_next(&s, &p));
	ck_assert_uint_eq(p.len, 0);
	ck_assert(!tun_split_next(&s, &p));
}
END_TEST

/* A checksum that is the packet's last two bytes is within it, one a byte further is not. */
START_TEST(sum_at_the_end)
{
	struct virtio_net_hdr v = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_offset = UDP_SUM_AT};
	struct inner of = {.udp = true};
	uint8_t *packet = super + sizeof v;
	struct tun_split s;
	PACKET_HERE(p);
	size_t len = inner_make(&of, packet, 100);

	v.csum_start = (uint16_t)(len - UDP_SUM_AT - 2 + (size_t)_i);
	memcpy(super, &v, sizeof v);
	memset(packet + len - 8, 0, 8);
	packet[len - 8] = 0x12;
	packet[len - 7] = 0x34;
	tun_split(&s, super, sizeof v + len);
	ck_assert(tun_split_next(&s, &p));
	ck_assert_uint_eq(p.len, len);
	ck_assert_mem_eq(p.data, packet, len - 2);
	ck_assert_uint_eq(p.data[len - 2], _i ? 0 : 0xed);
	ck_assert_uint_eq(p.data[len - 1], _i ? 0 : 0xcb);
}
END_TEST

/* A packet as long as one may be, alone and of many; one byte more is none. */
START_TEST(longest)
{
	struct inner of = {.udp = true};
	size_t size = PACKET_ROOM - IP_HEADER - 8 + (size_t)_i;
	struct virtio_net_hdr none = {0};
	struct tun_split s;
	PACKET_HERE(p);
	size_t len = kernel_super(&of, (uint16_t)size, 2 * size, 0);

	tun_split(&s, super, len);
	for (int i = 0; i < 2; i++) {
		ck_assert(tun_split_next(&s, &p));
		ck_assert_uint_eq(p.len, _i ? 0 : PACKET_ROOM);
	}
	ck_assert(!tun_split_next(&s, &p));
	memcpy(super, &none, sizeof none);
	tun_split(&s, super, sizeof none + PACKET_ROOM + (size_t)_i);
	ck_assert(tun_split_next(&s, &p));
	ck_assert_uint_eq(p.len, _i ? 0 : PACKET_ROOM);
	ck_assert(!tun_split_next(&s, &p));
}
END_TEST

/* Headers without anything behind them are no super-packet; with a byte they are one. */
START_TEST(nothing_behind_headers)
{
	struct inner of = {.udp = _i};
	struct tun_split s;
	PACKET_HERE(p);

	for (size_t payload = 0; payload < 2; payload++) {
		size_t len = kernel_super(&of, 100, payload, TCP_ACK);

		tun_split(&s, super, len);
		ck_assert(tun_split_next(&s, &p));
		ck_assert_uint_eq(
		    p.len, payload ? IP_HEADER + (_i ? 8u : 20u) + payload : 0);
		ck_assert(!tun_split_next(&s, &p));
	}
}
END_TEST

/* Completed to 0, it is left so but in UDP, where 0 means that there is none (RFC 768). */
START_TEST(zero_sums)
{
	const uint8_t at = _i ? TCP_SUM_AT : UDP_SUM_AT;
	struct virtio_net_hdr v = {.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
	    .csum_start = IP_HEADER,
	    .csum_offset = at};
	struct inner of = {.udp = !_i};
	uint8_t *packet = super + sizeof v, *sum = packet + IP_HEADER + at;
	struct tun_split s;
	PACKET_HERE(p);
	size_t len = inner_make(&of, packet, 100);

	memcpy(super, &v, sizeof v);
	memset(packet + IP_HEADER, 0, len - IP_HEADER);
	sum[0] = sum[1] = 0xff;
	tun_split(&s, super, sizeof v + len);
	ck_assert(tun_split_next(&s, &p));
	ck_assert_uint_eq(p.len, len);
	ck_assert_uint_eq(p.data[IP_HEADER + at], _i ? 0 : 0xff);
	ck_assert_uint_eq(p.data[IP_HEADER + at + 1], _i ? 0 : 0xff);
}
END_TEST

/* Lengths that lie, other protocols, pieces: nothing, and it ends. */
START_TEST(no_super)
{
	struct inner of = {0};
	struct tun_split s;
	PACKET_HERE(p);

	for (int i = 0; i < 8; i++) {
		size_t len = kernel_super(&of, i == 7 ? 5000 : 100, 6000, TCP_ACK);
		struct virtio_net_hdr v;
		uint8_t *ip = super + sizeof v;

		memcpy(&v, super, sizeof v);
		v.gso_size = i == 0 ? 0 : v.gso_size;
		v.gso_type = i == 1 ? 3 : i == 2 ? VIRTIO_NET_HDR_GSO_UDP_L4 : v.gso_type;
		memcpy(super, &v, sizeof v);
		if (i == 3)
			ip[0] = 0x4f; /* its header is longer: that of TCP is something else */
		if (i == 4)
			ip[6] = 0x20;
		if (i == 5)
			ip[32] = 0x40; /* shorter than TCP's */
		if (i == 6)
			len = sizeof v + 39;
		tun_split(&s, super, len);
		ck_assert(tun_split_next(&s, &p));
		ck_assert_msg(i == 3 || p.len == 0, "%d", i);
		for (int n = 0; n < 70; n++)
			tun_split_next(&s, &p);
		ck_assert(!s.left);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tun_split");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, splits);
	tcase_add_test(tc, singles);
	tcase_add_loop_test(tc, zero_sums, 0, 2);
	tcase_add_loop_test(tc, sum_at_the_end, 0, 2);
	tcase_add_loop_test(tc, longest, 0, 2);
	tcase_add_loop_test(tc, nothing_behind_headers, 0, 2);
	tcase_add_test(tc, no_super);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
