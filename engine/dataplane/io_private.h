/* What the files of io.h share; nobody else includes it. */
#ifndef GATEHOUSE_IO_PRIVATE_H
#define GATEHOUSE_IO_PRIVATE_H

#include "engine/dataplane/io.h"
#include "engine/dataplane/received.h"
#include "engine/dataplane/runs.h"
#include "engine/dataplane/tun_merge.h"
#include "engine/dataplane/tun_split.h"
#include "engine/net/sock.h"
#include "engine/net/write_ring.h"

/* How a packet leaves; each has its socket. */
enum road { ROAD_UDP, ROAD_UDP_DF, ROAD_ESP, ROAD_ESP_DF };

/* Messages in the order in which they leave, how, and how many packets each of them is. */
struct sending {
	unsigned messages, parts;
	enum road road[BATCH];
	struct mmsghdr msg[BATCH];
	struct iovec part[BATCH];
	struct sock_ends ends[BATCH];
	uint16_t packets[BATCH];
};

struct io {
	struct dp_sockets fd;
	uint16_t port; /* of udp4500 */
	int epoll, wake, event;
	struct io_stats stats;
	struct dp_output output; /* the inline form's; else empty */
	struct received *udp, *esp;
	bool df_said; /* udp4500 was last told to send with DF, by us */
	struct runs runs;
	struct sending out, alone;

	bool vnet; /* the TUN's packets have a virtio-net header */
	uint8_t *tun_bytes;
	struct tun_split split;
	struct tun_merge merge;
	bool udp_taken; /* merged datagrams, by this kernel */
	struct tun_writes *writes; /* NULL: each is a call of its own */
};

/* Out of memory: false. */
bool io_tun_init(struct io *);
void io_tun_fini(struct io *);

#endif
