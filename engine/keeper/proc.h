/* What /proc tells of the machine, of our processes and of open sockets. */
#ifndef GATEHOUSE_KEEPER_PROC_H
#define GATEHOUSE_KEEPER_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/addr.h"

struct proc_cpu { /* clock ticks since the machine's start, of all processors */
	uint64_t busy, total;
};

struct proc_memory { /* bytes */
	uint64_t total, free, available;
};

struct proc_task {	   /* of one process */
	uint64_t ticks;	   /* it has used, in clock ticks */
	uint64_t resident; /* bytes */
};

struct proc_socket {
	uint8_t protocol; /* IPPROTO_TCP, ... */
	uint8_t state;	  /* as Linux numbers TCP's, TCP_ESTABLISHED, ... */
	struct endpoint local, remote;
	uint64_t inode;
};

/* False when /proc does not say. */
bool proc_cpu(struct proc_cpu *);
bool proc_memory(struct proc_memory *);
bool proc_task(int pid, struct proc_task *);
/* Connections that the kernel tracks, and at most would; false without connection tracking. */
bool proc_tracked(uint32_t *now, uint32_t *most);
/* TCP and UDP sockets of this network namespace into a new array that the caller frees. 0 or an
 * errno. */
int proc_sockets(struct proc_socket **, size_t *n);

#endif
