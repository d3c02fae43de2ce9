/*
 * Where addresses meet the kernel: the one place that knows what a socket's
 * name and its control messages look like. A gateway answers from the address
 * it was spoken to, so a datagram has two ends and both travel with it.
 */
#ifndef GATEHOUSE_SOCK_H
#define GATEHOUSE_SOCK_H

#include <sys/socket.h>

#include "engine/base/addr.h"

union sock_name {
	struct sockaddr any;
	struct sockaddr_in v4;
};

union sock_control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(struct in_pktinfo)) + 2 * CMSG_SPACE(sizeof(int))];
};

/* Both ends of one datagram in the kernel's form; lives as long as the message that points at
 * it. */
struct sock_ends {
	union sock_name name;
	union sock_control control;
};

/* A non-blocking socket, prepared, and bound to that port of every address of ours (0: not bound).
 * -1 and errno. */
int sock_open(int type, int protocol, uint16_t port);
/* The same beside another one of that port, which has SO_REUSEPORT set and is of the same user. */
int sock_open_beside(int type, int protocol, uint16_t port);
/* Makes it tell which address of ours a datagram was sent to, and makes the kernel fragment what is
 * longer than the path rather than refuse it. False when it cannot tell. */
bool sock_prepare(int fd);
/* The port that it is bound to; 0 when there is none. */
uint16_t sock_port(int fd);

/* A message to receive into `part`. */
void sock_to_receive(struct msghdr *, struct sock_ends *, struct iovec *part);
/* Where what was received comes from and which address of ours it was sent to, whose family is 0
 * when the kernel does not tell; our port is not in it. */
struct path sock_received(struct msghdr *);
/* A message of `n` parts from this path's local address to its remote end, marked `tos` (0:
 * not). */
void sock_to_send(struct msghdr *, struct sock_ends *, struct iovec *part, size_t n,
    const struct path *, uint8_t tos);

/* Sends up to `n` messages without DF by a socket by which another thread sends with DF, too, as it
 * may say at any time. As sendmmsg(2). */
int sock_send_whole(int fd, struct mmsghdr *, unsigned n);

/* Many datagrams in one message, all of `bytes` but the last, which may be shorter: makes the
 * kernel cut what sock_to_send() described, and tells where what was received is to be cut (0:
 * nowhere). */
void sock_cut(struct msghdr *, uint16_t bytes);
/* Takes that back from a copy of the message. */
void sock_uncut(struct msghdr *);
size_t sock_received_cut(struct msghdr *);
/* Lets those that belong together be received together; where the kernel cannot, each comes
 * alone. */
void sock_join(int fd);
/* What leaves by it from now on has DF, whatever the kernel thinks that the path carries; or it has
 * not, and the kernel cuts what is too long. */
void sock_df(int fd, bool df);

#endif
