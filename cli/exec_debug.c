/* debug, no debug, undebug, show debug: the operator's own listening (debug_hub.c). */
#include <stdlib.h>
#include <string.h>

#include "cli/manager.h"

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

static void set_class(struct operator *op, const char *word, int level)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (strcmp(classes[i].word, word) == 0)
			debug_set(op, classes[i].cls, (uint8_t)level);
}

static void exec_debug(struct operator *op)
{
	const char *level = gram_arg(&op->match, "level");
	int n = level ? atoi(level) : TRACE_EVENT;

	set_class(op, gram_arg(&op->match, "class"), n);
	operator_done(op);
}

static void exec_no_debug(struct operator *op)
{
	const char *word = gram_arg(&op->match, "class");

	if (word)
		set_class(op, word, 0);
	else
		debug_off(op);
	operator_done(op);
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
