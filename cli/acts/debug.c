/* debug, no debug, undebug, show debug: the operator's own listening (debug_hub.c). */
#include <stdlib.h>
#include <string.h>

#include "cli/manager/manager.h"

static const struct {
	const char *word;
	enum trace_class cls;
} classes[] = {
	{"ikev1", TRACE_IKE},
	{"ipsec", TRACE_IPSEC},
	{"l2tp",  TRACE_L2TP},
	{"ppp",   TRACE_PPP},
	{"aaa",   TRACE_AAA},
};

/* One class by its word, or all of them. */
static void set_level(struct operator *op, const char *word, int level)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (!word || strcmp(classes[i].word, word) == 0)
			debug_set(op, classes[i].cls, (uint8_t)level);
	operator_done(op);
}

/* [no] debug CLASS [LEVEL] */
static void exec_debug(struct operator *op)
{
	const char *level = gram_arg(&op->match, "level");
	int n = level ? atoi(level) : TRACE_EVENT;

	set_level(op, gram_arg(&op->match, "class"), op->match.negated ? 0 : n);
}

/* undebug CLASS, undebug all */
static void exec_no_debug(struct operator *op)
{
	set_level(op, gram_arg(&op->match, "class"), 0);
}

static void show_debug(struct operator *op)
{
	debug_show(op, &op->out);
	operator_done(op);
}

const struct exec_entry exec_debug_acts[] = {
	{"exec_debug",    exec_debug},
	{"exec_no_debug", exec_no_debug},
	{"show_debug",    show_debug},
	{NULL, NULL},
};
