/*
 * A short-lived child from the inside. It is born with nobody's rights: an own
 * uid, no capability, and the descriptors below. It ends with its keeper.
 */
#ifndef GATEHOUSE_CHILD_H
#define GATEHOUSE_CHILD_H

#include <stdbool.h>

#include "engine/child/stream.h"
#include "engine/ipc/message.h"

/* What the keeper leaves open: the stream to the manager; a raw ICMP socket, for those tasks that
 * need one. */
enum { CHILD_STREAM = 3, CHILD_ICMP = 4, CHILD_FD_COUNT };

/* In its environment: the keeper's process. */
#define CHILD_KEEPER "GATEHOUSE_KEEPER"

struct child_limits {
	const char *name;   /* as others see the process */
	unsigned memory_mb; /* of address space */
	unsigned cpu_seconds;
	unsigned descriptors;
};

/* Gives up what is left: no new privileges, no core, no file grows, the limits; other descriptors
 * are closed. Then reads what is to be done; its texts live in `reader`. False: there is nothing
 * to do. */
bool child_begin(const struct child_limits *, struct stream_reader *reader, struct ipc_msg *);
/* From here on only the calls of a task that has its sockets open: it waits, sends, receives,
 * writes. False with errno. */
bool child_only_packets(void);
/* From here on it starts no program and no process, and of the files of the host it can only read
 * those that name servers, certificates and libraries are in; the latter as far as the kernel knows
 * how to (Landlock). False with errno. */
bool child_only_network(void);

#endif
