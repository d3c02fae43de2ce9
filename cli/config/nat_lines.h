/*
 * The NAT lines of a configuration in the device's order: section 1 as listed, the objects' own
 * (static before dynamic, those of few addresses first, then by the lowest address, then by name),
 * after-auto. What the kernel is given and what `show nat` prints are both made of this list.
 */
#ifndef GATEHOUSE_CONFIG_NAT_LINES_H
#define GATEHOUSE_CONFIG_NAT_LINES_H

#include "cli/show/nat_line.h"
#include "db/db.h"
#include "engine/ipc/message.h"

enum { NAT_RULE_PARTS = 4096 }; /* that a line may have */

struct nat_lines {
	struct nat_line *v;
	size_t n, size;
	bool failed; /* these are not all */
};

/* All of them; false: a fault, or no memory, and nothing is held. */
bool nat_lines_read(struct db *, struct nat_lines *);
void nat_lines_free(struct nat_lines *);

/* The order of its first part; the others follow. */
uint32_t nat_line_order(const struct nat_line *);

#endif
