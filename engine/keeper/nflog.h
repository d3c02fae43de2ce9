/* The socket by which the kernel tells of packets (NFLOG); what comes out of it the engine reads.
 */
#ifndef GATEHOUSE_KEEPER_NFLOG_H
#define GATEHOUSE_KEEPER_NFLOG_H

#include <stdint.h>

/* Bound to that group, so many bytes of each packet; non-blocking. Where the kernel has no NFLOG it
 * is a socket that nothing comes out of. -1 with errno. */
int nflog_open(uint16_t group, uint32_t bytes);

#endif
