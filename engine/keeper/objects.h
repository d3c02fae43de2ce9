/*
 * The kernel objects that roles asked for, all together. Each has the role that
 * asked as its owner and goes when that role says so, dies for good, or the
 * keeper stops.
 */
#ifndef GATEHOUSE_OBJECTS_H
#define GATEHOUSE_OBJECTS_H

#include "engine/keeper/own.h"

/* False: out of memory, nothing to free. */
bool objects_init(struct objects *, struct netlink *, struct host_state *, const char *tun,
    const struct news *);
/* Removes everything from the kernel, restores links, frees. */
void objects_fini(struct objects *);
/* Links changed: what waited for a device, was lost with it or removed by others is applied again;
 * what may not be yet, by the guard, has to be tried later by a call of this. */
void objects_links(struct objects *, const struct link *, size_t n);
/* Configuration objects that are not asked for again between mark and sweep go, and with them
 * whatever an earlier keeper left in the kernel; what is asked for again is not touched. */
void objects_mark(struct objects *);
void objects_sweep(struct objects *);

#endif
