/* Which process of the host has a port that is to be ours. */
#ifndef GATEHOUSE_KEEPER_PORT_HOLDER_H
#define GATEHOUSE_KEEPER_PORT_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PORT_HOLDER_UNIT 64

struct port_holder {
	bool taken;	  /* somebody has a socket there */
	uint64_t inode;	  /* of it: whose it is is looked for once */
	uint32_t pid;	  /* 0: not seen, or one of several of its unit */
	char program[32]; /* "charon", "" with pid 0; printable */
	/* of systemd, "strongswan.service"; "" not of one, or not seen */
	char unit[PORT_HOLDER_UNIT];
};

#define PORT_HOLDER_TEXT 192

/* Who has that port (IPPROTO_UDP, or IPPROTO_TCP: who listens) in this network namespace. Reads
 * four files of /proc; those of all processes only when the socket is another than last time.
 * True: it is another one, or the first, or there is none any more. */
bool port_holder_look(struct port_holder *, uint8_t protocol, uint16_t port);
/* "charon (process 123, strongswan.service)", or as much of that as is known, at least "another
 * program". */
void port_holder_text(const struct port_holder *, char to[PORT_HOLDER_TEXT]);
/* The service that a control group (version 2) of that path is, whole; "": none. The name goes into
 * a line that an operator types as root, so only the system's own services are told, which root
 * alone can name (a user's processes make groups of any name), and only by plain characters. */
void port_holder_unit(const char *group, char to[PORT_HOLDER_UNIT]);

#endif
