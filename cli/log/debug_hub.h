/*
 * The debug hub: who listens to which class at which level, and to whose lines.
 * The roles are told the highest level of all and the conditions of all, so that
 * they prepare no line that nobody wants; a line goes to whoever asked for its
 * level, if his own conditions let it pass.
 */
#ifndef GATEHOUSE_DEBUG_HUB_H
#define GATEHOUSE_DEBUG_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/trace.h"
#include "engine/base/trace_filter.h"
#include "parser/text.h"

/* One who hears lines; the owner's memory, in the list from debug_listen() to debug_unlisten(). */
struct debug_listener {
	struct debug_listener *next;
	uint8_t level[TRACE_CLASSES]; /* 0 = off; changed by debug_set() */
	struct trace_filter filter;   /* changed by debug_condition() and its like */
	void (*heard)(void *ctx, const char *line, size_t len); /* with its \n; may hold several */
	void *ctx;
};

struct debug_hub {
	uint8_t level[TRACE_CLASSES]; /* what the roles were told */
	struct trace_filter filter;   /* so, too; empty: every line is wanted */
	struct debug_listener *listeners;
	/* Tells those who trace the class its level: the engine, and aaa where it has such trace
	 * points. */
	void (*tell)(void *ctx, enum trace_class, uint8_t level, bool aaa);
	/* Tells the engine the conditions; may be NULL. */
	void (*tell_filter)(void *ctx, const struct trace_filter *);
	void *ctx;
};

/* A line of debugging as it goes about. */
struct debug_line {
	unsigned cls, level;
	const char *text;
	const struct trace_ctx *about; /* NULL: nobody */
	bool note;		       /* of the lines themselves: conditions do not hold it back */
};

void debug_listen(struct debug_hub *, struct debug_listener *);
/* Turns all off for him, and he hears nothing more. */
void debug_unlisten(struct debug_hub *, struct debug_listener *);
/* His level for a class (0 = off): tells the roles when the merged level is another one now. */
void debug_set(struct debug_hub *, struct debug_listener *, enum trace_class, uint8_t level);
void debug_off(struct debug_hub *, struct debug_listener *);
/* Adds a condition of his or takes it away; false: it is none, or not there, or one too many. */
bool debug_condition(struct debug_hub *, struct debug_listener *, enum trace_filter_kind,
    const char *value, bool add);
/* Lines, too, that are about nobody that is known yet. */
void debug_unmatched(struct debug_hub *, struct debug_listener *, bool on);
/* He has no conditions any more. */
void debug_condition_reset(struct debug_hub *, struct debug_listener *);
/* Tells all anew: a role has just come. */
void debug_announce(const struct debug_hub *);
/* A line from a role: to those who listen at this level. */
void debug_line(const struct debug_hub *, const struct debug_line *);
/* A line of the manager's own; it is made only when somebody listens. `about` may be NULL. */
void debug_say(const struct debug_hub *, enum trace_class, unsigned level,
    const struct trace_ctx *about, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* "debug crypto ikev1 enabled at level 127", a line for each class that is on; `word`: only those
 * whose command begins with it, NULL = all. */
void debug_show(const struct debug_listener *, const char *word, struct text *out);
/* Do the words of a debug command name the class? "ppp" and "packet", "ppp" alone (NULL) all of its
 * classes, NULL all there are. */
bool debug_names(const char *word, const char *part, enum trace_class);
/* The words of a class; `part` is NULL where there are no parts. */
const char *debug_word(enum trace_class, const char **part);

#endif
