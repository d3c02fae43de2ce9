/*
 * The words between the door's processes: the bus's messages, one a datagram
 * of a SOCK_SEQPACKET pair, with descriptors beside them. Who reads network
 * bytes may say anything here: the decoder trusts nothing, and what a message
 * may mean is its receiver's to check.
 */
#ifndef GATESSH_TALK_H
#define GATESSH_TALK_H

#include "engine/ipc/message.h"

#define TALK_MAX 8192 /* a datagram */
#define TALK_FDS 3

struct talk_fds {
	unsigned n;
	int fd[TALK_FDS];
};

/* A pair of ends, closed by exec. False with errno. */
bool talk_pair(int fd[2]);
/* Sends one message, with descriptors when `fds` is not NULL (they stay the caller's). Waits for
 * room when the socket waits. False when the other side is gone, or takes nothing now. */
bool talk_send(int fd, const struct ipc_msg *, const struct talk_fds *fds);
/* Receives one: 1, with its texts in `buf`; 0 when none is there now; -1 when the other side is
 * gone or said what is no message. `fds` may be NULL: what comes is closed. */
int talk_receive(int fd, uint8_t buf[TALK_MAX], struct ipc_msg *, struct talk_fds *fds);

#endif
