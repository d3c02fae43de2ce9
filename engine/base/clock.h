/* The clocks: that which timers and counters are read by, that of people, that of work. */
#ifndef GATEHOUSE_CLOCK_H
#define GATEHOUSE_CLOCK_H

#include <stdint.h>

/* Microseconds since the machine started; never set back. The same for every thread and role. */
uint64_t clock_monotonic(void);
/* Nanoseconds of processor time that the calling thread has used. */
uint64_t clock_thread(void);
/* Unix time in microseconds: when something happened, for people; it may be set back. */
uint64_t clock_wall(void);

#endif
