/* The descriptors that the keeper opens once and holds while roles come and go. */
#ifndef GATEHOUSE_HELD_H
#define GATEHOUSE_HELD_H

#include <stddef.h>
#include <stdint.h>

enum held { HELD_UDP500, HELD_UDP4500, HELD_ESP, HELD_DF, HELD_ICMP, HELD_TUN, HELD_TOLD,
	HELD_COUNT };

/* The clients' device. */
#define TUN_NAME "gatehouse0"

/* Opens one; -1 with errno: of what others have, EADDRINUSE (a port) or EBUSY (the device). All are
 * non-blocking and close on exec. */
int held_try(enum held);
/* The same, tried for some seconds while another has the device; -1 with the reason in `why`. */
int held_open(enum held, char *why, size_t size);
/* The UDP port, 0 where there is none. */
uint16_t held_port(enum held);
/* "udp500" and so on; HELD_COUNT for any other word. */
enum held held_by_name(const char *what);
const char *held_name(enum held);

#endif
