/* The host's clock, set by hand. */
#ifndef GATEHOUSE_HOST_CLOCK_H
#define GATEHOUSE_HOST_CLOCK_H

#include <stdint.h>

/* Unix time, seconds. 0, or an errno; EBUSY: a time service keeps the clock. */
int host_clock_set(uint64_t when);

#endif
