/*
 * What one user sends one way: IPv4 packets whose every byte follows from the stream and the
 * packet's number, so that who receives them can tell a damaged, a lost and a reordered one.
 *
 *     | IPv4 20 | UDP 8 or TCP 20 | content of packet number k |
 *
 * TCP-like: the segments of one connection without options, which GSO may cut and GRO may merge.
 */
#ifndef GATEHOUSE_TESTS_LOAD_STREAM_H
#define GATEHOUSE_TESTS_LOAD_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_SUPER 65535 /* most bytes of a packet that is yet to be cut */

/* How long packets are, IP header included. */
struct stream_shape {
	bool tcp;
	uint16_t len;
	uint16_t tail; /* 0, or the length of each last packet of a run */
	uint16_t run;
};

struct stream {
	uint32_t from, to; /* host order */
	uint16_t from_port, to_port;
	struct stream_shape shape;
	uint64_t sent, got;         /* numbers: of the next packet, of the next that is awaited */
	uint32_t sent_seq, got_seq; /* the same in bytes of TCP */
	uint64_t damaged, disordered;
	uint8_t say;  /* the next packet opens the connection: STREAM_SYN ... */
	bool open;    /* such a packet has come */
};

enum { STREAM_SYN = 0x02, STREAM_SYN_ACK = 0x12 };

/* As <linux/virtio_net.h> says it, of a packet that is yet to be cut. */
struct stream_cut {
	bool partial;     /* the checksum is only that of the pseudo header */
	uint16_t segment; /* bytes of content in each piece, 0 = it is one packet */
	uint16_t header;  /* bytes before the content */
};

/* Once, before any other. */
void stream_init(void);
/* The next packet as it stands on a wire; its length. Firewalls on the way want to see TCP's
 * handshake: with `say` set it is a packet of that, once. */
size_t stream_packet(struct stream *, uint8_t *ip);
/* The next `n` packets, or as many of them as are of one length and fit, as one that is yet to be
 * cut. Returns how many; `len` and `cut` tell of what they make. */
unsigned stream_super(
    struct stream *, unsigned n, uint8_t *ip, size_t *len, struct stream_cut *cut);
/* The length of the next packet to be sent. */
size_t stream_next_len(const struct stream *);
/* Takes what has arrived of it and counts what is wrong with it. Returns how many of its packets
 * were in there, whole and in their order. */
unsigned stream_check(struct stream *, const uint8_t *ip, size_t len, const struct stream_cut *cut);
/* What was sent and has not arrived is given up: the next to come is the next that will be sent. */
uint64_t stream_give_up(struct stream *);

#endif
