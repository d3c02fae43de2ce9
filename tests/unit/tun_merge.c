/*
 * Super-packets that the TUN takes: what is merged comes out of the split as it went in, and
 * whatever cannot be is left as it is.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "engine/dataplane/tun_merge.h"
#include "engine/dataplane/tun_split.h"
#include "engine/net/checksum.h"
#include "engine/net/l4.h"
#include "tests/support/inner.h"

static struct tun_merge m;
static struct inner_packet packets[MERGE_PACKETS];

static void merger(void)
{
	tun_merge_clear(&m);
	m.tcp = m.udp = true;
}

/* A flow's next packet, into the batch. */
static void flow_says(struct inner *flow, size_t i, size_t payload)
{
	packets[i].len = inner_make(flow, packets[i].bytes, payload);
	flow->at += payload;
	flow->sequence += (uint32_t)payload;
	flow->id++;
}

static void merge(size_t i)
{
	tun_merge_add(&m, packets[i].bytes, packets[i].len);
}

/* Before the kernel cuts it, it looks at it as at one packet, whose checksum is left to it. */
static void is_one_packet(const struct tun_super *of, const uint8_t header[MERGE_HEADER])
{
	const uint8_t *ip = header + sizeof(struct virtio_net_hdr), *l4 = ip + IP_HEADER;
	bool udp = of->ip.protocol == IPPROTO_UDP;
	struct virtio_net_hdr v;
	uint8_t want[MERGE_HEADER];

	memcpy(&v, header, sizeof v);
	ck_assert_uint_eq(v.flags, VIRTIO_NET_HDR_F_NEEDS_CSUM);
	ck_assert_uint_eq(v.hdr_len, of->headers);
	ck_assert_uint_eq(v.gso_size, of->size);
	ck_assert_uint_eq(v.csum_start, IP_HEADER);
	ck_assert_uint_eq(v.csum_offset, udp ? UDP_SUM_AT : TCP_SUM_AT);
	ck_assert_uint_eq(ip_checksum(ip, IP_HEADER), 0);
	ck_assert_uint_eq(ip[2] << 8 | ip[3], of->total);
	if (udp)
		ck_assert_uint_eq(l4[UDP_LENGTH_AT] << 8 | l4[UDP_LENGTH_AT + 1],
		    of->total - IP_HEADER);
	memcpy(want, ip, of->headers);
	inner_pseudo(want);
	ck_assert_mem_eq(ip, want, of->headers);
}

/* What the kernel makes of one super-packet, and of which packets of the batch it is. */
static size_t comes_out(const struct tun_super *of, struct inner_packet *out)
{
	static uint8_t written[TUN_SPLIT_ROOM];
	struct iovec part[MERGE_PACKETS + 1];
	uint8_t header[MERGE_HEADER];
	size_t len = 0, got = 0, n;
	struct tun_split s;
	PACKET_HERE(p);

	if (of->packets == 1) { /* as it is */
		out[0] = packets[of->first];
		return 1;
	}
	n = tun_merge_parts(&m, of, header, part);
	is_one_packet(of, header);
	for (size_t i = 0; i < n; i++) {
		memcpy(written + len, part[i].iov_base, part[i].iov_len);
		len += part[i].iov_len;
	}
	tun_split(&s, written, len);
	while (tun_split_next(&s, &p)) {
		memcpy(out[got].bytes, p.data, p.len);
		out[got++].len = p.len;
	}
	return got;
}

static void all_come_out(void)
{
	static struct inner_packet out[MERGE_PACKETS];
	size_t n = 0;

	for (size_t i = 0; i < m.supers; i++) {
		uint16_t of = m.super[i].first;
		size_t got = comes_out(&m.super[i], out);

		ck_assert_uint_eq(got, m.super[i].packets);
		for (size_t k = 0; k < got; k++, of = m.next[of]) {
			ck_assert_uint_eq(out[k].len, packets[of].len);
			ck_assert_mem_eq(out[k].bytes, packets[of].bytes, out[k].len);
		}
		n += got;
	}
	ck_assert_uint_eq(n, m.packets);
}

/* Every size of a batch, and of segments; of UDP no more than the kernel takes. */
START_TEST(merges)
{
	for (int udp = 0; udp < 2; udp++)
		for (size_t batch = 1; batch <= MERGE_PACKETS; batch++) {
			struct inner flow = {.udp = udp,
			    .df = batch % 2,
			    .flags = TCP_ACK,
			    .tcp_options = udp ? 0 : 12,
			    .id = 65500,
			    .sequence = 0xffff0000};
			size_t size = 1 + (batch * 61 + (size_t)rand()) % 1440;
			size_t room = 65535 - IP_HEADER - (udp ? 8 : 32), filled = 0, n = 1;
			size_t most = udp ? MERGE_UDP : batch, held = 0;

			merger();
			for (size_t i = 0; i < batch; i++) {
				size_t payload = i == batch - 1 ? 1 + size / 2 : size;

				flow_says(&flow, i, payload);
				merge(i);
				filled += payload;
				if (++held > most || filled > room) {
					n++;
					held = 1;
					filled = payload;
				}
			}
			ck_assert_uint_eq(m.supers, n);
			all_come_out();
		}
}
END_TEST

START_TEST(sizes)
{
	for (size_t size = 1; size <= 1460; size++) {
		struct inner flow = {.flags = TCP_ACK};

		merger();
		for (size_t i = 0; i < 9; i++) {
			flow_says(&flow, i, i == 8 ? size / 2 + 1 : size);
			merge(i);
		}
		ck_assert_uint_eq(m.supers, 1);
		all_come_out();
	}
}
END_TEST

/* As many bytes as an IPv4 packet may have, and no more. */
START_TEST(most_bytes)
{
	struct inner flow = {.flags = TCP_ACK};
	size_t last = 65535 - IP_HEADER - 20 - 46 * 1400 + (size_t)_i;

	merger();
	for (size_t i = 0; i < 47; i++) {
		flow_says(&flow, i, i == 46 ? last : 1400);
		merge(i);
	}
	ck_assert_uint_eq(m.supers, _i ? 2 : 1);
	ck_assert_uint_eq(m.super[0].total, _i ? 65535 - 1095 : 65535);
	all_come_out();
}
END_TEST

/* Two flows that stand at one place of the table are still two. */
START_TEST(flows_of_one_place)
{
	for (uint32_t other = 1; other < 20 * MERGE_FLOWS; other++) {
		struct inner flow = {.flags = TCP_ACK}, second;

		merger();
		flow_says(&flow, 0, 100);
		second = flow;
		second.src ^= _i == 0 ? other : 0;
		second.dst ^= _i == 1 ? other : 0;
		second.port ^= (uint16_t)(_i == 2 ? other : 0);
		flow_says(&second, 1, 100);
		merge(0);
		merge(1);
		if (m.supers != 2)
			ck_abort_msg("%u", other);
	}
}
END_TEST

/* A push, or a shorter one, is the last; what follows begins anew. */
START_TEST(ends)
{
	struct inner flow = {.flags = TCP_ACK};

	merger();
	for (size_t i = 0; i < 12; i++) {
		flow.flags = TCP_ACK | (i == 3 ? TCP_PSH : 0);
		flow_says(&flow, i, i == 7 ? 99 : 100);
		merge(i);
	}
	ck_assert_uint_eq(m.supers, 3);
	ck_assert_uint_eq(m.super[0].packets, 4);
	ck_assert_uint_eq(m.super[1].packets, 4);
	ck_assert_uint_eq(m.super[2].packets, 4);
	all_come_out();
}
END_TEST

/* The second of two is changed, with right sums, unless that is it. */
static void change(int how, struct inner *f)
{
	f->tos ^= how == 0;
	f->ttl ^= how == 1;
	f->df ^= how == 2;
	f->window ^= how == 3;
	f->acknowledged ^= how == 4;
	f->port ^= how == 5;
	f->dst ^= how == 6;
	f->sequence ^= how == 7;
	f->flags ^= how == 8 ? TCP_FIN : how == 9 ? TCP_SYN : how == 10 ? TCP_CWR : 0;
	f->flags ^= how == 11 ? 0x20 : how == 12 ? 0x40 : how == 13 ? TCP_ACK : 0;
	f->urgent ^= how == 14;
	f->stamp ^= how == 15;
	f->tcp_options += how == 16 ? 4 : 0;
	f->ip_options = how == 17 ? 4 : 0;
	f->id ^= how == 18 ? 2 : 0;
	f->src ^= how == 19;
}

START_TEST(differ)
{
	for (int how = 0; how < 26; how++) {
		struct inner flow = {.flags = TCP_ACK, .tcp_options = 12}, second;

		merger();
		flow_says(&flow, 0, 100);
		second = flow;
		change(how, &second);
		flow_says(&second, 1, how == 20 ? 101 : how == 21 ? 0 : 100);
		if (how == 22 || how == 23) /* damaged on the way */
			packets[how - 22].bytes[60] ^= 1;
		if (how >= 24)
			packets[how - 24].bytes[10] ^= 1;
		merge(0);
		merge(1);
		flow.id++; /* of the first one again: nothing gets past the second */
		flow_says(&flow, 2, 100);
		merge(2);
		ck_assert_msg(m.supers > 1, "%d", how);
		ck_assert_uint_eq(m.super[0].packets, 1);
		all_come_out();
	}
}
END_TEST

/* It becomes the first piece of a packet. */
static void piece(uint8_t *ip)
{
	uint16_t sum;

	ip[6] |= 0x20;
	ip[10] = ip[11] = 0;
	sum = ip_checksum(ip, IP_HEADER);
	ip[10] = (uint8_t)(sum >> 8);
	ip[11] = (uint8_t)sum;
}

/* What UDP has no sum for, or says to be longer than it is, goes alone; so do pieces, and those of
 * its flow behind a piece; and what the kernel does not take merged. */
START_TEST(alone)
{
	struct inner flow = {.udp = true, .df = _i};

	merger();
	for (size_t i = 0; i < 10; i++) {
		flow_says(&flow, i, 50);
		if (i == 2)
			packets[i].bytes[IP_HEADER + UDP_SUM_AT] =
			    packets[i].bytes[IP_HEADER + UDP_SUM_AT + 1] = 0;
		if (i == 4)
			packets[i].bytes[IP_HEADER + UDP_LENGTH_AT + 1]++;
		if (i == 6 || i == 7)
			piece(packets[i].bytes);
		merge(i);
	}
	ck_assert_uint_eq(m.supers, 8); /* 0 1, 2, 3, 4, 5, 6, 7, 8 9 */
	all_come_out();
	merger();
	m.udp = false;
	for (size_t i = 8; i < 10; i++)
		merge(i);
	ck_assert_uint_eq(m.supers, 2);
	tun_merge_clear(&m);
	tun_merge_add(&m, packets[0].bytes, 10); /* no packet */
	tun_merge_add(&m, packets[0].bytes, 0);
	ck_assert_uint_eq(m.supers, 2);
}
END_TEST

/* What has left is not gone on with. */
START_TEST(anew)
{
	struct inner flow = {.flags = TCP_ACK};

	merger();
	for (size_t round = 0; round < 3; round++) {
		for (size_t i = 0; i < 2; i++) {
			flow_says(&flow, i, 100);
			merge(i);
		}
		ck_assert_uint_eq(m.supers, 1);
		ck_assert_uint_eq(m.super[0].packets, 2);
		all_come_out();
		tun_merge_clear(&m);
	}
}
END_TEST

/* Many flows at a time: each comes out in its order, whatever lies between. */
START_TEST(order)
{
	for (int round = 0; round < 2000; round++) {
		struct inner flow[7] = {0};
		size_t newest[7] = {0}, whose[MERGE_PACKETS],
		       n = 1 + (size_t)rand() % MERGE_PACKETS;

		merger();
		for (size_t i = 0; i < n; i++) {
			struct inner *f =
			    &flow[whose[i] = (size_t)rand() % (size_t)(1 + round % 7)];

			f->port = (uint16_t)whose[i];
			f->udp = whose[i] % 2;
			f->flags = TCP_ACK | (rand() % 9 ? 0 : TCP_PSH) |
				   (rand() % 20 ? 0 : TCP_FIN);
			flow_says(f, i, rand() % 9 ? 100 : (size_t)rand() % 200);
			if (rand() % 30 == 0)
				packets[i].bytes[packets[i].len - 1] ^= 1;
			merge(i);
		}
		all_come_out();
		for (size_t i = 0; i < m.supers; i++) /* written in this order */
			for (uint16_t k = 0, p = m.super[i].first; k < m.super[i].packets;
			     k++, p = m.next[p]) {
				ck_assert_uint_ge(p + 1u, newest[whose[p]]);
				newest[whose[p]] = p + 1u;
			}
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tun_merge");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, merges);
	tcase_add_test(tc, sizes);
	tcase_add_loop_test(tc, most_bytes, 0, 2);
	tcase_add_loop_test(tc, flows_of_one_place, 0, 3);
	tcase_add_test(tc, ends);
	tcase_add_test(tc, differ);
	tcase_add_loop_test(tc, alone, 0, 2);
	tcase_add_test(tc, anew);
	tcase_add_test(tc, order);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
