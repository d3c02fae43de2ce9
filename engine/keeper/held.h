/* The descriptors that the keeper opens once and holds while roles come and go. */
#ifndef GATEHOUSE_HELD_H
#define GATEHOUSE_HELD_H

#include <stddef.h>
#include <stdint.h>

enum held { HELD_UDP500, HELD_UDP4500, HELD_ESP, HELD_DF, HELD_ICMP, HELD_TUN, HELD_TOLD,
	HELD_COUNT };

/* What each packet worker has of its own, in the order of the workers. */
#define HELD_WORKERS 16 /* most of them */
#define HELD_OF_WORKER(X) X(HELD_UDP4500) X(HELD_ESP) X(HELD_DF) X(HELD_TUN)

/* The clients' device. */
#define TUN_NAME "gatehouse0"

/* Opens one; -1 with errno: of what others have, EADDRINUSE (a port) or EBUSY (the device). All are
 * non-blocking and close on exec. */
int held_try(enum held);
/* The same, tried for some seconds while another has the device; -1 with the reason in `why`. */
int held_open(enum held, char *why, size_t size);
/* One more beside the `first`, for another packet worker: a socket of the same port, a queue of the
 * device, which held_tun_queues() has made. -1 with errno. */
int held_beside(enum held, int first);
/* The clients' device with room for many queues; its first one. -1 with errno. */
int held_tun_queues(void);
/* The UDP port, 0 where there is none. */
uint16_t held_port(enum held);
/* "udp500" and so on; HELD_COUNT for any other word. */
enum held held_by_name(const char *what);
const char *held_name(enum held);

#endif
