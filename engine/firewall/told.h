/* How the kernel tells of packets that rules refuse, or that are to be logged: by NFLOG, with the
 * packet's beginning and a text that says why. Who hears it: the engine. */
#ifndef GATEHOUSE_FIREWALL_TOLD_H
#define GATEHOUSE_FIREWALL_TOLD_H

#include <stdint.h>

#define TOLD_GROUP 71
#define TOLD_BYTES 128	/* of a packet */
#define TOLD_RATE  1000 /* a second, of each reason; what is more is not told */
#define TOLD_BURST 2000

/* The reasons; of an access list, refused or permitted, with told_mark() in 16 digits behind. */
#define TOLD_LIST  "gatehouse list "
#define TOLD_LEVEL "gatehouse level"	  /* levels, without a list */
#define TOLD_STATE "gatehouse connection" /* it belongs to no connection */

/* Stands for a list's name, which may be longer than such a text. */
uint64_t told_mark(const char *name);

#endif
