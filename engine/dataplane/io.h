/*
 * A worker's descriptors: UDP 4500, raw ESP, a raw one for ESP that leaves with DF,
 * the TUN, and the two bells by which threads call each other. Packets come and
 * go in batches, many of them by one system call and, where the kernel can, many in one message;
 * whose they are is nobody's business here. The inline form has callbacks instead.
 */
#ifndef GATEHOUSE_IO_H
#define GATEHOUSE_IO_H

#include "engine/base/counter.h"
#include "engine/dataplane/records.h"
#include "engine/ipsec/crypt.h"
#include "engine/net/packet.h"

#define BATCH CRYPT_BATCH

/* What can be ready, as bits of io_wait(). */
enum { IO_BELL = 1, IO_UDP = 2, IO_ESP = 4, IO_TUN = 8 };

/* The same names as in struct dp_stats. */
#define IO_STATS(X) X(tx_packets) X(tx_failed) X(tx_df) X(tun_failed)

struct io_stats {
#define STAT(name) counter name;
	IO_STATS(STAT)
#undef STAT
};

struct io;

/* NULL: out of memory or descriptors; the sockets stay the caller's then. */
struct io *io_create(const struct dp_sockets *);
struct io *io_create_inline(const struct dp_output *);
/* Closes the sockets. NULL is allowed. */
void io_destroy(struct io *);
/* The same when creation failed further up: the sockets stay the caller's. */
void io_abandon(struct io *);
const struct io_stats *io_stats(const struct io *);

/* The worker's bell: whoever wants its attention rings, io_wait() hears it. */
void io_wake(struct io *);
/* The control side's: makes its descriptor readable, and it silences it again. */
void io_tell_control(struct io *);
int io_event_fd(const struct io *);
/* From now on it rings the first one's bell; false: out of descriptors. */
bool io_share_bell(struct io *, const struct io *first);
void io_heard(struct io *);

/* What is ready; waits for it so many milliseconds, -1: for ever. 0: nothing in all that time. */
unsigned io_wait(struct io *, int ms);
/* Nothing was ready for a while: gives back the memory of what came at once. */
void io_rest(struct io *);
/* Up to BATCH datagrams of that one socket, IO_UDP or IO_ESP, the latter without their IP header,
 * in storage that is theirs until the next call for that socket. One that did not come whole has
 * length 0. Returns how many; fewer than BATCH: there are no more. */
size_t io_receive(struct io *, unsigned from, struct packet *to);
/* The next packet from the TUN, which of those that came as one tells that it `follows`; false:
 * there is none. */
bool io_read_tun(struct io *, struct packet *to);
/* Sends out[0 .. n) on the sockets that their `udp` and `df` name. */
void io_send(struct io *, struct packet *out, size_t n);
/* A packet of a user to the kernel, which may wait, where it is, for io_tun_flush(). In front of it
 * IO_TUN_FRONT bytes are written over. */
#define IO_TUN_FRONT 10 /* a virtio-net header */
void io_tun(struct io *, uint8_t *ip, size_t len);
void io_tun_flush(struct io *);
/* A packet of our own, at once. */
void io_tun_now(struct io *, const uint8_t *ip, size_t len);

#endif
