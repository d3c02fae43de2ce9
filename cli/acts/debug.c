/* debug, no debug, undebug, show debug: what the session listens to (debug_hub.c). */
#include <stdlib.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"

/* One class by its word, or all of them. */
static void set_level(struct act *a, const char *word, int level)
{
	for (enum trace_class cls = 0; cls < TRACE_CLASSES; cls++)
		if (debug_names(word, cls))
			debug_set(&a->manager->debug, &a->session->debug, cls, (uint8_t)level);
	act_done(a);
}

/* [no] debug CLASS [LEVEL] */
static void act_exec_debug(struct act *a)
{
	const char *level = gram_arg(&a->match, "level");
	int n = level ? atoi(level) : TRACE_EVENT;

	set_level(a, gram_arg(&a->match, "class"), a->match.negated ? 0 : n);
}

/* undebug CLASS, undebug all */
static void act_exec_no_debug(struct act *a)
{
	set_level(a, gram_arg(&a->match, "class"), 0);
}

static void act_show_debug(struct act *a)
{
	debug_show(&a->session->debug, &a->out);
	act_done(a);
}

const struct act_row acts_debug[] = {
	LIVE_ACT(exec_debug),
	LIVE_ACT(exec_no_debug),
	LIVE_ACT(show_debug),
	ACTS_END,
};
