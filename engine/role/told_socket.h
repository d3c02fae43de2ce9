/* The socket of NFLOG: what the kernel tells of packets is said to the log. */
#ifndef GATEHOUSE_TOLD_SOCKET_H
#define GATEHOUSE_TOLD_SOCKET_H

#include <uv.h>

#include "engine/firewall/told_say.h"

struct told_socket {
	uv_poll_t poll;
	int fd;
	bool open;
	struct told_say say;
	uint8_t buf[65536];
};

/* `fd` stays the caller's, what `say` points to is borrowed. False: it cannot be heard. */
bool told_socket_start(
    struct told_socket *, uv_loop_t *, int fd, const struct told_say *);
/* Harmless when never started; run the loop once more before its memory goes. */
void told_socket_stop(struct told_socket *);

#endif
