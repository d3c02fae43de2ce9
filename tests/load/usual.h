/*
 * The usual userspace server, to be measured against in the same run: ESP, L2TP and PPP as a
 * textbook program carries them, a system call for each packet in and each out, a new OpenSSL
 * context and a one-shot HMAC for every packet. It negotiates nothing: both sides have their keys
 * from their parent.
 */
#ifndef GATEHOUSE_TESTS_LOAD_USUAL_H
#define GATEHOUSE_TESTS_LOAD_USUAL_H

#include <sys/types.h>

#include "engine/ipsec/sa.h"

#define USUAL_SPI_IN 0x1000u  /* of user 0, as the server sees it; the next ones count up */
#define USUAL_SPI_OUT 0x9000u
#define USUAL_USERS 0x0a4d0000u /* 10.77.0.0: the address of user 0 */

struct usual_user {
	struct child child; /* from the server's side */
	struct sockaddr_in remote;
};

/* Starts it in that namespace, on UDP 4500 and raw ESP and on its TUN device. It ends with us. -1
 * with errno. */
pid_t usual_start(const char *netns, const char *tun, const struct usual_user *, unsigned n);

#endif
