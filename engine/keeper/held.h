/* The descriptors that the keeper opens once and holds while roles come and go. */
#ifndef GATEHOUSE_HELD_H
#define GATEHOUSE_HELD_H

#include <stddef.h>

enum held { HELD_UDP500, HELD_UDP4500, HELD_ESP, HELD_DF, HELD_ICMP, HELD_TUN, HELD_TOLD,
	HELD_COUNT };

/* The clients' device. */
#define TUN_NAME "gatehouse0"

/* Opens one; -1 with the reason in `why`. All are non-blocking and close on exec. */
int held_open(enum held, char *why, size_t size);
/* "udp500" and so on; HELD_COUNT for any other word. */
enum held held_by_name(const char *what);
const char *held_name(enum held);

#endif
