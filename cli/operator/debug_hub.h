/*
 * The debug hub: which operator listens to which class at which level; the
 * roles are told the highest level, lines go to whoever asked for theirs.
 */
#ifndef GATEHOUSE_DEBUG_HUB_H
#define GATEHOUSE_DEBUG_HUB_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/text.h"
#include "engine/base/trace.h"

struct manager;
struct operator;

struct debug_hub {
	uint8_t level[TRACE_CLASSES]; /* what the roles were told */
};

/* The operator's level for a class (0 = off) changed, or he goes: tells the roles when the merged
 * level is another one now. */
void debug_set(struct operator *, enum trace_class, uint8_t level);
void debug_off(struct operator *);
/* Tells all levels to the engine and aaa, which have just come. */
void debug_announce(struct manager *);
/* A line from a role: to those who listen at this level. */
void debug_line(struct manager *, unsigned cls, unsigned level, const char *text);
/* "debug crypto ikev1 enabled at level 127", a line for each class that is on. */
void debug_show(const struct operator *, struct text *out);

#endif
