/*
 * struct debug_hub: one per manager. The levels that operators asked for live
 * in their sessions; the hub only merges. Bounding a slow terminal is the
 * business of its console connection.
 */
#include "cli/operator/debug_hub.h"

#include <string.h>

#include "cli/manager/manager.h"

static const struct {
	const char *command;
	bool aaa; /* aaa has trace points of this class too */
} classes[TRACE_CLASSES] = {
	[TRACE_IKE]   = {"crypto ikev1", false},
	[TRACE_IPSEC] = {"crypto ipsec", false},
	[TRACE_L2TP]  = {"l2tp",         false},
	[TRACE_PPP]   = {"ppp",          false},
	[TRACE_AAA]   = {"aaa",          true},
};

static void tell(struct manager *m, unsigned cls)
{
	struct ipc_msg msg = {.type = MSG_TRACE_SET, .fd = -1};

	msg.trace_set.class = (uint8_t)cls;
	msg.trace_set.level = m->debug.level[cls];
	ipc_send(m->engine, &msg);
	if (classes[cls].aaa)
		ipc_send(m->aaa, &msg);
}

static void merge(struct manager *m, unsigned cls)
{
	uint8_t highest = 0;

	for (const struct operator *o = m->operators; o; o = o->next)
		if (o->debug[cls] > highest)
			highest = o->debug[cls];
	if (highest == m->debug.level[cls])
		return;
	m->debug.level[cls] = highest;
	tell(m, cls);
}

void debug_set(struct operator *op, enum trace_class cls, uint8_t level)
{
	op->debug[cls] = level;
	merge(op->manager, cls);
}

void debug_off(struct operator *op)
{
	for (unsigned cls = 0; cls < TRACE_CLASSES; cls++)
		debug_set(op, cls, 0);
}

void debug_announce(struct manager *m)
{
	for (unsigned cls = 0; cls < TRACE_CLASSES; cls++)
		if (m->debug.level[cls])
			tell(m, cls);
}

void debug_line(struct manager *m, unsigned cls, unsigned level, const char *text)
{
	struct text t = {0};

	if (cls >= TRACE_CLASSES)
		return;
	for (struct operator *o = m->operators; o; o = o->next) {
		if (o->debug[cls] < level || level == 0)
			continue;
		if (!t.len)
			text_addf(&t, "%s\n", text);
		o->send(o->ctx, CONSOLE_ASYNC, t.p, t.len < CONSOLE_TEXT_MAX ? t.len : CONSOLE_TEXT_MAX);
	}
	text_free(&t);
}

void debug_show(const struct operator *op, struct text *out)
{
	for (unsigned cls = 0; cls < TRACE_CLASSES; cls++)
		if (op->debug[cls])
			text_addf(out, "debug %s enabled at level %u\n", classes[cls].command,
			    op->debug[cls]);
}
