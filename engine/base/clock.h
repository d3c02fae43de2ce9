/* The clock that timers and counters are read by. */
#ifndef GATEHOUSE_CLOCK_H
#define GATEHOUSE_CLOCK_H

#include <stdint.h>

/* Microseconds since the machine started; never set back. The same for every thread and role. */
uint64_t clock_monotonic(void);

#endif
