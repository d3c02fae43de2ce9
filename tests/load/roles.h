/*
 * The processes that are measured, by what the kernel counts of each thread (schedstat): CPU
 * time, which other programs on the same cores change little, and memory.
 */
#ifndef GATEHOUSE_TESTS_LOAD_ROLES_H
#define GATEHOUSE_TESTS_LOAD_ROLES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define ROLES_MAX 8
#define METER_THREADS 64

/* Threads of one process that carry packets. */
struct meter {
	pid_t pid;
	unsigned n;
	pid_t thread[METER_THREADS];
	uint64_t before[METER_THREADS];
};

#define METER_NICE (-15) /* others on these cores come later, and leave their caches alone */

/* All threads of a process. */
void meter_open(struct meter *, pid_t);
/* Keeps those that have worked since it was opened: not its main one, if another has. */
void meter_choose(struct meter *);
/* They run on that core alone, the next one on the next, and before others; -1: as before. */
void meter_pin(const struct meter *, int core);
/* They, and the caller, come before everybody else who wants to run, or as before: for latency,
 * whose higher percentiles would else be those of whatever else the machine does. */
void meter_first(const struct meter *, bool);
/* Nanoseconds of CPU of all of them, once none runs any more. */
uint64_t meter_cpu(const struct meter *);
/* The whole process stands still, or goes on: so a queue is full when its reader begins. */
void meter_hold(const struct meter *, bool);

struct roles {
	unsigned n;
	struct {
		pid_t pid;
		char name[16];
	} role[ROLES_MAX];
};

/* The keeper and its children. False when there are none. */
bool roles_find(struct roles *, pid_t keeper);
pid_t roles_pid(const struct roles *, const char *name);
/* Nanoseconds of CPU of all threads of a process, kilobytes that are its own. */
uint64_t role_cpu(pid_t);
uint64_t role_memory(pid_t);

#endif
