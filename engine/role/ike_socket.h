/* The UDP socket of port 500: datagrams with the addresses on both ends, in batches. */
#ifndef GATEHOUSE_IKE_SOCKET_H
#define GATEHOUSE_IKE_SOCKET_H

#include <uv.h>

#include "engine/base/addr.h"
#include "engine/base/env.h"
#include "engine/role/ingress.h"

#define IKE_DATAGRAM_MAX 16384 /* nothing longer is IKE of any client */
#define IKE_BATCH INGRESS_BATCH

typedef void ike_packet_cb(void *arg, const struct path *, const uint8_t *msg, size_t len);

struct ike_socket {
	uv_poll_t poll;
	int fd;
	ike_packet_cb *packet;
	/* NULL, or called when datagrams have come, before the first is handed on; set before the
	 * start. */
	void (*before)(void *arg);
	/* NULL, or called behind the last. */
	void (*after)(void *arg);
	/* NULL, or: it speaks IKE to strangers, and so many first messages of a flood were not
	 * handed on (ingress.h). */
	void (*shed)(void *arg, size_t n);
	struct env *env; /* with `shed`: chance */
	void *arg;
	unsigned full; /* batches in a row */
	uint8_t *buffers; /* IKE_BATCH datagrams */
};

/* `fd` (IP_PKTINFO on, non-blocking) stays the caller's. False when out of memory. */
bool ike_socket_start(struct ike_socket *, uv_loop_t *, int fd, ike_packet_cb *, void *arg);
/* Harmless when never started; run the loop once more before its memory goes. */
void ike_socket_stop(struct ike_socket *);

#endif
