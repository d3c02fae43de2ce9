/*
 * Packets over real sockets, many in a message where the kernel can: every byte of each, at each
 * size of a batch and of a packet, through the io of two workers.
 */
#include <check.h>
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/dataplane/io_private.h"
#include "tests/support/loopback.h"

static struct end {
	struct io *io;
	int fd;
	struct endpoint at;
} end[2];

static struct packet_room rooms[BATCH];
static struct packet out[BATCH], got[BATCH];

static void open_end(struct end *e)
{
	struct sockaddr_in name = {
	    .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct dp_sockets fd = {-1, -1, -1, -1, NULL};

	fd.udp4500 = e->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	ck_assert_int_eq(bind(e->fd, (struct sockaddr *)&name, sizeof name), 0);
	e->io = io_create(&fd);
	ck_assert_ptr_nonnull(e->io);
	e->at = (struct endpoint){addr_v4(INADDR_LOOPBACK), sock_port(e->fd)};
}

static void open_ends(void)
{
	open_end(&end[0]);
	open_end(&end[1]);
	for (size_t i = 0; i < BATCH; i++)
		out[i] = packet_in(&rooms[i]);
}

static void close_ends(void)
{
	io_destroy(end[0].io);
	io_destroy(end[1].io);
}

static uint8_t byte_of(unsigned number, size_t at)
{
	return (uint8_t)(number * 31 + at * 7 + at / 253);
}

static void make(struct packet *p, unsigned number, size_t len, bool df)
{
	packet_reset(p);
	packet_put(p, len);
	for (size_t i = 0; i < len; i++)
		p->data[i] = byte_of(number, i);
	p->path = (struct path){.local = end[0].at, .remote = end[1].at};
	p->udp = true;
	p->df = df;
}

static void is_whole(const struct packet *p, unsigned number, size_t len)
{
	ck_assert_uint_eq(p->len, len);
	for (size_t i = 0; i < len; i++)
		if (p->data[i] != byte_of(number, i))
			ck_abort_msg("byte %zu of %u", i, number);
	ck_assert(p->udp);
	ck_assert(endpoint_equal(&p->path.remote, &end[0].at));
	ck_assert(endpoint_equal(&p->path.local, &end[1].at));
	ck_assert_ptr_eq(p->base, p->data); /* its own bytes and no more */
	ck_assert_ptr_eq(p->end, p->data + len);
}

/* Those of a batch, in as many calls as it takes; what is done to one stays with it. */
static void hears(const size_t *len, size_t n)
{
	size_t heard = 0;

	while (heard < n) {
		struct pollfd p = {.fd = end[1].fd, .events = POLLIN};
		size_t k = io_receive(end[1].io, IO_UDP, got);

		if (k == 0)
			ck_assert_int_eq(poll(&p, 1, 60000), 1);
		for (size_t i = 0; i < k; i++, heard++) {
			is_whole(&got[i], (unsigned)heard, len[heard]);
			memset(got[i].data, 0xee, got[i].len);
			ck_assert_ptr_null(packet_put(&got[i], 1));
			ck_assert_ptr_null(packet_push(&got[i], 1));
		}
	}
	ck_assert_uint_eq(io_receive(end[1].io, IO_UDP, got), 0);
}

START_TEST(batch_sizes)
{
	size_t len[BATCH];
	uint64_t all = 0;

	for (size_t n = 1; n <= BATCH; n++) {
		for (size_t i = 0; i < n; i++) {
			len[i] = n % 3 == 0 ? 1 + (size_t)rand() % 1500 : n % 3 == 1 ? 1450 : 80;
			if (i == n - 1)
				len[i] = 1 + len[i] / 2;
			make(&out[i], (unsigned)i, len[i], n % 2);
		}
		io_send(end[0].io, out, n);
		hears(len, n);
		all += n;
	}
	ck_assert_uint_eq(get(&io_stats(end[0].io)->tx_packets), all);
	ck_assert_uint_eq(get(&io_stats(end[0].io)->tx_failed), 0);
}
END_TEST

/* Each length that a cut can have, the last one shorter, too. */
START_TEST(cuts)
{
	size_t len[9];

	for (size_t size = 1; size <= 1500; size++) {
		for (size_t i = 0; i < 9; i++) {
			len[i] = i == 8 ? 1 + size / 3 : size;
			make(&out[i], (unsigned)i, len[i], true);
		}
		io_send(end[0].io, out, 9);
		hears(len, 9);
	}
	ck_assert_uint_eq(get(&io_stats(end[0].io)->tx_df), 9 * 1500);
}
END_TEST

/* One message of the kernel's is more than was asked for: the rest comes by the next call, and
 * until then it is ready though the socket is empty. */
START_TEST(more_than_a_batch)
{
	static uint8_t bytes[60 * 1000];
	struct sockaddr_in name = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons(end[1].at.port)};
	struct received *r = received_create(true);
	int cut = 1000, many = 60;
	size_t n = 0;

	setsockopt(end[0].fd, IPPROTO_UDP, UDP_SEGMENT, &cut, sizeof cut);
	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = byte_of((unsigned)(i / 1000), i % 1000);
	ck_assert_int_eq(
	    sendto(end[0].fd, bytes, sizeof bytes, 0, (struct sockaddr *)&name, sizeof name),
	    sizeof bytes);
	loopback_settle();
	for (size_t most = 1; n < (size_t)many; most++) {
		size_t k = received_more(r, end[1].fd, got, most);

		ck_assert_uint_eq(k, (size_t)many - n < most ? (size_t)many - n : most);
		for (size_t i = 0; i < k; i++, n++)
			for (size_t b = 0; b < got[i].len; b++)
				ck_assert_uint_eq(got[i].data[b], byte_of((unsigned)n, b));
		ck_assert_int_eq(received_waits(r), n < (size_t)many);
	}
	ck_assert_uint_eq(received_more(r, end[1].fd, got, 1), 0);
	received_destroy(r);
	received_destroy(NULL);
}
END_TEST

/* `n` messages of one packet or two each, of which `*number` is the first one's. */
static void send_messages(size_t n, unsigned each, unsigned *number)
{
	struct sockaddr_in name = {.sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	    .sin_port = htons(end[1].at.port)};
	int cut = sizeof *number;

	setsockopt(end[0].fd, IPPROTO_UDP, UDP_SEGMENT, &cut, sizeof cut);
	for (size_t i = 0; i < n; i++, *number += each) {
		unsigned pair[2] = {*number, *number + 1};

		ck_assert_int_eq(sendto(end[0].fd, pair, each * sizeof *pair, 0,
				     (struct sockaddr *)&name, sizeof name),
		    each * sizeof *pair);
	}
	loopback_settle();
}

/* Asks for `most` of them, and has `n`. */
static void receive_packets(struct received *r, size_t most, size_t n, unsigned *number)
{
	unsigned is;

	ck_assert_uint_eq(received_more(r, end[1].fd, got, most), n);
	for (size_t i = 0; i < n; i++, ++*number) {
		ck_assert_uint_eq(got[i].len, sizeof is);
		memcpy(&is, got[i].data, sizeof is);
		ck_assert_uint_eq(is, *number);
	}
}

/* Messages that wait for their turn take room of those that are asked for beside them: that is all
 * that is asked for. */
START_TEST(to_the_last_place)
{
	struct received *r = received_create(true);
	unsigned sent = 0, heard = 0;

	send_messages(200, 2, &sent);
	receive_packets(r, BATCH, BATCH, &heard);
	send_messages(100, 2, &sent);
	receive_packets(r, BATCH, BATCH, &heard);
	receive_packets(r, BATCH, sent - heard, &heard);
	ck_assert(!received_waits(r));
	received_destroy(r);
}
END_TEST

/* No place is left, but packets are wanted: these are all for now. */
START_TEST(no_place_left)
{
	struct received *r = received_create(true);
	unsigned sent = 0, heard = 0;

	send_messages(200, 2, &sent);
	receive_packets(r, BATCH, BATCH, &heard);
	receive_packets(r, 2 * 200 - BATCH - 1, 2 * 200 - BATCH - 1, &heard);
	send_messages(100, 1, &sent);
	receive_packets(r, BATCH, 1 + (CRYPT_BATCH - 200), &heard);
	receive_packets(r, BATCH, sent - heard, &heard);
	received_destroy(r);
}
END_TEST

/* As many messages are asked for as there are likely packets in, and one more: the others are left
 * to the kernel. */
START_TEST(no_more_than_is_needed)
{
	struct received *r = received_create(true);
	unsigned sent = 0, heard = 0, next[2];

	send_messages(4, 2, &sent);
	receive_packets(r, BATCH, sent, &heard);
	send_messages(9, 2, &sent);
	ck_assert_uint_eq(received_more(r, end[1].fd, got, 4), 4);
	ck_assert_int_eq(recv(end[1].fd, next, sizeof next, 0), sizeof next);
	ck_assert_uint_eq(next[0], heard + 2 * (4 / 2 + 1));
	received_destroy(r);
}
END_TEST

/* What a message that was begun before has left counts for this time. */
START_TEST(no_more_behind_a_rest)
{
	struct received *r = received_create(true);
	unsigned sent = 0, heard = 0, next[2];

	send_messages(4, 2, &sent);
	receive_packets(r, BATCH, sent, &heard); /* two are in each: now that is known */
	send_messages(9, 2, &sent);
	receive_packets(r, 3, 3, &heard);
	receive_packets(r, 4, 4, &heard);
	receive_packets(r, 4, 4, &heard);
	ck_assert_int_eq(recv(end[1].fd, next, sizeof next, 0), sizeof next);
	ck_assert_uint_eq(next[0], heard + 1);
	received_destroy(r);
}
END_TEST

/* Without checksums the kernel cuts nothing: each packet leaves by itself, as it is. */
START_TEST(what_is_not_cut)
{
	size_t len[20];
	int none = 1;

	ck_assert_int_eq(setsockopt(end[0].fd, SOL_SOCKET, SO_NO_CHECK, &none, sizeof none), 0);
	for (unsigned i = 0; i < 20; i++) {
		len[i] = i < 9 ? 300 : i == 9 ? 100 : 200;
		make(&out[i], i, len[i], true);
	}
	io_send(end[0].io, out, 20);
	hears(len, 20);
	ck_assert_uint_eq(get(&io_stats(end[0].io)->tx_packets), 20);
	ck_assert_uint_eq(get(&io_stats(end[0].io)->tx_failed), 0);
}
END_TEST

static bool has_df(void)
{
	int how;
	socklen_t len = sizeof how;

	ck_assert_int_eq(getsockopt(end[0].fd, IPPROTO_IP, IP_MTU_DISCOVER, &how, &len), 0);
	return how == IP_PMTUDISC_PROBE;
}

/* The socket is another's, too, who wants no DF and says so: it is said again for each that
 * does. */
START_TEST(df)
{
	size_t len[4] = {10, 10, 10, 10};

	for (unsigned i = 0; i < 4; i++)
		make(&out[i], i, 10, i % 2);
	io_send(end[0].io, out + 1, 1);
	ck_assert(has_df());
	sock_df(end[0].fd, false);
	io_send(end[0].io, out + 1, 1);
	ck_assert(has_df());
	io_send(end[0].io, out, 1);
	ck_assert(!has_df());
	io_send(end[0].io, out, 4);
	ck_assert(has_df());
	ck_assert_uint_eq(get(&io_stats(end[0].io)->tx_df), 4);
	for (size_t i = 0; i < 7; i += io_receive(end[1].io, IO_UDP, got))
		continue;
	make(&out[0], 0, 10, false);
	for (unsigned i = 1; i < 4; i++)
		make(&out[i], i, 10, false);
	io_send(end[0].io, out, 4);
	hears(len, 4);
}
END_TEST

/* Whatever lies between them, the packets to one end keep their order; as many as may be are
 * joined, and what is not alike is not. */
START_TEST(runs)
{
	static struct runs r;

	for (int round = 0; round < 3000; round++) {
		size_t n = 1 + (size_t)rand() % BATCH, ends = 1 + (size_t)rand() % 9, all = 0;
		uint16_t newest[9] = {0};

		for (size_t i = 0; i < n; i++) {
			make(&out[i], 0, rand() % 9 ? 80 : (size_t)rand() % 90, rand() % 20 == 0);
			out[i].tos = rand() % 20 ? 0 : 8;
			out[i].udp = rand() % 20;
			out[i].path.remote.port = (uint16_t)((size_t)rand() % ends);
		}
		runs_of(&r, out, n);
		for (size_t k = 0; k < r.n; k++) {
			uint16_t at = r.run[k].first;
			const struct packet *first = &out[at];

			for (unsigned i = 1;; i++, at = r.next[at]) {
				const struct packet *p = &out[at];

				ck_assert_uint_ge(at + 1u, newest[p->path.remote.port]);
				newest[p->path.remote.port] = (uint16_t)(at + 1);
				ck_assert(p == first ||
				    (p->udp && first->udp && p->tos == first->tos &&
					p->df == first->df && path_equal(&p->path, &first->path)));
				ck_assert(p->len == first->len || (i == r.run[k].packets &&
								      p->len < first->len));
				all++;
				if (at == r.run[k].last)
					break;
			}
		}
		ck_assert_uint_eq(all, n);
	}
}
END_TEST

START_TEST(runs_of_many)
{
	static struct runs r;

	for (unsigned i = 0; i < BATCH; i++) {
		make(&out[i], i, 80, true);
		out[i].path.remote.port = (uint16_t)(i % 3);
	}
	runs_of(&r, out, 90);
	ck_assert_uint_eq(r.n, 3);
	ck_assert_uint_eq(r.run[2].packets, 30);
	for (unsigned i = 0; i < BATCH; i++)
		make(&out[i], i, 1500, true);
	runs_of(&r, out, BATCH); /* as many as IP has room for */
	ck_assert_uint_eq(r.run[0].packets, 43);
	for (unsigned i = 0; i < BATCH; i++)
		make(&out[i], i, 80, true);
	runs_of(&r, out, BATCH); /* or the kernel takes */
	ck_assert_uint_eq(r.n, BATCH / RUN_PACKETS);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("dataplane_batches");
	TCase *tc = tcase_create("batches");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, open_ends, close_ends);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, batch_sizes);
	tcase_add_test(tc, cuts);
	tcase_add_test(tc, more_than_a_batch);
	tcase_add_test(tc, to_the_last_place);
	tcase_add_test(tc, no_place_left);
	tcase_add_test(tc, no_more_than_is_needed);
	tcase_add_test(tc, no_more_behind_a_rest);
	tcase_add_test(tc, what_is_not_cut);
	tcase_add_test(tc, df);
	tcase_add_test(tc, runs);
	tcase_add_test(tc, runs_of_many);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
