/* Counters with one writer: relaxed load and store make a torn read impossible and cost nothing. */
#ifndef GATEHOUSE_COUNTER_H
#define GATEHOUSE_COUNTER_H

#include <stdatomic.h>
#include <stdint.h>

typedef _Atomic uint64_t counter;

static inline void count(counter *c, uint64_t n)
{
	atomic_store_explicit(c, atomic_load_explicit(c, memory_order_relaxed) + n,
	    memory_order_relaxed);
}
static inline void set(counter *c, uint64_t value)
{
	atomic_store_explicit(c, value, memory_order_relaxed);
}
static inline uint64_t get(const counter *c)
{
	return atomic_load_explicit(c, memory_order_relaxed);
}

#endif
