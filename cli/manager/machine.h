/* What the appliance says of the machine it runs on. */
#ifndef GATEHOUSE_MANAGER_MACHINE_H
#define GATEHOUSE_MANAGER_MACHINE_H

#include <stddef.h>
#include <stdint.h>

#define DEVICE_VERSION "9.12(4)"
#define DEVICE_HARDWARE "Gatehouse"
#define DEVICE_CAPACITY 50000 /* sessions that `show` commands call the capacity */

struct machine {
	char cpu[64];     /* the processor's own name for itself */
	uint32_t memory_mb;
	char serial[12];  /* made up at the first start, kept in the state directory */
};

void machine_read(struct machine *, const char *state);

#endif
