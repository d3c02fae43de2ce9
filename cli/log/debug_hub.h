/*
 * The debug hub: who listens to which class at which level. The roles are told
 * the highest level of all, a line goes to whoever asked for its level.
 */
#ifndef GATEHOUSE_DEBUG_HUB_H
#define GATEHOUSE_DEBUG_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/trace.h"
#include "parser/text.h"

/* One who hears lines; the owner's memory, in the list from debug_listen() to debug_unlisten(). */
struct debug_listener {
	struct debug_listener *next;
	uint8_t level[TRACE_CLASSES]; /* 0 = off; changed by debug_set() */
	void (*heard)(void *ctx, const char *line, size_t len); /* with its \n; may hold several */
	void *ctx;
};

struct debug_hub {
	uint8_t level[TRACE_CLASSES]; /* what the roles were told */
	struct debug_listener *listeners;
	/* Tells those who trace the class its level: the engine, and aaa where it has such trace
	 * points. */
	void (*tell)(void *ctx, enum trace_class, uint8_t level, bool aaa);
	void *ctx;
};

void debug_listen(struct debug_hub *, struct debug_listener *);
/* Turns all off for him, and he hears nothing more. */
void debug_unlisten(struct debug_hub *, struct debug_listener *);
/* His level for a class (0 = off): tells the roles when the merged level is another one now. */
void debug_set(struct debug_hub *, struct debug_listener *, enum trace_class, uint8_t level);
void debug_off(struct debug_hub *, struct debug_listener *);
/* Tells all levels anew: a role has just come. */
void debug_announce(const struct debug_hub *);
/* A line from a role: to those who listen at this level. */
void debug_line(const struct debug_hub *, unsigned cls, unsigned level, const char *text);
/* "debug crypto ikev1 enabled at level 127", a line for each class that is on. */
void debug_show(const struct debug_listener *, struct text *out);
/* Does the word of a debug command name the class? NULL names all of them. */
bool debug_names(const char *word, enum trace_class);

#endif
